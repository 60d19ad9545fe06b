//! One unit: its figures beside those of its peers, what residents say, what it owes and for how long,
//! how it went.

mod said;

use super::departments::{COUNTS, number, portrait as of_unit, ratio};
use super::reports::{explained, kept, opened, opening, share_name};
use crate::address::written;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{bar, how, named};
use crate::parts::line::Line;
use crate::parts::share::{count, percent, share};
use crate::parts::trend::trend;
use crate::parts::window::picker;
use crate::reader::Reader;
use crate::words::counted;
use crate::words::frame::Word as F;
use crate::words::ledger::Word as L;
use crate::words::reports::Word as W;
use gridwhistle_domain::policy::words::{unit_kind, unit_level};
use gridwhistle_domain::registry::{UnitKind, UnitLevel};
use gridwhistle_domain::score::backlog::{BOUNDS, Backlog};
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::measure::Measure as M;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_domain::score::spread::Spread;
use gridwhistle_domain::text::Language;
use gridwhistle_projections::questions::{Peers, Portrait, Trend, WatchRow};
use maud::{Markup, html};

/// The page.
#[must_use]
pub fn page(frame: &Frame<'_>, answered: &Portrait) -> Markup {
    let reader = frame.reader;
    let own = &answered.own;
    let name = reader.unit(&own.unit);
    let opens = |measure: M| explained(frame, measure.code(), &[("unit", &own.unit)]);
    let content = html! {
        div.heading {
            h1 { (named("/own/unit", &answered.own.unit, &name)) }
            a.aside href=(of_unit(frame, "").trim_end_matches('/')) { (reader.say(W::BackToUnits)) }
        }
        (picker(frame, answered.window))
        (sums(frame, answered))
        div.portrait {
            (figures(frame, answered))
            div.beside {
                (backlog(reader, "/own/backlog", answered.own.backlog, (W::BacklogHow, &opens(M::Backlog))))
                (handling(reader, "/own", (own.handling, own.half_done_by), &[M::Handling, M::HalfDoneBy].map(opens)))
            }
        }
        (said::said(frame, answered))
        (months(frame, &answered.trend))
        (worst(frame, &answered.own.unit, &answered.worst))
    };
    frame.page(&name, &content)
}

fn sums(frame: &Frame<'_>, answered: &Portrait) -> Markup {
    let (reader, own) = (frame.reader, &answered.own);
    let opens = |figure: &str| explained(frame, figure, &[("unit", &own.unit)]);
    let all = COUNTS.map(|(name, word, figure)| {
        let number = number(own, name);
        (word, format!("/own/{name}"), number, opens(figure))
    });
    html! {
        dl.sums {
            @for (word, place, number, to) in all {
                div { dt { (reader.say(word)) } dd { (opening(&place, number, Some(&to))) } }
            }
            div { dt { (reader.say(W::AgainstCity)) } dd { (opened(&opens(M::ObservedOverExpected.code()), own.observed_over_expected.is_some(), &ratio(reader, "/own/observed_over_expected", own.observed_over_expected))) } }
        }
    }
}

fn figures(frame: &Frame<'_>, answered: &Portrait) -> Markup {
    let reader = frame.reader;
    let own = &answered.own;
    let peers = &answered.peers;
    html! {
        section {
            h2 { (reader.say(W::Figures)) }
            table.list.report.figures {
                thead { tr {
                    th scope="col" { (reader.say(W::Figure)) }
                    th.num scope="col" { (reader.say(W::Value)) }
                    th.num scope="col" { (reader.say(W::Within)) }
                    th.num scope="col" { (reader.say(W::PeerMedian)) }
                } }
                tbody {
                    @for (name, of) in own.shares() {
                        @let of = &certain(name, of);
                        @let to = explained(frame, name, &[("unit", &own.unit)]);
                        @let side = beside(frame, ("/reports/departments", &[]), name);
                        tr data-row="" {
                            th scope="row" { (share_name(reader, name)) }
                            td.num data-label=(reader.say(W::Value)) { (share(reader, &format!("/own/{name}"), of, Some(&to))) }
                            td.num data-label=(reader.say(W::Within)) { (bounds(of)) }
                            td.num data-label=(reader.say(W::PeerMedian)) { (median(peers, name, &side)) }
                        }
                    }
                }
            }
            p.minor { (reader.fill(W::PeersAre, &[&group(reader, &peers.group), &peers.units.to_string()])) }
            (counting(reader, own.shares().into_iter().map(|(name, _)| name)))
        }
    }
}

