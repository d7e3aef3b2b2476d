//! Links between tasks.

use super::{Store, StoreError, Tx};
use crate::domain::ids::UserId;
use crate::domain::task::{LinkKind, Task};
use chrono::{DateTime, Utc};

const INSERT: &str =
    "INSERT INTO task_link (task_id, other_id, kind, made_by, made_at) VALUES ($1, $2, $3, $4, $5)";
const FROM: &str = "SELECT other_id, kind FROM task_link WHERE task_id = $1 ORDER BY made_at, other_id";
const TO: &str = "SELECT task_id, kind FROM task_link WHERE other_id = $1 ORDER BY made_at, task_id";

impl Store {
    /// The tasks with which this one was linked, and how it relates to each.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn linked_tasks(&self, task: &str) -> Result<Vec<(Task, LinkKind)>, StoreError> {
        self.links(FROM, task).await
    }

    /// The tasks that were linked with this one, and how each relates to it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn links_to(&self, task: &str) -> Result<Vec<(Task, LinkKind)>, StoreError> {
        self.links(TO, task).await
    }

    async fn links(&self, sql: &'static str, task: &str) -> Result<Vec<(Task, LinkKind)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(sql).bind(task).fetch_all(&self.pool).await?;
        let mut links = Vec::new();
        for (id, kind) in rows {
            let kind = LinkKind::from_code(&kind)
                .ok_or_else(|| StoreError::Corrupt(format!("task {task}: link {kind}")))?;
            links.extend(self.task(&id).await?.map(|other| (other, kind)));
        }
        Ok(links)
    }
}

impl Tx {
    /// Links `task` with `other`.
    ///
    /// # Errors
    /// When the database refuses, as it does the same link twice.
    pub async fn link_tasks(
        &mut self,
        task: &str,
        other: &str,
        kind: LinkKind,
        by: UserId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(task)
            .bind(other)
            .bind(kind.code())
            .bind(by.db())
            .bind(at.timestamp_millis())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
