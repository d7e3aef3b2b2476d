//! Meetings, their holdings, and what people answered.

use super::{Store, StoreError, Tx};
use crate::domain::clock::from_ms;
use crate::domain::fold::fold;
use crate::domain::ids::{ChannelId, GuildId, MessageId, UnitCode, UserId};
use crate::domain::meeting::{Attendance, AttendanceAnswer, Meeting, MeetingKind, Occurrence};
use chrono::{DateTime, Utc};

const INSERT: &str = "INSERT INTO meeting (id, guild_id, kind, title, folded, place, recurrence, state, created_by, \
     created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', $8, $9)";
const INSERT_UNIT: &str = "INSERT INTO meeting_unit (meeting_id, unit, position) VALUES ($1, $2, $3)";
const INSERT_OCCURRENCE: &str = "INSERT INTO occurrence (id, meeting_id, guild_id, starts_at, revision) \
     VALUES ($1, $2, $3, $4, 1)";
const ANSWER: &str = "INSERT INTO attendance (occurrence_id, user_id, user_name, unit, answer, answered_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (occurrence_id, user_id) DO UPDATE SET \
     user_name = excluded.user_name, unit = excluded.unit, answer = excluded.answer, answered_at = excluded.answered_at";
const REVISE: &str = "UPDATE occurrence SET revision = revision + 1 WHERE id = $1 RETURNING revision";
const SET_MESSAGE: &str = "UPDATE occurrence SET channel_id = $1, message_id = $2 WHERE id = $3";
const BY_ID: &str = "SELECT o.id, o.starts_at, o.revision, o.channel_id, o.message_id, m.id AS meeting_id, m.guild_id, \
     m.kind, m.title, m.place, m.recurrence, m.created_by, m.created_at \
     FROM occurrence o JOIN meeting m ON m.id = o.meeting_id WHERE o.id = $1";
const UPCOMING: &str =
    "SELECT id FROM occurrence WHERE guild_id = $1 AND starts_at >= $2 ORDER BY starts_at, id LIMIT $3";
const ANNOUNCED_BY: &str = "SELECT id FROM occurrence WHERE message_id = $1";
const LIKE: &str = "SELECT o.id FROM occurrence o JOIN meeting m ON m.id = o.meeting_id \
     WHERE o.guild_id = $1 AND m.folded LIKE $2 ORDER BY ABS(o.starts_at - $3), o.id LIMIT $4";
const UNITS: &str = "SELECT unit FROM meeting_unit WHERE meeting_id = $1 ORDER BY position";
const ATTENDANCE: &str = "SELECT user_id, user_name, unit, answer FROM attendance WHERE occurrence_id = $1 \
     ORDER BY answered_at, user_id";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    starts_at: i64,
    revision: i64,
    channel_id: Option<i64>,
    message_id: Option<i64>,
    meeting_id: String,
    guild_id: i64,
    kind: String,
    title: String,
    place: Option<String>,
    recurrence: String,
    created_by: i64,
    created_at: i64,
}

