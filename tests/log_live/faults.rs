//! A gateway that doubles, swaps, loses and breaks off.

use super::{Client, becomes, end, later, says, thread};
use crate::databases::on_both;
use crate::harness::World;
use discord_sandbox::{Effect, Fault};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_gateway_makes_the_same_log() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let channel = thread(&world, "").await;
        let often = |effect, probability, seed| {
            Fault::event("MESSAGE_*", effect).times(1000).sometimes(probability, seed)
        };
        world.sandbox.add_fault(often(Effect::Duplicate, 0.2, 1));
        world.sandbox.add_fault(often(Effect::Reorder, 0.3, 2));
        world.sandbox.add_fault(often(Effect::SkipSequence, 0.05, 3));
        world.sandbox.add_fault(Fault::event("MESSAGE_*", Effect::GatewayDrop).after(15).times(1));
        world.sandbox.add_fault(Fault::event("MESSAGE_*", Effect::GatewayReconnect).after(40).times(1));
        let teller = world.person("Đầu mối TKG").await;
        let mut expected = Vec::new();
        for n in 1..=30 {
            later(&world);
            let at = |world: &World| {
                world.office.calendar.local(world.office.clock.now()).format("%H:%M").to_string()
            };
            let said = |world: &World, text: &str| format!("{n} {} Đầu mối TKG (TKG): {text}", at(world));
            let id = teller.says(channel, &format!("số {n}")).await.unwrap();
            expected.push(said(&world, &format!("số {n}")));
            if n % 3 == 0 {
                later(&world);
                teller.edits(channel, id, &format!("sửa {n}")).await.unwrap();
                expected.push(said(&world, &format!("sửa {n}")));
            }
            if n % 5 == 0 {
                teller.deletes(channel, id).await.unwrap();
                expected.push(format!("{n} deleted"));
            }
        }
        world.sandbox.clear_faults();
        // The one that a reordered event waits for.
        says(&world, "Visitor", channel, "hết").await;
        let at = world.office.calendar.local(world.office.clock.now()).format("%H:%M").to_string();
        expected.push(format!("31 {at} Visitor (–): hết"));
        let lines: Vec<&str> = expected.iter().map(String::as_str).collect();
        becomes(&world, channel, &lines).await;

        // Events that never come: the next session reads them back.
        let swallow = |event, times| Fault::event(event, Effect::Swallow).times(times);
        let first = teller.says(channel, "sẽ sửa").await.unwrap();
        let second = teller.says(channel, "sẽ xóa").await.unwrap();
        expected.push(format!("32 {at} Đầu mối TKG (TKG): sẽ sửa"));
        let edited_at = expected.len();
        expected.push(format!("33 {at} Đầu mối TKG (TKG): sẽ xóa"));
        let lines: Vec<&str> = expected.iter().map(String::as_str).collect();
        becomes(&world, channel, &lines).await;
        for fault in
            [swallow("MESSAGE_CREATE", 2), swallow("MESSAGE_UPDATE", 1), swallow("MESSAGE_DELETE", 1)]
        {
            world.sandbox.add_fault(fault);
        }
        later(&world);
        let at = world.office.calendar.local(world.office.clock.now()).format("%H:%M").to_string();
        teller.edits(channel, first, "đã sửa").await.unwrap();
        teller.deletes(channel, second).await.unwrap();
        for text in ["mất một", "mất hai"] {
            teller.says(channel, text).await.unwrap();
        }
        expected.insert(edited_at, format!("32 {at} Đầu mối TKG (TKG): đã sửa"));
        expected.push("33 deleted".to_owned());
        expected.push(format!("34 {at} Đầu mối TKG (TKG): mất một"));
        expected.push(format!("35 {at} Đầu mối TKG (TKG): mất hai"));
        world.sandbox.add_fault(Fault::new(Effect::GatewayInvalidSession { resumable: false }));
        let lines: Vec<&str> = expected.iter().map(String::as_str).collect();
        becomes(&world, channel, &lines).await;
        end(world).await;
    })
    .await;
}

