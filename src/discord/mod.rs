//! The only place that knows Discord.

pub mod rest;
