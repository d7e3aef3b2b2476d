//! `liaison charter export` and `import`: units, assignments and days off as tables.

use super::{Form, Stop, charter, lang, say, today};
use liaison::charters::{self, book};
use liaison::config::Config;
use liaison::domain::charter::sheets;
use liaison::domain::lang::Lang;
use std::path::{Path, PathBuf};

/// The one that is named, else the configured one that is in force.
fn named(charter: Option<String>) -> Result<String, Stop> {
    if let Some(name) = charter {
        return Ok(name);
    }
    let names = Config::load()?.charters;
    let (versions, _) = charter::load(&names, today())?;
    let in_force = &versions.on(today()).about().id;
    let is_it = |name: &&String| charters::load(name, today()).is_ok_and(|one| one.about().id == *in_force);
    Ok(names.iter().find(is_it).or(names.first()).cloned().unwrap_or_default())
}

/// `liaison charter export`.
pub(crate) fn export(charter: Option<String>, to: &Path, format: Option<Form>) -> Result<(), Stop> {
    let name = named(charter)?;
    let charter = charters::load(&name, today()).map_err(|error| Stop::failed(error.sentence(lang())))?;
    if format.is_some_and(|format| (format == Form::Xlsx) != book::is_workbook(to)) {
        return Err(Stop::failed(say(
            "Với xlsx, đường dẫn phải kết thúc bằng .xlsx; với csv, đường dẫn là một thư mục.",
            "For xlsx the path ends in .xlsx; for csv it is a folder.",
        )));
    }
    let tables = sheets::export(&charter);
    book::write(&tables, to).map_err(|error| Stop::failed(error.sentence(lang())))?;
    for table in &tables {
        println!("{}: {}", table.name, rows(table.rows.len().saturating_sub(1)));
    }
    println!("{}", to.display());
    Ok(())
}

fn rows(count: usize) -> String {
    match (lang(), count) {
        (Lang::Vi, _) => format!("{count:02} dòng"),
        (Lang::En, 1) => "1 row".to_owned(),
        (Lang::En, _) => format!("{count} rows"),
    }
}

/// `liaison charter import`.
pub(crate) fn import(
    from: &Path,
    charter: Option<String>,
    to: Option<PathBuf>,
    dry_run: bool,
) -> Result<(), Stop> {
    let name = named(charter)?;
    let tables = book::read(from).map_err(|error| Stop::failed(error.sentence(lang())))?;
    let failed = |error: charters::CharterError| Stop::failed(error.sentence(lang()));
    let imported = match charters::import(&name, &tables, today()).map_err(failed)? {
        Ok(imported) => imported,
        Err(faults) => {
            for fault in &faults {
                println!("{}", fault.sentence(lang()));
            }
            println!(
                "{}",
                match lang() {
                    Lang::Vi => format!("{:02} lỗi; chưa ghi gì.", faults.len()),
                    Lang::En => format!("{} faults; nothing is written.", faults.len()),
                }
            );
            return Err(Stop::Said);
        }
    };
    for (table, count) in &imported.rows {
        println!("{table}: {}", rows(*count));
    }
    let changed: Vec<&str> = imported.files.keys().map(String::as_str).collect();
    let changed = if changed.is_empty() { "–".to_owned() } else { changed.join(", ") };
    println!("{}: {changed}", say("Tệp thay đổi", "Files that change"));
    if dry_run {
        println!("{}", say("Chạy thử: chưa ghi gì.", "A dry run: nothing is written."));
        return Ok(());
    }
    let own = Path::new(&name);
    let Some(folder) = to.or_else(|| own.is_dir().then(|| own.to_owned())) else {
        return Err(Stop::failed(say(
            "Quy chế có sẵn không ghi đè được; hãy nêu thư mục đích bằng --to.",
            "A built-in charter is not written over; name a folder with --to.",
        )));
    };
    charters::write(&name, &imported, &folder).map_err(failed)?;
    println!("{}", folder.display());
    Ok(())
}
