//! The year 2023 replayed with 500 tasks: who is reminded when, held against an oracle that knows nothing of the ladder.
//!
//! The oracle goes through the year minute by minute and asks of each task whether somebody should be reminded of it now,
//! with its own list of the days off. Longer than most files because a year is told at once.

use crate::databases::{Database, postgres, sqlite};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use liaison::charters;
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::calendar::Calendar;
use liaison::domain::clock::Clock;
use liaison::domain::effect::{Answer, Effect};
use liaison::domain::ids::{ChannelId, GuildId, RoleId, UnitCode, UserId};
use liaison::domain::lang::Lang;
use liaison::domain::task::{Urgency, Visibility};
use liaison::service::Office;
use liaison::service::directory::ServerView;
use liaison::service::request::{
    AskExtension, BlockTask, DecideExtension, GiveTask, Incoming, ReassignTask, Request, TakeNote, TaskRef,
};
use liaison::store::office::Person;
use sqlx::{AnyConnection, Connection};
use std::collections::{BTreeMap, BTreeSet};

const GUILD: GuildId = GuildId(1);
const TASKS: usize = 500;
/// Pings for a person and day.
const LIMIT: u32 = 6;
/// The weekdays off from January 2023 to January 2024, as the notices 8056/VPCP-KGVX, 5034/TB-LĐTBXH and 5015/TB-LĐTBXH have
/// them.
const OFF: [&str; 12] = [
    "2023-01-02",
    "2023-01-20",
    "2023-01-23",
    "2023-01-24",
    "2023-01-25",
    "2023-01-26",
    "2023-05-01",
    "2023-05-02",
    "2023-05-03",
    "2023-09-01",
    "2023-09-04",
    "2024-01-01",
];
/// The units, each with its people; who stands in two units has two roles.
const UNITS: [(&str, &[u64]); 8] = [
    ("TTDL", &[101, 102, 103]),
    ("TKG", &[111, 112]),
    ("TKTH", &[121, 122, 101]),
    ("CNXD", &[131]),
    ("TMDV", &[141, 142]),
    ("DSLD", &[151, 152, 112]),
    ("NLTS", &[161]),
    ("TKQG", &[171, 172]),
];
/// Who is a focal point, a head, a coordinator, of the leadership.
const FOCAL: [u64; 5] = [102, 111, 121, 141, 171];
const HEADS: [u64; 4] = [103, 122, 152, 172];
const COORDINATORS: [u64; 2] = [101, 201];
const LEADERSHIP: [u64; 1] = [301];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.roll(100) < chance
    }
}

/// Something that happens to a task.
#[derive(Clone, Debug)]
enum Event {
    Given,
    Received,
    Blocked,
    AskedExtension(NaiveDate),
    Extended(NaiveDate),
    Reassigned(&'static str),
    Acknowledged,
    Finished,
}

/// A task, and what will happen to it.
#[derive(Clone, Debug)]
struct Plan {
    urgency: Urgency,
    lead: &'static str,
    support: Vec<&'static str>,
    due: NaiveDate,
    events: Vec<(NaiveDateTime, Event)>,
}

/// The oracle's own calendar.
fn works(day: NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let holiday = OFF.contains(&day.to_string().as_str());
    !weekend && !holiday
}

/// The working day `n` after `day`.
fn after(day: NaiveDate, n: u64) -> NaiveDate {
    day.iter_days().skip(1).filter(|day| works(*day)).nth(n.max(1) as usize - 1).unwrap()
}

/// Working days from `day` to `to`; negative when `to` is earlier.
fn between(day: NaiveDate, to: NaiveDate) -> i64 {
    let count = |from: NaiveDate, to: NaiveDate| {
        from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| works(*day)).count() as i64
    };
    if day <= to { count(day, to) } else { -count(to, day) }
}

fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

fn utc(local: NaiveDateTime) -> DateTime<Utc> {
    (local - TimeDelta::hours(7)).and_utc()
}

fn local(moment: DateTime<Utc>) -> NaiveDateTime {
    moment.naive_utc() + TimeDelta::hours(7)
}

/// The tasks of the year. Things happen at minutes that end in seven, when no reminder is due.
fn plans() -> Vec<Plan> {
    let mut dice = Dice(2023);
    let first = NaiveDate::from_ymd_opt(2023, 1, 3).unwrap();
    let days: Vec<NaiveDate> = first.iter_days().take(320).filter(|day| works(*day)).collect();
    (0..TASKS).map(|_| plan(&mut dice, &days)).collect()
}

