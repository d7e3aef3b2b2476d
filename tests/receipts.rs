//! What waits for somebody: a receipt that does not come, a new deadline that nobody decides, a result that nobody accepts.

use crate::databases::on_both;
use crate::harness::{Said, World};
use liaison::domain::actor::{Actor, Tier, positions_of_roles};
use liaison::domain::ids::UnitCode;
use liaison::domain::lang::Lang;
use std::collections::BTreeSet;

const COORDINATOR: &str = "Điều phối TTDL";
const FOCAL: &str = "Đầu mối TTDL";
const PRICES: &str = "Đầu mối TKG";
const LEAD: &str = "Điều phối TTDL, Đầu mối TTDL";
const SUPPORT: &str = "Price officer, Đầu mối TKG";
const ALL: &str = "Price officer, Điều phối TTDL, Đầu mối TKG, Đầu mối TTDL";

/// Gives `NV-2023-001`, which TTDL leads and TKG supports.
async fn give(world: &mut World, due: &str, urgency: &str) {
    let line =
        format!("/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:{due} phoi-hop:TKG do-khan:{urgency}");
    let answer = world.types(COORDINATOR, &line).await;
    assert!(answer.text().starts_with("Đã giao"), "{}", answer.text());
    world.said().await;
}

async fn receives(world: &mut World, who: &str) {
    world.types(who, "/nhiem-vu tiep-nhan ma:NV-2023-001").await;
    assert_eq!(world.said().await.len(), 1, "one line in the thread");
}

fn text(said: &Said) -> &str {
    said.message["embeds"][0]["description"].as_str().unwrap()
}

/// When, whom, and what is wanted of them: the text from the first request on.
fn brief(world: &World, said: &Said) -> String {
    let at: chrono::DateTime<chrono::Utc> = said.message["timestamp"].as_str().unwrap().parse().unwrap();
    let at = world.office.calendar.local(at).format("%d/%m %H:%M");
    let wanted = match text(said).find("Đề nghị") {
        Some(from) => text(said)[from..].replace('\n', " "),
        None => text(said).lines().next().unwrap_or_default().to_owned(),
    };
    format!("{at} {}: {wanted}", said.pinged.join(", "))
}

async fn briefs(world: &mut World, until: &str) -> Vec<String> {
    world.pass_until(until).await;
    world.said().await.iter().map(|said| brief(world, said)).collect()
}

