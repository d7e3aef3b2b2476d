//! The words by which the embargo tells a figure from what is none, folded, in both languages.

/// Indicators of the release calendar, folded, in both languages.
pub(super) const INDICATORS: &[&str] = &[
    "cpi",
    "chi so gia tieu dung",
    "gia tieu dung",
    "consumer price index",
    "consumer prices",
    "lam phat",
    "inflation",
    "gdp",
    "grdp",
    "tong san pham",
    "gross domestic product",
    "tang truong kinh te",
    "economic growth",
    "iip",
    "san xuat cong nghiep",
    "industrial production",
    "ban le",
    "retail sales",
    "that nghiep",
    "thieu viec lam",
    "unemployment",
    "underemployment",
    "ppi",
    "chi so gia san xuat",
    "producer price",
    "xuat khau",
    "nhap khau",
    "kim ngach",
    "can can thuong mai",
    "exports",
    "imports",
    "trade balance",
    "von dau tu thuc hien",
    "khach quoc te",
    "international visitors",
];

/// What a sentence is about that speaks of progress, of a target or of money that is spent.
pub(super) const OTHER_TOPIC: &[&str] = &[
    "tien do", "muc tieu", "phan dau", "kinh phi", "du toan", "progress", "target", "targets", "goal",
    "budget",
];

/// The same where it stands near the percentage.
pub(super) const NO_FIGURE: &[&str] = &[
    "hoan thanh",
    "thu thap",
    "phieu",
    "mau",
    "phan hoi",
    "tra loi",
    "tham du",
    "da nop",
    "da gui",
    "nhap tin",
    "nghiem thu",
    "giai ngan",
    "quyen so",
    "ke hoach",
    "nghi quyet",
    "complete",
    "completed",
    "collected",
    "received",
    "response",
    "responded",
    "sample",
    "samples",
    "questionnaires",
    "forms",
    "coverage",
    "attendance",
    "weight",
    "weights",
    "plan",
    "planned",
];

/// Words after a number that make it an amount.
pub(super) const AMOUNTS: &[&str] =
    &["ty", "trieu", "billion", "million", "trillion", "bn", "nghin ty", "tram ty", "diem phan tram"];
