//! 超期清单: the four lists, each with what is asked of it.

use crate::address::Address;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::parts::figure::{how, named};
use crate::parts::files::files;
use crate::parts::line::Line;
use crate::parts::{pager, time, views};
use crate::reader::{Reader, number};
use crate::words::ledger::Word as W;
use gridwhistle_projections::questions::{WatchList, WatchPage, WatchRow};
use maud::{Markup, html};

const fn words(list: WatchList) -> (W, W) {
    match list {
        WatchList::Prewarning => (W::Prewarning, W::PrewarningHow),
        WatchList::Overdue => (W::Overdue, W::OverdueHow),
        WatchList::Severe => (W::Severe, W::SevereHow),
        WatchList::Suspended => (W::Suspended, W::SuspendedHow),
    }
}

/// One of the lists.
#[must_use]
pub fn page(frame: &Frame<'_>, page: &WatchPage) -> Markup {
    let reader = frame.reader;
    let (name, counted) = words(page.list);
    let content = html! {
        h1 { (reader.say(W::WatchTitle)) }
        (views::kept(frame))
        nav.tabs aria-label=(reader.say(W::WatchTitle)) {
            ul {
                @for list in WatchList::ALL {
                    li { a href=(tab(frame.address, list)) aria-current=[(list == page.list).then_some("page")] {
                        (reader.say(words(list).0))
                    } }
                }
            }
        }
        (super::ledger::filters(frame, &["class", "street", "unit"], &[]))
        div.about {
            p.count { (reader.fill(W::Shown, &[&page.rows.len().to_string()])) }
            (how(reader, reader.say(counted)))
            (files(frame))
            (views::keep(frame))
        }
        @if page.rows.is_empty() {
            (empty(reader.say(W::EmptyWatch), reader.say(W::EmptyWatchHint), None))
        } @else if page.list == WatchList::Suspended {
            (suspended(reader, &page.rows))
        } @else {
            (running(reader, &page.rows))
        }
        (pager::pager(reader, frame.address, page.next.as_deref()))
    };
    frame.page(reader.say(name), &content)
}

/// Another list under the same filters.
fn tab(address: &Address, list: WatchList) -> String {
    let pairs = address.pairs().filter(|(name, _)| *name != "cursor");
    crate::address::written(&format!("/lists/{}", list.code()), pairs)
}

fn running(reader: &Reader, rows: &[WatchRow]) -> Markup {
    html! {
        div.table-wrap {
            table.list {
                thead { tr {
                    th.num { (reader.say(W::Number)) }
                    th.num { (reader.say(W::Late)) " / " (reader.say(W::Left)) }
                    th.num { (reader.say(W::Due)) }
                    th { (reader.say(W::Class)) }
                    th { (reader.say(W::Matter)) }
                    th { (reader.say(W::Place)) }
                    th { (reader.say(W::Lead)) }
                    th { (reader.say(W::Duty)) }
                    th.num { (reader.say(W::Used)) }
                    th { (reader.say(W::Cards)) }
                } }
                tbody {
                    @for (no, row) in rows.iter().enumerate() {
                        @let line = Line::from(row);
                        tr data-row="" {
                            td.num { (named(&format!("/rows/{no}/case_id"), &row.case_id, "")) (line.number()) }
                            td.num { (line.late_by(reader, &format!("/rows/{no}"))) }
                            td.num data-label=(reader.say(W::Due)) { (line.due(reader, &format!("/rows/{no}"))) }
                            td.short { (line.class(reader)) }
                            td.about { (line.about(reader)) }
                            td.place { (line.place(reader)) }
                            td.holder { (line.lead(reader)) }
                            td { (line.next(reader)) }
                            td.num data-label=(reader.say(W::Used)) { (used(row, no)) }
                            td.short { (line.cards(reader)) }
                        }
                    }
                }
            }
        }
    }
}

/// Minutes used of the budget, as a share; both stand in the title for who wants them.
fn used(row: &WatchRow, no: usize) -> Markup {
    match (row.used, row.budget) {
        (Some(used), Some(budget)) if budget > 0 => html! {
            data value=(used) data-from={ "/rows/" (no) "/used" } { (number(used * 100 / budget)) "%" }
        },
        _ => html! { span.none { "–" } },
    }
}

fn suspended(reader: &Reader, rows: &[WatchRow]) -> Markup {
    html! {
        div.table-wrap {
            table.list {
                thead { tr {
                    th.num { (reader.say(W::Number)) }
                    th.num { (reader.say(W::Stood)) }
                    th.num { (reader.say(W::Since)) }
                    th { (reader.say(W::Class)) }
                    th { (reader.say(W::Matter)) }
                    th { (reader.say(W::Place)) }
                    th { (reader.say(W::Lead)) }
                    th { (reader.say(W::Reason)) }
                    th.num { (reader.say(W::Review)) }
                } }
                tbody {
                    @for (no, row) in rows.iter().enumerate() {
                        @let line = Line::from(row);
                        tr data-row="" {
                            td.num { (named(&format!("/rows/{no}/case_id"), &row.case_id, "")) (line.number()) }
                            td.num data-label=(reader.say(W::Stood)) { @match row.suspended_minutes {
                                Some(minutes) => { data value=(minutes) data-from={ "/rows/" (no) "/suspended_minutes" } { (reader.span(minutes)) } }
                                None => { span.none { "–" } }
                            } }
                            td.num data-label=(reader.say(W::Since)) { (time::told_if(reader, &format!("/rows/{no}/suspended_since"), row.suspended_since)) }
                            td.short { (line.class(reader)) }
                            td.about { (line.about(reader)) }
                            td.place { (line.place(reader)) }
                            td.holder { (line.lead(reader)) }
                            td { (reason(reader, row.suspension_reason.as_deref())) }
                            td.num data-label=(reader.say(W::Review)) { (time::may_be(reader, row.review_due.or(row.suspended_until))) }
                        }
                    }
                }
            }
        }
    }
}

/// A reason in the words of the policy in force.
fn reason(reader: &Reader, code: Option<&str>) -> Markup {
    let Some(code) = code else {
        return html! { span.none { "–" } };
    };
    let policy = reader.reference.policies.in_force(reader.at);
    let words = policy.and_then(|policy| policy.reasons.suspend.get(code));
    html! { (words.map_or(code, |words| reader.text(words))) }
}
