//! The exchange log through the real gateway and the real history: whatever happens on the way, the log says what was said.

use crate::databases::on_both;
use crate::harness::{ROOM, World};
use discord_sandbox::{Effect, Fault};
use liaison::demo::time;
use liaison::domain::exchange::Event;
use liaison::domain::ids::ChannelId;
use liaison::store::chain::Verdict;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const COORDINATOR: &str = "Điều phối TTDL";
const ADMIN: &str = "Quản trị máy chủ";
const THREAD: &str = "[NV-2023-001]";

/// Somebody at Discord's own routes.
struct Client<'w> {
    world: &'w World,
    token: String,
}

impl<'w> Client<'w> {
    fn of(world: &'w World, who: &str) -> Self {
        let state = world.sandbox.state();
        let user = state["users"].as_array().unwrap().iter().find(|user| user["name"] == who).unwrap();
        Self { world, token: user["token"].as_str().unwrap().to_owned() }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/api/v10{path}", self.world.sandbox.base_url());
        client.request(method, url).header("Authorization", &self.token)
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.request(method, path).json(&body).send().await.unwrap().error_for_status().unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
    }

    /// Says something with a file, as a form of two parts.
    async fn uploads(&self, channel: u64, text: &str, file: &str, data: &str) {
        let words = json!({ "content": text, "attachments": [{ "id": "0", "filename": file }] });
        let body = format!(
            "--part\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json\r\n\r\n{words}\r\n\
             --part\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"{file}\"\r\nContent-Type: text/csv\r\n\r\n{data}\r\n\
             --part--\r\n"
        );
        let request = self.request(Method::POST, &format!("/channels/{channel}/messages"));
        let request = request.header("Content-Type", "multipart/form-data; boundary=part").body(body);
        request.send().await.unwrap().error_for_status().unwrap();
    }
}

/// A task's thread: `NV-2023-001` or the next one, led by TTDL and supported by TKG.
async fn thread(world: &World, options: &str) -> u64 {
    let line =
        format!("/nhiem-vu giao tieu-de:Điều tra giá giai-doan:P3 han:24/03/2023 phoi-hop:TKG{options}");
    let text = world.types(COORDINATOR, &line).await.text();
    let code = text.split("**").nth(1).unwrap_or_else(|| panic!("{text}")).to_owned();
    world.channel(&format!("[{code}]")).await
}

async fn says(world: &World, who: &str, channel: u64, text: &str) -> u64 {
    world.person(who).await.says(channel, text).await.unwrap()
}

/// The clock moves on: on Discord no two versions of a message are of one moment.
fn later(world: &World) {
    time::set_clock(&world.sandbox, &world.office, world.office.clock.now() + chrono::TimeDelta::minutes(1));
}

/// What people said in a thread as the log has it, messages numbered: `1 08:01 An (TKG): …`, `1 deleted`.
async fn log_of(world: &World, channel: u64) -> Vec<String> {
    let bot: u64 = world.sandbox.application_id().to_string().parse().unwrap();
    let events = world.office.store.exchanges_of(ChannelId(channel)).await.unwrap();
    let bots: BTreeSet<_> = events
        .iter()
        .filter(|event| matches!(event, Event::Said(said) if said.author.0 == bot))
        .map(|event| event.key().message)
        .collect();
    let people: Vec<&Event> = events.iter().filter(|event| !bots.contains(&event.key().message)).collect();
    let ids: BTreeSet<_> = people.iter().map(|event| event.key().message).collect();
    let number = |id| ids.iter().position(|one| *one == id).map_or(0, |at| at + 1);
    let line = |event: &&Event| match event {
        Event::Deleted(gone) => format!("{} deleted", number(gone.message)),
        Event::Said(said) => {
            let at =
                world.office.calendar.local(liaison::domain::clock::from_ms(said.version)).format("%H:%M");
            let unit = said.unit.as_ref().map_or("–", |unit| unit.as_str());
            let reply = said.reply_to.map(|to| format!(" ↩ {}", number(to))).unwrap_or_default();
            let files: String = said
                .attachments
                .iter()
                .map(|file| {
                    format!(" [{} {} {}]", file.name, file.size, file.content_type.as_deref().unwrap_or("–"))
                })
                .collect();
            format!(
                "{} {at} {} ({unit}): {}{reply}{files}",
                number(said.message),
                said.author_name,
                said.content
            )
        }
    };
    people.iter().map(line).collect()
}

