//! Discord's messages: read from their JSON in pages of history, in updates and where serenity could not parse them, and
//! taken over from serenity's type where many come at once. Either way the same message is the same row.

use crate::domain::exchange::{Attachment, Via};
use crate::domain::ids::{ChannelId, GuildId, MessageId, UserId};
use chrono::{DateTime, Utc};
use serde_json::Value;
use serenity::all::MessageType;

/// Discord's number for a message that answers another.
const REPLY: u64 = 19;
/// Its number for a component that shows text.
const TEXT_DISPLAY: u64 = 10;

/// Something that was said or taken back in a logged thread.
#[derive(Clone, Debug)]
pub(in crate::discord) struct News {
    pub(in crate::discord) guild: GuildId,
    pub(in crate::discord) channel: ChannelId,
    pub(in crate::discord) via: Via,
    pub(in crate::discord) what: What,
}

#[derive(Clone, Debug)]
pub(in crate::discord) enum What {
    Said(Message),
    Deleted(MessageId),
}

impl News {
    /// The message that was said, and where.
    pub(super) fn said(&self) -> Option<(ChannelId, MessageId)> {
        match &self.what {
            What::Said(message) => Some((self.channel, message.id)),
            What::Deleted(_) => None,
        }
    }
}

/// One version of a message, as Discord tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::discord) struct Message {
    pub(in crate::discord) id: MessageId,
    pub(in crate::discord) version: i64,
    pub(in crate::discord) author: UserId,
    pub(in crate::discord) author_name: String,
    pub(in crate::discord) content: String,
    pub(in crate::discord) attachments: Vec<Attachment>,
    pub(in crate::discord) reply_to: Option<MessageId>,
}

impl Message {
    /// Takes a message over that serenity has read already; `None` when its words may be where serenity does not look.
    pub(super) fn typed(message: serenity::all::Message) -> Option<Self> {
        // A person may send a file without a word; a program's words may then stand in components.
        let wordless = message.content.is_empty() && message.embeds.is_empty();
        if wordless && (message.attachments.is_empty() || message.author.bot) {
            return None;
        }
        let id = MessageId(message.id.get());
        let nick = message.member.and_then(|member| member.nick);
        Some(Self {
            id,
            version: message.edited_timestamp.map_or_else(|| id.created_ms(), |at| at.timestamp_millis()),
            author: UserId(message.author.id.get()),
            author_name: keepable(nick.or(message.author.global_name).unwrap_or(message.author.name)),
            content: keepable(message.content),
            attachments: message.attachments.into_iter().map(typed_attachment).collect(),
            reply_to: (message.kind == MessageType::InlineReply)
                .then(|| message.message_reference?.message_id)
                .flatten()
                .map(|id| MessageId(id.get())),
        })
    }

    /// Reads a message; `None` when it lacks what a row needs.
    pub(in crate::discord) fn read(json: &Value) -> Option<Self> {
        let id = message_id(json)?;
        let version = match json.get("edited_timestamp").and_then(Value::as_str) {
            // A link that unfolds is an update too, but without an edit: it stays the version that it was.
            None => id.created_ms(),
            Some(at) => at.parse::<DateTime<Utc>>().ok()?.timestamp_millis(),
        };
        let attachments = json.get("attachments").and_then(Value::as_array);
        let name = [&json["member"]["nick"], &json["author"]["global_name"], &json["author"]["username"]];
        Some(Self {
            id,
            version,
            author: UserId(snowflake(&json["author"]["id"])?),
            author_name: text(name.into_iter().find(|name| name.is_string())?),
            content: words(json)?,
            attachments: attachments
                .map_or_else(Vec::new, |files| files.iter().filter_map(attachment).collect()),
            reply_to: (json["type"].as_u64() == Some(REPLY))
                .then(|| snowflake(&json["message_reference"]["message_id"]).map(MessageId))
                .flatten(),
        })
    }
}

