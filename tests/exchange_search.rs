//! `/log search` as the service sees it: what was typed, who asks, and where they may look.

use crate::databases::{Database, on_both};
use chrono::{DateTime, TimeZone, Utc};
use liaison::domain::actor::{Actor, Tier};
use liaison::domain::calendar::Calendar;
use liaison::domain::clock::Clock;
use liaison::domain::exchange::{Deletion, Event, Exchange, Thread, Via};
use liaison::domain::ids::{ChannelId, GuildId, MessageId, UnitCode, UserId};
use liaison::domain::lang::Lang;
use liaison::domain::refusal::Refusal;
use liaison::domain::rights::Authority;
use liaison::domain::task::Visibility;
use liaison::service::Office;
use liaison::service::exchanges::{ExchangeQuery, Hits};
use liaison::store::Store;
use liaison::store::search::Standing;
use std::collections::{BTreeMap, BTreeSet};

const GUILD: GuildId = GuildId(1);
const THREAD: ChannelId = ChannelId(100);

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2023, 3, 20, 3, 0, 0).unwrap()
}

fn office(store: Store) -> Office {
    let charter = liaison::charters::load("tctk-2023", now().date_naive()).unwrap();
    let calendar = Calendar::parse(charter.calendar_toml()).unwrap();
    Office::new(store, Clock::simulated(now()), charter, calendar)
}

fn actor(tier: Option<Tier>) -> Actor {
    Actor {
        guild: GUILD,
        user: UserId(7),
        name: "Bình".to_owned(),
        units: BTreeSet::new(),
        tiers: tier.into_iter().collect(),
        positions: BTreeMap::new(),
        lang: Lang::Vi,
    }
}

/// A message of 12:00 on that day of March 2023, on the office's wall clock.
fn said(day: u32, unit: &str, content: &str) -> Exchange {
    let at = Utc.with_ymd_and_hms(2023, 3, day, 5, 0, 0).unwrap();
    let message = MessageId::first_at(at.timestamp_millis());
    Exchange {
        message,
        version: message.created_ms(),
        guild: GUILD,
        channel: THREAD,
        author: UserId(7),
        author_name: "Bình".to_owned(),
        unit: Some(UnitCode::from(unit)),
        content: content.to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        via: Via::Gateway,
        seen: at,
    }
}

fn days(hits: &Hits) -> Vec<String> {
    hits.hits.iter().map(|hit| hit.sent.format("%d").to_string()).collect()
}

