//! Tables as people keep them: one workbook, or a folder with a CSV file for each table.

use crate::domain::charter::sheets::Sheet;
use crate::domain::lang::Lang;
use calamine::{Data, Reader};
use rust_xlsxwriter::{Format, Workbook};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Spreadsheets take a CSV file for UTF-8 only when it begins so.
const BOM: &str = "\u{feff}";
/// How wide a column gets at most, in characters.
const WIDEST: usize = 60;

/// Why tables could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", .path.display())]
pub struct BookError {
    path: PathBuf,
    why: String,
}

impl BookError {
    fn of(path: &Path, why: impl ToString) -> Self {
        Self { path: path.to_owned(), why: why.to_string() }
    }

    /// What could not be done, and what to do.
    pub fn sentence(&self, lang: Lang) -> String {
        let (path, why) = (self.path.display(), &self.why);
        match lang {
            Lang::Vi => format!(
                "Không đọc hoặc ghi được {path} ({why}); hãy kiểm tra đường dẫn, quyền và định dạng (.xlsx, hoặc thư mục các tệp .csv)."
            ),
            Lang::En => format!(
                "{path} cannot be read or written ({why}); check the path, the permissions and the format (.xlsx, or a folder of .csv files)."
            ),
        }
    }
}

/// Whether a path names a workbook; else it is a folder of CSV files.
pub fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}

/// Writes the tables, as a workbook or as a folder of CSV files.
///
/// # Errors
/// When the file or the folder cannot be written.
pub fn write(sheets: &[Sheet], to: &Path) -> Result<(), BookError> {
    if is_workbook(to) { write_workbook(sheets, to) } else { write_folder(sheets, to) }
}

fn write_workbook(sheets: &[Sheet], to: &Path) -> Result<(), BookError> {
    let failed = |error: rust_xlsxwriter::XlsxError| BookError::of(to, error);
    let mut book = Workbook::new();
    let head = Format::new().set_bold();
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name).map_err(failed)?;
        page.set_freeze_panes(1, 0).map_err(failed)?;
        for (at, row) in (0u32..).zip(&sheet.rows) {
            for (column, text) in (0u16..).zip(row) {
                // As text, all of it: `01` stays `01`, and a date is read as it was written.
                match at {
                    0 => page.write_string_with_format(at, column, text, &head).map_err(failed)?,
                    _ => page.write_string(at, column, text).map_err(failed)?,
                };
            }
        }
        let columns = sheet.rows.first().map_or(0, Vec::len);
        for (column, at) in (0u16..).zip(0..columns) {
            let longest =
                sheet.rows.iter().filter_map(|row| row.get(at)).map(|text| text.chars().count()).max();
            let width = u16::try_from(longest.unwrap_or_default().min(WIDEST)).unwrap_or_default();
            page.set_column_width(column, f64::from(width) + 2.0).map_err(failed)?;
        }
    }
    book.save(to).map_err(failed)
}

fn write_folder(sheets: &[Sheet], to: &Path) -> Result<(), BookError> {
    std::fs::create_dir_all(to).map_err(|error| BookError::of(to, error))?;
    for sheet in sheets {
        let path = to.join(format!("{}.csv", sheet.name));
        let failed = |error: io::Error| BookError::of(&path, error);
        let mut file = std::fs::File::create(&path).map_err(failed)?;
        file.write_all(BOM.as_bytes()).map_err(failed)?;
        let mut writer = csv::Writer::from_writer(file);
        for row in &sheet.rows {
            writer.write_record(row).map_err(|error| BookError::of(&path, error))?;
        }
        writer.flush().map_err(failed)?;
    }
    Ok(())
}

/// Reads all tables of a workbook or of a folder.
///
/// # Errors
/// When it cannot be read, or is neither.
pub fn read(from: &Path) -> Result<Vec<Sheet>, BookError> {
    if is_workbook(from) { read_workbook(from) } else { read_folder(from) }
}

fn read_workbook(from: &Path) -> Result<Vec<Sheet>, BookError> {
    let failed = |error: calamine::XlsxError| BookError::of(from, error);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(from).map_err(failed)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(failed)?;
        // A range begins at its first cell that holds something; cells are named from the sheet's own corner.
        let (top, left) = range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
        let mut rows = vec![Vec::new(); top];
        for row in range.rows() {
            let cells = row.iter().map(text_of);
            rows.push(std::iter::repeat_n(String::new(), left).chain(cells).collect());
        }
        sheets.push(Sheet { name, rows });
    }
    Ok(sheets)
}

/// What a person sees in a cell: a date as a date, a whole number without a point.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::DateTime(_) | Data::DateTimeIso(_) => match calamine::DataType::as_date(cell) {
            Some(date) => date.format("%d/%m/%Y").to_string(),
            None => cell.to_string(),
        },
        Data::Bool(yes) => if *yes { "x" } else { "" }.to_owned(),
        other => other.to_string(),
    }
}

fn read_folder(from: &Path) -> Result<Vec<Sheet>, BookError> {
    let failed = |error: io::Error| BookError::of(from, error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(BookError::of(from, "no .csv file"));
    }
    paths.iter().map(|path| read_file(path)).collect()
}

fn read_file(path: &Path) -> Result<Sheet, BookError> {
    let text = std::fs::read_to_string(path).map_err(|error| BookError::of(path, error))?;
    let text = text.strip_prefix(BOM).unwrap_or(&text);
    // Where the comma stands in numbers, spreadsheets put a semicolon between the columns.
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.matches(';').count() > head.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| BookError::of(path, error))?;
        // The reader skips empty lines; a row keeps its number.
        let line = record.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or_default());
        rows.resize(rows.len().max(line.saturating_sub(1)), Vec::new());
        rows.push(record.iter().map(str::to_owned).collect());
    }
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Sheet { name, rows })
}
