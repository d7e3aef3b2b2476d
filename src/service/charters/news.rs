//! Telling an office that another version of the regulation is in force: once, on the morning of its first working day, or as
//! soon afterwards as the bot can. Until no task waits for its decision any more the coordinators' digest says how many do.

use crate::domain::actor::Tier;
use crate::domain::charter::Charter;
use crate::domain::digest::mentioned;
use crate::domain::effect::Effect;
use crate::domain::ids::{GuildId, UserId};
use crate::service::{Office, Outcome};
use crate::store::Tx;
use crate::store::audit::AuditEntry;
use crate::store::timer::Timer;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// The versions that an office knows, as they are kept.
type Known = BTreeMap<String, Option<DateTime<Utc>>>;

impl Office {
    /// Has an office told of the next version of which it does not know. What is in force when an office is first seen is no
    /// news to it, unless it has open tasks of another version: then it is older than its list of what it knows.
    pub(in crate::service) async fn await_version(
        &self,
        tx: &mut Tx,
        guild: GuildId,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        let mut known = self.store.known_versions(guild).await?;
        let in_force = self.charter().about().id.clone();
        if known.is_empty() && self.store.tasks_of_other_versions(guild, &in_force).await?.is_empty() {
            tx.know_version(guild, &in_force, now, false).await?;
            known.insert(in_force, None);
        }
        let subject = format!("charter:{guild}");
        match self.next_news(&known, now) {
            Some((_, due)) => tx.set_timer(&Timer { subject, guild, due, fired: now }).await,
            None => tx.drop_timer(&subject).await,
        }
    }

    /// The version of which an office is told next, and when: the one in force, else the one to come. One that was overtaken
    /// before anybody could be told of it is told of no more.
    fn next_news(&self, known: &Known, now: DateTime<Utc>) -> Option<(&Charter, DateTime<Utc>)> {
        let today = self.calendar.local_date(now);
        let in_force = self.charters.on(today);
        let to_come = self.charters.all().find(|version| version.about().effective_from > today);
        let is_news = |version: &&Charter| !known.contains_key(&version.about().id);
        let version = Some(in_force).filter(is_news).or(to_come.filter(is_news))?;
        let morning = self.calendar.at(self.news_day(version), self.calendar.opening());
        Some((version, if morning > now { morning } else { self.calendar.next_office_moment(now) }))
    }

    /// The first working day of a version.
    fn news_day(&self, version: &Charter) -> NaiveDate {
        self.calendar.working_day_from(version.about().effective_from)
    }

    /// Tells the office what is in force now, if that is still news.
    pub(in crate::service) async fn fire_charter(&self, timer: &Timer, now: DateTime<Utc>) -> Outcome<()> {
        let guild = timer.guild;
        let mut known = self.store.known_versions(guild).await?;
        let mut tx = self.store.begin().await?;
        if let Some((version, _)) = self.next_news(&known, now).filter(|(_, due)| *due <= now) {
            let (id, today) = (&version.about().id, self.calendar.local_date(now));
            known.insert(id.clone(), Some(now));
            if tx.know_version(guild, id, now, true).await? {
                let late = today > self.news_day(version);
                self.put_out_news(&mut tx, guild, id, late, now).await?;
            }
        }
        match self.next_news(&known, now) {
            Some((_, due)) => tx.move_timer(timer, due, now).await?,
            None => tx.end_timer(timer).await?,
        }
        tx.commit().await
    }

    async fn put_out_news(
        &self,
        tx: &mut Tx,
        guild: GuildId,
        version: &str,
        late: bool,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        let today = self.calendar.local_date(now);
        let limit = self.reminder_rules(guild, None).await?.limit;
        let mut tally = tx.take_ping_turn(guild, today).await?;
        let pinged = mentioned(&self.coordinators(guild).await?, &mut tally, limit);
        tx.count_pings(guild, today, &pinged).await?;
        let subject = format!("charter:{version}");
        tx.audit(AuditEntry {
            guild,
            at: now,
            actor: None,
            action: "charter.in_force",
            subject: &subject,
            detail: serde_json::json!({ "version": version, "late": late, "pinged": pinged }),
            reason: None,
        })
        .await?;
        let pinged = pinged.into_iter().map(|user| user.0).collect();
        let news = Effect::CharterNews { version: version.to_owned(), late, pinged };
        let lane = format!("charter:{guild}");
        tx.put_out(guild, &lane, &format!("{lane}:{version}"), &news, now).await
    }

    /// The coordinators of an office.
    pub(in crate::service) async fn coordinators(&self, guild: GuildId) -> Outcome<BTreeSet<UserId>> {
        Ok(self.store.people_of_tier(guild, Tier::Coordinator).await?.into_iter().collect())
    }

    /// How many open tasks wait for a coordinator's decision about the version in force, from the day after the office was told
    /// of it; none where it was no news.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn undecided(&self, guild: GuildId, day: NaiveDate) -> Outcome<usize> {
        let version = self.charters.on(day);
        let told = self.store.known_versions(guild).await?.remove(&version.about().id).flatten();
        if told.is_none_or(|told| self.calendar.local_date(told) >= day) {
            return Ok(0);
        }
        Ok(self.touched(guild, version).await?.tasks.len())
    }
}
