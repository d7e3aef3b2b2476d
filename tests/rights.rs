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
use liaison::domain::position::Position;
use liaison::domain::recurrence::Every;
use liaison::domain::refusal::Refusal;
use liaison::domain::rights::TaskAction;
use liaison::domain::task::{Urgency, Visibility};
use liaison::service::Office;
use liaison::service::directory::{Recognition, ServerView};
use liaison::service::exchanges::ExchangeQuery;
use liaison::service::request::{
    AcceptTask, AskExtension, BlockTask, CancelTask, CheckStep, DecideExtension, GiveTask, HandOver,
    Incoming, LinkTask, ReassignTask, ReopenTask, ReportTask, Request, ScheduleMeeting, SetPart, TaskRef,
    UrgeTask,
};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

const GUILD: GuildId = GuildId(1);

/// What the service decides, as it should be. A cell is: lead, support, neither, who gave it, who is in charge of the lead;
/// `+` is done, `-` is refused.
const RIGHTS: &str = "\
tier           give   receive  report  block  extend  decide  reassign  done   accept  reopen  cancel  urge   part   check  link   handover  schedule  search  see private
nobody         -----  ++---    ++---   ++---  +----   ----+   -----     ++---  ---+-   ---+-   ---+-   +--+-  +--+-  +----  +--+-  +----     -----     -----   ++-+-
officer        -----  ++---    ++---   ++---  +----   ----+   -----     ++---  ---+-   ---+-   ---+-   +--+-  +--+-  +----  +--+-  +----     -----     +++++   ++-+-
focal_point    -----  ++---    ++---   ++---  +----   ----+   -----     ++---  ---+-   ---+-   ---+-   +--+-  +--+-  +----  +--+-  +----     +++++     +++++   ++-+-
unit_head      +----  ++---    ++---   ++---  +----   ----+   -----     ++---  ---+-   ---+-   ---+-   +--+-  +--+-  +----  +--+-  +----     +++++     +++++   ++-+-
coordinator    +++++  ++---    ++---   ++---  +----   +++++   +++++     +++++  +++++   +++++   +++++   +++++  +++++  +----  +++++  +++++     +++++     +++++   +++++
leadership     +++++  ++---    ++---   ++---  +----   +++++   +++++     +++++  +++++   +++++   +++++   +++++  +++++  +----  +++++  +++++     +++++     +++++   +++++
administrator  +++++  ++---    ++---   ++---  +----   +++++   +++++     +++++  +++++   +++++   +++++   +++++  +++++  +----  +++++  +++++     +++++     +++++   +++++
";

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Give,
    To(TaskAction),
    Schedule,
    Search,
    SeePrivate,
}

impl Action {
    fn all() -> Vec<Self> {
        let to_tasks = TaskAction::ALL.iter().map(|action| Self::To(*action));
        std::iter::once(Self::Give)
            .chain(to_tasks)
            .chain([Self::Schedule, Self::Search, Self::SeePrivate])
            .collect()
    }

    /// What it is called in the table.
    fn name(self) -> &'static str {
        match self {
            Self::Give => "give",
            Self::To(action) => action.code(),
            Self::Schedule => "schedule",
            Self::Search => "search",
            Self::SeePrivate => "see private",
        }
    }

    /// The command behind which it stands.
    fn command(self) -> String {
        match self {
            Self::Give => "task create".to_owned(),
            Self::To(action) => format!("task {action}"),
            Self::Schedule => "meeting schedule".to_owned(),
            Self::Search => "log search".to_owned(),
            Self::SeePrivate => "task show".to_owned(),
        }
    }
}

/// The relations to a task that TTDL leads and TKG supports.
#[derive(Clone, Copy, Debug)]
enum Relation {
    Lead,
    Support,
    Neither,
    Giver,
    InCharge,
}

const RELATIONS: [Relation; 5] =
    [Relation::Lead, Relation::Support, Relation::Neither, Relation::Giver, Relation::InCharge];

/// Who gives the tasks of this test.
const GIVER: UserId = UserId(1);

