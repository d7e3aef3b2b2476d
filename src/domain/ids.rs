//! Names of things: Discord's snowflakes, each of its own type so that a thread is never taken for a person,
//! and the codes by which the regulation calls its units and phases.

use super::clock::from_ms;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! snowflake {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// As the database keeps it. Snowflakes use 63 bits until the year 2154.
            pub fn db(self) -> i64 {
                self.0 as i64
            }

            /// Back from the database.
            pub fn from_db(value: i64) -> Self {
                Self(value as u64)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<u64> for $name {
            fn from(value: u64) -> Self {
                Self(value)
            }
        }
    )*};
}

snowflake! {
    /// A Discord server: one office.
    GuildId;
    /// A channel or a thread.
    ChannelId;
    /// A message.
    MessageId;
    /// A person, or a bot.
    UserId;
    /// A role: a unit's or a tier's.
    RoleId;
}

/// Milliseconds between 1970 and Discord's own epoch (2015-01-01T00:00:00Z).
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

impl MessageId {
    /// When the message was created, in Unix milliseconds: a snowflake carries its time.
    pub fn created_ms(self) -> i64 {
        (self.0 >> 22) as i64 + DISCORD_EPOCH_MS
    }

    /// When the message was created.
    pub fn created(self) -> DateTime<Utc> {
        from_ms(self.created_ms())
    }

    /// The smallest id that a message created at `unix_ms` or later can have; what `after=` wants.
    pub fn first_at(unix_ms: i64) -> Self {
        Self(((unix_ms - DISCORD_EPOCH_MS).max(0) as u64) << 22)
    }
}

macro_rules! code {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }
    )*};
}

code! {
    /// A unit of the office as the charter calls it: `TTDL`, `CTK-48`.
    UnitCode;
    /// A phase of production as the charter calls it: `P1` to `P8`.
    PhaseCode;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snowflake_carries_its_time() {
        let id = MessageId(175_928_847_299_117_063);
        assert_eq!(id.created_ms(), 1_462_015_105_796);
        assert!(MessageId::first_at(id.created_ms()) <= id);
        assert!(MessageId::first_at(id.created_ms() + 1) > id);
    }
}
