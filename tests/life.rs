//! The life of a task, as those who live it see it: by command, by button, by form, in both languages.

mod random;

use crate::databases::on_both;
use crate::harness::{Said, World};
use serde_json::Value;

const COORDINATOR: &str = "Điều phối TTDL";
const TTDL: &str = "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê";
const TKG: &str = "TKG – Vụ Thống kê Giá";

/// Gives `NV-2023-001`: TTDL leads, TKG supports; the card as it was posted.
async fn give(world: &mut World, more: &str) -> Said {
    let line = format!("/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:24/03/2023 phoi-hop:TKG{more}");
    let answer = world.types(COORDINATOR, &line).await;
    assert!(answer.text().starts_with("Đã giao nhiệm vụ"), "{}", answer.text());
    world.said().await.swap_remove(0)
}

/// The card as it is now.
async fn card(world: &World, posted: &Said) -> Value {
    let room = world.channel(&posted.place).await;
    let view = world.person(COORDINATOR).await.sees(room).await.unwrap();
    view.into_iter().find(|message| message["id"] == posted.message["id"]).expect("the card")
}

/// What the card says now.
async fn reads(world: &World, posted: &Said) -> String {
    liaison::demo::people::read(&card(world, posted).await)
}

/// Presses a button of the card as it is now; what is answered.
async fn presses(world: &World, who: &str, posted: &Said, label: &str) -> liaison::demo::people::Answer {
    let (room, card) = (world.channel(&posted.place).await, card(world, posted).await);
    let answer = world.person(who).await.presses(room, &card, label).await.unwrap();
    world.rest().await;
    answer
}

/// Presses a button that opens a form, and sends the form.
async fn fills(world: &World, who: &str, posted: &Said, label: &str, fields: &[(&str, &str)]) -> String {
    let opened = presses(world, who, posted, label).await;
    let room = world.channel(&posted.place).await;
    let answer = world.person(who).await.fills(room, &opened.form, fields).await.unwrap();
    world.rest().await;
    answer.text()
}

