//! The day's plan: which of its reminders go out by themselves, and which are told together in the morning.

use super::call::{Called, People, Round};
use super::is_reminded;
use crate::domain::digest::{Audience, Rank, Tally, allot, mentioned};
use crate::domain::effect::Effect;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::task::Task;
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
    /// What it is told for.
    pub rank: Rank,
}

/// A digest as it is shown.
#[derive(Clone, Debug)]
pub struct DigestShown {
    /// What is told, the most pressing first; each task once.
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

    /// Has every office that watches a task plan its mornings: one that began before there were digests does not yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn plan_mornings(&self) -> Outcome<()> {
        let now = self.clock.now();
        for guild in self.store.guilds().await? {
            if self.store.watches_a_task(guild).await? {
                let mut tx = self.store.begin().await?;
                tx.ensure_timer(&self.digest_timer(guild, now)).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Plans the day. An office without open tasks plans nothing until it has one again.
    pub(super) async fn fire_digest(&self, timer: &Timer, now: DateTime<Utc>) -> Outcome<()> {
        let guild = timer.guild;
        let open = self.calendar.next_office_moment(now);
        if open > now || !self.store.watches_a_task(guild).await? {
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
        let waiting = self.store.waiting_for_digest(guild).await?;
        let limit = self.reminder_rules(guild, None).await?.limit;
        let coordinators = match self.undecided(guild, today).await? {
            0 => BTreeSet::new(),
            _ => self.coordinators(guild).await?,
        };
        let mut tx = self.store.begin().await?;
        tx.move_timer(timer, self.next_plan(today), now).await?;
        let mut tally = tx.take_ping_turn(guild, today).await?;
        let mut sure: BTreeSet<Audience> = waiting.iter().map(|item| item.audience.clone()).collect();
        if !coordinators.is_empty() {
            sure.insert(Audience::Coordinators);
        }
        let calls: Vec<_> = planned.iter().map(|(_, called)| called.call.clone()).collect();
        let told = allot(&calls, &tally, limit, &sure);

        let mut digests: BTreeMap<Audience, BTreeSet<UserId>> = BTreeMap::new();
        for ((task, called), told) in planned.iter().zip(&told) {
            for (audience, members) in called.call.to.iter().filter(|(one, _)| !told.contains(*one)) {
                digests.entry(audience.clone()).or_default().extend(members);
                let item = DigestItem {
                    audience: audience.clone(),
                    task: task.id.clone(),
                    rung: called.key(),
                    rank: called.call.rank,
                };
                tx.keep_for_digest(guild, &item, Some(today), now).await?;
            }
        }
        for item in &waiting {
            // A reminder that goes out by itself today says the same and newer.
            let newer = |((task, _), told): (&(Task, Called), &BTreeSet<Audience>)| {
                task.id == item.task && told.contains(&item.audience)
            };
            let open = self.store.task(&item.task).await?.filter(is_reminded);
            match open.filter(|_| !planned.iter().zip(&told).any(newer)) {
                Some(task) => {
                    let members = self.members(&item.audience, &task, now, &people).await?;
                    digests.entry(item.audience.clone()).or_default().extend(members);
                    tx.end_waiting(item, Some(today)).await?;
                }
                None => tx.end_waiting(item, None).await?,
            }
        }
        if !coordinators.is_empty() {
            digests.entry(Audience::Coordinators).or_default().extend(coordinators);
        }
        for (audience, members) in digests {
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
    ) -> Outcome<Vec<(Task, Called)>> {
        let (mut ahead, mut round) = (Vec::new(), Round::default());
        for (id, fired) in self.store.watched_tasks(guild, until).await? {
            let Some(task) = self.store.task(&id).await?.filter(is_reminded) else { continue };
            let rules = round.rules(self, guild, task.lead()).await?;
            let mut stands = if task.due < until { self.store.escalation(&task).await? } else { None };
            for (at, decision) in self.ladder(&task, &rules).ahead(fired, now, until) {
                if let Some(called) = self.call(&task, at, &decision, stands.as_ref(), people).await? {
                    stands = called.climbed.as_ref().map(|climbed| self.after(climbed, at)).or(stands);
                    ahead.push((task.clone(), called));
                }
            }
        }
        for (part, fired) in self.store.watched_parts(guild, until).await? {
            ahead.extend(self.parts_ahead(&part, fired, (now, until), people).await?);
        }
        Ok(ahead)
    }

    /// The people of a digest.
    async fn members(
        &self,
        audience: &Audience,
        task: &Task,
        now: DateTime<Utc>,
        people: &People,
    ) -> Outcome<BTreeSet<UserId>> {
        Ok(match audience {
            Audience::Unit(unit) => people.get(unit).cloned().unwrap_or_default(),
            Audience::Coordinators | Audience::Leadership => self.above_units(audience, task, now).await?,
        })
    }

    /// What the digest of `audience` on `day` tells now, and whom. Of the tasks those that are still open, each once.
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
            if shown.told.iter().any(|told| told.task.id == item.task) {
                continue;
            }
            let Some(task) = self.store.task(&item.task).await?.filter(is_reminded) else { continue };
            shown.people.extend(self.members(audience, &task, self.clock.now(), &people).await?);
            shown.told.push(Told { task, rank: item.rank });
        }
        Ok(shown)
    }
}