#[tokio::test]
async fn a_search_is_read_as_people_type_it() {
    on_both(async |Database { store, .. }: Database| {
        let office = office(store.clone());
        let units: Vec<UnitCode> =
            office.charter().units().iter().take(2).map(|unit| unit.code.clone()).collect();
        let [first, second] = units.as_slice() else { panic!("the charter has units") };
        let events = [
            said(1, first.as_str(), "Gửi phiếu điều tra giá"),
            said(2, second.as_str(), "Đã nhận phiếu điều tra"),
            said(3, first.as_str(), "Phiếu điều tra cần sửa mục 3"),
        ];
        store.log(&events.map(Event::Said), &[]).await.unwrap();
        let ask = async |change: &dyn Fn(&mut ExchangeQuery)| {
            let mut asked =
                ExchangeQuery { query: "\"phieu dieu tra\"".to_owned(), ..ExchangeQuery::default() };
            change(&mut asked);
            office.search_exchanges(&actor(Some(Tier::Officer)), &asked, &[THREAD]).await.unwrap()
        };
        let all = ask(&|_| {}).await.unwrap();
        assert_eq!(days(&all), ["03", "02", "01"]);
        let marked: Vec<&str> =
            all.hits[0].excerpt.parts.iter().filter(|part| part.hit).map(|part| part.text.as_str()).collect();
        assert_eq!(marked, ["Phiếu điều tra"], "as it was written");

        let unit = second.as_str().to_lowercase();
        assert_eq!(days(&ask(&|asked| asked.unit = Some(unit.clone())).await.unwrap()), ["02"]);
        // On 20 March "2/3" would be the next one, a year ahead; who searches means the last one.
        assert_eq!(days(&ask(&|asked| asked.date = Some("2/3".to_owned())).await.unwrap()), ["03", "02"]);
        assert_eq!(days(&ask(&|asked| asked.until = Some("2/3".to_owned())).await.unwrap()), ["02", "01"]);
        let day = |asked: &mut ExchangeQuery| {
            (asked.date, asked.until) = (Some("2/3".into()), Some("02/03/2023".into()))
        };
        assert_eq!(days(&ask(&day).await.unwrap()), ["02"], "the whole day");

        assert_eq!(ask(&|asked| asked.query = "*".to_owned()).await, Err(Refusal::EmptyQuery));
        let unknown = ask(&|asked| asked.unit = Some("không có".to_owned())).await;
        assert_eq!(unknown, Err(Refusal::UnknownUnit { given: "không có".to_owned() }));
        assert!(matches!(
            ask(&|asked| asked.date = Some("3.14".to_owned())).await,
            Err(Refusal::Told { .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn what_was_taken_back_is_for_coordinators() {
    on_both(async |Database { store, .. }: Database| {
        let office = office(store.clone());
        let gone = said(1, "TTDL", "số liệu nhầm");
        let deletion =
            Deletion { message: gone.message, guild: GUILD, channel: THREAD, via: Via::Gateway, seen: now() };
        store.log(&[Event::Said(gone), Event::Deleted(deletion)], &[]).await.unwrap();
        let asked = ExchangeQuery { query: "nham".to_owned(), ..ExchangeQuery::default() };
        let ask = async |tier, visible: &[ChannelId]| {
            office.search_exchanges(&actor(tier), &asked, visible).await.unwrap()
        };
        assert!(ask(Some(Tier::UnitHead), &[THREAD]).await.unwrap().hits.is_empty());
        let hits = ask(Some(Tier::Coordinator), &[THREAD]).await.unwrap().hits;
        assert_eq!(hits[0].standing, Standing::Deleted);
        assert!(
            ask(Some(Tier::Coordinator), &[]).await.unwrap().hits.is_empty(),
            "not what Discord hides from them"
        );
        let refused = Refusal::NotAllowed { who: vec![Authority::AtLeast { tier: Tier::Officer }] };
        assert_eq!(ask(None, &[THREAD]).await, Err(refused));
    })
    .await;
}

#[tokio::test]
async fn a_long_list_is_cut_and_says_so() {
    on_both(async |Database { store, .. }: Database| {
        let office = office(store.clone());
        let events: Vec<Event> = (1..=11).map(|day| Event::Said(said(day, "TTDL", "giá"))).collect();
        store.log(&events, &[]).await.unwrap();
        let asked = ExchangeQuery { query: "gia".to_owned(), ..ExchangeQuery::default() };
        let ask =
            async || office.search_exchanges(&actor(Some(Tier::Officer)), &asked, &[THREAD]).await.unwrap();
        let hits = ask().await.unwrap();
        assert_eq!((hits.hits.len(), hits.more), (10, true));
        assert_eq!(days(&hits)[0], "11");
    })
    .await;
}

#[tokio::test]
async fn a_task_is_searched_in_its_own_threads() {
    on_both(async |Database { store, .. }: Database| {
        let office = office(store.clone());
        let thread = Thread {
            channel: THREAD,
            guild: GUILD,
            parent: ChannelId(10),
            subject: "task:1".to_owned(),
            visibility: Visibility::Public,
        };
        let elsewhere = Thread { channel: ChannelId(300), guild: GuildId(2), ..thread.clone() };
        for thread in [&thread, &elsewhere] {
            store.register_thread(thread, now()).await.unwrap();
        }
        let officer = actor(Some(Tier::Officer));
        assert_eq!(office.exchange_threads(&officer, None).await.unwrap(), Ok(vec![thread]));
        let unknown = office.exchange_threads(&officer, Some("NV-2023-999")).await.unwrap();
        assert_eq!(unknown, Err(Refusal::UnknownTask { given: "NV-2023-999".to_owned() }));
    })
    .await;
}
