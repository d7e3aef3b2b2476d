//! The life of a task: which states there are, what may be done in each, and where that leads. One pure function,
//! [`next`], decides; `docs/life-of-a-task.md` draws it, and a test holds the drawing against it.

#[cfg(test)]
mod tests;

use super::task::coded;
use serde::{Deserialize, Serialize};
use std::fmt;

coded! {
    /// Where a task stands.
    TaskState {
        /// Đã giao: given, and the lead has not confirmed yet.
        Given = "given",
        /// Đã tiếp nhận: the lead has confirmed.
        Received = "received",
        /// Đang thực hiện: the lead has reported progress.
        InProgress = "in_progress",
        /// Vướng mắc: the lead cannot go on without help.
        Blocked = "blocked",
        /// Chờ gia hạn: a new deadline is asked for and not yet decided.
        AwaitingExtension = "awaiting_extension",
        /// Hoàn thành: the lead has reported it done; the result waits for its acceptance.
        Done = "done",
        /// Đã nghiệm thu: who gave the task has accepted the result.
        Accepted = "accepted",
        /// Đã hủy: it is not to be done any more.
        Cancelled = "cancelled",
        /// Mở lại: it was closed, or its result returned, and is to be done (again).
        Reopened = "reopened",
    }
}

impl TaskState {
    /// Whether something is still to be done: it has a deadline that is watched.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::Accepted | Self::Cancelled)
    }
}

coded! {
    /// What is done to a task, as far as its state goes.
    Act {
        /// The lead confirms receipt.
        Receive = "receive",
        /// The lead reports progress. What blocked it does so no longer.
        Report = "report",
        /// The lead reports what keeps it from going on.
        Block = "block",
        /// The lead asks for a new deadline.
        AskExtension = "ask_extension",
        /// The new deadline is granted or refused; either way the work goes on where it stood.
        DecideExtension = "decide_extension",
        /// Another unit leads from now on. It has received nothing yet, and what the former lead asked for lapses.
        Reassign = "reassign",
        /// The lead reports the task done. A new deadline that was asked for is needed no longer.
        Finish = "finish",
        /// The result is accepted.
        Accept = "accept",
        /// It is to be done again: the result is returned, or the closed task taken up.
        Reopen = "reopen",
        /// It is not to be done any more.
        Cancel = "cancel",
    }
}

/// Where a task stands and, while a decision is awaited, where it goes on afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Life {
    /// The state.
    pub state: TaskState,
    /// Where it goes on once the extension is decided; only while that is awaited.
    pub resumes: Option<TaskState>,
}

impl From<TaskState> for Life {
    fn from(state: TaskState) -> Self {
        Self { state, resumes: None }
    }
}

/// Where `act` leads from `life`; `None` when it cannot be done there.
pub fn next(life: Life, act: Act) -> Option<Life> {
    use TaskState::{
        Accepted, AwaitingExtension, Blocked, Cancelled, Done, Given, InProgress, Received, Reopened,
    };
    let open = life.state.is_open();
    let state = match (act, life.state) {
        (Act::Receive, Given | Reopened) => Received,
        // Confirmed late, after the work was begun: nothing changes but the record.
        (Act::Receive, _) if open => return Some(life),
        // A decision that is awaited stays awaited, whatever is reported meanwhile.
        (Act::Report | Act::Block, AwaitingExtension) => {
            let resumes = if act == Act::Report { InProgress } else { Blocked };
            return Some(Life { resumes: Some(resumes), ..life });
        }
        (Act::Report, _) if open => InProgress,
        (Act::Block, _) if open => Blocked,
        (Act::AskExtension, AwaitingExtension) => return None,
        (Act::AskExtension, from) if open => {
            return Some(Life { state: AwaitingExtension, resumes: Some(from) });
        }
        (Act::DecideExtension, AwaitingExtension) => life.resumes?,
        (Act::Reassign, _) if open => Given,
        (Act::Finish, _) if open => Done,
        (Act::Accept, Done) => Accepted,
        (Act::Reopen, Done | Accepted | Cancelled) => Reopened,
        (Act::Cancel, Done) => Cancelled,
        (Act::Cancel, _) if open => Cancelled,
        _ => return None,
    };
    Some(state.into())
}
