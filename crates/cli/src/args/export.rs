//! The arguments of exports: the question as it is asked elsewhere, and where its answer goes.

use super::{ListCommand, ReportCommand};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(crate) force: bool,
    #[command(subcommand)]
    pub(crate) what: ExportCommand,
}

/// What is exported.
#[derive(Debug, Subcommand)]
pub(crate) enum ExportCommand {
    #[command(subcommand)]
    List(ListCommand),
    #[command(subcommand)]
    Report(ReportCommand),
}
