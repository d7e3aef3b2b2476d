//! `liaison charter`: what is wrong with a regulation, and what it says.

use super::{Stop, Which, lang, say, today};
use chrono::NaiveDate;
use liaison::charters;
use liaison::config::Config;
use liaison::domain::calendar::{Calendar, CalendarFault};
use liaison::domain::charter::{Charter, Lead, Phase};
use liaison::domain::lang::Lang;
use std::io::{self, Write};

/// The charter and its calendar, or every fault of both.
pub(crate) fn load(name_or_folder: &str, today: NaiveDate) -> Result<(Charter, Calendar), Stop> {
    let charter =
        charters::load(name_or_folder, today).map_err(|error| Stop::failed(error.sentence(lang())))?;
    match Calendar::parse(charter.calendar_toml()) {
        Ok(calendar) => Ok((charter, calendar)),
        Err(faults) => Err(Stop::failed(faults.iter().map(calendar_line).collect::<Vec<_>>().join("\n"))),
    }
}

/// Everything that is wrong on `date`, a line each, and whether any of it cannot wait.
pub(crate) fn faults(name_or_folder: &str, date: NaiveDate) -> Result<(Vec<String>, bool), Stop> {
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
pub(crate) fn check(which: &Which) -> Result<(), Stop> {
    let (name, date) = which.resolve()?;
    let (lines, serious) = faults(&name, date)?;
    for line in &lines {
        println!("{line}");
    }
    if serious {
        return Err(Stop::Said);
    }
    println!("{name}: {}", say("không có lỗi.", "nothing is wrong."));
    Ok(())
}

/// `liaison charter show`.
pub(crate) fn show(which: &Which) -> Result<(), Stop> {
    let (name, date) = which.resolve()?;
    let (charter, _) = load(&name, date)?;
    let shown = print(&charter, date, lang(), &mut io::stdout().lock());
    // Whoever reads only the beginning has closed the pipe; that is no fault.
    shown.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Stop::failed(format!("{error}"))),
    })
}

impl Which {
    fn resolve(&self) -> Result<(String, NaiveDate), Stop> {
        let name = match &self.charter {
            Some(name) => name.clone(),
            None => Config::load()?.charter,
        };
        Ok((name, self.date.unwrap_or_else(today)))
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
    let unit = |code| charter.unit(code).map_or_else(String::new, |unit| unit.name.get(lang).to_owned());
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
