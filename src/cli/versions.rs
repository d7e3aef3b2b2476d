//! `liaison charter diff`, and what the regulation lacks on each server: what the database adds to the files.

use super::{Stop, charter, database, lang, say, today, words};
use liaison::charters;
use liaison::config::Config;
use liaison::domain::charter::{Charter, carry_over, diff};
use liaison::domain::clock::Clock;
use liaison::domain::ids::UnitCode;
use liaison::domain::lang::Lang;
use liaison::domain::task::Task;
use liaison::service::Office;
use liaison::store::StoreError;

/// `liaison charter diff`.
pub(crate) async fn diff(from: Option<String>, to: Option<String>, db: bool) -> Result<(), Stop> {
    let config = Config::load()?;
    let names = match (from, to) {
        (Some(from), Some(to)) => vec![from, to],
        // One that is named is compared with the version in force.
        (Some(from), None) => vec![from, config.charters.last().cloned().unwrap_or_default()],
        _ => config.charters.clone(),
    };
    let refused = |error: charters::CharterError| Stop::failed(error.sentence(lang()));
    let [.., from, to] = names.as_slice() else {
        return Err(Stop::failed(say(
            "Chỉ có một bản quy chế; hãy nêu hai bản, ví dụ: liaison charter diff tctk-2023 nso-2025.",
            "There is one version only; name two, such as: liaison charter diff tctk-2023 nso-2025.",
        )));
    };
    let (from, to) =
        (charters::load(from, today()).map_err(refused)?, charters::load(to, today()).map_err(refused)?);
    let (was, since) = (from.about(), to.about().effective_from);
    println!("{} → {} ({})", was.id, to.about().id, since.format("%d/%m/%Y"));
    let before = since.pred_opt().unwrap_or(since).max(was.effective_from);
    for change in diff::between(&from, before, &to, since) {
        println!("{}", change.sentence(lang()));
    }
    if db {
        let (charters, calendar) = charter::load(&config.charters, today())?;
        let office = Office::new(database::open_current(&config).await?, Clock::system(), charters, calendar);
        print_touched(&office, &to).await.map_err(database::refused)?;
        office.store.close().await;
    }
    Ok(())
}

/// The open tasks of each server that would be different under `to`.
async fn print_touched(office: &Office, to: &Charter) -> Result<(), StoreError> {
    for (guild, name) in office.store.servers().await? {
        println!("\n{}", words::tasks_of(&name, lang()));
        for task in office.store.tasks_of_other_versions(guild, &to.about().id).await? {
            let now = (office.charter_of(&task), office.charter_day(&task));
            let day = office.today().max(to.about().effective_from);
            match carry_over(&task, now, (to, day)) {
                Ok(over) if !over.differs_from(&task) => {}
                Ok(over) => println!("{}", touched(&task, &over.lead, over.support.len())),
                Err(_) => {
                    println!("{} {}", task.code, say("chưa xác định được chủ trì", "the lead must be chosen"))
                }
            }
        }
    }
    Ok(())
}

fn touched(task: &Task, lead: &UnitCode, support: usize) -> String {
    let was = task.lead().map_or("–", UnitCode::as_str);
    let supported = task.support().count();
    match lang() {
        Lang::Vi => format!(
            "{} {}: chủ trì {was} → {lead}; {supported:02} → {support:02} đơn vị phối hợp",
            task.code, task.title
        ),
        Lang::En => format!(
            "{} {}: lead {was} → {lead}; {supported} → {support} supporting units",
            task.code, task.title
        ),
    }
}

/// What is lacking on each server, and whether any of it cannot wait.
pub(crate) async fn print_gaps(office: &Office) -> Result<bool, StoreError> {
    let mut serious = false;
    for (guild, name) in office.store.servers().await? {
        let gaps = office.gaps(guild).await?;
        println!("\n{}", words::gaps_of(&name, gaps.len(), lang()));
        for gap in &gaps {
            println!("{}.", gap.sentence(lang()));
        }
        serious |= gaps.iter().any(|gap| !gap.can_wait());
    }
    Ok(serious)
}
