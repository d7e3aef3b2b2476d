//! Who may do what: every action by every tier in every relation to a task, asked of the service itself.

use crate::databases::{Database, on_both, sqlite};
use chrono::{DateTime, Utc};
use liaison::charters;
use liaison::discord::manifest::{Manifest, Requires};
use liaison::discord::words::Voice;
use liaison::domain::actor::{Actor, Tier, positions_of_roles};
use liaison::domain::calendar::Calendar;
use liaison::domain::clock::Clock;
use liaison::domain::effect::Answer;
use liaison::domain::ids::{ChannelId, GuildId, UserId};
use liaison::domain::lang::Lang;
use liaison::domain::meeting::MeetingKind;
use liaison::domain::recurrence::Every;
use liaison::domain::refusal::Refusal;
use liaison::domain::task::{Urgency, Visibility};
use liaison::service::Office;
use liaison::service::directory::{Recognition, ServerView};
use liaison::service::exchanges::ExchangeQuery;
use liaison::service::request::{GiveTask, Incoming, Request, ScheduleMeeting, TaskRef};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

const GUILD: GuildId = GuildId(1);

/// What the service decides, as it should be. A cell is lead, support, neither: `+` is done, `-` is refused.
const RIGHTS: &str = "\
tier           give  receive  done  schedule  search  see private
nobody         ---   ++-      +--   ---       ---     ++-
officer        ---   ++-      +--   ---       +++     ++-
focal_point    ---   ++-      +--   +++       +++     ++-
unit_head      +--   ++-      +--   +++       +++     ++-
coordinator    +++   ++-      +++   +++       +++     +++
leadership     +++   ++-      +++   +++       +++     +++
administrator  +++   ++-      +++   +++       +++     +++
";

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Give,
    Receive,
    Done,
    Schedule,
    Search,
    SeePrivate,
}

/// What it is called in the table, and the command behind which it stands.
const ACTIONS: [(Action, &str, &str); 6] = [
    (Action::Give, "give", "task create"),
    (Action::Receive, "receive", "task receive"),
    (Action::Done, "done", "task done"),
    (Action::Schedule, "schedule", "meeting schedule"),
    (Action::Search, "search", "log search"),
    (Action::SeePrivate, "see private", "task show"),
];

/// What is enforced and held against what the commands say elsewhere: see `people.rs` and `setup.rs`.
const ELSEWHERE: [&str; 3] = ["unit link", "unit focal", "unit delegate"];

/// The units of the three relations to a task that TTDL leads and TKG supports.
const RELATIONS: [&str; 3] = ["TTDL", "TKG", "VP"];

fn tiers() -> impl Iterator<Item = Option<Tier>> {
    std::iter::once(None).chain(Tier::ALL.into_iter().map(Some))
}

fn actor(tier: Option<Tier>, unit: Option<&str>) -> Actor {
    let units = unit.into_iter().map(Into::into).collect();
    let tiers = tier.into_iter().collect();
    Actor {
        guild: GUILD,
        user: UserId(77),
        name: "somebody".to_owned(),
        positions: positions_of_roles(&units, &tiers),
        units,
        tiers,
        lang: Lang::Vi,
    }
}

struct Desk {
    office: Office,
    database: Database,
    next: AtomicU64,
}

impl Desk {
    async fn over(database: Database) -> Self {
        let now: DateTime<Utc> = "2023-03-01T01:00:00Z".parse().unwrap();
        let charter = charters::load("tctk-2023", now.date_naive()).unwrap();
        let calendar = Calendar::parse(charter.calendar_toml()).unwrap();
        let office = Office::new(database.store.clone(), Clock::simulated(now), charter, calendar);
        office
            .see_server(GUILD, &ServerView { name: "office".into(), ..ServerView::default() })
            .await
            .unwrap();
        Self { office, database, next: AtomicU64::new(1000) }
    }

    async fn ask(&self, actor: &Actor, request: Request) -> Answer {
        let interaction = self.next.fetch_add(1, Ordering::Relaxed);
        let incoming = Incoming {
            interaction,
            application: 2,
            token: "token".to_owned(),
            channel: ChannelId(3),
            actor: actor.clone(),
            request,
        };
        assert_eq!(self.office.accept(&incoming).await.unwrap(), Ok(true));
        self.office.handle(interaction).await.unwrap();
        self.database.answer_to(interaction).await
    }

    /// A new task that TTDL leads and TKG supports.
    async fn task(&self, visibility: Visibility) -> TaskRef {
        let coordinator = Actor { user: UserId(1), ..actor(Some(Tier::Coordinator), None) };
        match self.ask(&coordinator, give(visibility)).await {
            Answer::TaskGiven { task, .. } => TaskRef { task },
            other => panic!("not given: {other:?}"),
        }
    }

