//! The files that a charter consists of.

/// What it is and where it comes from.
pub(super) const CHARTER: &str = "charter.toml";
/// Chapters, articles, appendices.
pub(super) const ARTICLES: &str = "articles.toml";
/// Units and groups of units.
pub(super) const UNITS: &str = "units.toml";
/// Phases and their steps.
pub(super) const PHASES: &str = "phases.toml";
/// Who leads, who supports.
pub(super) const MATRIX: &str = "matrix.toml";
/// Days off and worked Saturdays.
pub(super) const CALENDAR: &str = "calendar.toml";

/// All of them; each is required.
pub(super) const ALL: [&str; 6] = [CHARTER, ARTICLES, UNITS, PHASES, MATRIX, CALENDAR];
