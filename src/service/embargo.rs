//! Until when the figures in a task's thread may not be made public: as its title says, or a message there.

use super::request::Incoming;
use super::{Office, Outcome};
use crate::domain::calendar::Calendar;
use crate::domain::guard::{
    Embargo, Forbidden, declared_until, embargoed_until, forbidden_under, has_figures,
};
use crate::domain::ids::ChannelId;
use crate::domain::task::Task;
use crate::store::{Store, StoreError};

/// The embargoes of a thread: that of its task's title, and those of its messages.
///
/// # Errors
/// When the database refuses.
pub async fn of_thread(
    store: &Store,
    calendar: &Calendar,
    thread: ChannelId,
) -> Result<Vec<Embargo>, StoreError> {
    let mut all = store.embargoes(thread).await?;
    all.extend(store.task_of_thread(thread).await?.and_then(|task| of_title(&task, calendar)));
    Ok(all)
}

/// What the title of a task says: it holds from the moment on when the task was given.
fn of_title(task: &Task, calendar: &Calendar) -> Option<Embargo> {
    let said = task.created_at;
    declared_until(&task.title, said, calendar).map(|until| Embargo { said, until })
}

impl Office {
    /// What of a request must not be kept, if anything.
    pub(super) async fn forbidden_in(&self, incoming: &Incoming) -> Outcome<Option<Forbidden>> {
        let texts: Vec<&str> = incoming.request.texts().collect();
        let mut embargoes = Vec::new();
        if texts.iter().any(|text| has_figures(text)) {
            embargoes = of_thread(&self.store, &self.calendar, incoming.channel).await?;
            let task = match incoming.request.task() {
                Some(named) => self.find_task(incoming.actor.guild, named).await?,
                None => None,
            };
            if let Some(task) = task {
                embargoes.extend(of_title(&task, &self.calendar));
                if let Some(thread) = task.thread {
                    embargoes.extend(self.store.embargoes(thread).await?);
                }
            }
        }
        Ok(self.forbidden_among(&texts, &embargoes))
    }

    /// What of a text that stands in `channel` must not be kept, if anything.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forbidden_at(&self, channel: ChannelId, text: &str) -> Outcome<Option<Forbidden>> {
        let embargoes = match has_figures(text) {
            true => of_thread(&self.store, &self.calendar, channel).await?,
            false => Vec::new(),
        };
        Ok(self.forbidden_among(&[text], &embargoes))
    }

    /// The same of texts that belong together: what one says of the figures holds for all of them.
    fn forbidden_among(&self, texts: &[&str], embargoes: &[Embargo]) -> Option<Forbidden> {
        let now = self.clock.now();
        let own = texts.iter().filter_map(|text| declared_until(text, now, &self.calendar)).max();
        let around = embargoed_until(embargoes, now).max(own);
        texts.iter().find_map(|text| forbidden_under(text, now, &self.calendar, around))
    }
}
