//! Builds what the bot is told of an interaction, and checks what the person gave against what was registered.

use serde_json::{Map, Value, json};

use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, Interaction, MemberView, PartialMemberView};
use crate::permissions::Permissions;
use crate::state::{Command, State};

const SUB_COMMAND: u64 = 1;
const SUB_COMMAND_GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;
const BOOLEAN: u64 = 5;
const USER: u64 = 6;
const CHANNEL: u64 = 7;
const ROLE: u64 = 8;
const MENTIONABLE: u64 = 9;
const NUMBER: u64 = 10;

/// Bytes that a person may upload.
const ATTACHMENT_SIZE_LIMIT: u64 = 10 << 20;

/// The objects that ids in options stand for.
#[derive(Debug, Default)]
struct Resolved {
    users: Map<String, Value>,
    members: Map<String, Value>,
    roles: Map<String, Value>,
    channels: Map<String, Value>,
}

impl Resolved {
    fn wire(self) -> Option<Value> {
        let mut all = Map::new();
        for (key, map) in [
            ("users", self.users),
            ("members", self.members),
            ("roles", self.roles),
            ("channels", self.channels),
        ] {
            if !map.is_empty() {
                all.insert(key.into(), map.into());
            }
        }
        (!all.is_empty()).then(|| all.into())
    }

    fn user(&mut self, state: &State, id: Id) -> bool {
        let Some(user) = state.users.get(&id) else { return false };
        self.users.insert(id.to_string(), json!(user));
        if let Some(member) = state.members.get(&id) {
            let mut view = json!(PartialMemberView::of(member));
            view["permissions"] = json!(state.guild_permissions(id));
            self.members.insert(id.to_string(), view);
        }
        true
    }

    fn role(&mut self, state: &State, id: Id) -> bool {
        let Some(role) = state.roles.get(&id) else { return false };
        self.roles.insert(id.to_string(), json!(role));
        true
    }

    fn channel(&mut self, state: &State, id: Id, user: Id) -> bool {
        let Some(channel) = state.channels.get(&id).filter(|channel| state.can_view(user, channel)) else {
            return false;
        };
        self.channels.insert(id.to_string(), partial_channel(state, channel, user));
        true
    }
}

fn partial_channel(state: &State, channel: &Channel, user: Id) -> Value {
    let mut view = state.channel_view_for(channel, user);
    view.permissions = Some(state.permissions_in(user, channel));
    json!(view)
}

impl State {
    /// The payload of INTERACTION_CREATE.
    pub(super) fn interaction_payload(&self, interaction: &Interaction, data: Value) -> Value {
        let user = self.user(interaction.user);
        let channel = &self.channels[&interaction.channel_id];
        let mut payload = json!({
            "id": interaction.id,
            "application_id": self.application.id,
            "type": interaction.kind as u8,
            "data": data,
            "channel_id": channel.id,
            "channel": partial_channel(self, channel, interaction.user),
            "token": interaction.token,
            "version": 1,
            "locale": user.locale,
            "app_permissions": self.permissions_in(self.bot(), channel),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
        });
        if channel.is_dm() {
            payload["user"] = json!(user);
            payload["context"] = 1.into();
            payload["authorizing_integration_owners"] = json!({"0": "0"});
        } else {
            let guild = &self.guild;
            let member = self.members.get(&interaction.user).map(|member| MemberView {
                permissions: Some(self.permissions_in(interaction.user, channel)),
                ..self.member_view(member)
            });
            payload["guild_id"] = json!(guild.id);
            payload["guild"] = json!({"id": guild.id, "locale": guild.preferred_locale, "features": []});
            payload["guild_locale"] = guild.preferred_locale.as_str().into();
            payload["member"] = json!(member);
            payload["context"] = 0.into();
            payload["authorizing_integration_owners"] = json!({"0": guild.id});
        }
        payload
    }

    /// The data of a command or autocompletion, checked against the registration.
    pub(super) fn command_data(
        &self,
        command: &Command,
        given: &Value,
        user: Id,
        typing: bool,
    ) -> Result<Value, ApiError> {
        let mut form = Form::default();
        let mut resolved = Resolved::default();
        let options = self.read_options(&command.body, given, "data", user, typing, &mut resolved, &mut form);
        form.check()?;
        let mut data = json!({
            "id": command.id,
            "name": command.body["name"],
            "type": command.body["type"],
            "options": options,
        });
        if let Some(guild) = command.guild_id {
            data["guild_id"] = json!(guild);
        }
        if let Some(resolved) = resolved.wire() {
            data["resolved"] = resolved;
        }
        Ok(data)
    }

