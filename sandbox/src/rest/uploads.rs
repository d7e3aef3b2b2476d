//! Files of a call become attachments.

use serde_json::Value;

use super::{Request, Upload};
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Attachment, File};
use crate::state::State;

const FILES: usize = 10;
const FILE_SIZE: usize = 10 << 20;

/// An attachment, and the n of the `files[n]` that it was.
pub(super) struct Uploaded {
    pub(super) index: u64,
    pub(super) attachment: Attachment,
}

/// Whether a number, written in either way, is that of a file.
pub(super) fn is_index(value: &Value, index: u64) -> bool {
    match value {
        Value::String(text) => text.parse() == Ok(index),
        value => value.as_u64() == Some(index),
    }
}

/// Holds the files of a call against the limits.
pub(super) fn check(request: &Request, form: &mut Form) -> Result<(), ApiError> {
    form.count("files", request.files.len(), FILES);
    let large = |file: &Upload| file.data.len() > FILE_SIZE;
    if request.files.iter().any(large) { Err(ApiError::TOO_LARGE) } else { Ok(()) }
}

/// Keeps the files of a call; `listed` has their names and descriptions.
pub(super) fn keep(state: &mut State, request: &Request, listed: &Value, channel: Id) -> Vec<Uploaded> {
    let mut kept = Vec::new();
    for file in &request.files {
        let id = state.next_id();
        let words = listed.as_array().into_iter().flatten().find(|one| is_index(&one["id"], file.index));
        let text = |key: &str| words.and_then(|words| words[key].as_str()).map(String::from);
        let filename = text("filename").unwrap_or_else(|| file.filename.clone());
        let content_type = file.content_type.clone();
        state.files.insert(id, File { content_type: content_type.clone(), data: file.data.clone() });
        let attachment = Attachment {
            id,
            channel_id: channel,
            filename: filename.replace(|letter: char| letter.is_whitespace() || letter == '/', "_"),
            description: text("description"),
            content_type,
            size: file.data.len(),
            ephemeral: false,
        };
        kept.push(Uploaded { index: file.index, attachment });
    }
    kept
}
