//! Scheduling meetings, reminding of them, and counting who comes.

mod decisions;

pub use decisions::MeetingShown;

use super::inbox::{Case, Deciding};
use super::request::{AnswerMeeting, ScheduleMeeting};
use super::{Office, Outcome};
use crate::domain::actor::Tier;
use crate::domain::effect::{Answer, Effect};
use crate::domain::fold::tidy;
use crate::domain::ids::{GuildId, UnitCode};
use crate::domain::meeting::{Attendance, Meeting, Occurrence};
use crate::domain::recurrence::{MeetingReminder, Recurrence, meeting_reminders};
use crate::domain::refusal::Refusal;
use crate::domain::rights::Authority;
use crate::domain::task::TITLE_MAX;
use crate::store::audit::AuditEntry;
use crate::store::timer::Timer;
use crate::store::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};

/// How many holdings `/meeting list` shows.
const LIST_MAX: i64 = 15;

impl Office {
    pub(super) async fn schedule_meeting(&self, case: &Case, asked: &ScheduleMeeting) -> Deciding {
        let (meeting, starts_at) = self.plan_meeting(case, asked)?;
        let mut tx = self.store.begin().await?;
        tx.insert_meeting(&meeting).await?;
        let occurrence = self.announce(&mut tx, &meeting, starts_at).await?;
        tx.audit(AuditEntry {
            guild: meeting.guild,
            at: self.clock.now(),
            actor: Some(case.actor.user),
            action: "meeting.schedule",
            subject: &format!("meeting:{}", meeting.id),
            detail: serde_json::json!({
                "kind": meeting.kind, "title": meeting.title, "starts_at": starts_at,
                "recurrence": meeting.recurrence, "units": meeting.units,
            }),
            reason: None,
        })
        .await?;
        self.conclude(&mut tx, case, Answer::MeetingScheduled { occurrence }).await?;
        Ok(tx.commit().await?)
    }

    fn plan_meeting(
        &self,
        case: &Case,
        asked: &ScheduleMeeting,
    ) -> Result<(Meeting, DateTime<Utc>), Refusal> {
        if !case.actor.is_at_least(Tier::FocalPoint) {
            return Err(Refusal::NotAllowed { who: vec![Authority::AtLeast { tier: Tier::FocalPoint }] });
        }
        let title = tidy(&asked.title);
        if title.is_empty() || title.chars().count() > TITLE_MAX {
            return Err(Refusal::BadTitle { max: TITLE_MAX });
        }
        let when = self.moment_named(&asked.when, case.asked)?;
        let time = when.time.ok_or(Refusal::TimeNeeded)?;
        let recurrence =
            Recurrence::build(asked.every, when.date.and_time(time)).map_err(|_| Refusal::InThePast)?;
        let first = recurrence.next_after(case.asked, &self.calendar).ok_or(Refusal::InThePast)?;
        self.must_be_worked(self.calendar.local_date(first.at))?;
        let starts_at = first.at;
        let units = match &asked.units {
            Some(text) => self.units_named(text, None)?,
            None => self.charter().central_units(self.calendar.local_date(case.asked)),
        };
        let meeting = Meeting {
            id: new_id(),
            guild: case.actor.guild,
            kind: asked.kind,
            title,
            place: asked.place.clone().filter(|place| !place.trim().is_empty()),
            recurrence: recurrence.to_string(),
            created_by: case.actor.user,
            created_at: case.asked,
            units,
        };
        Ok((meeting, starts_at))
    }

    /// Writes the next holding of a meeting, its announcement and its timer.
    async fn announce(&self, tx: &mut Tx, meeting: &Meeting, starts_at: DateTime<Utc>) -> Outcome<String> {
        let now = self.clock.now();
        let id = new_id();
        tx.insert_occurrence(&id, meeting, starts_at).await?;
        let subject = format!("occurrence:{id}");
        let card = Effect::MeetingCard { occurrence: id.clone() };
        tx.put_out(meeting.guild, &subject, &format!("{subject}:card"), &card, now).await?;
        let due = self.next_look(starts_at, now);
        tx.set_timer(&Timer { subject, guild: meeting.guild, due, fired: now }).await?;
        Ok(id)
    }

    /// When a holding must be looked at next: its next reminder, or its start, when the following one is announced.
    fn next_look(&self, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        meeting_reminders(starts_at, &self.calendar)
            .into_iter()
            .map(|(_, at)| at)
            .filter(|at| *at > now)
            .min()
            .unwrap_or(starts_at)
    }

