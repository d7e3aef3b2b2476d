//! Tasks of one version under another.

use super::*;
use crate::domain::task::{Part, Task, TaskState, TaskStep, TaskUnit, Urgency, Visibility};

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

/// The steps of a phase of 2023 as a task has them, those of `ticked` ticked off.
fn steps_of(phase: &str, ticked: &[&str]) -> Vec<TaskStep> {
    let at = "2025-06-20T01:00:00Z".parse().expect("a moment");
    let step = |(number, step): (i64, &Step)| TaskStep {
        number,
        code: step.code.clone(),
        name: step.name.clone(),
        checked_at: ticked.contains(&step.code.as_str()).then_some(at),
    };
    (1..).zip(charter().steps(&phase.into())).map(step).collect()
}

#[test]
fn a_tick_stays_where_the_step_is_the_same_work() {
    let (old, new) = (charter(), of_2025());
    // P1.6 asks for something else since 2025; P1.1 does not.
    let was = steps_of("P1", &["P1.1", "P1.6"]);
    let carried = carry_steps(&was, old.steps(&"P1".into()), new.steps(&"P1".into()));
    let kept: Vec<(&str, Option<i64>)> =
        carried.steps.iter().map(|(step, from)| (step.code.as_str(), *from)).collect();
    let expected =
        [("P1.1", Some(1)), ("P1.2", None), ("P1.3", None), ("P1.4", None), ("P1.5", None), ("P1.6", None)];
    assert_eq!(kept, expected);
    assert_eq!(carried.unticked.iter().map(|step| step.code.as_str()).collect::<Vec<_>>(), ["P1.6"]);

    // In another place the step is found by its code, and what is gone is not forgotten.
    let turned: Vec<Step> = new.steps(&"P1".into()).iter().skip(1).rev().cloned().collect();
    let was = steps_of("P1", &["P1.1", "P1.3"]);
    let carried = carry_steps(&was, old.steps(&"P1".into()), &turned);
    assert_eq!(carried.steps[3], (&turned[3], Some(3)));
    assert_eq!(carried.unticked, [was[0].clone()]);

    // What it asked for is not known any more, so nobody can say that it is the same.
    assert_eq!(carry_steps(&was, &[], &turned).unticked.len(), 2);
}