/// What can befall a connection or one event, and whether the bot can know that something is missing.
fn troubles() -> Vec<(Fault, bool)> {
    let said = |effect| Fault::event("MESSAGE_CREATE", effect);
    vec![
        (said(Effect::GatewayDelay { millis: 300 }), true),
        (said(Effect::Malformed), true),
        (said(Effect::UnknownEnum), true),
        (said(Effect::GatewayClose { code: Some(4009) }), true),
        (said(Effect::GatewayClose { code: Some(4000) }), true),
        (said(Effect::GatewayClose { code: None }), true),
        (Fault::new(Effect::NoHeartbeatAck).times(3), true),
        (Fault::new(Effect::GuildUnavailable { seconds: 0.5 }), true),
        (Fault::new(Effect::ComponentsV2), true),
        (Fault::new(Effect::ClockSkew { seconds: 90 }), true),
        (said(Effect::UnknownEvent), false),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_befalls_the_connection_nothing_is_missing_in_the_log() {
    on_both(async |database| {
        let mut world = World::with_heartbeat(database, "2023-03-01 08:00", Duration::from_millis(800)).await;
        world.start_bot().await;
        let channel = thread(&world, "").await;
        let mut expected: Vec<String> = Vec::new();
        for (n, (fault, noticed)) in troubles().into_iter().enumerate() {
            later(&world);
            let skewed = fault.effect == Effect::ClockSkew { seconds: 90 };
            world.sandbox.add_fault(fault);
            says(&world, "Đầu mối TKG", channel, &format!("lần {n}, một")).await;
            says(&world, "Đầu mối TKG", channel, &format!("lần {n}, hai")).await;
            let at = world.office.clock.now() + chrono::TimeDelta::seconds(if skewed { 90 } else { 0 });
            let at = world.office.calendar.local(at).format("%H:%M");
            for word in ["một", "hai"] {
                let number = expected.len() + 1;
                expected.push(format!("{number} {at} Đầu mối TKG (TKG): lần {n}, {word}"));
            }
            if !noticed {
                world.sandbox.add_fault(Fault::new(Effect::GatewayInvalidSession { resumable: false }));
            }
            let lines: Vec<&str> = expected.iter().map(String::as_str).collect();
            becomes(&world, channel, &lines).await;
            world.sandbox.clear_faults();
        }
        end(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_cannot_be_resumed_is_read_back() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let channel = thread(&world, "").await;
        Client::of(&world, "Đầu mối TKG").uploads(channel, "Số liệu", "gia.csv", "a;b\n").await;
        let file = "1 08:00 Đầu mối TKG (TKG): Số liệu [gia.csv 4 text/csv]";
        becomes(&world, channel, &[file]).await;
        // The link of the file is another one when it is read again, and yet it is the same message.
        world.sandbox.add_fault(Fault::new(Effect::ExpireAttachments));
        world.sandbox.add_fault(Fault::new(Effect::RefuseResume));
        world.sandbox.add_fault(Fault::event("MESSAGE_CREATE", Effect::Swallow));
        says(&world, "Đầu mối TKG", channel, "Không ai nghe").await;
        world.sandbox.add_fault(Fault::new(Effect::GatewayDrop));
        becomes(&world, channel, &[file, "2 08:00 Đầu mối TKG (TKG): Không ai nghe"]).await;
        end(world).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_discord_has_reset_is_told_in_a_sentence() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        world.sandbox.add_fault(Fault::new(Effect::IdentifyLimit { remaining: 0 }));
        world.sandbox.add_fault(Fault::new(Effect::GatewayInvalidSession { resumable: false }));
        let words = world.last_words().await;
        assert!(words.contains("Discord does not accept the bot token"), "{words}");
        world.end().await;
    })
    .await;
}
