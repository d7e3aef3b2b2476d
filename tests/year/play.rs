//! The year as it is played: requests to the service of an office whose clock is moved from one thing to the next.

use super::world::{
    COORDINATORS, Event, FOCAL, HEADS, LEADERSHIP, Plan, UNITS, after, clock, local, plans, utc,
};
use crate::databases::Database;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use liaison::charters;
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::calendar::Calendar;
use liaison::domain::clock::Clock;
use liaison::domain::effect::{Answer, Effect};
use liaison::domain::ids::{ChannelId, GuildId, RoleId, UnitCode, UserId};
use liaison::domain::lang::Lang;
use liaison::domain::task::Visibility;
use liaison::service::Office;
use liaison::service::directory::ServerView;
use liaison::service::request::{
    AcceptTask, AskExtension, BlockTask, DecideExtension, GiveTask, Incoming, ReassignTask, Request, SetPart,
    TakeNote, TaskRef,
};
use liaison::store::office::Person;
use sqlx::{AnyConnection, Connection};
use std::collections::{BTreeMap, BTreeSet};

const GUILD: GuildId = GuildId(1);

async fn office(database: &Database) -> Office {
    let start = utc(NaiveDate::from_ymd_opt(2023, 1, 3).unwrap().and_time(clock(7, 0)));
    let charter = charters::load("tctk-2023", start.date_naive()).unwrap();
    let calendar = Calendar::parse(charter.calendar_toml()).unwrap();
    let office = Office::new(database.store.clone(), Clock::simulated(start), charter, calendar);
    let tiers = [("Đầu mối", 90), ("Thủ trưởng đơn vị", 91), ("Điều phối", 92), ("Lãnh đạo", 93)];
    let units = UNITS.iter().enumerate().map(|(n, (unit, _))| (RoleId(n as u64 + 1), (*unit).to_owned()));
    let roles = units.chain(tiers.map(|(name, id)| (RoleId(id), name.to_owned()))).collect();
    let view = ServerView { name: "Office".into(), locale: "vi".into(), roles };
    office.see_server(GUILD, &view).await.unwrap();
    let everybody: BTreeSet<u64> =
        UNITS.iter().flat_map(|(_, people)| *people).copied().chain(COORDINATORS).chain(LEADERSHIP).collect();
    let members: Vec<(Person, Vec<RoleId>)> = everybody
        .into_iter()
        .map(|user| {
            let units = UNITS.iter().enumerate().filter(|(_, (_, people))| people.contains(&user));
            let mut roles: Vec<RoleId> = units.map(|(n, _)| RoleId(n as u64 + 1)).collect();
            let tiers: [(&[u64], u64); 4] =
                [(&FOCAL, 90), (&HEADS, 91), (&COORDINATORS, 92), (&LEADERSHIP, 93)];
            roles.extend(tiers.iter().filter(|(some, _)| some.contains(&user)).map(|(_, id)| RoleId(*id)));
            (Person { user: UserId(user), name: user.to_string() }, roles)
        })
        .collect();
    office.see_members(GUILD, &members).await.unwrap();
    office
}

/// Somebody who may do what the year needs, in the place of `unit`.
fn actor(unit: Option<&str>, user: u64) -> Actor {
    Actor {
        guild: GUILD,
        user: UserId(user),
        name: "ai đó".into(),
        units: unit.into_iter().map(UnitCode::from).collect(),
        tiers: if unit.is_some() { BTreeSet::new() } else { BTreeSet::from([Tier::Leadership]) },
        positions: BTreeMap::new(),
        lang: Lang::Vi,
    }
}

/// The world of the replay.
pub(super) struct Replay {
    office: Office,
    /// One for the whole year: opening one for each question would take longer than all the rest.
    pub(super) connection: AnyConnection,
    asked: u64,
}

impl Replay {
    /// A new year.
    pub(super) async fn on(database: &Database) -> Self {
        let connection = AnyConnection::connect(&database.url).await.unwrap();
        Self { office: office(database).await, connection, asked: 0 }
    }

    async fn ask(&mut self, actor: Actor, request: Request) -> Answer {
        self.asked += 1;
        let (interaction, token) = (self.asked, "token".to_owned());
        let incoming = Incoming { interaction, application: 1, token, channel: ChannelId(5), actor, request };
        self.office.accept(&incoming).await.unwrap().unwrap();
        self.office.handle(interaction).await.unwrap();
        let (effect,): (String,) = sqlx::query_as("SELECT effect FROM outbox WHERE key = $1")
            .bind(format!("reply:{interaction}"))
            .fetch_one(&mut self.connection)
            .await
            .unwrap();
        match serde_json::from_str(&effect).unwrap() {
            Effect::Reply { answer, .. } => answer,
            other => panic!("no answer: {other:?}"),
        }
    }

