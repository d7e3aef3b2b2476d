//! Gateway v10: `session` holds what outlives a connection, `socket` talks over one, `login` and `members` act on
//! what is said, `starts` counts the IDENTIFYs, `packing` compresses.

mod login;
mod members;
mod packing;
mod session;
mod socket;
mod starts;

pub(crate) use session::{Order, Session};
pub(crate) use socket::{PATH, connect};
pub(crate) use starts::Starts;
