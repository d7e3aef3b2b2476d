//! Discord's refusals: a status, a JSON code, and for malformed bodies a tree of what is wrong where.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

/// An answer that is not a success.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: Cow<'static, str>,
    pub(crate) errors: Option<Value>,
    /// Seconds, where waiting helps.
    pub(crate) retry_after: Option<f64>,
}

macro_rules! refusals {
    ($($name:ident = $status:literal $code:literal $message:literal;)+) => {
        impl ApiError {
            $(pub(crate) const $name: Self = Self {
                status: $status,
                code: $code,
                message: Cow::Borrowed($message),
                errors: None,
                retry_after: None,
            };)+
        }
    };
}

refusals! {
    UNAUTHORIZED = 401 0 "401: Unauthorized";
    NOT_FOUND = 404 0 "404: Not Found";
    UNKNOWN_APPLICATION = 404 10002 "Unknown Application";
    UNKNOWN_CHANNEL = 404 10003 "Unknown Channel";
    UNKNOWN_GUILD = 404 10004 "Unknown Guild";
    UNKNOWN_MEMBER = 404 10007 "Unknown Member";
    UNKNOWN_MESSAGE = 404 10008 "Unknown Message";
    UNKNOWN_ROLE = 404 10011 "Unknown Role";
    UNKNOWN_USER = 404 10013 "Unknown User";
    UNKNOWN_EMOJI = 400 10014 "Unknown Emoji";
    UNKNOWN_WEBHOOK = 404 10015 "Unknown Webhook";
    UNKNOWN_INTERACTION = 404 10062 "Unknown interaction";
    UNKNOWN_COMMAND = 404 10063 "Unknown application command";
    UNKNOWN_SCHEDULED_EVENT = 404 10070 "Unknown Guild Scheduled Event";
    UNKNOWN_TAG = 404 10087 "Unknown tag";
    BOTS_CANNOT = 403 20001 "Bots cannot use this endpoint";
    ONLY_BOTS = 403 20002 "Only bots can use this endpoint";
    SLOWMODE = 429 20016 "This action cannot be performed due to slowmode rate limit";
    MAX_PINS = 400 30003 "Maximum number of pins reached for the channel (250)";
    MAX_ROLES = 400 30005 "Maximum number of guild roles reached (250)";
    MAX_REACTIONS = 403 30010 "Maximum number of reactions reached (20)";
    MAX_CHANNELS = 400 30013 "Maximum number of guild channels reached (500)";
    MAX_COMMANDS = 400 30032 "Maximum number of application commands reached (100)";
    MAX_THREAD_MEMBERS = 400 30033 "Maximum number of thread participants has been reached (1000)";
    MAX_COMMAND_CREATES = 400 30034 "Max number of daily application command creates has been reached (200)";
    MAX_EVENTS = 400 30038 "Maximum number of uncompleted guild scheduled events reached (100)";
    MAX_OLD_EDITS = 429 30046 "Maximum number of edits to messages older than 1 hour reached. Try again later";
    MAX_PINNED_THREADS = 400 30047 "Maximum number of pinned threads in a forum channel has been reached";
    TOO_LARGE = 413 40005 "Request entity too large";
    TAG_REQUIRED = 400 40067 "A tag is required to create a forum post in this channel";
    ALREADY_ACKNOWLEDGED = 400 40060 "Interaction has already been acknowledged.";
    MISSING_ACCESS = 403 50001 "Missing Access";
    NOT_IN_DM = 403 50003 "Cannot execute action on a DM channel";
    NOT_YOURS = 403 50005 "Cannot edit a message authored by another user";
    EMPTY_MESSAGE = 400 50006 "Cannot send an empty message";
    CANNOT_MESSAGE_USER = 403 50007 "Cannot send messages to this user";
    NOT_A_TEXT_CHANNEL = 400 50008 "Cannot send messages in a non-text channel";
    MISSING_PERMISSIONS = 403 50013 "Missing Permissions";
    BULK_DELETE_COUNT = 400 50016 "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages to delete.";
    SYSTEM_MESSAGE = 403 50021 "Cannot execute action on a system message";
    WRONG_CHANNEL_TYPE = 400 50024 "Cannot execute action on this channel type";
    INVALID_ROLE = 400 50028 "Invalid Role";
    TOO_OLD_TO_DELETE = 400 50034 "You can only bulk delete messages that are under 14 days old.";
    INVALID_FORM_BODY = 400 50035 "Invalid Form Body";
    INVALID_WEBHOOK_TOKEN = 401 50027 "Invalid Webhook Token";
    THREAD_ARCHIVED = 400 50083 "Thread is archived";
    INVALID_JSON = 400 50109 "The request body contains invalid JSON.";
    REPLY_WITHOUT_HISTORY = 403 160002 "Cannot reply without permission to read message history";
    THREAD_EXISTS = 400 160004 "A thread has already been created for this message";
    THREAD_LOCKED = 400 160005 "Thread is locked";
    MAX_THREADS = 400 160006 "Maximum number of active threads reached";
    POLL_ANSWER_UNKNOWN = 400 520000 "Poll answer is unknown";
    POLL_EXPIRED = 400 520001 "Poll expired";
    INVALID_EVENT_STATUS = 400 180000 "Cannot update a finished event";
}

impl ApiError {
    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        if let Some(seconds) = self.retry_after {
            body["retry_after"] = seconds.into();
        }
        body
    }
}

/// Collects what is wrong with a body, so that everything is told at once.
#[derive(Debug, Default)]
pub(crate) struct Form {
    errors: Map<String, Value>,
}

impl Form {
    /// Notes a fault at a dotted path such as `embeds.0.title`.
    pub(crate) fn fault(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut at = &mut self.errors;
        for key in path.split('.').filter(|key| !key.is_empty()) {
            let below = at.entry(key).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(map) = below else { return };
            at = map;
        }
        let list = at.entry("_errors").or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(json!({"code": code, "message": message.into()}));
        }
    }

    /// A text must have between `min` and `max` characters.
    pub(crate) fn length(&mut self, path: &str, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if length < min || length > max {
            let message = if min > 0 {
                format!("Must be between {min} and {max} in length.")
            } else {
                format!("Must be {max} or fewer in length.")
            };
            let code = if min > 0 { "BASE_TYPE_BAD_LENGTH" } else { "BASE_TYPE_MAX_LENGTH" };
            self.fault(path, code, message);
        }
    }

    /// A list must have no more than `max` entries.
    pub(crate) fn count(&mut self, path: &str, count: usize, max: usize) {
        if count > max {
            self.fault(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."));
        }
    }

    /// Something that has to be there is not.
    pub(crate) fn required(&mut self, path: &str) {
        self.fault(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// A value is none of those allowed.
    pub(crate) fn choice(&mut self, path: &str, allowed: &str) {
        self.fault(path, "BASE_TYPE_CHOICES", format!("Value must be one of {allowed}."));
    }

    /// Refuses when a fault was noted.
    pub(crate) fn check(self) -> Result<(), ApiError> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(ApiError { errors: Some(Value::Object(self.errors)), ..ApiError::INVALID_FORM_BODY })
    }

    /// A refusal for one fault.
    pub(crate) fn refuse(path: &str, code: &str, message: impl Into<String>) -> ApiError {
        let mut form = Self::default();
        form.fault(path, code, message);
        ApiError { errors: Some(Value::Object(form.errors)), ..ApiError::INVALID_FORM_BODY }
    }
}
