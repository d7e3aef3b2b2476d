//! The two languages of the office.

use serde::{Deserialize, Serialize};

/// A language that Liaison speaks. Every word exists in both; a `match` on this type keeps it so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Vietnamese, the language of the regulation and the default.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The language for a Discord locale (`vi`, `en-US`, `fr` …): Vietnamese for `vi`, English for all others.
    pub fn of_locale(locale: &str) -> Self {
        if locale == "vi" { Self::Vi } else { Self::En }
    }

    /// `vi` or `en`, as the database and the manifest write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// Back from [`Lang::code`]; anything unknown is Vietnamese.
    pub fn from_code(code: &str) -> Self {
        if code == "en" { Self::En } else { Self::Vi }
    }
}

/// The same words in both languages, as data files write them: `{ vi = "…", en = "…" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The words in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}
