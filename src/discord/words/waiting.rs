//! What waits for whoever asks for their own work: it stands above the list of it.

use super::{Voice, plain};
use crate::discord::render::{FIELD_MAX, field};
use crate::domain::actor::Actor;
use crate::domain::lang::Lang;
use crate::domain::task::Task;
use crate::service::waiting::WaitingFor;
use crate::store::waiting::MOST;
use serde_json::Value;

/// No name of a kind is longer, and nothing that says how many more there are.
const WORDS_MAX: usize = 60;

impl Voice<'_> {
    /// What only `reader` and those beside them can settle, by kind, in at most `room` characters; none where nothing waits.
    pub fn waiting_fields(&self, waiting: &WaitingFor, reader: &Actor, room: usize) -> Vec<Value> {
        // Their own tasks stand in the list below: of those the code says enough.
        let receipts: Vec<String> =
            waiting.receipts.iter().map(|(task, _)| self.task_code(task, reader)).collect();
        let named = |tasks: &[Task]| -> Vec<String> {
            let line = |task: &Task| format!("{} {}", self.task_code(task, reader), plain(&task.title));
            tasks.iter().map(line).collect()
        };
        let kinds = [
            (self.say("Chờ xác nhận đã tiếp nhận", "Receipt to confirm"), " · ", receipts),
            (
                self.say("Chờ bạn quyết định gia hạn", "New deadlines for you to decide on"),
                "\n",
                named(&waiting.extensions),
            ),
            (self.say("Chờ bạn nghiệm thu", "Results for you to accept"), "\n", named(&waiting.results)),
        ];
        let kinds: Vec<_> = kinds.into_iter().filter(|(.., tasks)| !tasks.is_empty()).collect();
        let room = (room / kinds.len().max(1)).saturating_sub(2 * WORDS_MAX).min(FIELD_MAX - WORDS_MAX);
        let fields = kinds.into_iter().map(|(kind, between, tasks)| {
            let more = if tasks.len() as i64 >= MOST { "+" } else { "" };
            field(&format!("{kind} ({}{more})", tasks.len()), &self.as_many(&tasks, between, room), false)
        });
        fields.collect()
    }

    /// As many of the texts as there is room for, and how many more there are.
    fn as_many(&self, texts: &[String], between: &str, room: usize) -> String {
        let (mut shown, mut used) = (0, 0);
        for text in texts {
            used += text.chars().count() + between.len();
            if used > room {
                break;
            }
            shown += 1;
        }
        let mut all = texts[..shown].to_vec();
        match (texts.len() - shown, self.lang) {
            (0, _) => {}
            (hidden, Lang::Vi) => all.push(format!("và {hidden:02} nhiệm vụ khác")),
            (hidden, Lang::En) => all.push(format!("and {hidden} more")),
        }
        all.join(between)
    }
}
