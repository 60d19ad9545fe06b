//! 台账: the ledger with its filters in the address.

use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::named;
use crate::parts::files::files;
use crate::parts::lamp::lamp;
use crate::parts::line::{self, Line};
use crate::parts::{pager, views};
use crate::reader::Reader;
use crate::words::ledger::Word as W;
use gridwhistle_domain::case::stage::Stage;
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::local_time;
use gridwhistle_domain::registry::UnitKind;
use gridwhistle_projections::questions::LedgerPage;
use maud::{Markup, html};

/// A page of the ledger.
#[must_use]
pub fn page(frame: &Frame<'_>, page: &LedgerPage) -> Markup {
    let reader = frame.reader;
    let content = html! {
        h1 { (reader.say(W::Title)) }
        (views::kept(frame))
        (filters(frame, &["text", "class", "stage", "street", "unit", "sort"], &["open_only", "overdue"]))
        div.about {
            p.count { (reader.fill(W::Shown, &[&page.rows.len().to_string()])) }
            (narrowed(frame))
            (files(frame))
            (views::keep(frame))
        }
        @if page.rows.is_empty() {
            (empty(reader.say(W::EmptyTitle), reader.say(W::EmptyHint), Some(("/cases", reader.say(W::Clear)))))
        } @else {
            (table(reader, page))
        }
        (pager::pager(reader, frame.address, page.next.as_deref()))
    };
    frame.page(reader.say(W::Title), &content)
}

fn table(reader: &Reader, page: &LedgerPage) -> Markup {
    html! {
        div.table-wrap {
            table.list {
                thead { tr {
                    th.num { (reader.say(W::Number)) }
                    th { (reader.say(W::Light)) }
                    th { (reader.say(W::Class)) }
                    th { (reader.say(W::Matter)) }
                    th { (reader.say(W::Place)) }
                    th { (reader.say(W::Lead)) }
                    th { (reader.say(W::Stage)) }
                    th { (reader.say(W::Duty)) }
                    th.num { (reader.say(W::Due)) }
                    th.num { (reader.say(W::Late)) " / " (reader.say(W::Left)) }
                    th { (reader.say(W::Cards)) }
                } }
                tbody {
                    @for (no, row) in page.rows.iter().enumerate() {
                        @let line = Line::of(row, page.at);
                        tr data-row="" {
                            td.num { (named(&format!("/rows/{no}/case_id"), &row.case_id, "")) (line.number()) }
                            td { (lamp(reader, row.light(page.at))) }
                            td.short { (line.class(reader)) }
                            td.about { (line.about(reader)) }
                            td.place { (line.place(reader)) }
                            td.holder { (line.lead(reader)) }
                            td.short { (named(&format!("/rows/{no}/stage"), &row.stage, &line::stage(reader, &row.stage))) }
                            td { (line.next(reader)) }
                            td.num data-label=(reader.say(W::Due)) { (line.due(reader, &format!("/rows/{no}"))) }
                            td.num { (line.lateness(reader)) }
                            td { (line.cards(reader)) }
                        }
                    }
                }
            }
        }
    }
}

/// Conditions that come with a link and have no field of their own.
fn narrowed(frame: &Frame<'_>) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let since = |text: &str| {
        let at = local_time::read(text);
        at.map_or_else(|| text.to_owned(), |at| reader.when(at))
    };
    let mut told = Vec::new();
    for (name, value) in address.pairs() {
        match name {
            "due_within" => told.push(reader.fill(W::FDueWithin, &[value])),
            "unclassed" => told.push(reader.say(W::FUnclassed).to_owned()),
            "review_due" => told.push(reader.say(W::FReviewDue).to_owned()),
            "closed_from" => told.push(reader.fill(W::FClosedFrom, &[&since(value)])),
            "reported_from" => told.push(reader.fill(W::FFrom, &[&since(value)])),
            "duty" => told.push(line::clock(reader, value)),
            "community" => told.push(reader.unit(value)),
            "grid" => told.push(reader.grid(value)),
            "matter" => told.push(reader.matter(value)),
            "figure" | "source" | "anomaly" | "list" => told.push(value.to_owned()),
            _ => {}
        }
    }
    if told.is_empty() {
        return html! {};
    }
    html! { p { (reader.fill(W::Narrowed, &[&told.join(" · ")])) " " a href="/cases" { (reader.say(W::Clear)) } } }
}

