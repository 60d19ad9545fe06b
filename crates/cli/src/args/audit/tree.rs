//! Sealing, proofs, witnesses and the full look at a log.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Where the tree stands.
#[derive(Debug, Args)]
pub(crate) struct TreeDir {
    #[arg(id = "tree", long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

/// Which keys are believed.
#[derive(Debug, Args)]
pub(crate) struct Trust {
    #[arg(long, value_name = "VKEY")]
    pub(crate) verifier: String,
    #[arg(long, value_name = "VKEY")]
    pub(crate) witness: Vec<String>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8), requires = "witness")]
    pub(crate) quorum: Option<u8>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TreeCommand {
    Verify {
        #[command(flatten)]
        tree: TreeDir,
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
        #[arg(long, value_name = "VKEY")]
        verifier: Option<String>,
        #[arg(long, value_name = "VKEY", requires = "checkpoint")]
        witness: Vec<String>,
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8), requires = "witness")]
        quorum: Option<u8>,
    },
    Key {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_name = "NAME")]
        name: String,
        #[arg(long)]
        witness: bool,
    },
    Checkpoint {
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        #[command(flatten)]
        tree: TreeDir,
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
        follow: Option<u32>,
    },
    Prove {
        #[arg(value_name = "EVENT")]
        event: String,
        #[command(flatten)]
        proof: ProofArgs,
    },
    Receipt {
        #[arg(value_name = "CASE")]
        case: String,
        #[command(flatten)]
        proof: ProofArgs,
    },
    VerifyProof {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        trust: Trust,
    },
    Consistency {
        #[arg(value_name = "OLD")]
        old: String,
        #[arg(value_name = "NEW")]
        new: Option<PathBuf>,
        #[command(flatten)]
        tree: TreeDir,
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    Cosign {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        #[arg(long, value_name = "VKEY")]
        verifier: String,
        #[arg(long, value_name = "FILE")]
        last: PathBuf,
        #[arg(long)]
        first: bool,
    },
}

/// What a proof is made from and where it goes.
#[derive(Debug, Args)]
pub(crate) struct ProofArgs {
    #[command(flatten)]
    pub(crate) tree: TreeDir,
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}
