//! The exchange log: every version of what is said in coordination threads. Rows are only ever added.
//!
//! A row is known by (message, kind, version). Hearing of it again, or of an older version late, changes nothing that is
//! there, so any order and any number of the same events give the same log.

use super::dialect::Dialect;
use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::effect::Effect;
use crate::domain::exchange::{Deletion, Event, Exchange, Key, Via, Withheld, link};
use crate::domain::fold::fold;
use crate::domain::ids::{ChannelId, GuildId, MessageId, UnitCode, UserId};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::LazyLock;

macro_rules! columns {
    () => {
        "message_id, kind, version, guild_id, seq, channel_id, author_id, author_name, unit, sent_at, content, \
         folded, attachments, reply_to, via, seen_at, hash"
    };
}
pub(super) use columns;

const COLUMNS: usize = 17;
/// An UPDATE that changes nothing takes the row's lock on both databases: from here on nobody else adds to the chain.
const LOCK_CHAIN: &str = "UPDATE chain SET seq = seq WHERE id = 1 RETURNING seq, hash";
const MOVE_CHAIN: &str = "UPDATE chain SET seq = $1, hash = $2 WHERE id = 1";
const ONLY_FORWARD: &str = "UPDATE thread SET read_until = $1 WHERE channel_id = $2 AND read_until < $1";
const OF_THREAD: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM exchange WHERE channel_id = $1 ORDER BY message_id, kind DESC, version"
);
const KNOWN: &str = "SELECT DISTINCT e.message_id FROM exchange e \
     WHERE e.channel_id = $1 AND e.message_id BETWEEN $2 AND $3 AND e.kind = 'message' \
       AND NOT EXISTS (SELECT 1 FROM exchange d WHERE d.message_id = e.message_id AND d.kind = 'deletion') \
     ORDER BY e.message_id";
const AUTHOR: &str = "SELECT m.name, (SELECT MIN(r.unit) FROM role r \
       JOIN member_role mr ON mr.guild_id = r.guild_id AND mr.role_id = r.role_id \
       WHERE r.guild_id = m.guild_id AND mr.user_id = m.user_id) \
     FROM member m WHERE m.guild_id = $1 AND m.user_id = $2";

/// How many rows one INSERT carries, largest first. Fewer round trips to the database are what makes logging fast, and
/// three fixed texts are prepared once each.
const STEPS: [usize; 3] = [64, 8, 1];
static INSERTS_SQLITE: LazyLock<[String; 3]> = LazyLock::new(|| inserts(Dialect::Sqlite));
static INSERTS_POSTGRES: LazyLock<[String; 3]> = LazyLock::new(|| inserts(Dialect::Postgres));

fn inserts(dialect: Dialect) -> [String; 3] {
    STEPS.map(|rows| {
        format!("INSERT INTO exchange ({}) VALUES {}", columns!(), dialect.many_rows(rows, COLUMNS))
    })
}

/// What is there already of the messages in a JSON array.
static THERE_SQLITE: LazyLock<String> = LazyLock::new(|| there(Dialect::Sqlite));
static THERE_POSTGRES: LazyLock<String> = LazyLock::new(|| there(Dialect::Postgres));

fn there(dialect: Dialect) -> String {
    format!("SELECT message_id, kind, version FROM exchange WHERE {}", dialect.among("message_id", 1))
}

/// The name and the unit under which somebody's words are logged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The name they show in the office; `None` for somebody whom the office does not know.
    pub name: Option<String>,
    /// The unit whose role they hold.
    pub unit: Option<UnitCode>,
}

/// A row of `exchange`, as it is read.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) message_id: i64,
    pub(super) kind: String,
    pub(super) version: i64,
    pub(super) guild_id: i64,
    pub(super) seq: i64,
    pub(super) channel_id: i64,
    pub(super) author_id: Option<i64>,
    pub(super) author_name: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) sent_at: i64,
    pub(super) content: String,
    pub(super) folded: String,
    pub(super) attachments: String,
    pub(super) reply_to: Option<i64>,
    pub(super) via: String,
    pub(super) seen_at: i64,
    pub(super) hash: String,
}

