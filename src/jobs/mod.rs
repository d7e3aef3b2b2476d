//! What moves by itself: the outbox is shown, timers fire, requests that a crash left open are decided.

pub mod outbox;
pub mod timers;
