//! Where Discord's events come in, each for the one who wants it: commands, buttons, forms, the directory, the exchange log.
//!
//! serenity starts a task of its own for each event and each handler. One handler for everything, which passes messages on
//! at once, is what keeps a flood of them cheap; poise is called for what it is for, and is not registered for the rest.

use super::commands::Error;
use super::ingest::Ingest;
use super::{Desk, NotReady, buttons, forms, menus, roster};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::lang::Lang;
use poise::serenity_prelude as serenity;
use serde_json::json;
use serenity::{Event, FullEvent, Interaction, ShardManager};
use std::sync::{Arc, OnceLock, PoisonError};

/// What the bot must be allowed to do.
pub(super) fn needed() -> serenity::Permissions {
    use serenity::Permissions as P;
    P::VIEW_CHANNEL
        | P::SEND_MESSAGES
        | P::SEND_MESSAGES_IN_THREADS
        | P::CREATE_PUBLIC_THREADS
        | P::CREATE_PRIVATE_THREADS
        | P::MANAGE_THREADS
        | P::MANAGE_CHANNELS
        | P::READ_MESSAGE_HISTORY
        | P::EMBED_LINKS
        | P::MENTION_EVERYONE
}

/// All that listens.
pub(super) struct Front {
    desk: Desk,
    options: poise::FrameworkOptions<Desk, Error>,
    bot: UserId,
    ingest: Ingest,
    shards: OnceLock<Arc<ShardManager>>,
}

/// The handler that serenity is given.
pub(super) struct Listener(pub(super) Arc<Front>);

#[serenity::async_trait]
impl serenity::RawEventHandler for Listener {
    async fn raw_event(&self, context: serenity::Context, event: Event) {
        self.0.hear(&context, event).await;
    }
}

impl Front {
    pub(super) fn new(
        desk: Desk,
        mut commands: Vec<poise::Command<Desk, Error>>,
        bot: UserId,
        ingest: Ingest,
    ) -> Self {
        poise::framework::set_qualified_names(&mut commands);
        let options = poise::FrameworkOptions {
            commands,
            on_error: |error| Box::pin(on_error(error)),
            initialize_owners: false,
            ..Default::default()
        };
        Self { desk, options, bot, ingest, shards: OnceLock::new() }
    }

    /// Says by whom the connection is held; poise wants to know it with every command.
    pub(super) fn opens(&self, shards: Arc<ShardManager>) {
        // It is opened once.
        self.shards.set(shards).ok();
    }

    async fn hear(&self, context: &serenity::Context, event: Event) {
        if let Event::InteractionCreate(event) = event {
            return self.asked(context, event.interaction).await;
        }
        if let Event::GuildCreate(event) = &event {
            self.may_work(&event.guild);
            self.ingest.on_server(GuildId(event.guild.id.get()));
        }
        if let Err(error) = roster::take_in(&self.desk, &event).await {
            incident(&error, "the directory");
        }
        self.ingest.hear(event).await;
    }

    async fn asked(&self, context: &serenity::Context, interaction: Interaction) {
        if let Interaction::Component(press) = &interaction {
            if let Err(error) = buttons::pressed(&self.desk, &context.http, press).await {
                let code = incident(&error, &press.data.custom_id);
                tell(&context.http, press.id, &press.token, Lang::of_locale(&press.locale), &code).await;
            }
            return;
        }
        if let Interaction::Modal(form) = &interaction {
            if let Err(error) = forms::sent(&self.desk, &context.http, form).await {
                let code = incident(&error, &form.data.custom_id);
                tell(&context.http, form.id, &form.token, Lang::of_locale(&form.locale), &code).await;
            }
            return;
        }
        if let Interaction::Command(command) = &interaction
            && let Some(choice) = menus::choice(&self.desk, command)
        {
            if let Err(error) = menus::chosen(&self.desk, &context.http, command, choice).await {
                let code = incident(&error, &command.data.name);
                tell(&context.http, command.id, &command.token, Lang::of_locale(&command.locale), &code)
                    .await;
            }
            return;
        }
        // Set before the connection is begun, so nobody can have asked sooner.
        let Some(shard_manager) = self.shards.get() else { return };
        let framework = poise::FrameworkContext {
            serenity_context: context,
            options: &self.options,
            user_data: &self.desk,
            shard_manager,
        };
        poise::dispatch_event(framework, FullEvent::InteractionCreate { interaction }).await;
    }

    /// Ends the start when the bot may not do its work on a server.
    fn may_work(&self, guild: &serenity::Guild) {
        let Some(member) = guild.members.get(&serenity::UserId::new(self.bot.0)) else { return };
        let missing = needed() - guild.member_permissions(member);
        if !missing.is_empty() {
            let missing = missing.get_permission_names().join(", ");
            let why = NotReady::Permission { guild: guild.name.clone(), missing };
            self.desk.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
            self.desk.stop.cancel();
        }
    }
}

/// Every fault of ours ends here: logged with a code, and the code told to the person, never the error.
async fn on_error(error: poise::FrameworkError<'_, Desk, Error>) {
    let ctx = error.ctx();
    let (what, error) = match error {
        poise::FrameworkError::Command { error, ctx, .. } => {
            (ctx.command().qualified_name.to_string(), error)
        }
        other => ("an event".to_owned(), anyhow::anyhow!("{other}")),
    };
    let code = incident(&error, &what);
    if let Some(poise::Context::Application(ctx)) = ctx {
        let (id, token) = (ctx.interaction.id, &ctx.interaction.token);
        tell(&ctx.serenity_context().http, id, token, Lang::of_locale(&ctx.interaction.locale), &code).await;
    }
}

/// Logs an error under a code that a person can quote.
pub(super) fn incident(error: &Error, what: &str) -> String {
    let code: String = crate::store::new_id().chars().rev().filter(|c| *c != '-').take(6).collect();
    tracing::error!(incident = code, what, error = format!("{error:#}"), "internal fault");
    code
}

/// What a person is told of a fault of ours.
pub(super) fn fault(lang: Lang, code: &str) -> String {
    match lang {
        Lang::Vi => format!(
            "Có lỗi nội bộ (mã sự cố {code}). Chưa có gì thay đổi; đề nghị thử lại hoặc báo Quản trị mã này."
        ),
        Lang::En => format!(
            "Internal fault (incident {code}). Nothing was changed; please try again, or give an administrator this code."
        ),
    }
}

async fn tell(http: &serenity::Http, id: serenity::InteractionId, token: &str, lang: Lang, code: &str) {
    let text = fault(lang, code);
    let body =
        json!({ "type": 4, "data": { "content": text, "flags": 64, "allowed_mentions": { "parse": [] } } });
    if let Err(error) = http.create_interaction_response(id, token, &body, Vec::new()).await {
        tracing::warn!(incident = code, %error, "the person could not be told");
    }
}
