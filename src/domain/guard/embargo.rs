//! Official figures before their release: an indicator, a percentage or an amount, and a period whose figures nobody may know
//! yet (Law on Statistics; Decrees 94/2016/NĐ-CP and 62/2024/NĐ-CP); or a text that says itself until when it is embargoed.
//!
//! A figure belongs to the period that stands nearest to it. Percentages of progress (questionnaires collected, budget spent)
//! and targets are no figures of this kind. What a sentence leaves out, the one before it says.

use super::declared::declared_until;
use super::period::{Period, periods};
use super::token::{Token, tokens};
use super::words::{AMOUNTS, INDICATORS, NO_FIGURE, OTHER_TOPIC};
use crate::domain::calendar::Calendar;
use chrono::{DateTime, NaiveDate, Utc};

/// How many words around a percentage say what it is one of.
const NEAR: usize = 8;

/// Whether a text holds percentages or amounts that may be official figures.
pub fn has_figures(text: &str) -> bool {
    !figures_of(text).1.is_empty()
}

/// The words of a text, and where figures stand among them.
fn figures_of(text: &str) -> (Vec<Token>, Vec<usize>) {
    // Nearly every text ends here.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Default::default();
    }
    let tokens = tokens(text);
    let figures = figures(&tokens);
    (tokens, figures)
}

/// Until when the figures in a text are under embargo; `None` when nothing in it is. `around` is until when those of its thread
/// are by what somebody has said.
pub(super) fn embargoed(
    text: &str,
    now: DateTime<Utc>,
    calendar: &Calendar,
    around: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let (tokens, figures) = figures_of(text);
    if figures.is_empty() {
        return None;
    }
    let today = calendar.local_date(now);
    let declared = declared_until(text, now, calendar).max(around).filter(|until| *until > now);
    declared.or_else(|| {
        let (indicators, periods) = (indicators(&tokens), periods(&tokens, today));
        let released = |period: &Period| {
            // Before its last month begins there is nothing to be said but what is expected.
            let begun = NaiveDate::from_ymd_opt(period.year, period.month, 1)? <= today;
            calendar.released_at(period.year, period.month).filter(|release| begun && *release > now)
        };
        figures
            .into_iter()
            .filter(|at| concerns(&tokens, &indicators, *at))
            .flat_map(|at| said_of(&tokens, &periods, at))
            .filter_map(released)
            .max()
    })
}

/// Where percentages and amounts stand that may be figures.
fn figures(tokens: &[Token]) -> Vec<usize> {
    let is_figure = |at: usize| {
        matches!(tokens[at], Token::Number(_)) && {
            let after = &tokens[at + 1..];
            let is_percent = match after {
                [Token::Percent, ..] => true,
                [one, ..] if one.is("percent") => true,
                [one, two, ..] => one.is("phan") && two.is("tram") || one.is("per") && two.is("cent"),
                _ => false,
            };
            is_percent || AMOUNTS.iter().any(|words| begins(after, words))
        }
    };
    let progress = |at: usize| {
        let start = sentence_start(tokens, at);
        let end = sentence_end(tokens, at).min(at + NEAR);
        let among =
            |from: usize, all: &[&str]| all.iter().any(|words| !places(&tokens[from..end], words).is_empty());
        among(start, OTHER_TOPIC) || among(start.max(at.saturating_sub(NEAR)), NO_FIGURE)
    };
    (0..tokens.len()).filter(|at| is_figure(*at) && !progress(*at)).collect()
}

fn indicators(tokens: &[Token]) -> Vec<usize> {
    INDICATORS.iter().flat_map(|words| places(tokens, words)).collect()
}

/// Whether an indicator stands in the sentence of the figure at `at`, or in the one before.
fn concerns(tokens: &[Token], indicators: &[usize], at: usize) -> bool {
    let from = sentence_start(tokens, sentence_start(tokens, at).saturating_sub(1));
    let end = sentence_end(tokens, at);
    indicators.iter().any(|indicator| (from..end).contains(indicator))
}

