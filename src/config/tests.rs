//! What is accepted, what is refused in which words, and that no secret is in any of them.

use super::*;
use crate::domain::lang::Lang;

const TOKEN: &str = "not-a-real.token.of-anybody";

/// The settings of a process with this file and these variables.
fn given(file: &str, variables: &[(&str, &str)]) -> Given {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("liaison.toml");
    std::fs::write(&path, file).expect("written");
    let mut given = Given::collect(|name| match variables.iter().find(|(known, _)| *known == name) {
        Some((_, value)) => Some((*value).into()),
        None => (name == FILE).then(|| path.clone().into()),
    });
    for problem in &mut given.problems {
        if let Problem::Syntax { file, .. } | Problem::UnknownKey { file, .. } = problem {
            *file = "liaison.toml".into();
        }
    }
    for entry in given.entries.values_mut() {
        entry.from = entry.from.replace(&path.display().to_string(), "liaison.toml");
    }
    given
}

fn problems(file: &str, variables: &[(&str, &str)], lang: Lang) -> String {
    let (_, problems) = given(file, variables).config_for_discord();
    Problems(problems).sentences(lang)
}

#[test]
fn without_any_setting_there_are_defaults_and_no_token() {
    let (config, problems) = given("", &[]).config();
    assert_eq!(problems, []);
    assert_eq!(config.discord_api, "https://discord.com");
    assert_eq!(config.database_url.expose_secret(), "sqlite://liaison.db");
    assert_eq!(config.charters, ["tctk-2023"]);
    assert_eq!(config.http.to_string(), "127.0.0.1:9464");
    assert_eq!(config.log, Log { filter: "info".into(), format: LogFormat::Text });
    assert!(config.token.is_none());
}

#[test]
fn the_environment_wins_over_the_file_and_an_empty_variable_is_none() {
    let file = "charter = \"a\"\nhttp = \"127.0.0.1:1\"\ndiscord_token = \"from-the-file\"";
    let variables = [("LIAISON_CHARTER", "b"), ("LIAISON_HTTP", ""), ("DISCORD_TOKEN", " from-outside\n")];
    let (config, problems) = given(file, &variables).config_for_discord();
    assert_eq!(problems, []);
    assert_eq!(config.charters, ["b"]);
    assert_eq!(config.http.port(), 1);
    assert_eq!(config.discord().expect("there is a token").token.expose_secret(), "from-outside");
}

