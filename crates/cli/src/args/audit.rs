//! What an auditor asks.

mod mining;

pub(crate) use mining::{
    ExportLogArgs, ForeignArgs, ForeignCommand, LogForm, MiningCommand, Target,
};

use clap::Subcommand;

/// The questions of an auditor; each reads the log by itself, and none writes into it.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    Verify,
    #[command(flatten)]
    Mining(MiningCommand),
}
