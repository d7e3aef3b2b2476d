//! Drives the sandbox from outside: with raw HTTP and WebSockets, and with serenity.

mod harness;
mod serenity_client;
