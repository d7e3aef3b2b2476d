//! Another version comes into force: the office is told once, and reminded until nothing waits for a decision.

use super::{BEFORE, BOTH, COORDINATOR, buttons};
use crate::databases::on_both;
use crate::harness::{Said, World};

const DIGESTS: &str = "ban-tin-nhac-viec";

/// One task that the version of 2025 touches, and one that it leaves as it is.
async fn give_two(world: &mut World) {
    for line in [
        "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:31/07/2025",
        "/nhiem-vu giao tieu-de:Rà soát kinh phí giai-doan:P2 han:30/07/2025 chu-tri:VP phoi-hop:KHTC ly-do:Việc nội bộ",
    ] {
        let answer = world.types(COORDINATOR, line).await;
        assert!(answer.text().starts_with("Đã giao"), "{}", answer.text());
    }
    // What nobody has received would be told in the digests of the units.
    world.all_is_received().await;
    world.said().await;
}

/// What was posted about the new version where digests are.
async fn told(world: &mut World) -> Vec<Said> {
    let said = world.said().await.into_iter();
    said.filter(|said| said.place == DIGESTS && said.text.contains("nso-2025")).collect()
}

/// Waits until the office is told: the bot hears of its server a moment after it is connected.
async fn until_told(world: &World) {
    let told = async |world: &World| {
        let known = world.office.store.known_versions(world.guild()).await.unwrap();
        known.get("nso-2025").is_some_and(Option::is_some)
    };
    world.until("the office is told", told).await;
}

