//! `/unit`: the units in scope, their roles and people, and who arranges them.

use super::{Context, Error, Question, complete, submit};
use crate::discord::render;
use crate::domain::actor::Tier;
use crate::domain::ids::{RoleId, UserId};
use crate::domain::position::Position;
use crate::service::people::{Delegate, LinkRole, PeopleRequest, SetHolder};
use crate::service::request::Request;
use poise::serenity_prelude as serenity;

/// A tier, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
enum TierChoice {
    #[name = "officer"]
    Officer,
    #[name = "focal_point"]
    FocalPoint,
    #[name = "unit_head"]
    UnitHead,
    #[name = "coordinator"]
    Coordinator,
    #[name = "leadership"]
    Leadership,
    #[name = "administrator"]
    Administrator,
}

impl From<TierChoice> for Tier {
    fn from(choice: TierChoice) -> Self {
        match choice {
            TierChoice::Officer => Self::Officer,
            TierChoice::FocalPoint => Self::FocalPoint,
            TierChoice::UnitHead => Self::UnitHead,
            TierChoice::Coordinator => Self::Coordinator,
            TierChoice::Leadership => Self::Leadership,
            TierChoice::Administrator => Self::Administrator,
        }
    }
}

/// A position, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
enum PositionChoice {
    #[name = "focal_point"]
    FocalPoint,
    #[name = "head"]
    Head,
    #[name = "deputy"]
    Deputy,
    #[name = "leader_in_charge"]
    LeaderInCharge,
    #[name = "officer"]
    Officer,
    #[name = "registry_clerk"]
    RegistryClerk,
}

impl From<PositionChoice> for Position {
    fn from(choice: PositionChoice) -> Self {
        match choice {
            PositionChoice::FocalPoint => Self::FocalPoint,
            PositionChoice::Head => Self::Head,
            PositionChoice::Deputy => Self::Deputy,
            PositionChoice::LeaderInCharge => Self::LeaderInCharge,
            PositionChoice::Officer => Self::Officer,
            PositionChoice::RegistryClerk => Self::RegistryClerk,
        }
    }
}

#[poise::command(
    slash_command,
    guild_only,
    subcommands("list", "show", "link", "focal", "delegate"),
    subcommand_required
)]
pub(super) async fn unit(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let voice = question.voice();
    question.answer(Ok(render::list(&voice.unit_list_heading(), &voice.unit_list(), None))).await
}

#[poise::command(slash_command, guild_only)]
async fn show(ctx: Context<'_>, #[autocomplete = "complete::unit"] unit: String) -> Result<(), Error> {
    let question = Question::of(ctx).await?;
    let found = match question.office.unit_shown(&question.actor, &unit).await? {
        Ok(found) => found,
        Err(refusal) => return question.answer(Err(refusal)).await,
    };
    let people = question.office.unit_people(question.actor.guild, &found.unit).await?;
    question.answer(Ok(question.voice().unit_card(&found, &people, &question.actor))).await
}

#[poise::command(slash_command, guild_only)]
async fn link(
    ctx: Context<'_>,
    role: serenity::Role,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    tier: Option<TierChoice>,
    undo: Option<bool>,
) -> Result<(), Error> {
    let role = RoleId(role.id.get());
    let link = LinkRole { role, unit, tier: tier.map(Tier::from), undo: undo == Some(true) };
    submit(ctx, Request::Arrange(PeopleRequest::Link(link))).await
}

#[poise::command(slash_command, guild_only)]
async fn focal(
    ctx: Context<'_>,
    #[autocomplete = "complete::unit"] unit: String,
    person: serenity::User,
    position: Option<PositionChoice>,
    #[autocomplete = "complete::date"] date: Option<String>,
    #[autocomplete = "complete::date"] until: Option<String>,
    end: Option<bool>,
) -> Result<(), Error> {
    let set = SetHolder {
        unit,
        user: UserId(person.id.get()),
        position: position.map_or(Position::FocalPoint, Position::from),
        from: date,
        until,
        end: end == Some(true),
    };
    submit(ctx, Request::Arrange(PeopleRequest::Holder(set))).await
}

#[poise::command(slash_command, guild_only)]
async fn delegate(
    ctx: Context<'_>,
    person: Option<serenity::User>,
    #[autocomplete = "complete::date"] until: Option<String>,
    #[autocomplete = "complete::date"] date: Option<String>,
    away: Option<serenity::User>,
    #[autocomplete = "complete::unit"] unit: Option<String>,
    reason: Option<String>,
) -> Result<(), Error> {
    let id = |user: serenity::User| UserId(user.id.get());
    let one = Delegate { to: person.map(id), away: away.map(id), unit, from: date, until, reason };
    submit(ctx, Request::Arrange(PeopleRequest::Delegate(one))).await
}
