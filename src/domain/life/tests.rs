use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn acts() -> impl Strategy<Value = Vec<Act>> {
    proptest::collection::vec(proptest::sample::select(Act::ALL), 0..40)
}

proptest! {
    #[test]
    fn whatever_is_done_a_task_stands_somewhere_and_can_be_ended(acts in acts()) {
        let mut life = Life::from(TaskState::Given);
        for act in acts {
            let Some(then) = next(life, act) else { continue };
            // Only a decision that is awaited knows where to go on, and never to itself or to an end.
            prop_assert_eq!(then.resumes.is_some(), then.state == TaskState::AwaitingExtension);
            prop_assert!(then.resumes.is_none_or(|to| to.is_open() && to != TaskState::AwaitingExtension));
            // What is closed is opened by one act alone.
            prop_assert!(life.state.is_open() || !then.state.is_open() || act == Act::Reopen);
            // What is accepted was done.
            prop_assert!(then.state != TaskState::Accepted || life.state == TaskState::Done);
            life = then;
        }
        let ended = if life.state.is_open() { next(life, Act::Finish) } else { Some(life) };
        prop_assert!(ended.is_some_and(|end| !end.state.is_open()));
    }

    #[test]
    fn a_decided_extension_leaves_the_work_where_it_stood(acts in acts()) {
        let mut life = Life::from(TaskState::Given);
        for act in acts {
            life = next(life, act).unwrap_or(life);
        }
        if let Some(asked) = next(life, Act::AskExtension) {
            prop_assert_eq!(next(asked, Act::DecideExtension), Some(life));
        }
    }
}

#[test]
fn the_drawing_in_the_docs_is_the_function() {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/life-of-a-task.md"));
    let drawn: BTreeSet<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| line.contains("-->") && line.contains(':'))
        .map(str::to_owned)
        .collect();
    let mut arrows = BTreeSet::new();
    for from in TaskState::ALL {
        let resumes = (*from == TaskState::AwaitingExtension).then_some(TaskState::InProgress);
        for act in Act::ALL {
            let Some(to) = next(Life { state: *from, resumes }, *act) else { continue };
            if to.state != *from {
                arrows.insert(format!("{from} --> {} : {act}", to.state));
            }
        }
    }
    assert_eq!(drawn, arrows, "\n{}", arrows.iter().cloned().collect::<Vec<_>>().join("\n"));
}
