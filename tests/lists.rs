//! Lists of tasks: what they are filtered by, and their pages.

use crate::databases::{on_both, postgres};
use crate::harness::{ROOM, World};
use chrono::TimeDelta;
use discord_sandbox::LoggedCall;
use liaison::demo::people::Answer;
use liaison::domain::task::{Task, TaskState};
use liaison::store::new_id;
use serde_json::Value;
use sqlx::{AnyConnection, Connection};

const COORDINATOR: &str = "Điều phối TTDL";

/// One task of each kind: overdue, due soon, far away, done, private.
async fn an_office_at_work(world: &World) {
    for line in [
        "/nhiem-vu giao tieu-de:Thu thập giá tháng 2 giai-doan:P3 han:02/03/2023 phoi-hop:TKG",
        "/nhiem-vu giao tieu-de:Xử lý dữ liệu giá giai-doan:P4 han:09/03/2023 14h30 phoi-hop:TKG, CTK-48",
        "/nhiem-vu giao tieu-de:Tập huấn điều tra giai-doan:P2 han:24/03/2023 phoi-hop:CTK-48",
        "/nhiem-vu giao tieu-de:Rà soát mẫu giai-doan:P3 han:24/03/2023 phoi-hop:VP",
        "/nhiem-vu giao tieu-de:Biên soạn CPI giai-doan:P5 han:24/03/2023 chu-tri:TKG phoi-hop:TKTH noi-bo:có",
        "/nhiem-vu hoan-thanh ma:4",
    ] {
        world.types(COORDINATOR, line).await;
    }
    world.pass_until("2023-03-06 10:00").await;
}

/// The codes of a list, in order.
fn codes(answer: &Answer) -> Vec<String> {
    // Whether or not the code leads to a thread.
    let code = |line: &str| {
        let line = line.strip_prefix("**")?.trim_start_matches('[').strip_prefix("NV-2023-")?;
        Some(line.split_once([']', '*'])?.0.to_owned())
    };
    let list = answer.message["embeds"].as_array().and_then(|embeds| embeds.last());
    let list = list.and_then(|list| list["description"].as_str()).unwrap_or_default();
    list.lines().filter_map(code).collect()
}

