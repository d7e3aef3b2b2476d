//! `/meeting`: schedule and see meetings, workshops and training.

use super::{Context, Error, Question, complete, submit};
use crate::discord::render;
use crate::domain::ids::ChannelId;
use crate::domain::meeting::MeetingKind;
use crate::domain::recurrence::Every;
use crate::service::request::{Request, ScheduleMeeting};

/// What is held, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
enum KindChoice {
    #[name = "meeting"]
    Meeting,
    #[name = "workshop"]
    Workshop,
    #[name = "training"]
    Training,
}

impl From<KindChoice> for MeetingKind {
    fn from(choice: KindChoice) -> Self {
        match choice {
            KindChoice::Meeting => Self::Meeting,
            KindChoice::Workshop => Self::Workshop,
            KindChoice::Training => Self::Training,
        }
    }
}

/// How it recurs, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
enum EveryChoice {
    #[name = "once"]
    Once,
    #[name = "weekly"]
    Weekly,
    #[name = "monthly"]
    Monthly,
    #[name = "last_working_day"]
    LastWorkingDay,
    #[name = "quarterly"]
    Quarterly,
}

impl From<EveryChoice> for Every {
    fn from(choice: EveryChoice) -> Self {
        match choice {
            EveryChoice::Once => Self::Once,
            EveryChoice::Weekly => Self::Weekly,
            EveryChoice::Monthly => Self::Monthly,
            EveryChoice::LastWorkingDay => Self::LastWorkingDayOfMonth,
            EveryChoice::Quarterly => Self::Quarterly,
        }
    }
}

#[poise::command(slash_command, guild_only, subcommands("schedule", "list", "show"), subcommand_required)]
pub(super) async fn meeting(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
async fn schedule(
    ctx: Context<'_>,
    kind: KindChoice,
    title: String,
    #[autocomplete = "complete::date"] when: String,
    every: Option<EveryChoice>,
    #[autocomplete = "complete::units"] units: Option<String>,
    place: Option<String>,
) -> Result<(), Error> {
    let every = every.map_or(Every::Once, Every::from);
    let asked = ScheduleMeeting { kind: kind.into(), title, when, every, units, place };
    submit(ctx, Request::ScheduleMeeting(asked)).await
}

#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let ahead = question.office.upcoming_meetings(question.actor.guild).await?;
    let voice = question.voice();
    let lines: Vec<String> = ahead.iter().map(|holding| voice.meeting_line(holding)).collect();
    question.answer(Ok(render::list(voice.meeting_list_heading(ahead.is_empty()), &lines, None))).await
}

#[poise::command(slash_command, guild_only)]
async fn show(
    ctx: Context<'_>,
    #[autocomplete = "complete::meeting"] meeting: Option<String>,
) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let asked_in = ChannelId(ctx.interaction.channel_id.get());
    let found = question.office.meeting_shown(question.actor.guild, meeting.as_deref(), asked_in).await?;
    question.answer(found.map(|shown| question.voice().meeting_file(&shown))).await
}
