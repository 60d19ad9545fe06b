//! 街道画像: the figures of streets, communities and grids, side by side, and one of them by itself.

use super::departments::ratio;
use super::explain::group_name;
use super::portrait::{backlog, handling};
use super::reports::{
    Tab, capital, explained, heading, kept, label, opened, opening, segment, sorting, whose,
};
use crate::address::written;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named};
use crate::parts::share::{percent, share};
use crate::parts::window::picker;
use crate::reader::Reader;
use crate::words::counted;
use crate::words::frame::Word as F;
use crate::words::reports::Word as W;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::measure::Measure as M;
use gridwhistle_domain::score::rate::Share;
use gridwhistle_projections::questions::{
    Area, AreaLevel, Areas, CasesBy, LeftOut, RowSort, Window,
};
use maud::{Markup, html};

/// A share of an area: its name in the answer, the figure that it opens to.
type Named = (&'static str, CaseIndicator);

const SHARES: [Named; 11] = [
    ("screened_in_time", CaseIndicator::ScreenedInTime),
    ("completion", CaseIndicator::Handled),
    ("on_time", CaseIndicator::HandledInTime),
    ("checked_in_time", CaseIndicator::CheckedInTime),
    ("signed_in_time", CaseIndicator::SignedInTime),
    ("first_time", CaseIndicator::SettledAtOnce),
    ("reopened", CaseIndicator::CameBack),
    ("reworked", CaseIndicator::SentBack),
    ("by_self", CaseIndicator::BySelf),
    ("whistle_astray", CaseIndicator::WhistleAstray),
    ("repeated", CaseIndicator::Repeated),
];

/// Those that stand side by side.
const SIDE_BY_SIDE: [usize; 7] = [0, 2, 5, 6, 8, 9, 10];

const LEVELS: [(AreaLevel, &str, W); 3] = [
    (AreaLevel::Street, "street", W::Streets),
    (AreaLevel::Community, "community", W::Communities),
    (AreaLevel::Grid, "grid", W::Grids),
];

const fn of(area: &Area, place: usize) -> &Share {
    match place {
        0 => &area.screened_in_time,
        1 => &area.completion,
        2 => &area.on_time,
        3 => &area.checked_in_time,
        4 => &area.signed_in_time,
        5 => &area.first_time,
        6 => &area.reopened,
        7 => &area.reworked,
        8 => &area.by_self,
        9 => &area.whistle_astray,
        _ => &area.repeated,
    }
}

/// What is counted of an area: its name in the answer, its words.
const COUNTS: [(&str, W); 7] = [
    ("reported", W::Reported),
    ("accepted", W::Accepted),
    ("done", W::Handled),
    ("closed", W::Closed),
    ("open", W::Open),
    ("open_overdue", W::OpenOverdue),
    ("suspended", W::Standing),
];

const fn number(area: &Area, place: usize) -> u64 {
    match place {
        0 => area.reported,
        1 => area.accepted,
        2 => area.done,
        3 => area.closed,
        4 => area.open,
        5 => area.open_overdue,
        _ => area.suspended,
    }
}

/// All areas of a level.
#[must_use]
pub fn page(frame: &Frame<'_>, answered: &Areas) -> Markup {
    let reader = frame.reader;
    let content = html! {
        (heading(frame, W::Areas, Tab::Areas, answered.window))
        nav.levels aria-label=(reader.say(W::Level)) {
            ul { @for (level, code, word) in LEVELS {
                li { a href=(frame.address.with("level", code)) aria-current=[(level == answered.level).then_some("true")] { (reader.say(word)) } }
            } }
        }
        p.lead { (reader.say(W::AreasLead)) }
        (how(reader, reader.say(W::CasesHow)))
        @if answered.areas.is_empty() {
            (empty(reader.say(W::NoAreas), reader.say(W::NoAreasHint), None))
        } @else { (table(frame, answered)) }
        (left_out(frame, answered.window, answered.left_out))
    };
    frame.page(reader.say(W::Areas), &content)
}

/// What is in no figure, and the way to it on the ledger, where it is all known at the asked instant.
pub(super) fn left_out(frame: &Frame<'_>, window: Window, out: LeftOut) -> Markup {
    let reader = frame.reader;
    let [from, before] = [window.from, window.before].map(instant);
    let opens = |stage: Stage| {
        let reported = [
            ("stage", stage.code()),
            ("reported_from", from.as_str()),
            ("reported_before", before.as_str()),
        ];
        written("/cases", reported.into_iter().chain(kept(frame, &[])))
    };
    html! {
        p.minor.left-out {
            (reader.say(W::LeftOutVoided)) " " (opening("/left_out/voided", out.voided, Some(&opens(Stage::Voided))))
            " · " (reader.say(W::LeftOutMerged)) " " (opening("/left_out/merged", out.merged, Some(&opens(Stage::Merged))))
        }
    }
}

/// An instant in an address.
fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn table(frame: &Frame<'_>, answered: &Areas) -> Markup {
    let reader = frame.reader;
    let side = SIDE_BY_SIDE.iter().filter_map(|place| SHARES.get(*place));
    html! {
        div.table-wrap {
            table.list.report.wide {
                thead { tr {
                    th scope="col" { (reader.say(W::Area)) }
                    @for (key, word) in COUNTS { (sorting(frame, key, reader.say(word), true)) }
                    @for (key, figure) in side { (sorting(frame, key, &short(reader, *figure), true)) }
                    (sorting(frame, "observed_over_expected", reader.say(W::AgainstCity), true))
                } }
                tbody {
                    @for (no, area) in sorted(answered, frame.address.get("sort")) {
                        (row(frame, (answered.level, answered.at), (&format!("/areas/{no}"), area)))
                    }
                }
                tfoot { (row(frame, (answered.level, answered.at), ("/total", &answered.total))) }
            }
        }
        (how(reader, reader.say(W::AgainstCityHow)))
    }
}

/// The name of a figure where all of them are of cases.
fn short(reader: &Reader, figure: CaseIndicator) -> String {
    let name = label(reader, figure.code());
    name.strip_prefix("案件")
        .map_or(name.clone(), str::to_owned)
}

fn row(
    frame: &Frame<'_>,
    (level, at): (AreaLevel, DateTime<Utc>),
    (place, area): (&str, &Area),
) -> Markup {
    let reader = frame.reader;
    let total = place == "/total";
    let by = if total {
        CasesBy::City
    } else {
        CasesBy::from(level)
    };
    let whose = whose(by, area.area.as_deref());
    html! {
        tr data-row="" {
            th scope="row" {
                @match &area.area {
                    Some(code) => a href=(one(frame, code)) { (named(&format!("{place}/area"), code, &group_name(reader, by, Some(code)))) },
                    None => (group_name(reader, by, None)),
                }
            }
            @for (no, (name, word)) in COUNTS.iter().enumerate() {
                td.num data-label=(reader.say(*word)) { (opening(&format!("{place}/{name}"), number(area, no), opens(frame, name, (by, area.area.as_deref()), at).as_deref())) }
            }
            @for no in SIDE_BY_SIDE { @if let Some((name, figure)) = SHARES.get(no) {
                td.num data-label=(short(reader, *figure)) { (share(reader, &format!("{place}/{name}"), of(area, no), Some(&explained(frame, figure.code(), &whose)))) }
            } }
            td.num data-label=(reader.say(W::AgainstCity)) { (against_city(frame, place, area, &whose)) }
        }
    }
}

/// The cases behind a count: denominators that are the same, or the ledger as it stood.
fn opens(
    frame: &Frame<'_>,
    count: &str,
    (by, group): Group<'_>,
    at: DateTime<Utc>,
) -> Option<String> {
    let ledger = |more: (&'static str, &'static str)| {
        let column = match by {
            CasesBy::Street => "street",
            CasesBy::Community => "community",
            CasesBy::Grid => "grid",
            CasesBy::City | CasesBy::Unit => "",
        };
        // Those that lie nowhere have a list as well.
        let none = if by == CasesBy::City { "" } else { "-" };
        let past = (at < frame.reader.at).then(|| instant(at));
        let pairs = [
            (column, group.unwrap_or(none)),
            more,
            ("as_of", past.as_deref().unwrap_or_default()),
            (
                "known_at",
                frame.address.get("known_at").unwrap_or_default(),
            ),
        ];
        Some(written("/cases", pairs.into_iter()))
    };
    let opened = |figure| Some(explained(frame, figure, &whose(by, group)));
    match count {
        "reported" => opened(CaseIndicator::Filed.code()),
        "accepted" => opened(M::CasesAccepted.code()),
        "done" => opened(M::CasesDone.code()),
        "closed" => opened(CaseIndicator::BySelf.code()),
        "open" => ledger(("open_only", "true")),
        "open_overdue" => ledger(("figure", "open_overdue")),
        "suspended" => ledger(("list", "suspended")),
        _ => None,
    }
}

/// By what cases are grouped, and of which group.
type Group<'g> = (CasesBy, Option<&'g str>);

