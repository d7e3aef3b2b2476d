//! How a task looks: its card, and whom a line about it pings.

use super::{
    AMBER, BLUE, DESCRIPTION_MAX, EMBEDS_MAX, GREEN, GREY, Pings, RED, TITLE_MAX, button, field, newest,
};
use crate::discord::words::{Voice, clip, plain};
use crate::domain::actor::Tier;
use crate::domain::ids::{RoleId, UnitCode, UserId};
use crate::domain::note::TaskNote;
use crate::domain::task::{Part, Task, TaskState, TaskUnit, Urgency};
use crate::domain::when::format_date;
use crate::service::dossier::Dossier;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The longest free text on a card: all of its fields together have 6,000 characters.
const TEXT_MAX: usize = 300;

impl Voice<'_> {
    /// A task's card as it stands in its channel. `mark` stands in small letters below it.
    pub(in crate::discord) fn task_card(&self, dossier: &Dossier, mark: &str) -> Value {
        self.card(dossier, mark, false)
    }

    /// `whole`: as the answer to somebody who asks now, and for all of it.
    fn card(&self, dossier: &Dossier, mark: &str, whole: bool) -> Value {
        let task = &dossier.task;
        let mut deadline = if whole { self.deadline(task) } else { self.standing_deadline(task) };
        if let Some(extended) = self.extended(dossier) {
            deadline = format!("{deadline}\n{extended}");
        }
        let lead = task.lead().map(|lead| self.part_line(task, lead)).unwrap_or_default();
        let support: Vec<UnitCode> = task.support().cloned().collect();
        let mut fields = vec![
            field(self.say("Đơn vị chủ trì", "Lead unit"), &lead, false),
            field(self.say("Đơn vị phối hợp", "Supporting units"), &self.units(&support), false),
            field(self.say("Thời hạn", "Deadline"), &deadline, false),
            field(self.say("Giai đoạn", "Phase"), &self.phase(&task.phase), true),
            field(self.say("Trạng thái", "State"), self.state(task.state), true),
            field(self.say("Căn cứ", "Basis"), &self.basis(task), false),
        ];
        if task.urgency != Urgency::Normal {
            fields.push(field(self.say("Độ khẩn", "Urgency"), self.urgency(task.urgency), true));
        }
        if let Some(reason) = &task.lead_reason {
            let name = self.say("Lý do giao khác Bảng phân công", "Why not the matrix's lead");
            fields.push(field(name, &clip(&plain(reason), TEXT_MAX), false));
        }
        let received = |unit: &TaskUnit| unit.received_at.is_some();
        fields.push(field(
            self.say("Đã tiếp nhận", "Received"),
            &self.tally(task, |_| true, received),
            false,
        ));
        fields.extend(self.progress_fields(dossier, whole));
        let embed = json!({
            "title": clip(&format!("{} · {}", task.code, plain(&task.title)), TITLE_MAX),
            "color": self.task_color(task),
            "fields": fields,
            "footer": { "text": mark },
        });
        json!({
            "content": "",
            "embeds": [embed],
            "components": self.task_buttons(task),
            "allowed_mentions": { "parse": [] },
        })
    }

    /// The card with the whole of it: the procedure, and what happened, the newest last.
    pub(in crate::discord) fn task_file(&self, dossier: &Dossier) -> Value {
        let task = &dossier.task;
        let mut card = self.card(dossier, &task.code, true);
        card["content"] = task.thread.map(|thread| format!("<#{thread}>")).unwrap_or_default().into();
        let steps: Vec<String> = dossier
            .steps
            .iter()
            .map(|step| {
                let mark = if step.checked_at.is_some() { "☑" } else { "☐" };
                format!("{mark} {} {}", step.code, step.name.get(self.lang))
            })
            .collect();
        let mut more = Vec::new();
        if !steps.is_empty() {
            more.push(field(self.say("Quy trình", "Procedure"), &steps.join("\n"), false));
        }
        if let Some(fields) = card["embeds"][0]["fields"].as_array_mut() {
            fields.extend(more);
        }
        let room = EMBEDS_MAX.saturating_sub(card["embeds"][0].to_string().chars().count());
        let history = newest(&self.history(dossier), room.min(DESCRIPTION_MAX));
        if let (false, Some(embeds)) = (history.is_empty(), card["embeds"].as_array_mut()) {
            let title = self.say("Quá trình", "History");
            embeds.push(json!({ "title": title, "description": history, "color": GREY }));
        }
        card
    }

    /// What has happened since it was given, as far as it matters now.
    fn progress_fields(&self, dossier: &Dossier, whole: bool) -> Vec<Value> {
        let task = &dossier.task;
        let mut fields = Vec::new();
        let text = |text: &str| clip(&plain(text), TEXT_MAX);
        let support = |unit: &TaskUnit| unit.part == Part::Support;
        if task.units.iter().any(|unit| unit.done_at.is_some()) {
            let sent = self.tally(task, support, |unit| unit.done_at.is_some());
            let missing: Vec<UnitCode> = task.missing().cloned().collect();
            // Whoever asks for all of it is told every one of 63.
            let named = match whole {
                true => missing.iter().map(UnitCode::as_str).collect::<Vec<_>>().join(", "),
                false => self.units(&missing),
            };
            let missing = match missing.as_slice() {
                [] => String::new(),
                _ => format!("\n{}: {named}", self.say("Còn thiếu", "Missing")),
            };
            fields.push(field(
                self.say("Đã gửi phần việc", "Parts sent"),
                &format!("{sent}{missing}"),
                false,
            ));
        }
        let dues: Vec<String> = task
            .units
            .iter()
            .filter(|unit| unit.done_at.is_none())
            .filter_map(|unit| Some(format!("{}: {}", unit.unit, self.moment(unit.due?))))
            .collect();
        if !dues.is_empty() {
            fields.push(field(self.say("Thời hạn phần việc", "Parts due"), &dues.join("\n"), false));
        }
        let checked = dossier.steps.iter().filter(|step| step.checked_at.is_some()).count();
        if checked > 0 {
            let next = dossier.steps.iter().find(|step| step.checked_at.is_none());
            let next = next.map_or_else(String::new, |step| {
                format!("; {} {} {}", self.say("tiếp theo:", "next:"), step.code, step.name.get(self.lang))
            });
            let steps = format!("{checked}/{}{next}", dossier.steps.len());
            fields.push(field(self.say("Các bước", "Steps"), &steps, false));
        }
        if let Some(TaskNote::Blocked { unit, text: reason, .. }) =
            dossier.obstacle().map(|event| &event.note)
        {
            let name = self.say("Khó khăn, vướng mắc", "Obstacle");
            fields.push(field(name, &format!("{unit}: {}", text(reason)), false));
        }
        if let Some(asked) = &dossier.asked {
            let asked = format!("{} – {}", self.moment(asked.due), text(&asked.reason));
            fields.push(field(self.say("Đề nghị gia hạn đến", "Extension asked for until"), &asked, false));
        }
        if let Some((event, TaskNote::Reported { unit, text: report })) =
            dossier.newest_report().map(|event| (event, &event.note))
        {
            let on = format_date(self.office.calendar.local_date(event.at), self.lang);
            let name = self.say("Báo cáo gần nhất", "Newest report");
            fields.push(field(name, &format!("{unit}, {on}: {}", text(report)), false));
        }
        let links = self.links(dossier);
        if !links.is_empty() {
            fields.push(field(self.say("Nhiệm vụ liên quan", "Linked tasks"), &links.join("\n"), false));
        }
        fields
    }

    /// `2/3: TTDL, TKG`: how many of which units, and which.
    fn tally(&self, task: &Task, of: impl Fn(&TaskUnit) -> bool, done: impl Fn(&TaskUnit) -> bool) -> String {
        let all = task.units.iter().filter(|unit| of(unit));
        let total = all.clone().count();
        let done: Vec<UnitCode> = all.filter(|unit| done(unit)).map(|unit| unit.unit.clone()).collect();
        let tally = format!("{}/{total}", done.len());
        if done.is_empty() { tally } else { format!("{tally}: {}", self.units(&done)) }
    }

    fn task_buttons(&self, task: &Task) -> Value {
        let press =
            |act: &str, vi, en, style| button(&format!("v1:task:{act}:{}", task.id), self.say(vi, en), style);
        let row = |buttons: Vec<Value>| json!({ "type": 1, "components": buttons });
        let work = || {
            row(vec![
                press("receive", "Đã tiếp nhận", "Received", 1),
                press("report", "Báo cáo tiến độ", "Report", 2),
                press("block", "Vướng mắc", "Obstacle", 2),
                press("extend", "Xin gia hạn", "Ask for time", 2),
                press("done", "Hoàn thành", "Done", 3),
            ])
        };
        match task.state {
            TaskState::AwaitingExtension => json!([
                row(vec![
                    press("receive", "Đã tiếp nhận", "Received", 1),
                    press("report", "Báo cáo tiến độ", "Report", 2),
                    press("block", "Vướng mắc", "Obstacle", 2),
                    press("done", "Hoàn thành", "Done", 3),
                ]),
                row(vec![
                    press("grant", "Đồng ý gia hạn", "Grant the time", 3),
                    press("refuse", "Không gia hạn", "Refuse", 4),
                ]),
            ]),
            TaskState::Done => json!([row(vec![
                press("accept", "Nghiệm thu", "Accept", 3),
                press("return", "Trả lại", "Return", 4),
            ])]),
            state if state.is_open() => json!([work()]),
            _ => json!([]),
        }
    }

    fn task_color(&self, task: &Task) -> u32 {
        match task.state {
            TaskState::Done | TaskState::Accepted => GREEN,
            TaskState::Cancelled => GREY,
            _ if task.due < self.office.clock.now() => RED,
            TaskState::Given | TaskState::Reopened => GREY,
            TaskState::Blocked | TaskState::AwaitingExtension => AMBER,
            TaskState::Received | TaskState::InProgress => BLUE,
        }
    }

    fn part_line(&self, task: &Task, unit: &UnitCode) -> String {
        let mention = self.role(unit).map(|role| format!(" <@&{role}>")).unwrap_or_default();
        let received = task.units.iter().any(|one| one.unit == *unit && one.received_at.is_some());
        let mark = if received { " ✓" } else { "" };
        format!("{}{mention}{mark}", self.unit(unit))
    }

    /// The name of a task's thread. The code comes first, so that the thread is found again by it.
    pub(in crate::discord) fn thread_name(&self, task: &Task) -> String {
        clip(&format!("[{}] {}", task.code, task.title), 100)
    }

    /// Who is pinged when a task is given, or on its due date: the lead and, if asked, the supporters.
    pub(in crate::discord) fn task_pings(&self, task: &Task, supporters: bool) -> Pings {
        let units = task.units.iter().filter(|unit| supporters || unit.part == Part::Lead);
        self.unit_pings(units.map(|unit| &unit.unit))
    }

    /// The roles of units, and those who act for them without the role.
    fn unit_pings<'u>(&self, units: impl Iterator<Item = &'u UnitCode>) -> Pings {
        let (mut roles, mut acting): (Vec<RoleId>, BTreeSet<UserId>) = Default::default();
        let mut units: Vec<&UnitCode> = units.collect();
        acting.extend(units.iter().filter_map(|unit| self.known.acting.get(unit)).flatten());
        // All of a group are reached by the role that they share, where everybody holds it.
        let mut shared = Vec::new();
        for (group, role) in &self.known.groups {
            let members = self.group(group);
            if !members.is_empty() && members.iter().all(|unit| units.contains(&unit)) {
                units.retain(|unit| !members.contains(unit));
                shared.push(*role);
            }
        }
        roles.extend(units.into_iter().filter_map(|unit| self.role(unit)));
        roles.extend(shared);
        roles.dedup();
        Pings::roles(roles).and_users(acting.into_iter().collect())
    }

    /// Whom a line about a task pings: those from whom it wants something, and never who wrote it. `deciders` are the people
    /// who decide on a new deadline beside the coordinators.
    pub(in crate::discord) fn note_pings(
        &self,
        task: &Task,
        by: u64,
        note: &TaskNote,
        deciders: Vec<UserId>,
    ) -> Pings {
        let giver = || Some(task.created_by).filter(|giver| giver.0 != by).into_iter().collect();
        match note {
            TaskNote::Blocked { help, .. } => self.unit_pings(help.iter()).and_users(giver()),
            TaskNote::Done { .. } => Pings::default().and_users(giver()),
            TaskNote::ExtensionAsked { .. } => {
                let coordinators = self.known.tiers.get(&Tier::Coordinator).copied();
                Pings::roles(coordinators.into_iter().collect()).and_users(deciders)
            }
            TaskNote::ExtensionGranted { .. }
            | TaskNote::ExtensionRefused { .. }
            | TaskNote::Reassigned { .. }
            | TaskNote::Reopened { .. }
            | TaskNote::Cancelled { .. } => self.task_pings(task, false),
            TaskNote::Urged { units, .. } => self.unit_pings(units.iter()),
            TaskNote::PartDue { unit, .. } => self.unit_pings(std::iter::once(unit)),
            TaskNote::CharterMoved { lead, joined, .. } => {
                let others = joined.iter().filter(|unit| lead.as_ref() != Some(*unit));
                self.unit_pings(lead.iter().chain(others))
            }
            TaskNote::Received { .. }
            | TaskNote::CharterKept { .. }
            | TaskNote::Reported { .. }
            | TaskNote::PartDone { .. }
            | TaskNote::Accepted { .. }
            | TaskNote::StepChecked { .. }
            | TaskNote::Linked { .. }
            | TaskNote::Decided { .. }
            | TaskNote::Escalated { .. }
            | TaskNote::Acknowledged { .. }
            | TaskNote::PartLate { .. }
            | TaskNote::HandedOver { .. }
            | TaskNote::TakenOver { .. } => Pings::default(),
        }
    }
}
