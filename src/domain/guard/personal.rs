//! Numbers that belong to one person or enterprise: identity cards, mobile phones, taxpayers.

/// Whether a text holds a number that belongs to one person or enterprise.
pub(super) fn has_personal_number(text: &str) -> bool {
    let (mut number, mut last, mut joined) = (String::new(), 0, false);
    for part in split_digits(text) {
        match part {
            // It may be written in groups, 0912 345 678 or 0101234567-001. The groups of a date are shorter.
            Part::Digits(digits) if joined && last >= 3 && digits.len() >= 3 => {
                number.push_str(digits);
                last = digits.len();
            }
            Part::Digits(digits) => {
                if is_personal(&number) {
                    return true;
                }
                digits.clone_into(&mut number);
                last = digits.len();
            }
            Part::Other(other) => joined = matches!(other, " " | "." | "-"),
        }
    }
    is_personal(&number)
}

enum Part<'t> {
    Digits(&'t str),
    Other(&'t str),
}

/// A text as runs of digits and of what stands between them.
fn split_digits(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let digit = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(if digit { Part::Digits(part) } else { Part::Other(part) })
    })
}

fn is_personal(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    match digits.len() {
        12 => is_citizen(&digits),
        10 => is_mobile(&digits) || is_taxpayer(&digits),
        // A branch: the taxpayer's number and three more digits.
        13 => is_taxpayer(&digits[..10]),
        _ => false,
    }
}

/// The number of an identity card: a province (001 to 096), century and sex (0 to 3 in this century and the last).
fn is_citizen(digits: &[u32]) -> bool {
    let province = digits[0] * 100 + digits[1] * 10 + digits[2];
    (1..=96).contains(&province) && digits[3] <= 3
}

fn is_mobile(digits: &[u32]) -> bool {
    digits[0] == 0 && matches!(digits[1], 3 | 5 | 7 | 8 | 9)
}

/// A taxpayer's number: the tenth digit checks the nine before it (weights 31, 29, 23, 19, 17, 13, 7, 5, 3). Only those that
/// begin with 0, as nearly all do: a figure of a table never does.
fn is_taxpayer(digits: &[u32]) -> bool {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    digits[0] == 0 && (10 - sum % 11) == digits[9]
}