/// What the peers achieve of a share, and the way to all units side by side, sorted by it.
fn median(peers: &Peers, name: &str, side: &str) -> Markup {
    let Some(median) = peers.medians.get(name) else {
        return html! { span.none { "–" } };
    };
    let place = format!("/peers/medians/{name}");
    let shown = named(&place, &median.to_string(), &percent(*median));
    html! { a href=(side) { (shown) } }
}

/// A report of all units in the same window, sorted by a figure.
fn beside(frame: &Frame<'_>, (report, by): (&str, &[(&str, &str)]), figure: &str) -> String {
    let pairs = by.iter().copied().chain([("sort", figure)]);
    written(report, pairs.chain(kept(frame, &["window"])))
}

/// Minutes are not independent of each other: of a share of them no interval is told.
pub(super) fn certain(name: &str, share: &Share) -> Share {
    match name {
        "suspended" => share.without_interval(),
        _ => *share,
    }
}

/// What each share is of what.
fn counting<'n>(reader: &Reader, names: impl Iterator<Item = &'n str>) -> Markup {
    let words = |name: &str| {
        let parts = Indicator::from_code(name).map(counted::of_legs);
        let cases = || CaseIndicator::from_code(name).map(counted::of_cases);
        match (parts.or_else(cases), name) {
            (Some((met, of)), _) => format!("{} ÷ {}", reader.say(met), reader.say(of)),
            (None, "wrongful_returns") => reader.say(W::WrongfulReturnsHow).to_owned(),
            (None, _) => reader.say(W::SuspendedHow).to_owned(),
        }
    };
    html! {
        details.how {
            summary { (reader.say(F::HowCounted)) }
            p { (reader.say(W::LegsHow)) }
            dl.facts.counted { @for name in names { div { dt { (share_name(reader, name)) } dd { (words(name)) } } } }
        }
    }
}

pub(super) fn bounds(share: &Share) -> Markup {
    match (share.low, share.high) {
        (Some(low), Some(high)) => html! { (percent(low)) " – " (percent(high)) },
        _ => html! { span.none { "–" } },
    }
}

/// Peers in words: the kind of unit, and of departments the level.
pub(super) fn group(reader: &Reader, group: &str) -> String {
    let (kind, level) = group.split_once('/').unwrap_or((group, ""));
    let kind = UnitKind::from_code(kind)
        .map_or_else(|| kind.to_owned(), |kind| reader.own(unit_kind(kind)));
    match UnitLevel::from_code(level) {
        Some(level) => {
            let gap = if reader.language == Language::ZhCn {
                ""
            } else {
                " "
            };
            format!("{}{gap}{kind}", reader.own(unit_level(level)))
        }
        None => kind,
    }
}

/// What is open, by age, and the way to it.
pub(super) fn backlog(
    reader: &Reader,
    of: &str,
    backlog: Backlog,
    (counted, to): (W, &str),
) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::Backlog)) }
            (buckets(reader, of, backlog, Some(to)))
            (how(reader, reader.say(counted)))
        }
    }
}

/// Buckets of age; the bars are of the largest.
pub(super) fn buckets(reader: &Reader, of: &str, backlog: Backlog, opens: Option<&str>) -> Markup {
    let most = backlog.0.iter().copied().max().unwrap_or(0);
    let age = |no: usize| {
        let from = no.checked_sub(1).and_then(|before| BOUNDS.get(before));
        match (from, BOUNDS.get(no)) {
            (None, Some(to)) => reader.fill(W::AgeUnder, &[&to.to_string()]),
            (Some(from), Some(to)) => {
                reader.fill(W::AgeBetween, &[&from.to_string(), &to.to_string()])
            }
            (from, None) => reader.fill(W::AgeFrom, &[&from.copied().unwrap_or(0).to_string()]),
        }
    };
    html! {
        table.small {
            thead { tr { th scope="col" { (reader.say(W::Age)) } th.num scope="col" { (reader.say(W::Count)) } td {} } }
            tbody {
                @for (no, number) in backlog.0.into_iter().enumerate() {
                    tr {
                        th scope="row" { (age(no)) }
                        td.num { (opening(&format!("{of}/{no}"), number, opens)) }
                        td.bar { (bar(count(number), 0, count(most))) }
                    }
                }
            }
        }
    }
}

/// How long it took, and the ways to the legs or cases behind the spread and behind the half.
pub(super) fn handling(
    reader: &Reader,
    of: &str,
    (spread, half): (Option<Spread>, Option<i64>),
    [each, half_of]: &[String; 2],
) -> Markup {
    html! {
        section {
            h2 { (reader.say(W::Handling)) }
            @match spread {
                None => p.nothing { "–" },
                Some(spread) => {
                    (handling_figures(reader, &format!("{of}/handling"), spread, Some(each)))
                    p { a href=(each) { (reader.say(W::HandlingBehind)) } }
                }
            }
            @if let Some(half) = half {
                dl.facts { div { dt { (reader.say(W::HalfDoneBy)) } dd {
                    a href=(half_of) { (named(&format!("{of}/half_done_by"), &half.to_string(), &reader.hours(half))) }
                } } }
            }
            (how(reader, reader.say(W::HandlingHow)))
        }
    }
}

