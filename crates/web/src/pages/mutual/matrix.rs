//! 互评矩阵: a row a department, a column an area, both directions in each cell.

use super::{FEW, flagged, flags, heading, points};
use crate::address::written;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::how;
use crate::parts::files::files;
use crate::parts::window;
use crate::reader::Reader;
use crate::words::mutual::Word as W;
use gridwhistle_projections::questions::{Matrix, MatrixCell, Way};
use maud::{Markup, html};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Cells by department and area, each with its place in the answer.
type Cells<'m> = BTreeMap<(&'m str, &'m str), (usize, &'m MatrixCell)>;

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, matrix: &Matrix) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(frame))
        (window::picker(frame, matrix.window))
        div.about {
            p { (window::named(matrix.window)) }
            (how(reader, reader.say(W::MatrixHow)))
            (files(frame))
        }
        @if matrix.cells.is_empty() {
            (empty(reader.say(W::EmptyMatrix), reader.say(W::EmptyHint), None))
        } @else {
            (table(frame, matrix))
            (flags(reader, &matrix.flags))
        }
    };
    frame.page(reader.say(W::TabMatrix), &content)
}

fn table(frame: &Frame<'_>, matrix: &Matrix) -> Markup {
    let reader = frame.reader;
    let cells = matrix.cells.iter().enumerate();
    let cells: Cells<'_> = cells
        .map(|(no, cell)| ((cell.department.as_str(), cell.area.as_str()), (no, cell)))
        .collect();
    let areas: BTreeSet<&str> = cells.keys().map(|(_, area)| *area).collect();
    let departments: BTreeSet<&str> = cells.keys().map(|(department, _)| *department).collect();
    html! {
        div.matrix-wrap role="region" aria-label=(reader.say(W::MatrixOf)) tabindex="0" {
            table.matrix {
                thead { tr {
                    th { span.out-of-sight { (reader.say(W::Department)) } }
                    @for area in &areas { th scope="col" { (reader.unit(area)) } }
                } }
                tbody {
                    @for department in &departments {
                        tr {
                            th scope="row" { (reader.unit(department)) }
                            @for area in &areas {
                                td { @match cells.get(&(*department, *area)) {
                                    Some((no, cell)) => (one(frame, *no, cell)),
                                    None => span.none { "–" },
                                } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn one(frame: &Frame<'_>, no: usize, cell: &MatrixCell) -> Markup {
    let reader = frame.reader;
    let mut pairs = vec![
        ("state", "settled"),
        ("area", cell.area.as_str()),
        ("department", cell.department.as_str()),
    ];
    pairs.extend(frame.address.get("window").map(|window| ("window", window)));
    let opens = written("/evaluations", pairs.into_iter());
    html! {
        a.cell href=(opens) {
            (way(reader, W::AreaSays, "↓", &format!("/cells/{no}/of_department"), &cell.of_department))
            (way(reader, W::DepartmentSays, "↑", &format!("/cells/{no}/of_area"), &cell.of_area))
        }
        (flagged(reader, &cell.flags))
    }
}

fn way(reader: &Reader, who: W, mark: &str, place: &str, way: &Way) -> Markup {
    let few = way.forms < FEW;
    html! {
        span.one-way data-few[few] data-band=[way.mean.filter(|_| !few).map(band)] {
            span.out-of-sight { (reader.say(who)) " " }
            span.mark-of-way aria-hidden="true" { (mark) }
            @match way.mean {
                Some(mean) => {
                    data value=(mean) data-from={ (place) "/mean" } { (points(mean)) }
                    " " small { "(" data value=(way.forms) data-from={ (place) "/forms" } { (way.forms) } ")" }
                },
                None => span.none { "–" },
            }
            @if few && way.mean.is_some() { span.out-of-sight { " " (reader.say(W::TooFew)) } }
            @if way.excluded > 0 { " " small { (reader.fill(W::Excluded, &[&way.excluded.to_string()])) } }
        }
    }
}

/// Four bands of 25 points, the lowest first.
fn band(mean: Decimal) -> &'static str {
    let at_least = |points: i64| mean >= Decimal::from(points);
    match () {
        () if at_least(75) => "4",
        () if at_least(50) => "3",
        () if at_least(25) => "2",
        () => "1",
    }
}
