//! What becomes of the checklist of a task that moves to another version.

use super::{BEFORE, BOTH, COORDINATOR, field};
use crate::databases::on_both;
use crate::harness::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moved_task_has_the_steps_of_its_new_version_and_loses_no_tick_from_its_history() {
    on_both(async |database| {
        let mut world = World::under(database, BEFORE, &BOTH).await;
        let line = "/nhiem-vu giao tieu-de:Rà soát nhu cầu giai-doan:P1 han:31/07/2025 chu-tri:TTDL phoi-hop:TKG ly-do:Theo kế hoạch";
        world.types(COORDINATOR, line).await;
        for step in ["P1.1", "P1.6"] {
            world.types("Đầu mối TTDL", &format!("/nhiem-vu danh-dau ma:NV-2025-001 buoc:{step}")).await;
        }
        world.jump_to("2025-07-01 08:00").await;
        let shown = world.types("Price officer", "/charter diff").await;
        assert!(shown.text().contains("Rà soát nhu cầu: support +1/−1; another procedure"), "{}", shown.text());
        world.said().await;

        let line = "/quy-che xac-nhan ma:NV-2025-001 lua-chon:Chuyển sang bản đang có hiệu lực";
        let left = "Bước đã xong theo bản cũ, bản mới quy định khác: P1.6 Lập đề án, kế hoạch (30/06/2025).";
        let answer = world.types(COORDINATOR, line).await;
        assert!(answer.text().contains(left), "{}", answer.text());
        let said = world.said().await;
        assert!(said.iter().any(|said| said.text.contains(left)), "{said:#?}");

        // P1.1 asks for the same in both; P1.6 does not, so it is to be done anew and stays in the history.
        let task = world.office.find_task(world.guild(), "NV-2025-001").await.unwrap().unwrap();
        let steps = world.office.store.task_steps(&task.id).await.unwrap();
        let charter = world.office.charter();
        let names: Vec<_> = charter.steps(&"P1".into()).iter().map(|step| step.name.clone()).collect();
        assert_eq!(steps.iter().map(|step| step.name.clone()).collect::<Vec<_>>(), names);
        let ticked: Vec<&str> =
            steps.iter().filter(|step| step.checked_at.is_some()).map(|step| step.code.as_str()).collect();
        assert_eq!(ticked, ["P1.1"]);
        let shown = world.types("Price officer", "/task show code:NV-2025-001").await;
        let history = shown.text();
        assert!(history.contains("Step P1.6 is done."), "{history}");
        assert!(history.contains("Steps done under the old version and not the same in the new one: P1.6 "), "{history}");
        assert!(field(&shown, "Procedure").contains("P1.1"), "{history}");

        // What is ticked off now is the step of the new version.
        world.types("Đầu mối TTDL", "/nhiem-vu danh-dau ma:NV-2025-001 buoc:P1.6").await;
        let steps = world.office.store.task_steps(&task.id).await.unwrap();
        assert_eq!(steps.iter().filter(|step| step.checked_at.is_some()).count(), 2);
        world.said().await;
        world.finish().await;
    })
    .await;
}
