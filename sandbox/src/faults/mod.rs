//! What goes wrong on purpose.
//!
//! A fault says where (a REST route of the bot, or a gateway event), what, and how often. Every one of them is
//! described with an example in `docs/faults.md`.

mod effect;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use effect::Point;
pub use effect::{Effect, LimitScope};

/// One thing that is to go wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// HTTP method; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Route template such as `/channels/*/messages`: `*` stands for one segment, `**` at the end for the rest.
    /// Any route when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Gateway event such as `MESSAGE_CREATE` or `MESSAGE_*`. A connection effect without one happens at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// What happens.
    #[serde(flatten)]
    pub effect: Effect,
    /// How many times; once when absent.
    #[serde(default = "once")]
    pub count: u32,
    /// How many matches pass untouched before.
    #[serde(default)]
    pub skip: u32,
    /// How likely each match is hit, from 0 to 1.
    #[serde(default = "certain")]
    pub probability: f64,
    /// Of the random numbers for `probability`.
    #[serde(default)]
    pub seed: u64,
}

const fn once() -> u32 {
    1
}

const fn certain() -> f64 {
    1.0
}

impl Fault {
    /// A fault of a REST route, once.
    pub fn rest(method: &str, route: &str, effect: Effect) -> Self {
        let at = Self::new(effect);
        Self { method: Some(method.into()), route: Some(route.into()), ..at }
    }

    /// A fault of a gateway event, once.
    pub fn event(event: &str, effect: Effect) -> Self {
        Self { event: Some(event.into()), ..Self::new(effect) }
    }

    /// A fault of whatever comes next, once; a connection effect happens at once.
    pub const fn new(effect: Effect) -> Self {
        Self { method: None, route: None, event: None, effect, count: 1, skip: 0, probability: 1.0, seed: 0 }
    }

    /// Several times.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self { count, ..self }
    }

    /// Not at first.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    /// Not always.
    #[must_use]
    pub fn sometimes(self, probability: f64, seed: u64) -> Self {
        Self { probability, seed, ..self }
    }
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    random: fastrand::Rng,
    hits: u64,
}

impl Armed {
    /// Counts a match; true when it strikes.
    fn strikes(&mut self) -> bool {
        if self.fault.count == 0 {
            return false;
        }
        if self.fault.skip > 0 {
            self.fault.skip -= 1;
            return false;
        }
        if self.fault.probability < 1.0 && self.random.f64() >= self.fault.probability {
            return false;
        }
        self.fault.count -= 1;
        self.hits += 1;
        true
    }
}

/// The faults that are waiting.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        let random = fastrand::Rng::with_seed(fault.seed);
        self.armed.push(Armed { fault, random, hits: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// Every fault with what is left of its count, and how often it struck.
    pub(crate) fn list(&self) -> Vec<Value> {
        let show = |armed: &Armed| {
            let mut shown = serde_json::json!(armed.fault);
            shown["hits"] = armed.hits.into();
            shown
        };
        self.armed.iter().map(show).collect()
    }

    /// What goes wrong with a call of the bot.
    pub(crate) fn at_call(&mut self, method: &str, route: &str) -> Vec<Effect> {
        self.strike(|fault| {
            fault.effect.point() == Point::Call
                && fault.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && fault.route.as_deref().is_none_or(|wanted| matches_route(wanted, route))
        })
        .collect()
    }

    /// What goes wrong with a gateway event to the bot.
    pub(crate) fn at_event(&mut self, event: &str) -> Option<Effect> {
        if self.armed.is_empty() {
            return None;
        }
        self.strike(|fault| {
            let is_event = fault.effect.point() == Point::Event;
            is_event
                && fault.event.as_deref().is_none_or(|wanted| match wanted.strip_suffix('*') {
                    Some(start) => event.starts_with(start),
                    None => event == wanted,
                })
        })
        .next()
    }

    /// Whether something goes wrong at one of the points that know no routes and no events.
    pub(crate) fn at(&mut self, point: Point) -> bool {
        self.strike(|fault| fault.effect.point() == point).next().is_some()
    }

    fn strike(&mut self, matches: impl Fn(&Fault) -> bool) -> impl Iterator<Item = Effect> {
        self.armed
            .iter_mut()
            .filter(move |armed| matches(&armed.fault))
            .filter_map(|armed| armed.strikes().then(|| armed.fault.effect.clone()))
    }
}

fn matches_route(wanted: &str, route: &str) -> bool {
    let mut route = route.split('/');
    for segment in wanted.split('/') {
        match (segment, route.next()) {
            ("**", _) => return true,
            ("*", Some(_)) => {}
            (segment, Some(actual)) if segment == actual => {}
            _ => return false,
        }
    }
    route.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_match_segment_by_segment() {
        assert!(matches_route("/channels/*/messages", "/channels/{channel_id}/messages"));
        assert!(!matches_route("/channels/*", "/channels/{channel_id}/messages"));
        assert!(matches_route("/channels/**", "/channels/{channel_id}/messages"));
        assert!(matches_route("/channels/{channel_id}", "/channels/{channel_id}"));
        assert!(!matches_route("/channels/*/messages", "/channels/{channel_id}"));
    }

    #[test]
    fn a_fault_passes_some_strikes_some_and_is_spent() {
        let mut faults = Faults::default();
        faults.add(Fault::rest("POST", "/channels/*/messages", Effect::Reset).after(1).times(2));
        let mut call = || faults.at_call("POST", "/channels/{channel_id}/messages").len();
        assert_eq!([call(), call(), call(), call()], [0, 1, 1, 0]);
    }

    #[test]
    fn faults_are_written_flat() {
        let fault: Fault = serde_json::from_value(serde_json::json!({
            "method": "POST", "route": "/channels/*/messages", "effect": "status", "status": 502, "body": "<h1>",
        }))
        .unwrap();
        assert_eq!(fault.effect, Effect::Status { status: 502, body: "<h1>".into() });
        assert_eq!(fault.count, 1);
    }
}
