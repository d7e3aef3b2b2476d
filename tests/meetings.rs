//! Meetings, as the people see them: who is invited, who is reminded and when, and what becomes of the answers.

use crate::databases::{on_both, postgres};
use crate::harness::{Said, World};
use chrono::{DateTime, Utc};
use liaison::demo::people::Answer;
use liaison::discord::{self, Connection};
use liaison::service::Office;
use liaison::store::Store;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

const HOST: &str = "Đầu mối TTDL";
/// Where meetings are announced.
const PLACE: &str = "cuoc-hop";

/// All that is read of a message below its pings.
fn words(said: &Said) -> &str {
    let (first, rest) = said.text.split_once('\n').unwrap_or((&said.text, ""));
    if first.starts_with("<@") { rest } else { &said.text }
}

/// When, who was pinged, and the words, as one text each.
async fn heard(world: &mut World) -> Vec<String> {
    let mut said = world.said().await;
    // At one moment, meetings do not wait for each other.
    said.sort_by_key(|said| (said.message["timestamp"].to_string(), words(said).to_owned()));
    said.iter()
        .map(|said| {
            assert_eq!(said.place, PLACE);
            let at: DateTime<Utc> = said.message["timestamp"].as_str().unwrap().parse().unwrap();
            let at = world.office.calendar.local(at).format("%a %d/%m %H:%M");
            format!("{at} → {}\n{}", said.pinged.join(", "), words(said))
        })
        .collect()
}

/// Those of [`heard`] whose words begin like this, each as its first two lines: when and to whom, and what.
fn beginning<'h>(heard: &'h [String], start: &str) -> Vec<&'h str> {
    heard
        .iter()
        .filter(|one| one.lines().nth(1).is_some_and(|line| line.starts_with(start)))
        .map(String::as_str)
        .collect()
}

/// `Mon 06/03 13:00: <the first line>`, without whom it pinged.
async fn in_short(world: &mut World) -> Vec<String> {
    let short = |one: &String| {
        let (first, rest) = one.split_once('\n').unwrap();
        let when = first.split_once(" → ").unwrap().0;
        let line = |start: &str| rest.lines().find(|line| line.starts_with(start)).map(str::to_owned);
        // Of an announcement the time of the holding, of a reminder its first line.
        let what = line("Thời gian: ").or_else(|| rest.lines().next().map(str::to_owned)).unwrap();
        let off = line("**Lưu ý: ngày này là ngày nghỉ (Tết Nguyên đán).**").map_or("", |_| " NGÀY NGHỈ");
        format!("{when}: {what}{off}")
    };
    heard(world).await.iter().map(short).collect()
}

/// What the newest announcement shows, below its pings.
async fn card(world: &World) -> (u64, Value, Vec<String>) {
    let channel = world.channel(PLACE).await;
    let messages = world.person(HOST).await.sees(channel).await.unwrap();
    let has_buttons = |message: &&Value| message["components"][0].is_object();
    let card = messages.iter().rev().find(has_buttons).unwrap().clone();
    let lines = liaison::demo::people::read(&card).lines().skip(1).map(str::to_owned).collect();
    (channel, card, lines)
}

