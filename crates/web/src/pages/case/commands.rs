//! What the reader may do, and why not the rest.

use super::View;
use crate::pages::reports::capital;
use crate::parts::plain::plain;
use crate::reader::Reader;
use crate::words::case::Word as W;
use gridwhistle_domain::case::decide::Prospect;
use gridwhistle_domain::case::refusal::RefusalCode as Code;
use gridwhistle_domain::policy::words;
use maud::{Markup, html};

/// The buttons of a case.
pub(super) fn commands(reader: &Reader, view: &View<'_>) -> Markup {
    let Some(allowed) = view.allowed else {
        return html! { section.commands { h2 { (reader.say(W::Commands)) } p.nothing { (reader.say(W::PastOnly)) } } };
    };
    let (open, refused): (Vec<_>, Vec<_>) = allowed.iter().partition(|one| one.refusal.is_none());
    let (far, near): (Vec<_>, Vec<_>) = refused.into_iter().partition(|one| {
        is(
            one,
            &[
                Code::WrongStage,
                Code::CommandNotAllowedForClass,
                Code::CaseEnded,
            ],
        )
    });
    let (others, near): (Vec<_>, Vec<_>) = near
        .into_iter()
        .partition(|one| is(one, &[Code::NotYourStep]));
    html! {
        section.commands {
            h2 { (reader.say(W::Commands)) }
            @if open.is_empty() {
                p.nothing { (reader.say(W::NoCommands)) }
            } @else {
                ul.buttons {
                    @for group in open.chunk_by(|one, other| one.command == other.command) { (button(reader, view, group)) }
                }
            }
            @for (word, list) in [(W::NotNow, near), (W::OfOthers, others), (W::Far, far)] {
                @if !list.is_empty() {
                    details.refused {
                        summary { (reader.fill(word, &[&list.len().to_string()])) }
                        ul { @for one in list {
                            li {
                                button disabled { (name(reader, view, one)) }
                                @if let Some(refusal) = &one.refusal { p { (plain(reader, &refusal.message(reader.language))) } }
                            }
                        } }
                    }
                }
            }
        }
    }
}

/// One command; where it is allowed for several legs, a button for each.
fn button(reader: &Reader, view: &View<'_>, group: &[&Prospect]) -> Markup {
    let case = &view.sheet.file.ledger.case_id;
    match group {
        [one] => {
            html! { li { a.button href=(form(case, one)) { (capital(name(reader, view, one))) } } }
        }
        several => html! {
            @if let Some(first) = several.first() {
                li.of-legs {
                    span { (reader.own(words::command(first.command))) }
                    @for one in several { a.button href=(form(case, one)) { (leg(reader, view, one)) } }
                }
            }
        },
    }
}

/// The unit of the leg that a command would speak of.
fn leg(reader: &Reader, view: &View<'_>, one: &Prospect) -> String {
    let number = one.leg.map_or(0, |leg| i64::from(leg.0));
    let mut legs = view.sheet.file.legs.iter();
    let unit = legs.find(|row| row.leg == number);
    unit.map_or_else(|| number.to_string(), |row| reader.unit(&row.unit))
}

fn is(one: &Prospect, codes: &[Code]) -> bool {
    let refusal = one.refusal.as_ref();
    refusal.is_some_and(|refusal| codes.contains(&refusal.code))
}

fn form(case: &str, one: &Prospect) -> String {
    let path = format!("/cases/{case}/do/{}", one.command.code());
    match one.leg {
        Some(leg) => format!("{path}?leg={leg}"),
        None => path,
    }
}

fn name(reader: &Reader, view: &View<'_>, one: &Prospect) -> String {
    let command = reader.own(words::command(one.command));
    let several = view.sheet.file.legs.len() > 1;
    match one.leg.filter(|_| several) {
        Some(_) => reader.fill(W::LegOf, &[&command, &leg(reader, view, one)]),
        None => command,
    }
}
