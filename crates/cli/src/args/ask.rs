//! The arguments of questions and import.

use super::figures::{IndicatorsBy, Level, OpinionsBy, Span};
use super::{AsOf, class_code};
use crate::words::{Word, told};
use chrono::{DateTime, Utc};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};
use gridwhistle::domain::case::stage::Stage;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::import::Anomaly;
use gridwhistle::projections::questions::{LedgerSort, Window};
use std::path::PathBuf;

/// Rows of a page, unless asked otherwise.
const ROWS: usize = 50;
const ROWS_MAX: usize = 10_000;

#[derive(Debug, Subcommand)]
pub(crate) enum ListCommand {
    Ledger {
        #[command(flatten)]
        args: LedgerArgs,
    },
    Prewarning {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        page: Page,
    },
    Overdue {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        page: Page,
    },
    Severe {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        page: Page,
    },
    Suspended {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        page: Page,
    },
    Exports {
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1970..=9_999))]
        year: Option<i32>,
        #[command(flatten)]
        as_of: AsOf,
    },
    Callbacks {
        #[command(flatten)]
        span: Span,
        #[command(flatten)]
        page: Page,
    },
}

/// Which cases, and when.
#[derive(Debug, Args)]
pub(crate) struct Which {
    #[arg(long, value_parser = class_code())]
    class: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub(crate) unit: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub(crate) street: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub(crate) community: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub(crate) grid: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub(crate) matter: Option<String>,
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) source: Option<String>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
}

/// Which page.
#[derive(Debug, Default, Args)]
pub(crate) struct Page {
    #[arg(long, value_name = "N", value_parser = rows)]
    rows: Option<usize>,
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
}

fn rows(text: &str) -> Result<usize, String> {
    let rows = text
        .parse::<usize>()
        .ok()
        .filter(|rows| (1..=ROWS_MAX).contains(rows));
    rows.ok_or_else(|| told(Word::LimitForm, &[&text]))
}

impl Which {
    pub(crate) fn class(&self) -> Option<CaseClass> {
        self.class.as_deref().and_then(CaseClass::from_code)
    }
}

impl Page {
    /// The flag by which a page was asked, if one was.
    pub(crate) fn asked(&self) -> Option<&'static str> {
        let cursor = self.cursor.as_ref().map(|_| "--cursor");
        self.rows.map(|_| "--rows").or(cursor)
    }

    pub(crate) fn limit(&self) -> usize {
        self.rows.unwrap_or(ROWS)
    }
}

#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    #[command(flatten)]
    pub(crate) page: Page,
    #[arg(long, value_parser = stage_code())]
    stage: Vec<String>,
    #[arg(long)]
    pub(crate) open: bool,
    #[arg(long)]
    pub(crate) overdue: bool,
    #[arg(long, value_name = "CODE", value_parser = anomaly_code())]
    anomaly: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    #[arg(long, value_name = "INSTANT", value_parser = crate::moment::read)]
    pub(crate) reported_from: Option<DateTime<Utc>>,
    #[arg(long, value_name = "INSTANT", value_parser = crate::moment::read)]
    pub(crate) reported_before: Option<DateTime<Utc>>,
    #[arg(long, default_value = "newest", hide_default_value = true)]
    sort: Sort,
}

fn stage_code() -> PossibleValuesParser {
    PossibleValuesParser::new(Stage::ALL.iter().map(|stage| stage.code()))
}

fn anomaly_code() -> PossibleValuesParser {
    PossibleValuesParser::new(Anomaly::ALL.iter().map(|anomaly| anomaly.code()))
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Sort {
    Newest,
    Oldest,
    Due,
    ClosedLast,
    Number,
}

impl LedgerArgs {
    pub(crate) fn stages(&self) -> Vec<Stage> {
        self.stage
            .iter()
            .filter_map(|code| Stage::from_code(code))
            .collect()
    }

    pub(crate) fn anomaly(&self) -> Option<Anomaly> {
        self.anomaly.as_deref().and_then(Anomaly::from_code)
    }

    pub(crate) fn sort(&self) -> LedgerSort {
        match self.sort {
            Sort::Newest => LedgerSort::Newest,
            Sort::Oldest => LedgerSort::Oldest,
            Sort::Due => LedgerSort::Due,
            Sort::ClosedLast => LedgerSort::ClosedLast,
            Sort::Number => LedgerSort::Number,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    Units {
        #[command(flatten)]
        args: ReportArgs,
    },
    Areas {
        #[arg(long, default_value = "street", hide_default_value = true)]
        level: Level,
        #[command(flatten)]
        span: Span,
    },
    Classes {
        #[command(flatten)]
        args: ReportArgs,
    },
    Departments {
        #[arg(long, value_name = "WINDOW", value_parser = crate::window::read)]
        window: Option<Window>,
        #[command(flatten)]
        as_of: AsOf,
    },
    Appraisals {
        #[arg(long, value_name = "WINDOW", value_parser = crate::window::read)]
        window: Option<Window>,
        #[command(flatten)]
        as_of: AsOf,
    },
    Indicators {
        #[arg(long, default_value = "city", hide_default_value = true)]
        by: IndicatorsBy,
        #[arg(long, default_value = "street", hide_default_value = true)]
        level: Level,
        #[command(flatten)]
        span: Span,
    },
    Satisfaction {
        #[arg(long, default_value = "area", hide_default_value = true)]
        by: OpinionsBy,
        #[arg(long, default_value = "street", hide_default_value = true)]
        level: Level,
        #[command(flatten)]
        span: Span,
    },
    Evaluations {
        #[arg(long, value_name = "WINDOW", value_parser = crate::window::read)]
        window: Option<Window>,
        #[command(flatten)]
        as_of: AsOf,
    },
    Ranking {
        #[arg(long, value_name = "WINDOW", value_parser = crate::window::read)]
        window: Option<Window>,
        #[command(flatten)]
        as_of: AsOf,
    },
    Matrix {
        #[arg(long, value_name = "WINDOW", value_parser = crate::window::read)]
        window: Option<Window>,
        #[command(flatten)]
        as_of: AsOf,
    },
}

/// Scores that are published.
#[derive(Debug, Subcommand)]
pub(crate) enum ScoreCommand {
    Run {
        #[arg(long, value_name = "WINDOW", value_parser = crate::window::read)]
        window: Window,
    },
    List {
        #[command(flatten)]
        page: Page,
        #[command(flatten)]
        as_of: AsOf,
    },
    Show {
        #[arg(value_name = "N", value_parser = crate::case::whole::<u64>)]
        run: u64,
        #[command(flatten)]
        as_of: AsOf,
    },
    Compare {
        #[arg(value_name = "N", value_parser = crate::case::whole::<u64>)]
        run: u64,
        #[arg(value_name = "N|now", value_parser = crate::score::other)]
        with: Other,
        #[command(flatten)]
        as_of: AsOf,
    },
    Check {
        #[arg(value_name = "N", value_parser = crate::case::whole::<u64>)]
        run: u64,
    },
}

/// What a run is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    /// Another run.
    Run(u64),
    /// The same window as it stands now.
    Now,
}

/// Whose figures, and when.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    #[arg(long, value_name = "INSTANT", value_parser = crate::moment::read)]
    pub(crate) reported_from: Option<DateTime<Utc>>,
    #[arg(long, value_name = "INSTANT", value_parser = crate::moment::read)]
    pub(crate) reported_before: Option<DateTime<Utc>>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) mapping: String,
    #[arg(value_name = "DATA")]
    pub(crate) data: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}
