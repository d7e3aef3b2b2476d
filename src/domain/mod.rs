//! The rules, pure: no I/O, no database, no chat. Everything here is decided from its arguments alone,
//! so it can be tested by the thousand.

pub mod actor;
pub mod calendar;
pub mod charter;
pub mod clock;
pub mod code;
pub mod deadline;
pub mod digest;
pub mod effect;
pub mod escalation;
pub mod exchange;
pub mod fold;
pub mod forum;
pub mod guard;
pub mod ids;
pub mod lang;
pub mod lateness;
pub mod life;
pub mod meeting;
pub mod note;
pub mod ontime;
pub mod people;
pub mod position;
pub mod recurrence;
pub mod refusal;
pub mod reminding;
pub mod rights;
pub mod search;
pub mod setup;
pub mod similar;
pub mod task;
pub mod when;
pub mod workload;
