//! From events to the log: whatever order they come in, however often, and whatever does not come at all.

use crate::databases::{Database, on_both, postgres, sqlite};
use crate::history::{Access, History, event};
use chrono::{TimeZone, Utc};
use liaison::discord::ingest::Ingest;
use liaison::domain::calendar::Calendar;
use liaison::domain::clock::Clock;
use liaison::domain::exchange::{Event, Thread, Via};
use liaison::domain::ids::{ChannelId, GuildId, MessageId};
use liaison::domain::task::Visibility;
use liaison::store::Store;
use liaison::store::chain::Verdict;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

const THREAD: ChannelId = ChannelId(100);
const OTHER: ChannelId = ChannelId(200);

fn clock() -> Clock {
    Clock::simulated(Utc.with_ymd_and_hms(2026, 3, 2, 5, 0, 0).unwrap())
}

fn calendar() -> Arc<Calendar> {
    Arc::new(Calendar::parse(include_str!("../charters/tctk-2023/calendar.toml")).unwrap())
}

/// The `n`th message, one a second.
fn id(n: u64) -> MessageId {
    MessageId(MessageId::first_at(clock().now_ms()).0 + ((n * 1000) << 22))
}

fn thread(channel: ChannelId) -> Thread {
    Thread {
        channel,
        guild: GuildId(1),
        parent: ChannelId(10),
        subject: "task:1".to_owned(),
        visibility: Visibility::Public,
    }
}

async fn start(store: &Store, history: &History) -> Ingest {
    Ingest::start(store.clone(), clock(), calendar(), history.serve().await).await.unwrap()
}

/// A running ingest that logs [`THREAD`] and has a session.
async fn started(store: &Store, history: &History) -> Ingest {
    let ingest = start(store, history).await;
    ingest.register_thread(thread(THREAD)).await.unwrap();
    ready(&ingest).await;
    ingest
}

/// A new session begins, and its gap is read back.
async fn ready(ingest: &Ingest) {
    ingest.on_ready();
    timeout(Duration::from_secs(60), ingest.caught_up()).await.expect("every gap is read back");
}

/// Waits until `done` says so.
async fn eventually(what: &str, done: impl AsyncFn() -> bool) {
    let wait = async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(30), wait).await.unwrap_or_else(|_| panic!("never: {what}"));
}

/// (message, version, content); a deletion has neither version nor content.
type LogRow = (MessageId, Option<(i64, String)>);

async fn rows(store: &Store, channel: ChannelId) -> BTreeSet<LogRow> {
    let row = |event| match event {
        Event::Said(said) => (said.message, Some((said.version, said.content))),
        Event::Deleted(deleted) => (deleted.message, None),
    };
    store.exchanges_of(channel).await.unwrap().into_iter().map(row).collect()
}

#[tokio::test]
async fn what_is_said_edited_and_deleted_is_logged_as_it_happens() {
    on_both(async |Database { store, .. }: Database| {
        let history = History::default();
        let ingest = started(&store, &history).await;
        let elsewhere = history.say(OTHER, id(9), "không phải luồng phối hợp");
        let said = history.say(THREAD, id(1), "Gửi số liệu");
        let mut unfolded = json!({"t": "MESSAGE_UPDATE", "d": said["d"]});
        unfolded["d"]["embeds"] = json!([{"type": "link", "url": "https://example.org"}]);
        let edit = history.edit(THREAD, id(1), 500, "Gửi lại số liệu").unwrap();
        let second = history.say(THREAD, id(2), "Nhầm luồng");
        let deletion = history.delete(THREAD, id(2)).unwrap();
        for one in [elsewhere, said, unfolded, edit, second, deletion] {
            ingest.hear(event(&one)).await;
        }
        ingest.drain().await;
        let at = |n: u64, later| id(n).created_ms() + later;
        let expected = BTreeSet::from([
            (id(1), Some((at(1, 0), "Gửi số liệu".to_owned()))),
            (id(1), Some((at(1, 500), "Gửi lại số liệu".to_owned()))),
            (id(2), Some((at(2, 0), "Nhầm luồng".to_owned()))),
            (id(2), None),
        ]);
        assert_eq!(rows(&store, THREAD).await, expected);
        assert!(rows(&store, OTHER).await.is_empty());
        let logged = store.exchanges_of(THREAD).await.unwrap();
        assert!(
            matches!(&logged[0], Event::Said(said) if said.via == Via::Gateway && said.author_name == "Bình")
        );
    })
    .await;
}

#[tokio::test]
async fn what_serenity_cannot_read_is_logged_all_the_same() {
    on_both(async |Database { store, .. }: Database| {
        let history = History::default();
        let ingest = started(&store, &history).await;
        let mut strange = history.say(THREAD, id(1), "Tin có thành phần mới");
        // Embeds of a new kind: serenity gives up on the whole message.
        strange["d"]["embeds"] = json!("new");
        let parsed = event(&strange);
        assert!(matches!(parsed, serenity::all::Event::Unknown(_)), "{parsed:?}");
        ingest.hear(parsed).await;
        let bulk = json!({"t": "MESSAGE_DELETE_BULK", "d":
            {"ids": [id(1).0.to_string(), id(2).0.to_string()], "channel_id": "100", "guild_id": "1"}});
        ingest.hear(event(&bulk)).await;
        ingest.drain().await;
        let logged = rows(&store, THREAD).await;
        assert_eq!(logged.len(), 3, "{logged:?}");
    })
    .await;
}

