//! The use cases: authorise, load, let the domain decide, write one transaction.
//!
//! Everything that changes something goes one way: a [`request::Request`] is kept in the inbox, decided exactly once, and
//! its effects are put out in the same transaction that changes the state. Discord is not known here.

pub mod board;
pub mod directory;
pub mod dossier;
pub mod exchanges;
pub mod inbox;
pub mod lists;
pub mod reminders;
pub mod request;
pub mod tasks;

mod meetings;

use crate::domain::calendar::Calendar;
use crate::domain::charter::Charter;
use crate::domain::clock::Clock;
use crate::store::{Store, StoreError};
use std::sync::Arc;
use tokio::sync::Notify;

/// Everything that a use case needs: the database, the regulation, the calendar, the clock. Cheap to clone.
#[derive(Clone)]
pub struct Office {
    /// The database.
    pub store: Store,
    /// The one clock.
    pub clock: Clock,
    /// The regulation.
    pub charter: Arc<Charter>,
    /// Its working days.
    pub calendar: Arc<Calendar>,
    /// Rung whenever something was put out, so that it is shown at once.
    pub put_out: Arc<Notify>,
}

impl Office {
    /// An office over its parts.
    pub fn new(store: Store, clock: Clock, charter: Charter, calendar: Calendar) -> Self {
        Self {
            store,
            clock,
            charter: Arc::new(charter),
            calendar: Arc::new(calendar),
            put_out: Arc::new(Notify::new()),
        }
    }
}

/// What a use case answers when it could not decide: the database, never the person, is at fault.
pub type Outcome<T> = Result<T, StoreError>;
