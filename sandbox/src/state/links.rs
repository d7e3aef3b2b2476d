//! Links to attachments: signed, and good for a day of the sandbox's clock. Whoever fetches a message again gets fresh
//! ones, in its embeds and components too.

use std::borrow::Cow;
use std::fmt::Write;

use chrono::{DateTime, TimeDelta};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::State;
use crate::model::{Attachment, AttachmentView};

/// How the path of every link begins.
const START: &str = "/attachments/";

/// How long a link is good.
const GOOD_FOR: TimeDelta = TimeDelta::hours(24);

/// What a file name may keep in a path.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// What is written in a link besides the path.
pub(crate) struct Signature<'a> {
    pub(crate) expires: &'a str,
    pub(crate) issued: &'a str,
    pub(crate) mark: &'a str,
}

impl State {
    pub(crate) fn attachment_view<'a>(&self, attachment: &'a Attachment) -> AttachmentView<'a> {
        let url = self.signed(&attachment.path());
        AttachmentView {
            id: attachment.id,
            filename: &attachment.filename,
            description: attachment.description.as_deref(),
            content_type: attachment.content_type.as_deref(),
            size: attachment.size,
            proxy_url: url.clone(),
            url,
            ephemeral: attachment.ephemeral.then_some(true),
        }
    }

    /// A link that is good from now on.
    fn signed(&self, path: &str) -> String {
        let now = self.now();
        let (expires, issued) =
            (format!("{:x}", (now + GOOD_FOR).timestamp()), format!("{:x}", now.timestamp()));
        let mark = self.mark(path, &expires, &issued);
        format!("{}{path}?ex={expires}&is={issued}&hm={mark}&", self.base_url)
    }

    fn mark(&self, path: &str, expires: &str, issued: &str) -> String {
        let (guild, series) = (self.guild.id, self.link_series);
        let signed = format!("{guild} {series} {path} {expires} {issued}");
        Sha256::digest(signed).iter().fold(String::new(), |mut hex, byte| {
            // Writing into a String does not fail.
            write!(hex, "{byte:02x}").ok();
            hex
        })
    }

    /// Whether a link is one of ours and not yet expired.
    pub(crate) fn is_good(&self, path: &str, signature: &Signature<'_>) -> bool {
        let until = i64::from_str_radix(signature.expires, 16).ok();
        let until = until.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        until.is_some_and(|until| self.now() < until)
            && signature.mark == self.mark(path, signature.expires, signature.issued)
    }

    /// A fresh link for one that may be expired; none for what is no link to a file that is here.
    pub(crate) fn refreshed(&self, link: &str) -> Option<String> {
        let link = link.strip_prefix(&self.base_url).unwrap_or(link);
        let path = link.split_once('?').map_or(link, |(path, _)| path);
        let mut parts = path.strip_prefix(START)?.split('/');
        let (_channel, id, _name) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        self.files.contains_key(&id).then(|| self.signed(path))
    }

    /// Embeds or components with fresh links to attachments.
    pub(crate) fn with_fresh_links<'a>(&self, parts: &'a [Value]) -> Cow<'a, [Value]> {
        if !parts.iter().any(|part| self.has_link(part)) {
            return Cow::Borrowed(parts);
        }
        let mut fresh = parts.to_vec();
        fresh.iter_mut().for_each(|part| change_texts(part, &|text| self.refreshed(text)));
        Cow::Owned(fresh)
    }

    fn has_link(&self, part: &Value) -> bool {
        match part {
            Value::String(text) => text.starts_with(START) || text.starts_with(&self.base_url),
            Value::Array(list) => list.iter().any(|one| self.has_link(one)),
            Value::Object(map) => map.values().any(|one| self.has_link(one)),
            _ => false,
        }
    }
}

impl Attachment {
    /// Its link without address and signature; embeds and components keep it in this form.
    fn path(&self) -> String {
        format!("{START}{}/{}/{}", self.channel_id, self.id, utf8_percent_encode(&self.filename, ENCODED))
    }
}

/// Puts a message's own files in the place of `attachment://` and their names.
pub(crate) fn resolve(parts: &mut [Value], files: &[Attachment]) {
    let replaced = |text: &str| {
        let name = text.strip_prefix("attachment://")?;
        files.iter().find(|file| file.filename == name).map(Attachment::path)
    };
    parts.iter_mut().for_each(|part| change_texts(part, &replaced));
}

fn change_texts(part: &mut Value, change: &impl Fn(&str) -> Option<String>) {
    match part {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|one| change_texts(one, change)),
        Value::Object(map) => map.values_mut().for_each(|one| change_texts(one, change)),
        _ => {}
    }
}