/// The filters of a list: a form that only changes the address.
pub(crate) fn filters(frame: &Frame<'_>, fields: &[&str], flags: &[&str]) -> Markup {
    let (reader, address) = (frame.reader, frame.address);
    let own = |name: &str| fields.contains(&name) || flags.contains(&name) || name == "cursor";
    html! {
        form.filters method="get" action=(address.path()) {
            @for (name, value) in address.pairs().filter(|(name, _)| !own(name)) {
                input type="hidden" name=(name) value=(value);
            }
            @for field in fields { (self::field(frame, field)) }
            @for flag in flags {
                label.check.unasked[address.get(flag) != Some("true")] {
                    input type="checkbox" name=(flag) value="true" checked[address.get(flag) == Some("true")];
                    (reader.say(if *flag == "overdue" { W::OverdueOnly } else { W::OpenOnly }))
                }
            }
            button { (reader.say(W::Filter)) }
            @if address.pairs().next().is_some() {
                a.clear href=(address.path()) { (reader.say(W::Clear)) }
            }
        }
    }
}

fn field(frame: &Frame<'_>, name: &str) -> Markup {
    let reader = frame.reader;
    match name {
        "text" => html! {
            label.field.wide.unasked[frame.address.get("text").is_none_or(str::is_empty)] { span { (reader.say(W::Words)) }
                input type="search" name="text" value=[frame.address.get("text")] placeholder=(reader.say(W::WordsHint));
            }
        },
        "class" => {
            let all =
                CaseClass::ALL.map(|class| (class.code().to_owned(), reader.class(class.code())));
            choice(frame, name, (W::Class, Some(W::AnyClass)), &all)
        }
        "stage" => {
            let all = Stage::ALL.iter();
            let all: Vec<_> = all
                .map(|stage| (stage.code().to_owned(), reader.own(stage.label())))
                .collect();
            choice(frame, name, (W::Stage, Some(W::AnyStage)), &all)
        }
        "street" => choice(
            frame,
            name,
            (W::Place, Some(W::AnyStreet)),
            &units(reader, &[UnitKind::Street]),
        ),
        "unit" => choice(
            frame,
            name,
            (W::Lead, Some(W::AnyUnit)),
            &units(reader, &[UnitKind::Department]),
        ),
        _ => {
            let all = [
                ("newest", W::Newest),
                ("oldest", W::Oldest),
                ("due", W::DueFirst),
                ("closed_last", W::ClosedLast),
                ("number", W::ByNumber),
            ];
            let all = all.map(|(code, word)| (code.to_owned(), reader.say(word).to_owned()));
            choice(frame, name, (W::Sort, None), &all)
        }
    }
}

/// Units that stand now, kind by kind.
pub(crate) fn units(reader: &Reader, kinds: &[UnitKind]) -> Vec<(String, String)> {
    let registry = &reader.reference.registry;
    let all = kinds
        .iter()
        .flat_map(|kind| registry.units().filter(move |unit| unit.kind == *kind));
    let known = all.filter_map(|unit| {
        let details = registry.unit_at(&unit.id, reader.at)?;
        Some((
            unit.id.as_str().to_owned(),
            reader.text(&details.name).to_owned(),
        ))
    });
    known.collect()
}

fn choice(
    frame: &Frame<'_>,
    name: &str,
    (label, any): (W, Option<W>),
    all: &[(String, String)],
) -> Markup {
    let (reader, chosen) = (frame.reader, frame.address.get(name));
    let known = chosen.is_none_or(|chosen| all.iter().any(|(code, _)| code == chosen));
    html! {
        label.field.unasked[any.is_some() && chosen.is_none_or(str::is_empty)] { span { (reader.say(label)) }
            select name=(name) {
                @if let Some(any) = any { option value="" { (reader.say(any)) } }
                @if let (false, Some(chosen)) = (known, chosen) { option value=(chosen) selected { (if chosen == "-" { reader.say(W::FNone) } else { chosen }) } }
                @for (code, words) in all {
                    option value=(code) selected[chosen == Some(code.as_str())] { (words) }
                }
            }
        }
    }
}
