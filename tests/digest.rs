//! How often a person is pinged in a day, what comes in a digest instead, and how an office sets all of it.

use crate::databases::{on_both, postgres};
use crate::harness::{Said, World};

const COORDINATOR: &str = "Điều phối TTDL";
const DIGESTS: &str = "ban-tin-nhac-viec";

async fn set(world: &World, who: &str, line: &str) -> String {
    world.types(who, line).await.text()
}

/// Gives a task that TTDL leads and TKG supports.
async fn give(world: &mut World, title: &str, due: &str, more: &str) {
    let line = format!("/nhiem-vu giao tieu-de:{title} giai-doan:P3 han:{due} phoi-hop:TKG {more}");
    let answer = world.types(COORDINATOR, line.trim()).await;
    assert!(answer.text().starts_with("Đã giao"), "{}", answer.text());
    world.said().await;
    world.all_is_received().await;
}

/// When, where and to whom.
fn brief(world: &World, said: &Said) -> String {
    let at: chrono::DateTime<chrono::Utc> = said.message["timestamp"].as_str().unwrap().parse().unwrap();
    let place = said.place.split(']').next().unwrap().trim_start_matches('[');
    format!("{} {place}: {}", world.office.calendar.local(at).format("%d/%m %H:%M"), said.pinged.join(", "))
}

async fn briefs(world: &mut World) -> Vec<String> {
    let said = world.said().await;
    let mut briefs: Vec<String> = said.iter().map(|said| brief(world, said)).collect();
    // What is due at the same minute comes in any order.
    briefs.sort_by_key(|brief| (brief[3..5].to_owned(), brief[..2].to_owned(), brief[6..].to_owned()));
    briefs
}

