//! What is said about meetings.

use super::{Voice, plain};
use crate::discord::render::link;
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::meeting::{AttendanceAnswer, Meeting, MeetingDecision, MeetingKind, Occurrence};
use crate::domain::recurrence::{Every, MeetingReminder, Recurrence};
use crate::domain::when::format_moment;

impl Voice<'_> {
    /// The kind, as a heading wants it.
    pub fn meeting_kind(&self, kind: MeetingKind) -> &'static str {
        match (kind, self.lang) {
            (MeetingKind::Meeting, Lang::Vi) => "Cuộc họp",
            (MeetingKind::Meeting, Lang::En) => "Meeting",
            (MeetingKind::Workshop, Lang::Vi) => "Hội thảo",
            (MeetingKind::Workshop, Lang::En) => "Workshop",
            (MeetingKind::Training, Lang::Vi) => "Tập huấn",
            (MeetingKind::Training, Lang::En) => "Training",
        }
    }

    /// An answer to an invitation; also the label of its button.
    pub fn attendance(&self, answer: AttendanceAnswer) -> &'static str {
        match (answer, self.lang) {
            (AttendanceAnswer::Comes, Lang::Vi) => "Tham dự",
            (AttendanceAnswer::Comes, Lang::En) => "Comes",
            (AttendanceAnswer::Declines, Lang::Vi) => "Không tham dự",
            (AttendanceAnswer::Declines, Lang::En) => "Does not come",
            (AttendanceAnswer::Sends, Lang::Vi) => "Cử người khác",
            (AttendanceAnswer::Sends, Lang::En) => "Sends someone else",
        }
    }

    /// How a meeting recurs, in words; `None` when it is held once.
    pub fn recurrence(&self, meeting: &Meeting) -> Option<String> {
        let rule: Recurrence = meeting.recurrence.parse().ok()?;
        (rule.every() != Every::Once).then(|| rule.words(self.lang))
    }

    /// When a holding starts.
    pub fn starts(&self, holding: &Occurrence) -> String {
        format_moment(self.office.calendar.local(holding.starts_at), self.lang)
    }

    /// The sentence that invites, and a warning when it is to a day off.
    pub fn invitation(&self, holding: &Occurrence) -> String {
        let mut text = match self.lang {
            Lang::Vi => "Kính mời các đơn vị được nêu tên. Đề nghị trả lời bằng nút bên dưới.".to_owned(),
            Lang::En => format!(
                "The units named here are invited to this {}. Please answer with the buttons below.",
                self.meeting_kind(holding.meeting.kind).to_lowercase()
            ),
        };
        text.extend(self.day_off_warning(holding));
        text
    }

    /// What a holding's date is when nobody works on it: "Tết Nguyên đán".
    pub fn day_off(&self, holding: &Occurrence) -> Option<String> {
        let calendar = &self.office.calendar;
        let day = calendar.day(calendar.local_date(holding.starts_at));
        (!day.is_working()).then(|| day.words(self.lang).to_owned())
    }

    /// A recurring meeting falls on days off too, and nobody may be invited to one unawares.
    fn day_off_warning(&self, holding: &Occurrence) -> Option<String> {
        let (day, by) = (self.day_off(holding)?, holding.meeting.created_by);
        Some(match self.lang {
            Lang::Vi => format!(
                "\n**Lưu ý: ngày này là ngày nghỉ ({day}).** Đề nghị hỏi lại người lên lịch, <@{by}>, trước khi thu xếp."
            ),
            Lang::En => format!(
                "\n**Note: this is a day off ({day}).** Please ask <@{by}>, who scheduled it, before you plan to come."
            ),
        })
    }

    /// A reminder of a holding.
    pub fn meeting_reminder(&self, holding: &Occurrence, reminder: MeetingReminder) -> String {
        let kind = self.meeting_kind(holding.meeting.kind);
        let title = plain(&holding.meeting.title);
        let when = self.starts(holding);
        let place = match (&holding.meeting.place, self.lang) {
            (Some(place), Lang::Vi) => format!(", tại {}", plain(place)),
            (Some(place), Lang::En) => format!(", at {}", plain(place)),
            (None, _) => String::new(),
        };
        let minutes = (holding.starts_at - self.office.clock.now()).num_minutes();
        let soon = match (reminder, minutes, self.lang) {
            (MeetingReminder::HourBefore, 60, Lang::Vi) => "Còn 01 giờ nữa, ".to_owned(),
            (MeetingReminder::HourBefore, 60, Lang::En) => "in one hour, ".to_owned(),
            (MeetingReminder::HourBefore, 1..60, Lang::Vi) => format!("Còn {minutes:02} phút nữa, "),
            (MeetingReminder::HourBefore, 1..60, Lang::En) => format!("in {minutes} min, "),
            (MeetingReminder::HourBefore | MeetingReminder::DayBefore, ..) => String::new(),
        };
        let mut text = match self.lang {
            Lang::Vi => format!("**Nhắc lịch:** {soon}{kind} “{title}” bắt đầu lúc {when}{place}."),
            Lang::En => format!("**Reminder:** {soon}{kind} “{title}” starts at {when}{place}."),
        };
        text.extend(self.day_off_warning(holding));
        let silent: Vec<UnitCode> = holding.silent().cloned().collect();
        if !silent.is_empty() {
            let silent = self.units(&silent);
            text.push_str(&match self.lang {
                Lang::Vi => format!("\nChưa trả lời: {silent}."),
                Lang::En => format!("\nNot answered yet: {silent}."),
            });
        }
        text
    }

    /// The answer to who scheduled a meeting.
    pub fn meeting_scheduled(&self, holding: &Occurrence, link: Option<String>) -> String {
        let (title, when) = (plain(&holding.meeting.title), self.starts(holding));
        match (link, self.lang) {
            (Some(link), Lang::Vi) => format!("Đã lên lịch “{title}”, {when}: {link}"),
            (Some(link), Lang::En) => format!("“{title}” is scheduled for {when}: {link}"),
            (None, Lang::Vi) => {
                format!(
                    "Đã ghi nhận “{title}”, {when}. Discord phản hồi chậm; thông báo đang được đăng, đường dẫn sẽ hiện tại đây."
                )
            }
            (None, Lang::En) => {
                format!(
                    "“{title}”, {when}, is recorded. Discord is slow; the announcement is being posted and its link will appear here."
                )
            }
        }
    }

    /// The answer to who answered an invitation.
    pub fn attendance_recorded(
        &self,
        holding: &Occurrence,
        unit: &UnitCode,
        answer: AttendanceAnswer,
    ) -> String {
        let (unit, answer, title) = (self.unit(unit), self.attendance(answer), plain(&holding.meeting.title));
        match self.lang {
            Lang::Vi => format!("Đã ghi nhận: {unit} – **{answer}** – “{title}”."),
            Lang::En => format!("Recorded: {unit} – **{answer}** – “{title}”."),
        }
    }

    /// The line about a decision of a meeting.
    pub fn meeting_decision(&self, holding: &Occurrence, decision: &MeetingDecision) -> String {
        let MeetingDecision { channel, message, text, by, .. } = decision;
        let (title, text) = (plain(&holding.meeting.title), plain(text));
        let link = link(holding.meeting.guild, *channel, *message);
        match self.lang {
            Lang::Vi => format!("**Quyết định** tại “{title}”, do <@{by}> ghi nhận: {text} ({link})"),
            Lang::En => format!("**Decision** at “{title}”, recorded by <@{by}>: {text} ({link})"),
        }
    }

    /// The same in the list of one meeting's decisions.
    pub fn decision_line(&self, holding: &Occurrence, decision: &MeetingDecision) -> String {
        let MeetingDecision { channel, message, text, by, at } = decision;
        let at = self.office.calendar.local(*at).format("%d/%m/%Y %H:%M");
        format!("`{at}` <@{by}> – {} ({})", plain(text), link(holding.meeting.guild, *channel, *message))
    }
}
