//! The manifest against small poise commands of the right and of every wrong shape.

use super::*;
use crate::domain::actor::{Actor, Tier};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

type Ctx<'a> = poise::ApplicationContext<'a, (), anyhow::Error>;
type Tree = Vec<Command<(), anyhow::Error>>;

#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum Pace {
    #[name = "slow"]
    Slow,
    #[name = "very_fast"]
    VeryFast,
}

#[poise::command(slash_command, subcommands("send"), subcommand_required)]
async fn letter(_: Ctx<'_>) -> anyhow::Result<()> {
    Ok(())
}

#[poise::command(slash_command)]
async fn send(
    _: Ctx<'_>,
    #[rename = "subject"] _subject: String,
    #[rename = "pace"] _pace: Option<Pace>,
) -> anyhow::Result<()> {
    Ok(())
}

#[poise::command(slash_command)]
async fn ping(_: Ctx<'_>) -> anyhow::Result<()> {
    Ok(())
}

#[poise::command(prefix_command)]
async fn old(_: poise::PrefixContext<'_, (), anyhow::Error>) -> anyhow::Result<()> {
    Ok(())
}

const LETTER: &str = r#"
vi = "cong-van"
description = { vi = "Công văn", en = "Letters" }
[subcommands.send]
vi = "gui"
description = { vi = "Gửi công văn", en = "Send a letter" }
requires = "focal_point"
reply = "ephemeral"
example = { vi = "/cong-van gui trich-yeu:Họp 14:00", en = "/letter send subject:Meeting 14:00" }
[subcommands.send.options.subject]
vi = "trich-yeu"
description = { vi = "Trích yếu", en = "Subject" }
[subcommands.send.options.pace]
vi = "do-khan"
description = { vi = "Độ khẩn", en = "Pace" }
[subcommands.send.options.pace.choices]
slow = { vi = "Thường", en = "Slow" }
very_fast = { vi = "Hỏa tốc", en = "Very fast" }
"#;

const PING: &str = r#"
vi = "thu"
description = { vi = "Thử", en = "Try" }
requires = "anyone"
reply = "public"
example = { vi = "/thu", en = "/ping" }
"#;

fn problems_of(files: &[(&str, &str)], commands: Tree) -> Vec<String> {
    match Manifest::read(files).and_then(|manifest| manifest.dress(commands)) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.0,
    }
}

