//! What is said in coordination threads: versions of messages, deletions, and the chain of hashes through them.

use super::guard::Forbidden;
use super::ids::{ChannelId, GuildId, MessageId, UnitCode, UserId};
use super::task::{Visibility, coded};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fmt::Write;

coded! {
    /// How we came to know of something.
    Via {
        /// Seen as it happened.
        Gateway = "gateway",
        /// Read back after a gap.
        History = "history",
    }
}

/// One version of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The message.
    pub message: MessageId,
    /// When this version was written, in Unix milliseconds: the last edit, or the creation. The greatest is current.
    pub version: i64,
    /// The office.
    pub guild: GuildId,
    /// The thread.
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: UserId,
    /// The name they showed then.
    pub author_name: String,
    /// The unit they belonged to when it was logged.
    pub unit: Option<UnitCode>,
    /// The text.
    pub content: String,
    /// What was attached. Discord's addresses expire; the names, sizes and ids stay.
    pub attachments: Vec<Attachment>,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// How we know.
    pub via: Via,
    /// Since when we know.
    pub seen: DateTime<Utc>,
}

/// A version of a message whose words must not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The office.
    pub guild: GuildId,
    /// The thread.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// Which version of it.
    pub version: i64,
    /// Who wrote it.
    pub author: UserId,
    /// Why.
    pub what: Forbidden,
}

/// A message was deleted. It wins over whatever version comes late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The message.
    pub message: MessageId,
    /// The office.
    pub guild: GuildId,
    /// The thread.
    pub channel: ChannelId,
    /// How we know.
    pub via: Via,
    /// Since when we know; it happened at some moment before.
    pub seen: DateTime<Utc>,
}

/// What is known of an attachment without downloading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Discord's id.
    pub id: u64,
    /// The name of the file.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// The media type, if Discord knows one.
    pub content_type: Option<String>,
    /// Where it was; signed, and valid for about a day.
    pub url: String,
}

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Something was said, or said anew.
    Said(Exchange),
    /// Something was taken back.
    Deleted(Deletion),
}

/// What makes a row of the log one and the same, however often and in whatever order it is heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The message.
    pub message: MessageId,
    /// Whether it is the deletion.
    pub deletion: bool,
    /// The version; 0 for a deletion, of which there is only one.
    pub version: i64,
}

impl Event {
    /// The key of the row.
    pub fn key(&self) -> Key {
        match self {
            Self::Said(said) => Key { message: said.message, deletion: false, version: said.version },
            Self::Deleted(deleted) => Key { message: deleted.message, deletion: true, version: 0 },
        }
    }

    /// The thread.
    pub fn channel(&self) -> ChannelId {
        match self {
            Self::Said(said) => said.channel,
            Self::Deleted(deleted) => deleted.channel,
        }
    }
}

/// A thread whose exchanges are logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its id.
    pub channel: ChannelId,
    /// The office.
    pub guild: GuildId,
    /// The channel that it hangs under.
    pub parent: ChannelId,
    /// What it is about: `task:<id>`, `group:<id>` …
    pub subject: String,
    /// Who may see it.
    pub visibility: Visibility,
}

/// The link of row number `seq`: SHA-256 over the link before it (empty for the first row) and the row, as 64
/// hexadecimal digits.
///
/// The rendering is unambiguous: each field has its fixed place, a number has 8 bytes, a text is preceded by its length,
/// an absent value differs from every present one. `folded` is left out: it follows from the content and may be made anew.
pub fn link(previous: &str, seq: i64, event: &Event) -> String {
    let mut digest = Rendering(Sha256::new());
    digest.text("liaison exchange 1");
    digest.text(previous);
    digest.number(seq);
    match event {
        Event::Said(said) => {
            digest.text("message");
            digest.number(said.message.db());
            digest.number(said.version);
            digest.number(said.guild.db());
            digest.number(said.channel.db());
            digest.number(said.author.db());
            digest.text(&said.author_name);
            digest.optional(said.unit.as_ref(), |digest, unit| digest.text(unit.as_str()));
            digest.text(&said.content);
            digest.number(said.attachments.len() as i64);
            for file in &said.attachments {
                digest.number(file.id as i64);
                digest.text(&file.name);
                digest.number(file.size as i64);
                digest.optional(file.content_type.as_ref(), |digest, kind| digest.text(kind));
                digest.text(&file.url);
            }
            digest.optional(said.reply_to, |digest, message| digest.number(message.db()));
            digest.text(said.via.code());
            digest.number(said.seen.timestamp_millis());
        }
        Event::Deleted(deleted) => {
            digest.text("deletion");
            digest.number(deleted.message.db());
            digest.number(deleted.guild.db());
            digest.number(deleted.channel.db());
            digest.text(deleted.via.code());
            digest.number(deleted.seen.timestamp_millis());
        }
    }
    digest.finish()
}

