//! How an office, and a unit where it differs, is reminded.

use crate::domain::actor::{Actor, Tier};
use crate::domain::deadline::{Rule, Rules};
use crate::domain::effect::Answer;
use crate::domain::fold::fold;
use crate::domain::ids::{GuildId, UnitCode};
use crate::domain::refusal::Refusal;
use crate::domain::reminding::ReminderRefusal;
use crate::domain::task::Urgency;
use crate::service::inbox::{Case, Deciding};
use crate::service::{Office, Outcome};
use crate::store::StoreError;
use crate::store::audit::AuditEntry;
use serde::{Deserialize, Serialize};

/// `/settings reminders set`, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetReminders {
    /// For which unit only; for the whole office when nothing is said.
    pub unit: Option<String>,
    /// Of which urgency the moments are.
    pub urgency: Option<Urgency>,
    /// When to remind.
    pub moments: Option<String>,
    /// In which office hours nobody is reminded.
    pub quiet: Option<String>,
    /// How many pings a person gets in a day.
    pub limit: Option<String>,
}

impl SetReminders {
    /// All that was typed freely.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        [&self.unit, &self.moments, &self.quiet, &self.limit].into_iter().flatten()
    }
}

/// The rules as they are, and where they differ from what is usual.
#[derive(Clone, Debug)]
pub struct RulesShown {
    /// For which unit; the whole office when there is none.
    pub unit: Option<UnitCode>,
    /// What holds.
    pub rules: Rules,
    /// What the unit has of its own.
    pub own: Vec<Rule>,
    /// The units that have something of their own.
    pub units: Vec<UnitCode>,
}

/// Words by which what was set is undone.
const AS_USUAL: [&str; 3] = ["mac dinh", "default", "usual"];
/// Words by which there are no quiet hours.
const NONE: [&str; 2] = ["khong", "none"];

impl Office {
    /// How the tasks that `unit` leads are reminded of; what holds for the whole office without one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reminder_rules(&self, guild: GuildId, unit: Option<&UnitCode>) -> Outcome<Rules> {
        let mut rules = Rules::default();
        for set in self.store.reminder_rules(guild, unit).await? {
            rules
                .set(set.rule, &set.value, &self.calendar)
                .map_err(|_| StoreError::Corrupt(format!("reminder rule {}: {}", set.rule, set.value)))?;
        }
        Ok(rules)
    }

    /// The rules, to be shown.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rules_shown(
        &self,
        actor: &Actor,
        unit: Option<&str>,
    ) -> Outcome<Result<RulesShown, Refusal>> {
        let unit = match unit.map(|text| self.unit_named(text)).transpose() {
            Ok(unit) => unit,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let rules = self.reminder_rules(actor.guild, unit.as_ref()).await?;
        let set = self.store.reminder_rules(actor.guild, unit.as_ref()).await?;
        let own = set.into_iter().filter(|set| set.unit == unit).map(|set| set.rule).collect();
        let units = self.store.units_with_reminder_rules(actor.guild).await?;
        Ok(Ok(RulesShown { unit, rules, own, units }))
    }

    pub(in crate::service) async fn set_reminders(&self, case: &Case, set: &SetReminders) -> Deciding {
        let (unit, changes) = self.plan_rules(case, set)?;
        let now = self.clock.now();
        let (guild, by) = (case.actor.guild, case.actor.user);
        let mut tx = self.store.begin().await?;
        for (rule, value) in &changes {
            tx.set_reminder_rule(guild, unit.as_ref(), *rule, value.as_deref(), by, now).await?;
        }
        let detail: Vec<_> = changes.iter().map(|(rule, value)| serde_json::json!([rule, value])).collect();
        tx.audit(AuditEntry {
            guild,
            at: now,
            actor: Some(by),
            action: "settings.reminders",
            subject: &unit.as_ref().map_or_else(|| "office".to_owned(), |unit| format!("unit:{unit}")),
            detail: serde_json::json!({ "set": detail }),
            reason: None,
        })
        .await?;
        self.conclude(&mut tx, case, Answer::RemindersSet { unit }).await?;
        Ok(tx.commit().await?)
    }

    /// What is to be set for whom: each rule with its value, none where it is as usual again.
    #[expect(clippy::type_complexity, reason = "a list of what is set")]
    fn plan_rules(
        &self,
        case: &Case,
        set: &SetReminders,
    ) -> Result<(Option<UnitCode>, Vec<(Rule, Option<String>)>), Refusal> {
        let refuse = |no| Err(Refusal::Reminders { no });
        let unit = set.unit.as_deref().map(|text| self.unit_named(text)).transpose()?;
        if !may_set(&case.actor, unit.as_ref()) {
            return refuse(ReminderRefusal::NotYoursToSet { unit });
        }
        let mut typed = Vec::new();
        match (set.urgency, &set.moments) {
            (Some(urgency), Some(moments)) => typed.push((Rule::from(urgency), moments)),
            (None, None) => {}
            _ => return refuse(ReminderRefusal::UrgencyNeeded),
        }
        typed.extend(set.quiet.iter().map(|quiet| (Rule::Quiet, quiet)));
        typed.extend(set.limit.iter().map(|limit| (Rule::Limit, limit)));
        if typed.is_empty() {
            return refuse(ReminderRefusal::NothingToSet);
        }
        if unit.is_some() && set.limit.is_some() {
            return refuse(ReminderRefusal::OfficeOnly);
        }
        let mut rules = Rules::default();
        let mut changes = Vec::new();
        for (rule, given) in typed {
            let word = fold(given.trim());
            if AS_USUAL.contains(&word.as_str()) {
                changes.push((rule, None));
                continue;
            }
            let none = rule == Rule::Quiet && NONE.contains(&word.as_str());
            if rules.set(rule, if none { "" } else { given }, &self.calendar).is_err() {
                return refuse(ReminderRefusal::BadRule { rule, given: given.clone() });
            }
            changes.push((rule, Some(rules.value(rule))));
        }
        Ok((unit, changes))
    }
}

/// How the office is reminded is for the coordinators to say, how a unit is also for its head.
fn may_set(actor: &Actor, unit: Option<&UnitCode>) -> bool {
    unit.map_or_else(
        || actor.is_at_least(Tier::Coordinator),
        |unit| actor.is_at_least_in(Tier::UnitHead, unit),
    )
}
