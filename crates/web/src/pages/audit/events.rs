//! The events of a stretch of the log, in its order, each leading to its proof.

use super::heading;
use crate::address::written;
use crate::frame::Frame;
use crate::pages::ledger::units;
use crate::pages::overview::what;
use crate::parts::empty::empty;
use crate::parts::figure::value;
use crate::parts::share::count;
use crate::parts::{time, who};
use crate::reader::{Reader, number};
use crate::words::audit::Word as W;
use gridwhistle_domain::registry::UnitKind;
use gridwhistle_projections::models::{ToldEvent, ToldEvents};
use maud::{Markup, html};

/// How far back `earlier` leads where events are left out: as far as a page looks.
const LOOKED_AT: u64 = 4_000;

/// Which stretch is shown.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// After which position it begins.
    pub after: u64,
    /// Rows of a page.
    pub limit: u64,
}

/// The page.
#[must_use]
pub fn events(frame: &Frame<'_>, page: &ToldEvents, stretch: Stretch) -> Markup {
    let reader = frame.reader;
    let shown = page.events.len().to_string();
    let upto = number(count(page.after));
    let content = html! {
        (heading(reader, frame.address))
        (filters(frame))
        div.about { p.count { (reader.fill(W::ShownEvents, &[&shown, &upto])) } }
        @if page.events.is_empty() {
            (empty(reader.say(W::NoEvents), reader.say(W::NoEventsHint), Some(("/audit/events", reader.say(W::Newest)))))
        } @else {
            (table(reader, page))
        }
        (ways(frame, page, stretch))
    };
    frame.page(reader.say(W::Events), &content)
}

fn filters(frame: &Frame<'_>) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let chosen = address.get("unit");
    let asks_nothing = |name: &str| address.get(name).is_none_or(str::is_empty);
    let all = [
        UnitKind::Department,
        UnitKind::Street,
        UnitKind::Community,
        UnitKind::District,
    ];
    let text = |name: &'static str, word: W, hint: Option<W>| {
        html! {
            label.field.unasked[asks_nothing(name)] { span { (reader.say(word)) }
                input type="text" name=(name) value=[address.get(name)] placeholder=[hint.map(|hint| reader.say(hint))] autocomplete="off";
            }
        }
    };
    let number = |name: &'static str, word: W| {
        html! {
            label.field.short.unasked[asks_nothing(name)] { span { (reader.say(word)) }
                input type="number" min="0" name=(name) value=[address.get(name)];
            }
        }
    };
    html! {
        form.filters method="get" action="/audit/events" {
            (number("after", W::From))
            (number("before", W::Before))
            (text("type", W::Type, Some(W::TypeHint)))
            (text("case", W::Case, Some(W::CaseHint)))
            (text("actor", W::Actor, Some(W::ActorHint)))
            label.field.unasked[asks_nothing("unit")] { span { (reader.say(W::Unit)) }
                select name="unit" {
                    option value="" { (reader.say(W::AnyUnit)) }
                    @for (code, name) in units(reader, &all) {
                        option value=(code) selected[chosen == Some(code.as_str())] { (name) }
                    }
                }
            }
            button { (reader.say(W::Filter)) }
            @if address.pairs().next().is_some() { a.clear href="/audit/events" { (reader.say(W::Clear)) } }
        }
    }
}

fn table(reader: &Reader, page: &ToldEvents) -> Markup {
    html! {
        div.table-wrap {
            table.list.events-of-log {
                thead { tr {
                    th.num { (reader.say(W::Position)) }
                    th { (reader.say(W::When)) }
                    th { (reader.say(W::What)) }
                    th { (reader.say(W::Type)) }
                    th { (reader.say(W::By)) }
                    th { (reader.say(W::Case)) }
                } }
                tbody { @for (no, event) in page.events.iter().enumerate() { (row(reader, no, event)) } }
            }
        }
    }
}

fn row(reader: &Reader, no: usize, event: &ToldEvent) -> Markup {
    html! {
        tr data-row="" {
            td.num { a.no href={ "/audit/events/" (event.position) } { (value(&format!("/events/{no}/position"), count(event.position))) } }
            td.short { (time::at(reader, event.recorded_at)) }
            td.about {
                @match (&event.text, &event.stream) {
                    (Some(text), _) => (what(reader, text)),
                    (None, Some(stream)) => (super::records::area(reader, stream)),
                    (None, None) => "–",
                }
            }
            td { code { data value=(event.kind) data-from={ "/events/" (no) "/type" } { (parted(&event.kind)) } } }
            td { @if let Some(by) = &event.by { (who::person_of(reader, by.person.as_deref().unwrap_or_default(), &by.role, &by.unit)) } }
            td { @if let Some(case) = &event.case { a href={ "/cases/" (case) } { code.id { (case) } } } }
        }
    }
}

/// A name of several words, which may break between them.
fn parted(name: &str) -> Markup {
    let mut words = Vec::new();
    for (place, one) in name.char_indices() {
        if words.is_empty() || one.is_uppercase() {
            words.push(place);
        }
    }
    words.push(name.len());
    html! { @for two in words.windows(2) { wbr; (&name[two[0]..two[1]]) } }
}

/// Along the log: earlier, later, to its end.
fn ways(frame: &Frame<'_>, page: &ToldEvents, stretch: Stretch) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let filtered = ["type", "case", "actor", "unit"]
        .iter()
        .any(|name| address.get(name).is_some());
    let step = if filtered { LOOKED_AT } else { stretch.limit };
    let at = |after: u64| {
        let after = after.to_string();
        let kept = address
            .pairs()
            .filter(|(name, _)| !matches!(*name, "after" | "before"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<Vec<_>>();
        let kept = kept
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        written("/audit/events", kept.chain([("after", after.as_str())]))
    };
    html! {
        nav.pager aria-label=(reader.say(W::Events)) {
            @if stretch.after > 0 { a rel="prev" href=(at(stretch.after.saturating_sub(step))) { (reader.say(W::Older)) } }
            @if page.more { a rel="next" href=(at(page.after)) { (reader.say(W::Newer)) } }
            @if page.more { a href="/audit/events" { (reader.say(W::Newest)) } }
        }
    }
}
