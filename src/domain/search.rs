//! What people search the exchange log for, and how a hit is shown: words and "phrases in quotes", whatever the
//! diacritics and the case.

use super::fold::fold;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// The longest text that is searched for, in characters; the rest is not looked at.
const TEXT_MAX: usize = 200;

/// What to look for: all of these. Each is folded, a phrase has its words in order.
///
/// Folded text is letters, digits and single spaces, so nothing in it means anything to a query language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms(Vec<String>);

impl Terms {
    /// Reads what somebody typed. `None` when there is no word in it.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().take(TEXT_MAX).collect();
        let text = text.replace(['“', '”', '„', '«', '»'], "\"");
        let mut terms = Vec::new();
        for (index, part) in text.split('"').enumerate() {
            let folded = fold(part);
            if index % 2 == 1 {
                terms.push(folded);
            } else {
                terms.extend(folded.split(' ').map(str::to_owned));
            }
        }
        terms.retain(|term| !term.is_empty());
        terms.sort();
        terms.dedup();
        (!terms.is_empty()).then_some(Self(terms))
    }

    /// The words and phrases, folded.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// A piece of a text around what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Whether the text goes on before it.
    pub cut_before: bool,
    /// The piece, in parts, as it was written.
    pub parts: Vec<Part>,
    /// Whether the text goes on after it.
    pub cut_after: bool,
}

/// A part of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// As it was written.
    pub text: String,
    /// Whether it is what was looked for.
    pub hit: bool,
}

/// About `width` characters of `content` around the first hit, cut at words, with every hit in it marked.
pub fn excerpt(content: &str, terms: &Terms, width: usize) -> Excerpt {
    let words = words(content);
    let hits = hits(content, &words, terms);
    let first = hits.first().cloned().unwrap_or_default();
    // A third of the width stands before the first hit.
    let start = match back(&content[..first.start], width / 3) {
        0 => 0,
        start => words.iter().map(|word| word.start).find(|at| *at >= start).unwrap_or(start),
    };
    let end = match start + forth(&content[start..], width) {
        end if end == content.len() => end,
        end => words.iter().map(|word| word.end).rfind(|at| (start..=end).contains(at)).unwrap_or(end),
    };
    let end = end.max(first.end);
    let mut parts = Vec::new();
    let mut at = start;
    let mut push = |range: Range<usize>, hit| {
        if !range.is_empty() {
            parts.push(Part { text: content[range].to_owned(), hit });
        }
    };
    for hit in hits.into_iter().filter(|hit| hit.start >= start && hit.end <= end) {
        push(at..hit.start, false);
        at = hit.end;
        push(hit, true);
    }
    push(at..end, false);
    Excerpt { cut_before: start > 0, parts, cut_after: end < content.len() }
}

/// Where the last `width` characters begin.
fn back(text: &str, width: usize) -> usize {
    text.char_indices().rev().take(width).last().map_or(text.len(), |(at, _)| at)
}

/// Where the first `width` characters end.
fn forth(text: &str, width: usize) -> usize {
    text.char_indices().nth(width).map_or(text.len(), |(at, _)| at)
}

/// Where the words are. A combining mark belongs to the letter before it.
fn words(content: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut inside = false;
    for (at, c) in content.char_indices() {
        let part = c.is_alphanumeric() || (inside && is_combining_mark(c));
        match words.last_mut() {
            Some(word) if part && inside => word.end = at + c.len_utf8(),
            _ if part => words.push(at..at + c.len_utf8()),
            _ => {}
        }
        inside = part;
    }
    words
}

/// Where the terms are, in order and without overlaps.
fn hits(content: &str, words: &[Range<usize>], terms: &Terms) -> Vec<Range<usize>> {
    let folded: Vec<String> = words.iter().map(|word| fold(&content[word.clone()])).collect();
    let mut hits: Vec<Range<usize>> = Vec::new();
    for term in terms.iter() {
        let term: Vec<&str> = term.split(' ').collect();
        for (at, window) in folded.windows(term.len()).enumerate() {
            if window.iter().zip(&term).all(|(word, wanted)| word == wanted) {
                hits.push(words[at].start..words[at + term.len() - 1].end);
            }
        }
    }
    hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
    let mut end = 0;
    hits.retain(|hit| {
        let apart = hit.start >= end;
        end = end.max(if apart { hit.end } else { end });
        apart
    });
    hits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(text: &str) -> Vec<String> {
        Terms::parse(text).map(|terms| terms.0).unwrap_or_default()
    }

    fn marked(content: &str, query: &str, width: usize) -> String {
        let excerpt = excerpt(content, &Terms::parse(query).unwrap(), width);
        let parts: String = excerpt
            .parts
            .iter()
            .map(|part| if part.hit { format!("[{}]", part.text) } else { part.text.clone() })
            .collect();
        let dots = |cut| if cut { "…" } else { "" };
        format!("{}{parts}{}", dots(excerpt.cut_before), dots(excerpt.cut_after))
    }

    #[test]
    fn words_and_phrases_are_told_apart() {
        assert_eq!(terms("Số liệu GIÁ"), ["gia", "lieu", "so"]);
        assert_eq!(terms("\"số liệu\" giá"), ["gia", "so lieu"]);
        assert_eq!(terms("“số liệu” giá"), ["gia", "so lieu"]);
        assert_eq!(terms("\"số liệu giá"), ["so lieu gia"]);
        assert_eq!(Terms::parse("\" * ( \" '; --"), None);
    }

    #[test]
    fn an_excerpt_shows_what_was_written_with_every_hit_marked() {
        assert_eq!(marked("Gửi số liệu giá", "so lieu", 80), "Gửi [số] [liệu] giá");
        assert_eq!(marked("Gửi Số-Liệu giá, số liệu!", "\"so lieu\"", 80), "Gửi [Số-Liệu] giá, [số liệu]!");
        let long = format!("{} đã nhận số liệu tháng {}", "chữ ".repeat(40), "nữa ".repeat(40));
        assert_eq!(marked(&long, "\"số liệu\"", 30), "…đã nhận [số liệu] tháng nữa nữa…");
        assert_eq!(marked("không có gì", "so", 80), "không có gì");
        assert_eq!(marked("", "so", 80), "");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_a_piece_of_the_text(content in "[aàáđ,. \u{301}]{0,60}|\\PC{0,60}", query in "[ađ \"]{1,8}", width in 4..40_usize) {
            let Some(terms) = Terms::parse(&query) else { return Ok(()) };
            let excerpt = excerpt(&content, &terms, width);
            let piece: String = excerpt.parts.iter().map(|part| part.text.as_str()).collect();
            prop_assert!(content.contains(&piece));
            prop_assert_eq!(piece == content, !excerpt.cut_before && !excerpt.cut_after);
        }
    }
}
