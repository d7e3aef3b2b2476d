//! Tasks: given, received and done, and what everybody then sees.

use crate::databases::on_both;
use crate::harness::{Said, World};
use discord_sandbox::{Effect, Fault};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

const COORDINATOR: &str = "Điều phối TTDL";
const TTDL: &str = "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_becomes_a_thread_that_tags_its_units() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let answer = world
            .types(
                COORDINATOR,
                "/nhiem-vu giao tieu-de:Thu thập giá tháng 3 giai-doan:P3 han:24/03/2023 phoi-hop:TKG, CTK-01 do-khan:Khẩn",
            )
            .await;
        let thread = world.channel("[NV-2023-001]").await;
        assert_eq!(
            answer.text(),
            format!(
                "Đã giao nhiệm vụ **NV-2023-001**: <#{thread}>\n\
                 Thời hạn: 17:00 thứ Sáu, 24/03/2023 (còn 17 ngày làm việc)."
            )
        );
        let said = world.said().await;
        let [card, given] = said.as_slice() else { panic!("{said:#?}") };
        assert_eq!(card.place, "p3-thu-thap-thong-tin");
        let (ttdl, tkg) = (world.role("TTDL"), world.role("TKG"));
        assert_eq!(
            card.text,
            format!(
                "NV-2023-001 · Thu thập giá tháng 3\n\
                 Đơn vị chủ trì: {TTDL} <@&{ttdl}>\n\
                 Đơn vị phối hợp: TKG, CTK-01\n\
                 Thời hạn: 17:00 thứ Sáu, 24/03/2023 (<t:1679652000:R>)\n\
                 Giai đoạn: P3 – Thu thập thông tin\n\
                 Trạng thái: Đã giao\n\
                 Căn cứ: Điều 9, Phụ lục 01 Quy chế phối hợp (dự thảo v1)\n\
                 Độ khẩn: Khẩn\n\
                 Đã tiếp nhận: 0/3\n\
                 [Đã tiếp nhận] [Báo cáo tiến độ] [Vướng mắc] [Xin gia hạn] [Hoàn thành]"
            )
        );
        assert_eq!(card.pinged, [""; 0]);
        assert_eq!(given.place, "[NV-2023-001] Thu thập giá tháng 3");
        assert_eq!(
            given.text,
            format!(
                "<@&{ttdl}> <@&{tkg}> <@&{}>\n\
                 **Giao nhiệm vụ NV-2023-001 (Khẩn):** Thu thập giá tháng 3\n\
                 **Chủ trì:** {TTDL}\n\
                 **Phối hợp:** TKG, CTK-01\n\
                 **Thời hạn:** 17:00 thứ Sáu, 24/03/2023 (còn 17 ngày làm việc)\n\
                 Đề nghị các đơn vị xác nhận đã tiếp nhận bằng nút trên thẻ nhiệm vụ hoặc lệnh `/nhiem-vu tiep-nhan`.",
                world.role("CTK-01")
            )
        );
        let people = ["Chuyên viên Hà Nội", "Price officer", "Điều phối TTDL", "Đầu mối TKG", "Đầu mối TTDL"];
        assert_eq!(given.pinged, people);
        assert_eq!(people_in(&world, "[NV-2023-001]"), people);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_task_is_a_thread_for_its_units_alone() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let answer = world
            .types("Điều phối TTDL", "/nhiem-vu giao tieu-de:Số liệu chưa công bố giai-doan:P5 han:+5 chu-tri:TKG phoi-hop:TKTH noi-bo:có")
            .await;
        let thread = world.channel("[NV-2023-001]").await;
        assert!(answer.text().starts_with(&format!("Đã giao nhiệm vụ **NV-2023-001**: <#{thread}>")), "{}", answer.text());
        let said = world.said().await;
        let [card, given] = said.as_slice() else { panic!("{said:#?}") };
        assert_eq!(card.place, "[NV-2023-001] Số liệu chưa công bố");
        assert_eq!(given.place, card.place);
        assert_eq!(given.pinged, ["Price officer", "Đầu mối TKG", "Đầu mối TKTH"]);
        // Who gave it is in it as well, though of neither unit.
        let people = ["Price officer", "Điều phối TTDL", "Đầu mối TKG", "Đầu mối TKTH"];
        assert_eq!(people_in(&world, "[NV-2023-001]"), people);
        assert!(world.person("Đầu mối TKTH").await.sees(thread).await.is_ok());
        assert!(world.person("Chuyên viên Đà Nẵng").await.sees(thread).await.is_err());
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_lead_than_the_matrix_names_needs_a_reason_that_is_kept() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let line = "/nhiem-vu giao tieu-de:Điều tra giá giai-doan:P3 han:+5 chu-tri:TKG phoi-hop:CTK-48";
        assert_eq!(
            world.types(COORDINATOR, line).await.text(),
            format!(
                "Theo Bảng phân công trách nhiệm, đơn vị chủ trì là {TTDL}. Nếu vẫn giao đơn vị khác, hãy nêu lý do ở mục `ly-do` (trong biểu mẫu: sau tên đơn vị chủ trì và dấu hai chấm)."
            )
        );
        // Spaces are no reason.
        assert!(world.types(COORDINATOR, &format!("{line} ly-do: ")).await.text().contains("hãy nêu lý do"));
        let answer = world.types(COORDINATOR, &format!("{line} ly-do:Đã thống nhất tại cuộc họp 27/02")).await;
        let thread = world.channel("[NV-2023-001]").await;
        assert_eq!(
            answer.text(),
            format!(
                "Đã giao nhiệm vụ **NV-2023-001**: <#{thread}>\n\
                 Thời hạn: 17:00 thứ Tư, 08/03/2023 (còn 05 ngày làm việc).\n\
                 Lưu ý: theo Bảng phân công trách nhiệm, đơn vị chủ trì là {TTDL}; nhiệm vụ này giao TKG – Vụ Thống kê Giá chủ trì, lý do đã được ghi lại."
            )
        );
        let said = world.said().await;
        let reason = "Lý do giao khác Bảng phân công: Đã thống nhất tại cuộc họp 27/02";
        assert!(said[0].text.lines().any(|line| line == reason), "{}", said[0].text);

        let trail = world.audit_trail().await;
        let [given] = trail.as_slice() else { panic!("{trail:#?}") };
        assert_eq!(given.action, "task.give");
        assert_eq!(given.actor, Some(world.person(COORDINATOR).await.id));
        assert_eq!(given.reason.as_deref(), Some("Đã thống nhất tại cuộc họp 27/02"));
        assert_eq!(given.detail["lead"], "TKG");
        assert_eq!(given.detail["instead_of"], serde_json::json!(["TTDL"]));
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_given_is_refused_with_what_to_do() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let long = format!("tieu-de:{} giai-doan:P3 han:+5", "á".repeat(81));
        let refusals = [
            ("tieu-de:x giai-doan:P5 han:+5",
             "Đơn vị chủ trì của giai đoạn này tùy theo lĩnh vực: Tổng sản phẩm trong nước (GDP), tài khoản quốc gia (TKQG), Chỉ số giá tiêu dùng (CPI), thống kê giá (TKG), Lao động, việc làm, dân số (DSLD), Chỉ số sản xuất công nghiệp (IIP), công nghiệp, xây dựng (CNXD), Bán lẻ hàng hóa, thương mại, dịch vụ (TMDV), Nông nghiệp, lâm nghiệp, thủy sản (NLTS), Mức sống dân cư, giáo dục, xã hội, môi trường (XHMT). Hãy chọn đơn vị ở mục `chu-tri`."),
            ("tieu-de:x giai-doan:P5 han:+5 chu-tri:VP",
             "Theo Bảng phân công trách nhiệm, đơn vị chủ trì là một trong các đơn vị TKQG, TKG, DSLD, CNXD, TMDV, NLTS, XHMT. Nếu vẫn giao đơn vị khác, hãy nêu lý do ở mục `ly-do` (trong biểu mẫu: sau tên đơn vị chủ trì và dấu hai chấm)."),
            ("tieu-de:x giai-doan:P3 han:+5 chu-tri:TTDL, TKG",
             "Mỗi nhiệm vụ chỉ có một đơn vị chủ trì, ở đây có 02: TTDL, TKG. Hãy để lại một đơn vị ở mục `chu-tri` và chuyển các đơn vị khác sang mục `phoi-hop`."),
            ("tieu-de:x giai-doan:P3 han:+5 chu-tri:CTK",
             "Mỗi nhiệm vụ chỉ có một đơn vị chủ trì, ở đây có 63: 63 Cục Thống kê. Hãy để lại một đơn vị ở mục `chu-tri` và chuyển các đơn vị khác sang mục `phoi-hop`."),
            ("tieu-de:x giai-doan:P3 han:+5 phoi-hop:TKG, VP, tkg",
             "TKG – Vụ Thống kê Giá được nêu hai lần. Mỗi đơn vị chỉ nêu một lần; hãy bỏ bớt và gửi lại."),
            ("tieu-de:x giai-doan:P3 han:+5 phoi-hop:TTDL",
             "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê là đơn vị chủ trì nên không đồng thời là đơn vị phối hợp. Hãy bỏ đơn vị này khỏi mục `phoi-hop` và gửi lại."),
            ("tieu-de:x giai-doan:P3 han:+5 phoi-hop:**XYZ** @everyone",
             r"Không xác định được đơn vị “\*\*XYZ\*\* @everyone” trong phạm vi Quy chế. Hãy chọn trong danh sách gợi ý hoặc xem `/don-vi danh-sach`."),
            ("tieu-de:x giai-doan:P9 han:+5",
             "Quy chế không có giai đoạn “P9”. Hãy chọn một giai đoạn trong danh sách gợi ý (P1 đến P8)."),
            ("tieu-de:x giai-doan:P3 han:29/04/2023",
             "Rơi vào ngày nghỉ: thứ Bảy, 29/04/2023. Hãy chọn ngày làm việc gần nhất: thứ Sáu, 28/04/2023 hoặc thứ Năm, 04/05/2023."),
            ("tieu-de:x giai-doan:P3 han:28/02/2023", "Thời điểm này đã qua. Hãy chọn một thời điểm muộn hơn hiện tại."),
            ("tieu-de:x giai-doan:P3 han:hôm nay 7h", "Thời điểm này đã qua. Hãy chọn một thời điểm muộn hơn hiện tại."),
            ("tieu-de:x giai-doan:P3 han:03/24/2023", "Tháng chỉ từ 1 đến 12. Ngày đứng trước, tháng đứng sau; hãy gõ 24/03/2023."),
            ("tieu-de:x giai-doan:P3 han:khi nào xong thì xong",
             "Không đọc được ngày này. Hãy gõ theo một trong các cách: 24/03/2023, 24/3, mai, thứ sáu, +5 (ngày làm việc); thêm giờ nếu cần: 24/3 14:00."),
            ("tieu-de: giai-doan:P3 han:+5", "Tiêu đề cần có từ 1 đến 80 ký tự. Hãy sửa và gửi lại."),
            (long.as_str(), "Tiêu đề cần có từ 1 đến 80 ký tự. Hãy sửa và gửi lại."),
        ];
        for (options, sentence) in refusals {
            let answer = world.types(COORDINATOR, &format!("/nhiem-vu giao {options}")).await;
            assert_eq!(answer.text(), sentence, "{options}");
        }
        let answer = world.types("Price officer", "/task create title:x phase:P3 due:+5").await;
        assert_eq!(
            answer.text(),
            "You have no authority to do this. Those who may: the head of Data Collection and IT, or coordinator and above."
        );
        assert_eq!(world.audit_trail().await.len(), 0);
        // Nothing of it took a number.
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:x giai-doan:P3 han:+5").await;
        assert!(world.said().await[0].text.starts_with("NV-2023-001 · x\n"));
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_run_without_gaps_in_each_year() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-12-29 08:00").await;
        let give = |number: usize, due: &str| {
            format!("/nhiem-vu giao tieu-de:Báo cáo {number} giai-doan:P1 chu-tri:TKTH phoi-hop:VP han:{due}")
        };
        for (number, due) in ["+5", "gì đó", "+6"].into_iter().enumerate() {
            world.types(COORDINATOR, &give(number, due)).await;
        }
        // Two at the same time, by two people.
        let (first, second) = (give(7, "+7"), give(8, "+8"));
        tokio::join!(world.types(COORDINATOR, &first), world.types("Lãnh đạo Tổng cục", &second));
        world.jump_to("2024-01-02 08:00").await;
        for number in 9..=10 {
            world.types(COORDINATOR, &give(number, "+5")).await;
        }
        let mut codes: Vec<String> =
            cards(&world.said().await).map(|card| card.heading().chars().take(11).collect()).collect();
        codes.sort();
        assert_eq!(
            codes,
            ["NV-2023-001", "NV-2023-002", "NV-2023-003", "NV-2023-004", "NV-2024-001", "NV-2024-002"]
        );
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_card_is_edited_in_place_and_nobody_is_pinged_again() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:24/03/2023 phoi-hop:TKG, CTK-01").await;
        let given = world.said().await;
        let (card, room) = (&given[0].message, world.channel(&given[0].place).await);

        // By a button, by a command in either language, by a person of two standings.
        let answer = world.person("Đầu mối TKG").await.presses(room, card, "Đã tiếp nhận").await.unwrap();
        assert_eq!(
            answer.text(),
            "Đã ghi nhận TKG tiếp nhận nhiệm vụ NV-2023-001. Thời hạn: 17:00 thứ Sáu, 24/03/2023 (còn 17 ngày làm việc)."
        );
        world.rest().await;
        let again = world.person("Đầu mối TKG").await.presses(room, card, "Đã tiếp nhận").await.unwrap();
        assert_eq!(again.text(), "Đơn vị của bạn đã xác nhận tiếp nhận nhiệm vụ NV-2023-001 trước đó.");
        let colleague = world.types("Price officer", "/task receive code:nv-2023-001").await;
        assert_eq!(colleague.text(), "Your unit has confirmed receipt of task NV-2023-001 before.");
        let stranger = world.person("Đầu mối TKTH").await.presses(room, card, "Đã tiếp nhận").await.unwrap();
        assert_eq!(
            stranger.text(),
            "Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: TTDL, TKG, CTK-01."
        );
        assert!(card_now(&world, &given[0]).await.contains("Trạng thái: Đã giao\n"));
        world.types(COORDINATOR, "/nhiem-vu tiep-nhan ma:NV-2023-001").await;

        let ttdl = world.role("TTDL");
        assert_eq!(
            card_now(&world, &given[0]).await,
            format!(
                "NV-2023-001 · Thu thập giá\n\
                 Đơn vị chủ trì: {TTDL} <@&{ttdl}> ✓\n\
                 Đơn vị phối hợp: TKG, CTK-01\n\
                 Thời hạn: 17:00 thứ Sáu, 24/03/2023 (<t:1679652000:R>)\n\
                 Giai đoạn: P3 – Thu thập thông tin\n\
                 Trạng thái: Đã tiếp nhận\n\
                 Căn cứ: Điều 9, Phụ lục 01 Quy chế phối hợp (dự thảo v1)\n\
                 Đã tiếp nhận: 2/3: TTDL, TKG\n\
                 [Đã tiếp nhận] [Báo cáo tiến độ] [Vướng mắc] [Xin gia hạn] [Hoàn thành]"
            )
        );

        // A supporter sends its part; the lead says that all is done, and only once.
        let part = world.person("Đầu mối TKG").await.presses(room, card, "Hoàn thành").await.unwrap();
        assert_eq!(
            part.text(),
            "Đã ghi nhận. TKG – Vụ Thống kê Giá đã gửi phần việc của mình trong nhiệm vụ NV-2023-001."
        );
        world.rest().await;
        let again = world.types("Price officer", "/task done code:NV-2023-001").await;
        assert_eq!(again.text(), "Your unit has sent its part of task NV-2023-001 before.");
        let done = world.person("Đầu mối TTDL").await.presses(room, card, "Hoàn thành").await.unwrap();
        assert_eq!(done.text(), "Đã ghi nhận nhiệm vụ NV-2023-001 hoàn thành, chờ nghiệm thu. Sẽ không nhắc việc nữa.\n\
             Còn thiếu phần việc của 01 đơn vị: CTK-01.");
        world.rest().await;
        let twice = world.types("Đầu mối TTDL", "/nhiem-vu hoan-thanh ma:NV-2023-001").await;
        assert_eq!(
            twice.text(),
            "Nhiệm vụ NV-2023-001 đang ở trạng thái “Hoàn thành, chờ nghiệm thu” nên không thực hiện được việc này. \
             Có thể dùng: `/nhiem-vu nghiem-thu`, `/nhiem-vu mo-lai`, `/nhiem-vu huy`."
        );
        let last = card_now(&world, &given[0]).await;
        assert!(last.contains("Trạng thái: Hoàn thành, chờ nghiệm thu\n"), "{last}");
        let sent = "Đã gửi phần việc: 1/2: TKG\nCòn thiếu: CTK-01\n[Nghiệm thu] [Trả lại]";
        assert!(last.ends_with(sent), "{last}");
        assert!(last.contains("Thời hạn: 17:00 thứ Sáu, 24/03/2023 (hoàn thành đúng hạn, thứ Tư, 01/03/2023)\n"), "{last}");

        let notes: Vec<(String, Vec<String>)> =
            world.said().await.into_iter().map(|said| (said.text, said.pinged)).collect();
        let silent = |text: &str| (text.to_owned(), Vec::new());
        let giver = world.person(COORDINATOR).await.id;
        assert_eq!(
            notes,
            [
                silent("TKG – Vụ Thống kê Giá đã tiếp nhận nhiệm vụ NV-2023-001."),
                silent(&format!("{TTDL} đã tiếp nhận nhiệm vụ NV-2023-001.")),
                silent("TKG – Vụ Thống kê Giá đã gửi phần việc của mình trong nhiệm vụ NV-2023-001."),
                // The result waits for who gave the task.
                (
                    format!(
                        "<@{giver}>\n{TTDL} báo cáo đã hoàn thành nhiệm vụ NV-2023-001.\n\
                         Còn thiếu phần việc của 01 đơn vị: CTK-01."
                    ),
                    vec![COORDINATOR.to_owned()]
                ),
            ]
        );
        // It is accepted: nobody hears of it again.
        world.types(COORDINATOR, "/nhiem-vu nghiem-thu ma:NV-2023-001").await;
        assert_eq!(world.said().await.len(), 1);
        world.pass_until("2023-04-05 17:00").await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn titles_are_text_and_nothing_else() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let title = format!("@everyone <@&{}> **đậm** `x` [a](https://b) ", world.role("TKTH"));
        let title = format!("{title}{}", "ế".repeat(80 - title.chars().count()));
        assert_eq!(title.chars().count(), 80);
        // Decomposed, as some keyboards type it, it has many more characters, and is still the same title.
        let typed: String = title.nfd().collect();
        world
            .types(COORDINATOR, &format!("/nhiem-vu giao tieu-de:{typed} giai-doan:P3 han:+5 phoi-hop:TKG"))
            .await;
        let said = world.said().await;
        let [card, given] = said.as_slice() else { panic!("{said:#?}") };
        assert_eq!(given.place, format!("[NV-2023-001] {title}"));
        let shown =
            title.replace("<@", r"\<@").replace("**", r"\*\*").replace('`', r"\`").replace("[a", r"\[a");
        assert_eq!(card.heading(), format!("NV-2023-001 · {shown}"));
        assert!(given.text.contains(&format!("**Giao nhiệm vụ NV-2023-001:** {shown}\n")), "{}", given.text);
        assert_eq!(given.pinged, ["Price officer", "Điều phối TTDL", "Đầu mối TKG", "Đầu mối TTDL"]);
        for said in &said {
            assert_eq!(said.message["mention_everyone"], false);
        }
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interaction_that_comes_twice_is_one_task() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.sandbox.add_fault(Fault::event("INTERACTION_CREATE", Effect::Duplicate).times(3));
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Một lần giai-doan:P3 han:+5 phoi-hop:TKG").await;
        let said = world.said().await;
        assert_eq!(said.len(), 2, "{said:#?}");
        let (card, room) = (&said[0].message, world.channel(&said[0].place).await);
        world.person("Đầu mối TKG").await.presses(room, card, "Đã tiếp nhận").await.unwrap();
        world.types("Đầu mối TTDL", "/nhiem-vu xem ma:NV-2023-001").await;
        world.rest().await;
        // The question really came twice: Discord refused the second answer.
        world
            .until("the second answer is refused", async |world| {
                world.sandbox.requests().iter().any(|call| call.code == Some(40_060))
            })
            .await;
        let texts: Vec<String> = world.said().await.into_iter().map(|said| said.text).collect();
        assert_eq!(texts, ["TKG – Vụ Thống kê Giá đã tiếp nhận nhiệm vụ NV-2023-001."]);
        let actions: Vec<String> = world.audit_trail().await.into_iter().map(|row| row.action).collect();
        assert_eq!(actions, ["task.give", "task.receive"]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_three_provinces_are_tagged_in_one_message() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Rà soát địa bàn giai-doan:P3 han:+5 phoi-hop:CTK").await;
        let said = world.said().await;
        let [card, given] = said.as_slice() else { panic!("{said:#?}") };
        assert!(card.text.contains("Đơn vị phối hợp: 63 Cục Thống kê\n"), "{}", card.text);
        let content = given.message["content"].as_str().unwrap();
        assert_eq!(content.split(' ').count(), 64);
        assert!(content.chars().count() <= 2000);
        assert_eq!(given.pinged, ["Chuyên viên Hà Nội", "Chuyên viên Đà Nẵng", "Điều phối TTDL", "Đầu mối TTDL"]);

        // One of them leads: the group is the others.
        world
            .types(COORDINATOR, "/nhiem-vu giao tieu-de:Điều tra mẫu giai-doan:P3 han:+5 chu-tri:Đà Nẵng phoi-hop:CTK ly-do:thí điểm")
            .await;
        let said = world.said().await;
        assert!(said[0].text.contains("Đơn vị chủ trì: CTK-48 – Cục Thống kê thành phố Đà Nẵng"), "{}", said[0].text);
        assert!(said[0].text.contains("và 50 đơn vị khác\n"), "{}", said[0].text);
        assert_eq!(said[1].message["content"].as_str().unwrap().split(' ').count(), 63);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_without_a_role_is_said_to_have_heard_nothing() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        delete_role(&world, "CNXD").await;
        let answer = world
            .types(COORDINATOR, "/nhiem-vu giao tieu-de:Rà soát giai-doan:P3 han:+5 phoi-hop:TKG, CNXD")
            .await;
        assert_eq!(
            answer.text().lines().last(),
            Some("Chưa có vai trò Discord nên chưa báo được cho: CNXD. Xem `/don-vi danh-sach`.")
        );
        let said = world.said().await;
        assert_eq!(said[1].pinged, ["Price officer", "Điều phối TTDL", "Đầu mối TKG", "Đầu mối TTDL"]);
        let list = world.types("Visitor", "/unit list").await.text();
        assert!(list.starts_with("82 units in scope, 81 with a role on this server\n"), "{list}");
        assert!(
            list.contains("CNXD – Industrial and Construction Statistics Department — no role yet\n"),
            "{list}"
        );
        world.finish().await;
    })
    .await;
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn cards(said: &[Said]) -> impl Iterator<Item = &Said> {
    said.iter().filter(|said| said.heading().starts_with("NV-"))
}

