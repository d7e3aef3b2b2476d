//! `/settings setup`, `channels`, `language`: what administrators arrange once for the whole server.

use super::{Context, Error, Question, complete, submit};
use crate::discord::render;
use crate::domain::ids::ChannelId;
use crate::domain::lang::Lang;
use crate::service::request::Request;
use crate::service::setup::{SetChannel, SetLanguage, SetupRequest};
use poise::serenity_prelude as serenity;

/// A language, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
enum LanguageChoice {
    #[name = "vi"]
    Vi,
    #[name = "en"]
    En,
}

impl From<LanguageChoice> for Lang {
    fn from(choice: LanguageChoice) -> Self {
        match choice {
            LanguageChoice::Vi => Self::Vi,
            LanguageChoice::En => Self::En,
        }
    }
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn setup(ctx: Context<'_>) -> Result<(), Error> {
    submit(ctx, Request::SetUp(SetupRequest::Plan)).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn channels(
    ctx: Context<'_>,
    #[autocomplete = "complete::purpose"] purpose: Option<String>,
    channel: Option<serenity::GuildChannel>,
) -> Result<(), Error> {
    if let (Some(purpose), Some(channel)) = (&purpose, &channel) {
        let is_text = channel.kind == serenity::ChannelType::Text;
        let channel = ChannelId(channel.id.get());
        let set = SetChannel { purpose: purpose.clone(), channel, is_text };
        return submit(ctx, Request::SetUp(SetupRequest::Channel(set))).await;
    }
    let question = Question::of(ctx).await?;
    let places = question.office.store.places(question.actor.guild).await?;
    let voice = question.voice();
    let heading = voice.say("Kênh theo công việc", "Which channel serves what");
    let footer = voice.say(
        "Đổi: /cau-hinh kenh viec:P3 kenh:#kênh",
        "To change it: /settings channels purpose:P3 channel:#channel",
    );
    question.answer(Ok(render::list(heading, &voice.channel_lines(&places), Some(footer.to_owned())))).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn language(ctx: Context<'_>, language: LanguageChoice) -> Result<(), Error> {
    let language = SetLanguage { language: language.into() };
    submit(ctx, Request::SetUp(SetupRequest::Language(language))).await
}
