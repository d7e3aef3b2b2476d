//! What of a request was typed freely, and would be kept and shown: what the guard looks at. And about which task it is.

use super::{GiveFrom, Request};

impl Request {
    /// All that was typed freely. A button's id was typed by nobody.
    pub(in crate::service) fn texts(&self) -> impl Iterator<Item = &str> {
        let texts: Vec<Option<&String>> = match self {
            Self::MarkDecision(decision) => vec![Some(&decision.text)],
            Self::GiveTask(give) | Self::GiveFrom(GiveFrom { give, .. }) => vec![
                Some(&give.title),
                Some(&give.phase),
                Some(&give.due),
                give.lead.as_ref(),
                give.support.as_ref(),
                give.basis.as_ref(),
                give.reason.as_ref(),
            ],
            Self::AcknowledgeEscalation(named) => vec![Some(&named.task)],
            Self::ReceiveTask(named) | Self::FinishTask(named) => {
                vec![Some(&named.task)]
            }
            Self::SetReminders(set) => set.texts().map(Some).collect(),
            Self::ReportTask(report) => vec![Some(&report.task), Some(&report.text)],
            Self::BlockTask(block) => vec![Some(&block.task), Some(&block.reason), block.help.as_ref()],
            Self::AskExtension(asked) => vec![Some(&asked.task), Some(&asked.due), Some(&asked.reason)],
            Self::DecideExtension(decision) => vec![Some(&decision.task), decision.answer.as_ref()],
            Self::ReassignTask(asked) => vec![Some(&asked.task), Some(&asked.lead), Some(&asked.reason)],
            Self::AcceptTask(accept) => vec![Some(&accept.task), accept.remark.as_ref()],
            Self::ReopenTask(reopen) => vec![Some(&reopen.task), Some(&reopen.reason), reopen.due.as_ref()],
            Self::CancelTask(cancel) => vec![Some(&cancel.task), Some(&cancel.reason)],
            Self::UrgeTask(urge) => vec![Some(&urge.task), urge.unit.as_ref(), urge.text.as_ref()],
            Self::SetPart(part) => vec![Some(&part.task), Some(&part.unit), Some(&part.due)],
            Self::CheckStep(check) => vec![Some(&check.task), Some(&check.step)],
            Self::LinkTask(link) => vec![Some(&link.task), Some(&link.other)],
            Self::HandOver(over) => vec![
                Some(&over.task),
                Some(&over.due),
                over.phase.as_ref(),
                over.lead.as_ref(),
                over.title.as_ref(),
                over.reason.as_ref(),
            ],
            Self::ConfirmCharter(confirm) => vec![Some(&confirm.task), confirm.reason.as_ref()],
            Self::ScheduleMeeting(meeting) => vec![
                Some(&meeting.title),
                Some(&meeting.when),
                meeting.units.as_ref(),
                meeting.place.as_ref(),
            ],
            Self::AnswerMeeting(_) | Self::GiveAnyway(_) => Vec::new(),
            Self::Arrange(people) => people.texts(),
            Self::SetUp(setup) => setup.texts(),
        };
        texts.into_iter().flatten().map(String::as_str).filter(|text| uuid::Uuid::try_parse(text).is_err())
    }

    /// The task that it is about, as people name it.
    pub(in crate::service) fn task(&self) -> Option<&str> {
        Some(match self {
            Self::AcknowledgeEscalation(named) => &named.task,
            Self::ReceiveTask(named) | Self::FinishTask(named) => &named.task,
            Self::ReportTask(report) => &report.task,
            Self::BlockTask(block) => &block.task,
            Self::AskExtension(asked) => &asked.task,
            Self::DecideExtension(decision) => &decision.task,
            Self::ReassignTask(asked) => &asked.task,
            Self::AcceptTask(accept) => &accept.task,
            Self::ReopenTask(reopen) => &reopen.task,
            Self::CancelTask(cancel) => &cancel.task,
            Self::UrgeTask(urge) => &urge.task,
            Self::SetPart(part) => &part.task,
            Self::CheckStep(check) => &check.task,
            Self::LinkTask(link) => &link.task,
            Self::HandOver(over) => &over.task,
            Self::ConfirmCharter(confirm) => &confirm.task,
            Self::GiveTask(_)
            | Self::GiveFrom(_)
            | Self::MarkDecision(_)
            | Self::GiveAnyway(_)
            | Self::SetReminders(_)
            | Self::ScheduleMeeting(_)
            | Self::AnswerMeeting(_)
            | Self::SetUp(_)
            | Self::Arrange(_) => return None,
        })
    }
}
