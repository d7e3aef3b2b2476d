//! Tables of a charter: out, back, and every fault by its cell.

use super::sheets::{CellFault, Imported, Sheet, cell_name, export, import};
use super::*;
use crate::domain::calendar::Calendar;

fn today() -> NaiveDate {
    day("2026-11-23")
}

fn sheet<'s>(sheets: &'s mut [Sheet], name: &str) -> &'s mut Sheet {
    sheets.iter_mut().find(|sheet| sheet.name == name).expect(name)
}

/// The row of a table whose first cells are these.
fn row<'s>(sheets: &'s mut [Sheet], name: &str, begins: &[&str]) -> &'s mut Vec<String> {
    let fits = |row: &&mut Vec<String>| begins.iter().zip(row.iter()).all(|(wanted, cell)| wanted == cell);
    sheet(sheets, name).rows.iter_mut().find(fits).expect("the row is there")
}

fn back(sheets: &[Sheet]) -> Result<Imported, Vec<CellFault>> {
    import(&shipped(), None, sheets, today())
}

fn faults(sheets: &[Sheet], lang: Lang) -> String {
    let faults = back(sheets).expect_err("there are faults");
    faults.iter().map(|fault| fault.sentence(lang)).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_goes_out_comes_back_as_the_same_charter() {
    let sheets = export(&charter());
    let imported = back(&sheets).expect("no fault");
    let files = shipped().into_iter().chain(imported.files).collect();
    let again = Charter::parse(&files).expect("no fault");
    assert_eq!(export(&again), sheets);
    assert_eq!(diff::between(&charter(), today(), &again, today()), []);
    let (was, is) = (charter(), again);
    for date in ["2023-03-06", "2025-07-01"].map(day) {
        for phase in was.phases() {
            assert_eq!(
                was.responsibility(&phase.code, None, date),
                is.responsibility(&phase.code, None, date)
            );
        }
    }
    let calendar = |charter: &Charter| Calendar::parse(charter.calendar_toml()).expect("no fault");
    let (before, after) = (calendar(&was), calendar(&is));
    let days = day("2023-01-01").iter_days().take_while(|date| *date < day("2028-01-01"));
    for date in days {
        assert_eq!(before.is_working(date), after.is_working(date), "{date}");
        assert_eq!(before.is_provisional(date), after.is_provisional(date), "{date}");
    }
    assert_eq!((before.opening(), before.closing()), (after.opening(), after.closing()));
}

#[test]
fn a_charter_that_shares_its_calendar_has_no_table_of_it() {
    let sheets = export(&of_2025());
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["units", "former_names", "groups", "matrix"]);
    let days = export(&charter()).into_iter().filter(|sheet| sheet.name == "days");
    let faults =
        import(&shipped(), Some("tctk-2023"), &sheets.into_iter().chain(days).collect::<Vec<_>>(), today())
            .expect_err("the days off are elsewhere");
    assert_eq!(
        faults.first().expect("a fault").sentence(Lang::En),
        "days: this charter uses the days off of tctk-2023; remove the table and change them there."
    );
}

