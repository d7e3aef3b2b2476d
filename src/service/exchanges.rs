//! Finding again what was said: `/log search`.
//!
//! Two steps, because who may read what is Discord's to say: [`Office::exchange_threads`] lists the threads that the
//! question is about, Discord's side keeps those that the person may read, and [`Office::search_exchanges`] looks there
//! and nowhere else.

use super::{Office, Outcome};
use crate::domain::actor::{Actor, Tier};
use crate::domain::exchange::Thread;
use crate::domain::ids::{ChannelId, GuildId, MessageId, UnitCode, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::rights::Authority;
use crate::domain::search::{Excerpt, Terms, excerpt};
use crate::store::search::{Search, Standing};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};

/// How many hits one answer shows.
pub const HITS_MAX: usize = 10;
/// About how many characters of a message a hit shows.
const EXCERPT_WIDTH: usize = 160;

/// What somebody looks for, as they typed it.
#[derive(Clone, Debug, Default)]
pub struct ExchangeQuery {
    /// Words, and phrases in quotes.
    pub query: String,
    /// Only what people of this unit said.
    pub unit: Option<String>,
    /// From this day on.
    pub date: Option<String>,
    /// Up to the end of this day.
    pub until: Option<String>,
}

/// The same, understood.
struct Wanted {
    terms: Terms,
    unit: Option<UnitCode>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The office; with `channel` and `message` it makes the link.
    pub guild: GuildId,
    /// The thread.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// Who wrote it.
    pub author: UserId,
    /// The name they showed then.
    pub author_name: String,
    /// The unit they belonged to then.
    pub unit: Option<UnitCode>,
    /// When it was first sent.
    pub sent: DateTime<Utc>,
    /// Whether it still says this.
    pub standing: Standing,
    /// The piece of it around the words.
    pub excerpt: Excerpt,
    /// The names of what was attached.
    pub attachments: Vec<String>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// The newest first.
    pub hits: Vec<Hit>,
    /// Whether there are more than are shown.
    pub more: bool,
}

impl Office {
    /// The threads in which to search: all of the office, or those of the task with this code.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn exchange_threads(
        &self,
        actor: &Actor,
        code: Option<&str>,
    ) -> Outcome<Result<Vec<Thread>, Refusal>> {
        let subject = match code {
            None => None,
            Some(code) => match self.task_shown(actor, code).await? {
                Ok(task) => Some(task.subject()),
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
        let threads = self.store.threads().await?.into_iter().map(|(thread, _)| thread);
        let about = |thread: &Thread| subject.as_ref().is_none_or(|subject| *subject == thread.subject);
        Ok(Ok(threads.filter(|thread| thread.guild == actor.guild).filter(about).collect()))
    }

    /// Searches the threads that the person may read. Old versions and deleted messages are shown from the coordinator on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn search_exchanges(
        &self,
        actor: &Actor,
        asked: &ExchangeQuery,
        visible: &[ChannelId],
    ) -> Outcome<Result<Hits, Refusal>> {
        let wanted = match self.read_query(actor, asked) {
            Ok(wanted) => wanted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let search = Search {
            guild: actor.guild,
            terms: &wanted.terms,
            channels: visible,
            unit: wanted.unit.as_ref(),
            author: None,
            from: wanted.from,
            until: wanted.until,
            past: actor.is_at_least(Tier::Coordinator),
            limit: HITS_MAX as i64 + 1,
        };
        let mut found = self.store.search(&search).await?;
        let more = found.len() > HITS_MAX;
        found.truncate(HITS_MAX);
        let hits = found
            .into_iter()
            .map(|found| Hit {
                guild: found.exchange.guild,
                channel: found.exchange.channel,
                message: found.exchange.message,
                author: found.exchange.author,
                sent: found.exchange.message.created(),
                standing: found.standing,
                excerpt: excerpt(&found.exchange.content, &wanted.terms, EXCERPT_WIDTH),
                attachments: found.exchange.attachments.into_iter().map(|file| file.name).collect(),
                author_name: found.exchange.author_name,
                unit: found.exchange.unit,
            })
            .collect();
        Ok(Ok(Hits { hits, more }))
    }

    fn read_query(&self, actor: &Actor, asked: &ExchangeQuery) -> Result<Wanted, Refusal> {
        if !actor.is_at_least(Tier::Officer) {
            return Err(Refusal::NotAllowed { who: vec![Authority::AtLeast { tier: Tier::Officer }] });
        }
        let terms = Terms::parse(&asked.query).ok_or(Refusal::EmptyQuery)?;
        let unit = asked.unit.as_deref().map(|unit| self.unit_named(unit)).transpose()?;
        let (from, until) = self.past_period(asked.date.as_deref(), asked.until.as_deref())?;
        let midnight = |date: NaiveDate| self.calendar.at(date, NaiveTime::MIN);
        let after = until.and_then(|until| until.succ_opt());
        Ok(Wanted { terms, unit, from: from.map(midnight), until: after.map(midnight) })
    }

    /// The first and the last day of a period that lies behind, as typed; each may be left out.
    pub(super) fn past_period(
        &self,
        from: Option<&str>,
        until: Option<&str>,
    ) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Refusal> {
        let now = self.clock.now();
        let today = self.calendar.local_date(now);
        let date = |text: &str| self.moment_named(text, now).map(|when| when.date);
        let from = from.map(date).transpose()?.map(|date| past(date, today));
        let until = until.map(date).transpose()?;
        let until = until.map(|date| match past(date, today) {
            early if from.is_some_and(|from| early < from) => date,
            early => early,
        });
        match from.zip(until) {
            Some((from, until)) if from > until => Err(Refusal::PeriodReversed),
            _ => Ok((from, until)),
        }
    }
}

/// A date without a year is read as the next one. Nobody looks for what will be said: they mean the last one.
fn past(date: NaiveDate, today: NaiveDate) -> NaiveDate {
    let last = date.checked_sub_months(Months::new(12)).filter(|last| date > today && *last <= today);
    last.unwrap_or(date)
}
