//! What the bot asked for, in order, and where a body broke Discord's own description.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::faults::Effect;

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
    /// What went wrong on purpose with it. Where that cuts the connection, `status` is what the bot would have heard.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Effect>,
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

#[derive(Debug)]
pub(crate) struct RequestLog {
    /// How many rows there may be.
    rows: usize,
    begun: u64,
    pub(crate) calls: VecDeque<LoggedCall>,
    pub(crate) violations: VecDeque<Violation>,
}

impl RequestLog {
    pub(crate) const fn new(rows: usize) -> Self {
        Self { rows, begun: 0, calls: VecDeque::new(), violations: VecDeque::new() }
    }

    /// The number of a call that begins.
    pub(crate) const fn next_number(&mut self) -> u64 {
        self.begun += 1;
        self.begun
    }

    /// How many calls there were, whether they are still listed or not.
    pub(crate) const fn total(&self) -> u64 {
        self.begun
    }

    pub(crate) fn push(&mut self, call: Call) {
        self.calls.push_back(LoggedCall { call, status: None, faults: Vec::new(), code: None });
        bound(&mut self.calls, self.rows);
    }

    pub(crate) fn report(&mut self, violations: impl Iterator<Item = Violation>) {
        self.violations.extend(violations);
        bound(&mut self.violations, self.rows);
    }

    pub(crate) fn answered(&mut self, number: u64, status: u16, code: Option<u64>) {
        if let Some(logged) = self.call(number) {
            logged.status = Some(status);
            logged.code = code;
        }
    }

    pub(crate) fn struck(&mut self, number: u64, effects: &[Effect]) {
        if let Some(logged) = self.call(number) {
            logged.faults = effects.to_vec();
        }
    }

    fn call(&mut self, number: u64) -> Option<&mut LoggedCall> {
        let at = self.calls.binary_search_by_key(&number, |logged| logged.call.number);
        self.calls.get_mut(at.ok()?)
    }
}

/// Forgets the oldest rows beyond `max`.
pub(crate) fn bound<T>(rows: &mut VecDeque<T>, max: usize) {
    rows.drain(..rows.len().saturating_sub(max));
}
