//! Whom one reminder would ping, and why: asked when it is due, when the day is planned, and when somebody wants to know
//! beforehand.

use super::duty::Duty;
use crate::domain::deadline::{Decision, Rules, Rung, Standing, Step, status};
use crate::domain::digest::{Audience, Call, Rank};
use crate::domain::effect::ReceiptAsked;
use crate::domain::escalation::{Climbed, Escalation};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::task::{Task, Urgency};
use crate::service::{Office, Outcome};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The people of each unit.
pub(super) type People = BTreeMap<UnitCode, BTreeSet<UserId>>;

/// A reminder that is decided, before anybody asked whether there is room for it.
#[derive(Clone, Debug)]
pub(super) struct Called {
    /// Which rung.
    pub(super) rung: Rung,
    /// The supporter whose own part it is about; none when it is about the task.
    pub(super) part: Option<UnitCode>,
    /// How many earlier ones it stands for.
    pub(super) missed: usize,
    /// Whether it comes late.
    pub(super) late: bool,
    /// Whether the supporters are reminded too.
    pub(super) supporters: bool,
    /// Who is asked for a receipt.
    pub(super) receipt: ReceiptAsked,
    /// To whom the lateness is taken up with it.
    pub(super) climbed: Option<Climbed>,
    /// Whom it would ping.
    pub(super) call: Call,
}

/// The units that a reminder tells: first the one that owes the task or the part, then the supporters that have not sent their
/// parts, on the due date, and those that are asked for their receipt.
pub fn reminded<'a>(
    task: &'a Task,
    part: Option<&'a UnitCode>,
    supporters: bool,
    receipt: ReceiptAsked,
) -> impl Iterator<Item = &'a UnitCode> {
    let asked = |unit: &&UnitCode| receipt != ReceiptAsked::Only || task.unreceived().any(|one| one == *unit);
    let owes = part.or(task.lead()).filter(asked);
    let missing = task.missing().filter(move |_| supporters);
    let unreceived = task.unreceived().filter(move |_| receipt != ReceiptAsked::OfLead);
    let all: BTreeSet<&UnitCode> = missing.chain(unreceived).filter(|unit| Some(*unit) != owes).collect();
    owes.into_iter().chain(all)
}

/// The supporter whose own part the reminder is about that has this key within its task.
pub(super) fn part_of(key: &str) -> Option<UnitCode> {
    let (unit, _) = key.strip_prefix("part:")?.split_once(':')?;
    Some(UnitCode::from(unit))
}

impl Called {
    /// The idempotency key within its task.
    pub(super) fn key(&self) -> String {
        match &self.part {
            Some(unit) => format!("part:{unit}:{}", self.rung.key()),
            None => self.rung.key(),
        }
    }

    /// In whose digest it is told to whom lateness is taken up.
    pub(super) fn climbed_audience(&self, task: &Task) -> Option<Audience> {
        let unit = self.part.as_ref().or(task.lead());
        self.climbed.as_ref().map(|climbed| climbed.audience(unit))
    }

    /// The units it reminds, whether they are pinged or hear of it in a digest.
    pub(super) fn units(&self) -> impl Iterator<Item = &UnitCode> {
        self.call.to.keys().filter_map(|audience| match audience {
            Audience::Unit(unit) => Some(unit),
            Audience::Coordinators | Audience::Leadership => None,
        })
    }
}

/// What was read for one round of reminders: many fall due at the same minute, and all of them ask the same.
#[derive(Default)]
pub(super) struct Round {
    rules: BTreeMap<(GuildId, Option<UnitCode>), Arc<Rules>>,
    people: BTreeMap<GuildId, Arc<People>>,
}

impl Round {
    /// The rules for what `lead` leads.
    pub(super) async fn rules(
        &mut self,
        office: &Office,
        guild: GuildId,
        lead: Option<&UnitCode>,
    ) -> Outcome<Arc<Rules>> {
        let key = (guild, lead.cloned());
        if let Some(rules) = self.rules.get(&key) {
            return Ok(Arc::clone(rules));
        }
        let rules = Arc::new(office.reminder_rules(guild, lead).await?);
        Ok(Arc::clone(self.rules.entry(key).or_insert(rules)))
    }