impl Relation {
    fn actor(self, tier: Option<Tier>) -> Actor {
        match self {
            Self::Lead => actor(tier, Some("TTDL")),
            Self::Support => actor(tier, Some("TKG")),
            Self::Neither => actor(tier, Some("VP")),
            Self::Giver => Actor { user: GIVER, ..actor(tier, Some("VP")) },
            Self::InCharge => {
                let mut actor = actor(tier, Some("VP"));
                actor.positions.entry("TTDL".into()).or_default().insert(Position::LeaderInCharge);
                actor
            }
        }
    }
}

/// What is enforced and held against what the commands say elsewhere: see `people.rs`, `setup.rs`, `charter.rs`,
/// `deadlines.rs`.
const ELSEWHERE: [&str; 9] = [
    "unit link",
    "unit focal",
    "unit delegate",
    "settings setup",
    "settings channels",
    "settings language",
    "charter confirm",
    "settings reminders set",
    "settings reminders simulate",
];

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

static NEXT_TITLE: AtomicU64 = AtomicU64::new(1);

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
    async fn task(&self, visibility: Visibility) -> String {
        let giver = Actor { user: GIVER, ..actor(Some(Tier::Coordinator), None) };
        match self.ask(&giver, give(visibility)).await {
            Answer::TaskGiven { task, .. } => task,
            other => panic!("not given: {other:?}"),
        }
    }

    /// Somebody of the lead does this first.
    async fn first(&self, request: Request) {
        let lead = Actor { user: UserId(5), ..actor(Some(Tier::Officer), Some("TTDL")) };
        let answer = self.ask(&lead, request).await;
        assert!(matches!(answer, Answer::TaskChanged { .. }), "{answer:?}");
    }

    /// The request by which `action` is tried, on a task that stands where it can be done.
    async fn request(&self, action: TaskAction) -> Request {
        let task = self.task(Visibility::Public).await;
        let text = || "vì vậy".to_owned();
        match action {
            TaskAction::Accept | TaskAction::Reopen | TaskAction::HandOver => {
                self.first(Request::FinishTask(TaskRef { task: task.clone() })).await;
            }
            TaskAction::DecideExtension => {
                let asked = AskExtension { task: task.clone(), due: "+9".to_owned(), reason: text() };
                self.first(Request::AskExtension(asked)).await;
            }
            _ => {}
        }
        match action {
            TaskAction::Receive => Request::ReceiveTask(TaskRef { task }),
            TaskAction::Report => Request::ReportTask(ReportTask { task, text: text() }),
            TaskAction::Block => Request::BlockTask(BlockTask { task, reason: text(), help: None }),
            TaskAction::AskExtension => {
                Request::AskExtension(AskExtension { task, due: "+9".to_owned(), reason: text() })
            }
            TaskAction::DecideExtension => {
                Request::DecideExtension(DecideExtension { task, grant: true, answer: None })
            }
            TaskAction::Reassign => {
                Request::ReassignTask(ReassignTask { task, lead: "TKTH".to_owned(), reason: text() })
            }
            TaskAction::Finish => Request::FinishTask(TaskRef { task }),
            TaskAction::Accept => Request::AcceptTask(AcceptTask { task, remark: None }),
            TaskAction::Reopen => Request::ReopenTask(ReopenTask { task, reason: text(), due: None }),
            TaskAction::Cancel => Request::CancelTask(CancelTask { task, reason: text() }),
            TaskAction::Urge => Request::UrgeTask(UrgeTask { task, unit: None, text: None }),
            TaskAction::SetPart => {
                Request::SetPart(SetPart { task, unit: "TKG".to_owned(), due: "+2".to_owned() })
            }
            TaskAction::CheckStep => Request::CheckStep(CheckStep { task, step: "1".to_owned() }),
            TaskAction::Link => {
                let other = self.task(Visibility::Public).await;
                Request::LinkTask(LinkTask { task, other, follows: false })
            }
            TaskAction::HandOver => Request::HandOver(HandOver {
                task,
                due: "+9".to_owned(),
                phase: None,
                lead: None,
                title: None,
                reason: None,
            }),
        }
    }

    /// Tries it; the refusal if there is one.
    async fn attempt(&self, actor: &Actor, action: Action) -> Result<(), Refusal> {
        let answer = match action {
            Action::Give => self.ask(actor, give(Visibility::Public)).await,
            Action::To(action) => self.ask(actor, self.request(action).await).await,
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
                return self.office.task_shown(actor, &task).await.unwrap().map(drop);
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
        // Each by its own number: of two that are alike the second would be asked about.
        title: format!("Thu thập giá đợt {}", NEXT_TITLE.fetch_add(1, Ordering::Relaxed)),
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
        let width = |action: &Action| action.name().len().max(RELATIONS.len());
        let mut rights = "tier         ".to_owned();
        for action in Action::all() {
            rights.push_str(&format!("  {:width$}", action.name(), width = width(&action)));
        }
        rights.push('\n');
        for tier in tiers() {
            let mut row = format!("{:13}", tier.map_or("nobody", Tier::code));
            for action in Action::all() {
                let mut cell = String::new();
                for relation in RELATIONS {
                    let done = desk.attempt(&relation.actor(tier), action).await.is_ok();
                    cell.push(if done { '+' } else { '-' });
                }
                row.push_str(&format!("  {cell:width$}", width = width(&action)));
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
        for action in Action::all().into_iter().filter(|action| *action != Action::SeePrivate) {
            for relation in RELATIONS {
                let Err(refusal) = desk.attempt(&relation.actor(tier), action).await else { continue };
                let vi = Voice::new(&desk.office, Lang::Vi, &known).refusal(&refusal);
                let en = Voice::new(&desk.office, Lang::En, &known).refusal(&refusal);
                seen.insert(format!("{vi}\n{en}"));
            }
        }
    }
    let seen: Vec<String> = seen.into_iter().collect();
    insta::assert_snapshot!(seen.join("\n\n"), @"
    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: Data Collection and IT, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Cục TTDL, người giao nhiệm vụ (<@1>), hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: Data Collection and IT, who gave the task (<@1>), or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Cục TTDL.
    You have no authority to do this. Those who may: Data Collection and IT.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: TTDL, TKG, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: TTDL, TKG, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: TTDL, TKG.
    You have no authority to do this. Those who may: TTDL, TKG.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: Thủ trưởng đơn vị của Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: the head of Data Collection and IT, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: lãnh đạo phụ trách Cục TTDL, hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: the leader in charge of Data Collection and IT, or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: người giao nhiệm vụ (<@1>), hoặc từ Điều phối trở lên.
    You have no authority to do this. Those who may: who gave the task (<@1>), or coordinator and above.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Chuyên viên trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: officer and above; if you lack the role that is yours, please ask an administrator.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Điều phối trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: coordinator and above; if you lack the role that is yours, please ask an administrator.

    Bạn không có thẩm quyền thực hiện việc này. Người có thẩm quyền: từ Đầu mối trở lên; nếu bạn chưa được gán đúng vai trò, đề nghị liên hệ Quản trị.
    You have no authority to do this. Those who may: focal point and above; if you lack the role that is yours, please ask an administrator.
    ");
}

#[tokio::test]
async fn what_the_commands_require_is_what_the_service_enforces() {
    let desk = Desk::over(sqlite().await).await;
    let manifest = Manifest::built_in().unwrap();
    for action in Action::all().into_iter().filter(|action| *action != Action::SeePrivate) {
        let command = action.command();
        let requires = manifest.policy(&command).unwrap().requires;
        for tier in tiers() {
            let mut ever = false;
            for relation in RELATIONS {
                let actor = relation.actor(tier);
                let done = desk.attempt(&actor, action).await.is_ok();
                assert!(
                    requires.allows(&actor) || !done,
                    "/{command} lets {tier:?} as {relation:?} do more than it says"
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
    for action in Action::all() {
        assert!(desk.attempt(&nobody, action).await.is_err(), "{action:?}");
    }
    // The others only ask; what they show is cut to what the person may see.
    for policy in manifest.policies() {
        let named = &policy.name.en;
        let here = Action::all().iter().any(|action| action.command() == *named);
        if !here && !ELSEWHERE.contains(&named.as_str()) {
            assert_eq!(policy.requires, Requires::Anyone, "/{} is enforced nowhere", policy.name.en);
        }
    }
}