/// The id of a message, which even one that cannot be read has.
pub(in crate::discord) fn message_id(json: &Value) -> Option<MessageId> {
    snowflake(json.get("id")?).map(MessageId)
}

pub(super) fn snowflake(json: &Value) -> Option<u64> {
    json.as_str().map_or_else(|| json.as_u64(), |text| text.parse().ok())
}

/// What a message says: its content, or else the text of its components, or else that of the message it forwards.
fn words(json: &Value) -> Option<String> {
    let content = json.get("content").filter(|content| content.is_string()).map(text)?;
    if !content.is_empty() {
        return Some(content);
    }
    let mut found = Vec::new();
    displayed(&json["components"], &mut found);
    let forwarded = json["message_snapshots"].as_array().into_iter().flatten();
    found.extend(forwarded.map(|snapshot| text(&snapshot["message"]["content"])));
    found.retain(|text| !text.is_empty());
    Some(found.join("\n"))
}

/// The texts of components (Text Display, type 10), however deep in containers and sections, in their order.
fn displayed(components: &Value, found: &mut Vec<String>) {
    for component in components.as_array().into_iter().flatten() {
        if component["type"].as_u64() == Some(TEXT_DISPLAY) {
            found.push(text(&component["content"]));
        }
        displayed(&component["components"], found);
    }
}

fn text(json: &Value) -> String {
    keepable(json.as_str().unwrap_or_default().to_owned())
}

/// PostgreSQL cannot keep U+0000, and one such message must not hold up all others.
fn keepable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn typed_attachment(file: serenity::all::Attachment) -> Attachment {
    Attachment {
        id: file.id.get(),
        name: keepable(file.filename),
        size: file.size.into(),
        content_type: file.content_type.map(keepable),
        url: keepable(file.url),
    }
}

