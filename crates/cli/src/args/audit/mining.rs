//! Files for other tools, files of other tools.

use super::TreeDir;
use crate::moment;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What an auditor takes along, and what is found in how cases went.
#[derive(Debug, Subcommand)]
pub(crate) enum MiningCommand {
    Export(ExportLogArgs),
    #[command(subcommand)]
    Foreign(ForeignCommand),
    #[command(subcommand)]
    Archive(ArchiveCommand),
    Conformance {
        #[arg(long, value_name = "N", default_value_t = 20)]
        listed: usize,
    },
}

/// The forms that the log is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    Xes,
    OcelJson,
    OcelXml,
    OcelSqlite,
}

#[derive(Debug, Args)]
pub(crate) struct ExportLogArgs {
    #[arg(value_name = "FORM", value_enum)]
    pub(crate) form: LogForm,
    #[command(flatten)]
    pub(crate) to: Target,
    #[arg(long)]
    pub(crate) clocks: bool,
}

/// Where a file goes.
#[derive(Debug, Args)]
pub(crate) struct Target {
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    #[arg(long)]
    pub(crate) force: bool,
}

/// Event logs of other systems.
#[derive(Debug, Subcommand)]
pub(crate) enum ForeignCommand {
    Stats {
        #[command(flatten)]
        log: ForeignArgs,
        #[arg(long, value_name = "N", default_value_t = 20)]
        pairs: usize,
    },
    Convert {
        #[command(flatten)]
        log: ForeignArgs,
        #[command(flatten)]
        to: Target,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ForeignArgs {
    #[arg(value_name = "LOG")]
    pub(crate) log: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
}

/// What is kept after the log.
#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    Case {
        #[arg(value_name = "CASE")]
        case: uuid::Uuid,
        #[command(flatten)]
        to: Target,
        #[arg(long, value_name = "FILE")]
        proof: Vec<PathBuf>,
        #[command(flatten)]
        tree: TreeDir,
    },
    VerifyCase {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_name = "VKEY")]
        verifier: Option<String>,
        #[arg(long, value_name = "VKEY", requires = "verifier")]
        witness: Vec<String>,
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8), requires = "witness")]
        quorum: Option<u8>,
    },
    #[command(subcommand)]
    Segment(SegmentCommand),
}

/// A period's log as one file.
#[derive(Debug, Subcommand)]
pub(crate) enum SegmentCommand {
    Write {
        #[command(flatten)]
        to: Target,
        #[arg(long, value_name = "INSTANT", value_parser = moment::read)]
        from: Option<DateTime<Utc>>,
        #[arg(long, value_name = "INSTANT", value_parser = moment::read)]
        before: Option<DateTime<Utc>>,
    },
    Verify {
        #[arg(value_name = "FILES", required = true)]
        files: Vec<PathBuf>,
        #[arg(long, value_name = "FILE", requires = "verifier")]
        checkpoint: Vec<PathBuf>,
        #[arg(long, value_name = "VKEY", requires = "checkpoint")]
        verifier: Option<String>,
    },
    Replay {
        #[arg(value_name = "FILES", required = true)]
        files: Vec<PathBuf>,
        #[arg(long, value_name = "URL")]
        into: String,
    },
}
