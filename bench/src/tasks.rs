//! Lists of tasks, their completion, and reports on units, as the service asks the store for them: the same questions over 1,000 tasks and over
//! 100,000, beside a statement that reads nothing.

use crate::bots;
use crate::figures::percentile;
use crate::postgres;
use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::ids::{GuildId, PhaseCode, UnitCode, UserId};
use liaison::domain::lang::Lang;
use liaison::domain::lateness::Lateness;
use liaison::domain::life::Life;
use liaison::domain::note::TaskNote;
use liaison::domain::task::{self, Part, Task, TaskState, TaskUnit, Urgency, Visibility};
use liaison::service::Office;
use liaison::service::lists::ListAsked;
use liaison::service::report::{OnTimeAsked, WorkloadAsked};
use liaison::store::audit::AuditEntry;
use liaison::store::{Store, Tx, new_id};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Of which one is compared with the other.
const SIZES: [usize; 2] = [1_000, 100_000];
/// How many tasks are written at once.
const BATCH: usize = 1_000;
/// One task in so many is still open.
const OPEN: usize = 5;
/// One title in so many has the rare word.
const RARE: usize = 1_000;

const GUILD: GuildId = GuildId(1);
const VERBS: [&str; 6] =
    ["Thu thập", "Xử lý dữ liệu", "Rà soát", "Biên soạn báo cáo", "Nghiệm thu dữ liệu", "Tập huấn"];
const OBJECTS: [&str; 8] = [
    "giá tiêu dùng",
    "điều tra lao động việc làm",
    "điều tra doanh nghiệp",
    "sản xuất công nghiệp",
    "bán lẻ hàng hóa",
    "chăn nuôi",
    "mức sống dân cư",
    "tài khoản quốc gia",
];

