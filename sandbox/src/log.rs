//! What the bot asked for, in order, and where a body broke Discord's own description.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

/// One REST call of the bot.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// From 1, in the order of arrival.
    pub number: u64,
    /// HTTP method.
    pub method: String,
    /// Route template such as `/channels/{channel_id}/messages`.
    pub route: String,
    /// Path and query as they were sent, from `/api/v10` on.
    pub path: String,
    /// JSON body (of a multipart body its `payload_json`); null when there was none.
    pub body: Value,
    /// Names of uploaded files.
    pub files: Vec<String>,
    /// The decoded audit log reason.
    pub reason: Option<String>,
    /// The sandbox's time.
    pub at: DateTime<Utc>,
}

/// A call and how it was answered.
#[derive(Clone, Debug, Serialize)]
pub struct LoggedCall {
    /// What was asked.
    #[serde(flatten)]
    pub call: Call,
    /// HTTP status; none while it is being answered, or when the connection was cut before anything was done.
    pub status: Option<u16>,
    /// Discord's error code of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u64>,
}

/// Where a call stands when a hook is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing has happened yet.
    Before,
    /// It is done, and the answer not yet sent.
    After,
}

/// A body that does not conform to Discord's OpenAPI document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// HTTP method.
    pub method: String,
    /// Route template.
    pub route: String,
    /// `request` or `response`.
    pub side: Side,
    /// JSON pointer to the place.
    pub pointer: String,
    /// What is wrong there.
    pub message: String,
}

/// Whose body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The bot's.
    Request,
    /// The sandbox's.
    Response,
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    pub(crate) calls: Vec<LoggedCall>,
    pub(crate) violations: Vec<Violation>,
}

impl RequestLog {
    pub(crate) fn next_number(&self) -> u64 {
        self.calls.len() as u64 + 1
    }

    pub(crate) fn answered(&mut self, number: u64, status: u16, code: Option<u64>) {
        let index = usize::try_from(number).unwrap_or(usize::MAX).wrapping_sub(1);
        if let Some(logged) = self.calls.get_mut(index) {
            logged.status = Some(status);
            logged.code = code;
        }
    }
}
