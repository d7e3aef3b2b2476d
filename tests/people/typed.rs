//! The same as people type it and see it.

use crate::databases::on_both;
use crate::harness::World;
use crate::log_live::told;
use reqwest::Method;
use serde_json::json;

const COORDINATOR: &str = "Điều phối TTDL";
const OWNER: &str = "Quản trị máy chủ";
const HEAD: &str = "Thủ trưởng TKQG";
const STANDS_IN: &str = "Chuyên viên Hà Nội";

async fn at(world: &World, name: &str) -> String {
    format!("<@{}>", world.person(name).await.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_linked_by_command_and_undone() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let roles = format!("/guilds/{}/roles", world.guild());
        world.as_owner(Method::POST, &roles, json!({ "name": "Phòng Giá tiêu dùng" })).await;
        world.until("the bot knows the role", async |world| {
            let known = world.office.recognition(world.guild()).await.unwrap();
            known.unknown_roles.contains(&"Phòng Giá tiêu dùng".to_owned())
        })
        .await;
        let (role, older) = (world.role("Phòng Giá tiêu dùng"), world.role("TKG"));
        let line = format!("/don-vi gan vai-tro:<@&{role}> don-vi:TKG");
        assert_eq!(
            world.types("Đầu mối TKG", &line).await.text(),
            "Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Điều phối trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị."
        );
        assert_eq!(
            world.types(COORDINATOR, &line).await.text(),
            format!(
                "Vai trò <@&{role}> nay là TKG – Vụ Thống kê Giá, kể cả khi đổi tên.\n\
                 Lưu ý: <@&{older}> cũng đang là TKG – Vụ Thống kê Giá."
            )
        );
        // It stands in place of the older one, also after a new start.
        world.stop_bot().await;
        world.start_bot().await;
        let tkg = "TKG".into();
        assert_eq!(world.office.recognition(world.guild()).await.unwrap().units[&tkg].to_string(), role);

        // Nobody gives away what they do not have; a unit must be one of the regulation; one of the two is needed.
        let leadership = format!("/unit link role:<@&{role}> tier:Leadership");
        assert!(world.types(COORDINATOR, &leadership).await.text().contains("từ Lãnh đạo trở lên"));
        let outside = world.types(COORDINATOR, &format!("/don-vi gan vai-tro:<@&{role}> don-vi:Cục Thuế")).await;
        assert_eq!(
            outside.text(),
            "Không xác định được đơn vị “Cục Thuế” trong phạm vi Quy chế. Hãy chọn trong danh sách gợi ý hoặc xem `/don-vi danh-sach`."
        );
        let neither = world.types(COORDINATOR, &format!("/don-vi gan vai-tro:<@&{role}>")).await.text();
        assert!(neither.starts_with("Hãy nêu một trong hai mục"), "{neither}");
        let everybody = format!("/don-vi gan vai-tro:<@&{}> don-vi:TKG", world.guild());
        assert!(world.types(COORDINATOR, &everybody).await.text().starts_with("Không gán được"));

        assert_eq!(
            world.types(OWNER, &leadership).await.text(),
            format!("Vai trò <@&{role}> nay là cấp Lãnh đạo, kể cả khi đổi tên.\nLưu ý: <@&{}> cũng đang là cấp Lãnh đạo.", world.role("Lãnh đạo"))
        );
        let undo = format!("/don-vi gan vai-tro:<@&{role}> bo-gan:có");
        // Who may not give it may not take it either.
        assert!(world.types(COORDINATOR, &undo).await.text().contains("từ Lãnh đạo trở lên"));
        assert_eq!(
            world.types(OWNER, &undo).await.text(),
            format!("Đã bỏ gán vai trò <@&{role}>; theo tên gọi, vai trò này chưa ứng với đơn vị hay vị trí nào.")
        );
        assert!(world.types(OWNER, &undo).await.text().contains("chưa từng được gán"));
        let done: Vec<String> = world.audit_trail().await.into_iter().map(|row| row.action).collect();
        assert_eq!(done, ["role.link", "role.link", "role.unlink"]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_shows_who_is_what_was_and_will_be() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let (price, focal, guest) =
            (at(&world, "Price officer").await, at(&world, "Đầu mối TKG").await, at(&world, STANDS_IN).await);
        let refused = world.types("Price officer", &format!("/unit focal unit:TKG person:{price}")).await;
        assert_eq!(
            refused.text(),
            "You have no authority to do this. Those who may: the head of Prices, or coordinator and above."
        );
        let refused = world.types(HEAD, &format!("/don-vi dau-moi don-vi:TKG nguoi:{price}")).await;
        assert!(refused.text().contains("Thủ trưởng đơn vị của Vụ Giá"));
        let refused = world.types(HEAD, &format!("/don-vi dau-moi don-vi:TKQG nguoi:{price} vi-tri:Lãnh đạo phụ trách")).await;
        assert_eq!(
            refused.text(),
            "Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Điều phối trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị."
        );
        let shown = world.types("Price officer", "/unit show unit:TKG").await.text();
        assert!(shown.contains(&format!("Positions: focal point: {focal}\nLeads")), "{shown}");

        let line = format!("/don-vi dau-moi don-vi:TKG nguoi:{price} ngay:02/03 den-ngay:03/03");
        assert_eq!(
            world.types(COORDINATOR, &line).await.text(),
            format!("Đầu mối của Vụ Giá: {price}, 02/03/2023 – 03/03/2023.")
        );
        let line = format!("/don-vi dau-moi don-vi:TKG nguoi:{price} vi-tri:Thủ trưởng đơn vị");
        assert_eq!(
            world.types(COORDINATOR, &line).await.text(),
            format!("Thủ trưởng đơn vị của Vụ Giá: {price}, từ 01/03/2023.")
        );
        let shown = world.types(COORDINATOR, "/don-vi xem don-vi:TKG").await.text();
        let expected = format!(
            "Vị trí: Thủ trưởng đơn vị: {price}, từ 01/03/2023\n\
             Đầu mối: {focal}\n\
             Sắp tới: Đầu mối: {price}, 02/03/2023 – 03/03/2023\n"
        );
        assert!(shown.contains(&expected), "{shown}");

        world.pass_until("2023-03-06 08:00").await;
        // A unit has one head: the next takes the place of the last. As head one arranges one's own unit.
        let line = format!("/don-vi dau-moi don-vi:TKG nguoi:{guest} vi-tri:Thủ trưởng đơn vị ngay:07/03");
        assert_eq!(
            world.types(COORDINATOR, &line).await.text(),
            format!("Thủ trưởng đơn vị của Vụ Giá: {guest}, từ 07/03/2023. Thay cho {price}.")
        );
        let deputy = format!("/unit focal unit:TKG person:{focal} position:Deputy head until:10/03");
        assert_eq!(
            world.types("Price officer", &deputy).await.text(),
            format!("Prices, deputy head: {focal}, 06/03/2023 – 10/03/2023.")
        );
        let shown = world.types("Price officer", "/unit show unit:TKG").await.text();
        let expected = format!(
            "Positions: head of unit: {price}, 01/03/2023 – 06/03/2023\n\
             deputy head: {focal}, 06/03/2023 – 10/03/2023\n\
             focal point: {focal}\n\
             To come: head of unit: {guest}, from 07/03/2023\n\
             Before: focal point: {price}, 02/03/2023 – 03/03/2023\n"
        );
        assert!(shown.contains(&expected), "{shown}");
        world.pass_until("2023-03-07 08:00").await;
        assert!(world.types("Price officer", &deputy).await.text().starts_with("You have no authority"));
        assert_eq!(
            world.types(STANDS_IN, &format!("/don-vi dau-moi don-vi:TKG nguoi:{focal} vi-tri:Phó thủ trưởng đơn vị ket-thuc:có")).await.text(),
            format!("{focal} thôi là Phó thủ trưởng đơn vị của Vụ Giá từ nay.")
        );
        let again = world.types(STANDS_IN, &format!("/don-vi dau-moi don-vi:TKG nguoi:{focal} vi-tri:Phó thủ trưởng đơn vị ket-thuc:có")).await;
        assert!(again.text().contains("không được ghi là Phó thủ trưởng đơn vị"), "{}", again.text());
        for (wrong, why) in [
            (format!("nguoi:{guest} den-ngay:01/03/2023"), "Ngày cuối (thứ Tư, 01/03/2023) đã qua."),
            (format!("nguoi:{guest} ngay:10/03/2023 den-ngay:09/03/2023"), "Ngày đầu (`ngay`) sau ngày cuối"),
            (format!("nguoi:<@{}>", world.sandbox.application_id()), "không phải là người đang ở trên máy chủ này"),
        ] {
            let answer = world.types(COORDINATOR, &format!("/don-vi dau-moi don-vi:TKG {wrong}")).await;
            assert!(answer.text().contains(why), "{wrong}: {}", answer.text());
        }
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stands_in_is_told_acts_and_is_pinged_until_it_ends() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-03 08:00").await;
        let (head, guest) = (at(&world, HEAD).await, at(&world, STANDS_IN).await);
        world.types(COORDINATOR, "/nhiem-vu giao tieu-de:Ước tính GDP giai-doan:P5 han:31/03 chu-tri:TKQG phoi-hop:TKTH noi-bo:có").await;
        world.said().await;
        let secret = world.channel("[NV-2023-001]").await;

        // The head alone chooses from the unit's own people; a coordinator is free to.
        let line = format!("/don-vi uy-quyen nguoi:{guest} ngay:06/03 den-ngay:07/03 ly-do:Nghỉ phép");
        assert_eq!(
            world.types(HEAD, &line).await.text(),
            format!("{guest} không thuộc Vụ TKQG. Hãy chọn người của đơn vị; ủy quyền cho người ngoài đơn vị do từ Điều phối trở lên quyết định.")
        );
        let for_others = format!("{line} nguoi-vang:{head} don-vi:TKQG");
        assert!(world.types("Đầu mối TKG", &for_others).await.text().starts_with("Bạn không có thẩm quyền"));
        assert_eq!(
            world.types(COORDINATOR, &for_others).await.text(),
            format!(
                "{guest} thay {head} tại Vụ TKQG từ thứ Hai, 06/03/2023 đến hết thứ Ba, 07/03/2023. Hệ thống sẽ báo riêng cho hai bên khi bắt đầu và khi kết thúc."
            )
        );
        let back = format!("/unit delegate person:{head} away:{guest} unit:TKQG until:07/03");
        assert!(world.types(COORDINATOR, &back).await.text().contains("không thuộc Vụ TKQG"));
        let twice = format!("/don-vi uy-quyen nguoi:{} den-ngay:10/03 nguoi-vang:{head}", at(&world, "Đầu mối TKG").await);
        assert!(world.types(COORDINATOR, &twice).await.text().contains(&format!("đã có {guest} thay")));
        let give = "/nhiem-vu giao tieu-de:Rà soát giai-doan:P5 han:+5 chu-tri:TKQG phoi-hop:TKTH";
        assert!(world.types(STANDS_IN, give).await.text().contains("không có thẩm quyền"));
        assert_eq!(told(&world, STANDS_IN).await, [""; 0]);

        world.pass_until("2023-03-06 08:00").await;
        assert_eq!(
            told(&world, STANDS_IN).await,
            [format!(
                "**Ủy quyền bắt đầu:** Anh/chị thay {head} (Nghỉ phép) tại TKQG – Vụ Hệ thống Tài khoản quốc gia đến hết thứ Ba, 07/03/2023, với các quyền và thông báo của người đó tại đơn vị. Xem việc cần làm bằng `/viec-cua-toi`."
            )]
        );
        assert_eq!(
            told(&world, HEAD).await,
            [format!(
                "**Ủy quyền bắt đầu:** {guest} thay anh/chị (Nghỉ phép) tại TKQG – Vụ Hệ thống Tài khoản quốc gia đến hết thứ Ba, 07/03/2023. Nếu trở lại sớm, hãy dùng `/don-vi uy-quyen` và để trống mục `nguoi`."
            )]
        );
        assert!(world.person(STANDS_IN).await.sees(secret).await.is_ok());
        // With the rights of the head, in that unit; and pinged beside the unit's role.
        world.types(STANDS_IN, give).await;
        let said = world.said().await;
        let given = said.iter().find(|said| said.text.contains("Giao nhiệm vụ NV-2023-002")).unwrap();
        assert_eq!(given.pinged, [STANDS_IN, HEAD, "Đầu mối TKTH"]);
        let elsewhere = world.types(STANDS_IN, "/nhiem-vu giao tieu-de:x giai-doan:P3 han:+5 chu-tri:CTK-01 ly-do:thử").await;
        assert!(elsewhere.text().contains("không có thẩm quyền"), "{}", elsewhere.text());
        let shown = world.types(COORDINATOR, "/don-vi xem don-vi:TKQG").await.text();
        let expected = format!(
            "Vị trí: Thủ trưởng đơn vị: {guest} (thay {head})\n\
             Ủy quyền: {guest} thay {head}, 06/03/2023 – 07/03/2023 (Nghỉ phép)\n"
        );
        assert!(shown.contains(&expected), "{shown}");

        world.pass_until("2023-03-08 08:00").await;
        assert_eq!(
            told(&world, STANDS_IN).await[0],
            format!("**Ủy quyền kết thúc:** Anh/chị thôi thay {head} tại TKQG – Vụ Hệ thống Tài khoản quốc gia. Đề nghị bàn giao việc đang làm.")
        );
        assert_eq!(told(&world, STANDS_IN).await.len(), 2);
        assert_eq!(told(&world, HEAD).await.len(), 2);
        assert!(world.person(STANDS_IN).await.sees(secret).await.is_err());
        assert!(world.types(STANDS_IN, give).await.text().contains("không có thẩm quyền"));
        let shown = world.types(COORDINATOR, "/don-vi xem don-vi:TKQG").await.text();
        assert!(shown.contains(&format!("Trước đây: {guest} thay {head}, 06/03/2023 – 07/03/2023")), "{shown}");
        world.said().await;
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_sooner_ends_it() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-06 09:00").await;
        let (focal, price) = (at(&world, "Đầu mối TKG").await, at(&world, "Price officer").await);
        let line = format!("/unit delegate person:{price} until:10/03");
        assert!(world.types("Visitor", &line).await.text().starts_with("Which unit?"));
        assert!(
            world
                .types("Đầu mối TKG", &format!("/don-vi uy-quyen nguoi:{price}"))
                .await
                .text()
                .starts_with("Ủy quyền phải có thời hạn")
        );
        assert!(
            world
                .types("Đầu mối TKG", "/don-vi uy-quyen")
                .await
                .text()
                .starts_with("Không có ai đang hoặc sẽ thay")
        );
        let myself = world.types("Price officer", &line).await;
        assert_eq!(myself.text(), "Nobody stands in for themselves. Choose somebody else in `person`.");
        world.types("Đầu mối TKG", &line).await;
        world
            .until("both are told", async |world| {
                told(world, "Price officer").await.len() == 1 && told(world, "Đầu mối TKG").await.len() == 1
            })
            .await;
        assert_eq!(
            world.types("Đầu mối TKG", "/don-vi uy-quyen").await.text(),
            format!("Đã kết thúc ủy quyền tại Vụ Giá: {price} thôi thay {focal}.")
        );
        world.pass_until("2023-03-06 09:01").await;
        world
            .until("both are told", async |world| {
                told(world, "Price officer").await.len() == 2 && told(world, "Đầu mối TKG").await.len() == 2
            })
            .await;
        world.pass_until("2023-03-13 09:00").await;
        assert_eq!(told(&world, "Price officer").await.len(), 2);
        let done: Vec<String> = world.audit_trail().await.into_iter().map(|row| row.action).collect();
        assert_eq!(done, ["delegation.begin", "delegation.end"]);
        world.finish().await;
    })
    .await;
}
