//! Fresh links for attachments.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Endpoint, Reply, Request};
use crate::error::{ApiError, Form};
use crate::state::State;

/// Not in Discord's document for bots, but there for every login.
pub(super) const ENDPOINTS: &[Endpoint] =
    &[Endpoint::new(Method::POST, "/attachments/refresh-urls", refresh)];

/// In one call.
const LINKS: usize = 50;

fn refresh(state: &mut State, request: &Request) -> Result<Reply, ApiError> {
    let mut form = Form::default();
    let given: Option<Vec<&str>> = request.body["attachment_urls"]
        .as_array()
        .and_then(|given| given.iter().map(Value::as_str).collect());
    match &given {
        Some(given) => form.count("attachment_urls", given.len(), LINKS),
        None => form.required("attachment_urls"),
    }
    form.check()?;
    let fresh = |original: &&str| json!({"original": original, "refreshed": state.refreshed(original)});
    let refreshed: Vec<Value> = given.iter().flatten().map(fresh).collect();
    Reply::ok(&json!({"refreshed_urls": refreshed}))
}
