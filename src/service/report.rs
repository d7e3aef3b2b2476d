//! Statistics of the units, shown to everybody: who was on time, and who has how much to do. Numbers count all tasks; a task
//! is named only to who may see it.

mod table;

pub use table::Table;

use super::{Office, Outcome};
use crate::domain::actor::{Actor, Tier};
use crate::domain::lateness::Lateness;
use crate::domain::note::TaskNote;
use crate::domain::ontime::{Figures, OF_WAITS, Verdict, judge, last_judged, waits};
use crate::domain::refusal::Refusal;
use crate::domain::task::{Part, Task, Visibility};
use crate::domain::workload::{LATELY, Workload};
use crate::store::StoreError;
use crate::store::report::{NotDone, ReportScope};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use table::{Growing, grown, paged};

/// How many units one page lists.
pub const UNITS: usize = 12;
/// How many tasks one page lists below the figures of a unit: as many as there is room for, with the longest titles.
pub const TASKS: usize = 6;

/// What `/report ontime` is asked, as typed or as the buttons below its answer say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnTimeAsked {
    /// From this day on; left empty, from the first day of the quarter.
    pub date: Option<String>,
    /// Up to the end of this day; left empty, today.
    pub until: Option<String>,
    /// Only this unit, in more detail.
    pub unit: Option<String>,
    /// Only this phase.
    pub phase: Option<String>,
    /// Which page, from 0 on.
    pub page: usize,
}

/// What `/report workload` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkloadAsked {
    /// Only this unit, by phase.
    pub unit: Option<String>,
    /// Only this phase.
    pub phase: Option<String>,
    /// Which page, from 0 on.
    pub page: usize,
}

/// Who was on time in a period.
#[derive(Clone, Debug)]
pub struct OnTimeShown {
    /// What was asked, with whole dates and codes, and the page that there is.
    pub asked: OnTimeAsked,
    /// The first day of the period.
    pub from: NaiveDate,
    /// Its last.
    pub until: NaiveDate,
    /// The figures.
    pub table: Table<Figures>,
    /// Of the one unit, what was late and the person may see, the latest deadline first; a page of it.
    pub late: Vec<(Task, Part, Verdict)>,
    /// How many of those there are on all pages.
    pub late_seen: usize,
    /// How many were late that the person may not see.
    pub late_unseen: usize,
}

/// Who has how much to do.
#[derive(Clone, Debug)]
pub struct WorkloadShown {
    /// What was asked, with codes, and the page that there is.
    pub asked: WorkloadAsked,
    /// The counts.
    pub table: Table<Workload>,
}

impl Office {
    /// How punctual the units were with what was due in a period.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn on_time(&self, actor: &Actor, asked: OnTimeAsked) -> Outcome<Result<OnTimeShown, Refusal>> {
        let read = || {
            let scope = self.report_scope(actor, asked.unit.as_deref(), asked.phase.as_deref())?;
            let (from, until) = self.report_period(asked.date.as_deref(), asked.until.as_deref())?;
            Ok((scope, from, until))
        };
        let (scope, from, until) = match read() {
            Ok(read) => read,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let last = until.min(last_judged(self.today(), &self.calendar));
        let due = self.midnight(from)..self.midnight(last.succ_opt().unwrap_or(last));
        let judged = self.judged(&scope, &due).await?;
        let mut figures: Growing<Figures> = BTreeMap::new();
        for one in self.store.done_by_deadline(&scope, &due).await? {
            grown(&mut figures, &one).of(one.part).on_time += one.count;
        }
        for one in self.store.extensions_granted(&scope, &due).await? {
            grown(&mut figures, &one).of(one.part).extended += one.count;
        }
        for (one, verdict) in &judged {
            let key = (one.unit.clone(), one.phase.clone());
            figures.entry(key).or_default().of(one.part).add(*verdict);
        }
        let mut table = self.table(&scope, figures, asked.page);
        let (mut late, mut late_seen, mut late_unseen) = (Vec::new(), 0, 0);
        if scope.unit.is_some() {
            let lates: Vec<_> =
                judged.into_iter().filter(|(_, verdict)| *verdict != Verdict::OnTime).collect();
            let all = lates.len();
            let seen = self.seen(actor, lates).await?;
            (late_seen, late_unseen) = (seen.len(), all - seen.len());
            (table.page, table.pages) = paged(asked.page, seen.len(), TASKS);
            late = self.named(&seen, table.page).await?;
        }
        let asked = OnTimeAsked {
            date: Some(from.to_string()),
            until: Some(until.to_string()),
            unit: scope.unit.map(|unit| unit.to_string()),
            phase: scope.phase.map(|phase| phase.to_string()),
            page: table.page,
        };
        Ok(Ok(OnTimeShown { asked, from, until, table, late, late_seen, late_unseen }))
    }

