//! A share of cases opened: of an area, of the cases that a unit leads, or of the city.

use super::super::areas;
use super::super::departments::{interval, share};
use super::points;
use crate::args::ExplainArgs;
use crate::desk::Desk;
use crate::failure::{Exit, Failure};
use crate::labels::{self, Names};
use crate::list::more;
use crate::moment;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::{Word as W, say, told};
use gridwhistle::EngineError;
use gridwhistle::domain::score::case_indicator::CaseIndicator;
use gridwhistle::projections::questions::{CasesBy, ExplainedCase};

/// Opens it.
///
/// # Errors
/// When the area or unit is unknown, or the store cannot be read.
pub(super) async fn run(
    session: &Session,
    args: &ExplainArgs,
    indicator: CaseIndicator,
) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(args.span.as_of.as_of)?;
    let window = window::or_month(args.span.window, moment.instant())?;
    let (by, group) = args.group();
    let page = (args.page.limit(), args.page.cursor.as_deref());
    let questions = desk.questions();
    let asked = questions.explain_cases((by, group, indicator), window, moment, page);
    let opened = asked.await.map_err(EngineError::from)?;
    if opened.share.of == 0 {
        is_known(&desk, by, group)?;
    }
    session.output.answer(&opened, |out| {
        let names = Names::of(&desk, opened.at);
        out.say(window::told(window))?;
        let whose = match by {
            CasesBy::City => W::WholeCity.to_string(),
            by => areas::name(by, opened.group.as_deref(), &names),
        };
        let label = say(&opened.indicator.label());
        let figures = (share(&opened.share), interval(&opened.share));
        let line = told(W::ExplainLine, &[&whose, &label, &figures.0, &figures.1]);
        out.say(line)?;
        let mut table = Table::new([
            Column::from(W::HNumber).right().least(5),
            Column::from(W::HMet).least(4),
            Column::from(W::HDue).rank(2).least(16),
            Column::from(W::HDoneAt).rank(3).least(16),
            Column::from(W::HIfOtherwise).rank(4).right().least(8),
            Column::from(W::HAgain).rank(6).least(8),
            Column::from(W::HEvents).rank(5).least(12),
        ]);
        for case in &opened.cases {
            table.row(cells(case));
        }
        out.table(&table)?;
        more(out, opened.next.as_deref())
    })
}

/// A share of nothing may be a slip of the pen.
pub(super) fn is_known(desk: &Desk, by: CasesBy, group: Option<&str>) -> Result<(), Failure> {
    let reference = desk.reference();
    let registry = &reference.registry;
    let Some(code) = group else {
        return Ok(());
    };
    let (known, code_of_error, word) = match by {
        CasesBy::Grid => {
            let known = registry.grid(&code.into()).is_some();
            (known, "grid_unknown", W::GridMissing)
        }
        _ => {
            let known = registry.unit(&code.into()).is_some();
            (known, "unit_unknown", W::UnitMissing)
        }
    };
    if known {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Input,
        code_of_error,
        told(word, &[&code]),
    ))
}

fn cells(case: &ExplainedCase) -> [String; 7] {
    let events: Vec<String> = case.events.iter().map(u64::to_string).collect();
    let met = if case.met { W::Yes } else { W::No };
    [
        case.ledger_no.to_string(),
        met.to_string(),
        moment::show_or_dash(case.due),
        moment::show_or_dash(case.done),
        points(case.if_otherwise),
        case.again
            .as_deref()
            .map_or(labels::DASH.to_owned(), |again| labels::short(again, 8)),
        events.join(" "),
    ]
}
