//! Saying under a message which task was made of it.

use super::{Halt, Outbound, Shown, missing};
use crate::discord::render::{self, Pings};
use crate::discord::rest::codes;
use crate::discord::words::Voice;
use crate::domain::ids::{ChannelId, MessageId};
use crate::domain::task::{Task, Visibility};
use crate::store::outbox::{Delivery, OutboxRow};
use serde_json::json;

impl Outbound {
    pub(super) async fn tell_source(
        &self,
        row: &OutboxRow,
        task: &Task,
        (channel, message): (ChannelId, MessageId),
    ) -> Shown {
        let thread = task.thread.ok_or_else(|| missing("the task has no thread"))?;
        let (lang, known) = self.tongue(task.guild).await?;
        let voice = Voice::new(&self.office, lang, &known).of(task);
        let mark = Self::mark(&task.code, row);
        // Who may not see a private task learns no more than that there is one.
        let link =
            if task.visibility == Visibility::Public { format!(": <#{thread}>") } else { String::new() };
        let text = format!(
            "{} **{}**{link}",
            voice.say("Từ tin nhắn này đã giao nhiệm vụ", "Of this message was made task"),
            task.code
        );
        let mut body = render::ping(&text, &Pings::default(), &mark);
        body["message_reference"] = json!({ "message_id": message.to_string(), "fail_if_not_exists": false });
        match self.say_once(row, channel, body, &mark).await {
            Ok(told) => Ok((Delivery::Done(told.map(|id| id.0)), None)),
            // Where the bot may not write, the task's own basis still says where it comes from.
            Err(Halt::Rest(failure))
                if matches!(failure.code(), Some(codes::MISSING_ACCESS | codes::MISSING_PERMISSIONS)) =>
            {
                tracing::warn!(task = task.code, %channel, "the message does not show the task made of it");
                Ok((Delivery::Done(None), None))
            }
            Err(halt) => Err(halt),
        }
    }
}
