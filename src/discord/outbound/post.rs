//! Tasks as posts of a forum: made once, with tags that follow the task.

use super::{Outbound, Shown, id_of};
use crate::discord::forum::{available_tags, made_tags, requires_tag};
use crate::discord::rest::{Archived, Failure};
use crate::discord::words::Voice;
use crate::discord::words::forum::tag_names;
use crate::domain::exchange::Thread;
use crate::domain::forum::{Tag, applied, known_tags};
use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::task::Task;
use crate::jobs::outbox::Placed;
use crate::store::StoreError;
use crate::store::outbox::{Delivery, OutboxRow};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

impl Outbound {
    /// Opens the post of a task, unless an earlier try did: its first message is the card.
    pub(super) async fn post(&self, row: &OutboxRow, task: &Task, forum: ChannelId) -> Shown {
        let found =
            if row.uncertain { self.find_thread(row, task, (forum, Archived::Public)).await? } else { None };
        // What one of an earlier try says is not known: its tags are looked at when the card is next shown.
        let (thread, tags) = match found {
            Some(thread) => (thread, Vec::new()),
            None => self.open_post(row, task, forum).await?,
        };
        let (guild, subject, visibility) = (task.guild, task.subject(), task.visibility);
        let thread = Thread { channel: thread, guild, parent: forum, subject, visibility };
        let id = Some(thread.channel.0);
        Ok((Delivery::Done(id), Some(Placed::Post { task: task.id.clone(), thread, tags })))
    }

    async fn open_post(
        &self,
        row: &OutboxRow,
        task: &Task,
        forum: ChannelId,
    ) -> Result<(ChannelId, Vec<String>), super::Halt> {
        let (lang, known) = self.tongue(task.guild).await?;
        let voice = Voice::new(&self.office, lang, &known).of(task);
        let card = voice.task_card(&self.office.dossier(task.clone()).await?, &Self::mark(&task.code, row));
        let said = self.said_by_tags(task);
        let known = self.tags_of(task.guild, &self.rest.get_channel(forum).await?).await?;
        let tags = applied(&[], &known, &said);
        let made = self.rest.create_post(forum, (&voice.thread_name(task), &tags), card, &row.key).await?;
        let id = id_of(&made).ok_or_else(|| Failure::Unknown("the answer holds no thread id".into()))?;
        Ok((ChannelId(id), said))
    }

    /// Gives a post the tags that the task has now, when they are others than it was last given. Tags that people gave it
    /// stay. Tags help to find a task and are no reason to hold back what else is to be shown of it.
    pub(super) async fn tag_post(
        &self,
        task: &Task,
        thread: ChannelId,
        said: &[String],
    ) -> Result<(), super::Halt> {
        let now = self.said_by_tags(task);
        if now == said {
            return Ok(());
        }
        match self.retag(task, thread, &now).await {
            Ok(()) => {}
            Err(super::Halt::Rest(failure @ Failure::Rejected { .. })) => {
                tracing::warn!(task = task.code, %failure, "a post does not bear the tags of its task");
                return Ok(());
            }
            Err(halt) => return Err(halt),
        }
        let mut tx = self.office.store.begin().await?;
        tx.set_post_tags(&task.id, &now).await?;
        Ok(tx.commit().await?)
    }

    async fn retag(&self, task: &Task, thread: ChannelId, now: &[String]) -> Result<(), super::Halt> {
        let post = self.rest.get_channel(thread).await?;
        let Some(forum) = super::id_at(&post, "parent_id") else { return Ok(()) };
        let forum = self.rest.get_channel(ChannelId(forum)).await?;
        let known = self.tags_of(task.guild, &forum).await?;
        // A tag that was deleted from the forum may still be named by its posts, and is refused when it is given back.
        let there = available_tags(&forum);
        let ids = post["applied_tags"].as_array().into_iter().flatten();
        let ids = ids.filter_map(|id| id.as_str()?.parse::<u64>().ok());
        let before: Vec<u64> = ids.filter(|id| there.iter().any(|(tag, _)| tag == id)).collect();
        let after = applied(&before, &known, now);
        let same = before.iter().collect::<BTreeSet<_>>() == after.iter().collect::<BTreeSet<_>>();
        // A forum that wants a tag on each post lets the last one stay.
        if same || (after.is_empty() && requires_tag(&forum)) {
            return Ok(());
        }
        let mut body = json!({ "applied_tags": after.iter().map(ToString::to_string).collect::<Vec<_>>() });
        if post["thread_metadata"]["archived"] == true {
            // An archived thread takes nothing else.
            body["archived"] = false.into();
        }
        self.rest.modify_channel(thread, body, "liaison").await?;
        Ok(())
    }

    fn said_by_tags(&self, task: &Task) -> Vec<String> {
        Tag::of(task, self.office.clock.now()).iter().map(Tag::key).collect()
    }

    /// Which tags of a forum say what.
    pub(super) async fn tags_of(
        &self,
        guild: GuildId,
        forum: &Value,
    ) -> Result<BTreeMap<String, u64>, StoreError> {
        let made = made_tags(&self.office.store.made(guild).await?);
        Ok(known_tags(&available_tags(forum), &tag_names(&self.office), &made))
    }
}
