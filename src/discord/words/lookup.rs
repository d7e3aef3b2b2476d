//! What is said to people who ask: lists, responsibilities, units.

use super::{Voice, plain};
use crate::discord::manifest::{Manifest, Policy, Requires};
use crate::discord::render::{FIELD_MAX, field};
use crate::domain::actor::Actor;
use crate::domain::charter::Lead;
use crate::domain::ids::UnitCode;
use crate::domain::lang::Lang;
use crate::domain::when::format_date;
use crate::service::board::{UnitShown, WhoAnswer};
use crate::service::people::UnitPeople;
use crate::store::task::TaskList;
use serde_json::{Value, json};

impl Voice<'_> {
    /// The heading of `/help`.
    pub fn help_heading(&self) -> &'static str {
        self.say("Các lệnh của Liaison", "The commands of Liaison")
    }

    /// All commands by name, those of one group in one line, then the menus of messages, then how to see more.
    pub fn help_overview(&self, manifest: &Manifest) -> Vec<String> {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for policy in manifest.policies() {
            let (group, sub) =
                policy.name.get(self.lang).split_once(' ').unwrap_or((policy.name.get(self.lang), ""));
            match groups.iter_mut().find(|(name, _)| *name == group) {
                Some((_, subs)) => subs.push(sub),
                None => groups.push((group, vec![sub])),
            }
        }
        groups.sort_unstable();
        let group = |(name, subs): (&str, Vec<&str>)| match subs.as_slice() {
            [""] => format!("`/{name}`"),
            subs => format!("`/{name}` {}", subs.join(" · ")),
        };
        let more = self.say(
            "Xem công dụng, ví dụ và thẩm quyền của một nhóm lệnh: `/tro-giup lenh:nhiem-vu`",
            "What the commands of one group do, with examples and who may use them: `/help command:task`",
        );
        groups.into_iter().map(group).chain(self.menu_lines(manifest)).chain([more.to_owned()]).collect()
    }

    /// What stands in the menus of messages, in `/help`.
    fn menu_lines(&self, manifest: &Manifest) -> Vec<String> {
        let menu = self.say("Ứng dụng", "Apps");
        manifest.menu_lines(self.lang).map(|(name, what)| format!("{what}\n{menu} › *{name}*")).collect()
    }

    /// One command in `/help`: what it does, an example, and who may use it when the person may not.
    pub fn help_line(&self, policy: &Policy, actor: &Actor) -> String {
        let (what, example) = (policy.description.get(self.lang), policy.example.get(self.lang));
        let name = policy.requires.name(self.lang);
        let who = match (policy.requires, self.lang) {
            (requires, _) if requires.allows(actor) => String::new(),
            (Requires::AtLeast(tier), _) => format!(" *({})*", self.at_least(tier)),
            (_, Lang::Vi) => format!(" *(dành cho {name})*"),
            (_, Lang::En) => format!(" *(for {name})*"),
        };
        format!("{what}{who}\n`{example}`")
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
    pub fn who_card(&self, found: &WhoAnswer, reader: &Actor) -> Value {
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
        let mut title = self.phase(&found.phase);
        if let Some(activity) = &found.activity {
            title.push_str(&format!(" · {}", activity.get(self.lang)));
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
        let version = &found.version;
        let footer = match self.lang {
            Lang::Vi => format!("Phân công tại thời điểm {on} theo bản {version}{provisional}"),
            Lang::En => format!("As of {on}, by version {version}{provisional}"),
        };
        json!({
            "content": "",
            "embeds": [{
                "title": super::clip(&title, 256),
                "color": 0x1F_6F_EB,
                "fields": [
                    field(self.say("Đơn vị chủ trì", "Lead unit"), &lead, false),
                    field(self.say("Đơn vị phối hợp", "Supporting units"), support, false),
                    field(self.say("Điều khoản", "Article"), &article, false),
                    field(self.say("Căn cứ", "Basis"), said.basis.get(self.lang), false),
                    field(self.say("Thời hạn", "Time limit"), said.limit.get(self.lang), false),
                    field(self.say("Nhiệm vụ chưa hoàn thành", "Open tasks"), &self.few_tasks(&found.open, reader), false),
                ],
                "footer": { "text": footer },
            }],
            "allowed_mentions": { "parse": [] },
        })
    }

    /// Some open tasks beside something else: whole lines, and how many more there are.
    fn few_tasks(&self, open: &TaskList, reader: &Actor) -> String {
        if open.total == 0 {
            return self.say("không có", "none").to_owned();
        }
        let more = |hidden: usize| match self.lang {
            Lang::Vi => format!("và {hidden:02} nhiệm vụ khác"),
            Lang::En => format!("and {hidden} more"),
        };
        let mut lines: Vec<String> = Vec::new();
        let mut room = FIELD_MAX - more(open.total).chars().count();
        for line in self.task_lines(open, reader) {
            let length = line.chars().count() + 1;
            if length > room {
                break;
            }
            room -= length;
            lines.push(line);
        }
        if open.total > lines.len() {
            lines.push(more(open.total - lines.len()));
        }
        lines.join("\n")
    }

    /// The heading of the list of units.
    pub fn unit_list_heading(&self) -> String {
        let all = self.office.charter().units_at(self.office.today()).count();
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
        let today = self.office.today();
        let central = self.office.charter().central_units(today);
        let mut lines: Vec<String> = central
            .iter()
            .map(|code| match self.role(code) {
                Some(role) => format!("{} <@&{role}>", self.unit(code)),
                None => format!("{} — {}", self.unit(code), self.say("chưa có vai trò", "no role yet")),
            })
            .collect();
        let (with, without): (Vec<UnitCode>, Vec<UnitCode>) = self
            .office
            .charter()
            .units_at(today)
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

    /// One unit: what it is called, its role and people, who is what there, what it leads, its open tasks.
    pub fn unit_card(&self, shown: &UnitShown, who: &UnitPeople, reader: &Actor) -> Value {
        let role = match self.role(&shown.unit) {
            Some(role) => format!("<@&{role}>"),
            None => self.say("chưa có vai trò trên máy chủ", "no role on this server yet").to_owned(),
        };
        let people: Vec<String> =
            shown.people.iter().take(25).map(|person| format!("<@{}>", person.user)).collect();
        let leads: Vec<String> = shown.leads.iter().map(|phase| self.phase(phase)).collect();
        let none = || self.say("không có", "none").to_owned();
        let or_none = |text: String| if text.is_empty() { none() } else { text };
        let mut fields = vec![
            field(self.say("Vai trò", "Role"), &role, false),
            field(self.say("Người của đơn vị", "People"), &or_none(people.join(" ")), false),
        ];
        fields.extend(self.unit_people(who));
        let (leads, open) = (or_none(leads.join("\n")), self.few_tasks(&shown.open, reader));
        fields.push(field(self.say("Chủ trì các giai đoạn", "Leads the phases"), &leads, false));
        fields.push(field(self.say("Nhiệm vụ chưa hoàn thành", "Open tasks"), &open, false));
        json!({
            "content": "",
            "embeds": [{
                "title": super::clip(&self.unit(&shown.unit), 256),
                "color": 0x1F_6F_EB,
                "fields": fields,
            }],
            "allowed_mentions": { "parse": [] },
        })
    }
}
