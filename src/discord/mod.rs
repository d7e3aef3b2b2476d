//! The only place that knows Discord.

pub mod manifest;
pub mod rest;
