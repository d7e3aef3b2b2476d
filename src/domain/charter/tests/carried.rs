//! Tasks of one version under another.

use super::*;
use crate::domain::task::{Part, Task, TaskState, TaskUnit, Urgency, Visibility};

/// A task of the version of 2023, given on its last day.
fn task(phase: &str, lead: &str, support: &[UnitCode]) -> Task {
    let given = "2025-06-30T01:00:00Z".parse().expect("a moment");
    let unit = |unit: UnitCode, part| TaskUnit::new(unit, part, given);
    let supporters = support.iter().map(|code| unit(code.clone(), Part::Support));
    Task {
        id: "1".into(),
        guild: 1.into(),
        code: "NV-2025-001".into(),
        title: "Thu thập giá".into(),
        phase: phase.into(),
        charter: "tctk-2023".into(),
        due: "2025-07-31T10:00:00Z".parse().expect("a moment"),
        urgency: Urgency::Normal,
        basis: charter().responsibility(&phase.into(), None, day("2025-06-30")).expect("an answer").basis.vi,
        visibility: Visibility::Public,
        lead_reason: None,
        state: TaskState::Given,
        resumes: None,
        created_by: 1.into(),
        created_at: given,
        done_at: None,
        revision: 1,
        channel: None,
        card: None,
        thread: None,
        units: std::iter::once(unit(lead.into(), Part::Lead)).chain(supporters).collect(),
    }
}

fn codes(codes: &[&str]) -> Vec<UnitCode> {
    codes.iter().map(|code| (*code).into()).collect()
}

fn matrix_support(phase: &str, activity: Option<&str>) -> Vec<UnitCode> {
    charter().responsibility(&phase.into(), activity, day("2025-06-30")).expect("an answer").support
}

fn carried(task: &Task) -> Result<CarriedOver, NoAnswer> {
    carry_over(task, (&charter(), day("2025-06-30")), (&of_2025(), day("2025-07-01")))
}

#[test]
fn what_the_matrix_named_is_named_anew() {
    let old = task("P3", "TTDL", &matrix_support("P3", None));
    let new = carried(&old).expect("an answer");
    assert_eq!(new.lead, "CSCL".into());
    assert_eq!(new.support.len(), 34 + 6 + 1);
    assert!(new.by_the_matrix && new.differs_from(&old));
    assert_eq!(new.basis, "Điều 9, Phụ lục 01 Quy chế phối hợp 2025 (kiểm tra lại trước khi dùng)");
}

#[test]
fn a_domain_goes_on_under_the_new_version() {
    let old = task("P5", "TKG", &matrix_support("P5", Some("CPI")));
    let new = carried(&old).expect("an answer");
    assert_eq!((new.lead, new.by_the_matrix), ("DVG".into(), true));
    assert_eq!(new.support.len(), 3 + 34);
}

#[test]
fn who_was_chosen_by_hand_is_followed_to_who_took_over() {
    // Another lead than the matrix names, and a few supporters; two of them go into one.
    let mut old = task("P3", "PPCD", &codes(&["TMDV", "TKG", "CTK-27", "CTK-24", "CTK-79", "TCCS"]));
    old.basis = "Kế hoạch công tác tháng 7".into();
    let new = carried(&old).expect("an answer");
    assert_eq!(new.lead, "CSCL".into());
    assert_eq!(new.support, codes(&["DVG", "CTK-24", "CTK-79"]));
    assert_eq!(new.basis, "Kế hoạch công tác tháng 7");
    assert!(new.by_the_matrix, "who took over happens to be the lead of the matrix");
}

#[test]
fn what_stays_as_it_is_differs_in_nothing() {
    let old = task("P2", "VP", &codes(&["KHTC"]));
    let new = carried(&old).expect("an answer");
    assert_eq!((new.lead.as_str(), new.support.as_slice()), ("VP", codes(&["KHTC"]).as_slice()));
    assert!(!new.differs_from(&old) && !new.by_the_matrix);
    // The limit of P6 reads differently, though its units stay.
    let old = task("P6", "VP", &[]);
    let new = carried(&old).expect("an answer");
    assert!(new.differs_from(&old) && !new.moves(&old));
}

#[test]
fn where_nobody_took_over_and_the_lead_depends_on_the_domain_a_person_must_choose() {
    let old = task("P5", "TCCS", &[]);
    assert_eq!(carried(&old), Err(NoAnswer::UnknownActivity("P5".into(), "TCCS".into())));
}
