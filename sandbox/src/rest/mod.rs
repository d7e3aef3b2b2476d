//! REST v10. Each file holds one family of routes: a table of endpoints, then their handlers.
//!
//! A handler gets the state, already locked, and the parsed call; it changes the state, tells the gateway, and
//! answers. `pipeline` does what is the same for all: login, log, faults, hooks, validation, rate-limit headers.

mod application;
mod attachments;
mod body;
mod channels;
mod command_form;
mod commands;
mod component_form;
mod components;
mod draft;
mod events;
mod forum;
mod guild;
mod interactions;
mod limits;
mod members;
mod messages;
mod modals;
mod overwrites;
mod pace;
mod payload;
mod pins;
mod pipeline;
mod polls;
mod reactions;
mod recurrence;
mod resolved;
mod roles;
mod sabotage;
mod search;
mod thread_edit;
mod thread_lists;
mod thread_members;
mod threads;
mod uploads;
mod webhooks;

use std::collections::HashMap;

use axum::Router;
use axum::body::Bytes;
use axum::http::Method;
use serde::Serialize;
use serde_json::Value;

use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::Channel;
use crate::permissions::Permissions;
use crate::server::App;
use crate::state::{Deed, State};

pub(crate) use limits::Buckets;
pub(crate) use sabotage::is_call;

/// Where the API lives.
pub(crate) const BASE: &str = "/api/v10";

type Handler = fn(&mut State, &Request) -> Result<Reply, ApiError>;

/// One route. The path is the one of Discord's OpenAPI document, parameter names included.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Whether it works without a login, by a token in the path or for everybody.
    open: bool,
    handler: Handler,
}

impl Endpoint {
    const fn new(method: Method, path: &'static str, handler: Handler) -> Self {
        Self { method, path, open: false, handler }
    }

    const fn open(method: Method, path: &'static str, handler: Handler) -> Self {
        Self { method, path, open: true, handler }
    }
}

/// A file of a multipart body.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// The n of `files[n]`.
    pub(crate) index: u64,
    pub(crate) filename: String,
    pub(crate) content_type: Option<String>,
    pub(crate) data: Bytes,
}

/// A call, parsed.
#[derive(Debug)]
pub(crate) struct Request {
    /// Who calls.
    pub(crate) actor: Id,
    pub(crate) params: HashMap<String, String>,
    pub(crate) query: HashMap<String, String>,
    /// The query again, with what is said several times.
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) body: Value,
    pub(crate) files: Vec<Upload>,
    pub(crate) reason: Option<String>,
}

impl Request {
    fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    fn id(&self, name: &str) -> Result<Id, ApiError> {
        let text = self.param(name);
        text.parse().map_err(|_| {
            Form::refuse(name, "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."))
        })
    }

    fn query_id(&self, name: &str) -> Result<Option<Id>, ApiError> {
        self.query
            .get(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    Form::refuse(name, "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."))
                })
            })
            .transpose()
    }

    /// Ids of a key that may stand there several times.
    fn query_ids(&self, name: &str) -> Result<Vec<Id>, ApiError> {
        let given = self.pairs.iter().filter(|(key, _)| key == name);
        given
            .map(|(_, text)| {
                text.parse().map_err(|_| {
                    Form::refuse(name, "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."))
                })
            })
            .collect()
    }

    fn query_flag(&self, name: &str) -> bool {
        self.query.get(name).is_some_and(|value| matches!(value.as_str(), "true" | "True" | "1"))
    }

    /// The `limit` of a list.
    fn limit(&self, default: usize, max: usize) -> Result<usize, ApiError> {
        let Some(text) = self.query.get("limit") else { return Ok(default) };
        match text.parse() {
            Ok(limit) if (1..=max).contains(&limit) => Ok(limit),
            _ => Err(Form::refuse(
                "limit",
                "NUMBER_TYPE_MAX",
                format!("int value should be between 1 and {max}."),
            )),
        }
    }

    /// What the call does, for the audit log.
    fn deed(&self, action: u16, target: Id) -> Deed<'_> {
        let (user, reason) = (self.actor, self.reason.as_deref());
        Deed { action, user, target, reason, options: Value::Null, changes: Vec::new() }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Option<Vec<u8>>,
}

impl Reply {
    const NO_CONTENT: Self = Self { status: 204, body: None };

    fn json(status: u16, body: &impl Serialize) -> Self {
        Self { status, body: Some(crate::state::write(body).as_bytes().to_vec()) }
    }

    fn ok(body: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self::json(200, body))
    }
}

impl State {
    /// A channel that the caller may see.
    fn visible(&self, user: Id, id: Id) -> Result<&Channel, ApiError> {
        let channel = self.channels.get(&id).ok_or(ApiError::UNKNOWN_CHANNEL)?;
        if self.can_view(user, channel) { Ok(channel) } else { Err(ApiError::MISSING_ACCESS) }
    }

    fn require(&self, user: Id, channel: &Channel, permissions: Permissions) -> Result<(), ApiError> {
        if self.permissions_in(user, channel).contains(permissions) {
            Ok(())
        } else {
            Err(ApiError::MISSING_PERMISSIONS)
        }
    }

    fn require_in_guild(&self, user: Id, permissions: Permissions) -> Result<(), ApiError> {
        if self.guild_permissions(user).contains(permissions) {
            Ok(())
        } else {
            Err(ApiError::MISSING_PERMISSIONS)
        }
    }

    /// Checks that the guild of the path is ours and the caller a member.
    fn enter_guild(&self, request: &Request) -> Result<(), ApiError> {
        if request.id("guild_id")? != self.guild.id {
            return Err(ApiError::UNKNOWN_GUILD);
        }
        if self.members.contains_key(&request.actor) { Ok(()) } else { Err(ApiError::MISSING_ACCESS) }
    }
}

/// Every endpoint there is.
fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    [
        application::ENDPOINTS,
        attachments::ENDPOINTS,
        channels::ENDPOINTS,
        overwrites::ENDPOINTS,
        commands::ENDPOINTS,
        events::ENDPOINTS,
        guild::ENDPOINTS,
        interactions::ENDPOINTS,
        members::ENDPOINTS,
        messages::ENDPOINTS,
        pins::ENDPOINTS,
        polls::ENDPOINTS,
        reactions::ENDPOINTS,
        roles::ENDPOINTS,
        search::ENDPOINTS,
        thread_lists::ENDPOINTS,
        thread_members::ENDPOINTS,
        threads::ENDPOINTS,
        webhooks::ENDPOINTS,
    ]
    .into_iter()
    .flatten()
}

/// The routes under [`BASE`].
pub(crate) fn router() -> Router<App> {
    endpoints().fold(Router::new(), |router, endpoint| {
        let path = format!("{BASE}{}", endpoint.path);
        // Some client libraries percent-encode every segment: `%40me`.
        let encoded = path.replace('@', "%40");
        let router = router.route(&path, pipeline::route(endpoint));
        if encoded == path { router } else { router.route(&encoded, pipeline::route(endpoint)) }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn the_page_of_routes_is_the_routes_there_are() {
        let page = include_str!("../../docs/routes.md");
        let listed: BTreeSet<String> = page
            .lines()
            .filter_map(|line| line.strip_prefix("- `")?.strip_suffix('`'))
            .map(String::from)
            .collect();
        let known: BTreeSet<String> =
            super::endpoints().map(|one| format!("{} {}", one.method, one.path)).collect();
        assert_eq!(listed, known);
    }
}