impl Row {
    /// What the row says.
    pub(super) fn into_event(self) -> Result<Event, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("exchange {}: {what}", self.seq));
        let message = MessageId::from_db(self.message_id);
        let guild = GuildId::from_db(self.guild_id);
        let channel = ChannelId::from_db(self.channel_id);
        let via = Via::from_code(&self.via).ok_or_else(|| corrupt("via"))?;
        let seen = from_ms(self.seen_at);
        if self.kind == "deletion" {
            return Ok(Event::Deleted(Deletion { message, guild, channel, via, seen }));
        }
        Ok(Event::Said(Exchange {
            author: self.author_id.map(UserId::from_db).ok_or_else(|| corrupt("author_id"))?,
            attachments: serde_json::from_str(&self.attachments).map_err(|_| corrupt("attachments"))?,
            author_name: self.author_name.ok_or_else(|| corrupt("author_name"))?,
            message,
            version: self.version,
            guild,
            channel,
            unit: self.unit.map(UnitCode),
            content: self.content,
            reply_to: self.reply_to.map(MessageId::from_db),
            via,
            seen,
        }))
    }
}

/// An event with what only depends on itself, made before the chain is locked.
struct Prepared<'a> {
    event: &'a Event,
    folded: String,
    attachments: String,
}

impl<'a> Prepared<'a> {
    fn of(event: &'a Event) -> Result<Self, StoreError> {
        let (folded, attachments) = match event {
            Event::Said(said) => (fold(&said.content), serde_json::to_string(&said.attachments)),
            Event::Deleted(_) => (String::new(), Ok("[]".to_owned())),
        };
        let attachments = attachments.map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self { event, folded, attachments })
    }
}

impl Store {
    /// Adds to the log what is not there yet, and notes for each thread of `read` up to which message it has been read
    /// without a gap; all in one transaction. Returns how many rows are new.
    ///
    /// # Errors
    /// When the database refuses; then nothing was added.
    pub async fn log(&self, events: &[Event], read: &[(ChannelId, MessageId)]) -> Result<usize, StoreError> {
        let mut seen = HashSet::with_capacity(events.len());
        let prepared: Vec<Prepared<'_>> = events
            .iter()
            .filter(|event| seen.insert(event.key()))
            .map(Prepared::of)
            .collect::<Result<_, _>>()?;
        let mut tx = self.begin().await?;
        let (mut seq, mut hash): (i64, String) =
            sqlx::query_as(LOCK_CHAIN).fetch_one(tx.connection()).await?;
        let there = tx.rows_there(&prepared).await?;
        let mut new: Vec<(Prepared<'_>, i64, String)> = Vec::with_capacity(prepared.len());
        for row in prepared.into_iter().filter(|row| !there.contains(&row.event.key())) {
            seq += 1;
            hash = link(&hash, seq, row.event);
            new.push((row, seq, hash.clone()));
        }
        let count = new.len();
        if count > 0 {
            tx.insert_exchanges(&new).await?;
            sqlx::query(MOVE_CHAIN).bind(seq).bind(hash).execute(tx.connection()).await?;
        }
        for (channel, until) in read {
            sqlx::query(ONLY_FORWARD).bind(until.db()).bind(channel.db()).execute(tx.connection()).await?;
        }
        tx.commit().await?;
        Ok(count)
    }

    /// Puts out for each of these that its author is told, once for each version.
    ///
    /// # Errors
    /// When the database refuses; then nothing was put out.
    pub async fn put_out_withheld(&self, all: &[Withheld], now: DateTime<Utc>) -> Result<(), StoreError> {
        if all.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for one in all {
            let lane = format!("withheld:{}:{}", one.message, one.version);
            let effect = Effect::Withheld {
                author: one.author.0,
                channel: one.channel.0,
                message: one.message.0,
                what: one.what,
            };
            tx.put_out(one.guild, &lane, &lane, &effect, now).await?;
        }
        tx.commit().await
    }

    /// All that was said in a thread, message by message: its versions, then its deletion.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn exchanges_of(&self, channel: ChannelId) -> Result<Vec<Event>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(OF_THREAD).bind(channel.db()).fetch_all(&self.pool).await?;
        rows.into_iter().map(Row::into_event).collect()
    }

