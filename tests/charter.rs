//! The regulation as data that changes: versions, what differs between them, and what becomes of the tasks.

use crate::databases::on_both;
use crate::harness::World;
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
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_keeps_the_version_under_which_it_was_given() {
    on_both(async |database| {
        let mut world = World::under(database, BEFORE, &BOTH).await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:31/07/2025 phoi-hop:CTK").await;
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
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Thu thập giá tháng 7 giai-doan:P3 han:31/07/2025").await;
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
