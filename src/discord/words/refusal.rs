//! Why something is not done, and what to do next.

mod task;

use super::{Voice, clip, plain};
use crate::domain::guard::Forbidden;
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::refusal::{Alike, Refusal};
use crate::domain::rights::Authority;
use crate::domain::when::format_date;

impl Voice<'_> {
    /// A refusal as a sentence that says what to do next.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        match self.lang {
            Lang::Vi => self.refusal_vi(refusal),
            Lang::En => self.refusal_en(refusal),
        }
    }

    /// The units of which one leads: `TKG – …`, or the bare codes of several.
    pub(super) fn one_of(&self, units: &[UnitCode]) -> String {
        let mut codes: Vec<&str> = Vec::new();
        for unit in units.iter().map(UnitCode::as_str) {
            // A unit may lead in several domains.
            if !codes.contains(&unit) {
                codes.push(unit);
            }
        }
        match codes.as_slice() {
            [unit] => self.unit(&(*unit).into()),
            codes => {
                format!("{} {}", self.say("một trong các đơn vị", "one of"), codes.join(", "))
            }
        }
    }

    /// The tasks that may be the same, a line for each.
    fn alike(&self, tasks: &[Alike]) -> String {
        let line = |task: &Alike| {
            let title = task.title.as_ref().map_or_else(|| "🔒".to_owned(), |title| plain(title));
            let due = self.moment(task.due);
            format!("**{}** {title} · {} {due}", task.code, self.say("hạn", "due"))
        };
        tasks.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Those who could do it: `Cục TTDL, người giao nhiệm vụ @…, hoặc từ Điều phối trở lên`.
    fn authorities(&self, who: &[Authority]) -> String {
        let named: Vec<String> = who.iter().map(|one| self.authority(one)).collect();
        let text = match named.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [before @ .., last] => format!("{}{} {last}", before.join(", "), self.say(", hoặc", ", or")),
        };
        match who {
            [Authority::AtLeast { .. }] => {
                text + self.say(
                    "; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị",
                    "; if you lack the role that is yours, please ask an administrator",
                )
            }
            _ => text,
        }
    }

    fn authority(&self, who: &Authority) -> String {
        match (who, self.lang) {
            (Authority::Units { units }, _) => match units.as_slice() {
                [unit] => self.short(unit),
                units => self.units(units),
            },
            (Authority::Giver { user }, Lang::Vi) => format!("người giao nhiệm vụ (<@{user}>)"),
            (Authority::Giver { user }, Lang::En) => format!("who gave the task (<@{user}>)"),
            (Authority::Organiser { user }, Lang::Vi) => format!("người lên lịch (<@{user}>)"),
            (Authority::Organiser { user }, Lang::En) => format!("who scheduled it (<@{user}>)"),
            (Authority::Head { unit }, Lang::Vi) => format!("Thủ trưởng đơn vị của {}", self.short(unit)),
            (Authority::Head { unit }, Lang::En) => format!("the head of {}", self.short(unit)),
            (Authority::InCharge { unit }, Lang::Vi) => format!("lãnh đạo phụ trách {}", self.short(unit)),
            (Authority::InCharge { unit }, Lang::En) => {
                format!("the leader in charge of {}", self.short(unit))
            }
            (Authority::AtLeast { tier }, _) => self.at_least(*tier),
        }
    }

    fn refusal_vi(&self, refusal: &Refusal) -> String {
        let lang = Lang::Vi;
        match refusal {
            Refusal::NotAllowed { who } => format!(
                "Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: {}.",
                self.authorities(who)
            ),
            Refusal::OwnRequest { who } => format!(
                "Đề nghị của chính mình phải do người khác quyết định. Người có thẩm quyền: {}.",
                self.authorities(who)
            ),
            Refusal::Task { no } => self.task_refusal(no),
            Refusal::UnknownPhase { given } => {
                let given = echo(given);
                format!(
                    "Quy chế không có giai đoạn “{given}”. Hãy chọn một giai đoạn trong danh sách gợi ý (P1 đến P8)."
                )
            }
            Refusal::UnknownUnit { given } => format!(
                "Không xác định được đơn vị “{}” trong phạm vi Quy chế. Hãy chọn trong danh sách gợi ý hoặc xem `/don-vi danh-sach`.",
                echo(given)
            ),
            Refusal::UnitGone { unit, successors } => {
                let next = match successors.as_slice() {
                    [] => "Hãy chọn trong danh sách gợi ý hoặc xem `/don-vi danh-sach`.".to_owned(),
                    successors => format!("Hãy chọn đơn vị kế thừa: {}.", self.units(successors)),
                };
                format!("{} không còn (hoặc chưa) hoạt động theo Quy chế đang có hiệu lực. {next}", self.unit(unit))
            }
            Refusal::UnknownTask { given } => format!(
                "Không có nhiệm vụ “{}”. Hãy chọn mã trong danh sách gợi ý hoặc xem `/nhiem-vu danh-sach`.",
                echo(given)
            ),
            Refusal::UnknownMeeting { .. } => {
                "Không còn cuộc họp này. Hãy xem `/cuoc-hop danh-sach`.".to_owned()
            }
            Refusal::MeetingBegan => {
                "Cuộc họp này đã bắt đầu, không ghi nhận trả lời nữa. Xem các cuộc họp tới bằng `/cuoc-hop danh-sach`."
                    .to_owned()
            }
            Refusal::UnitTwice { unit } => format!(
                "{} được nêu hai lần. Mỗi đơn vị chỉ nêu một lần; hãy bỏ bớt và gửi lại.",
                self.unit(unit)
            ),
            Refusal::LeadSupports { unit } => format!(
                "{} là đơn vị chủ trì nên không đồng thời là đơn vị phối hợp. Hãy bỏ đơn vị này khỏi mục `phoi-hop` và gửi lại.",
                self.unit(unit)
            ),
            Refusal::OneLead { given } => format!(
                "Mỗi nhiệm vụ chỉ có một đơn vị chủ trì, ở đây có {:02}: {}. Hãy để lại một đơn vị ở mục `chu-tri` và chuyển các đơn vị khác sang mục `phoi-hop`.",
                given.len(),
                self.units(given)
            ),
            Refusal::LeadNeeded { candidates } => {
                let list: Vec<String> = candidates
                    .iter()
                    .map(|(domain, unit)| format!("{} ({unit})", domain.get(lang)))
                    .collect();
                format!(
                    "Đơn vị chủ trì của giai đoạn này tùy theo lĩnh vực: {}. Hãy chọn đơn vị ở mục `chu-tri`.",
                    list.join(", ")
                )
            }
            Refusal::ReasonNeeded { matrix } => format!(
                "Theo Bảng phân công trách nhiệm, đơn vị chủ trì là {}. Nếu vẫn giao đơn vị khác, hãy nêu lý do ở mục `ly-do` (trong biểu mẫu: sau tên đơn vị chủ trì và dấu hai chấm).",
                self.one_of(matrix)
            ),
            Refusal::Told { words } => words.vi.clone(),
            Refusal::DayOff { date, name, before, after } => format!(
                "Rơi vào ngày nghỉ: {}{}. Hãy chọn ngày làm việc gần nhất: {} hoặc {}.",
                format_date(*date, lang),
                name.as_ref().map(|name| format!(" ({})", name.vi)).unwrap_or_default(),
                format_date(*before, lang),
                format_date(*after, lang)
            ),
            Refusal::TimeNeeded => {
                "Cần có giờ bắt đầu. Hãy ghi ngày kèm giờ, ví dụ `06/03/2023 14:00` hoặc `mai 8h30`."
                    .to_owned()
            }
            Refusal::InThePast => {
                "Thời điểm này đã qua. Hãy chọn một thời điểm muộn hơn hiện tại.".to_owned()
            }
            Refusal::Alike { tasks, .. } => format!(
                "Trong giai đoạn này đã có {:02} nhiệm vụ chưa hoàn thành có thể trùng:\n{}\nNếu là việc khác, hãy bấm **Vẫn giao**; nếu trùng, hãy bấm **Thôi** và dùng nhiệm vụ đã có.",
                tasks.len(),
                self.alike(tasks)
            ),
            Refusal::GivenBefore { code } => {
                format!("Nhiệm vụ này đã được giao: {code}. Xem lại bằng `/nhiem-vu xem ma:{code}`.")
            }
            Refusal::NotYourRequest => {
                "Chỉ người đã gõ lệnh giao mới chọn được ở đây. Để giao nhiệm vụ, hãy gõ `/nhiem-vu giao`.".to_owned()
            }
            Refusal::NoTaskHere => "Quyết định chỉ ghi nhận được trong luồng của một nhiệm vụ hoặc trong luồng dưới thông báo của một cuộc họp. Hãy mở luồng đó (`/nhiem-vu danh-sach`, `/cuoc-hop danh-sach`) và chọn tin nhắn ở đó.".to_owned(),
            Refusal::NoMeetingHere { given: Some(given) } => format!(
                "Không có cuộc họp nào có tên “{}”. Hãy chọn trong gợi ý ở mục `cuoc-hop`, hoặc xem `/cuoc-hop danh-sach`.",
                echo(given)
            ),
            Refusal::NoMeetingHere { given: None } => "Đây không phải luồng của một cuộc họp. Hãy chọn cuộc họp ở mục `cuoc-hop`, hoặc dùng lệnh này trong luồng dưới thông báo của cuộc họp.".to_owned(),
            Refusal::DecidedAtMeeting => "Tin nhắn này đã được ghi nhận là quyết định của cuộc họp. Xem lại bằng `/cuoc-hop xem`.".to_owned(),
            Refusal::NothingToDecide => "Tin nhắn này không có nội dung văn bản. Hãy chọn tin nhắn nêu quyết định.".to_owned(),
            Refusal::DecidedBefore { code } => {
                format!("Tin nhắn này đã được ghi nhận là quyết định. Xem lại bằng `/nhiem-vu xem ma:{code}`.")
            }
            Refusal::AskAgain => "Không còn yêu cầu này. Hãy gõ lại `/nhiem-vu giao`.".to_owned(),
            Refusal::BadTitle { max } => format!("Tiêu đề cần có từ 1 đến {max} ký tự. Hãy sửa và gửi lại."),
            Refusal::NoUnitOfYours => {
                "Đơn vị của bạn không có tên ở đây. Nếu có nhầm lẫn, đề nghị liên hệ Điều phối để bổ sung."
                    .to_owned()
            }
            Refusal::Reminders { no } => self.reminder_refusal(no),
            Refusal::EmptyQuery => {
                "Hãy gõ ít nhất một từ cần tìm, ví dụ `phiếu điều tra`; cụm từ thì đặt trong dấu ngoặc kép."
                    .to_owned()
            }
            Refusal::PeriodReversed => {
                "Ngày bắt đầu (`ngay`) sau ngày kết thúc (`den-ngay`). Hãy đổi lại hai ngày và gửi lại.".to_owned()
            }
            Refusal::NoTextChannel { channel } => format!(
                "<#{channel}> không phải là kênh văn bản nên không đăng được thẻ có luồng trao đổi. Hãy chọn một kênh văn bản ở mục `kenh`."
            ),
            Refusal::NoTaskChannel { channel } => format!(
                "<#{channel}> không phải là kênh văn bản hay diễn đàn nên không đăng được nhiệm vụ. Hãy chọn một kênh văn bản hoặc một diễn đàn ở mục `kenh`."
            ),
            Refusal::ForumNeedsTags { channel, tags } => format!(
                "Diễn đàn <#{channel}> bắt buộc gắn thẻ mà chưa có thẻ cho: {}. Hãy thêm các thẻ đó vào diễn đàn, hoặc tắt yêu cầu gắn thẻ (Chỉnh sửa kênh), rồi dùng lại lệnh này.",
                self.tags_by_key(tags)
            ),
            Refusal::NotArranged { why } => self.not_arranged(why),
            Refusal::Forbidden { what: Forbidden::StateSecret } => {
                "Nội dung có dấu hiệu bí mật nhà nước nên không được ghi nhận và không lưu ở đâu. Không đưa nội dung này lên Discord; đề nghị xử lý qua Văn thư theo quy định. Ở đây chỉ ghi “có 01 văn bản độ mật, xem tại Văn thư”."
                    .to_owned()
            }
            Refusal::Forbidden { what: Forbidden::PersonalNumber } => {
                "Nội dung có số định danh cá nhân, số điện thoại di động hoặc mã số thuế nên không được ghi nhận và không lưu ở đâu. Hãy bỏ số đó và gửi lại."
                    .to_owned()
            }
            Refusal::Forbidden { what: Forbidden::Microdata } => {
                "Nội dung có dữ liệu nhận dạng được người cung cấp thông tin (Điều 57 Luật Thống kê) nên không được ghi nhận và không lưu ở đâu. Hãy bỏ các bản ghi đó và gửi lại; dữ liệu điều tra đề nghị gửi qua hệ thống của cuộc điều tra."
                    .to_owned()
            }
            Refusal::Forbidden { what: Forbidden::Embargoed { until } } => format!(
                "Nội dung có số liệu chưa được công bố nên không được ghi nhận và không lưu ở đâu. Hãy bỏ số liệu và gửi lại, hoặc chờ đến khi công bố: {}.",
                self.moment(*until)
            ),
        }
    }

    fn refusal_en(&self, refusal: &Refusal) -> String {
        let lang = Lang::En;
        match refusal {
            Refusal::NotAllowed { who } => {
                format!("You have no authority to do this. Those who may: {}.", self.authorities(who))
            }
            Refusal::OwnRequest { who } => format!(
                "What one has asked for oneself is decided by another. Those who may: {}.",
                self.authorities(who)
            ),
            Refusal::Task { no } => self.task_refusal(no),
            Refusal::UnknownPhase { given } => {
                let given = echo(given);
                format!("The charter has no phase “{given}”. Choose one from the list (P1 to P8).")
            }
            Refusal::UnknownUnit { given } => format!(
                "No unit within the charter's scope is called “{}”. Choose one from the list, or see `/unit list`.",
                echo(given)
            ),
            Refusal::UnitGone { unit, successors } => {
                let next = match successors.as_slice() {
                    [] => "Choose one from the list, or see `/unit list`.".to_owned(),
                    successors => format!("Choose the unit that took over its work: {}.", self.units(successors)),
                };
                format!("{} is not (or not yet) at work under the charter in force. {next}", self.unit(unit))
            }
            Refusal::UnknownTask { given } => {
                format!("There is no task “{}”. Choose a code from the list, or see `/task list`.", echo(given))
            }
            Refusal::UnknownMeeting { .. } => "This meeting is no more. See `/meeting list`.".to_owned(),
            Refusal::MeetingBegan => {
                "This meeting has begun; answers are no longer taken. See those to come with `/meeting list`.".to_owned()
            }
            Refusal::UnitTwice { unit } => {
                format!("{} is named twice. Name each unit once and send it again.", self.unit(unit))
            }
            Refusal::LeadSupports { unit } => format!(
                "{} leads, so it cannot support as well. Remove it from `support` and send it again.",
                self.unit(unit)
            ),
            Refusal::OneLead { given } => format!(
                "A task has one lead, and here are {}: {}. Leave one in `lead` and move the others to `support`.",
                given.len(),
                self.units(given)
            ),
            Refusal::LeadNeeded { candidates } => {
                let list: Vec<String> =
                    candidates.iter().map(|(domain, unit)| format!("{} ({unit})", domain.get(lang))).collect();
                format!(
                    "The lead of this phase depends on the domain: {}. Choose the unit with the option `lead`.",
                    list.join(", ")
                )
            }
            Refusal::ReasonNeeded { matrix } => format!(
                "The responsibility matrix names {} as the lead. If another unit shall lead, say why in `reason` (in a form: after the lead and a colon).",
                self.one_of(matrix)
            ),
            Refusal::Told { words } => words.en.clone(),
            Refusal::DayOff { date, name, before, after } => format!(
                "{} is a day off{}. Choose the nearest working day: {} or {}.",
                format_date(*date, lang),
                name.as_ref().map(|name| format!(" ({})", name.en)).unwrap_or_default(),
                format_date(*before, lang),
                format_date(*after, lang)
            ),
            Refusal::TimeNeeded => {
                "An hour is needed. Write the date with a time, such as `06/03/2023 14:00` or `tomorrow 8h30`.".to_owned()
            }
            Refusal::InThePast => "That moment has passed. Choose a later one.".to_owned(),
            Refusal::Alike { tasks, .. } => {
                let count = match tasks.len() {
                    1 => "1 open task of this phase may be the same".to_owned(),
                    count => format!("{count} open tasks of this phase may be the same"),
                };
                format!(
                    "{count}:\n{}\nIf yours is another, press **Give anyway**; if it is the same, press **Cancel** and use the one that there is.",
                    self.alike(tasks)
                )
            }
            Refusal::GivenBefore { code } => {
                format!("This task is given already: {code}. See it with `/task show code:{code}`.")
            }
            Refusal::NotYourRequest => {
                "Only who typed the command can choose here. To give a task, type `/task create`.".to_owned()
            }
            Refusal::NoTaskHere => "A decision is recorded in the thread of a task, or in the thread under the announcement of a meeting. Open that thread (`/task list`, `/meeting list`) and choose a message there.".to_owned(),
            Refusal::NoMeetingHere { given: Some(given) } => format!(
                "No meeting is called “{}”. Choose one of those offered in `meeting`, or see `/meeting list`.",
                echo(given)
            ),
            Refusal::NoMeetingHere { given: None } => "This is no thread of a meeting. Choose the meeting in `meeting`, or use this command in the thread under the meeting's announcement.".to_owned(),
            Refusal::DecidedAtMeeting => "This message is recorded as a decision of the meeting already. See it with `/meeting show`.".to_owned(),
            Refusal::NothingToDecide => "This message has no text. Choose the one that says the decision.".to_owned(),
            Refusal::DecidedBefore { code } => {
                format!("This message is recorded as a decision already. See it with `/task show code:{code}`.")
            }
            Refusal::AskAgain => "This request is no more. Please type `/task create` again.".to_owned(),
            Refusal::BadTitle { max } => format!("A title has 1 to {max} characters. Change it and send it again."),
            Refusal::NoUnitOfYours => {
                "None of your units has a part in this. If that is wrong, please ask a coordinator to add it.".to_owned()
            }
            Refusal::Reminders { no } => self.reminder_refusal(no),
            Refusal::EmptyQuery => {
                "Type at least one word to look for, such as `questionnaire`; put a phrase in quotes.".to_owned()
            }
            Refusal::PeriodReversed => {
                "The first day (`date`) comes after the last (`until`). Swap the two and send it again.".to_owned()
            }
            Refusal::NoTextChannel { channel } => format!(
                "<#{channel}> is no text channel, so no card with a thread can be posted there. Choose a text channel in `channel`."
            ),
            Refusal::NoTaskChannel { channel } => format!(
                "<#{channel}> is neither a text channel nor a forum, so no task can be posted there. Choose a text channel or a forum in `channel`."
            ),
            Refusal::ForumNeedsTags { channel, tags } => format!(
                "The forum <#{channel}> wants a tag on each post and has none for: {}. Add these tags to the forum, or stop requiring tags (Edit Channel), then use this command again.",
                self.tags_by_key(tags)
            ),
            Refusal::NotArranged { why } => self.not_arranged(why),
            Refusal::Forbidden { what: Forbidden::StateSecret } => {
                "This bears the mark of a state secret, so it was not recorded and is kept nowhere. Do not put it on Discord; please hand it to the registry office. Here, write no more than “one classified document, see the registry”."
                    .to_owned()
            }
            Refusal::Forbidden { what: Forbidden::PersonalNumber } => {
                "This holds the number of an identity card, of a mobile phone or of a taxpayer, so it was not recorded and is kept nowhere. Leave the number out and send it again."
                    .to_owned()
            }
            Refusal::Forbidden { what: Forbidden::Microdata } => {
                "This holds records in which respondents can be identified (Law on Statistics, article 57), so it was not recorded and is kept nowhere. Leave the records out and send it again; survey data goes through the survey's own system."
                    .to_owned()
            }
            Refusal::Forbidden { what: Forbidden::Embargoed { until } } => format!(
                "This holds a figure that is not released yet, so it was not recorded and is kept nowhere. Leave the figure out and send it again, or wait for its release: {}.",
                self.moment(*until)
            ),
        }
    }
}

/// What somebody typed, as a refusal repeats it.
pub(super) fn echo(given: &str) -> String {
    plain(&clip(given, 100))
}
