//! Standing in during leave: arranged beforehand, said once to both when it begins and when it ends, and ended by itself.

use super::{Delegate, not, not_yours};
use crate::domain::actor::{Actor, Tier};
use crate::domain::effect::Effect;
use crate::domain::fold::tidy;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::people::{Arranged, NotArranged};
use crate::domain::position::{Delegation, Standing, fault};
use crate::domain::refusal::Refusal;
use crate::service::inbox::{Case, Deciding, No};
use crate::service::{Office, Outcome};
use crate::store::timer::Timer;
use crate::store::{Tx, new_id};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::collections::BTreeSet;

impl Office {
    pub(super) async fn delegate(&self, case: &Case, one: &Delegate, to: UserId) -> Deciding {
        let guild = case.actor.guild;
        let from = one.away.unwrap_or(case.actor.user);
        let unit = self.unit_away(case, one).await?;
        for user in [from, to] {
            self.must_be_here(guild, user).await?;
        }
        let (first, last) = self.leave_named(case, one)?;
        if !self.is_something_in(guild, &unit, from, first).await? {
            return Err(not(NotArranged::NothingThere { unit, user: from }).into());
        }
        let free = case.actor.is_at_least(Tier::Coordinator);
        if !free && !self.is_something_in(guild, &unit, to, first).await? {
            return Err(not(NotArranged::Outsider { unit, user: to }).into());
        }
        let now = self.clock.now();
        let midnight = |day: NaiveDate| self.calendar.at(day, NaiveTime::MIN);
        let delegation = Delegation {
            id: new_id(),
            unit: unit.clone(),
            from,
            to,
            since: midnight(first).max(case.asked),
            until: midnight(last.succ_opt().unwrap_or(last)),
            reason: one.reason.as_deref().map(tidy).filter(|reason| !reason.is_empty()),
            made_by: case.actor.user,
            made_at: now,
        };
        let mut tx = self.store.begin().await?;
        tx.arrange(guild).await?;
        if let Some(fault) = fault(&delegation, &tx.delegations(guild, case.asked).await?) {
            return Err(not(NotArranged::Contradicts { fault }).into());
        }
        tx.add_delegation(guild, &delegation).await?;
        let due = self.calendar.next_office_moment(delegation.since.max(now));
        tx.set_timer(&Timer { subject: subject(&delegation.id), guild, due, fired: now }).await?;
        let (audited, reason) = (subject(&delegation.id), delegation.reason.as_deref());
        let done = Arranged::Delegated { unit, from, to, first, last };
        self.arranged(tx, case, ("delegation.begin", &audited, reason), done).await
    }

    pub(super) async fn end_delegation(&self, case: &Case, one: &Delegate) -> Deciding {
        let guild = case.actor.guild;
        let away = one.away.unwrap_or(case.actor.user);
        let unit = one.unit.as_deref().map(|text| self.unit_named(text)).transpose();
        let unit = unit?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        tx.arrange(guild).await?;
        // Who stands in may give it back as well.
        let theirs = |one: &&Delegation| {
            let part = one.from == away || one.to == away && away == case.actor.user;
            part && unit.as_ref().is_none_or(|unit| one.unit == *unit)
        };
        let all = tx.delegations(guild, now).await?;
        let Some(found) = all.iter().find(theirs) else {
            let unit = unit.or_else(|| case.actor.units.first().cloned());
            let units = Vec::new();
            return Err(not(match unit {
                Some(unit) => NotArranged::NobodyStandsIn { unit, user: away },
                None => NotArranged::WhichUnit { units },
            })
            .into());
        };
        if ![found.from, found.to].contains(&case.actor.user) {
            may_arrange(&case.actor, &found.unit)?;
        }
        if found.holds_at(now) {
            // It has been, for however short a time.
            let until = now.max(found.since + TimeDelta::milliseconds(1));
            tx.end_delegation(&found.id, until).await?;
            // What began is said to have ended as soon as the office is open.
            let due = self.calendar.next_office_moment(until);
            let timer = Timer { subject: subject(&found.id), guild, due, fired: now };
            tx.set_timer(&timer).await?;
        } else {
            tx.end_delegation(&found.id, now).await?;
            tx.drop_timer(&subject(&found.id)).await?;
        }
        let audited = subject(&found.id);
        let done = Arranged::Back { unit: found.unit.clone(), from: found.from, to: found.to };
        self.arranged(tx, case, ("delegation.end", &audited, None), done).await
    }