    pub(super) async fn fire_occurrence(&self, timer: &Timer, id: &str, now: DateTime<Utc>) -> Outcome<()> {
        let occurrence = self.store.occurrence(id).await?;
        let mut tx = self.store.begin().await?;
        match occurrence {
            Some(holding) if holding.starts_at > now => {
                let next = self.next_look(holding.starts_at, now);
                let opening = self.calendar.next_office_moment(now);
                match self.newest_reminder(&holding, timer.fired, now) {
                    // A late one waits for the morning. An hour before the start it cannot.
                    Some(MeetingReminder::DayBefore) if opening > now => {
                        tx.move_timer(timer, next.min(opening), timer.fired).await?;
                    }
                    reminder => {
                        tx.move_timer(timer, next, now).await?;
                        if let Some(reminder) = reminder {
                            self.put_out_reminder(&mut tx, &holding, reminder, now).await?;
                        }
                    }
                }
            }
            Some(holding) => {
                let rule: Recurrence = holding.meeting.recurrence.parse().map_err(|_| {
                    StoreError::Corrupt(format!("recurrence of meeting {}", holding.meeting.id))
                })?;
                let opening = self.calendar.next_office_moment(now);
                match rule.next_after(now, &self.calendar) {
                    // Nobody is invited at night, unless the morning were too late.
                    Some(next) if now < opening && opening < self.next_look(next.at, now) => {
                        tx.move_timer(timer, opening, timer.fired).await?;
                    }
                    Some(next) => {
                        tx.end_timer(timer).await?;
                        self.announce(&mut tx, &holding.meeting, next.at).await?;
                    }
                    None => tx.end_timer(timer).await?,
                }
            }
            None => tx.drop_timer(&timer.subject).await?,
        }
        tx.commit().await
    }

    /// Of the reminders that became due since `fired` only the newest is still worth saying.
    fn newest_reminder(
        &self,
        holding: &Occurrence,
        fired: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<MeetingReminder> {
        meeting_reminders(holding.starts_at, &self.calendar)
            .into_iter()
            .filter(|(_, at)| *at > fired && *at <= now)
            .max_by_key(|(_, at)| *at)
            .map(|(reminder, _)| reminder)
    }

    async fn put_out_reminder(
        &self,
        tx: &mut Tx,
        holding: &Occurrence,
        reminder: MeetingReminder,
        now: DateTime<Utc>,
    ) -> Outcome<()> {
        let subject = holding.subject();
        let effect = Effect::MeetingReminder { occurrence: holding.id.clone(), reminder };
        tx.put_out(
            holding.meeting.guild,
            &subject,
            &format!("{subject}:remind:{}", reminder.code()),
            &effect,
            now,
        )
        .await
    }

    pub(super) async fn answer_meeting(&self, case: &Case, given: &AnswerMeeting) -> Deciding {
        let refuse = |refusal: Refusal| Err(refusal.into());
        let found = self.store.occurrence(&given.occurrence).await?;
        let Some(holding) = found.filter(|holding| holding.meeting.guild == case.actor.guild) else {
            return refuse(Refusal::UnknownMeeting { given: given.occurrence.clone() });
        };
        let now = self.clock.now();
        if holding.starts_at <= now {
            return refuse(Refusal::MeetingBegan);
        }
        let Some(unit) = holding.meeting.units.iter().find(|unit| case.actor.is_of(unit)).cloned() else {
            return refuse(Refusal::NoUnitOfYours);
        };
        let answer = Attendance {
            user: case.actor.user,
            name: case.actor.name.clone(),
            unit: unit.clone(),
            answer: given.answer,
        };
        let subject = holding.subject();
        let mut tx = self.store.begin().await?;
        let revision = tx.answer_occurrence(&holding.id, &answer, now).await?;
        tx.audit(AuditEntry {
            guild: holding.meeting.guild,
            at: now,
            actor: Some(case.actor.user),
            action: "meeting.answer",
            subject: &subject,
            detail: serde_json::json!({ "unit": unit, "answer": given.answer }),
            reason: None,
        })
        .await?;
        let refresh = Effect::MeetingRefresh { occurrence: holding.id.clone(), revision };
        tx.put_out(holding.meeting.guild, &subject, &format!("{subject}:refresh:{revision}"), &refresh, now)
            .await?;
        let done = Answer::Attendance { occurrence: holding.id, unit, answer: given.answer };
        self.conclude(&mut tx, case, done).await?;
        Ok(tx.commit().await?)
    }

    /// The holdings ahead, the next on top.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn upcoming_meetings(&self, guild: GuildId) -> Outcome<Vec<Occurrence>> {
        self.store.upcoming(guild, self.clock.now(), LIST_MAX).await
    }

    /// Whether a list of units is exactly all central units of the charter.
    pub fn is_all_central(&self, units: &[UnitCode]) -> bool {
        let central = self.charter().central_units(self.today());
        units.len() == central.len() && central.iter().all(|unit| units.contains(unit))
    }
}
