//! What can be wrong with a charter, each as one sentence that says where it is and what to do.

use crate::domain::lang::Lang;
use chrono::NaiveDate;
use std::fmt;

/// A fault of a charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file that holds it.
    pub file: String,
    /// The place in the file, in the words of its keys (`cell P3`); empty for the file as a whole.
    pub place: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentences below say what each means")]
pub enum Problem {
    FileMissing,
    FileUnknown { expected: String },
    Syntax { line: usize, message: String },
    UnknownKey { key: String, message: String },
    MissingKey { key: String },
    Unreadable { message: String },
    EmptyText { key: String, lang: Lang },
    Duplicate { what: String },
    Count { what: Node, declared: u32, found: u32 },
    Missing { what: Node, number: u32 },
    NoLead,
    TwoLeads { leads: Vec<String> },
    LeadAndDomains { lead: String },
    NoDomains,
    LeadNotYet { unit: String, from: NaiveDate },
    UnknownUnit { code: String },
    UnknownPhase { code: String },
    UnknownStep { code: String },
    UnknownArticle { number: u32 },
    UnknownChapter { number: u32 },
    EmptyGroup,
    EndsBeforeItBegins,
    FormerOutOfOrder,
    YearMissing { year: i32 },
    NextYearMissing { year: i32 },
    DateOutsideYear { date: NaiveDate },
    OffOnWeekend { date: NaiveDate },
    WorkedOnWeekday { date: NaiveDate },
}

/// A kind of node of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// Chương.
    Chapter,
    /// Điều.
    Article,
    /// Phụ lục.
    Appendix,
}

impl Node {
    /// The key under `[declares]`.
    fn key(self) -> &'static str {
        match self {
            Self::Chapter => "chapters",
            Self::Article => "articles",
            Self::Appendix => "appendices",
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Chapter, Lang::Vi) => "chương",
            (Self::Chapter, Lang::En) => "chapter",
            (Self::Article, Lang::Vi) => "điều",
            (Self::Article, Lang::En) => "article",
            (Self::Appendix, Lang::Vi) => "phụ lục",
            (Self::Appendix, Lang::En) => "appendix",
        }
    }
}

impl Fault {
    /// Whether the office can go on working with it: next year's days off are asked for in October, and needed in January.
    pub fn can_wait(&self) -> bool {
        matches!(self.problem, Problem::NextYearMissing { .. })
    }