fn attachment(json: &Value) -> Option<Attachment> {
    Some(Attachment {
        id: snowflake(&json["id"])?,
        name: text(&json["filename"]),
        size: json["size"].as_u64().unwrap_or_default(),
        content_type: json.get("content_type").filter(|kind| kind.is_string()).map(text),
        url: text(&json["url"]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::option;
    use proptest::prelude::*;
    use serde_json::json;

    fn message() -> Value {
        json!({
            "id": "175928847299117063", "channel_id": "5", "type": 19, "content": "Đã gửi\u{0}",
            "author": {"id": "7", "username": "binh", "global_name": "Bình"}, "member": {"nick": null},
            "timestamp": "2016-04-30T11:18:25.796000+00:00", "edited_timestamp": null,
            "message_reference": {"message_id": "9"},
            "attachments": [{"id": "3", "filename": "a.xlsx", "size": 10, "url": "https://cdn.example/a"}],
        })
    }

    #[test]
    fn a_message_is_read_with_what_a_row_needs() {
        let read = Message::read(&message()).unwrap();
        assert_eq!(read.version, 1_462_015_105_796);
        assert_eq!((read.author_name.as_str(), read.content.as_str()), ("Bình", "Đã gửi\u{fffd}"));
        assert_eq!(read.reply_to, Some(MessageId(9)));
        assert_eq!((read.attachments[0].id, read.attachments[0].name.as_str()), (3, "a.xlsx"));
    }

    #[test]
    fn only_an_edit_makes_a_new_version() {
        let mut unfolded = message();
        unfolded["embeds"] = json!([{"title": "link"}]);
        assert_eq!(Message::read(&unfolded).unwrap().version, Message::read(&message()).unwrap().version);
        let mut edited = message();
        edited["edited_timestamp"] = json!("2016-04-30T11:20:00.123456+00:00");
        assert_eq!(Message::read(&edited).unwrap().version, 1_462_015_200_123);
    }

    #[test]
    fn words_are_found_where_they_stand() {
        let mut modern = message();
        modern["content"] = "".into();
        modern["components"] = json!([
            {"type": 17, "components": [{"type": 10, "content": "Kính gửi"}, {"type": 9, "components": [
                {"type": 10, "content": "các đơn vị"}], "accessory": {"type": 11}}]},
            {"type": 1, "components": [{"type": 2, "label": "OK"}]},
        ]);
        assert_eq!(Message::read(&modern).unwrap().content, "Kính gửi\ncác đơn vị");
        let mut forwarded = message();
        forwarded["content"] = "".into();
        forwarded["message_snapshots"] = json!([{"message": {"content": "Nguyên văn"}}]);
        assert_eq!(Message::read(&forwarded).unwrap().content, "Nguyên văn");
    }

    #[test]
    fn what_may_have_words_elsewhere_is_not_taken_over() {
        let taken = |content: &str, files: bool, bot: bool| {
            let mut json = message();
            json["content"] = content.into();
            json["author"]["bot"] = bot.into();
            for (field, value) in
                [("tts", json!(false)), ("mention_everyone", json!(false)), ("pinned", json!(false))]
            {
                json[field] = value;
            }
            for list in ["mentions", "mention_roles", "embeds"] {
                json[list] = json!([]);
            }
            json["author"]["discriminator"] = "0".into();
            json["member"] = Value::Null;
            json["message_reference"]["channel_id"] = "5".into();
            json["attachments"][0]["proxy_url"] = "https://cdn.example/a".into();
            if !files {
                json["attachments"] = json!([]);
            }
            serde_json::from_value(json).map(Message::typed).unwrap().is_some()
        };
        assert!(taken("Đã gửi", false, true) && taken("", true, false));
        assert!(!taken("", false, false) && !taken("", true, true));
    }

    #[test]
    fn half_a_message_is_none() {
        for field in ["id", "author", "content"] {
            let mut half = message();
            half.as_object_mut().unwrap().remove(field);
            assert!(Message::read(&half).is_none(), "{field}");
        }
    }

    prop_compose! {
        /// A message as the gateway tells it, whole.
        fn whole()(
            id in 1..u64::MAX,
            content in any::<String>(),
            names in (any::<String>(), option::of(any::<String>()), option::of(option::of(any::<String>()))),
            edited in option::of(0_i64..4_000_000_000_000),
            reply in (prop_oneof![Just(0), Just(REPLY), Just(21)], option::of(1..u64::MAX)),
            file in option::of((1..u64::MAX, any::<String>(), any::<u32>(), option::of("[a-z]/[a-z]"))),
        ) -> Value {
            let mut json = json!({
                "id": id.to_string(), "channel_id": "5", "content": content, "type": reply.0,
                "author": {"id": "7", "username": names.0, "global_name": names.1, "discriminator": "0", "avatar": null},
                "timestamp": "2016-04-30T11:18:25.796000+00:00", "tts": false, "mention_everyone": false,
                "edited_timestamp": edited.and_then(DateTime::from_timestamp_millis).map(|at| at.to_rfc3339()),
                "mentions": [], "mention_roles": [], "embeds": [], "pinned": false,
                "attachments": file.map(|(id, name, size, kind)| json!({
                    "id": id.to_string(), "filename": name, "size": size, "content_type": kind,
                    "url": "https://cdn.example/a", "proxy_url": "https://cdn.example/a",
                })).into_iter().collect::<Vec<_>>(),
            });
            if let Some(nick) = names.2 {
                json["member"] = json!({"nick": nick, "roles": [], "joined_at": null, "deaf": false, "mute": false});
            }
            if let Some(to) = reply.1 {
                json["message_reference"] = json!({"message_id": to.to_string(), "channel_id": "5"});
            }
            json
        }
    }

    proptest! {
        #[test]
        fn a_message_is_the_same_row_typed_or_not(json in whole()) {
            if let Some(typed) = serde_json::from_value(json.clone()).map(Message::typed).unwrap() {
                prop_assert_eq!(Some(typed), Message::read(&json));
            }
        }
    }
}
