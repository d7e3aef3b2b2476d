//! Tasks as posts of a forum: tags that follow the task, private ones elsewhere, and everything else as in any thread.

use crate::databases::{on_both, on_both_empty};
use crate::harness::World;
use crate::upgrade::migrate_until;
use discord_sandbox::{Effect, Fault};
use liaison::domain::forum::tag_name;
use liaison::domain::ids::GuildId;
use liaison::domain::setup::PlaceKind;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Connection;

const OWNER: &str = "Quản trị máy chủ";
const COORDINATOR: &str = "Điều phối TTDL";
const LEAD: &str = "Đầu mối TTDL";
/// The tags of somebody else's forum: some that the bot knows, whatever the case and diacritics, and one that it does not.
const TAGS: [&str; 6] = ["P3", "vuong mac", "HOÀN THÀNH", "Accepted", "Hỏa tốc", "Ưu tiên"];

async fn give(world: &World, more: &str) -> u64 {
    let line = format!("/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:24/03/2023 phoi-hop:TKG{more}");
    let answer = world.types(COORDINATOR, &line).await.text();
    assert!(answer.starts_with("Đã giao nhiệm vụ **NV-2023-001**: <#"), "{answer}");
    world.channel("[NV-2023-001]").await
}

fn tag(world: &World, forum: u64, name: &str) -> Value {
    let state = world.sandbox.state();
    let channels = state["channels"].as_array().unwrap();
    let id = forum.to_string();
    let forum = channels.iter().find(|channel| channel["id"] == id).unwrap();
    let tags = forum["available_tags"].as_array().unwrap();
    tags.iter().find(|tag| tag["name"] == name).unwrap()["id"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_a_post_whose_tags_follow_it() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let forum = world.forum("cong-viec", &TAGS, false).await;
        let set = world.types(OWNER, &format!("/cau-hinh kenh viec:tat ca giai-doan kenh:<#{forum}>")).await.text();
        assert_eq!(
            set,
            format!(
                "Tất cả giai đoạn: từ nay dùng kênh <#{forum}>. Nhiệm vụ, cuộc họp đã có vẫn ở kênh cũ.\n\
                 Diễn đàn chưa có các thẻ: P1 Xác định nhu cầu, P2 Chuẩn bị thu thập, P4 Xử lý, P5 Phân tích, dự báo, \
                 P6 Phổ biến, P7 Tư liệu hóa, P8 Đánh giá, Quá hạn, Chờ gia hạn, Mở lại, Đã hủy, Khẩn, Thượng khẩn. \
                 Bài nhiệm vụ sẽ không mang các thẻ đó; thêm thẻ cùng tên thì Liaison dùng."
            )
        );
        let thread = give(&world, " do-khan:Hỏa tốc").await;
        let said = world.said().await;
        let [card, given] = said.as_slice() else { panic!("{said:#?}") };
        assert_eq!((card.place.as_str(), given.place.as_str()), ("[NV-2023-001] Thu thập giá", card.place.as_str()));
        assert_eq!((card.heading(), &card.message["id"]), ("NV-2023-001 · Thu thập giá", &json!(thread.to_string())));
        assert_eq!(world.post(thread), (forum, vec!["P3".to_owned(), "Hỏa tốc".to_owned()]));

        // What somebody adds stays, and a post that is archived meanwhile is edited all the same.
        let tags = ["P3", "Hỏa tốc", "Ưu tiên"].map(|name| tag(&world, forum, name));
        let path = format!("/channels/{thread}");
        world.as_owner(Method::PATCH, &path, json!({ "applied_tags": tags })).await;
        let archive = || Effect::Meanwhile {
            call: "PATCH /channels/{channel_id}".to_owned(),
            body: json!({ "archived": true }),
        };
        world.sandbox.add_fault(Fault::rest("GET", "/channels/{channel_id}", archive()).times(1));
        let patches = |world: &World| {
            let calls = world.sandbox.requests();
            let patch = |route: &str| {
                calls.iter().filter(|call| call.call.method == "PATCH" && call.call.route == route).count()
            };
            patch("/channels/{channel_id}")
        };
        world.types_in("[NV-2023-001]", LEAD, "/nhiem-vu vuong-mac ma:1 ly-do:Chưa có mẫu phiếu").await;
        assert_eq!(world.post(thread).1, ["P3", "vuong mac", "Hỏa tốc", "Ưu tiên"]);
        assert_eq!(patches(&world), 1, "reopened and tagged at once");
        world.sandbox.add_fault(Fault::rest("PATCH", "/channels/*/messages/*", archive()).times(1));
        world.types_in("[NV-2023-001]", LEAD, "/nhiem-vu bao-cao ma:1 noi-dung:Đã có mẫu").await;
        assert_eq!(world.post(thread).1, ["P3", "Hỏa tốc", "Ưu tiên"]);
        assert_eq!(patches(&world), 3, "tagged, and reopened for the card");
        // A receipt changes no tag, so nothing is asked for.
        world.types_in("[NV-2023-001]", "Đầu mối TKG", "/nhiem-vu tiep-nhan ma:1").await;
        assert_eq!(patches(&world), 3);
        world.types_in("[NV-2023-001]", LEAD, "/nhiem-vu hoan-thanh ma:1").await;
        assert_eq!(world.post(thread).1, ["P3", "HOÀN THÀNH", "Hỏa tốc", "Ưu tiên"]);
        world.types_in("[NV-2023-001]", COORDINATOR, "/nhiem-vu nghiem-thu ma:1").await;
        assert_eq!(world.post(thread).1, ["P3", "Accepted", "Hỏa tốc", "Ưu tiên"]);
        let card = world.said().await;
        assert!(card.iter().all(|said| said.place == "[NV-2023-001] Thu thập giá"), "{card:#?}");
        assert!(world.types(COORDINATOR, "/nhiem-vu xem ma:1").await.text().contains("Đã nghiệm thu"));
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_in_a_post_is_logged_and_found_and_reminders_come_there() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        let forum = world.forum("cong-viec", &["P3", "Quá hạn"], true).await;
        world.types(OWNER, &format!("/settings channels purpose:P3 channel:<#{forum}>")).await;
        let thread = give(&world, "").await;
        world.person(LEAD).await.says(thread, "Mẫu phiếu giá đã gửi Cục Hà Nội").await.unwrap();
        world.stop_bot().await;
        world.person("Đầu mối TKG").await.says(thread, "Đã nhận mẫu phiếu giá").await.unwrap();
        world.start_bot().await;
        world
            .until("both are found", async |world| {
                let found = world.types(COORDINATOR, "/nhat-ky tra-cuu tu-khoa:mau phieu gia").await.text();
                found.starts_with("02 kết quả")
            })
            .await;
        world.said().await;
        world.pass_until("2023-03-27 12:00").await;
        let said = world.said().await;
        // Reminders come into the post; that nobody has received it is said in digests.
        let (digests, reminders): (Vec<_>, Vec<_>) =
            said.iter().partition(|said| said.place == "ban-tin-nhac-viec");
        let in_post = reminders.iter().all(|said| said.place == "[NV-2023-001] Thu thập giá");
        assert!(reminders.len() >= 4 && in_post, "{reminders:#?}");
        let link = format!("<#{thread}>");
        assert!(digests.iter().all(|said| said.text.contains(&link)), "{digests:#?}");
        assert_eq!(world.post(thread).1, ["P3", "Quá hạn"]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_tasks_have_a_text_channel_beside_the_forum() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let forum = world.forum("cong-viec", &[], false).await;
        world.types(OWNER, &format!("/cau-hinh kenh viec:P3 kenh:<#{forum}>")).await;
        let thread = give(&world, " noi-bo:có").await;
        let id = thread.to_string();
        let state = world.sandbox.state();
        let made = state["threads"].as_array().unwrap().iter().find(|made| made["id"] == id).unwrap();
        let parent = world.channel("nhiem-vu-noi-bo").await;
        assert_eq!((&made["type"], &made["parent_id"]), (&json!(12), &json!(parent.to_string())));
        let list = world.types(OWNER, "/cau-hinh kenh").await.text();
        assert!(list.contains(&format!("P3 – Thu thập thông tin: <#{forum}>")), "{list}");
        assert!(list.contains(&format!("Nhiệm vụ nội bộ (khi dùng diễn đàn): <#{parent}>")), "{list}");
        // A receipt edits the card, which stands in the thread; a private task bears no tags.
        world.types_in("[NV-2023-001]", LEAD, "/nhiem-vu tiep-nhan ma:1").await;
        assert!(world.said().await.iter().all(|said| said.place == "[NV-2023-001] Thu thập giá"));
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_cannot_serve_is_refused() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let path = format!("/guilds/{}/members/{}/roles/{}", world.guild(), world.person("Price officer").await.id, world.role("Quản trị"));
        world.as_owner(Method::PUT, &path, Value::Null).await;
        world.rest().await;
        let english = async |line: String| world.types("Price officer", &line).await.text();
        let forum = world.forum("bat-buoc", &["P1", "câu hỏi"], true).await;
        let strict = format!(
            "Diễn đàn <#{forum}> bắt buộc gắn thẻ mà chưa có thẻ cho: P3 Thu thập. Hãy thêm các thẻ đó vào diễn đàn, hoặc tắt yêu cầu gắn thẻ (Chỉnh sửa kênh), rồi dùng lại lệnh này."
        );
        assert_eq!(world.types(OWNER, &format!("/cau-hinh kenh viec:P3 kenh:<#{forum}>")).await.text(), strict);
        world
            .until("the new administrator is known", async |_| {
                english(format!("/settings channels purpose:P3 channel:<#{forum}>")).await
                    == format!(
                        "The forum <#{forum}> wants a tag on each post and has none for: P3 Data collection. Add these tags to the forum, or stop requiring tags (Edit Channel), then use this command again."
                    )
            })
            .await;
        // It has one for this phase.
        let taken = world.types(OWNER, &format!("/cau-hinh kenh viec:P1 kenh:<#{forum}>")).await.text();
        assert!(taken.starts_with("P1 – Xác định nhu cầu thông tin: từ nay dùng kênh"), "{taken}");
        let meetings = english(format!("/settings channels purpose:meetings channel:<#{forum}>")).await;
        assert!(meetings.starts_with(&format!("<#{forum}> is no text channel")), "{meetings}");
        let private = english(format!("/settings channels purpose:private channel:<#{forum}>")).await;
        assert!(private.starts_with(&format!("<#{forum}> is no text channel")), "{private}");
        let voice = json!({ "name": "hop-truc-tuyen", "type": 2 });
        let made = world.as_owner(Method::POST, &format!("/guilds/{}/channels", world.guild()), voice).await;
        let voice = made["id"].as_str().unwrap();
        let refused = english(format!("/settings channels purpose:P3 channel:<#{voice}>")).await;
        assert!(refused.starts_with(&format!("<#{voice}> is neither a text channel nor a forum")), "{refused}");
        world.end().await;
    })
    .await;
}

