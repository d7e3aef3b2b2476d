//! `liaison check`: each thing that `run` needs, with ok or with what to do.

use super::{Stop, charter, database, lang, logging, say, today, words};
use liaison::charters;
use liaison::config::Config;
use liaison::discord::{self, NotReady, Settings};
use liaison::domain::clock::Clock;
use liaison::service::Office;
use liaison::store::{Store, StoreError};
use secrecy::ExposeSecret;

/// How one thing stands.
enum Finding {
    Ok,
    /// It can wait; what to do some day.
    Note(String),
    /// What to do now.
    Wrong(String),
    /// It cannot be known before something above is right.
    Unknown,
}

/// `liaison check`.
pub(crate) async fn check() -> Result<(), Stop> {
    let mut report = Report::default();
    let (config, problems) = Config::examine();
    logging::init(&config.log, config.secrets());
    let wrong = problems.iter().map(|problem| problem.sentence(lang())).collect();
    report.line(say("Thiết lập", "Settings"), verdict(wrong, true));

    let (faults, serious) = match charter::faults(&config.charters, today()) {
        Ok(found) => found,
        Err(Stop::Failed(sentence)) => (vec![sentence], true),
        Err(Stop::Said) => (Vec::new(), true),
    };
    report.line(say("Quy chế và lịch", "Charter and calendar"), verdict(faults, serious));

    let mut office = None;
    if database(&mut report, &config).await && !serious {
        let (charters, calendar) = charter::load(&config.charters, today())?;
        let store = database::open_current(&config).await?;
        office = Some(Office::new(store, Clock::system(), charters, calendar));
    }
    if let Some(office) = &office {
        coverage(&mut report, office).await?;
    }
    match config.discord() {
        Some(settings) => discord(&mut report, &settings, &config.charters, office.as_ref()).await,
        None => report.line("Discord", Finding::Unknown),
    }
    if let Some(office) = office {
        office.store.close().await;
    }
    if report.failed { Err(Stop::Said) } else { Ok(()) }
}

fn verdict(lines: Vec<String>, serious: bool) -> Finding {
    match (lines.is_empty(), serious) {
        (true, _) => Finding::Ok,
        (false, true) => Finding::Wrong(lines.join("\n")),
        (false, false) => Finding::Note(lines.join("\n")),
    }
}

/// Whether the database can be used as it is.
async fn database(report: &mut Report, config: &Config) -> bool {
    let state = async {
        let store = Store::connect(config.database_url.expose_secret()).await?;
        store.ping().await?;
        let migrated = store.is_migrated().await?;
        store.close().await;
        Ok::<bool, StoreError>(migrated)
    };
    let (reached, tables) = match state.await {
        Ok(true) => (Finding::Ok, Finding::Ok),
        Ok(false) => (Finding::Ok, Finding::Wrong(words::not_migrated(lang()).to_owned())),
        Err(error) => (Finding::Wrong(words::store(&error, lang())), Finding::Unknown),
    };
    report.line(say("Cơ sở dữ liệu", "Database"), reached);
    let usable = matches!(tables, Finding::Ok);
    report.line(say("Các bảng dữ liệu", "Tables"), tables);
    usable
}

/// What the regulation lacks on each server that the bot has seen.
async fn coverage(report: &mut Report, office: &Office) -> Result<(), Stop> {
    for (guild, name) in office.store.servers().await.map_err(database::refused)? {
        let gaps = office.gaps(guild).await.map_err(database::refused)?;
        let serious = gaps.iter().any(|gap| !gap.can_wait());
        let lines = gaps.iter().map(|gap| gap.sentence(lang())).collect();
        report.line(&words::lacking_on(&name, lang()), verdict(lines, serious));
    }
    Ok(())
}

async fn discord(report: &mut Report, settings: &Settings, charters: &[String], office: Option<&Office>) {
    // A charter with faults was reported above; without one there is nothing to recognise roles by.
    let charters = charters::load_all(charters, today()).ok();
    let office = office.map(|office| (office, lang()));
    let (servers, error) = match discord::check(settings, charters.as_ref(), today(), office).await {
        Ok(servers) => (servers, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let wrong = |error: &NotReady| Finding::Wrong(words::not_ready(error, lang()));
    let (reached, token, intents) = match &error {
        None => (Finding::Ok, Finding::Ok, Finding::Ok),
        Some(error @ NotReady::Token) => (Finding::Ok, wrong(error), Finding::Unknown),
        Some(error @ NotReady::Intent(_)) => (Finding::Ok, Finding::Ok, wrong(error)),
        Some(error) => (wrong(error), Finding::Unknown, Finding::Unknown),
    };
    report.line("Discord", reached);
    report.line(say("Mã của bot", "Bot token"), token);
    report.line(say("Quyền nhận sự kiện (intents)", "Intents"), intents);
    for server in servers {
        let unrecognised = words::unrecognised(&server.known, lang());
        report.line(&words::roles_of(&server.name, lang()), verdict(unrecognised, false));
        let rights = match &server.lacks {
            Some(lacks) => wrong(lacks),
            None => verdict(server.notices, false),
        };
        report.line(&words::rights_on(&server.name, lang()), rights);
    }
}

#[derive(Default)]
struct Report {
    failed: bool,
}

impl Report {
    fn line(&mut self, what: &str, finding: Finding) {
        let said = match &finding {
            Finding::Ok => say("tốt", "ok").to_owned(),
            Finding::Note(note) => format!("{}; {note}", say("tốt", "ok")),
            Finding::Wrong(what_to_do) => what_to_do.clone(),
            Finding::Unknown => say("chưa kiểm tra được", "not known yet").to_owned(),
        };
        self.failed |= matches!(finding, Finding::Wrong(_));
        let lines = said.replace('\n', "\n    ");
        let gap = if said.contains('\n') { "\n    " } else { " " };
        println!("{what}:{gap}{lines}");
    }
}
