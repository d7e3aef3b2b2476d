//! What people do to a message: reactions and votes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Time;
use crate::id::Id;

/// An emoji under a message, and who put it there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reaction {
    pub(crate) emoji: String,
    pub(crate) users: BTreeSet<Id>,
}

/// A question with answers to choose from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Poll {
    pub(crate) question: String,
    pub(crate) answers: Vec<PollAnswer>,
    pub(crate) expiry: Time,
    pub(crate) allow_multiselect: bool,
    /// Whether it is over.
    pub(crate) is_finalized: bool,
}

/// One of the answers, from 1.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PollAnswer {
    pub(crate) id: u32,
    pub(crate) text: String,
    pub(crate) emoji: Option<String>,
    pub(crate) voters: BTreeSet<Id>,
}

impl Reaction {
    /// The wire form, for one reader.
    pub(crate) fn wire(&self, reader: Id) -> Value {
        let count = self.users.len();
        json!({
            "emoji": {"id": null, "name": self.emoji},
            "count": count,
            "count_details": {"burst": 0, "normal": count},
            "burst_colors": [],
            "me": self.users.contains(&reader),
            "me_burst": false,
        })
    }
}

impl Poll {
    /// The wire form, for one reader.
    pub(crate) fn wire(&self, reader: Id) -> Value {
        let answer = |answer: &PollAnswer| {
            let mut media = json!({"text": answer.text});
            if let Some(emoji) = &answer.emoji {
                media["emoji"] = json!({"id": null, "name": emoji});
            }
            json!({"answer_id": answer.id, "poll_media": media})
        };
        let count = |answer: &PollAnswer| {
            let mine = answer.voters.contains(&reader);
            json!({"id": answer.id, "count": answer.voters.len(), "me_voted": mine})
        };
        json!({
            "question": {"text": self.question},
            "answers": self.answers.iter().map(answer).collect::<Vec<_>>(),
            "expiry": self.expiry,
            "allow_multiselect": self.allow_multiselect,
            "layout_type": 1,
            "results": {
                "answer_counts": self.answers.iter().map(count).collect::<Vec<_>>(),
                "is_finalized": self.is_finalized,
            },
        })
    }
}
