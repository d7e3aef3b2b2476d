//! Meetings, as the people see them: who is invited, who is reminded and when, and what becomes of the answers.

mod recurring;

use crate::databases::{on_both, postgres};
use crate::harness::{Said, World};
use chrono::{DateTime, Utc};
use liaison::demo::people::Answer;
use serde_json::Value;

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
             "Rơi vào ngày nghỉ: thứ Hai, 01/05/2023 (Ngày Quốc tế lao động 01/5). Hãy chọn ngày làm việc gần nhất: thứ Sáu, 28/04/2023 hoặc thứ Năm, 04/05/2023."),
            (HOST, "/cuoc-hop len-lich loai:Cuộc họp tieu-de:A luc:28/04/2023 08:59",
             "Thời điểm này đã qua. Hãy chọn một thời điểm muộn hơn hiện tại."),
            (HOST, "/cuoc-hop len-lich loai:Cuộc họp tieu-de:A luc:04/05/2023",
             "Cần có giờ bắt đầu. Hãy ghi ngày kèm giờ, ví dụ `06/03/2023 14:00` hoặc `mai 8h30`."),
            ("Price officer", "/meeting schedule kind:Meeting title:A when:04/05/2023 09:00",
             "You have no authority to do this. Those who may: focal point and above; if you lack the role that is yours, please ask an administrator."),
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
    world.start_replica().await;
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
    world.finish().await;
}
