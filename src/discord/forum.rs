//! Forums as Discord tells of them: their tags, and which of those the bot made.

use serde_json::Value;
use std::collections::BTreeMap;

/// Discord's number for a forum.
pub(super) const KIND_FORUM: u64 = 15;
/// Of a forum's flags: it takes no post without a tag.
const REQUIRE_TAG: u64 = 1 << 4;
/// As what a tag that the bot made is remembered begins so.
const TAG: &str = "tag:";

/// What the bot made that is a tag, by what the tag says.
pub(super) fn made_tags(made: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let tags = made.iter().filter_map(|(purpose, id)| Some((purpose.strip_prefix(TAG)?.to_owned(), *id)));
    tags.collect()
}

/// As what a tag that says this is remembered.
pub(super) fn tag_made_as(key: &str) -> String {
    format!("{TAG}{key}")
}

/// The tags of a forum: id and name.
pub(super) fn available_tags(forum: &Value) -> Vec<(u64, String)> {
    let tags = forum["available_tags"].as_array().into_iter().flatten();
    let read = |tag: &Value| Some((tag["id"].as_str()?.parse().ok()?, tag["name"].as_str()?.to_owned()));
    tags.filter_map(read).collect()
}

/// Whether a forum takes no post without a tag.
pub(super) fn requires_tag(forum: &Value) -> bool {
    forum["type"] == KIND_FORUM && forum["flags"].as_u64().unwrap_or_default() & REQUIRE_TAG != 0
}
