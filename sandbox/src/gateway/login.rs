//! What a gateway client says, and what comes of it: heartbeats, IDENTIFY, RESUME.

use std::sync::Arc;

use serde_json::{Value, json};

use super::packing::Packing;
use super::session::{Order, Session};
use super::socket::{Connection, PATH, close};
use super::starts::Verdict;
use crate::faults::Point;
use crate::id::Id;
use crate::state::{Scope, State, intents};

impl Connection {
    /// Whether it is to be acknowledged.
    pub(super) fn heartbeat(&self, seq: Option<u64>) -> bool {
        let mut state = self.app.state();
        let Some(id) = &self.session else { return true };
        let bot = state.bot();
        let Some(session) = state.sessions.get_mut(id) else { return true };
        if let Some(seq) = seq {
            session.acknowledge(seq);
        }
        let of_bot = session.user == bot;
        !(of_bot && state.faults.at(Point::Heartbeat))
    }

    /// Begins a session; false when it is too soon for another.
    pub(super) fn identify(&mut self, data: &Value) -> Result<bool, u16> {
        let mut state = self.app.state();
        let user = login(&state, data)?;
        let is_bot = user == state.bot();
        let intents = if is_bot { data["intents"].as_u64().ok_or(close::INVALID_INTENTS)? } else { u64::MAX };
        if is_bot {
            if intents & !intents::KNOWN != 0 {
                return Err(close::INVALID_INTENTS);
            }
            let application = &state.application;
            let privileged = [
                (intents::GUILD_MEMBERS, application.may_read_members()),
                (intents::GUILD_PRESENCES, application.may_read_presences()),
                (intents::MESSAGE_CONTENT, application.may_read_content()),
            ];
            if privileged.into_iter().any(|(intent, allowed)| intents & intent != 0 && !allowed) {
                return Err(close::DISALLOWED_INTENTS);
            }
        }
        let shard = match data["shard"].as_array().map(Vec::as_slice) {
            Some([index, count]) => (index.as_u64().unwrap_or(0), count.as_u64().unwrap_or(0)),
            _ => (0, 1),
        };
        if shard.0 >= shard.1 {
            return Err(close::INVALID_SHARD);
        }
        if is_bot {
            match state.take_start(shard.0) {
                Verdict::Granted => {}
                Verdict::TooSoon => return Ok(false),
                Verdict::Exhausted => return Err(close::AUTHENTICATION_FAILED),
            }
        }
        if data["compress"].as_bool() == Some(true) && matches!(self.packing, Packing::Plain) {
            self.packing = Packing::Payload;
        }

        let id = format!("{:x}", state.next_id().0);
        let session = Session::new(user, intents, shard, self.id, Arc::clone(&self.wake), state.keep.events);
        let has_guild = session.is_shard_of(state.guild.id, false);
        state.sessions.insert(id.clone(), session);
        let mut me = json!(state.user(user));
        me["verified"] = true.into();
        me["mfa_enabled"] = true.into();
        me["email"] = Value::Null;
        let guilds = if has_guild { json!([{"id": state.guild.id, "unavailable": true}]) } else { json!([]) };
        let mut ready = json!({
            "v": 10,
            "user": me,
            "guilds": guilds,
            "session_id": id,
            "resume_gateway_url": state.gateway_url(),
            "session_type": "normal",
            "private_channels": [],
            "relationships": [],
            "user_settings": {},
        });
        if is_bot {
            ready["shard"] = json!([shard.0, shard.1]);
            ready["application"] = json!({"id": state.application.id, "flags": state.application.flags});
        }
        state.tell_session(&id, "READY", &ready);
        let wants_guild = !is_bot || intents & intents::GUILDS != 0;
        if has_guild && wants_guild && !(is_bot && state.outage) {
            let all_members = !is_bot || intents & intents::GUILD_MEMBERS != 0;
            let guild = state.guild_create(user, all_members);
            state.tell_session(&id, "GUILD_CREATE", &guild);
        }
        state.touch();
        self.session = Some(id);
        Ok(true)
    }

