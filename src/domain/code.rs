//! The code of a task as people type it: whole, without the part that everybody knows, or only its number.

use super::task;

/// The code that somebody means who types `NV-2023-008`, `nv 2023 8`, `2023-8`, `008` or `8`; a number alone is one of
/// `year`. `None` when it is nothing of the kind.
pub fn meant(text: &str, year: i32) -> Option<String> {
    let text = text.trim().to_uppercase();
    let rest = text.strip_prefix("NV").unwrap_or(&text);
    let parts: Vec<&str> = rest.split(['-', ' ', '/', '.']).filter(|part| !part.is_empty()).collect();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, number) = match parts.as_slice() {
        [number] if digits(number) && number.len() <= 9 => (year, number),
        [year, number] if digits(year) && year.len() == 4 && digits(number) && number.len() <= 9 => {
            (year.parse().ok()?, number)
        }
        _ => return None,
    };
    let number: i64 = number.parse().ok()?;
    (number > 0).then(|| task::code(year, number))
}

#[cfg(test)]
mod tests {
    use super::meant;
    use proptest::prelude::*;

    #[test]
    fn the_number_is_enough() {
        for text in ["8", "008", "2023-8", "nv-2023-008", "NV 2023 8", "nv8", "2023/008", " NV-2023-008 "] {
            assert_eq!(meant(text, 2023).as_deref(), Some("NV-2023-008"), "{text}");
        }
        assert_eq!(meant("1234", 2023).as_deref(), Some("NV-2023-1234"));
        assert_eq!(meant("2022-8", 2023).as_deref(), Some("NV-2022-008"));
        for text in ["", "0", "giá", "NV", "8-8", "0189f2c4-8b1c-7000-8000-000000000000", "1 2 3"] {
            assert_eq!(meant(text, 2023), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_code_means_itself(year in 2000..2100_i32, number in 1..1_000_000_i64, other in 2000..2100_i32) {
            let code = crate::domain::task::code(year, number);
            prop_assert_eq!(meant(&code, other), Some(code));
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,20}") {
            let _ = meant(&text, 2023);
        }
    }
}