async fn answers(world: &World, who: &str, button: &str) -> Answer {
    let (channel, card, _) = card(world).await;
    let answer = world.person(who).await.presses(channel, &card, button).await.unwrap();
    world.rest().await;
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_are_invited_answer_and_are_reminded() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-02-20 08:00").await;
        let line = "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Rà soát phiếu luc:06/03/2023 14:00 cac-don-vi:TKG, CNXD noi:Phòng 201";
        let answer = world.types(HOST, line).await;
        let said = "Đã lên lịch “Rà soát phiếu”, 14:00 thứ Hai, 06/03/2023: https://discord.com/channels/";
        assert!(answer.text().starts_with(said), "{}", answer.text());
        assert_eq!(
            heard(&mut world).await,
            ["Mon 20/02 08:00 → Price officer, Đầu mối CNXD, Đầu mối TKG\n\
              Cuộc họp · Rà soát phiếu\n\
              Kính mời các đơn vị được nêu tên. Đề nghị trả lời bằng nút bên dưới.\n\
              Thời gian: 14:00 thứ Hai, 06/03/2023\n\
              Địa điểm: Phòng 201\n\
              Thành phần mời: TKG, CNXD\n\
              Chưa trả lời: TKG, CNXD\n\
              [Tham dự] [Không tham dự] [Cử người khác]"]
        );

        world.pass_until("2023-03-01 09:00").await;
        let tally = async |world: &World| {
            let (_, _, lines) = card(world).await;
            let at = lines.iter().position(|line| line.starts_with("Thành phần mời")).unwrap();
            lines[at + 1..lines.len() - 1].to_vec()
        };
        let comes = answers(&world, "Đầu mối TKG", "Tham dự").await;
        assert_eq!(comes.text(), "Đã ghi nhận: TKG – Vụ Thống kê Giá – **Tham dự** – “Rà soát phiếu”.");
        let declines = answers(&world, "Price officer", "Không tham dự").await;
        assert_eq!(
            declines.text(),
            "Recorded: TKG – Price Statistics Department – **Does not come** – “Rà soát phiếu”."
        );
        assert_eq!(tally(&world).await, ["Tham dự: TKG: 01", "Không tham dự: TKG: 01", "Chưa trả lời: CNXD"]);
        answers(&world, "Price officer", "Tham dự").await;
        assert_eq!(tally(&world).await, ["Tham dự: TKG: 02", "Chưa trả lời: CNXD"]);
        answers(&world, "Price officer", "Không tham dự").await;
        for (who, refusal) in [
            ("Đầu mối TKTH", "Đơn vị của bạn không có tên ở đây. Nếu có nhầm lẫn, đề nghị liên hệ Điều phối để bổ sung."),
            ("Visitor", "None of your units has a part in this. If that is wrong, please ask a coordinator to add it."),
        ] {
            assert_eq!(answers(&world, who, "Tham dự").await.text(), refusal);
        }

        world.pass_until("2023-03-06 12:00").await;
        answers(&world, "Đầu mối CNXD", "Cử người khác").await;
        assert_eq!(
            tally(&world).await,
            ["Tham dự: TKG: 01", "Không tham dự: TKG: 01", "Cử người khác: CNXD: 01", "Chưa trả lời: không có"]
        );
        world.pass_until("2023-03-06 14:00").await;
        let said = world.said().await;
        // Roles as at the announcement; of the people only who comes. Who declined hears it through the unit's role.
        let comer = world.person("Đầu mối TKG").await.id;
        for reminder in &said {
            let pings = reminder.text.lines().next().unwrap();
            assert_eq!(pings.split(' ').count(), 3, "two roles and one person: {pings}");
            assert!(pings.ends_with(&format!(" <@{comer}>")), "{pings}");
            assert_eq!(reminder.pinged, ["Price officer", "Đầu mối CNXD", "Đầu mối TKG"]);
        }
        let told: Vec<(&str, &str)> =
            said.iter().map(|said| (said.message["timestamp"].as_str().unwrap(), words(said))).collect();
        assert_eq!(
            told,
            [
                ("2023-03-03T08:00:00.000000+00:00", "**Nhắc lịch:** Cuộc họp “Rà soát phiếu” bắt đầu lúc 14:00 thứ Hai, 06/03/2023, tại Phòng 201.\nChưa trả lời: CNXD."),
                ("2023-03-06T06:00:00.000000+00:00", "**Nhắc lịch:** Còn 01 giờ nữa, Cuộc họp “Rà soát phiếu” bắt đầu lúc 14:00 thứ Hai, 06/03/2023, tại Phòng 201."),
            ]
        );

        let late = answers(&world, "Đầu mối CNXD", "Tham dự").await;
        assert_eq!(
            late.text(),
            "Cuộc họp này đã bắt đầu, không ghi nhận trả lời nữa. Xem các cuộc họp tới bằng `/cuoc-hop danh-sach`."
        );
        world.pass_until("2023-06-30 14:00").await;
        world.finish().await;
    })
    .await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_time_away_people_hear_what_is_still_worth_hearing() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-06 08:00").await;
        let away = async |world: &mut World, until: &str| {
            world.stop_bot().await;
            world.jump_to(until).await;
            world.start_bot().await;
        };
        let weekly = "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Giao ban luc:07/03/2023 14:00 lap:Hằng tuần cac-don-vi:TKG";
        world.types(HOST, weekly).await;
        world.pass_until("2023-03-07 17:00").await;
        assert_eq!(in_short(&mut world).await.len(), 4, "two invitations and two reminders");

        // Away over two holdings, and up again at night: the next one is announced in the morning, and only that.
        away(&mut world, "2023-03-22 02:00").await;
        assert_eq!(in_short(&mut world).await, [""; 0]);
        world.pass_until("2023-03-24 17:00").await;
        assert_eq!(in_short(&mut world).await, ["Wed 22/03 08:00: Thời gian: 14:00 thứ Ba, 28/03/2023"]);

        // Up again at night after the day's notice was missed: it comes with the morning.
        away(&mut world, "2023-03-28 02:00").await;
        world.pass_until("2023-03-28 08:30").await;
        assert_eq!(
            in_short(&mut world).await,
            ["Tue 28/03 08:00: **Nhắc lịch:** Cuộc họp “Giao ban” bắt đầu lúc 14:00 thứ Ba, 28/03/2023."]
        );

        // Up again twenty minutes before: one reminder, and it tells the truth.
        away(&mut world, "2023-03-28 13:40").await;
        assert_eq!(
            in_short(&mut world).await,
            ["Tue 28/03 13:40: **Nhắc lịch:** Còn 20 phút nữa, Cuộc họp “Giao ban” bắt đầu lúc 14:00 thứ Ba, 28/03/2023."]
        );
        world.pass_until("2023-03-28 17:00").await;
        assert_eq!(in_short(&mut world).await, ["Tue 28/03 14:00: Thời gian: 14:00 thứ Ba, 04/04/2023"]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_scheduled_is_told_and_short_notice_is_not_reminded() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-04-28 09:00").await;
        for (who, line, refusal) in [
            (HOST, "/cuoc-hop len-lich loai:Cuộc họp tieu-de:A luc:01/05/2023 14:00",
             "thứ Hai, 01/05/2023 là ngày nghỉ (Ngày Quốc tế lao động 01/5). Hãy chọn ngày làm việc gần nhất: thứ Sáu, 28/04/2023 hoặc thứ Năm, 04/05/2023."),
            (HOST, "/cuoc-hop len-lich loai:Cuộc họp tieu-de:A luc:28/04/2023 08:59",
             "Thời điểm này đã qua. Hãy chọn một thời điểm sau hiện tại."),
            (HOST, "/cuoc-hop len-lich loai:Cuộc họp tieu-de:A luc:04/05/2023",
             "Cần có giờ bắt đầu. Hãy ghi ngày kèm giờ, ví dụ `06/03/2023 14:00` hoặc `mai 8h30`."),
            ("Price officer", "/meeting schedule kind:Meeting title:A when:04/05/2023 09:00",
             "You have no authority to do this. Please ask: focal point."),
        ] {
            assert_eq!(world.types(who, line).await.text(), refusal);
        }
        let answer = world.types(HOST, "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Gấp luc:hôm nay 9h30 cac-don-vi:TKG").await;
        assert!(answer.text().starts_with("Đã lên lịch “Gấp”, 09:30 thứ Sáu, 28/04/2023"), "{}", answer.text());
        assert_eq!(in_short(&mut world).await, ["Fri 28/04 09:00: Thời gian: 09:30 thứ Sáu, 28/04/2023"]);
        world.pass_until("2023-05-04 17:00").await;
        assert_eq!(in_short(&mut world).await, [""; 0]);
        let listed = world.types("Visitor", "/meeting list").await;
        assert_eq!(listed.text(), "No meetings, workshops or training ahead");

        // Whoever is not named is every central unit, and nobody else.
        world.types(HOST, "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Chung luc:05/05/2023 09:00").await;
        let said = world.said().await;
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].pinged, [
            "Price officer", "Thủ trưởng TKQG", "Điều phối TTDL", "Đầu mối CNXD", "Đầu mối TKG", "Đầu mối TKTH", "Đầu mối TTDL",
        ]);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_invite_and_remind_once() {
    let Some(database) = postgres().await else { return };
    let mut world = World::start(database, "2023-03-06 08:00").await;
    let store = Store::connect(world.database_url()).await.unwrap();
    let (charter, calendar) = ((*world.office.charter).clone(), (*world.office.calendar).clone());
    let second = Office::new(store, world.office.clock.clone(), charter, calendar);
    let (settings, stop) = (world.settings(), CancellationToken::new());
    let stopped = stop.clone();
    let replica =
        tokio::spawn(async move { discord::run(second, &settings, Connection::default(), stopped).await });
    world.until("both are connected", async |world| world.sandbox.state()["bot"]["sessions"] == 2).await;
    for n in 0..3 {
        let line = format!(
            "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Giao ban {n} luc:07/03/2023 14:00 lap:Hằng tuần cac-don-vi:TKG"
        );
        world.types(HOST, &line).await;
    }
    world.pass_until("2023-03-14 15:00").await;
    let said = in_short(&mut world).await;
    let moments = [
        "Mon 06/03 08:00",
        "Mon 06/03 15:00",
        "Tue 07/03 13:00",
        "Tue 07/03 14:00",
        "Mon 13/03 15:00",
        "Tue 14/03 13:00",
        "Tue 14/03 14:00",
    ];
    let each: Vec<&str> = said.iter().map(|one| one.split(": ").next().unwrap()).collect();
    assert_eq!(each, moments.iter().flat_map(|moment| [*moment; 3]).collect::<Vec<_>>());
    stop.cancel();
    replica.await.unwrap().unwrap();
    world.finish().await;
}
