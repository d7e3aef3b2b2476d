//! Once, and surely: whatever Discord does with a call and wherever the process dies, what was asked for is there once,
//! in order, and who asked is told.

mod faults;
mod kills;

use crate::harness::{ROOM, Said, World};
use anyhow::{Context, ensure};
use liaison::demo::people::read;
use liaison::demo::time;
use liaison::domain::ids::ChannelId;
use liaison::domain::setup::{PlaceKind, Spot, TASKS};
use serde_json::Value;
use tokio::task::JoinHandle;

/// Who asks.
const ASKER: &str = "Điều phối TTDL";
/// The people of TTDL, TKG and CTK-01, in the order of [`Said::pinged`].
const PEOPLE: [&str; 5] =
    ["Chuyên viên Hà Nội", "Price officer", "Điều phối TTDL", "Đầu mối TKG", "Đầu mối TTDL"];
/// Discord's message flag for "thinking…".
const LOADING: u64 = 1 << 7;

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Story {
    PublicTask,
    PrivateTask,
    /// A public task of a phase that a forum serves.
    Post,
    Meeting,
}

impl Story {
    const ALL: [Self; 4] = [Self::PublicTask, Self::PrivateTask, Self::Post, Self::Meeting];

    /// What is there before somebody asks.
    async fn prepare(self, world: &World) -> anyhow::Result<()> {
        if self == Self::Post {
            let channel = ChannelId(world.forum("nhiem-vu", &["P3"], true).await);
            let mut tx = world.office.store.begin().await?;
            tx.set_place(world.guild(), TASKS, Spot { channel, kind: PlaceKind::Forum }).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    fn line(self) -> &'static str {
        match self {
            Self::PublicTask | Self::Post => {
                "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:24/03/2023 phoi-hop:TKG, CTK-01"
            }
            Self::PrivateTask => {
                "/nhiem-vu giao tieu-de:Thu thập giá giai-doan:P3 han:24/03/2023 phoi-hop:TKG, CTK-01 noi-bo:có"
            }
            Self::Meeting => {
                "/cuoc-hop len-lich loai:Cuộc họp tieu-de:Giao ban luc:20/03/2023 14:00 cac-don-vi:TTDL, TKG, CTK-01"
            }
        }
    }

    /// Where something is said, in order, and whether everybody is pinged there.
    fn said(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::PublicTask => &[("p3-thu-thap-thong-tin", false), ("[NV-2023-001] Thu thập giá", true)],
            Self::PrivateTask | Self::Post => {
                &[("[NV-2023-001] Thu thập giá", false), ("[NV-2023-001] Thu thập giá", true)]
            }
            Self::Meeting => &[("cuoc-hop", true)],
        }
    }

    /// Somebody types it; what comes back is read later by [`answers`].
    async fn begin(self, world: &World) -> JoinHandle<()> {
        let (person, room) = (world.person(ASKER).await, world.channel(ROOM).await);
        tokio::spawn(async move {
            // Who asks may wait in vain: then the answer is a message of its own.
            person.types(room, self.line()).await.ok();
        })
    }
}

/// A slash command that was typed, as the person sees it.
struct Asked {
    interaction: u64,
    /// Discord said that it failed.
    failed: bool,
    /// What stands in place of "thinking…".
    reply: Option<String>,
}

fn asked(world: &World) -> Vec<Asked> {
    let all = world.sandbox.interactions();
    let id = |value: &Value| value.as_str().and_then(|id| id.parse().ok()).expect("a snowflake");
    let all = all.as_array().into_iter().flatten().map(|one| {
        let message = &one["message"];
        let thinking = message["flags"].as_u64().unwrap_or_default() & LOADING != 0;
        Asked {
            interaction: id(&one["id"]),
            failed: one["status"] == "failed",
            reply: (message.is_object() && !thinking).then(|| read(message)),
        }
    });
    all.collect()
}

