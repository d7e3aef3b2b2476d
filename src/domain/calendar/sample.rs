//! The days of 2023 to 2027 for tests, in the format of a charter's `calendar.toml`.

use super::Calendar;

/// Hanoi's office. One line per year, dates only; the names are added by [`toml`].
const DAYS: &[(i32, &str, bool, &str, &str)] = &[
    (
        2023,
        "5034/TB-LĐTBXH; 8056/VPCP-KGVX",
        false,
        "01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04",
        "",
    ),
    (
        2024,
        "5015/TB-LĐTBXH; 1570/TB-LĐTBXH",
        false,
        "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
        "05-04",
    ),
    (
        2025,
        "6150/TB-BLĐTBXH",
        false,
        "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
        "04-26",
    ),
    (
        2026,
        "9441/TB-BNV; 12729/VPCP-KGVX; 28/2026/QH16",
        false,
        "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
        "01-10 08-22",
    ),
    (
        2027,
        "chờ thông báo",
        true,
        "01-01 02-05 02-08 02-09 02-10 02-11 04-16 04-30 05-03 09-02 09-03 11-24",
        "",
    ),
];

/// The calendar file of an office in `zone`.
pub(crate) fn toml(zone: &str) -> String {
    let mut text = format!(
        "time_zone = \"{zone}\"\n[hours]\nmorning = [\"08:00\", \"12:00\"]\nafternoon = [\"13:00\", \"17:00\"]\n"
    );
    let list = |year: i32, days: &str, vi: &str, en: &str| -> String {
        days.split_whitespace()
            .map(|day| {
                format!("{{ date = {year}-{day}, name = {{ vi = \"{vi} {day}\", en = \"{en} {day}\" }} }}, ")
            })
            .collect()
    };
    for (year, source, provisional, off, worked) in DAYS {
        let off = list(*year, off, "Nghỉ lễ", "Holiday");
        let worked = list(*year, worked, "Làm bù", "Worked Saturday");
        text += &format!(
            "[[year]]\nyear = {year}\nsource = \"{source}\"\nprovisional = {provisional}\noff = [{off}]\nworked = [{worked}]\n"
        );
    }
    text
}

/// The calendar of Hanoi's office.
pub(crate) fn hanoi() -> Calendar {
    in_zone("Asia/Ho_Chi_Minh")
}

/// The same days in another time zone.
pub(crate) fn in_zone(zone: &str) -> Calendar {
    Calendar::parse(&toml(zone)).expect("the sample is sound")
}