#[test]
fn a_tree_that_agrees_gets_its_words_and_keeps_its_names() {
    let manifest = Manifest::read(&[("letter", LETTER), ("ping", PING)]).unwrap();
    let commands = manifest.dress(vec![letter(), ping()]).unwrap();
    assert!(commands[0].subcommands[0].ephemeral && !commands[1].ephemeral);
    let json = registration(&commands);
    let send = &json[0]["options"][0];
    assert_eq!(send["name"], "send");
    assert_eq!(send["name_localizations"]["vi"], "gui");
    assert_eq!(send["description_localizations"]["vi"], "Gửi công văn");
    let pace = &send["options"][1];
    assert_eq!((&pace["name"], &pace["required"]), (&"pace".into(), &false.into()));
    assert_eq!(pace["name_localizations"]["vi"], "do-khan");
    assert_eq!(pace["choices"][1]["name"], "Very fast");
    assert_eq!(pace["choices"][1]["name_localizations"]["vi"], "Hỏa tốc");
    assert_eq!(pace["choices"][1]["value"], 1);
    let again = registration(&manifest.dress(vec![letter(), ping()]).unwrap());
    assert_eq!(fingerprint(&json), fingerprint(&again));
    let fewer = registration(&manifest.dress(vec![letter(), ping()]).unwrap()[..1]);
    assert_ne!(fingerprint(&json), fingerprint(&fewer));
    insta::assert_snapshot!(manifest.table(&commands), @r#"
    | Command | Lệnh | Who | What it does | Công dụng |
    |---|---|---|---|---|
    | `/letter send subject [pace]` | `/cong-van gui trich-yeu [do-khan]` | focal point | Send a letter | Gửi công văn |
    | `/ping` | `/thu` | everyone | Try | Thử |
    | Apps › *This is a decision* | Ứng dụng › *Ghi nhận quyết định* | focal point | Record a message in the thread of a task or a meeting as a decision | Ghi nhận một tin nhắn trong luồng của nhiệm vụ hoặc cuộc họp là quyết định |
    | Apps › *Make a task of this* | Ứng dụng › *Tạo nhiệm vụ từ tin nhắn* | head of unit | Give a task out of a message; its basis is the link to that message | Giao nhiệm vụ từ một tin nhắn; căn cứ là đường dẫn đến tin nhắn đó |
    "#);
}

#[test]
fn policy_is_found_by_the_whole_name_and_fails_closed() {
    let manifest = Manifest::read(&[("letter", LETTER), ("ping", PING)]).unwrap();
    assert!(manifest.policy("letter").is_none());
    let send = manifest.policy("letter send").unwrap();
    assert_eq!((send.requires, send.reply), (Requires::AtLeast(Tier::FocalPoint), Reply::Ephemeral));
    assert_eq!(send.name.vi, "cong-van gui");
    let mut actor = Actor {
        guild: 1.into(),
        user: 2.into(),
        name: String::new(),
        units: BTreeSet::new(),
        tiers: BTreeSet::new(),
        positions: BTreeMap::new(),
        lang: Lang::Vi,
    };
    assert!(!send.requires.allows(&actor) && Requires::Anyone.allows(&actor));
    actor.tiers.insert(Tier::Officer);
    assert!(!send.requires.allows(&actor));
    actor.tiers.insert(Tier::UnitHead);
    assert!(send.requires.allows(&actor));
}

#[test]
fn every_disagreement_is_reported_at_once() {
    let letter_words = LETTER
        .replace("options.subject", "options.topic")
        .replace("very_fast", "fast")
        .replace("send subject:", "send topic:");
    let surplus = PING.replace("/ping", "/pong");
    let found = problems_of(&[("letter", &letter_words), ("pong", &surplus)], vec![letter(), ping()]);
    insta::assert_snapshot!(found.join("\n"), @r#"
    /: the command `pong` has words and no code
    /: the command `ping` has code and no words
    /letter send: the option `topic` has words and no code
    /letter send: the option `subject` has code and no words
    /letter send pace: the choice `fast` has words and no code
    /letter send pace: the choice `very_fast` has code and no words
    "#);
}

#[test]
fn a_subcommand_without_words_and_words_without_a_subcommand() {
    let words =
        LETTER.replace("subcommands.send", "subcommands.post").replace("/letter send", "/letter post");
    insta::assert_snapshot!(problems_of(&[("letter", &words)], vec![letter()]).join("\n"), @r#"
    /letter: the subcommand `post` has words and no code
    /letter: the subcommand `send` has code and no words
    "#);
}

#[test]
fn a_function_that_is_no_slash_command_is_named() {
    let words = PING.replace("/ping", "/old");
    insta::assert_snapshot!(problems_of(&[("old", &words)], vec![old()]).join("\n"), @r#"
    /old: the function is not a slash command
    "#);
}

#[test]
fn files_are_strict_and_all_of_them_are_reported() {
    let wrong_locale = PING.replace("vi = \"thu\"", "vn = \"thu\"");
    let one_language = PING.replace(r#"vi = "Thử", "#, "");
    let no_policy = PING.replace("requires = \"anyone\"", "");
    let no_tier = PING.replace("\"anyone\"", "\"boss\"");
    let group = LETTER.replacen("description", "requires = \"anyone\"\ndescription", 1);
    let files = [
        ("a", wrong_locale.as_str()),
        ("b", &one_language),
        ("c", &no_policy),
        ("d", &no_tier),
        ("letter", &group),
    ];
    insta::assert_snapshot!(Manifest::read(&files).unwrap_err(), @r#"
    the slash commands and commands/*.toml do not agree:
    - commands/a.toml: TOML parse error at line 2, column 1
      |
    2 | vn = "thu"
      | ^^
    unknown field `vn`, expected one of `vi`, `description`, `requires`, `reply`, `example`, `options`, `subcommands`
    - commands/b.toml: TOML parse error at line 3, column 15
      |
    3 | description = { en = "Try" }
      |               ^^^^^^^^^^^^^^
    missing field `vi`
    - commands/d.toml: TOML parse error at line 4, column 12
      |
    4 | requires = "boss"
      |            ^^^^^^
    `boss` is not a tier; known are anyone, unit_member, officer, focal_point, unit_head, coordinator, leadership, administrator
    - /c: requires, reply and example are all needed
    - /letter: a group has no requires, reply, example or options of its own
    "#);
}

#[test]
fn an_example_calls_what_is_there() {
    let wrong =
        LETTER.replace("/cong-van gui trich-yeu:", "/cong-van goi do-khan:").replace("subject:M", "speed:M");
    insta::assert_snapshot!(Manifest::read(&[("letter", &wrong)]).unwrap_err(), @r#"
    the slash commands and commands/*.toml do not agree:
    - /letter send: the en example has no option `speed` to fill
    - /letter send: the vi example does not call `/cong-van gui`
    "#);
}

#[test]
fn discords_rules_are_checked_in_both_languages() {
    let decomposed: String = "nhiệm-vụ".nfd().collect();
    let long = "x".repeat(101);
    let refused = |vi: &str| {
        problems_of(
            &[("ping", &PING.replace("\"thu\"", &format!("\"{vi}\"")).replace("/thu", &format!("/{vi}")))],
            vec![ping()],
        )
    };
    assert_eq!(refused("nhiệm-vụ"), [] as [String; 0]);
    assert!(refused(&decomposed)[0].contains("composed form"), "{:?}", refused(&decomposed));
    assert!(refused("Thu")[0].contains("lower case"));
    assert!(refused("thử.lại")[0].contains("characters other than"));
    assert!(refused(&"a".repeat(33))[0].contains("1 to 32"));
    let verbose = PING.replace("\"Try\"", &format!("\"{long}\""));
    assert!(problems_of(&[("ping", &verbose)], vec![ping()])[0].contains("101 characters"));
    let twice = LETTER.replace("vi = \"do-khan\"", "vi = \"trich-yeu\"");
    assert!(problems_of(&[("letter", &twice)], vec![letter()])[0].contains("`trich-yeu` stands twice (vi)"));
}

#[test]
fn sizes_are_counted_in_the_longer_language() {
    let mut wide = letter();
    wide.subcommands[0].parameters.clear();
    for n in 0..26 {
        let mut parameter = letter().subcommands.remove(0).parameters.remove(0);
        parameter.name = format!("o{n}").into();
        parameter.description = Some("d".repeat(100).into());
        parameter.description_localizations = localised(&"x".repeat(100));
        let choice = |n: usize| poise::CommandParameterChoice {
            name: format!("{n:>90}").into(),
            localizations: Cow::Borrowed(&[]),
            __non_exhaustive: (),
        };
        parameter.choices = (0..3).map(choice).collect::<Vec<_>>().into();
        wide.subcommands[0].parameters.push(parameter);
    }
    wide.subcommands[0].parameters[0].required = false;
    let mut problems = Problems::default();
    rules::check(&[wide], &mut problems);
    insta::assert_snapshot!(problems.0.join("\n"), @r#"
    /letter send: 26 options, and Discord takes 25
    /letter send: required options come before the others
    /letter: 9698 characters in all, and Discord takes 8000
    "#);
}

/// The real files, worn by functions of exactly their shape: what they say is sound, whatever the handlers are. Their table
/// is held against the README by a test from the edge.
#[test]
fn the_built_in_manifests_pass_discords_rules() {
    fn shape(name: &str, entry: &Entry) -> Command<(), anyhow::Error> {
        let parameter = |(name, option): (&String, &OptionEntry)| {
            let mut parameter = letter().subcommands.remove(0).parameters.remove(0);
            parameter.name = name.clone().into();
            let choice = |key: &String| poise::CommandParameterChoice {
                name: key.clone().into(),
                localizations: Cow::Borrowed(&[]),
                __non_exhaustive: (),
            };
            parameter.choices = option.choices.keys().map(choice).collect::<Vec<_>>().into();
            parameter
        };
        Command {
            name: name.to_owned().into(),
            parameters: entry.options.iter().map(parameter).collect(),
            subcommands: entry.subcommands.iter().map(|(name, entry)| shape(name, entry)).collect(),
            ..ping()
        }
    }
    let manifest = Manifest::built_in().unwrap_or_else(|problems| panic!("{problems}"));
    let commands = manifest.commands.iter().map(|(name, entry)| shape(name, entry)).collect();
    manifest.dress(commands).unwrap_or_else(|problems| panic!("{problems}"));
}