fn footer(answer: &Answer) -> &str {
    answer.message["embeds"][0]["footer"]["text"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_filtered_by_whatever_matters() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        an_office_at_work(&world).await;
        for (who, line, shown) in [
            (COORDINATOR, "/nhiem-vu danh-sach", &["001", "002", "003", "005"][..]),
            // A private task is for its units.
            ("Chuyên viên Đà Nẵng", "/nhiem-vu danh-sach", &["001", "002", "003"]),
            ("Đầu mối TKG", "/nhiem-vu danh-sach don-vi:TKG", &["001", "002", "005"]),
            ("Visitor", "/task list unit:TKG", &["001", "002"]),
            ("Visitor", "/task list phase:P3", &["001"]),
            ("Visitor", "/task list state:Done, awaiting acceptance", &["004"]),
            ("Visitor", "/task list phase:P3 state:Given", &["001"]),
            ("Visitor", "/task list unit:CTK-48 phase:P2", &["003"]),
            (COORDINATOR, "/nhiem-vu danh-sach thoi-han:Quá hạn", &["001"]),
            (COORDINATOR, "/nhiem-vu danh-sach thoi-han:Sắp đến hạn", &["002"]),
            (COORDINATOR, "/nhiem-vu danh-sach thoi-han:Trong hạn", &["002", "003", "005"]),
            // Words of code and title, the last one unfinished, whatever the accents.
            (COORDINATOR, "/nhiem-vu danh-sach tu-khoa:du lieu GIA", &["002"]),
            (COORDINATOR, "/nhiem-vu danh-sach tu-khoa:tập hu", &["003"]),
            (COORDINATOR, "/nhiem-vu danh-sach tu-khoa:huấn tập đ don-vi:CTK-48", &["003"]),
            (
                COORDINATOR,
                "/nhiem-vu danh-sach tu-khoa:ra soat trang-thai:Hoàn thành, chờ nghiệm thu",
                &["004"],
            ),
            (COORDINATOR, "/nhiem-vu danh-sach tu-khoa:ra soat", &[]),
            ("Visitor", "/task list query:bien soan", &[]),
            ("Đầu mối TKG", "/viec-cua-toi", &["001", "002", "005"]),
            ("Đầu mối TKG", "/viec-cua-toi thoi-han:Quá hạn", &["001"]),
            ("Price officer", "/my query:cpi", &["005"]),
            ("Price officer", "/my unit:CTK-48", &[]),
            ("Chuyên viên Đà Nẵng", "/viec-cua-toi giai-doan:P2", &["003"]),
        ] {
            let answer = world.types(who, line).await;
            assert_eq!(codes(&answer), shown, "{who}: {line}\n{}", answer.text());
        }
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_says_what_it_shows() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        an_office_at_work(&world).await;
        for (who, line, heading, filters) in [
            (
                COORDINATOR,
                "/nhiem-vu danh-sach thoi-han:Quá hạn don-vi:TKG",
                "01 nhiệm vụ chưa hoàn thành, đã quá hạn",
                "Lọc theo: TKG – Vụ Thống kê Giá",
            ),
            (
                "Visitor",
                "/task list late:On time phase:P2 query:dieu tra",
                "1 open task, on time",
                "Filtered by: P2 – Preparing for data collection · “dieu tra”",
            ),
            (
                "Visitor",
                "/task list state:Done, awaiting acceptance",
                "1 task in the state “Done, awaiting acceptance”",
                "",
            ),
            (
                "Đầu mối TKG",
                "/viec-cua-toi thoi-han:Sắp đến hạn",
                "TKG: 01 nhiệm vụ chưa hoàn thành, sắp đến hạn",
                "",
            ),
            (
                "Đầu mối TKG",
                "/viec-cua-toi trang-thai:Hoàn thành, chờ nghiệm thu",
                "TKG: không có nhiệm vụ nào ở trạng thái “Hoàn thành, chờ nghiệm thu”",
                "",
            ),
        ] {
            let answer = world.types(who, line).await;
            assert_eq!(answer.text().lines().next().unwrap_or_default(), heading, "{line}");
            assert_eq!(footer(&answer), filters, "{line}");
        }
        // The hour of a deadline is said where the office does not close at it.
        let list = world.types("Visitor", "/task list").await.text();
        assert!(list.contains("due 14:30 09/03/2023 (3 working days left)"), "{list}");
        assert!(list.contains("due 24/03/2023 ("), "{list}");
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_person_stands_above_their_work() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        for (who, line) in [
            (COORDINATOR, "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 phoi-hop:TKG han:24/03"),
            (COORDINATOR, "/nhiem-vu giao tieu-de:Xử lý dữ liệu giai-doan:P4 phoi-hop:TKG han:24/03"),
            (COORDINATOR, "/nhiem-vu giao tieu-de:Biên soạn CPI giai-doan:P5 chu-tri:TKG phoi-hop:TKTH han:24/03 noi-bo:có"),
            ("Đầu mối TKG", "/nhiem-vu tiep-nhan ma:1"),
            ("Đầu mối TTDL", "/nhiem-vu gia-han ma:1 han:28/03 ly-do:Mưa bão"),
            ("Đầu mối TTDL", "/nhiem-vu hoan-thanh ma:2"),
        ] {
            world.types(who, line).await;
        }
        let waits = async |who: &str, line: &str| {
            let answer = world.types(who, line).await;
            let fields = answer.message["embeds"][0]["fields"].as_array().cloned().unwrap_or_default();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            // Where a code leads to is said elsewhere.
            let plain = |value: &Value| text(value).split(['[', ']', '*']).filter(|part| !part.starts_with('(')).collect::<String>();
            fields.iter().map(|field| format!("{}: {}", text(&field["name"]), plain(&field["value"]))).collect::<Vec<_>>()
        };
        assert_eq!(waits("Đầu mối TKG", "/viec-cua-toi").await, ["Chờ xác nhận đã tiếp nhận (1): NV-2023-003"]);
        assert_eq!(waits("Price officer", "/my").await, ["Receipt to confirm (1): NV-2023-003"]);
        // Who asked does not decide; coordinators do, and take the result.
        assert_eq!(waits("Đầu mối TTDL", "/viec-cua-toi").await, [""; 0]);
        let decided = ["Chờ bạn quyết định gia hạn (1): NV-2023-001 Thu thập giá", "Chờ bạn nghiệm thu (1): NV-2023-002 Xử lý dữ liệu"];
        assert_eq!(waits(COORDINATOR, "/viec-cua-toi").await, decided);
        // Whoever looks for something is shown that alone.
        assert_eq!(waits("Đầu mối TKG", "/viec-cua-toi giai-doan:P5").await, [""; 0]);
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_turn_in_place_and_after_a_restart() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Việc giai-doan:P3 phoi-hop:TKG han:+2").await;
        copies(&world, 35).await;
        let answer = world.types("Price officer", "/task list unit:TKG phase:P3 query:viec").await;
        let heading = |answer: &Answer| answer.text().lines().next().unwrap_or_default().to_owned();
        assert_eq!(heading(&answer), "36 open tasks, the nearest deadline on top · page 1/3");
        assert_eq!(disabled(&answer.message), ["«", "‹"]);
        let first = codes(&answer);

        world.stop_bot().await;
        world.start_bot().await;
        let room = world.channel(ROOM).await;
        let person = world.person("Price officer").await;
        let second = person.presses(room, &answer.message, "›").await.unwrap();
        assert_eq!(second.message["id"], answer.message["id"], "it is the same message");
        assert_eq!(heading(&second), "36 open tasks, the nearest deadline on top · page 2/3");
        assert_eq!(disabled(&second.message), [""; 0]);
        let third = person.presses(room, &second.message, "»").await.unwrap();
        assert_eq!(heading(&third), "36 open tasks, the nearest deadline on top · page 3/3");
        assert_eq!(disabled(&third.message), ["›", "»"]);
        let mut all = [first.clone(), codes(&second), codes(&third)].concat();
        assert_eq!(all.iter().map(String::len).min(), Some(3));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 36, "each task stands on one page");
        let back = person.presses(room, &third.message, "«").await.unwrap();
        assert_eq!(codes(&back), first);

        // Meanwhile most of it is done: the button leads to the last page that there is.
        world.execute("UPDATE task SET state = 'done' WHERE code <> 'NV-2023-001'").await;
        let last = person.presses(room, &back.message, "»").await.unwrap();
        assert_eq!(heading(&last), "1 open task");
        assert_eq!(last.message["components"].as_array().map(Vec::len), Some(0));
        world.said().await;
        world.finish().await;
    })
    .await;
}

