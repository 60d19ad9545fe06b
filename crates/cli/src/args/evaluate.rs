//! The arguments of mutual evaluation.

use super::AsOf;
use crate::case::{CaseRef, case_ref};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use gridwhistle::domain::evaluation::Answer;

#[derive(Debug, Subcommand)]
pub(crate) enum EvaluateCommand {
    Pairs {
        #[arg(value_name = "CASE", value_parser = case_ref)]
        case: CaseRef,
        #[command(flatten)]
        as_of: AsOf,
    },
    Seal(SealArgs),
    Show {
        #[command(flatten)]
        pair: PairArgs,
        #[command(flatten)]
        as_of: AsOf,
    },
    Appeal(AppealArgs),
    DecideAppeal(DecideAppealArgs),
}

/// Which evaluation: the case, the leg, and the area where a leg has several.
#[derive(Debug, Args)]
pub(crate) struct PairArgs {
    #[arg(value_name = "CASE", value_parser = case_ref)]
    pub(crate) case: CaseRef,
    #[arg(long, value_name = "N", value_parser = crate::case::whole::<u32>)]
    pub(crate) leg: u32,
    #[arg(long, value_name = "CODE")]
    pub(crate) area: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SealArgs {
    #[command(flatten)]
    pub(crate) pair: PairArgs,
    #[arg(long, value_parser = PossibleValuesParser::new(["area", "department"]))]
    pub(crate) side: String,
    #[arg(long, value_name = "ITEM=SCORE[;REASON]", value_parser = crate::evaluate::score)]
    pub(crate) score: Vec<(String, Answer)>,
}

/// Against the form of which side, and why.
#[derive(Debug, Args)]
pub(crate) struct AppealArgs {
    #[command(flatten)]
    pub(crate) pair: PairArgs,
    #[arg(long, value_parser = PossibleValuesParser::new(["area", "department"]))]
    pub(crate) side: String,
    #[arg(long, value_name = "CODE")]
    pub(crate) ground: String,
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: String,
}

/// What a third unit decides, and why.
#[derive(Debug, Args)]
pub(crate) struct DecideAppealArgs {
    #[command(flatten)]
    pub(crate) pair: PairArgs,
    #[arg(long, value_parser = PossibleValuesParser::new(["area", "department"]))]
    pub(crate) side: String,
    #[arg(long, value_parser = PossibleValuesParser::new(["upheld", "dismissed"]))]
    outcome: String,
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: String,
}

impl DecideAppealArgs {
    pub(crate) fn is_upheld(&self) -> bool {
        self.outcome == "upheld"
    }
}
