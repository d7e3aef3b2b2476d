//! Decisions of meetings: messages in the thread under an announcement that somebody records; and one meeting with all of it.

use crate::domain::effect::{Answer, Effect};
use crate::domain::fold::fold;
use crate::domain::ids::{ChannelId, GuildId, MessageId};
use crate::domain::meeting::{MeetingDecision, Occurrence};
use crate::domain::refusal::Refusal;
use crate::domain::rights::{may_record, recorders};
use crate::service::inbox::{Case, Deciding};
use crate::service::request::MarkDecision;
use crate::service::{Office, Outcome};
use crate::store::audit::AuditEntry;

/// How many holdings are offered when somebody looks for one.
const CHOICES: i64 = 25;

/// A holding of a meeting with what was decided there, oldest first.
#[derive(Clone, Debug)]
pub struct MeetingShown {
    /// The holding.
    pub holding: Occurrence,
    /// Its decisions.
    pub decisions: Vec<MeetingDecision>,
}

impl Office {
    /// The holding under whose announcement this thread hangs: a thread has the id of the message under which it was opened.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn meeting_of_thread(&self, guild: GuildId, thread: ChannelId) -> Outcome<Option<Occurrence>> {
        let found = self.store.occurrence_announced_by(MessageId(thread.0)).await?;
        Ok(found.filter(|holding| holding.meeting.guild == guild))
    }

    /// Records a message in a meeting's thread as a decision.
    pub(in crate::service) async fn decide_at_meeting(
        &self,
        case: &Case,
        holding: &Occurrence,
        marked: &MarkDecision,
        text: String,
    ) -> Deciding {
        if !may_record(&case.actor, &holding.meeting) {
            return Err(Refusal::NotAllowed { who: recorders(&holding.meeting) }.into());
        }
        let (now, subject) = (self.clock.now(), holding.subject());
        let (channel, message, by) = (marked.channel, marked.message, case.actor.user);
        let decision = MeetingDecision { channel, message, text, by, at: now };
        let mut tx = self.store.begin().await?;
        tx.insert_meeting_decision(holding, &decision).await?;
        tx.audit(AuditEntry {
            guild: holding.meeting.guild,
            at: now,
            actor: Some(by),
            action: "meeting.decision",
            subject: &subject,
            detail: serde_json::json!({
                "channel": channel, "message": message, "text": decision.text,
            }),
            reason: None,
        })
        .await?;
        let said = Effect::MeetingDecided { occurrence: holding.id.clone(), decision: decision.clone() };
        let key = format!("{subject}:decision:{message}");
        tx.put_out(holding.meeting.guild, &subject, &key, &said, now).await?;
        let answer = Answer::MeetingDecided { occurrence: holding.id.clone(), decision };
        self.conclude(&mut tx, case, answer).await?;
        Ok(tx.commit().await?)
    }

    /// The holding that somebody names by its id or by words of its title, the nearest in time; where nothing is named, that of
    /// the thread in which it is asked.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn meeting_shown(
        &self,
        guild: GuildId,
        named: Option<&str>,
        asked_in: ChannelId,
    ) -> Outcome<Result<MeetingShown, Refusal>> {
        let named = named.map(str::trim).filter(|named| !named.is_empty());
        let holding = match named {
            None => self.meeting_of_thread(guild, asked_in).await?,
            Some(named) => match self.store.occurrence(named).await? {
                Some(holding) => Some(holding).filter(|holding| holding.meeting.guild == guild),
                None => self.meetings_like(guild, named).await?.into_iter().next(),
            },
        };
        let Some(holding) = holding else {
            return Ok(Err(Refusal::NoMeetingHere { given: named.map(str::to_owned) }));
        };
        let decisions = self.store.meeting_decisions(&holding.id).await?;
        Ok(Ok(MeetingShown { holding, decisions }))
    }

    /// The holdings whose title has these words, the nearest in time first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn meetings_like(&self, guild: GuildId, typed: &str) -> Outcome<Vec<Occurrence>> {
        self.store.occurrences_like(guild, &fold(typed), self.clock.now(), CHOICES).await
    }
}
