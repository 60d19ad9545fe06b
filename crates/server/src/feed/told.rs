//! An event as it is told outside: readable, and without personal data. Sealed fields, pseudonyms and
//! residents' ids are left out, wherever they stand.

use gridwhistle::EngineError;
use gridwhistle::domain::actor::{Actor, Role};
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::case::fact::CaseEvent;
use gridwhistle::domain::happened::Happened;
use gridwhistle::domain::ids::CaseId;
use gridwhistle::projections::timeline::words_of;
use serde::Serialize;
use serde_json::{Value, json};

/// What the log holds, as the engine hands it over.
pub(crate) type Recorded = gridwhistle::RecordedEvent;

/// The case that an event belongs to; none: it is of no case.
pub(crate) fn case_of(row: &Recorded) -> Option<CaseId> {
    let of_case = row.stream.aggregate_type == "case";
    let id = of_case.then(|| row.stream.aggregate_id.parse().ok());
    id.flatten().map(CaseId)
}

/// The event of a case in its present form.
pub(crate) fn read(row: &Recorded) -> Result<CaseEvent, EngineError> {
    let position = row.position;
    CaseEvent::read(&row.event_type, &row.event_version, &row.payload)
        .map_err(|what| EngineError::Unreadable { position, what })
}

/// Who did it, as others may know: nobody learns which resident.
#[derive(Serialize)]
struct By<'a> {
    role: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    unit: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<&'a str>,
}

impl<'a> By<'a> {
    fn of(actor: &'a Actor) -> Self {
        let named = !matches!(actor.role, Role::Resident | Role::System);
        Self {
            role: actor.role.code(),
            unit: actor.unit.as_str(),
            person: named.then(|| actor.person.as_str()),
        }
    }
}

/// An event of a case: where it stands, who did what, and the sentence of the story.
pub(crate) fn of_case(row: &Recorded, event: &CaseEvent, reference: &Reference) -> Value {
    let fact = serde_json::to_value(&event.fact).unwrap_or_default();
    // A fact is written as its name and its content.
    let mut content = match fact {
        Value::Object(named) => named.into_iter().next().map(|(_, content)| content),
        _ => None,
    };
    content.iter_mut().for_each(without_people);
    json!({
        "position": row.position,
        "case": row.stream.aggregate_id,
        "sequence": row.sequence,
        "type": event.fact.name(),
        "at": event.at,
        "recorded_at": row.recorded_at,
        "by": By::of(&event.by),
        "fact": content,
        "text": words_of(event, reference),
    })
}

/// An event of what the city sets up, or of its scores: that it happened, not what it holds.
pub(crate) fn of_other(row: &Recorded) -> Value {
    json!({
        "position": row.position,
        "stream": row.stream.aggregate_type,
        "sequence": row.sequence,
        "type": row.event_type,
        "at": row.occurred_at,
        "recorded_at": row.recorded_at,
    })
}

/// Takes out what is sealed and whoever it is about.
fn without_people(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| !is_of_a_person(name, value));
            fields.values_mut().for_each(without_people);
        }
        Value::Array(items) => {
            items.retain(|item| !is_of_a_person("", item));
            items.iter_mut().for_each(without_people);
        }
        _ => {}
    }
}

fn is_of_a_person(name: &str, value: &Value) -> bool {
    let whole = |object: &serde_json::Map<String, Value>| {
        let resident = object.get("role").and_then(Value::as_str) == Some("resident");
        object.contains_key("ciphertext") || object.contains_key("subject") || resident
    };
    // `contact`: whom the four elements of a reply say was spoken with.
    matches!(name, "subject" | "subjects" | "on_behalf_of" | "contact")
        || value.as_object().is_some_and(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_stands_in_an_event_is_left_out_at_any_depth() {
        let mut fact = json!({
            "form": { "description": "a leak", "reporter": { "subject": "s-1",
                "details": { "alg": "A256GCM", "ciphertext": "c0" } } },
            "others": [{ "subject": "s-2" }],
            "handler": { "person": "P-1", "role": "grid_officer", "on_behalf_of": "R-7" },
            "by": { "person": "R-1", "role": "resident", "unit": "" },
        });
        without_people(&mut fact);
        let left = json!({
            "form": { "description": "a leak" },
            "others": [],
            "handler": { "person": "P-1", "role": "grid_officer" },
        });
        assert_eq!(fact, left);
    }

    #[test]
    fn no_released_form_of_a_fact_tells_of_a_person() {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../domain/tests/fixtures/events/1.0"
        );
        let mut read = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let event: CaseEvent = serde_json::from_str(&text).unwrap();
            let mut fact = serde_json::to_value(&event.fact).unwrap();
            without_people(&mut fact);
            let told = fact.to_string();
            for word in ["ciphertext", "subject-", "P-absent"] {
                assert!(!told.contains(word), "{}: {told}", event.fact.name());
            }
            read += 1;
        }
        assert!(read > 50);
    }
}
