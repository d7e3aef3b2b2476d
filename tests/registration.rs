//! The commands as Discord and the reader of the README know them.

use crate::databases::on_both;
use crate::harness::World;
use serde_json::Value;
use unicode_normalization::is_nfc;

/// How often the commands were registered.
fn registrations(world: &World) -> usize {
    let calls = world.sandbox.requests();
    calls.iter().filter(|call| call.call.method == "PUT" && call.call.path.ends_with("/commands")).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_are_registered_once_and_again_when_they_changed() {
    on_both(async |database| {
        let mut world = World::start(database, "2023-03-01 08:00").await;
        assert_eq!(registrations(&world), 1);
        world.stop_bot().await;
        world.start_bot().await;
        assert_eq!(registrations(&world), 1);
        world.stop_bot().await;
        let mut tx = world.office.store.begin().await.unwrap();
        let application = world.sandbox.application_id();
        tx.remember(&format!("commands:{application}"), "what an older version registered").await.unwrap();
        tx.commit().await.unwrap();
        world.start_bot().await;
        assert_eq!(registrations(&world), 2);
        world.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_name_is_composed_lower_case_and_short() {
    on_both(async |database| {
        let world = World::start(database, "2023-03-01 08:00").await;
        let mut commands = world.sandbox.state()["commands"].clone();
        // What stands in the menus of messages is named like a sentence.
        let typed = |command: &Value| command["type"] == 1;
        commands.as_array_mut().unwrap().retain(typed);
        let mut names = Vec::new();
        collect(&commands, &mut names);
        assert!(names.len() > 60, "{names:?}");
        for name in names {
            assert!(is_nfc(&name) && name == name.to_lowercase() && name.chars().count() <= 32, "{name:?}");
        }
        world.finish().await;
    })
    .await;
}

/// The names of commands, subcommands and options in both languages; labels of choices are no names.
fn collect(of: &Value, names: &mut Vec<String>) {
    for one in of.as_array().into_iter().flatten() {
        names.push(one["name"].as_str().unwrap().to_owned());
        let vi = one["name_localizations"]["vi"].as_str();
        names.push(vi.unwrap_or_else(|| panic!("{} has no Vietnamese name", one["name"])).to_owned());
        collect(&one["options"], names);
    }
}

#[test]
fn the_readme_shows_the_commands_as_they_are() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md");
    let (begin, end) = ("<!-- commands -->", "<!-- /commands -->");
    let shown =
        readme.split_once(begin).and_then(|(_, rest)| rest.split_once(end)).map(|(shown, _)| shown.trim());
    let table = liaison::discord::command_table().unwrap();
    assert_eq!(shown, Some(table.trim()), "README.md must have this between {begin} and {end}:\n{table}");
}