/// Whoever asks while the database is busy is told that the answer is being looked for, and has it afterwards. (Readers of
/// SQLite wait for nobody.)
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_may_take_its_time() {
    let Some(database) = postgres().await else { return };
    let mut busy = AnyConnection::connect(&database.url).await.unwrap();
    let mut world = World::start(database, "2023-03-01 08:00").await;
    world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Việc giai-doan:P3 phoi-hop:TKG han:+2").await;
    copies(&world, 15).await;
    let room = world.channel(ROOM).await;
    let first = world.types("Price officer", "/task list").await;
    let person = world.person("Price officer").await;
    let said = |end: &str, word: &str| {
        let calls = world.sandbox.requests();
        let is =
            |call: &&LoggedCall| call.call.path.ends_with(end) && call.call.body.to_string().contains(word);
        calls.iter().filter(is).count()
    };
    for (kind, page) in [(5, "page 1/2"), (6, "page 2/2")] {
        sqlx::raw_sql("BEGIN; LOCK TABLE task IN ACCESS EXCLUSIVE MODE").execute(&mut busy).await.unwrap();
        let looked_for = format!("\"type\":{kind}");
        let before = said("/callback", &looked_for);
        let frees = async {
            let thinks = async |_: &World| said("/callback", &looked_for) > before;
            world.until("it is being looked for", thinks).await;
            assert_eq!(said("/@original", page), 0);
            sqlx::raw_sql("ROLLBACK").execute(&mut busy).await.unwrap();
            world.until("it is answered", async |_| said("/@original", page) == 1).await;
        };
        let asks = async {
            match kind {
                5 => drop(world.types("Price officer", "/task list unit:TKG").await),
                _ => drop(person.presses(room, &first.message, "›").await.unwrap()),
            }
        };
        tokio::join!(asks, frees);
    }
    world.said().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_found_by_its_number() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Việc giai-doan:P3 phoi-hop:TKG han:+2").await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Họp 1 tuần giai-doan:P4 phoi-hop:TKG han:+2").await;
        for typed in ["1", "001", "2023-1", "nv-2023-001", "NV 2023 001"] {
            let shown = world.types("Visitor", &format!("/task show code:{typed}")).await.text();
            assert!(shown.contains("NV-2023-001 · Việc"), "{typed}: {shown}");
        }
        let offered = world.completes("Visitor", "/task show code:1").await;
        let offered: Vec<&str> = offered.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(offered, ["NV-2023-001", "NV-2023-002"], "the number first, then the words");
        assert_eq!(
            world.types("Visitor", "/task show code:7").await.text(),
            "There is no task “7”. Choose a code from the list, or see `/task list`."
        );
        world.said().await;
        world.finish().await;
    })
    .await;
}

/// More tasks like the first one.
async fn copies(world: &World, count: i64) {
    let given = world.office.find_task(world.guild(), "1").await.unwrap().unwrap();
    let mut tx = world.office.store.begin().await.unwrap();
    for number in 1..=count {
        let (id, code) = (new_id(), format!("NV-2023-{:03}", 100 + number));
        let due = given.due + TimeDelta::hours(number % 7);
        tx.insert_task(&Task { id, code, due, state: TaskState::Given, ..given.clone() }).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The labels of the buttons that cannot be pressed.
fn disabled(message: &Value) -> Vec<String> {
    let buttons = message["components"][0]["components"].as_array().cloned().unwrap_or_default();
    let off = buttons.iter().filter(|button| button["disabled"] == true);
    off.map(|button| button["label"].as_str().unwrap_or_default().to_owned()).collect()
}
