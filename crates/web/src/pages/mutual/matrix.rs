//! 互评矩阵: a row a department, a column an area, both directions in each cell; streets first, then
//! communities, then whoever else blew a whistle.

use super::{FEW, flagged, flags, heading, points};
use crate::address::written;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::how;
use crate::parts::files::files;
use crate::parts::window;
use crate::reader::Reader;
use crate::words::mutual::Word as W;
use gridwhistle_domain::registry::UnitKind;
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
            p { (window::days(matrix.window)) }
            (how(reader, reader.say(W::MatrixHow)))
            (files(frame))
        }
        @if matrix.cells.is_empty() {
            (empty(reader.say(W::EmptyMatrix), reader.say(W::EmptyHint), None))
        } @else {
            p.minor { (reader.say(W::MatrixKey)) }
            @for (word, cells) in by_kind(reader, matrix) { (table(frame, word, &cells)) }
            (flags(reader, &matrix.flags))
        }
    };
    frame.page(reader.say(W::TabMatrix), &content)
}

/// The cells by the kind of area, those without any left out. A city has a hundred communities and
/// ten streets: in one table the streets would be lost.
fn by_kind<'m>(reader: &Reader, matrix: &'m Matrix) -> Vec<(W, Cells<'m>)> {
    let mut kinds = [
        (W::MatrixStreets, Cells::new()),
        (W::MatrixCommunities, Cells::new()),
        (W::MatrixOthers, Cells::new()),
    ];
    for (no, cell) in matrix.cells.iter().enumerate() {
        let kind = match reader.kind(&cell.area) {
            Some(UnitKind::Street) => 0,
            Some(UnitKind::Community) => 1,
            _ => 2,
        };
        let pair = (cell.department.as_str(), cell.area.as_str());
        kinds[kind].1.insert(pair, (no, cell));
    }
    let any = kinds.into_iter().filter(|(_, cells)| !cells.is_empty());
    any.collect()
}

fn table(frame: &Frame<'_>, name: W, cells: &Cells<'_>) -> Markup {
    let reader = frame.reader;
    let areas: BTreeSet<&str> = cells.keys().map(|(_, area)| *area).collect();
    let departments: BTreeSet<&str> = cells.keys().map(|(department, _)| *department).collect();
    html! {
        h2.of-matrix { (reader.say(name)) }
        div.matrix-wrap role="region" aria-label=(reader.say(name)) tabindex="0" {
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