/// Holds the world against what must be there after one story, whatever happened meanwhile.
async fn happened_once(world: &mut World, story: Story) -> anyhow::Result<()> {
    time::rest(&world.office).await?;
    let state = world.sandbox.state();
    let list = |key: &str| state[key].as_array().cloned().unwrap_or_default();
    let (channels, threads) = (list("channels"), list("threads"));
    let made = if story == Story::Post { 2 } else { 3 };
    ensure!(channels.len() == made, "the room, and our category and channel, or the forum: {channels:#?}");

    let said = world.said().await;
    let answers = |said: &Said| {
        said.message["embeds"][0]["footer"]["text"].as_str().is_some_and(|mark| mark.starts_with("trả lời"))
    };
    let (answers, said): (Vec<Said>, Vec<Said>) = said.into_iter().partition(answers);
    let private = matches!(story, Story::PrivateTask);
    ensure!(answers.iter().all(|answer| (answer.place == ROOM) != private), "answered where: {answers:#?}");
    let there: Vec<(&str, Vec<&str>)> = said
        .iter()
        .map(|said| (said.place.as_str(), said.pinged.iter().map(String::as_str).collect()))
        .collect();
    let wanted: Vec<(&str, Vec<&str>)> = story
        .said()
        .iter()
        .map(|(place, pings)| (*place, if *pings { PEOPLE.to_vec() } else { Vec::new() }))
        .collect();
    ensure!(there == wanted, "said: {said:#?}");

    let link = match story {
        Story::Meeting => {
            ensure!(threads.is_empty(), "a meeting has no thread: {threads:#?}");
            format!("/{}", said[0].message["id"].as_str().context("an id")?)
        }
        Story::PublicTask | Story::PrivateTask | Story::Post => {
            thread_of_the_task(world, &threads, story, &said).await?;
            format!("<#{}>", threads[0]["id"].as_str().context("an id")?)
        }
    };
    was_answered(world, &answers, &link).await?;
    let counts = world.office.store.outbox_counts().await?;
    ensure!(counts.iter().all(|(state, _)| state == "done"), "the outbox: {counts:?}");
    Ok(())
}

/// The one task has one thread, in order with the messages, everybody is in it, and it is logged.
async fn thread_of_the_task(
    world: &World,
    threads: &[Value],
    story: Story,
    said: &[Said],
) -> anyhow::Result<()> {
    ensure!(threads.len() == 1, "one thread: {threads:#?}");
    let id = |value: &Value| value["id"].as_str().and_then(|id| id.parse::<u64>().ok()).unwrap_or_default();
    let (thread, card) = (id(&threads[0]), id(&said[0].message));
    match story {
        Story::PrivateTask => ensure!(thread < card, "the card stands in the thread"),
        _ => ensure!(thread == card, "the thread hangs under the card, or the card is the first of the post"),
    }
    if story == Story::Post {
        ensure!(world.post(thread).1 == ["P3"], "the post bears the tag of its phase: {threads:#?}");
    }
    ensure!(said[0].heading() == "NV-2023-001 · Thu thập giá", "the card: {said:#?}");
    let tasks = world.office.store.tasks(world.guild(), &Default::default(), 10).await?.tasks;
    ensure!(tasks.len() == 1 && tasks[0].code == "NV-2023-001", "one task, the first: {tasks:#?}");
    ensure!(tasks[0].thread == Some(ChannelId(thread)), "the task knows its thread");
    ensure!(tasks[0].card.is_some_and(|known| known.0 == card), "the task knows its card");
    let logged = world.office.store.threads().await?;
    ensure!(logged.iter().any(|(logged, _)| logged.channel.0 == thread), "the thread is not logged");
    for name in PEOPLE {
        let person = world.person(name).await;
        let inside = threads[0]["members"].as_array().into_iter().flatten();
        let inside = inside.into_iter().any(|member| member.as_str() == Some(&person.id.to_string()));
        ensure!(inside, "{name} is not in the thread: {:#?}", threads[0]);
    }
    Ok(())
}

/// Whose request was kept got an answer with the link: in place of "thinking…", or as one message that pings them.
async fn was_answered(world: &World, late: &[Said], link: &str) -> anyhow::Result<()> {
    let mut replies = Vec::new();
    for asked in asked(world) {
        if world.office.store.request(asked.interaction).await?.is_some() {
            replies.push(asked.reply);
        } else {
            ensure!(asked.failed, "neither kept nor said to have failed");
        }
    }
    ensure!(replies.len() == 1, "one request was kept: {replies:?}");
    ensure!(late.len() <= 1, "answered twice: {late:#?}");
    ensure!(late.iter().all(|said| said.pinged == [ASKER]), "who asked is pinged: {late:#?}");
    let reply = replies.into_iter().flatten().chain(late.iter().map(|said| said.text.clone())).last();
    let reply = reply.context("no answer")?;
    ensure!(reply.contains(link), "the answer has no link: {reply}");
    Ok(())
}
