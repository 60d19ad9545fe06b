//! Fields of several parts: evidence, who came, who owes what, a person.

use super::{Form, PIECES, offices};
use crate::reader::Reader;
use crate::words::form::Word as W;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::policy::rows::EvidenceKind;
use maud::{Markup, html};

/// Pieces of evidence that are shown at once.
const SHOWN: usize = 2;
/// Deliverables of a meeting that a form takes.
pub(super) const OWED: usize = 2;

pub(super) fn evidence(reader: &Reader, form: &Form<'_>, name: &str) -> Markup {
    let (first, more) = (0..SHOWN, SHOWN..PIECES);
    let filled = more.clone().any(|no| {
        form.value(&format!("{name}.{no}.kind"))
            .is_some_and(|kind| !kind.is_empty())
    });
    html! {
        @for no in first { (piece(reader, form, name, no)) }
        details open[filled] {
            summary { (reader.say(W::MorePieces)) }
            @for no in more { (piece(reader, form, name, no)) }
        }
    }
}

fn piece(reader: &Reader, form: &Form<'_>, name: &str, no: usize) -> Markup {
    let part = |part: &str| format!("{name}.{no}.{part}");
    let (kind, reference) = (part("kind"), part("reference"));
    html! {
        div.piece {
            label { span.minor { (reader.say(W::ProofKind)) }
                select name=(kind) {
                    option value="" {}
                    @for one in EvidenceKind::ALL {
                        option value=(one.code()) selected[form.holds(&kind, one.code())] { (reader.own(one.label())) }
                    }
                }
            }
            label { span.minor { (reader.say(W::ProofFile)) }
                input type="file" name=(part("file")) accept="image/jpeg,image/png,image/webp,application/pdf";
            }
            label { span.minor { (reader.say(W::ProofReference)) }
                input name=(reference) value=[form.value(&reference)];
            }
        }
    }
}

pub(super) fn attendance(reader: &Reader, form: &Form<'_>, name: &str) -> Markup {
    let part = |field: &str| format!("{name}.{field}");
    let person = reader.person.as_ref();
    let own = |field: &str, own: Option<&str>| {
        form.value(&part(field))
            .or(own)
            .unwrap_or_default()
            .to_owned()
    };
    let role = own("role", person.map(|person| person.role.code()));
    html! {
        div.piece {
            label { span.minor { (reader.say(W::Person)) }
                input name=(part("person")) required value=(own("person", person.map(|person| person.code.as_str())));
            }
            label { span.minor { (reader.say(W::PersonRole)) }
                select name=(part("role")) required {
                    @for one in Role::ALL { option value=(one.code()) selected[role == one.code()] { (reader.own(one.label())) } }
                }
            }
            label { span.minor { (reader.say(W::PlaceOf)) }
                input name=(part("place")) required value=(own("place", None));
            }
        }
    }
}

/// Who owes what after a coordination meeting.
pub(super) fn deliverables(reader: &Reader, form: &Form<'_>, name: &str) -> Markup {
    let offices = offices(reader);
    html! {
        @for no in 0..OWED {
            @let (unit, what) = (format!("{name}.{no}.unit"), format!("{name}.{no}.what"));
            div.piece {
                label { span.minor { (reader.say(W::OneUnit)) }
                    select name=(unit) {
                        option value="" {}
                        @for (code, words) in &offices { option value=(code) selected[form.holds(&unit, code)] { (words) } }
                    }
                }
                label { span.minor { (reader.say(W::What)) } input name=(what) value=[form.value(&what)]; }
            }
        }
    }
}

/// A person in clear: sealed by the service before it goes anywhere.
pub(super) fn person(reader: &Reader, form: &Form<'_>, name: &str, needed: bool) -> Markup {
    let part = |field: &str| format!("{name}.{field}");
    html! {
        p.minor { (reader.say(W::SealedData)) }
        div.piece {
            @for (field, word) in [("name", W::PersonName), ("phone", W::Phone), ("identity_number", W::IdentityNumber), ("address", W::Address)] {
                label { span.minor { (reader.say(word)) }
                    input name=(part(field)) autocomplete="off" required[needed && field == "name"] value=[form.value(&part(field))];
                }
            }
        }
    }
}
