//! `/settings setup`, `channels`, `language`: what administrators arrange once for the whole server.

use super::{Context, Error, Question, complete, submit};
use crate::discord::forum::made_tags;
use crate::discord::render;
use crate::discord::words::forum::tag_names;
use crate::domain::forum::{Tag, known_tags};
use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::lang::Lang;
use crate::domain::setup::Shape;
use crate::service::request::Request;
use crate::service::setup::{ForumTags, SetChannel, SetLanguage, SetupRequest};
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

/// Where tasks are, as a choice.
#[derive(Clone, Copy, poise::ChoiceParameter)]
enum ShapeChoice {
    #[name = "channels"]
    Channels,
    #[name = "forum"]
    Forum,
}

impl From<ShapeChoice> for Shape {
    fn from(choice: ShapeChoice) -> Self {
        match choice {
            ShapeChoice::Channels => Self::Channels,
            ShapeChoice::Forum => Self::Forum,
        }
    }
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn setup(ctx: Context<'_>, kind: Option<ShapeChoice>) -> Result<(), Error> {
    submit(ctx, Request::SetUp(SetupRequest::Plan { shape: kind.map(Into::into) })).await
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn channels(
    ctx: Context<'_>,
    #[autocomplete = "complete::purpose"] purpose: Option<String>,
    channel: Option<serenity::GuildChannel>,
) -> Result<(), Error> {
    if let (Some(purpose), Some(channel)) = (&purpose, &channel) {
        let is_text = channel.kind == serenity::ChannelType::Text;
        let forum = match channel.kind {
            serenity::ChannelType::Forum => Some(tags_of(ctx, channel).await?),
            _ => None,
        };
        let channel = ChannelId(channel.id.get());
        let set = SetChannel { purpose: purpose.clone(), channel, is_text, forum };
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

/// What none of the tags of a forum says.
async fn tags_of(ctx: Context<'_>, forum: &serenity::GuildChannel) -> Result<ForumTags, Error> {
    let office = &ctx.data().office;
    let made = made_tags(&office.store.made(GuildId(forum.guild_id.get())).await?);
    let tags = forum.available_tags.iter().map(|tag| (tag.id.get(), tag.name.clone()));
    let known = known_tags(&tags.collect::<Vec<_>>(), &tag_names(office), &made);
    let keys = office.tags().iter().map(Tag::key).filter(|key| !known.contains_key(key)).collect();
    Ok(ForumTags { missing: keys, required: forum.flags.contains(serenity::ChannelFlags::REQUIRE_TAG) })
}

#[poise::command(slash_command, guild_only)]
pub(super) async fn language(ctx: Context<'_>, language: LanguageChoice) -> Result<(), Error> {
    let language = SetLanguage { language: language.into() };
    submit(ctx, Request::SetUp(SetupRequest::Language(language))).await
}
