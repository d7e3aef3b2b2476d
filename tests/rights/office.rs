//! How the office is arranged, by the people of the unit that it concerns, by others, by its head, by who is in charge of it,
//! and by the people of another who stand in for one of its officers.

use super::{Tried, tiers};
use crate::databases::Database;
use crate::desk::{Desk, GUILD, actor};
use chrono::{DateTime, Utc};
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::effect::Answer;
use liaison::domain::ids::{ChannelId, RoleId, UserId};
use liaison::domain::lang::Lang;
use liaison::domain::position::Position;
use liaison::domain::refusal::Refusal;
use liaison::domain::task::{Choice, Urgency, Visibility};
use liaison::service::directory::ServerView;
use liaison::service::people::{Delegate, LinkRole, PeopleRequest, SetHolder};
use liaison::service::reminders::SetReminders;
use liaison::service::request::{ConfirmCharter, GiveTask, Request};
use liaison::service::setup::{SetChannel, SetLanguage, SetupRequest};
use liaison::store::office::Person;

/// What the service decides, as it should be. A cell is: of the unit, of another, its head by record, in charge of it, an officer's stand-in.
pub(super) const RIGHTS: &str = "\
tier           link unit  link administrator  focal point  head   own leave  leave  remind unit  remind office  simulate  setup  channel  language  confirm
nobody         -----      -----               --+--        -----  +++++      --+--  --+--        -----          --+-+     -----  -----    -----     -----
officer        -----      -----               --+--        -----  +++++      --+--  --+--        -----          +++++     -----  -----    -----     -----
focal_point    -----      -----               --+--        -----  +++++      --+--  --+--        -----          +++++     -----  -----    -----     -----
unit_head      -----      -----               +-+--        -----  +++++      +-+--  +-+--        -----          +++++     -----  -----    -----     -----
coordinator    +++++      -----               +++++        +++++  +++++      +++++  +++++        +++++          +++++     -----  -----    -----     +++++
leadership     +++++      -----               +++++        +++++  +++++      +++++  +++++        +++++          +++++     -----  -----    -----     +++++
administrator  +++++      +++++               +++++        +++++  +++++      +++++  +++++        +++++          +++++     +++++  +++++    +++++     +++++
";

/// A role for a unit, and one for a tier.
const UNIT_ROLE: RoleId = RoleId(10);
const FREE_ROLE: RoleId = RoleId(11);
const TIER_ROLE: RoleId = RoleId(12);
/// Who tries it, and a colleague; both of the unit.
const SOMEBODY: u64 = 77;
const COLLEAGUE: UserId = UserId(78);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    LinkUnit,
    LinkTier,
    RecordFocal,
    RecordHead,
    OwnLeave,
    LeaveOfAnother,
    RemindUnit,
    RemindOffice,
    Simulate,
    SetUp,
    Channel,
    Language,
    ConfirmCharter,
}

const ACTIONS: [Action; 13] = [
    Action::LinkUnit,
    Action::LinkTier,
    Action::RecordFocal,
    Action::RecordHead,
    Action::OwnLeave,
    Action::LeaveOfAnother,
    Action::RemindUnit,
    Action::RemindOffice,
    Action::Simulate,
    Action::SetUp,
    Action::Channel,
    Action::Language,
    Action::ConfirmCharter,
];

impl Action {
    /// What it is called in the table, and its command.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::LinkUnit => ("link unit", "unit link"),
            Self::LinkTier => ("link administrator", "unit link"),
            Self::RecordFocal => ("focal point", "unit focal"),
            Self::RecordHead => ("head", "unit focal"),
            Self::OwnLeave => ("own leave", "unit delegate"),
            Self::LeaveOfAnother => ("leave", "unit delegate"),
            Self::RemindUnit => ("remind unit", "settings reminders set"),
            Self::RemindOffice => ("remind office", "settings reminders set"),
            Self::Simulate => ("simulate", "settings reminders simulate"),
            Self::SetUp => ("setup", "settings setup"),
            Self::Channel => ("channel", "settings channels"),
            Self::Language => ("language", "settings language"),
            Self::ConfirmCharter => ("confirm", "charter confirm"),
        }
    }
}

/// The relations to the unit TTDL.
#[derive(Clone, Copy, Debug)]
enum Relation {
    Of,
    Other,
    Head,
    InCharge,
    StandIn,
}

const RELATIONS: [Relation; 5] =
    [Relation::Of, Relation::Other, Relation::Head, Relation::InCharge, Relation::StandIn];

impl Relation {
    fn actor(self, tier: Option<Tier>) -> Actor {
        let recorded = |position: Position| {
            let mut actor = actor(SOMEBODY, Some("VP"), tier);
            actor.positions.entry("TTDL".into()).or_default().insert(position);
            if position != Position::LeaderInCharge {
                actor.units.insert("TTDL".into());
            }
            actor
        };
        match self {
            Self::Of => actor(SOMEBODY, Some("TTDL"), tier),
            Self::Other => actor(SOMEBODY, Some("VP"), tier),
            Self::Head => recorded(Position::Head),
            Self::InCharge => recorded(Position::LeaderInCharge),
            Self::StandIn => recorded(Position::Officer),
        }
    }
}

