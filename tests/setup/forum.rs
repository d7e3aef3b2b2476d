//! A server whose tasks are posts of one forum.

use super::{OWNER, READY, applied, give, may};
use crate::databases::on_both;
use crate::harness::World;
use discord_sandbox::{Effect, Fault};
use reqwest::Method;
use serde_json::{Value, json};

const COORDINATOR: &str = "Điều phối TTDL";
const FORUM: &str = "/cau-hinh cai-dat loai:Diễn đàn";
/// Discord's bits.
const SEND_MESSAGES: u64 = 1 << 11;
const MENTION_EVERYONE: u64 = 1 << 17;

fn channel(world: &World, name: &str) -> Value {
    let state = world.sandbox.state();
    let channels = state["channels"].as_array().unwrap();
    channels.iter().find(|channel| channel["name"] == name).unwrap_or_else(|| panic!("no {name}")).clone()
}

fn id(channel: &Value) -> u64 {
    channel["id"].as_str().unwrap().parse().unwrap()
}

/// The owner changes the tags of a forum.
async fn retag(world: &World, forum: u64, change: impl Fn(&Value) -> Option<Value>) {
    let forum_now = channel(world, "nhiem-vu");
    let tags: Vec<Value> =
        forum_now["available_tags"].as_array().unwrap().iter().filter_map(change).collect();
    world.as_owner(Method::PATCH, &format!("/channels/{forum}"), json!({ "available_tags": tags })).await;
}

