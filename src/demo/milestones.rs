//! The moments that the page offers to move the clock to.

use crate::domain::ids::GuildId;
use crate::service::Office;
use crate::store::StoreError;
use crate::store::task::TaskFilter;
use chrono::{DateTime, Utc};
use discord_sandbox::{Milestone, Sandbox};
use std::time::Duration;

/// Changes in quick succession are looked at once.
const PAUSE: Duration = Duration::from_millis(200);

/// Open tasks that are looked through for the next deadline.
const TASKS: i64 = 100;

/// Keeps the sandbox's milestones up to date for as long as it is there.
pub(super) async fn keep(sandbox: &Sandbox, office: &Office) {
    let mut revision = sandbox.revision();
    loop {
        revision.mark_unchanged();
        match ahead(sandbox, office).await {
            Ok(milestones) => sandbox.set_milestones(milestones),
            Err(error) => tracing::warn!(%error, "the milestones cannot be told"),
        }
        tokio::time::sleep(PAUSE).await;
        if revision.changed().await.is_err() {
            return;
        }
    }
}

async fn ahead(sandbox: &Sandbox, office: &Office) -> Result<Vec<Milestone>, StoreError> {
    let (now, calendar) = (sandbox.now(), &office.calendar);
    let morning = calendar.at(calendar.next_working_day(calendar.local_date(now)), calendar.opening());
    let guild = GuildId(sandbox.guild_id().0);
    let open = TaskFilter { open: true, ..TaskFilter::default() };
    let tasks = office.store.tasks(guild, &open, TASKS).await?.tasks;
    let deadline = tasks.iter().map(|task| task.due).filter(|due| *due > now).min();
    let reminder = office.store.next_reminder().await?.filter(|due| *due > now);
    Ok([
        Some(milestone("Next working day", "Ngày làm việc tới", morning)),
        deadline.map(|at| milestone("Next deadline", "Hạn gần nhất", at)),
        reminder.map(|at| milestone("Next reminder", "Lần nhắc tới", at)),
    ]
    .into_iter()
    .flatten()
    .collect())
}

fn milestone(name: &str, vi: &str, at: DateTime<Utc>) -> Milestone {
    Milestone { name: name.into(), name_localizations: [("vi".to_owned(), vi.to_owned())].into(), at }
}