fn plan(dice: &mut Dice, days: &[NaiveDate]) -> Plan {
    let urgency = match dice.roll(100) {
        0..74 => Urgency::Normal,
        74..92 => Urgency::Urgent,
        92..98 => Urgency::VeryUrgent,
        _ => Urgency::Flash,
    };
    let any = |dice: &mut Dice| UNITS[dice.roll(UNITS.len() as u64) as usize].0;
    let given = days[dice.roll(days.len() as u64) as usize];
    let given = given.and_time(clock(8 + dice.roll(9) as u32, 10 * dice.roll(6) as u32 + 3));
    let span = match urgency {
        Urgency::Normal | Urgency::Urgent => 1 + dice.roll(14),
        Urgency::VeryUrgent | Urgency::Flash => 1 + dice.roll(2),
    };
    // Much falls due at the end of the month.
    let mut due = after(given.date(), span);
    if urgency == Urgency::Normal && dice.percent(50) {
        due = due.iter_days().find(|day| day.day() >= 27 && works(*day)).unwrap();
    }
    let lead = any(dice);
    let beside = UNITS.iter().map(|(unit, _)| *unit).find(|unit| *unit != lead);
    let support: BTreeSet<&str> =
        (0..dice.roll(3)).map(|_| any(dice)).filter(|unit| *unit != lead).chain(beside).collect();
    let minute = |dice: &mut Dice, day: NaiveDate| {
        day.and_time(clock(9 + dice.roll(8) as u32, 10 * dice.roll(6) as u32 + 7))
    };
    let mut events = vec![(given, Event::Given)];
    if dice.percent(80) {
        events.push((given + TimeDelta::minutes(4 + 10 * dice.roll(90) as i64), Event::Received));
    }
    if dice.percent(10) {
        let day = after(given.date(), 1 + dice.roll(3));
        events.push((minute(dice, day), Event::Reassigned(any(dice))));
    }
    if dice.percent(12) {
        let day = after(given.date(), 1 + dice.roll(span + 2));
        events.push((minute(dice, day), Event::Blocked));
    }
    let mut last = due;
    if dice.percent(15) {
        let (asked, new) = (after(given.date(), 1 + dice.roll(span + 2)), after(due, 3 + dice.roll(5)));
        events.push((minute(dice, asked), Event::AskedExtension(new)));
        let decided = after(asked, 1 + dice.roll(2));
        events.push((minute(dice, decided), Event::Extended(new)));
        last = new;
    }
    if dice.percent(30) {
        let noted = after(last, 1 + dice.roll(4));
        events.push((minute(dice, noted), Event::Acknowledged));
    }
    let rolled = if urgency == Urgency::Flash { 0 } else { dice.roll(10) };
    let finished = match rolled {
        0..5 => last,
        5..8 => after(last, 1 + dice.roll(3)),
        _ => after(last, 4 + dice.roll(6)),
    };
    events.push((finished.and_time(clock(16, 57)), Event::Finished));
    events.sort_by_key(|(at, _)| *at);
    let end = events.iter().position(|(_, event)| matches!(event, Event::Finished)).unwrap();
    events.truncate(end + 1);
    Plan { urgency, lead, support: support.into_iter().collect(), due, events }
}

/// How a task stands while the oracle goes through its days.
struct Stands {
    open: bool,
    due: NaiveDate,
    lead: &'static str,
    received: bool,
    waits: bool,
    asked: bool,
    /// The ladder of escalation: how many of its five rungs are behind it, on which day the last, and until when it is held.
    rungs: usize,
    climbed: Option<NaiveDate>,
    held: Option<NaiveDate>,
}

/// What the oracle expects of one moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Expected {
    at: NaiveDateTime,
    units: BTreeSet<String>,
    /// To whom lateness is taken up.
    climbed: Option<usize>,
    flash: bool,
}

/// The people of one of the five rungs of a unit.
fn holders(rung: usize, unit: &str) -> BTreeSet<u64> {
    let of_unit = people(unit);
    let among = |some: &[u64]| of_unit.iter().copied().filter(|one| some.contains(one)).collect();
    match rung {
        0 => among(&FOCAL),
        2 => among(&HEADS),
        3 => COORDINATORS.into(),
        4 => LEADERSHIP.into(),
        _ => BTreeSet::new(),
    }
}

fn people(unit: &str) -> BTreeSet<u64> {
    UNITS.iter().find(|(code, _)| *code == unit).unwrap().1.iter().copied().collect()
}

