//! What an auditor asks.

mod mining;
mod tree;

pub(crate) use mining::{
    ArchiveCommand, ExportLogArgs, ForeignArgs, ForeignCommand, LogForm, MiningCommand,
    SegmentCommand, Target,
};
pub(crate) use tree::{ProofArgs, TreeCommand, TreeDir, Trust};

use super::{AsOf, ExplainArgs, ListCommand, Page, ReportCommand};
use crate::audit::what_if::WhatIfArgs;
use crate::case::{CaseRef, case_ref, whole};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use gridwhistle_audit::replay::KnownBy;
use std::path::PathBuf;

/// The questions of an auditor; each reads the log by itself, and none writes into it.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    #[command(flatten)]
    Tree(TreeCommand),
    // What was known when.
    Case {
        #[arg(value_name = "CASE", value_parser = case_ref)]
        case: CaseRef,
        #[command(flatten)]
        as_of: AsOf,
        #[command(flatten)]
        known: KnownAt,
    },
    Permission {
        #[arg(value_name = "PERSON/ROLE/UNIT")]
        who: String,
        #[arg(long, value_name = "CASE", value_parser = case_ref)]
        case: CaseRef,
        #[command(flatten)]
        as_of: AsOf,
        #[command(flatten)]
        known: KnownAt,
    },
    List {
        #[command(flatten)]
        known: KnownOf,
        #[command(subcommand)]
        list: ListCommand,
    },
    Figure {
        #[command(flatten)]
        known: KnownOf,
        #[command(subcommand)]
        report: ReportCommand,
    },
    Explain {
        #[command(flatten)]
        known: KnownAt,
        #[command(flatten)]
        args: ExplainArgs,
    },
    Diff(DiffArgs),
    Certificate {
        #[arg(long, value_name = "FILE", conflicts_with_all = ["known_at", "position"])]
        check: Option<PathBuf>,
        #[command(flatten)]
        known: KnownAt,
    },
    Compare,
    // Whether it was allowed.
    Judge {
        #[arg(long, value_name = "N")]
        up_to: Option<u64>,
        #[arg(long, value_name = "N")]
        most: Option<usize>,
    },
    WhatIf(WhatIfArgs),
    #[command(flatten)]
    Mining(MiningCommand),
}

/// By what was known.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct KnownAt {
    #[arg(long, value_name = "INSTANT", value_parser = crate::moment::read, conflicts_with = "position")]
    pub(crate) known_at: Option<DateTime<Utc>>,
    #[arg(long, value_name = "N", value_parser = whole::<u64>)]
    pub(crate) position: Option<u64>,
}

impl KnownAt {
    /// What is meant.
    pub(crate) const fn by(self) -> KnownBy {
        match (self.known_at, self.position) {
            (_, Some(position)) => KnownBy::Position(position),
            (Some(at), None) => KnownBy::At(at),
            (None, None) => KnownBy::Now,
        }
    }
}

/// The same, for every question of a group.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct KnownOf {
    #[arg(
        long,
        global = true,
        value_name = "INSTANT",
        value_parser = crate::moment::read,
        conflicts_with = "position"
    )]
    known_at: Option<DateTime<Utc>>,
    #[arg(long, global = true, value_name = "N", value_parser = whole::<u64>)]
    position: Option<u64>,
}

impl From<KnownOf> for KnownAt {
    fn from(KnownOf { known_at, position }: KnownOf) -> Self {
        Self { known_at, position }
    }
}

/// Between which two points, and of what.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    #[arg(value_name = "INSTANT|N", value_parser = point)]
    pub(crate) from: Point,
    #[arg(value_name = "INSTANT|N", value_parser = point)]
    pub(crate) to: Point,
    #[arg(long, conflicts_with_all = ["known_at", "position"])]
    pub(crate) recorded: bool,
    #[arg(long, value_name = "CASE", value_parser = case_ref)]
    pub(crate) case: Option<CaseRef>,
    #[command(flatten)]
    pub(crate) known: KnownAt,
    #[command(flatten)]
    pub(crate) page: Page,
}

/// A point of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// An instant.
    At(DateTime<Utc>),
    /// A position.
    Position(u64),
}

fn point(text: &str) -> Result<Point, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        return whole::<u64>(text).map(Point::Position);
    }
    crate::moment::read(text).map(Point::At)
}
