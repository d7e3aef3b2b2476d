//! A reminder in the words of the office: of a task, of a receipt, of a unit's part.

use super::{Voice, plain, working_days};
use crate::domain::effect::{ReceiptAsked, TaskReminder};
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::task::{Task, Urgency};
use crate::domain::when::format_moment;
use chrono::{DateTime, Utc};

impl Voice<'_> {
    /// A task is reminded of. `unreceived` are the units that are to confirm receipt: a lead among them is asked for that and not
    /// for its progress.
    pub fn task_reminder(&self, task: &Task, receipt: ReceiptAsked, unreceived: &[UnitCode]) -> String {
        if receipt == ReceiptAsked::Only {
            return self.receipt_reminder(task, unreceived);
        }
        let (code, title) = (&task.code, plain(&task.title));
        let lead = task.lead().map(|lead| self.short(lead)).unwrap_or_default();
        let calendar = &self.office.calendar;
        let due = calendar.local(task.due);
        // As the ladder goes: a due date that has become a day off means the next working day.
        let day = calendar.working_day_from(due.date());
        let days_left = calendar.working_days_between(calendar.local_date(self.office.clock.now()), day);
        let days = working_days(days_left.abs(), self.lang);
        let due = format_moment(due, self.lang);
        let received = task.lead().is_none_or(|lead| !task.unreceived().any(|unit| unit == lead));
        let mut text = match (days_left, self.lang) {
            (1.., Lang::Vi) => {
                let wanted =
                    if received { "cập nhật tiến độ" } else { "xác nhận đã tiếp nhận" };
                format!(
                    "**Nhắc việc:** Nhiệm vụ {code} ({title}) còn **{days}**, đến hạn {due}. Đề nghị {lead} (chủ trì) {wanted}."
                )
            }
            (1.., Lang::En) => {
                let wanted = if received { "report progress" } else { "confirm receipt" };
                format!(
                    "**Reminder:** task {code} ({title}) has **{days}** left; it is due {due}. {lead} (lead), please {wanted}."
                )
            }
            (0, Lang::Vi) => {
                let wanted =
                    if received { "hoàn thành" } else { "xác nhận đã tiếp nhận và hoàn thành" };
                format!(
                    "**Nhắc việc:** Nhiệm vụ {code} ({title}) **đến hạn hôm nay**, {due}. Đề nghị {lead} (chủ trì) {wanted}, các đơn vị phối hợp gửi kết quả."
                )
            }
            (0, Lang::En) => {
                let wanted = if received { "finish it" } else { "confirm receipt and finish it" };
                format!(
                    "**Reminder:** task {code} ({title}) is **due today**, {due}. {lead} (lead), please {wanted}; supporting units, please send your part."
                )
            }
            (_, Lang::Vi) => {
                let first = if received { "" } else { "xác nhận đã tiếp nhận, " };
                format!(
                    "**Nhắc việc:** Nhiệm vụ {code} ({title}) đã **quá hạn {days}** (hạn {due}). Đề nghị {lead} (chủ trì) {first}báo cáo nguyên nhân và đề xuất thời hạn mới."
                )
            }
            (_, Lang::En) => {
                let first = if received { "" } else { "confirm receipt, " };
                format!(
                    "**Reminder:** task {code} ({title}) is **{days} overdue** (due {due}). {lead} (lead), please {first}report the cause and propose a new deadline."
                )
            }
        };
        let others = || unreceived.iter().filter(|unit| task.lead() != Some(*unit)).cloned();
        if receipt == ReceiptAsked::OfAll && others().next().is_some() {
            let units = self.units(&others().collect::<Vec<_>>());
            text.push_str(&match self.lang {
                Lang::Vi => format!("\nĐề nghị {units} (phối hợp) xác nhận đã tiếp nhận."),
                Lang::En => format!("\n{units} (support), please confirm receipt."),
            });
        }
        text
    }

    /// Units are asked for their receipt, and for nothing else.
    fn receipt_reminder(&self, task: &Task, unreceived: &[UnitCode]) -> String {
        let (code, title, units) = (&task.code, plain(&task.title), self.units(unreceived));
        let due = self.deadline(task);
        let urgency = match task.urgency {
            Urgency::Normal => String::new(),
            urgency => format!(", {}", self.urgency(urgency).to_lowercase()),
        };
        match self.lang {
            Lang::Vi => format!(
                "**Nhắc việc:** Nhiệm vụ {code} ({title}{urgency}) **chưa được xác nhận tiếp nhận**, thời hạn {due}. Đề nghị {units} bấm **Đã tiếp nhận** trên thẻ nhiệm vụ."
            ),
            Lang::En => format!(
                "**Reminder:** receipt of task {code} ({title}{urgency}) is **not confirmed**; it is due {due}. {units}, please press **Received** on the task's card."
            ),
        }
    }

    /// A unit is reminded of its own part.
    pub fn part_reminder(&self, task: &Task, unit: &UnitCode, due: DateTime<Utc>) -> String {
        let standing = self.standing_of(due);
        let (code, title, unit, due) = (&task.code, plain(&task.title), self.short(unit), self.moment(due));
        match self.lang {
            Lang::Vi => format!(
                "**Nhắc việc:** Phần việc của {unit} trong nhiệm vụ {code} ({title}) **{standing}**, hạn {due}. Đề nghị {unit} gửi kết quả cho đơn vị chủ trì và bấm **Hoàn thành** trên thẻ nhiệm vụ."
            ),
            Lang::En => format!(
                "**Reminder:** the part of {unit} in task {code} ({title}) is due {due}: **{standing}**. {unit}, please send it to the lead and press **Done** on the task's card."
            ),
        }
    }

    /// That a reminder comes late, as a line below it; nothing when it does not.
    pub fn sent_late(&self, reminder: &TaskReminder) -> String {
        match (reminder.missed, self.lang) {
            (0, _) if !reminder.late => String::new(),
            (0, Lang::Vi) => "\n*Gửi muộn do hệ thống gián đoạn.*".to_owned(),
            (0, Lang::En) => "\n*Late, because the bot was away.*".to_owned(),
            (missed, Lang::Vi) => format!(
                "\n*Gửi muộn do hệ thống gián đoạn; lần nhắc này thay cho {missed:02} lần trước chưa gửi được.*"
            ),
            (1, Lang::En) => {
                "\n*Late, because the bot was away; this stands for 1 earlier reminder that was not sent.*"
                    .to_owned()
            }
            (missed, Lang::En) => format!(
                "\n*Late, because the bot was away; this stands for {missed} earlier reminders that were not sent.*"
            ),
        }
    }
}
