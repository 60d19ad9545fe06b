//! The binary as people and scripts meet it: one run of the program a step, each test in a folder of
//! its own, the clock stopped by hand.
//!
//! [`shapes`] holds the JSON reference, [`life`] is a case from report to archive, [`refusals`] what the rules refuse, [`input`] bad files
//! and arguments, [`wrong`] every kind of bad input in both languages, [`settings`] where values come
//! from, [`demo`] the demo city's page, [`lived`] demo cities that others look at, [`store`] what may be wrong with the store, [`questions`] lists and figures as of an
//! instant, [`opinions`] mutual evaluation, [`proofs`] checkpoints and receipts, [`judged`] the auditor over whole demo cities, [`keys`] keys of other systems, [`import`] foreign
//! lists, [`mining`] files for the tools of process mining, [`archived`] archives carried elsewhere, [`damaged`] damaged logs before the auditor, [`serve`] the service, [`packaging`] what is shipped, [`help`] what the program says of itself.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expected, also in the functions its steps share"
)]

mod appraise;
mod archived;
mod areas;
mod audit_replay;
mod city;
mod damaged;
mod database;
mod demo;
mod export;
mod figures;
mod help;
mod import;
mod input;
mod judged;
mod keys;
mod life;
mod lived;
mod mining;
mod opinions;
mod packaging;
mod proofs;
mod questions;
mod readme;
mod refusals;
mod scores;
mod serve;
mod settings;
mod shapes;
mod store;
mod wrong;
