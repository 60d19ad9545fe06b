//! `list callbacks`: who is drawn to be called back, of what was closed in a month. A hash drew them:
//! who calls cannot pick.

use super::{answered, more};
use crate::args::{Page, Span};
use crate::failure::Failure;
use crate::labels::{self, Names};
use crate::moment::show_or_dash;
use crate::report::satisfaction::rules;
use crate::session::Session;
use crate::table::{Column, Table};
use crate::window;
use crate::words::Word as W;
use gridwhistle::projections::questions::Callback;

/// Shows them.
///
/// # Errors
/// When the cursor is wrong, or the store cannot be read.
pub(super) async fn run(session: &Session, span: Span, page: Page) -> Result<(), Failure> {
    let desk = session.desk().await?;
    let moment = desk.moment(span.as_of.as_of)?;
    let window = window::or_month(span.window, moment.instant())?;
    let rules = rules(&desk, window);
    let (ask, cursor) = (desk.questions(), page.cursor.as_deref());
    let asked = ask.callbacks(window, moment, &rules, (page.limit(), cursor));
    let page = answered(asked.await, ask, cursor, moment).await?;
    session.output.answer(&page, |out| {
        let names = Names::of(&desk, moment.instant());
        out.say(window::told(window))?;
        let mut table = Table::new([
            Column::from(W::HCase),
            Column::from(W::HNumber).rank(4).right(),
            Column::from(W::HStreet).rank(3),
            Column::from(W::HUnit).rank(2).least(10),
            Column::from(W::HClosedAt).rank(1).least(16),
            Column::from(W::HCalls).right().least(4),
            Column::from(W::HAnswer).least(8),
        ]);
        let length = labels::id_length(page.rows.iter().map(|row| row.case_id.as_str()));
        for row in &page.rows {
            table.row(cells(row, length, &names));
        }
        out.table(&table)?;
        more(out, page.next.as_deref())
    })
}

fn cells(row: &Callback, length: usize, names: &Names) -> [String; 7] {
    [
        labels::short(&row.case_id, length),
        row.ledger_no.to_string(),
        names.unit(row.street.as_deref()),
        names.unit(row.lead_unit.as_deref()),
        show_or_dash(row.closed_at),
        row.callbacks.to_string(),
        answer(row),
    ]
}

/// What came of the calls, in few words.
fn answer(row: &Callback) -> String {
    let word = match (row.solved, row.callbacks) {
        (None, 0) => W::NotCalled,
        (None, _) => W::HUnreachable,
        (Some(true), _) => W::SaidSolved,
        (Some(false), _) => W::SaidUnsolved,
    };
    let stars = row
        .stars
        .map_or_else(String::new, |stars| format!(" {stars}★"));
    format!("{word}{stars}")
}
