//! Everything that outlives a restart, in one document. Connections, faults and the log of calls do not.

use axum::body::Bytes;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::{Application, AuditEntry, Command, Guild, State, UsedNonce};
use crate::clock::Pace;
use crate::gateway::Order;
use crate::id::{Id, Ids};
use crate::model::{
    Answer, Channel, File, Interaction, Member, Message, Role, RoleRecord, ScheduledEvent, User, UserRecord,
};

/// Rises when an older document can no longer be read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct KeptUser(#[serde(with = "UserRecord")] User);

#[derive(Serialize, Deserialize)]
struct KeptRole(#[serde(with = "RoleRecord")] Role);

#[derive(Serialize, Deserialize)]
struct KeptFile {
    id: Id,
    content_type: Option<String>,
    /// In base64.
    data: String,
}

#[derive(Serialize, Deserialize)]
struct KeptNonce {
    author: Id,
    nonce: String,
    used: UsedNonce,
}

/// The document.
#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot {
    version: u32,
    clock: Pace,
    last_id: Id,
    guild: Guild,
    application: Application,
    roles: Vec<KeptRole>,
    users: Vec<KeptUser>,
    members: Vec<Member>,
    channels: Vec<Channel>,
    ephemeral: Vec<Message>,
    link_series: u64,
    files: Vec<KeptFile>,
    commands: Vec<Command>,
    interactions: Vec<Interaction>,
    events: Vec<ScheduledEvent>,
    audit: Vec<AuditEntry>,
    nonces: Vec<KeptNonce>,
}

impl State {
    pub(crate) fn snapshot(&self) -> Snapshot {
        let file = |(id, file): (&Id, &File)| KeptFile {
            id: *id,
            content_type: file.content_type.clone(),
            data: BASE64_STANDARD.encode(&file.data),
        };
        let nonce = |((author, nonce), used): (&(Id, String), &UsedNonce)| KeptNonce {
            author: *author,
            nonce: nonce.clone(),
            used: used.clone(),
        };
        Snapshot {
            version: VERSION,
            clock: self.clock.pace(),
            last_id: self.ids.last(),
            guild: self.guild.clone(),
            application: self.application.clone(),
            roles: self.roles.values().cloned().map(KeptRole).collect(),
            users: self.users.values().cloned().map(KeptUser).collect(),
            members: self.members.values().cloned().collect(),
            channels: self.channels.values().cloned().collect(),
            ephemeral: self.ephemeral.values().cloned().collect(),
            link_series: self.link_series,
            files: self.files.iter().map(file).collect(),
            commands: self.commands.clone(),
            interactions: self.interactions.values().cloned().collect(),
            events: self.events.values().cloned().collect(),
            audit: self.audit.iter().cloned().collect(),
            nonces: self.nonces.iter().map(nonce).collect(),
        }
    }

    /// Goes on from a document. Whoever is connected has to identify again.
    pub(crate) fn restore(&mut self, kept: Snapshot) -> anyhow::Result<()> {
        anyhow::ensure!(
            kept.version == VERSION,
            "the snapshot has version {}, this program reads {VERSION}",
            kept.version
        );
        anyhow::ensure!(
            kept.application.id == self.bot(),
            "the snapshot is of another application, {}",
            kept.application.id
        );
        let file = |file: KeptFile| {
            let data = Bytes::from(BASE64_STANDARD.decode(file.data)?);
            Ok((file.id, File { content_type: file.content_type, data }))
        };
        self.files = kept.files.into_iter().map(file).collect::<anyhow::Result<_>>()?;
        self.ids = Ids::after(kept.last_id);
        self.guild = kept.guild;
        self.application = kept.application;
        self.roles = kept.roles.into_iter().map(|KeptRole(role)| (role.id, role)).collect();
        self.users = kept.users.into_iter().map(|KeptUser(user)| (user.id, user)).collect();
        self.members = kept.members.into_iter().map(|member| (member.user_id, member)).collect();
        self.channels = kept.channels.into_iter().map(|channel| (channel.id, channel)).collect();
        let messages = self.channels.values().flat_map(|channel| channel.messages.values());
        let open = messages.filter(|message| message.poll.as_ref().is_some_and(|poll| !poll.is_finalized));
        self.open_polls = open.map(|message| (message.channel_id, message.id)).collect();
        self.ephemeral = kept.ephemeral.into_iter().map(|message| (message.id, message)).collect();
        self.link_series = kept.link_series;
        self.commands = kept.commands;
        self.interactions = kept.interactions.into_iter().map(|one| (one.id, one)).collect();
        // Nobody waits any more for what was not answered in time.
        for interaction in self.interactions.values_mut().filter(|one| one.answer == Answer::Waiting) {
            interaction.answer = Answer::Failed;
        }
        self.events = kept.events.into_iter().map(|event| (event.id, event)).collect();
        self.audit = kept.audit.into_iter().collect();
        self.nonces = kept.nonces.into_iter().map(|kept| ((kept.author, kept.nonce), kept.used)).collect();
        self.clock.take_over(kept.clock);
        self.sessions.retain(|_, session| session.is_attached());
        for session in self.sessions.values_mut() {
            session.order(Order::Invalidate { resumable: false });
        }
        self.touch();
        Ok(())
    }
}
