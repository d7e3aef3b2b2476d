//! The office of the year: its days, its people, and what will happen to its tasks.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use liaison::domain::task::Urgency;
use std::collections::BTreeSet;

const TASKS: usize = 500;
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
pub(super) const UNITS: [(&str, &[u64]); 8] = [
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
pub(super) const FOCAL: [u64; 5] = [102, 111, 121, 141, 171];
pub(super) const HEADS: [u64; 4] = [103, 122, 152, 172];
pub(super) const COORDINATORS: [u64; 2] = [101, 201];
pub(super) const LEADERSHIP: [u64; 1] = [301];

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
pub(super) enum Event {
    Given,
    Received,
    /// A supporting unit confirms receipt.
    SupportReceived(&'static str),
    Blocked,
    AskedExtension(NaiveDate),
    Extended(NaiveDate),
    Reassigned(&'static str),
    Acknowledged,
    /// The part of a supporting unit gets its own deadline.
    PartDue(&'static str, NaiveDate),
    PartAcknowledged(&'static str),
    PartSent(&'static str),
    Finished,
    Accepted,
}

impl Event {
    /// The supporting unit that it is about.
    pub(super) fn support(&self) -> Option<&'static str> {
        match self {
            Self::SupportReceived(unit)
            | Self::PartDue(unit, _)
            | Self::PartAcknowledged(unit)
            | Self::PartSent(unit) => Some(unit),
            _ => None,
        }
    }
}

/// A task, and what will happen to it.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) urgency: Urgency,
    pub(super) lead: &'static str,
    pub(super) support: Vec<&'static str>,
    pub(super) due: NaiveDate,
    pub(super) events: Vec<(NaiveDateTime, Event)>,
}

/// The oracle's own calendar.
pub(super) fn works(day: NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let holiday = OFF.contains(&day.to_string().as_str());
    !weekend && !holiday
}

/// The working day `n` after `day`.
pub(super) fn after(day: NaiveDate, n: u64) -> NaiveDate {
    day.iter_days().skip(1).filter(|day| works(*day)).nth(n.max(1) as usize - 1).unwrap()
}

/// Working days from `day` to `to`; negative when `to` is earlier.
pub(super) fn between(day: NaiveDate, to: NaiveDate) -> i64 {
    let count = |from: NaiveDate, to: NaiveDate| {
        from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| works(*day)).count() as i64
    };
    if day <= to { count(day, to) } else { -count(to, day) }
}

pub(super) fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

pub(super) fn utc(local: NaiveDateTime) -> DateTime<Utc> {
    (local - TimeDelta::hours(7)).and_utc()
}

pub(super) fn local(moment: DateTime<Utc>) -> NaiveDateTime {
    moment.naive_utc() + TimeDelta::hours(7)
}

/// The tasks of the year. Things happen at minutes that end in seven, when no reminder is due.
pub(super) fn plans() -> Vec<Plan> {
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
    for unit in &support {
        if dice.percent(85) {
            let received = given + TimeDelta::minutes(4 + 10 * dice.roll(90) as i64);
            events.push((received, Event::SupportReceived(unit)));
        }
    }
    if let (true, Some(unit)) = (span > 3 && dice.percent(40), support.first()) {
        let part = after(given.date(), 2 + dice.roll(span - 2));
        let set = after(given.date(), 1);
        events.push((set.and_time(clock(8, 7)), Event::PartDue(unit, part)));
        if dice.percent(40) {
            let noted = after(part, 1 + dice.roll(3));
            events.push((minute(dice, noted), Event::PartAcknowledged(unit)));
        }
        if dice.percent(70) {
            let sent = after(part, dice.roll(6));
            events.push((minute(dice, sent), Event::PartSent(unit)));
        }
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
    let accepted = match dice.roll(4) {
        0 => finished.and_time(clock(17, 7)),
        days => minute(dice, after(finished, days)),
    };
    events.push((accepted, Event::Accepted));
    Plan { urgency, lead, support: support.into_iter().collect(), due, events }
}

/// The people of one of the five rungs of a unit.
pub(super) fn holders(rung: usize, unit: &str) -> BTreeSet<u64> {
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

pub(super) fn people(unit: &str) -> BTreeSet<u64> {
    UNITS.iter().find(|(code, _)| *code == unit).unwrap().1.iter().copied().collect()
}

/// The people of an audience, as the database writes it.
pub(super) fn audience_people(audience: &str) -> BTreeSet<u64> {
    match audience.split_once(':') {
        Some((_, unit)) => people(unit),
        None if audience == "coordinators" => COORDINATORS.into(),
        None => LEADERSHIP.into(),
    }
}
