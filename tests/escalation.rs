//! Lateness that is taken up, rung by rung, until somebody takes note.

use crate::databases::on_both;
use crate::harness::{Said, World};
use liaison::domain::position::{Holding, Position};
use liaison::store::new_id;

const COORDINATOR: &str = "Điều phối TTDL";
const FOCAL: &str = "Đầu mối TTDL";
const CODE: &str = "NV-2023-001";

async fn give(world: &mut World, due: &str) {
    let line = format!("/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:{due} phoi-hop:TKG");
    world.types(COORDINATOR, &line).await;
    world.said().await;
    world.is_received(CODE).await;
}

/// What a reminder says below its first line, with whom it pings beside the two people of the lead.
fn taken_up(said: &Said) -> String {
    let text = said.message["embeds"][0]["description"].as_str().unwrap();
    if text.starts_with("**Bản tin nhắc việc") {
        return format!("digest of {}", text.split(" – ").nth(1).unwrap());
    }
    assert!(text.starts_with("**Nhắc việc:**") || text.starts_with("**Reminder:**"), "{text}");
    let line = text.lines().nth(1).unwrap_or_default();
    let line = line.split(" Đề nghị xác nhận").next().unwrap().split(" Please take note").next().unwrap();
    let beside = said.pinged.iter().filter(|name| *name != COORDINATOR && *name != FOCAL);
    let beside: Vec<&str> = beside.map(String::as_str).collect();
    let buttons = said.text.lines().last().filter(|line| line.starts_with('[')).unwrap_or_default();
    format!("{line} {buttons} +{}", beside.join(", "))
}

async fn up_to(world: &mut World, at: &str) -> Vec<String> {
    world.pass_until(at).await;
    world.said().await.iter().map(taken_up).collect()
}

/// Presses the button below the newest reminder that has one.
async fn press(world: &World, who: &str, label: &str) -> String {
    let thread = world.channel(&format!("[{CODE}]")).await;
    let person = world.person(who).await;
    let messages = person.sees(thread).await.unwrap();
    let with_button =
        |message: &&serde_json::Value| message["components"][0]["components"][0]["label"] == label;
    let newest = messages.iter().rev().find(with_button).expect("a reminder with a button");
    let answer = person.presses(thread, newest, label).await.unwrap();
    world.rest().await;
    answer.text()
}