impl Store {
    /// One holding of a meeting, with all that was answered.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn occurrence(&self, id: &str) -> Result<Option<Occurrence>, StoreError> {
        let row: Option<Row> = sqlx::query_as(BY_ID).bind(id).fetch_optional(&self.pool).await?;
        let Some(row) = row else { return Ok(None) };
        let units: Vec<(String,)> = sqlx::query_as(UNITS).bind(&row.meeting_id).fetch_all(&self.pool).await?;
        let answers: Vec<(i64, String, String, String)> =
            sqlx::query_as(ATTENDANCE).bind(&row.id).fetch_all(&self.pool).await?;
        let corrupt = |what: &str| StoreError::Corrupt(format!("meeting {}: {what}", row.meeting_id));
        let attendance = answers
            .into_iter()
            .map(|(user, name, unit, answer)| {
                Ok(Attendance {
                    user: UserId::from_db(user),
                    name,
                    unit: UnitCode(unit),
                    answer: AttendanceAnswer::from_code(&answer).ok_or_else(|| corrupt("answer"))?,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Some(Occurrence {
            starts_at: from_ms(row.starts_at),
            revision: row.revision,
            channel: row.channel_id.map(ChannelId::from_db),
            message: row.message_id.map(MessageId::from_db),
            attendance,
            meeting: Meeting {
                guild: GuildId::from_db(row.guild_id),
                kind: MeetingKind::from_code(&row.kind).ok_or_else(|| corrupt("kind"))?,
                id: row.meeting_id,
                title: row.title,
                place: row.place,
                recurrence: row.recurrence,
                created_by: UserId::from_db(row.created_by),
                created_at: from_ms(row.created_at),
                units: units.into_iter().map(|(unit,)| UnitCode(unit)).collect(),
            },
            id: row.id,
        }))
    }

    /// The holdings that start at `from` or later, the next on top.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn upcoming(
        &self,
        guild: GuildId,
        from: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Occurrence>, StoreError> {
        let ids: Vec<(String,)> = sqlx::query_as(UPCOMING)
            .bind(guild.db())
            .bind(from.timestamp_millis())
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        self.occurrences(ids).await
    }

    /// The holdings of meetings whose folded title has `folded` in it, the nearest to `now` first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn occurrences_like(
        &self,
        guild: GuildId,
        folded: &str,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Occurrence>, StoreError> {
        let ids: Vec<(String,)> = sqlx::query_as(LIKE)
            .bind(guild.db())
            // What is folded has no sign that LIKE reads otherwise.
            .bind(format!("%{folded}%"))
            .bind(now.timestamp_millis())
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        self.occurrences(ids).await
    }

    /// The holding that this message announces.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn occurrence_announced_by(
        &self,
        message: MessageId,
    ) -> Result<Option<Occurrence>, StoreError> {
        let id: Option<(String,)> =
            sqlx::query_as(ANNOUNCED_BY).bind(message.db()).fetch_optional(&self.pool).await?;
        match id {
            Some((id,)) => self.occurrence(&id).await,
            None => Ok(None),
        }
    }

    async fn occurrences(&self, ids: Vec<(String,)>) -> Result<Vec<Occurrence>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for (id,) in ids {
            found.extend(self.occurrence(&id).await?);
        }
        Ok(found)
    }
}

impl Tx {
    /// Writes a new meeting with its invited units.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_meeting(&mut self, meeting: &Meeting) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(&meeting.id)
            .bind(meeting.guild.db())
            .bind(meeting.kind.code())
            .bind(&meeting.title)
            .bind(fold(&meeting.title))
            .bind(&meeting.place)
            .bind(&meeting.recurrence)
            .bind(meeting.created_by.db())
            .bind(meeting.created_at.timestamp_millis())
            .execute(self.connection())
            .await?;
        for (position, unit) in meeting.units.iter().enumerate() {
            sqlx::query(INSERT_UNIT)
                .bind(&meeting.id)
                .bind(unit.as_str())
                .bind(position as i64)
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Writes one holding of a meeting.
    ///
    /// # Errors
    /// When the database refuses, as it does a second one at the same moment.
    pub async fn insert_occurrence(
        &mut self,
        id: &str,
        meeting: &Meeting,
        starts_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT_OCCURRENCE)
            .bind(id)
            .bind(&meeting.id)
            .bind(meeting.guild.db())
            .bind(starts_at.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Records a person's answer, in place of an earlier one, and returns the new revision of the holding.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn answer_occurrence(
        &mut self,
        occurrence: &str,
        answer: &Attendance,
        at: DateTime<Utc>,
    ) -> Result<i64, StoreError> {
        sqlx::query(ANSWER)
            .bind(occurrence)
            .bind(answer.user.db())
            .bind(&answer.name)
            .bind(answer.unit.as_str())
            .bind(answer.answer.code())
            .bind(at.timestamp_millis())
            .execute(self.connection())
            .await?;
        let (revision,): (i64,) =
            sqlx::query_as(REVISE).bind(occurrence).fetch_one(self.connection()).await?;
        Ok(revision)
    }

    /// Records where a holding is announced.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_occurrence_message(
        &mut self,
        occurrence: &str,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<(), StoreError> {
        sqlx::query(SET_MESSAGE)
            .bind(channel.db())
            .bind(message.db())
            .bind(occurrence)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
