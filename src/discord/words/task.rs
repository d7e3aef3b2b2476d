//! What is said about tasks.

use super::{Voice, clip, plain, working_days};
use crate::domain::deadline::status;
use crate::domain::guard::declared_until;
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::ontime::days_late;
use crate::domain::task::{LinkKind, Task, TaskState, Urgency, Visibility};
use crate::domain::when::{format_date, format_moment};
use crate::service::dossier::{Dossier, Event};
use chrono::{DateTime, Datelike, Utc};

/// The longest line of a history.
const LINE_MAX: usize = 240;

impl Voice<'_> {
    /// The state in one or two words.
    pub fn state(&self, state: TaskState) -> &'static str {
        match (state, self.lang) {
            (TaskState::Given, Lang::Vi) => "Đã giao",
            (TaskState::Given, Lang::En) => "Given",
            (TaskState::Received, Lang::Vi) => "Đã tiếp nhận",
            (TaskState::Received, Lang::En) => "Received",
            (TaskState::InProgress, Lang::Vi) => "Đang thực hiện",
            (TaskState::InProgress, Lang::En) => "In progress",
            (TaskState::Blocked, Lang::Vi) => "Vướng mắc",
            (TaskState::Blocked, Lang::En) => "Blocked",
            (TaskState::AwaitingExtension, Lang::Vi) => "Chờ gia hạn",
            (TaskState::AwaitingExtension, Lang::En) => "Awaiting extension",
            (TaskState::Done, Lang::Vi) => "Hoàn thành, chờ nghiệm thu",
            (TaskState::Done, Lang::En) => "Done, awaiting acceptance",
            (TaskState::Accepted, Lang::Vi) => "Đã nghiệm thu",
            (TaskState::Accepted, Lang::En) => "Accepted",
            (TaskState::Cancelled, Lang::Vi) => "Đã hủy",
            (TaskState::Cancelled, Lang::En) => "Cancelled",
            (TaskState::Reopened, Lang::Vi) => "Mở lại",
            (TaskState::Reopened, Lang::En) => "Reopened",
        }
    }

    /// The urgency in words.
    pub fn urgency(&self, urgency: Urgency) -> &'static str {
        match (urgency, self.lang) {
            (Urgency::Normal, Lang::Vi) => "Thường",
            (Urgency::Normal, Lang::En) => "Normal",
            (Urgency::Urgent, Lang::Vi) => "Khẩn",
            (Urgency::Urgent, Lang::En) => "Urgent",
            (Urgency::VeryUrgent, Lang::Vi) => "Thượng khẩn",
            (Urgency::VeryUrgent, Lang::En) => "Very urgent",
            (Urgency::Flash, Lang::Vi) => "Hỏa tốc",
            (Urgency::Flash, Lang::En) => "Flash",
        }
    }

    /// The deadline, and how far away it is: `thứ Sáu, 24/03/2023 17:00 (còn 04 ngày làm việc)`.
    pub fn deadline(&self, task: &Task) -> String {
        let calendar = &self.office.calendar;
        let due = calendar.local(task.due);
        let when = format_moment(due, self.lang);
        match task.done_at {
            Some(done) => {
                let done = calendar.local(done);
                let late = days_late(task.due, done.date(), calendar);
                let how = match (late > 0, self.lang) {
                    (false, Lang::Vi) => "hoàn thành đúng hạn".to_owned(),
                    (false, Lang::En) => "done on time".to_owned(),
                    (true, Lang::Vi) => format!("hoàn thành trễ hạn {}", working_days(late, self.lang)),
                    (true, Lang::En) => format!("done {} late", working_days(late, self.lang)),
                };
                format!("{when} ({how}, {})", format_date(done.date(), self.lang))
            }
            None => format!("{when} ({})", self.standing(task)),
        }
    }

    /// That the task's title puts the figures of its thread under embargo, in a line; nothing when it does not, or no more.
    fn embargo(&self, task: &Task) -> String {
        let until = declared_until(&task.title, task.created_at, &self.office.calendar);
        match (until.filter(|until| *until > self.office.clock.now()), self.lang) {
            (None, _) => String::new(),
            (Some(until), Lang::Vi) => format!(
                "\n**Không công bố trước {}**: số liệu nêu trong luồng trước lúc đó không được lưu, người nêu được báo riêng.",
                self.moment(until)
            ),
            (Some(until), Lang::En) => format!(
                "\n**Embargoed until {}**: figures in the thread are not kept before then, and who writes one is told in private.",
                self.moment(until)
            ),
        }
    }

    /// That a deadline lies in a year whose days off are not announced, in a line; nothing when they are.
    pub fn not_announced(&self, due: DateTime<Utc>) -> String {
        let (calendar, year) = (&self.office.calendar, self.office.calendar.local_date(due).year());
        match (calendar.is_provisional(calendar.local_date(due)), self.lang) {
            (false, _) => String::new(),
            (true, Lang::Vi) => format!(
                "\nLưu ý: lịch nghỉ năm {year} chưa được công bố chính thức. Nếu ngày đến hạn trở thành ngày nghỉ thì cần điều chỉnh: `/nhiem-vu gia-han`."
            ),
            (true, Lang::En) => format!(
                "\nNote: the days off of {year} are not announced yet. Should the due day become one of them, the deadline has to move: `/task extend`."
            ),
        }
    }

    /// The deadline as a card has it that stands for months: how far away it is, whoever looks sees by their own clock.
    pub fn standing_deadline(&self, task: &Task) -> String {
        if task.done_at.is_some() {
            return self.deadline(task);
        }
        let when = format_moment(self.office.calendar.local(task.due), self.lang);
        format!("{when} (<t:{}:R>)", task.due.timestamp())
    }

    /// Which deadline it was before it was extended, if it was.
    pub fn extended(&self, dossier: &Dossier) -> Option<String> {
        let mut earlier = dossier.earlier_deadlines();
        let first = format_date(self.office.calendar.local_date(earlier.next()?), self.lang);
        let times = 1 + earlier.count();
        Some(match (times, self.lang) {
            (_, Lang::Vi) => format!("Đã gia hạn {times:02} lần; thời hạn ban đầu: {first}"),
            (1, Lang::En) => format!("Extended once; first due {first}"),
            (_, Lang::En) => format!("Extended {times} times; first due {first}"),
        })
    }

    /// The tasks to which it is tied, a line each.
    pub fn links(&self, dossier: &Dossier) -> Vec<String> {
        let forth = dossier.links.iter().map(|(other, kind)| (other, *kind, true));
        let back = dossier.back_links.iter().map(|(other, kind)| (other, *kind, false));
        forth.chain(back).map(|(other, kind, forth)| self.link_line(other, kind, forth)).collect()
    }

    fn link_line(&self, other: &Task, kind: LinkKind, forth: bool) -> String {
        let how = match (kind, forth) {
            (LinkKind::Related, _) => self.say("liên quan", "related to"),
            (LinkKind::Follows, true) => self.say("tiếp sau", "follows"),
            (LinkKind::Follows, false) => self.say("tiếp theo là", "followed by"),
            (LinkKind::TakesOver, true) => self.say("nhận bàn giao từ", "takes over from"),
            (LinkKind::TakesOver, false) => self.say("bàn giao cho", "handed over to"),
        };
        // A private task is named to those alone who see it; its code says nothing.
        match other.visibility {
            Visibility::Public => {
                format!("{how} {} ({})", other.code, self.state(other.state).to_lowercase())
            }
            Visibility::Private => format!("{how} {} 🔒", other.code),
        }
    }

    /// What happened to a task, a line each, the newest last.
    pub fn history(&self, dossier: &Dossier) -> Vec<String> {
        let line = |event: &Event| {
            let at = self.office.calendar.local(event.at).format("%d/%m/%Y %H:%M");
            let line = self.task_note(&dossier.task, event.by.map_or(0, |by| by.0), &event.note);
            // What somebody was asked to do then stands on further lines; it is history now.
            let line = clip(line.lines().next().unwrap_or_default(), LINE_MAX);
            match event.by {
                Some(by) => format!("`{at}` <@{by}> – {line}"),
                None => format!("`{at}` {line}"),
            }
        };
        let task = &dossier.task;
        let at = self.office.calendar.local(task.created_at).format("%d/%m/%Y %H:%M");
        let given = self.say("Giao nhiệm vụ", "Gave the task");
        let given = format!("`{at}` <@{}> – {given} {}.", task.created_by, task.code);
        std::iter::once(given).chain(dossier.history.iter().map(line)).collect()
    }

    /// What a task rests on: the matrix's article in the reader's language, or what was typed when it was given.
    pub fn basis(&self, task: &Task) -> String {
        let day = self.office.charter_day(task);
        match self.office.charter_of(task).responsibility(&task.phase, None, day) {
            Ok(said) if said.basis.vi == task.basis => said.basis.get(self.lang).to_owned(),
            _ => plain(&task.basis),
        }
    }

    /// How far away the deadline is.
    pub fn standing(&self, task: &Task) -> String {
        self.standing_of(task.due)
    }

    /// How far away a deadline is.
    pub(super) fn standing_of(&self, due: DateTime<Utc>) -> String {
        let calendar = &self.office.calendar;
        status(calendar.local(due), self.office.clock.now(), calendar).words(self.lang)
    }

    /// The one ping at giving.
    pub fn task_given(&self, task: &Task) -> String {
        let lead = task.lead().map(|lead| self.unit(lead)).unwrap_or_default();
        let support: Vec<UnitCode> = task.support().cloned().collect();
        let support = self.units(&support);
        let deadline = self.deadline(task);
        let title = plain(&task.title);
        let urgency = match task.urgency {
            Urgency::Normal => String::new(),
            urgency => format!(" ({})", self.urgency(urgency)),
        };
        let embargo = self.embargo(task);
        match self.lang {
            Lang::Vi => format!(
                "**Giao nhiệm vụ {}{urgency}:** {title}\n**Chủ trì:** {lead}\n**Phối hợp:** {support}\n**Thời hạn:** {deadline}{embargo}\n\
                 Đề nghị các đơn vị xác nhận đã tiếp nhận bằng nút trên thẻ nhiệm vụ hoặc lệnh `/nhiem-vu tiep-nhan`.",
                task.code
            ),
            Lang::En => format!(
                "**Task {} is given{urgency}:** {title}\n**Lead:** {lead}\n**Support:** {support}\n**Deadline:** {deadline}{embargo}\n\
                 Please confirm receipt with the button on the task's card or with `/task receive`.",
                task.code
            ),
        }
    }

    /// The answer to who gave a task.
    pub fn task_given_answer(&self, task: &Task, link: Option<String>, instead_of: &[UnitCode]) -> String {
        let mut text = match (link, self.lang) {
            (Some(link), Lang::Vi) => format!("Đã giao nhiệm vụ **{}**: {link}", task.code),
            (Some(link), Lang::En) => format!("Task **{}** is given: {link}", task.code),
            (None, Lang::Vi) => format!(
                "Đã ghi nhận nhiệm vụ **{}**. Discord phản hồi chậm, luồng trao đổi đang được tạo; đường dẫn sẽ hiện tại đây.",
                task.code
            ),
            (None, Lang::En) => format!(
                "Task **{}** is recorded. Discord is slow and its thread is still being made; the link will appear here.",
                task.code
            ),
        };
        let deadline = self.deadline(task);
        text.push_str(&match self.lang {
            Lang::Vi => format!("\nThời hạn: {deadline}."),
            Lang::En => format!("\nDeadline: {deadline}."),
        });
        text.push_str(&self.not_announced(task.due));
        text.push_str(&self.embargo(task));
        if let (false, Some(lead)) = (instead_of.is_empty(), task.lead()) {
            let (matrix, lead) = (self.one_of(instead_of), self.unit(lead));
            text.push_str(&match self.lang {
                Lang::Vi => format!(
                    "\nLưu ý: theo Bảng phân công trách nhiệm, đơn vị chủ trì là {matrix}; nhiệm vụ này giao {lead} chủ trì, lý do đã được ghi lại."
                ),
                Lang::En => format!(
                    "\nNote: the responsibility matrix names {matrix} as the lead; this task is led by {lead}, and the reason is recorded."
                ),
            });
        }
        let all = task.units.iter().map(|unit| &unit.unit);
        let roleless = self.roleless(all);
        if !roleless.is_empty() {
            let units = self.units(&roleless);
            text.push_str(&match self.lang {
                Lang::Vi => format!(
                    "\nChưa có vai trò Discord nên chưa báo được cho: {units}. Xem `/don-vi danh-sach`."
                ),
                Lang::En => format!("\nWithout a Discord role, so not notified: {units}. See `/unit list`."),
            });
        }
        text
    }
}
