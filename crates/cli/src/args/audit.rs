//! What an auditor asks.

mod tree;

pub(crate) use tree::{ProofArgs, TreeCommand, TreeDir, Trust};

use clap::Subcommand;

/// The questions of an auditor; each reads the log by itself, and none writes into it.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    #[command(flatten)]
    Tree(TreeCommand),
}
