//! How often a person may write where slowmode is on, and how often old messages may be edited.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::ApiError;
use crate::id::Id;
use crate::model::Channel;
use crate::permissions::Permissions;
use crate::state::State;

/// Edits of messages older than this are limited more narrowly.
const OLD: TimeDelta = TimeDelta::hours(1);

impl State {
    /// Holds people to a channel's slowmode, which does not touch bots.
    pub(super) fn keep_pace(&self, user: Id, channel: &Channel) -> Result<(), ApiError> {
        let slow = TimeDelta::seconds(channel.rate_limit_per_user.into());
        let may_hurry = self.permissions_in(user, channel).contains(Permissions::BYPASS_SLOWMODE);
        if slow.is_zero() || may_hurry || user == self.bot() {
            return Ok(());
        }
        let since = Id::at(self.now() - slow);
        // In a forum a post is what counts.
        let posts = self.channels.range(since..).filter(|(_, post)| post.parent_id == Some(channel.id));
        let own_post = posts
            .filter(|(_, post)| post.thread.as_ref().is_some_and(|thread| thread.owner_id == user))
            .map(|(id, _)| *id);
        let messages = channel.messages.range(since..).filter(|(_, message)| message.author == user);
        let last = match channel.kind.holds_messages() {
            true => messages.map(|(id, _)| *id).next_back(),
            false => own_post.max(),
        };
        let left = last.map_or(TimeDelta::zero(), |last| last.time() + slow - self.now());
        if left <= TimeDelta::zero() {
            return Ok(());
        }
        Err(ApiError { retry_after: Some(left.num_milliseconds() as f64 / 1000.0), ..ApiError::SLOWMODE })
    }

    /// Counts an edit of a message that was sent long ago.
    pub(super) fn count_old_edit(&mut self, channel: Id, sent_at: DateTime<Utc>) -> Result<(), ApiError> {
        let now = self.now();
        if !self.limits.enforced || now - sent_at <= OLD {
            return Ok(());
        }
        let (since, count) = self.old_edits.entry(channel).or_insert((now, 0));
        if now - *since >= OLD {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        if *count > self.limits.old_edits { Err(ApiError::MAX_OLD_EDITS) } else { Ok(()) }
    }
}