/// The periods that the figure at `at` may be said of: the nearest of its sentence, or else of the sentence before.
fn said_of<'p>(tokens: &[Token], periods: &'p [Period], at: usize) -> Vec<&'p Period> {
    let start = sentence_start(tokens, at);
    let near = |from: usize, end: usize| {
        // Between a figure and what comes after it stands its sign.
        let away = |period: &Period| match period.place.start.checked_sub(at + 1) {
            Some(after) => after,
            None => at.saturating_sub(period.place.end),
        };
        let inside: Vec<&Period> =
            periods.iter().filter(|period| (from..end).contains(&period.place.start)).collect();
        let nearest = inside.iter().map(|period| away(period)).min();
        // Of two that are equally near nobody knows which is meant.
        inside
            .into_iter()
            .filter(move |period| nearest.is_some_and(|nearest| away(period) <= nearest + 1))
            .collect::<Vec<_>>()
    };
    let own = near(start, sentence_end(tokens, at));
    if own.is_empty() { near(sentence_start(tokens, start.saturating_sub(1)), start) } else { own }
}

fn sentence_start(tokens: &[Token], at: usize) -> usize {
    tokens[..at].iter().rposition(|token| *token == Token::Break).map_or(0, |at| at + 1)
}

fn sentence_end(tokens: &[Token], at: usize) -> usize {
    tokens[at..].iter().position(|token| *token == Token::Break).map_or(tokens.len(), |length| at + length)
}

/// Where `words` stand, one after the other.
fn places(tokens: &[Token], words: &str) -> Vec<usize> {
    (0..tokens.len()).filter(|at| begins(&tokens[*at..], words)).collect()
}

