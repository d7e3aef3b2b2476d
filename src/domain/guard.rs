//! What must not be put on a networked chat, as far as a text gives it away: state secrets, numbers of persons, records of
//! respondents ([`microdata`]), and official figures before their release ([`embargo`]).
//!
//! State secrets may be neither drafted nor kept on networked computers nor passed over such networks (Law 29/2018/QH14,
//! article 5; since 01/03/2026 Law 117/2025/QH15; for this sector Circular 07/2020/TT-BKHĐT); that covers the text, the
//! file and the abstract of such a document. Numbers that identify a person or an enterprise are protected too (Law on
//! Statistics, article 57; Law 91/2025/QH15).
//!
//! A secret bears no sign but its stamp, so stamps are looked for: "TỐI MẬT", "độ mật: mật", a line that is only "MẬT".
//! "Mật" by itself is no sign: *mật độ dân số* (population density), *bảo mật* and *mật khẩu* are everyday words here. Without
//! accents "toi mat" is "I lost" as well, so it counts in capitals only.

mod declared;
mod embargo;
mod microdata;
mod period;
mod personal;
mod token;
mod words;

pub use declared::{Embargo, declared_until, embargoed_until};
pub use embargo::has_figures;

use super::calendar::Calendar;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What stands in the log in place of a text that must not be kept.
pub const WITHHELD: &str = "⟨không lưu⟩";

/// Why a text must not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forbidden {
    /// It bears the mark of a state secret.
    StateSecret,
    /// It holds the number of a citizen's identity card, of a mobile phone, or of a taxpayer.
    PersonalNumber,
    /// It holds records in which respondents can be identified.
    Microdata,
    /// It holds an official figure that nobody may say before this moment.
    Embargoed {
        /// When it is released.
        until: DateTime<Utc>,
    },
}

/// What in a text must not be kept at the moment `now`, if anything.
pub fn forbidden(text: &str, now: DateTime<Utc>, calendar: &Calendar) -> Option<Forbidden> {
    forbidden_under(text, now, calendar, None)
}

/// The same where the figures of its thread are under embargo until `around`.
pub fn forbidden_under(
    text: &str,
    now: DateTime<Utc>,
    calendar: &Calendar,
    around: Option<DateTime<Utc>>,
) -> Option<Forbidden> {
    if is_state_secret(text) {
        Some(Forbidden::StateSecret)
    } else if personal::has_personal_number(text) {
        Some(Forbidden::PersonalNumber)
    } else if microdata::is_microdata(text) {
        Some(Forbidden::Microdata)
    } else {
        embargo::embargoed(text, now, calendar, around).map(|until| Forbidden::Embargoed { until })
    }
}

/// Whether a text bears the mark of a state secret.
pub fn is_state_secret(text: &str) -> bool {
    let text = if is_nfc(text) { Cow::Borrowed(text) } else { text.nfc().collect() };
    // Nearly every text ends here, and every message comes by.
    let lower = text.to_lowercase();
    if !["mật", "mat", "secret"].iter().any(|word| lower.contains(word)) {
        return false;
    }
    text.lines().any(|line| {
        let words: Vec<&str> =
            line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        words == ["MẬT"] || (0..words.len()).any(|at| is_stamped(&words[at..], &lower[at..]))
    })
}

