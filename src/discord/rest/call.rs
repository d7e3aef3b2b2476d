//! A call to Discord, described before it is made.

use super::limits::Lane;
use reqwest::Method;
use serde_json::Value;
use std::fmt::{self, Display};

/// The length Discord allows the audit reason, encoded.
const REASON_MAX: usize = 512;

/// One call, described.
pub struct Call {
    pub(super) lane: Lane,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
    pub(super) reason: Option<String>,
    pub(super) anonymous: bool,
}

impl Call {
    /// A call to `template`, such as `/channels/{channel}/messages`, whose braces are filled with `ids` in their order.
    pub fn new(method: Method, template: &'static str, ids: &[&(dyn Display + Sync)]) -> Self {
        let mut path = String::from("/api/v10");
        let mut rest = template;
        let mut ids_left = ids.iter();
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            if let Some(id) = ids_left.next() {
                path.push_str(&id.to_string());
            }
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        debug_assert!(ids_left.next().is_none(), "more ids than braces in {template}");
        path.push_str(rest);
        let majors = match template.split('/').nth(1) {
            Some("channels" | "guilds") => 1,
            Some("webhooks") => 2,
            _ => 0,
        };
        let major = ids.iter().take(majors).map(ToString::to_string).collect::<Vec<_>>().join("/");
        Self {
            lane: Lane { method, template, major },
            path,
            query: Vec::new(),
            body: None,
            reason: None,
            anonymous: false,
        }
    }

    /// With a JSON body.
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// With one more `key=value` in the query.
    pub fn query(mut self, key: &'static str, value: impl Display) -> Self {
        self.query.push((key, value.to_string()));
        self
    }

    /// With a reason for the guild's audit log, by which the effect can be found again.
    pub fn reason(mut self, reason: &str) -> Self {
        self.reason = Some(encode_reason(reason));
        self
    }

    /// Without the bot's token: for routes whose path carries its own.
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
}

/// The method and the template only: a path may carry an interaction's token, a body what people wrote.
impl Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.lane.method, self.lane.template)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({self})")
    }
}

/// Percent-encoded, cut between characters where Discord's limit is.
fn encode_reason(reason: &str) -> String {
    let mut encoded = String::new();
    for c in reason.chars() {
        let mut bytes = [0; 4];
        let part: String = match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => c.into(),
            _ => c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect(),
        };
        if encoded.len() + part.len() > REASON_MAX {
            break;
        }
        encoded.push_str(&part);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_fill_the_template_and_the_first_ones_name_the_bucket() {
        let call = Call::new(Method::GET, "/channels/{channel}/messages/{message}", &[&1, &2]);
        assert_eq!((call.path.as_str(), call.lane.major.as_str()), ("/api/v10/channels/1/messages/2", "1"));
        let call =
            Call::new(Method::PATCH, "/webhooks/{application}/{token}/messages/@original", &[&1, &"t"]);
        assert_eq!(call.path, "/api/v10/webhooks/1/t/messages/@original");
        assert_eq!(call.lane.major, "1/t");
        let call = Call::new(Method::GET, "/users/@me", &[]);
        assert_eq!((call.path.as_str(), call.lane.major.as_str()), ("/api/v10/users/@me", ""));
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        assert_eq!(encode_reason("giao việc 50%"), "giao%20vi%E1%BB%87c%2050%25");
        assert_eq!(encode_reason(&"ệ".repeat(100)).len(), REASON_MAX / 9 * 9);
    }
}
