//! `explain mutual`: the forms behind the score of a unit.

use super::departments::share;
use super::evaluations::{kinds, rules, two};
use crate::args::ExplainArgs;
use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::labels::{self, Names};
use crate::list::more;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, told};
use gridwhistle::EngineError;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::domain::registry::UnitKind;
use gridwhistle::projections::questions::MutualForm;
use rust_decimal::Decimal;

/// Opens a score.
///
/// # Errors
/// When the unit is unknown, or the store cannot be read.
pub(super) async fn run(session: &Session, args: ExplainArgs) -> Result<(), Failure> {
    let rated = args.unit_of_legs()?;
    let desk = session.desk().await?;
    let moment = desk.moment(args.span.as_of.as_of)?;
    let window = window::or_month(args.span.window, moment.instant())?;
    let page = (args.page.limit(), args.page.cursor.as_deref());
    let what = (rated, rated_by(&desk, rated, args.side.as_deref())?);
    let (rules, questions) = (rules(&desk, window), desk.questions());
    let asked = questions.explain_mutual(what, window, moment, &rules, page);
    let opened = asked.await.map_err(EngineError::from)?;
    let names = Names::of(&desk, opened.at);
    session.output.answer(&opened, |out| {
        out.say(window::told(window))?;
        let unit = names.unit(Some(rated));
        if let Some(said) = &opened.unit {
            let (score, plain) = (shown(said.score), shown(said.plain));
            let taken = share(&said.participation);
            let parts: [&dyn std::fmt::Display; 5] = [&unit, &score, &plain, &said.forms, &taken];
            out.say(told(W::MutualLine, &parts))?;
        }
        let figure = |word: W, rank: u8| Column::from(word).rank(rank).right().least(6);
        let mut table = Table::new([
            Column::from(W::HEvaluation).least(12),
            Column::from(W::HRater).rank(1).least(10),
            figure(W::HPoints, 0),
            figure(W::HLevelled, 2),
            figure(W::HFactor, 3),
            Column::from(W::HCounts).rank(2).least(8),
            figure(W::HIfAbsent, 4),
            Column::from(W::HFlags).rank(6).least(8),
            Column::from(W::HEvents).rank(5).least(12),
        ]);
        for form in &opened.forms {
            table.row(cells(&names, form));
        }
        out.table(&table)?;
        more(out, opened.next.as_deref())
    })
}

/// The side that rates: asked, or by what the unit is.
fn rated_by(desk: &Desk, code: &str, asked: Option<&str>) -> Result<Side, Failure> {
    let reference = desk.reference();
    let unit = reference.registry.unit(&code.into());
    let Some(unit) = unit else {
        let message = told(W::UnitMissing, &[&code]);
        return Err(Failure::new(Exit::Input, "unit_unknown", message));
    };
    let by_kind = match unit.kind {
        UnitKind::Street | UnitKind::Community => Side::Department,
        _ => Side::Area,
    };
    let asked = asked.and_then(Side::from_code);
    Ok(asked.unwrap_or(by_kind))
}

fn cells(names: &Names, form: &MutualForm) -> [String; 9] {
    let counts = match (form.appeal.as_deref(), form.trimmed, form.capped) {
        (Some("upheld"), _, _) => W::CountsExcluded,
        (_, true, _) => W::CountsTrimmed,
        (Some("waiting"), _, _) => W::CountsAppealed,
        (_, _, true) => W::CountsCapped,
        _ => W::Yes,
    };
    let events: Vec<String> = form.events.iter().map(u64::to_string).collect();
    [
        form.evaluation.clone(),
        names.unit(Some(&form.rater)),
        two(form.points),
        shown(form.levelled),
        shown(form.weight),
        counts.to_string(),
        form.if_absent.map_or_else(dash, change),
        kinds(&form.flags),
        events.join(" "),
    ]
}

fn shown(value: Option<Decimal>) -> String {
    value.map_or_else(dash, two)
}

fn dash() -> String {
    labels::DASH.to_owned()
}

/// A change in points, with its sign.
fn change(value: Decimal) -> String {
    let sign = if value.is_sign_negative() { "" } else { "+" };
    format!("{sign}{}", two(value))
}
