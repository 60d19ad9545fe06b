//! The `gridwhistle` command: what a city's operators, scripts and helpers type.
//!
//! Responsible for arguments, settings, words, tables, JSON and exit codes. It decides nothing: every
//! command goes to the engine, every question to the views, and what it prints is their answer.
//!
//! Reading order: [`args`] is the tree of commands, [`settings`] where values come from, [`run`] who
//! does what; [`case`] gives commands to cases from one record each; [`output`], [`table`] and
//! [`words`] speak to people, [`failure`] to people and scripts.

mod appraise;
mod args;
mod audit;
mod calendar;
mod case;
mod catalogue;
mod demo;
mod desk;
mod evaluate;
mod export;
mod failure;
mod help;
mod import;
mod key;
mod labels;
mod list;
mod moment;
mod moving;
mod output;
mod policy;
mod progress;
mod registry;
mod rejects;
mod report;
mod run;
mod score;
mod serve;
mod session;
mod settings;
mod setup;
mod slips;
mod table;
mod upkeep;
mod window;
mod words;

use std::process::ExitCode;

/// Folding and importing allocate much and briefly: a fifth less time than with the system's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    run::main(std::env::args_os().collect())
}
