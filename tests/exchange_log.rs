//! The exchange log, on both databases: what it keeps, how it is searched, and who tampered with it.

use crate::databases::{Database, on_both};
use chrono::{DateTime, Duration, TimeZone, Utc};
use liaison::domain::exchange::{Attachment, Deletion, Event, Exchange, Thread, Via};
use liaison::domain::ids::{ChannelId, GuildId, MessageId, RoleId, UnitCode, UserId};
use liaison::domain::search::Terms;
use liaison::domain::task::Visibility;
use liaison::store::Store;
use liaison::store::chain::{Fault, Verdict};
use liaison::store::exchange::Author;
use liaison::store::office::{OfficeRole, Person};
use liaison::store::search::{Search, Standing};

const GUILD: GuildId = GuildId(1);
const THREAD: ChannelId = ChannelId(100);
const OTHER: ChannelId = ChannelId(200);

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 5, 0, 0).unwrap()
}

/// The message sent `minute` minutes after noon.
fn id(minute: u64) -> MessageId {
    MessageId(MessageId::first_at(noon().timestamp_millis()).0 + ((minute * 60_000) << 22))
}

fn said(minute: u64, content: &str) -> Exchange {
    Exchange {
        message: id(minute),
        version: id(minute).created_ms(),
        guild: GUILD,
        channel: THREAD,
        author: UserId(7),
        author_name: "Bình".to_owned(),
        unit: Some(UnitCode::from("TTDL")),
        content: content.to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        via: Via::Gateway,
        seen: noon(),
    }
}

pub(crate) fn edited(minute: u64, later_ms: i64, content: &str) -> Event {
    let said = said(minute, content);
    Event::Said(Exchange { version: said.version + later_ms, ..said })
}

fn deleted(minute: u64) -> Event {
    Event::Deleted(Deletion {
        message: id(minute),
        guild: GUILD,
        channel: THREAD,
        via: Via::Gateway,
        seen: noon(),
    })
}

fn thread(channel: ChannelId) -> Thread {
    Thread {
        channel,
        guild: GUILD,
        parent: ChannelId(10),
        subject: "task:1".to_owned(),
        visibility: Visibility::Private,
    }
}

/// Logs messages that say `contents`, one a minute.
pub(crate) async fn log_texts(store: &Store, contents: &[&str]) {
    let events: Vec<Event> =
        contents.iter().zip(1..).map(|(content, minute)| Event::Said(said(minute, content))).collect();
    assert_eq!(store.log(&events, &[]).await.unwrap(), events.len());
}

fn everything(terms: &Terms) -> Search<'_> {
    Search {
        guild: GUILD,
        terms,
        channels: &[THREAD],
        unit: None,
        author: None,
        from: None,
        until: None,
        past: false,
        limit: 50,
    }
}

async fn found(store: &Store, query: &str) -> Vec<String> {
    let terms = Terms::parse(query).unwrap();
    let found = store.search(&everything(&terms)).await.unwrap();
    found.into_iter().map(|found| found.exchange.content).collect()
}

#[tokio::test]
async fn hearing_of_it_again_or_late_changes_nothing() {
    on_both(async |Database { store, .. }: Database| {
        let file = Attachment {
            id: 5,
            name: "Báo cáo.xlsx".to_owned(),
            size: 1024,
            content_type: None,
            url: "https://cdn.example/5".to_owned(),
        };
        let first =
            Exchange { attachments: vec![file], reply_to: Some(id(0)), ..said(1, "Gửi số liệu") };
        let (deletion, edit) = (deleted(1), edited(1, 500, "Gửi lại số liệu"));
        // The deletion before the message, everything twice, in one batch and in several.
        assert_eq!(store.log(&[deletion.clone(), deletion.clone()], &[]).await.unwrap(), 1);
        assert_eq!(
            store.log(&[edit.clone(), Event::Said(first.clone()), edit.clone()], &[]).await.unwrap(),
            2
        );
        assert_eq!(store.log(&[Event::Said(first.clone()), deletion], &[]).await.unwrap(), 0);

        assert!(found(&store, "số liệu").await.is_empty(), "it is deleted, whatever comes late");
        let terms = Terms::parse("gui").unwrap();
        let past = store.search(&Search { past: true, ..everything(&terms) }).await.unwrap();
        assert_eq!(past.len(), 2);
        assert!(past.iter().all(|found| found.standing == Standing::Deleted));
        assert_eq!(past[1].exchange, first, "as it was said, with what was attached");
        assert!(matches!(store.verify_chain().await.unwrap(), Verdict::Intact(head) if head.seq == 3));
    })
    .await;
}

