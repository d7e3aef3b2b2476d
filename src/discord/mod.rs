//! The only place that knows Discord.
//!
//! Everything comes in at the [`front`]: commands ([`commands`]) and buttons ([`buttons`]) become requests for the service,
//! roles and people go to the directory ([`roster`]), messages to the exchange log. What goes out: the outbox, shown by
//! [`outbound`] through our own REST client ([`rest`]). All prose is in [`words`], all looks in [`render`].

mod answering;
mod history;
pub mod ingest;
pub mod manifest;
pub mod outbound;
pub mod rest;
pub mod visibility;
pub mod words;

mod alike;
mod buttons;
mod commands;
mod connection;
mod forms;
mod forum;
mod front;
mod menus;
mod paging;
mod permissions;
mod places;
mod render;
mod roster;
mod start;
mod survey;

pub use connection::Connection;
pub use start::{Checked, NotReady, Settings, check, run};

use crate::service::Office;
use manifest::Manifest;
use rest::Rest;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// What every handler has at hand.
#[derive(Clone)]
struct Desk {
    office: Office,
    manifest: Arc<Manifest>,
    rest: Rest,
    /// The servers whose roles are known.
    seen: Arc<roster::Seen>,
    /// Ends the whole process in an orderly way.
    stop: CancellationToken,
    /// Why it had to end, when it had to.
    failed: Arc<Mutex<Option<NotReady>>>,
}

/// All commands in their words, as they are registered; what the README's table is made of.
///
/// # Errors
/// Every disagreement between the words in `commands/` and the commands in the code, at once.
pub fn command_table() -> Result<String, manifest::Problems> {
    let manifest = Manifest::built_in()?;
    let commands = manifest.dress(commands::all())?;
    Ok(manifest.table(&commands))
}
