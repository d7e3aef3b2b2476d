//! "Không công bố trước <ngày>", "Embargoed until <date>": in a task's title or in its thread it protects what is said there.

use super::guard::told;
use super::{COORDINATOR, Client, becomes, end, later, says};
use crate::databases::on_both;
use crate::harness::World;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_protects_the_figures_of_its_thread_until_the_moment_that_it_names() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-27 14:00").await;
        let line = "/nhiem-vu giao tieu-de:Rà soát kết quả, không công bố trước 09:00 ngày 28/03 giai-doan:P3 han:+5 phoi-hop:TKG";
        let given = world.types(COORDINATOR, line).await;
        let said = "**Không công bố trước 09:00 thứ Ba, 28/03/2023**: số liệu nêu trong luồng trước lúc đó không được lưu";
        assert!(given.text().contains(said), "{}", given.text());
        let line = "/nhiem-vu giao tieu-de:Việc khác giai-doan:P3 han:+5 phoi-hop:TKG";
        let given = world.types(COORDINATOR, line).await;
        assert!(!given.text().contains("công bố"), "{}", given.text());
        let (protected, other) = (world.channel("[NV-2023-001]").await, world.channel("[NV-2023-002]").await);
        says(&world, "Đầu mối TKG", protected, "ước tăng 2,27%").await;
        says(&world, "Đầu mối TKG", protected, "đã thu 95% phiếu").await;
        says(&world, "Đầu mối TKG", other, "ước tăng 2,27%").await;
        let before = [
            "1 14:00 Đầu mối TKG (TKG): ⟨không lưu⟩",
            "2 14:00 Đầu mối TKG (TKG): đã thu 95% phiếu",
        ];
        becomes(&world, protected, &before).await;
        becomes(&world, other, &["1 14:00 Đầu mối TKG (TKG): ước tăng 2,27%"]).await;
        world.until("the author is told", async |world| told(world, "Đầu mối TKG").await.len() == 1).await;
        let words = told(&world, "Đầu mối TKG").await.join("\n");
        assert!(words.contains("từ 09:00 thứ Ba, 28/03/2023") && !words.contains("2,27"), "{words}");

        // The same of what is typed about the task, wherever, and of what is typed in its thread.
        let refused = "Nội dung có số liệu chưa được công bố";
        let report = "/nhiem-vu bao-cao ma:NV-2023-001 noi-dung:ước tăng 2,27%";
        let answer = world.types("Đầu mối TTDL", report).await;
        assert!(answer.text().starts_with(refused), "{}", answer.text());
        let give = "/nhiem-vu giao tieu-de:Kiểm tra mức 2,27% giai-doan:P3 han:+5";
        let answer = world.types_in("[NV-2023-001]", COORDINATOR, give).await;
        assert!(answer.text().starts_with(refused), "{}", answer.text());
        let message = says(&world, "Đầu mối TKG", protected, "giảm 1,5%").await;
        let person = world.person(COORDINATOR).await;
        for name in ["Make a task of this", "This is a decision"] {
            let answer = person.chooses(protected, message, name).await.unwrap();
            assert!(answer.text().starts_with(refused), "{name}: {}", answer.text());
        }
        let answer = world.types("Đầu mối TTDL", "/nhiem-vu bao-cao ma:NV-2023-002 noi-dung:ước tăng 2,27%").await;
        assert!(answer.text().starts_with("Đã ghi nhận"), "{}", answer.text());
        // What says so itself is refused with its own figure.
        let own = "/task create title:Not for release before 29/03 phase:P3 due:+5 basis:it grew by 3.3 percent";
        let answer = world.types("Price officer", own).await;
        assert!(answer.text().contains("00:00 Wednesday 29/03/2023"), "{}", answer.text());

        world.jump_to("2023-03-28 09:00").await;
        says(&world, "Đầu mối TKG", protected, "tăng 2,27%").await;
        let after = "3 14:00 Đầu mối TKG (TKG): ⟨không lưu⟩";
        becomes(&world, protected, &[before[0], before[1], after, "4 09:00 Đầu mối TKG (TKG): tăng 2,27%"]).await;
        let answer = world.types("Đầu mối TTDL", report).await;
        assert!(answer.text().starts_with("Đã ghi nhận"), "{}", answer.text());
        end(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_protects_its_thread_until_it_is_edited_away_or_deleted() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-27 14:00").await;
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Rà soát giai-doan:P3 han:+5 phoi-hop:TKG").await;
        let channel = world.channel("[NV-2023-001]").await;
        let author = Client::of(&world, "Price officer");
        says(&world, "Đầu mối TKG", channel, "tăng 1%").await;
        later(&world);
        let declared = says(&world, "Price officer", channel, "Embargoed until 29 March at 9:00").await;
        says(&world, "Đầu mối TKG", channel, "tăng 2%").await;
        let mut log = vec![
            "1 14:00 Đầu mối TKG (TKG): tăng 1%",
            "2 14:01 Price officer (TKG): Embargoed until 29 March at 9:00",
            "3 14:01 Đầu mối TKG (TKG): ⟨không lưu⟩",
        ];
        becomes(&world, channel, &log).await;

        // Edited away it holds no more; said again it does, and deleted not.
        later(&world);
        let path = format!("/channels/{channel}/messages/{declared}");
        author.call(Method::PATCH, &path, json!({ "content": "Please check" })).await;
        log.insert(2, "2 14:02 Price officer (TKG): Please check");
        becomes(&world, channel, &log).await;
        says(&world, "Đầu mối TKG", channel, "tăng 3%").await;
        log.push("4 14:02 Đầu mối TKG (TKG): tăng 3%");
        becomes(&world, channel, &log).await;
        later(&world);
        let declared = says(&world, "Price officer", channel, "không công bố trước thứ Năm").await;
        says(&world, "Đầu mối TKG", channel, "tăng 4%").await;
        log.push("5 14:03 Price officer (TKG): không công bố trước thứ Năm");
        log.push("6 14:03 Đầu mối TKG (TKG): ⟨không lưu⟩");
        becomes(&world, channel, &log).await;
        let path = format!("/channels/{channel}/messages/{declared}");
        author.call(Method::DELETE, &path, Value::Null).await;
        log.insert(6, "5 deleted");
        becomes(&world, channel, &log).await;
        says(&world, "Đầu mối TKG", channel, "tăng 5%").await;
        log.push("7 14:03 Đầu mối TKG (TKG): tăng 5%");
        becomes(&world, channel, &log).await;
        world.rest().await;
        let words = told(&world, "Đầu mối TKG").await;
        assert_eq!(words.len(), 2, "{words:?}");
        assert!(
            words[0].contains("09:00 thứ Tư, 29/03/2023") || words[1].contains("09:00 thứ Tư, 29/03/2023"),
            "{words:?}"
        );
        end(world).await;
    })
    .await;
}