/// Median, ninth decile and mean, and of how many: that opens to each of them.
pub(super) fn handling_figures(
    reader: &Reader,
    of: &str,
    spread: Spread,
    opens: Option<&str>,
) -> Markup {
    let minutes = |place: &str, minutes: i64| {
        named(
            &format!("{of}/{place}"),
            &minutes.to_string(),
            &reader.hours(minutes),
        )
    };
    html! {
        dl.facts {
            div { dt { (reader.say(W::Median)) } dd { (minutes("median", spread.median))
                " " span.minor { (of_tasks(reader, &format!("{of}/count"), spread.count, opens)) } } }
            div { dt { (reader.say(W::NinthDecile)) } dd { (minutes("p90", spread.p90)) } }
            div { dt { (reader.say(W::Mean)) } dd { (minutes("mean", spread.mean)) } }
        }
    }
}

fn of_tasks(reader: &Reader, place: &str, number: u64, opens: Option<&str>) -> Markup {
    let (before, after) = reader.say(W::OfTasks).split_once("{}").unwrap_or_default();
    html! { (before) (opening(place, number, opens)) (after) }
}

fn months(frame: &Frame<'_>, of: &Trend) -> Markup {
    let reader = frame.reader;
    let points: Vec<_> = of
        .months
        .iter()
        .map(|one| (short(&one.month), &one.share))
        .collect();
    let unit = of.unit.as_deref().unwrap_or_default();
    // Each month opens as of the same instant as the page.
    let link = |month: &str| {
        let pairs = [("unit", unit), ("window", month)].into_iter();
        let pairs = pairs.chain(kept(frame, &[]));
        written(&format!("/explain/{}", of.figure.code()), pairs)
    };
    html! {
        section.months {
            h2 { (reader.say(W::Trend)) }
            div.trend {
                (trend(&points))
                table.small {
                    thead { tr { th scope="col" { (reader.say(W::Month)) } th.num scope="col" { (reader.say(W::Value)) } th.num scope="col" { (reader.say(W::Within)) } } }
                    tbody {
                        @for (no, month) in of.months.iter().enumerate().rev() {
                            tr {
                                th scope="row" { (month.month) }
                                td.num { (share(reader, &format!("/trend/months/{no}/share"), &month.share, Some(&link(&month.month)))) }
                                td.num { (bounds(&month.share)) }
                            }
                        }
                    }
                }
            }
            (how(reader, reader.say(W::TrendHow)))
        }
    }
}

/// A month under its point: the year is told where it begins.
fn short(month: &str) -> &str {
    match month.split_once('-') {
        Some((_, "01")) | None => month,
        Some((_, month)) => month,
    }
}

fn worst(frame: &Frame<'_>, unit: &str, rows: &[WatchRow]) -> Markup {
    let reader = frame.reader;
    let pairs = [("unit", unit)].into_iter().chain(kept(frame, &[]));
    let all = written("/lists/overdue", pairs);
    html! {
        section.worst {
            h2 { (reader.say(W::Worst)) }
            @if rows.is_empty() {
                (empty(reader.say(W::WorstNone), reader.say(W::WorstNoneHint), None))
            } @else {
                table.list {
                    thead { tr {
                        th.num scope="col" { (reader.say(L::Number)) }
                        th.num scope="col" { (reader.say(L::Late)) }
                        th.num scope="col" { (reader.say(L::Due)) }
                        th scope="col" { (reader.say(L::Class)) }
                        th scope="col" { (reader.say(L::Matter)) }
                        th scope="col" { (reader.say(L::Place)) }
                        th scope="col" { (reader.say(L::Duty)) }
                    } }
                    tbody {
                        @for (no, row) in rows.iter().enumerate() {
                            @let line = Line::from(row);
                            tr data-row="" {
                                td.num { (named(&format!("/worst/{no}/case_id"), &row.case_id, "")) (line.number()) }
                                td.num { (line.late_by(reader, &format!("/worst/{no}"))) }
                                td.num { (line.due(reader, &format!("/worst/{no}"))) }
                                td.short { (line.class(reader)) }
                                td.about { (line.about(reader)) }
                                td.place { (line.place(reader)) }
                                td { (line.next(reader)) }
                            }
                        }
                    }
                }
                p { a href=(all) { (reader.say(W::WorstAll)) } }
            }
            (how(reader, reader.say(W::WorstHow)))
        }
    }
}
