//! What is chosen in the menu of a message: a task is made of it, or it is recorded as a decision.

use crate::databases::on_both;
use crate::harness::{ROOM, World};

const COORDINATOR: &str = "Điều phối TTDL";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_made_of_a_message_and_each_leads_to_the_other() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let room = world.channel(ROOM).await;
        let text = "Đề nghị rà soát phiếu điều tra giá\nTrước ngày 24/03.";
        let message = world.person("Đầu mối TKG").await.says(room, text).await.unwrap();
        let person = world.person(COORDINATOR).await;
        let opened = person.chooses(room, message, "Make a task of this").await.unwrap();
        assert_eq!(opened.form["title"], "Tạo nhiệm vụ từ tin nhắn");
        let title = &opened.form["components"][0]["components"][0];
        assert_eq!(title["value"], "Đề nghị rà soát phiếu điều tra giá");

        // A form that was opened before a restart can still be sent; what is wrong in it is said.
        world.stop_bot().await;
        world.start_bot().await;
        let wrong =
            person.fills(room, &opened.form, &[("phase", "P0"), ("due", "24/03/2023")]).await.unwrap();
        assert!(wrong.text().starts_with("Quy chế không có giai đoạn “P0”."), "{}", wrong.text());
        world.rest().await;
        let fields = [("title", "Rà soát phiếu điều tra giá"), ("phase", "thu thập"), ("due", "24/03/2023")];
        let given = person.fills(room, &opened.form, &fields).await.unwrap();
        world.rest().await;
        assert!(given.text().starts_with("Đã giao nhiệm vụ **NV-2023-001**: <#"), "{}", given.text());
        let said = world.said().await;
        let link = format!("Căn cứ: https://discord.com/channels/{}/{room}/{message}", world.guild());
        assert!(said[0].text.lines().any(|line| line == link), "{}", said[0].text);
        let thread = world.channel("[NV-2023-001]").await;
        let back = said.iter().find(|said| said.place == ROOM).unwrap();
        assert_eq!(back.text, format!("Từ tin nhắn này đã giao nhiệm vụ **NV-2023-001**: <#{thread}>"));
        assert_eq!(back.message["message_reference"]["message_id"], message.to_string());
        assert_eq!(back.pinged, [""; 0]);

        // The same message once more: what is like it is shown, and given once if somebody says so.
        let again = person.chooses(room, message, "Make a task of this").await.unwrap();
        let asked = person.fills(room, &again.form, &fields).await.unwrap();
        assert!(asked.text().contains("**NV-2023-001** Rà soát phiếu điều tra giá"), "{}", asked.text());
        world.rest().await;
        let anyway = person.presses(room, &asked.message, "Vẫn giao").await.unwrap();
        assert!(anyway.text().contains("NV-2023-002"), "{}", anyway.text());
        let said = world.said().await;
        assert!(said.iter().any(|said| said.place == ROOM && said.text.contains("NV-2023-002")), "{said:#?}");
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_becomes_a_decision_once_and_by_who_may_decide() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let line = "/task create title:Prices phase:P5 lead:TKQG support:TKG due:24/03/2023";
        world.types(COORDINATOR, line).await;
        world.said().await;
        let thread = world.channel("[NV-2023-001]").await;
        let text = "Thống nhất dùng quyền số năm 2020";
        let message = world.person("Đầu mối TKG").await.says(thread, text).await.unwrap();

        let officer = world.person("Price officer").await;
        let refused = officer.chooses(thread, message, "This is a decision").await.unwrap();
        assert!(refused.text().starts_with("You have no authority to do this."), "{}", refused.text());
        world.rest().await;
        let head = world.person("Thủ trưởng TKQG").await;
        head.chooses(thread, message, "This is a decision").await.unwrap();
        world.rest().await;
        let said = world.said().await;
        let link = format!("https://discord.com/channels/{}/{thread}/{message}", world.guild());
        let recorded =
            format!("**Quyết định** về nhiệm vụ NV-2023-001, do <@{}> ghi nhận: {text} ({link})", head.id);
        assert!(said.iter().any(|said| said.text == recorded), "{said:#?}");
        let shown = world.types("Price officer", "/task show code:1").await.text();
        assert!(
            shown.contains(&format!("**Decision** on task NV-2023-001, recorded by <@{}>: {text}", head.id)),
            "{shown}"
        );

        let twice =
            world.person(COORDINATOR).await.chooses(thread, message, "This is a decision").await.unwrap();
        assert_eq!(
            twice.text(),
            "Tin nhắn này đã được ghi nhận là quyết định. Xem lại bằng `/nhiem-vu xem ma:NV-2023-001`."
        );
        let room = world.channel(ROOM).await;
        let elsewhere = world.person("Đầu mối TKG").await.says(room, text).await.unwrap();
        let nowhere =
            world.person(COORDINATOR).await.chooses(room, elsewhere, "This is a decision").await.unwrap();
        assert!(nowhere.text().starts_with("Quyết định chỉ ghi nhận được trong luồng"), "{}", nowhere.text());
        let decisions = world.audit_trail().await.iter().filter(|row| row.action == "task.decision").count();
        assert_eq!(decisions, 1);
        world.rest().await;
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_must_not_be_kept_becomes_neither() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let room = world.channel(ROOM).await;
        let message = world.person("Đầu mối TKG").await.says(room, "CPI tháng 3 tăng 3,35%").await.unwrap();
        let person = world.person(COORDINATOR).await;
        for name in ["Make a task of this", "This is a decision"] {
            let refused = person.chooses(room, message, name).await.unwrap();
            assert!(
                refused.text().starts_with("Nội dung có số liệu chưa được công bố"),
                "{}",
                refused.text()
            );
        }
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_names_supporters_and_another_lead_with_its_reason() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let room = world.channel(ROOM).await;
        let message = world.person("Đầu mối TKG").await.says(room, "Rà soát quyền số").await.unwrap();
        let person = world.person(COORDINATOR).await;
        let opened = person.chooses(room, message, "Make a task of this").await.unwrap();
        let rows = opened.form["components"].as_array().unwrap();
        let ids: Vec<&str> =
            rows.iter().map(|row| row["components"][0]["custom_id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["title", "phase", "due", "lead", "support"]);
        let fields = [("phase", "P3"), ("due", "24/03/2023"), ("lead", "TKG"), ("support", "CNXD, CTK-01")];
        let refused = person.fills(room, &opened.form, &fields).await.unwrap();
        let sentence = "(trong biểu mẫu: sau tên đơn vị chủ trì và dấu hai chấm)";
        assert!(refused.text().contains(sentence), "{}", refused.text());
        let fields = [("phase", "P3"), ("due", "24/03/2023"), ("lead", "TKG: theo chỉ đạo"), fields[3]];
        let given = person.fills(room, &opened.form, &fields).await.unwrap();
        assert!(given.text().starts_with("Đã giao nhiệm vụ **NV-2023-001**"), "{}", given.text());
        world.rest().await;
        let task = world.office.find_task(world.guild(), "NV-2023-001").await.unwrap().unwrap();
        assert_eq!(task.lead(), Some(&"TKG".into()));
        assert_eq!(task.lead_reason.as_deref(), Some("theo chỉ đạo"));
        assert_eq!(task.support().map(|unit| unit.as_str()).collect::<Vec<_>>(), ["CNXD", "CTK-01"]);
        world.said().await;
        world.finish().await;
    })
    .await;
}

