//! Searching the exchange log by words, phrases and filters.

use super::dialect::Dialect;
use super::exchange::{Row, columns};
use super::{Store, StoreError};
use crate::domain::exchange::{Event, Exchange};
use crate::domain::ids::{ChannelId, GuildId, UnitCode, UserId};
use crate::domain::search::Terms;
use chrono::{DateTime, Utc};
use std::sync::LazyLock;

/// The newest first. A filter is off when its parameter is NULL; `$8` = 1 lets old versions and deleted messages in.
fn text(dialect: Dialect) -> String {
    format!(
        "SELECT {columns} FROM exchange e WHERE {matches} AND e.guild_id = $2 AND {among} \
         AND e.kind = 'message' \
         AND ($4 IS NULL OR e.unit = $4) AND ($5 IS NULL OR e.author_id = $5) \
         AND ($6 IS NULL OR e.sent_at >= $6) AND ($7 IS NULL OR e.sent_at < $7) \
         AND ($8 = 1 OR NOT EXISTS (SELECT 1 FROM exchange o WHERE o.message_id = e.message_id \
              AND (o.kind = 'deletion' OR o.version > e.version))) \
         ORDER BY e.message_id DESC, e.version DESC LIMIT $9",
        columns = columns!(),
        matches = dialect.matches_first(),
        // The plus keeps the planner from going through all these channels instead of the few rows that have the words.
        among = dialect.among("+e.channel_id", 3),
    )
}

static SQLITE: LazyLock<String> = LazyLock::new(|| text(Dialect::Sqlite));
static POSTGRES: LazyLock<String> = LazyLock::new(|| text(Dialect::Postgres));

const STANDING: &str = "SELECT (SELECT COUNT(*) FROM exchange d WHERE d.message_id = $1 AND d.kind = 'deletion'), \
     (SELECT COUNT(*) FROM exchange n WHERE n.message_id = $1 AND n.kind = 'message' AND n.version > $2)";

/// What to look for, and where.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    /// The office.
    pub guild: GuildId,
    /// All of these must be in the text.
    pub terms: &'a Terms,
    /// Only in these threads.
    pub channels: &'a [ChannelId],
    /// Only what people of this unit wrote.
    pub unit: Option<&'a UnitCode>,
    /// Only what this person wrote.
    pub author: Option<UserId>,
    /// Only what was first sent then or later.
    pub from: Option<DateTime<Utc>>,
    /// Only what was first sent before then.
    pub until: Option<DateTime<Utc>>,
    /// Old versions and deleted messages as well.
    pub past: bool,
    /// At most so many.
    pub limit: i64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The version that has the words.
    pub exchange: Exchange,
    /// Whether it still stands.
    pub standing: Standing,
}

/// Whether a version still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// This is what the message says now.
    Current,
    /// It was edited since.
    Edited,
    /// It was deleted.
    Deleted,
}

impl Store {
    /// Searches the exchange log; the newest messages first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn search(&self, search: &Search<'_>) -> Result<Vec<Found>, StoreError> {
        let sql = match self.dialect {
            Dialect::Sqlite => SQLITE.as_str(),
            Dialect::Postgres => POSTGRES.as_str(),
        };
        let channels =
            serde_json::to_string(search.channels).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let rows: Vec<Row> = sqlx::query_as(sql)
            .bind(self.dialect.match_all(search.terms))
            .bind(search.guild.db())
            .bind(channels)
            .bind(search.unit.map(UnitCode::as_str))
            .bind(search.author.map(UserId::db))
            .bind(search.from.map(|from| from.timestamp_millis()))
            .bind(search.until.map(|until| until.timestamp_millis()))
            .bind(i64::from(search.past))
            .bind(search.limit)
            .fetch_all(&self.pool)
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let Event::Said(exchange) = row.into_event()? else { continue };
            let standing = if search.past { self.standing(&exchange).await? } else { Standing::Current };
            found.push(Found { exchange, standing });
        }
        Ok(found)
    }

    async fn standing(&self, exchange: &Exchange) -> Result<Standing, StoreError> {
        let (deletions, later): (i64, i64) = sqlx::query_as(STANDING)
            .bind(exchange.message.db())
            .bind(exchange.version)
            .fetch_one(&self.pool)
            .await?;
        Ok(match (deletions, later) {
            (0, 0) => Standing::Current,
            (0, _) => Standing::Edited,
            _ => Standing::Deleted,
        })
    }
}
