//! The shipped charter holds; its faults and its questions have a file each.

use super::*;
use crate::domain::lang::Lang;

mod carried;
mod changes;
mod faults;
mod questions;
mod tables;
mod versions;

macro_rules! files {
    ($folder:literal: $($name:literal),*) => {
        [$(($name.to_owned(), include_str!(concat!("../../../../charters/", $folder, "/", $name)).to_owned())),*]
    };
}

fn shipped() -> BTreeMap<String, String> {
    files!("tctk-2023": "charter.toml", "articles.toml", "units.toml", "phases.toml", "matrix.toml", "calendar.toml")
        .into()
}

/// The version of 2025, with the calendar that it shares.
fn of_2025() -> Charter {
    let own = files!("nso-2025": "charter.toml", "articles.toml", "units.toml", "phases.toml", "matrix.toml");
    let calendar = shipped().remove("calendar.toml").expect("the calendar is shipped");
    let files = own.into_iter().chain([("calendar.toml".to_owned(), calendar)]).collect();
    Charter::parse(&files).expect("the version of 2025 has no fault")
}

/// The shipped files with some text replaced; every piece must be there, or the test tests nothing.
fn broken(changes: &[(&str, &str, &str)]) -> BTreeMap<String, String> {
    let mut files = shipped();
    for (file, from, to) in changes {
        let text = files.get_mut(*file).expect("the file is shipped");
        assert!(text.contains(from), "{file} does not contain {from}");
        *text = text.replacen(from, to, 1);
    }
    files
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn charter() -> Charter {
    Charter::parse(&shipped()).expect("the shipped charter has no fault")
}

#[test]
fn the_shipped_charter_has_no_fault() {
    for today in ["2023-03-06", "2026-11-23", "2027-09-30"] {
        assert_eq!(Charter::check(&shipped(), day(today)), []);
    }
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    shared(&charter());
}

#[test]
fn the_shipped_charter_is_complete() {
    let charter = charter();
    let counts = (charter.chapters().len(), charter.articles().len(), charter.appendices().len());
    assert_eq!(counts, (3, 16, 2));
    let central = charter.units().iter().filter(|unit| unit.class == UnitClass::Central).count();
    assert_eq!((central, charter.units().len() - central), (19, 63));
    let phases: Vec<_> = charter.phases().iter().map(|phase| phase.code.as_str()).collect();
    assert_eq!(phases, ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"]);
    // Articles 7 to 14 are the phases, in their order and by their names.
    for (phase, number) in charter.phases().iter().zip(7..) {
        assert_eq!(phase.article, number);
        assert_eq!(charter.article(number).map(|article| &article.title.vi), Some(&phase.name.vi));
    }
    assert!(charter.appendix(1).is_some_and(|it| it.table == Some(AppendixTable::Responsibilities)));
    assert!(charter.steps(&"P3".into()).iter().any(|step| step.code == "P3.4"));
}

#[test]
fn the_inferred_is_told_from_the_known() {
    let charter = charter();
    let inferred: Vec<_> =
        charter.articles().iter().filter(|article| article.inferred).map(|article| article.number).collect();
    assert_eq!(inferred, [1, 2, 3, 4, 5, 6]);
    assert!(charter.appendices().iter().all(|appendix| appendix.inferred));
    let principles = &charter.article(3).expect("Điều 3").clauses;
    assert_eq!(principles.len(), 5);
    assert!(principles.iter().all(|clause| !clause.inferred));
}
