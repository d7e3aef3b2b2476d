//! The exchange log through the real gateway and the real history: whatever happens on the way, the log says what was said.

mod embargo;
mod faults;
mod guard;
mod search;

pub(crate) use guard::told;

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
use std::sync::atomic::{AtomicU64, Ordering};
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

static NEXT_ROUND: AtomicU64 = AtomicU64::new(1);

/// A task's thread: `NV-2023-001` or the next one, led by TTDL and supported by TKG.
async fn thread(world: &World, options: &str) -> u64 {
    // Each is a round of its own: of two that are alike the second would be asked about.
    let round = NEXT_ROUND.fetch_add(1, Ordering::Relaxed);
    let line = format!(
        "/nhiem-vu giao tieu-de:Điều tra giá đợt {round} giai-doan:P3 han:24/03/2023 phoi-hop:TKG{options}"
    );
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
        world.sandbox.add_fault(Fault::rest("POST", route, down).after(1).times(1));
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