/// Opens the thread under the announcement of the meeting that is scheduled; its id is that of the announcement.
async fn thread_of_meeting(world: &World) -> u64 {
    let channel = world.channel("cuoc-hop").await;
    let announced = world.person(COORDINATOR).await.sees(channel).await.unwrap();
    let announcement = announced.last().unwrap()["id"].as_str().unwrap().parse().unwrap();
    let path = format!("/channels/{channel}/messages/{announcement}/threads");
    world.as_owner(reqwest::Method::POST, &path, serde_json::json!({ "name": "Trao đổi" })).await;
    announcement
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_in_a_meetings_thread_becomes_its_decision() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let host = "Đầu mối TTDL";
        world.types(host, "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Họp giao ban luc:06/03/2023 14:00 cac-don-vi:TTDL,TKG").await;
        world.said().await;
        let thread = thread_of_meeting(&world).await;
        let text = "Thống nhất hạn gửi số liệu là ngày 20";
        let message = world.person("Đầu mối TKG").await.says(thread, text).await.unwrap();

        let officer = world.person("Price officer").await;
        let refused = officer.chooses(thread, message, "This is a decision").await.unwrap();
        let organiser = world.person(host).await;
        assert_eq!(
            refused.text(),
            format!("You have no authority to do this. Those who may: who scheduled it (<@{}>), or coordinator and above.", organiser.id)
        );
        world.rest().await;
        let line = |language: &str| {
            let link = format!("https://discord.com/channels/{}/{thread}/{message}", world.guild());
            match language {
                "vi" => format!("**Quyết định** tại “Họp giao ban”, do <@{}> ghi nhận: {text} ({link})", organiser.id),
                _ => format!("`01/03/2023 08:00` <@{}> – {text} ({link})", organiser.id),
            }
        };
        let (said, listed) = (line("vi"), line("en"));
        let recorded = organiser.chooses(thread, message, "This is a decision").await.unwrap();
        assert_eq!(recorded.text(), format!("Đã ghi nhận. {said}"));
        let posted = world.said().await;
        assert_eq!(posted.iter().map(|said| said.place.as_str()).collect::<Vec<_>>(), ["Trao đổi"]);
        assert_eq!(posted[0].text, said);
        assert_eq!(posted[0].pinged, [""; 0]);

        // By its name, from the list, and by being there.
        for line in ["/meeting show meeting:giao ban", "/meeting show meeting:hop"] {
            let shown = world.types("Price officer", line).await.text();
            assert!(shown.contains(&listed) && shown.contains("Scheduled by"), "{shown}");
        }
        let offered = world.completes("Price officer", "/meeting show meeting:GIAO").await;
        assert_eq!(offered[0].0, "06/03/2023 14:00 · Họp giao ban");
        let shown = world.types("Price officer", &format!("/meeting show meeting:{}", offered[0].1)).await;
        assert!(shown.text().contains(&listed), "{}", shown.text());
        let shown = world.types_in("Trao đổi", COORDINATOR, "/cuoc-hop xem").await;
        assert!(shown.text().contains(&listed), "{}", shown.text());
        let nowhere = world.types(COORDINATOR, "/cuoc-hop xem").await;
        assert!(nowhere.text().starts_with("Đây không phải luồng của một cuộc họp."), "{}", nowhere.text());
        let unknown = world.types("Price officer", "/meeting show meeting:zzz").await;
        assert!(unknown.text().contains("zzz"), "{}", unknown.text());

        let twice = world.person(COORDINATOR).await;
        let twice = twice.chooses(thread, message, "This is a decision").await.unwrap();
        assert_eq!(twice.text(), "Tin nhắn này đã được ghi nhận là quyết định của cuộc họp. Xem lại bằng `/cuoc-hop xem`.");
        let channel = world.channel("cuoc-hop").await;
        let beside = world.person("Đầu mối TKG").await.says(channel, text).await.unwrap();
        let nowhere = organiser.chooses(channel, beside, "This is a decision").await.unwrap();
        assert!(nowhere.text().contains("trong luồng dưới thông báo của một cuộc họp"), "{}", nowhere.text());
        let trail = world.audit_trail().await;
        assert_eq!(trail.iter().filter(|row| row.action == "meeting.decision").count(), 1);
        world.rest().await;
        world.finish().await;
    })
    .await;
}
