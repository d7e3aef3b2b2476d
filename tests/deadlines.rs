//! The reminder ladder of a task, as the people see it: when, whom, and in which words. Longer than most files because a
//! ladder is only seen by climbing all of it.

use crate::databases::{on_both, postgres};
use crate::harness::{ROOM, Said, World};
use chrono::{DateTime, Utc};
use discord_sandbox::{Effect, Fault};
use liaison::demo::time;
use sqlx::{AnyConnection, Connection};

const COORDINATOR: &str = "Điều phối TTDL";

/// Gives `NV-2023-001` or the next one: TTDL leads, TKG supports.
async fn give(world: &mut World, due: &str) {
    let line = format!("/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:{due} phoi-hop:TKG");
    let answer = world.types(COORDINATOR, &line).await;
    assert!(answer.text().starts_with("Đã giao nhiệm vụ"), "{}", answer.text());
    assert_eq!(world.said().await.len(), 2, "the card and the one ping at giving");
    let code = answer.text().split("**").nth(1).unwrap().to_owned();
    world.is_received(&code).await;
}

async fn finish_task(world: &mut World, code: &str) {
    let answer = world.types(COORDINATOR, &format!("/nhiem-vu hoan-thanh ma:{code}")).await;
    assert_eq!(
        answer.text(),
        format!("Đã ghi nhận nhiệm vụ {code} hoàn thành, chờ nghiệm thu. Sẽ không nhắc việc nữa.")
    );
    assert_eq!(briefs(world).await, ["on the task's end: one line"]);
    // Who gave it accepts the result, or is asked to every morning.
    world.types(COORDINATOR, &format!("/nhiem-vu nghiem-thu ma:{code}")).await;
    assert_eq!(briefs(world).await, ["on the task's end: one line"]);
}

/// Changes the deadline as no command does, so nobody tells the timer.
async fn move_deadline(world: &World, due: &str) {
    let due = world.moment(due).timestamp_millis();
    let mut connection = AnyConnection::connect(world.database_url()).await.unwrap();
    let done = sqlx::query("UPDATE task SET due_at = $1").bind(due).execute(&mut connection).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
}

/// Moves the clock to when a reminder is due, while Discord refuses the next `times` messages, until it was tried.
async fn while_discord_is_down(world: &World, times: u32, at: &str) {
    let down = Effect::Status { status: 503, body: serde_json::Value::Null };
    world.sandbox.add_fault(Fault::rest("POST", "/channels/*/messages", down).times(times));
    let refused =
        |world: &World| world.sandbox.requests().iter().filter(|call| call.status == Some(503)).count();
    let before = refused(world);
    time::set_clock(&world.sandbox, &world.office, world.moment(at));
    world.until("the reminder is tried", async |world| refused(world) > before).await;
}

fn text(said: &Said) -> &str {
    said.message["embeds"][0]["description"].as_str().unwrap_or_default()
}

fn at(world: &World, said: &Said) -> String {
    let at: DateTime<Utc> = said.message["timestamp"].as_str().unwrap().parse().unwrap();
    world.office.calendar.local(at).format("%a %d/%m %H:%M").to_string()
}

/// What was said since this was last asked, each in short: `Tue 21/03 08:30: 03 ngày làm việc`, with the second line
/// when there is one, after checking who was pinged.
async fn briefs(world: &mut World) -> Vec<String> {
    let said = world.said().await;
    let brief = |said: &Said| {
        let text = text(said);
        if !text.starts_with("**Nhắc việc:**") {
            assert_eq!(said.pinged, Vec::<String>::new());
            return "on the task's end: one line".to_owned();
        }
        let standing = text.split("**").nth(3).unwrap();
        let more: Vec<&str> = text.lines().skip(1).map(escalated).collect();
        let more: String = more.into_iter().map(|line| format!(" {line}")).collect();
        let lead = ["Điều phối TTDL", "Đầu mối TTDL"];
        assert!(lead.iter().all(|one| said.pinged.iter().any(|name| name == one)), "{text}");
        let beside: Vec<&str> =
            said.pinged.iter().map(String::as_str).filter(|name| !lead.contains(name)).collect();
        let beside = match beside.as_slice() {
            [] => "",
            ["Lãnh đạo Tổng cục"] if more.contains("Lãnh đạo") => "",
            ["Price officer", "Đầu mối TKG"] => " +TKG",
            other => panic!("nobody else is to be pinged: {other:?}"),
        };
        format!("{}: {standing}{beside}{more}", at(world, said))
    };
    said.iter().map(brief).collect()
}

/// To whom lateness is taken up, of the line that says so.
fn escalated(line: &str) -> &str {
    match line.strip_prefix("**Báo cáo ") {
        Some(rest) => rest.split(":**").next().unwrap(),
        None => line,
    }
}

