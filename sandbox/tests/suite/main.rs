//! Drives the sandbox from outside: with raw HTTP and WebSockets, and with serenity.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod clock;
mod commands;
mod events;
mod fault_pages;
mod faults;
mod files;
mod forms;
mod forum;
mod gateway;
mod guild;
mod harness;
mod interactions;
mod menus;
mod messages;
mod reactions;
mod scene;
mod search;
mod serenity_client;
mod snapshot;
mod socket;
mod threads;
mod watching;
