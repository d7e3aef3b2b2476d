//! Liaison keeps a written coordination regulation working between the units of an office, on Discord.

pub mod charters;
pub mod config;
pub mod demo;
pub mod discord;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod service;
pub mod store;