const LEAD: &str = "Điều phối TTDL, Đầu mối TTDL";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_there_is_no_room_for_comes_in_one_digest_in_the_morning() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-16 08:00").await;
        assert_eq!(
            set(&world, COORDINATOR, "/cau-hinh nhac-viec dat toi-da:2").await,
            "Đã ghi nhận. Nhắc việc trong cơ quan: Thường: `T-3, T-1, T`; Khẩn: `T-1, T, T-4h`; Thượng khẩn: `2h`; Hỏa tốc: `1h`. Giờ không nhắc: không có (ngoài giờ làm việc). Tối đa 02 lần mỗi người mỗi ngày. Các nhiệm vụ đang mở được tính lại ngay."
        );
        for title in ["Việc một", "Việc hai", "Việc ba"] {
            give(&mut world, title, "24/03/2023", "").await;
        }
        give(&mut world, "Việc kín", "24/03/2023", "noi-bo:có").await;
        // Due the day before: it is nearer, and not due today either.
        give(&mut world, "Việc gấp", "21/03/2023", "").await;
        // An office that had open tasks before there were digests plans its mornings from the next start on.
        assert_eq!(world.execute("DELETE FROM timer WHERE subject LIKE 'digest:%'").await, 1);
        world.stop_bot().await;
        world.start_bot().await;
        world.pass_until("2023-03-20 17:00").await;
        let alone = |day: &str| format!("{day} 08:30 NV-2023-005: {LEAD}");
        assert_eq!(briefs(&mut world).await, [alone("16/03"), alone("20/03")]);

        // 21/03: one is due today, four in three days. The pressing one goes out by itself, the others at eight in one message.
        world.pass_until("2023-03-21 17:00").await;
        let said = world.said().await;
        let seen: Vec<String> = said.iter().map(|said| brief(&world, said)).collect();
        assert_eq!(
            seen,
            [
                format!("21/03 08:00 {DIGESTS}: {LEAD}"),
                "21/03 08:30 NV-2023-005: Price officer, Điều phối TTDL, Đầu mối TKG, Đầu mối TTDL".to_owned(),
            ]
        );
        let text = said[0].message["embeds"][0]["description"].as_str().unwrap();
        let thread = async |code: &str| world.channel(&format!("[{code}]")).await;
        assert_eq!(
            text,
            format!(
                "**Bản tin nhắc việc – Cục TTDL – thứ Ba, 21/03/2023** (04 nhiệm vụ)\n\n__Sắp đến hạn__\n\
                 **NV-2023-001** Việc một · TTDL · còn 03 ngày làm việc · <#{}>\n\
                 **NV-2023-002** Việc hai · TTDL · còn 03 ngày làm việc · <#{}>\n\
                 **NV-2023-003** Việc ba · TTDL · còn 03 ngày làm việc · <#{}>\n\
                 **NV-2023-004** 🔒 · TTDL · còn 03 ngày làm việc · <#{}>\n\n\
                 Đề nghị đơn vị chủ trì cập nhật tiến độ trong từng luồng.",
                thread("NV-2023-001").await,
                thread("NV-2023-002").await,
                thread("NV-2023-003").await,
                thread("NV-2023-004").await
            )
        );
        // Where there is room for all, there is no digest.
        for code in ["NV-2023-003", "NV-2023-004", "NV-2023-005"] {
            world.types(COORDINATOR, &format!("/nhiem-vu hoan-thanh ma:{code}")).await;
            world.types(COORDINATOR, &format!("/nhiem-vu nghiem-thu ma:{code}")).await;
        }
        world.said().await;
        world.pass_until("2023-03-23 17:00").await;
        assert_eq!(
            briefs(&mut world).await,
            [format!("23/03 08:30 NV-2023-001: {LEAD}"), format!("23/03 08:30 NV-2023-002: {LEAD}")]
        );
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_up_during_the_day_waits_for_the_next_digest_and_flash_waits_for_nothing() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        world.execute("UPDATE server SET language = 'en'").await;
        set(&world, COORDINATOR, "/settings reminders set limit:1").await;
        let line = "/task create title:One phase:P3 due:21/03/2023 support:TKG";
        world.types(COORDINATOR, line).await;
        world.said().await;
        world.all_is_received().await;
        world.pass_until("2023-03-21 08:40").await;
        let everybody = "Price officer, Điều phối TTDL, Đầu mối TKG, Đầu mối TTDL";
        assert_eq!(
            briefs(&mut world).await,
            [format!("20/03 08:30 NV-2023-001: {LEAD}"), format!("21/03 08:30 NV-2023-001: {everybody}")]
        );
        // Very urgent, given after the day was planned: at 10:30 there is no room left.
        world
            .types(
                COORDINATOR,
                "/task create title:Two phase:P3 due:22/03/2023 support:TKG urgency:Very urgent",
            )
            .await;
        world.said().await;
        world.all_is_received().await;
        world.pass_until("2023-03-21 17:00").await;
        assert_eq!(briefs(&mut world).await, [""; 0]);
        // In the morning one message tells of all of it; that is the one ping of the day.
        world.pass_until("2023-03-22 07:59").await;
        assert_eq!(briefs(&mut world).await, [""; 0]);
        world.pass_until("2023-03-22 17:00").await;
        let said = world.said().await;
        let seen: Vec<String> = said.iter().map(|said| brief(&world, said)).collect();
        let supporters = format!("22/03 08:00 {DIGESTS}: Price officer, Đầu mối TKG");
        assert!(
            seen.contains(&format!("22/03 08:00 {DIGESTS}: {LEAD}")) || seen.contains(&supporters),
            "{seen:?}"
        );
        let text = said[0].message["embeds"][0]["description"].as_str().unwrap();
        assert!(
            text.starts_with("**Digest – Data Collection and IT – Wednesday 22/03/2023** (2 tasks)\n\n__"),
            "{text}"
        );
        assert!(text.contains("**NV-2023-001** One · TTDL · overdue by 1 working day"), "{text}");
        assert!(text.contains("**NV-2023-002** Two · TTDL · due today"), "{text}");

        // Flash asks for no room, and for no hour.
        world
            .types(COORDINATOR, "/task create title:Three phase:P3 due:23/03/2023 support:TKG urgency:Flash")
            .await;
        world.said().await;
        world.pass_until("2023-03-22 19:30").await;
        let flash = briefs(&mut world).await;
        assert_eq!(flash.len(), 2, "at six and at seven in the evening: {flash:?}");
        assert!(flash.iter().all(|brief| brief.contains("NV-2023-003")), "{flash:?}");
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_and_a_unit_say_how_they_are_reminded() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-13 08:00").await;
        // Who may not is told who may; what cannot be is told how it can.
        for (who, line, told) in [
            ("Chuyên viên Hà Nội", "/cau-hinh nhac-viec dat toi-da:3", "Bạn không có thẩm quyền đặt cách nhắc việc chung. Người có thẩm quyền: từ Điều phối trở lên. Thủ trưởng đơn vị có thể đặt riêng cho đơn vị mình ở mục `don-vi`."),
            ("Thủ trưởng TKQG", "/cau-hinh nhac-viec dat don-vi:TKG gio-yen-lang:8:00-9:00", "Bạn không có thẩm quyền đặt cách nhắc việc của đơn vị này. Người có thẩm quyền: Thủ trưởng đơn vị của Vụ Giá, hoặc từ Điều phối trở lên."),
            ("Price officer", "/settings reminders set quiet:8:00-9:00", "You have no authority to set how the whole office is reminded. Those who may: coordinator and above. Heads of unit may set it for their own unit, in `unit`."),
            (COORDINATOR, "/cau-hinh nhac-viec dat toi-da:nhiều", "“nhiều” không phải là số lần hợp lệ. Hãy ghi một số từ 1 đến 50."),
            (COORDINATOR, "/cau-hinh nhac-viec dat gio-yen-lang:08:00-17:00", "Không đọc được giờ “08:00-17:00”, hoặc không còn đủ một giờ làm việc để nhắc. Hãy ghi như `11:30-13:30` hoặc `22:00-06:00`, nhiều khoảng cách nhau bằng dấu phẩy, hoặc `không`."),
            (COORDINATOR, "/cau-hinh nhac-viec dat do-khan:Khẩn moc:hằng ngày", "Không đọc được mốc nhắc “hằng ngày”. Hãy ghi như `T-3, T-1, T` (ngày làm việc trước hạn), `T-4h` (giờ trước hạn), `2h` (cứ hai giờ một lần), hoặc `mặc định`."),
            (COORDINATOR, "/cau-hinh nhac-viec dat moc:T-2", "Mốc nhắc đi cùng độ khẩn: hãy điền cả `do-khan` và `moc`."),
            (COORDINATOR, "/cau-hinh nhac-viec dat don-vi:TKG toi-da:3", "Số lần nhắc tối đa mỗi người mỗi ngày chỉ đặt chung cho cả cơ quan. Hãy bỏ mục `don-vi` hoặc bỏ mục `toi-da` và gửi lại."),
            (COORDINATOR, "/cau-hinh nhac-viec dat", "Chưa nêu điều cần đặt. Hãy điền `do-khan` cùng `moc`, hoặc `gio-yen-lang`, hoặc `toi-da`; xem hiện trạng bằng `/cau-hinh nhac-viec xem`."),
        ] {
            assert_eq!(set(&world, who, line).await, told, "{line}");
        }

        // The head of a unit sets it for the unit: a task of TKQG is reminded of five days before and in the afternoon.
        give_to(&mut world, "TKQG", "24/03/2023").await;
        give_to(&mut world, "TKTH", "24/03/2023").await;
        let own = "/cau-hinh nhac-viec dat don-vi:TKQG do-khan:Thường moc:T-5, T gio-yen-lang:8h-13h30";
        assert!(set(&world, "Thủ trưởng TKQG", own).await.starts_with("Đã ghi nhận. Nhắc việc do"));
        world.pass_until("2023-03-21 17:00").await;
        assert_eq!(
            briefs(&mut world).await,
            ["17/03 13:30 NV-2023-001: Thủ trưởng TKQG", "21/03 08:30 NV-2023-002: Đầu mối TKTH"]
        );
        assert_eq!(
            set(&world, "Price officer", "/settings reminders show unit:TKQG").await,
            "How tasks led by National Accounts are reminded of\n\
             **Normal** (`T-5, T`): 5 working days before, the due date; every working day while overdue; in the digest of the unit while not received *(the unit's own)*\n\
             **Urgent** (`T-1, T, T-4h`): 4 hours before, 1 working day before, the due date; every working day while overdue; each morning while not received\n\
             **Very urgent** (`2h`): every 2 hours from giving on; every working day while overdue\n\
             **Flash** (`1h`): every hour from giving on; at any hour until the lead has received it\n\
             **Quiet hours**: 08:00-13:30 *(the unit's own)*\n\
             **Limit**: 6 pings for a person and working day, the rest in a digest when the office opens; flash is not counted"
        );
        // And undoes it again.
        let usual = "/cau-hinh nhac-viec dat don-vi:TKQG do-khan:Thường moc:mặc định gio-yen-lang:mặc định";
        set(&world, "Thủ trưởng TKQG", usual).await;
        let shown = set(&world, COORDINATOR, "/cau-hinh nhac-viec xem").await;
        assert!(!shown.contains("riêng"), "{shown}");
        world.pass_until("2023-03-23 17:00").await;
        assert_eq!(
            briefs(&mut world).await,
            ["23/03 08:30 NV-2023-001: Thủ trưởng TKQG", "23/03 08:30 NV-2023-002: Đầu mối TKTH"]
        );
        // Quiet hours may go over midnight.
        let night = set(&world, COORDINATOR, "/cau-hinh nhac-viec dat gio-yen-lang:22h-6h").await;
        assert!(night.contains("Giờ không nhắc: 22:00-06:00."), "{night}");
        let trail = world.audit_trail().await;
        assert_eq!(trail.iter().filter(|row| row.action == "settings.reminders").count(), 3);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_for_which_there_is_no_room_come_in_the_digest_of_their_unit() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-20 08:00").await;
        set(&world, COORDINATOR, "/cau-hinh nhac-viec dat toi-da:1").await;
        for (title, code) in [("Việc một", "NV-2023-001"), ("Việc hai", "NV-2023-002")] {
            give(&mut world, title, "31/03/2023", "").await;
            set(&world, COORDINATOR, &format!("/nhiem-vu phan-viec ma:{code} don-vi:TKG han:22/03")).await;
        }
        world.said().await;
        world.pass_until("2023-03-21 17:00").await;
        let said = world.said().await;
        assert_eq!(said.len(), 1, "{said:#?}");
        assert_eq!(said[0].pinged.join(", "), "Price officer, Đầu mối TKG");
        let text = said[0].message["embeds"][0]["description"].as_str().unwrap();
        let thread = async |code: &str| world.channel(&format!("[{code}]")).await;
        let (first, second) = (thread("NV-2023-001").await, thread("NV-2023-002").await);
        assert!(
            text.contains(&format!(
                "**NV-2023-001** Việc một · phần việc TKG · còn 01 ngày làm việc · <#{first}>\n\
                 **NV-2023-002** Việc hai · phần việc TKG · còn 01 ngày làm việc · <#{second}>\n"
            )),
            "{text}"
        );
        // What is sent meanwhile is not told of.
        set(&world, "Đầu mối TKG", "/nhiem-vu hoan-thanh ma:NV-2023-002").await;
        world.said().await;
        world.pass_until("2023-03-22 17:00").await;
        assert_eq!(briefs(&mut world).await, ["22/03 08:30 NV-2023-001: Price officer, Đầu mối TKG"]);
        world.finish().await;
    })
    .await;
}

