//! Personal data in a command: told in clear over an encrypted line, sealed before it goes anywhere.

use crate::body::pointer;
use crate::problem::{Issue, Trouble};
use gridwhistle::domain::ids::{CaseId, SubjectId};
use gridwhistle::personal::PersonalData;
use gridwhistle::{Engine, EngineError};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Where a command may hold a person.
const PLACES: [(&str, &str); 3] = [
    ("form", "reporter"),
    ("mandate", "principal"),
    ("mandate", "guardian"),
];

/// A person as a caller tells of them.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    /// A pseudonym for somebody who is known already; else a fresh one.
    subject: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    identity_number: String,
    #[serde(default)]
    address: String,
}

/// Seals every person of a command in place; says whose data it was. Without a subject of its own a
/// person gets one that follows from the command's key, so that a repeat is the same request.
pub(super) fn seal(
    engine: &Engine,
    body: &mut Map<String, Value>,
    case: CaseId,
    key: Uuid,
) -> Result<Vec<SubjectId>, Trouble> {
    let mut subjects = Vec::new();
    for (part, field) in PLACES {
        let told = body.get_mut(part).and_then(|part| part.get_mut(field));
        let Some(told) = told.filter(|told| !told.is_null()) else {
            continue;
        };
        let person: Person = serde_path_to_error::deserialize(told.take()).map_err(|error| {
            let place = format!("/{part}/{field}{}", pointer(error.path()));
            Issue::unread(place, error.inner())
        })?;
        let place = format!("{part}.{field}");
        let fresh = || Uuid::new_v5(&key, place.as_bytes()).to_string();
        let subject = SubjectId::new(person.subject.unwrap_or_else(fresh));
        let data = PersonalData {
            name: person.name,
            phone: person.phone,
            identity_number: person.identity_number,
            address: person.address,
        };
        // What is given for a mandate is given for its case alone.
        let sealed = if part == "mandate" {
            engine.seal_for_case(subject, case, key, &data)?
        } else {
            engine.seal(subject, key, &data)?
        };
        subjects.push(sealed.subject.clone());
        *told = serde_json::to_value(sealed).map_err(EngineError::from)?;
    }
    Ok(subjects)
}
