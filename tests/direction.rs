//! The house stands as it is drawn: dependencies point one way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms and crates that must not be named in it.
const FORBIDDEN: [(&str, &[&str]); 5] = [
    (
        "domain",
        &[
            "crate::store",
            "crate::service",
            "crate::jobs",
            "crate::discord",
            "crate::http",
            "crate::config",
            "sqlx",
            "serenity",
            "poise",
            "reqwest",
            "axum",
            "tokio",
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
        ],
    ),
    (
        "store",
        &[
            "crate::service",
            "crate::jobs",
            "crate::discord",
            "crate::http",
            "crate::config",
            "serenity",
            "poise",
            "reqwest",
        ],
    ),
    (
        "service",
        &[
            "crate::jobs",
            "crate::discord",
            "crate::http",
            "crate::config",
            "sqlx",
            "serenity",
            "poise",
            "reqwest",
        ],
    ),
    ("jobs", &["crate::discord", "crate::http", "crate::config", "sqlx", "serenity", "poise", "reqwest"]),
    ("discord", &["crate::http", "sqlx"]),
];
/// Crates with the only room that may name them.
const ONLY_IN: [(&str, &str); 3] = [("sqlx", "store"), ("serenity", "discord"), ("poise", "discord")];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in
        fs::read_dir(folder).expect("a folder of the project").map(|entry| entry.expect("an entry").path())
    {
        if entry.is_dir() {
            sources(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
}

/// Whether `line` of code names the crate or module `name`: as a whole path, not as a part of another word.
fn names(line: &str, name: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':' && c != '"')
            && (after.starts_with("::") || after.starts_with([';', ',', '}', ' ']))
    })
}

#[test]
fn dependencies_point_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let forbidden: BTreeMap<&str, &[&str]> = FORBIDDEN.into_iter().collect();
    let mut wrong = Vec::new();
    let mut looked_at = BTreeMap::<String, usize>::new();
    for file in &files {
        let path = file.strip_prefix(&src).expect("a file of src");
        let room = path.iter().next().and_then(|first| first.to_str()).unwrap_or_default().to_owned();
        *looked_at.entry(room.clone()).or_default() += 1;
        let text = fs::read_to_string(file).expect("a readable source");
        // Tests inside a file may do what the file may not.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let rooms = forbidden.get(room.as_str()).copied().unwrap_or_default();
            let crates = ONLY_IN.iter().filter(|(_, only)| room != *only).map(|(name, _)| *name);
            for name in rooms.iter().copied().chain(crates) {
                if names(line, name) {
                    wrong.push(format!("{}:{}: {name}", path.display(), number + 1));
                }
            }
        }
    }
    wrong.dedup();
    for room in ["domain", "store", "service", "jobs", "discord"] {
        assert!(looked_at.get(room).is_some_and(|files| *files > 1), "nothing was looked at in {room}");
    }
    assert!(wrong.is_empty(), "these lines point the wrong way:\n{}", wrong.join("\n"));
}

#[test]
fn the_look_itself_sees_what_it_should() {
    assert!(names("use sqlx::AnyPool;", "sqlx"));
    assert!(names("    let pool = sqlx::AnyPool::new();", "sqlx"));
    assert!(names("use crate::store::Store;", "crate::store"));
    assert!(!names("//! sqlx is known only in store", "sqlx"));
    assert!(!names("use my_sqlx::Pool;", "sqlx"));
    assert!(!names("let text = \"sqlx::x\";", "sqlx"));
}

/// Whatever the sandbox can make go wrong, some test lets happen to the bot.
#[test]
fn every_fault_of_the_sandbox_befalls_the_bot_in_some_test() {
    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = String::new();
    sources(&root.join("tests"), &mut tests);
    let page = fs::read_to_string(root.join("sandbox/docs/faults.md")).unwrap();
    let named = page.split("\"effect\": \"").skip(1).filter_map(|rest| rest.split('"').next());
    let faults: std::collections::BTreeSet<String> = named
        .map(|name| {
            let words = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
            format!("Effect::{}", words.collect::<String>())
        })
        .collect();
    assert!(faults.len() > 20, "{faults:?}");
    let missing: Vec<&String> = faults.iter().filter(|fault| !tests.contains(fault.as_str())).collect();
    assert!(missing.is_empty(), "no test lets these happen: {missing:?}");
}
