//! Joins records into what goes over the wire.

use serde_json::{Value, json};

use super::State;
use crate::id::Id;
use crate::model::{
    Channel, ChannelView, Member, MemberView, Message, MessageView, PartialMemberView, ScheduledEvent,
    ScheduledEventView, ThreadMemberView, Time, User, flags,
};

impl State {
    /// A user that is known to be there: records refer only to users, and users are never removed.
    pub(crate) fn user(&self, id: Id) -> &User {
        &self.users[&id]
    }

    pub(crate) fn member_view<'a>(&'a self, member: &'a Member) -> MemberView<'a> {
        MemberView {
            guild_id: None,
            user: self.user(member.user_id),
            member: PartialMemberView::of(member),
            permissions: None,
        }
    }

    pub(crate) fn channel_view<'a>(&'a self, channel: &'a Channel) -> ChannelView<'a> {
        ChannelView::of(channel, self.guild.id)
    }

    /// A channel as one user gets it: a direct message has the other as recipient, a thread the user's own
    /// membership.
    pub(crate) fn channel_view_for<'a>(&'a self, channel: &'a Channel, user: Id) -> ChannelView<'a> {
        let mut view = self.channel_view(channel);
        if channel.is_dm() {
            let others = channel.recipients.iter().filter(|id| **id != user);
            view.recipients = Some(others.map(|id| self.user(*id)).collect());
        }
        if let Some(joined) = channel.thread.as_ref().and_then(|thread| thread.members.get(&user)) {
            view.member =
                Some(json!({"id": channel.id, "user_id": user, "join_timestamp": joined, "flags": 1}));
        }
        view
    }