#[test]
fn what_a_cell_cannot_mean_is_said_by_its_cell() {
    let mut sheets = export(&charter());
    row(&mut sheets, "units", &["VP"])[8] = "31/13/2025".into();
    row(&mut sheets, "units", &["TKG"])[1] = "vu".into();
    row(&mut sheets, "units", &["TKTH"])[3].clear();
    row(&mut sheets, "matrix", &["P3", "", ""])[5] = "chín".into();
    row(&mut sheets, "matrix", &["P5", "", "CPI"])[0] = "P0".into();
    row(&mut sheets, "days", &["01/05/2023"])[1] = "nghỉ".into();
    row(&mut sheets, "days", &["02/05/2023"])[0] = "02/05/2033".into();
    row(&mut sheets, "years", &["2024"])[2] = "?".into();
    sheet(&mut sheets, "former_names").rows.push(["XX", "", "a", "a", "a", "a"].map(str::to_owned).to_vec());
    sheet(&mut sheets, "groups").rows[0][4] = "thành viên".into();
    sheets.push(Sheet { name: "ghi chú".into(), rows: Vec::new() });
    insta::assert_snapshot!(faults(&sheets, Lang::Vi), @"
    ghi chú: không phải bảng của quy chế; hãy đổi tên thành một trong units, former_names, groups, matrix, years, days, hoặc bỏ đi.
    groups!E1: không có cột này; hãy sửa tên cột hoặc bỏ đi.
    groups: thiếu cột “members”; hãy bổ sung vào dòng đầu.
    units!D3: ô này không được để trống; hãy ghi giá trị.
    units!B8: “vu” không dùng được; hãy ghi một trong: central, province.
    units!I15: “31/13/2025” không phải ngày; hãy ghi như 31/12/2025.
    former_names!A2: “XX” không có ở bảng tương ứng; hãy sửa hoặc bổ sung dòng đó.
    matrix!F5: “chín” không phải số; hãy ghi một số nguyên.
    matrix!A9: “P0” không có ở bảng tương ứng; hãy sửa hoặc bổ sung dòng đó.
    days!B8: “nghỉ” không dùng được; hãy ghi một trong: off, worked.
    days!A9: “2033” không có ở bảng tương ứng; hãy sửa hoặc bổ sung dòng đó.
    years!C3: “?” không dùng được; hãy ghi một trong: x, –.
    ");
    insta::assert_snapshot!(faults(&sheets, Lang::En), @"
    ghi chú: is no table of a charter; rename it to one of units, former_names, groups, matrix, years, days, or remove it.
    groups!E1: there is no such column; correct its name or remove it.
    groups: the column “members” is missing; add it to the first row.
    units!D3: the cell must not be empty; fill it in.
    units!B8: “vu” cannot be used; write one of: central, province.
    units!I15: “31/13/2025” is no date; write it like 31/12/2025.
    former_names!A2: “XX” stands in no row that it could belong to; correct it or add that row.
    matrix!F5: “chín” is no number; write a whole number.
    matrix!A9: “P0” stands in no row that it could belong to; correct it or add that row.
    days!B8: “nghỉ” cannot be used; write one of: off, worked.
    days!A9: “2033” stands in no row that it could belong to; correct it or add that row.
    years!C3: “?” cannot be used; write one of: x, –.
    ");
}

#[test]
fn what_the_check_of_the_charter_finds_is_said_by_its_cell_too() {
    let mut sheets = export(&charter());
    row(&mut sheets, "matrix", &["P1"])[3] = "XXX".into();
    row(&mut sheets, "matrix", &["P3", "", ""])[3] = "TTDL; TKG".into();
    row(&mut sheets, "matrix", &["P4", "", ""])[4] = "VCN; YYY".into();
    row(&mut sheets, "matrix", &["P6", "", ""])[5] = "99".into();
    row(&mut sheets, "units", &["VKH"])[8] = "01/01/2019".into();
    row(&mut sheets, "days", &["01/05/2023"])[0] = "29/04/2023".into();
    row(&mut sheets, "groups", &["VCN"])[4] = "TKQG; ZZZ".into();
    sheet(&mut sheets, "matrix").rows.retain(|row| row[0] != "P7");
    insta::assert_snapshot!(faults(&sheets, Lang::En), @"
    units!I17: “valid_to” is before “valid_from”; correct one of them.
    groups!E2: units.toml has no unit or group “ZZZ”; correct the code or add the unit.
    matrix!D2: units.toml has no unit or group “XXX”; correct the code or add the unit.
    matrix!E6: units.toml has no unit or group “YYY”; correct the code or add the unit.
    matrix!F15: refers to article 99, which articles.toml does not have; correct the number.
    matrix!D5: has more than one lead (TTDL, TKG); keep one.
    matrix, cell P7: has no lead; name one unit under “lead”.
    days!A8: the day off 29/04/2023 is at a weekend, which is off anyway; remove it or give the day that compensates it.
    ");
}

/// The hours of work and the releases stand in the calendar's file alone: without it nothing is made of the tables.
#[test]
fn a_calendar_that_cannot_be_read_is_told_and_not_made_anew() {
    let sheets = export(&charter());
    let with = |calendar: Option<&str>| {
        let mut files = shipped();
        files.remove("calendar.toml");
        files.extend(calendar.map(|text| ("calendar.toml".to_owned(), text.to_owned())));
        let faults = import(&files, None, &sheets, today()).expect_err("a fault");
        faults.iter().map(|fault| fault.sentence(Lang::En)).collect::<Vec<_>>().join("\n")
    };
    let broken = with(Some("time_zone = \"Asia\nhours = {}"));
    assert_eq!(broken, "calendar: line 1 is not TOML (invalid basic string, expected `\"`); correct it.");
    assert_eq!(with(None), "calendar: the file is missing; add it.");
}

#[test]
fn units_without_any_first_day_are_told() {
    let mut sheets = export(&charter());
    let units = sheet(&mut sheets, "units");
    for row in units.rows.iter_mut().skip(1) {
        row[7].clear();
    }
    assert_eq!(faults(&sheets, Lang::En), "units: the key “valid_from” is missing; add it.");
}

#[test]
fn cells_are_named_as_spreadsheets_name_them() {
    assert_eq!(
        [(0, 0), (6, 2), (1, 25), (1, 26), (0, 701), (0, 702)].map(|(row, column)| cell_name(row, column)),
        ["A1", "C7", "Z2", "AA2", "ZZ1", "AAA1"]
    );
}
