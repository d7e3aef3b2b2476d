//! Whom a message mentions, whom it pings, and whom it brings into its thread.

use std::collections::BTreeSet;

use serde_json::Value;

use super::State;
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, Message, flags, kinds};
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

/// The real mentions of a text.
#[derive(Debug, Default)]
struct Mentions {
    users: Vec<Id>,
    roles: Vec<Id>,
    everyone: bool,
}

impl State {
    /// Fills in whom a message mentions and pings, and brings those into the thread.
    pub(super) fn mention(
        &mut self,
        message: &mut Message,
        allowed: &AllowedMentions,
    ) -> Result<(), ApiError> {
        let channel = self.channels.get(&message.channel_id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
        // With Components V2 the words are in the components.
        let mut text = message.content.clone();
        message.components.iter().for_each(|part| read_words(part, &mut text));
        let mut mentions = self.real_mentions(message.author, channel, &text, allowed);
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

/// Adds the contents of a component and of those in it.
fn read_words(part: &Value, text: &mut String) {
    if let Some(content) = part["content"].as_str() {
        text.push('\n');
        text.push_str(content);
    }
    for key in ["components", "accessory"] {
        match &part[key] {
            Value::Array(inside) => inside.iter().for_each(|one| read_words(one, text)),
            Value::Object(_) => read_words(&part[key], text),
            _ => {}
        }
    }
}