/// Waits until the log of a thread says this.
async fn becomes(world: &World, channel: u64, expected: &[&str]) {
    let began = Instant::now();
    loop {
        let log = log_of(world, channel).await;
        if log == expected {
            return;
        }
        if began.elapsed() > Duration::from_secs(20) {
            assert_eq!(log, expected);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The chain holds and Discord found nothing wrong.
async fn end(world: World) {
    let verdict = world.office.store.verify_chain().await.unwrap();
    assert!(matches!(verdict, Verdict::Intact(_)), "{verdict:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_is_said_in_coordination_threads_is_logged_and_nothing_else() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let public = thread(&world, "").await;
        let private = thread(&world, " noi-bo:có").await;
        let room = world.channel(ROOM).await;
        says(&world, "Đầu mối TKG", room, "Ngoài luồng").await;

        later(&world);
        let first = says(&world, "Đầu mối TKG", public, "Đã gửi phiếu").await;
        later(&world);
        world.person("Đầu mối TKG").await.edits(public, first, "Đã gửi phiếu số 3").await.unwrap();
        later(&world);
        world.person("Đầu mối TKG").await.edits(public, first, "Đã gửi phiếu số 4").await.unwrap();
        let officer = Client::of(&world, "Chuyên viên Hà Nội");
        officer.uploads(public, "Số liệu đây", "gia.csv", "a;b\n1;2\n").await;
        let answer =
            json!({ "content": "Xin cảm ơn", "message_reference": { "message_id": first.to_string() } });
        let path = format!("/channels/{public}/messages");
        Client::of(&world, "Price officer").call(Method::POST, &path, answer).await;
        let slip = says(&world, "Đầu mối TTDL", public, "Nhầm luồng").await;
        later(&world);
        world.person("Đầu mối TTDL").await.deletes(public, slip).await.unwrap();
        let mut spam = Vec::new();
        for n in 1..=3 {
            spam.push(says(&world, "Visitor", public, &format!("Quảng cáo {n}")).await.to_string());
        }
        let admin = Client::of(&world, ADMIN);
        admin.call(Method::POST, &format!("{path}/bulk-delete"), json!({ "messages": spam })).await;
        says(&world, "Đầu mối TTDL", private, "Số liệu chưa công bố").await;

        becomes(
            &world,
            public,
            &[
                "1 08:01 Đầu mối TKG (TKG): Đã gửi phiếu",
                "1 08:02 Đầu mối TKG (TKG): Đã gửi phiếu số 3",
                "1 08:03 Đầu mối TKG (TKG): Đã gửi phiếu số 4",
                "2 08:03 Chuyên viên Hà Nội (CTK-01): Số liệu đây [gia.csv 8 text/csv]",
                "3 08:03 Price officer (TKG): Xin cảm ơn ↩ 1",
                "4 08:03 Đầu mối TTDL (TTDL): Nhầm luồng",
                "4 deleted",
                "5 08:04 Visitor (–): Quảng cáo 1",
                "5 deleted",
                "6 08:04 Visitor (–): Quảng cáo 2",
                "6 deleted",
                "7 08:04 Visitor (–): Quảng cáo 3",
                "7 deleted",
            ],
        )
        .await;
        becomes(&world, private, &["1 08:04 Đầu mối TTDL (TTDL): Số liệu chưa công bố"]).await;
        assert_eq!(log_of(&world, room).await, [""; 0]);
        end(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_before_the_bot_knew_of_its_own_thread_is_read_back() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        // The thread is made, the answer is lost, and for a while Discord does not tell more.
        let route = "/channels/*/messages/*/threads";
        let down = Effect::Status { status: 503, body: Value::Null };
        world.sandbox.add_fault(Fault::rest("POST", route, Effect::CommitThenDrop));
        world.sandbox.add_fault(Fault::rest("POST", route, down).after(1).times(3));
        let coordinator = world.person(COORDINATOR).await;
        let room = world.channel(ROOM).await;
        let typing = tokio::spawn(async move {
            coordinator.types(room, "/nhiem-vu giao tieu-de:Điều tra giá giai-doan:P3 han:24/03/2023").await
        });
        world
            .until("the thread is there", async |world| world.people.channel(THREAD).await.unwrap().is_some())
            .await;
        let channel = world.channel(THREAD).await;
        let first = says(&world, "Đầu mối TTDL", channel, "Ai phụ trách?").await;
        later(&world);
        world.person("Đầu mối TTDL").await.edits(channel, first, "Ai phụ trách phiếu này?").await.unwrap();
        assert!(world.office.store.threads().await.unwrap().is_empty(), "the bot knew too early");
        typing.await.unwrap().unwrap();
        becomes(&world, channel, &["1 08:01 Đầu mối TTDL (TTDL): Ai phụ trách phiếu này?"]).await;
        end(world).await;
    })
    .await;
}

/// What a flood left in the log: kind, author, unit and text, in the order of the messages.
async fn flooded(world: &World, channel: u64) -> Vec<String> {
    let log = log_of(world, channel).await;
    log.into_iter().filter(|line| line.contains(" of a flood of ")).collect()
}

async fn flood(world: &World, channel: u64, count: u64) {
    let url = format!("{}/sandbox/flood", world.sandbox.base_url());
    let body = json!({ "channel_id": channel.to_string(), "count": count });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.post(url).json(&body).send().await.unwrap().error_for_status().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_makes_the_same_log_as_what_was_seen() {
    const MANY: usize = 5000;
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let seen = thread(&world, "").await;
        let missed = thread(&world, "").await;
        let old = says(&world, "Đầu mối TKG", missed, "Nói trước khi gián đoạn").await;
        let gone = says(&world, "Đầu mối TKG", missed, "Rút lại sau").await;
        becomes(
            &world,
            missed,
            &["1 08:00 Đầu mối TKG (TKG): Nói trước khi gián đoạn", "2 08:00 Đầu mối TKG (TKG): Rút lại sau"],
        )
        .await;
        flood(&world, seen, MANY as u64).await;
        world.until("what was seen is logged", async |world| flooded(world, seen).await.len() == MANY).await;
        world.stop_bot().await;

        later(&world);
        let teller = world.person("Đầu mối TKG").await;
        teller.edits(missed, old, "Sửa trong lúc gián đoạn").await.unwrap();
        teller.deletes(missed, gone).await.unwrap();
        time::set_clock(&world.sandbox, &world.office, world.moment("2023-03-01 08:00"));
        flood(&world, missed, MANY as u64).await;
        // What is archived is read back all the same.
        let admin = Client::of(&world, ADMIN);
        admin.call(Method::PATCH, &format!("/channels/{missed}"), json!({ "archived": true })).await;
        later(&world);
        world.start_bot().await;
        world
            .until("what was missed is logged", async |world| flooded(world, missed).await.len() == MANY)
            .await;
        // The first two messages of the thread that was missed are not of the flood.
        let words = |line: &String| line.split_once(' ').unwrap().1.to_owned();
        let seen: Vec<String> = flooded(&world, seen).await.iter().map(words).collect();
        let missed_too: Vec<String> = flooded(&world, missed).await.iter().map(words).collect();
        assert!(seen == missed_too, "the logs differ");
        let log = log_of(&world, missed).await;
        assert_eq!(
            log[..4],
            [
                "1 08:00 Đầu mối TKG (TKG): Nói trước khi gián đoạn",
                "1 08:01 Đầu mối TKG (TKG): Sửa trong lúc gián đoạn",
                "2 08:00 Đầu mối TKG (TKG): Rút lại sau",
                "2 deleted",
            ]
        );
        end(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_gateway_makes_the_same_log() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let channel = thread(&world, "").await;
        let often = |effect, probability, seed| {
            Fault::event("MESSAGE_*", effect).times(1000).sometimes(probability, seed)
        };
        world.sandbox.add_fault(often(Effect::Duplicate, 0.2, 1));
        world.sandbox.add_fault(often(Effect::Reorder, 0.3, 2));
        world.sandbox.add_fault(often(Effect::SkipSequence, 0.05, 3));
        world.sandbox.add_fault(Fault::event("MESSAGE_*", Effect::GatewayDrop).after(15).times(1));
        world.sandbox.add_fault(Fault::event("MESSAGE_*", Effect::GatewayReconnect).after(40).times(1));
        let teller = world.person("Đầu mối TKG").await;
        let mut expected = Vec::new();
        for n in 1..=30 {
            later(&world);
            let at = |world: &World| {
                world.office.calendar.local(world.office.clock.now()).format("%H:%M").to_string()
            };
            let said = |world: &World, text: &str| format!("{n} {} Đầu mối TKG (TKG): {text}", at(world));
            let id = teller.says(channel, &format!("số {n}")).await.unwrap();
            expected.push(said(&world, &format!("số {n}")));
            if n % 3 == 0 {
                later(&world);
                teller.edits(channel, id, &format!("sửa {n}")).await.unwrap();
                expected.push(said(&world, &format!("sửa {n}")));
            }
            if n % 5 == 0 {
                teller.deletes(channel, id).await.unwrap();
                expected.push(format!("{n} deleted"));
            }
        }
        world.sandbox.clear_faults();
        // The one that a reordered event waits for.
        says(&world, "Visitor", channel, "hết").await;
        let at = world.office.calendar.local(world.office.clock.now()).format("%H:%M").to_string();
        expected.push(format!("31 {at} Visitor (–): hết"));
        let lines: Vec<&str> = expected.iter().map(String::as_str).collect();
        becomes(&world, channel, &lines).await;

        // Events that never come: the next session reads them back.
        let swallow = |event, times| Fault::event(event, Effect::Swallow).times(times);
        let first = teller.says(channel, "sẽ sửa").await.unwrap();
        let second = teller.says(channel, "sẽ xóa").await.unwrap();
        expected.push(format!("32 {at} Đầu mối TKG (TKG): sẽ sửa"));
        let edited_at = expected.len();
        expected.push(format!("33 {at} Đầu mối TKG (TKG): sẽ xóa"));
        let lines: Vec<&str> = expected.iter().map(String::as_str).collect();
        becomes(&world, channel, &lines).await;
        for fault in
            [swallow("MESSAGE_CREATE", 2), swallow("MESSAGE_UPDATE", 1), swallow("MESSAGE_DELETE", 1)]
        {
            world.sandbox.add_fault(fault);
        }
        later(&world);
        let at = world.office.calendar.local(world.office.clock.now()).format("%H:%M").to_string();
        teller.edits(channel, first, "đã sửa").await.unwrap();
        teller.deletes(channel, second).await.unwrap();
        for text in ["mất một", "mất hai"] {
            teller.says(channel, text).await.unwrap();
        }
        expected.insert(edited_at, format!("32 {at} Đầu mối TKG (TKG): đã sửa"));
        expected.push("33 deleted".to_owned());
        expected.push(format!("34 {at} Đầu mối TKG (TKG): mất một"));
        expected.push(format!("35 {at} Đầu mối TKG (TKG): mất hai"));
        world.sandbox.add_fault(Fault::new(Effect::GatewayInvalidSession { resumable: false }));
        let lines: Vec<&str> = expected.iter().map(String::as_str).collect();
        becomes(&world, channel, &lines).await;
        end(world).await;
    })
    .await;
}

/// Each hit of a search: its text, and after a bar whether it still stands.
async fn finds(world: &World, who: &str, line: &str) -> Vec<String> {
    let text = world.types(who, line).await.text();
    let hit = |pair: &[&str]| {
        let standing = if pair[0].contains("đã xóa") { " | đã xóa" } else { "" };
        format!("{}{standing}", pair[1].trim_start_matches("> "))
    };
    let lines: Vec<&str> = text.lines().skip(1).collect();
    lines.chunks(2).map(hit).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_find_what_they_may_read() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let public = thread(&world, "").await;
        let private = thread(&world, " noi-bo:có").await;
        says(&world, "Đầu mối TKG", public, "Phiếu điều tra giá đã in").await;
        let slip = says(&world, "Đầu mối TTDL", public, "Điều tra nhầm phiếu").await;
        says(&world, "Đầu mối TTDL", private, "Kinh phí điều tra chưa duyệt").await;
        world.person("Đầu mối TTDL").await.deletes(public, slip).await.unwrap();
        becomes(&world, private, &["1 08:00 Đầu mối TTDL (TTDL): Kinh phí điều tra chưa duyệt"]).await;
        becomes(&world, public, &[
            "1 08:00 Đầu mối TKG (TKG): Phiếu điều tra giá đã in",
            "2 08:00 Đầu mối TTDL (TTDL): Điều tra nhầm phiếu",
            "2 deleted",
        ]).await;

        let whole = world.types("Đầu mối TKG", "/nhat-ky tra-cuu tu-khoa:\"phieu DIEU tra\"").await.text();
        let guild = world.guild();
        let message = world.office.store.exchanges_of(ChannelId(public)).await.unwrap();
        let message = message.iter().find_map(|event| match event {
            Event::Said(said) if said.content.starts_with("Phiếu") => Some(said.message),
            _ => None,
        });
        let message = message.unwrap();
        assert_eq!(
            whole,
            format!(
                "01 kết quả cho “\"phieu DIEU tra\"”\n\
                 **Đầu mối TKG** (TKG) · 01/03/2023 08:00 · <#{public}> · https://discord.com/channels/{guild}/{public}/{message}\n\
                 > **Phiếu điều tra** giá đã in"
            )
        );
        let (open, secret) = ("Phiếu **điều** **tra** giá đã in", "Kinh phí **điều** **tra** chưa duyệt");
        let gone = "**Điều** **tra** nhầm phiếu | đã xóa";
        let search = "/nhat-ky tra-cuu tu-khoa:dieu tra";
        assert_eq!(finds(&world, "Đầu mối TKG", search).await, [secret, open], "a member of the private thread");
        assert_eq!(finds(&world, "Chuyên viên Đà Nẵng", search).await, [open], "no member of it");
        assert_eq!(finds(&world, COORDINATOR, search).await, [secret, gone, open], "what was taken back as well");
        for (filter, hits) in [
            (" ma:NV-2023-001", vec![open]),
            (" ma:NV-2023-002", vec![secret]),
            (" don-vi:ttdl", vec![secret]),
            (" ngay:01/03", vec![secret, open]),
            (" den-ngay:28/02", vec![]),
        ] {
            assert_eq!(finds(&world, "Đầu mối TKG", &format!("{search}{filter}")).await, hits, "{filter}");
        }
        let refused = world.types("Visitor", "/log search query:phieu").await.text();
        assert_eq!(refused, "You have no authority to do this. Please ask: officer.");

        // Who may no longer see the channel finds nothing of its threads.
        let state = world.sandbox.state();
        let role = state["roles"].as_array().unwrap().iter().find(|role| role["name"] == "CTK-48").unwrap();
        let (phase, role) = (world.channel("p3-thu-thap-thong-tin").await, role["id"].as_str().unwrap());
        let hidden = json!({ "type": 0, "allow": "0", "deny": "1024" });
        Client::of(&world, ADMIN).call(Method::PUT, &format!("/channels/{phase}/permissions/{role}"), hidden).await;
        world
            .until("the bot knows of it", async |world| {
                finds(world, "Chuyên viên Đà Nẵng", search).await.is_empty()
            })
            .await;
        assert_eq!(finds(&world, "Chuyên viên Hà Nội", search).await, [open], "others still do");
        end(world).await;
    })
    .await;
}