    #[expect(clippy::too_many_arguments, reason = "one level of a recursion")]
    fn read_options(
        &self,
        known: &Value,
        given: &Value,
        path: &str,
        user: Id,
        typing: bool,
        resolved: &mut Resolved,
        form: &mut Form,
    ) -> Vec<Value> {
        let known = known["options"].as_array().map_or(&[][..], Vec::as_slice);
        let given = given["options"].as_array().map_or(&[][..], Vec::as_slice);
        let mut read = Vec::new();
        for (at, option) in given.iter().enumerate() {
            let path = format!("{path}.options.{at}");
            let Some(definition) = known.iter().find(|known| known["name"] == option["name"]) else {
                form.fault(&path, "APPLICATION_COMMAND_OPTIONS_UNKNOWN", "Unknown option");
                continue;
            };
            let kind = definition["type"].as_u64().unwrap_or(0);
            if matches!(kind, SUB_COMMAND | SUB_COMMAND_GROUP) {
                let below = self.read_options(definition, option, &path, user, typing, resolved, form);
                read.push(json!({"name": option["name"], "type": kind, "options": below}));
                continue;
            }
            let mut entry = json!({"name": option["name"], "type": kind, "value": option["value"]});
            let focused = typing && option["focused"].as_bool() == Some(true);
            if focused {
                entry["focused"] = true.into();
            } else if !self.fits(definition, &option["value"], user, resolved) {
                form.fault(
                    &path,
                    "APPLICATION_COMMAND_OPTIONS_VALUE_INVALID",
                    "Value does not fit the option",
                );
            }
            read.push(entry);
        }
        let needs_sub =
            known.iter().any(|known| matches!(known["type"].as_u64(), Some(SUB_COMMAND | SUB_COMMAND_GROUP)));
        if needs_sub && read.len() != 1 {
            form.fault(path, "APPLICATION_COMMAND_OPTIONS_SUBCOMMAND", "Exactly one subcommand is needed");
        }
        if !typing && !needs_sub {
            for missing in known.iter().filter(|known| known["required"].as_bool() == Some(true)) {
                if !read.iter().any(|option| option["name"] == missing["name"]) {
                    let name = missing["name"].as_str().unwrap_or_default();
                    form.required(&format!("{path}.{name}"));
                }
            }
        }
        read
    }

    fn fits(&self, definition: &Value, value: &Value, user: Id, resolved: &mut Resolved) -> bool {
        let id = || serde_json::from_value::<Id>(value.clone()).ok();
        let is_number_within = || {
            let Some(number) = value.as_f64() else { return false };
            definition["min_value"].as_f64().is_none_or(|min| number >= min)
                && definition["max_value"].as_f64().is_none_or(|max| number <= max)
        };
        let is_choice = || {
            let choices = definition["choices"].as_array().map_or(&[][..], Vec::as_slice);
            choices.is_empty() || choices.iter().any(|choice| choice["value"] == *value)
        };
        match definition["type"].as_u64().unwrap_or(0) {
            STRING => {
                let Some(text) = value.as_str() else { return false };
                let length = text.chars().count() as u64;
                is_choice()
                    && length <= definition["max_length"].as_u64().unwrap_or(6000)
                    && length >= definition["min_length"].as_u64().unwrap_or(0)
            }
            INTEGER => value.is_i64() && is_number_within() && is_choice(),
            NUMBER => is_number_within() && is_choice(),
            BOOLEAN => value.is_boolean(),
            USER => id().is_some_and(|id| resolved.user(self, id)),
            ROLE => id().is_some_and(|id| resolved.role(self, id)),
            MENTIONABLE => id().is_some_and(|id| resolved.role(self, id) || resolved.user(self, id)),
            CHANNEL => {
                let wanted = definition["channel_types"].as_array();
                let allowed = |id: Id| {
                    let kind = self.channels.get(&id).map(|channel| json!(channel.kind.number()));
                    wanted.is_none_or(|wanted| {
                        wanted.is_empty() || kind.is_some_and(|kind| wanted.contains(&kind))
                    })
                };
                id().is_some_and(|id| allowed(id) && resolved.channel(self, id, user))
            }
            _ => false,
        }
    }