/// One area in the same window.
fn one(frame: &Frame<'_>, area: &str) -> String {
    let to = format!("/reports/areas/{}", segment(area));
    written(&to, kept(frame, &["level", "window"]))
}

/// The areas with their place in the answer, what needs a look first.
fn sorted<'a>(answered: &'a Areas, by: Option<&str>) -> Vec<(usize, &'a Area)> {
    let areas = &answered.areas;
    let Some(sort) = by.and_then(RowSort::read::<Area>) else {
        return areas.iter().enumerate().collect();
    };
    let places = sort.places(areas).into_iter();
    places.filter_map(|no| Some((no, areas.get(no)?))).collect()
}

/// One area beside the city; none where it had nothing to do with the window.
#[must_use]
pub fn portrait(frame: &Frame<'_>, answered: &Areas, area: &str) -> Option<Markup> {
    let reader = frame.reader;
    let mut all = answered.areas.iter();
    let no = all.position(|one| one.area.as_deref() == Some(area))?;
    let (own, place) = (answered.areas.get(no)?, format!("/areas/{no}"));
    let by = CasesBy::from(answered.level);
    let name = group_name(reader, by, Some(area));
    let back = written("/reports/areas", frame.address.pairs());
    let measured = |measure: M| explained(frame, measure.code(), &whose(by, Some(area)));
    let content = html! {
        div.heading {
            h1 { (named(&format!("{place}/area"), area, &name)) }
            a.aside href=(back) { (reader.say(W::BackToAreas)) }
        }
        (picker(frame, answered.window))
        dl.sums {
            @for (no, (name, word)) in COUNTS.iter().enumerate() {
                div { dt { (reader.say(*word)) } dd { (opening(&format!("{place}/{name}"), number(own, no), opens(frame, name, (by, Some(area)), answered.at).as_deref())) } }
            }
            div { dt { (reader.say(W::AgainstCity)) } dd { (against_city(frame, &place, own, &whose(by, Some(area)))) } }
        }
        div.portrait {
            (figures(frame, answered, (&place, own)))
            div.beside {
                (backlog(reader, &format!("{place}/backlog"), own.backlog, (W::BacklogAreaHow, &measured(M::CaseBacklog))))
                (handling(reader, &place, (own.handling, own.half_done_by), &[M::CaseHandling, M::CaseHalfDoneBy].map(measured)))
            }
        }
    };
    Some(frame.page(&name, &content))
}

