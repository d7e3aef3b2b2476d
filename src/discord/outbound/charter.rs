//! Telling an office that another version of the regulation is in force.

use super::{Outbound, Shown};
use crate::discord::buttons::COMPARE;
use crate::discord::render::{self, Pings, button};
use crate::discord::words::Voice;
use crate::domain::ids::UserId;
use crate::store::outbox::{Delivery, OutboxRow};
use serde_json::json;

impl Outbound {
    /// Posts the news where digests are posted, with a button that shows what changes.
    pub(super) async fn tell_version(
        &self,
        row: &OutboxRow,
        version: &str,
        late: bool,
        pinged: &[u64],
    ) -> Shown {
        // One that was unloaded again meanwhile is no news any more.
        let Some(version) = self.office.charters.called(version) else {
            return Ok((Delivery::Done(None), None));
        };
        let touched = self.office.touched(row.guild, version).await?;
        let channel = self.places.digest(row.guild).await?;
        let (lang, known) = self.tongue(row.guild).await?;
        let voice = Voice::new(&self.office, lang, &known);
        let mark = Self::mark(voice.say("Quy chế", "regulation"), row);
        let text = voice.charter_news(version, late, touched.tasks.len(), touched.untouched);
        let pings = Pings::default().and_users(pinged.iter().copied().map(UserId).collect());
        let mut body = render::ping(&text, &pings, &mark);
        let label = voice.say("Xem thay đổi và nhiệm vụ", "See changes and tasks");
        let compare = button(&format!("{COMPARE}{}", version.about().id), label, 1);
        body["components"] = json!([{ "type": 1, "components": [compare] }]);
        let message = self.say_once(row, channel, body, &mark).await?;
        Ok((Delivery::Done(message.map(|id| id.0)), None))
    }
}
