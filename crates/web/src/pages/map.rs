//! 网格地图: areas by shade and pattern, and the same in a table.

use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, value};
use crate::parts::lamp::{lamp, shape};
use crate::reader::{Reader, number};
use crate::words::map::Word as W;
use gridwhistle_projections::questions::{AreaLevel, CityMap, Light, MapArea, MapFigure};
use maud::{Markup, html};
use rust_decimal::Decimal;
use std::fmt::Write as _;

const LEVELS: [(AreaLevel, &str, W); 3] = [
    (AreaLevel::Street, "street", W::Street),
    (AreaLevel::Community, "community", W::Community),
    (AreaLevel::Grid, "grid", W::Grid),
];

/// Beyond so many areas their names would lie on each other.
const NAMED: usize = 60;
/// Up to so many, they have room on a phone.
const FEW: usize = 12;

/// The lights of open cases, the worst first.
const LIGHTS: [Light; 6] = [
    Light::Severe,
    Light::Overdue,
    Light::Prewarning,
    Light::InTime,
    Light::Suspended,
    Light::Untimed,
];

const fn figure(figure: MapFigure) -> W {
    match figure {
        MapFigure::Open => W::Open,
        MapFigure::Overdue => W::Overdue,
        MapFigure::Per1000 => W::Per1000,
    }
}

/// The map.
#[must_use]
pub fn page(frame: &Frame<'_>, map: &CityMap) -> Markup {
    let reader = frame.reader;
    let title = match &map.within {
        Some(street) => reader.fill(W::Of, &[&reader.unit(street.as_str())]),
        None => reader.say(W::Title).to_owned(),
    };
    let drawn = map.areas.iter().any(|area| !area.polygons.is_empty());
    let content = html! {
        div.heading {
            h1 { (title) }
            @if map.within.is_some() { a.aside href="/map" { (reader.say(W::WholeCity)) } }
        }
        (choices(frame, map))
        div.map-both {
            div.plan {
                @if drawn {
                    (sheet(frame, map, &title))
                    (legend(reader, map))
                } @else {
                    (empty(reader.say(W::EmptyTitle), reader.say(W::EmptyHint), None))
                }
            }
            (table(frame, map))
        }
    };
    frame.page(&title, &content)
}

fn choices(frame: &Frame<'_>, map: &CityMap) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    html! {
        form.filters method="get" action=(address.path()) {
            @for (name, value) in address.pairs().filter(|(name, _)| !matches!(*name, "level" | "figure")) {
                input type="hidden" name=(name) value=(value);
            }
            label.field { span { (reader.say(W::Level)) }
                select name="level" {
                    @for (level, code, word) in LEVELS.iter().filter(|(level, ..)| map.within.is_none() || *level != AreaLevel::Street) {
                        option value=(code) selected[*level == map.level] { (reader.say(*word)) }
                    }
                }
            }
            label.field { span { (reader.say(W::Figure)) }
                select name="figure" {
                    @for one in MapFigure::ALL {
                        option value=(one.code()) selected[one == map.figure] { (reader.say(figure(one))) }
                    }
                }
            }
            button { (reader.say(W::Show)) }
        }
    }
}

/// Where an area leads: a street to its own map, what is smaller to its cases.
fn opens(frame: &Frame<'_>, map: &CityMap, area: &MapArea) -> String {
    match map.level {
        AreaLevel::Street => {
            let shaded = ("figure", frame.address.get("figure").unwrap_or_default());
            let pairs = [("within", area.area.as_str()), shaded];
            crate::address::written("/map", pairs.into_iter())
        }
        _ => cases(map, area, false),
    }
}

fn cases(map: &CityMap, area: &MapArea, overdue: bool) -> String {
    let level = LEVELS.iter().find(|(level, ..)| *level == map.level);
    let by = level.map_or("street", |(_, code, _)| code);
    let overdue = if overdue { "true" } else { "" };
    let pairs = [
        (by, area.area.as_str()),
        ("open_only", "true"),
        ("overdue", overdue),
    ];
    crate::address::written("/cases", pairs.into_iter())
}

fn sheet(frame: &Frame<'_>, map: &CityMap, title: &str) -> Markup {
    let reader = frame.reader;
    let [wide, high] = map.size;
    html! {
        svg.map.few[map.areas.len() <= FEW] viewBox={ "0 0 " (wide) " " (high) } role="group" aria-label=(title) {
            (patterns())
            @for area in map.areas.iter().filter(|area| !area.polygons.is_empty()) {
                a href=(opens(frame, map, area)) {
                    title { (reader.fill(W::MapOf, &[
                        reader.text(&area.name), reader.say(W::Open), &number(area.open),
                        reader.say(W::Overdue), &number(area.overdue),
                    ])) }
                    @let line = path(area);
                    path class={ "area " (step(area)) } d=(line) {}
                    @if let Some(no) = area.step.filter(|no| *no > 0) {
                        path.pattern d=(line) fill={ "url(#step-" (no) ")" } {}
                    }
                    path.edge d=(line) {}
                }
            }
            @if map.areas.len() <= NAMED {
                g aria-hidden="true" {
                    @for area in &map.areas {
                        @if let Some([x, y]) = area.label {
                            text.name x=(x) y=(y) text-anchor="middle" { (reader.text(&area.name)) }
                            text.count x=(x) y=(y + 24) text-anchor="middle" { (shown(map, area)) }
                        }
                    }
                }
            }
            @for point in &map.points {
                @let [x, y] = point.at;
                a.point href={ "/cases/" (point.case) } {
                    title { (reader.fill(W::Case, &[&point.ledger_no.to_string()])) }
                    svg class={ "lamp " (point.light.code()) } x=(x - 13) y=(y - 13) width="26" height="26" { (shape(point.light)) }
                }
            }
        }
    }
}

