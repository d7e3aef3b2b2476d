//! Requests for members of the guild, and how often all may be asked for.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::socket::{Connection, close};
use crate::id::Id;
use crate::state::intents;

/// All members may be asked for once in this time.
const APART: Duration = Duration::from_secs(30);

/// Members of one event.
const CHUNK: usize = 1000;

/// Members found by the beginning of a name, and by ids.
const BY_NAME: usize = 100;

const REQUEST_MEMBERS: u64 = 8;

impl Connection {
    /// Answers with one event or several; an error is the code to close with.
    pub(super) fn send_members(&mut self, data: &Value) -> Result<(), u16> {
        let mut state = self.app.state();
        let Some(id) = &self.session else { return Ok(()) };
        let ids: Option<Vec<Id>> = match &data["user_ids"] {
            Value::Null => None,
            given @ Value::Array(_) => serde_json::from_value(given.clone()).ok(),
            one => serde_json::from_value(one.clone()).ok().map(|id| vec![id]),
        };
        let query = data["query"].as_str().map(str::to_lowercase);
        let limit = data["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(0);
        let everybody = ids.is_none() && query.as_deref() == Some("") && limit == 0;
        if ids.is_none() && query.is_none() {
            return Err(close::DECODE_ERROR);
        }
        if everybody {
            let of_bot = state.sessions.get(id).is_some_and(|session| session.user == state.bot());
            if of_bot && !state.sessions.get(id).is_some_and(|session| session.has(intents::GUILD_MEMBERS)) {
                return Err(close::DISALLOWED_INTENTS);
            }
            if let Some(left) = self.asked.and_then(|asked| APART.checked_sub(asked.elapsed())) {
                let meta = json!({"guild_id": state.guild.id, "nonce": data["nonce"]});
                let limited =
                    json!({"opcode": REQUEST_MEMBERS, "retry_after": left.as_secs_f64(), "meta": meta});
                state.tell_session(id, "RATE_LIMITED", &limited);
                return Ok(());
            }
            self.asked = Some(Instant::now());
        }
        let starts = |name: &str| query.as_deref().is_none_or(|query| name.to_lowercase().starts_with(query));
        let max = if everybody {
            usize::MAX
        } else if limit == 0 {
            BY_NAME
        } else {
            limit.min(BY_NAME)
        };
        let found: Vec<Value> = state
            .members
            .values()
            .filter(|member| match &ids {
                Some(ids) => ids.contains(&member.user_id),
                None => {
                    let user = state.user(member.user_id);
                    starts(&user.username) || starts(user.display_name())
                }
            })
            .take(max)
            .map(|member| json!(state.member_view(member)))
            .collect();
        let unknown: Vec<&Id> = ids.iter().flatten().filter(|id| !state.members.contains_key(*id)).collect();
        let chunks: Vec<&[Value]> = if found.is_empty() { vec![&[]] } else { found.chunks(CHUNK).collect() };
        let events: Vec<Value> = chunks
            .iter()
            .enumerate()
            .map(|(at, members)| {
                let mut chunk = json!({
                    "guild_id": state.guild.id, "members": members,
                    "chunk_index": at, "chunk_count": chunks.len(), "not_found": unknown,
                });
                if let Some(nonce) = data.get("nonce") {
                    chunk["nonce"] = nonce.clone();
                }
                chunk
            })
            .collect();
        for chunk in events {
            state.tell_session(id, "GUILD_MEMBERS_CHUNK", &chunk);
        }
        Ok(())
    }
}
