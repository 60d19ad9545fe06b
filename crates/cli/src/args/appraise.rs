//! The arguments of appraisal.

use super::AsOf;
use crate::words::{Word, told};
use clap::{Args, Subcommand};
use gridwhistle::domain::appraisal::{Quarter, Ratee};
use gridwhistle::domain::evaluation::Answer;
use gridwhistle::domain::registry::Place;

#[derive(Debug, Subcommand)]
pub(crate) enum AppraiseCommand {
    Open {
        #[arg(value_name = "QUARTER", value_parser = quarter)]
        round: Quarter,
    },
    Seal {
        #[arg(value_name = "QUARTER", value_parser = quarter)]
        round: Quarter,
        #[command(flatten)]
        rated: Rated,
        #[arg(long, value_name = "PLACE", value_parser = place)]
        rater: Option<Place>,
        #[arg(long, value_name = "ITEM=SCORE[;REASON]", value_parser = crate::evaluate::score)]
        score: Vec<(String, Answer)>,
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    Show {
        #[arg(value_name = "QUARTER", value_parser = quarter)]
        round: Quarter,
        #[arg(long, value_name = "PLACE", value_parser = place)]
        rater: Option<Place>,
        #[command(flatten)]
        as_of: AsOf,
    },
    Settle {
        #[arg(value_name = "QUARTER", value_parser = quarter)]
        round: Quarter,
    },
    Notes {
        #[arg(value_name = "QUARTER", value_parser = quarter)]
        round: Quarter,
        #[command(flatten)]
        rated: Rated,
    },
}

/// Who is rated: a unit, or who answers for it.
#[derive(Debug, Args)]
pub(crate) struct Rated {
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "PERSON")]
    person: Option<String>,
}

impl Rated {
    pub(crate) fn ratee(&self) -> Ratee {
        ratee(&self.unit, self.person.as_deref())
    }
}

/// A unit, or a person who answers for it.
pub(crate) fn ratee(unit: &str, person: Option<&str>) -> Ratee {
    match person {
        Some(person) => Ratee::Person {
            person: person.into(),
            unit: unit.into(),
        },
        None => Ratee::Unit(unit.into()),
    }
}

fn quarter(text: &str) -> Result<Quarter, String> {
    text.parse().map_err(|_| told(Word::QuarterForm, &[&text]))
}

fn place(text: &str) -> Result<Place, String> {
    text.parse().map_err(|_| told(Word::PlaceForm, &[&text]))
}
