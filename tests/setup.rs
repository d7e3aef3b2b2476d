//! From a server with nothing to one that is ready: planned first, then made, and never twice.

mod forum;

use crate::databases::on_both;
use crate::harness::{ROOM, World};
use discord_sandbox::{Effect, Fault};
use liaison::discord::manifest::{Manifest, Requires};
use liaison::domain::actor::Tier;
use reqwest::Method;
use serde_json::{Value, json};

const OWNER: &str = "Quản trị máy chủ";
const COORDINATOR: &str = "Điều phối TTDL";
const READY: &str = "Máy chủ đã sẵn sàng: đủ vai trò, kênh, thẻ và quyền, không có việc gì phải làm.";
/// Discord's bit for managing roles.
const MANAGE_ROLES: u64 = 1 << 28;

fn roles(world: &World) -> Vec<Value> {
    world.sandbox.state()["roles"].as_array().unwrap().clone()
}

fn named<'a>(all: &'a [Value], name: &str) -> Vec<&'a Value> {
    all.iter().filter(|one| one["name"] == name).collect()
}

/// A server with people and without any role or channel of the office's, and a role and a channel that are others'.
async fn bare(world: &World) {
    let guild = world.guild();
    for role in roles(world).iter().filter(|role| role["managed"] != true && role["id"] != guild.to_string())
    {
        let path = format!("/guilds/{guild}/roles/{}", role["id"].as_str().unwrap());
        world.as_owner(Method::DELETE, &path, Value::Null).await;
    }
    world
        .as_owner(
            Method::POST,
            &format!("/guilds/{guild}/roles"),
            json!({ "name": "Câu lạc bộ", "color": 255 }),
        )
        .await;
    world
        .until("the bot knows", async |world| {
            let known = world.office.recognition(world.guild()).await.unwrap();
            known.units.is_empty()
                && known.tiers.is_empty()
                && known.unknown_roles.contains(&"Câu lạc bộ".to_owned())
        })
        .await;
}

/// Allows the bot this, or forbids it, on the whole server.
async fn may(world: &World, bit: u64, allowed: bool) {
    let all = roles(world);
    let bots = all.iter().find(|role| role["managed"] == true && role["name"] == "Liaison").unwrap();
    let bits = bots["permissions"].as_str().unwrap().parse::<u64>().unwrap();
    let bits = if allowed { bits | bit } else { bits & !bit };
    let path = format!("/guilds/{}/roles/{}", world.guild(), bots["id"].as_str().unwrap());
    world.as_owner(Method::PATCH, &path, json!({ "permissions": bits.to_string() })).await;
}

async fn give(world: &World, who: &str, role: &str) {
    let (user, role) = (world.person(who).await.id, world.role(role));
    let path = format!("/guilds/{}/members/{user}/roles/{role}", world.guild());
    world.as_owner(Method::PUT, &path, Value::Null).await;
}

/// Sees the plan and presses the button; both answers.
async fn applies(world: &World) -> (String, String) {
    applied(world, "/cau-hinh cai-dat").await
}

