//! Where charters come from: those that are built in, or a folder on disk. Reading the files is all that happens here.

pub mod book;

use crate::domain::charter::sheets::{self, CellFault, Imported, Sheet};
use crate::domain::charter::{Charter, Charters, Clash, Fault};
use crate::domain::lang::Lang;
use chrono::NaiveDate;
use rust_embed::RustEmbed;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// The file with the days off.
const CALENDAR: &str = "calendar.toml";

#[derive(RustEmbed)]
#[folder = "charters"]
struct Embedded;

/// Why a charter could not be had.
#[derive(Debug, thiserror::Error)]
pub enum CharterError {
    /// Neither a built-in charter nor a folder.
    #[error("there is no charter “{given}”: name a folder that holds one, or one that is built in ({})", .known.join(", "))]
    NotFound {
        /// What was asked for.
        given: String,
        /// What could have been.
        known: Vec<String>,
    },
    /// A file of the folder could not be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The charter says something wrong; each fault is a line.
    #[error("the charter {name} has {} faults:\n{}", .faults.len(), lines(.faults, Lang::En))]
    Faults {
        /// What was asked for.
        name: String,
        /// Everything that is wrong.
        faults: Vec<Fault>,
    },
    /// The versions do not go together; each clash is a line.
    #[error("{}", clashes(.0, Lang::En))]
    Clashes(Vec<Clash>),
}

impl CharterError {
    /// The error for a person, every fault on its own line.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (_, Lang::En) => self.to_string(),
            (Self::NotFound { given, known }, Lang::Vi) => format!(
                "không có quy chế “{given}”: hãy ghi thư mục chứa quy chế, hoặc tên một quy chế có sẵn ({})",
                known.join(", ")
            ),
            (Self::Io { path, source }, Lang::Vi) => format!("không đọc được {}: {source}", path.display()),
            (Self::Faults { name, faults }, Lang::Vi) => {
                format!("quy chế {name} có {} lỗi:\n{}", faults.len(), lines(faults, Lang::Vi))
            }
            (Self::Clashes(found), Lang::Vi) => clashes(found, Lang::Vi),
        }
    }
}

fn lines(faults: &[Fault], lang: Lang) -> String {
    faults.iter().map(|fault| fault.sentence(lang)).collect::<Vec<_>>().join("\n")
}

fn clashes(clashes: &[Clash], lang: Lang) -> String {
    clashes.iter().map(|clash| clash.sentence(lang)).collect::<Vec<_>>().join("\n")
}