/// On time against the city, and the way to the cases behind it.
fn against_city(frame: &Frame<'_>, place: &str, area: &Area, whose: &[(&str, &str)]) -> Markup {
    let of = area.observed_over_expected;
    let to = explained(frame, M::CaseObservedOverExpected.code(), whose);
    let shown = ratio(frame.reader, &format!("{place}/observed_over_expected"), of);
    opened(&to, of.is_some(), &shown)
}

fn figures(frame: &Frame<'_>, answered: &Areas, (place, own): (&str, &Area)) -> Markup {
    let reader = frame.reader;
    let whose = whose(CasesBy::from(answered.level), own.area.as_deref());
    html! {
        section {
            h2 { (reader.say(W::Figures)) }
            table.list.report.figures {
                thead { tr {
                    th scope="col" { (reader.say(W::Figure)) }
                    th.num scope="col" { (reader.say(W::Value)) }
                    th.num scope="col" { (reader.say(W::Within)) }
                    th.num scope="col" { (reader.say(W::City)) }
                } }
                tbody { @for (no, (name, figure)) in SHARES.iter().enumerate() {
                    @let share_of = of(own, no);
                    tr data-row="" {
                        th scope="row" { (short(reader, *figure)) }
                        td.num data-label=(reader.say(W::Value)) { (share(reader, &format!("{place}/{name}"), share_of, Some(&explained(frame, figure.code(), &whose)))) }
                        td.num data-label=(reader.say(W::Within)) { (super::portrait::bounds(share_of)) }
                        td.num data-label=(reader.say(W::City)) { @match of(&answered.total, no).value {
                            Some(value) => a href=(explained(frame, figure.code(), &[])) { (named(&format!("/total/{name}/value"), &value.to_string(), &percent(value))) },
                            None => span.none { "–" },
                        } }
                    }
                } }
            }
            details.how {
                summary { (reader.say(F::HowCounted)) }
                p { (reader.say(W::CasesHow)) }
                dl.facts.counted { @for (_, figure) in SHARES {
                    @let (met, of) = counted::of_cases(figure);
                    div { dt { (short(reader, figure)) } dd { (capital(format!("{} ÷ {}", reader.say(met), reader.say(of)))) } }
                } }
            }
        }
    }
}
