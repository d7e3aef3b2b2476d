//! What is said about lateness that is taken up, and why something about reminders is refused.

use super::{Voice, working_days};
use crate::domain::escalation::{Climbed, EscalationRung, HOLD_DAYS};
use crate::domain::ids::{UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::domain::reminding::ReminderRefusal;
use crate::domain::task::Task;
use crate::domain::when::format_date;
use chrono::{DateTime, NaiveDate, Utc};

impl Voice<'_> {
    /// A rung of the escalation.
    pub fn rung(&self, rung: EscalationRung) -> &'static str {
        match (rung, self.lang) {
            (EscalationRung::FocalPoint, Lang::Vi) => "Đầu mối",
            (EscalationRung::FocalPoint, Lang::En) => "focal point",
            (EscalationRung::Deputy, Lang::Vi) => "Phó thủ trưởng đơn vị",
            (EscalationRung::Deputy, Lang::En) => "deputy head of unit",
            (EscalationRung::Head, Lang::Vi) => "Thủ trưởng đơn vị",
            (EscalationRung::Head, Lang::En) => "head of unit",
            (EscalationRung::Coordinator, Lang::Vi) => "Điều phối",
            (EscalationRung::Coordinator, Lang::En) => "coordinator",
            (EscalationRung::Leadership, Lang::Vi) => "Lãnh đạo",
            (EscalationRung::Leadership, Lang::En) => "leadership",
        }
    }

    /// A rung with its unit, where it belongs to one.
    fn rung_of(&self, rung: EscalationRung, unit: Option<&UnitCode>) -> String {
        let above = matches!(rung, EscalationRung::Coordinator | EscalationRung::Leadership);
        match (unit.filter(|_| !above), self.lang) {
            (None, _) => self.rung(rung).to_owned(),
            (Some(unit), Lang::Vi) => format!("{} {}", self.rung(rung), self.short(unit)),
            (Some(unit), Lang::En) => format!("{} of {}", self.rung(rung), self.short(unit)),
        }
    }

    /// Who holds a rung, and the rungs below that nobody holds.
    fn people_of_rung(&self, holders: &[UserId], nobody: &[EscalationRung]) -> String {
        let people: Vec<String> = holders.iter().map(|user| format!("<@{user}>")).collect();
        let people = people.join(", ");
        let nobody: Vec<&str> = nobody.iter().map(|rung| self.rung(*rung)).collect();
        match (nobody.is_empty(), self.lang) {
            (true, _) => people,
            (false, Lang::Vi) => format!("{people} (chưa có người giữ vị trí {})", nobody.join(", ")),
            (false, Lang::En) => format!("{people} (nobody holds the position of {})", nobody.join(", ")),
        }
    }

    /// To whom lateness is taken up, as lines below a reminder; nothing when it is not. `part` is whose part is late, if it is
    /// not the task.
    pub fn escalation(&self, task: &Task, part: Option<&UnitCode>, climbed: &[Climbed]) -> String {
        let mut text = String::new();
        for climbed in climbed {
            let to = self.rung_of(climbed.rung, part.or(task.lead()));
            let people = self.people_of_rung(&climbed.holders, &climbed.passed);
            text.push_str(&match self.lang {
                Lang::Vi => format!("\n**Báo cáo {to}:** {people}."),
                Lang::En => format!("\n**Taken up to the {to}:** {people}."),
            });
        }
        if !climbed.is_empty() {
            let days = working_days(HOLD_DAYS, self.lang);
            text.push_str(&match self.lang {
                Lang::Vi => format!(
                    " Đề nghị xác nhận bằng nút “Đã nắm thông tin”; khi đó trong {days} tới việc này chưa được báo cáo lên cấp cao hơn."
                ),
                Lang::En => format!(
                    " Please take note with the button “Acknowledge”; it is then not taken up higher for {days}."
                ),
            });
        }
        text
    }

    /// `nhiệm vụ NV-2023-004`, or a unit's part of it.
    fn task_or_part(&self, code: &str, part: Option<&UnitCode>) -> String {
        match (part, self.lang) {
            (None, Lang::Vi) => format!("nhiệm vụ {code}"),
            (None, Lang::En) => format!("task {code}"),
            (Some(unit), Lang::Vi) => format!("phần việc của {} trong nhiệm vụ {code}", self.short(unit)),
            (Some(unit), Lang::En) => format!("the part of {} in task {code}", self.short(unit)),
        }
    }

    /// The line of the history that says to whom lateness was taken up.
    pub fn escalated(
        &self,
        task: &Task,
        part: Option<&UnitCode>,
        to: EscalationRung,
        holders: &[UserId],
        nobody: &[EscalationRung],
    ) -> String {
        let (what, to) = (self.task_or_part(&task.code, part), self.rung_of(to, part.or(task.lead())));
        let people = self.people_of_rung(holders, nobody);
        match self.lang {
            Lang::Vi => format!("**Báo cáo {to}** về {what} quá hạn: {people}."),
            Lang::En => format!("**Taken up to the {to}** that {what} is overdue: {people}."),
        }
    }

    /// The line of the history that says that a part has passed its own deadline.
    pub fn part_late(&self, task: &Task, unit: &UnitCode, due: DateTime<Utc>) -> String {
        let due = self.moment(due);
        match self.lang {
            Lang::Vi => {
                format!(
                    "Phần việc của {} trong nhiệm vụ {} **quá hạn** từ {due}.",
                    self.unit(unit),
                    task.code
                )
            }
            Lang::En => {
                format!("The part of {} in task {} is **overdue** since {due}.", self.unit(unit), task.code)
            }
        }
    }

    /// The line that says who took note.
    pub fn acknowledged(
        &self,
        task: &Task,
        part: Option<&UnitCode>,
        by: UserId,
        rung: EscalationRung,
        until: NaiveDate,
    ) -> String {
        let (what, rung) = (self.task_or_part(&task.code, part), self.rung_of(rung, part.or(task.lead())));
        let until = format_date(until, self.lang);
        match self.lang {
            Lang::Vi => format!(
                "<@{by}> đã nắm thông tin {what} quá hạn (báo cáo ở cấp {rung}). Chưa báo cáo lên cấp cao hơn đến hết {until}."
            ),
            Lang::En => format!(
                "<@{by}> took note that {what} is overdue (taken up to the {rung}). It is not taken up higher up to the end of {until}."
            ),
        }
    }

    /// The answer to who took note.
    pub fn acknowledged_answer(&self, task: &Task, part: Option<&UnitCode>, until: NaiveDate) -> String {
        let (what, until) = (self.task_or_part(&task.code, part), format_date(until, self.lang));
        match (part, self.lang) {
            (None, Lang::Vi) => format!(
                "Đã ghi nhận bạn nắm thông tin {what}. Đến hết {until} chưa báo cáo lên cấp cao hơn; đơn vị chủ trì vẫn được nhắc hằng ngày."
            ),
            (None, Lang::En) => format!(
                "Recorded that you took note of {what}. Up to the end of {until} it is not taken up higher; the lead is reminded every day all the same."
            ),
            (Some(unit), Lang::Vi) => format!(
                "Đã ghi nhận bạn nắm thông tin {what}. Đến hết {until} chưa báo cáo lên cấp cao hơn; {} vẫn được nhắc hằng ngày.",
                self.short(unit)
            ),
            (Some(unit), Lang::En) => format!(
                "Recorded that you took note of {what}. Up to the end of {until} it is not taken up higher; {} is reminded every day all the same.",
                self.short(unit)
            ),
        }
    }

    /// Why something about reminders is refused, and what to do next.
    pub fn reminder_refusal(&self, no: &ReminderRefusal) -> String {
        match (no, self.lang) {
            (ReminderRefusal::NothingToAcknowledge { code, unit }, Lang::Vi) => format!(
                "Hiện {} không có báo cáo quá hạn nào cần xác nhận. Xem tình hình bằng `/nhiem-vu xem`.",
                self.task_or_part(code, unit.as_ref())
            ),
            (ReminderRefusal::NothingToAcknowledge { code, unit }, Lang::En) => format!(
                "The lateness of {} is not taken up to anybody now. See how it stands with `/task show`.",
                self.task_or_part(code, unit.as_ref())
            ),
            (ReminderRefusal::AlreadyAcknowledged { code, unit, by, until }, lang) => {
                let (what, until) = (self.task_or_part(code, unit.as_ref()), format_date(*until, lang));
                match lang {
                    Lang::Vi => format!(
                        "<@{by}> đã nắm thông tin {what}, có hiệu lực đến hết {until}. Bạn không cần xác nhận lại."
                    ),
                    Lang::En => format!(
                        "<@{by}> took note of {what} already, up to the end of {until}. You need not do so again."
                    ),
                }
            }
            (ReminderRefusal::NotTakenUpToYou { rung, unit }, Lang::Vi) => format!(
                "Bạn không có thẩm quyền xác nhận việc này. Người có thẩm quyền: {} hoặc cấp cao hơn.",
                self.rung_of(*rung, unit.as_ref())
            ),
            (ReminderRefusal::NotTakenUpToYou { rung, unit }, Lang::En) => format!(
                "You have no authority to take note of this. Those who may: the {}, or a level above.",
                self.rung_of(*rung, unit.as_ref())
            ),
            (ReminderRefusal::NotYoursToSet { unit }, lang) => match (unit, lang) {
                (Some(unit), Lang::Vi) => format!(
                    "Bạn không có thẩm quyền đặt cách nhắc việc của đơn vị này. Người có thẩm quyền: Thủ trưởng đơn vị của {}, hoặc từ Điều phối trở lên.",
                    self.short(unit)
                ),
                (Some(unit), Lang::En) => format!(
                    "You have no authority to set how this unit is reminded. Those who may: the head of {}, or coordinator and above.",
                    self.short(unit)
                ),
                (None, Lang::Vi) => "Bạn không có thẩm quyền đặt cách nhắc việc chung. Người có thẩm quyền: từ Điều phối trở lên. Thủ trưởng đơn vị có thể đặt riêng cho đơn vị mình ở mục `don-vi`.".to_owned(),
                (None, Lang::En) => "You have no authority to set how the whole office is reminded. Those who may: coordinator and above. Heads of unit may set it for their own unit, in `unit`.".to_owned(),
            },
            (ReminderRefusal::BadRule { rule, given }, _) => self.bad_rule(*rule, given),
            (ReminderRefusal::NothingToSet, Lang::Vi) => "Chưa nêu điều cần đặt. Hãy điền `do-khan` cùng `moc`, hoặc `gio-yen-lang`, hoặc `toi-da`; xem hiện trạng bằng `/cau-hinh nhac-viec xem`.".to_owned(),
            (ReminderRefusal::NothingToSet, Lang::En) => "Nothing to set was named. Fill in `urgency` with `moments`, or `quiet`, or `limit`; see what holds with `/settings reminders show`.".to_owned(),
            (ReminderRefusal::UrgencyNeeded, Lang::Vi) => "Mốc nhắc đi cùng độ khẩn: hãy điền cả `do-khan` và `moc`.".to_owned(),
            (ReminderRefusal::UrgencyNeeded, Lang::En) => "Moments go with an urgency: fill in both `urgency` and `moments`.".to_owned(),
            (ReminderRefusal::OfficeOnly, Lang::Vi) => "Số lần nhắc tối đa mỗi người mỗi ngày chỉ đặt chung cho cả cơ quan. Hãy bỏ mục `don-vi` hoặc bỏ mục `toi-da` và gửi lại.".to_owned(),
            (ReminderRefusal::OfficeOnly, Lang::En) => "How often a person is pinged in a day is set for the whole office only. Leave out `unit` or `limit` and send it again.".to_owned(),
            (ReminderRefusal::TooLong { days }, Lang::Vi) => format!(
                "Chỉ mô phỏng được tối đa {days} ngày một lần. Hãy rút ngắn khoảng thời gian (`ngay`, `den-ngay`) và gửi lại."
            ),
            (ReminderRefusal::TooLong { days }, Lang::En) => format!(
                "At most {days} days are foretold at once. Shorten the period (`date`, `until`) and send it again."
            ),
        }
    }
}
