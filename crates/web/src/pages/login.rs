//! Logging in. In development anybody in office may be chosen; else the city's portal does it.

use super::track::ways;
use crate::frame::Frame;
use crate::parts::empty::empty;
use crate::words::frame::Word as W;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::text::Text;
use maud::{Markup, html};

/// Somebody who may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The code in the registry.
    pub person: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The unit.
    pub unit: String,
}

/// The page; `choices` are none where nobody may be chosen.
#[must_use]
pub fn page(frame: &Frame<'_>, choices: Option<&[Choice]>, next: &str, asked: &str) -> Markup {
    let reader = frame.reader;
    let content = html! {
        div.login {
            (ways(frame))
            h1 { (reader.say(W::LoginTitle)) }
            @match choices {
                None => p { (reader.say(W::LoginToken)) },
                Some(choices) => {
                    p { (reader.say(W::LoginAbout)) }
                    form.row method="get" action="/login" {
                        input type="hidden" name="next" value=(next);
                        label.out-of-sight for="who" { (reader.say(W::LoginSearch)) }
                        input #who type="search" name="who" value=(asked) placeholder=(reader.say(W::LoginSearch));
                        button { (reader.say(W::SearchGo)) }
                    }
                    @if choices.is_empty() {
                        (empty(reader.say(W::LoginNone), "", None))
                    } @else {
                        (people(frame, choices, next))
                    }
                }
            }
        }
    };
    frame.page(reader.say(W::LoginTitle), &content)
}

/// The choice of the office that somebody acts from, who holds several.
#[must_use]
pub fn which_office(frame: &Frame<'_>, offices: &[(String, Text)], next: &str) -> Markup {
    let reader = frame.reader;
    let content = html! {
        div.login {
            h1 { (reader.say(W::WhichOffice)) }
            p { (reader.say(W::WhichOfficeAbout)) }
            form method="post" action="/office" {
                input type="hidden" name="next" value=(next);
                dl.people { div { dt { (reader.say(W::Office)) } dd {
                    @for (code, label) in offices { button name="office" value=(code) { strong { (reader.text(label)) } } }
                } } }
            }
        }
    };
    frame.page(reader.say(W::WhichOffice), &content)
}

/// Who may be chosen, by role.
fn people(frame: &Frame<'_>, choices: &[Choice], next: &str) -> Markup {
    let reader = frame.reader;
    let roles = Role::ALL.iter().copied();
    let of = |role: Role| choices.iter().filter(move |choice| choice.role == role);
    html! {
        form method="post" action="/login" {
            input type="hidden" name="next" value=(next);
            dl.people {
                @for role in roles.filter(|role| of(*role).next().is_some()) {
                    div {
                        dt { (reader.own(role.label())) }
                        dd {
                            @for choice in of(role) {
                                button name="who" value={ (choice.person) " " (role.code()) "/" (choice.unit) } {
                                    strong lang=[frame.reader.tongue(&choice.name)] { (choice.name) } " "
                                    span.minor { (reader.unit(&choice.unit)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
