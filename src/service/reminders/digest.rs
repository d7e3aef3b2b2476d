//! The day's plan: which of its reminders go out by themselves, and which are told together in the morning.

use super::call::{Called, People, Round, part_of};
use super::duty::{Duty, deadline};
use crate::domain::digest::{Audience, Rank, Tally, allot, mentioned};
use crate::domain::effect::Effect;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::task::{Task, TaskState};
use crate::service::{Office, Outcome};
use crate::store::Tx;
use crate::store::digest::DigestItem;
use crate::store::timer::Timer;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// One task in a digest.
#[derive(Clone, Debug)]
pub struct Told {
    /// The task.
    pub task: Task,
    /// The supporter whose part it is told for; none when it is told for itself.
    pub part: Option<UnitCode>,
    /// What it is told for.
    pub rank: Rank,
}

/// A digest as it is shown.
#[derive(Clone, Debug)]
pub struct DigestShown {
    /// What is told, the most pressing first; each task and each part once.
    pub told: Vec<Told>,
    /// The people who get it.
    pub people: BTreeSet<UserId>,
    /// How many tasks wait for the coordinators' decision about the version in force.
    pub undecided: usize,
}

impl DigestShown {
    /// Whether there is nothing to tell any more.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty() && self.undecided == 0
    }
}

impl Office {
    /// The timer by which an office plans its mornings: next when it opens.
    pub(super) fn digest_timer(&self, guild: GuildId, now: DateTime<Utc>) -> Timer {
        let due = self.next_plan(self.calendar.local_date(now));
        Timer { subject: format!("digest:{guild}"), guild, due, fired: now }
    }

    /// When the working day after `date` is planned: when the office opens.
    fn next_plan(&self, date: NaiveDate) -> DateTime<Utc> {
        self.calendar.at(self.calendar.next_working_day(date), self.calendar.opening())
    }