    pub(crate) fn thread_member_view(
        &self,
        thread: Id,
        user: Id,
        joined: Time,
        full: bool,
    ) -> ThreadMemberView<'_> {
        let member = if full { self.members.get(&user) } else { None };
        ThreadMemberView {
            id: thread,
            user_id: user,
            join_timestamp: joined,
            flags: 0,
            member: member.map(|member| self.member_view(member)),
        }
    }

    /// A message as REST gives it.
    pub(crate) fn message_view<'a>(&'a self, message: &'a Message) -> MessageView<'a> {
        let mut view = self.bare_message_view(message);
        if let Some(reference) = message.reference.as_ref().filter(|reference| reference.kind == 0) {
            let target = reference.message_id.and_then(|id| self.message(reference.channel_id, id));
            view.referenced_message = Some(target.map(|target| Box::new(self.bare_message_view(target))));
        }
        if message.has(flags::HAS_THREAD)
            && let Some(thread) = self.channels.get(&message.id)
        {
            view.thread = Some(Box::new(self.channel_view(thread)));
        }
        view
    }

    /// A message as it is read back: a bot whose application may not ask for MESSAGE_CONTENT gets no contents here
    /// either.
    pub(crate) fn history_view<'a>(&'a self, message: &'a Message, reader: Id) -> MessageView<'a> {
        let mut view = self.message_view(message);
        if reader != self.bot() {
            view.reactions = message.reactions.iter().map(|reaction| reaction.wire(reader)).collect();
            view.poll = message.poll.as_ref().map(|poll| poll.wire(reader));
        }
        let dm = self.channels.get(&message.channel_id).is_some_and(Channel::is_dm);
        let of_bot = message.author == reader || message.mentions.contains(&reader);
        if reader == self.bot() && !dm && !of_bot && !self.application.may_read_content() {
            view.redact();
        }
        view
    }

    fn bare_message_view<'a>(&'a self, message: &'a Message) -> MessageView<'a> {
        let invoked = message.invocation.as_ref();
        let application = invoked.map(|_| self.application.id);
        let metadata = invoked.map(|invocation| {
            let mut metadata = json!({
                "id": invocation.interaction,
                "type": invocation.kind,
                "user": self.user(invocation.user),
                "authorizing_integration_owners": {"0": self.guild.id},
            });
            match (invocation.kind, invocation.source) {
                (2, _) => metadata["name"] = invocation.name.as_str().into(),
                (3, Some(source)) => metadata["interacted_message_id"] = json!(source),
                (5, _) => {
                    metadata["triggering_interaction_metadata"] = json!({
                        "id": invocation.interaction,
                        "type": 2,
                        "user": self.user(invocation.user),
                        "authorizing_integration_owners": {"0": self.guild.id},
                    });
                }
                _ => {}
            }
            if let Some(original) = invocation.original {
                metadata["original_response_message_id"] = json!(original);
            }
            metadata
        });
        let legacy = invoked.filter(|invocation| invocation.kind == 2).map(|invocation| {
            json!({
                "id": invocation.interaction,
                "type": invocation.kind,
                "name": invocation.name,
                "user": self.user(invocation.user),
            })
        });
        MessageView {
            id: message.id,
            channel_id: message.channel_id,
            kind: message.kind,
            author: self.user(message.author),
            content: &message.content,
            timestamp: message.sent_at,
            edited_timestamp: message.edited_at,
            tts: false,
            mention_everyone: message.mention_everyone,
            mentions: message.mentions.iter().map(|id| self.user(*id)).collect(),
            mention_roles: &message.mention_roles,
            attachments: message.attachments.iter().map(|file| self.attachment_view(file)).collect(),
            embeds: self.with_fresh_links(&message.embeds),
            components: self.with_fresh_links(&message.components),
            pinned: message.pinned_at.is_some(),
            flags: message.flags,
            nonce: None,
            webhook_id: application,
            application_id: application,
            interaction_metadata: metadata,
            interaction: legacy,
            message_reference: message.reference.as_ref(),
            referenced_message: None,
            position: message.position,
            thread: None,
            reactions: message.reactions.iter().map(|reaction| reaction.wire(self.bot())).collect(),
            poll: message.poll.as_ref().map(|poll| poll.wire(self.bot())),
            guild_id: None,
            member: None,
        }
    }

    pub(crate) fn event_view<'a>(&'a self, event: &'a ScheduledEvent, count: bool) -> ScheduledEventView<'a> {
        ScheduledEventView {
            id: event.id,
            guild_id: self.guild.id,
            channel_id: event.channel_id,
            creator_id: event.creator,
            creator: self.user(event.creator),
            name: &event.name,
            description: event.description.as_deref(),
            image: (),
            scheduled_start_time: event.start,
            scheduled_end_time: event.end,
            privacy_level: 2,
            status: event.status,
            entity_type: event.entity_type,
            entity_id: (),
            entity_metadata: event.location.as_ref().map(|location| json!({"location": location})),
            recurrence_rule: &event.recurrence_rule,
            guild_scheduled_event_exceptions: [],
            user_count: count.then_some(event.users.len()),
        }
    }

    /// The guild without its contents, as `GET /guilds/{id}` has it.
    pub(crate) fn guild_view(&self) -> Value {
        json!({
            "id": self.guild.id,
            "name": self.guild.name,
            "icon": null,
            "description": null,
            "home_header": null,
            "splash": null,
            "discovery_splash": null,
            "features": [],
            "banner": null,
            "owner_id": self.guild.owner_id,
            "application_id": null,
            "region": "deprecated",
            "afk_channel_id": null,
            "afk_timeout": 300,
            "system_channel_id": null,
            "system_channel_flags": 0,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 0,
            "roles": self.roles.values().collect::<Vec<_>>(),
            "default_message_notifications": 1,
            "mfa_level": 0,
            "explicit_content_filter": 0,
            "max_presences": null,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "vanity_url_code": null,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": self.guild.preferred_locale,
            "rules_channel_id": null,
            "safety_alerts_channel_id": null,
            "public_updates_channel_id": null,
            "premium_progress_bar_enabled": false,
            "nsfw": false,
            "nsfw_level": 0,
            "emojis": [],
            "stickers": [],
            "incidents_data": null,
        })
    }

    /// The guild with what `user` sees in it, as GUILD_CREATE has it.
    pub(crate) fn guild_create(&self, user: Id, all_members: bool) -> Value {
        let mut guild = self.guild_view();
        let joined = self.members.get(&user).map(|member| member.joined_at);
        let seen =
            || self.channels.values().filter(|channel| !channel.is_dm() && self.can_view(user, channel));
        let is_open = |channel: &&Channel| {
            channel.thread.as_ref().is_some_and(|thread| {
                !thread.archived && (!channel.kind.is_private() || thread.members.contains_key(&user))
            })
        };
        // Channels that one may not see are listed all the same; only their messages are hidden.
        let channels = self.channels.values().filter(|channel| !channel.is_dm() && channel.thread.is_none());
        let members = self.members.values().filter(|member| all_members || member.user_id == user);
        let parts = json!({
            "joined_at": joined,
            "large": false,
            "unavailable": false,
            "member_count": self.members.len(),
            "voice_states": [],
            "members": members.map(|member| self.member_view(member)).collect::<Vec<_>>(),
            "channels": channels.map(|channel| self.channel_view(channel)).collect::<Vec<_>>(),
            "threads": seen()
                .filter(is_open)
                .map(|channel| self.channel_view_for(channel, user))
                .collect::<Vec<_>>(),
            "presences": [],
            "stage_instances": [],
            "soundboard_sounds": [],
            "guild_scheduled_events":
                self.events.values().map(|event| self.event_view(event, true)).collect::<Vec<_>>(),
        });
        if let (Value::Object(guild), Value::Object(parts)) = (&mut guild, parts) {
            guild.extend(parts);
        }
        guild
    }

    /// The application as its own bot sees it.
    pub(crate) fn application_view(&self) -> Value {
        json!({
            "id": self.application.id,
            "name": self.application.name,
            "icon": null,
            "description": "",
            "type": null,
            "bot": self.user(self.bot()),
            "bot_public": false,
            "bot_require_code_grant": false,
            "verify_key": "0".repeat(64),
            "flags": self.application.flags,
            "flags_new": self.application.flags.to_string(),
            "tags": [],
            "redirect_uris": [],
            "interactions_endpoint_url": null,
            "role_connections_verification_url": null,
            "owner": self.user(self.application.owner),
            "approximate_guild_count": 1,
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": null,
            "eligible_oauth2_scopes": [],
            "integration_types_config": {"0": {}},
        })
    }
}