/// The people who are in a thread, by name, in order.
fn people_in(world: &World, thread: &str) -> Vec<String> {
    let state = world.sandbox.state();
    let thread =
        list(&state["threads"]).find(|one| one["name"].as_str().unwrap().starts_with(thread)).unwrap();
    let mut names: Vec<String> = list(&state["users"])
        .filter(|user| list(&thread["members"]).any(|member| *member == user["id"]))
        .map(|user| user["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// What the same message says now.
async fn card_now(world: &World, card: &Said) -> String {
    world.rest().await;
    let room = world.channel(&card.place).await;
    let seen = world.person(COORDINATOR).await.sees(room).await.unwrap();
    let message = seen.iter().find(|message| message["id"] == card.message["id"]).unwrap();
    assert!(list(&message["notified"]).next().is_none(), "somebody was pinged by the card");
    liaison::demo::people::read(message)
}

/// The server's owner deletes a role; returns when the bot knows.
async fn delete_role(world: &World, name: &str) {
    let role = world.role(name);
    let unit = name.into();
    let path = format!("/guilds/{}/roles/{role}", world.sandbox.guild_id());
    world.as_owner(reqwest::Method::DELETE, &path, Value::Null).await;
    world
        .until("the bot knows that the role is gone", async |world| {
            let known = world.office.recognition(world.guild()).await.unwrap();
            known.missing_units.contains(&unit)
        })
        .await;
}
