//! Gateway v10: `session` holds what outlives a connection, `socket` talks over one.

mod session;
mod socket;

pub(crate) use session::{Order, Session};
pub(crate) use socket::{PATH, connect};
