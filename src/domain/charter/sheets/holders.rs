//! Who holds which position, as a table: of the office's servers, not of the charter.

use super::rows::Reader;
use super::{CellFault, Layout, Sheet, Trouble};
use crate::domain::ids::{GuildId, UnitCode, UserId};
use crate::domain::position::Position;
use chrono::NaiveDate;

/// The table's name.
pub const HOLDERS: &str = "holders";

const LAYOUT: Layout = Layout {
    name: HOLDERS,
    columns: &[
        ("server", "máy chủ"),
        ("unit", "đơn vị"),
        ("position", "chức vụ"),
        ("person", "người"),
        ("name", "tên"),
        ("from", "từ ngày"),
        ("until", "đến ngày"),
    ],
};

/// One row: a position that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// On which server.
    pub guild: GuildId,
    /// Of which unit.
    pub unit: UnitCode,
    /// Which position.
    pub position: Position,
    /// Whose account.
    pub user: UserId,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, when there is one.
    pub until: Option<NaiveDate>,
}

/// What the rows are held against.
pub struct Known<'a> {
    /// The servers.
    pub servers: &'a [GuildId],
    /// Whether a unit is at work.
    pub unit: &'a dyn Fn(&UnitCode) -> bool,
    /// Whether a person is on a server.
    pub person: &'a dyn Fn(GuildId, UserId) -> bool,
}

/// The table of these holders, each with what they are called.
pub fn export_holders(holders: &[(Held, String)]) -> Sheet {
    let day = |date: NaiveDate| date.format("%d/%m/%Y").to_string();
    super::write::sheet(
        &LAYOUT,
        holders.iter().map(|(held, name)| {
            vec![
                held.guild.to_string(),
                held.unit.to_string(),
                held.position.code().to_owned(),
                held.user.to_string(),
                name.clone(),
                day(held.from),
                held.until.map(day).unwrap_or_default(),
            ]
        }),
    )
}

/// The holders in a table. What somebody is called is for the reader alone; the account counts.
///
/// # Errors
/// Every fault, by its cell.
pub fn import_holders(sheet: &Sheet, known: &Known<'_>) -> Result<Vec<Held>, Vec<CellFault>> {
    let mut reader = Reader::default();
    let rows = reader.rows(&LAYOUT, sheet);
    let mut held = Vec::new();
    for row in &rows {
        let (server, person) = (row.text("server").parse::<u64>(), row.text("person").parse::<u64>());
        let guild = server.ok().map(GuildId).filter(|guild| known.servers.contains(guild));
        if guild.is_none() {
            reader.wrong(&LAYOUT, row, "server", Trouble::NoSuchRow { given: row.text("server").to_owned() });
        }
        let unit = UnitCode(row.text("unit").to_owned());
        if !(known.unit)(&unit) {
            reader.wrong(&LAYOUT, row, "unit", Trouble::NoSuchRow { given: unit.to_string() });
        }
        let position = Position::from_code(row.text("position"));
        if position.is_none() {
            let given = row.text("position").to_owned();
            let choices = "head, deputy, leader_in_charge, focal_point, officer, registry_clerk";
            reader.wrong(&LAYOUT, row, "position", Trouble::NotOneOf { given, choices });
        }
        let user =
            person.ok().map(UserId).filter(|user| guild.is_none_or(|guild| (known.person)(guild, *user)));
        if user.is_none() {
            reader.wrong(&LAYOUT, row, "person", Trouble::NoSuchRow { given: row.text("person").to_owned() });
        }
        let (from, until) = (reader.date(&LAYOUT, row, "from"), reader.date(&LAYOUT, row, "until"));
        if row.text("from").is_empty() {
            reader.wrong(&LAYOUT, row, "from", Trouble::Needed);
        }
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            reader.wrong(&LAYOUT, row, "until", Trouble::Reversed);
        }
        if let (Some(guild), Some(position), Some(user), Some(from)) = (guild, position, user, from) {
            held.push(Held { guild, unit, position, user, from, until });
        }
    }
    if reader.faults.is_empty() { Ok(held) } else { Err(reader.faults) }
}
