//! Folding: what text is compared by when people search, whatever accents they typed; and the form in which it is kept.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` without diacritics, lower case, with `đ` as `d` and every run of other characters as one space.
///
/// "Thống kê", "THONG KE" and a decomposed "Thống kê" fold alike. The same function folds what is
/// stored and what is asked, so the two always meet.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        let c = if c == 'đ' { 'd' } else { c };
        if c.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(c);
        } else {
            gap = true;
        }
    }
    folded
}

/// `text` as it is kept: composed (NFC), so that a letter with its accents counts as one character however it was typed,
/// and with single spaces.
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::{fold, tidy};
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn vietnamese_folds_to_plain_letters() {
        assert_eq!(fold("Thống kê"), "thong ke");
        assert_eq!(fold("  Đà Nẵng – CTK-48 "), "da nang ctk 48");
        let decomposed: String = "Điều tra lao động".nfd().collect();
        assert_eq!(fold(&decomposed), "dieu tra lao dong");
    }

    #[test]
    fn what_is_kept_is_composed_and_on_one_line() {
        let typed: String = " Điều tra\n lao  động ".nfd().collect();
        assert_eq!(tidy(&typed), "Điều tra lao động");
    }
}