/// The lines that were said since this was last asked, and whom each pinged.
async fn lines(world: &mut World) -> Vec<(String, Vec<String>)> {
    let said = world.said().await;
    said.iter()
        .map(|said| {
            let text = said.message["embeds"][0]["description"].as_str().unwrap_or_default();
            (text.to_owned(), said.pinged.clone())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_giving_to_acceptance_by_buttons_and_forms() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let posted = give(&mut world, "").await;
        let said = fills(&world, "Đầu mối TTDL", &posted, "Báo cáo tiến độ", &[("text", "Đã nhận 41/63 báo cáo")]).await;
        assert_eq!(said, format!("Đã ghi nhận. **Báo cáo tiến độ** của {TTDL}: Đã nhận 41/63 báo cáo"));
        let text = reads(&world, &posted).await;
        assert!(text.contains("Trạng thái: Đang thực hiện\n"), "{text}");
        assert!(text.contains("Báo cáo gần nhất: TTDL, thứ Tư, 01/03/2023: Đã nhận 41/63 báo cáo\n"), "{text}");

        fills(&world, "Đầu mối TTDL", &posted, "Vướng mắc", &[("text", "Chưa có mẫu phiếu"), ("help", "tkg")]).await;
        let text = reads(&world, &posted).await;
        assert!(text.contains("Trạng thái: Vướng mắc\n") && text.contains("Khó khăn, vướng mắc: TTDL: Chưa có mẫu phiếu\n"), "{text}");

        let asked =
            fills(&world, "Đầu mối TTDL", &posted, "Xin gia hạn", &[("due", "28/03"), ("text", "Chờ mẫu phiếu")]).await;
        assert!(asked.starts_with("Đã ghi nhận. **Đề nghị gia hạn** nhiệm vụ NV-2023-001 từ 17:00 thứ Sáu, 24/03/2023 đến 17:00 thứ Ba, 28/03/2023."), "{asked}");
        let text = reads(&world, &posted).await;
        assert!(text.contains("Đề nghị gia hạn đến: 17:00 thứ Ba, 28/03/2023 – Chờ mẫu phiếu\n"), "{text}");
        assert!(text.ends_with("[Đồng ý gia hạn] [Không gia hạn]"), "{text}");

        // The lead does not decide on its own request, and its coordinator does.
        let refused = presses(&world, "Đầu mối TTDL", &posted, "Đồng ý gia hạn").await;
        assert_eq!(
            refused.text(),
            "Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: lãnh đạo phụ trách Cục TTDL, hoặc từ Điều phối trở lên."
        );
        let granted = presses(&world, "Lãnh đạo Tổng cục", &posted, "Đồng ý gia hạn").await;
        assert!(granted.text().starts_with("Đã ghi nhận. Nhiệm vụ NV-2023-001 **được gia hạn**"), "{}", granted.text());
        let text = reads(&world, &posted).await;
        assert!(text.contains("Trạng thái: Vướng mắc\n"), "it goes on where it stood: {text}");
        assert!(text.contains("Thời hạn: 17:00 thứ Ba, 28/03/2023 (<t:1679997600:R>)\nĐã gia hạn 01 lần; thời hạn ban đầu: thứ Sáu, 24/03/2023\n"), "{text}");

        presses(&world, "Đầu mối TTDL", &posted, "Hoàn thành").await;
        let accepted = presses(&world, COORDINATOR, &posted, "Nghiệm thu").await;
        let giver = world.person(COORDINATOR).await.id;
        let leader = world.person("Lãnh đạo Tổng cục").await.id;
        assert_eq!(accepted.text(), format!("Đã ghi nhận. Kết quả nhiệm vụ NV-2023-001 **đã được nghiệm thu** bởi <@{giver}>."));
        let text = reads(&world, &posted).await;
        assert!(text.contains("Trạng thái: Đã nghiệm thu\n") && !text.contains('['), "{text}");

        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            lines(&mut world).await,
            [
                (format!("**Báo cáo tiến độ** của {TTDL}: Đã nhận 41/63 báo cáo"), of(&[])),
                (
                    format!("**Khó khăn, vướng mắc** của {TTDL}: Chưa có mẫu phiếu\nĐề nghị Vụ Giá hỗ trợ tháo gỡ."),
                    of(&["Price officer", COORDINATOR, "Đầu mối TKG"])
                ),
                (
                    "**Đề nghị gia hạn** nhiệm vụ NV-2023-001 từ 17:00 thứ Sáu, 24/03/2023 đến 17:00 thứ Ba, 28/03/2023. Lý do: Chờ mẫu phiếu\n\
                     Đề nghị Điều phối hoặc lãnh đạo phụ trách quyết định bằng nút trên thẻ nhiệm vụ hoặc lệnh `/nhiem-vu duyet-gia-han`."
                        .to_owned(),
                    of(&[COORDINATOR])
                ),
                (
                    format!("Nhiệm vụ NV-2023-001 **được gia hạn** từ 17:00 thứ Sáu, 24/03/2023 đến 17:00 thứ Ba, 28/03/2023, theo quyết định của <@{leader}>."),
                    of(&[COORDINATOR, "Đầu mối TTDL"])
                ),
                (format!("{TTDL} báo cáo đã hoàn thành nhiệm vụ NV-2023-001."), of(&[COORDINATOR])),
                (format!("Kết quả nhiệm vụ NV-2023-001 **đã được nghiệm thu** bởi <@{giver}>."), of(&[])),
            ]
        );
        // The history tells it all, in the language of who asks.
        let file = world.types("Price officer", "/task show code:NV-2023-001").await.text();
        let history = file.split_once("History\n").expect("a history").1;
        let told: Vec<&str> = history.lines().filter_map(|line| line.split_once(" – ").map(|(_, told)| told)).collect();
        assert_eq!(told.len(), 7, "{history}");
        assert!(told[0] == "Gave the task NV-2023-001." && told[6].contains("is **accepted** by"), "{history}");
        let actions: Vec<String> = world.audit_trail().await.into_iter().map(|row| row.action).collect();
        assert_eq!(
            actions,
            ["task.give", "task.report", "task.block", "task.extend.ask", "task.extend.grant", "task.done", "task.accept"]
        );
        // It is over: nobody hears of it again.
        world.pass_until("2023-04-05 17:00").await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_is_refused_before_anybody_fills_it_in() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let posted = give(&mut world, "").await;
        let refused = presses(&world, "Đầu mối TKG", &posted, "Xin gia hạn").await;
        assert!(refused.form.is_null());
        assert_eq!(
            refused.text(),
            "Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Cục TTDL."
        );
        let refused = world.types("Visitor", "/task report code:NV-2023-001").await;
        assert_eq!(refused.text(), "You have no authority to do this. Those who may: TTDL, TKG.");
        // What was begun on the command line stands in the form.
        let opened = world.types("Đầu mối TTDL", "/nhiem-vu gia-han ma:NV-2023-001 han:28/03").await;
        assert_eq!(opened.form["components"][0]["components"][0]["value"], "28/03");
        let room = world.channel(crate::harness::ROOM).await;
        let answer = world
            .person("Đầu mối TTDL")
            .await
            .fills(room, &opened.form, &[("text", "Chờ mẫu")])
            .await
            .unwrap();
        assert!(answer.text().starts_with("Đã ghi nhận. **Đề nghị gia hạn**"), "{}", answer.text());
        world.rest().await;
        lines(&mut world).await;
        // A refusal needs a reason: the button asks for it.
        let said =
            fills(&world, "Lãnh đạo Tổng cục", &posted, "Không gia hạn", &[("text", "Đã gia hạn nhiều lần")])
                .await;
        assert!(said.contains("**không được gia hạn**, thời hạn vẫn là 17:00 thứ Sáu, 24/03/2023"), "{said}");
        assert!(reads(&world, &posted).await.contains("Trạng thái: Đã giao\n"));
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_impossible_now_says_what_is_possible() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        give(&mut world, "").await;
        let cases = [
            ("Đầu mối TTDL", "/nhiem-vu gia-han ma:NV-2023-001 han:20/03 ly-do:x",
             "Thời hạn mới (17:00 thứ Hai, 20/03/2023) phải muộn hơn thời hạn hiện tại (17:00 thứ Sáu, 24/03/2023). Hãy chọn ngày khác và gửi lại."),
            ("Đầu mối TTDL", "/nhiem-vu gia-han ma:NV-2023-001 han:25/03 ly-do:x",
             "Rơi vào ngày nghỉ: thứ Bảy, 25/03/2023. Hãy chọn ngày làm việc gần nhất: thứ Sáu, 24/03/2023 hoặc thứ Hai, 27/03/2023."),
            (COORDINATOR, "/nhiem-vu nghiem-thu ma:NV-2023-001",
             "Nhiệm vụ NV-2023-001 đang ở trạng thái “Đã giao” nên không thực hiện được việc này. Có thể dùng: `/nhiem-vu bao-cao`, `/nhiem-vu vuong-mac`, `/nhiem-vu gia-han`, `/nhiem-vu hoan-thanh`, `/nhiem-vu huy`."),
            (COORDINATOR, "/nhiem-vu duyet-gia-han ma:NV-2023-001 quyet-dinh:Đồng ý",
             "Nhiệm vụ NV-2023-001 đang ở trạng thái “Đã giao” nên không thực hiện được việc này. Có thể dùng: `/nhiem-vu bao-cao`, `/nhiem-vu vuong-mac`, `/nhiem-vu gia-han`, `/nhiem-vu hoan-thanh`, `/nhiem-vu huy`."),
            (COORDINATOR, "/nhiem-vu huy ma:NV-2023-001 ly-do: ",
             "Cần ghi nội dung (lý do, tiến độ) từ 1 đến 1000 ký tự. Hãy bổ sung và gửi lại."),
            (COORDINATOR, "/nhiem-vu phan-cong-lai ma:NV-2023-001 chu-tri:TTDL ly-do:x",
             "TTDL – Cục Thu thập dữ liệu và Ứng dụng công nghệ thông tin thống kê đang chủ trì nhiệm vụ này. Hãy chọn đơn vị khác ở mục `chu-tri`."),
            (COORDINATOR, "/nhiem-vu phan-viec ma:NV-2023-001 don-vi:TKG han:27/03",
             "Phần việc không thể đến hạn sau nhiệm vụ (17:00 thứ Sáu, 24/03/2023). Hãy chọn ngày sớm hơn, hoặc xin gia hạn nhiệm vụ trước."),
            (COORDINATOR, "/nhiem-vu phan-viec ma:NV-2023-001 don-vi:VP han:20/03",
             "VP – Văn phòng Tổng cục không phối hợp trong nhiệm vụ NV-2023-001. Xem các đơn vị tham gia bằng `/nhiem-vu xem`."),
            ("Đầu mối TTDL", "/nhiem-vu danh-dau ma:NV-2023-001 buoc:P9.9",
             "Quy trình của nhiệm vụ NV-2023-001 không có bước “P9.9”. Hãy chọn trong danh sách gợi ý."),
            (COORDINATOR, "/nhiem-vu lien-ket ma:NV-2023-001 voi:NV-2023-001",
             "Không liên kết một nhiệm vụ với chính nó. Hãy chọn mã khác."),
            (COORDINATOR, "/nhiem-vu ban-giao ma:NV-2023-001 han:+9",
             "Nhiệm vụ NV-2023-001 chưa hoàn thành nên chưa có kết quả để bàn giao. Hãy báo cáo hoàn thành trước (`/nhiem-vu hoan-thanh`)."),
        ];
        for (who, line, sentence) in cases {
            assert_eq!(world.types(who, line).await.text(), sentence, "{line}");
        }
        // Who coordinates and leads at once asks, and another decides.
        world.types(COORDINATOR, "/nhiem-vu gia-han ma:NV-2023-001 han:28/03 ly-do:Chờ mẫu phiếu").await;
        lines(&mut world).await;
        assert_eq!(
            world.types(COORDINATOR, "/nhiem-vu duyet-gia-han ma:NV-2023-001 quyet-dinh:Đồng ý").await.text(),
            "Đề nghị của chính mình phải do người khác quyết định. Người có thẩm quyền: lãnh đạo phụ trách Cục TTDL, hoặc từ Điều phối trở lên."
        );
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_lead_takes_over_with_a_reason() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let posted = give(&mut world, ", TKTH").await;
        world.types("Đầu mối TTDL", "/nhiem-vu gia-han ma:NV-2023-001 han:28/03 ly-do:Chờ mẫu phiếu").await;
        lines(&mut world).await;
        let answer = world.types(COORDINATOR, "/nhiem-vu phan-cong-lai ma:NV-2023-001 chu-tri:TKG ly-do:Đúng chức năng").await;
        let told = format!(
            "**Phân công lại:** nhiệm vụ NV-2023-001 chuyển từ {TTDL} sang {TKG} chủ trì. Lý do: Đúng chức năng\n\
             Đề nghị đơn vị chủ trì mới xác nhận đã tiếp nhận."
        );
        assert_eq!(answer.text(), format!("Đã ghi nhận. {told}"));
        assert_eq!(lines(&mut world).await, [(told, vec!["Price officer".to_owned(), "Đầu mối TKG".to_owned()])]);
        let text = reads(&world, &posted).await;
        assert!(text.contains(&format!("Đơn vị chủ trì: {TKG} <@&{}>\nĐơn vị phối hợp: TKTH\n", world.role("TKG"))), "{text}");
        assert!(text.contains("Trạng thái: Đã giao\n") && text.contains("Lý do giao khác Bảng phân công: Đúng chức năng\n"), "{text}");
        assert!(!text.contains("Đề nghị gia hạn"), "what the former lead asked for has lapsed: {text}");
        assert_eq!(
            world.types("Đầu mối TTDL", "/nhiem-vu hoan-thanh ma:NV-2023-001").await.text(),
            "Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: TKG, TKTH, hoặc từ Điều phối trở lên."
        );
        world.types("Price officer", "/task receive code:NV-2023-001").await;
        world.types("Price officer", "/task done code:NV-2023-001").await;
        assert!(reads(&world, &posted).await.contains("Trạng thái: Hoàn thành, chờ nghiệm thu\n"));
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_is_returned_and_a_closed_task_taken_up_again() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let posted = give(&mut world, "").await;
        world.types("Đầu mối TTDL", "/nhiem-vu tiep-nhan ma:NV-2023-001").await;
        world.types("Đầu mối TTDL", "/nhiem-vu hoan-thanh ma:NV-2023-001").await;
        lines(&mut world).await;
        let said = fills(&world, COORDINATOR, &posted, "Trả lại", &[("text", "Thiếu phụ lục 2")]).await;
        let told = "**Trả lại kết quả** nhiệm vụ NV-2023-001, thời hạn 17:00 thứ Sáu, 24/03/2023. Lý do: Thiếu phụ lục 2\n\
                    Đề nghị đơn vị chủ trì xác nhận đã tiếp nhận.";
        assert_eq!(said, format!("Đã ghi nhận. {told}"));
        assert_eq!(lines(&mut world).await, [(told.to_owned(), vec![COORDINATOR.to_owned(), "Đầu mối TTDL".to_owned()])]);
        let text = reads(&world, &posted).await;
        assert!(text.contains("Trạng thái: Mở lại\n") && text.contains("Đã tiếp nhận: 0/2\n"), "{text}");
        // The reminders are back.
        world.all_is_received().await;
        world.pass_until("2023-03-21 09:00").await;
        let reminded = lines(&mut world).await;
        assert!(reminded.len() == 1 && reminded[0].0.starts_with("**Nhắc việc:**"), "{reminded:?}");
        world.types(COORDINATOR, "/nhiem-vu huy ma:NV-2023-001 ly-do:Gộp vào nhiệm vụ khác").await;
        world.pass_until("2023-04-03 09:00").await;
        let told = lines(&mut world).await;
        assert_eq!(told.len(), 1, "cancelled, and nothing more: {told:?}");
        // Its deadline has passed meanwhile, so it needs a new one.
        assert_eq!(
            world.types(COORDINATOR, "/nhiem-vu mo-lai ma:NV-2023-001 ly-do:Vẫn cần").await.text(),
            "Thời hạn của nhiệm vụ NV-2023-001 đã qua. Hãy ghi thời hạn mới ở mục `han`."
        );
        let again = world.types(COORDINATOR, "/nhiem-vu mo-lai ma:NV-2023-001 ly-do:Vẫn cần han:14/04").await;
        assert!(again.text().starts_with("Đã ghi nhận. **Mở lại** nhiệm vụ NV-2023-001, thời hạn 17:00 thứ Sáu, 14/04/2023."), "{}", again.text());
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_provinces_are_followed_one_by_one() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let line = "/nhiem-vu giao tieu-de:Báo cáo giá kỳ 1 giai-doan:P3 han:24/03/2023 phoi-hop:TKG, CTK";
        world.types(COORDINATOR, line).await;
        let posted = world.said().await.swap_remove(0);
        world.types("Chuyên viên Hà Nội", "/nhiem-vu tiep-nhan ma:NV-2023-001").await;
        let sent = world.types("Chuyên viên Hà Nội", "/nhiem-vu hoan-thanh ma:NV-2023-001").await;
        assert_eq!(
            sent.text(),
            "Đã ghi nhận. CTK-01 – Cục Thống kê thành phố Hà Nội đã gửi phần việc của mình trong nhiệm vụ NV-2023-001."
        );
        presses(&world, "Chuyên viên Đà Nẵng", &posted, "Hoàn thành").await;
        let text = reads(&world, &posted).await;
        let missing = "Đã gửi phần việc: 2/64: CTK-01, CTK-48\nCòn thiếu: TKG, CTK-02, CTK-04, CTK-06";
        assert!(text.contains(missing), "{text}");
        assert!(text.contains("và 50 đơn vị khác"), "{text}");
        // Whoever asks is told every one of them.
        let whole = world.types("Đầu mối TTDL", "/nhiem-vu xem ma:1").await.text();
        let named = whole.lines().find(|line| line.starts_with("Còn thiếu: ")).expect("who is missing");
        assert_eq!((named.matches("CTK-").count(), named.ends_with("CTK-96")), (61, true), "{named}");
        assert!(text.contains("Trạng thái: Đã giao\n"), "parts do not end the task: {text}");
        lines(&mut world).await;

        // The lead chases those who owe their part, once a day.
        let urged = world.types("Đầu mối TTDL", "/nhiem-vu don-doc ma:NV-2023-001 noi-dung:gửi trước 16h").await;
        assert!(urged.text().contains("khẩn trương thực hiện nhiệm vụ NV-2023-001 và báo cáo tiến độ trong hôm nay: gửi trước 16h."), "{}", urged.text());
        let [(_, pinged)] = lines(&mut world).await.try_into().expect("one line");
        assert_eq!(pinged, ["Price officer", "Đầu mối TKG"], "those who have sent theirs are left in peace");
        // A coordinator chases who was not chased yet: the lead.
        let above = world.types(COORDINATOR, "/nhiem-vu don-doc ma:NV-2023-001").await;
        assert!(above.text().contains("đề nghị TTDL – Cục"), "{}", above.text());
        assert_eq!(
            world.types(COORDINATOR, "/nhiem-vu don-doc ma:NV-2023-001").await.text(),
            "Nhiệm vụ NV-2023-001 đã được đôn đốc hôm nay. Có thể đôn đốc lại từ 08:00 thứ Năm, 02/03/2023."
        );
        world.pass_until("2023-03-02 08:30").await;
        let again = world.types(COORDINATOR, "/nhiem-vu don-doc ma:NV-2023-001 don-vi:CTK-04").await;
        assert!(again.text().contains("đề nghị CTK-04"), "{}", again.text());
        // Who has received it, and is late with a part that was due before.
        world.all_is_received().await;
        world.types(COORDINATOR, "/nhiem-vu phan-viec ma:1 don-vi:TKG han:03/03").await;
        world.pass_until("2023-03-06 09:00").await;
        let late = world.types(COORDINATOR, "/nhiem-vu don-doc ma:1").await;
        assert!(late.text().contains("đề nghị TTDL, TKG khẩn trương"), "{}", late.text());
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_parts_and_links_stand_on_the_card() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let posted = give(&mut world, "").await;
        world
            .types(
                COORDINATOR,
                "/nhiem-vu giao tieu-de:Nghiệm thu giá giai-doan:P4 han:31/03/2023 phoi-hop:TKG",
            )
            .await;
        lines(&mut world).await;
        let offered = world.completes("Price officer", "/task check code:NV-2023-001 step:").await;
        assert!(
            offered.iter().any(|(name, code)| code == "P3.2" && name.starts_with("☐ P3.2 – ")),
            "{offered:?}"
        );
        world.types("Đầu mối TTDL", "/nhiem-vu danh-dau ma:NV-2023-001 buoc:P3.1").await;
        world.types(COORDINATOR, "/nhiem-vu phan-viec ma:NV-2023-001 don-vi:TKG han:20/03").await;
        world.types(COORDINATOR, "/nhiem-vu lien-ket ma:NV-2023-002 voi:NV-2023-001 tiep-sau:có").await;
        let text = reads(&world, &posted).await;
        assert!(text.contains("Thời hạn phần việc: TKG: 17:00 thứ Hai, 20/03/2023\n"), "{text}");
        assert!(text.contains("Các bước: 1/4; tiếp theo: P3.2 "), "{text}");
        let told = lines(&mut world).await;
        assert_eq!(told[0].0, "Bước P3.1 đã xong.");
        let price = vec!["Price officer".to_owned(), "Đầu mối TKG".to_owned()];
        let due =
            format!("Phần việc của {TKG} trong nhiệm vụ NV-2023-001 có thời hạn 17:00 thứ Hai, 20/03/2023.");
        assert_eq!(told[1], (due, price));
        assert_eq!(told[2].0, "Nhiệm vụ NV-2023-002 tiếp sau nhiệm vụ NV-2023-001.");
        let file = world.types("Price officer", "/task show code:NV-2023-001").await.text();
        assert!(file.contains("Linked tasks: followed by NV-2023-002 (given)\n"), "{file}");
        assert!(file.contains("Procedure: ☑ P3.1 "), "{file}");
        // A tick is taken back the same way.
        world.types("Đầu mối TTDL", "/nhiem-vu danh-dau ma:NV-2023-001 buoc:1").await;
        assert!(!reads(&world, &posted).await.contains("Các bước"));
        world.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_with_its_own_deadline_is_reminded_of_until_it_is_sent() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        give(&mut world, "").await;
        world.all_is_received().await;
        world.types(COORDINATOR, "/nhiem-vu phan-viec ma:NV-2023-001 don-vi:TKG han:10/03").await;
        lines(&mut world).await;
        let line = "/cau-hinh nhac-viec mo-phong ngay:01/03 den-ngay:14/03 don-vi:TKG";
        let foretold = world.types(COORDINATOR, line).await.text();
        assert_eq!(foretold.matches("NV-2023-001").count(), 5, "{foretold}");
        world.pass_until("2023-03-14 17:00").await;
        let told = lines(&mut world).await;
        let standing = |text: &str| text.split("**").nth(3).unwrap_or_default().to_owned();
        let standings: Vec<String> = told.iter().map(|(text, _)| standing(text)).collect();
        assert_eq!(
            standings,
            [
                "còn 03 ngày làm việc",
                "còn 01 ngày làm việc",
                "đến hạn hôm nay",
                "quá hạn 01 ngày làm việc",
                "quá hạn 02 ngày làm việc"
            ]
        );
        assert!(told.iter().all(|(text, _)| text.contains("Phần việc của Vụ Giá")), "{told:?}");
        let pinged: Vec<String> = told.iter().map(|(_, pinged)| pinged.join(", ")).collect();
        let price = "Price officer, Đầu mối TKG";
        // On the second day its lateness is taken up to the coordinator.
        assert_eq!(pinged, [price, price, price, price, "Price officer, Điều phối TTDL, Đầu mối TKG"]);
        world.types("Price officer", "/task done code:NV-2023-001").await;
        lines(&mut world).await;
        world.pass_until("2023-03-17 17:00").await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_goes_over_to_the_next_phase_and_its_receipt_comes_back() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        give(&mut world, "").await;
        world.types("Đầu mối TTDL", "/nhiem-vu hoan-thanh ma:NV-2023-001").await;
        lines(&mut world).await;
        let answer = world.types("Đầu mối TTDL", "/nhiem-vu ban-giao ma:NV-2023-001 han:+10 giai-doan:P5 chu-tri:TKG").await;
        let told = format!("**Bàn giao** kết quả nhiệm vụ NV-2023-001 cho {TKG} trong nhiệm vụ NV-2023-002; chờ bên nhận xác nhận.");
        assert_eq!(answer.text(), format!("Đã ghi nhận. {told}"));
        let said = world.said().await;
        assert_eq!(said.len(), 3, "the new card, its ping, and the line in the old thread: {said:#?}");
        assert_eq!(
            world.types("Đầu mối TTDL", "/nhiem-vu ban-giao ma:NV-2023-001 han:+10").await.text(),
            "Kết quả nhiệm vụ NV-2023-001 đã được bàn giao trong nhiệm vụ NV-2023-002. Xem bằng `/nhiem-vu xem ma:NV-2023-002`."
        );
        world.types("Price officer", "/task receive code:NV-2023-002").await;
        let said = world.said().await;
        let received: Vec<(&str, String)> = said
            .iter()
            .map(|said| (said.place.as_str(), said.message["embeds"][0]["description"].as_str().unwrap_or_default().to_owned()))
            .collect();
        let old = "[NV-2023-001] Thu thập giá";
        let confirmed = format!("{TKG} đã xác nhận nhận bàn giao kết quả nhiệm vụ NV-2023-001 trong nhiệm vụ NV-2023-002.");
        assert!(received.contains(&(old, confirmed)), "{received:?}");
        let file = world.types(COORDINATOR, "/nhiem-vu xem ma:NV-2023-002").await.text();
        assert!(file.contains("Nhiệm vụ liên quan: nhận bàn giao từ NV-2023-001 (hoàn thành, chờ nghiệm thu)"), "{file}");
        world.end().await;
    })
    .await;
}
