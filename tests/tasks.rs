//! A task becomes a thread: what everybody then sees.

use crate::databases::on_both;
use crate::harness::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_becomes_a_thread_that_tags_its_units() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let answer = world
            .types(
                "Điều phối TTDL",
                "/nhiem-vu giao tieu-de:Thu thập giá @everyone tháng 3 giai-doan:P3 han:24/03/2023 phoi-hop:TKG, CTK-01",
            )
            .await;
        assert!(answer.text().starts_with("Đã giao nhiệm vụ **NV-2023-001**: <#"), "{}", answer.text());
        let said = world.said().await;
        assert_eq!(said.len(), 2, "{said:#?}");
        let (card, given) = (&said[0], &said[1]);
        assert_eq!(card.place, "p3-thu-thap-thong-tin");
        assert_eq!(card.heading(), "NV-2023-001 · Thu thập giá @everyone tháng 3");
        assert!(card.pinged.is_empty());
        assert_eq!(given.place, "[NV-2023-001] Thu thập giá @everyone tháng 3");
        assert_eq!(given.pinged, ["Chuyên viên Hà Nội", "Price officer", "Điều phối TTDL", "Đầu mối TKG", "Đầu mối TTDL"]);
        world.finish().await;
    })
    .await;
}