    /// Lets something happen to a task; its id, unless it was refused.
    async fn happens(&mut self, plan: &Plan, id: &str, lead: &'static str, event: &Event) -> Option<String> {
        let task = || id.to_owned();
        let by_lead = actor(Some(lead), 900);
        let above = || actor(None, LEADERSHIP[0]);
        let reason = || "theo kế hoạch".to_owned();
        let dmy = |day: &NaiveDate| day.format("%d/%m/%Y").to_string();
        let (who, request) = match event {
            Event::Given => {
                let give = GiveTask {
                    title: format!("Việc {}", self.asked),
                    phase: "P3".into(),
                    due: dmy(&plan.due),
                    lead: Some(plan.lead.into()),
                    support: Some(plan.support.join(", ")),
                    urgency: plan.urgency,
                    basis: None,
                    visibility: Visibility::Public,
                    reason: Some(reason()),
                };
                (above(), Request::GiveTask(give))
            }
            Event::Received => (by_lead, Request::ReceiveTask(TaskRef { task: task() })),
            Event::Blocked => {
                (by_lead, Request::BlockTask(BlockTask { task: task(), reason: reason(), help: None }))
            }
            Event::AskedExtension(due) => {
                let asked = AskExtension { task: task(), due: dmy(due), reason: reason() };
                (by_lead, Request::AskExtension(asked))
            }
            Event::Extended(_) => {
                let decision = DecideExtension { task: task(), grant: true, answer: None };
                (above(), Request::DecideExtension(decision))
            }
            Event::Reassigned(to) => {
                let reassign = ReassignTask { task: task(), lead: (*to).into(), reason: reason() };
                (above(), Request::ReassignTask(reassign))
            }
            Event::Acknowledged => {
                (above(), Request::AcknowledgeEscalation(TakeNote { task: task(), unit: None }))
            }
            Event::SupportReceived(unit) => {
                (actor(Some(unit), 901), Request::ReceiveTask(TaskRef { task: task() }))
            }
            Event::PartDue(unit, due) => {
                let part = SetPart { task: task(), unit: (*unit).into(), due: dmy(due) };
                (above(), Request::SetPart(part))
            }
            Event::PartAcknowledged(unit) => {
                let note = TakeNote { task: task(), unit: Some((*unit).into()) };
                (above(), Request::AcknowledgeEscalation(note))
            }
            Event::PartSent(unit) => (actor(Some(unit), 901), Request::FinishTask(TaskRef { task: task() })),
            Event::Accepted => (above(), Request::AcceptTask(AcceptTask { task: task(), remark: None })),
            Event::Finished => (by_lead, Request::FinishTask(TaskRef { task: task() })),
        };
        match self.ask(who, request).await {
            Answer::TaskGiven { task, .. } => Some(task),
            Answer::Refused { .. } => None,
            _ => Some(task()),
        }
    }
}

/// Plays the year; each task's id with what really happened to it.
pub(super) async fn play(year: &mut Replay) -> Vec<(String, Plan)> {
    let plans = plans();
    let mut agenda: Vec<(NaiveDateTime, usize, Event)> = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        agenda.extend(plan.events.iter().map(|(at, event)| (*at, index, event.clone())));
    }
    agenda.sort_by_key(|(at, index, _)| (*at, *index));
    let mut played: Vec<(String, Plan)> =
        plans.into_iter().map(|plan| (String::new(), Plan { events: Vec::new(), ..plan })).collect();
    let mut leads: Vec<&'static str> = played.iter().map(|(_, plan)| plan.lead).collect();
    for (at, index, event) in agenda {
        fire_until(&year.office, utc(at)).await;
        let (id, plan) = &played[index];
        // Who leads meanwhile supports no longer.
        if event.support() == Some(leads[index]) {
            continue;
        }
        if let Some(id) = year.happens(plan, id, leads[index], &event).await {
            if let Event::Reassigned(to) = &event {
                leads[index] = to;
            }
            let (known, plan) = &mut played[index];
            *known = id;
            plan.events.push((at, event));
        }
    }
    assert_eq!(
        year.office.store.next_timer().await.unwrap().map(local),
        last_plan(year),
        "nothing is watched"
    );
    played
}

/// The one timer that is left: the next morning is planned once more, and then no more.
fn last_plan(year: &Replay) -> Option<NaiveDateTime> {
    let today = local(year.office.clock.now()).date();
    Some(after(today, 1).and_time(clock(8, 0)))
}

/// Lets the time pass, stopping at every timer.
async fn fire_until(office: &Office, until: DateTime<Utc>) {
    while let Some(next) = office.store.next_timer().await.unwrap().filter(|next| *next <= until) {
        office.clock.set(next.max(office.clock.now()));
        assert!(office.fire_due().await.unwrap() > 0, "something is due at {next}");
    }
    office.clock.set(until);
}