    /// How much work the units have now, and what came and went lately.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn workload(
        &self,
        actor: &Actor,
        asked: WorkloadAsked,
    ) -> Outcome<Result<WorkloadShown, Refusal>> {
        let scope = match self.report_scope(actor, asked.unit.as_deref(), asked.phase.as_deref()) {
            Ok(scope) => scope,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let now = self.clock.now();
        let (_, after) = Lateness::Soon.span(now, &self.calendar);
        let today = self.calendar.working_day_until(self.today());
        let lately = self.calendar.add_working_days(today, 1 - LATELY);
        let since = self.midnight(lately);
        let mut work: Growing<Workload> = BTreeMap::new();
        for one in self.store.open_work(&scope, &(now..after.unwrap_or(now))).await? {
            *grown(&mut work, &one) += one.count;
        }
        for one in self.store.work_that_came(&scope, since).await? {
            grown(&mut work, &one).came += one.count;
        }
        for one in self.store.work_finished(&scope, since).await? {
            grown(&mut work, &one).finished += one.count;
        }
        let table = self.table(&scope, work, asked.page);
        let asked = WorkloadAsked {
            unit: scope.unit.map(|unit| unit.to_string()),
            phase: scope.phase.map(|phase| phase.to_string()),
            page: table.page,
        };
        Ok(Ok(WorkloadShown { asked, table }))
    }

    fn report_scope(
        &self,
        actor: &Actor,
        unit: Option<&str>,
        phase: Option<&str>,
    ) -> Result<ReportScope, Refusal> {
        Ok(ReportScope {
            guild: actor.guild,
            unit: unit.map(|unit| self.unit_named(unit)).transpose()?,
            phase: phase.map(|phase| self.phase_named(phase)).transpose()?,
        })
    }

    /// A period: to today unless said otherwise, and from the first day of the quarter in which it ends.
    fn report_period(
        &self,
        date: Option<&str>,
        until: Option<&str>,
    ) -> Result<(NaiveDate, NaiveDate), Refusal> {
        let (from, until) = self.past_period(date, until)?;
        let until = until.unwrap_or_else(|| self.today());
        let first_month = (until.month0() / 3) * 3 + 1;
        let quarter = NaiveDate::from_ymd_opt(until.year(), first_month, 1).unwrap_or(until);
        match from.unwrap_or(quarter) {
            from if from > until => Err(Refusal::PeriodReversed),
            from => Ok((from, until)),
        }
    }

    fn midnight(&self, date: NaiveDate) -> DateTime<Utc> {
        self.calendar.at(date, NaiveTime::MIN)
    }

    /// What was not done by the moment of its deadline, judged; the days on which the unit waited are taken off.
    async fn judged(
        &self,
        scope: &ReportScope,
        due: &Range<DateTime<Utc>>,
    ) -> Outcome<Vec<(NotDone, Verdict)>> {
        let today = self.today();
        let plain = |one: &NotDone| judge(&one.owed, &[], today, &self.calendar);
        let rows = self.store.not_done_by_deadline(scope, due).await?;
        let late: BTreeSet<String> = rows
            .iter()
            .filter(|one| plain(one).is_some_and(|verdict| verdict != Verdict::OnTime))
            .map(|one| format!("task:{}", one.task))
            .collect();
        let late: Vec<String> = late.into_iter().collect();
        let mut trails = HashMap::new();
        for (subject, lines) in self.store.audit_among(&late, &OF_WAITS).await? {
            let mut notes = Vec::new();
            for line in lines {
                let note = TaskNote::of_audit(&line.action, &line.detail)
                    .map_err(|error| StoreError::Corrupt(format!("{subject}: {}: {error}", line.action)))?;
                notes.extend(note.map(|note| (line.at(), note)));
            }
            trails.insert(subject, notes);
        }
        let judged = rows.into_iter().filter_map(|one| {
            let trail = trails.get(&format!("task:{}", one.task)).map(Vec::as_slice).unwrap_or_default();
            let events = trail.iter().map(|(at, note)| (*at, note));
            let waited = waits(&one.unit, one.part, events, today, &self.calendar);
            let verdict = judge(&one.owed, &waited, today, &self.calendar)?;
            Some((one, verdict))
        });
        Ok(judged.collect())
    }

    /// Those that the person may see.
    async fn seen(
        &self,
        actor: &Actor,
        mut lates: Vec<(NotDone, Verdict)>,
    ) -> Outcome<Vec<(NotDone, Verdict)>> {
        if actor.is_at_least(Tier::Coordinator) {
            return Ok(lates);
        }
        let private = lates.iter().filter(|(one, _)| one.visibility == Visibility::Private);
        let private: Vec<String> = private.map(|(one, _)| one.task.clone()).collect();
        let tasks = self.store.tasks_of(&private).await?;
        let open: HashSet<&str> = tasks
            .iter()
            .filter(|task| super::board::may_see(actor, task))
            .map(|task| task.id.as_str())
            .collect();
        lates.retain(|(one, _)| one.visibility == Visibility::Public || open.contains(one.task.as_str()));
        Ok(lates)
    }

    /// A page of them, with their tasks.
    async fn named(&self, seen: &[(NotDone, Verdict)], page: usize) -> Outcome<Vec<(Task, Part, Verdict)>> {
        let page: Vec<&(NotDone, Verdict)> = seen.iter().skip(page * TASKS).take(TASKS).collect();
        let ids: Vec<String> = page.iter().map(|(one, _)| one.task.clone()).collect();
        let tasks = self.store.tasks_of(&ids).await?;
        let whole = page.into_iter().filter_map(|(one, verdict)| {
            let mut task = tasks.iter().find(|task| task.id == one.task)?.clone();
            // The deadline that counts is that of the part.
            task.due = one.owed.due;
            Some((task, one.part, *verdict))
        });
        Ok(whole.collect())
    }
}
