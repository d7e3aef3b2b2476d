//! Liaison keeps a written coordination regulation working between the units of an office, on Discord.
//!
//! # Map
//!
//! Dependencies point one way, from the bottom of this list to its top; a test reads the sources and fails when they do not.
//!
//! - [`domain`]: the rules, pure. A regulation and who leads what as of a date ([`domain::charter`]), working days
//!   ([`domain::calendar`]), the ladder of reminders ([`domain::deadline`]), meetings that recur ([`domain::recurrence`]), dates
//!   as people type them ([`domain::when`]), the log's rows and their chain ([`domain::exchange`]), what is to be shown
//!   ([`domain::effect`]), why something is refused ([`domain::refusal`]), and the one clock ([`domain::clock`]).
//! - [`charters`]: where regulations come from, built in or a folder.
//! - [`store`]: the database, and the only place that knows sqlx. A file for each family of tables; what differs between SQLite
//!   and PostgreSQL is in [`store::dialect`].
//! - [`service`]: the use cases. A change is a [`service::request`], kept in the [`service::inbox`] and decided once; questions are
//!   in [`service::board`], who is who in [`service::directory`], what was said in [`service::exchanges`].
//! - [`jobs`]: what moves by itself, the [`jobs::outbox`] and the [`jobs::timers`].
//! - [`discord`]: the only place that knows Discord. In: commands, buttons, roles, and messages ([`discord::ingest`]). Out: effects
//!   ([`discord::outbound`]) through a client of our own ([`discord::rest`]). The words of commands are data that is checked
//!   against the code ([`discord::manifest`]), all other sentences are in [`discord::words`].
//! - [`http`]: health, readiness, metrics.
//! - [`config`]: the settings, typed, or everything that is wrong with them.
//! - [`demo`]: an office on loopback and its people. The tests are played by the same people.
//!
//! The command line is the binary's, `src/cli`. The Discord-compatible server of the demo and the tests is a crate of its own,
//! [`discord_sandbox`]. Data stands outside of `src`: `commands/`, `charters/`, `migrations/`. The reasons for all this are in
//! `docs/architecture.md`.
//!
//! # Walkthrough: a task is given
//!
//! 1. A coordinator types `/task create`. The function of that name in `discord/commands/task.rs` makes a
//!    [`GiveTask`](service::request::GiveTask) of what was typed and decides nothing.
//! 2. [`Office::accept`](service::Office::accept) commits the request, with who asks and how to answer; only then is Discord told
//!    "thinking…". From here on the process may die at any moment.
//! 3. [`Office::handle`](service::Office::handle) decides it. The lead comes from
//!    [`Charter::responsibility`](domain::charter::Charter::responsibility), the deadline from [`domain::when`] and the
//!    [`Calendar`](domain::calendar::Calendar). What may not be is a [`Refusal`](domain::refusal::Refusal), and that is an answer too.
//! 4. One transaction ([`Tx`](store::Tx)) writes the task, its number, the audit row, the next timer, the
//!    [`Effect`](domain::effect::Effect)s that will show it, and that the request is decided.
//! 5. [`jobs::outbox::run`] claims the effects, each lane in its order, and hands them to [`Deliver`](jobs::outbox::Deliver), which is
//!    [`Outbound`](discord::outbound::Outbound). What may have been done before is looked for before it is done. Words and looks
//!    are made now, from what is true now.
//! 6. How it ended, a [`Delivery`](store::outbox::Delivery), is committed together with what is now on Discord. The thread goes to
//!    [`Ingest`](discord::ingest::Ingest), which logs whatever is said in it from then on.
//! 7. Days later [`Office::fire_due`](service::Office::fire_due) finds the timer due, asks [`domain::deadline`] what is to be said now,
//!    stores the next rung, and puts out a reminder: step 5 again.
//!
//! To change something: the words of a command are in `commands/<name>.toml`, its arguments in `discord/commands/<name>.rs`, what
//! it does in `service`, the rule behind it in `domain`, its table in `store`; and a test is a world in `tests/`.

pub mod charters;
pub mod config;
pub mod demo;
pub mod discord;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod service;
pub mod store;
