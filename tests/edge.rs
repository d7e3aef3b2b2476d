//! The program as an operator meets it: its exit codes and its sentences; at work in [`running`].

mod demo;
mod running;
mod tables;

use crate::databases::{Database, on_both, sqlite};
use crate::exchange_log::{edited, log_texts};
use crate::harness::{local, office_world};
use discord_sandbox::world::{Channel, Overwrite};
use discord_sandbox::{Options, Permissions, Sandbox};
use liaison::domain::ids::{ChannelId, GuildId};
use liaison::domain::setup::{MEETINGS, PlaceKind, Spot};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// A command that has not ended by then hangs. It is no measure of speed.
const HANGS: Duration = Duration::from_secs(60);
/// What cannot be mistaken for anything else when it is looked for in an output.
const TOKEN: &str = "bm90LWEtdG9rZW4.GaBcDe.of-nobody-at-all";

/// How a command ended.
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

/// The program with these arguments (split at spaces) and only these variables.
fn command(arguments: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liaison"));
    command
        .args(arguments.split_whitespace())
        .env_clear()
        .envs(variables.iter().copied())
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn run(arguments: &str, variables: &[(&str, &str)]) -> Ended {
    let ended = tokio::time::timeout(HANGS, command(arguments, variables).output());
    let ended = ended.await.unwrap_or_else(|_| panic!("`liaison {arguments}` does not end")).unwrap();
    Ended {
        code: ended.status.code(),
        out: String::from_utf8(ended.stdout).unwrap(),
        err: String::from_utf8(ended.stderr).unwrap(),
    }
}

async fn sandbox(world: discord_sandbox::World) -> Sandbox {
    Sandbox::start(Options { world, ..Options::default() }).await.expect("the sandbox starts")
}

/// The variables that name the database, and more.
fn with_database<'a>(database: &'a Database, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("DATABASE_URL", database.url.as_str())], more].concat()
}

#[tokio::test]
async fn help_names_every_command() {
    let help = run("--help", &[]).await;
    assert_eq!(help.code, Some(0));
    for name in ["demo", "run", "check", "migrate", "charter", "log"] {
        assert!(help.out.lines().any(|line| line.trim_start().starts_with(name)), "{name}:\n{}", help.out);
    }
    let wrong = run("rum", &[]).await;
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
}

#[tokio::test]
async fn bad_settings_are_listed_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("liaison.toml");
    std::fs::write(&file, "chart = \"tctk-2023\"\nhttp = \"9464\"\n").unwrap();
    let variables = [
        ("LIAISON_CONFIG", file.to_str().unwrap()),
        ("DATABASE_URL", "mysql://liaison:pass-word@127.0.0.1/liaison"),
    ];
    let ended = run("run", &variables).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.err.replace(file.to_str().unwrap(), "liaison.toml"), @"
    liaison.toml: there is no setting “chart”; use one of discord_token, discord_api, database_url, charter, http, log, log_format.
    DATABASE_URL must begin with sqlite:// or postgres://; write it like sqlite://liaison.db.
    liaison.toml: http is not an IP address with a port; write it like 127.0.0.1:9464 (port 0 takes any free one).
    There is no bot token; set DISCORD_TOKEN to the one of the Developer Portal (Bot > Reset Token).
    ");

    let ended = run("migrate", &[("LIAISON_CONFIG", "no/such/file.toml"), ("LANG", "vi_VN.UTF-8")]).await;
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.err, @"Không đọc được tệp no/such/file.toml (entity not found); hãy sửa LIAISON_CONFIG hoặc tạo tệp này.");
}

#[tokio::test]
async fn a_discord_that_is_not_there_ends_the_start_with_a_sentence() {
    let database = sqlite().await;
    // Nobody listens on port 1 of loopback.
    let variables = with_database(
        &database,
        &[
            ("DISCORD_TOKEN", TOKEN),
            ("LIAISON_DISCORD_API", "http://127.0.0.1:1"),
            ("LIAISON_HTTP", "127.0.0.1:0"),
            ("RUST_LOG", "off"),
        ],
    );
    let ended = run("run", &variables).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""));
    assert_eq!(ended.err.lines().count(), 1, "{}", ended.err);
    assert!(ended.err.starts_with("Discord cannot be reached at http://127.0.0.1:1: "), "{}", ended.err);
}

