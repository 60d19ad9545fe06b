//! `report evaluations`: what units say of each other.

use super::departments::{interval, share};
use crate::args::AsOf;
use crate::desk::Refers;
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::moment;
use crate::output::Output;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::EngineError;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::domain::policy::rows::EvaluationRules;
use gridwhistle::domain::policy::words;
use gridwhistle::domain::registry::UnitKind;
use gridwhistle::domain::score::flags::{Flag, FlagKind};
use gridwhistle::projections::questions::{UnitOpinion, Window};
use rust_decimal::Decimal;
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    window: Window,
    at: DateTime<Utc>,
    /// Rated by streets and communities.
    departments: Vec<UnitOpinion>,
    /// Rated by departments.
    areas: Vec<UnitOpinion>,
    flags: Vec<Flag>,
    struck: Vec<String>,
}

/// Shows the scores of mutual evaluation.
///
/// # Errors
/// When the store cannot be read.
pub(super) async fn run(
    session: &Session,
    window: Option<Window>,
    as_of: &AsOf,
) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(as_of.as_of)?;
    let window = window::or_month(window, moment.instant())?;
    let (rules, questions) = (rules(&desk, window), desk.questions());
    let asked = |side| questions.evaluations(window, moment, side, &rules);
    let departments = asked(Side::Area).await.map_err(EngineError::from)?;
    let areas = asked(Side::Department).await.map_err(EngineError::from)?;
    let answer = Answer {
        window,
        at: moment.instant(),
        departments: departments.units,
        areas: areas.units,
        flags: departments.flags,
        struck: departments.struck,
    };
    session.output.answer(&answer, |out| {
        let names = Names::of(&desk, answer.at);
        let (from, before) = (moment::show(window.from), moment::show(window.before));
        out.say(told(W::WindowLine, &[&from, &before]))?;
        let mut table = columns();
        for (side, units) in [
            (W::HArea, &answer.departments),
            (W::HDepartment, &answer.areas),
        ] {
            for unit in units {
                table.row(cells(&names, side, unit));
            }
        }
        out.table(&table)?;
        flagged(out, &names, &answer.flags)?;
        struck(out, &answer.struck)
    })
}

/// The rules by which a window is counted.
pub(crate) fn rules(from: &impl Refers, window: Window) -> EvaluationRules {
    from.reference().policies.evaluation_of(window.from)
}

fn columns() -> Table {
    let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(5);
    Table::new([
        Column::from(W::HUnit).least(12),
        Column::from(W::HUnitKind).rank(9).least(6),
        Column::from(W::HRatedBy).rank(8).least(6),
        figure(W::HForms, 1),
        figure(W::HRaters, 5),
        figure(W::HPlainMean, 3),
        figure(W::HFairScore, 0),
        figure(W::HTrimmed, 7),
        figure(W::HExcluded, 6),
        figure(W::HParticipation, 0).least(13),
        figure(W::HInterval, 10).least(13),
        figure(W::HFactor, 2),
        Column::from(W::HFlags).rank(4).least(8),
    ])
}

fn cells(names: &Names, rated_by: W, unit: &UnitOpinion) -> [String; 13] {
    [
        names.unit(Some(&unit.unit)),
        unit.kind.as_deref().map_or_else(dash, kind),
        rated_by.to_string(),
        unit.forms.to_string(),
        unit.raters.to_string(),
        unit.plain.map_or_else(dash, two),
        unit.score.map_or_else(dash, two),
        unit.trimmed.to_string(),
        unit.excluded.to_string(),
        share(&unit.participation),
        interval(&unit.participation),
        unit.weight.map_or_else(dash, two),
        kinds(&unit.flags),
    ]
}

fn dash() -> String {
    labels::DASH.to_owned()
}

/// A kind of unit by its code.
pub(crate) fn kind(code: &str) -> String {
    let kind = UnitKind::from_code(code);
    kind.map_or_else(|| code.to_owned(), |kind| say(&words::unit_kind(kind)))
}

/// Two digits after the point.
pub(super) fn two(value: Decimal) -> String {
    let mut shown = value.round_dp(2);
    shown.rescale(2);
    shown.to_string()
}

/// Flags by their names.
pub(crate) fn kinds(kinds: &[FlagKind]) -> String {
    if kinds.is_empty() {
        return dash();
    }
    let names: Vec<String> = kinds.iter().map(|kind| say(&kind.label())).collect();
    names.join(&W::ListComma.to_string())
}

/// Each flag with the evaluations behind it.
pub(super) fn flagged(out: &Output, names: &Names, flags: &[Flag]) -> Result<(), Failure> {
    for flag in flags {
        let rated = flag.rated.as_ref().map(|unit| unit.as_str());
        let (rater, rated) = (names.unit(Some(flag.rater.as_str())), names.unit(rated));
        let (what, count) = (say(&flag.kind.label()), flag.evaluations.len());
        let behind = flag.evaluations.join(" ");
        out.say(told(W::FlagLine, &[&what, &rater, &rated, &count, &behind]))?;
    }
    Ok(())
}

/// What is in no figure, and why.
pub(super) fn struck(out: &Output, struck: &[String]) -> Result<(), Failure> {
    if struck.is_empty() {
        return Ok(());
    }
    out.say(told(W::StruckLine, &[&struck.len(), &struck.join(" ")]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_has_two_digits_and_half_goes_to_even() {
        let shown = |text: &str| two(text.parse().unwrap());
        assert_eq!(shown("65"), "65.00");
        assert_eq!(shown("68.2393"), "68.24");
        assert_eq!(shown("50.125"), "50.12");
    }
}
