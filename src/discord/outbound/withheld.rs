//! Telling somebody, in private, that what they wrote must not stand there.

use super::{Halt, Outbound, Shown, id_of};
use crate::discord::render::{self, Pings};
use crate::discord::rest::{Failure, codes};
use crate::discord::words::Voice;
use crate::domain::guard::Forbidden;
use crate::domain::ids::{ChannelId, MessageId, UserId};
use crate::store::outbox::{Delivery, OutboxRow};
use serde_json::Value;

impl Outbound {
    pub(super) async fn tell_withheld(
        &self,
        row: &OutboxRow,
        author: UserId,
        (channel, message): (ChannelId, MessageId),
        what: Forbidden,
    ) -> Shown {
        let (lang, known) = self.tongue(row.guild).await?;
        let voice = Voice::new(&self.office, lang, &known);
        let link = render::link(row.guild, channel, message);
        let mark = Self::mark(voice.say("Nhật ký", "Log"), row);
        let body = render::ping(&voice.withheld(&link, what), &Pings::default(), &mark);
        self.say_direct(row, author, body, &mark).await
    }

    /// Says something to one person alone, exactly once.
    pub(super) async fn say_direct(&self, row: &OutboxRow, to: UserId, body: Value, mark: &str) -> Shown {
        let told = async {
            let direct = self.rest.open_direct(to).await?;
            let direct =
                id_of(&direct).ok_or_else(|| Failure::Unknown("the answer holds no channel id".into()))?;
            self.say_once(row, ChannelId(direct), body, mark).await
        };
        match told.await {
            Ok(told) => Ok((Delivery::Done(told.map(|id| id.0)), None)),
            // People may shut out messages of those whom they do not know.
            Err(Halt::Rest(failure)) if failure.code() == Some(codes::CANNOT_MESSAGE_USER) => {
                tracing::warn!(%to, key = row.key, "somebody takes no direct messages and cannot be told");
                Ok((Delivery::Done(None), None))
            }
            Err(halt) => Err(halt),
        }
    }
}