#[tokio::test]
async fn a_charter_is_checked_and_every_fault_of_it_listed() {
    let whole = run("charter check --date 2026-03-02", &[]).await;
    assert_eq!(
        (whole.code, whole.out.as_str()),
        (Some(0), "tctk-2023: nothing is wrong.\n"),
        "{}",
        whole.err
    );

    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("charters/tctk-2023");
    for file in std::fs::read_dir(&shipped).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let change = |file: &str, from: &str, to: &str| {
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    };
    let check = format!("charter check {} --date 2026-03-02", folder.path().display());

    change("calendar.toml", "Asia/Ho_Chi_Minh", "Asia/Nowhere");
    let broken = run(&check, &[]).await;
    assert_eq!(broken.code, Some(1));
    insta::assert_snapshot!(broken.out, @"calendar.toml: There is no time zone “Asia/Nowhere”; write a name such as Asia/Ho_Chi_Minh.");

    change("matrix.toml", "lead = \"TKTH\"", "lead = [\"TKTH\", \"TTDL\"]");
    change("matrix.toml", "\"HTQT\"", "\"NOBODY\"");
    change("charter.toml", "articles = 16", "articles = 17");
    let broken = run(&check, &[]).await;
    assert_eq!(broken.code, Some(1));
    insta::assert_snapshot!(broken.out, @"
    charter.toml, declares: says articles = 17 but articles.toml has 16; correct the wrong one.
    articles.toml: article 17 is missing; add it.
    matrix.toml, cell P1: units.toml has no unit or group “NOBODY”; correct the code or add the unit.
    matrix.toml, cell P1: has more than one lead (TKTH, TTDL); keep one.
    calendar.toml: There is no time zone “Asia/Nowhere”; write a name such as Asia/Ho_Chi_Minh.
    ");
    let broken = run(&check, &[("LANG", "vi_VN.UTF-8")]).await;
    insta::assert_snapshot!(broken.out, @"
    charter.toml, declares: khai articles = 17 nhưng articles.toml có 16; hãy sửa bên sai.
    articles.toml: thiếu điều 17; hãy bổ sung.
    matrix.toml, cell P1: không có đơn vị hay nhóm “NOBODY” trong units.toml; hãy sửa mã hoặc thêm đơn vị.
    matrix.toml, cell P1: có nhiều đơn vị chủ trì (TKTH, TTDL); chỉ giữ lại một.
    calendar.toml: Không có múi giờ “Asia/Nowhere”; hãy ghi tên như Asia/Ho_Chi_Minh.
    ");

    let none = run("charter check nso-2099", &[]).await;
    assert_eq!(none.code, Some(2));
    insta::assert_snapshot!(none.err, @"there is no charter “nso-2099”: name a folder that holds one, or one that is built in (nso-2025, tctk-2023)");
}

#[tokio::test]
async fn a_charter_is_shown_phase_by_phase() {
    let shown = run("charter show --date 2025-06-30", &[]).await;
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    let phase: Vec<&str> = shown.out.split("\n\n").nth(3).unwrap().lines().collect();
    insta::assert_snapshot!(phase.join("\n"), @"
    P3  Data collection
        Lead       TTDL – Data Collection and Information Technology Application Department
        Support    63 provincial statistics offices, 7 subject-matter departments, Legislation and Inspection
        Time limit according to the survey plan or reporting regime
        Basis      Article 9 and Appendix 01 of the coordination regulation (draft v1) (provisional)
    ");
    assert_eq!(shown.out.split("\n\n").count(), 1 + 8);
}

#[tokio::test]
async fn the_log_is_verified_and_the_altered_row_named() {
    on_both(async |database| {
        let variables = with_database(&database, &[]);
        let verified = run("log verify", &variables).await;
        assert_eq!((verified.code, verified.out.as_str()), (Some(0), "The exchange log has no rows yet.\n"));

        log_texts(&database.store, &["one", "two", "three"]).await;
        database.store.log(&[edited(2, 60_000, "two and a half")], &[]).await.unwrap();
        let verified = run("log verify", &variables).await;
        assert_eq!(verified.code, Some(0));
        assert!(verified.out.starts_with("The exchange log is intact: 4 rows, hash "), "{}", verified.out);

        database.tamper("UPDATE exchange SET content = 'too' WHERE seq = 2").await;
        let verified = run("log verify", &variables).await;
        assert_eq!(verified.code, Some(1));
        assert!(
            verified.out.starts_with("The exchange log is not intact: row 2 (message "),
            "{}",
            verified.out
        );
        assert!(verified.out.contains(") was altered. "), "{}", verified.out);
    })
    .await;
}

#[tokio::test]
async fn a_database_without_tables_is_told_from_one_with() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("new.db").display());
    let variables = [("DATABASE_URL", url.as_str())];
    let before = run("log verify", &variables).await;
    assert_eq!(before.code, Some(2));
    assert_eq!(before.err, "The database is not of this version; run: liaison migrate\n");
    for _ in 0..2 {
        let migrated = run("migrate", &variables).await;
        assert_eq!((migrated.code, migrated.out.as_str()), (Some(0), "The database is up to date.\n"));
    }
    assert_eq!(run("log verify", &variables).await.code, Some(0));
}

#[tokio::test]
async fn check_says_of_each_thing_how_it_stands() {
    on_both(async |database| {
        let charter = liaison::charters::load("tctk-2023", local("2023-03-01 08:00").date()).unwrap();
        let mut world = office_world(charter);
        world.roles.retain(|role| !matches!(role.name.as_str(), "CDTK2" | "Quản trị"));
        world.roles.push(discord_sandbox::Role { name: "Câu lạc bộ bóng đá".into(), ..Default::default() });
        let sandbox = sandbox(world).await;
        let token = sandbox.bot_token();
        let discord = [("LIAISON_DISCORD_API", sandbox.base_url()), ("RUST_LOG", "off")];
        let variables = with_database(&database, &discord);
        let with = |token| [variables.as_slice(), &[("DISCORD_TOKEN", token)]].concat();

        let right = run("check", &with(&token)).await;
        insta::allow_duplicates! { insta::assert_snapshot!(right.out, @"
        Settings: ok
        Charter and calendar: ok
        Database: ok
        Tables: ok
        Discord: ok
        Bot token: ok
        Intents: ok
        Roles on the server “Tổng cục Thống kê”:
            ok; units without a role: CDTK2
            tiers without a role: Quản trị
            roles not recognised: Câu lạc bộ bóng đá, Administrators
        The bot's permissions on the server “Tổng cục Thống kê”: ok
        "); }
        assert_eq!(right.code, Some(0));

        let wrong = run("check", &with(TOKEN)).await;
        insta::allow_duplicates! { insta::assert_snapshot!(wrong.out, @"
        Settings: ok
        Charter and calendar: ok
        Database: ok
        Tables: ok
        Discord: ok
        Bot token: Discord does not accept the bot token. Copy it anew from the Developer Portal (Bot > Reset Token) into DISCORD_TOKEN.
        Intents: not known yet
        "); }
        assert_eq!(wrong.code, Some(1));
    })
    .await;
}

#[tokio::test]
async fn check_names_what_the_bot_may_not_do() {
    on_both(async |database| {
        let charter = liaison::charters::load("tctk-2023", local("2023-03-01 08:00").date()).unwrap();
        let mut world = office_world(charter);
        let deny = Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS;
        let overwrite = Overwrite { role: "@everyone".into(), allow: Permissions::NONE, deny };
        world.channels.push(Channel { overwrites: vec![overwrite], ..Channel::text("hop") });
        let all = world.bot.permissions;
        let sandbox = sandbox(world.clone()).await;
        let id = |sandbox: &Sandbox| {
            let state = sandbox.state();
            let found = state["channels"].as_array().unwrap().iter().find(|channel| channel["name"] == "hop");
            found.unwrap()["id"].as_str().unwrap().parse::<u64>().unwrap()
        };
        let guild = GuildId(sandbox.guild_id().to_string().parse().unwrap());
        let spot = Spot { channel: ChannelId(id(&sandbox)), kind: PlaceKind::Text };
        let mut tx = database.store.begin().await.unwrap();
        tx.set_place(guild, MEETINGS, spot).await.unwrap();
        tx.commit().await.unwrap();
        let token = sandbox.bot_token();
        let discord = [("LIAISON_DISCORD_API", sandbox.base_url()), ("DISCORD_TOKEN", &token), ("RUST_LOG", "off")];
        let found = run("check", &with_database(&database, &discord)).await;
        let line = format!(
            "The bot's permissions on the server “Tổng cục Thống kê”: ok; In <#{}> Liaison lacks: Send Messages (to post cards and reminders), Embed Links (to show cards). Allow it to Liaison in that channel's permissions, or name another channel with `/settings channels`.\n",
            spot.channel
        );
        assert!(found.out.ends_with(&line), "{}", found.out);
        assert_eq!(found.code, Some(0));

        world.bot.permissions = all & !Permissions::MENTION_EVERYONE;
        let sandbox = self::sandbox(world).await;
        let token = sandbox.bot_token();
        let discord = [("LIAISON_DISCORD_API", sandbox.base_url()), ("DISCORD_TOKEN", &token), ("LC_ALL", "vi_VN.UTF-8"), ("RUST_LOG", "off")];
        let found = run("check", &with_database(&database, &discord)).await;
        assert!(
            found.out.ends_with("Quyền của bot trên máy chủ “Tổng cục Thống kê”: Trên máy chủ “Tổng cục Thống kê” bot còn thiếu quyền: Mention @everyone, @here, and All Roles. Hãy cấp cho vai trò của bot (Server Settings > Roles) rồi chạy lại.\n"),
            "{}",
            found.out
        );
        assert_eq!(found.code, Some(1));
    })
    .await;
}

#[tokio::test]
async fn check_goes_on_after_what_is_wrong_in_the_persons_language() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("new.db").display());
    let mut world = discord_sandbox::World::default();
    (world.bot.members_intent, world.bot.message_content_intent) = (false, false);
    let sandbox = sandbox(world).await;
    let token = sandbox.bot_token();
    let variables = [
        ("LC_ALL", "vi_VN.UTF-8"),
        ("LANG", "en_GB.UTF-8"),
        ("DATABASE_URL", &url),
        ("LIAISON_CHARTER", "nso-2099"),
        ("LIAISON_DISCORD_API", sandbox.base_url()),
        ("DISCORD_TOKEN", &token),
    ];
    let ended = run("check", &variables).await;
    assert_eq!(ended.code, Some(1));
    insta::assert_snapshot!(ended.out, @"
    Thiết lập: tốt
    Quy chế và lịch: không có quy chế “nso-2099”: hãy ghi thư mục chứa quy chế, hoặc tên một quy chế có sẵn (nso-2025, tctk-2023)
    Cơ sở dữ liệu: tốt
    Các bảng dữ liệu: Cơ sở dữ liệu chưa đúng phiên bản này; hãy chạy: liaison migrate
    Discord: tốt
    Mã của bot: tốt
    Quyền nhận sự kiện (intents): Ứng dụng chưa bật quyền nhận Server Members and Message Content. Hãy bật tại Developer Portal (Bot > Privileged Gateway Intents) rồi chạy lại.
    ");
}

#[tokio::test]
async fn a_bot_can_follow_the_clock_of_a_sandbox() {
    let database = sqlite().await;
    let start = "2099-03-02T01:00:00Z".parse().unwrap();
    let sandbox = Sandbox::start(Options { start: Some(start), ..Options::default() }).await.unwrap();
    let token = sandbox.bot_token();
    let discord = [("LIAISON_DISCORD_API", sandbox.base_url()), ("DISCORD_TOKEN", token.as_str())];
    let variables = with_database(&database, &discord);
    let ended = run(&format!("run --follow-clock {}", sandbox.base_url()), &variables).await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("calendar.toml: has no days off for 2099;"), "{}", ended.err);
}