    /// The data of a pressed button or a chosen entry, checked against the message.
    pub(super) fn component_data(
        &self,
        components: &[Value],
        given: &Value,
        user: Id,
    ) -> Result<Value, ApiError> {
        let refuse = |message: &str| Form::refuse("data", "COMPONENT_VALIDATION_FAILED", message);
        let custom_id = given["custom_id"].as_str().unwrap_or_default();
        let component = find_component(components, custom_id).ok_or_else(|| refuse("Component not found"))?;
        if component["disabled"].as_bool() == Some(true) {
            return Err(refuse("Component is disabled"));
        }
        let kind = component["type"].as_u64().unwrap_or(0);
        let mut data = json!({"custom_id": custom_id, "component_type": kind, "id": component["id"]});
        if kind == 2 {
            return Ok(data);
        }
        let values = given["values"].as_array().cloned().unwrap_or_default();
        let count = values.len() as u64;
        let (min, max) =
            (component["min_values"].as_u64().unwrap_or(1), component["max_values"].as_u64().unwrap_or(1));
        if count < min || count > max {
            return Err(refuse("Too few or too many values"));
        }
        let mut resolved = Resolved::default();
        let fits = |value: &Value, resolved: &mut Resolved| {
            let id = || serde_json::from_value::<Id>(value.clone()).ok();
            match kind {
                3 => component["options"]
                    .as_array()
                    .is_some_and(|options| options.iter().any(|option| option["value"] == *value)),
                5 => id().is_some_and(|id| resolved.user(self, id)),
                6 => id().is_some_and(|id| resolved.role(self, id)),
                7 => id().is_some_and(|id| resolved.role(self, id) || resolved.user(self, id)),
                _ => id().is_some_and(|id| resolved.channel(self, id, user)),
            }
        };
        if !values.iter().all(|value| fits(value, &mut resolved)) {
            return Err(refuse("Unknown value"));
        }
        data["values"] = values.into();
        if let Some(resolved) = resolved.wire() {
            data["resolved"] = resolved;
        }
        Ok(data)
    }
}

/// The component with a `custom_id`, however deep it lies.
fn find_component<'a>(components: &'a [Value], custom_id: &str) -> Option<&'a Value> {
    components.iter().find_map(|component| {
        if component["custom_id"].as_str() == Some(custom_id) {
            return Some(component);
        }
        let inside = component["components"].as_array().and_then(|inside| find_component(inside, custom_id));
        let accessory = component.get("accessory").map(std::slice::from_ref);
        inside.or_else(|| accessory.and_then(|accessory| find_component(accessory, custom_id)))
    })
}

/// The data of a submitted form, checked against the form that was opened.
pub(super) fn modal_data(modal: &Value, given: &Value) -> Result<Value, ApiError> {
    let mut form = Form::default();
    let filled = given["components"].as_array().map_or(&[][..], Vec::as_slice);
    let mut rows = Vec::new();
    for (at, row) in modal["components"].as_array().into_iter().flatten().enumerate() {
        let mut inputs = Vec::new();
        for input in row["components"].as_array().into_iter().flatten() {
            let custom_id = input["custom_id"].as_str().unwrap_or_default();
            let answer = find_component(filled, custom_id).and_then(|answer| answer["value"].as_str());
            let value = answer.or_else(|| input["value"].as_str()).unwrap_or_default();
            let path = format!("data.components.{at}.components.0.value");
            let required = input["required"].as_bool().unwrap_or(true);
            if required && value.is_empty() {
                form.required(&path);
            } else if !value.is_empty() {
                let bound = |key: &str, default: u64| {
                    usize::try_from(input[key].as_u64().unwrap_or(default)).unwrap_or(usize::MAX)
                };
                form.length(&path, value, bound("min_length", 0), bound("max_length", 4000));
            }
            inputs.push(json!({"type": 4, "id": input["id"], "custom_id": custom_id, "value": value}));
        }
        rows.push(json!({"type": 1, "id": row["id"], "components": inputs}));
    }
    form.check()?;
    Ok(json!({"custom_id": modal["custom_id"], "components": rows}))
}

/// Whether a member may use a command at all.
pub(super) fn may_use(state: &State, command: &Command, user: Id, channel: &Channel) -> bool {
    if channel.is_dm() {
        return command.guild_id.is_none();
    }
    let has = state.permissions_in(user, channel);
    let needed = &command.body["default_member_permissions"];
    let allowed = match serde_json::from_value::<Permissions>(needed.clone()) {
        Ok(Permissions::NONE) => has.contains(Permissions::ADMINISTRATOR),
        Ok(needed) => has.contains(needed),
        Err(_) => true,
    };
    allowed && has.contains(Permissions::USE_APPLICATION_COMMANDS)
}