async fn id(world: &World, who: &str) -> u64 {
    world.person(who).await.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lateness_is_taken_up_a_rung_a_day_and_stays_where_somebody_took_note() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        give(&mut world, "24/03/2023").await;
        world.pass_until("2023-03-24 17:00").await;
        world.said().await;

        let (focal, coordinator) = (id(&world, FOCAL).await, id(&world, COORDINATOR).await);
        let leader = id(&world, "Lãnh đạo Tổng cục").await;
        assert_eq!(
            up_to(&mut world, "2023-03-27 12:00").await,
            [format!("**Báo cáo Đầu mối Cục TTDL:** <@{focal}>. [Đã nắm thông tin] +")]
        );
        // Not to be taken note of by somebody else, in either language.
        assert_eq!(
            press(&world, "Đầu mối TKG", "Đã nắm thông tin").await,
            "Bạn không có thẩm quyền xác nhận việc này. Người có thẩm quyền: Đầu mối Cục TTDL hoặc cấp cao hơn."
        );
        assert_eq!(
            press(&world, "Price officer", "Đã nắm thông tin").await,
            "You have no authority to take note of this. Those who may: the focal point of Data Collection and IT, or a level above."
        );
        assert_eq!(
            press(&world, FOCAL, "Đã nắm thông tin").await,
            format!("Đã ghi nhận bạn nắm thông tin nhiệm vụ {CODE}. Đến hết thứ Tư, 29/03/2023 chưa báo cáo lên cấp cao hơn; đơn vị chủ trì vẫn được nhắc hằng ngày.")
        );
        let said = world.said().await;
        assert_eq!(
            said[0].text,
            format!("<@{focal}> đã nắm thông tin nhiệm vụ {CODE} quá hạn (báo cáo ở cấp Đầu mối Cục TTDL). Chưa báo cáo lên cấp cao hơn đến hết thứ Tư, 29/03/2023.")
        );
        assert_eq!(said[0].pinged, [""; 0]);
        assert_eq!(
            press(&world, "Lãnh đạo Tổng cục", "Đã nắm thông tin").await,
            format!("<@{focal}> đã nắm thông tin nhiệm vụ {CODE}, có hiệu lực đến hết thứ Tư, 29/03/2023. Bạn không cần xác nhận lại.")
        );
        assert_eq!(
            press(&world, "Đầu mối TKG", "Đã nắm thông tin").await,
            "Bạn không có thẩm quyền xác nhận việc này. Người có thẩm quyền: Đầu mối Cục TTDL hoặc cấp cao hơn."
        );

        // Two working days of peace, and then the next who holds a position: nobody is deputy or head here.
        let quiet = "  +";
        assert_eq!(up_to(&mut world, "2023-03-29 17:00").await, [quiet, quiet]);
        assert_eq!(
            up_to(&mut world, "2023-03-30 17:00").await,
            [format!(
                "**Báo cáo Điều phối:** <@{coordinator}> (chưa có người giữ vị trí Phó thủ trưởng đơn vị, Thủ trưởng đơn vị). [Đã nắm thông tin] +"
            )]
        );
        // The server's language is another now: so are the words of the next rung, and of its button.
        world.execute("UPDATE server SET language = 'en'").await;
        assert_eq!(
            up_to(&mut world, "2023-03-31 17:00").await,
            [format!("**Taken up to the leadership:** <@{leader}>. [Acknowledge] +Lãnh đạo Tổng cục")]
        );
        // There is nobody above; the lead is reminded all the same.
        assert_eq!(up_to(&mut world, "2023-04-04 17:00").await, [quiet, quiet]);

        // What is done is late no more.
        world.types(COORDINATOR, &format!("/nhiem-vu hoan-thanh ma:{CODE}")).await;
        world.said().await;
        assert_eq!(
            press(&world, "Lãnh đạo Tổng cục", "Acknowledge").await,
            format!("Hiện nhiệm vụ {CODE} không có báo cáo quá hạn nào cần xác nhận. Xem tình hình bằng `/nhiem-vu xem`.")
        );
        let trail = world.audit_trail().await;
        let steps: Vec<(&str, Option<u64>)> = trail
            .iter()
            .filter(|row| row.action == "task.escalate" || row.action == "task.acknowledge")
            .map(|row| (row.detail["to"].as_str().unwrap_or("acknowledged"), row.actor))
            .collect();
        assert!(trail.iter().any(|row| row.detail["what"] == "escalated"), "a note like any other");
        assert_eq!(
            steps,
            [
                ("focal_point", None),
                ("acknowledged", Some(focal)),
                ("coordinator", None),
                ("leadership", None)
            ]
        );
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ladder_stays_on_days_off_and_while_the_lead_waits_for_somebody_else() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-01-16 08:00").await;
        // Overdue on the last day before Tết, which is off from 20/01 to 26/01.
        give(&mut world, "18/01/2023").await;
        world.pass_until("2023-01-18 17:00").await;
        world.said().await;
        let first = up_to(&mut world, "2023-01-19 17:00").await;
        assert!(first.len() == 1 && first[0].starts_with("**Báo cáo Đầu mối"), "{first:?}");
        assert_eq!(up_to(&mut world, "2023-01-26 23:00").await, [""; 0]);

        // The lead reports what keeps it from going on: it is reminded, but nobody above is troubled.
        let block = format!("/nhiem-vu vuong-mac ma:{CODE} ly-do:Chưa có phiếu");
        world.types(FOCAL, &block).await;
        world.said().await;
        let quiet = "  +";
        assert_eq!(up_to(&mut world, "2023-01-30 17:00").await, [quiet, quiet]);
        // It goes on, and a new deadline is asked for: the same.
        let report = format!("/nhiem-vu bao-cao ma:{CODE} noi-dung:Đã có phiếu");
        world.types(FOCAL, &report).await;
        let asked = format!("/nhiem-vu gia-han ma:{CODE} han:10/02/2023 ly-do:Chờ số liệu");
        world.types(FOCAL, &asked).await;
        world.said().await;
        // Those who can decide are told each morning that it waits.
        assert_eq!(up_to(&mut world, "2023-01-31 17:00").await, ["digest of Điều phối", quiet]);

        // The new deadline begins anew.
        let grant = format!("/nhiem-vu duyet-gia-han ma:{CODE} quyet-dinh:Đồng ý");
        let answer = world.types(COORDINATOR, &grant).await;
        assert!(answer.text().contains("10/02/2023"), "{}", answer.text());
        world.said().await;
        world.pass_until("2023-02-10 17:00").await;
        world.said().await;
        let again = up_to(&mut world, "2023-02-13 17:00").await;
        assert!(again.len() == 1 && again[0].starts_with("**Báo cáo Đầu mối"), "{again:?}");
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_recorded_in_a_position_is_told() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        give(&mut world, "24/03/2023").await;
        let deputy = world.person("Chuyên viên Hà Nội").await.id;
        let holding = Holding {
            id: new_id(),
            unit: "TTDL".into(),
            position: Position::Deputy,
            user: deputy.into(),
            from: "2023-01-01".parse().unwrap(),
            until: None,
            recorded_by: deputy.into(),
            recorded_at: world.moment("2023-03-20 08:00"),
        };
        let mut tx = world.office.store.begin().await.unwrap();
        tx.add_holding(world.guild(), &holding).await.unwrap();
        tx.commit().await.unwrap();
        world.pass_until("2023-03-27 17:00").await;
        world.said().await;
        assert_eq!(
            up_to(&mut world, "2023-03-28 17:00").await,
            [format!(
                "**Báo cáo Phó thủ trưởng đơn vị Cục TTDL:** <@{deputy}>. [Đã nắm thông tin] +Chuyên viên Hà Nội"
            )]
        );
        world.finish().await;
    })
    .await;
}