    /// Has every office that has something to plan for plan its mornings: one that began before there were digests does not yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn plan_mornings(&self) -> Outcome<()> {
        let now = self.clock.now();
        for guild in self.store.guilds().await? {
            if self.has_mornings(guild).await? {
                let mut tx = self.store.begin().await?;
                tx.ensure_timer(&self.digest_timer(guild, now)).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Plans the day. An office where no task is open and no result waits plans nothing until one is.
    pub(super) async fn fire_digest(&self, timer: &Timer, now: DateTime<Utc>) -> Outcome<()> {
        let guild = timer.guild;
        let open = self.calendar.next_office_moment(now);
        if open > now || !self.has_mornings(guild).await? {
            let mut tx = self.store.begin().await?;
            if open > now {
                tx.move_timer(timer, open, timer.fired).await?
            } else {
                tx.end_timer(timer).await?
            }
            return tx.commit().await;
        }
        let today = self.calendar.local_date(now);
        let people = self.people_reminded(guild, now).await?;
        let planned = self.reminders_ahead(guild, now, self.calendar.day_end(today), &people).await?;
        let mut standing = self.standing(guild, &people).await?;
        standing.retain(|one| one.is_told_on(today, &planned));
        let waiting = self.store.waiting_for_digest(guild).await?;
        let limit = self.reminder_rules(guild, None).await?.limit;
        let coordinators = match self.undecided(guild, today).await? {
            0 => BTreeSet::new(),
            _ => self.coordinators(guild).await?,
        };
        let mut tx = self.store.begin().await?;
        tx.move_timer(timer, self.next_plan(today), now).await?;
        let mut tally = tx.take_ping_turn(guild, today).await?;
        let mut sure: BTreeMap<Audience, BTreeSet<UserId>> = BTreeMap::new();
        let audiences = waiting.iter().map(|item| &item.audience);
        for audience in audiences.chain(standing.iter().map(|one| &one.audience)) {
            if !sure.contains_key(audience) {
                sure.insert(audience.clone(), self.members(guild, audience, now, &people).await?);
            }
        }
        if !coordinators.is_empty() {
            sure.entry(Audience::Coordinators).or_default().extend(&coordinators);
        }
        let calls: Vec<_> = planned.iter().map(|(_, called)| called.call.clone()).collect();
        let told = allot(&calls, &tally, limit, &sure);

        let mut digests: BTreeMap<Audience, BTreeSet<UserId>> = BTreeMap::new();
        for ((duty, called), told) in planned.iter().zip(&told) {
            for (audience, members) in called.call.to.iter().filter(|(one, _)| !told.contains(*one)) {
                digests.entry(audience.clone()).or_default().extend(members);
                let item = DigestItem {
                    audience: audience.clone(),
                    task: duty.task.id.clone(),
                    rung: called.key(),
                    rank: called.call.rank,
                };
                tx.keep_for_digest(guild, &item, Some(today), now).await?;
            }
        }
        for one in &standing {
            digests.entry(one.audience.clone()).or_default();
            tx.keep_for_digest(guild, &one.item(today), Some(today), now).await?;
        }
        for item in &waiting {
            // A reminder that goes out by itself today says the same and newer.
            let part = part_of(&item.rung);
            let newer = |((duty, _), told): (&(Duty, Called), &BTreeSet<Audience>)| {
                duty.task.id == item.task && duty.part == part && told.contains(&item.audience)
            };
            let open = self.still_owed(item).await?;
            match open.filter(|_| !planned.iter().zip(&told).any(newer)) {
                Some(_) => {
                    digests.entry(item.audience.clone()).or_default();
                    tx.end_waiting(item, Some(today)).await?;
                }
                None => tx.end_waiting(item, None).await?,
            }
        }
        if !coordinators.is_empty() {
            digests.entry(Audience::Coordinators).or_default();
        }
        for (audience, mut members) in digests {
            members.extend(sure.get(&audience).into_iter().flatten());
            self.put_out_digest(&mut tx, guild, &audience, &members, today, &mut tally, limit).await?;
        }
        tx.commit().await
    }

    #[expect(clippy::too_many_arguments, reason = "what a digest is, and what it is counted in")]
    async fn put_out_digest(
        &self,
        tx: &mut Tx,
        guild: GuildId,
        audience: &Audience,
        members: &BTreeSet<UserId>,
        today: NaiveDate,
        tally: &mut Tally,
        limit: u32,
    ) -> Outcome<()> {
        let pinged = mentioned(members, tally, limit);
        tx.count_pings(guild, today, &pinged).await?;
        let unpinged = members.difference(&pinged).map(|user| user.0).collect();
        let effect = Effect::Digest { audience: audience.to_string(), day: today, unpinged };
        let lane = format!("digest:{guild}:{audience}");
        tx.put_out(guild, &lane, &format!("{lane}:{today}"), &effect, self.clock.now()).await
    }

    /// What the ladders bring from `now` up to and with `until`, if nothing changes. The lateness of a task is taken up with
    /// the first of its reminders on a day.
    pub(super) async fn reminders_ahead(
        &self,
        guild: GuildId,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        people: &People,
    ) -> Outcome<Vec<(Duty, Called)>> {
        let (mut ahead, mut round) = (Vec::new(), Round::default());
        for (subject, fired) in self.store.watched(guild, until).await? {
            let Some(duty) = self.duty_behind(&subject, &mut round).await? else { continue };
            let mut stands = if duty.due < until { self.ladder_stands(&duty).await? } else { None };
            for (at, decision) in duty.ladder(&self.calendar).ahead(fired, now, until) {
                if let Some(called) = self.call(&duty, at, &decision, stands.as_ref(), people).await? {
                    stands = called.climbed.as_ref().map(|climbed| self.after(climbed, at)).or(stands);
                    ahead.push((duty.clone(), called));
                }
            }
        }
        Ok(ahead)
    }

    /// The task of something that was kept for a digest, if that is still to be done.
    async fn still_owed(&self, item: &DigestItem) -> Outcome<Option<Task>> {
        let task = self.store.task(&item.task).await?;
        Ok(task.filter(|task| match (item.rank, &item.audience) {
            (Rank::Receipt, Audience::Unit(unit)) => task.unreceived().any(|one| one == unit),
            (Rank::Receipt, _) => task.unreceived().next().is_some(),
            (Rank::Extension, _) => task.state == TaskState::AwaitingExtension,
            (Rank::Result, _) => task.state == TaskState::Done,
            (Rank::Today | Rank::Escalated | Rank::Overdue | Rank::Ahead, _) => {
                deadline(task, part_of(&item.rung).as_ref()).is_some()
            }
        }))
    }

    /// The people of a digest.
    pub(super) async fn members(
        &self,
        guild: GuildId,
        audience: &Audience,
        now: DateTime<Utc>,
        people: &People,
    ) -> Outcome<BTreeSet<UserId>> {
        Ok(match audience {
            Audience::Unit(unit) => people.get(unit).cloned().unwrap_or_default(),
            Audience::Coordinators | Audience::Leadership => self.above_units(guild, audience, now).await?,
        })
    }

    /// What the digest of `audience` on `day` tells now, and whom. Of the tasks and parts those that are still owed, each once.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn digest(&self, guild: GuildId, audience: &Audience, day: NaiveDate) -> Outcome<DigestShown> {
        let mut shown = DigestShown { told: Vec::new(), people: BTreeSet::new(), undecided: 0 };
        if *audience == Audience::Coordinators {
            shown.undecided = self.undecided(guild, day).await?;
            if shown.undecided > 0 {
                shown.people = self.coordinators(guild).await?;
            }
        }
        let people = self.people_reminded(guild, self.clock.now()).await?;
        for item in self.store.digest_items(guild, audience, day).await? {
            let part = part_of(&item.rung);
            if shown.told.iter().any(|told| told.task.id == item.task && told.part == part) {
                continue;
            }
            if let Some(task) = self.still_owed(&item).await? {
                shown.told.push(Told { task, part, rank: item.rank });
            }
        }
        if !shown.told.is_empty() {
            shown.people = self.members(guild, audience, self.clock.now(), &people).await?;
        }
        Ok(shown)
    }
}
