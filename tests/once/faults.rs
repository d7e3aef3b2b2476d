//! Discord fails at one call: before it acts, after it acts, with an answer or without.

use super::{Story, asked, happened_once};
use crate::databases::{Database, on_both, postgres, sqlite};
use crate::harness::World;
use anyhow::ensure;
use discord_sandbox::{Effect, Fault, LimitScope};
use futures::{StreamExt, stream};
use liaison::demo::time;
use liaison::store::dialect::Dialect;
use serde_json::{Value, json};
use std::time::Duration;

/// How many worlds there are at the same time.
const AT_ONCE: usize = 8;
/// How long the bot waits here.
const DEADLINE: Duration = Duration::from_secs(1);

/// A call of a story: the how-many-th of its method and route.
type Place = (String, String, u32);

fn faults() -> Vec<Effect> {
    let limit = |scope, code| Effect::RateLimit { scope, retry_after: 0.2, code };
    vec![
        Effect::CommitThenDrop,
        Effect::Reset,
        Effect::Hang { seconds: 30 },
        // It is done, after nobody waits for it any more.
        Effect::Delay { millis: 1_200 },
        Effect::Status { status: 500, body: Value::Null },
        Effect::Status { status: 502, body: "<html><h1>502 Bad Gateway</h1></html>".into() },
        limit(LimitScope::User, None),
        limit(LimitScope::Shared, Some(20_028)),
    ]
}

async fn world(database: Database) -> World {
    let mut world = World::without_bot(database, "2023-03-01 08:00").await;
    world.deadline = DEADLINE;
    world.start_bot().await;
    world
}

/// Lets a story happen while `fault` strikes; the calls that it took.
async fn happens(database: Database, story: Story, fault: Option<Fault>) -> anyhow::Result<Vec<Place>> {
    let mut world = world(database).await;
    story.prepare(&world).await?;
    let before = world.sandbox.requests().len();
    // How often a later call of a kind is made depends on how fast things go; the first is always made.
    let must_strike = fault.as_ref().is_some_and(|fault| fault.skip == 0);
    if let Some(fault) = fault {
        world.sandbox.add_fault(fault);
    }
    let typing = story.begin(&world).await;
    world
        .until("the request is kept", async |world| match asked(world).first() {
            Some(asked) => world.office.store.request(asked.interaction).await.expect("a request").is_some(),
            None => false,
        })
        .await;
    time::rest(&world.office).await?;
    typing.abort();
    let mut places: Vec<Place> = Vec::new();
    for call in &world.sandbox.requests()[before..] {
        let (method, route) = (&call.call.method, &call.call.route);
        let earlier = places.iter().filter(|place| (&place.0, &place.1) == (method, route)).count();
        places.push((method.clone(), route.clone(), u32::try_from(earlier)?));
    }
    let faults: Value =
        reqwest::get(format!("{}/sandbox/faults", world.sandbox.base_url())).await?.json().await?;
    ensure!(!must_strike || faults[0]["hits"] == 1, "the fault did not strike: {faults}");
    happened_once(&mut world, story).await?;
    world.end().await;
    Ok(places)
}

async fn database(dialect: Dialect) -> Option<Database> {
    match dialect {
        Dialect::Sqlite => Some(sqlite().await),
        Dialect::Postgres => postgres().await,
    }
}

/// Each fault at each call of a story; of many calls of one kind the first and the last.
async fn each_at_each_call(dialect: Dialect, story: Story, faults: Vec<Effect>) {
    let Some(clean) = database(dialect).await else { return };
    let mut places = happens(clean, story, None).await.expect("a story without faults");
    let all = places.clone();
    places.retain(|(method, route, number)| {
        *number == 0 || !all.contains(&(method.clone(), route.clone(), number + 1))
    });
    assert!(places.len() >= 6, "{places:?}");
    let runs = places.iter().flat_map(|place| faults.iter().map(move |fault| (place, fault)));
    let runs = runs.map(|((method, route, number), effect)| async move {
        let fault = Fault::rest(method, route, effect.clone()).after(*number);
        let what = format!("{dialect:?}, {story:?}, {method} {route} no. {number}: {effect:?}");
        let Some(database) = database(dialect).await else { return };
        let done = tokio::spawn(happens(database, story, Some(fault))).await;
        let done = done.unwrap_or_else(|error| panic!("{what}: {error}"));
        done.unwrap_or_else(|error| panic!("{what}: {error:#}"));
    });
    stream::iter(runs).buffer_unordered(AT_ONCE).for_each(async |()| {}).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_task_is_there_once_whatever_fails() {
    each_at_each_call(Dialect::Sqlite, Story::PublicTask, faults()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_task_is_there_once_whatever_fails() {
    each_at_each_call(Dialect::Sqlite, Story::PrivateTask, faults()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_of_a_forum_is_there_once_whatever_fails() {
    each_at_each_call(Dialect::Sqlite, Story::Post, faults()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_is_there_once_whatever_fails() {
    each_at_each_call(Dialect::Sqlite, Story::Meeting, faults()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_everything_is_there_once_when_the_answer_is_lost() {
    for story in Story::ALL {
        each_at_each_call(Dialect::Postgres, story, vec![Effect::CommitThenDrop]).await;
    }
}

/// A public task while these strike.
async fn is_there_once(faults: impl Fn() -> Vec<Fault>) {
    on_both(async |database| {
        let mut world = world(database).await;
        for fault in faults() {
            world.sandbox.add_fault(fault);
        }
        Story::PublicTask.begin(&world).await.await.expect("no panic");
        happened_once(&mut world, Story::PublicTask).await.unwrap();
        world.end().await;
    })
    .await;
}

const MESSAGES: &str = "/channels/*/messages";

/// Discord forgets to answer, and when it is asked it has not heard of the latest yet: the nonce is what tells it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_history_does_not_show_yet_is_not_said_twice() {
    let lost = || Fault::rest("POST", MESSAGES, Effect::CommitThenDrop);
    is_there_once(|| vec![lost(), Fault::rest("GET", MESSAGES, Effect::Stale { seconds: 600 })]).await;
}

/// Discord's clock is behind ours: what it has done is found all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_discord_dates_earlier_than_we_asked_is_found() {
    let lost = || Fault::rest("POST", MESSAGES, Effect::CommitThenDrop);
    is_there_once(|| vec![Fault::new(Effect::ClockSkew { seconds: -90 }), lost()]).await;
}

/// Somebody closes the thread at the very moment in which the bot speaks in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_that_is_closed_meanwhile_is_spoken_in_all_the_same() {
    let close = || Effect::Meanwhile {
        call: "PATCH /channels/{channel_id}".to_owned(),
        body: json!({ "archived": true, "locked": true }),
    };
    // The second message is the first in the thread; the card came before.
    is_there_once(|| vec![Fault::rest("POST", MESSAGES, close()).after(1)]).await;
}
