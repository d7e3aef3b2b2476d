//! How a sandbox is started.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::world::World;

/// Settings of one sandbox.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// None follows the machine's time; Some is a simulated time that stands still until it is moved.
    pub start: Option<DateTime<Utc>>,
    /// Who and what is there.
    pub world: World,
    /// Discord's OpenAPI document, to hold bodies against.
    pub openapi: Option<PathBuf>,
    /// How often gateway clients are to send a heartbeat.
    pub heartbeat: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            start: None,
            world: World::default(),
            openapi: None,
            heartbeat: Duration::from_millis(41_250),
        }
    }
}
