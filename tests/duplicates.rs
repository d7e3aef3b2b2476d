//! Tasks that may be the same: they are shown before another is given, and it is given once if somebody says so.

use crate::databases::on_both;
use crate::harness::{ROOM, World};

const COORDINATOR: &str = "Điều phối TTDL";

/// How many tasks were given.
async fn given(world: &World) -> usize {
    world.audit_trail().await.iter().filter(|row| row.action == "task.give").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_like_it_is_shown_before_a_task_is_given() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let line = "/nhiem-vu giao tieu-de:Thu thập giá tháng 3 giai-doan:P3 phoi-hop:TKG han:24/03/2023";
        world.types(COORDINATOR, line).await;
        world.said().await;

        let again =
            "/nhiem-vu giao tieu-de:thu thap gia tieu dung thang 3/2023 giai-doan:P3 phoi-hop:TKG han:mai";
        let answer = world.types(COORDINATOR, again).await;
        assert_eq!(
            answer.text(),
            "Trong giai đoạn này đã có 01 nhiệm vụ chưa hoàn thành có thể trùng:\n\
             **NV-2023-001** Thu thập giá tháng 3 · hạn 17:00 thứ Sáu, 24/03/2023\n\
             Nếu là việc khác, hãy bấm **Vẫn giao**; nếu trùng, hãy bấm **Thôi** và dùng nhiệm vụ đã có.\n\
             [Vẫn giao] [Thôi]"
        );
        assert_eq!(given(&world).await, 1);
        assert!(world.said().await.is_empty(), "nobody else is told");

        // Another month, another phase, or what is done, is no duplicate.
        for other in [
            "/task create title:Thu thập giá tháng 4 phase:P3 support:TKG due:24/03/2023",
            "/task create title:Thu thập giá tháng 3 phase:P4 support:TKG due:24/03/2023",
        ] {
            assert!(world.types(COORDINATOR, other).await.text().contains("NV-2023-00"), "{other}");
        }
        world.types(COORDINATOR, "/task cancel code:1 reason:Trùng").await;
        assert!(world.types(COORDINATOR, again).await.text().contains("NV-2023-004"));
        assert_eq!(given(&world).await, 4);
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_given_all_the_same_once_after_a_restart_and_by_who_asked() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world
            .types(COORDINATOR, "/task create title:Prices of March phase:P3 support:TKG due:24/03/2023")
            .await;
        let again = "/nhiem-vu giao tieu-de:Prices of March giai-doan:P3 phoi-hop:TKG han:mai";
        let answer = world.types(COORDINATOR, again).await;
        assert_eq!(given(&world).await, 1);
        world.said().await;

        world.stop_bot().await;
        world.start_bot().await;
        world.jump_to("2023-03-01 08:10").await;
        let room = world.channel(ROOM).await;
        let person = world.person(COORDINATOR).await;
        let done = person.presses(room, &answer.message, "Vẫn giao").await.unwrap();
        // Tomorrow is the day after the one on which it was asked for.
        assert!(done.text().starts_with("Đã giao nhiệm vụ **NV-2023-002**: <#"), "{}", done.text());
        assert!(done.text().contains("Thời hạn: 17:00 thứ Năm, 02/03/2023"), "{}", done.text());
        world.rest().await;
        let twice = person.presses(room, &answer.message, "Vẫn giao").await.unwrap();
        assert_eq!(
            twice.text(),
            "Nhiệm vụ này đã được giao: NV-2023-002. Xem lại bằng `/nhiem-vu xem ma:NV-2023-002`."
        );
        world.rest().await;
        assert_eq!(given(&world).await, 2);
        let said = world.said().await;
        assert_eq!(said.len(), 2, "one card, one thread: {said:#?}");
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_it_gives_nothing_and_private_titles_stay_private() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let line = "/nhiem-vu giao tieu-de:Số liệu chưa công bố giai-doan:P5 han:+5 chu-tri:TKG phoi-hop:TKTH noi-bo:có";
        world.types(COORDINATOR, line).await;
        let answer = world.types(COORDINATOR, line).await;
        assert!(answer.text().contains("**NV-2023-001** 🔒 · hạn"), "{}", answer.text());
        let room = world.channel(ROOM).await;
        let left = world.person(COORDINATOR).await.presses(room, &answer.message, "Thôi").await.unwrap();
        assert_eq!(left.text(), "Chưa giao nhiệm vụ nào.");
        assert_eq!(given(&world).await, 1);

        // Who may not see a task is not shown that it is there.
        let head = "Thủ trưởng TKQG";
        let own = "/nhiem-vu giao tieu-de:Số liệu chưa công bố giai-doan:P5 han:+5 chu-tri:TKQG phoi-hop:VP";
        assert!(world.types(head, own).await.text().contains("NV-2023-002"));
        world.said().await;
        world.finish().await;
    })
    .await;
}
