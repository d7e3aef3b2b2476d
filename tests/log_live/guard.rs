//! What must not be put on a networked chat: it is kept nowhere, and whoever wrote it is told in private.

use super::{COORDINATOR, Client, becomes, end, says, thread};
use crate::databases::on_both;
use crate::harness::World;
use discord_sandbox::{Effect, Fault};
use liaison::demo::people::read;
use reqwest::Method;
use serde_json::{Value, json};

/// What the bot has told somebody alone.
pub(crate) async fn told(world: &World, who: &str) -> Vec<String> {
    let client = Client::of(world, who);
    let bot = json!({ "recipient_id": world.sandbox.application_id() });
    let direct = client.call(Method::POST, "/users/@me/channels", bot).await;
    let path = format!("/channels/{}/messages", direct["id"].as_str().unwrap());
    let page = client.call(Method::GET, &path, Value::Null).await;
    page.as_array().unwrap().iter().map(read).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_with_a_secret_is_refused_and_kept_nowhere() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let secret = "Nội dung có dấu hiệu bí mật nhà nước nên không được ghi nhận và không lưu ở đâu.";
        for line in [
            "/nhiem-vu giao tieu-de:Rà soát báo cáo (TỐI MẬT) giai-doan:P3 han:24/03/2023",
            "/nhiem-vu giao tieu-de:Rà soát giai-doan:P3 han:24/03/2023 can-cu:Công văn mật số 12",
            "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Họp (TUYỆT MẬT) luc:06/03/2023 14:00",
        ] {
            let answer = world.types(COORDINATOR, line).await;
            assert!(answer.text().starts_with(secret), "{line}: {}", answer.text());
        }
        let answer = world.types("Price officer", "/task receive code:0912 345 678").await;
        assert_eq!(
            answer.text(),
            "This holds the number of an identity card, of a mobile phone or of a taxpayer, so it was not recorded and is kept nowhere. Leave the number out and send it again."
        );
        for asked in world.sandbox.interactions().as_array().unwrap() {
            let id = asked["id"].as_str().unwrap().parse().unwrap();
            assert!(world.office.store.request(id).await.unwrap().is_none(), "{asked}");
        }
        assert!(world.audit_trail().await.iter().all(|row| row.action != "task.give"));
        let calls = serde_json::to_string(&world.sandbox.requests()).unwrap();
        assert!(!calls.contains("TỐI MẬT") && !calls.contains("0912"), "the bot repeats it");

        let passes = "/nhiem-vu giao tieu-de:Mật độ dân số và bảo mật giai-doan:P3 han:24/03/2023";
        assert!(world.types(COORDINATOR, passes).await.text().contains("NV-2023-001"));
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_with_a_secret_is_not_kept_and_its_author_is_told_once() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let channel = thread(&world, "").await;
        let message = says(&world, "Đầu mối TKG", channel, "TUYỆT MẬT\nDự trữ là 5").await;
        Client::of(&world, "Đầu mối TKG").uploads(channel, "gửi kèm", "Độ mật - tối mật.csv", "5").await;
        says(&world, "Đầu mối TKG", channel, "Mật độ dân số").await;
        let log = [
            "1 08:00 Đầu mối TKG (TKG): ⟨không lưu⟩",
            "2 08:00 Đầu mối TKG (TKG): ⟨không lưu⟩",
            "3 08:00 Đầu mối TKG (TKG): Mật độ dân số",
        ];
        becomes(&world, channel, &log).await;
        world.until("the author is told", async |world| told(world, "Đầu mối TKG").await.len() == 2).await;
        let words = told(&world, "Đầu mối TKG").await;
        let link = format!("{}/{channel}/{message}", world.guild());
        assert!(words.iter().any(|text| text.contains(&link)), "{words:?}");
        assert!(words.iter().all(|text| text.contains("không lưu nội dung") && !text.contains("Dự trữ")));
        assert_eq!(told(&world, "Đầu mối TTDL").await, [""; 0]);

        // Read again from history it is neither kept nor told again.
        world.sandbox.add_fault(Fault::event("MESSAGE_CREATE", Effect::Swallow));
        says(&world, "Đầu mối TKG", channel, "hết").await;
        world.sandbox.add_fault(Fault::new(Effect::GatewayInvalidSession { resumable: false }));
        becomes(&world, channel, &[log[0], log[1], log[2], "4 08:00 Đầu mối TKG (TKG): hết"]).await;
        world.rest().await;
        assert_eq!(told(&world, "Đầu mối TKG").await.len(), 2);
        end(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_kept_from_their_release_on_and_not_before() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-27 14:00").await;
        let line = "/nhiem-vu giao tieu-de:CPI tháng 3 tăng 3,35% giai-doan:P3 han:+5";
        assert_eq!(
            world.types(COORDINATOR, line).await.text(),
            "Nội dung có số liệu chưa được công bố nên không được ghi nhận và không lưu ở đâu. Hãy bỏ số liệu và gửi lại, hoặc chờ đến khi công bố: 09:00 thứ Tư, 29/03/2023."
        );
        let english = "/task create title:GDP grew 3.32% in Q1/2023 phase:P3 due:+5";
        assert_eq!(
            world.types("Visitor", english).await.text(),
            "This holds a figure that is not released yet, so it was not recorded and is kept nowhere. Leave the figure out and send it again, or wait for its release: 09:00 Wednesday 29/03/2023."
        );
        let calls = serde_json::to_string(&world.sandbox.requests()).unwrap();
        assert!(!calls.contains("3,35") && !calls.contains("3.32"), "the bot repeats it");

        world.jump_to("2023-03-29 09:00").await;
        assert!(world.types(COORDINATOR, line).await.text().contains("NV-2023-001"));
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_of_respondents_and_unreleased_figures_is_not_kept() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let channel = thread(&world, "").await;
        for text in [
            "CPI tháng 3/2023 tăng 3,35%",
            "Họ tên;Năm sinh;Địa chỉ\nNguyễn Văn An;1985;Thôn 2",
            "gọi chủ hộ theo số 0912 345 678",
            "CPI tháng 2/2023 đã công bố, tháng 3 thu được 65% phiếu",
        ] {
            says(&world, "Đầu mối TKG", channel, text).await;
        }
        let log = [
            "1 08:00 Đầu mối TKG (TKG): ⟨không lưu⟩",
            "2 08:00 Đầu mối TKG (TKG): ⟨không lưu⟩",
            "3 08:00 Đầu mối TKG (TKG): ⟨không lưu⟩",
            "4 08:00 Đầu mối TKG (TKG): CPI tháng 2/2023 đã công bố, tháng 3 thu được 65% phiếu",
        ];
        becomes(&world, channel, &log).await;
        world.until("the author is told", async |world| told(world, "Đầu mối TKG").await.len() == 3).await;
        let words = told(&world, "Đầu mối TKG").await.join("\n");
        for reason in [
            "số liệu này chỉ được nêu ở đây từ 09:00 thứ Tư, 29/03/2023",
            "nhận dạng được người cung cấp thông tin",
            "số định danh cá nhân, số điện thoại di động hoặc mã số thuế",
        ] {
            assert!(words.contains(reason), "{reason}: {words}");
        }
        assert!(!words.contains("3,35") && !words.contains("1985") && !words.contains("0912"), "{words}");
        end(world).await;
    })
    .await;
}
