//! What digests tell each morning until somebody does it, beside what the ladders bring: receipts of normal tasks, new deadlines that
//! wait for their decision, results that wait for their acceptance. Of the last two those hear who can decide.

use super::call::{Called, People, Round};
use super::duty::Duty;
use crate::domain::actor::Tier;
use crate::domain::deadline::Receipt;
use crate::domain::digest::{Audience, Rank};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::task::Task;
use crate::service::{Office, Outcome};
use crate::store::digest::DigestItem;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// After how many working days a receipt is asked for that does not come: it may take the day of giving and the next one.
const RECEIPT_DAYS: i64 = 2;

/// Something that stands in a digest.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// In whose.
    pub(super) audience: Audience,
    /// What it is about.
    pub(super) task: Task,
    /// What is to be done.
    pub(super) rank: Rank,
    /// From the morning of which working day on.
    from: NaiveDate,
}

impl Standing {
    /// Whether it is told in the morning of `date`, if the ladders bring `planned` on that day: a unit hears once of a task.
    pub(super) fn is_told_on(&self, date: NaiveDate, planned: &[(Duty, Called)]) -> bool {
        let told = |(duty, called): &(Duty, Called)| {
            duty.task.id == self.task.id && duty.part.is_none() && called.call.to.contains_key(&self.audience)
        };
        self.from <= date && !(self.rank == Rank::Receipt && planned.iter().any(told))
    }

    /// As it is kept for the digest of `date`.
    pub(super) fn item(&self, date: NaiveDate) -> DigestItem {
        let (audience, task) = (self.audience.clone(), self.task.id.clone());
        DigestItem { audience, task, rung: format!("{}:{date}", self.rank), rank: self.rank }
    }
}

impl Office {
    /// Whether the office has anything to plan its mornings for.
    pub(super) async fn has_mornings(&self, guild: GuildId) -> Outcome<bool> {
        Ok(self.store.watches_a_task(guild).await? || self.store.a_result_waits(guild).await?)
    }

    /// All that waits now for somebody, with from when on it is told. What waits for a unit without people is a gap that
    /// `/charter check` lists, and not for a digest that nobody gets.
    pub(super) async fn standing(&self, guild: GuildId, people: &People) -> Outcome<Vec<Standing>> {
        let (mut all, now) = (self.all_standing(guild).await?, self.clock.now());
        let mut reached: BTreeMap<Audience, bool> = BTreeMap::new();
        for one in &all {
            if !reached.contains_key(&one.audience) {
                let members = self.members(guild, &one.audience, now, people).await?;
                reached.insert(one.audience.clone(), !members.is_empty());
            }
        }
        all.retain(|one| reached.get(&one.audience).is_some_and(|reached| *reached));
        Ok(all)
    }

    async fn all_standing(&self, guild: GuildId) -> Outcome<Vec<Standing>> {
        let mut round = Round::default();
        let day = |since: DateTime<Utc>| self.calendar.local_date(since);
        let next_day = |since| self.calendar.next_working_day(day(since));
        let mut standing = Vec::new();
        for one in self.store.receipts_waiting(guild, None).await? {
            let rules = round.rules(self, guild, one.task.lead()).await?;
            if rules.receipt(one.task.urgency) == Receipt::Digest {
                let from = self.calendar.add_working_days(day(one.since), RECEIPT_DAYS);
                let audience = Audience::Unit(one.whose);
                standing.push(Standing { audience, task: one.task, rank: Rank::Receipt, from });
            }
        }
        let above = self.deciders(guild).await?;
        for one in self.store.extensions_waiting(guild).await? {
            let (audience, from) = (above.clone(), next_day(one.since));
            standing.push(Standing { audience, task: one.task, rank: Rank::Extension, from });
        }
        for one in self.store.results_waiting(guild, None).await? {
            let audience = self.accepts(&one.task, one.whose, &above).await?;
            standing.push(Standing {
                audience,
                task: one.task,
                rank: Rank::Result,
                from: next_day(one.since),
            });
        }
        Ok(standing)
    }

    /// Who decides for the office: the coordinators; where there are none, the leadership.
    async fn deciders(&self, guild: GuildId) -> Outcome<Audience> {
        let coordinators = self.store.people_of_tier(guild, Tier::Coordinator).await?;
        Ok(if coordinators.is_empty() { Audience::Leadership } else { Audience::Coordinators })
    }

    /// In whose digest the result of a task is that `giver` gave: that of the giver's unit, the lead if the giver is of it; of the
    /// coordinators when one of them gave it, or somebody above, or somebody who has left.
    async fn accepts(&self, task: &Task, giver: UserId, above: &Audience) -> Outcome<Audience> {
        let (units, tiers) = self.store.standing_of(task.guild, giver).await?;
        if tiers.last().is_some_and(|tier| *tier >= Tier::Coordinator) {
            return Ok(above.clone());
        }
        let of_lead = task.lead().filter(|lead| units.contains(*lead));
        Ok(of_lead.or(units.first()).map_or_else(|| above.clone(), |unit| Audience::Unit(unit.clone())))
    }
}
