//! `report appraisals` and `explain appraisal`: what grid party organisations said, where enough of them
//! did.

use super::departments::share;
use crate::appraise::named;
use crate::args::{AsOf, ExplainArgs, ratee};
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::moment;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::words::{Word as W, say, told};
use chrono::{DateTime, Utc};
use gridwhistle::EngineError;
use gridwhistle::appraise::{ItemSpread, RoundExplained};
use gridwhistle::domain::appraisal::Quarter;
use gridwhistle::projections::questions::{Appraised, Moment, Window};
use rust_decimal::Decimal;

/// The window that was typed, else the last quarter that is over.
pub(crate) fn or_quarter(typed: Option<Window>, at: DateTime<Utc>) -> Result<Window, Failure> {
    let last = || {
        let quarter = Quarter::ended(at)?;
        Window::new(quarter.from(), quarter.before())
    };
    let outside = || Failure::internal(told(W::WindowForm, &[&at]));
    typed.or_else(last).ok_or_else(outside)
}

/// Shows what was said of units and persons.
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
    let window = or_quarter(window, moment.instant())?;
    let asked = desk.questions().appraisals(window, moment);
    let figures = asked.await.map_err(EngineError::from)?;
    session.output.answer(&figures, |out| {
        let names = Names::of(&desk, figures.at);
        let (from, before) = (moment::show(window.from), moment::show(window.before));
        out.say(told(W::WindowLine, &[&from, &before]))?;
        if !figures.pending.is_empty() {
            let pending = figures.pending.join(&W::ListComma.to_string());
            out.say(told(W::PendingRounds, &[&pending]))?;
        }
        let mut table = Table::new([
            Column::from(W::HUnit).least(12),
            Column::from(W::HResponsible).least(10),
            Column::from(W::HParticipation).rank(1).right().least(13),
            Column::from(W::HFormsOpened).rank(3).right().least(5),
            Column::from(W::HWithheld).rank(4).right().least(5),
            Column::from(W::HMeanPoints).rank(2).right().least(6),
            Column::from(W::HAppraisalScore).right().least(6),
        ]);
        for one in figures.units.iter().chain(&figures.persons) {
            table.row(cells(one, &names));
        }
        out.table(&table)
    })
}

fn cells(one: &Appraised, names: &Names) -> [String; 7] {
    let person = one.person.as_deref();
    let person = person.map(|person| named(names, &person.into()));
    let [mean, score] = said(one);
    [
        names.unit(Some(&one.unit)),
        person.unwrap_or_else(|| labels::DASH.to_owned()),
        share(&one.participation),
        one.forms.to_string(),
        one.withheld.to_string(),
        mean,
        score,
    ]
}

/// Mean and score with two decimals, or why there are none.
fn said(one: &Appraised) -> [String; 2] {
    let none = if one.withheld > 0 {
        W::TooFew.to_string()
    } else {
        labels::DASH.to_owned()
    };
    [one.mean, one.score].map(|value| value.map_or_else(|| none.clone(), points))
}

fn points(mut value: Decimal) -> String {
    value.rescale(2);
    value.to_string()
}

/// Opens what was said of a unit or a person, for a supervisor.
///
/// # Errors
/// When nobody was to rate them, the asker is no supervisor in office, or the store cannot be read.
pub(super) async fn explain(session: &Session, args: ExplainArgs) -> Result<(), Failure> {
    let actor = session.actor()?;
    let engine = session.open_to_ask().await?;
    let moment = Moment::of(engine.now(), args.span.as_of.as_of);
    let window = or_quarter(args.span.window, moment.instant())?;
    let ratee = ratee(args.unit_of_legs()?, args.person.as_deref());
    let opened = engine.explain_appraisal(&actor, &ratee, window, moment);
    let opened = opened.await?;
    let Some(figure) = &opened.figure else {
        let message = told(W::NotAppraised, &[&ratee]);
        return Err(Failure::not_found("not_appraised", message));
    };
    session.output.answer(&opened, |out| {
        let names = Names::of(&engine, moment.instant());
        let unit = names.unit(Some(&figure.unit));
        let who = match ratee.person() {
            Some(person) => format!("{unit} {}", named(&names, person)),
            None => unit,
        };
        let [mean, score] = said(figure);
        let participation = share(&figure.participation);
        out.say(told(
            W::AppraisedLine,
            &[&who, &participation, &mean, &score],
        ))?;
        for round in &opened.rounds {
            out.say(told(W::RoundMark, &[&round.round, &round.event]))?;
            if round.withheld {
                out.say(told(W::RoundTooFew, &[&round.sealed, &round.met]))?;
            } else {
                out.part(&spread(round))?;
            }
        }
        Ok(())
    })
}

/// How many forms gave each item each of its five scores.
fn spread(round: &RoundExplained) -> Table {
    let head = [W::HItem, W::HItemWeight].map(Column::from);
    let stars = (1..=5).map(|star: u8| Column::from(star.to_string()).right().least(3));
    let reasons = Column::from(W::HReasons).rank(1);
    let mut table = Table::new(head.into_iter().chain(stars).chain([reasons]));
    for item in &round.items {
        table.row(row(item));
    }
    table
}

fn row(item: &ItemSpread) -> Vec<String> {
    let reasons = item.reasons.iter();
    let reasons: Vec<String> = reasons
        .map(|(code, times)| format!("{code} {times}"))
        .collect();
    let mut cells = vec![say(&item.name), format!("{}%", item.weight)];
    cells.extend(item.scores.iter().map(u32::to_string));
    cells.push(reasons.join(&W::ListComma.to_string()));
    cells
}
