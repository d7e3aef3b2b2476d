//! Requests that came in. A request is kept before it is acknowledged and decided exactly once: after a crash the open
//! ones are decided as if nothing had happened.

use super::{Store, StoreError, Tx};
use crate::domain::ids::{ChannelId, GuildId};

const KEEP: &str = "INSERT INTO request \
     (interaction_id, guild_id, channel_id, application_id, token, actor, body, received_at, state) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open') ON CONFLICT (interaction_id) DO NOTHING";
const ONE: &str = "SELECT interaction_id, guild_id, channel_id, application_id, token, actor, body, received_at, state \
     FROM request WHERE interaction_id = $1";
const OPEN: &str =
    "SELECT interaction_id FROM request WHERE state = 'open' ORDER BY received_at, interaction_id";
const DECIDE: &str = "UPDATE request SET state = 'decided' WHERE interaction_id = $1 AND state = 'open'";

/// A request as it was kept.
#[derive(Clone, Debug)]
pub struct KeptRequest {
    /// Discord's id of the interaction.
    pub interaction: u64,
    /// The office.
    pub guild: GuildId,
    /// Where it was asked; a late answer goes there.
    pub channel: ChannelId,
    /// Our application, part of the address of the reply.
    pub application: u64,
    /// The interaction's token, valid for 15 minutes.
    pub token: String,
    /// Who asked, as JSON.
    pub actor: String,
    /// What was asked, as JSON.
    pub body: String,
    /// When, in Unix milliseconds.
    pub received_ms: i64,
}

type Row = (i64, i64, i64, i64, String, String, String, i64, String);

impl Store {
    /// Keeps a request. `false` means that it was kept before: Discord delivered it twice.
    ///
    /// # Errors
    /// When the database refuses; then the request must not be acknowledged.
    pub async fn keep_request(&self, request: &KeptRequest) -> Result<bool, StoreError> {
        let mut tx = self.begin_first().await?;
        let kept = sqlx::query(KEEP)
            .bind(request.interaction as i64)
            .bind(request.guild.db())
            .bind(request.channel.db())
            .bind(request.application as i64)
            .bind(&request.token)
            .bind(&request.actor)
            .bind(&request.body)
            .bind(request.received_ms)
            .execute(tx.connection())
            .await?;
        tx.commit().await?;
        Ok(kept.rows_affected() == 1)
    }

    /// A request by its interaction.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request(&self, interaction: u64) -> Result<Option<KeptRequest>, StoreError> {
        let row: Option<Row> =
            sqlx::query_as(ONE).bind(interaction as i64).fetch_optional(&self.pool).await?;
        Ok(row.map(|(interaction, guild, channel, application, token, actor, body, received_ms, _)| {
            KeptRequest {
                interaction: interaction as u64,
                guild: GuildId::from_db(guild),
                channel: ChannelId::from_db(channel),
                application: application as u64,
                token,
                actor,
                body,
                received_ms,
            }
        }))
    }

    /// The requests that nobody has decided yet, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_requests(&self) -> Result<Vec<u64>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(OPEN).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(id,)| id as u64).collect())
    }
}

impl Tx {
    /// Marks a request as decided; the decision is the rest of this transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was decided before.
    pub async fn decide_request(&mut self, interaction: u64) -> Result<(), StoreError> {
        let decided = sqlx::query(DECIDE).bind(interaction as i64).execute(self.connection()).await?;
        if decided.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }
}
