//! What may be done to a task by those who lead it, support it, have nothing to do with it, gave it, or are in charge of its lead.

use super::{Tried, tiers};
use crate::desk::{Desk, actor};
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::effect::Answer;
use liaison::domain::meeting::MeetingKind;
use liaison::domain::position::Position;
use liaison::domain::recurrence::Every;
use liaison::domain::refusal::Refusal;
use liaison::domain::rights::TaskAction;
use liaison::domain::task::{Urgency, Visibility};
use liaison::service::exchanges::ExchangeQuery;
use liaison::service::request::{
    AcceptTask, AskExtension, BlockTask, CancelTask, CheckStep, DecideExtension, GiveTask, HandOver,
    LinkTask, ReassignTask, ReopenTask, ReportTask, Request, ScheduleMeeting, SetPart, TaskRef, UrgeTask,
};

/// What the service decides, as it should be. A cell is: lead, support, neither, who gave it, who is in charge of the lead;
/// `+` is done, `-` is refused.
pub(super) const RIGHTS: &str = "\
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

    fn command(self) -> Option<String> {
        match self {
            Self::Give => Some("task create".to_owned()),
            Self::To(action) => Some(format!("task {action}")),
            Self::Schedule => Some("meeting schedule".to_owned()),
            Self::Search => Some("log search".to_owned()),
            Self::SeePrivate => None,
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

/// Who gives the tasks of this test, and who tries what may be done to them.
const GIVER: u64 = 1;
const SOMEBODY: u64 = 77;

impl Relation {
    fn actor(self, tier: Option<Tier>) -> Actor {
        match self {
            Self::Lead => actor(SOMEBODY, Some("TTDL"), tier),
            Self::Support => actor(SOMEBODY, Some("TKG"), tier),
            Self::Neither => actor(SOMEBODY, Some("VP"), tier),
            Self::Giver => actor(GIVER, Some("VP"), tier),
            Self::InCharge => {
                let mut actor = actor(SOMEBODY, Some("VP"), tier);
                actor.positions.entry("TTDL".into()).or_default().insert(Position::LeaderInCharge);
                actor
            }
        }
    }
}

/// Everything by everybody.
pub(super) async fn tried(desk: &Desk) -> Vec<Tried> {
    let mut tried = Vec::new();
    for tier in tiers() {
        for action in Action::all() {
            for relation in RELATIONS {
                let actor = relation.actor(tier);
                let done = desk.attempt(&actor, action).await;
                tried.push(Tried { action: action.name(), command: action.command(), tier, actor, done });
            }
        }
    }
    // Whoever has neither unit nor tier can do nothing of it, and is told so.
    let nobody = actor(SOMEBODY, None, None);
    for action in Action::all() {
        assert!(desk.attempt(&nobody, action).await.is_err(), "{action:?}");
    }
    tried
}

impl Desk {
    /// A new task that TTDL leads and TKG supports.
    async fn task(&self, visibility: Visibility) -> String {
        match self.ask(&actor(GIVER, None, Some(Tier::Coordinator)), self.give(visibility)).await {
            Answer::TaskGiven { task, .. } => task,
            other => panic!("not given: {other:?}"),
        }
    }

    /// Somebody of the lead does this first.
    async fn first(&self, request: Request) {
        let lead = actor(5, Some("TTDL"), Some(Tier::Officer));
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
            Action::Give => self.ask(actor, self.give(Visibility::Public)).await,
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

    fn give(&self, visibility: Visibility) -> Request {
        Request::GiveTask(GiveTask {
            title: format!("Thu thập giá đợt {}", self.number()),
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
}
