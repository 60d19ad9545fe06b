//! What an auditor asks.

mod mining;

pub(crate) use mining::{
    ArchiveCommand, ExportLogArgs, ForeignArgs, ForeignCommand, LogForm, MiningCommand,
    SegmentCommand, Target,
};

use clap::Subcommand;

/// The questions of an auditor; each reads the log by itself, and none writes into it.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    Verify,
    #[command(flatten)]
    Mining(MiningCommand),
}
