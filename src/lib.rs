//! Liaison keeps a written coordination regulation working between the units of an office, on Discord.

pub mod discord;
pub mod charters;
pub mod domain;
pub mod store;