#[tokio::test]
async fn five_thousand_missed_messages_make_the_same_log_as_five_thousand_seen() {
    on_both(async |Database { store, .. }: Database| {
        let history = History::default();
        let ingest = started(&store, &history).await;
        ingest.register_thread(thread(OTHER)).await.unwrap();
        let mut seen = Vec::new();
        for n in 1..=5000 {
            let content = format!("số {n}");
            seen.push(history.say(THREAD, id(n), &content));
            history.say(OTHER, id(5000 + n), &content);
        }
        for one in &seen {
            ingest.hear(event(one)).await;
        }
        ready(&ingest).await;
        ingest.drain().await;
        let contents = async |channel| {
            let rows = rows(&store, channel).await.into_iter();
            rows.map(|(_, row)| row.unwrap().1).collect::<Vec<_>>()
        };
        assert_eq!(contents(THREAD).await.len(), 5000);
        assert_eq!(contents(OTHER).await, contents(THREAD).await);
        assert_eq!(store.read_until(OTHER).await.unwrap(), Some(id(10_000)));
        assert!(matches!(store.verify_chain().await.unwrap(), Verdict::Intact(head) if head.seq == 10_000));
    })
    .await;
}

#[tokio::test]
async fn edits_and_deletions_of_the_gap_are_found_on_the_page_before_it() {
    on_both(async |Database { store, .. }: Database| {
        let history = History::default();
        for n in 1..=150 {
            history.say(THREAD, id(n), &format!("số {n}"));
        }
        let ingest = started(&store, &history).await;
        history.edit(THREAD, id(120), 90, "sửa").unwrap();
        history.delete(THREAD, id(130)).unwrap();
        history.delete(THREAD, id(150)).unwrap();
        history.say(THREAD, id(151), "mới");
        ready(&ingest).await;
        ingest.drain().await;
        let logged = rows(&store, THREAD).await;
        assert!(logged.contains(&(id(120), Some((id(120).created_ms() + 90, "sửa".to_owned())))));
        assert!(logged.contains(&(id(130), None)));
        assert!(logged.contains(&(id(150), None)));
        assert_eq!(logged.len(), 150 + 4, "nothing else was taken for deleted");
    })
    .await;
}

#[tokio::test]
async fn a_thread_that_cannot_be_read_is_no_deletion_and_stops_no_other() {
    on_both(async |Database { store, .. }: Database| {
        let history = History::default();
        let ingest = started(&store, &history).await;
        let first = history.say(THREAD, id(1), "trước");
        ingest.hear(event(&first)).await;
        ready(&ingest).await;
        for (n, access) in [Access::WithoutHistory, Access::Forbidden].into_iter().enumerate() {
            history.access(THREAD, Some(access));
            ingest.register_thread(thread(OTHER)).await.unwrap();
            history.say(THREAD, id(10 + n as u64), "chưa đọc được");
            history.say(OTHER, id(20 + n as u64), "đọc được");
            ready(&ingest).await;
            assert_eq!(rows(&store, THREAD).await.len(), 1, "neither read nor taken for deleted");
            assert_eq!(rows(&store, OTHER).await.len(), 1 + n);
        }
        history.access(THREAD, None);
        ready(&ingest).await;
        ingest.drain().await;
        assert_eq!(rows(&store, THREAD).await.len(), 3, "as soon as Discord lets us");
    })
    .await;
}

#[tokio::test]
async fn a_full_queue_loses_nothing() {
    on_both(async |Database { store, .. }: Database| {
        let history = History::default();
        let rest = history.serve().await;
        let ingest = Ingest::start_with_queue(store.clone(), clock(), calendar(), rest, 2).await.unwrap();
        ingest.register_thread(thread(THREAD)).await.unwrap();
        ready(&ingest).await;
        // A writer elsewhere holds the database, so that the queue must fill.
        let tx = store.begin().await.unwrap();
        for n in 1..=300 {
            ingest.hear(event(&history.say(THREAD, id(n), &format!("số {n}")))).await;
        }
        drop(tx);
        timeout(Duration::from_secs(60), ingest.caught_up()).await.expect("the gap is read back");
        ingest.drain().await;
        assert_eq!(rows(&store, THREAD).await.len(), 300);
    })
    .await;
}