/// Whether a stamp stands at the beginning of these words, as written and in lower case.
fn is_stamped(words: &[&str], lower: &[&str]) -> bool {
    match lower {
        ["tuyệt" | "tối", "mật", ..] | ["top", "secret", ..] => true,
        // "Độ mật: tối mật" is found by its level as well; "do mat: mat" only here.
        ["độ", "mật", "mật", ..] | ["do", "mat", "mat", ..] => true,
        ["do", "mat", "tuyet" | "toi", "mat", ..] => true,
        ["tuyet" | "toi", "mat", ..] => words[..2].iter().all(|word| word.chars().all(char::is_uppercase)),
        ["văn" | "công", "bản" | "văn", "mật", rest @ ..]
        | ["tài", "liệu", "mật", rest @ ..]
        | ["hồ", "sơ", "mật", rest @ ..]
        | ["dấu", "mật", rest @ ..] => !matches!(rest, ["độ" | "khẩu" | "mã" | "thiết", ..]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::sample;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn forbidden(text: &str) -> Option<Forbidden> {
        let calendar =
            Calendar::parse(include_str!("../../charters/tctk-2023/calendar.toml")).expect("shipped");
        let now = calendar.day_end(NaiveDate::from_ymd_opt(2023, 3, 27).expect("a day"));
        super::forbidden(text, now, &calendar)
    }

    #[test]
    fn stamps_are_seen() {
        for text in [
            "Độ mật: Tối mật",
            "độ mật: mật",
            "TUYỆT MẬT",
            "Báo cáo (tối mật) về dự trữ",
            "MẬT\nBáo cáo tình hình",
            "Kính gửi\n[MẬT]\nnội dung",
            "Xử lý công văn mật số 12",
            "gửi kèm tài liệu mật.",
            "văn bản đóng dấu mật",
            "TOI MAT",
            "do mat: toi mat",
            "Top Secret draft",
            // Decomposed, as some keyboards write it.
            "To\u{302}\u{301}i ma\u{323}\u{302}t",
        ] {
            assert_eq!(forbidden(text), Some(Forbidden::StateSecret), "{text}");
        }
    }

    #[test]
    fn everyday_words_pass() {
        for text in [
            "Mật độ dân số các tỉnh",
            "tài liệu mật độ dân số",
            "văn bản về bảo mật, mật khẩu và mật ong",
            "Bảo vệ bí mật nhà nước: tập huấn",
            "có 01 văn bản độ mật, xem tại Văn thư",
            "hôm qua toi mat dien thoai",
            "Tôi mất điện thoại",
            "tốc độ mạng",
            "Dân số 100309209 người, GDP 9513327000000 đồng",
            "Báo cáo 123/BC-TCTK ngày 24.03.2023 08.30",
            "NV-2023-004, han 24/03/2023 14:00",
            "03-04-2023 14:00 đến 05.08.2023 08.30",
            "024 3733 2997",
            "<@123456789012345678>",
        ] {
            assert_eq!(forbidden(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_persons_and_enterprises_are_seen() {
        for text in [
            "CCCD 001085012345",
            "số 001 085 012 345 nhé",
            "gọi 0912345678",
            "ĐT: 0912 345 678.",
            "MST 0100109106",
            "MST 0100109106-001",
        ] {
            assert_eq!(forbidden(text), Some(Forbidden::PersonalNumber), "{text}");
        }
        assert_eq!(forbidden("0100109107"), None, "the check digit is wrong");
    }

    /// What the office itself has written is everyday text, whole and line by line.
    #[test]
    fn the_charters_and_the_scenario_pass() {
        for text in [
            include_str!("../../charters/tctk-2023/articles.toml"),
            include_str!("../../charters/tctk-2023/calendar.toml"),
            include_str!("../../charters/tctk-2023/charter.toml"),
            include_str!("../../charters/tctk-2023/matrix.toml"),
            include_str!("../../charters/tctk-2023/phases.toml"),
            include_str!("../../charters/tctk-2023/units.toml"),
            include_str!("../demo/scenario.toml"),
        ] {
            assert_eq!(forbidden(text), None, "{}", &text[..40]);
            for line in text.lines() {
                assert_eq!(forbidden(line), None, "{line}");
            }
        }
    }

    /// The documents tell what a stamp looks like; of numbers, records and figures they have none.
    #[test]
    fn the_documents_pass() {
        for text in [
            include_str!("../../README.md"),
            include_str!("../../README.vi.md"),
            include_str!("../../docs/architecture.md"),
            include_str!("../../docs/operations.md"),
            include_str!("../../sandbox/README.md"),
        ] {
            for line in text.lines().chain([text]) {
                let found = forbidden(line);
                assert!(matches!(found, None | Some(Forbidden::StateSecret)), "{found:?}: {line}");
            }
        }
    }

    #[test]
    fn what_is_forbidden_is_told_apart() {
        let calendar = sample::hanoi();
        let now = calendar.day_end(NaiveDate::from_ymd_opt(2023, 3, 27).expect("a day"));
        // A calendar without release rules has no embargo.
        assert_eq!(super::forbidden("CPI tháng 3 tăng 2,27%", now, &calendar), None);
        assert!(matches!(forbidden("CPI tháng 3 tăng 2,27%"), Some(Forbidden::Embargoed { .. })));
        let records = "Nguyễn Văn An, 1985, Nam; Trần Thị Bình, 1990, Nữ";
        assert_eq!(forbidden(records), Some(Forbidden::Microdata));
    }

    proptest! {
        /// Whatever stands around a stamp, and however it is composed.
        #[test]
        fn a_stamp_is_seen_in_any_text(before in "[a-zà-ỹ ,.\n]{0,40}", after in "[a-zà-ỹ ,.\n]{0,40}", nfd: bool) {
            let text = format!("{before} (TUYỆT MẬT) {after}");
            let text = if nfd { text.nfd().collect() } else { text };
            prop_assert!(is_state_secret(&text));
        }

        #[test]
        fn density_is_no_secret(before in "[0-9 ,.]{0,10}", place in "[a-z]{1,8}") {
            let text = format!("{before} mật độ dân số {place}");
            prop_assert!(!is_state_secret(&text));
        }
    }
}