/// Somebody as the office knows them.
async fn actor(world: &World, who: &str, unit: Option<&str>, tier: Tier) -> Actor {
    let units: BTreeSet<UnitCode> = unit.into_iter().map(UnitCode::from).collect();
    let tiers = BTreeSet::from([tier]);
    let positions = positions_of_roles(&units, &tiers);
    let (guild, user) = (world.guild(), world.person(who).await.id.into());
    Actor { guild, user, name: who.to_owned(), units, tiers, positions, lang: Lang::Vi }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_normal_task_is_asked_for_its_receipt_in_the_digest_of_the_unit() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        give(&mut world, "31/03/2023", "Thường").await;
        receives(&mut world, PRICES).await;
        let focal = actor(&world, FOCAL, Some("TTDL"), Tier::FocalPoint).await;
        let waiting = world.office.waiting_for(&focal).await.unwrap();
        let [(task, units)] = waiting.receipts.as_slice() else { panic!("{waiting:?}") };
        assert_eq!((task.code.as_str(), units.as_slice()), ("NV-2023-001", &["TTDL".into()][..]));
        let foretold = world.types(FOCAL, "/cau-hinh nhac-viec mo-phong den-ngay:23/03").await;
        assert_eq!(
            foretold.text(),
            "Mô phỏng nhắc việc 20/03/2023 – 23/03/2023 (không gửi gì)\n\
             **thứ Tư, 22/03/2023**\n08:00 bản tin Cục TTDL: 01 nhiệm vụ\n\
             **thứ Năm, 23/03/2023**\n08:00 bản tin Cục TTDL: 01 nhiệm vụ"
        );
        // A whole working day may pass; who has confirmed is left alone.
        assert_eq!(briefs(&mut world, "2023-03-22 07:59").await, [""; 0]);
        world.pass_until("2023-03-22 17:00").await;
        let said = world.said().await;
        assert_eq!(said.len(), 1, "{said:#?}");
        let thread = world.channel("[NV-2023-001]").await;
        assert_eq!(
            text(&said[0]),
            format!(
                "**Bản tin nhắc việc – Cục TTDL – thứ Tư, 22/03/2023** (01 nhiệm vụ)\n\n__Chưa xác nhận tiếp nhận__\n\
                 **NV-2023-001** Thu thập giá · TTDL · còn 07 ngày làm việc · <#{thread}>\n\n\
                 Đề nghị xác nhận đã tiếp nhận bằng nút **Đã tiếp nhận** trên từng thẻ nhiệm vụ."
            )
        );
        assert_eq!(said[0].pinged.join(", "), LEAD);
        world.execute("UPDATE server SET language = 'en'").await;
        world.pass_until("2023-03-23 17:00").await;
        let said = world.said().await;
        assert_eq!(
            text(&said[0]),
            format!(
                "**Digest – Data Collection and IT – Thursday 23/03/2023** (1 task)\n\n__Receipt not confirmed__\n\
                 **NV-2023-001** Thu thập giá · TTDL · 6 working days left · <#{thread}>\n\n\
                 Please confirm receipt with **Received** on the card of each task."
            )
        );
        // On the day of a reminder that asks for the receipt, the digest says nothing of it.
        world.execute("UPDATE server SET language = 'vi'").await;
        world.pass_until("2023-03-27 17:00").await;
        world.said().await;
        let wanted = "Đề nghị Cục TTDL (chủ trì) xác nhận đã tiếp nhận.";
        assert_eq!(briefs(&mut world, "2023-03-28 17:00").await, [format!("28/03 08:30 {LEAD}: {wanted}")]);
        receives(&mut world, FOCAL).await;
        let wanted = "Đề nghị Cục TTDL (chủ trì) cập nhật tiến độ.";
        assert_eq!(briefs(&mut world, "2023-03-30 17:00").await, [format!("30/03 08:30 {LEAD}: {wanted}")]);
        assert!(world.office.waiting_for(&focal).await.unwrap().is_empty());
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_urgent_is_asked_for_its_receipt_the_next_morning() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 14:00").await;
        give(&mut world, "31/03/2023", "Khẩn").await;
        world.pass_until("2023-03-21 17:00").await;
        let said = world.said().await;
        assert_eq!(
            text(&said[0]),
            "**Nhắc việc:** Nhiệm vụ NV-2023-001 (Thu thập giá, khẩn) **chưa được xác nhận tiếp nhận**, thời hạn 17:00 thứ Sáu, 31/03/2023 (còn 08 ngày làm việc). Đề nghị TTDL, TKG bấm **Đã tiếp nhận** trên thẻ nhiệm vụ."
        );
        assert_eq!((said.len(), said[0].pinged.join(", ")), (1, ALL.to_owned()));
        receives(&mut world, FOCAL).await;
        world.execute("UPDATE server SET language = 'en'").await;
        world.pass_until("2023-03-22 17:00").await;
        let said = world.said().await;
        assert_eq!(
            text(&said[0]),
            "**Reminder:** receipt of task NV-2023-001 (Thu thập giá, urgent) is **not confirmed**; it is due 17:00 Friday 31/03/2023 (7 working days left). TKG, please press **Received** on the task's card."
        );
        assert_eq!(said[0].pinged.join(", "), SUPPORT);
        // Everybody has it: the next is the reminder of the deadline.
        receives(&mut world, PRICES).await;
        world.execute("UPDATE server SET language = 'vi'").await;
        let wanted = "Đề nghị Cục TTDL (chủ trì) cập nhật tiến độ.";
        assert_eq!(briefs(&mut world, "2023-03-30 17:00").await, [format!("30/03 08:30 {LEAD}: {wanted}")]);
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_more_urgent_asks_for_receipts_with_each_of_its_reminders() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 14:00").await;
        give(&mut world, "22/03/2023", "Thượng khẩn").await;
        let lead = "Đề nghị Cục TTDL (chủ trì)";
        let support = "Đề nghị TKG (phối hợp) xác nhận đã tiếp nhận.";
        assert_eq!(
            briefs(&mut world, "2023-03-20 14:30").await,
            [format!("20/03 14:30 {ALL}: {lead} xác nhận đã tiếp nhận. {support}")]
        );
        receives(&mut world, FOCAL).await;
        assert_eq!(
            briefs(&mut world, "2023-03-20 17:00").await,
            [format!("20/03 16:30 {ALL}: {lead} cập nhật tiến độ. {support}")]
        );
        receives(&mut world, PRICES).await;
        assert_eq!(
            briefs(&mut world, "2023-03-21 08:30").await,
            [format!("21/03 08:30 {LEAD}: {lead} cập nhật tiến độ.")]
        );
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flash_asks_at_any_hour_until_it_is_received_and_then_when_the_office_is_open() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 16:10").await;
        give(&mut world, "21/03/2023", "Hỏa tốc").await;
        let lead = "Đề nghị Cục TTDL (chủ trì)";
        let support = "Đề nghị TKG (phối hợp) xác nhận đã tiếp nhận.";
        assert_eq!(
            briefs(&mut world, "2023-03-20 18:10").await,
            [
                format!("20/03 17:10 {ALL}: {lead} xác nhận đã tiếp nhận. {support}"),
                format!("20/03 18:10 {ALL}: {lead} xác nhận đã tiếp nhận. {support}"),
            ]
        );
        receives(&mut world, FOCAL).await;
        receives(&mut world, PRICES).await;
        assert_eq!(briefs(&mut world, "2023-03-21 07:59").await, [""; 0]);
        let said = briefs(&mut world, "2023-03-21 17:00").await;
        let times: Vec<&str> = said.iter().map(|brief| &brief[6..11]).collect();
        assert_eq!(times, ["08:00", "09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"]);
        assert!(said.iter().all(|brief| !brief.contains("tiếp nhận")), "{said:?}");
        // Late, it is said once when the office opens.
        let said = briefs(&mut world, "2023-03-22 08:59").await;
        let late = format!(
            "22/03 08:00 {LEAD}: {lead} báo cáo nguyên nhân và đề xuất thời hạn mới. **Báo cáo Đầu mối"
        );
        assert!(said.len() == 1 && said[0].starts_with(&late), "{said:?}");
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_decision_stands_in_the_digest_of_those_who_decide() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        give(&mut world, "31/03/2023", "Thường").await;
        world.types("Thủ trưởng TKQG", "/nhiem-vu giao tieu-de:Ước tính GDP giai-doan:P5 han:31/03/2023 chu-tri:TKQG phoi-hop:TKG").await;
        world.all_is_received().await;
        world.types(FOCAL, "/nhiem-vu gia-han ma:NV-2023-001 han:07/04/2023 ly-do:Chờ số liệu").await;
        world.types("Thủ trưởng TKQG", "/nhiem-vu hoan-thanh ma:NV-2023-002").await;
        world.said().await;
        // Whom it waits for; never for who asked, and for who gave it as for the coordinators.
        let codes = |tasks: &[liaison::domain::task::Task]| -> Vec<String> {
            tasks.iter().map(|task| task.code.clone()).collect()
        };
        for (who, unit, tier, extensions, results) in [
            (COORDINATOR, Some("TTDL"), Tier::Coordinator, 1, 1),
            ("Thủ trưởng TKQG", Some("TKQG"), Tier::UnitHead, 0, 1),
            (PRICES, Some("TKG"), Tier::FocalPoint, 0, 0),
        ] {
            let waiting = world.office.waiting_for(&actor(&world, who, unit, tier).await).await.unwrap();
            assert_eq!((waiting.extensions.len(), waiting.results.len()), (extensions, results), "{who}: {waiting:?}");
            assert!(codes(&waiting.extensions).iter().all(|code| code == "NV-2023-001"));
            assert!(codes(&waiting.results).iter().all(|code| code == "NV-2023-002"));
        }
        // From the next working day on, and not before.
        assert_eq!(briefs(&mut world, "2023-03-21 07:59").await, [""; 0]);
        world.pass_until("2023-03-21 17:00").await;
        let mut said: Vec<(String, String)> =
            world.said().await.iter().map(|said| (said.pinged.join(", "), text(said).to_owned())).collect();
        said.sort();
        let thread = async |code: &str| world.channel(&format!("[{code}]")).await;
        let (first, second) = (thread("NV-2023-001").await, thread("NV-2023-002").await);
        assert_eq!(
            said,
            [
                (
                    "Thủ trưởng TKQG".to_owned(),
                    format!(
                        "**Bản tin nhắc việc – Vụ TKQG – thứ Ba, 21/03/2023** (01 nhiệm vụ)\n\n__Chờ nghiệm thu__\n\
                         **NV-2023-002** Ước tính GDP · TKQG · hoàn thành thứ Hai, 20/03/2023 · <#{second}>\n\n\
                         Đề nghị nghiệm thu hoặc trả lại kết quả bằng nút trên từng thẻ nhiệm vụ."
                    )
                ),
                (
                    COORDINATOR.to_owned(),
                    format!(
                        "**Bản tin nhắc việc – Điều phối – thứ Ba, 21/03/2023** (01 nhiệm vụ)\n\n__Chờ quyết định gia hạn__\n\
                         **NV-2023-001** Thu thập giá · TTDL · còn 08 ngày làm việc · <#{first}>\n\n\
                         Đề nghị quyết định gia hạn bằng nút trên từng thẻ nhiệm vụ."
                    )
                ),
            ]
        );
        world.execute("UPDATE server SET language = 'en'").await;
        world.types("Thủ trưởng TKQG", "/nhiem-vu nghiem-thu ma:NV-2023-002").await;
        world.said().await;
        world.pass_until("2023-03-22 17:00").await;
        let said = world.said().await;
        assert_eq!(said.len(), 1, "{said:#?}");
        assert!(text(&said[0]).contains("__A new deadline waits for its decision__"), "{}", text(&said[0]));
        // Decided: nothing waits, and no digest is sent. The office goes on planning for the result alone.
        world.types(COORDINATOR, "/nhiem-vu duyet-gia-han ma:NV-2023-001 quyet-dinh:Đồng ý").await;
        world.types(COORDINATOR, "/nhiem-vu hoan-thanh ma:NV-2023-001").await;
        world.said().await;
        world.pass_until("2023-03-23 17:00").await;
        let said = world.said().await;
        assert_eq!(said.len(), 1, "{said:#?}");
        assert!(text(&said[0]).contains("__The result waits for acceptance__"), "{}", text(&said[0]));
        world.types(COORDINATOR, "/nhiem-vu nghiem-thu ma:NV-2023-001").await;
        world.said().await;
        world.pass_until("2023-03-31 17:00").await;
        world.finish().await;
    })
    .await;
}