/// The names of the charters that are built in.
pub fn embedded_names() -> Vec<String> {
    let folders = Embedded::iter().filter_map(|path| Some(path.split_once('/')?.0.to_owned()));
    folders.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The built-in charter of that name, or the one in that folder.
///
/// # Errors
/// When there is none, when it cannot be read, and when it has faults. A fault that [can wait](Fault::can_wait) does not keep
/// the office from starting; [`check`] reports it.
pub fn load(name_or_folder: &str, today: NaiveDate) -> Result<Charter, CharterError> {
    let files = files(name_or_folder)?;
    let refuse = |faults| CharterError::Faults { name: name_or_folder.to_owned(), faults };
    let mut faults = Charter::check(&files, today);
    faults.retain(|fault| !fault.can_wait());
    if faults.is_empty() { Charter::parse(&files).map_err(refuse) } else { Err(refuse(faults)) }
}

/// Several charters as the versions of one regulation.
///
/// # Errors
/// As [`load`], for the first that fails, and when they do not go together.
pub fn load_all(names_or_folders: &[String], today: NaiveDate) -> Result<Charters, CharterError> {
    let versions = names_or_folders.iter().map(|name| load(name, today)).collect::<Result<_, _>>()?;
    Charters::new(versions).map_err(CharterError::Clashes)
}

/// What the tables make of that charter: the files that they change.
///
/// # Errors
/// When there is no such charter or it cannot be read; the inner error lists every fault by its cell.
pub fn import(
    name_or_folder: &str,
    tables: &[Sheet],
    today: NaiveDate,
) -> Result<Result<Imported, Vec<CellFault>>, CharterError> {
    let files = files(name_or_folder)?;
    let shared =
        if own_files(name_or_folder)?.contains_key(CALENDAR) { None } else { shared_calendar(&files) };
    Ok(sheets::import(&files, shared.as_deref(), tables, today))
}

/// Writes a charter into a folder: that of `name_or_folder`, with the files that `imported` makes anew.
///
/// # Errors
/// When it cannot be read or written.
pub fn write(name_or_folder: &str, imported: &Imported, folder: &Path) -> Result<(), CharterError> {
    let mut files = own_files(name_or_folder)?;
    files.extend(imported.files.clone());
    let failed = |path: &Path, source| CharterError::Io { path: path.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Everything that is wrong with that charter on `today`, in the order of its files.
///
/// # Errors
/// When there is no such charter or it cannot be read.
pub fn check(name_or_folder: &str, today: NaiveDate) -> Result<Vec<Fault>, CharterError> {
    Ok(Charter::check(&files(name_or_folder)?, today))
}

/// The text of that charter's `calendar.toml`, or of the one that it shares, whatever is wrong with the rest; none when it
/// has no such file.
///
/// # Errors
/// When there is no such charter or it cannot be read.
pub fn calendar_toml(name_or_folder: &str) -> Result<Option<String>, CharterError> {
    Ok(files(name_or_folder)?.remove(CALENDAR))
}

/// The files of a charter by name. Where it has no calendar of its own and says whose counts, that one is among them.
fn files(name_or_folder: &str) -> Result<BTreeMap<String, String>, CharterError> {
    let mut files = own_files(name_or_folder)?;
    if !files.contains_key(CALENDAR)
        && let Some(shared) = shared_calendar(&files)
        // Of that one only its own counts, so that two charters cannot send each other on for ever.
        && let Some(calendar) = own_files(&shared)?.remove(CALENDAR)
    {
        files.insert(CALENDAR.to_owned(), calendar);
    }
    Ok(files)
}

fn shared_calendar(files: &BTreeMap<String, String>) -> Option<String> {
    let about: toml::Table = files.get("charter.toml")?.parse().ok()?;
    Some(about.get("calendar")?.as_str()?.to_owned())
}

fn own_files(name_or_folder: &str) -> Result<BTreeMap<String, String>, CharterError> {
    let known = embedded_names();
    if known.iter().any(|name| name == name_or_folder) {
        return embedded(name_or_folder);
    }
    let folder = Path::new(name_or_folder);
    if folder.is_dir() {
        return on_disk(folder).map_err(|(path, source)| CharterError::Io { path, source });
    }
    Err(CharterError::NotFound { given: name_or_folder.to_owned(), known })
}

fn embedded(name: &str) -> Result<BTreeMap<String, String>, CharterError> {
    let mut files = BTreeMap::new();
    for path in Embedded::iter() {
        if let Some((folder, file)) = path.split_once('/')
            && folder == name
            && is_toml(Path::new(file))
            && let Some(content) = Embedded::get(&path)
        {
            let text = String::from_utf8(content.data.into_owned()).map_err(|error| CharterError::Io {
                path: PathBuf::from(path.as_ref()),
                source: io::Error::new(io::ErrorKind::InvalidData, error),
            })?;
            files.insert(file.to_owned(), text);
        }
    }
    Ok(files)
}

fn on_disk(folder: &Path) -> Result<BTreeMap<String, String>, (PathBuf, io::Error)> {
    let mut files = BTreeMap::new();
    let in_folder = |error| (folder.to_owned(), error);
    for entry in std::fs::read_dir(folder).map_err(in_folder)? {
        let path = entry.map_err(in_folder)?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str())
            && is_toml(&path)
        {
            let text = std::fs::read_to_string(&path).map_err(|error| (path.clone(), error))?;
            files.insert(name.to_owned(), text);
        }
    }
    Ok(files)
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::charter::UnitClass;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_default_charter_is_built_in() {
        assert_eq!(embedded_names(), ["nso-2025", "tctk-2023"]);
        let charter = load("tctk-2023", day("2023-03-06")).expect("it has no fault");
        assert_eq!(charter.about().id, "tctk-2023");
    }

    #[test]
    fn a_folder_is_a_charter_and_other_files_in_it_are_let_be() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files("tctk-2023").expect("it is built in") {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        std::fs::write(folder.path().join("README.md"), "notes").expect("written");
        let path = folder.path().to_str().expect("a plain path");
        assert_eq!(load(path, day("2023-03-06")).expect("no fault").units().len(), 82);

        std::fs::remove_file(folder.path().join("matrix.toml")).expect("removed");
        std::fs::write(folder.path().join("units.toml"), "[[unit").expect("written");
        let error = load(path, day("2023-03-06")).expect_err("two faults").sentence(Lang::En);
        let (_, faults) = error.split_once('\n').expect("a line for each fault");
        insta::assert_snapshot!(faults, @"
        units.toml: line 1 is not TOML (unclosed array table, expected `]]`); correct it.
        matrix.toml: the file is missing; add it.
        ");
    }

    #[test]
    fn a_name_that_is_neither_gets_the_names_that_are() {
        let error = load("nso-2099", day("2023-03-06")).expect_err("there is none");
        insta::assert_snapshot!(error.sentence(Lang::Vi), @"không có quy chế “nso-2099”: hãy ghi thư mục chứa quy chế, hoặc tên một quy chế có sẵn (nso-2025, tctk-2023)");
    }

    #[test]
    fn the_version_of_2025_shares_the_calendar_and_knows_34_provinces() {
        let names = ["tctk-2023".to_owned(), "nso-2025".to_owned()];
        let charters = load_all(&names, day("2026-11-23")).expect("they have no fault and go together");
        let provinces = |date| {
            let version = charters.on(day(date));
            let units = version.units_at(day(date)).filter(|unit| unit.class == UnitClass::Province);
            (version.about().id.as_str(), units.count())
        };
        assert_eq!(provinces("2025-06-30"), ("tctk-2023", 63));
        assert_eq!(provinces("2025-07-01"), ("nso-2025", 34));
        // The same code, another territory; and a name that changes within a version.
        let name = |code: &str, date| {
            let unit = charters.unit(&code.into(), day(date)).expect("it is known");
            unit.name_on(day(date)).vi.clone()
        };
        assert_eq!(name("CTK-24", "2025-06-30"), "Cục Thống kê tỉnh Bắc Giang");
        assert_eq!(name("CTK-24", "2025-07-01"), "Thống kê tỉnh Bắc Ninh");
        assert_eq!(name("CTK-24", "2026-09-19"), "Thống kê tỉnh Bắc Ninh");
        assert_eq!(name("CTK-24", "2026-09-20"), "Thống kê thành phố Bắc Ninh");
        // Each unit of 2023 goes on: by its code, or in those that took over its work. What is not known is left out.
        let gone = charters.first().units().iter().map(|unit| &unit.code).filter(|code| {
            charters.last().unit(code).is_none() && charters.successors(code, day("2025-07-01")).is_empty()
        });
        assert_eq!(gone.map(|code| code.as_str()).collect::<Vec<_>>(), ["TCCS", "CDTK", "CDTK2"]);
    }

    #[test]
    fn a_calendar_that_is_shared_is_found_wherever_the_charter_lies() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in own_files("nso-2025").expect("it is built in") {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        let path = folder.path().to_str().expect("a plain path");
        assert!(load(path, day("2026-11-23")).is_ok());
        let head = std::fs::read_to_string(folder.path().join("charter.toml")).expect("read");
        let nowhere = head.replace("calendar = \"tctk-2023\"", "calendar = \"gso-1946\"");
        std::fs::write(folder.path().join("charter.toml"), nowhere).expect("written");
        let error = load(path, day("2026-11-23")).expect_err("there is no such calendar").sentence(Lang::En);
        assert!(error.starts_with("there is no charter “gso-1946”"), "{error}");
    }

    #[test]
    fn next_year_is_reported_in_october_but_does_not_stop_the_office() {
        let october = day("2027-10-01");
        assert_eq!(check("tctk-2023", october).expect("readable").len(), 1);
        assert!(load("tctk-2023", october).is_ok());
        assert!(load("tctk-2023", day("2028-01-01")).is_err());
    }
}
