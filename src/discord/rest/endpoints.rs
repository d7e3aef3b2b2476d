//! The endpoints we use, one function each: a long list, and all of one kind. What a refusal means is the caller's to
//! decide; see [`super::codes`].

use super::{Call, Failure, Method, Outcome, Rest};
use crate::domain::ids::{ChannelId, GuildId, MessageId, RoleId, UserId};
use serde_json::{Value, json};

/// The largest page of messages, archived threads and audit entries.
const PAGE: usize = 100;
/// The largest page of members.
const MEMBER_PAGE: usize = 1000;
/// Minutes after which a thread leaves the list when nobody writes: a week, the longest there is.
const AUTO_ARCHIVE: u32 = 10_080;
/// Discord's number for a private thread.
const PRIVATE_THREAD: u8 = 12;

/// Which archived threads of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archived {
    /// Those that everybody in the channel may read.
    Public,
    /// The private ones; needs `MANAGE_THREADS`.
    Private,
}

/// What one role or member may and may not do in a channel. Bits, because serenity's type drops those it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// The id of the role or of the member.
    pub of: u64,
    /// Whether it is a member's.
    pub member: bool,
    /// What is allowed.
    pub allow: u64,
    /// What is denied.
    pub deny: u64,
}

/// A page of archived threads, the latest archived first.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchivedThreads {
    /// The threads as Discord writes them.
    pub threads: Vec<Value>,
    /// The `before` of the next page, or none when this is the last.
    pub next: Option<String>,
}

/// Messages and interaction replies.
impl Rest {
    /// Sends a message. With a `nonce` (25 characters at most), saying it again within minutes gives the first one back.
    /// Pings nobody unless `allowed_mentions` of the body says so; the same holds for all other writers of messages.
    pub async fn create_message(&self, channel: ChannelId, body: Value, nonce: Option<&str>) -> Outcome {
        let mut body = careful(body);
        if let (Some(nonce), Some(fields)) = (nonce, body.as_object_mut()) {
            fields.insert("nonce".into(), nonce.into());
            fields.insert("enforce_nonce".into(), true.into());
        }
        self.call(Call::new(Method::POST, "/channels/{channel}/messages", &[&channel]).body(body)).await
    }

    /// The conversation with one person alone, opened if it is not open yet.
    pub async fn open_direct(&self, user: UserId) -> Outcome {
        let body = json!({ "recipient_id": user.to_string() });
        self.call(Call::new(Method::POST, "/users/@me/channels", &[]).body(body)).await
    }

    /// Edits a message of the bot.
    pub async fn edit_message(&self, channel: ChannelId, message: MessageId, body: Value) -> Outcome {
        let template = "/channels/{channel}/messages/{message}";
        self.call(Call::new(Method::PATCH, template, &[&channel, &message]).body(careful(body))).await
    }

    /// One message.
    pub async fn get_message(&self, channel: ChannelId, message: MessageId) -> Outcome {
        let template = "/channels/{channel}/messages/{message}";
        self.call(Call::new(Method::GET, template, &[&channel, &message])).await
    }

    /// Up to `limit` (1 to 100) messages that follow `after`, oldest first. A bot without `READ_MESSAGE_HISTORY` gets none.
    pub async fn messages_after(
        &self,
        channel: ChannelId,
        after: MessageId,
        limit: usize,
    ) -> Outcome<Vec<Value>> {
        let call = Call::new(Method::GET, "/channels/{channel}/messages", &[&channel]);
        let call = call.query("after", after).query("limit", limit.clamp(1, PAGE));
        let mut page = list(self.call(call).await?)?;
        page.sort_by_key(snowflake);
        Ok(page)
    }

    /// Up to `limit` (1 to 100) messages that come before `before`, oldest first. A bot without `READ_MESSAGE_HISTORY`
    /// gets none.
    pub async fn messages_before(
        &self,
        channel: ChannelId,
        before: MessageId,
        limit: usize,
    ) -> Outcome<Vec<Value>> {
        let call = Call::new(Method::GET, "/channels/{channel}/messages", &[&channel]);
        let call = call.query("before", before).query("limit", limit.clamp(1, PAGE));
        let mut page = list(self.call(call).await?)?;
        page.sort_by_key(snowflake);
        Ok(page)
    }

    /// Puts the final words in place of "thinking…"; possible for 15 minutes after the interaction.
    pub async fn edit_original_reply(&self, application: u64, token: &str, body: Value) -> Outcome {
        let template = "/webhooks/{application}/{token}/messages/@original";
        let call = Call::new(Method::PATCH, template, &[&application, &token]).anonymous();
        self.call(call.body(careful(body))).await
    }

    /// Says one thing more after the reply. There is no nonce here: what is unknown stays so.
    pub async fn followup(&self, application: u64, token: &str, body: Value) -> Outcome {
        let call = Call::new(Method::POST, "/webhooks/{application}/{token}", &[&application, &token]);
        self.call(call.anonymous().query("wait", true).body(careful(body))).await
    }
}

