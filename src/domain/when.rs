//! Dates as people type and read them.

mod format;

pub use format::{format_date, format_moment, format_working_days, weekday_name};
