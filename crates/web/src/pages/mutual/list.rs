//! Evaluations one by one.

use super::{appeal, heading, points};
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named, value};
use crate::parts::files::files;
use crate::parts::{pager, time};
use crate::reader::Reader;
use crate::words::mutual::Word as W;
use gridwhistle_projections::questions::{
    EvaluationLine, EvaluationPage, EvaluationState, ListedSide,
};
use maud::{Markup, html};

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, page: &EvaluationPage) -> Markup {
    let reader = frame.reader;
    let (counted, nothing) = match frame.address.get("state") {
        Some("form") => (W::FormHow, W::EmptyForm),
        Some("appeal") => (W::AppealHow, W::EmptyAppeal),
        _ => (W::SettledHow, W::EmptySettled),
    };
    let waits = frame.address.get("state") == Some(EvaluationState::Form.code());
    let content = html! {
        (heading(frame))
        div.about {
            p.count { (total(reader, page.total)) }
            (how(reader, reader.say(counted)))
            (files(frame))
        }
        @if page.rows.is_empty() {
            (empty(reader.say(nothing), reader.say(W::EmptyHint), None))
        } @else {
            div.table-wrap { table.list {
                thead { tr {
                    th.num { (reader.say(W::Case)) }
                    th { (reader.say(W::Area)) }
                    th { (reader.say(W::Department)) }
                    th.num { (reader.say(if waits { W::Ends } else { W::Settled })) }
                    th { (reader.say(W::OpenForm)) }
                } }
                tbody { @for (no, line) in page.rows.iter().enumerate() { (row(reader, no, line, waits)) } }
            } }
        }
        (pager::pager(reader, frame.address, page.next.as_deref()))
    };
    frame.page(reader.say(W::Title), &content)
}

fn total(reader: &Reader, total: i64) -> Markup {
    let (before, after) = reader.say(W::Total).split_once("{}").unwrap_or_default();
    html! { (before) (value("/total", total)) (after) }
}

fn row(reader: &Reader, no: usize, line: &EvaluationLine, waits: bool) -> Markup {
    let form = format!("/cases/{}/evaluations", line.case_id);
    let over = line.settled_at.is_some();
    html! {
        tr data-row="" {
            td.num { a.no href=(form) { (named(&format!("/rows/{no}/ledger_no"), &line.ledger_no.to_string(), &line.ledger_no.to_string())) } }
            td { (side(reader, &format!("/rows/{no}/area"), &line.area, over)) }
            td { (side(reader, &format!("/rows/{no}/department"), &line.department, over)) }
            td.num { (time::may_be(reader, if waits { Some(line.window_ends) } else { line.settled_at })) }
            td { a href=(form) { (reader.say(W::OpenForm)) }
                @if line.optional { " " span.minor { (reader.say(W::Optional)) } }
                @if line.struck { " " span.minor { (reader.say(W::Struck)) } } }
        }
    }
}

fn side(reader: &Reader, place: &str, side: &ListedSide, over: bool) -> Markup {
    html! {
        (reader.unit(&side.unit)) " "
        span.minor {
            @if let Some(all) = side.points {
                (named(&format!("{place}/points"), &all.to_string(), &reader.fill(W::Points, &[&points(all)])))
            } @else if side.sealed_at.is_some() {
                (reader.say(W::Sealed))
            } @else {
                (reader.say(if over { W::Silent } else { W::NotSealed }))
            }
            @if let Some(state) = &side.appeal { " · " (appeal(reader, state)) }
        }
    }
}
