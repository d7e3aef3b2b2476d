//! What several routes do to threads.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{Scope, State};
use crate::error::ApiError;
use crate::id::Id;
use crate::model::{Channel, Time};

/// How many members a thread can have.
pub(crate) const MAX_MEMBERS: usize = 1000;

/// How many threads can be open in a guild.
pub(crate) const MAX_ACTIVE: usize = 1000;

impl State {
    /// Brings users into a thread; those who are in it already stay as they are.
    pub(crate) fn join_thread(&mut self, thread_id: Id, users: &[Id]) -> Result<(), ApiError> {
        let now = Time(self.now());
        let Some(thread) = self.channels.get_mut(&thread_id).and_then(|channel| channel.thread.as_mut())
        else {
            return Err(ApiError::UNKNOWN_CHANNEL);
        };
        let mut new: Vec<Id> = Vec::new();
        for user in users {
            if thread.members.contains_key(user) {
                continue;
            }
            if thread.members.len() >= MAX_MEMBERS {
                return Err(ApiError::MAX_THREAD_MEMBERS);
            }
            thread.members.insert(*user, now);
            new.push(*user);
        }
        if !new.is_empty() {
            self.tell_membership(thread_id, &new, &[]);
        }
        Ok(())
    }

    /// Whether a thread can take all of these in.
    pub(crate) fn room_for(&self, thread: &Channel, some: &[Id], others: &[Id]) -> bool {
        thread.thread.as_ref().is_some_and(|thread| {
            let new = some.iter().chain(others).filter(|user| !thread.members.contains_key(user));
            thread.members.len() + new.count() <= MAX_MEMBERS
        })
    }

    /// Takes a user out of a thread.
    pub(crate) fn leave_thread(&mut self, thread_id: Id, user: Id) {
        let thread = self.channels.get_mut(&thread_id).and_then(|channel| channel.thread.as_mut());
        if thread.is_some_and(|thread| thread.members.remove(&user).is_some()) {
            self.tell_membership(thread_id, &[], &[user]);
        }
    }

    fn tell_membership(&mut self, thread_id: Id, added: &[Id], removed: &[Id]) {
        let Some(channel) = self.channels.get(&thread_id) else { return };
        let Some(thread) = &channel.thread else { return };
        let count = thread.members.len();
        let joined = |user: &Id| {
            let view = self.thread_member_view(thread_id, *user, *thread.members.get(user)?, true);
            let mut view = json!(view);
            view["presence"] = json!(null);
            Some(view)
        };
        let update = json!({
            "id": thread_id,
            "guild_id": self.guild.id,
            // An old quirk of the real thing: the count in this event stops at 50.
            "member_count": count.min(50),
            "added_members": added.iter().filter_map(joined).collect::<Vec<_>>(),
            "removed_member_ids": removed,
        });
        // A newcomer hears of the thread itself first.
        let created = json!(self.channel_view(channel));
        let private = channel.kind.is_private();
        if private {
            for user in added {
                let mut created = created.clone();
                created["member"] =
                    json!({"id": thread_id, "user_id": user, "join_timestamp": Time(self.now()), "flags": 1});
                self.emit("THREAD_CREATE", Scope::User(*user), &created);
            }
        }
        let concerned: Vec<Id> = added.iter().chain(removed).copied().collect();
        self.emit_membership(thread_id, &concerned, &update);
    }

    /// Tells everybody what became of a thread or channel.
    pub(crate) fn tell_channel(&mut self, event: &'static str, id: Id) {
        if let Some(channel) = self.channels.get(&id) {
            let view = json!(self.channel_view(channel));
            self.emit(event, Scope::Channel(id), &view);
        }
    }

    pub(crate) fn active_threads(&self) -> impl Iterator<Item = &Channel> {
        self.channels
            .values()
            .filter(|channel| channel.thread.as_ref().is_some_and(|thread| !thread.archived))
    }

    /// Opens an archived thread again, as writing into it does.
    pub(crate) fn unarchive(&mut self, id: Id) {
        let now = Time(self.now());
        let Some(thread) = self.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut()) else {
            return;
        };
        if thread.archived {
            thread.archived = false;
            thread.archive_timestamp = now;
            self.tell_channel("THREAD_UPDATE", id);
        }
    }

    /// Which channels with open threads each user sees who is connected.
    pub(crate) fn sights(&self) -> BTreeMap<Id, BTreeSet<Id>> {
        let parents: BTreeSet<Id> = self.active_threads().filter_map(|thread| thread.parent_id).collect();
        let users: BTreeSet<Id> = self.sessions.values().map(|session| session.user).collect();
        let seen = |user: Id| {
            let open = |id: &&Id| self.channels.get(*id).is_some_and(|channel| self.can_view(user, channel));
            (user, parents.iter().filter(open).copied().collect())
        };
        users.into_iter().map(seen).collect()
    }

    /// Tells the threads of channels that came into somebody's sight since `before`.
    pub(crate) fn sync_threads(&mut self, before: &BTreeMap<Id, BTreeSet<Id>>) {
        for (user, now) in self.sights() {
            let new: Vec<Id> = match before.get(&user) {
                Some(before) => now.difference(before).copied().collect(),
                None => continue,
            };
            if new.is_empty() {
                continue;
            }
            let here = |thread: &&Channel| {
                thread.parent_id.is_some_and(|parent| new.contains(&parent)) && self.can_view(user, thread)
            };
            let threads: Vec<&Channel> = self.active_threads().filter(here).collect();
            let own = |thread: &&Channel| {
                let joined = *thread.thread.as_ref()?.members.get(&user)?;
                Some(self.thread_member_view(thread.id, user, joined, false))
            };
            let sync = json!({
                "guild_id": self.guild.id,
                "channel_ids": new,
                "threads": threads.iter().map(|thread| self.channel_view_for(thread, user)).collect::<Vec<_>>(),
                "members": threads.iter().filter_map(own).collect::<Vec<_>>(),
            });
            self.emit("THREAD_LIST_SYNC", Scope::User(user), &sync);
        }
    }
}
