//! People who write a lot.

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State as Extract;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::refuse;
use crate::id::Id;
use crate::server::App;
use crate::state::{AllowedMentions, Draft};

/// Messages that are written before others may have the lock.
const FLOOD_BATCH: u64 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flood {
    channel_id: Id,
    /// Who writes; the people take turns when absent.
    user_id: Option<Id>,
    count: u64,
    /// As fast as possible when absent.
    per_second: Option<u32>,
}

pub(super) async fn flood(Extract(app): Extract<App>, Json(flood): Json<Flood>) -> Response {
    let writers: Vec<Id> = {
        let state = app.state();
        let Some(channel) = state.channels.get(&flood.channel_id) else {
            return refuse("there is no such channel");
        };
        let may_write = |user: &Id| *user != state.bot() && state.can_view(*user, channel);
        match flood.user_id {
            Some(user) => Some(user).into_iter().filter(may_write).collect(),
            None => state.members.keys().copied().filter(may_write).collect(),
        }
    };
    if writers.is_empty() {
        return refuse("nobody can write there");
    }
    let began = Instant::now();
    let mut written = 0;
    while written < flood.count {
        let due = match flood.per_second {
            None => FLOOD_BATCH,
            Some(rate) => {
                let due = (began.elapsed().as_secs_f64() * f64::from(rate)) as u64;
                due.saturating_sub(written).min(FLOOD_BATCH)
            }
        };
        {
            let mut state = app.state();
            for _ in 0..due.min(flood.count - written) {
                written += 1;
                let author = writers[(written as usize) % writers.len()];
                let draft = Draft {
                    content: Some(format!("Message {written} of a flood of {}.", flood.count)),
                    allowed: Some(AllowedMentions::USERS),
                    ..Draft::default()
                };
                if let Err(error) = state.post(author, flood.channel_id, draft) {
                    return refuse(&error.message);
                }
            }
        }
        if flood.per_second.is_some() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        } else {
            tokio::task::yield_now().await;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    Json(json!({"count": written, "seconds": seconds, "per_second": written as f64 / seconds}))
        .into_response()
}
