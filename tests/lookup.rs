//! Questions: who leads, what is open, which units there are, what can be typed.

use crate::databases::on_both;
use crate::harness::World;
use liaison::demo::people::Answer;
use liaison::domain::task::Task;
use liaison::store::new_id;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

const COORDINATOR: &str = "Điều phối TTDL";

/// A private task of TKG and TKTH, a public one that TTDL leads and TKG supports, and one that is done.
async fn an_office_at_work(world: &World) {
    for line in [
        "/nhiem-vu giao tieu-de:Biên soạn CPI giai-doan:P5 han:+5 chu-tri:TKG phoi-hop:TKTH noi-bo:có",
        "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:24/03/2023 phoi-hop:TKG",
        "/nhiem-vu giao tieu-de:Rà soát mẫu giai-doan:P3 han:24/03/2023 phoi-hop:CTK-48",
        "/nhiem-vu hoan-thanh ma:NV-2023-003",
    ] {
        world.types(COORDINATOR, line).await;
    }
}

/// The code of a task as a list has it: it leads to the thread.
async fn link(world: &World, code: &str) -> String {
    let (guild, thread) = (world.guild(), world.channel(&format!("[{code}]")).await);
    format!("**[{code}](https://discord.com/channels/{guild}/{thread})**")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_phase_has_its_lead_in_both_languages() {
    let phases = [
        (
            "P1 – Xác định nhu cầu thông tin",
            "TKTH – Vụ Thống kê Tổng hợp và Phổ biến thông tin thống kê",
            "07 Vụ chuyên ngành, Vụ PPCĐ, Vụ HTQT, 63 Cục Thống kê",
            "10 ngày làm việc để có ý kiến",
            "P1 – Identifying information needs",
            "TKTH – Integrated Statistics and Information Dissemination Department",
        ),
        (
            "P2 – Chuẩn bị thu thập thông tin",
            "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê",
            "07 Vụ chuyên ngành, Vụ PPCĐ, Vụ KHTC, Vụ TCCB, 63 Cục Thống kê",
            "theo kế hoạch; phiếu hoàn thiện chậm nhất 30 ngày trước ngày bắt đầu thu thập",
            "P2 – Preparing for data collection",
            "TTDL – Data Collection and Information Technology Application Department",
        ),
        (
            "P3 – Thu thập thông tin",
            "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê",
            "63 Cục Thống kê, 07 Vụ chuyên ngành, Vụ PCTT",
            "theo phương án điều tra, chế độ báo cáo",
            "P3 – Data collection",
            "TTDL – Data Collection and Information Technology Application Department",
        ),
        (
            "P4 – Xử lý thông tin",
            "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê",
            "07 Vụ chuyên ngành, 63 Cục Thống kê",
            "chậm nhất 10 ngày làm việc kể từ ngày kết thúc thu thập",
            "P4 – Data processing",
            "TTDL – Data Collection and Information Technology Application Department",
        ),
        (
            "P5 – Phân tích và dự báo",
            "Tùy theo lĩnh vực:",
            "Vụ TKTH, Viện KHTK, Cục TTDL, 63 Cục Thống kê",
            "chậm nhất 02 ngày làm việc trước ngày công bố",
            "P5 – Analysis and forecasting",
            "By domain:",
        ),
        (
            "P6 – Phổ biến thông tin thống kê",
            "TKTH – Vụ Thống kê Tổng hợp và Phổ biến thông tin thống kê",
            "07 Vụ chuyên ngành, Văn phòng, Vụ HTQT, Cục TTDL, Tạp chí CSSK",
            "theo lịch phổ biến thông tin thống kê",
            "P6 – Dissemination of statistical information",
            "TKTH – Integrated Statistics and Information Dissemination Department",
        ),
        (
            "P7 – Tư liệu hóa",
            "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê",
            "07 Vụ chuyên ngành, Văn phòng, Vụ TKTH",
            "chậm nhất 30 ngày kể từ ngày công bố",
            "P7 – Documentation",
            "TTDL – Data Collection and Information Technology Application Department",
        ),
        (
            "P8 – Đánh giá chất lượng",
            "PPCD – Vụ Phương pháp chế độ và Quản lý chất lượng thống kê",
            "Vụ PCTT, Cục TTDL, 07 Vụ chuyên ngành, 63 Cục Thống kê, Viện KHTK",
            "chậm nhất 45 ngày kể từ ngày công bố",
            "P8 – Quality assessment",
            "PPCD – Statistical Methodology and Quality Management Department",
        ),
    ];
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        for (at, (vi, lead, support, limit, en, lead_en)) in phases.iter().enumerate() {
            let (code, article) = (format!("P{}", at + 1), at + 7);
            let name = vi.split_once(" – ").unwrap().1;
            let answer = world.types("Chuyên viên Đà Nẵng", &format!("/ai-chu-tri giai-doan:{code}")).await;
            assert_eq!(title(&answer), *vi);
            assert!(field(&answer, "Đơn vị chủ trì").starts_with(lead), "{}", answer.text());
            assert_eq!(field(&answer, "Đơn vị phối hợp"), *support);
            assert_eq!(field(&answer, "Điều khoản"), format!("Điều {article}. {name}"));
            assert_eq!(
                field(&answer, "Căn cứ"),
                format!("Điều {article}, Phụ lục 01 Quy chế phối hợp (dự thảo v1)")
            );
            assert_eq!(field(&answer, "Thời hạn"), *limit);
            assert_eq!(
                footer(&answer),
                "Phân công tại thời điểm thứ Tư, 01/03/2023 theo bản tctk-2023 · dự kiến"
            );

            let answer = world.types("Visitor", &format!("/who phase:{code}")).await;
            assert_eq!(title(&answer), *en);
            assert!(field(&answer, "Lead unit").starts_with(lead_en), "{}", answer.text());
            assert_eq!(
                field(&answer, "Article"),
                format!("Article {article}. {}", en.split_once(" – ").unwrap().1)
            );
            assert_eq!(footer(&answer), "As of Wednesday 01/03/2023, by version tctk-2023 · provisional");
        }
        let answer = world.types("Visitor", "/who phase:P5").await;
        assert_eq!(
            field(&answer, "Lead unit"),
            "By domain:\n\
             Gross domestic product (GDP), national accounts: TKQG\n\
             Consumer price index (CPI), prices: TKG\n\
             Labour, employment, population: DSLD\n\
             Index of industrial production (IIP), industry, construction: CNXD\n\
             Retail sales, trade, services: TMDV\n\
             Agriculture, forestry, fishery: NLTS\n\
             Living standards, education, society, environment: XHMT"
        );
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_activity_has_its_lead_people_and_open_tasks() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        an_office_at_work(&world).await;
        let people = format!(
            "<@{}> <@{}>",
            world.person("Đầu mối TKG").await.id,
            world.person("Price officer").await.id
        );
        let lead = format!("TKG – Vụ Thống kê Giá <@&{}>\n{people}", world.role("TKG"));
        let task = link(&world, "NV-2023-001").await;
        // By code, by name without diacritics, decomposed, and in the other language.
        let decomposed: String = "Giá tiêu dùng".nfd().collect();
        for activity in ["CPI", "gia tieu dung", &decomposed, "inflation"] {
            let answer = world.types("Đầu mối TKG", &format!("/ai-chu-tri giai-doan:P5 hoat-dong:{activity}")).await;
            assert_eq!(title(&answer), "P5 – Phân tích và dự báo · Chỉ số giá tiêu dùng (CPI), thống kê giá");
            assert_eq!(field(&answer, "Đơn vị chủ trì"), lead);
            assert_eq!(
                field(&answer, "Nhiệm vụ chưa hoàn thành"),
                format!("{task} 🔒 Biên soạn CPI · TKG chủ trì · hạn 08/03/2023 (còn 05 ngày làm việc)")
            );
        }
        // A step has its own time limit; a day is said as it was understood.
        let answer = world.types("Visitor", "/who phase:collection activity:P3.4 date:24/03").await;
        assert_eq!(title(&answer), "P3 – Data collection · Finalise collection and hand over data");
        assert_eq!(field(&answer, "Time limit"), "5 working days from the end of collection");
        assert_eq!(footer(&answer), "As of Friday 24/03/2023, by version tctk-2023 · provisional");

        for (line, sentence) in [
            ("/who phase:P3 date:31/12/2022",
             "Nothing is known about 31/12/2022: the earliest text is the coordination regulation (draft v1), which applies from 01/01/2023. Ask about that day or a later one."),
            ("/who phase:P3 activity:nonsense", "Phase P3 has no step or domain “nonsense”. Choose one from the list."),
            ("/who phase:P0", "The charter has no phase “P0”. Choose one from the list (P1 to P8)."),
            ("/who phase:P3 date:02/28/2023", "Months go from 1 to 12. The day comes first, then the month; type 28/02/2023."),
        ] {
            assert_eq!(world.types("Visitor", line).await.text(), sentence, "{line}");
        }
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_open_tasks_that_the_person_may_see() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        an_office_at_work(&world).await;
        let (first, second) = (link(&world, "NV-2023-001").await, link(&world, "NV-2023-002").await);
        let price = format!("{second} Thu thập giá · TTDL chủ trì · hạn 24/03/2023 (còn 17 ngày làm việc)");
        let of_tkg = "🔒 Biên soạn CPI · TKG chủ trì · hạn 08/03/2023 (còn 05 ngày làm việc)";
        let secret = format!("{first} {of_tkg}");
        // Leadership sees all tasks, but is in the threads of those alone that are its own.
        let unlinked = format!("**NV-2023-001** {of_tkg}");
        let english = format!("{second} Thu thập giá · TTDL leads · due 24/03/2023 (17 working days left)");
        let both = "02 nhiệm vụ chưa hoàn thành, gần hạn nhất ở trên";
        for (who, line, text) in [
            ("Đầu mối TKG", "/viec-cua-toi", format!("Chờ xác nhận đã tiếp nhận (2): {first} · {second}\nTKG: 02 nhiệm vụ chưa hoàn thành\n{secret}\n{price}")),
            ("Đầu mối TKTH", "/viec-cua-toi", format!("Chờ xác nhận đã tiếp nhận (1): {first}\nTKTH: 01 nhiệm vụ chưa hoàn thành\n{secret}")),
            ("Chuyên viên Đà Nẵng", "/viec-cua-toi", "CTK-48: không có nhiệm vụ nào chưa hoàn thành".to_owned()),
            ("Visitor", "/my", "You hold no unit's role; see all tasks with /task list, or ask an administrator if you belong to one".to_owned()),
            ("Đầu mối TKG", "/nhiem-vu danh-sach", format!("{both}\n{secret}\n{price}")),
            ("Lãnh đạo Tổng cục", "/nhiem-vu danh-sach", format!("{both}\n{unlinked}\n{price}")),
            ("Visitor", "/task list", format!("1 open task\n{english}")),
            ("Đầu mối TKG", "/nhiem-vu danh-sach don-vi:vụ giá giai-doan:thu thập", format!("01 nhiệm vụ chưa hoàn thành\n{price}")),
            ("Đầu mối TKG", "/nhiem-vu danh-sach don-vi:VP", "Không có nhiệm vụ nào chưa hoàn thành".to_owned()),
            ("Đầu mối TKG", "/nhiem-vu danh-sach don-vi:nowhere",
             "Không xác định được đơn vị “nowhere” trong phạm vi Quy chế. Hãy chọn trong danh sách gợi ý hoặc xem `/don-vi danh-sach`.".to_owned()),
        ] {
            assert_eq!(world.types(who, line).await.text(), text, "{who}: {line}");
        }
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_task_does_not_exist_for_others() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        an_office_at_work(&world).await;
        let hidden = "NV-2023-001";
        for line in [
            "/task show code:NV-2023-001",
            "/task list",
            "/task list unit:TKG",
            "/my",
            "/who phase:P5",
            "/who phase:P5 activity:CPI",
            "/unit show unit:TKG",
            "/log search query:CPI code:NV-2023-001",
        ] {
            let typed = line.matches(hidden).count();
            let text = world.types("Visitor", line).await.text();
            assert!(text.matches(hidden).count() <= typed && !text.contains("Biên soạn"), "{line}: {text}");
        }
        for verb in ["show", "receive", "done"] {
            assert_eq!(
                world.types("Visitor", &format!("/task {verb} code:NV-2023-001")).await.text(),
                "There is no task “NV-2023-001”. Choose a code from the list, or see `/task list`."
            );
        }
        let offered =
            |choices: Vec<(String, String)>| choices.into_iter().map(|(_, code)| code).collect::<Vec<_>>();
        assert_eq!(
            offered(world.completes("Visitor", "/task show code:2023").await),
            ["NV-2023-002", "NV-2023-003"]
        );
        assert_eq!(offered(world.completes("Visitor", "/task show code:bien soan").await), [""; 0]);
        assert_eq!(offered(world.completes("Price officer", "/task show code:bien soan").await), [hidden]);

        // Nothing typed yet: one's own first, then the others, the nearest deadline on top.
        let late = "/nhiem-vu giao tieu-de:Tập huấn giai-doan:P2 han:30/03/2023 phoi-hop:CTK-48";
        world.types(COORDINATOR, late).await;
        let own = offered(world.completes("Chuyên viên Đà Nẵng", "/nhiem-vu xem ma:").await);
        assert_eq!(own, ["NV-2023-004", "NV-2023-002", "NV-2023-003"]);

        let shown = world.types("Price officer", "/task show code:nv-2023-001").await;
        assert_eq!(
            shown.text(),
            format!(
                "<#{}>\n\
                 NV-2023-001 · Biên soạn CPI\n\
                 Lead unit: TKG – Price Statistics Department <@&{}>\n\
                 Supporting units: TKTH\n\
                 Deadline: 17:00 Wednesday 08/03/2023 (5 working days left)\n\
                 Phase: P5 – Analysis and forecasting\n\
                 State: Given\n\
                 Basis: Article 11 and Appendix 01 of the coordination regulation (draft v1)\n\
                 Received: 0/2\n\
                 Procedure: ☐ P5.1 Prepare draft outputs\n\
                 ☐ P5.2 Validate outputs\n\
                 ☐ P5.3 Interpret, explain and forecast\n\
                 ☐ P5.4 Apply disclosure control\n\
                 ☐ P5.5 Finalise outputs\n\
                 History\n\
                 `01/03/2023 08:00` <@{}> – Gave the task NV-2023-001.\n\
                 [Received] [Report] [Obstacle] [Ask for time] [Done]",
                world.channel("[NV-2023-001]").await,
                world.role("TKG"),
                world.person(COORDINATOR).await.id
            )
        );
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_are_counted_and_the_nearest_shown() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        for line in ["tieu-de:Nội bộ giai-doan:P5 chu-tri:TKG noi-bo:có", "tieu-de:Việc giai-doan:P3"]
        {
            world.types(COORDINATOR, &format!("/nhiem-vu giao {line} phoi-hop:VP han:+2")).await;
        }
        // The private ones are due first; they must not push the others out of what a visitor is shown.
        let mut tx = world.office.store.begin().await.unwrap();
        for given in ["NV-2023-001", "NV-2023-002"] {
            let given = world.office.find_task(world.guild(), given).await.unwrap().unwrap();
            for number in 1..=20 {
                let (id, code) = (new_id(), format!("{}-{number:02}", given.code));
                let due = given.due + chrono::TimeDelta::hours(number);
                tx.insert_task(&Task { id, code, due, ..given.clone() }).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        let answer = world.types("Visitor", "/task list").await;
        let lines: Vec<String> = answer.text().lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "21 open tasks, the nearest deadline on top · page 1/2");
        assert!(lines[1].starts_with("**[NV-2023-002](https://discord.com/channels/"), "{}", lines[1]);
        assert_eq!((lines.len(), lines[13].as_str()), (14, "[«] [‹] [›] [»]"));
        let open = world.types("Visitor", "/who phase:P3").await;
        assert_eq!(field(&open, "Open tasks").lines().count(), 6);
        assert!(field(&open, "Open tasks").ends_with("\nand 16 more"), "{}", open.text());
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_are_listed_and_shown() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        an_office_at_work(&world).await;
        let list = world.types("Đầu mối TKG", "/don-vi danh-sach").await.text();
        let lines: Vec<&str> = list.lines().collect();
        assert_eq!(lines[0], "82 đơn vị trong phạm vi Quy chế, 82 đơn vị đã có vai trò trên máy chủ");
        assert_eq!(lines[7], format!("TKG – Vụ Thống kê Giá <@&{}>", world.role("TKG")));
        assert!(lines[20].starts_with("**Địa phương đã có vai trò (63):** CTK Hà Nội, CTK Hà Giang, "), "{}", lines[20]);

        let task = link(&world, "NV-2023-002").await;
        let focal = world.person("Đầu mối TTDL").await.id;
        let shown = world.types("Đầu mối TTDL", "/don-vi xem don-vi:Cục Thu thập dữ liệu").await;
        assert_eq!(
            shown.text(),
            format!(
                "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê\n\
                 Vai trò: <@&{}>\n\
                 Người của đơn vị: <@{}> <@{focal}>\n\
                 Vị trí: Đầu mối: <@{focal}>\n\
                 Chủ trì các giai đoạn: P2 – Chuẩn bị thu thập thông tin\n\
                 P3 – Thu thập thông tin\n\
                 P4 – Xử lý thông tin\n\
                 P7 – Tư liệu hóa\n\
                 Nhiệm vụ chưa hoàn thành: {task} Thu thập giá · TTDL chủ trì · hạn 24/03/2023 (còn 17 ngày làm việc)",
                world.role("TTDL"),
                world.person("Điều phối TTDL").await.id,
            )
        );
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn help_lists_every_command_and_who_may_use_it() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let overview = world.types("Visitor", "/help").await.text();
        let state = world.sandbox.state();
        let mut told = String::new();
        for command in list(&state["commands"]) {
            let name = command["name"].as_str().unwrap();
            if command["type"] == 3 {
                assert!(
                    overview.lines().any(|line| line == format!("Apps › *{name}*")),
                    "{name}: {overview}"
                );
                continue;
            }
            let group = overview.lines().find(|line| line.starts_with(&format!("`/{name}`")));
            let group = group.unwrap_or_else(|| panic!("/{name} is not in\n{overview}"));
            let help = world.types("Visitor", &format!("/help command:{name}")).await.text();
            assert!(!help.ends_with('…'), "{help}");
            for sub in subcommands(&command["options"], "") {
                assert!(group.split(" · ").any(|one| one.ends_with(&sub)), "{sub} is not in {group}");
                let example = format!("`/{name} {sub}");
                assert!(help.lines().any(|line| line.starts_with(&example)), "{example} is not in\n{help}");
            }
            told.push_str(&help);
        }
        for line in [
            "Give a task to its lead unit and supporting units *(head of unit and above)*",
            "Confirm that your unit has received a task *(for people of the unit)*",
            "Show one task: lead, supporting units, deadline, progress",
        ] {
            assert!(told.lines().any(|one| one == line), "{line} is not in\n{told}");
        }
        let help = world.types("Đầu mối TKG", "/tro-giup lenh:nhiem-vu").await.text();
        assert!(help.contains(
            "Giao nhiệm vụ cho đơn vị chủ trì và các đơn vị phối hợp *(từ Thủ trưởng đơn vị trở lên)*\n"
        ));
        assert!(
            help.contains("Xác nhận đơn vị của bạn đã tiếp nhận nhiệm vụ\n`/nhiem-vu tiep-nhan ma:"),
            "{help}"
        );
        world.finish().await;
    })
    .await;
}

