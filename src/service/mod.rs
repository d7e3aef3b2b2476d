//! The use cases: authorise, load, let the domain decide, write one transaction.
//!
//! Everything that changes something goes one way: a [`request::Request`] is kept in the inbox, decided exactly once, and
//! its effects are put out in the same transaction that changes the state. Discord is not known here.

pub mod board;
pub mod charters;
pub mod coverage;
pub mod directory;
pub mod dossier;
pub mod embargo;
pub mod exchanges;
pub mod inbox;
pub mod lists;
pub mod meetings;
pub mod people;
pub mod positions;
pub mod reminders;
pub mod report;
pub mod request;
pub mod setup;
pub mod tasks;
pub mod waiting;

mod holders;

use crate::domain::calendar::Calendar;
use crate::domain::charter::{Charter, Charters};
use crate::domain::clock::Clock;
use crate::domain::task::Task;
use crate::store::{Store, StoreError};
use chrono::NaiveDate;
use std::sync::Arc;
use tokio::sync::Notify;

/// Everything that a use case needs: the database, the regulation, the calendar, the clock. Cheap to clone.
#[derive(Clone)]
pub struct Office {
    /// The database.
    pub store: Store,
    /// The one clock.
    pub clock: Clock,
    /// The regulation, in all its versions.
    pub charters: Charters,
    /// Its working days, the same under every version.
    pub calendar: Arc<Calendar>,
    /// Rung whenever something was put out, so that it is shown at once.
    pub put_out: Arc<Notify>,
}

impl Office {
    /// An office over its parts; a single charter is a regulation of one version.
    pub fn new(store: Store, clock: Clock, charters: impl Into<Charters>, calendar: Calendar) -> Self {
        Self {
            store,
            clock,
            charters: charters.into(),
            calendar: Arc::new(calendar),
            put_out: Arc::new(Notify::new()),
        }
    }

    /// The day that it is in the office.
    pub fn today(&self) -> NaiveDate {
        self.calendar.local_date(self.clock.now())
    }

    /// The version of the regulation that is in force today.
    pub fn charter(&self) -> &Charter {
        self.charters.on(self.today())
    }

    /// The version under which a task was given; that of its day when its own is not loaded any more.
    pub fn charter_of(&self, task: &Task) -> &Charter {
        let of_its_day = || self.charters.on(self.calendar.local_date(task.created_at));
        self.charters.called(&task.charter).unwrap_or_else(of_its_day)
    }

    /// The day of that version that counts for a task: when it was given, or when the version began if it moved to it later.
    pub fn charter_day(&self, task: &Task) -> NaiveDate {
        let (charter, given) = (self.charter_of(task), self.calendar.local_date(task.created_at));
        let last = self.charters.last_day(charter).unwrap_or(given);
        given.min(last).max(charter.about().effective_from)
    }
}

/// What a use case answers when it could not decide: the database, never the person, is at fault.
pub type Outcome<T> = Result<T, StoreError>;
