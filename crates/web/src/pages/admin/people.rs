//! People in office, by unit, with how long they hold it.

use crate::frame::Frame;
use crate::pages::ledger::units;
use crate::parts::empty::empty;
use crate::parts::figure::named;
use crate::parts::files::files;
use crate::parts::time;
use crate::reader::Reader;
use crate::words::admin::Word as W;
use gridwhistle_domain::registry::UnitKind;
use gridwhistle_projections::models::{Holder, People};
use maud::{Markup, html};

/// Offices that a page lists before it asks for a unit.
const LISTED: usize = 400;

/// The page.
#[must_use]
pub fn people(frame: &Frame<'_>, people: &People) -> Markup {
    let reader = frame.reader;
    let mut rows: Vec<(usize, &Holder)> = people.people.iter().enumerate().collect();
    rows.sort_by(|(_, one), (_, other)| {
        (&one.unit, &one.grid, one.role).cmp(&(&other.unit, &other.grid, other.role))
    });
    let more = rows.len() > LISTED;
    let content = html! {
        div.heading {
            h1 { (reader.say(W::People)) }
            p.sum { (reader.fill(W::PeopleCount, &[&rows.len().to_string()])) }
        }
        (picker(frame))
        p.minor { (files(frame)) }
        @if rows.is_empty() {
            (empty(reader.say(W::NoPeople), reader.say(W::NoPeopleHint), None))
        } @else {
            @if more { p.note { (reader.fill(W::PeopleMore, &[&LISTED.to_string()])) } }
            div.table-wrap { table.list {
                thead { tr {
                    th { (reader.say(W::Unit)) } th { (reader.say(W::Grid)) } th { (reader.say(W::Role)) }
                    th { (reader.say(W::Person)) } th { (reader.say(W::Since)) } th { (reader.say(W::Until)) }
                } }
                tbody { @for (no, one) in rows.into_iter().take(LISTED) { (row(reader, no, one)) } }
            } }
        }
    };
    frame.page(reader.say(W::People), &content)
}

fn row(reader: &Reader, no: usize, one: &Holder) -> Markup {
    let place = |field: &str| format!("/people/{no}/{field}");
    let unit = one.unit.as_str();
    html! {
        tr data-row="" {
            td { (named(&place("unit"), unit, &reader.unit(unit))) }
            td { @match &one.grid { Some(grid) => (reader.grid(grid.as_str())), None => span.none { "–" } } }
            td { (named(&place("role"), one.role.code(), &reader.own(one.role.label()))) }
            td { span lang=[reader.tongue(&one.name)] { (one.name) } " " span.code { (named(&place("person"), one.person.as_str(), one.person.as_str())) } }
            td.short data-label=(reader.say(W::Since)) { (time::from(reader, one.from)) }
            td.short data-label=(reader.say(W::Until)) { @match one.until { Some(until) => (time::from(reader, until)), None => span.none { "–" } } }
        }
    }
}

/// A choice of the unit below which people are shown.
fn picker(frame: &Frame<'_>) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let chosen = address.get("within");
    let all = [
        UnitKind::City,
        UnitKind::District,
        UnitKind::Street,
        UnitKind::Community,
        UnitKind::Department,
    ];
    html! {
        form.filters method="get" action=(address.path()) {
            label.field { span { (reader.say(W::Within)) }
                select name="within" {
                    option value="" { (reader.say(W::AllUnits)) }
                    @for (code, name) in units(reader, &all) {
                        option value=(code) selected[chosen == Some(code.as_str())] { (name) }
                    }
                }
            }
            button { (reader.say(W::Show)) }
        }
    }
}
