//! Statistics of the units: who was on time, who has how much to do. The figures are worked out by hand.

mod sums;

use crate::databases::on_both;
use crate::harness::{ROOM, World};

const COORDINATOR: &str = "Điều phối TTDL";
const TTDL: &str = "Đầu mối TTDL";

/// Four weeks of an office, from Monday 17/04/2023 on. 29/04 to 03/05 are off; at the end it is Friday 12/05, 09:00.
///
/// | | due | what became of it |
/// |---|---|---|
/// | 1 | 28/04 | done by TTDL on 04/05, the next working day: late by 1. TKG sent its part on 27/04: on time |
/// | 2 | 04/05 | done on 10/05, late by 4 (05, 08, 09, 10/05); from 05/05 to 09/05 TTDL waited for TKG: 2 are left. The part of CTK-48 was due 28/04 and never sent: late by 5 (04, 05, 08, 09, 10/05) |
/// | 3 | 27/04, extended to 08/05 | done on 08/05: on time. TKG's part was not needed: not measured |
/// | 4 | 26/04, reopened for 05/05 | done on 26/04 and again on 09/05: late by 2. CTK-48 sent its part on 25/04: on time |
/// | 5 | 20/04 | cancelled: not measured |
/// | 6 | 05/05 | private, led by TKG: overdue by 5 (08 to 12/05); so is the part of TKTH |
/// | 7 | 12/05 | due today: not measured |
/// | 8 | 21/04 | given to TKG on 25/04: not measured for it. The part of CTK-48 is overdue by 12 (24 to 28/04, 04 to 12/05) |
async fn four_weeks(world: &World) {
    for line in [
        "giao tieu-de:Thu thập giá tháng 4 giai-doan:P3 han:28/04/2023 phoi-hop:TKG",
        "giao tieu-de:Điều tra lao động giai-doan:P3 han:04/05/2023 phoi-hop:CTK-48",
        "giao tieu-de:Xử lý dữ liệu giá giai-doan:P4 han:27/04/2023 phoi-hop:TKG",
        "giao tieu-de:Rà soát phiếu giai-doan:P2 han:26/04/2023 phoi-hop:CTK-48",
        "giao tieu-de:Tập huấn giai-doan:P3 han:20/04/2023 phoi-hop:TKG",
        "giao tieu-de:Biên soạn CPI giai-doan:P5 han:05/05/2023 chu-tri:TKG phoi-hop:TKTH noi-bo:có",
        "giao tieu-de:Kiểm kê dân số giai-doan:P3 han:12/05/2023 phoi-hop:TKG",
        "giao tieu-de:Danh mục địa bàn giai-doan:P3 han:21/04/2023 phoi-hop:CTK-48",
        "phan-viec ma:2 don-vi:CTK-48 han:28/04/2023",
    ] {
        done(world, COORDINATOR, line).await;
    }
    for (at, who, line) in [
        ("2023-04-19 10:00", COORDINATOR, "huy ma:5 ly-do:Gộp vào đợt sau"),
        ("2023-04-25 09:00", "Chuyên viên Đà Nẵng", "hoan-thanh ma:4"),
        ("2023-04-25 09:10", TTDL, "gia-han ma:3 han:08/05/2023 ly-do:Chờ bổ sung phiếu"),
        ("2023-04-25 09:20", COORDINATOR, "duyet-gia-han ma:3 quyet-dinh:Đồng ý"),
        ("2023-04-25 09:30", COORDINATOR, "phan-cong-lai ma:8 chu-tri:TKG ly-do:Đúng chức năng"),
        ("2023-04-26 16:00", TTDL, "hoan-thanh ma:4"),
        ("2023-04-27 09:00", COORDINATOR, "mo-lai ma:4 ly-do:Thiếu phụ lục han:05/05/2023"),
        ("2023-04-27 10:00", "Đầu mối TKG", "hoan-thanh ma:1"),
        ("2023-05-04 10:00", TTDL, "hoan-thanh ma:1"),
        ("2023-05-05 09:00", TTDL, "vuong-mac ma:2 ly-do:Thiếu danh sách mẫu can-ho-tro:TKG"),
        ("2023-05-08 16:00", TTDL, "hoan-thanh ma:3"),
        ("2023-05-09 15:00", TTDL, "bao-cao ma:2 noi-dung:Đã có danh sách mẫu"),
        ("2023-05-09 15:30", TTDL, "hoan-thanh ma:4"),
        ("2023-05-10 18:30", TTDL, "hoan-thanh ma:2"),
    ] {
        world.jump_to(at).await;
        done(world, who, line).await;
    }
    world.jump_to("2023-05-12 09:00").await;
}

