//! What can be wrong with tables, each as one sentence that says in which cell.

use crate::domain::charter::fault::Problem;
use crate::domain::lang::Lang;

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The table.
    pub sheet: String,
    /// The cell, such as `C7`; none when it is about the table as a whole.
    pub cell: Option<String>,
    /// What is wrong.
    pub trouble: Trouble,
}

/// What can be wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentences below say what each means")]
pub enum Trouble {
    SheetMissing,
    SheetUnknown {
        known: String,
    },
    CalendarElsewhere {
        charter: String,
    },
    ColumnMissing {
        key: &'static str,
    },
    ColumnUnknown,
    NotADate {
        given: String,
    },
    NotANumber {
        given: String,
    },
    NotOneOf {
        given: String,
        choices: &'static str,
    },
    Needed,
    Reversed,
    NoSuchRow {
        given: String,
    },
    /// What the check of the charter finds, by the same words.
    Found(Problem),
}

impl CellFault {
    /// The fault as one sentence: `matrix!C7: …`.
    pub fn sentence(&self, lang: Lang) -> String {
        let place = match &self.cell {
            Some(cell) => format!("{}!{cell}", self.sheet),
            None => self.sheet.clone(),
        };
        format!("{place}: {}.", self.trouble.words(lang))
    }
}

impl Trouble {
    fn words(&self, lang: Lang) -> String {
        let (vi, en) = match self {
            Self::Found(problem) => return problem.words(lang),
            Self::SheetMissing => (
                "thiếu bảng này; hãy bổ sung, có thể để trống dưới dòng tiêu đề".into(),
                "the table is missing; add it, if need be with nothing below its first row".into(),
            ),
            Self::SheetUnknown { known } => (
                format!("không phải bảng của quy chế; hãy đổi tên thành một trong {known}, hoặc bỏ đi"),
                format!("is no table of a charter; rename it to one of {known}, or remove it"),
            ),
            Self::CalendarElsewhere { charter } => (
                format!("quy chế này dùng lịch nghỉ của {charter}; hãy bỏ bảng này và sửa lịch tại đó"),
                format!(
                    "this charter uses the days off of {charter}; remove the table and change them there"
                ),
            ),
            Self::ColumnMissing { key } => (
                format!("thiếu cột “{key}”; hãy bổ sung vào dòng đầu"),
                format!("the column “{key}” is missing; add it to the first row"),
            ),
            Self::ColumnUnknown => (
                "không có cột này; hãy sửa tên cột hoặc bỏ đi".into(),
                "there is no such column; correct its name or remove it".into(),
            ),
            Self::NotADate { given } => (
                format!("“{given}” không phải ngày; hãy ghi như 31/12/2025"),
                format!("“{given}” is no date; write it like 31/12/2025"),
            ),
            Self::NotANumber { given } => (
                format!("“{given}” không phải số; hãy ghi một số nguyên"),
                format!("“{given}” is no number; write a whole number"),
            ),
            Self::NotOneOf { given, choices } => (
                format!("“{given}” không dùng được; hãy ghi một trong: {choices}"),
                format!("“{given}” cannot be used; write one of: {choices}"),
            ),
            Self::Needed => (
                "ô này không được để trống; hãy ghi giá trị".into(),
                "the cell must not be empty; fill it in".into(),
            ),
            Self::Reversed => (
                "ngày này trước ngày bắt đầu; hãy sửa một trong hai".into(),
                "the day comes before the first one; correct one of them".into(),
            ),
            Self::NoSuchRow { given } => (
                format!("“{given}” không có ở bảng tương ứng; hãy sửa hoặc bổ sung dòng đó"),
                format!("“{given}” stands in no row that it could belong to; correct it or add that row"),
            ),
        };
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}
