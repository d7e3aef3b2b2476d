//! Several versions: which one answers, and what a unit is called when.

use super::*;

/// A version of its own made from the shipped one: another name, another first day, and what else is changed.
fn version(id: &str, from: &str, changes: &[(&str, &str, &str)]) -> Charter {
    let id = format!("id = \"{id}\"");
    let from = format!("effective_from = {from}");
    let head = [
        ("charter.toml", "id = \"tctk-2023\"", id.as_str()),
        ("charter.toml", "effective_from = 2023-01-01", from.as_str()),
    ];
    let files = broken(&[head.as_slice(), changes].concat());
    Charter::parse(&files).expect("no fault")
}

fn p6_to_vp(id: &str, from: &str) -> Charter {
    let (was, is) = ("phase = \"P6\"\nlead = \"TKTH\"", "phase = \"P6\"\nlead = \"VP\"");
    version(id, from, &[("matrix.toml", was, is), ("matrix.toml", "\"VCN\", \"VP\", \"HTQT\"", "\"VCN\"")])
}

fn clash(versions: Vec<Charter>) -> Vec<String> {
    let clashes = Charters::new(versions).expect_err("they do not go together");
    clashes.iter().flat_map(|clash| [clash.sentence(Lang::Vi), clash.sentence(Lang::En)]).collect()
}

#[test]
fn each_version_is_in_force_until_the_next() {
    let charters = Charters::new(vec![p6_to_vp("v2", "2025-07-01"), charter()]).expect("they go together");
    let in_force = |date| charters.on(day(date)).about().id.as_str();
    assert_eq!(in_force("2022-12-31"), "tctk-2023");
    assert_eq!(in_force("2025-06-30"), "tctk-2023");
    assert_eq!(in_force("2025-07-01"), "v2");
    assert_eq!(charters.last_day(charters.on(day("2023-03-06"))), Some(day("2025-06-30")));
    assert_eq!(charters.last_day(charters.last()), None);

    let lead = |date| charters.responsibility(&"P6".into(), None, day(date)).map(|said| said.lead);
    assert_eq!(lead("2025-06-30"), Ok(Lead::Unit("TKTH".into())));
    assert_eq!(lead("2025-07-01"), Ok(Lead::Unit("VP".into())));
    assert!(matches!(lead("2022-12-31"), Err(NoAnswer::BeforeCharter { .. })));
}

#[test]
fn versions_that_do_not_go_together_are_refused_with_what_to_do() {
    let other_days = ("calendar.toml", "source = \"6150/TB-BLĐTBXH\"", "source = \"another\"");
    let other = version("v2", "2025-07-01", &[other_days]);
    let found = [
        clash(vec![]),
        clash(vec![charter(), charter()]),
        clash(vec![charter(), p6_to_vp("v2", "2023-01-01")]),
        clash(vec![charter(), other]),
    ];
    insta::assert_snapshot!(found.concat().join("\n"), @r#"
    chưa nêu quy chế nào; hãy nêu ít nhất một tại LIAISON_CHARTER
    no charter is named; name at least one in LIAISON_CHARTER
    có hai quy chế cùng mang tên “tctk-2023”; hãy đổi “id” của một bản hoặc bỏ bớt một bản
    two charters are called “tctk-2023”; change the “id” of one, or leave one out
    quy chế tctk-2023 và v2 cùng áp dụng từ ngày 01/01/2023; hãy sửa “effective_from” của một bản
    the charters tctk-2023 and v2 both apply from 01/01/2023; correct “effective_from” of one
    quy chế tctk-2023 và v2 có hai lịch nghỉ khác nhau, trong khi chỉ dùng một lịch cho mọi nhiệm vụ; hãy ghi calendar = "tctk-2023" trong charter.toml của v2 và bỏ calendar.toml của bản đó
    the charters tctk-2023 and v2 bring different days off, and one calendar counts for all tasks; write calendar = "tctk-2023" in the charter.toml of v2 and remove its calendar.toml
    "#);
}

#[test]
fn a_unit_that_only_another_version_knows_has_its_name() {
    let renamed = ("units.toml", "name.vi = \"Văn phòng Tổng cục\"", "name.vi = \"Văn phòng Cục\"");
    let changes = [
        renamed,
        ("units.toml", "code = \"TCCS\"", "code = \"TC2\""),
        ("matrix.toml", "\"TCCS\"", "\"TC2\""),
        ("phases.toml", "\"TCCS\"", "\"TC2\""),
    ];
    let without = version("v2", "2025-07-01", &changes);
    let charters = Charters::new(vec![charter(), without]).expect("they go together");
    let name = |code: &str, date| charters.unit(&code.into(), day(date)).map(|unit| unit.name.vi.as_str());
    assert_eq!(name("TCCS", "2026-03-02"), Some("Tạp chí Con số và Sự kiện"));
    assert_eq!(name("VP", "2025-06-30"), Some("Văn phòng Tổng cục"));
    assert_eq!(name("VP", "2025-07-01"), Some("Văn phòng Cục"));
    // A role that still bears the old name, and one that bears the new name before its time, are that unit's.
    for role in ["Văn phòng Tổng cục", "van phong cuc"] {
        for date in ["2025-06-30", "2025-07-01"] {
            let unit = charters.unit_by_role_name(role, day(date)).map(|unit| unit.code.as_str());
            assert_eq!(unit, Some("VP"), "{role} on {date}");
        }
    }
}

#[test]
fn a_unit_bears_the_name_of_the_day() {
    let former = "name.vi = \"Văn phòng Tổng cục\"\nvalid_to = 2026-12-31\nsucceeds = [\"VKH\"]\nformer = [{ until = 2024-04-29, name = { vi = \"Văn phòng cũ\", en = \"Old Office\" }, short = { vi = \"VP cũ\", en = \"Old\" } }]";
    let charters: Charters =
        version("v1", "2023-01-01", &[("units.toml", "name.vi = \"Văn phòng Tổng cục\"", former)]).into();
    let unit = charters.unit(&"VP".into(), day("2024-01-01")).expect("it is known");
    assert_eq!(unit.name_on(day("2024-04-29")).vi, "Văn phòng cũ");
    assert_eq!(unit.short_on(day("2024-04-30")).vi, "Văn phòng");
    let meant = |text, date| charters.unit_meant(text, day(date)).map(|unit| unit.code.to_string());
    assert_eq!(meant("van phong cu", "2026-01-01").as_deref(), Some("VP"));
    assert_eq!(meant("VP", "2027-01-01").as_deref(), Some("VP"), "it is gone and still has its name");
    assert_eq!(charters.successors(&"VKH".into(), day("2026-12-31")), ["VP".into()]);
    assert_eq!(charters.successors(&"VKH".into(), day("2027-01-01")), []);
    assert!(!charters.last().central_units(day("2027-01-01")).contains(&"VP".into()));
}