    /// The unit in which somebody is away, if the actor may arrange it: oneself, the unit's head, coordinators.
    async fn unit_away(&self, case: &Case, one: &Delegate) -> Result<UnitCode, No> {
        let away = one.away.unwrap_or(case.actor.user);
        let unit = match &one.unit {
            Some(text) => self.unit_named(text)?,
            None => {
                let today = self.calendar.local_date(case.asked);
                let units: Vec<UnitCode> =
                    self.units_of(case.actor.guild, away, today).await?.into_iter().collect();
                let [unit] = units.as_slice() else {
                    return Err(not(NotArranged::WhichUnit { units }).into());
                };
                unit.clone()
            }
        };
        if away != case.actor.user {
            may_arrange(&case.actor, &unit)?;
        }
        Ok(unit)
    }

    /// The units of which somebody is on `day`, in whatever position.
    async fn units_of(&self, guild: GuildId, user: UserId, day: NaiveDate) -> Outcome<BTreeSet<UnitCode>> {
        let (mut units, _) = self.store.standing_of(guild, user).await?;
        let held = self.store.holdings_of(guild, user, day).await?;
        units.extend(held.into_iter().filter(|one| one.holds_on(day)).map(|one| one.unit));
        Ok(units)
    }

    async fn is_something_in(
        &self,
        guild: GuildId,
        unit: &UnitCode,
        user: UserId,
        day: NaiveDate,
    ) -> Outcome<bool> {
        Ok(self.units_of(guild, user, day).await?.contains(unit))
    }

    fn leave_named(&self, case: &Case, one: &Delegate) -> Result<(NaiveDate, NaiveDate), Refusal> {
        let today = self.calendar.local_date(case.asked);
        let first = match &one.from {
            Some(text) => self.moment_named(text, case.asked)?.date,
            None => today,
        };
        let Some(until) = &one.until else { return Err(not(NotArranged::LastDay)) };
        let last = self.moment_named(until, case.asked)?.date;
        if last < today {
            Err(not(NotArranged::Over { last }))
        } else if last < first {
            Err(not(NotArranged::Reversed))
        } else {
            Ok((first, last))
        }
    }

    /// What a delegation's timer is for: both are told once that it has begun, and once that it has ended. Who stands in
    /// comes into the threads of the unit's open tasks, and out of the private ones again.
    pub(crate) async fn fire_delegation(&self, timer: &Timer, id: &str, now: DateTime<Utc>) -> Outcome<()> {
        let found = self.store.delegation(id).await?;
        let mut tx = self.store.begin().await?;
        let Some((guild, one)) = found.filter(|(_, one)| one.since < one.until) else {
            tx.end_timer(timer).await?;
            return tx.commit().await;
        };
        let ends = one.until <= now;
        if ends {
            tx.end_timer(timer).await?;
        } else {
            tx.move_timer(timer, self.calendar.next_office_moment(one.until), now).await?;
        }
        self.put_out_threads(&mut tx, guild, &one, ends, now).await?;
        let moment = if ends { "ends" } else { "begins" };
        for (user, role) in [(one.from, "from"), (one.to, "to")] {
            let effect = Effect::DelegationSaid { delegation: one.id.clone(), user: user.0, ends };
            let (lane, key) = (format!("person:{user}"), format!("delegation:{id}:{moment}:{role}"));
            tx.put_out(guild, &lane, &key, &effect, now).await?;
        }
        tx.commit().await
    }

    async fn put_out_threads(
        &self,
        tx: &mut Tx,
        guild: GuildId,
        one: &Delegation,
        ends: bool,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        for (task, private) in self.store.open_threads_of(guild, &one.unit).await? {
            // A public thread may be read by everybody anyway.
            if ends && !private {
                continue;
            }
            let effect = Effect::TaskMember { task: task.clone(), user: one.to.0, joins: !ends };
            let key = format!("task:{task}:delegation:{}:{ends}", one.id);
            tx.put_out(guild, &format!("task:{task}"), &key, &effect, now).await?;
        }
        Ok(())
    }

    /// Whether somebody still has to do with the tasks of these units when whom they stood in for is back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stays_in(&self, guild: GuildId, units: &[UnitCode], user: UserId) -> Outcome<bool> {
        let now = self.clock.now();
        for unit in units {
            if self.people_for(guild, unit, now).await?.contains(&user) {
                return Ok(true);
            }
        }
        let delegations = self.store.delegations(guild, now).await?;
        let stands_in = |unit| !Standing::new(unit, &delegations, now).represented_by(user).is_empty();
        let (_, tiers) = self.store.standing_of(guild, user).await?;
        Ok(units.iter().any(stands_in) || tiers.last().is_some_and(|tier| *tier >= Tier::Coordinator))
    }
}

fn subject(id: &str) -> String {
    format!("delegation:{id}")
}

/// The unit's head and coordinators arrange for others.
fn may_arrange(actor: &Actor, unit: &UnitCode) -> Result<(), Refusal> {
    if actor.is_at_least_in(Tier::UnitHead, unit) { Ok(()) } else { Err(not_yours(unit)) }
}
