//! Gateway v10: `session` holds what outlives a connection, `socket` talks over one, `login` acts on what is said.

mod login;
mod session;
mod socket;

pub(crate) use session::{Order, Session};
pub(crate) use socket::{PATH, connect};
