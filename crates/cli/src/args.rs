//! The tree of commands. Its words stand in [`crate::help`], the commands to cases in
//! [`crate::case::records`].

mod appraise;
mod ask;
mod audit;
mod evaluate;
mod export;
mod figures;
mod key;

pub(crate) use appraise::{AppraiseCommand, ratee};
pub(crate) use ask::{
    ImportArgs, LedgerArgs, ListCommand, Other, Page, ReportArgs, ReportCommand, ScoreCommand,
    Which,
};
pub(crate) use audit::{
    ArchiveCommand, AuditCommand, DiffArgs, ExportLogArgs, ForeignArgs, ForeignCommand, KnownAt,
    LogForm, MiningCommand, Point, ProofArgs, SegmentCommand, Target, TreeCommand, TreeDir, Trust,
};
pub(crate) use evaluate::{AppealArgs, DecideAppealArgs, EvaluateCommand, PairArgs, SealArgs};
pub(crate) use export::{ExportArgs, ExportCommand};
pub(crate) use figures::{ExplainArgs, Figure, Level, Span};
pub(crate) use key::KeyCommand;

use crate::case::args::CaseCommands;
use crate::words::{Word, told};
use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};
use gridwhistle::domain::text::Language;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "gridwhistle", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "GRIDWHISTLE_STORE",
        hide_env_values = true
    )]
    pub(crate) store: Option<String>,
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "GRIDWHISTLE_TENANT",
        hide_env_values = true
    )]
    pub(crate) tenant: Option<String>,
    #[arg(
        long = "as",
        global = true,
        value_name = "PERSON/ROLE/UNIT",
        env = "GRIDWHISTLE_AS",
        hide_env_values = true
    )]
    pub(crate) actor: Option<String>,
    #[arg(long, global = true, value_name = "PERSON")]
    pub(crate) on_behalf_of: Option<String>,
    #[arg(long, global = true, value_name = "zh-CN|en", env = "GRIDWHISTLE_LANG", hide_env_values = true, value_parser = lang)]
    pub(crate) lang: Option<Language>,
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "GRIDWHISTLE_CONFIG",
        hide_env_values = true
    )]
    pub(crate) config: Option<PathBuf>,
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "GRIDWHISTLE_KEYS",
        hide_env_values = true
    )]
    pub(crate) keys: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(crate) wide: bool,
    #[arg(long, global = true, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
}

fn lang(text: &str) -> Result<Language, String> {
    text.parse()
        .map_err(|_| told(Word::LanguageUnknown, &[&text]))
}

/// The instant that a question is asked for.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct AsOf {
    #[arg(long, value_name = "INSTANT", value_parser = crate::moment::read)]
    pub(crate) as_of: Option<DateTime<Utc>>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init,
    #[command(subcommand)]
    Registry(RegistryCommand),
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    #[command(subcommand)]
    Policy(PolicyCommand),
    #[command(subcommand)]
    Calendar(CalendarCommand),
    Case {
        #[command(subcommand)]
        command: CaseCommands,
    },
    #[command(subcommand)]
    Evaluate(EvaluateCommand),
    #[command(subcommand)]
    Appraise(AppraiseCommand),
    #[command(subcommand)]
    List(ListCommand),
    #[command(subcommand)]
    Report(ReportCommand),
    Explain(ExplainArgs),
    Export(ExportArgs),
    #[command(subcommand)]
    Score(ScoreCommand),
    Import(ImportArgs),
    Migrate {
        #[arg(long)]
        distribute: bool,
        #[arg(long)]
        postgres_es: bool,
    },
    Copy {
        #[arg(long, value_name = "URL")]
        from: Option<String>,
        #[arg(long, value_name = "URL")]
        to: String,
    },
    Backup {
        #[arg(value_name = "FILE")]
        file: std::path::PathBuf,
    },
    #[command(subcommand)]
    Audit(AuditCommand),
    Rebuild,
    Verify,
    Erase {
        #[arg(value_name = "SUBJECT")]
        subject: String,
        #[arg(long)]
        yes: bool,
    },
    Tick,
    #[command(subcommand)]
    Key(KeyCommand),
    Serve {
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<std::net::SocketAddr>,
        #[arg(long)]
        development_login: bool,
    },
    Demo(crate::demo::Demo),
    Completions {
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegistryCommand {
    Import {
        #[arg(required = true, value_name = "FILES")]
        files: Vec<PathBuf>,
    },
    #[command(subcommand)]
    Show(RegistryShow),
}

/// What of the registry is shown.
#[derive(Debug, Subcommand)]
pub(crate) enum RegistryShow {
    Units {
        #[command(flatten)]
        within: Within,
    },
    Grids {
        #[command(flatten)]
        within: Within,
    },
    People {
        #[command(flatten)]
        within: Within,
    },
}

/// Of which part of the tree, and when.
#[derive(Debug, Args)]
pub(crate) struct Within {
    #[arg(long, value_name = "CODE")]
    pub(crate) unit: Option<String>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogueCommand {
    Import {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    Show {
        #[arg(value_name = "MATTER")]
        matter: Option<String>,
        #[command(flatten)]
        as_of: AsOf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    Check {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    Publish {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    Diagram {
        #[arg(long, value_parser = class_code())]
        class: String,
        #[arg(long)]
        matter: Option<String>,
        #[arg(long)]
        version: Option<String>,
        #[command(flatten)]
        as_of: AsOf,
    },
    Show {
        #[arg(value_name = "VERSION")]
        version: Option<String>,
        #[arg(long, conflicts_with = "version")]
        built_in: bool,
        #[command(flatten)]
        as_of: AsOf,
    },
}

/// The codes of the five classes.
pub(crate) fn class_code() -> clap::builder::PossibleValuesParser {
    let classes = gridwhistle::domain::class::CaseClass::ALL;
    clap::builder::PossibleValuesParser::new(classes.map(|class| class.code()))
}

#[derive(Debug, Subcommand)]
pub(crate) enum CalendarCommand {
    Publish {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    Show {
        #[command(flatten)]
        as_of: AsOf,
    },
    Due {
        #[arg(value_name = "START", value_parser = crate::moment::read)]
        start: DateTime<Utc>,
        #[arg(value_name = "LIMIT", value_parser = crate::case::read_limit)]
        limit: gridwhistle::domain::calendar::Limit,
        #[arg(long)]
        version: Option<String>,
        #[command(flatten)]
        as_of: AsOf,
    },
}
