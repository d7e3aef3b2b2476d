//! The sandbox with a real client library at the other end.

use std::sync::{Arc, Mutex};

use serde_json::json;
use serenity::all::{
    ActionRowComponent, AutocompleteChoice, ChannelId, Command, CommandOptionType, Context, CreateActionRow,
    CreateAutocompleteResponse, CreateButton, CreateCommand, CreateCommandOption, CreateInputText,
    CreateInteractionResponse, CreateInteractionResponseMessage, CreateMessage, CreateModal, CreateThread,
    EditInteractionResponse, EventHandler, GatewayIntents, HttpBuilder, InputTextStyle, Interaction, Message,
    Ready, ResumedEvent,
};
use serenity::async_trait;
use tokio::sync::mpsc;

use crate::harness::{Office, SOON};

struct Bot {
    seen: mpsc::UnboundedSender<String>,
    failed: Arc<Mutex<Vec<String>>>,
}

impl Bot {
    fn saw(&self, what: impl Into<String>) {
        self.seen.send(what.into()).unwrap();
    }

    async fn answer(&self, ctx: &Context, interaction: Interaction) -> serenity::Result<()> {
        match interaction {
            Interaction::Command(command) => {
                command.defer(&ctx.http).await?;
                let button = CreateButton::new("v1:press").label("Press");
                let answer = EditInteractionResponse::new()
                    .content(format!("Hello {}", command.user.name))
                    .components(vec![CreateActionRow::Buttons(vec![button])]);
                command.edit_response(&ctx.http, answer).await?;
                self.saw(format!("command {} in {}", command.data.name, command.locale));
            }
            Interaction::Autocomplete(typing) => {
                let choices = CreateAutocompleteResponse::new()
                    .set_choices(vec![AutocompleteChoice::new("Đà Nẵng", "dn")]);
                typing.create_response(&ctx.http, CreateInteractionResponse::Autocomplete(choices)).await?;
            }
            Interaction::Component(press) => {
                let input = CreateInputText::new(InputTextStyle::Short, "Reason", "reason");
                let modal =
                    CreateModal::new("v1:why", "Why?").components(vec![CreateActionRow::InputText(input)]);
                press.create_response(&ctx.http, CreateInteractionResponse::Modal(modal)).await?;
            }
            Interaction::Modal(form) => {
                let ActionRowComponent::InputText(input) = &form.data.components[0].components[0] else {
                    panic!("no text input");
                };
                let answer = CreateInteractionResponseMessage::new()
                    .content(format!("Because {}", input.value.clone().unwrap()))
                    .ephemeral(true);
                form.create_response(&ctx.http, CreateInteractionResponse::Message(answer)).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

#[async_trait]
impl EventHandler for Bot {
    async fn ready(&self, ctx: Context, ready: Ready) {
        let option = CreateCommandOption::new(CommandOptionType::String, "place", "Where")
            .required(true)
            .set_autocomplete(true);
        let command = CreateCommand::new("hello").description("Says hello").add_option(option);
        Command::set_global_commands(&ctx.http, vec![command]).await.unwrap();
        self.saw(format!("ready {}", ready.user.name));
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        self.saw("resumed");
    }

    async fn message(&self, _: Context, message: Message) {
        if !message.author.bot {
            self.saw(format!("message {}", message.content));
        }
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        if let Err(error) = self.answer(&ctx, interaction).await {
            self.failed.lock().unwrap().push(error.to_string());
        }
    }
}

/// Events that serenity could not read come as `Event::Unknown`; there must be none.
struct Raw(mpsc::UnboundedSender<String>);

#[async_trait]
impl serenity::all::RawEventHandler for Raw {
    async fn raw_event(&self, _: Context, event: serenity::all::Event) {
        if let serenity::all::Event::Unknown(unknown) = event {
            self.0.send(format!("{}: {}", unknown.kind, unknown.value)).unwrap();
        }
    }
}

#[tokio::test]
async fn serenity_works_against_it() {
    let office = Office::validated().await;
    let intents =
        GatewayIntents::non_privileged() | GatewayIntents::privileged() & !GatewayIntents::GUILD_PRESENCES;
    let http = HttpBuilder::new(office.sandbox.bot_token())
        .proxy(office.sandbox.base_url())
        .ratelimiter_disabled(true)
        .build();
    let (seen, mut sights) = mpsc::unbounded_channel();
    let (unread, mut unreadable) = mpsc::unbounded_channel();
    let failed = Arc::new(Mutex::new(Vec::new()));
    let bot = Bot { seen, failed: Arc::clone(&failed) };
    let mut client = serenity::all::ClientBuilder::new_with_http(http, intents)
        .event_handler(bot)
        .raw_event_handler(Raw(unread))
        .await
        .unwrap();
    let http = Arc::clone(&client.http);
    let running = tokio::spawn(async move { client.start().await });
    let mut next = async || tokio::time::timeout(SOON, sights.recv()).await.expect("something seen").unwrap();
    assert_eq!(next().await, "ready bot");

    // A person types, chooses, and gets a deferred and edited answer.
    let an = office.person("An");
    let general = office.channel("general");
    let data = |typing: bool| json!({"name": "hello", "options": [{"name": "place", "type": 3, "value": "da", "focused": typing}]});
    an.post(
        "/interactions",
        json!({"type": 4, "nonce": "typing", "channel_id": general, "data": data(true)}),
    )
    .await;
    assert_eq!(office.outcome("typing").await["choices"], json!([{"name": "Đà Nẵng", "value": "dn"}]));
    an.post(
        "/interactions",
        json!({"type": 2, "nonce": "hello", "channel_id": general, "data": data(false)}),
    )
    .await;
    assert_eq!(next().await, "command hello in vi");
    let answer = office.outcome("hello").await;
    assert_eq!(answer["message"]["content"], "Hello an");

    // Presses the button, fills in the form, and gets an answer that nobody else sees.
    let press = json!({
        "type": 3, "nonce": "press", "channel_id": general, "message_id": answer["message_id"],
        "data": {"component_type": 2, "custom_id": "v1:press"},
    });
    an.post("/interactions", press).await;
    let opened = office.outcome("press").await;
    assert_eq!(opened["modal"]["title"], "Why?");
    let filled = json!([{"type": 1, "components": [{"type": 4, "custom_id": "reason", "value": "of rain"}]}]);
    let submit = json!({
        "type": 5, "nonce": "submit", "channel_id": general,
        "data": {"id": opened["id"], "custom_id": "v1:why", "components": filled},
    });
    an.post("/interactions", submit).await;
    assert_eq!(office.outcome("submit").await["message"]["content"], "Because of rain");
    let because = |name: &str| {
        let seen = office.seen_by(name, &general);
        seen.iter().filter(|message| message["content"] == "Because of rain").count()
    };
    assert_eq!([because("An"), because("Binh")], [1, 0]);

    // A message with a nonce is made once; a thread grows from it.
    let channel: ChannelId = general.parse().unwrap();
    let message = || {
        CreateMessage::new()
            .content("Task")
            .nonce(serenity::all::Nonce::String("n1".into()))
            .enforce_nonce(true)
    };
    let first = channel.send_message(&http, message()).await.unwrap();
    let second = channel.send_message(&http, message()).await.unwrap();
    assert_eq!(first.id, second.id);
    let thread =
        channel.create_thread_from_message(&http, first.id, CreateThread::new("NV-2026-001")).await.unwrap();
    assert_eq!(thread.id.get(), first.id.get());

    // The line breaks; what was said meanwhile comes with RESUME.
    office.sandbox.add_fault(discord_sandbox::Fault::new(discord_sandbox::Effect::GatewayDrop));
    an.say(&general, "while you were out").await;
    let mut after = [next().await, next().await];
    after.sort();
    assert_eq!(after, ["message while you were out", "resumed"]);

    office.conforms();
    assert!(failed.lock().unwrap().is_empty(), "{failed:?}");
    assert!(unreadable.try_recv().is_err(), "an event that serenity cannot read");
    running.abort();
}
