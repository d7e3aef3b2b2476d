//! Who is what in a unit, as `/unit show` tells it.

use super::{Voice, plain};
use crate::discord::render::field;
use crate::domain::lang::Lang;
use crate::domain::position::{Delegation, Holding};
use crate::service::people::UnitPeople;
use serde_json::Value;

/// How many lines of the past are shown.
const BEFORE: usize = 5;

impl Voice<'_> {
    /// The fields of a unit's card that say who is what there; what is empty is left out.
    pub fn unit_people(&self, people: &UnitPeople) -> Vec<Value> {
        let now = people.now.iter().map(|(holder, record)| {
            let position = holder.position.name(self.lang);
            let days = record
                .as_ref()
                .map(|one| format!(", {}", self.days(one.from, one.until)))
                .unwrap_or_default();
            let instead = match (holder.stands_in_for, self.lang) {
                (Some(away), Lang::Vi) => format!(" (thay <@{away}>)"),
                (Some(away), Lang::En) => format!(" (in place of <@{away}>)"),
                (None, _) => String::new(),
            };
            format!("{position}: <@{}>{instead}{days}", holder.user)
        });
        let before = people.before.iter().map(|one| self.holding_line(one));
        let before = before.chain(people.delegations_before.iter().map(|one| self.delegation_line(one)));
        let fields: [(&str, Vec<String>); 4] = [
            (self.say("Vị trí", "Positions"), now.collect()),
            (
                self.say("Ủy quyền", "Standing in"),
                people.delegations.iter().map(|one| self.delegation_line(one)).collect(),
            ),
            (
                self.say("Sắp tới", "To come"),
                people.to_come.iter().map(|one| self.holding_line(one)).collect(),
            ),
            (self.say("Trước đây", "Before"), before.take(BEFORE).collect()),
        ];
        let told = fields.into_iter().filter(|(_, lines)| !lines.is_empty());
        told.map(|(name, lines)| field(name, &lines.join("\n"), false)).collect()
    }

    fn holding_line(&self, one: &Holding) -> String {
        format!("{}: <@{}>, {}", one.position.name(self.lang), one.user, self.days(one.from, one.until))
    }

    fn delegation_line(&self, one: &Delegation) -> String {
        let first = self.office.calendar.local_date(one.since);
        let days = self.days(first, Some(self.last_day(one.until)));
        let reason = one.reason.as_deref().map(|reason| format!(" ({})", plain(reason))).unwrap_or_default();
        let instead = self.say("thay", "in place of");
        format!("<@{}> {instead} <@{}>, {days}{reason}", one.to, one.from)
    }
}
