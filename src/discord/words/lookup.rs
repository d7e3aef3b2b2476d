//! What is said to people who ask: lists, responsibilities, units.

use super::{Voice, plain};
use crate::domain::actor::Actor;
use crate::domain::charter::Lead;
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::when::format_date;
use crate::service::board::{UnitShown, WhoAnswer};
use serde_json::{Value, json};

impl Voice<'_> {
    /// The heading of a list of tasks.
    pub fn task_list_heading(&self, count: usize) -> String {
        match (self.lang, count) {
            (Lang::Vi, 0) => "Không có nhiệm vụ nào".to_owned(),
            (Lang::Vi, _) => format!("{count:02} nhiệm vụ, gần hạn nhất ở trên"),
            (Lang::En, 0) => "No tasks".to_owned(),
            (Lang::En, 1) => "1 task".to_owned(),
            (Lang::En, _) => format!("{count} tasks, the nearest deadline on top"),
        }
    }

    /// What stands below a list that does not show everything.
    pub fn list_cut(&self) -> &'static str {
        match self.lang {
            Lang::Vi => "Chỉ hiện 25 nhiệm vụ đầu; hãy lọc theo đơn vị hoặc giai đoạn để xem tiếp.",
            Lang::En => "Only the first 25 are shown; filter by unit or phase to see more.",
        }
    }

    /// The heading of a person's own list.
    pub fn my_heading(&self, actor: &Actor, count: usize) -> String {
        let units: Vec<String> = actor.units.iter().map(ToString::to_string).collect();
        match (self.lang, units.is_empty(), count) {
            (Lang::Vi, true, _) => "Bạn chưa có vai trò của đơn vị nào; đề nghị liên hệ Quản trị".to_owned(),
            (Lang::En, true, _) => "You hold no unit's role yet; please ask an administrator".to_owned(),
            (Lang::Vi, _, 0) => format!("{}: không còn nhiệm vụ nào", units.join(", ")),
            (Lang::En, _, 0) => format!("{}: no open tasks", units.join(", ")),
            (Lang::Vi, _, _) => format!("{}: {count:02} nhiệm vụ đang mở", units.join(", ")),
            (Lang::En, _, _) => format!("{}: {count} open", units.join(", ")),
        }
    }

    /// The heading of the list of meetings.
    pub fn meeting_list_heading(&self, none: bool) -> &'static str {
        match (self.lang, none) {
            (Lang::Vi, false) => "Lịch họp, hội thảo, tập huấn",
            (Lang::Vi, true) => "Chưa có lịch họp, hội thảo, tập huấn",
            (Lang::En, false) => "Meetings, workshops and training ahead",
            (Lang::En, true) => "No meetings, workshops or training ahead",
        }
    }

    /// Who is responsible for a phase.
    pub fn who_card(&self, found: &WhoAnswer, activity: Option<&str>) -> Value {
        let said = &found.said;
        let lead = match &said.lead {
            Lead::Unit(unit) => {
                let role = self.role(unit).map(|role| format!(" <@&{role}>")).unwrap_or_default();
                let people: Vec<String> =
                    found.lead_people.iter().take(10).map(|person| format!("<@{}>", person.user)).collect();
                let people =
                    if people.is_empty() { String::new() } else { format!("\n{}", people.join(" ")) };
                format!("{}{role}{people}", self.unit(unit))
            }
            Lead::ByDomain(domains) => {
                let lines: Vec<String> = domains
                    .iter()
                    .map(|domain| format!("{}: {}", domain.name.get(self.lang), domain.lead))
                    .collect();
                format!("{}\n{}", self.say("Tùy theo lĩnh vực:", "By domain:"), lines.join("\n"))
            }
        };
        let support = match said.support_text.get(self.lang) {
            "" => self.say("không có", "none"),
            text => text,
        };
        let open: Vec<String> = found.open.iter().take(8).map(|task| self.task_line(task)).collect();
        let open = match found.open.len() {
            0 => self.say("không có", "none").to_owned(),
            _ => open.join("\n"),
        };
        let mut title = self.phase(&found.phase);
        if let Some(activity) = activity {
            title.push_str(&format!(" · {activity}"));
        }
        let article = match self.lang {
            Lang::Vi => format!("Điều {}. {}", said.article, said.article_title.vi),
            Lang::En => format!("Article {}. {}", said.article, said.article_title.en),
        };
        let provisional = match (said.inferred, self.lang) {
            (true, Lang::Vi) => " · dự kiến",
            (true, Lang::En) => " · provisional",
            (false, _) => "",
        };
        let on = format_date(found.on, self.lang);
        let footer = match self.lang {
            Lang::Vi => format!("Phân công tại ngày {on}{provisional}"),
            Lang::En => format!("As of {on}{provisional}"),
        };
        let field = |name: &str, value: String| json!({ "name": name, "value": super::clip(&value, 1024), "inline": false });
        json!({
            "content": "",
            "embeds": [{
                "title": super::clip(&title, 256),
                "color": 0x1F_6F_EB,
                "fields": [
                    field(self.say("Đơn vị chủ trì", "Lead unit"), lead),
                    field(self.say("Đơn vị phối hợp", "Supporting units"), support.to_owned()),
                    field(self.say("Điều", "Article"), article),
                    field(self.say("Căn cứ", "Basis"), said.basis.get(self.lang).to_owned()),
                    field(self.say("Thời hạn", "Time limit"), said.limit.get(self.lang).to_owned()),
                    field(self.say("Nhiệm vụ đang mở", "Open tasks"), open),
                ],
                "footer": { "text": footer },
            }],
            "allowed_mentions": { "parse": [] },
        })
    }

    /// The heading of the list of units.
    pub fn unit_list_heading(&self) -> String {
        let all = self.office.charter.units().len();
        let linked = all - self.known.missing_units.len();
        match self.lang {
            Lang::Vi => {
                format!("{all} đơn vị trong phạm vi Quy chế, {linked} đơn vị đã có vai trò trên máy chủ")
            }
            Lang::En => format!("{all} units in scope, {linked} with a role on this server"),
        }
    }

    /// The units with their roles, and what is not recognised.
    pub fn unit_list(&self) -> Vec<String> {
        let central = self.office.charter.central_units();
        let mut lines: Vec<String> = central
            .iter()
            .map(|code| match self.role(code) {
                Some(role) => format!("{} <@&{role}>", self.unit(code)),
                None => format!("{} — {}", self.unit(code), self.say("chưa có vai trò", "no role yet")),
            })
            .collect();
        let (with, without): (Vec<UnitCode>, Vec<UnitCode>) = self
            .office
            .charter
            .units()
            .iter()
            .map(|unit| unit.code.clone())
            .filter(|code| !central.contains(code))
            .partition(|code| self.role(code).is_some());
        let names =
            |units: &[UnitCode]| units.iter().map(|unit| self.short(unit)).collect::<Vec<_>>().join(", ");
        if !with.is_empty() {
            let heading = self.say("Địa phương đã có vai trò", "Provincial, with a role");
            lines.push(format!("**{heading} ({}):** {}", with.len(), names(&with)));
        }
        if !without.is_empty() {
            let heading = self.say("Địa phương chưa có vai trò", "Provincial, without a role");
            lines.push(format!("**{heading} ({}):** {}", without.len(), names(&without)));
        }
        if !self.known.unknown_roles.is_empty() {
            let heading = self.say("Vai trò không nhận ra", "Roles not recognised");
            let roles: Vec<String> = self.known.unknown_roles.iter().map(|role| plain(role)).collect();
            lines.push(format!("**{heading}:** {}", roles.join(", ")));
        }
        lines
    }

    /// One unit: what it is called, its role and people, what it leads, its open tasks.
    pub fn unit_card(&self, shown: &UnitShown) -> Value {
        let role = match self.role(&shown.unit) {
            Some(role) => format!("<@&{role}>"),
            None => self.say("chưa có vai trò trên máy chủ", "no role on this server yet").to_owned(),
        };
        let people: Vec<String> =
            shown.people.iter().take(25).map(|person| format!("<@{}>", person.user)).collect();
        let leads: Vec<String> = shown.leads.iter().map(|phase| self.phase(phase)).collect();
        let open: Vec<String> = shown.open.iter().take(8).map(|task| self.task_line(task)).collect();
        let none = || self.say("không có", "none").to_owned();
        let or_none = |text: String| if text.is_empty() { none() } else { text };
        let field = |name: &str, value: String| json!({ "name": name, "value": super::clip(&value, 1024), "inline": false });
        json!({
            "content": "",
            "embeds": [{
                "title": super::clip(&self.unit(&shown.unit), 256),
                "color": 0x1F_6F_EB,
                "fields": [
                    field(self.say("Vai trò", "Role"), role),
                    field(self.say("Người của đơn vị", "People"), or_none(people.join(" "))),
                    field(self.say("Chủ trì các giai đoạn", "Leads the phases"), or_none(leads.join("\n"))),
                    field(self.say("Nhiệm vụ đang mở", "Open tasks"), or_none(open.join("\n"))),
                ],
            }],
            "allowed_mentions": { "parse": [] },
        })
    }
}
