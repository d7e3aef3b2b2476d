//! `liaison charter export` and `import`: units, assignments and days off as tables.

use super::{Form, Stop, charter, database, lang, say, today};
use liaison::charters::{self, book};
use liaison::config::Config;
use liaison::domain::charter::sheets::{self, CellFault};
use liaison::domain::clock::Clock;
use liaison::domain::lang::Lang;
use liaison::service::Office;
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
pub(crate) async fn export(
    charter: Option<String>,
    to: &Path,
    format: Option<Form>,
    db: bool,
) -> Result<(), Stop> {
    let name = named(charter)?;
    let charter = charters::load(&name, today()).map_err(|error| Stop::failed(error.sentence(lang())))?;
    if format.is_some_and(|format| (format == Form::Xlsx) != book::is_workbook(to)) {
        return Err(Stop::failed(say(
            "Với xlsx, đường dẫn phải kết thúc bằng .xlsx; với csv, đường dẫn là một thư mục.",
            "For xlsx the path ends in .xlsx; for csv it is a folder.",
        )));
    }
    let mut tables = sheets::export(&charter);
    if db {
        let office = office().await?;
        tables.push(office.holders_table().await.map_err(database::refused)?);
        office.store.close().await;
    }
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

/// An office over the configured database and regulation.
async fn office() -> Result<Office, Stop> {
    let config = Config::load()?;
    let (charters, calendar) = charter::load(&config.charters, today())?;
    Ok(Office::new(database::open_current(&config).await?, Clock::system(), charters, calendar))
}

/// How tables are taken in.
#[derive(Clone, Copy)]
pub(crate) struct How {
    /// Nothing is written.
    pub(crate) dry_run: bool,
    /// The holders too.
    pub(crate) db: bool,
}

/// Says every fault, and that nothing is written.
fn refuse(faults: &[CellFault]) -> Stop {
    for fault in faults {
        println!("{}", fault.sentence(lang()));
    }
    let count = faults.len();
    println!(
        "{}",
        match lang() {
            Lang::Vi => format!("{count:02} lỗi; chưa ghi gì."),
            Lang::En if count == 1 => "1 fault; nothing is written.".to_owned(),
            Lang::En => format!("{count} faults; nothing is written."),
        }
    );
    Stop::Said
}

/// `liaison charter import`.
pub(crate) async fn import(
    from: &Path,
    charter: Option<String>,
    to: Option<PathBuf>,
    how: How,
) -> Result<(), Stop> {
    let name = named(charter)?;
    let own = Path::new(&name);
    let folder = to.or_else(|| own.is_dir().then(|| own.to_owned()));
    if folder.is_none() && !how.dry_run {
        return Err(Stop::failed(say(
            "Quy chế có sẵn không ghi đè được; hãy nêu thư mục đích bằng --to.",
            "A built-in charter is not written over; name a folder with --to.",
        )));
    }
    let read = book::read(from).map_err(|error| Stop::failed(error.sentence(lang())))?;
    let (holders, tables): (Vec<_>, Vec<_>) =
        read.into_iter().partition(|table| table.name == sheets::HOLDERS);
    if !holders.is_empty() && !how.db {
        return Err(Stop::failed(say(
            "Bảng holders được ghi vào cơ sở dữ liệu; hãy thêm --db, hoặc bỏ bảng này.",
            "The table holders goes into the database; add --db, or remove the table.",
        )));
    }
    let failed = |error: charters::CharterError| Stop::failed(error.sentence(lang()));
    let imported = charters::import(&name, &tables, today()).map_err(failed)?;
    let office = if how.db { Some(office().await?) } else { None };
    let mut faults = imported.as_ref().err().cloned().unwrap_or_default();
    let mut counts = imported.as_ref().map(|imported| imported.rows.clone()).unwrap_or_default();
    if let Some(office) = &office {
        for table in &holders {
            // Tried first: what is wrong anywhere keeps everything from being written.
            match office.import_holders(table, true).await.map_err(database::refused)? {
                Ok(new) => counts.push((table.name.clone(), new)),
                Err(found) => faults.extend(found),
            }
        }
    }
    let Ok(imported) = imported else { return Err(refuse(&faults)) };
    if !faults.is_empty() {
        return Err(refuse(&faults));
    }
    for (table, count) in &counts {
        println!("{table}: {}", rows(*count));
    }
    let changed: Vec<&str> = imported.files.keys().map(String::as_str).collect();
    let changed = if changed.is_empty() { "–".to_owned() } else { changed.join(", ") };
    println!("{}: {changed}", say("Tệp thay đổi", "Files that change"));
    if how.dry_run {
        println!("{}", say("Chạy thử: chưa ghi gì.", "A dry run: nothing is written."));
    } else if let Some(folder) = folder {
        charters::write(&name, &imported, &folder).map_err(failed)?;
        if let Some(office) = &office {
            for table in &holders {
                if let Err(found) = office.import_holders(table, false).await.map_err(database::refused)? {
                    return Err(refuse(&found));
                }
            }
        }
        println!("{}", folder.display());
    }
    if let Some(office) = office {
        office.store.close().await;
    }
    Ok(())
}
