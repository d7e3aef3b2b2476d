//! The tests from the edge, as one binary: it links once, and one PostgreSQL server serves all of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by its panic")]

mod charter;
mod databases;
mod deadlines;
mod desk;
mod digest;
mod direction;
mod duplicates;
mod edge;
mod escalation;
mod exchange_log;
mod exchange_search;
mod forum;
mod harness;
mod history;
mod incidents;
mod ingest;
mod life;
mod lists;
mod log_live;
mod lookup;
mod meetings;
mod menus;
mod not_announced;
mod once;
mod people;
mod postgres;
mod receipts;
mod registration;
mod report;
mod rights;
mod setup;
mod store;
mod tasks;
mod upgrade;
mod year;
