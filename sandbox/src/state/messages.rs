//! How a message comes to be and changes, and what it does to its thread.

use serde_json::{Value, json};

use super::{AllowedMentions, State};
use crate::error::ApiError;
use crate::faults::Point;
use crate::id::Id;
use crate::model::{Attachment, Invocation, Message, Poll, Reference, Time, flags, kinds};

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
            let kept = message.flags & flags::IS_COMPONENTS_V2;
            message.flags = (message.flags & !may_change) | (new & may_change) | kept;
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
}
