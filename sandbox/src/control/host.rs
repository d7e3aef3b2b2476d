//! What the program around a sandbox adds to it: moments worth moving the clock to, and things of its own that can be
//! done to the bot, such as killing it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refuse;
use crate::server::App;

/// A moment that is worth moving the clock to, with its name as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// The same by locale, as Discord writes translations.
    #[serde(default)]
    pub name_localizations: BTreeMap<String, String>,
    /// When it is.
    pub at: DateTime<Utc>,
}

/// Something that the program around the sandbox can do to the bot.
#[derive(Clone, Serialize)]
pub struct Lever {
    /// How it is called in the route that pulls it.
    pub id: String,
    /// Its name as people read it.
    pub name: String,
    /// The same by locale.
    pub name_localizations: BTreeMap<String, String>,
    /// Does it. It is called on a worker thread and must not block.
    #[serde(skip)]
    pub pull: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Lever {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lever").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Says where a clock that is moved in steps has to stop, so that what is due there happens when it should.
///
/// It is given the moment at which the clock stands and the one that it is moved to, waits until what was due so far is
/// done, and answers with the next moment to stop at.
#[derive(Clone)]
#[expect(clippy::type_complexity, reason = "a name for the function would only say Pace again")]
pub struct Pace(
    pub Arc<dyn Fn(DateTime<Utc>, DateTime<Utc>) -> BoxFuture<'static, DateTime<Utc>> + Send + Sync>,
);

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pace").finish_non_exhaustive()
    }
}

/// All that the program around has told.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Host {
    pub(crate) milestones: Vec<Milestone>,
    pub(crate) levers: Vec<Lever>,
    #[serde(skip)]
    pub(crate) pace: Option<Pace>,
}

pub(super) async fn host(Extract(app): Extract<App>) -> Json<Value> {
    Json(json!(app.state().host))
}

pub(super) async fn set_milestones(
    Extract(app): Extract<App>,
    Json(milestones): Json<Vec<Milestone>>,
) -> StatusCode {
    app.state().set_milestones(milestones);
    StatusCode::NO_CONTENT
}

pub(super) async fn pull(Extract(app): Extract<App>, Path(id): Path<String>) -> Response {
    // Outside of the lock, since what it does may lead back here.
    let lever = app.state().host.levers.iter().find(|lever| lever.id == id).cloned();
    match lever {
        Some(lever) => {
            (lever.pull)();
            StatusCode::NO_CONTENT.into_response()
        }
        None => refuse("there is no such lever"),
    }
}

impl crate::state::State {
    pub(crate) fn set_milestones(&mut self, milestones: Vec<Milestone>) {
        if self.host.milestones != milestones {
            self.host.milestones = milestones;
            self.touch();
        }
    }
}
