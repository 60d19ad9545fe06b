//! The arguments of figures: in which window, of which areas, opened.

use super::AsOf;
use super::ask::Page;
use crate::failure::{Exit, Failure};
use crate::words::{Word, told};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use gridwhistle::domain::score::case_indicator::CaseIndicator;
use gridwhistle::domain::score::indicator::Indicator;
use gridwhistle::domain::score::measure::Measure;
use gridwhistle::projections::questions::{AreaLevel, CasesBy, Window};

/// In which window, looked at when.
#[derive(Debug, Args)]
pub(crate) struct Span {
    #[arg(long, value_name = "WINDOW", value_parser = crate::window::read)]
    pub(crate) window: Option<Window>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
}

/// Which kind of area.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Level {
    Street,
    Community,
    Grid,
}

impl From<Level> for AreaLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Street => Self::Street,
            Level::Community => Self::Community,
            Level::Grid => Self::Grid,
        }
    }
}

/// By what the indicators are told.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum IndicatorsBy {
    City,
    Area,
    Unit,
}

impl IndicatorsBy {
    /// With the level that areas are taken at.
    pub(crate) fn at(self, level: Level) -> CasesBy {
        match self {
            Self::City => CasesBy::City,
            Self::Area => AreaLevel::from(level).into(),
            Self::Unit => CasesBy::Unit,
        }
    }
}

/// By what residents' opinions are told.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OpinionsBy {
    Area,
    Unit,
}

impl OpinionsBy {
    /// With the level that areas are taken at.
    pub(crate) fn at(self, level: Level) -> CasesBy {
        match self {
            Self::Area => AreaLevel::from(level).into(),
            Self::Unit => CasesBy::Unit,
        }
    }
}

/// A share, opened.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[arg(value_name = "FIGURE", value_parser = indicator_code())]
    indicator: String,
    #[arg(long, value_name = "CODE", conflicts_with = "area")]
    pub(crate) unit: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub(crate) area: Option<String>,
    #[arg(long, default_value = "street", hide_default_value = true)]
    level: Level,
    #[arg(long, value_name = "PERSON")]
    pub(crate) person: Option<String>,
    #[arg(long, value_parser = PossibleValuesParser::new(["area", "department"]))]
    pub(crate) side: Option<String>,
    #[command(flatten)]
    pub(crate) span: Span,
    #[command(flatten)]
    pub(crate) page: Page,
}

/// Of what a share is: of a unit's legs, or of cases.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Figure {
    Legs(Indicator),
    Cases(CaseIndicator),
    /// What is no share: minutes, days, requests, of legs or of cases.
    Measured(Measure),
    /// A unit's score, put together from others.
    Score,
    /// The score of mutual evaluation, which is no share.
    Mutual,
    /// What grid party organisations say.
    Appraisal,
}

/// The code of cases that lie in no area, or that no unit leads.
const NOWHERE: &str = "-";

/// The figure that is put together from others.
const SCORE: &str = "score";
/// The score of mutual evaluation among the figures.
const MUTUAL: &str = "mutual";
/// What grid party organisations say, which is no share either.
const APPRAISAL: &str = "appraisal";

/// A code, if it is one.
fn coded(code: &str) -> Option<&str> {
    Some(code).filter(|code| *code != NOWHERE)
}

/// Every figure that can be opened, by its code.
fn codes() -> impl Iterator<Item = &'static str> {
    let legs = Indicator::ALL.iter().map(|indicator| indicator.code());
    let cases = CaseIndicator::ALL.iter().map(|indicator| indicator.code());
    let measured = Measure::ALL.iter().map(|measure| measure.code());
    let others = [MUTUAL, SCORE, APPRAISAL].into_iter();
    legs.chain(others).chain(cases).chain(measured)
}

fn indicator_code() -> PossibleValuesParser {
    PossibleValuesParser::new(codes())
}

impl ExplainArgs {
    pub(crate) fn figure(&self) -> Figure {
        match self.indicator.as_str() {
            SCORE => return Figure::Score,
            MUTUAL => return Figure::Mutual,
            APPRAISAL => return Figure::Appraisal,
            _ => {}
        }
        let cases = CaseIndicator::from_code(&self.indicator).map(Figure::Cases);
        let legs = Indicator::from_code(&self.indicator).map(Figure::Legs);
        let measured = Measure::from_code(&self.indicator).map(Figure::Measured);
        cases
            .or(legs)
            .or(measured)
            .unwrap_or(Figure::Legs(Indicator::OnTime))
    }

    /// The unit that a figure of units is about: its legs, its score, what others say of it.
    ///
    /// # Errors
    /// Where an area is given, or nobody.
    pub(crate) fn unit_of_legs(&self) -> Result<&str, Failure> {
        self.unit.as_deref().ok_or_else(|| {
            let message = told(Word::LegsOfUnit, &[&self.indicator]);
            Failure::new(Exit::Usage, "unit_missing", message)
        })
    }

    /// The unit whose legs are shown; none: those of all units together.
    ///
    /// # Errors
    /// Where an area is given: legs are of units.
    pub(crate) fn unit_or_all(&self) -> Result<Option<&str>, Failure> {
        match (self.unit.as_deref(), &self.area) {
            (None, Some(_)) => self.unit_of_legs().map(Some),
            (unit, _) => Ok(unit),
        }
    }

    /// Whose cases: an area's, those that a unit leads, or the whole city's.
    pub(crate) fn group(&self) -> (CasesBy, Option<&str>) {
        match (self.area.as_deref(), self.unit.as_deref()) {
            (Some(area), _) => (AreaLevel::from(self.level).into(), coded(area)),
            (None, Some(unit)) => (CasesBy::Unit, coded(unit)),
            (None, None) => (CasesBy::City, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_code_names_two_shares() {
        let codes: Vec<&str> = codes().collect();
        let different: BTreeSet<&&str> = codes.iter().collect();
        assert_eq!(different.len(), codes.len());
    }

    #[test]
    fn every_code_names_its_own_figure() {
        for code in codes() {
            let args = ExplainArgs {
                indicator: code.to_owned(),
                unit: None,
                area: None,
                level: Level::Street,
                person: None,
                side: None,
                span: Span {
                    window: None,
                    as_of: AsOf { as_of: None },
                },
                page: Page::default(),
            };
            let named = match args.figure() {
                Figure::Legs(indicator) => indicator.code(),
                Figure::Cases(indicator) => indicator.code(),
                Figure::Measured(measure) => measure.code(),
                Figure::Score => SCORE,
                Figure::Mutual => MUTUAL,
                Figure::Appraisal => APPRAISAL,
            };
            assert_eq!(named, code);
        }
    }
}
