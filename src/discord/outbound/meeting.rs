//! Showing meetings: the announcement, its tally, and the reminders.

use super::{Halt, Outbound, Shown, missing};
use crate::discord::render::{self, Pings};
use crate::discord::words::Voice;
use crate::domain::meeting::{AttendanceAnswer, MeetingDecision, Occurrence};
use crate::domain::recurrence::MeetingReminder;
use crate::jobs::outbox::Placed;
use crate::store::outbox::{Delivery, OutboxRow};

impl Outbound {
    pub(super) async fn announce(&self, row: &OutboxRow, occurrence: &str) -> Shown {
        let holding = self.holding(occurrence).await?;
        if holding.message.is_some() {
            return Ok((Delivery::Done(None), None));
        }
        let guild = holding.meeting.guild;
        let channel = self.places.meetings(guild).await?;
        let (lang, known) = self.tongue(guild).await?;
        let mark = Self::mark(&holding.meeting.title, row);
        let body = Voice::new(&self.office, lang, &known).meeting_card(&holding, &mark);
        let Some(message) = self.say_once(row, channel, body, &mark).await? else {
            return Ok((
                Delivery::Rejected("the announcement was posted and then deleted by somebody".into()),
                None,
            ));
        };
        let placed = Placed::Announcement { occurrence: holding.id, channel, message };
        Ok((Delivery::Done(Some(message.0)), Some(placed)))
    }

    pub(super) async fn refresh_meeting(&self, row: &OutboxRow, occurrence: &str) -> Shown {
        let holding = self.holding(occurrence).await?;
        let (Some(channel), Some(message)) = (holding.channel, holding.message) else {
            return Err(missing("the meeting is not announced"));
        };
        let guild = holding.meeting.guild;
        let (lang, known) = self.tongue(guild).await?;
        let mark = Self::mark(&holding.meeting.title, row);
        let body = Voice::new(&self.office, lang, &known).meeting_card(&holding, &mark);
        self.edit(channel, message, body).await
    }

    pub(super) async fn remind_meeting(
        &self,
        row: &OutboxRow,
        occurrence: &str,
        reminder: MeetingReminder,
    ) -> Shown {
        let holding = self.holding(occurrence).await?;
        if holding.starts_at <= self.office.clock.now() {
            // It was held up, and nobody needs it any more.
            return Ok((Delivery::Done(None), None));
        }
        let channel = holding.channel.ok_or_else(|| missing("the meeting is not announced"))?;
        let guild = holding.meeting.guild;
        let (lang, known) = self.tongue(guild).await?;
        let voice = Voice::new(&self.office, lang, &known);
        let comes = holding.attendance.iter().filter(|one| one.answer == AttendanceAnswer::Comes);
        let people = comes.map(|one| one.user).collect();
        let pings = voice.invited(&holding).and_users(people);
        let mark = Self::mark(&holding.meeting.title, row);
        let body = render::ping(&voice.meeting_reminder(&holding, reminder), &pings, &mark);
        let message = self.say_once(row, channel, body, &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }

    /// Says in a meeting's thread what was recorded there.
    pub(super) async fn tell_decision(
        &self,
        row: &OutboxRow,
        occurrence: &str,
        decision: &MeetingDecision,
    ) -> Shown {
        let holding = self.holding(occurrence).await?;
        let (lang, known) = self.tongue(row.guild).await?;
        let voice = Voice::new(&self.office, lang, &known);
        let mark = Self::mark(&holding.meeting.title, row);
        let body = render::ping(&voice.meeting_decision(&holding, decision), &Pings::default(), &mark);
        let message = self.say_once(row, decision.channel, body, &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }

    pub(super) async fn holding(&self, id: &str) -> Result<Occurrence, Halt> {
        let gone = || Halt::Settled(Delivery::Rejected(format!("there is no holding {id}")));
        self.office.store.occurrence(id).await?.ok_or_else(gone)
    }
}
