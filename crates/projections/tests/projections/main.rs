//! The case view over whole logs, on memory, on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first failure"
)]

mod appraising;
mod areas;
mod as_of;
mod city;
mod duties;
mod evaluating;
mod foreign;
mod history;
mod hostile;
mod lists;
mod months;
mod opinions;
mod running;
mod sharing;
mod standing;
mod story;
