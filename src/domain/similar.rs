//! Whether two titles may mean the same task: most of their words are the same, and no number in them tells them apart.
//! Numbers are what periods, rounds and forms differ in: *tháng 3* and *tháng 4*, *quý I* and *quý II*, *đợt 1* and *đợt 2*.

use super::fold::fold;
use std::collections::BTreeSet;

/// Words that say nothing about what is to be done.
const EMPTY: &[&str] =
    &["va", "cua", "cac", "cho", "ve", "trong", "the", "of", "and", "for", "a", "an", "in", "on", "to"];
/// The words that tell a period or a round by a Roman number or a name after them.
const COUNTED: &[&str] = &["quy", "ky", "dot", "thang", "vong", "quarter", "round", "q"];
const NAMES: &[(&str, u32)] = &[
    ("i", 1),
    ("ii", 2),
    ("iii", 3),
    ("iv", 4),
    ("v", 5),
    ("vi", 6),
    ("mot", 1),
    ("hai", 2),
    ("ba", 3),
    ("tu", 4),
    ("bon", 4),
    ("nam", 5),
    ("sau", 6),
    ("bay", 7),
    ("tam", 8),
    ("chin", 9),
    ("muoi", 10),
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
];

/// The names of months that are no other word here.
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A title, made ready to be compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    words: BTreeSet<String>,
    numbers: BTreeSet<u32>,
}

impl Title {
    /// Reads a title.
    pub fn new(text: &str) -> Self {
        let folded = fold(text);
        let (mut words, mut numbers) = (BTreeSet::new(), BTreeSet::new());
        let mut before = "";
        for word in folded.split(' ').filter(|word| !word.is_empty()) {
            // T3 and Q1 are a word and a number.
            let (letters, digits) =
                word.split_at(word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len()));
            let named = NAMES.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
            if let Ok(number) = digits.parse() {
                numbers.insert(number);
                if !letters.is_empty() && !matches!(letters, "t" | "q") {
                    words.insert(letters.to_owned());
                }
            } else if let Some(number) = named.filter(|_| MONTHS.contains(&word) || COUNTED.contains(&before))
            {
                numbers.insert(number);
            } else if !EMPTY.contains(&word) {
                words.insert(word.to_owned());
            }
            before = word;
        }
        Self { words, numbers }
    }

    /// Whether the two may mean the same. It makes no difference which is asked about which.
    pub fn is_like(&self, other: &Self) -> bool {
        let told_apart = !self.numbers.is_subset(&other.numbers) && !other.numbers.is_subset(&self.numbers);
        let both = self.words.intersection(&other.words).count();
        if told_apart || both == 0 {
            return false;
        }
        let (all, fewer) = (self.words.union(&other.words).count(), self.words.len().min(other.words.len()));
        // Two words of three, or a title that the other only makes more precise.
        both * 3 >= all * 2 || both == fewer && fewer >= 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn like(one: &str, other: &str) -> bool {
        Title::new(one).is_like(&Title::new(other))
    }

    #[test]
    fn the_same_work_is_recognised() {
        for (one, other) in [
            ("Thu thập giá tháng 3", "THU THAP GIA THANG 3"),
            ("Thu thập giá tháng 3", "Thu thập giá tiêu dùng tháng 3/2023"),
            ("Xử lý dữ liệu CPI tháng 3", "Xử lý, nghiệm thu dữ liệu CPI tháng 3/2023"),
            ("Rà soát mẫu phiếu điều tra", "Rà soát phiếu điều tra"),
            ("Ước tính GDP quý I/2023", "Ước tính GDP quý 1"),
            ("Process March CPI data", "Process the CPI data of March"),
            ("Tập huấn", "tap huan"),
        ] {
            assert!(like(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn other_work_is_other_work() {
        for (one, other) in [
            ("Thu thập giá tháng 3", "Thu thập giá tháng 4"),
            ("Ước tính GDP quý I/2023", "Ước tính GDP quý II/2023"),
            ("Tập huấn đợt 1", "Tập huấn đợt 2"),
            ("Thu thập giá tháng 12/2022", "Thu thập giá tháng 12/2023"),
            ("Rà soát mẫu", "Rà soát phiếu"),
            ("Thu thập giá", "Tập huấn điều tra"),
            ("Process March CPI data", "Process April CPI data"),
            ("", ""),
            ("2023", "2023"),
        ] {
            assert!(!like(one, other), "{one} / {other}");
        }
    }

    proptest! {
        #[test]
        fn it_is_symmetric_and_case_does_not_matter(one in "[a-zàảạăâđéêíôơùưý 0-9]{0,40}", other in "[a-zàảạăâđéêíôơùưý 0-9]{0,40}") {
            prop_assert_eq!(like(&one, &other), like(&other, &one));
            prop_assert_eq!(like(&one, &one.to_uppercase()), like(&one, &one));
        }

        #[test]
        fn a_title_with_a_word_is_like_itself(title in "[b-hk-n]{3,8}( [b-hk-n]{3,8}){0,5}") {
            prop_assert!(like(&title, &title));
        }
    }
}
