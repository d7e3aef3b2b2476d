//! What must hold of the calendar: dates where they belong, and a table for every year that is needed.

use super::Check;
use crate::domain::charter::fault::{Fault, Problem};
use crate::domain::charter::file;
use crate::domain::charter::read::Draft;
use chrono::{Datelike, NaiveDate, Weekday};

/// The month from which next year's days off are asked for; the notices come in the last quarter.
const NEXT_YEAR_FROM_MONTH: u32 = 10;

/// The years whose days off are missing on `today`: each from the charter's first to this one, from October the next too.
pub(in crate::domain::charter) fn missing_years(draft: &Draft, today: NaiveDate) -> Vec<Fault> {
    let first = draft.about.as_ref().map_or(today, |about| about.effective_from).year();
    let fault = |problem| Fault { file: file::CALENDAR.into(), place: String::new(), problem };
    let lacks = |year: &i32| draft.years.lacks(&year.to_string());
    let mut faults: Vec<_> =
        (first..=today.year()).filter(lacks).map(|year| fault(Problem::YearMissing { year })).collect();
    let next = today.year() + 1;
    if today.month() >= NEXT_YEAR_FROM_MONTH && lacks(&next) {
        faults.push(fault(Problem::NextYearMissing { year: next }));
    }
    faults
}

impl Check<'_> {
    pub(super) fn calendar(&mut self) {
        let draft = self.draft;
        for year in &draft.years.items {
            let place = format!("year {}", year.year);
            if year.source.trim().is_empty() {
                self.fault(file::CALENDAR, &place, Problem::MissingKey { key: "source".into() });
            }
            for (day, off) in
                year.off.iter().map(|day| (day, true)).chain(year.worked.iter().map(|day| (day, false)))
            {
                let date = day.date;
                self.words(file::CALENDAR, &format!("{place}, {date}"), "name", &day.name);
                if date.year() != year.year {
                    self.fault(file::CALENDAR, &place, Problem::DateOutsideYear { date });
                }
                match (off, matches!(date.weekday(), Weekday::Sat | Weekday::Sun)) {
                    (true, true) => self.fault(file::CALENDAR, &place, Problem::OffOnWeekend { date }),
                    (false, false) => self.fault(file::CALENDAR, &place, Problem::WorkedOnWeekday { date }),
                    _ => {}
                }
            }
            let dates = year.off.iter().chain(&year.worked).map(|day| (place.clone(), day.date.to_string()));
            self.unique(file::CALENDAR, dates);
        }
        let years = draft.years.items.iter().map(|year| year.year.to_string());
        self.unique(file::CALENDAR, years.map(|year| (format!("year {year}"), year)));
    }
}
