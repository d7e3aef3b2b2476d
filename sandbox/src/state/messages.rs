//! How a message comes to be: whom it mentions, whom it pings, what it does to its thread.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::State;
use crate::error::{ApiError, Form};
use crate::faults::Point;
use crate::id::Id;
use crate::model::{Attachment, Channel, Invocation, Message, Poll, Reference, Time, flags, kinds};
use crate::permissions::Permissions;

/// Which of the mentions in a text are to be real.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AllowedMentions {
    pub(crate) all_users: bool,
    pub(crate) all_roles: bool,
    pub(crate) everyone: bool,
    pub(crate) users: Vec<Id>,
    pub(crate) roles: Vec<Id>,
    pub(crate) replied_user: bool,
}

impl AllowedMentions {
    /// What holds for a message when nothing is said.
    pub(crate) const ALL: Self = Self {
        all_users: true,
        all_roles: true,
        everyone: true,
        users: Vec::new(),
        roles: Vec::new(),
        replied_user: true,
    };

    /// What holds for the answer to an interaction when nothing is said.
    pub(crate) const USERS: Self = Self {
        all_users: true,
        all_roles: false,
        everyone: false,
        users: Vec::new(),
        roles: Vec::new(),
        replied_user: true,
    };

    pub(crate) fn parse(body: &Value, form: &mut Form) -> Self {
        let list = |key: &str| -> Vec<Id> {
            let given = body.get(key).and_then(Value::as_array).into_iter().flatten();
            given.filter_map(|id| serde_json::from_value(id.clone()).ok()).collect()
        };
        let kinds: Vec<&str> = body
            .get("parse")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let parsed = Self {
            all_users: kinds.contains(&"users"),
            all_roles: kinds.contains(&"roles"),
            everyone: kinds.contains(&"everyone"),
            users: list("users"),
            roles: list("roles"),
            replied_user: body.get("replied_user").and_then(Value::as_bool).unwrap_or(false),
        };
        form.count("allowed_mentions.users", parsed.users.len(), 100);
        form.count("allowed_mentions.roles", parsed.roles.len(), 100);
        for (both, name) in [
            (parsed.all_users && !parsed.users.is_empty(), "users"),
            (parsed.all_roles && !parsed.roles.is_empty(), "roles"),
        ] {
            if both {
                form.fault(
                    "allowed_mentions",
                    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                    format!("parse:[\"{name}\"] and {name}: [ids...] are mutually exclusive."),
                );
            }
        }
        parsed
    }
}

/// A message that was asked for and found well-formed. `None` is "not said", which an edit leaves as it was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Value>>,
    pub(crate) components: Option<Vec<Value>>,
    /// Files that were uploaded with it.
    pub(crate) uploads: Vec<Attachment>,
    /// Earlier attachments that an edit keeps.
    pub(crate) kept: Option<Vec<Id>>,
    pub(crate) flags: Option<u64>,
    pub(crate) allowed: Option<AllowedMentions>,
    pub(crate) nonce: Option<Value>,
    pub(crate) reference: Option<Reference>,
    pub(crate) kind: u8,
    pub(crate) invocation: Option<Invocation>,
    pub(crate) ephemeral_to: Option<Id>,
    pub(crate) poll: Option<Poll>,
}

impl Draft {
    /// Whether nothing would be seen of it.
    pub(crate) fn is_empty(&self) -> bool {
        self.content.as_deref().is_none_or(str::is_empty)
            && self.embeds.as_ref().is_none_or(Vec::is_empty)
            && self.components.as_ref().is_none_or(Vec::is_empty)
            && self.uploads.is_empty()
            && self.poll.is_none()
    }
}

/// The real mentions of a text.
#[derive(Debug, Default)]
struct Mentions {
    users: Vec<Id>,
    roles: Vec<Id>,
    everyone: bool,
}

impl State {
    /// A message of a channel, or an ephemeral one.
    pub(crate) fn message(&self, channel: Id, id: Id) -> Option<&Message> {
        self.channels.get(&channel)?.messages.get(&id)
    }

    pub(crate) fn message_mut(&mut self, channel: Id, id: Id) -> Option<&mut Message> {
        if self.ephemeral.contains_key(&id) {
            return self.ephemeral.get_mut(&id);
        }
        self.channels.get_mut(&channel)?.messages.get_mut(&id)
    }

    /// Like [`Self::message`], with ephemeral ones.
    pub(crate) fn any_message(&self, channel: Id, id: Id) -> Option<&Message> {
        self.ephemeral.get(&id).or_else(|| self.message(channel, id))
    }