    /// Takes an earlier session up again; false when it is gone.
    pub(super) fn resume(&mut self, data: &Value) -> Result<bool, u16> {
        let mut state = self.app.state();
        let user = login(&state, data)?;
        let (Some(id), Some(seq)) = (data["session_id"].as_str(), data["seq"].as_u64()) else {
            return Ok(false);
        };
        let refused = user == state.bot() && state.faults.at(Point::Resume);
        let Some(session) = state.sessions.get_mut(id).filter(|session| session.user == user && !refused)
        else {
            return Ok(false);
        };
        if seq > session.seq() {
            return Err(close::INVALID_SEQUENCE);
        }
        if !session.resume(seq, self.id, Arc::clone(&self.wake)) {
            return Ok(false);
        }
        state.tell_session(id, "RESUMED", &json!({}));
        state.touch();
        self.session = Some(id.to_owned());
        Ok(true)
    }
}

impl State {
    /// Where clients find the gateway.
    pub(crate) fn gateway_url(&self) -> String {
        format!("{}{PATH}", self.base_url.replacen("http", "ws", 1))
    }

    /// The guild goes away for the bot.
    pub(crate) fn begin_outage(&mut self) {
        let (bot, gone) = (self.bot(), json!({"id": self.guild.id, "unavailable": true}));
        self.tell_user(bot, "GUILD_DELETE", &gone);
        self.outage = true;
    }

    /// The guild is there again.
    pub(crate) fn end_outage(&mut self) {
        if !std::mem::take(&mut self.outage) {
            return;
        }
        let bot = self.bot();
        for all_members in [true, false] {
            let guild = self.guild_create(bot, all_members).to_string().into();
            let of_bot = self.sessions.values_mut().filter(|session| session.user == bot);
            for session in of_bot.filter(|session| session.has(intents::GUILD_MEMBERS) == all_members) {
                if session.has(intents::GUILDS) && session.is_shard_of(self.guild.id, false) {
                    session.push("GUILD_CREATE", &guild);
                }
            }
        }
        self.touch();
    }

    /// Sends an event to one session alone.
    pub(super) fn tell_session(&mut self, id: &str, name: &'static str, data: &Value) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.push(name, &data.to_string().into());
        }
    }

    /// Counts an IDENTIFY of the bot. One beyond the day's number ends its sessions, and its token is no longer good.
    fn take_start(&mut self, shard: u64) -> Verdict {
        let now = self.now();
        let verdict = self.starts.take(now, shard);
        if verdict == Verdict::Exhausted {
            self.order_bot(&Order::Close(Some(close::AUTHENTICATION_FAILED)));
            self.reset_bot_token();
            self.touch();
        }
        verdict
    }

    /// Takes a session from its connection, and away altogether when it is not to be resumed.
    pub(super) fn invalidate(&mut self, id: &str, resumable: bool) {
        if !resumable {
            self.sessions.remove(id);
        } else if let Some(session) = self.sessions.get_mut(id) {
            session.detach();
        }
    }

    /// Does something to the connections of the bot.
    pub(crate) fn order_bot(&mut self, order: &Order) {
        let bot = self.bot();
        for session in self.sessions.values_mut().filter(|session| session.user == bot) {
            session.order(order.clone());
        }
    }

    /// Sends an event to the sessions of one user.
    pub(crate) fn tell_user(&mut self, user: Id, name: &'static str, data: &Value) {
        self.emit(name, Scope::User(user), data);
    }
}

/// Who logs in. Bots identify with the bare token.
fn login(state: &State, data: &Value) -> Result<Id, u16> {
    let token = data["token"].as_str().ok_or(close::AUTHENTICATION_FAILED)?;
    let bare = token.strip_prefix("Bot ").unwrap_or(token);
    let known = |user: &&crate::model::User| user.token.strip_prefix("Bot ").unwrap_or(&user.token) == bare;
    state.users.values().find(known).map(|user| user.id).ok_or(close::AUTHENTICATION_FAILED)
}
