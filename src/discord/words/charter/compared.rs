//! What a new version of the regulation changes, and the decisions that it asks for.

use crate::discord::render::{self, button};
use crate::discord::words::{Voice, clip, plain};
use crate::domain::actor::{Actor, Tier};
use crate::domain::charter::CarriedOver;
use crate::domain::charter::diff::Change;
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::task::{Choice, Task};
use crate::service::charters::Compared;
use serde_json::{Value, json};

/// How many tasks a comparison offers to decide about by button: Discord takes five rows.
const ROWS: usize = 5;
/// How many tasks it names.
const NAMED: usize = 12;

impl Voice<'_> {
    /// What a version changes, and the tasks that it touches; for those who may decide, with buttons.
    pub fn compared_card(&self, actor: &Actor, found: &Compared) -> Value {
        let heading = match self.lang {
            Lang::Vi => format!("{} → {} (từ {})", found.from, found.to, found.since.format("%d/%m/%Y")),
            Lang::En => format!("{} → {} (from {})", found.from, found.to, found.since.format("%d/%m/%Y")),
        };
        let (provinces, others): (Vec<&Change>, Vec<&Change>) =
            found.changes.iter().partition(|change| change.is_of_a_province());
        let mut lines = vec![self.touched_heading(found)];
        let tasks = found.touched.iter().take(NAMED);
        lines.extend(tasks.map(|(task, over)| self.touched_line(task, over.as_ref())));
        if found.touched.len() > NAMED {
            let more = found.touched.len() - NAMED;
            lines.push(match self.lang {
                Lang::Vi => format!("và {more:02} nhiệm vụ khác"),
                Lang::En => format!("and {more} more"),
            });
        }
        let count = found.changes.len();
        lines.push(match self.lang {
            Lang::Vi => format!("\n**{count:02} thay đổi**"),
            Lang::En => format!("\n**{count} changes**"),
        });
        lines.extend(
            others.iter().filter(|it| !matches!(it, Change::Group { .. })).map(|it| it.sentence(self.lang)),
        );
        if !provinces.is_empty() {
            lines.push(self.provinces_line(&provinces));
        }
        let footer =
            self.say("Toàn bộ thay đổi: liaison charter diff", "All changes in full: liaison charter diff");
        let mut card = render::list(&heading, &lines, Some(footer.to_owned()));
        if found.in_force && actor.is_at_least(Tier::Coordinator) {
            card["components"] = found
                .touched
                .iter()
                .take(ROWS)
                .map(|(task, over)| self.choices(task, over.is_some(), found))
                .collect();
        }
        card
    }

    fn touched_heading(&self, found: &Compared) -> String {
        let (touched, untouched) = (found.touched.len(), found.untouched);
        let mut text = match (self.lang, touched) {
            (Lang::Vi, 0) => "**Không có nhiệm vụ đang thực hiện nào chịu ảnh hưởng**".to_owned(),
            (Lang::En, 0) => "**It touches no open task**".to_owned(),
            (Lang::Vi, _) => {
                format!("**{touched:02} nhiệm vụ đang thực hiện chịu ảnh hưởng, chờ Điều phối xác nhận**")
            }
            (Lang::En, 1) => "**It touches 1 open task, which a coordinator must decide about**".to_owned(),
            (Lang::En, _) => {
                format!("**It touches {touched} open tasks, which a coordinator must decide about**")
            }
        };
        if untouched > 0 {
            text.push_str(&match self.lang {
                Lang::Vi => format!(" ({untouched:02} nhiệm vụ khác không thay đổi)"),
                Lang::En => format!(" ({untouched} more stay the same)"),
            });
        }
        text
    }

    /// What would become of a task.
    fn touched_line(&self, task: &Task, over: Option<&CarriedOver>) -> String {
        let title = clip(&plain(&task.title), 60);
        let Some(over) = over else {
            let what = self.say(
                "bảng phân công mới không xác định được chủ trì",
                "the new matrix cannot tell who leads",
            );
            return format!("**{}** {title}: {what}", task.code);
        };
        let mut parts = Vec::new();
        if let Some(lead) = task.lead().filter(|lead| **lead != over.lead) {
            parts.push(format!("{} {lead} → {}", self.say("chủ trì", "lead"), over.lead));
        }
        let was: Vec<&UnitCode> = task.support().collect();
        let added = over.support.iter().filter(|unit| !was.contains(unit)).count();
        let removed = was.iter().filter(|unit| !over.support.contains(unit)).count();
        if added + removed > 0 {
            parts.push(format!("{} +{added}/−{removed}", self.say("phối hợp", "support")));
        }
        if let Some((_, limit)) = &over.limit {
            parts.push(format!("{} “{}”", self.say("thời hạn", "time limit"), limit.get(self.lang)));
        }
        if over.procedure {
            parts.push(self.say("quy trình khác", "another procedure").to_owned());
        }
        format!("**{}** {title}: {}", task.code, parts.join("; "))
    }

    fn choices(&self, task: &Task, can_move: bool, found: &Compared) -> Value {
        let id = |choice: Choice| format!("v1:charter:{choice}:{}:{}", task.id, found.to);
        let keep = format!("{}: {}", task.code, self.say("giữ nguyên", "keep"));
        let move_on = format!("{} → {}", task.code, found.to);
        let mut buttons = vec![button(&id(Choice::Keep), &keep, 2)];
        if can_move {
            buttons.push(button(&id(Choice::Move), &clip(&move_on, 80), 1));
        }
        json!({ "type": 1, "components": buttons })
    }

    fn provinces_line(&self, changes: &[&Change]) -> String {
        let count = |wanted: fn(&Change) -> bool| changes.iter().filter(|change| wanted(change)).count();
        let new = count(|change| matches!(change, Change::UnitNew { .. }));
        let gone = count(|change| matches!(change, Change::UnitGone { .. }));
        let renamed = count(|change| matches!(change, Change::UnitRenamed { .. }));
        match self.lang {
            Lang::Vi => format!(
                "Cấp tỉnh: {new:02} đơn vị mới, {gone:02} đơn vị không còn, {renamed:02} đơn vị đổi tên (cùng mã có thể là địa bàn khác)"
            ),
            Lang::En => format!(
                "Provincial offices: {new} new, {gone} gone, {renamed} renamed (the same code can mean another territory)"
            ),
        }
    }
}