#[tokio::test]
async fn a_large_batch_is_one_change() {
    on_both(async |Database { store, .. }: Database| {
        store.register_thread(&thread(THREAD), noon()).await.unwrap();
        let events: Vec<Event> = (1..=777).map(|n| Event::Said(said(n, &format!("số {n}")))).collect();
        assert_eq!(store.log(&events[..500], &[]).await.unwrap(), 500);
        assert_eq!(store.log(&events, &[(THREAD, id(777))]).await.unwrap(), 277);
        let Verdict::Intact(head) = store.verify_chain().await.unwrap() else { panic!("not intact") };
        assert_eq!(head.seq, 777);
        assert_eq!(head, store.chain_head().await.unwrap());
        let known = store.known_messages(THREAD, id(3), id(5)).await.unwrap();
        assert_eq!(known, [id(3), id(4), id(5)]);
        store.log(&[deleted(4)], &[]).await.unwrap();
        assert_eq!(store.known_messages(THREAD, id(3), id(5)).await.unwrap(), [id(3), id(5)]);
        assert!(store.known_messages(OTHER, id(3), id(5)).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_the_same_time_make_one_chain() {
    on_both(async |Database { store, .. }: Database| {
        let writers = (0..6_u64).map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..10 {
                    // Each message is logged by two of the writers.
                    let minute = (writer / 2) * 100 + n;
                    store.log(&[Event::Said(said(minute, "cùng lúc"))], &[]).await.unwrap();
                }
            })
        });
        for writer in futures::future::join_all(writers).await {
            writer.unwrap();
        }
        assert!(matches!(store.verify_chain().await.unwrap(), Verdict::Intact(head) if head.seq == 30));
    })
    .await;
}

#[tokio::test]
async fn a_thread_is_registered_once_and_read_forward_only() {
    on_both(async |Database { store, .. }: Database| {
        store.register_thread(&thread(THREAD), noon()).await.unwrap();
        assert_eq!(store.threads().await.unwrap(), [(thread(THREAD), MessageId(0))]);
        store.log(&[], &[(THREAD, id(9)), (OTHER, id(9))]).await.unwrap();
        store.log(&[], &[(THREAD, id(3))]).await.unwrap();
        let again = Thread { subject: "task:2".to_owned(), ..thread(THREAD) };
        store.register_thread(&again, noon() + Duration::days(1)).await.unwrap();
        store.register_thread(&thread(OTHER), noon()).await.unwrap();
        let threads = store.threads().await.unwrap();
        assert_eq!(threads, [(thread(THREAD), id(9)), (thread(OTHER), MessageId(0))]);
    })
    .await;
}

#[tokio::test]
async fn an_author_has_the_name_and_the_unit_of_the_office() {
    on_both(async |Database { store, .. }: Database| {
        let mut tx = store.begin().await.unwrap();
        for (role, unit) in [(1, Some("TTKH")), (2, Some("TTDL")), (3, None)] {
            let role = OfficeRole {
                role: RoleId(role),
                name: "vai trò".to_owned(),
                unit: unit.map(UnitCode::from),
                tier: None,
            };
            tx.set_role(GUILD, &role).await.unwrap();
        }
        let person = Person { user: UserId(7), name: "Bình (TTDL)".to_owned() };
        tx.set_member(GUILD, &person, &[RoleId(1), RoleId(2), RoleId(3)]).await.unwrap();
        tx.commit().await.unwrap();
        let known = Author { name: Some(person.name), unit: Some(UnitCode::from("TTDL")) };
        assert_eq!(store.author(GUILD, UserId(7)).await.unwrap(), known);
        assert_eq!(known.unit, store.unit_of(GUILD, UserId(7)).await.unwrap(), "one rule for both");
        assert_eq!(store.author(GUILD, UserId(8)).await.unwrap(), Author::default());
    })
    .await;
}

