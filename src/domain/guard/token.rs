//! A text as the embargo reads it: folded words, numbers as they were written, and what joins or parts them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Letters, folded: `quý` is `quy`.
    Word(String),
    /// Digits, with the points and commas between them: `2,27`, `1.234,5`.
    Number(String),
    Percent,
    /// What joins the parts of a date or a period: `3/2023`, `I-2023`.
    Joint,
    /// The end of a sentence or a line.
    Break,
}

impl Token {
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own == word)
    }

    pub(super) fn number(&self) -> Option<u32> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn year(&self) -> Option<i32> {
        match self {
            Self::Number(digits) if digits.len() == 4 => {
                digits.parse().ok().filter(|year| (1990..=2100).contains(year))
            }
            _ => None,
        }
    }
}

/// Reads a text. What is neither letter, digit, `%`, `/`, `-` nor the end of a sentence means nothing here.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let folded = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let chars: Vec<char> = folded.map(|c| if c == 'đ' { 'd' } else { c }).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let from = at;
        at += 1;
        if c.is_ascii_digit() {
            let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
            while digit(at) || matches!(chars.get(at), Some('.' | ',')) && digit(at + 1) {
                at += 1;
            }
            tokens.push(Token::Number(chars[from..at].iter().collect()));
        } else if c.is_alphabetic() {
            while chars.get(at).is_some_and(|c| c.is_alphabetic()) {
                at += 1;
            }
            tokens.push(Token::Word(chars[from..at].iter().collect()));
        } else {
            match c {
                '%' => tokens.push(Token::Percent),
                '/' | '-' | '–' => tokens.push(Token::Joint),
                '.' | ';' | '!' | '?' | '\n' if tokens.last() != Some(&Token::Break) => {
                    tokens.push(Token::Break);
                }
                _ => {}
            }
        }
    }
    tokens
}
