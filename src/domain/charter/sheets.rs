//! Units, assignments and days off as tables, for people who keep them in a spreadsheet; and back, with every fault by its cell.
//!
//! What a table cannot hold (the articles, the steps) stays as it is in the files of the charter.

mod read;
mod write;

pub use read::{CellFault, Imported, Trouble, import};
pub use write::export;

/// One table: what stands in its first row, and the rows below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What it is called.
    pub name: String,
    /// All rows, that of the names first.
    pub rows: Vec<Vec<String>>,
}

/// A table as it is defined: its name, and its columns with their key and their Vietnamese name.
pub(super) struct Layout {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, &'static str)],
}

const UNITS: Layout = Layout {
    name: "units",
    columns: &[
        ("code", "mã"),
        ("class", "loại"),
        ("name_vi", "tên"),
        ("name_en", "tên tiếng Anh"),
        ("short_vi", "tên ngắn"),
        ("short_en", "tên ngắn tiếng Anh"),
        ("aliases", "tên khác"),
        ("valid_from", "từ ngày"),
        ("valid_to", "đến ngày"),
        ("succeeds", "kế thừa"),
    ],
};

const FORMER: Layout = Layout {
    name: "former_names",
    columns: &[
        ("unit", "đơn vị"),
        ("until", "đến ngày"),
        ("name_vi", "tên cũ"),
        ("name_en", "tên cũ tiếng Anh"),
        ("short_vi", "tên ngắn cũ"),
        ("short_en", "tên ngắn cũ tiếng Anh"),
    ],
};

const GROUPS: Layout = Layout {
    name: "groups",
    columns: &[
        ("code", "mã"),
        ("name_vi", "tên"),
        ("name_en", "tên tiếng Anh"),
        ("class", "cả loại"),
        ("members", "các đơn vị"),
    ],
};

const MATRIX: Layout = Layout {
    name: "matrix",
    columns: &[
        ("phase", "giai đoạn"),
        ("step", "bước"),
        ("domain", "lĩnh vực"),
        ("lead", "chủ trì"),
        ("support", "phối hợp"),
        ("article", "điều"),
        ("name_vi", "tên lĩnh vực"),
        ("name_en", "tên lĩnh vực tiếng Anh"),
        ("aliases", "tên khác"),
        ("limit_vi", "thời hạn"),
        ("limit_en", "thời hạn tiếng Anh"),
        ("provisional", "dự kiến"),
    ],
};

const YEARS: Layout = Layout {
    name: "years",
    columns: &[("year", "năm"), ("source", "thông báo"), ("provisional", "dự kiến")],
};

const DAYS: Layout = Layout {
    name: "days",
    columns: &[
        ("date", "ngày"),
        ("kind", "nghỉ hay làm bù"),
        ("name_vi", "tên"),
        ("name_en", "tên tiếng Anh"),
    ],
};

/// All tables of a charter with a calendar of its own; the last two are left out where it shares another's.
const OF_THE_CHARTER: [&Layout; 4] = [&UNITS, &FORMER, &GROUPS, &MATRIX];
const OF_THE_CALENDAR: [&Layout; 2] = [&YEARS, &DAYS];

/// `A1`, as spreadsheets write it. Both are counted from 0.
pub fn cell_name(row: usize, column: usize) -> String {
    let mut letters = String::new();
    let mut left = column + 1;
    while left > 0 {
        let letter = char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default());
        letters.insert(0, letter);
        left = (left - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}
