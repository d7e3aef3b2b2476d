//! Tasks between two versions of the regulation.

use super::{Store, StoreError, Tx};
use crate::domain::actor::Tier;
use crate::domain::charter::CarriedOver;
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::task::{Choice, Part, Task};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Open tasks that were given under another version than `$2` and about which nothing was decided since that one is in force.
const UNDECIDED: &str = "SELECT t.id FROM task t WHERE t.guild_id = $1 AND t.charter <> $2 \
     AND t.state NOT IN ('done', 'accepted', 'cancelled') \
     AND NOT EXISTS (SELECT 1 FROM charter_choice c WHERE c.task_id = t.id AND c.version = $2) \
     ORDER BY t.due_at, t.code";
const VERSIONS: &str =
    "SELECT DISTINCT charter FROM task WHERE state NOT IN ('done', 'accepted', 'cancelled') ORDER BY charter";
const SERVERS: &str = "SELECT guild_id, name FROM server ORDER BY name, guild_id";
/// Units whose role somebody holds who has not left; where `$2` is a tier, somebody who holds that tier's role too.
const HELD: &str = "SELECT DISTINCT r.unit FROM role r \
     JOIN member_role h ON h.guild_id = r.guild_id AND h.role_id = r.role_id \
     JOIN member m ON m.guild_id = h.guild_id AND m.user_id = h.user_id AND m.left_at IS NULL \
     WHERE r.guild_id = $1 AND r.unit IS NOT NULL AND ($2 IS NULL OR EXISTS (SELECT 1 FROM member_role o \
     JOIN role t ON t.guild_id = o.guild_id AND t.role_id = o.role_id \
     WHERE o.guild_id = h.guild_id AND o.user_id = h.user_id AND t.tier = $2))";
const CHOOSE: &str = "INSERT INTO charter_choice (task_id, version, choice, reason, chosen_by, chosen_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (task_id, version) DO UPDATE SET \
     choice = excluded.choice, reason = excluded.reason, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at";
const UNDER: &str = "UPDATE task SET charter = $1, basis = $2 WHERE id = $3";
const LEAVE: &str = "DELETE FROM task_unit WHERE task_id = $1 AND unit = $2";
const JOIN: &str = "INSERT INTO task_unit (task_id, unit, role, position, since) VALUES ($1, $2, 'support', $3, $4) \
     ON CONFLICT (task_id, unit) DO UPDATE SET position = excluded.position";

impl Store {
    /// The open tasks of other versions than `version` about which nobody has decided yet, the nearest deadline first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tasks_of_other_versions(
        &self,
        guild: GuildId,
        version: &str,
    ) -> Result<Vec<Task>, StoreError> {
        let ids: Vec<(String,)> =
            sqlx::query_as(UNDECIDED).bind(guild.db()).bind(version).fetch_all(&self.pool).await?;
        let mut tasks = Vec::new();
        for (id,) in ids {
            tasks.extend(self.task(&id).await?);
        }
        Ok(tasks)
    }

    /// The servers of the office, with what they are called.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn servers(&self) -> Result<Vec<(GuildId, String)>, StoreError> {
        let servers: Vec<(i64, String)> = sqlx::query_as(SERVERS).fetch_all(&self.pool).await?;
        Ok(servers.into_iter().map(|(guild, name)| (GuildId::from_db(guild), name)).collect())
    }

    /// The units whose role somebody holds.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn held_units(&self, guild: GuildId) -> Result<BTreeSet<UnitCode>, StoreError> {
        self.units_held(guild, None).await
    }

    /// The units with a focal point among their people.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn units_with_focal_point(&self, guild: GuildId) -> Result<BTreeSet<UnitCode>, StoreError> {
        self.units_held(guild, Some(Tier::FocalPoint)).await
    }

    async fn units_held(&self, guild: GuildId, tier: Option<Tier>) -> Result<BTreeSet<UnitCode>, StoreError> {
        let units: Vec<(String,)> =
            sqlx::query_as(HELD).bind(guild.db()).bind(tier.map(Tier::code)).fetch_all(&self.pool).await?;
        Ok(units.into_iter().map(|(unit,)| UnitCode(unit)).collect())
    }

    /// The versions under which tasks are open, on whatever server.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn versions_of_open_tasks(&self) -> Result<Vec<String>, StoreError> {
        let versions: Vec<(String,)> = sqlx::query_as(VERSIONS).fetch_all(&self.pool).await?;
        Ok(versions.into_iter().map(|(version,)| version).collect())
    }
}

impl Tx {
    /// Records what was decided about a task under `version`, in place of what was decided before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn choose_version(
        &mut self,
        task: &str,
        version: &str,
        choice: Choice,
        reason: Option<&str>,
        by: UserId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(CHOOSE)
            .bind(task)
            .bind(version)
            .bind(choice.code())
            .bind(reason)
            .bind(by.db())
            .bind(at.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Puts a task under `version`, with the units that it names there. A unit that keeps its part keeps what it has received
    /// and sent; `set_task_life` must follow in the same change, since it looks whether the task changed meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn move_task(
        &mut self,
        read: &Task,
        version: &str,
        over: &CarriedOver,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(UNDER).bind(version).bind(&over.basis).bind(&read.id).execute(self.connection()).await?;
        let reason = read.lead_reason.as_deref().filter(|_| !over.by_the_matrix);
        if read.lead() == Some(&over.lead) {
            self.set_lead_reason(&read.id, reason).await?;
        } else {
            self.set_lead(&read.id, &over.lead, at, reason).await?;
        }
        for unit in read.units.iter().filter(|unit| unit.part == Part::Support) {
            if !over.support.contains(&unit.unit) && unit.unit != over.lead {
                sqlx::query(LEAVE).bind(&read.id).bind(unit.unit.as_str()).execute(self.connection()).await?;
            }
        }
        for (position, unit) in over.support.iter().enumerate() {
            sqlx::query(JOIN)
                .bind(&read.id)
                .bind(unit.as_str())
                .bind(position as i64 + 1)
                .bind(at.timestamp_millis())
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }
}
