//! What people type: one file for each slash command, named like its words in `commands/*.toml`.
//!
//! A command that changes something only makes a [`Request`] of what was typed and hands it to [`submit`]; one that asks
//! answers at once, as a [`Question`]. Neither decides anything.

mod charter;
mod complete;
mod help;
mod log;
mod meeting;
mod my;
mod report;
mod server;
mod settings;
mod task;
mod unit;
mod who;

use super::answering::{self, Asked, Place};
use super::paging::{self, Paged};
use super::rest::codes;
use super::words::Voice;
use super::{Desk, buttons, render};
use crate::domain::actor::Actor;
use crate::domain::ids::{ChannelId, GuildId, RoleId, UserId};
use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::service::Office;
use crate::service::directory::Recognition;
use crate::service::lists::ListAsked;
use crate::service::request::{Incoming, Request};
use crate::store::office::Person;
use poise::serenity_prelude as serenity;
use serde_json::{Value, json};

/// What goes wrong inside a command, for the log; people get an incident code.
pub(super) type Error = anyhow::Error;
/// One invocation of a command.
pub(super) type Context<'a> = poise::ApplicationContext<'a, Desk, Error>;

/// The answer is seen only by the person who asked.
pub(super) const EPHEMERAL: u32 = 64;

/// All commands, without their words.
pub(super) fn all() -> Vec<poise::Command<Desk, Error>> {
    vec![
        task::task(),
        my::my(),
        who::who(),
        charter::charter(),
        meeting::meeting(),
        log::log(),
        report::report(),
        unit::unit(),
        settings::settings(),
        help::help(),
    ]
}

/// The language of a person: that of their Discord.
fn lang(ctx: Context<'_>) -> Lang {
    Lang::of_locale(&ctx.interaction.locale)
}

/// Who asks, with the standing that their roles give.
async fn actor(ctx: Context<'_>) -> Result<Actor, Error> {
    let member = ctx
        .interaction
        .member
        .as_deref()
        .ok_or_else(|| anyhow::anyhow!("a command from outside a server"))?;
    actor_of(ctx.data(), member, lang(ctx)).await
}

/// The standing of a member of a server.
pub(super) async fn actor_of(desk: &Desk, member: &serenity::Member, lang: Lang) -> Result<Actor, Error> {
    let roles: Vec<RoleId> = member.roles.iter().map(|role| RoleId(role.get())).collect();
    let administrator = member.permissions.is_some_and(serenity::Permissions::administrator);
    let person = Person { user: UserId(member.user.id.get()), name: member.display_name().to_owned() };
    let guild = GuildId(member.guild_id.get());
    anyhow::ensure!(desk.seen.wait_for(guild).await, "the roles of the server are not known yet");
    Ok(desk.office.actor(guild, person, &roles, administrator, lang).await?)
}

/// Keeps a request, acknowledges it, and has it decided. The answer comes through the outbox, like everything else.
async fn submit(ctx: Context<'_>, request: Request) -> Result<(), Error> {
    let interaction = ctx.interaction;
    let incoming = Incoming {
        interaction: interaction.id.get(),
        application: interaction.application_id.get(),
        token: interaction.token.clone(),
        channel: ChannelId(interaction.channel_id.get()),
        actor: actor(ctx).await?,
        request,
    };
    buttons::take_in(ctx.data(), &ctx.serenity_context().http, &incoming).await
}

/// A question, and all that is needed to answer it.
struct Question<'a> {
    ctx: Context<'a>,
    /// Who asks.
    actor: Actor,
    office: &'a Office,
    known: Recognition,
}

impl<'a> Question<'a> {
    async fn of(ctx: Context<'a>) -> Result<Self, Error> {
        let actor = actor(ctx).await?;
        let office = &ctx.data().office;
        let known = office.recognition(actor.guild).await?;
        Ok(Self { ctx, actor, office, known })
    }

    /// Who answers: in the language of who asks.
    fn voice(&self) -> Voice<'_> {
        Voice::new(self.office, self.actor.lang, &self.known)
    }

    /// Answers with a list of tasks.
    async fn list(&self, asked: ListAsked) -> Result<(), Error> {
        self.paged(Paged::List(asked)).await
    }

    /// Answers with the first page of what is asked for.
    async fn paged(&self, asked: Paged) -> Result<(), Error> {
        let (desk, interaction) = (self.ctx.data(), self.ctx.interaction);
        let to = Asked {
            id: interaction.id,
            token: &interaction.token,
            application: interaction.application_id.get(),
            lang: self.actor.lang,
            place: Place::Own,
        };
        let work = paging::answer(desk, &self.actor, asked);
        answering::answer(desk, &self.ctx.serenity_context().http, &to, work).await
    }

    /// Answers at once, for the person alone: with what was found, or with a sentence that says why not.
    async fn answer(&self, found: Result<Value, Refusal>) -> Result<(), Error> {
        let mut data = found.unwrap_or_else(|refusal| render::refused(&self.voice().refusal(&refusal)));
        data["flags"] = EPHEMERAL.into();
        let interaction = self.ctx.interaction;
        answer_now(&self.ctx.serenity_context().http, interaction.id, &interaction.token, data).await
    }
}

/// Answers an interaction that was not acknowledged yet.
pub(super) async fn answer_now(
    http: &serenity::Http,
    id: serenity::InteractionId,
    token: &str,
    data: Value,
) -> Result<(), Error> {
    respond(http, id, token, &json!({ "type": 4, "data": data })).await
}

/// The first response to an interaction.
pub(super) async fn respond(
    http: &serenity::Http,
    id: serenity::InteractionId,
    token: &str,
    response: &Value,
) -> Result<(), Error> {
    match http.create_interaction_response(id, token, response, Vec::new()).await {
        // Of several replicas, each of which hears the question, another was faster.
        Err(serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(refused)))
            if i64::try_from(refused.error.code) == Ok(codes::ALREADY_ACKNOWLEDGED) =>
        {
            Ok(())
        }
        sent => Ok(sent?),
    }
}
