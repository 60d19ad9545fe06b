//! What an auditor asks.

use crate::audit::what_if::WhatIfArgs;
use clap::Subcommand;

/// The questions of an auditor; each reads the log by itself, and none writes into it.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    Verify,
    Judge {
        #[arg(long, value_name = "N")]
        up_to: Option<u64>,
        #[arg(long, value_name = "N")]
        most: Option<usize>,
    },
    WhatIf(WhatIfArgs),
}