/// Channels and threads.
impl Rest {
    /// A channel or a thread.
    pub async fn get_channel(&self, channel: ChannelId) -> Outcome {
        self.call(Call::new(Method::GET, "/channels/{channel}", &[&channel])).await
    }

    /// Renames, archives, locks … a channel or a thread.
    pub async fn modify_channel(&self, channel: ChannelId, body: Value, reason: &str) -> Outcome {
        self.call(Call::new(Method::PATCH, "/channels/{channel}", &[&channel]).body(body).reason(reason))
            .await
    }

    /// Creates a channel or a category.
    pub async fn create_channel(&self, guild: GuildId, body: Value, reason: &str) -> Outcome {
        self.call(Call::new(Method::POST, "/guilds/{guild}/channels", &[&guild]).body(body).reason(reason))
            .await
    }

    /// All channels of the guild; threads are not among them.
    pub async fn guild_channels(&self, guild: GuildId) -> Outcome<Vec<Value>> {
        list(self.call(Call::new(Method::GET, "/guilds/{guild}/channels", &[&guild])).await?)
    }

    /// Opens the public thread of a message. Its id is the message's; a second try is refused with
    /// [`super::codes::THREAD_ALREADY_CREATED`].
    pub async fn thread_from_message(
        &self,
        channel: ChannelId,
        message: MessageId,
        name: &str,
        reason: &str,
    ) -> Outcome {
        let call =
            Call::new(Method::POST, "/channels/{channel}/messages/{message}/threads", &[&channel, &message]);
        self.call(call.body(json!({ "name": name, "auto_archive_duration": AUTO_ARCHIVE })).reason(reason))
            .await
    }

    /// Opens a private thread, into which only the bot and moderators bring people. Nothing keeps a second try from
    /// opening a second one: look for the name first.
    pub async fn create_private_thread(&self, channel: ChannelId, name: &str, reason: &str) -> Outcome {
        let body = json!({
            "name": name, "type": PRIVATE_THREAD, "invitable": false, "auto_archive_duration": AUTO_ARCHIVE,
        });
        let call = Call::new(Method::POST, "/channels/{channel}/threads", &[&channel]);
        self.call(call.body(body).reason(reason)).await
    }

    /// Opens a post in a forum: a thread with its first message, whose id it has. There is no nonce, and nothing keeps a
    /// second try from opening a second one: look for the name first.
    pub async fn create_post(
        &self,
        forum: ChannelId,
        (name, tags): (&str, &[u64]),
        message: Value,
        reason: &str,
    ) -> Outcome {
        let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
        let body = json!({
            "name": name, "auto_archive_duration": AUTO_ARCHIVE, "applied_tags": tags, "message": careful(message),
        });
        let call = Call::new(Method::POST, "/channels/{channel}/threads", &[&forum]);
        self.call(call.body(body).reason(reason)).await
    }

    /// Sets what a role or a member may and may not do in a channel, beside what its roles say: the bits of all that it is
    /// allowed and denied. What others are allowed there stays as it is.
    pub async fn set_overwrite(&self, channel: ChannelId, overwrite: Overwrite, reason: &str) -> Outcome<()> {
        let template = "/channels/{channel}/permissions/{overwrite}";
        let body = json!({
            "type": u8::from(overwrite.member),
            "allow": overwrite.allow.to_string(), "deny": overwrite.deny.to_string(),
        });
        let call = Call::new(Method::PUT, template, &[&channel, &overwrite.of]);
        self.call(call.body(body).reason(reason)).await.map(drop)
    }

    /// Brings a person into a thread; done as well when they are in it already.
    pub async fn add_thread_member(&self, thread: ChannelId, user: UserId) -> Outcome<()> {
        let template = "/channels/{thread}/thread-members/{user}";
        self.call(Call::new(Method::PUT, template, &[&thread, &user])).await.map(drop)
    }

    /// Takes a person out of a thread; done as well when they are not in it.
    pub async fn remove_thread_member(&self, thread: ChannelId, user: UserId) -> Outcome<()> {
        let template = "/channels/{thread}/thread-members/{user}";
        self.call(Call::new(Method::DELETE, template, &[&thread, &user])).await.map(drop)
    }