fn description(said: &Said) -> &str {
    said.message["embeds"][0]["description"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_is_told_once_on_its_first_morning_and_recalled_until_nothing_waits() {
    on_both(async |database| {
        let replicas = database.url.starts_with("postgres");
        let mut world = World::under(database, BEFORE, &BOTH).await;
        give_two(&mut world).await;
        // The news is a ping like the others: after it there is room for none on that day.
        world.types(COORDINATOR, "/cau-hinh nhac-viec dat toi-da:1").await;
        if replicas {
            world.start_replica().await;
        }
        world.pass_until("2025-07-01 07:59").await;
        assert!(told(&mut world).await.is_empty());
        world.pass_until("2025-07-01 17:00").await;
        let said = told(&mut world).await;
        assert_eq!(said.len(), 1, "{said:#?}");
        assert_eq!(
            description(&said[0]),
            "**Quy chế có bản mới:** Quy chế phối hợp 2025 (kiểm tra lại trước khi dùng) (bản nso-2025) áp dụng từ 01/07/2025.\n\
             Văn bản: bản chuyển đổi, kiểm tra lại trước khi dùng; chưa có văn bản ban hành. Nguồn: Quyết định 384/QĐ-BTC ngày \
             26/02/2025 về tổ chức của Cục Thống kê; danh mục Ban chuyên môn trong một bảng mã công khai; 34 tỉnh, thành phố từ \
             ngày 01/07/2025. Nội dung chuyển từ bản dự thảo năm 2023.\n\
             **01 nhiệm vụ đang thực hiện chịu ảnh hưởng** (01 nhiệm vụ khác không thay đổi).\n\
             Mỗi nhiệm vụ vẫn theo bản cũ cho đến khi Điều phối xác nhận giữ nguyên hoặc chuyển sang bản mới: bấm nút bên dưới, \
             hoặc dùng `/quy-che so-sanh` và `/quy-che xac-nhan`.\n\
             Toàn văn: `/quy-che xem`."
        );
        assert_eq!(said[0].pinged, [COORDINATOR]);

        // Whoever presses sees what changes; who may decide is offered it there.
        let digests = world.channel(DIGESTS).await;
        let officer = world.person("Price officer").await;
        let seen = officer.presses(digests, &said[0].message, "Xem thay đổi và nhiệm vụ").await.unwrap();
        assert!(seen.text().contains("It touches 1 open task"), "{}", seen.text());
        assert_eq!(buttons(&seen), []);
        let coordinator = world.person(COORDINATOR).await;
        let seen = coordinator.presses(digests, &said[0].message, "Xem thay đổi và nhiệm vụ").await.unwrap();
        assert_eq!(buttons(&seen).len(), 2, "{}", seen.text());

        // Another start tells nothing again; the digests of the next days say what waits.
        world.stop_bot().await;
        world.start_bot().await;
        world.pass_until("2025-07-02 17:00").await;
        let said = told(&mut world).await;
        assert_eq!(said.len(), 1, "{said:#?}");
        assert_eq!(
            description(&said[0]),
            "**Bản tin nhắc việc – Điều phối – thứ Tư, 02/07/2025**\n\n\
             **01 nhiệm vụ chờ xác nhận** giữ nguyên bản cũ hoặc chuyển sang bản nso-2025 của Quy chế: `/quy-che so-sanh`."
        );
        assert_eq!(said[0].pinged, [COORDINATOR]);
        let gaps = world.types("Price officer", "/charter check").await;
        assert!(gaps.text().contains("wait for a decision whether they move to nso-2025: 1;"), "{}", gaps.text());

        coordinator.presses(digests, &seen.message, "NV-2025-001: giữ nguyên").await.unwrap();
        world.pass_until("2025-07-03 17:00").await;
        assert!(told(&mut world).await.is_empty());
        let trail = world.audit_trail().await;
        assert_eq!(trail.iter().filter(|row| row.action == "charter.in_force").count(), 1);
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_told_in_time_is_told_late_and_says_so() {
    on_both(async |database| {
        let mut world = World::under(database, BEFORE, &BOTH).await;
        give_two(&mut world).await;
        assert_eq!(world.execute("UPDATE server SET language = 'en'").await, 1);

        // The bot is away on that day, and comes back in the evening: it tells the next morning.
        world.stop_bot().await;
        world.jump_to("2025-07-03 20:00").await;
        world.start_bot().await;
        assert!(told(&mut world).await.is_empty());
        world.pass_until("2025-07-04 08:00").await;
        let said = told(&mut world).await;
        assert_eq!(said.len(), 1, "{said:#?}");
        let late = "applies from 01/07/2025. This is told late: on that day Liaison was not running, or had not been given this version yet.\n";
        assert!(description(&said[0]).contains(late), "{}", description(&said[0]));
        assert!(description(&said[0]).contains("**It touches 1 open task** (1 more stays the same)."));

        // A database from before there was such news knows by its open tasks that this is news.
        world.stop_bot().await;
        world.execute("DELETE FROM charter_news").await;
        world.execute("DELETE FROM outbox WHERE lane LIKE 'charter:%'").await;
        world.start_bot().await;
        until_told(&world).await;
        assert_eq!(told(&mut world).await.len(), 1);
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_is_loaded_only_afterwards_is_told_then() {
    on_both(async |database| {
        let mut world = World::under(database, BEFORE, &BOTH).await;
        world.stop_bot().await;
        let both = world.office.charters.clone();
        world.office.charters = both.first().clone().into();
        world.jump_to("2025-07-10 10:00").await;
        world.start_bot().await;
        world.pass_until("2025-07-11 17:00").await;
        assert!(told(&mut world).await.is_empty());
        world.stop_bot().await;
        world.office.charters = both;
        world.jump_to("2025-07-14 10:00").await;
        world.start_bot().await;
        until_told(&world).await;
        let said = told(&mut world).await;
        assert_eq!(said.len(), 1, "{said:#?}");
        assert!(description(&said[0]).contains("Thông báo này đến muộn"), "{}", description(&said[0]));
        assert!(description(&said[0]).contains("Không có nhiệm vụ đang thực hiện nào chịu ảnh hưởng."));
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_force_when_an_office_begins_is_no_news() {
    on_both(async |database| {
        let world = World::under(database, "2025-08-01 08:00", &BOTH).await;
        world.pass_until("2025-08-04 17:00").await;
        world.finish().await;
    })
    .await;
}
