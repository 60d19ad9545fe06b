//! What the reports share: their heading, the addresses of their figures, counts that open.

use crate::address::written;
use crate::frame::Frame;
use crate::parts::figure::value;
use crate::parts::files::files;
use crate::parts::share::count;
use crate::parts::window::picker;
use crate::reader::Reader;
use crate::words::reports::Word as W;
use form_urlencoded::byte_serialize;
use gridwhistle_domain::score::case_indicator::CaseIndicator;
use gridwhistle_domain::score::indicator::Indicator;
use gridwhistle_domain::score::measure::Measure;
use gridwhistle_projections::questions::{CasesBy, Window};
use maud::{Markup, html};

/// The pages under one heading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Units,
    Areas,
    Indicators,
    Satisfaction,
    Ranking,
}

const TABS: [(Tab, &str, W); 5] = [
    (Tab::Units, "/reports/departments", W::TabUnits),
    (Tab::Areas, "/reports/areas", W::TabAreas),
    (Tab::Indicators, "/reports/indicators", W::Indicators),
    (Tab::Satisfaction, "/reports/satisfaction", W::Satisfaction),
    (Tab::Ranking, "/reports/ranking", W::Ranking),
];

/// The title, the way to the other reports of the same window, and the way to another window.
pub(crate) fn heading(frame: &Frame<'_>, title: W, tab: Tab, window: Window) -> Markup {
    let reader = frame.reader;
    let kept = |path: &str| written(path, kept(frame, &["window"]));
    html! {
        h1 { (reader.say(title)) }
        nav.tabs aria-label=(reader.say(W::Tabs)) {
            ul {
                @for (one, path, word) in TABS {
                    li { a href=(kept(path)) aria-current=[(one == tab).then_some("page")] { (reader.say(word)) } }
                }
            }
        }
        (picker(frame, window))
        p.minor { (files(frame)) }
    }
}

/// What of an address goes with one to another page: the instant, by what was known, and some more.
pub(crate) fn kept<'f>(
    frame: &Frame<'f>,
    more: &[&str],
) -> impl Iterator<Item = (&'f str, &'f str)> {
    let pairs = frame.address.pairs();
    pairs.filter(move |(name, _)| matches!(*name, "as_of" | "known_at") || more.contains(name))
}

/// A choice of what figures are told by.
pub(crate) fn choice(frame: &Frame<'_>, all: &[(CasesBy, &str, W)], chosen: CasesBy) -> Markup {
    let reader = frame.reader;
    html! {
        nav.levels aria-label=(reader.say(W::Level)) {
            ul { @for (by, code, word) in all {
                li { a href=(frame.address.with("by", code)) aria-current=[(*by == chosen).then_some("true")] { (reader.say(*word)) } }
            } }
        }
    }
}

/// A code as a part of a path.
pub(crate) fn segment(code: &str) -> String {
    let written: String = byte_serialize(code.as_bytes()).collect();
    written.replace('+', "%20")
}

/// How a group is named in the address of its figures opened.
pub(crate) fn whose(by: CasesBy, group: Option<&str>) -> Vec<(&'static str, &str)> {
    let code = group.unwrap_or("-");
    match by {
        CasesBy::City => Vec::new(),
        CasesBy::Unit => vec![("unit", code)],
        CasesBy::Street => vec![("area", code)],
        CasesBy::Community => vec![("area", code), ("level", "community")],
        CasesBy::Grid => vec![("area", code), ("level", "grid")],
    }
}

/// The cases behind a figure, in the window that the page shows.
pub(crate) fn explained(frame: &Frame<'_>, figure: &str, whose: &[(&str, &str)]) -> String {
    let kept = kept(frame, &["window"]);
    written(
        &format!("/explain/{figure}"),
        whose.iter().copied().chain(kept),
    )
}

/// The name of a share of a unit.
pub(crate) fn share_name(reader: &Reader, name: &str) -> String {
    match name {
        "completion" => reader.say(W::Completion).to_owned(),
        _ => label(reader, name),
    }
}

/// The name of a figure, as it begins a heading.
pub(crate) fn label(reader: &Reader, figure: &str) -> String {
    let legs = Indicator::from_code(figure).map(Indicator::label);
    let cases = || CaseIndicator::from_code(figure).map(CaseIndicator::label);
    let measured = || Measure::from_code(figure).map(Measure::label);
    let name = legs
        .or_else(cases)
        .or_else(measured)
        .map(|label| reader.own(label));
    capital(name.unwrap_or_else(|| figure.to_owned()))
}

/// With a capital letter, where the language has them.
pub(crate) fn capital(mut words: String) -> String {
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// What opens, where there is something behind it.
pub(crate) fn opened(to: &str, known: bool, shown: &Markup) -> Markup {
    match known {
        true => html! { a href=(to) { (shown) } },
        false => html! { (shown) },
    }
}

/// A count that opens, where there is something to see.
pub(crate) fn opening(of: &str, number: u64, opens: Option<&str>) -> Markup {
    let shown = value(of, count(number));
    match opens.filter(|_| number > 0) {
        Some(opens) => html! { a href=(opens) { (shown) } },
        None if number == 0 => html! { span.none { (shown) } },
        None => shown,
    }
}

/// The name of a figure in a heading: what is long breaks before what kind of share it is.
pub(crate) fn breaking(name: &str) -> Markup {
    let kind = name.char_indices().rev().nth(2).map(|(at, _)| at);
    let kind = kind.filter(|at| name.ends_with('率') && *at >= "按期".len());
    match kind.map(|at| name.split_at(at)) {
        Some((which, kind)) => html! { (which) wbr; (kind) },
        None => html! { (name) },
    }
}

/// A heading of a column that sorts by it.
pub(crate) fn sorting(frame: &Frame<'_>, key: &str, words: &str, num: bool) -> Markup {
    let sorted = frame.address.get("sort") == Some(key);
    let (class, to) = (num.then_some("num"), frame.address.with("sort", key));
    html! {
        th class=[class] scope="col" aria-sort=[sorted.then_some("other")] { a href=(to) { (breaking(words)) } }
    }
}