    /// Whether a person is in a thread.
    pub async fn thread_member(&self, thread: ChannelId, user: UserId) -> Outcome<bool> {
        let template = "/channels/{thread}/thread-members/{user}";
        match self.call(Call::new(Method::GET, template, &[&thread, &user])).await {
            Ok(_) => Ok(true),
            Err(Failure::Rejected { status: 404, code, .. })
                if code != Some(super::codes::UNKNOWN_CHANNEL) =>
            {
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }

    /// The active threads of the guild that the bot may see.
    pub async fn active_threads(&self, guild: GuildId) -> Outcome<Vec<Value>> {
        let answer = self.call(Call::new(Method::GET, "/guilds/{guild}/threads/active", &[&guild])).await?;
        list(answer["threads"].clone())
    }

    /// A page of a channel's archived threads, from the latest or from where the page before ended.
    pub async fn archived_threads(
        &self,
        channel: ChannelId,
        which: Archived,
        before: Option<&str>,
    ) -> Outcome<ArchivedThreads> {
        let template = match which {
            Archived::Public => "/channels/{channel}/threads/archived/public",
            Archived::Private => "/channels/{channel}/threads/archived/private",
        };
        let mut call = Call::new(Method::GET, template, &[&channel]).query("limit", PAGE);
        if let Some(before) = before {
            call = call.query("before", before);
        }
        let answer = self.call(call).await?;
        let threads = list(answer["threads"].clone())?;
        let last = threads.last().and_then(|thread| thread["thread_metadata"]["archive_timestamp"].as_str());
        let next = last.filter(|_| answer["has_more"] == true).map(str::to_owned);
        Ok(ArchivedThreads { threads, next })
    }
}

/// People, roles and events.
impl Rest {
    /// All roles of the guild.
    pub async fn roles(&self, guild: GuildId) -> Outcome<Vec<Value>> {
        list(self.call(Call::new(Method::GET, "/guilds/{guild}/roles", &[&guild])).await?)
    }

    /// Makes a role, below all others. Nothing keeps a second try from making a second one: look for its name first.
    pub async fn create_role(&self, guild: GuildId, body: Value, reason: &str) -> Outcome {
        self.call(Call::new(Method::POST, "/guilds/{guild}/roles", &[&guild]).body(body).reason(reason)).await
    }

    /// One member.
    pub async fn member(&self, guild: GuildId, user: UserId) -> Outcome {
        self.call(Call::new(Method::GET, "/guilds/{guild}/members/{user}", &[&guild, &user])).await
    }

    /// Gives a role to a member; done as well when they hold it already.
    pub async fn add_member_role(&self, guild: GuildId, user: UserId, role: RoleId) -> Outcome<()> {
        let template = "/guilds/{guild}/members/{user}/roles/{role}";
        self.call(Call::new(Method::PUT, template, &[&guild, &user, &role])).await.map(drop)
    }

    /// Up to 1,000 members whose id follows `after`, by id; fewer means the end.
    pub async fn members(&self, guild: GuildId, after: UserId) -> Outcome<Vec<Value>> {
        let call = Call::new(Method::GET, "/guilds/{guild}/members", &[&guild]);
        list(self.call(call.query("after", after).query("limit", MEMBER_PAGE)).await?)
    }

    /// Announces an event in the guild's calendar. Nothing keeps a second try from making a second one: look for its
    /// mark in the description first.
    pub async fn create_scheduled_event(&self, guild: GuildId, body: Value, reason: &str) -> Outcome {
        let call = Call::new(Method::POST, "/guilds/{guild}/scheduled-events", &[&guild]);
        self.call(call.body(body).reason(reason)).await
    }

    /// The events that are to come or under way, at most 100.
    pub async fn scheduled_events(&self, guild: GuildId) -> Outcome<Vec<Value>> {
        list(self.call(Call::new(Method::GET, "/guilds/{guild}/scheduled-events", &[&guild])).await?)
    }
}

/// The bot itself.
impl Rest {
    /// The address of the gateway. To be asked before serenity starts: if this fails, serenity goes to the real Discord.
    pub async fn gateway(&self) -> Outcome<String> {
        let answer = self.call(Call::new(Method::GET, "/gateway", &[])).await?;
        let url = answer["url"].as_str().filter(|url| url.starts_with("ws://") || url.starts_with("wss://"));
        url.map(str::to_owned).ok_or_else(|| Failure::Unknown("GET /gateway names no gateway".into()))
    }

    /// The bot's account.
    pub async fn current_user(&self) -> Outcome {
        self.call(Call::new(Method::GET, "/users/@me", &[])).await
    }

    /// The servers that the bot is on, at most 200.
    pub async fn guilds(&self) -> Outcome<Vec<Value>> {
        list(self.call(Call::new(Method::GET, "/users/@me/guilds", &[])).await?)
    }

    /// The bot's application.
    pub async fn current_application(&self) -> Outcome {
        self.call(Call::new(Method::GET, "/applications/@me", &[])).await
    }

    /// Replaces all slash commands of the application. 200 creations a day: send only what changed.
    pub async fn set_commands(&self, application: u64, commands: Value) -> Outcome {
        let template = "/applications/{application}/commands";
        self.call(Call::new(Method::PUT, template, &[&application]).body(commands)).await
    }
}

/// Discord's default is to ping whomever the text names, so the default is written out: nobody.
fn careful(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.entry("allowed_mentions").or_insert_with(|| json!({ "parse": [] }));
    }
    body
}

fn list(value: Value) -> Outcome<Vec<Value>> {
    match value {
        Value::Array(items) => Ok(items),
        _ => Err(Failure::Unknown("the answer is not a list".into())),
    }
}

fn snowflake(item: &Value) -> Option<u64> {
    item["id"].as_str()?.parse().ok()
}
