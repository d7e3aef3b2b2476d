//! A deadline in a year whose days off are not announced yet: whoever sets it is told that the day may become one of them.

use crate::databases::on_both;
use crate::harness::World;

const COORDINATOR: &str = "Điều phối TTDL";
const VI: &str = "Lưu ý: lịch nghỉ năm 2027 chưa được công bố chính thức. Nếu ngày đến hạn trở thành ngày nghỉ thì cần điều chỉnh: `/nhiem-vu gia-han`.";
const EN: &str = "Note: the days off of 2027 are not announced yet. Should the due day become one of them, the deadline has to move: `/task extend`.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_sets_a_deadline_in_such_a_year_is_told() {
    on_both(async |database| {
        let mut world = World::start(database, "2026-11-25 08:00").await;
        let vi = async |who: &str, line: &str| world.types(who, line).await.text();
        // In an announced year nothing is said, whatever is done.
        for line in [
            "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:31/12/2026 phoi-hop:TKG",
            "/nhiem-vu phan-viec ma:NV-2026-001 don-vi:TKG han:30/12/2026",
        ] {
            let answer = vi(COORDINATOR, line).await;
            assert!(answer.starts_with("Đã ") && !answer.contains("lịch nghỉ"), "{answer}");
        }
        let given =
            vi(COORDINATOR, "/nhiem-vu giao tieu-de:Rà soát giai-doan:P3 han:15/02/2027 phoi-hop:TKG").await;
        assert!(given.starts_with("Đã giao") && given.ends_with(VI), "{given}");
        let part = vi(COORDINATOR, "/nhiem-vu phan-viec ma:NV-2026-002 don-vi:TKG han:11/01/2027").await;
        assert!(part.ends_with(VI), "{part}");
        let asked =
            vi("Đầu mối TTDL", "/nhiem-vu gia-han ma:NV-2026-001 han:12/01/2027 ly-do:Chờ số liệu").await;
        assert!(asked.ends_with(VI), "{asked}");
        // Whoever decides reads it in the thread, and is told again.
        let said = world.said().await;
        let line = said.iter().find(|said| said.text.contains("**Đề nghị gia hạn**")).unwrap();
        assert!(line.text.contains(VI), "{}", line.text);
        let decided = world
            .types("Lãnh đạo Tổng cục", "/nhiem-vu duyet-gia-han ma:NV-2026-001 quyet-dinh:Đồng ý")
            .await;
        assert!(decided.text().ends_with(VI), "{}", decided.text());
        world.types("Đầu mối TTDL", "/nhiem-vu hoan-thanh ma:NV-2026-002").await;
        let over = world.types(COORDINATOR, "/nhiem-vu ban-giao ma:NV-2026-002 han:16/02/2027").await;
        assert!(over.text().ends_with(VI), "{}", over.text());
        let returned =
            world.types(COORDINATOR, "/nhiem-vu mo-lai ma:NV-2026-002 ly-do:Thiếu bảng han:17/02/2027").await;
        assert!(returned.text().ends_with(VI), "{}", returned.text());
        // In the language of who asks.
        world.types("Đầu mối TKG", "/nhiem-vu tiep-nhan ma:NV-2026-001").await;
        world.types(COORDINATOR, "/nhiem-vu phan-cong-lai ma:NV-2026-001 chu-tri:TKG ly-do:Đúng việc").await;
        let asked =
            world.types("Price officer", "/task extend code:NV-2026-001 due:13/01/2027 reason:Late").await;
        assert!(asked.text().ends_with(EN), "{}", asked.text());
        world.said().await;
        world.finish().await;
    })
    .await;
}
