//! Saying something exactly once, and editing it in place.

use super::{Halt, Outbound, SKEW_MS, Shown, id_at, id_of};
use crate::discord::render;
use crate::discord::rest::{Failure, codes};
use crate::domain::ids::{ChannelId, MessageId};
use crate::store::outbox::{Delivery, OutboxRow};
use serde_json::{Value, json};

impl Outbound {
    /// What stands in small letters below a message of ours: what it is about, and a reference by which it is found.
    pub(super) fn mark(about: &str, row: &OutboxRow) -> String {
        let reference: String = row.id.chars().rev().filter(|c| *c != '-').take(6).collect();
        format!("{about} · {reference}")
    }

    /// Posts a message exactly once. `None` means that it was posted before and deleted since.
    pub(super) async fn say_once(
        &self,
        row: &OutboxRow,
        channel: ChannelId,
        body: Value,
        mark: &str,
    ) -> Result<Option<MessageId>, Halt> {
        if row.uncertain
            && let Some(message) = self.find_message(row, channel, mark).await?
        {
            return Ok(Some(message));
        }
        match self.rest.create_message(channel, body, Some(&nonce(&row.id))).await {
            Ok(message) => {
                let id = id_of(&message)
                    .ok_or_else(|| Failure::Unknown("the answer holds no message id".into()))?;
                Ok(Some(MessageId(id)))
            }
            // Discord answers a known nonce with the message; when that was deleted meanwhile, it does not know it.
            Err(failure) if row.uncertain && failure.code() == Some(codes::UNKNOWN_MESSAGE) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Edits a card in place. That it was deleted by somebody is final, and no fault of ours. A card in a thread that is
    /// archived cannot be edited, so the thread is opened: there is something new in it.
    pub(super) async fn edit(&self, channel: ChannelId, message: MessageId, body: Value) -> Shown {
        let body = render::silent(body);
        let mut edited = self.rest.edit_message(channel, message, body.clone()).await;
        if edited.as_ref().is_err_and(|failure| failure.code() == Some(codes::THREAD_IS_ARCHIVED)) {
            self.rest.modify_channel(channel, json!({ "archived": false }), "liaison").await?;
            edited = self.rest.edit_message(channel, message, body).await;
        }
        match edited {
            Ok(_) => Ok((Delivery::Done(Some(message.0)), None)),
            Err(failure) if failure.code() == Some(codes::UNKNOWN_MESSAGE) => {
                Ok((Delivery::Rejected("the card was deleted by somebody".into()), None))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// A message of ours that an earlier try may have posted: it bears the mark. Of several the oldest counts.
    async fn find_message(
        &self,
        row: &OutboxRow,
        channel: ChannelId,
        mark: &str,
    ) -> Result<Option<MessageId>, Halt> {
        let mut after = MessageId::first_at(row.created.timestamp_millis() - SKEW_MS);
        loop {
            let page = self.rest.messages_after(channel, after, 100).await?;
            let ours = page.iter().find(|message| {
                id_at(&message["author"], "id") == Some(self.bot.0)
                    && message["embeds"][0]["footer"]["text"] == mark
            });
            if let Some(id) = ours.and_then(id_of) {
                return Ok(Some(MessageId(id)));
            }
            match page.last().and_then(id_of) {
                Some(last) if page.len() == 100 => after = MessageId(last),
                _ => return Ok(None),
            }
        }
    }
}

/// A nonce for a row: 22 of the 25 characters that Discord allows.
fn nonce(row: &str) -> String {
    use base64::Engine;
    let bytes = uuid::Uuid::parse_str(row).unwrap_or_default();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes.as_bytes())
}
