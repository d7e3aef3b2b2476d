//! Builds what the bot is told of an interaction, and checks a command's options against what was registered.
//! Buttons and forms are in `components`.

use serde_json::{Value, json};

use super::resolved::Resolved;
use super::uploads::Uploaded;
use crate::error::{ApiError, Form};
use crate::id::Id;
use crate::model::{Channel, Interaction, MemberView};
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

const ATTACHMENT: u64 = 11;

/// Commands of the menus of users and messages.
const USER_MENU: u64 = 2;
const MESSAGE_MENU: u64 = 3;

/// Who runs a command, where, and with which files.
pub(super) struct Run<'a> {
    pub(super) user: Id,
    pub(super) channel: Id,
    /// Whether it is being typed yet.
    pub(super) typing: bool,
    pub(super) files: &'a [Uploaded],
}

/// Bytes that a person may upload.
const ATTACHMENT_SIZE_LIMIT: u64 = 10 << 20;

pub(super) fn partial_channel(state: &State, channel: &Channel, user: Id) -> Value {
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
        run: &Run<'_>,
    ) -> Result<Value, ApiError> {
        let mut form = Form::default();
        let mut resolved = Resolved::default();
        let kind = &command.body["type"];
        let mut data = json!({"id": command.id, "name": command.body["name"], "type": kind});
        if matches!(kind.as_u64(), Some(USER_MENU | MESSAGE_MENU)) {
            let target = serde_json::from_value::<Id>(given["target_id"].clone()).ok();
            let known = target.is_some_and(|id| match kind.as_u64() {
                Some(USER_MENU) => resolved.user(self, id),
                _ => resolved.message(self, run.channel, id),
            });
            if !known {
                form.fault("data.target_id", "APPLICATION_COMMAND_TARGET_UNKNOWN", "Unknown target");
            }
            data["target_id"] = given["target_id"].clone();
        } else {
            let options = self.read_options(&command.body, given, "data", run, &mut resolved, &mut form);
            data["options"] = options.into();
        }
        form.check()?;
        if let Some(guild) = command.guild_id {
            data["guild_id"] = json!(guild);
        }
        if let Some(resolved) = resolved.wire() {
            data["resolved"] = resolved;
        }
        Ok(data)
    }

    fn read_options(
        &self,
        known: &Value,
        given: &Value,
        path: &str,
        run: &Run<'_>,
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
                let below = self.read_options(definition, option, &path, run, resolved, form);
                read.push(json!({"name": option["name"], "type": kind, "options": below}));
                continue;
            }
            let mut entry = json!({"name": option["name"], "type": kind, "value": option["value"]});
            let focused = run.typing && option["focused"].as_bool() == Some(true);
            if focused {
                entry["focused"] = true.into();
            } else if kind == ATTACHMENT {
                match resolved.attachment(self, run.files, &option["value"]) {
                    Some(id) => entry["value"] = json!(id),
                    None => form.required(&path),
                }
            } else if !self.fits(definition, &option["value"], run.user, resolved) {
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
        if !run.typing && !needs_sub {
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