fn begins(tokens: &[Token], words: &str) -> bool {
    let mut rest = tokens.iter();
    words.split(' ').all(|word| rest.next().is_some_and(|token| token.is(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
        Calendar::parse(include_str!("../../../charters/tctk-2023/calendar.toml")).expect("as shipped")
    });

    fn until(text: &str, now: &str) -> Option<String> {
        let now = chrono::NaiveDateTime::parse_from_str(now, "%d/%m/%Y %H:%M").expect("a moment");
        let now = CALENDAR.at(now.date(), now.time());
        let until = embargoed(text, now, &CALENDAR, None)?;
        Some(CALENDAR.local(until).format("%d/%m/%Y %H:%M").to_string())
    }

    #[test]
    fn a_figure_is_withheld_until_its_release() {
        for (text, release) in [
            ("CPI tháng 3/2023 tăng 2,27% so với cùng kỳ năm trước", "29/03/2023 09:00"),
            ("chỉ số giá tiêu dùng tháng Ba tăng 2,27 phần trăm", "29/03/2023 09:00"),
            ("GDP quý I ước đạt 3,32%", "29/03/2023 09:00"),
            ("GDP quý I/2023: 2.300 nghìn tỷ đồng", "29/03/2023 09:00"),
            ("Ước tính GDP quý 1 năm 2023.\nTăng 3,32 %", "29/03/2023 09:00"),
            ("cpi thang 3 tang 2,27%", "29/03/2023 09:00"),
            ("March 2023 inflation is 3.35 %", "29/03/2023 09:00"),
            ("Q1/2023 GDP growth: 3.32 percent", "29/03/2023 09:00"),
            ("GDP grew 8.02% in 2022 and 3.32% in Q1 2023", "29/03/2023 09:00"),
            ("CPI tháng 2/2023 tăng 4,31%, tháng 3/2023 tăng 3,35% so với tháng 3/2022", "29/03/2023 09:00"),
            ("IIP T3/2023 giảm 1,6%", "29/03/2023 09:00"),
            ("Tỷ lệ thất nghiệp quý I là 2,25%", "29/03/2023 09:00"),
        ] {
            assert_eq!(until(text, "27/03/2023 14:00").as_deref(), Some(release), "{text}");
            assert_eq!(until(text, "29/03/2023 09:00"), None, "{text}");
        }
        // From August 2024 the month after.
        let text = "CPI tháng 8 tăng 3,45%";
        assert_eq!(until(text, "31/08/2024 10:00").as_deref(), Some("06/09/2024 09:00"));
        assert_eq!(until(text, "06/09/2024 09:01"), None);
        let text = "xuất khẩu 9 tháng năm 2025 đạt 348 tỷ USD";
        assert_eq!(until(text, "02/10/2025 10:00").as_deref(), Some("06/10/2025 09:00"));
    }

    #[test]
    fn everyday_figures_pass() {
        for text in [
            "CPI tháng 2/2023 tăng 4,31% so với cùng kỳ, tháng 3 đang thu thập",
            "Thu thập giá CPI tháng 3/2023 đạt 95% phiếu",
            "CPI tháng 3: 41/63 Cục Thống kê đã nộp, đạt 65%",
            "Tiến độ xử lý dữ liệu CPI tháng 3 là 80%",
            "Xử lý dữ liệu CPI tháng 3 giai đoạn P4, hạn 27/03",
            "GDP năm 2022 tăng 8,02%",
            "Mục tiêu GDP năm 2023 tăng 6,5%",
            "GDP năm 2023 dự báo tăng 6,5%",
            "Kinh phí điều tra quý I/2023 là 2,5 tỷ đồng",
            "Biên soạn ước tính GDP quý I/2023, không công bố trước 29/03",
            "Họp báo công bố số liệu quý I/2023 lúc 9h ngày 29/03/2023",
            "80% of the March 2023 CPI questionnaires are collected",
            "GDP, CPI, IIP",
            "Tỷ lệ phản hồi 95%",
        ] {
            assert_eq!(until(text, "27/03/2023 14:00"), None, "{text}");
        }
    }

    #[test]
    fn a_text_may_say_itself_until_when() {
        let text = "Không công bố trước 30/03: tăng 3,32%";
        assert_eq!(until(text, "27/03/2023 14:00").as_deref(), Some("30/03/2023 00:00"));
        assert_eq!(until(text, "30/03/2023 00:00"), None);
        let text = "Embargoed until 30/03/2023, growth was 3.32%";
        assert_eq!(until(text, "27/03/2023 14:00").as_deref(), Some("30/03/2023 00:00"));
    }

    #[test]
    fn a_thread_may_be_under_embargo_as_a_whole() {
        let moment = |text: &str| {
            let at = chrono::NaiveDateTime::parse_from_str(text, "%d/%m/%Y %H:%M").expect("a moment");
            CALENDAR.at(at.date(), at.time())
        };
        let until = moment("28/03/2023 09:00");
        let said = |text, now| embargoed(text, moment(now), &CALENDAR, Some(until));
        for text in ["ước tăng 2,27%", "khoảng 2.300 nghìn tỷ đồng", "it grew by 3.3 percent"] {
            assert!(has_figures(text), "{text}");
            assert_eq!(said(text, "28/03/2023 08:59"), Some(until), "{text}");
            assert_eq!(said(text, "28/03/2023 09:00"), None, "{text}");
        }
        for text in ["đã thu 95% phiếu", "tiến độ 80%", "họp lúc 9h ngày 27/03", "xong rồi"] {
            assert!(!has_figures(text), "{text}");
            assert_eq!(said(text, "27/03/2023 14:00"), None, "{text}");
        }
        // The later of the two holds; so does the release when the thread's embargo has passed.
        let longer = said("Không công bố trước 31/03: 3,32%", "27/03/2023 14:00");
        assert_eq!(longer, Some(moment("31/03/2023 00:00")));
        let release = said("CPI tháng 3/2023 tăng 3,35%", "28/03/2023 10:00");
        assert_eq!(release, Some(moment("29/03/2023 09:00")));
    }

    proptest! {
        /// Nothing that anybody writes makes it panic, and without a percentage or an amount nothing is withheld.
        #[test]
        fn any_text_is_read(text in "(\\PC|CPI|tháng|quý|năm|2023|3|tỷ|[0-9%/. \n]){0,40}") {
            let now = CALENDAR.at(NaiveDate::from_ymd_opt(2023, 3, 27).expect("a day"), NaiveTime::MIN);
            let found = embargoed(&text, now, &CALENDAR, None);
            let folded = crate::domain::fold::fold(&text);
            let amount = AMOUNTS.iter().any(|words| folded.contains(words));
            prop_assert!(found.is_none() || amount || text.contains('%'));
        }

        /// A released month may be quoted, whatever the figure.
        #[test]
        fn released_figures_pass(month in 1_u32..=2, whole in 0..99_u32, part in 0..99_u32) {
            let now = CALENDAR.at(NaiveDate::from_ymd_opt(2023, 3, 27).expect("a day"), NaiveTime::MIN);
            prop_assert_eq!(embargoed(&format!("CPI tháng {month}/2023 tăng {whole},{part}%"), now, &CALENDAR, None), None);
            let next = format!("CPI tháng 3/2023 tăng {whole},{part}%");
            prop_assert!(embargoed(&next, now, &CALENDAR, None).is_some());
        }
    }
}