    /// The messages of a thread from `first` to `last`, both included, that are in the log and not deleted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn known_messages(
        &self,
        channel: ChannelId,
        first: MessageId,
        last: MessageId,
    ) -> Result<Vec<MessageId>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(KNOWN)
            .bind(channel.db())
            .bind(first.db())
            .bind(last.db())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(|(id,)| MessageId::from_db(id)).collect())
    }

    /// Under which name and unit the words of `user` are logged today.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn author(&self, guild: GuildId, user: UserId) -> Result<Author, StoreError> {
        let row: Option<(String, Option<String>)> =
            sqlx::query_as(AUTHOR).bind(guild.db()).bind(user.db()).fetch_optional(&self.pool).await?;
        Ok(row.map_or_else(Author::default, |(name, unit)| Author {
            name: Some(name),
            unit: unit.map(UnitCode),
        }))
    }
}

impl Tx {
    async fn rows_there(&mut self, rows: &[Prepared<'_>]) -> Result<HashSet<Key>, StoreError> {
        let sql = match self.dialect {
            Dialect::Sqlite => THERE_SQLITE.as_str(),
            Dialect::Postgres => THERE_POSTGRES.as_str(),
        };
        let ids: Vec<i64> = rows.iter().map(|row| row.event.key().message.db()).collect();
        let ids = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let there: Vec<(i64, String, i64)> =
            sqlx::query_as(sql).bind(ids).fetch_all(self.connection()).await?;
        let key = |(message, kind, version): (i64, String, i64)| Key {
            message: MessageId::from_db(message),
            deletion: kind == "deletion",
            version,
        };
        Ok(there.into_iter().map(key).collect())
    }

    async fn insert_exchanges(&mut self, mut rows: &[(Prepared<'_>, i64, String)]) -> Result<(), StoreError> {
        let inserts: &'static [String; 3] = match self.dialect {
            Dialect::Sqlite => &INSERTS_SQLITE,
            Dialect::Postgres => &INSERTS_POSTGRES,
        };
        while let Some(step) = STEPS.iter().position(|step| *step <= rows.len()) {
            let (now, later) = rows.split_at(STEPS[step]);
            let mut query = sqlx::query(inserts[step].as_str());
            for row in now {
                query = bind(query, row);
            }
            query.execute(self.connection()).await?;
            rows = later;
        }
        Ok(())
    }
}

type Query = sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments>;

fn bind(query: Query, (row, seq, hash): &(Prepared<'_>, i64, String)) -> Query {
    let key = row.event.key();
    let said = match row.event {
        Event::Said(said) => Some(said),
        Event::Deleted(_) => None,
    };
    let (guild, via, seen) = match row.event {
        Event::Said(said) => (said.guild, said.via, said.seen),
        Event::Deleted(deleted) => (deleted.guild, deleted.via, deleted.seen),
    };
    query
        .bind(key.message.db())
        .bind(if key.deletion { "deletion" } else { "message" })
        .bind(key.version)
        .bind(guild.db())
        .bind(*seq)
        .bind(row.event.channel().db())
        .bind(said.map(|said| said.author.db()))
        .bind(said.map(|said| said.author_name.clone()))
        .bind(said.and_then(|said| said.unit.as_ref()).map(|unit| unit.0.clone()))
        .bind(key.message.created_ms())
        .bind(said.map_or_else(String::new, |said| said.content.clone()))
        .bind(row.folded.clone())
        .bind(row.attachments.clone())
        .bind(said.and_then(|said| said.reply_to).map(MessageId::db))
        .bind(via.code())
        .bind(seen.timestamp_millis())
        .bind(hash.clone())
}
