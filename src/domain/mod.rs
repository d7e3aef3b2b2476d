//! The rules, pure: no I/O, no database, no chat. Everything here is decided from its arguments alone,
//! so it can be tested by the thousand.

pub mod actor;
pub mod calendar;
pub mod charter;
pub mod clock;
pub mod deadline;
pub mod effect;
pub mod exchange;
pub mod fold;
pub mod guard;
pub mod ids;
pub mod lang;
pub mod life;
pub mod meeting;
pub mod note;
pub mod people;
pub mod position;
pub mod recurrence;
pub mod refusal;
pub mod rights;
pub mod search;
pub mod setup;
pub mod task;
pub mod when;
