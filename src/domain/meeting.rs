//! Meetings, workshops and training: kinds, and what people answer.

use super::task::coded;
use serde::{Deserialize, Serialize};
use std::fmt;

coded! {
    /// What is held.
    MeetingKind {
        /// Cuộc họp.
        Meeting = "meeting",
        /// Hội thảo.
        Workshop = "workshop",
        /// Tập huấn.
        Training = "training",
    }
}

coded! {
    /// What a person answers to an invitation.
    AttendanceAnswer {
        /// Tham dự.
        Comes = "comes",
        /// Không tham dự.
        Declines = "declines",
        /// Cử người khác.
        Sends = "sends",
    }
}