#[tokio::test]
async fn search_knows_words_and_phrases_without_diacritics() {
    on_both(async |Database { store, .. }: Database| {
        let texts = ["Gửi số liệu giá tháng 3", "Số lượng và dữ liệu", "Đã nhận, Đà Nẵng v1.5 a-b"];
        log_texts(&store, &texts).await;
        assert_eq!(found(&store, "so LIEU").await, [texts[1], texts[0]], "the newest first");
        assert_eq!(found(&store, "\"số liệu\"").await, [texts[0]]);
        assert_eq!(found(&store, "“so lieu” gia").await, [texts[0]]);
        assert_eq!(found(&store, "da nang").await, [texts[2]]);
        assert_eq!(found(&store, "đà \"v1.5 A-B\"").await, [texts[2]]);
        assert_eq!(found(&store, "\"lieu so\"").await, [""; 0]);
        assert_eq!(found(&store, "số tiền").await, [""; 0], "all words must be there");
    })
    .await;
}

#[tokio::test]
async fn no_input_breaks_the_search() {
    on_both(async |Database { store, .. }: Database| {
        log_texts(&store, &["near and or not bình thường", "DROP TABLE exchange"]).await;
        let long = "dài".repeat(3000);
        for weird in [
            "\"",
            "\"near",
            "NEAR(",
            "near(bình thường)",
            "*",
            "b*",
            "folded:near",
            "^near",
            "-near",
            "near AND",
            "'; DROP TABLE exchange; --",
            "' | near",
            "a:*",
            "!near",
            "<->",
            "\\",
            "\\'",
            "%",
            "_",
            "$1",
            "{near}",
            "\u{0}",
            "near\u{0}",
            "👍 near",
            "ê\u{323}",
            &long,
        ] {
            if let Some(terms) = Terms::parse(weird) {
                store.search(&everything(&terms)).await.unwrap_or_else(|error| panic!("{weird:?}: {error}"));
            }
        }
        assert_eq!(found(&store, "NEAR(").await.len(), 1);
        assert_eq!(found(&store, "and OR not").await.len(), 1);
        assert_eq!(found(&store, "'; DROP").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn search_is_narrowed_by_thread_unit_person_and_time() {
    on_both(async |Database { store, .. }: Database| {
        let other = Exchange {
            channel: OTHER,
            author: UserId(8),
            unit: Some(UnitCode::from("CTK-48")),
            ..said(2, "giá nhà")
        };
        let elsewhere = Exchange { guild: GuildId(2), ..said(3, "giá ở nơi khác") };
        let events = [said(1, "giá gạo"), other, elsewhere, said(4, "giá điện")].map(Event::Said);
        store.log(&events, &[]).await.unwrap();
        let terms = Terms::parse("gia").unwrap();
        let all = Search { channels: &[THREAD, OTHER], ..everything(&terms) };
        let contents = async |search: Search<'_>| {
            let found = store.search(&search).await.unwrap();
            found.into_iter().map(|found| found.exchange.content).collect::<Vec<_>>()
        };
        assert_eq!(contents(all.clone()).await, ["giá điện", "giá nhà", "giá gạo"]);
        assert_eq!(contents(Search { limit: 1, ..all.clone() }).await, ["giá điện"]);
        assert_eq!(contents(Search { channels: &[OTHER], ..all.clone() }).await, ["giá nhà"]);
        assert_eq!(contents(Search { channels: &[], ..all.clone() }).await, [""; 0], "nothing is visible");
        let unit = UnitCode::from("CTK-48");
        assert_eq!(contents(Search { unit: Some(&unit), ..all.clone() }).await, ["giá nhà"]);
        assert_eq!(contents(Search { author: Some(UserId(8)), ..all.clone() }).await, ["giá nhà"]);
        let minute = |n| Some(noon() + Duration::minutes(n));
        assert_eq!(contents(Search { from: minute(2), until: minute(4), ..all }).await, ["giá nhà"]);
    })
    .await;
}

#[tokio::test]
async fn only_what_a_message_says_now_is_found() {
    on_both(async |Database { store, .. }: Database| {
        store.log(&[Event::Said(said(1, "hạn ngày năm")), edited(1, 10, "hạn ngày sáu")], &[]).await.unwrap();
        assert_eq!(found(&store, "năm").await, [""; 0]);
        assert_eq!(found(&store, "hạn").await, ["hạn ngày sáu"]);
        let terms = Terms::parse("hạn").unwrap();
        let past = store.search(&Search { past: true, ..everything(&terms) }).await.unwrap();
        let standing: Vec<_> = past.iter().map(|found| found.standing).collect();
        assert_eq!(standing, [Standing::Current, Standing::Edited]);
    })
    .await;
}

/// What a statement run behind the bot's back does to a log of five rows.
async fn tampered(sql: &'static str, seq: i64, message: Option<MessageId>, fault: Fault) {
    on_both(async |database: Database| {
        log_texts(&database.store, &["một", "hai", "ba", "bốn", "năm"]).await;
        assert!(matches!(database.store.verify_chain().await.unwrap(), Verdict::Intact(_)));
        database.tamper(sql).await;
        let verdict = database.store.verify_chain().await.unwrap();
        assert_eq!(verdict, Verdict::Broken { seq, message, fault }, "{sql}");
    })
    .await;
}

#[tokio::test]
async fn an_altered_row_is_named() {
    tampered(
        "UPDATE exchange SET content = 'BA', folded = 'ba' WHERE seq = 3",
        3,
        Some(id(3)),
        Fault::Altered,
    )
    .await;
    tampered("UPDATE exchange SET folded = 'bo' WHERE seq = 3", 3, Some(id(3)), Fault::Altered).await;
    tampered("UPDATE exchange SET unit = 'TTKH' WHERE seq = 2", 2, Some(id(2)), Fault::Altered).await;
    tampered("UPDATE exchange SET sent_at = sent_at + 1 WHERE seq = 2", 2, Some(id(2)), Fault::Altered).await;
    tampered("UPDATE exchange SET attachments = 'x' WHERE seq = 4", 4, Some(id(4)), Fault::Altered).await;
    tampered("UPDATE chain SET hash = 'x'", 5, None, Fault::Altered).await;
}

#[tokio::test]
async fn a_removed_row_is_named() {
    tampered("DELETE FROM exchange WHERE seq = 1", 1, None, Fault::Removed).await;
    tampered("DELETE FROM exchange WHERE seq = 3", 3, None, Fault::Removed).await;
    tampered("DELETE FROM exchange WHERE seq > 3", 4, None, Fault::Removed).await;
    tampered("DELETE FROM exchange", 1, None, Fault::Removed).await;
}

#[tokio::test]
async fn an_inserted_row_is_named() {
    tampered(
        "INSERT INTO exchange SELECT message_id, kind, version + 1, guild_id, 6, channel_id, author_id, author_name, \
         unit, sent_at, content, folded, attachments, reply_to, via, seen_at, hash FROM exchange WHERE seq = 5",
        6,
        Some(id(5)),
        Fault::Altered,
    )
    .await;
    // Made by somebody who can make hashes too, but did not move the chain.
    tampered(
        "UPDATE chain SET seq = 3, hash = (SELECT hash FROM exchange WHERE seq = 3)",
        4,
        Some(id(4)),
        Fault::Inserted,
    )
    .await;
}

/// Not a test of the speed, which depends on the machine: `cargo test -- --ignored --nocapture measure`.
#[tokio::test]
#[ignore = "prints figures"]
async fn measure_logging() {
    on_both(async |Database { store, .. }: Database| {
        for batch in [1, 100, 1000] {
            let from = batch * 1_000_000;
            let total = (batch * 100).min(20_000);
            let text =
                "Đề nghị Trung tâm Dữ liệu gửi số liệu giá tiêu dùng tháng 3 trước ngày 15, kèm bảng tính";
            let events: Vec<Event> =
                (from..from + total).map(|n| Event::Said(said(n, &format!("{text} {n}")))).collect();
            let start = std::time::Instant::now();
            for batch in events.chunks(batch as usize) {
                store.log(batch, &[]).await.unwrap();
            }
            println!("{batch} a batch: {:.0} messages/s", total as f64 / start.elapsed().as_secs_f64());
        }
    })
    .await;
}