async fn applied(world: &World, line: &str) -> (String, String) {
    let room = world.channel(ROOM).await;
    let plan = world.types(OWNER, line).await;
    world.person(OWNER).await.presses(room, &plan.message, "Thực hiện").await.unwrap();
    world.rest().await;
    let asked = world.sandbox.interactions();
    let last = asked
        .as_array()
        .unwrap()
        .iter()
        .max_by_key(|one| one["id"].as_str().unwrap().parse::<u64>().unwrap());
    (plan.text(), liaison::demo::people::read(&last.unwrap()["message"]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bare_server_is_planned_then_made_and_then_left_alone() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        assert_eq!(
            world.types(COORDINATOR, "/cau-hinh cai-dat").await.text(),
            "Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Quản trị; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị."
        );
        bare(&world).await;
        may(&world, MANAGE_ROLES, false).await;
        let before = roles(&world);
        // What is lacking is said before anything is begun.
        let plan = world.types(OWNER, "/cau-hinh cai-dat").await.text();
        let steps = "**Kế hoạch thiết lập máy chủ** (110 việc)\n\
             • Tạo vai trò cấp (6): Chuyên viên, Đầu mối, Thủ trưởng đơn vị, Điều phối, Lãnh đạo, Quản trị\n\
             • Tạo vai trò đơn vị (82): PPCD, TKTH, TKQG, NLTS, CNXD, TMDV, TKG, DSLD, XHMT, HTQT, PCTT, TCCB, và 07 đơn vị khác, 63 Cục Thống kê\n\
             • Tạo vai trò chung (1): CTK-tất cả\n\
             • Tạo kênh trong mục Phối hợp (10): #p1-xac-dinh-nhu-cau-thong-tin, ";
        assert!(plan.starts_with(steps), "{plan}");
        assert!(
            plan.ends_with("⚠ Liaison còn thiếu quyền: Manage Roles (tạo, trao vai trò và đặt quyền ở kênh của mình). Hãy bật cho vai trò của Liaison (Cài đặt máy chủ > Vai trò), rồi dùng lại lệnh này."),
            "{plan}"
        );
        let access = "\n• Đặt quyền (11): Liaison được xem, đăng bài, quản lý luồng và nhắc các đơn vị ở mục Phối hợp, #p1-xac-dinh-nhu-cau-thong-tin, ";
        assert!(plan.contains(access), "{plan}");
        assert!(plan.contains("\n  – #ban-tin-nhac-viec: mọi người chỉ đọc, chỉ Liaison đăng bài\n"), "{plan}");
        may(&world, MANAGE_ROLES, true).await;
        let (plan, done) = applies(&world).await;
        assert!(plan.starts_with(steps) && plan.ends_with("không xóa, không đổi quyền.\n[Thực hiện]"), "{plan}");
        assert_eq!(
            done,
            "Đã thực hiện 110 việc. Máy chủ đã sẵn sàng. Hãy trao vai trò cho từng người, rồi xem `/don-vi danh-sach`."
        );
        let known = world.office.recognition(world.guild()).await.unwrap();
        assert!(known.missing_units.is_empty() && known.missing_tiers.is_empty());
        assert_eq!(known.unknown_roles, ["Câu lạc bộ"]);
        let after = roles(&world);
        assert_eq!(after.len(), before.len() + 89);
        // Discord puts a new role below the others, so that these rise; nothing else of them changes.
        let others = |all: &[Value]| {
            let theirs = named(all, "Câu lạc bộ").into_iter().cloned();
            theirs
                .map(|mut role| {
                    role["position"] = Value::Null;
                    role
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(others(&after), others(&before));
        assert_eq!(world.types(OWNER, "/cau-hinh cai-dat").await.text(), READY);

        // What was made stands for what it was made for, whatever people call it.
        let path = format!("/guilds/{}/roles/{}", world.guild(), world.role("TKG"));
        world.as_owner(Method::PATCH, &path, json!({ "name": "Phòng Giá" })).await;
        world.rest().await;
        assert_eq!(world.types(OWNER, "/cau-hinh cai-dat").await.text(), READY);

        // The provinces' people share one role, and one mention reaches them all.
        give(&world, "Chuyên viên Hà Nội", "CTK-01").await;
        give(&world, "Chuyên viên Đà Nẵng", "CTK-48").await;
        give(&world, COORDINATOR, "Điều phối").await;
        world.until("the bot knows", async |world| world.office.store.people_by_unit(world.guild()).await.unwrap().len() == 2).await;
        let (plan, done) = applies(&world).await;
        assert!(plan.contains("• Trao vai trò CTK-tất cả cho 02 người của các đơn vị đó\n"), "{plan}");
        assert!(done.starts_with("Đã thực hiện 02 việc. Máy chủ đã sẵn sàng."), "{done}");
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Báo cáo tháng giai-doan:P3 han:+5 phoi-hop:CTK").await;
        let said = world.said().await;
        let given = said.iter().find(|said| said.text.contains("**Giao nhiệm vụ")).unwrap();
        let mentions = format!("<@&{}> <@&{}>\n", world.role("TTDL"), world.role("CTK-tất cả"));
        assert!(given.text.starts_with(&mentions), "{}", given.text);
        assert_eq!(given.pinged, ["Chuyên viên Hà Nội", "Chuyên viên Đà Nẵng"]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_disturbed_makes_nothing_twice() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        bare(&world).await;
        let before = roles(&world).len();
        world.sandbox.add_fault(
            Fault::rest("POST", "/guilds/{guild_id}/roles", Effect::CommitThenDrop).after(30).times(1),
        );
        world.sandbox.add_fault(
            Fault::rest(
                "POST",
                "/guilds/{guild_id}/roles",
                Effect::Status { status: 500, body: Value::Null },
            )
            .after(60)
            .times(1),
        );
        let (_, done) = applies(&world).await;
        assert!(done.starts_with("Đã thực hiện") && done.contains("Máy chủ đã sẵn sàng"), "{done}");
        assert_eq!(roles(&world).len(), before + 89);
        assert_eq!(world.types(OWNER, "/cau-hinh cai-dat").await.text(), READY);
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn channels_and_the_language_of_posts_are_set() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let list = world.types(OWNER, "/cau-hinh kenh").await.text();
        assert!(list.contains("P3 – Thu thập thông tin: sẽ tạo khi cần"), "{list}");
        let room = world.channel(ROOM).await;
        let line = format!("/cau-hinh kenh viec:P3 kenh:<#{room}>");
        assert!(world.types(COORDINATOR, &line).await.text().starts_with("Bạn không có thẩm quyền"));
        assert_eq!(
            world.types(OWNER, &line).await.text(),
            format!(
                "P3 – Thu thập thông tin: từ nay dùng kênh <#{room}>. Nhiệm vụ, cuộc họp đã có vẫn ở kênh cũ."
            )
        );
        let forum = world.forum("dien-dan", &[], false).await;
        let refused =
            world.types(OWNER, &format!("/settings channels purpose:meetings channel:<#{forum}>")).await;
        assert!(
            refused.text().starts_with(&format!("<#{forum}> không phải là kênh văn bản nên không đăng")),
            "{}",
            refused.text()
        );
        assert_eq!(
            world.completes(OWNER, "/cau-hinh kenh viec:hop").await,
            [("Cuộc họp, hội thảo, tập huấn".to_owned(), "meetings".to_owned())]
        );
        assert!(
            world
                .types(OWNER, "/settings language language:English")
                .await
                .text()
                .starts_with("Từ nay Liaison đăng bài trên máy chủ này bằng tiếng Anh.")
        );
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Giá tháng 3 giai-doan:P3 han:+5 phoi-hop:TKG").await;
        let said = world.said().await;
        assert_eq!(said[0].place, ROOM);
        assert!(said[0].text.contains("Lead unit: TTDL – Data Collection"), "{}", said[0].text);
        // A new start does not undo it.
        world.stop_bot().await;
        world.start_bot().await;
        world.types(OWNER, "/settings language language:Vietnamese").await;
        let done: Vec<String> = world.audit_trail().await.into_iter().map(|row| row.action).collect();
        assert_eq!(done, ["setup.channel", "setup.language", "task.give", "setup.language"]);
        world.finish().await;
    })
    .await;
}

#[test]
fn settings_are_for_administrators() {
    let manifest = Manifest::built_in().unwrap();
    for command in ["settings setup", "settings channels", "settings language"] {
        assert_eq!(
            manifest.policy(command).unwrap().requires,
            Requires::AtLeast(Tier::Administrator),
            "{command}"
        );
    }
}
