//! What is lacking between the regulation and the office that works by it: one list, the same in chat and on the command line.

use crate::domain::ids::{PhaseCode, UnitCode};
use crate::domain::lang::Lang;
use chrono::NaiveDate;

/// How many units are named one by one.
const NAMED_MAX: usize = 15;

/// Something that is lacking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields of variants are named for what they hold")]
pub enum Gap {
    /// Nobody leads: the lead that the matrix names is gone.
    NoLead { phase: PhaseCode, activity: Option<String> },
    /// Steps for which nobody is named.
    NobodyDoes { steps: Vec<String> },
    /// Groups of the matrix that no unit belongs to any more.
    EmptyGroup { group: String },
    /// Units that the server has no role for: they cannot be told anything.
    NoRole { units: Vec<UnitCode> },
    /// Units whose role nobody holds.
    NobodyHolds { units: Vec<UnitCode> },
    /// Units without a focal point.
    NoFocalPoint { units: Vec<UnitCode> },
    /// Tiers that the server has no role for.
    NoTier { tiers: Vec<&'static str> },
    /// A holder on leave, and who stands in.
    OnLeave { unit: UnitCode, who: String, instead: String, until: NaiveDate },
    /// A year without announced days off.
    NoDaysOff { year: i32 },
    /// A year whose days off are a guess.
    DaysOffProvisional { year: i32 },
    /// Open tasks under a version that is not loaded.
    VersionNotLoaded { version: String },
    /// Open tasks of an earlier version about which nobody has decided.
    Undecided { tasks: usize, version: String },
}

fn listed(units: &[UnitCode], lang: Lang) -> String {
    let mut codes: Vec<String> = units.iter().take(NAMED_MAX).map(ToString::to_string).collect();
    if units.len() > NAMED_MAX {
        let more = units.len() - NAMED_MAX;
        codes.push(match lang {
            Lang::Vi => format!("và {more:02} đơn vị khác"),
            Lang::En => format!("and {more} more"),
        });
    }
    codes.join(", ")
}

impl Gap {
    /// What is lacking and what to do, as one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let (vi, en) = match self {
            Self::NoLead { phase, activity } => {
                let place =
                    activity.as_ref().map_or_else(|| phase.to_string(), |one| format!("{phase} {one}"));
                (
                    format!(
                        "{place}: đơn vị chủ trì trong Bảng phân công không còn; hãy cập nhật matrix.toml"
                    ),
                    format!("{place}: the lead that the matrix names is gone; update matrix.toml"),
                )
            }
            Self::NobodyDoes { steps } => (
                format!("Bước chưa nêu đơn vị thực hiện: {}; hãy bổ sung “responsible”", steps.join(", ")),
                format!("Steps for which nobody is named: {}; add “responsible”", steps.join(", ")),
            ),
            Self::EmptyGroup { group } => (
                format!(
                    "Nhóm {group} không còn đơn vị nào hoạt động; hãy nạp bản quy chế mới hơn (LIAISON_CHARTER) hoặc cập nhật units.toml"
                ),
                format!(
                    "No unit of the group {group} exists any more; load a later version (LIAISON_CHARTER) or update units.toml"
                ),
            ),
            Self::NoRole { units } => (
                format!(
                    "{:02} đơn vị chưa có vai trò trên máy chủ: {}; hãy tạo vai trò mang tên đơn vị hoặc gắn bằng `/don-vi gan`",
                    units.len(),
                    listed(units, Lang::Vi)
                ),
                format!(
                    "Units without a role on the server ({}): {}; make a role that bears the unit's name, or link one with `/unit link`",
                    units.len(),
                    listed(units, Lang::En)
                ),
            ),
            Self::NobodyHolds { units } => (
                format!(
                    "{:02} vai trò đơn vị chưa có người: {}; hãy gán cho người của đơn vị",
                    units.len(),
                    listed(units, Lang::Vi)
                ),
                format!(
                    "Roles of units without people ({}): {}; give them to the people of the unit",
                    units.len(),
                    listed(units, Lang::En)
                ),
            ),
            Self::NoFocalPoint { units } => (
                format!(
                    "{:02} đơn vị chưa có đầu mối: {}; hãy cử đầu mối bằng `/don-vi dau-moi`",
                    units.len(),
                    listed(units, Lang::Vi)
                ),
                format!(
                    "Units without a focal point ({}): {}; name one with `/unit focal`",
                    units.len(),
                    listed(units, Lang::En)
                ),
            ),
            Self::NoTier { tiers } => (
                format!(
                    "Cấp chưa có vai trò trên máy chủ: {}; hãy tạo vai trò mang tên đó",
                    tiers.join(", ")
                ),
                format!("Tiers without a role on the server: {}; make a role of that name", tiers.join(", ")),
            ),
            Self::OnLeave { unit, who, instead, until } => {
                let until = until.format("%d/%m/%Y");
                (
                    format!(
                        "{unit}: {who} vắng mặt đến {until}, {instead} thực hiện thay; xem `/don-vi xem`"
                    ),
                    format!("{unit}: {who} is away until {until}, {instead} stands in; see `/unit show`"),
                )
            }
            Self::NoDaysOff { year } => (
                format!("Chưa có lịch nghỉ năm {year}; hãy thêm vào calendar.toml theo thông báo nghỉ"),
                format!(
                    "There are no days off for {year}; add them to calendar.toml from the official notice"
                ),
            ),
            Self::DaysOffProvisional { year } => (
                format!("Lịch nghỉ năm {year} mới là dự kiến; hãy thay bằng thông báo chính thức khi có"),
                format!(
                    "The days off of {year} are provisional; replace them by the official notice when it comes"
                ),
            ),
            Self::VersionNotLoaded { version } => (
                format!(
                    "Có nhiệm vụ đang thực hiện theo bản {version} nhưng bản này chưa được nạp; hãy thêm vào LIAISON_CHARTER"
                ),
                format!(
                    "There are open tasks under version {version}, which is not loaded; add it to LIAISON_CHARTER"
                ),
            ),
            Self::Undecided { tasks, version } => (
                format!(
                    "{tasks:02} nhiệm vụ theo bản cũ chờ xác nhận giữ nguyên hay chuyển sang {version}; xem `/quy-che so-sanh`"
                ),
                format!(
                    "Tasks of an earlier version that wait for a decision whether they move to {version}: {tasks}; see `/charter diff`"
                ),
            ),
        };
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// Whether it can wait: the office works meanwhile.
    pub fn can_wait(&self) -> bool {
        !matches!(self, Self::NoLead { .. } | Self::VersionNotLoaded { .. })
    }
}