/// A question that people ask.
#[derive(Clone)]
enum Question {
    /// A statement that reads nothing.
    Nothing,
    /// What is typed into the option `code`.
    Complete(&'static str),
    /// `/task list` or `/my`.
    List(ListAsked),
    /// `/report ontime`.
    OnTime(OnTimeAsked),
    /// `/report workload`.
    Workload(WorkloadAsked),
}

impl Question {
    /// How often it is asked, where others are asked `times` times: a report reads much of what there is.
    fn times(&self, times: usize) -> usize {
        match self {
            Self::Nothing | Self::Complete(_) | Self::List(_) => times,
            Self::OnTime(_) | Self::Workload(_) => times / 15,
        }
    }
}

fn questions() -> Vec<(&'static str, Question)> {
    let list = |asked: ListAsked| Question::List(asked);
    let some = |text: &str| Some(text.to_owned());
    let none = ListAsked::default;
    vec![
        ("`SELECT 1`", Question::Nothing),
        ("complete, nothing typed", Question::Complete("")),
        ("complete `nv-2023`", Question::Complete("nv-2023")),
        ("complete `7`", Question::Complete("7")),
        ("complete `thu thap gia`, everyday words", Question::Complete("thu thap gia")),
        ("complete `ly son`, rare words", Question::Complete("ly son")),
        ("list", list(none())),
        ("list, the last page", list(ListAsked { page: 83, ..none() })),
        ("list of a unit with many", list(ListAsked { unit: some("TTDL"), ..none() })),
        ("list of a unit with few", list(ListAsked { unit: some("CTK-48"), ..none() })),
        ("list of a phase", list(ListAsked { phase: some("P3"), ..none() })),
        ("list in a state", list(ListAsked { state: Some(TaskState::Blocked), ..none() })),
        ("list overdue", list(ListAsked { late: Some(Lateness::Overdue), ..none() })),
        ("list with everyday words", list(ListAsked { text: some("dieu tra"), ..none() })),
        ("list with rare words", list(ListAsked { text: some("ly son"), ..none() })),
        (
            "list of a unit, phase, on time",
            list(ListAsked { unit: some("TKG"), phase: some("P4"), late: Some(Lateness::OnTime), ..none() }),
        ),
        ("my", list(ListAsked { mine: true, ..none() })),
        ("on time, this quarter", Question::OnTime(OnTimeAsked::default())),
        (
            "on time, this quarter, a unit with many",
            Question::OnTime(OnTimeAsked { unit: some("TTDL"), ..OnTimeAsked::default() }),
        ),
        (
            "on time, all that ever was",
            Question::OnTime(OnTimeAsked { date: some("01/01/2015"), ..OnTimeAsked::default() }),
        ),
        ("workload", Question::Workload(WorkloadAsked::default())),
        (
            "workload of a unit",
            Question::Workload(WorkloadAsked { unit: some("TTDL"), ..WorkloadAsked::default() }),
        ),
    ]
}

/// How long the answers took, for each question.
type Samples = Vec<Vec<Duration>>;

/// Measures both databases and prints the table.
pub(crate) async fn run(quick: bool) -> anyhow::Result<()> {
    let times = if quick { 20 } else { 300 };
    let folder = tempfile::tempdir()?;
    // Statistics are gathered as on a server that has run for a while.
    let server = match postgres::binaries() {
        Some(binaries) => Some(postgres::Server::start(&binaries, "-c autovacuum_naptime=1s")?),
        None => None,
    };
    let mut databases: Vec<(&str, [Samples; 2])> = Vec::new();
    let sqlite = async |size: usize| {
        let url = format!("sqlite://{}", folder.path().join(format!("{size}.db")).display());
        measured(&url, size, times).await
    };
    databases.push(("SQLite", [sqlite(SIZES[0]).await?, sqlite(SIZES[1]).await?]));
    match &server {
        Some(server) => {
            // One server has one database to begin with: it grows between the two rounds.
            let url = server.url("postgres");
            databases.push((
                "PostgreSQL",
                [measured(&url, SIZES[0], times).await?, measured(&url, SIZES[1], times).await?],
            ));
        }
        None => eprintln!("There is no PostgreSQL on this machine; it is left out."),
    }
    println!("{}\n\n{}", crate::machine::described(), table(&databases));
    Ok(())
}

/// Fills the database up to `size` tasks and asks every question.
async fn measured(url: &str, size: usize, times: usize) -> anyhow::Result<Samples> {
    let (charter, calendar, clock) = bots::office()?;
    let store = Store::connect(url).await?;
    store.migrate().await?;
    fill(&store, size, clock.now()).await?;
    let office = Office::new(store, clock, charter, calendar);
    let actor = Actor {
        guild: GUILD,
        user: UserId(7),
        name: "Price officer".to_owned(),
        units: [UnitCode::from("TKG")].into(),
        tiers: [Tier::Officer].into(),
        positions: Default::default(),
        lang: Lang::Vi,
    };
    let mut samples = Vec::new();
    for (name, question) in questions() {
        let times = question.times(times);
        let mut times_of = Vec::with_capacity(times);
        for round in 0..times + 10 {
            let began = Instant::now();
            ask(&office, &actor, &question).await.with_context(|| name)?;
            // The first ones plan the statements.
            if round >= 10 {
                times_of.push(began.elapsed());
            }
        }
        samples.push(times_of);
    }
    Ok(samples)
}

async fn ask(office: &Office, actor: &Actor, question: &Question) -> anyhow::Result<()> {
    match question {
        Question::Nothing => office.store.ping().await?,
        Question::Complete(text) => {
            let found = office.complete_task(actor, text).await?;
            if found.is_empty() {
                bail!("nothing is offered");
            }
        }
        Question::List(asked) => match office.list_tasks(actor, asked.clone()).await? {
            Ok(shown) if !shown.list.tasks.is_empty() => {}
            Ok(_) => bail!("the list is empty"),
            Err(refusal) => bail!("{refusal:?}"),
        },
        Question::OnTime(asked) => match office.on_time(actor, asked.clone()).await? {
            Ok(shown) if shown.table.total.total().late > 0 => {}
            Ok(_) => bail!("nothing was late"),
            Err(refusal) => bail!("{refusal:?}"),
        },
        Question::Workload(asked) => match office.workload(actor, asked.clone()).await? {
            Ok(shown) if shown.table.total.leads > 0 => {}
            Ok(_) => bail!("nobody has work"),
            Err(refusal) => bail!("{refusal:?}"),
        },
    }
    Ok(())
}

/// Adds tasks until there are `size`.
async fn fill(store: &Store, size: usize, now: DateTime<Utc>) -> anyhow::Result<()> {
    let there = if size > SIZES[0] && store.task_by_code(GUILD, &task::code(2023, 1)).await?.is_some() {
        SIZES[0]
    } else {
        0
    };
    let numbers: Vec<usize> = (there + 1..=size).collect();
    for batch in numbers.chunks(BATCH) {
        let mut tx = store.begin().await?;
        for number in batch {
            write(&mut tx, &made_up(*number, now)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Writes a task with all that was done to it: one in five closed ones was late, and of those every other one waited for help.
async fn write(tx: &mut Tx, task: &Task) -> anyhow::Result<()> {
    tx.insert_task(task).await?;
    let Some(done) = task.done_at else { return Ok(()) };
    let life = Life { state: task.state, resumes: None };
    tx.set_task_life(task, life, task.due, task.done_at).await?;
    for part in task.units.iter().filter(|unit| unit.part == Part::Support) {
        tx.part_done(&task.id, &part.unit, UserId(8), done).await?;
    }
    if done > task.due && task.code.ends_with(['1', '3', '6', '8']) {
        let lead = task.lead().context("a lead")?.clone();
        let asked =
            TaskNote::Blocked { unit: lead.clone(), text: "Thiếu mẫu".into(), help: Some("VP".into()) };
        let went_on = TaskNote::Reported { unit: lead, text: "Đã có mẫu".into() };
        for (at, note) in [(task.due, asked), (done, went_on)] {
            let (subject, detail) = (task.subject(), serde_json::to_value(&note)?);
            let (guild, actor, action, reason) = (GUILD, Some(UserId(8)), note.action(), note.reason());
            tx.audit(AuditEntry { guild, at, actor, action, subject: &subject, detail, reason }).await?;
        }
    }
    Ok(())
}

/// A task like those of an office: most are closed, the lead of the collection leads most, all units support some.
fn made_up(number: usize, now: DateTime<Utc>) -> Task {
    const STATES: [TaskState; 6] = [
        TaskState::Given,
        TaskState::Received,
        TaskState::InProgress,
        TaskState::InProgress,
        TaskState::Blocked,
        TaskState::Reopened,
    ];
    const LEADS: [&str; 6] = ["TTDL", "TTDL", "TTDL", "TKG", "TKQG", "TKTH"];
    const SUPPORT: [&str; 5] = ["CNXD", "TMDV", "DSLD", "PPCD", "VP"];
    let open = number.is_multiple_of(OPEN);
    // From 0 on, each kind in turn whatever the others are.
    let turn = number / OPEN;
    let state = if open { STATES[turn % STATES.len()] } else { TaskState::Accepted };
    // Open ones that everybody may see.
    let rare = if number % RARE == OPEN { " huyện Lý Sơn" } else { "" };
    let title = format!(
        "{} {} tháng {}/{}{rare}",
        VERBS[number % VERBS.len()],
        OBJECTS[turn % OBJECTS.len()],
        1 + turn % 12,
        2015 + number % 9
    );
    let provinces = [1, 48, 79, 31, 92, 22, 40, 68];
    let units = [
        (LEADS[turn % LEADS.len()].to_owned(), Part::Lead),
        (SUPPORT[turn % SUPPORT.len()].to_owned(), Part::Support),
        (format!("CTK-{:02}", provinces[(turn / 7) % provinces.len()]), Part::Support),
    ];
    // Spread, so that of few tasks some are late and some are not.
    let hours = i64::try_from(turn * 31 % 6_000).unwrap_or_default();
    let due = if open { now + TimeDelta::hours(hours - 1_000) } else { now - TimeDelta::hours(hours + 24) };
    let given = due - TimeDelta::days(20);
    Task {
        id: new_id(),
        guild: GUILD,
        code: task::code(2023, i64::try_from(number).unwrap_or_default()),
        title,
        phase: PhaseCode(format!("P{}", 1 + turn % 8)),
        charter: "tctk-2023".to_owned(),
        due,
        urgency: Urgency::Normal,
        basis: "Điều 9".to_owned(),
        visibility: if turn.is_multiple_of(20) { Visibility::Private } else { Visibility::Public },
        lead_reason: None,
        state,
        resumes: None,
        created_by: UserId(8),
        created_at: given,
        done_at: (!open).then(|| if turn.is_multiple_of(5) { due + TimeDelta::days(4) } else { due }),
        revision: 1,
        channel: None,
        card: None,
        thread: None,
        units: units.into_iter().map(|(unit, part)| TaskUnit::new(UnitCode(unit), part, given)).collect(),
    }
}

fn table(databases: &[(&str, [Samples; 2])]) -> String {
    let mut table = String::from(
        "| question | database | 1,000 tasks p50 | p99 | 100,000 tasks p50 | p99 | p99 to that of 1,000 |\n\
         |---|---|--:|--:|--:|--:|--:|\n",
    );
    let ms = |samples: &[Duration], percent| percentile(samples, percent).as_secs_f64() * 1000.0;
    for (at, (name, _)) in questions().iter().enumerate() {
        for (database, [few, many]) in databases {
            // Writing into a String does not fail.
            let _ = writeln!(
                table,
                "| {name} | {database} | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} × |",
                ms(&few[at], 50),
                ms(&few[at], 99),
                ms(&many[at], 50),
                ms(&many[at], 99),
                ms(&many[at], 99) / ms(&few[at], 99),
            );
        }
    }
    table
}