    /// The fault as one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let gap = if self.place.is_empty() { "" } else { ", " };
        format!("{}{gap}{}: {}.", self.file, self.place, self.problem.words(lang))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

impl Problem {
    pub(super) fn words(&self, lang: Lang) -> String {
        let (vi, en) = match self {
            Self::FileMissing => {
                ("thiếu tệp này; hãy thêm vào quy chế".into(), "the file is missing; add it".into())
            }
            Self::FileUnknown { expected } => (
                format!(
                    "không phải tệp của quy chế; hãy đổi tên thành một trong các tệp {expected}, hoặc bỏ đi"
                ),
                format!("is no file of a charter; rename it to one of {expected}, or remove it"),
            ),
            Self::Syntax { line, message } => (
                format!("dòng {line} sai cú pháp TOML ({message}); hãy sửa dòng này"),
                format!("line {line} is not TOML ({message}); correct it"),
            ),
            Self::UnknownKey { key, message } => (
                format!("không có khóa “{key}” ({message}); hãy sửa tên khóa hoặc bỏ đi"),
                format!("there is no key “{key}” ({message}); correct its name or remove it"),
            ),
            Self::MissingKey { key } => {
                (format!("thiếu khóa “{key}”; hãy bổ sung"), format!("the key “{key}” is missing; add it"))
            }
            Self::Unreadable { message } => (
                format!("không đọc được ({message}); hãy sửa giá trị"),
                format!("cannot be read ({message}); correct the value"),
            ),
            Self::EmptyText { key, lang: Lang::Vi } => (
                format!("“{key}” chưa có lời tiếng Việt; hãy bổ sung"),
                format!("“{key}” has no Vietnamese words; add them"),
            ),
            Self::EmptyText { key, lang: Lang::En } => (
                format!("“{key}” chưa có lời tiếng Anh; hãy bổ sung"),
                format!("“{key}” has no English words; add them"),
            ),
            Self::Duplicate { what } => (
                format!("“{what}” đã dùng ở chỗ khác; hãy giữ một và đổi cái còn lại"),
                format!("“{what}” is used twice; keep one and change the other"),
            ),
            Self::Count { what, declared, found } => (
                format!("khai {} = {declared} nhưng articles.toml có {found}; hãy sửa bên sai", what.key()),
                format!(
                    "says {} = {declared} but articles.toml has {found}; correct the wrong one",
                    what.key()
                ),
            ),
            Self::Missing { what, number } => (
                format!("thiếu {} {number}; hãy bổ sung", what.name(Lang::Vi)),
                format!("{} {number} is missing; add it", what.name(Lang::En)),
            ),
            Self::NoLead => (
                "chưa có đơn vị chủ trì; hãy ghi một đơn vị tại “lead”".into(),
                "has no lead; name one unit under “lead”".into(),
            ),
            Self::TwoLeads { leads } => (
                format!("có nhiều đơn vị chủ trì ({}); chỉ giữ lại một", leads.join(", ")),
                format!("has more than one lead ({}); keep one", leads.join(", ")),
            ),
            Self::LeadAndDomains { lead } => (
                format!(
                    "vừa có đơn vị chủ trì {lead} vừa có lĩnh vực; hãy ghi lead = \"by-domain\" hoặc bỏ các lĩnh vực"
                ),
                format!(
                    "has the lead {lead} and domains too; write lead = \"by-domain\" or remove the domains"
                ),
            ),
            Self::NoDomains => (
                "chủ trì theo lĩnh vực nhưng chưa có lĩnh vực nào; hãy thêm [[cell.domain]]".into(),
                "is led by domain but has no domain; add [[cell.domain]]".into(),
            ),
            Self::LeadNotYet { unit, from } => (
                format!(
                    "đơn vị chủ trì {unit} không tồn tại vào ngày quy chế có hiệu lực ({from}); hãy chọn đơn vị khác hoặc sửa thời gian hiệu lực",
                    from = from.format("%d/%m/%Y")
                ),
                format!(
                    "the lead {unit} does not exist on the day the charter takes effect ({from}); choose another or correct its dates",
                    from = from.format("%d/%m/%Y")
                ),
            ),
            Self::UnknownUnit { code } => (
                format!("không có đơn vị hay nhóm “{code}” trong units.toml; hãy sửa mã hoặc thêm đơn vị"),
                format!("units.toml has no unit or group “{code}”; correct the code or add the unit"),
            ),
            Self::UnknownPhase { code } => (
                format!("không có giai đoạn “{code}” trong phases.toml; hãy sửa mã"),
                format!("phases.toml has no phase “{code}”; correct the code"),
            ),
            Self::UnknownStep { code } => (
                format!("giai đoạn này không có bước “{code}” trong phases.toml; hãy sửa mã"),
                format!("this phase has no step “{code}” in phases.toml; correct the code"),
            ),
            Self::UnknownArticle { number } => (
                format!("dẫn chiếu Điều {number} nhưng articles.toml không có; hãy sửa số điều"),
                format!("refers to article {number}, which articles.toml does not have; correct the number"),
            ),
            Self::UnknownChapter { number } => (
                format!("thuộc chương {number} nhưng chương này không có; hãy sửa số chương"),
                format!("belongs to chapter {number}, which does not exist; correct the number"),
            ),
            Self::EmptyGroup => (
                "nhóm không có đơn vị nào; hãy ghi “members” hoặc “class”".into(),
                "the group has no units; give it “members” or a “class”".into(),
            ),
            Self::EndsBeforeItBegins => (
                "“valid_to” trước “valid_from”; hãy sửa một trong hai ngày".into(),
                "“valid_to” is before “valid_from”; correct one of them".into(),
            ),
            Self::FormerOutOfOrder => (
                "các tên cũ (former) chưa theo thứ tự thời gian; hãy xếp “until” sớm nhất lên trước".into(),
                "its former names are not in the order of time; put the earliest “until” first".into(),
            ),
            Self::YearMissing { year } => (
                format!("chưa có lịch nghỉ năm {year}; hãy thêm [[year]] theo thông báo nghỉ"),
                format!("has no days off for {year}; add a [[year]] from the official notice"),
            ),
            Self::NextYearMissing { year } => (
                format!(
                    "chưa có lịch nghỉ năm {year} (năm tới); hãy thêm [[year]], nếu chưa có thông báo thì ghi provisional = true"
                ),
                format!(
                    "has no days off for {year} (next year); add a [[year]], with provisional = true until it is announced"
                ),
            ),
            Self::DateOutsideYear { date } => (
                format!("ngày {} không thuộc năm này; hãy sửa ngày", date.format("%d/%m/%Y")),
                format!("{} is not in this year; correct the date", date.format("%d/%m/%Y")),
            ),
            Self::OffOnWeekend { date } => (
                format!(
                    "ngày nghỉ {} rơi vào cuối tuần, vốn đã nghỉ; hãy bỏ đi hoặc ghi ngày nghỉ bù",
                    date.format("%d/%m/%Y")
                ),
                format!(
                    "the day off {} is at a weekend, which is off anyway; remove it or give the day that compensates it",
                    date.format("%d/%m/%Y")
                ),
            ),
            Self::WorkedOnWeekday { date } => (
                format!("ngày làm bù {} không phải cuối tuần; hãy sửa ngày", date.format("%d/%m/%Y")),
                format!("the worked day {} is not at a weekend; correct the date", date.format("%d/%m/%Y")),
            ),
        };
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}