    /// Tries it; the refusal if there is one.
    async fn attempt(&self, actor: &Actor, action: Action) -> Result<(), Refusal> {
        let answer = match action {
            Action::Give => self.ask(actor, give(Visibility::Public)).await,
            Action::Receive => {
                let task = self.task(Visibility::Public).await;
                self.ask(actor, Request::ReceiveTask(task)).await
            }
            Action::Done => {
                let task = self.task(Visibility::Public).await;
                self.ask(actor, Request::FinishTask(task)).await
            }
            Action::Schedule => {
                let meeting = ScheduleMeeting {
                    kind: MeetingKind::Meeting,
                    title: "Giao ban".to_owned(),
                    when: "+1 14:00".to_owned(),
                    every: Every::Once,
                    units: None,
                    place: None,
                };
                self.ask(actor, Request::ScheduleMeeting(meeting)).await
            }
            Action::Search => {
                let query = ExchangeQuery { query: "giá".to_owned(), ..ExchangeQuery::default() };
                return self.office.search_exchanges(actor, &query, &[]).await.unwrap().map(drop);
            }
            Action::SeePrivate => {
                let task = self.task(Visibility::Private).await;
                return self.office.task_shown(actor, &task.task).await.unwrap().map(drop);
            }
        };
        match answer {
            Answer::Refused { refusal } => Err(refusal),
            _ => Ok(()),
        }
    }
}

fn give(visibility: Visibility) -> Request {
    Request::GiveTask(GiveTask {
        title: "Thu thập giá".to_owned(),
        phase: "P3".to_owned(),
        due: "+5".to_owned(),
        lead: None,
        support: Some("TKG".to_owned()),
        urgency: Urgency::Normal,
        basis: None,
        visibility,
        reason: None,
    })
}

#[tokio::test]
async fn every_action_is_for_whom_the_table_says() {
    on_both(async |database| {
        let desk = Desk::over(database).await;
        let names: Vec<&str> = ACTIONS.iter().map(|(_, name, _)| *name).collect();
        let mut rights = format!("tier           {}\n", names.join("  "));
        for tier in tiers() {
            let mut row = format!("{:13}", tier.map_or("nobody", Tier::code));
            for (action, name, _) in ACTIONS {
                row.push_str("  ");
                for unit in RELATIONS {
                    let done = desk.attempt(&actor(tier, Some(unit)), action).await.is_ok();
                    row.push(if done { '+' } else { '-' });
                }
                row.extend(std::iter::repeat_n(' ', name.len() - RELATIONS.len()));
            }
            rights.push_str(row.trim_end());
            rights.push('\n');
        }
        assert_eq!(rights, RIGHTS, "\n{rights}");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_names_who_could_do_it() {
    let desk = Desk::over(sqlite().await).await;
    let known = Recognition::default();
    let mut seen = BTreeSet::new();
    for tier in tiers() {
        for (action, ..) in ACTIONS.iter().filter(|(action, ..)| *action != Action::SeePrivate) {
            for unit in RELATIONS {
                let Err(refusal) = desk.attempt(&actor(tier, Some(unit)), *action).await else { continue };
                let vi = Voice { office: &desk.office, lang: Lang::Vi, known: &known }.refusal(&refusal);
                let en = Voice { office: &desk.office, lang: Lang::En, known: &known }.refusal(&refusal);
                seen.insert(format!("{vi}\n{en}"));
            }
        }
    }
    let seen: Vec<String> = seen.into_iter().collect();
    insta::assert_snapshot!(seen.join("\n\n"), @"
    Bạn không có thẩm quyền giao nhiệm vụ này. Người có thẩm quyền: Thủ trưởng đơn vị của Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to give this task. Those who may: the head of Data Collection and IT, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: Data Collection and IT, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Chuyên viên trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: officer and above; if you lack the role that is yours, please ask an administrator.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Đầu mối trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: focal point and above; if you lack the role that is yours, please ask an administrator.

    Đơn vị của bạn không có tên ở đây. Nếu có nhầm lẫn, đề nghị liên hệ Điều phối để bổ sung.
    None of your units has a part in this. If that is wrong, please ask a coordinator to add it.
    ");
}

#[tokio::test]
async fn what_the_commands_require_is_what_the_service_enforces() {
    let desk = Desk::over(sqlite().await).await;
    let manifest = Manifest::built_in().unwrap();
    for (action, _, command) in ACTIONS.iter().filter(|(action, ..)| *action != Action::SeePrivate) {
        let requires = manifest.policy(command).unwrap().requires;
        for tier in tiers() {
            let mut ever = false;
            for unit in RELATIONS {
                let actor = actor(tier, Some(unit));
                let done = desk.attempt(&actor, *action).await.is_ok();
                assert!(
                    requires.allows(&actor) || !done,
                    "/{command} lets {tier:?} of {unit} do more than it says"
                );
                ever |= done;
            }
            let said = requires.allows(&actor(tier, Some("TTDL")));
            assert_eq!(
                said, ever,
                "/{command} by {tier:?}: said to be allowed {said}, and is ever done {ever}"
            );
        }
    }
    // Whoever has neither unit nor tier can do nothing of it, and is told so.
    let nobody = actor(None, None);
    for (action, _, command) in ACTIONS {
        assert!(desk.attempt(&nobody, action).await.is_err(), "{command}");
    }
    // The others only ask; what they show is cut to what the person may see.
    for policy in manifest.policies() {
        let named = policy.name.en.as_str();
        if !ACTIONS.iter().any(|(.., command)| *command == named) && !ELSEWHERE.contains(&named) {
            assert_eq!(policy.requires, Requires::Anyone, "/{} is enforced nowhere", policy.name.en);
        }
    }
}
