//! Snowflakes: Discord's 64-bit ids, which carry the time of their making.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

/// Milliseconds since 1970 at which Discord's snowflakes begin (the first second of 2015).
const EPOCH: i64 = 1_420_070_400_000;

/// The id of anything: user, channel, message, role … A string on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u64);

impl Id {
    /// The smallest id that something made at `time` can have.
    pub fn at(time: DateTime<Utc>) -> Self {
        let millis = u64::try_from(time.timestamp_millis() - EPOCH).unwrap_or(0);
        Self(millis << 22)
    }

    /// When it was made, in milliseconds' precision.
    pub fn time(self) -> DateTime<Utc> {
        let millis = i64::try_from(self.0 >> 22).unwrap_or(i64::MAX);
        DateTime::from_timestamp_millis(millis.saturating_add(EPOCH)).unwrap_or_default()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    /// Discord takes numbers too, and some clients send them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Ok(Self(number)),
            Written::Text(text) => text.parse().map_err(D::Error::custom),
        }
    }
}

/// Gives out ids in strictly rising order, whatever the clock does.
#[derive(Debug)]
pub(crate) struct Ids {
    last: u64,
}

impl Ids {
    pub(crate) const fn new() -> Self {
        Self { last: 0 }
    }

    /// Goes on after an id that was given out before.
    pub(crate) const fn after(last: Id) -> Self {
        Self { last: last.0 }
    }

    /// The last one given out.
    pub(crate) const fn last(&self) -> Id {
        Id(self.last)
    }

    pub(crate) fn next(&mut self, now: DateTime<Utc>) -> Id {
        self.last = (self.last + 1).max(Id::at(now).0);
        Id(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_when_the_clock_stands_or_goes_back() {
        let now = "2026-03-02T08:00:00Z".parse().unwrap();
        let mut ids = Ids::new();
        let (first, second, third) =
            (ids.next(now), ids.next(now), ids.next(now - chrono::TimeDelta::hours(1)));
        assert!(first < second && second < third);
        assert_eq!(first.time(), now);
    }
}