#[test]
fn several_charters_are_versions_however_they_are_listed() {
    let charters = |file: &str, variables: &[(&str, &str)]| {
        let (config, problems) = given(file, variables).config();
        assert_eq!(problems, []);
        config.charters
    };
    assert_eq!(charters("charter = [\"a\", \"b\"]", &[]), ["a", "b"]);
    assert_eq!(charters("charter = \"a, b\"", &[]), ["a", "b"]);
    assert_eq!(charters("charter = \"a\"", &[("LIAISON_CHARTER", "b,c ,")]), ["b", "c"]);
    insta::assert_snapshot!(problems("charter = [1]", &[("LIAISON_LOG_FORMAT", "text")], Lang::En), @"
    liaison.toml: charter must be text; put the value in quotation marks.
    There is no bot token; set DISCORD_TOKEN to the one of the Developer Portal (Bot > Reset Token).
    ");
    insta::assert_snapshot!(problems("", &[("LIAISON_CHARTER", " , ")], Lang::Vi), @"
    LIAISON_CHARTER chưa nêu quy chế nào; hãy ghi như tctk-2023 hoặc tctk-2023,nso-2025.
    Chưa có mã của bot; hãy đặt DISCORD_TOKEN theo Developer Portal (Bot > Reset Token).
    ");
}

#[test]
fn everything_wrong_is_said_at_once_and_no_secret_with_it() {
    let file = format!(
        "tokne = \"{TOKEN}\"\nhttp = 9464\ndatabase_url = \"mysql://liaison:pass-word@db/liaison\"\nlog_format = \"xml\""
    );
    let variables = [
        ("LIAISON_DISCORD_API", "discord.com"),
        ("RUST_LOG", "liaison=loud"),
        ("DISCORD_TOKEN", "Bot not-a-real.token.of-anybody"),
    ];
    insta::assert_snapshot!(problems(&file, &variables, Lang::En), @"
    liaison.toml: there is no setting “tokne”; use one of discord_token, discord_api, database_url, charter, http, log, log_format.
    DISCORD_TOKEN is not a bot token; copy it whole from the Developer Portal (Bot > Reset Token), without the word “Bot”.
    LIAISON_DISCORD_API is not an http or https address; write it like https://discord.com.
    liaison.toml: database_url must begin with sqlite:// or postgres://; write it like sqlite://liaison.db.
    liaison.toml: http must be text; put the value in quotation marks.
    RUST_LOG is not a log filter; write it like info or warn,liaison=debug.
    liaison.toml: log_format is not a log format; write text or json.
    ");
    insta::assert_snapshot!(problems(&file, &variables, Lang::Vi), @"
    liaison.toml: không có thiết lập “tokne”; hãy dùng một trong discord_token, discord_api, database_url, charter, http, log, log_format.
    DISCORD_TOKEN không phải mã của bot; hãy chép nguyên mã từ Developer Portal (Bot > Reset Token), không kèm chữ “Bot”.
    LIAISON_DISCORD_API không phải địa chỉ http hay https; hãy ghi như https://discord.com.
    liaison.toml: database_url phải bắt đầu bằng sqlite:// hoặc postgres://; hãy ghi như sqlite://liaison.db.
    liaison.toml: http phải là một chuỗi ký tự; hãy đặt giá trị trong dấu ngoặc kép.
    RUST_LOG không phải bộ lọc nhật ký; hãy ghi như info hoặc warn,liaison=debug.
    liaison.toml: log_format không phải dạng nhật ký; hãy ghi text hoặc json.
    ");
}

#[test]
fn a_port_that_is_none_is_refused_and_port_0_is_not() {
    for wrong in ["127.0.0.1", "127.0.0.1:65536", "localhost:80", ":80"] {
        let (_, problems) = given("", &[("LIAISON_HTTP", wrong)]).config();
        assert_eq!(problems, [Problem::Invalid("LIAISON_HTTP".into(), Wanted::Address)], "{wrong}");
    }
    let (config, problems) = given("", &[("LIAISON_HTTP", "[::1]:0")]).config();
    assert!(problems.is_empty() && config.http.port() == 0);
}

#[test]
fn a_token_is_missed_only_by_what_talks_to_discord() {
    assert!(given("", &[]).config().1.is_empty());
    insta::assert_snapshot!(problems("", &[], Lang::En), @"There is no bot token; set DISCORD_TOKEN to the one of the Developer Portal (Bot > Reset Token).");
    assert_eq!(problems("", &[("DISCORD_TOKEN", TOKEN)], Lang::En), "");
}

#[test]
fn a_line_that_is_not_toml_is_named_and_not_quoted() {
    let file = format!("charter = \"a\"\ndiscord_token = {TOKEN}");
    let said = problems(&file, &[("DISCORD_TOKEN", TOKEN)], Lang::En);
    insta::assert_snapshot!(said, @r#"liaison.toml: line 2 is not TOML; write it like charter = "tctk-2023"."#);
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let given = Given::collect(|name| (name == FILE).then(|| "no/such/liaison.toml".into()));
    insta::assert_snapshot!(given.problems[0].sentence(Lang::En), @"no/such/liaison.toml cannot be read (entity not found); correct LIAISON_CONFIG or make that file.");
    insta::assert_snapshot!(given.problems[0].sentence(Lang::Vi), @"Không đọc được tệp no/such/liaison.toml (entity not found); hãy sửa LIAISON_CONFIG hoặc tạo tệp này.");
}

#[test]
fn secrets_are_known_and_not_shown() {
    let variables =
        [("DISCORD_TOKEN", TOKEN), ("DATABASE_URL", "postgres://liaison:pass-word@127.0.0.1/liaison")];
    let (config, problems) = given("", &variables).config_for_discord();
    assert_eq!(problems, []);
    let shown = format!("{config:?} {:?}", config.discord());
    assert!(!shown.contains(TOKEN) && !shown.contains("pass-word"), "{shown}");
    let secrets = config.secrets();
    assert_eq!(
        secrets.iter().map(|secret| secret.expose_secret()).collect::<Vec<_>>(),
        [TOKEN, ":pass-word@"]
    );
}

#[test]
fn the_example_lists_every_setting_with_its_default() {
    let example = include_str!("../../liaison.example.toml");
    let uncommented: String = example
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line))
        .map(|line| format!("{line}\n"))
        .collect();
    let given = given(&uncommented, &[]);
    assert_eq!(given.problems, []);
    assert_eq!(given.entries.len(), SETTINGS.len());
    let (config, problems) = given.config();
    let (defaults, _) = Given { entries: BTreeMap::new(), problems: Vec::new() }.config();
    assert_eq!(problems, []);
    assert_eq!(format!("{:?}", Config { token: None, ..config }), format!("{defaults:?}"));
}