/// Whether a task is to be reminded of at this very minute.
fn should_remind(plan: &Plan, given: NaiveDateTime, stands: &Stands, now: NaiveDateTime) -> bool {
    let (day, time) = (now.date(), now.time());
    if plan.urgency != Urgency::Flash && !now.minute().is_multiple_of(30) {
        return false;
    }
    let open = works(day)
        && ((time >= clock(8, 0) && time < clock(12, 0)) || (time >= clock(13, 0) && time < clock(17, 0)));
    let morning = open && time == clock(8, 30);
    let left = -between(stands.due, day);
    let overdue = morning && day > stands.due;
    match plan.urgency {
        Urgency::Normal => morning && matches!(left, 3 | 1 | 0) || overdue,
        Urgency::Urgent => {
            morning && matches!(left, 1 | 0) || overdue || day == stands.due && time == clock(13, 0)
        }
        Urgency::VeryUrgent => {
            open && [clock(8, 30), clock(10, 30), clock(14, 30), clock(16, 30)].contains(&time)
        }
        Urgency::Flash => {
            let hourly = (now - given).num_minutes() % 60 == 0;
            hourly && (open || !stands.received) || overdue
        }
    }
}

/// Goes through the days of a task minute by minute.
fn oracle(plan: &Plan) -> Vec<Expected> {
    let given = plan.events[0].0;
    let mut stands = Stands {
        open: true,
        due: plan.due,
        lead: plan.lead,
        received: false,
        waits: false,
        asked: false,
        rungs: 0,
        climbed: None,
        held: None,
    };
    let mut events = plan.events.iter().skip(1).peekable();
    let (mut now, mut expected, mut supporters_told) = (given, Vec::new(), None);
    let anew = |stands: &mut Stands| (stands.rungs, stands.climbed, stands.held) = (0, None, None);
    while stands.open {
        now += TimeDelta::minutes(1);
        while let Some((_, event)) = events.next_if(|(at, _)| *at <= now) {
            match event {
                Event::Given => {}
                Event::Received => stands.received = true,
                Event::Blocked => stands.waits = true,
                Event::AskedExtension(_) => stands.asked = true,
                Event::Extended(due) => {
                    (stands.asked, stands.due) = (false, *due);
                    anew(&mut stands);
                }
                Event::Reassigned(lead) => {
                    // What the former lead asked for, or was kept by, lapses with it.
                    (stands.lead, stands.received, stands.waits, stands.asked) = (lead, false, false, false);
                    anew(&mut stands);
                }
                Event::Acknowledged => stands.held = Some(after(now.date(), 2)),
                Event::Finished => stands.open = false,
            }
        }
        if !stands.open || !should_remind(plan, given, &stands, now) {
            continue;
        }
        let today = now.date();
        let first_of_due_day = today == stands.due && supporters_told != Some(stands.due);
        let mut units = BTreeSet::from([stands.lead.to_owned()]);
        if first_of_due_day {
            supporters_told = Some(stands.due);
            units.extend(plan.support.iter().filter(|unit| **unit != stands.lead).map(ToString::to_string));
        }
        let office_hours = works(today)
            && now.time() >= clock(8, 0)
            && now.time() < clock(17, 0)
            && now.time().format("%H").to_string() != "12";
        let may_climb = office_hours
            && today > stands.due
            && !(stands.waits || stands.asked)
            && stands.climbed.is_none_or(|climbed| climbed < today)
            && stands.held.is_none_or(|held| held < today);
        let climbed = (stands.rungs..5).find(|rung| may_climb && !holders(*rung, stands.lead).is_empty());
        if let Some(rung) = climbed {
            (stands.rungs, stands.climbed, stands.held) = (rung + 1, Some(today), None);
        }
        expected.push(Expected { at: now, units, climbed, flash: plan.urgency == Urgency::Flash });
    }
    expected
}

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
struct Year {
    office: Office,
    /// One for the whole year: opening one for each question would take longer than all the rest.
    connection: AnyConnection,
    asked: u64,
}

impl Year {
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
            Event::Finished => (by_lead, Request::FinishTask(TaskRef { task: task() })),
        };
        match self.ask(who, request).await {
            Answer::TaskGiven { task, .. } => Some(task),
            Answer::Refused { .. } => None,
            _ => Some(task()),
        }
    }
}

/// A reminder that was put out.
#[derive(Debug)]
struct Put {
    /// The units that hear of it in a digest.
    withheld: BTreeSet<String>,
    /// To whom lateness is taken up.
    holders: BTreeSet<u64>,
    /// Which rung of its ladder it is.
    rung: String,
}

