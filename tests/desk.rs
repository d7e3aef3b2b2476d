//! The service without a chat: people who ask one request after the other.

use crate::databases::Database;
use chrono::{DateTime, Utc};
use liaison::charters;
use liaison::domain::actor::{Actor, Tier, positions_of_roles};
use liaison::domain::calendar::Calendar;
use liaison::domain::clock::Clock;
use liaison::domain::effect::Answer;
use liaison::domain::ids::{ChannelId, GuildId, UserId};
use liaison::domain::lang::Lang;
use liaison::service::Office;
use liaison::service::directory::ServerView;
use liaison::service::request::{Incoming, Request};
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) const GUILD: GuildId = GuildId(1);

/// An office on a morning of March 2023, and what it has been asked.
pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) database: Database,
    next: AtomicU64,
}

impl Desk {
    pub(crate) async fn over(database: Database) -> Self {
        Self::under(database, &["tctk-2023"]).await
    }

    /// The same under several versions of the regulation.
    pub(crate) async fn under(database: Database, versions: &[&str]) -> Self {
        let now: DateTime<Utc> = "2023-03-01T01:00:00Z".parse().unwrap();
        let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
        let charters = charters::load_all(&versions, now.date_naive()).unwrap();
        let calendar = Calendar::parse(charters.last().calendar_toml()).unwrap();
        let office = Office::new(database.store.clone(), Clock::simulated(now), charters, calendar);
        office
            .see_server(GUILD, &ServerView { name: "office".into(), ..ServerView::default() })
            .await
            .unwrap();
        Self { office, database, next: AtomicU64::new(1_000) }
    }

    /// The answer to a request.
    pub(crate) async fn ask(&self, actor: &Actor, request: Request) -> Answer {
        let interaction = self.next.fetch_add(1, Ordering::Relaxed);
        let incoming = Incoming {
            interaction,
            application: 2,
            token: "token".to_owned(),
            channel: ChannelId(3),
            actor: actor.clone(),
            request,
        };
        assert_eq!(self.office.accept(&incoming).await.unwrap(), Ok(true));
        self.office.handle(interaction).await.unwrap();
        self.database.answer_to(interaction).await
    }

    /// A number that no other call gives: two tasks that are alike would be asked about.
    pub(crate) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }
}

/// A person by the roles they hold.
pub(crate) fn actor(user: u64, unit: Option<&str>, tier: Option<Tier>) -> Actor {
    let units = unit.into_iter().map(Into::into).collect();
    let tiers = tier.into_iter().collect();
    Actor {
        guild: GUILD,
        user: UserId(user),
        name: format!("person {user}"),
        positions: positions_of_roles(&units, &tiers),
        units,
        tiers,
        lang: Lang::Vi,
    }
}
