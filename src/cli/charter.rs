//! `liaison charter`: what is wrong with a regulation, and what it says.

use super::{Stop, Which, database, lang, say, today, versions};
use chrono::NaiveDate;
use liaison::charters;
use liaison::config::Config;
use liaison::domain::calendar::{Calendar, CalendarFault};
use liaison::domain::charter::{Charter, Charters, Lead, Phase};
use liaison::domain::clock::Clock;
use liaison::domain::lang::Lang;
use liaison::service::Office;
use std::io::{self, Write};

/// The versions of the regulation and their calendar, or every fault of both.
pub(crate) fn load(names: &[String], today: NaiveDate) -> Result<(Charters, Calendar), Stop> {
    let charters = charters::load_all(names, today).map_err(|error| Stop::failed(error.sentence(lang())))?;
    match Calendar::parse(charters.last().calendar_toml()) {
        Ok(calendar) => Ok((charters, calendar)),
        Err(faults) => Err(Stop::failed(faults.iter().map(calendar_line).collect::<Vec<_>>().join("\n"))),
    }
}

/// Everything that is wrong with these versions on `date`, a line each, and whether any of it cannot wait.
pub(crate) fn faults(names: &[String], date: NaiveDate) -> Result<(Vec<String>, bool), Stop> {
    let (mut lines, mut serious) = (Vec::new(), false);
    for name in names {
        let (found, bad) = faults_of(name, date)?;
        // Of several it must be said which one is meant.
        let which = if names.len() > 1 { format!("{name}: ") } else { String::new() };
        lines.extend(found.into_iter().map(|line| format!("{which}{line}")));
        serious |= bad;
    }
    if !serious && let Err(error) = charters::load_all(names, date) {
        lines.push(error.sentence(lang()));
        serious = true;
    }
    Ok((lines, serious))
}

fn faults_of(name_or_folder: &str, date: NaiveDate) -> Result<(Vec<String>, bool), Stop> {
    let failed = |error: charters::CharterError| Stop::failed(error.sentence(lang()));
    let faults = charters::check(name_or_folder, date).map_err(failed)?;
    let mut serious = faults.iter().any(|fault| !fault.can_wait());
    let mut lines: Vec<String> = faults.iter().map(|fault| fault.sentence(lang())).collect();

    let calendar = charters::calendar_toml(name_or_folder).map_err(failed)?;
    let mut of_calendar = calendar.and_then(|text| Calendar::parse(&text).err()).unwrap_or_default();
    // The charter's check looks at the days off too; the same fault is not said twice.
    if faults.iter().any(|fault| fault.file == "calendar.toml" && !fault.can_wait()) {
        of_calendar.retain(|fault| {
            use CalendarFault::{HoursOutOfOrder, NotATime, UnknownTimeZone};
            matches!(fault, UnknownTimeZone(_) | NotATime(_) | HoursOutOfOrder)
        });
    }
    serious |= !of_calendar.is_empty();
    lines.extend(of_calendar.iter().map(calendar_line));
    Ok((lines, serious))
}

fn calendar_line(fault: &CalendarFault) -> String {
    format!("calendar.toml: {}", fault.sentence(lang()))
}

/// `liaison charter check`.
pub(crate) async fn check(which: &Which, db: bool) -> Result<(), Stop> {
    let (names, date) = which.resolve()?;
    let (lines, serious) = faults(&names, date)?;
    for line in &lines {
        println!("{line}");
    }
    if serious {
        return Err(Stop::Said);
    }
    println!("{}: {}", names.join(", "), say("không có lỗi.", "nothing is wrong."));
    if !db {
        return Ok(());
    }
    let config = Config::load()?;
    let (charters, calendar) = load(&names, date)?;
    let office = Office::new(database::open_current(&config).await?, Clock::system(), charters, calendar);
    let serious = versions::print_gaps(&office).await.map_err(database::refused)?;
    office.store.close().await;
    if serious { Err(Stop::Said) } else { Ok(()) }
}

/// `liaison charter show`.
pub(crate) fn show(which: &Which) -> Result<(), Stop> {
    let (names, date) = which.resolve()?;
    let (charters, _) = load(&names, date)?;
    let shown = print(charters.on(date), date, lang(), &mut io::stdout().lock());
    // Whoever reads only the beginning has closed the pipe; that is no fault.
    shown.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Stop::failed(format!("{error}"))),
    })
}

impl Which {
    fn resolve(&self) -> Result<(Vec<String>, NaiveDate), Stop> {
        let names = match &self.charter {
            Some(name) => vec![name.clone()],
            None => Config::load()?.charters,
        };
        Ok((names, self.date.unwrap_or_else(today)))
    }
}

fn print(charter: &Charter, date: NaiveDate, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let about = charter.about();
    writeln!(out, "{}", about.title.get(lang))?;
    writeln!(out, "{}: {}", about.office.get(lang), about.status.get(lang))?;
    for phase in charter.phases() {
        writeln!(out, "\n{}  {}", phase.code, phase.name.get(lang))?;
        print_phase(charter, phase, date, lang, out)?;
    }
    Ok(())
}

fn print_phase(
    charter: &Charter,
    phase: &Phase,
    date: NaiveDate,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<()> {
    let found = match charter.responsibility(&phase.code, None, date) {
        Ok(found) => found,
        Err(none) => return writeln!(out, "    {}", none.sentence(lang)),
    };
    let unit =
        |code| charter.unit(code).map_or_else(String::new, |unit| unit.name_on(date).get(lang).to_owned());
    let mut line = |vi: &str, en: &str, text: &str| {
        let label = if lang == Lang::Vi { vi } else { en };
        writeln!(out, "    {label:<10} {text}")
    };
    match &found.lead {
        Lead::Unit(code) => line("Chủ trì", "Lead", &format!("{code} – {}", unit(code)))?,
        Lead::ByDomain(domains) => {
            for domain in domains {
                line(
                    "Chủ trì",
                    "Lead",
                    &format!("{} – {} ({})", domain.lead, unit(&domain.lead), domain.name.get(lang)),
                )?;
            }
        }
    }
    line("Phối hợp", "Support", found.support_text.get(lang))?;
    line("Thời hạn", "Time limit", found.limit.get(lang))?;
    let provisional = match (found.inferred, lang) {
        (true, Lang::Vi) => " (dự kiến)",
        (true, Lang::En) => " (provisional)",
        (false, _) => "",
    };
    line("Căn cứ", "Basis", &format!("{}{provisional}", found.basis.get(lang)))
}