/// What the bot put out.
#[derive(Default)]
struct Out {
    /// By task and minute.
    reminders: BTreeMap<(String, NaiveDateTime), Put>,
    /// By audience and day: whom a digest pings not.
    digests: BTreeMap<(String, NaiveDate), BTreeSet<u64>>,
    /// By task, rung and audience: the day of the digest, none while it waits.
    kept: BTreeMap<(String, String, String), Option<String>>,
    /// By person and day.
    counted: BTreeMap<(u64, String), i64>,
    /// By task and minute: to which rung lateness was taken up.
    climbed: BTreeMap<(String, NaiveDateTime), String>,
}

impl Out {
    async fn read(connection: &mut AnyConnection) -> Self {
        let mut out = Self::default();
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT key, effect, created_at FROM outbox ORDER BY id")
                .fetch_all(&mut *connection)
                .await
                .unwrap();
        for (key, effect, created) in rows {
            let at = local(DateTime::from_timestamp_millis(created).unwrap());
            let rung = key.split_once(":remind:").map(|(_, rung)| rung.to_owned());
            match (serde_json::from_str(&effect).unwrap(), rung) {
                (Effect::TaskReminder { task, reminder }, Some(rung)) => {
                    assert!(!reminder.late && reminder.missed == 0, "{key}");
                    let withheld = reminder.withheld.iter().map(ToString::to_string).collect();
                    let holders: BTreeSet<u64> = reminder
                        .climbed
                        .iter()
                        .flat_map(|climbed| &climbed.holders)
                        .map(|user| user.0)
                        .collect();
                    let said = Put { withheld, holders, rung };
                    assert!(out.reminders.insert((task, at), said).is_none(), "doubled: {key}");
                }
                // Everybody hears of it in a digest; only the card changes.
                (Effect::TaskRefresh { task, .. }, Some(rung)) => {
                    let withheld = UNITS.map(|(unit, _)| unit.to_owned()).into();
                    let said = Put { withheld, holders: BTreeSet::new(), rung };
                    assert!(out.reminders.insert((task, at), said).is_none(), "doubled: {key}");
                }
                (Effect::Digest { audience, day, unpinged }, _) => {
                    let unpinged = unpinged.into_iter().collect();
                    assert!(out.digests.insert((audience, day), unpinged).is_none(), "doubled: {key}");
                    assert_eq!(at, day.and_time(clock(8, 0)), "digests come at eight");
                }
                _ => {}
            }
        }
        let kept: Vec<(String, String, String, Option<String>)> =
            sqlx::query_as("SELECT task_id, rung, audience, day FROM digest_item")
                .fetch_all(&mut *connection)
                .await
                .unwrap();
        out.kept =
            kept.into_iter().map(|(task, rung, audience, day)| ((task, rung, audience), day)).collect();
        let counted: Vec<(i64, String, i64)> = sqlx::query_as("SELECT user_id, day, pings FROM ping_count")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        out.counted = counted.into_iter().map(|(user, day, pings)| ((user as u64, day), pings)).collect();
        let climbed: Vec<(String, i64, String)> =
            sqlx::query_as("SELECT subject, at, detail FROM audit WHERE action = 'task.escalate'")
                .fetch_all(&mut *connection)
                .await
                .unwrap();
        for (subject, at, detail) in climbed {
            let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
            let at = local(DateTime::from_timestamp_millis(at).unwrap());
            let task = subject.strip_prefix("task:").unwrap().to_owned();
            let rung = detail["to"].as_str().unwrap().to_owned();
            assert!(out.climbed.insert((task, at), rung).is_none(), "two rungs at once");
        }
        out
    }
}