    /// The people of each unit at `at`.
    pub(super) async fn people(
        &mut self,
        office: &Office,
        guild: GuildId,
        at: DateTime<Utc>,
    ) -> Outcome<Arc<People>> {
        if let Some(people) = self.people.get(&guild) {
            return Ok(Arc::clone(people));
        }
        let people = Arc::new(office.people_reminded(guild, at).await?);
        Ok(Arc::clone(self.people.entry(guild).or_insert(people)))
    }
}

impl Office {
    /// Everybody who hears of what concerns a unit: who holds its role, and who acts for it without.
    pub(super) async fn people_reminded(&self, guild: GuildId, at: DateTime<Utc>) -> Outcome<People> {
        let mut people = self.store.people_by_unit(guild).await?;
        for (unit, acting) in self.acting(guild, at).await? {
            people.entry(unit).or_default().extend(acting);
        }
        Ok(people)
    }

    /// Who acts for one of these units now without holding its role, so that a mention of the role does not reach them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn beside_roles(
        &self,
        guild: GuildId,
        units: &BTreeSet<UnitCode>,
    ) -> Outcome<BTreeSet<UserId>> {
        let acting = self.acting(guild, self.clock.now()).await?;
        Ok(acting.into_iter().filter(|(unit, _)| units.contains(unit)).flat_map(|(_, users)| users).collect())
    }

    /// Whom the reminder that was decided for `at` would ping. `None` when it was decided to wait, or when another reminder says
    /// it: on the day on which the task and a part of it are due, that of the task.
    pub(super) async fn call(
        &self,
        duty: &Duty,
        at: DateTime<Utc>,
        decision: &Decision,
        stands: Option<&Escalation>,
        people: &People,
    ) -> Outcome<Option<Called>> {
        let Decision::Ping { rung, missed, late, supporters, .. } = decision else { return Ok(None) };
        let task = &duty.task;
        let day = |due| self.calendar.working_day_from(self.calendar.local_date(due));
        if duty.part.is_some() && rung.date == day(task.due) && rung.date == day(duty.due) {
            return Ok(None);
        }
        let overdue = match status(self.calendar.local(duty.due), at, &self.calendar) {
            Standing::Overdue(days) => Some(days),
            Standing::Today | Standing::Left(_) => None,
        };
        let climbed = match overdue {
            Some(days) => self.climb_today(duty, days, stands, at).await?,
            None => None,
        };
        let (supporters, receipt) = (*supporters && duty.part.is_none(), duty.asks_receipt(rung.step));
        let of = |unit: &UnitCode| people.get(unit).cloned().unwrap_or_default();
        let mut to: BTreeMap<Audience, BTreeSet<UserId>> =
            reminded(task, duty.part.as_ref(), supporters, receipt)
                .filter(|unit| duty.tells(unit, at))
                .map(|unit| (Audience::Unit(unit.clone()), of(unit)))
                .collect();
        if let Some(climbed) = &climbed {
            let holders = climbed.holders.iter().copied();
            to.entry(climbed.audience(duty.unit())).or_default().extend(holders);
        }
        let rank = match rung.step {
            _ if climbed.is_some() => Rank::Escalated,
            Step::Receipt => Rank::Receipt,
            Step::OnDay | Step::Hours(_) => Rank::Today,
            _ if day(duty.due) == rung.date && overdue.is_none() => Rank::Today,
            _ if overdue.is_some() => Rank::Overdue,
            _ => Rank::Ahead,
        };
        let exempt = duty.part.is_none() && task.urgency == Urgency::Flash;
        let call = Call { rank, at, exempt, to };
        let (rung, part, missed, late) = (rung.clone(), duty.part.clone(), *missed, *late);
        Ok(Some(Called { rung, part, missed, late, supporters, receipt, climbed, call }))
    }
}
