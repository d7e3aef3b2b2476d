//! Faults of ours: people get a code that an administrator finds in the log, and never the error itself.

use crate::databases::on_both;
use crate::harness::{ROOM, World};

/// A fault in the middle of things: a table is away, and comes back.
const BREAK: &str = "ALTER TABLE task_unit RENAME TO task_unit_away";
const MEND: &str = "ALTER TABLE task_unit_away RENAME TO task_unit";

/// Takes the code out of a sentence, so that the rest can be compared.
fn without_code(text: &str, before: &str) -> String {
    let (start, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {text:?}"));
    let (code, end) = rest.split_once(')').unwrap();
    assert!(code.len() == 6 && code.chars().all(|c| c.is_ascii_hexdigit()), "{code:?}");
    format!("{start}{before}…){end}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_fails_is_answered_with_a_code() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.types("Điều phối TTDL", "/nhiem-vu giao tieu-de:x giai-doan:P3 han:+5 phoi-hop:TKG").await;
        world.said().await;
        world.execute(BREAK).await;
        for line in ["/nhiem-vu xem ma:NV-2023-001", "/nhiem-vu danh-sach", "/viec-cua-toi", "/ai-chu-tri giai-doan:P3", "/don-vi xem don-vi:TKG"] {
            let answer = world.types("Đầu mối TKG", line).await;
            assert_eq!(
                without_code(&answer.text(), "mã sự cố "),
                "Có lỗi nội bộ (mã sự cố …). Chưa có gì thay đổi; đề nghị thử lại hoặc báo Quản trị mã này.",
                "{line}"
            );
        }
        let answer = world.types("Price officer", "/task list").await;
        assert_eq!(
            without_code(&answer.text(), "incident "),
            "Internal fault (incident …). Nothing was changed; please try again, or give an administrator this code."
        );
        assert!(world.completes("Price officer", "/task show code:").await.is_empty());
        world.execute(MEND).await;
        assert!(world.types("Price officer", "/task list").await.text().starts_with("1 open task\n"));
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_fails_is_kept_and_decided_later() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.types("Điều phối TTDL", "/nhiem-vu giao tieu-de:x giai-doan:P3 han:+5 phoi-hop:TKG").await;
        world.said().await;
        world.execute(BREAK).await;
        let room = world.channel(ROOM).await;
        let person = world.person("Đầu mối TKG").await;
        let answer = person.types(room, "/nhiem-vu tiep-nhan ma:NV-2023-001").await.unwrap();
        assert_eq!(
            without_code(&answer.text(), "mã sự cố "),
            "Yêu cầu đã được ghi nhận nhưng chưa xử lý được do lỗi nội bộ (mã sự cố …). Hệ thống sẽ tự xử lý lại và trả lời tại đây; đề nghị không gửi lại."
        );
        world.execute(MEND).await;
        // It is taken up again by itself, and the answer stands where the sentence stood.
        world.rest().await;
        let said: Vec<String> = world.said().await.into_iter().map(|said| said.text).collect();
        assert_eq!(said, ["TKG – Vụ Thống kê Giá đã tiếp nhận nhiệm vụ NV-2023-001."]);
        let seen = person.sees(room).await.unwrap();
        let answered = seen.iter().find(|message| message["id"] == answer.message["id"]).unwrap();
        assert_eq!(
            liaison::demo::people::read(answered),
            "Đã ghi nhận TKG tiếp nhận nhiệm vụ NV-2023-001. Thời hạn: 17:00 thứ Tư, 08/03/2023 (còn 05 ngày làm việc)."
        );
        world.finish().await;
    })
    .await;
}
