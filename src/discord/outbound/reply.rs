//! Answering people: in place of "thinking…" while Discord allows it, by a message afterwards.

use super::{Halt, Outbound, Shown, waiting};
use crate::discord::alike;
use crate::discord::render::{self, Pings, link};
use crate::discord::rest::Failure;
use crate::discord::words::Voice;
use crate::domain::actor::Actor;
use crate::domain::effect::Answer;
use crate::domain::ids::ChannelId;
use crate::domain::note::TaskNote;
use crate::domain::task::Visibility;
use crate::service::inbox::ReplyAddress;
use crate::store::outbox::{Delivery, OutboxRow};
use serde_json::Value;
use std::time::Duration;

/// How long an interaction's token can be used, with a margin. Discord says 15 minutes.
const TOKEN_LIFE_MS: i64 = 14 * 60 * 1000;
/// How long a reply waits for the thread that it links to before it says that Discord is slow.
const LINK_PATIENCE_MS: i64 = 2_000;
/// After how long a reply looks again whether its link is there.
const LINK_POLL: Duration = Duration::from_millis(150);

impl Outbound {
    /// Answers a request: in place of "thinking…" while its token lives, and with a message to the person afterwards.
    pub(super) async fn reply(&self, row: &OutboxRow, interaction: u64, answer: &Answer) -> Shown {
        let Some(ReplyAddress { request, actor }) = self.office.reply_address(interaction).await? else {
            return Ok((Delivery::Rejected("the request is not there".into()), None));
        };
        let known = self.office.recognition(actor.guild).await?;
        let voice = Voice::new(&self.office, actor.lang, &known);
        let now = self.office.clock.now_ms();
        let (body, complete) = self.answer(&voice, (&actor, interaction), answer).await?;
        let waited = now - row.created.timestamp_millis() > LINK_PATIENCE_MS || row.attempts > 10;
        if !complete && !waited {
            return Err(Halt::Settled(Delivery::Later("the link is not there yet".into(), LINK_POLL)));
        }
        if now - request.received_ms < TOKEN_LIFE_MS {
            let sent = self.rest.edit_original_reply(request.application, &request.token, body.clone()).await;
            match sent {
                Ok(_) if complete => return Ok((Delivery::Done(None), None)),
                Ok(_) => return Err(waiting("the link is not there yet")),
                // The token has ended, or "thinking…" was never shown: then a message says it.
                Err(Failure::Rejected { .. }) => {}
                Err(failure) => return Err(failure.into()),
            }
        } else if !complete {
            return Err(waiting("the link is not there yet"));
        }
        let mark = Self::mark(voice.say("trả lời", "answer"), row);
        let text = body["embeds"][0]["description"].as_str().unwrap_or_default().to_owned();
        let mut late = render::ping(&text, &Pings::user(actor.user), &mark);
        if !body["components"].is_null() {
            late["components"] = body["components"].clone();
        }
        // What is private stays among those whom it concerns.
        let place = self.private_place(answer).await?.unwrap_or(request.channel);
        let message = self.say_once(row, place, late, &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }

    /// The thread of the private task that an answer is about.
    async fn private_place(&self, answer: &Answer) -> Result<Option<ChannelId>, Halt> {
        let (Answer::TaskGiven { task, .. } | Answer::TaskChanged { task, .. }) = answer else {
            return Ok(None);
        };
        let task = self.task(task).await?;
        Ok(task.thread.filter(|_| task.visibility == Visibility::Private))
    }

    /// The body of an answer to who asked in that interaction, and whether it holds all that it will.
    async fn answer(
        &self,
        voice: &Voice<'_>,
        (actor, interaction): (&Actor, u64),
        answer: &Answer,
    ) -> Result<(Value, bool), Halt> {
        let (guild, by) = (actor.guild, actor.user);
        Ok(match answer {
            Answer::SetupPlan { shape } => {
                (voice.setup_plan(&self.setup_plan(guild, *shape).await?, *shape), true)
            }
            Answer::SettingUp => self.setup_told(voice, guild, interaction).await?,
            Answer::ChannelSet { purpose, channel, missing } => {
                (render::notice(&voice.channel_set(purpose, *channel, missing)), true)
            }
            Answer::LanguageSet { language } => (render::notice(voice.language_set(*language)), true),
            Answer::Arranged { done } => (render::notice(&voice.arranged(done)), true),
            Answer::Refused { refusal } => {
                let mut body = render::refused(&voice.refusal(refusal));
                if let Some(buttons) = alike::buttons(voice, refusal) {
                    body["components"] = buttons;
                }
                (body, true)
            }
            Answer::TaskGiven { task, instead_of } => {
                let task = self.task(task).await?;
                let link = task.thread.map(|thread| format!("<#{thread}>"));
                let complete = link.is_some();
                (render::notice(&voice.of(&task).task_given_answer(&task, link, instead_of)), complete)
            }
            Answer::TaskChanged { task, notes } => {
                let task = self.task(task).await?;
                let mut text = voice.of(&task).task_changed_answer(&task, by.0, notes);
                for note in notes {
                    if let TaskNote::HandedOver { code, .. } = note
                        && let Some(next) = self.office.find_task(guild, code).await?
                    {
                        text.push_str(&voice.not_announced(next.due));
                    }
                }
                (render::notice(&text), true)
            }
            Answer::RemindersSet { unit } => {
                let rules = self.office.reminder_rules(guild, unit.as_ref()).await?;
                (render::notice(&voice.reminders_set(unit.as_ref(), &rules)), true)
            }
            Answer::MeetingScheduled { occurrence } => {
                let holding = self.holding(occurrence).await?;
                let link = holding
                    .channel
                    .zip(holding.message)
                    .map(|(channel, message)| link(holding.meeting.guild, channel, message));
                let complete = link.is_some();
                (render::notice(&voice.meeting_scheduled(&holding, link)), complete)
            }
            Answer::MeetingDecided { occurrence, decision } => {
                let holding = self.holding(occurrence).await?;
                let line = voice.meeting_decision(&holding, decision);
                (render::notice(&format!("{} {line}", voice.say("Đã ghi nhận.", "Recorded."))), true)
            }
            Answer::Attendance { occurrence, unit, answer } => {
                let holding = self.holding(occurrence).await?;
                (render::notice(&voice.attendance_recorded(&holding, unit, *answer)), true)
            }
        })
    }
}