struct Rendering(Sha256);

impl Rendering {
    fn number(&mut self, value: i64) {
        self.0.update(value.to_be_bytes());
    }

    fn text(&mut self, value: &str) {
        self.number(value.len() as i64);
        self.0.update(value);
    }

    fn optional<T>(&mut self, value: Option<T>, render: impl Fn(&mut Self, T)) {
        self.number(i64::from(value.is_some()));
        if let Some(value) = value {
            render(self, value);
        }
    }

    fn finish(self) -> String {
        self.0.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a String takes every text");
            hex
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::from_ms;
    use proptest::prelude::*;

    fn attachment() -> impl Strategy<Value = Attachment> {
        (any::<u64>(), ".{0,6}", any::<u64>(), proptest::option::of("[a-z/]{0,4}"), "[a-z]{0,6}")
            .prop_map(|(id, name, size, content_type, url)| Attachment { id, name, size, content_type, url })
    }

    fn said() -> impl Strategy<Value = Exchange> {
        let ids = (any::<u64>(), any::<i64>(), any::<u64>(), any::<u64>(), any::<u64>());
        let texts = (".{0,6}", proptest::option::of("[A-Z]{0,3}"), ".{0,12}");
        let rest = (
            proptest::collection::vec(attachment(), 0..3),
            proptest::option::of(any::<u64>()),
            any::<bool>(),
            0..i64::from(u32::MAX),
        );
        (ids, texts, rest).prop_map(|(ids, texts, (attachments, reply_to, live, seen))| Exchange {
            message: MessageId(ids.0),
            version: ids.1,
            guild: GuildId(ids.2),
            channel: ChannelId(ids.3),
            author: UserId(ids.4),
            author_name: texts.0,
            unit: texts.1.map(UnitCode),
            content: texts.2,
            attachments,
            reply_to: reply_to.map(MessageId),
            via: if live { Via::Gateway } else { Via::History },
            seen: from_ms(seen),
        })
    }

    /// Texts that only differ in where one field ends and the next begins, or in what is absent.
    fn neighbours(one: &Exchange) -> Vec<Exchange> {
        let mut all = vec![one.clone()];
        let mut add = |change: &dyn Fn(&mut Exchange)| {
            let mut other = one.clone();
            change(&mut other);
            all.push(other);
        };
        add(&|other| {
            let moved: String = other.author_name.drain(..).collect();
            other.content.insert_str(0, &moved);
        });
        add(&|other| {
            other.unit = Some(other.unit.clone().map_or(UnitCode(String::new()), |_| UnitCode("X".into())))
        });
        add(&|other| other.content.push('\u{0}'));
        add(&|other| other.reply_to = Some(MessageId(other.reply_to.map_or(0, |id| id.0 ^ 1))));
        add(&|other| other.version ^= 1);
        add(&|other| {
            other.attachments.push(Attachment {
                id: 0,
                name: String::new(),
                size: 0,
                content_type: None,
                url: String::new(),
            })
        });
        add(&|other| other.attachments.truncate(0));
        all
    }

    proptest! {
        #[test]
        fn different_rows_have_different_links(one in said(), seq in 1..1000_i64) {
            let rows = neighbours(&one);
            for a in &rows {
                for b in &rows {
                    let same = link("", seq, &Event::Said(a.clone())) == link("", seq, &Event::Said(b.clone()));
                    prop_assert_eq!(same, a == b, "{:?} {:?}", a, b);
                }
            }
        }

        #[test]
        fn a_link_depends_on_all_rows_before_it(
            rows in proptest::collection::vec(said(), 2..8),
            altered in any::<proptest::sample::Index>(),
        ) {
            let chain = |rows: &[Exchange]| {
                rows.iter().zip(1..).fold(String::new(), |previous, (row, seq)| {
                    link(&previous, seq, &Event::Said(row.clone()))
                })
            };
            let mut other = rows.clone();
            other[altered.index(rows.len())].content.push('!');
            prop_assert_eq!(chain(&rows), chain(&rows.clone()));
            prop_assert_ne!(chain(&rows), chain(&other));
            prop_assert_ne!(chain(&rows), chain(&rows[1..]));
        }
    }

    #[test]
    fn a_deletion_is_no_version() {
        let deletion = Event::Deleted(Deletion {
            message: MessageId(5),
            guild: GuildId(1),
            channel: ChannelId(2),
            via: Via::Gateway,
            seen: from_ms(0),
        });
        assert_eq!(deletion.key(), Key { message: MessageId(5), deletion: true, version: 0 });
        // Written down: a change of the rendering would make every existing log look altered.
        assert_eq!(
            link("", 1, &deletion),
            "8647d06618f2063ede1586f6810c84f02c27774516813fcb60c638c21e4f2049"
        );
    }
}