/// A forum begins to want tags after it was chosen. The post is not given up: somebody may add the tag.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_waits_for_a_tag_that_the_forum_wants() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let forum = world.forum("cong-viec", &[], false).await;
        world.types(OWNER, &format!("/cau-hinh kenh viec:P3 kenh:<#{forum}>")).await;
        let path = format!("/channels/{forum}");
        world
            .as_owner(
                Method::PATCH,
                &path,
                json!({ "flags": 1 << 4, "available_tags": [{ "name": "khác" }] }),
            )
            .await;
        let (person, room) = (world.person(COORDINATOR).await, world.channel(crate::harness::ROOM).await);
        let typing = tokio::spawn(async move {
            person
                .types(room, "/nhiem-vu giao tieu-de:Giá giai-doan:P3 han:24/03/2023 phoi-hop:TKG")
                .await
                .ok();
        });
        world
            .until("Discord has refused it", async |world| {
                world.sandbox.requests().iter().any(|call| {
                    call.call.route == "/channels/{channel_id}/threads" && call.status == Some(400)
                })
            })
            .await;
        let open = world.office.store.outbox_counts().await.unwrap();
        assert!(open.iter().all(|(state, _)| state != "rejected"), "{open:?}");
        typing.abort();
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn channels_named_before_there_were_forums_are_text_channels() {
    on_both_empty(async |database| {
        let mut before = migrate_until(&database, 10).await;
        let sql = "INSERT INTO place (guild_id, purpose, channel_id) VALUES (1, 'phase:P3', 7)";
        sqlx::query(sql).execute(&mut before).await.unwrap();
        before.close().await.unwrap();
        database.store.migrate().await.unwrap();
        let spot = database.store.place(GuildId(1), "phase:P3").await.unwrap().expect("the channel");
        assert_eq!((spot.channel.0, spot.kind), (7, PlaceKind::Text));
    })
    .await;
}

#[test]
fn the_phases_of_the_charters_that_are_shipped_need_no_cut_on_a_tag() {
    for id in ["tctk-2023", "nso-2025"] {
        let charter = liaison::charters::load(id, crate::harness::local("2023-03-01 08:00").date()).unwrap();
        for phase in charter.phases() {
            let short = phase.short.as_ref().expect("a short name");
            for name in [&short.vi, &short.en] {
                let name = format!("{} {name}", phase.code);
                assert_eq!(tag_name(&name), name);
            }
        }
    }
}
