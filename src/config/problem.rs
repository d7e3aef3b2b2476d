//! What can be wrong with the settings, in words. No value is ever repeated: it may be the token.

use super::{FILE, SETTINGS};
use crate::domain::lang::Lang;
use std::fmt;
use std::path::PathBuf;

/// One thing wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file that was asked for is not there, or not readable.
    File(PathBuf, std::io::ErrorKind),
    /// The file is not TOML.
    Syntax {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// The file has a key that is none.
    UnknownKey {
        /// The file.
        file: PathBuf,
        /// The key.
        key: String,
    },
    /// A setting holds what it cannot mean; where it was given, and what it wants.
    Invalid(String, Wanted),
    /// The token is needed and not given.
    NoToken,
}

/// What a setting wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is one sentence of `Wanted::words`")]
pub enum Wanted {
    Text,
    Token,
    HttpUrl,
    DatabaseUrl,
    Address,
    Filter,
    LogFormat,
    Charters,
}

impl Wanted {
    fn words(self, lang: Lang) -> &'static str {
        let (vi, en) = match self {
            Self::Text => (
                "phải là một chuỗi ký tự; hãy đặt giá trị trong dấu ngoặc kép",
                "must be text; put the value in quotation marks",
            ),
            Self::Token => (
                "không phải mã của bot; hãy chép nguyên mã từ Developer Portal (Bot > Reset Token), không kèm chữ “Bot”",
                "is not a bot token; copy it whole from the Developer Portal (Bot > Reset Token), without the word “Bot”",
            ),
            Self::HttpUrl => (
                "không phải địa chỉ http hay https; hãy ghi như https://discord.com",
                "is not an http or https address; write it like https://discord.com",
            ),
            Self::DatabaseUrl => (
                "phải bắt đầu bằng sqlite:// hoặc postgres://; hãy ghi như sqlite://liaison.db",
                "must begin with sqlite:// or postgres://; write it like sqlite://liaison.db",
            ),
            Self::Address => (
                "không phải địa chỉ IP và cổng; hãy ghi như 127.0.0.1:9464 (cổng 0 là cổng trống bất kỳ)",
                "is not an IP address with a port; write it like 127.0.0.1:9464 (port 0 takes any free one)",
            ),
            Self::Filter => (
                "không phải bộ lọc nhật ký; hãy ghi như info hoặc warn,liaison=debug",
                "is not a log filter; write it like info or warn,liaison=debug",
            ),
            Self::LogFormat => {
                ("không phải dạng nhật ký; hãy ghi text hoặc json", "is not a log format; write text or json")
            }
            Self::Charters => (
                "chưa nêu quy chế nào; hãy ghi như tctk-2023 hoặc tctk-2023,nso-2025",
                "names no charter; write it like tctk-2023 or tctk-2023,nso-2025",
            ),
        };
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}

impl Problem {
    /// What is wrong and what to do, as one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::File(path, kind), Lang::Vi) => {
                format!("Không đọc được tệp {} ({kind}); hãy sửa {FILE} hoặc tạo tệp này.", path.display())
            }
            (Self::File(path, kind), Lang::En) => {
                format!("{} cannot be read ({kind}); correct {FILE} or make that file.", path.display())
            }
            (Self::Syntax { file, line }, Lang::Vi) => {
                format!("{}: dòng {line} sai cú pháp TOML; hãy ghi như charter = \"tctk-2023\".", file.display())
            }
            (Self::Syntax { file, line }, Lang::En) => {
                format!("{}: line {line} is not TOML; write it like charter = \"tctk-2023\".", file.display())
            }
            (Self::UnknownKey { file, key }, Lang::Vi) => {
                format!("{}: không có thiết lập “{key}”; hãy dùng một trong {}.", file.display(), keys())
            }
            (Self::UnknownKey { file, key }, Lang::En) => {
                format!("{}: there is no setting “{key}”; use one of {}.", file.display(), keys())
            }
            (Self::Invalid(given, wanted), _) => format!("{given} {}.", wanted.words(lang)),
            (Self::NoToken, Lang::Vi) => {
                "Chưa có mã của bot; hãy đặt DISCORD_TOKEN theo Developer Portal (Bot > Reset Token).".into()
            }
            (Self::NoToken, Lang::En) => {
                "There is no bot token; set DISCORD_TOKEN to the one of the Developer Portal (Bot > Reset Token)."
                    .into()
            }
        }
    }
}

fn keys() -> String {
    SETTINGS.map(|(key, _)| key).join(", ")
}

/// Everything that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// A line for each.
    pub fn sentences(&self, lang: Lang) -> String {
        self.0.iter().map(|problem| problem.sentence(lang)).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentences(Lang::En))
    }
}

impl std::error::Error for Problems {}
