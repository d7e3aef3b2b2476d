//! A Discord-compatible server on loopback: REST v10 and gateway v10 as client libraries speak them, for testing
//! bots in any language and for showing them to people.
//!
//! # Layout
//!
//! | module | holds |
//! |---|---|
//! | [`world`] | what a sandbox starts with: guild, roles, people, channels, the bot |
//! | `clock`, [`id`] | time that can be moved; snowflakes |
//! | [`permissions`] | permission bits, and what a member may do where |
//! | `model` | users, channels, messages … and their wire forms |
//! | `state` | everything, behind one lock; what changes is emitted to the gateway there |
//! | `gateway` | sessions and connections |
//! | `rest` | the routes under `/api/v10`, one file a family, and the pipeline around them |
//! | [`faults`] | what goes wrong on purpose |
//! | [`log`] | the bot's calls; violations of Discord's OpenAPI document (`openapi`) |
//! | `cdn` | serves attachments |
//! | `control` | the routes under `/sandbox`, for what no client can do |
//! | `page` | the web page |
//!
//! # A walk through
//!
//! A person's `POST /api/v10/interactions` comes in through `rest::pipeline`, which finds the person by the token
//! and calls the handler in `rest::interactions` with the state locked. The handler checks the options against the
//! registered command, keeps the interaction, and emits `INTERACTION_CREATE`, which `state::emit` appends to the
//! bot's session; the session's connection wakes and sends it. The bot's answer goes the same way back, and is
//! logged, validated and subject to faults on its way.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> anyhow::Result<()> {
//! use discord_sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::default()).await?;
//! println!("API at {}, token {}", sandbox.base_url(), sandbox.bot_token());
//! # Ok(())
//! # }
//! ```

mod cdn;
mod clock;
mod control;
mod error;
pub mod faults;
mod gateway;
pub mod id;
pub mod log;
mod model;
mod openapi;
mod options;
mod page;
pub mod permissions;
mod rest;
mod sandbox;
mod server;
mod state;
mod wire;
pub mod world;

pub use control::{Lever, Milestone, Pace};
pub use faults::{Effect, Fault, LimitScope};
pub use id::Id;
pub use log::{Call, LoggedCall, Moment, Side, Violation};
pub use model::ChannelKind;
pub use options::{Keep, Limits, Options};
pub use permissions::Permissions;
pub use sandbox::Sandbox;
pub use world::{Bot, Channel, Overwrite, Person, Role, Tag, World};

/// The README's program in Rust runs too; `tests/clients` runs the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