/// What Discord answers when somebody calls it themselves.
async fn status(world: &World, who: &str, path: &str, body: Value) -> u16 {
    let state = world.sandbox.state();
    let user = state["users"].as_array().unwrap().iter().find(|user| user["name"] == who).unwrap();
    let call = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = call.post(format!("{}/api/v10{path}", world.sandbox.base_url()));
    let token = user["token"].as_str().unwrap();
    call.header("Authorization", token).json(&body).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forum_is_planned_made_and_kept_ready() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        // The answer to the forum's making is lost: it is the bot's own all the same.
        let lost = Fault::rest("POST", "/guilds/{guild_id}/channels", Effect::CommitThenDrop);
        world.sandbox.add_fault(lost.after(1).times(1));
        let (plan, done) = applied(&world, FORUM).await;
        assert_eq!(
            plan,
            "**Kế hoạch thiết lập máy chủ** (13 việc)\n\
             • Tạo vai trò chung (1): CTK-tất cả\n\
             • Trao vai trò CTK-tất cả cho 02 người của các đơn vị đó\n\
             • Tạo kênh trong mục Phối hợp (3): #nhiem-vu-noi-bo, #cuoc-hop, #ban-tin-nhac-viec\n\
             • Tạo diễn đàn trong mục Phối hợp (1): #nhiem-vu\n\
             • Thêm thẻ cho diễn đàn (18): P1 Xác định nhu cầu, P2 Chuẩn bị thu thập, P3 Thu thập, P4 Xử lý, \
             P5 Phân tích, dự báo, P6 Phổ biến, P7 Tư liệu hóa, P8 Đánh giá, Quá hạn, Vướng mắc, Chờ gia hạn, \
             Mở lại, Hoàn thành, Đã nghiệm thu, Đã hủy, Khẩn, Thượng khẩn, Hỏa tốc\n\
             • Đặt quyền (5): Liaison được xem, đăng bài, quản lý luồng và nhắc các đơn vị ở mục Phối hợp, #nhiem-vu, #nhiem-vu-noi-bo, #cuoc-hop, #ban-tin-nhac-viec\n  \
             – #ban-tin-nhac-viec: mọi người chỉ đọc, chỉ Liaison đăng bài\n  \
             – #nhiem-vu: chỉ Liaison mở bài mới, mọi người trao đổi trong bài\n\
             Những gì không do Liaison tạo được giữ nguyên: không đổi tên, không xóa, không đổi quyền.\n\
             [Thực hiện]"
        );
        assert!(done.contains("Máy chủ đã sẵn sàng."), "{done}");
        let forum = channel(&world, "nhiem-vu");
        assert_eq!((&forum["type"], forum["available_tags"].as_array().unwrap().len()), (&json!(15), 18));
        // Whether it is asked for or not: it is there.
        for line in [FORUM, "/cau-hinh cai-dat"] {
            assert_eq!(world.types(OWNER, line).await.text(), READY);
        }

        // Only the bot opens posts and writes digests; in a post everybody speaks.
        let forum = id(&forum);
        let answer = world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Giá tháng 3 giai-doan:P3 han:+5 phoi-hop:TKG do-khan:Khẩn").await;
        assert!(answer.text().contains("<#"), "{}", answer.text());
        let thread = world.channel("[NV-2023-001]").await;
        assert_eq!(world.post(thread), (forum, vec!["P3 Thu thập".to_owned(), "Khẩn".to_owned()]));
        let post = json!({ "name": "riêng", "message": { "content": "x" } });
        assert_eq!(status(&world, COORDINATOR, &format!("/channels/{forum}/threads"), post).await, 403);
        let digest = id(&channel(&world, "ban-tin-nhac-viec"));
        let words = json!({ "content": "x" });
        assert_eq!(status(&world, COORDINATOR, &format!("/channels/{digest}/messages"), words.clone()).await, 403);
        assert_eq!(status(&world, COORDINATOR, &format!("/channels/{thread}/messages"), words).await, 200);

        // Two tags are deleted, one is called otherwise, and somebody adds one.
        retag(&world, forum, |tag| match tag["name"].as_str().unwrap() {
            "Khẩn" | "Quá hạn" => None,
            "Vướng mắc" => Some(json!({ "id": tag["id"], "name": "Cần gỡ" })),
            _ => Some(tag.clone()),
        })
        .await;
        let (plan, done) = applied(&world, "/cau-hinh cai-dat").await;
        assert!(plan.starts_with("**Kế hoạch thiết lập máy chủ** (01 việc)\n• Thêm thẻ cho diễn đàn (2): Quá hạn, Khẩn\n"), "{plan}");
        assert!(done.starts_with("Đã thực hiện 01 việc. Máy chủ đã sẵn sàng."), "{done}");
        let tags = world.tags_of_forum(forum);
        assert_eq!((tags.len(), tags.contains(&"Cần gỡ".to_owned()), tags.contains(&"Vướng mắc".to_owned())), (18, true, false));
        // The post gets its tag back with the next change.
        world.types(COORDINATOR, "/nhiem-vu tiep-nhan ma:1").await;
        assert_eq!(world.post(thread).1, ["P3 Thu thập", "Khẩn"]);
        world.types(COORDINATOR, "/nhiem-vu vuong-mac ma:1 ly-do:Thiếu phiếu").await;
        assert_eq!(world.post(thread).1, ["P3 Thu thập", "Cần gỡ", "Khẩn"]);
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_elses_forum_stays_as_it_is() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let forum = world.forum("viec-chung", &["P3", "Hỏa tốc"], true).await;
        world.types(OWNER, &format!("/settings channels purpose:P3 channel:<#{forum}>")).await;
        give(&world, "Price officer", "Quản trị").await;
        let (plan, done) = applied(&world, "/cau-hinh cai-dat").await;
        assert!(plan.contains("• Tạo kênh trong mục Phối hợp (10): #p1-xac-dinh-nhu-cau-thong-tin"), "{plan}");
        assert!(!plan.contains("#p3-thu-thap") && plan.contains("#nhiem-vu-noi-bo"), "{plan}");
        let missing = format!(
            "\n⚠ Diễn đàn <#{forum}> không do Liaison tạo nên được giữ nguyên. Diễn đàn chưa có các thẻ: Quá hạn, Vướng mắc, Chờ gia hạn, Mở lại, Hoàn thành, Đã nghiệm thu, Đã hủy, Khẩn, Thượng khẩn; bài nhiệm vụ sẽ không mang các thẻ đó. Có thể tự thêm thẻ cùng tên, Liaison sẽ dùng. Diễn đàn bắt buộc gắn thẻ, nên bài chưa có thẻ nào phù hợp sẽ chưa đăng được."
        );
        assert!(plan.contains(&missing) && done.ends_with(&missing), "{plan}\n{done}");
        let after = channel(&world, "viec-chung");
        assert_eq!((world.tags_of_forum(forum), &after["permission_overwrites"]), (vec!["P3".to_owned(), "Hỏa tốc".to_owned()], &json!([])));
        let again = world.types("Price officer", "/settings setup").await.text();
        assert!(
            again.starts_with(&format!(
                "The server is ready: all roles, channels, tags and permissions are there, nothing is to be done.\n⚠ Liaison did not make the forum <#{forum}> and leaves it as it is. It has no tags for: Overdue, Blocked,"
            )),
            "{again}"
        );
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn phases_move_into_a_forum_and_back_but_for_a_channel_that_somebody_named() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let room = world.channel(crate::harness::ROOM).await;
        world.types(OWNER, &format!("/cau-hinh kenh viec:P5 kenh:<#{room}>")).await;
        applied(&world, "/cau-hinh cai-dat").await;
        assert_eq!(world.types(OWNER, "/cau-hinh cai-dat").await.text(), READY);
        let (plan, done) = applied(&world, FORUM).await;
        assert!(plan.contains("\n• Từ nay nhiệm vụ mới không đăng ở kênh đang dùng cho: P1 – Xác định nhu cầu thông tin, P2 – "), "{plan}");
        assert!(plan.contains("\n⚠ Giai đoạn P5 có kênh riêng do người quản trị chỉ định nên vẫn dùng kênh đó."), "{plan}");
        assert!(done.contains("Máy chủ đã sẵn sàng."), "{done}");
        assert_eq!(world.types(OWNER, "/cau-hinh cai-dat").await.text(), READY);
        let forum = id(&channel(&world, "nhiem-vu"));
        let list = world.types(OWNER, "/cau-hinh kenh").await.text();
        assert!(list.contains(&format!("P3 – Thu thập thông tin: <#{forum}>")), "{list}");
        assert!(list.contains(&format!("P5 – Phân tích và dự báo: <#{room}>")), "{list}");
        assert!(list.contains(&format!("Tất cả giai đoạn: <#{forum}>")), "{list}");
        // The channels are still there, and are used again.
        let (plan, done) = applied(&world, "/cau-hinh cai-dat loai:Kênh theo giai đoạn").await;
        assert!(plan.contains("kênh đang dùng cho: Tất cả giai đoạn."), "{plan}");
        assert!(done.contains("Máy chủ đã sẵn sàng."), "{done}");
        let own = id(&channel(&world, "p3-thu-thap-thong-tin"));
        let list = world.types(OWNER, "/cau-hinh kenh").await.text();
        assert!(list.contains(&format!("P3 – Thu thập thông tin: <#{own}>")) && !list.contains("Tất cả"), "{list}");
        assert_eq!(world.types(OWNER, "/cau-hinh cai-dat").await.text(), READY);
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_discord_allows_no_forum_it_is_said_what_to_do() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let refused = json!({ "code": 50035, "message": "Invalid Form Body" });
        let refused = Effect::Status { status: 400, body: refused };
        // The category comes first.
        world
            .sandbox
            .add_fault(Fault::rest("POST", "/guilds/{guild_id}/channels", refused).after(1).times(1));
        let (_, done) = applied(&world, FORUM).await;
        assert!(
            done.contains("**Còn lại:**\n")
                && done.contains("• Tạo diễn đàn trong mục Phối hợp (1): #nhiem-vu\n"),
            "{done}"
        );
        assert!(
            done.contains(
                "\n⚠ Nếu Discord chưa cho tạo diễn đàn, hãy bật Cộng đồng (Cài đặt máy chủ > Bật Cộng đồng)"
            ),
            "{done}"
        );
        let (_, done) = applied(&world, FORUM).await;
        assert!(done.contains("Máy chủ đã sẵn sàng."), "{done}");
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_bot_itself_lacks_is_said_with_what_it_is_for() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        give(&world, "Price officer", "Quản trị").await;
        applied(&world, FORUM).await;
        assert_eq!(world.types(OWNER, "/cau-hinh cai-dat").await.text(), READY);
        let guild = world.guild();

        // In one channel it may not write: its own permissions there are taken away, and given back by the plan.
        let meetings = id(&channel(&world, "cuoc-hop"));
        let bot = world.sandbox.state()["bot"]["id"].as_str().unwrap().to_owned();
        let own = format!("/channels/{meetings}/permissions/{bot}");
        world.as_owner(Method::PUT, &own, json!({ "type": 1, "allow": "0", "deny": SEND_MESSAGES.to_string() })).await;
        let (plan, done) = applied(&world, "/cau-hinh cai-dat").await;
        assert!(plan.contains("• Đặt quyền (1): Liaison được xem, đăng bài, quản lý luồng và nhắc các đơn vị ở #cuoc-hop\n"), "{plan}");
        assert!(done.starts_with("Đã thực hiện 01 việc. Máy chủ đã sẵn sàng."), "{done}");
        // In one that somebody else made it says so.
        let room = world.channel(crate::harness::ROOM).await;
        world.types(OWNER, &format!("/cau-hinh kenh viec:hop kenh:<#{room}>")).await;
        let everyone = format!("/channels/{room}/permissions/{guild}");
        world.as_owner(Method::PUT, &everyone, json!({ "type": 0, "allow": "0", "deny": SEND_MESSAGES.to_string() })).await;
        let told = world.types("Price officer", "/settings setup").await.text();
        let lacks = format!(
            "⚠ In <#{room}> Liaison lacks: Send Messages (to post cards and reminders). Allow it to Liaison in that channel's permissions, or name another channel with `/settings channels`."
        );
        assert!(told.ends_with(&lacks), "{told}");

        // Units cannot be mentioned.
        may(&world, MENTION_EVERYONE, false).await;
        let told = world.types(OWNER, "/cau-hinh cai-dat").await.text();
        assert!(told.contains("⚠ Liaison không nhắc được 82 vai trò đơn vị không cho phép @nhắc đến: "), "{told}");
        may(&world, MENTION_EVERYONE, true).await;

        // The role that it is to give stands too high.
        give(&world, "Visitor", "CTK-01").await;
        let roles = json!([{ "id": world.role("CTK-tất cả"), "position": 200 }]);
        world.as_owner(Method::PATCH, &format!("/guilds/{guild}/roles"), roles).await;
        world
            .until("the bot knows", async |world| {
                world.types(OWNER, "/cau-hinh cai-dat").await.text().contains(
                    "⚠ Vai trò CTK-tất cả đứng ngang hoặc cao hơn vai trò của Liaison nên Liaison không trao được. Hãy kéo vai trò của Liaison lên trên CTK-tất cả",
                )
            })
            .await;
        world.end().await;
    })
    .await;
}