async fn give_to(world: &mut World, lead: &str, due: &str) {
    let line = format!(
        "/nhiem-vu giao tieu-de:Việc của {lead} giai-doan:P3 han:{due} chu-tri:{lead} phoi-hop:TKG ly-do:Theo phân công"
    );
    let answer = world.types(COORDINATOR, &line).await;
    assert!(answer.text().starts_with("Đã giao"), "{}", answer.text());
    world.said().await;
    world.all_is_received().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forecast_is_what_then_happens_and_is_silent_over_tet() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-01-16 09:00").await;
        give(&mut world, "Việc trước Tết", "19/01/2023", "").await;
        give(&mut world, "Việc kín", "27/01/2023", "noi-bo:có").await;
        let foretold = set(&world, COORDINATOR, "/cau-hinh nhac-viec mo-phong den-ngay:30/01").await;
        assert_eq!(
            foretold,
            "Mô phỏng nhắc việc 16/01/2023 – 30/01/2023 (không gửi gì)\n\
             **thứ Ba, 17/01/2023**\n\
             08:30 NV-2023-002 (còn 03 ngày làm việc): TTDL\n\
             **thứ Tư, 18/01/2023**\n\
             08:30 NV-2023-001 (còn 01 ngày làm việc): TTDL\n\
             **thứ Năm, 19/01/2023**\n\
             08:30 NV-2023-001 (đến hạn hôm nay): TKG, TTDL\n\
             08:30 NV-2023-002 (còn 01 ngày làm việc): TTDL\n\
             *20/01 – 26/01: không nhắc (Tết Nguyên đán, Nghỉ hằng tuần)*\n\
             **thứ Sáu, 27/01/2023**\n\
             08:30 NV-2023-001 (quá hạn 01 ngày làm việc): TTDL → Đầu mối\n\
             08:30 NV-2023-002 (đến hạn hôm nay): TKG, TTDL\n\
             *28/01 – 29/01: không nhắc (Nghỉ hằng tuần)*\n\
             **thứ Hai, 30/01/2023**\n\
             08:30 NV-2023-001 (quá hạn 02 ngày làm việc): TTDL → Điều phối\n\
             08:30 NV-2023-002 (quá hạn 01 ngày làm việc): TTDL → Đầu mối"
        );
        assert_eq!(briefs(&mut world).await, [""; 0], "nothing is sent");
        // Who may not see the private task does not hear of it; in English, and of one unit.
        let english = set(&world, "Chuyên viên Hà Nội", "/settings reminders simulate date:27/01 until:29/01 unit:TKG").await;
        assert_eq!(
            english,
            "Mô phỏng nhắc việc 27/01/2023 – 29/01/2023 (không gửi gì)\n\
             **thứ Sáu, 27/01/2023**\n\
             08:30 NV-2023-001 (quá hạn 01 ngày làm việc): TTDL → Đầu mối\n\
             *28/01 – 29/01: không nhắc (Nghỉ hằng tuần)*"
        );
        for (line, told) in [
            ("/settings reminders simulate date:20/02 until:10/02", "The first day (`date`) comes after the last (`until`). Swap the two and send it again."),
            ("/settings reminders simulate date:01/02 until:30/06", "At most 62 days are foretold at once. Shorten the period (`date`, `until`) and send it again."),
        ] {
            assert_eq!(set(&world, "Price officer", line).await, told);
        }
        // The days bring what was foretold.
        world.pass_until("2023-01-30 12:00").await;
        let said = world.said().await;
        let mut happened: Vec<String> = said
            .iter()
            .map(|said| {
                let at: chrono::DateTime<chrono::Utc> = said.message["timestamp"].as_str().unwrap().parse().unwrap();
                format!("{} {}", world.office.calendar.local(at).format("%d/%m %H:%M"), &said.place[1..12])
            })
            .collect();
        happened.sort_by_key(|brief| (brief[3..5].to_owned(), brief[..2].to_owned(), brief[6..].to_owned()));
        assert_eq!(
            happened,
            [
                "17/01 08:30 NV-2023-002",
                "18/01 08:30 NV-2023-001",
                "19/01 08:30 NV-2023-001",
                "19/01 08:30 NV-2023-002",
                "27/01 08:30 NV-2023-001",
                "27/01 08:30 NV-2023-002",
                "30/01 08:30 NV-2023-001",
                "30/01 08:30 NV-2023-002",
            ]
        );
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_plan_and_count_once() {
    let Some(database) = postgres().await else { return };
    let mut world = World::start(database, "2023-03-16 08:00").await;
    set(&world, COORDINATOR, "/cau-hinh nhac-viec dat toi-da:3").await;
    world.start_replica().await;
    for title in ["Một", "Hai", "Ba", "Bốn", "Năm"] {
        give(&mut world, title, "23/03/2023", "").await;
    }
    world.pass_until("2023-03-20 17:00").await;
    let said = briefs(&mut world).await;
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(said[0], format!("20/03 08:00 {DIGESTS}: {LEAD}"));
    world.finish().await;
}
