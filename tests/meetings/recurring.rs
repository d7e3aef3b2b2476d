//! Meetings that recur: one holding is announced at a time, on days off too, and then it says so.

use super::{HOST, heard, in_short};
use crate::databases::on_both;
use crate::harness::World;

/// Those of [`heard`] whose words begin like this, each as its first two lines: when and to whom, and what.
fn beginning<'h>(heard: &'h [String], start: &str) -> Vec<&'h str> {
    heard
        .iter()
        .filter(|one| one.lines().nth(1).is_some_and(|line| line.starts_with(start)))
        .map(String::as_str)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_recurs_is_announced_one_holding_at_a_time() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        let schedule = async |world: &mut World, title: &str, when: &str, every: &str| {
            let line = format!(
                "/cuoc-hop len-lich loai:Tập huấn tieu-de:{title} luc:{when} lap:{every} cac-don-vi:TKG"
            );
            let answer = world.types(HOST, &line).await;
            assert!(answer.text().starts_with("Đã lên lịch"), "{}", answer.text());
        };
        schedule(&mut world, "Tuần", "13/03/2023 09:00", "Hằng tuần").await;
        schedule(&mut world, "Tháng", "31/03/2023 10:00", "Hằng tháng").await;
        schedule(&mut world, "Cuối tháng", "01/03/2023 16:00", "Ngày làm việc cuối cùng của tháng").await;
        schedule(&mut world, "Quý", "15/03/2023 14:00", "Hằng quý").await;
        let rule = |one: &String| one.lines().find(|line| line.starts_with("Lặp lại")).unwrap().to_owned();
        let announced = heard(&mut world).await;
        assert_eq!(
            announced.iter().map(rule).collect::<Vec<_>>(),
            [
                "Lặp lại: ngày làm việc cuối tháng, lúc 16:00",
                "Lặp lại: hằng quý, ngày 15 các tháng 3, 6, 9, 12 lúc 14:00",
                "Lặp lại: hằng tháng, ngày 31 (tháng thiếu: ngày cuối tháng) lúc 10:00",
                "Lặp lại: hằng tuần, thứ Hai 09:00",
            ]
        );
        let listed = world.types("Visitor", "/meeting list").await.text();
        let lines: Vec<&str> = listed.lines().map(|line| line.split(" · https:").next().unwrap()).collect();
        assert_eq!(
            lines,
            [
                "Meetings, workshops and training ahead",
                "**09:00 Monday 13/03/2023** · Training: Tuần · Comes: 00",
                "**14:00 Wednesday 15/03/2023** · Training: Quý · Comes: 00",
                "**10:00 Friday 31/03/2023** · Training: Tháng · Comes: 00",
                "**16:00 Friday 31/03/2023** · Training: Cuối tháng · Comes: 00",
            ]
        );

        world.pass_until("2023-05-05 17:00").await;
        let all = heard(&mut world).await;
        let announcements = |title: &str| {
            let ours = beginning(&all, &format!("Tập huấn · {title}"));
            let line = |text: &str, start: &str| {
                text.lines().find_map(|line| line.strip_prefix(start)).map(str::to_owned)
            };
            ours.iter()
                .map(|one| {
                    let at = one.split(" → ").next().unwrap();
                    let off = line(one, "**Lưu ý: ngày này là ")
                        .map(|note| note.split(".**").next().unwrap().to_owned());
                    format!(
                        "{at}: {}{}",
                        line(one, "Thời gian: ").unwrap(),
                        off.map(|off| format!(", {off}")).unwrap_or_default()
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            announcements("Tuần"),
            [
                "Mon 13/03 09:00: 09:00 thứ Hai, 20/03/2023",
                "Mon 20/03 09:00: 09:00 thứ Hai, 27/03/2023",
                "Mon 27/03 09:00: 09:00 thứ Hai, 03/04/2023",
                "Mon 03/04 09:00: 09:00 thứ Hai, 10/04/2023",
                "Mon 10/04 09:00: 09:00 thứ Hai, 17/04/2023",
                "Mon 17/04 09:00: 09:00 thứ Hai, 24/04/2023",
                "Mon 24/04 09:00: 09:00 thứ Hai, 01/05/2023, ngày nghỉ (Ngày Quốc tế lao động 01/5)",
                "Thu 04/05 08:00: 09:00 thứ Hai, 08/05/2023",
            ]
        );
        assert_eq!(
            announcements("Tháng"),
            [
                "Fri 31/03 10:00: 10:00 Chủ nhật, 30/04/2023, ngày nghỉ (Nghỉ hằng tuần)",
                "Thu 04/05 08:00: 10:00 thứ Tư, 31/05/2023",
            ]
        );
        assert_eq!(
            announcements("Cuối tháng"),
            ["Fri 31/03 16:00: 16:00 thứ Sáu, 28/04/2023", "Fri 28/04 16:00: 16:00 thứ Tư, 31/05/2023",]
        );
        assert_eq!(announcements("Quý"), ["Wed 15/03 14:00: 14:00 thứ Năm, 15/06/2023"]);
        let reminders: Vec<String> = beginning(&all, "**Nhắc lịch:**")
            .iter()
            .filter(|one| !one.contains("“Tuần”"))
            .map(|one| {
                format!("{}: {}", one.split(" → ").next().unwrap(), one.split(['“', '”']).nth(1).unwrap())
            })
            .collect();
        assert_eq!(
            reminders,
            [
                "Tue 14/03 15:00: Quý",
                "Wed 15/03 13:00: Quý",
                "Thu 30/03 15:00: Cuối tháng",
                "Thu 30/03 15:00: Tháng",
                "Fri 31/03 09:00: Tháng",
                "Fri 31/03 15:00: Cuối tháng",
                "Thu 27/04 15:00: Cuối tháng",
                "Fri 28/04 15:00: Cuối tháng",
                "Fri 28/04 15:00: Tháng",
                "Sun 30/04 09:00: Tháng",
            ]
        );
        let listed = world.types(HOST, "/cuoc-hop danh-sach").await.text();
        assert_eq!(listed.lines().count(), 5, "one holding each: {listed}");
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tet_people_are_reminded_before_they_leave() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-01-12 09:00").await;
        let once = "/cuoc-hop len-lich loai:Hội thảo tieu-de:Đầu xuân luc:27/01/2023 14:00 cac-don-vi:TKG";
        world.types(HOST, once).await;
        let weekly = "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Giao ban luc:13/01/2023 09:00 lap:Hằng tuần cac-don-vi:TKG";
        world.types(HOST, weekly).await;
        world.pass_until("2023-01-27 17:00").await;
        assert_eq!(in_short(&mut world).await, [
            "Thu 12/01 09:00: Thời gian: 09:00 thứ Sáu, 13/01/2023",
            "Thu 12/01 09:00: Thời gian: 14:00 thứ Sáu, 27/01/2023",
            "Thu 12/01 15:00: **Nhắc lịch:** Cuộc họp “Giao ban” bắt đầu lúc 09:00 thứ Sáu, 13/01/2023.",
            "Fri 13/01 08:00: **Nhắc lịch:** Còn 01 giờ nữa, Cuộc họp “Giao ban” bắt đầu lúc 09:00 thứ Sáu, 13/01/2023.",
            "Fri 13/01 09:00: Thời gian: 09:00 thứ Sáu, 20/01/2023 NGÀY NGHỈ",
            "Thu 19/01 15:00: **Nhắc lịch:** Cuộc họp “Giao ban” bắt đầu lúc 09:00 thứ Sáu, 20/01/2023. NGÀY NGHỈ",
            "Thu 19/01 15:00: **Nhắc lịch:** Hội thảo “Đầu xuân” bắt đầu lúc 14:00 thứ Sáu, 27/01/2023.",
            "Fri 20/01 08:00: **Nhắc lịch:** Còn 01 giờ nữa, Cuộc họp “Giao ban” bắt đầu lúc 09:00 thứ Sáu, 20/01/2023. NGÀY NGHỈ",
            // The office opens only an hour before the next one, so this invitation cannot wait for it.
            "Fri 20/01 09:00: Thời gian: 09:00 thứ Sáu, 27/01/2023",
            "Fri 27/01 08:00: **Nhắc lịch:** Còn 01 giờ nữa, Cuộc họp “Giao ban” bắt đầu lúc 09:00 thứ Sáu, 27/01/2023.",
            "Fri 27/01 09:00: Thời gian: 09:00 thứ Sáu, 03/02/2023",
            "Fri 27/01 13:00: **Nhắc lịch:** Còn 01 giờ nữa, Hội thảo “Đầu xuân” bắt đầu lúc 14:00 thứ Sáu, 27/01/2023.",
        ]);
        world.finish().await;
    })
    .await;
}
