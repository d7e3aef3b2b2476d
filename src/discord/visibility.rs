//! Which coordination threads a person may read on Discord. What they may not read there, no search shows them.

use super::rest::{Failure, Outcome, Rest};
use crate::domain::exchange::Thread;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::task::Visibility;
use futures::{StreamExt, TryStreamExt};
use serenity::all::{Cache, Member, Permissions};
use std::num::NonZeroU64;

/// How many private threads are asked about at the same time.
const AT_ONCE: usize = 8;

/// How far a person sees into a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    /// Not at all.
    Nothing,
    /// The public threads, and the private ones whose member they are.
    Public,
    /// Every thread, as one who manages them.
    Everything,
}

fn sight(permissions: Permissions) -> Sight {
    if !permissions.contains(Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY) {
        Sight::Nothing
    } else if permissions.contains(Permissions::MANAGE_THREADS) {
        Sight::Everything
    } else {
        Sight::Public
    }
}

/// Those of `threads` that the person may read now. What the cache does not know, nobody sees.
///
/// # Errors
/// When Discord could not be asked who is in a private thread.
pub async fn visible_threads(
    cache: &Cache,
    rest: &Rest,
    member: &Member,
    threads: &[Thread],
) -> Outcome<Vec<ChannelId>> {
    let (mut visible, mut private) = (Vec::new(), Vec::new());
    if let Some(guild) = cache.guild(member.guild_id) {
        for thread in threads.iter().filter(|thread| thread.guild.0 == member.guild_id.get()) {
            let parent = NonZeroU64::new(thread.parent.0).and_then(|id| guild.channels.get(&id.into()));
            let sight =
                parent.map_or(Sight::Nothing, |parent| sight(guild.user_permissions_in(parent, member)));
            match (thread.visibility, sight) {
                (_, Sight::Everything) | (Visibility::Public, Sight::Public) => visible.push(thread.channel),
                (Visibility::Private, Sight::Public) => private.push(thread.channel),
                (_, Sight::Nothing) => {}
            }
        }
    }
    let user = UserId(member.user.id.get());
    let asked: Vec<Option<ChannelId>> = futures::stream::iter(private)
        .map(|channel| async move {
            match rest.thread_member(channel, user).await {
                Ok(is_in) => Ok(is_in.then_some(channel)),
                // The thread is gone, or not even the bot may see it.
                Err(Failure::Rejected { .. }) => Ok(None),
                Err(failure) => Err(failure),
            }
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    visible.extend(asked.into_iter().flatten());
    Ok(visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_read_what_was_said_before_sees_nothing() {
        let read = Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY;
        assert_eq!(sight(Permissions::empty()), Sight::Nothing);
        assert_eq!(sight(Permissions::VIEW_CHANNEL), Sight::Nothing);
        assert_eq!(sight(Permissions::MANAGE_THREADS), Sight::Nothing);
        assert_eq!(sight(read), Sight::Public);
        assert_eq!(sight(read | Permissions::MANAGE_THREADS), Sight::Everything);
        assert_eq!(sight(Permissions::all()), Sight::Everything);
    }
}