    /// Writes a message and tells everybody. Whether the author may is asked before.
    pub(crate) fn post(&mut self, author: Id, channel_id: Id, draft: Draft) -> Result<Id, ApiError> {
        let id = self.next_id();
        self.post_as(id, author, channel_id, draft)?;
        Ok(id)
    }

    /// The same with an id that was given out before; a forum post's first message has the thread's.
    pub(crate) fn post_as(
        &mut self,
        id: Id,
        author: Id,
        channel_id: Id,
        draft: Draft,
    ) -> Result<(), ApiError> {
        let sent_at = Time(self.now());
        let mut message = Message::new(id, channel_id, author, sent_at);
        message.kind = draft.kind;
        message.content = draft.content.unwrap_or_default();
        message.embeds = draft.embeds.unwrap_or_default();
        message.components = draft.components.unwrap_or_default();
        message.attachments = draft.uploads;
        message.flags = draft.flags.unwrap_or(0);
        message.nonce = draft.nonce;
        message.poll = draft.poll;
        if message.poll.is_some() {
            self.open_polls.push((channel_id, id));
        }
        message.reference = draft.reference;
        message.invocation = draft.invocation;
        message.ephemeral_to = draft.ephemeral_to;
        let by_person = author != self.bot() && matches!(message.kind, kinds::DEFAULT | kinds::REPLY);
        if by_person && self.faults.at(Point::Message) {
            let content = std::mem::take(&mut message.content);
            message.components = vec![json!({"type": 10, "id": 1, "content": content})];
            message.flags |= flags::IS_COMPONENTS_V2;
        }
        if message.ephemeral_to.is_some() {
            message.flags |= flags::EPHEMERAL;
            message.attachments.iter_mut().for_each(|attachment| attachment.ephemeral = true);
        }
        let allowed = draft.allowed.unwrap_or(if message.invocation.is_some() {
            AllowedMentions::USERS
        } else {
            AllowedMentions::ALL
        });
        self.mention(&mut message, &allowed)?;

        if message.ephemeral_to.is_some() {
            self.ephemeral.insert(id, message.clone());
            while self.ephemeral.len() > self.keep.rows {
                self.ephemeral.pop_first();
            }
        } else {
            self.unarchive(channel_id);
            let channel = self.channels.get_mut(&channel_id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
            channel.last_message_id = Some(id);
            if let Some(thread) = &mut channel.thread
                && message.kind != kinds::THREAD_STARTER
            {
                message.position = Some(thread.total_message_sent);
                // The first message of a forum post does not count.
                if id != channel_id {
                    thread.message_count += 1;
                    thread.total_message_sent += 1;
                }
            }
            channel.messages.insert(id, message.clone());
            while channel.messages.len() > self.keep.messages
                && let Some((_, forgotten)) = channel.messages.pop_first()
            {
                forgotten.attachments.iter().for_each(|file| drop(self.files.remove(&file.id)));
            }
        }
        self.emit_message("MESSAGE_CREATE", &message);
        Ok(())
    }

    /// Changes a message and tells everybody. Mentions are read anew; nobody is pinged by an edit.
    pub(crate) fn edit(&mut self, channel_id: Id, id: Id, draft: Draft) -> Result<(), ApiError> {
        let edited_at = Time(self.now());
        let mut message = self.any_message(channel_id, id).cloned().ok_or(ApiError::UNKNOWN_MESSAGE)?;
        let text_changes = draft.content.is_some();
        if let Some(content) = draft.content {
            message.content = content;
        }
        if let Some(embeds) = draft.embeds {
            message.embeds = embeds;
        }
        if let Some(components) = draft.components {
            message.components = components;
        }
        if let Some(kept) = draft.kept {
            message.attachments.retain(|attachment| kept.contains(&attachment.id));
        }
        message.attachments.extend(draft.uploads);
        if let Some(new) = draft.flags {
            let may_change = flags::SUPPRESS_EMBEDS | flags::IS_COMPONENTS_V2;
            message.flags = (message.flags & !may_change) | (new & may_change);
        }
        if message.is_empty() {
            return Err(ApiError::EMPTY_MESSAGE);
        }
        // The end of "the bot is thinking" is the first showing of the message, hence a ping and no edit.
        let first_showing = message.has(flags::LOADING);
        message.flags &= !flags::LOADING;
        if !first_showing {
            message.edited_at = Some(edited_at);
        }
        if text_changes || draft.allowed.is_some() {
            let allowed = draft.allowed.unwrap_or(if message.invocation.is_some() {
                AllowedMentions::USERS
            } else {
                AllowedMentions::ALL
            });
            let notified = std::mem::take(&mut message.notified);
            self.mention(&mut message, &allowed)?;
            if !first_showing {
                message.notified = notified;
            }
        }
        let slot = self.message_mut(channel_id, id).ok_or(ApiError::UNKNOWN_MESSAGE)?;
        *slot = message.clone();
        self.emit_message("MESSAGE_UPDATE", &message);
        Ok(())
    }

    /// Fills in whom a message mentions and pings, and brings those into the thread.
    fn mention(&mut self, message: &mut Message, allowed: &AllowedMentions) -> Result<(), ApiError> {
        let channel = self.channels.get(&message.channel_id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
        let mut mentions = self.real_mentions(message.author, channel, &message.content, allowed);
        if let Some(reference) = message.reference.as_ref().filter(|reference| reference.kind == 0)
            && message.kind == kinds::REPLY
            && allowed.replied_user
            && let Some(target) = reference.message_id.and_then(|id| self.message(reference.channel_id, id))
            && !mentions.users.contains(&target.author)
        {
            mentions.users.push(target.author);
        }

        let of_roles: BTreeSet<Id> = self
            .members
            .values()
            .filter(|member| member.roles.iter().any(|role| mentions.roles.contains(role)))
            .map(|member| member.user_id)
            .collect();
        if channel.thread.is_some() && message.ephemeral_to.is_none() {
            let parent = channel.parent_id.and_then(|parent| self.channels.get(&parent));
            let may_come = |user: &Id| parent.is_some_and(|parent| self.can_view(*user, parent));
            let mut newcomers: Vec<Id> = mentions.users.iter().copied().filter(&may_come).collect();
            let of_roles: Vec<Id> = of_roles.iter().copied().filter(may_come).collect();
            if self.application.role_mention_adds_members && self.room_for(channel, &newcomers, &of_roles) {
                newcomers.extend(of_roles);
            } else if !mentions.roles.is_empty() {
                message.flags |= flags::FAILED_TO_MENTION_SOME_ROLES_IN_THREAD;
            }
            // A full thread takes nobody more, but the message is written.
            if !self.room_for(channel, &newcomers, &[]) {
                newcomers.clear();
            }
            self.join_thread(message.channel_id, &newcomers)?;
        }

        let channel = self.channels.get(&message.channel_id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
        let mut pinged: BTreeSet<Id> = mentions.users.iter().copied().chain(of_roles).collect();
        if mentions.everyone {
            pinged.extend(self.members.keys());
        }
        pinged.remove(&message.author);
        let silent = message.has(flags::SUPPRESS_NOTIFICATIONS) || message.ephemeral_to.is_some();
        message.notified = pinged
            .into_iter()
            .filter(|user| !silent && *user != self.bot() && self.can_view(*user, channel))
            .collect();
        message.mentions = mentions.users;
        message.mention_roles = mentions.roles;
        message.mention_everyone = mentions.everyone;
        Ok(())
    }

    fn real_mentions(
        &self,
        author: Id,
        channel: &Channel,
        text: &str,
        allowed: &AllowedMentions,
    ) -> Mentions {
        let mut mentions = Mentions::default();
        if !text.contains('@') {
            return mentions;
        }
        let may_ping_all = self.permissions_in(author, channel).contains(Permissions::MENTION_EVERYONE);
        for (at, _) in text.match_indices("<@") {
            let inside = &text[at + 2..];
            let Some((inside, _)) = inside.split_once('>') else { break };
            if let Some(role) = inside.strip_prefix('&') {
                let Some(role) = role.parse().ok().and_then(|id: Id| self.roles.get(&id)) else { continue };
                let wanted = allowed.all_roles || allowed.roles.contains(&role.id);
                if wanted && (role.mentionable || may_ping_all) && !mentions.roles.contains(&role.id) {
                    mentions.roles.push(role.id);
                }
            } else if let Ok(id) = inside.trim_start_matches('!').parse::<Id>() {
                let wanted = allowed.all_users || allowed.users.contains(&id);
                if wanted && self.users.contains_key(&id) && !mentions.users.contains(&id) {
                    mentions.users.push(id);
                }
            }
        }
        mentions.everyone =
            may_ping_all && allowed.everyone && (text.contains("@everyone") || text.contains("@here"));
        mentions
    }
}
