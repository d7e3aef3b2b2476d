//! Drives the sandbox from outside: with raw HTTP and WebSockets, and with serenity.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod clock;
mod commands;
mod fault_pages;
mod faults;
mod files;
mod forum;
mod gateway;
mod guild;
mod harness;
mod interactions;
mod messages;
mod serenity_client;
mod snapshot;
mod threads;
