//! 双向互评: which evaluations wait, the matrix, the scores, and the form of one case.

pub mod form;
pub mod list;
pub mod matrix;
pub mod scores;

use crate::address::written;
use crate::frame::Frame;
use crate::parts::tabs::{Tab, tabs};
use crate::reader::Reader;
use crate::words::mutual::Word as W;
use gridwhistle_domain::score::flags::{Flag, FlagKind};
use maud::{Markup, html};
use rust_decimal::Decimal;

/// Forms below which a mean is too few to judge by (`DOMAIN.md` 4.5).
const FEW: u64 = 5;

/// What stands above each of the pages.
fn heading(frame: &Frame<'_>) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let own = reader.person.as_ref().map(|person| person.unit.as_str());
    let window = address.get("window").map(|window| ("window", window));
    let mut all: Vec<Tab> = Vec::new();
    let mut add =
        |path: &str, pairs: &[(&str, &str)], window: Option<(&'static str, &str)>, word| {
            let fits = pairs
                .iter()
                .all(|(name, value)| address.get(name) == Some(value));
            // Of two that fit, the narrower one comes first.
            let here = address.path() == path && fits && !all.iter().any(|(_, _, here)| *here);
            let href = written(path, pairs.iter().copied().chain(window));
            all.push((href, reader.say(word), here));
        };
    if let Some(own) = own {
        let own = [("state", "form"), ("unit", own)];
        add("/evaluations", &own, None, W::TabOwn);
    }
    add("/evaluations", &[("state", "form")], None, W::TabForm);
    add("/evaluations", &[("state", "appeal")], None, W::TabAppeal);
    add("/evaluations", &[], window, W::TabSettled);
    add("/reports/matrix", &[], window, W::TabMatrix);
    let areas = [("rated_by", "department")];
    add("/reports/evaluations", &areas, window, W::TabOfAreas);
    add("/reports/evaluations", &[], window, W::TabOfDepartments);
    html! {
        h1 { (reader.say(W::Title)) }
        (tabs(reader.say(W::Title), &all))
    }
}

/// Points of a hundred, always with one digit after the point, so that they stand in line.
fn points(points: Decimal) -> String {
    format!("{:.1}", points.round_dp(1))
}

/// What came of an appeal.
fn appeal(reader: &Reader, state: &str) -> &'static str {
    reader.say(match state {
        "upheld" => W::AppealUpheld,
        "dismissed" => W::AppealDismissed,
        _ => W::AppealWaits,
    })
}

/// How many flags, with their kinds.
fn flagged(reader: &Reader, kinds: &[FlagKind]) -> Markup {
    if kinds.is_empty() {
        return html! {};
    }
    let names: Vec<String> = kinds.iter().map(|kind| reader.own(kind.label())).collect();
    html! { span.flag { (names.join(" · ")) } }
}

/// Every flag with the units it is about.
fn flags(reader: &Reader, flags: &[Flag]) -> Markup {
    html! {
        section.flags {
            h2 { (reader.say(W::Flags)) }
            p.minor { (reader.say(W::FlagsHow)) }
            @if flags.is_empty() {
                p.nothing { (reader.say(W::NoFlags)) }
            } @else {
                ul {
                    @for flag in flags {
                        @let (rater, count) = (reader.unit(flag.rater.as_str()), flag.evaluations.len().to_string());
                        li {
                            span.flag { (reader.own(flag.kind.label())) } " "
                            @match &flag.rated {
                                Some(rated) => (reader.fill(W::FlagLine, &[&rater, &reader.unit(rated.as_str()), &count])),
                                None => (reader.fill(W::FlagLineMany, &[&rater, &count])),
                            }
                        }
                    }
                }
            }
        }
    }
}