/// Somebody does something to a task, and it is done.
async fn done(world: &World, who: &str, line: &str) {
    let answer = world.types(who, &format!("/nhiem-vu {line}")).await.text();
    assert!(answer.starts_with("Đã "), "{line}: {answer}");
}

/// The answer with its footer, and the threads' links without their numbers.
async fn asks(world: &World, who: &str, line: &str) -> String {
    let answer = world.types(who, line).await;
    let guild = world.guild();
    let mut text = answer.text();
    while let Some(at) = text.find(&format!("(https://discord.com/channels/{guild}/")) {
        let end = at + text[at..].find(')').expect("the end of a link");
        text.replace_range(at..=end, "(thread)");
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_on_time_is_counted_by_one_formula() {
    on_both(async |database| {
        let world = World::start(database, "2023-04-17 08:00").await;
        four_weeks(&world).await;
        for (who, line, lines) in [
            (
                COORDINATOR,
                "/bao-cao dung-han",
                &[
                    "Hoàn thành đúng hạn từ 01/04/2023 đến 12/05/2023",
                    "**TKTH** Vụ TKTH: **0%** (0/1) *(ít việc, tỷ lệ ít ý nghĩa)* · phối hợp 0/1 · quá hạn chưa xong 01 · trễ bình quân 05 ngày làm việc",
                    "**TKG** Vụ Giá: **50%** (1/2) *(ít việc, tỷ lệ ít ý nghĩa)* · chủ trì 0/1 · phối hợp 1/1 · quá hạn chưa xong 01 · trễ bình quân 05 ngày làm việc",
                    "**TTDL** Cục TTDL: **25%** (1/4) *(ít việc, tỷ lệ ít ý nghĩa)* · chủ trì 1/4 · xong trễ hạn 03 · trễ bình quân 1,7 ngày làm việc · gia hạn 01 lần",
                    "**CTK-48** CTK Đà Nẵng: **33%** (1/3) *(ít việc, tỷ lệ ít ý nghĩa)* · phối hợp 1/3 · xong trễ hạn 01 · quá hạn chưa xong 01 · trễ bình quân 8,5 ngày làm việc",
                    "*78 đơn vị: không có việc đến hạn*",
                    "**Toàn cơ quan:** **30%** (3/10) · chủ trì 1/5 · phối hợp 2/5 · xong trễ hạn 04 · quá hạn chưa xong 03 · trễ bình quân 4,6 ngày làm việc · gia hạn 01 lần",
                ][..],
            ),
            (
                "Visitor",
                "/report ontime phase:P3",
                &[
                    "Done on time from 01/04/2023 to 12/05/2023 · P3 – Data collection",
                    "**TKG** Prices: **100%** (1/1) *(few, so the rate says little)* · support 1/1",
                    "**TTDL** Data Collection and IT: **0%** (0/2) *(few, so the rate says little)* · lead 0/2 · done late 2 · late on average by 1.5 working days",
                    "**CTK-48** Da Nang PSO: **0%** (0/2) *(few, so the rate says little)* · support 0/2 · done late 1 · overdue 1 · late on average by 8.5 working days",
                    "*79 units: nothing was due*",
                    "**The whole office:** **20%** (1/5) · lead 0/2 · support 1/3 · done late 3 · overdue 1 · late on average by 5 working days",
                ],
            ),
            // A private task is a number to everybody, and has a name for those who may see it.
            (
                "Visitor",
                "/report ontime unit:TKG",
                &[
                    "Done on time from 01/04/2023 to 12/05/2023 · TKG – Price Statistics Department",
                    "**All:** **50%** (1/2) *(few, so the rate says little)* · overdue 1 · late on average by 5 working days",
                    "**As lead:** **0%** (0/1) *(few, so the rate says little)* · overdue 1 · late on average by 5 working days",
                    "**As supporter:** **100%** (1/1) *(few, so the rate says little)*",
                    "P3 – Data collection: **100%** (1/1) *(few, so the rate says little)* · support 1/1",
                    "P5 – Analysis and forecasting: **0%** (0/1) *(few, so the rate says little)* · lead 0/1 · overdue 1 · late on average by 5 working days",
                    "*And 1 that you may not see, because it is private.*",
                ],
            ),
            (
                "Đầu mối TKG",
                "/bao-cao dung-han don-vi:TKG giai-doan:P5",
                &[
                    "Hoàn thành đúng hạn từ 01/04/2023 đến 12/05/2023 · TKG – Vụ Thống kê Giá · P5 – Phân tích và dự báo",
                    "**Tổng:** **0%** (0/1) *(ít việc, tỷ lệ ít ý nghĩa)* · quá hạn chưa xong 01 · trễ bình quân 05 ngày làm việc",
                    "**Chủ trì:** **0%** (0/1) *(ít việc, tỷ lệ ít ý nghĩa)* · quá hạn chưa xong 01 · trễ bình quân 05 ngày làm việc",
                    "**Phối hợp:** không có việc đến hạn",
                    "P5 – Phân tích và dự báo: **0%** (0/1) *(ít việc, tỷ lệ ít ý nghĩa)* · chủ trì 0/1 · quá hạn chưa xong 01 · trễ bình quân 05 ngày làm việc",
                    "**Trễ hạn hoặc quá hạn (01)**",
                    "**[NV-2023-006](thread)** 🔒 Biên soạn CPI · TKG chủ trì · hạn 05/05/2023 (quá hạn 05 ngày làm việc) · **chưa xong, trễ 05 ngày làm việc**",
                ],
            ),
            (
                "Visitor",
                "/report ontime unit:TTDL",
                &[
                    "Done on time from 01/04/2023 to 12/05/2023 · TTDL – Data Collection and Information Technology Application Department",
                    "**All:** **25%** (1/4) *(few, so the rate says little)* · done late 3 · late on average by 1.7 working days · extended once",
                    "**As lead:** **25%** (1/4) *(few, so the rate says little)* · done late 3 · late on average by 1.7 working days · extended once",
                    "**As supporter:** nothing was due",
                    "P2 – Preparing for data collection: **0%** (0/1) *(few, so the rate says little)* · lead 0/1 · done late 1 · late on average by 2 working days",
                    "P3 – Data collection: **0%** (0/2) *(few, so the rate says little)* · lead 0/2 · done late 2 · late on average by 1.5 working days",
                    "P4 – Data processing: **100%** (1/1) *(few, so the rate says little)* · lead 1/1 · extended once",
                    "**Late or overdue (3)**",
                    "**[NV-2023-004](thread)** Rà soát phiếu · TTDL leads · due 05/05/2023 (done, awaiting acceptance) · **done late by 2 working days**",
                    "**[NV-2023-002](thread)** Điều tra lao động · TTDL leads · due 04/05/2023 (done, awaiting acceptance) · **done late by 2 working days**, without 2 of waiting",
                    "**[NV-2023-001](thread)** Thu thập giá tháng 4 · TTDL leads · due 28/04/2023 (done, awaiting acceptance) · **done late by 1 working day**",
                ],
            ),
            (
                "Chuyên viên Đà Nẵng",
                "/bao-cao dung-han don-vi:CTK-48 giai-doan:P3",
                &[
                    "Hoàn thành đúng hạn từ 01/04/2023 đến 12/05/2023 · CTK-48 – Cục Thống kê thành phố Đà Nẵng · P3 – Thu thập thông tin",
                    "**Tổng:** **0%** (0/2) *(ít việc, tỷ lệ ít ý nghĩa)* · xong trễ hạn 01 · quá hạn chưa xong 01 · trễ bình quân 8,5 ngày làm việc",
                    "**Chủ trì:** không có việc đến hạn",
                    "**Phối hợp:** **0%** (0/2) *(ít việc, tỷ lệ ít ý nghĩa)* · xong trễ hạn 01 · quá hạn chưa xong 01 · trễ bình quân 8,5 ngày làm việc",
                    "P3 – Thu thập thông tin: **0%** (0/2) *(ít việc, tỷ lệ ít ý nghĩa)* · phối hợp 0/2 · xong trễ hạn 01 · quá hạn chưa xong 01 · trễ bình quân 8,5 ngày làm việc",
                    "**Trễ hạn hoặc quá hạn (02)**",
                    "**[NV-2023-002](thread)** Điều tra lao động · TTDL chủ trì · hạn 28/04/2023 (hoàn thành, chờ nghiệm thu) · phần việc phối hợp · **xong trễ 05 ngày làm việc**",
                    "**[NV-2023-008](thread)** Danh mục địa bàn · TKG chủ trì · hạn 21/04/2023 (quá hạn 12 ngày làm việc) · phần việc phối hợp · **chưa xong, trễ 12 ngày làm việc**",
                ],
            ),
            // By the deadline as it was finally agreed: 3 and 4 belong to May.
            (
                "Visitor",
                "/report ontime date:01/04 until:30/04",
                &[
                    "Done on time from 01/04/2023 to 30/04/2023",
                    "**TKG** Prices: **100%** (1/1) *(few, so the rate says little)* · support 1/1",
                    "**TTDL** Data Collection and IT: **0%** (0/1) *(few, so the rate says little)* · lead 0/1 · done late 1 · late on average by 1 working day",
                    "**CTK-48** Da Nang PSO: **0%** (0/2) *(few, so the rate says little)* · support 0/2 · done late 1 · overdue 1 · late on average by 8.5 working days",
                    "*79 units: nothing was due*",
                    "**The whole office:** **25%** (1/4) *(few, so the rate says little)* · lead 0/1 · support 1/3 · done late 2 · overdue 1 · late on average by 6 working days",
                ],
            ),
            (
                COORDINATOR,
                "/bao-cao dung-han den-ngay:31/03",
                &[
                    "Hoàn thành đúng hạn từ 01/01/2023 đến 31/03/2023",
                    "*82 đơn vị: không có việc đến hạn*",
                    "**Toàn cơ quan:** không có việc đến hạn",
                ],
            ),
            (
                COORDINATOR,
                "/bao-cao dung-han ngay:01/05/2023 den-ngay:30/04/2023",
                &["Ngày bắt đầu (`ngay`) sau ngày kết thúc (`den-ngay`). Hãy đổi lại hai ngày và gửi lại."],
            ),
            (
                "Visitor",
                "/report ontime unit:Mars",
                &["No unit within the charter's scope is called “Mars”. Choose one from the list, or see `/unit list`."],
            ),
        ] {
            let answer = asks(&world, who, line).await;
            assert_eq!(answer.lines().collect::<Vec<_>>(), lines, "{line}");
        }
        let answer = world.types("Visitor", "/report ontime").await;
        let footer = answer.message["embeds"][0]["footer"]["text"].as_str().unwrap_or_default().to_owned();
        assert!(footer.starts_with("The same formula for every unit: "), "{footer}");
        let answer = world.types(COORDINATOR, "/bao-cao dung-han").await;
        let footer = answer.message["embeds"][0]["footer"]["text"].as_str().unwrap_or_default().to_owned();
        assert!(footer.starts_with("Cách tính, như nhau cho mọi đơn vị: "), "{footer}");
        // On the next working day what was due on Friday is judged too.
        world.jump_to("2023-05-15 08:00").await;
        let answer = asks(&world, "Visitor", "/report ontime unit:TTDL").await;
        assert!(answer.contains("**As lead:** **20%** (1/5) · done late 3 · overdue 1"), "{answer}");
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_how_much_to_do() {
    on_both(async |database| {
        let world = World::start(database, "2023-04-17 08:00").await;
        four_weeks(&world).await;
        for (who, line, lines) in [
            (
                COORDINATOR,
                "/bao-cao khoi-luong",
                &[
                    "Khối lượng công việc ngày 12/05/2023",
                    "**TKTH** Vụ TKTH: chủ trì **00** · phối hợp **01** (quá hạn 01) · nhận 01 · xong 00",
                    "**TKG** Vụ Giá: chủ trì **02** (quá hạn 02) · phối hợp **01** · nhận 05 · xong 01",
                    "**TTDL** Cục TTDL: chủ trì **01** (sắp đến hạn 01) · phối hợp **00** · nhận 05 · xong 04",
                    "**CTK-48** CTK Đà Nẵng: chủ trì **00** · phối hợp **01** (quá hạn 01) · nhận 03 · xong 01",
                    "*78 đơn vị: không có việc*",
                    "**Toàn cơ quan:** chủ trì **03** (quá hạn 02, sắp đến hạn 01) · phối hợp **03** (quá hạn 02) · nhận 14 · xong 06",
                ][..],
            ),
            (
                "Visitor",
                "/report workload phase:P5",
                &[
                    "Workload on 12/05/2023 · P5 – Analysis and forecasting",
                    "**TKTH** Integrated Statistics: leads **0** · supports **1** (overdue 1) · came 1 · finished 0",
                    "**TKG** Prices: leads **1** (overdue 1) · supports **0** · came 1 · finished 0",
                    "*80 units: nothing to do*",
                    "**The whole office:** leads **1** (overdue 1) · supports **1** (overdue 1) · came 2 · finished 0",
                ],
            ),
            (
                "Visitor",
                "/report workload unit:TKG",
                &[
                    "Workload on 12/05/2023 · TKG – Price Statistics Department",
                    "**All:** leads **2** (overdue 2) · supports **1** · came 5 · finished 1",
                    "P3 – Data collection: leads **1** (overdue 1) · supports **1** · came 3 · finished 1",
                    "P4 – Data processing: leads **0** · supports **0** · came 1 · finished 0",
                    "P5 – Analysis and forecasting: leads **1** (overdue 1) · supports **0** · came 1 · finished 0",
                ],
            ),
            (
                COORDINATOR,
                "/bao-cao khoi-luong don-vi:VP",
                &[
                    "Khối lượng công việc ngày 12/05/2023 · VP – Văn phòng Tổng cục",
                    "**Tổng:** chủ trì **00** · phối hợp **00** · nhận 00 · xong 00",
                ],
            ),
        ] {
            let answer = asks(&world, who, line).await;
            assert_eq!(answer.lines().collect::<Vec<_>>(), lines, "{line}");
        }
        // What blocks and what waits for a decision; and after four weeks nothing has come lately.
        done(&world, TTDL, "gia-han ma:7 han:19/05/2023 ly-do:Chờ phiếu").await;
        let answer = asks(&world, "Visitor", "/report workload unit:TTDL").await;
        assert!(answer.contains("All:** leads **1** (due soon 1, awaiting extension 1) · "), "{answer}");
        done(&world, COORDINATOR, "duyet-gia-han ma:7 quyet-dinh:Đồng ý").await;
        done(&world, TTDL, "vuong-mac ma:7 ly-do:Thiếu người").await;
        world.jump_to("2023-06-12 09:00").await;
        let answer = asks(&world, "Visitor", "/report workload unit:TTDL").await;
        assert!(
            answer
                .contains("All:** leads **1** (overdue 1, blocked 1) · supports **0** · came 0 · finished 0"),
            "{answer}"
        );
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_report_turn_in_place() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        done(&world, COORDINATOR, "giao tieu-de:Báo cáo quý giai-doan:P3 han:03/03/2023 phoi-hop:CTK").await;
        world.jump_to("2023-03-08 08:00").await;
        for (line, heading, last, total) in [
            (
                "/report ontime",
                "Done on time from 01/01/2023 to 08/03/2023 · page",
                "*18 units: nothing was due*",
                "**The whole office:** **0%** (0/64) · lead 0/1 · support 0/63 · overdue 64 · late on average by 3 working days",
            ),
            (
                "/report workload",
                "Workload on 08/03/2023 · page",
                "*18 units: nothing to do*",
                "**The whole office:** leads **1** (overdue 1) · supports **63** (overdue 63) · came 64 · finished 0",
            ),
        ] {
            let (room, person) = (world.channel(ROOM).await, world.person("Visitor").await);
            let first = world.types("Visitor", line).await;
            let mut page = first.clone();
            let mut units: Vec<String> = Vec::new();
            for number in 1..=6 {
                let text = page.text();
                let lines: Vec<&str> = text.lines().collect();
                assert_eq!(lines[0], format!("{heading} {number}/6"));
                assert_eq!(lines[lines.len() - 3..], [last, total, "[«] [‹] [›] [»]"], "{text}");
                units.extend(lines[1..lines.len() - 3].iter().filter_map(|line| {
                    Some(line.strip_prefix("**")?.split_once("**")?.0.to_owned())
                }));
                if number < 6 {
                    page = person.presses(room, &page.message, "›").await.unwrap();
                    assert_eq!(page.message["id"], first.message["id"], "it is the same message");
                }
            }
            assert_eq!((units.len(), units[0].as_str(), units[63].as_str()), (64, "TTDL", "CTK-96"));
            let back = person.presses(room, &page.message, "«").await.unwrap();
            assert_eq!(back.text(), first.text());
        }
        world.end().await;
    })
    .await;
}