/// The line of the card that tells the deadline, and whether the card is red.
async fn deadline_on_card(world: &World) -> (String, bool) {
    let channel = world.channel("p3-thu-thap-thong-tin").await;
    let messages = world.person(COORDINATOR).await.sees(channel).await.unwrap();
    let card = liaison::demo::people::read(&messages[0]);
    let line = card.lines().find(|line| line.starts_with("Thời hạn: ")).unwrap().to_owned();
    (line, messages[0]["embeds"][0]["color"] == 0xCF_22_2E)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_reminded_of_before_on_and_after_its_day_until_it_is_done() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        give(&mut world, "24/03/2023").await;
        // How far away it is, the reader's own clock says.
        let card = "Thời hạn: 17:00 thứ Sáu, 24/03/2023 (<t:1679652000:R>)".to_owned();
        world.pass_until("2023-03-21 08:29").await;
        assert_eq!(world.said().await, []);
        assert_eq!(deadline_on_card(&world).await, (card.clone(), false));

        world.pass_until("2023-03-28 17:00").await;
        let said = world.said().await;
        let first = |said| text(said).lines().next().unwrap();
        let told: Vec<(String, &str)> = said.iter().map(|said| (at(&world, said), first(said))).collect();
        let expected = [
            ("Tue 21/03 08:30", "**Nhắc việc:** Nhiệm vụ NV-2023-001 (Thu thập giá) còn **03 ngày làm việc**, đến hạn 17:00 thứ Sáu, 24/03/2023. Đề nghị Cục TTDL (chủ trì) cập nhật tiến độ."),
            ("Thu 23/03 08:30", "**Nhắc việc:** Nhiệm vụ NV-2023-001 (Thu thập giá) còn **01 ngày làm việc**, đến hạn 17:00 thứ Sáu, 24/03/2023. Đề nghị Cục TTDL (chủ trì) cập nhật tiến độ."),
            ("Fri 24/03 08:30", "**Nhắc việc:** Nhiệm vụ NV-2023-001 (Thu thập giá) **đến hạn hôm nay**, 17:00 thứ Sáu, 24/03/2023. Đề nghị Cục TTDL (chủ trì) hoàn thành, các đơn vị phối hợp gửi kết quả."),
            ("Mon 27/03 08:30", "**Nhắc việc:** Nhiệm vụ NV-2023-001 (Thu thập giá) đã **quá hạn 01 ngày làm việc** (hạn 17:00 thứ Sáu, 24/03/2023). Đề nghị Cục TTDL (chủ trì) báo cáo nguyên nhân và đề xuất thời hạn mới."),
            ("Tue 28/03 08:30", "**Nhắc việc:** Nhiệm vụ NV-2023-001 (Thu thập giá) đã **quá hạn 02 ngày làm việc** (hạn 17:00 thứ Sáu, 24/03/2023). Đề nghị Cục TTDL (chủ trì) báo cáo nguyên nhân và đề xuất thời hạn mới."),
        ];
        assert_eq!(told, expected.map(|(at, text)| (at.to_owned(), text)));
        let lead = vec!["Điều phối TTDL", "Đầu mối TTDL"];
        let everybody = vec!["Price officer", "Điều phối TTDL", "Đầu mối TKG", "Đầu mối TTDL"];
        let pinged: Vec<&Vec<String>> = said.iter().map(|said| &said.pinged).collect();
        assert_eq!(pinged, [&lead, &lead, &everybody, &lead, &lead]);
        assert!(said.iter().all(|said| said.place == "[NV-2023-001] Thu thập giá"));
        assert_eq!(deadline_on_card(&world).await, (card, true));

        finish_task(&mut world, "NV-2023-001").await;
        world.pass_until("2023-04-28 17:00").await;
        assert_eq!(briefs(&mut world).await, [""; 0]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_are_the_working_days_of_the_calendar() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-01-12 09:00").await;
        // Tết: off from Friday 20/01 to Thursday 26/01.
        give(&mut world, "27/01/2023").await;
        world.pass_until("2023-01-19 08:30").await;
        assert_eq!(
            briefs(&mut world).await,
            ["Tue 17/01 08:30: 03 ngày làm việc", "Thu 19/01 08:30: 01 ngày làm việc"]
        );
        assert_eq!(
            deadline_on_card(&world).await,
            ("Thời hạn: 17:00 thứ Sáu, 27/01/2023 (<t:1674813600:R>)".to_owned(), false)
        );
        world.pass_until("2023-01-30 12:00").await;
        assert_eq!(
            briefs(&mut world).await,
            [
                "Fri 27/01 08:30: đến hạn hôm nay +TKG",
                "Mon 30/01 08:30: quá hạn 01 ngày làm việc Đầu mối Cục TTDL"
            ]
        );
        finish_task(&mut world, "NV-2023-001").await;

        // 30/4 and 1/5: off from Saturday 29/04 to Wednesday 03/05.
        world.pass_until("2023-04-20 09:00").await;
        give(&mut world, "04/05/2023").await;
        world.pass_until("2023-05-08 12:00").await;
        assert_eq!(
            briefs(&mut world).await,
            [
                "Wed 26/04 08:30: 03 ngày làm việc",
                "Fri 28/04 08:30: 01 ngày làm việc",
                "Thu 04/05 08:30: đến hạn hôm nay +TKG",
                "Fri 05/05 08:30: quá hạn 01 ngày làm việc Đầu mối Cục TTDL",
                "Mon 08/05 08:30: quá hạn 02 ngày làm việc Điều phối",
            ]
        );
        finish_task(&mut world, "NV-2023-002").await;

        // Off from Saturday 27/04 to Wednesday 01/05, and Saturday 04/05 is worked.
        world.pass_until("2024-04-22 09:00").await;
        give(&mut world, "06/05/2024").await;
        world.pass_until("2024-05-06 12:00").await;
        assert_eq!(
            briefs(&mut world).await,
            [
                "Thu 02/05 08:30: 03 ngày làm việc",
                "Sat 04/05 08:30: 01 ngày làm việc",
                "Mon 06/05 08:30: đến hạn hôm nay +TKG",
            ]
        );
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_that_moved_has_another_ladder() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-04-20 09:00").await;
        give(&mut world, "27/04/2023").await;
        world.pass_until("2023-04-25 09:00").await;
        assert_eq!(briefs(&mut world).await, ["Mon 24/04 08:30: 03 ngày làm việc"]);

        // A week later: the timer still looks on 26/04 and finds nothing to say.
        move_deadline(&world, "2023-05-10 17:00").await;
        world.pass_until("2023-05-05 08:30").await;
        assert_eq!(briefs(&mut world).await, ["Fri 05/05 08:30: 03 ngày làm việc"]);

        // On a day off, as when a holiday is announced over it: the next working day counts, here Monday 15/05.
        move_deadline(&world, "2023-05-13 17:00").await;
        world.pass_until("2023-05-16 12:00").await;
        assert_eq!(
            briefs(&mut world).await,
            [
                "Wed 10/05 08:30: 03 ngày làm việc",
                "Fri 12/05 08:30: 01 ngày làm việc",
                "Mon 15/05 08:30: đến hạn hôm nay +TKG",
                "Tue 16/05 08:30: quá hạn 01 ngày làm việc Đầu mối Cục TTDL",
            ]
        );
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_is_told_in_one_reminder_and_in_office_hours() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        give(&mut world, "24/03/2023").await;
        let away = async |world: &mut World, until: &str| {
            world.stop_bot().await;
            world.jump_to(until).await;
            world.start_bot().await;
        };

        // Up again at 02:00, after one reminder was missed: it waits for the morning and says that it is late.
        away(&mut world, "2023-03-22 02:00").await;
        assert_eq!(briefs(&mut world).await, [""; 0]);
        world.pass_until("2023-03-22 07:59").await;
        assert_eq!(briefs(&mut world).await, [""; 0]);
        world.pass_until("2023-03-22 12:00").await;
        assert_eq!(
            briefs(&mut world).await,
            ["Wed 22/03 08:00: 02 ngày làm việc *Gửi muộn do hệ thống gián đoạn.*"]
        );

        // Three days away, and up again on a Sunday: Monday's own reminder stands for the two before.
        away(&mut world, "2023-03-26 12:00").await;
        world.pass_until("2023-03-27 08:30").await;
        assert_eq!(
            briefs(&mut world).await,
            [
                "Mon 27/03 08:30: quá hạn 01 ngày làm việc +TKG *Gửi muộn do hệ thống gián đoạn; lần nhắc này thay cho 02 lần trước chưa gửi được.* Đầu mối Cục TTDL"
            ]
        );

        // Three days away, and up again in office hours: at once.
        away(&mut world, "2023-03-30 10:00").await;
        assert_eq!(
            briefs(&mut world).await,
            [
                "Thu 30/03 10:00: quá hạn 04 ngày làm việc *Gửi muộn do hệ thống gián đoạn; lần nhắc này thay cho 02 lần trước chưa gửi được.* Điều phối"
            ]
        );
        // Over lunch nobody is reminded either.
        away(&mut world, "2023-03-31 12:10").await;
        world.pass_until("2023-03-31 14:00").await;
        assert_eq!(
            briefs(&mut world).await,
            ["Fri 31/03 13:00: quá hạn 05 ngày làm việc *Gửi muộn do hệ thống gián đoạn.* Lãnh đạo"]
        );
        // Late once does not mean late for ever.
        world.pass_until("2023-04-03 09:00").await;
        assert_eq!(briefs(&mut world).await, ["Mon 03/04 08:30: quá hạn 06 ngày làm việc"]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_reminded_of_what_is_done() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        give(&mut world, "24/03/2023").await;
        world.pass_until("2023-03-21 08:29").await;
        finish_task(&mut world, "NV-2023-001").await;
        world.pass_until("2023-03-22 12:00").await;
        assert_eq!(briefs(&mut world).await, [""; 0]);

        // Decided while Discord is out of order, and overtaken by the report: it is not said afterwards.
        give(&mut world, "30/03/2023").await;
        world.pass_until("2023-03-27 08:00").await;
        while_discord_is_down(&world, 3, "2023-03-27 08:30").await;
        let room = world.channel(ROOM).await;
        let coordinator = world.person(COORDINATOR).await;
        coordinator.types(room, "/nhiem-vu hoan-thanh ma:NV-2023-002").await.unwrap();
        assert_eq!(briefs(&mut world).await, ["on the task's end: one line"]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reminder_that_was_held_up_wakes_nobody_and_is_not_said_twice() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        give(&mut world, "24/03/2023").await;
        let at = |world: &World, at: &str| time::set_clock(&world.sandbox, &world.office, world.moment(at));
        let held_up = async |world: &World| {
            let waits =
                "UPDATE outbox SET note = note WHERE note = 'the office is closed' AND finished_at IS NULL";
            world
                .until("the reminder waits for the office to open", async |world| {
                    world.execute(waits).await == 1
                })
                .await;
        };
        // Discord is back in the evening: the reminder comes with the morning, in words that are true then.
        world.pass_until("2023-03-21 08:00").await;
        while_discord_is_down(&world, 1000, "2023-03-21 08:30").await;
        at(&world, "2023-03-21 20:00");
        world.sandbox.clear_faults();
        held_up(&world).await;
        at(&world, "2023-03-22 08:00");
        assert_eq!(briefs(&mut world).await, ["Wed 22/03 08:00: 02 ngày làm việc"]);

        // Discord is back after the next one is due: that one stands for both, and tells the supporters too.
        world.pass_until("2023-03-24 08:00").await;
        assert_eq!(briefs(&mut world).await, ["Thu 23/03 08:30: 01 ngày làm việc"]);
        while_discord_is_down(&world, 1000, "2023-03-24 08:30").await;
        at(&world, "2023-03-26 10:00");
        world.sandbox.clear_faults();
        held_up(&world).await;
        at(&world, "2023-03-27 08:30");
        assert_eq!(
            briefs(&mut world).await,
            ["Mon 27/03 08:30: quá hạn 01 ngày làm việc +TKG Đầu mối Cục TTDL"]
        );

        // The office opens before the next one is due, which comes on the same day and says it once, to all whom either of
        // them would have told.
        while_discord_is_down(&world, 1000, "2023-03-28 08:30").await;
        at(&world, "2023-03-28 20:00");
        world.sandbox.clear_faults();
        held_up(&world).await;
        at(&world, "2023-03-29 08:00");
        assert_eq!(briefs(&mut world).await, [""; 0]);
        world.pass_until("2023-03-29 12:00").await;
        assert_eq!(
            briefs(&mut world).await,
            ["Wed 29/03 08:30: quá hạn 03 ngày làm việc Điều phối Lãnh đạo"]
        );
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_remind_once() {
    let Some(database) = postgres().await else { return };
    let mut world = World::start(database, "2023-03-01 08:00").await;
    world.start_replica().await;

    for round in 1..=4 {
        let line = format!(
            "/nhiem-vu giao tieu-de:Thu thập giá đợt {round} giai-doan:P3 han:24/03/2023 phoi-hop:TKG"
        );
        world.types(COORDINATOR, &line).await;
        assert_eq!(world.said().await.len(), 2, "the card and the one ping at giving");
    }
    world.all_is_received().await;
    world.pass_until("2023-03-27 12:00").await;
    let mut said = briefs(&mut world).await;
    said.sort();
    let days = [
        "Fri 24/03 08:30: đến hạn hôm nay +TKG",
        "Mon 27/03 08:30: quá hạn 01 ngày làm việc Đầu mối Cục TTDL",
        "Thu 23/03 08:30: 01 ngày làm việc",
        "Tue 21/03 08:30: 03 ngày làm việc",
    ];
    assert_eq!(said, days.iter().flat_map(|day| [*day; 4]).collect::<Vec<_>>());
    world.finish().await;
}