/// The subcommands of a command, those of groups with the name of their group.
fn subcommands(options: &Value, group: &str) -> Vec<String> {
    list(options)
        .flat_map(|option| {
            let name = format!("{group}{}", option["name"].as_str().unwrap_or_default());
            match option["type"].as_u64() {
                Some(1) => vec![name],
                Some(2) => subcommands(&option["options"], &format!("{name} ")),
                _ => Vec::new(),
            }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn completion_forgives_accents_and_case() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let decomposed: String = "/nhiem-vu giao chu-tri:Đà Nẵng".nfd().collect();
        for line in [
            "/nhiem-vu giao chu-tri:da nang",
            "/nhiem-vu giao chu-tri:ĐÀ NẴNG",
            &decomposed,
            "/nhiem-vu giao chu-tri:ctk48",
        ] {
            let choices = world.completes(COORDINATOR, line).await;
            assert_eq!(
                choices,
                [("CTK-48 – Cục Thống kê thành phố Đà Nẵng".to_owned(), "CTK-48".to_owned())],
                "{line}"
            );
        }
        let statistics = world.completes(COORDINATOR, "/nhiem-vu giao chu-tri:thong ke").await;
        assert_eq!(statistics.len(), 25);
        assert_eq!(world.completes(COORDINATOR, "/nhiem-vu giao chu-tri:Thống kê").await, statistics);
        assert_eq!(world.completes(COORDINATOR, "/nhiem-vu giao chu-tri:").await.len(), 25);

        let codes = async |who: &str, line: &str| -> Vec<String> {
            world.completes(who, line).await.into_iter().map(|(_, value)| value).collect()
        };
        assert_eq!(codes(COORDINATOR, "/nhiem-vu giao chu-tri:TK").await, ["TKTH", "TKQG", "TKG"]);
        assert_eq!(
            codes("Visitor", "/task create phase:").await,
            ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"]
        );
        assert_eq!(codes("Visitor", "/task create phase:THU THAP").await, ["P3", "P2"]);
        assert_eq!(codes("Visitor", "/who phase:P5 activity:cpi").await, ["CPI"]);
        // The last of several units is completed, what stands before it stays, and nothing is offered twice.
        assert_eq!(
            codes("Visitor", "/task create support:CTK-48; TKG, đà").await.first().unwrap(),
            "CTK-48; TKG, TTDL"
        );
        assert!(
            !codes("Visitor", "/task create support:CTK-48, da nang")
                .await
                .contains(&"CTK-48, CTK-48".to_owned())
        );
        let provinces = world.completes("Visitor", "/task create support:provin").await;
        assert_eq!(provinces[0], ("CTK – provincial statistics offices".to_owned(), "CTK".to_owned()));
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_date_is_shown_as_it_is_understood() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let both = |shown: &str, sent: &str| (shown.to_owned(), sent.to_owned());
        for (who, typed, choices) in [
            (
                "Đầu mối TKG",
                "",
                vec![
                    both("hôm nay → thứ Tư, 01/03/2023", "01/03/2023"),
                    both("mai → thứ Năm, 02/03/2023", "02/03/2023"),
                    both("+5 → thứ Tư, 08/03/2023", "08/03/2023"),
                    both("+10 → thứ Tư, 15/03/2023", "15/03/2023"),
                ],
            ),
            ("Visitor", "14h thu 6", vec![both("14h thu 6 → Friday 03/03/2023 14:00", "03/03/2023 14:00")]),
            ("Visitor", "29/04", vec![both("29/04 → Saturday 29/04/2023 (a day off)", "29/04/2023")]),
            ("Đầu mối TKG", "29/4", vec![both("29/4 → thứ Bảy, 29/04/2023 (ngày nghỉ)", "29/04/2023")]),
            ("Visitor", "04/24/2023", vec![]),
            // "thu" is a day in English, and how most days begin in Vietnamese.
            ("Visitor", "thu", vec![both("Thursday → Thursday 02/03/2023", "02/03/2023")]),
            (
                "Đầu mối TKG",
                "thứ b",
                vec![
                    both("thứ Ba → thứ Ba, 07/03/2023", "07/03/2023"),
                    both("thứ Bảy → thứ Bảy, 04/03/2023 (ngày nghỉ)", "04/03/2023"),
                ],
            ),
            ("Đầu mối TKG", "thu tu", vec![both("thứ Tư → thứ Tư, 08/03/2023", "08/03/2023")]),
        ] {
            assert_eq!(world.completes(who, &format!("/task create due:{typed}")).await, choices, "{typed}");
        }
        let days = world.completes("Đầu mối TKG", "/nhiem-vu giao han:thu").await;
        assert_eq!((days.len(), days[3].0.as_str()), (6, "thứ Năm → thứ Năm, 02/03/2023"));
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_in_the_asker_s_language_and_posts_in_the_server_s() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.types(COORDINATOR, "/task create title:Prices phase:P3 due:+5 support:TKG").await;
        let said = world.said().await;
        assert!(said[1].text.contains("**Giao nhiệm vụ NV-2023-001:** Prices\n"), "{}", said[1].text);
        let room = world.channel(&said[0].place).await;
        let pressed = world.person("Price officer").await.presses(room, &said[0].message, "Đã tiếp nhận").await.unwrap();
        assert_eq!(
            pressed.text(),
            "Recorded: TKG received task NV-2023-001. Deadline: 17:00 Wednesday 08/03/2023 (5 working days left)."
        );
        world.rest().await;
        let said = world.said().await;
        assert_eq!(said[0].text, "TKG – Vụ Thống kê Giá đã tiếp nhận nhiệm vụ NV-2023-001.");
        world.finish().await;
    })
    .await;
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn title(answer: &Answer) -> &str {
    answer.message["embeds"][0]["title"].as_str().unwrap_or_default()
}

fn footer(answer: &Answer) -> &str {
    answer.message["embeds"][0]["footer"]["text"].as_str().unwrap_or_default()
}

fn field<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let field = list(&answer.message["embeds"][0]["fields"]).find(|field| field["name"] == name);
    field
        .and_then(|field| field["value"].as_str())
        .unwrap_or_else(|| panic!("no {name:?} in\n{}", answer.text()))
}
