//! What is said about lists of tasks.

use super::{Voice, plain};
use crate::domain::actor::Actor;
use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::lang::Lang;
use crate::domain::lateness::Lateness;
use crate::domain::rights::is_party;
use crate::domain::task::{Task, Visibility};
use crate::service::lists::ListShown;
use crate::store::task::TaskList;

impl Voice<'_> {
    /// The lines of a list of tasks, for `reader`.
    pub fn task_lines(&self, tasks: &TaskList, reader: &Actor) -> Vec<String> {
        tasks.tasks.iter().map(|task| self.task_line(task, reader)).collect()
    }

    /// The code of a task, which leads to its thread if `reader` can go there.
    pub(super) fn task_code(&self, task: &Task, reader: &Actor) -> String {
        let (guild, code, public) = (task.guild, &task.code, task.visibility == Visibility::Public);
        match task.thread.filter(|_| public || is_party(reader, task)) {
            Some(thread) => format!("**[{code}](https://discord.com/channels/{guild}/{thread})**"),
            None => format!("**{code}**"),
        }
    }

    /// One line of a list of tasks.
    pub(super) fn task_line(&self, task: &Task, reader: &Actor) -> String {
        let code = self.task_code(task, reader);
        let private = if task.visibility == Visibility::Private { " 🔒" } else { "" };
        let lead = task.lead().map(ToString::to_string).unwrap_or_default();
        let standing = match task.state {
            state if state.is_open() => self.standing(task),
            state => self.state(state).to_lowercase(),
        };
        let due = self.office.calendar.local(task.due);
        // The hour is said where it is not the usual one.
        let usual = due.time() == self.office.calendar.closing();
        let due = due.format(if usual { "%d/%m/%Y" } else { "%H:%M %d/%m/%Y" });
        let (leads, until) = (self.say("chủ trì", "leads"), self.say("hạn", "due"));
        let title = plain(&task.title);
        format!("{code}{private} {title} · {lead} {leads} · {until} {due} ({standing})")
    }

    /// The heading of a list: how many there are, of what kind, and which page this is.
    pub fn list_heading(&self, actor: &Actor, shown: &ListShown) -> String {
        let units: Vec<&str> = actor.units.iter().map(UnitCode::as_str).collect();
        let whose = match (shown.asked.mine, units.is_empty()) {
            (true, true) => {
                return self
                    .say(
                        "Bạn không có vai trò của đơn vị nào; xem mọi nhiệm vụ bằng /nhiem-vu danh-sach, hoặc liên hệ Quản trị nếu bạn thuộc một đơn vị",
                        "You hold no unit's role; see all tasks with /task list, or ask an administrator if you belong to one",
                    )
                    .to_owned();
            }
            (true, false) => format!("{}: ", units.join(", ")),
            (false, _) => String::new(),
        };
        let heading =
            format!("{}{}{}", self.counted(shown), self.of_late(shown.asked.late), self.ordered(shown));
        let heading = if whose.is_empty() { heading } else { format!("{whose}{}", lower_first(&heading)) };
        let (page, pages) = (shown.asked.page + 1, shown.pages());
        match (pages, self.lang) {
            (1, _) => heading,
            (_, Lang::Vi) => format!("{heading} · trang {page}/{pages}"),
            (_, Lang::En) => format!("{heading} · page {page}/{pages}"),
        }
    }

    fn counted(&self, shown: &ListShown) -> String {
        let count = shown.list.total;
        let state = shown.asked.state.map(|state| self.state(state));
        match (self.lang, state, count) {
            _ if shown.list.more => match (self.lang, state) {
                (Lang::Vi, None) => format!("Ít nhất {} nhiệm vụ chưa hoàn thành", thousands(count, '.')),
                (Lang::Vi, Some(state)) => {
                    format!("Ít nhất {} nhiệm vụ ở trạng thái “{state}”", thousands(count, '.'))
                }
                (Lang::En, None) => format!("At least {} open tasks", thousands(count, ',')),
                (Lang::En, Some(state)) => {
                    format!("At least {} tasks in the state “{state}”", thousands(count, ','))
                }
            },
            (Lang::Vi, None, 0) => "Không có nhiệm vụ nào chưa hoàn thành".to_owned(),
            (Lang::Vi, Some(state), 0) => format!("Không có nhiệm vụ nào ở trạng thái “{state}”"),
            (Lang::Vi, None, count) => format!("{count:02} nhiệm vụ chưa hoàn thành"),
            (Lang::Vi, Some(state), count) => format!("{count:02} nhiệm vụ ở trạng thái “{state}”"),
            (Lang::En, None, 0) => "No open tasks".to_owned(),
            (Lang::En, Some(state), 0) => format!("No tasks in the state “{state}”"),
            (Lang::En, None, 1) => "1 open task".to_owned(),
            (Lang::En, Some(state), 1) => format!("1 task in the state “{state}”"),
            (Lang::En, None, count) => format!("{count} open tasks"),
            (Lang::En, Some(state), count) => format!("{count} tasks in the state “{state}”"),
        }
    }

    fn of_late(&self, late: Option<Lateness>) -> &'static str {
        match late {
            None => "",
            Some(Lateness::Overdue) => self.say(", đã quá hạn", ", overdue"),
            Some(Lateness::Soon) => self.say(", sắp đến hạn", ", due soon"),
            Some(Lateness::OnTime) => self.say(", trong hạn", ", on time"),
        }
    }

    fn ordered(&self, shown: &ListShown) -> &'static str {
        if shown.asked.mine || shown.asked.state.is_some() || shown.list.total < 2 {
            return "";
        }
        self.say(", gần hạn nhất ở trên", ", the nearest deadline on top")
    }

    /// What a list is filtered by, in small letters below it.
    pub fn list_filters(&self, shown: &ListShown) -> Option<String> {
        let asked = &shown.asked;
        let mut filters = Vec::new();
        if let Some(unit) = &asked.unit {
            filters.push(self.unit(&UnitCode(unit.clone())));
        }
        if let Some(phase) = &asked.phase {
            filters.push(self.phase(&PhaseCode(phase.clone())));
        }
        if let Some(text) = &asked.text {
            filters.push(format!("“{}”", plain(&super::clip(text, 100))));
        }
        (!filters.is_empty())
            .then(|| format!("{}: {}", self.say("Lọc theo", "Filtered by"), filters.join(" · ")))
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn thousands(number: usize, mark: char) -> String {
    match number {
        1_000.. => format!("{}{mark}{:03}", number / 1_000, number % 1_000),
        _ => number.to_string(),
    }
}
