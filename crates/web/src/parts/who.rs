//! Who did something, from the signature that is on record: `PERSON/ROLE/UNIT`.

use crate::reader::Reader;
use gridwhistle_domain::ids::PersonId;
use maud::{Markup, html};

/// A signature in words: the name as it is known now, the role, the unit.
pub(crate) fn signed(reader: &Reader, signature: &str) -> Markup {
    let mut parts = signature.splitn(3, '/');
    let (person, role, unit) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    person_of(reader, person, role, unit)
}

/// The same of its parts.
pub(crate) fn person_of(reader: &Reader, person: &str, role: &str, unit: &str) -> Markup {
    let registry = &reader.reference.registry;
    let known = registry.person_at(&PersonId::new(person), reader.at);
    let name = known.map(|known| known.name.as_str());
    html! {
        span.who-did {
            @if let Some(name) = name.filter(|name| *name != person) { span lang=[reader.tongue(name)] { (name) } " " }
            @if !person.is_empty() { span.code { (person) } " " }
            @if !role.is_empty() || !unit.is_empty() {
                span.minor {
                    (reader.role(role))
                    @if !unit.is_empty() { (reader.between()) (reader.unit(unit)) }
                }
            }
        }
    }
}