#[tokio::test]
async fn live_messages_move_the_watermark_once_the_thread_is_caught_up() {
    on_both(async |Database { store, .. }: Database| {
        let history = History::default();
        let ingest = start(&store, &history).await;
        ingest.register_thread(thread(THREAD)).await.unwrap();
        // Before READY: logged, but what came before it is not known.
        history.say(THREAD, id(1), "bị lỡ");
        ingest.hear(event(&history.say(THREAD, id(2), "thấy"))).await;
        eventually("message 2 is logged", async || rows(&store, THREAD).await.len() == 1).await;
        assert_eq!(store.read_until(THREAD).await.unwrap(), Some(MessageId(0)));
        ready(&ingest).await;
        assert_eq!(rows(&store, THREAD).await.len(), 2);
        ingest.hear(event(&history.say(THREAD, id(3), "sau"))).await;
        eventually("the watermark is at message 3", async || {
            store.read_until(THREAD).await.unwrap() == Some(id(3))
        })
        .await;
        ingest.drain().await;
    })
    .await;
}

/// What people do in a thread, and what becomes of the event that tells of it.
#[derive(Clone, Debug)]
enum Deed {
    Say,
    Edit(Index),
    Delete(Index),
}

fn deeds() -> impl Strategy<Value = Vec<(Deed, bool)>> {
    let deed = prop_oneof![
        4 => Just(Deed::Say),
        2 => any::<Index>().prop_map(Deed::Edit),
        1 => any::<Index>().prop_map(Deed::Delete),
    ];
    proptest::collection::vec((deed, proptest::bool::weighted(0.7)), 1..60)
}

/// All events that tell of `deeds`, each with whether it is delivered.
fn act(history: &History, deeds: &[(Deed, bool)]) -> Vec<(Value, bool)> {
    let mut said: Vec<MessageId> = Vec::new();
    let mut events = Vec::new();
    for ((deed, delivered), n) in deeds.iter().zip(1..) {
        let told = match deed {
            Deed::Say => {
                said.push(id(n));
                Some(history.say(THREAD, id(n), &format!("số {n}")))
            }
            Deed::Edit(which) if !said.is_empty() => {
                history.edit(THREAD, *which.get(&said), n as i64, &format!("sửa {n}"))
            }
            Deed::Delete(which) if !said.is_empty() => history.delete(THREAD, *which.get(&said)),
            _ => None,
        };
        events.extend(told.map(|told| (told, *delivered)));
    }
    events
}

/// The rows that a log without gaps has.
fn truth(events: &[(Value, bool)]) -> BTreeSet<LogRow> {
    let message = |json: &Value| MessageId(json["id"].as_str().unwrap().parse().unwrap());
    events
        .iter()
        .map(|(event, _)| {
            let (json, said) = (&event["d"], event["d"]["content"].as_str());
            let edited = json["edited_timestamp"].as_str();
            let version = edited.map_or(message(json).created_ms(), |at| {
                chrono::DateTime::parse_from_rfc3339(at).unwrap().timestamp_millis()
            });
            (message(json), said.map(|said| (version, said.to_owned())))
        })
        .collect()
}

/// The current text of what is not deleted.
fn current(rows: &BTreeSet<LogRow>) -> BTreeMap<MessageId, String> {
    let mut current = BTreeMap::new();
    for (message, row) in rows {
        // The versions of a message come in their order, so the greatest stays.
        if let Some((_, content)) = row
            && !rows.contains(&(*message, None))
        {
            current.insert(*message, content.clone());
        }
    }
    current
}

/// Any order, any repetition, any loss: what history can tell is in the log afterwards, and nothing else is.
async fn commutes(database: &Database, deeds: &[(Deed, bool)], order: &[Index]) {
    let store = &database.store;
    let history = History::default();
    let ingest = started(store, &history).await;
    let events = act(&history, deeds);
    let mut delivered: Vec<&Value> =
        events.iter().filter(|(_, comes)| *comes).map(|(event, _)| event).collect();
    for (at, index) in order.iter().enumerate().take(delivered.len()) {
        let other = index.index(delivered.len());
        delivered.swap(at, other);
        if at % 3 == 0 {
            delivered.push(delivered[other]);
        }
    }
    for one in delivered {
        ingest.hear(event(one)).await;
    }
    ready(&ingest).await;
    ingest.drain().await;

    let (logged, truth) = (rows(store, THREAD).await, truth(&events));
    assert!(logged.is_subset(&truth), "invented: {:?}", logged.difference(&truth).collect::<Vec<_>>());
    assert_eq!(current(&logged), history.contents(THREAD));
    let lost: BTreeSet<&LogRow> = truth.difference(&logged).collect();
    let undelivered = self::truth(&events.iter().filter(|(_, comes)| !comes).cloned().collect::<Vec<_>>());
    assert!(lost.iter().all(|row| undelivered.contains(row)), "what was delivered is never lost: {lost:?}");
    assert!(matches!(store.verify_chain().await.unwrap(), Verdict::Intact(_)));
}

#[test]
fn any_order_any_repetition_and_any_loss_give_the_same_log() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    let inputs = (deeds(), proptest::collection::vec(any::<Index>(), 60));
    runner
        .run(&inputs, |(deeds, order)| {
            runtime.block_on(async {
                commutes(&sqlite().await, &deeds, &order).await;
                if let Some(database) = postgres().await {
                    commutes(&database, &deeds, &order).await;
                }
            });
            Ok(())
        })
        .unwrap();
}
