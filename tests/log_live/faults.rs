//! A gateway that doubles, swaps, loses and breaks off.

use super::{becomes, end, later, says, thread};
use crate::databases::on_both;
use crate::harness::World;
use discord_sandbox::{Effect, Fault};

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
