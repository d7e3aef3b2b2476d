//! The regulation as data that changes: versions, what differs between them, and what becomes of the tasks.

mod in_force;
mod moved;

use crate::databases::on_both;
use crate::harness::{ROOM, World};
use liaison::demo::people::Answer;

const BOTH: [&str; 2] = ["tctk-2023", "nso-2025"];
const COORDINATOR: &str = "Điều phối TTDL";
/// The last days of the version of 2023; the one of 2025 is in force from Tuesday 01/07/2025.
const BEFORE: &str = "2025-06-30 08:00";

fn field(answer: &Answer, name: &str) -> String {
    let fields = answer.message["embeds"][0]["fields"].as_array().cloned().unwrap_or_default();
    let found = fields.into_iter().find(|field| field["name"] == name);
    found
        .and_then(|field| field["value"].as_str().map(str::to_owned))
        .unwrap_or_else(|| panic!("no {name}: {}", answer.text()))
}

/// Ends a world in which the bot has told of the new version, and of nothing else.
async fn only_the_news(mut world: World) {
    let said = world.said().await;
    assert!(said.len() == 1 && said[0].text.contains("**Quy chế có bản mới:**"), "{said:#?}");
    world.finish().await;
}

fn footer(answer: &Answer) -> &str {
    answer.message["embeds"][0]["footer"]["text"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_as_of_any_day_and_says_by_which_version() {
    on_both(async |database| {
        let world = World::under(database, BEFORE, &BOTH).await;
        let vi = async |line: &str| world.types("Chuyên viên Đà Nẵng", line).await;
        let now = vi("/ai-chu-tri giai-doan:P3").await;
        assert!(field(&now, "Đơn vị chủ trì").starts_with("TTDL – Cục Thu thập dữ liệu"), "{}", now.text());
        assert_eq!(field(&now, "Đơn vị phối hợp"), "63 Cục Thống kê, 07 Vụ chuyên ngành, Vụ PCTT");
        assert_eq!(footer(&now), "Phân công tại thời điểm thứ Hai, 30/06/2025 theo bản tctk-2023 · dự kiến");
        let soon = vi("/ai-chu-tri giai-doan:P3 ngay:01/07/2025").await;
        assert!(field(&soon, "Đơn vị chủ trì").starts_with("CSCL – Ban Chính sách"), "{}", soon.text());
        assert_eq!(
            field(&soon, "Đơn vị phối hợp"),
            "34 Thống kê tỉnh, thành phố, 06 Ban chuyên ngành, TT Dữ liệu"
        );
        assert_eq!(footer(&soon), "Phân công tại thời điểm thứ Ba, 01/07/2025 theo bản nso-2025 · dự kiến");

        world.jump_to("2026-09-21 08:00").await;
        let english = world.types("Price officer", "/who phase:P5 activity:CPI date:30/06/2025").await;
        assert!(
            field(&english, "Lead unit").starts_with("TKG – Price Statistics Department"),
            "{}",
            english.text()
        );
        assert_eq!(footer(&english), "As of Monday 30/06/2025, by version tctk-2023 · provisional");
        let english = world.types("Price officer", "/who phase:P5 activity:CPI").await;
        assert!(field(&english, "Lead unit").starts_with("DVG – Service and Price Statistics Board"));
        let early = world.types("Price officer", "/who phase:P5 date:31/12/2022").await;
        assert!(
            early.text().contains(
                "the earliest text is the coordination regulation (draft v1), which applies from 01/01/2023"
            ),
            "{}",
            early.text()
        );
        only_the_news(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_keeps_the_version_under_which_it_was_given() {
    on_both(async |database| {
        let mut world = World::under(database, BEFORE, &BOTH).await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Thu thập giá tháng 6 giai-doan:P3 han:31/07/2025 phoi-hop:CTK").await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Biên soạn CPI giai-doan:P5 han:31/07/2025 chu-tri:TKG phoi-hop:CTK-24").await;
        world.said().await;
        world.jump_to("2025-07-01 08:00").await;

        // Given before: the names and the basis of then, 63 offices, and a code that means another province now.
        let old = world.types(COORDINATOR, "/nhiem-vu xem ma:NV-2025-001").await;
        assert_eq!(field(&old, "Đơn vị phối hợp"), "63 Cục Thống kê");
        assert!(field(&old, "Đơn vị chủ trì").starts_with("TTDL – Cục Thu thập dữ liệu"), "{}", old.text());
        let old = world.types("Price officer", "/task show code:NV-2025-002").await;
        assert!(field(&old, "Lead unit").starts_with("TKG – Price Statistics Department"), "{}", old.text());
        assert_eq!(field(&old, "Basis"), "Article 11 and Appendix 01 of the coordination regulation (draft v1)");

        // Given now: the version in force, its lead and its 34 offices.
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Khảo sát mức sống giai-doan:P3 han:31/07/2025").await;
        let new = world.types(COORDINATOR, "/nhiem-vu xem ma:NV-2025-003").await;
        assert!(field(&new, "Đơn vị chủ trì").starts_with("CSCL – Ban Chính sách"), "{}", new.text());
        assert!(field(&new, "Đơn vị phối hợp").ends_with("34 Thống kê tỉnh, thành phố"), "{}", new.text());
        assert_eq!(field(&new, "Căn cứ"), "Điều 9, Phụ lục 01 Quy chế phối hợp 2025 (kiểm tra lại trước khi dùng)");

        // A unit that is gone gets no new task, and who took over is said.
        let gone = world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Giá giai-doan:P5 han:31/07/2025 chu-tri:TKG").await;
        assert_eq!(gone.text(), "TKG – Vụ Thống kê Giá không còn (hoặc chưa) hoạt động theo Quy chế đang có hiệu lực. Hãy chọn đơn vị kế thừa: DVG.");
        let gone = world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Giá giai-doan:P3 han:31/07/2025 phoi-hop:CTK-27").await;
        assert!(gone.text().ends_with("Hãy chọn đơn vị kế thừa: CTK-24."), "{}", gone.text());
        // Its name is known all the same.
        let shown = world.types("Price officer", "/unit show unit:TKG").await;
        assert!(shown.text().contains("TKG – Price Statistics Department"), "{}", shown.text());
        let offered = world.completes(COORDINATOR, "/don-vi xem don-vi:bac ninh").await;
        assert_eq!(offered, [("CTK-24 – Thống kê tỉnh Bắc Ninh".to_owned(), "CTK-24".to_owned())]);
        world.said().await;
        world.finish().await;
    })
    .await;
}

/// The ids behind the buttons of an answer, by their labels.
fn buttons(answer: &Answer) -> Vec<(String, String)> {
    let rows = answer.message["components"].as_array().cloned().unwrap_or_default();
    let buttons = rows.iter().flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    buttons.map(|button| (text(&button["label"]), text(&button["custom_id"]))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_text_is_shown_node_by_node_in_both_languages() {
    on_both(async |database| {
        let world = World::under(database, BEFORE, &BOTH).await;
        let vi = async |line: &str| world.types("Chuyên viên Đà Nẵng", line).await.text();
        let en = async |line: &str| world.types("Price officer", line).await.text();

        let shown = vi("/quy-che xem").await;
        for part in [
            "Quy chế phối hợp (dự thảo v1)",
            "áp dụng từ 01/01/2023 đến 30/06/2025 · đơn vị quản lý: TTDL – Cục Thu thập dữ liệu",
            "Chương II. Phối hợp trong hoạt động sản xuất thông tin thống kê",
            "Điều 16. Hiệu lực thi hành",
            "Phụ lục 02. Quy trình và thời hạn phối hợp theo từng bước *(dự kiến)*",
        ] {
            assert!(shown.contains(part), "{part} is not in {shown}");
        }
        assert!(en("/charter show date:01/07/2025").await.contains("to be checked before use"));

        assert_eq!(
            vi("/quy-che dieu dieu:điểm đ khoản 1 Điều 4").await,
            "Điều 4. Nội dung phối hợp\n**1.** Các đơn vị phối hợp trong tám giai đoạn của hoạt động sản xuất thông tin thống kê:\n    đ) phân tích và dự báo;"
        );
        let answer = world.types("Price officer", "/charter article article:7 date:01/07/2025").await;
        assert_eq!(footer(&answer), "By version nso-2025, in force on Tuesday 01/07/2025");
        assert!(en("/charter article article:7.2").await.starts_with("Article 7. Identifying information needs\n**2.** The subject-matter departments"));
        let matrix = vi("/quy-che dieu dieu:Phụ lục 01 ngay:01/07/2025").await;
        assert!(matrix.contains("**P4 – Xử lý thông tin**\nChủ trì: TT Dữ liệu\nPhối hợp: 06 Ban chuyên ngành, Ban CSCL, 34 Thống kê tỉnh, thành phố"), "{matrix}");
        assert_eq!(
            en("/charter article article:Article 17").await,
            "The charter has no “Article 17”. It has Articles 1 to 16 and Appendices 01 to 02; write it like `Article 7 clause 2` or `Appendix 01`."
        );

        let step = vi("/quy-che giai-doan giai-doan:P3 buoc:P3.4").await;
        assert!(step.contains("**P3.4 "), "{step}");
        for part in ["*vào:*", "*làm:*", "*ra:*", "*ai:*", "*hạn:* 05 ngày làm việc kể từ ngày kết thúc thu thập"] {
            assert!(step.contains(part), "{part} is not in {step}");
        }
        for phase in 1..=8 {
            let whole = en(&format!("/charter phase phase:P{phase}")).await;
            assert!(!whole.contains('…'), "P{phase} is cut: {whole}");
        }
        assert!(vi("/quy-che giai-doan giai-doan:P3 buoc:P4.1").await.contains("không có bước hay lĩnh vực “P4.1”"));

        let offered = world.completes("Price officer", "/charter article article:append").await;
        assert_eq!(offered.len(), 2);
        let offered = world.completes("Price officer", "/charter phase phase:P3 step:").await;
        assert!(offered.iter().all(|(_, code)| code.starts_with("P3.")) && offered.len() == 4, "{offered:?}");

        let history = vi("/quy-che lich-su").await;
        assert!(history.contains("**nso-2025** · chưa có hiệu lực · áp dụng từ 01/07/2025"), "{history}");
        assert!(history.contains("**tctk-2023** · đang có hiệu lực · áp dụng từ 01/01/2023 đến 30/06/2025"));
        world.jump_to("2025-07-01 08:00").await;
        let history = en("/charter history").await;
        assert!(history.contains("**tctk-2023** · superseded"), "{history}");
        only_the_news(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coordinator_confirms_per_task_whether_it_moves_to_the_new_version() {
    on_both(async |database| {
        let mut world = World::under(database, BEFORE, &BOTH).await;
        for line in [
            "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:31/07/2025",
            "/nhiem-vu giao tieu-de:Biên soạn CPI giai-doan:P5 han:30/07/2025 chu-tri:TKG phoi-hop:CTK-01",
            "/nhiem-vu giao tieu-de:Rà soát kinh phí giai-doan:P2 han:29/07/2025 chu-tri:VP phoi-hop:KHTC ly-do:Việc nội bộ",
        ] {
            world.types(COORDINATOR, line).await;
        }
        world.types("Đầu mối TKG", "/nhiem-vu tiep-nhan ma:NV-2025-002").await;
        world.said().await;

        // Before its day everybody sees what it will touch, and nobody can decide yet.
        let soon = world.types(COORDINATOR, "/quy-che so-sanh").await;
        assert!(soon.text().contains("02 nhiệm vụ đang thực hiện chịu ảnh hưởng"), "{}", soon.text());
        assert!(soon.text().contains("(01 nhiệm vụ khác không thay đổi)"), "{}", soon.text());
        assert_eq!(buttons(&soon), []);
        let early = world.types(COORDINATOR, "/quy-che xac-nhan ma:NV-2025-001 lua-chon:Giữ nguyên bản cũ").await;
        assert!(early.text().starts_with("Nhiệm vụ NV-2025-001 đã theo bản tctk-2023"), "{}", early.text());

        world.jump_to("2025-07-01 08:00").await;
        world.said().await;
        let shown = world.types("Price officer", "/charter diff").await;
        assert!(shown.text().contains("It touches 2 open tasks"), "{}", shown.text());
        assert!(shown.text().contains("**NV-2025-002** Biên soạn CPI: lead TKG → DVG"), "{}", shown.text());
        assert!(shown.text().contains("P3: lead TTDL → CSCL"), "{}", shown.text());
        assert!(shown.text().contains("Provincial offices: 0 new, 29 gone, 34 renamed"), "{}", shown.text());
        assert_eq!(buttons(&shown), [], "only those who may decide are offered it");
        let refused = world.types("Price officer", "/charter confirm code:NV-2025-001 choice:Move to the version in force").await;
        assert!(refused.text().contains("coordinator and above"), "{}", refused.text());

        // One moves, by its button: the lead of the domain, the receipt anew, the people of the new units told.
        let shown = world.types(COORDINATOR, "/quy-che so-sanh").await;
        let offered = buttons(&shown);
        assert_eq!(offered.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), [
            "NV-2025-002: giữ nguyên", "NV-2025-002 → nso-2025", "NV-2025-001: giữ nguyên", "NV-2025-001 → nso-2025",
        ]);
        let room = world.channel(ROOM).await;
        let coordinator = world.person(COORDINATOR).await;
        let answer = coordinator.presses(room, &shown.message, "NV-2025-002 → nso-2025").await.unwrap();
        world.rest().await;
        assert!(answer.text().contains("**chuyển từ bản tctk-2023 sang bản nso-2025** của Quy chế"), "{}", answer.text());
        let moved = world.types(COORDINATOR, "/nhiem-vu xem ma:NV-2025-002").await;
        assert!(field(&moved, "Đơn vị chủ trì").starts_with("DVG – Ban Thống kê Dịch vụ và Giá"), "{}", moved.text());
        assert_eq!(field(&moved, "Đơn vị phối hợp"), "CTK-01");
        assert_eq!(field(&moved, "Trạng thái"), "Đã giao");
        assert_eq!(field(&moved, "Căn cứ"), "Điều 11, Phụ lục 01 Quy chế phối hợp 2025 (kiểm tra lại trước khi dùng)");
        let said = world.said().await;
        let line = said.iter().find(|said| said.place.starts_with("[NV-2025-002]")).expect("a line in the thread");
        assert!(line.text.contains("Chủ trì: DVG – Ban Thống kê Dịch vụ và Giá. Đề nghị đơn vị chủ trì xác nhận đã tiếp nhận."), "{}", line.text);
        assert!(line.text.contains("Thôi tham gia: TKG."), "{}", line.text);

        // The other stays, with a reason; then nothing is left to decide.
        let kept = world.types(COORDINATOR, "/quy-che xac-nhan ma:NV-2025-001 lua-chon:Giữ nguyên bản cũ ly-do:Sắp xong").await;
        assert!(kept.text().contains("**tiếp tục theo bản tctk-2023** (bản nso-2025 đang có hiệu lực)"), "{}", kept.text());
        let again = world.types(COORDINATOR, "/quy-che xac-nhan ma:NV-2025-002 lua-chon:Chuyển sang bản đang có hiệu lực").await;
        assert!(again.text().contains("đã theo bản nso-2025"), "{}", again.text());
        let done = world.types(COORDINATOR, "/quy-che so-sanh").await;
        assert!(done.text().contains("Không có nhiệm vụ đang thực hiện nào chịu ảnh hưởng"), "{}", done.text());
        assert_eq!(buttons(&done), []);
        let trail = world.audit_trail().await;
        let of = |action: &str| trail.iter().filter(|row| row.action == action).count();
        assert_eq!((of("task.charter.move"), of("task.charter.keep")), (1, 1));
        let kept = trail.iter().find(|row| row.action == "task.charter.keep").expect("a row");
        assert_eq!(kept.reason.as_deref(), Some("Sắp xong"));
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lacking_is_one_list() {
    on_both(async |database| {
        let world = World::under(database, "2025-06-30 08:00", &BOTH).await;
        let list = world.types("Chuyên viên Đà Nẵng", "/quy-che kiem-tra").await.text();
        // Every unit has a role; only those of the cast have people, and fewer a focal point.
        assert!(list.contains("vai trò đơn vị chưa có người: PPCD"), "{list}");
        assert!(list.contains("03 đơn vị chưa có đầu mối: TKQG, CTK-01, CTK-48; hãy cử đầu mối"), "{list}");
        assert!(!list.contains("chưa có vai trò trên máy chủ"), "{list}");
        assert!(!list.contains("lịch nghỉ"), "{list}");
        world.jump_to("2026-11-23 08:00").await;
        let list = world.types("Price officer", "/charter check").await.text();
        assert!(list.contains("The days off of 2027 are provisional"), "{list}");
        only_the_news(world).await;
    })
    .await;
}
