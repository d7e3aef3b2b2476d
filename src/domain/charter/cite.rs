//! How people cite the text: "Điều 7 khoản 2", "điểm a khoản 2 Điều 7", "Phụ lục 01", "art. 7.2", or a bare number.

use crate::domain::fold::{fold, tidy};

/// A place in the text of the regulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Citation {
    /// Điều, perhaps one khoản of it, perhaps one điểm of that.
    Article {
        /// The article.
        article: u32,
        /// The clause.
        clause: Option<u32>,
        /// The point, in Vietnamese order: d is not đ.
        point: Option<String>,
    },
    /// Phụ lục.
    Appendix(u32),
}

impl Citation {
    /// What somebody cites; nothing when it is no citation.
    pub fn parse(text: &str) -> Option<Self> {
        let text = tidy(text).to_lowercase();
        let words: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
        let (mut article, mut clause, mut point, mut appendix) = (None, None, None, None);
        let mut kind = Kind::Bare;
        for word in words {
            if let Some(named) = Kind::of(word) {
                kind = named;
                continue;
            }
            let (named, rest) = Kind::prefix(word);
            let kind_here = named.unwrap_or(kind);
            let number = rest.parse::<u32>().ok();
            match (kind_here, number) {
                (Kind::Article, Some(number)) => article = article.or(Some(number)),
                (Kind::Clause, Some(number)) => clause = clause.or(Some(number)),
                (Kind::Appendix, Some(number)) => appendix = appendix.or(Some(number)),
                (Kind::Point, None) if rest.chars().count() == 1 => {
                    point = point.or_else(|| Some(rest.to_owned()))
                }
                // "7.2": what follows the article is its clause.
                (Kind::Bare, Some(number)) if article.is_none() => article = Some(number),
                (Kind::Bare, Some(number)) => clause = clause.or(Some(number)),
                (Kind::Bare, None) if clause.is_some() && rest.chars().count() == 1 => {
                    point = point.or_else(|| Some(rest.to_owned()));
                }
                // Whatever else stands there, such as the title that a list of choices shows, begins here.
                _ => break,
            }
            kind = Kind::Bare;
        }
        match (appendix, article) {
            (Some(number), _) => Some(Self::Appendix(number)),
            (None, Some(article)) => Some(Self::Article { article, point: clause.and(point), clause }),
            (None, None) => None,
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Bare,
    Article,
    Clause,
    Point,
    Appendix,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        match fold(word).as_str() {
            "dieu" | "article" | "art" => Some(Self::Article),
            "khoan" | "clause" | "para" | "paragraph" => Some(Self::Clause),
            "diem" | "point" => Some(Self::Point),
            "phu" | "luc" | "pl" | "appendix" | "app" => Some(Self::Appendix),
            _ => None,
        }
    }

    /// `pl01`: the kind and the number as one word.
    fn prefix(word: &str) -> (Option<Self>, &str) {
        match word.strip_prefix("pl") {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => (Some(Self::Appendix), rest),
            _ => (None, word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(article: u32, clause: Option<u32>, point: Option<&str>) -> Option<Citation> {
        Some(Citation::Article { article, clause, point: point.map(str::to_owned) })
    }

    #[test]
    fn every_node_of_the_text_can_be_cited() {
        for text in ["7", "Điều 7", "dieu 7", "Article 7", "art. 7", "Điều 7. Xác định nhu cầu thông tin"]
        {
            assert_eq!(Citation::parse(text), article(7, None, None), "{text}");
        }
        for text in
            ["Điều 7 khoản 2", "khoản 2 Điều 7", "7.2", "7 (2)", "Article 7 clause 2", "khoan 2 dieu 7"]
        {
            assert_eq!(Citation::parse(text), article(7, Some(2), None), "{text}");
        }
        for text in ["điểm đ khoản 1 Điều 4", "Điều 4 khoản 1 điểm đ", "4.1.đ", "ĐIỀU 4, KHOẢN 1, ĐIỂM Đ"]
        {
            assert_eq!(Citation::parse(text), article(4, Some(1), Some("đ")), "{text}");
        }
        assert_eq!(Citation::parse("Điều 4 khoản 1 điểm d"), article(4, Some(1), Some("d")));
        for text in
            ["Phụ lục 01", "phu luc 1", "PL01", "pl 1", "Appendix 1", "Phụ lục 01. Bảng phân công 2023"]
        {
            assert_eq!(Citation::parse(text), Some(Citation::Appendix(1)), "{text}");
        }
        for text in ["", "khoản 2", "phạm vi", "điểm a"] {
            assert_eq!(Citation::parse(text), None, "{text}");
        }
    }
}