/// The lines of a task's history about lateness, as somebody reads them.
async fn lateness(world: &World, who: &str, line: &str) -> Vec<String> {
    let file = world.types(who, line).await.text();
    let late = ["Báo cáo ", "quá hạn", "Taken up", "overdue"];
    let lines =
        file.lines().filter(|line| line.starts_with('`') && late.iter().any(|word| line.contains(word)));
    lines.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_part_is_taken_up_in_its_own_unit_and_never_to_the_leadership() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        give(&mut world, "31/03/2023").await;
        let part = format!("/nhiem-vu phan-viec ma:{CODE} don-vi:TKG han:22/03");
        world.types(COORDINATOR, &part).await;
        world.pass_until("2023-03-22 17:00").await;
        world.said().await;

        // It is foretold like everything else.
        let line = "/cau-hinh nhac-viec mo-phong ngay:23/03 den-ngay:24/03 don-vi:TKG";
        assert_eq!(
            world.types(COORDINATOR, line).await.text(),
            format!(
                "Mô phỏng nhắc việc 23/03/2023 – 24/03/2023 (không gửi gì)\n\
                 **thứ Năm, 23/03/2023**\n08:30 {CODE}, phần việc TKG (quá hạn 01 ngày làm việc): TKG → Đầu mối\n\
                 **thứ Sáu, 24/03/2023**\n08:30 {CODE}, phần việc TKG (quá hạn 02 ngày làm việc): TKG → Điều phối"
            )
        );
        // Of the unit's own people: its focal point, and nobody of the lead.
        let tkg = id(&world, "Đầu mối TKG").await;
        let coordinator = id(&world, COORDINATOR).await;
        let own = "+Price officer, Đầu mối TKG";
        assert_eq!(
            up_to(&mut world, "2023-03-23 12:00").await,
            [format!("**Báo cáo Đầu mối Vụ Giá:** <@{tkg}>. [Đã nắm thông tin: phần việc TKG] {own}")]
        );
        let button = "Đã nắm thông tin: phần việc TKG";
        assert_eq!(
            press(&world, FOCAL, button).await,
            "Bạn không có thẩm quyền xác nhận việc này. Người có thẩm quyền: Đầu mối Vụ Giá hoặc cấp cao hơn."
        );
        assert_eq!(
            press(&world, "Đầu mối TKG", button).await,
            format!("Đã ghi nhận bạn nắm thông tin phần việc của Vụ Giá trong nhiệm vụ {CODE}. Đến hết thứ Hai, 27/03/2023 chưa báo cáo lên cấp cao hơn; Vụ Giá vẫn được nhắc hằng ngày.")
        );
        let said = world.said().await;
        assert_eq!(
            said[0].text,
            format!("<@{tkg}> đã nắm thông tin phần việc của Vụ Giá trong nhiệm vụ {CODE} quá hạn (báo cáo ở cấp Đầu mối Vụ Giá). Chưa báo cáo lên cấp cao hơn đến hết thứ Hai, 27/03/2023.")
        );
        assert_eq!(
            press(&world, COORDINATOR, button).await,
            format!("<@{tkg}> đã nắm thông tin phần việc của Vụ Giá trong nhiệm vụ {CODE}, có hiệu lực đến hết thứ Hai, 27/03/2023. Bạn không cần xác nhận lại.")
        );
        let quiet = || format!("  {own}");
        assert_eq!(up_to(&mut world, "2023-03-27 17:00").await, [quiet(), quiet()]);
        // The server's language is another now. The lead is reminded of the task on the same day, and by itself.
        world.execute("UPDATE server SET language = 'en'").await;
        let mut said = up_to(&mut world, "2023-03-28 17:00").await;
        said.sort();
        assert_eq!(
            said,
            [
                "  +".to_owned(),
                format!("**Taken up to the coordinator:** <@{coordinator}> (nobody holds the position of deputy head of unit, head of unit). [Acknowledge: the part of TKG] {own}"),
            ]
        );
        // There is nobody above for a part.
        assert_eq!(up_to(&mut world, "2023-03-29 17:00").await, [quiet()]);
        let shown = lateness(&world, "Đầu mối TKG", &format!("/nhiem-vu xem ma:{CODE}")).await;
        assert_eq!(
            shown,
            [
                format!("`23/03/2023 08:30` Phần việc của TKG – Vụ Thống kê Giá trong nhiệm vụ {CODE} **quá hạn** từ 17:00 thứ Tư, 22/03/2023."),
                format!("`23/03/2023 08:30` **Báo cáo Đầu mối Vụ Giá** về phần việc của Vụ Giá trong nhiệm vụ {CODE} quá hạn: <@{tkg}>."),
                format!("`23/03/2023 12:00` <@{tkg}> – <@{tkg}> đã nắm thông tin phần việc của Vụ Giá trong nhiệm vụ {CODE} quá hạn (báo cáo ở cấp Đầu mối Vụ Giá). Chưa báo cáo lên cấp cao hơn đến hết thứ Hai, 27/03/2023."),
                format!("`28/03/2023 08:30` **Báo cáo Điều phối** về phần việc của Vụ Giá trong nhiệm vụ {CODE} quá hạn: <@{coordinator}> (chưa có người giữ vị trí Phó thủ trưởng đơn vị, Thủ trưởng đơn vị)."),
            ]
        );
        let shown = lateness(&world, "Price officer", &format!("/task show code:{CODE}")).await;
        assert_eq!(shown.len(), 4);
        assert!(shown[0].ends_with(&format!("in task {CODE} is **overdue** since 17:00 Wednesday 22/03/2023.")), "{shown:?}");

        // The task is late too: of that the leadership will hear. A part that is sent is late no more.
        world.types("Đầu mối TKG", &format!("/nhiem-vu hoan-thanh ma:{CODE}")).await;
        world.said().await;
        assert_eq!(
            press(&world, "Price officer", "Acknowledge: the part of TKG").await,
            format!("The lateness of the part of Prices in task {CODE} is not taken up to anybody now. See how it stands with `/task show`.")
        );
        let said = up_to(&mut world, "2023-04-03 17:00").await;
        assert_eq!(said.len(), 3, "of the task alone: {said:?}");
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_hears_once_of_what_is_due_on_one_day() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        give(&mut world, "24/03/2023").await;
        // Due with the task: the reminder of the task says it.
        world.types(COORDINATOR, &format!("/nhiem-vu phan-viec ma:{CODE} don-vi:TKG han:24/03")).await;
        world.pass_until("2023-03-23 17:00").await;
        world.said().await;
        let own = "+Price officer, Đầu mối TKG";
        assert_eq!(up_to(&mut world, "2023-03-24 17:00").await, [format!("  {own}")]);
        // Due before, and late on the day of the task: its own reminder says it, and the task reminds the lead alone.
        world
            .types(
                COORDINATOR,
                "/nhiem-vu giao tieu-de:Rà soát phiếu giai-doan:P3 han:30/03/2023 phoi-hop:TKG",
            )
            .await;
        world.types(COORDINATOR, "/nhiem-vu phan-viec ma:NV-2023-002 don-vi:TKG han:29/03").await;
        world.all_is_received().await;
        world.types(COORDINATOR, &format!("/nhiem-vu huy ma:{CODE} ly-do:Trùng việc")).await;
        world.pass_until("2023-03-29 17:00").await;
        world.said().await;
        let mut said = up_to(&mut world, "2023-03-30 17:00").await;
        said.sort();
        assert_eq!(said.len(), 2, "{said:?}");
        assert_eq!(said[0], "  +");
        assert!(said[1].starts_with("**Báo cáo Đầu mối Vụ Giá:**") && said[1].ends_with(own), "{said:?}");
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_is_reminded_of_again_when_its_task_is_taken_up_again() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        give(&mut world, "31/03/2023").await;
        world.types(COORDINATOR, &format!("/nhiem-vu phan-viec ma:{CODE} don-vi:TKG han:23/03")).await;
        world.types(COORDINATOR, &format!("/nhiem-vu huy ma:{CODE} ly-do:Nhầm")).await;
        world.said().await;
        // Its own reminder would have come in this morning.
        assert_eq!(up_to(&mut world, "2023-03-22 12:00").await, [""; 0]);
        world.types(COORDINATOR, &format!("/nhiem-vu mo-lai ma:{CODE} ly-do:Vẫn cần")).await;
        world.all_is_received().await;
        world.said().await;
        let own = "  +Price officer, Đầu mối TKG";
        assert_eq!(up_to(&mut world, "2023-03-23 17:00").await, [own]);
        // What the unit sets for itself holds for its part at once.
        let own_rule = "/cau-hinh nhac-viec dat don-vi:TKG gio-yen-lang:8h-13h30";
        world.types(COORDINATOR, own_rule).await;
        world.pass_until("2023-03-24 13:29").await;
        assert_eq!(world.said().await, []);
        assert_eq!(up_to(&mut world, "2023-03-24 17:00").await.len(), 1);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_that_comes_back_begins_anew() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        give(&mut world, "24/03/2023").await;
        world.pass_until("2023-03-24 17:00").await;
        world.said().await;
        let first = up_to(&mut world, "2023-03-27 17:00").await;
        assert!(first.len() == 1 && first[0].starts_with("**Báo cáo Đầu mối Cục TTDL"), "{first:?}");
        for lead in ["TKTH", "TTDL"] {
            let reassign = format!("/nhiem-vu phan-cong-lai ma:{CODE} chu-tri:{lead} ly-do:Phân công lại");
            world.types(COORDINATOR, &reassign).await;
        }
        world.all_is_received().await;
        world.said().await;
        let again = up_to(&mut world, "2023-03-28 17:00").await;
        assert!(again.len() == 1 && again[0].starts_with("**Báo cáo Đầu mối Cục TTDL"), "{again:?}");
        world.finish().await;
    })
    .await;
}