/// Plays the year; each task's id with what really happened to it.
async fn play(year: &mut Year) -> Vec<(String, Plan)> {
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
fn last_plan(year: &Year) -> Option<NaiveDateTime> {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_year_2023_is_reminded_of_as_the_oracle_says() {
    let databases = [Some(sqlite().await), postgres().await];
    let replays: Vec<_> = databases.into_iter().flatten().map(|one| tokio::spawn(replayed(one))).collect();
    for replay in replays {
        replay.await.unwrap();
    }
}

/// Replays the year on a database, and holds it against the oracle.
async fn replayed(database: Database) {
    let office = office(&database).await;
    let connection = AnyConnection::connect(&database.url).await.unwrap();
    let mut year = Year { office, connection, asked: 0 };
    let played = play(&mut year).await;
    let mut out = Out::read(&mut year.connection).await;
    let mut pings: BTreeMap<(u64, NaiveDate), u32> = BTreeMap::new();
    let mut seen = [0; 5];
    for (id, plan) in &played {
        for expected in oracle(plan) {
            held_against(&mut out, id, &expected, &mut pings, &mut seen);
        }
    }
    assert!(out.reminders.is_empty(), "nobody expected these: {:#?}", out.reminders);
    assert!(out.climbed.is_empty(), "nobody expected these: {:#?}", out.climbed);
    for ((audience, day), unpinged) in &out.digests {
        assert!(works(*day), "a digest on a day off: {day}");
        let told = out
            .kept
            .iter()
            .any(|((_, _, one), kept)| one == audience && kept.as_deref() == Some(day.to_string().as_str()));
        assert!(told, "an empty digest for {audience} on {day}");
        for user in audience_people(audience).difference(unpinged) {
            *pings.entry((*user, *day)).or_default() += 1;
        }
    }
    let most = pings.values().max().copied().unwrap_or_default();
    assert!(most <= LIMIT, "somebody was pinged {most} times in a day");
    let counted: BTreeMap<(u64, NaiveDate), u32> =
        out.counted.iter().map(|((user, day), n)| ((*user, day.parse().unwrap()), *n as u32)).collect();
    assert_eq!(counted, pings, "what is counted is what was pinged");
    // The year had all of it: reminders, supporters, days on which there was no room, steps up the ladder, nights.
    let [reminders, supporters, told_later, climbed, nights] = seen;
    assert!(
        reminders > 1_500 && supporters > 300 && told_later > 100 && climbed > 100 && nights > 20,
        "{seen:?}"
    );
    assert!(out.digests.len() > 30, "{}", out.digests.len());
}

fn audience_people(audience: &str) -> BTreeSet<u64> {
    match audience.split_once(':') {
        Some((_, unit)) => people(unit),
        None if audience == "coordinators" => COORDINATORS.into(),
        None => LEADERSHIP.into(),
    }
}

/// Holds one expected reminder against what was put out: it is there once, on a day on which people work, and everybody whom
/// it concerns is either pinged by it or hears of it in a digest.
fn held_against(
    out: &mut Out,
    id: &str,
    expected: &Expected,
    pings: &mut BTreeMap<(u64, NaiveDate), u32>,
    seen: &mut [usize; 5],
) {
    let day = expected.at.date();
    let Some(Put { withheld, holders: told_holders, rung }) =
        out.reminders.remove(&(id.to_owned(), expected.at))
    else {
        panic!("missing: {id} {expected:?}");
    };
    assert!(works(day) || expected.flash, "on a day off: {id} {expected:?}");
    const RUNGS: [&str; 5] = ["focal_point", "deputy", "head", "coordinator", "leadership"];
    let climbed = expected.climbed.map(|climbed| RUNGS[climbed].to_owned());
    if let Some(climbed) = &climbed {
        assert_eq!(
            out.climbed.remove(&(id.to_owned(), expected.at)).as_ref(),
            Some(climbed),
            "{id} {expected:?}"
        );
    }
    let lead_climbs = expected.climbed.is_some_and(|rung| rung < 3);
    let mut pinged: BTreeSet<u64> = BTreeSet::new();
    for unit in &expected.units {
        let kept = out.kept.get(&(id.to_owned(), rung.clone(), format!("unit:{unit}")));
        if withheld.contains(unit) {
            assert!(kept.is_some(), "{unit} is told nowhere: {id} {expected:?}");
            seen[2] += 1;
        } else {
            assert!(kept.is_none(), "{unit} is told twice: {id} {expected:?}");
            pinged.extend(people(unit));
        }
    }
    if let Some(climbed) = expected.climbed {
        let lead_told = !told_holders.is_empty();
        if lead_told {
            pinged.extend(&told_holders);
        } else {
            let kept =
                |audience: &str| out.kept.contains_key(&(id.to_owned(), rung.clone(), audience.to_owned()));
            let told = match climbed {
                3 => kept("coordinators"),
                4 => kept("leadership"),
                _ => expected.units.iter().any(|unit| kept(&format!("unit:{unit}"))),
            };
            assert!(told || lead_climbs, "nobody hears of the lateness: {id} {expected:?}");
        }
        seen[3] += 1;
    }
    if !expected.flash {
        for user in pinged {
            *pings.entry((user, day)).or_default() += 1;
        }
    }
    seen[0] += 1;
    seen[1] += usize::from(expected.units.len() > 1);
    seen[4] +=
        usize::from(!works(day) || expected.at.time() < clock(8, 0) || expected.at.time() >= clock(17, 0));
}