fn path(area: &MapArea) -> String {
    let mut line = String::new();
    for ring in area.polygons.iter().flatten() {
        for (no, [x, y]) in ring.iter().enumerate() {
            // Writing into a string does not fail.
            let _ = write!(line, "{}{x} {y}", if no == 0 { "M" } else { "L" });
        }
        line.push('Z');
    }
    line
}

fn step(area: &MapArea) -> String {
    area.step
        .map_or_else(|| "unknown".to_owned(), |step| format!("step-{step}"))
}

/// The figure of an area in words.
fn shown(map: &CityMap, area: &MapArea) -> String {
    match map.figure {
        MapFigure::Open => number(area.open),
        MapFigure::Overdue => number(area.overdue),
        MapFigure::Per1000 => area
            .per_1000
            .map_or_else(|| "–".to_owned(), |share| format!("{share:.2}")),
    }
}

/// Dots, strokes, closer strokes, a lattice: a step is told without its colour.
fn patterns() -> Markup {
    let kinds = [
        (1, "16", "M8 7v2"),
        (2, "14", "M0 14L14 0"),
        (3, "8", "M0 8L8 0"),
        (4, "8", "M0 8L8 0M0 0L8 8"),
    ];
    html! {
        defs {
            @for (no, size, line) in kinds {
                pattern id={ "step-" (no) } width=(size) height=(size) patternUnits="userSpaceOnUse" {
                    path.stroke d=(line) {}
                }
            }
        }
    }
}

fn legend(reader: &Reader, map: &CityMap) -> Markup {
    let spans = spans(reader, map);
    html! {
        section.map-key aria-labelledby="legend" {
            h2 #legend { (reader.say(W::Legend)) " · " (reader.say(figure(map.figure))) }
            ul {
                li { (swatch("step-0", None)) "0" }
                @for (no, span) in spans.iter().enumerate() {
                    li { (swatch(&format!("step-{}", no + 1), Some(no + 1))) (span) }
                }
                @if map.areas.iter().any(|area| area.step.is_none()) { li { (swatch("unknown", None)) (reader.say(W::Unknown)) } }
            }
            (how(reader, reader.say(W::How)))
            @if map.within.is_some() {
                h2 { (reader.say(W::Points)) }
                p.minor { (reader.say(W::PointsHow)) }
                @if !map.points.is_empty() {
                    ul { @for light in LIGHTS.into_iter().filter(|light| map.points.iter().any(|point| point.light == *light)) {
                        li { (lamp(reader, light)) }
                    } }
                }
                @if map.placeless > 0 { p { (reader.fill(W::Placeless, &[&number(map.placeless)])) } }
            }
        }
    }
}

/// What each step of shading holds.
fn spans(reader: &Reader, map: &CityMap) -> Vec<String> {
    let before = [None].into_iter().chain(map.steps.iter().map(Some));
    let steps = before.zip(&map.steps);
    let words = steps.map(|(before, end)| {
        let before = before.copied().unwrap_or_default();
        let first = before + Decimal::ONE;
        match map.figure {
            MapFigure::Per1000 => reader.fill(W::Over, &[&before.to_string(), &end.to_string()]),
            _ if first == *end => end.to_string(),
            _ => reader.fill(W::Span, &[&first.to_string(), &end.to_string()]),
        }
    });
    words.collect()
}

fn swatch(step: &str, pattern: Option<usize>) -> Markup {
    html! {
        svg.swatch viewBox="0 0 32 20" aria-hidden="true" focusable="false" {
            rect class={ "area " (step) } width="32" height="20" {}
            @if let Some(no) = pattern { rect.pattern width="32" height="20" fill={ "url(#step-" (no) ")" } {} }
            rect.edge width="32" height="20" {}
        }
    }
}

fn table(frame: &Frame<'_>, map: &CityMap) -> Markup {
    let reader = frame.reader;
    let residents = map.areas.iter().any(|area| area.population.is_some());
    html! {
        section.areas {
            h2 { (reader.say(W::Table)) }
            table.small {
                thead { tr {
                    th { (reader.say(W::Area)) }
                    th.num { (reader.say(W::Open)) }
                    th.num { (reader.say(W::Overdue)) }
                    @if residents { th.num { (reader.say(W::Population)) } th.num { (reader.say(W::Per1000)) } }
                } }
                tbody {
                    @for (no, area) in map.areas.iter().enumerate() {
                        @let of = format!("/areas/{no}");
                        tr data-row="" {
                            td.undrawn[area.polygons.is_empty()] {
                                a href=(opens(frame, map, area)) { (reader.text(&area.name)) }
                                @if area.polygons.is_empty() { " " span.minor { (reader.say(W::Undrawn)) } }
                            }
                            td.num { a href=(cases(map, area, false)) { (value(&format!("{of}/open"), area.open)) } }
                            td.num { a href=(cases(map, area, true)) { (value(&format!("{of}/overdue"), area.overdue)) } }
                            @if residents {
                                td.num { @match area.population {
                                    Some(people) => (value(&format!("{of}/population"), people.into())),
                                    None => span.none { "–" },
                                } }
                                td.num { @match area.per_1000 {
                                    Some(share) => data value=(share) data-from={ (of) "/per_1000" } { (format!("{:.2}", share.round_dp(2))) },
                                    None => span.none { "–" },
                                } }
                            }
                        }
                    }
                }
            }
            p.minor { (reader.say(W::Elsewhere)) " " (value("/elsewhere", map.elsewhere)) }
        }
    }
}
