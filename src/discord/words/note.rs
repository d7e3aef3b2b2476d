//! What is said about something that happened to a task: one line, the same in the thread, in the history and in the answer.

use super::{Voice, plain};
use crate::domain::ids::{UnitCode, UserId};
use crate::domain::lang::Lang;
use crate::domain::note::{StepNamed, TaskNote};
use crate::domain::task::{LinkKind, Task, TaskState};
use crate::domain::when::format_moment;
use chrono::{DateTime, Utc};

/// From how many minutes of office time on it is said how long a receipt took.
const WORTH_SAYING: i64 = 60;

impl Voice<'_> {
    /// One line about what somebody did. `by` is their account.
    pub fn task_note(&self, task: &Task, by: u64, note: &TaskNote) -> String {
        let line = match self.lang {
            Lang::Vi => self.note_vi(task, by, note),
            Lang::En => self.note_en(task, by, note),
        };
        match note {
            TaskNote::Done { .. } | TaskNote::Accepted { .. } => line + &self.parts_missing(task),
            TaskNote::ExtensionAsked { due, .. }
            | TaskNote::ExtensionGranted { due, .. }
            | TaskNote::Reopened { due, .. }
            | TaskNote::PartDue { due, .. } => line + &self.not_announced(*due),
            _ => line,
        }
    }

    /// Whose parts are missing, where parts are followed at all: some were sent, or have deadlines of their own.
    fn parts_missing(&self, task: &Task) -> String {
        let missing: Vec<UnitCode> = task.missing().cloned().collect();
        let followed = task.units.iter().any(|unit| unit.done_at.is_some() || unit.due.is_some());
        if missing.is_empty() || !followed {
            return String::new();
        }
        let units = self.units(&missing);
        match self.lang {
            Lang::Vi => format!("\nCòn thiếu phần việc của {:02} đơn vị: {units}.", missing.len()),
            Lang::En => format!("\nParts missing ({}): {units}.", missing.len()),
        }
    }

    /// A moment as a line of text gives it.
    pub(in crate::discord) fn moment(&self, at: DateTime<Utc>) -> String {
        format_moment(self.office.calendar.local(at), self.lang)
    }

    /// ` (reason)`, or nothing.
    fn remark(text: Option<&String>) -> String {
        text.map(|text| format!(": {}", plain(text))).unwrap_or_default()
    }

    /// The units that came in and went out, a line each; nothing where there are none.
    fn moved_units(&self, joined: &[UnitCode], left: &[UnitCode], came: &str, went: &str) -> String {
        let lines = [(came, joined), (went, left)].into_iter().filter(|(_, units)| !units.is_empty());
        lines.map(|(what, units)| format!("\n{what}: {}.", self.units(units))).collect()
    }

    /// The ticked steps that a moved task has left behind; nothing where there are none. The history shows first lines only.
    fn unticked(&self, steps: &[StepNamed], what: &str) -> String {
        let day = |step: &StepNamed| self.office.calendar.local(step.checked_at).format("%d/%m/%Y");
        let each: Vec<String> = steps
            .iter()
            .map(|step| format!("{} {} ({})", step.code, step.name.get(self.lang), day(step)))
            .collect();
        if each.is_empty() { String::new() } else { format!(" {what}: {}.", each.join("; ")) }
    }

    fn several(&self, units: &[UnitCode]) -> String {
        match units {
            [unit] => self.unit(unit),
            units => self.units(units),
        }
    }

    fn note_vi(&self, task: &Task, by: u64, note: &TaskNote) -> String {
        let code = &task.code;
        match note {
            TaskNote::Received { unit, minutes } => {
                let took = match minutes / 60 {
                    _ if *minutes < WORTH_SAYING => String::new(),
                    hours => format!(" sau {hours:02} giờ làm việc"),
                };
                format!("{} đã tiếp nhận nhiệm vụ {code}{took}.", self.unit(unit))
            }
            TaskNote::Reported { unit, text } => {
                format!("**Báo cáo tiến độ** của {}: {}", self.unit(unit), plain(text))
            }
            TaskNote::Blocked { unit, text, help } => {
                let help = help.as_ref().map_or_else(String::new, |help| {
                    format!("\nĐề nghị {} hỗ trợ tháo gỡ.", self.short(help))
                });
                format!("**Khó khăn, vướng mắc** của {}: {}{help}", self.unit(unit), plain(text))
            }
            TaskNote::ExtensionAsked { was, due, reason } => format!(
                "**Đề nghị gia hạn** nhiệm vụ {code} từ {} đến {}. Lý do: {}\n\
                 Đề nghị Điều phối hoặc lãnh đạo phụ trách quyết định bằng nút trên thẻ nhiệm vụ hoặc lệnh `/nhiem-vu duyet-gia-han`.",
                self.moment(*was),
                self.moment(*due),
                plain(reason)
            ),
            TaskNote::ExtensionGranted { was, due, answer } => format!(
                "Nhiệm vụ {code} **được gia hạn** từ {} đến {}, theo quyết định của <@{by}>{}",
                self.moment(*was),
                self.moment(*due),
                ended(Self::remark(answer.as_ref()))
            ),
            TaskNote::ExtensionRefused { kept, answer } => format!(
                "Nhiệm vụ {code} **không được gia hạn**, thời hạn vẫn là {}, theo quyết định của <@{by}>{}",
                self.moment(*kept),
                ended(Self::remark(answer.as_ref()))
            ),
            TaskNote::Reassigned { from, to, reason } => format!(
                "**Phân công lại:** nhiệm vụ {code} chuyển từ {} sang {} chủ trì. Lý do: {}\nĐề nghị đơn vị chủ trì mới xác nhận đã tiếp nhận.",
                self.unit(from),
                self.unit(to),
                plain(reason)
            ),
            TaskNote::Done { unit } => {
                let who = unit.as_ref().map_or_else(|| format!("<@{by}>"), |unit| self.unit(unit));
                format!("{who} báo cáo đã hoàn thành nhiệm vụ {code}.")
            }
            TaskNote::PartDone { unit } => {
                format!("{} đã gửi phần việc của mình trong nhiệm vụ {code}.", self.unit(unit))
            }
            TaskNote::Accepted { remark } => {
                format!(
                    "Kết quả nhiệm vụ {code} **đã được nghiệm thu** bởi <@{by}>{}",
                    ended(Self::remark(remark.as_ref()))
                )
            }
            TaskNote::Reopened { was, due, reason } => {
                let what = if *was == TaskState::Done { "Trả lại kết quả" } else { "Mở lại" };
                format!(
                    "**{what}** nhiệm vụ {code}, thời hạn {}. Lý do: {}\nĐề nghị đơn vị chủ trì xác nhận đã tiếp nhận.",
                    self.moment(*due),
                    plain(reason)
                )
            }
            TaskNote::Cancelled { reason } => {
                format!("Nhiệm vụ {code} **đã hủy** theo quyết định của <@{by}>. Lý do: {}", plain(reason))
            }
            TaskNote::Urged { units, text } => format!(
                "**Đôn đốc:** đề nghị {} khẩn trương thực hiện nhiệm vụ {code} và báo cáo tiến độ trong hôm nay{}",
                self.several(units),
                ended(Self::remark(text.as_ref()))
            ),
            TaskNote::PartDue { unit, due } => {
                format!(
                    "Phần việc của {} trong nhiệm vụ {code} có thời hạn {}.",
                    self.unit(unit),
                    self.moment(*due)
                )
            }
            TaskNote::StepChecked { code: step, done } => {
                format!("Bước {step} {}.", if *done { "đã xong" } else { "được đánh dấu lại là chưa xong" })
            }
            TaskNote::Decided { guild, channel, message, text } => format!(
                "**Quyết định** về nhiệm vụ {code}, do <@{by}> ghi nhận: {} ({})",
                plain(text),
                crate::discord::render::link((*guild).into(), (*channel).into(), (*message).into())
            ),
            TaskNote::Linked { code: other, kind } => match kind {
                LinkKind::Follows => format!("Nhiệm vụ {code} tiếp sau nhiệm vụ {other}."),
                LinkKind::Related | LinkKind::TakesOver => {
                    format!("Nhiệm vụ {code} liên quan đến nhiệm vụ {other}.")
                }
            },
            TaskNote::Escalated { unit, to, holders, nobody, .. } => {
                self.escalated(task, unit.as_ref(), *to, holders, nobody)
            }
            TaskNote::Acknowledged { unit, rung, until } => {
                self.acknowledged(task, unit.as_ref(), UserId(by), *rung, *until)
            }
            TaskNote::PartLate { unit, due } => self.part_late(task, unit, *due),
            TaskNote::HandedOver { code: next, to } => format!(
                "**Bàn giao** kết quả nhiệm vụ {code} cho {} trong nhiệm vụ {next}; chờ bên nhận xác nhận.",
                self.unit(to)
            ),
            TaskNote::CharterKept { charter, version, reason } => format!(
                "Nhiệm vụ {code} **tiếp tục theo bản {charter}** (bản {version} đang có hiệu lực), theo xác nhận của <@{by}>{}",
                ended(Self::remark(reason.as_ref()))
            ),
            TaskNote::CharterMoved { charter, version, lead, joined, left, reason, unticked } => {
                let moved = self.moved_units(joined, left, "Thêm", "Thôi tham gia");
                let unticked = self.unticked(unticked, "Bước đã xong theo bản cũ, bản mới quy định khác");
                let lead = lead.as_ref().map_or_else(String::new, |lead| {
                    format!("\nChủ trì: {}. Đề nghị đơn vị chủ trì xác nhận đã tiếp nhận.", self.unit(lead))
                });
                format!(
                    "Nhiệm vụ {code} **chuyển từ bản {charter} sang bản {version}** của Quy chế, theo xác nhận của <@{by}>{}{unticked}{lead}{moved}",
                    ended(Self::remark(reason.as_ref()))
                )
            }
            TaskNote::TakenOver { code: next, by: unit } => {
                format!(
                    "{} đã xác nhận nhận bàn giao kết quả nhiệm vụ {code} trong nhiệm vụ {next}.",
                    self.unit(unit)
                )
            }
        }
    }

    fn note_en(&self, task: &Task, by: u64, note: &TaskNote) -> String {
        let code = &task.code;
        match note {
            TaskNote::Received { unit, minutes } => {
                let took = match minutes / 60 {
                    _ if *minutes < WORTH_SAYING => String::new(),
                    1 => " after 1 office hour".to_owned(),
                    hours => format!(" after {hours} office hours"),
                };
                format!("{} has received task {code}{took}.", self.unit(unit))
            }
            TaskNote::Reported { unit, text } => {
                format!("**Progress** of {}: {}", self.unit(unit), plain(text))
            }
            TaskNote::Blocked { unit, text, help } => {
                let help = help
                    .as_ref()
                    .map_or_else(String::new, |help| format!("\n{}, please help.", self.short(help)));
                format!("**Obstacle** of {}: {}{help}", self.unit(unit), plain(text))
            }
            TaskNote::ExtensionAsked { was, due, reason } => format!(
                "**Extension asked for:** task {code} from {} to {}. Reason: {}\n\
                 A coordinator or the leader in charge, please decide with the buttons on the task's card or with `/task decide`.",
                self.moment(*was),
                self.moment(*due),
                plain(reason)
            ),
            TaskNote::ExtensionGranted { was, due, answer } => format!(
                "Task {code} is **extended** from {} to {}, as decided by <@{by}>{}",
                self.moment(*was),
                self.moment(*due),
                ended(Self::remark(answer.as_ref()))
            ),
            TaskNote::ExtensionRefused { kept, answer } => format!(
                "Task {code} is **not extended** and stays due {}, as decided by <@{by}>{}",
                self.moment(*kept),
                ended(Self::remark(answer.as_ref()))
            ),
            TaskNote::Reassigned { from, to, reason } => format!(
                "**Reassigned:** task {code} goes from {} to {} as the lead. Reason: {}\nThe new lead, please confirm receipt.",
                self.unit(from),
                self.unit(to),
                plain(reason)
            ),
            TaskNote::Done { unit } => {
                let who = unit.as_ref().map_or_else(|| format!("<@{by}>"), |unit| self.unit(unit));
                format!("{who} reports task {code} done.")
            }
            TaskNote::PartDone { unit } => format!("{} has sent its part of task {code}.", self.unit(unit)),
            TaskNote::Accepted { remark } => {
                format!(
                    "The result of task {code} is **accepted** by <@{by}>{}",
                    ended(Self::remark(remark.as_ref()))
                )
            }
            TaskNote::Reopened { was, due, reason } => {
                let what = if *was == TaskState::Done { "The result is returned:" } else { "Reopened:" };
                format!(
                    "**{what}** task {code}, due {}. Reason: {}\nThe lead, please confirm receipt.",
                    self.moment(*due),
                    plain(reason)
                )
            }
            TaskNote::Cancelled { reason } => {
                format!("Task {code} is **cancelled** by <@{by}>. Reason: {}", plain(reason))
            }
            TaskNote::Urged { units, text } => format!(
                "**Chase:** {}, please hasten task {code} and report progress today{}",
                self.several(units),
                ended(Self::remark(text.as_ref()))
            ),
            TaskNote::PartDue { unit, due } => {
                format!("The part of {} in task {code} is due {}.", self.unit(unit), self.moment(*due))
            }
            TaskNote::StepChecked { code: step, done } => {
                format!("Step {step} is {}.", if *done { "done" } else { "marked as not done after all" })
            }
            TaskNote::Decided { guild, channel, message, text } => format!(
                "**Decision** on task {code}, recorded by <@{by}>: {} ({})",
                plain(text),
                crate::discord::render::link((*guild).into(), (*channel).into(), (*message).into())
            ),
            TaskNote::Linked { code: other, kind } => match kind {
                LinkKind::Follows => format!("Task {code} follows task {other}."),
                LinkKind::Related | LinkKind::TakesOver => format!("Task {code} is related to task {other}."),
            },
            TaskNote::Escalated { unit, to, holders, nobody, .. } => {
                self.escalated(task, unit.as_ref(), *to, holders, nobody)
            }
            TaskNote::Acknowledged { unit, rung, until } => {
                self.acknowledged(task, unit.as_ref(), UserId(by), *rung, *until)
            }
            TaskNote::PartLate { unit, due } => self.part_late(task, unit, *due),
            TaskNote::HandedOver { code: next, to } => format!(
                "**Hand-over:** the result of task {code} goes to {} in task {next}; its receipt is awaited.",
                self.unit(to)
            ),
            TaskNote::CharterKept { charter, version, reason } => format!(
                "Task {code} **goes on under version {charter}** (version {version} is in force), as <@{by}> has confirmed{}",
                ended(Self::remark(reason.as_ref()))
            ),
            TaskNote::CharterMoved { charter, version, lead, joined, left, reason, unticked } => {
                let moved = self.moved_units(joined, left, "Joined", "Left");
                let unticked = self
                    .unticked(unticked, "Steps done under the old version and not the same in the new one");
                let lead = lead.as_ref().map_or_else(String::new, |lead| {
                    format!("\nLead: {}. Please confirm receipt.", self.unit(lead))
                });
                format!(
                    "Task {code} **moves from version {charter} to version {version}** of the charter, as <@{by}> has confirmed{}{unticked}{lead}{moved}",
                    ended(Self::remark(reason.as_ref()))
                )
            }
            TaskNote::TakenOver { code: next, by: unit } => {
                format!(
                    "{} has confirmed taking over the result of task {code} in task {next}.",
                    self.unit(unit)
                )
            }
        }
    }

    /// The answer to who did something to a task: the line, and what follows from it.
    pub fn task_changed_answer(&self, task: &Task, by: u64, notes: &[TaskNote]) -> String {
        let lines: Vec<String> = notes.iter().map(|note| self.task_note(task, by, note)).collect();
        let deadline = self.deadline(task);
        match (notes, self.lang) {
            ([TaskNote::Received { .. }, ..], lang) => {
                let units: Vec<UnitCode> = notes
                    .iter()
                    .filter_map(|note| match note {
                        TaskNote::Received { unit, .. } => Some(unit.clone()),
                        _ => None,
                    })
                    .collect();
                let units = self.units(&units);
                match lang {
                    Lang::Vi => {
                        format!("Đã ghi nhận {units} tiếp nhận nhiệm vụ {}. Thời hạn: {deadline}.", task.code)
                    }
                    Lang::En => {
                        format!("Recorded: {units} received task {}. Deadline: {deadline}.", task.code)
                    }
                }
            }
            ([TaskNote::Done { .. }], Lang::Vi) => format!(
                "Đã ghi nhận nhiệm vụ {} hoàn thành, chờ nghiệm thu. Sẽ không nhắc việc nữa.{}",
                task.code,
                self.parts_missing(task)
            ),
            ([TaskNote::Done { .. }], Lang::En) => format!(
                "Task {} is recorded as done and awaits acceptance. There will be no more reminders.{}",
                task.code,
                self.parts_missing(task)
            ),
            ([TaskNote::Acknowledged { unit, until, .. }], _) => {
                self.acknowledged_answer(task, unit.as_ref(), *until)
            }
            (_, Lang::Vi) => format!("Đã ghi nhận. {}", lines.join("\n")),
            (_, Lang::En) => format!("Recorded. {}", lines.join("\n")),
        }
    }
}

/// `text` with a full stop, unless it ends a sentence by itself.
fn ended(text: String) -> String {
    if text.ends_with(['.', '!', '?', '…']) { text } else { text + "." }
}