/// An office under two versions of the regulation, with a few roles and two people.
pub(super) async fn desk(database: Database) -> Desk {
    let desk = Desk::under(database, &["tctk-2023", "nso-2025"]).await;
    let roles = [(UNIT_ROLE, "TTDL"), (FREE_ROLE, "Thi đua"), (TIER_ROLE, "Bảo trì")];
    let roles = roles.map(|(id, name)| (id, name.to_owned())).to_vec();
    let view = ServerView { name: "office".into(), locale: "vi".into(), roles };
    desk.office.see_server(GUILD, &view).await.unwrap();
    let people = [UserId(SOMEBODY), COLLEAGUE]
        .map(|user| (Person { user, name: format!("person {user}") }, vec![UNIT_ROLE]));
    desk.office.see_members(GUILD, &people).await.unwrap();
    desk
}

/// Everything by everybody.
pub(super) async fn tried(desk: &Desk) -> Vec<Tried> {
    let mut tried = Vec::new();
    for tier in tiers() {
        for action in ACTIONS {
            for relation in RELATIONS {
                let actor = relation.actor(tier);
                let done = desk.arrange(&actor, action).await;
                let (action, command) = action.names();
                tried.push(Tried { action, command: Some(command.to_owned()), tier, actor, done });
            }
        }
    }
    tried
}

impl Desk {
    /// Tries it; the refusal if there is one.
    async fn arrange(&self, actor: &Actor, action: Action) -> Result<(), Refusal> {
        if action == Action::Simulate {
            return self.office.simulate_reminders(actor, None, None, None).await.unwrap().map(drop);
        }
        let request = self.arrangement(action).await;
        let answer = self.ask(actor, request).await;
        if action == Action::ConfirmCharter {
            self.office.clock.set(start());
        }
        match answer {
            Answer::Refused { refusal } => Err(refusal),
            _ => Ok(()),
        }
    }

    async fn arrangement(&self, action: Action) -> Request {
        let unit = || "TTDL".to_owned();
        let link = |role, unit, tier| {
            Request::Arrange(PeopleRequest::Link(LinkRole { role, unit, tier, undo: false }))
        };
        let hold = |position| {
            Request::Arrange(PeopleRequest::Holder(SetHolder {
                unit: unit(),
                user: COLLEAGUE,
                position,
                from: None,
                until: None,
                end: false,
            }))
        };
        let remind = |unit| {
            Request::SetReminders(SetReminders {
                unit,
                urgency: Some(Urgency::Normal),
                moments: Some("T-5, T".to_owned()),
                quiet: None,
                limit: None,
            })
        };
        match action {
            Action::LinkUnit => link(FREE_ROLE, Some(unit()), None),
            Action::LinkTier => link(TIER_ROLE, None, Some(Tier::Administrator)),
            Action::RecordFocal => hold(Position::FocalPoint),
            Action::RecordHead => hold(Position::Head),
            Action::OwnLeave => self.leave(None, COLLEAGUE),
            Action::LeaveOfAnother => self.leave(Some(COLLEAGUE), UserId(SOMEBODY)),
            Action::RemindUnit => remind(Some(unit())),
            Action::RemindOffice => remind(None),
            Action::SetUp => Request::SetUp(SetupRequest::Plan { shape: None }),
            Action::Channel => Request::SetUp(SetupRequest::Channel(SetChannel {
                purpose: "P3".to_owned(),
                channel: ChannelId(9),
                is_text: true,
                forum: None,
            })),
            Action::Language => Request::SetUp(SetupRequest::Language(SetLanguage { language: Lang::Vi })),
            Action::ConfirmCharter => {
                let task = self.given().await;
                self.office.clock.set("2025-07-02T01:00:00Z".parse().unwrap());
                Request::ConfirmCharter(ConfirmCharter {
                    task,
                    choice: Choice::Keep,
                    version: None,
                    reason: None,
                })
            }
            Action::Simulate => unreachable!("a question, not a request"),
        }
    }

    /// Leave of a day that nobody else has leave on.
    fn leave(&self, away: Option<UserId>, to: UserId) -> Request {
        let day = format!("+{}", self.number() - 990);
        Request::Arrange(PeopleRequest::Delegate(Delegate {
            to: Some(to),
            away,
            unit: Some("TTDL".to_owned()),
            from: Some(day.clone()),
            until: Some(day),
            reason: None,
        }))
    }

    /// A task under the version of 2023.
    async fn given(&self) -> String {
        let give = GiveTask {
            title: format!("Rà soát dàn mẫu đợt {}", self.number()),
            phase: "P3".to_owned(),
            due: "+5".to_owned(),
            lead: None,
            support: None,
            urgency: Urgency::Normal,
            basis: None,
            visibility: Visibility::Public,
            reason: None,
        };
        match self.ask(&actor(1, None, Some(Tier::Coordinator)), Request::GiveTask(give)).await {
            Answer::TaskGiven { task, .. } => task,
            other => panic!("not given: {other:?}"),
        }
    }
}

fn start() -> DateTime<Utc> {
    "2023-03-01T01:00:00Z".parse().unwrap()
}
