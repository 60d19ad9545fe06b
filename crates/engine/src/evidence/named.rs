//! Which files the events of a case name.

use super::FileHash;
use crate::Engine;
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::record::Evidence;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_store::StreamId;
use serde_json::Value;

/// A piece of evidence as an event names it: a photo, a paper, the minutes of a meeting.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::evidence::NamedEvidence;
///
/// let case = gridwhistle::doc::reported(&engine).await?;
/// let named: Vec<NamedEvidence> = engine.evidence(case).await?;
/// assert!(named.is_empty(), "nothing was shown with the report");
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedEvidence {
    /// The kind (a code of [`Evidence::kind`], or `minutes`).
    pub kind: String,
    /// As the event has it: a hash, or the number of a document.
    pub reference: String,
    /// Words beside it.
    pub note: String,
    /// The fact that names it.
    pub fact: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Actor,
    /// Where it stands in the log.
    pub position: u64,
}

impl NamedEvidence {
    /// The file that it names, if the reference is a hash.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// # let case = gridwhistle::doc::reported(&engine).await?;
    /// let named = engine.evidence(case).await?;
    /// assert!(named.iter().all(|one| one.file().is_some()));
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    #[must_use]
    pub fn file(&self) -> Option<FileHash> {
        FileHash::read(&self.reference)
    }
}

impl Engine {
    /// Every piece of evidence that the events of a case name, in their order.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evidence(&self, case: CaseId) -> Result<Vec<NamedEvidence>, EngineError> {
        let inner = &self.inner;
        let stream = StreamId::new(Case::TYPE, case.to_string());
        let events = inner.log.read_stream(&inner.tenant, &stream, 0).await?;
        let mut all = Vec::new();
        for event in events {
            let unreadable = |what| EngineError::Unreadable {
                position: event.position,
                what,
            };
            let read = CaseEvent::read(&event.event_type, &event.event_version, &event.payload);
            let read = read.map_err(unreadable)?;
            let mut found = Vec::new();
            collect(&serde_json::to_value(&read.fact)?, &mut found);
            all.extend(found.into_iter().map(|(kind, reference, note)| {
                NamedEvidence {
                    kind,
                    reference,
                    note,
                    fact: event.event_type.clone(),
                    at: read.at,
                    by: read.by.clone(),
                    position: event.position,
                }
            }));
        }
        Ok(all)
    }
}

/// Wherever in a fact a piece of evidence stands: a new fact is read by its shape.
fn collect(value: &Value, found: &mut Vec<(String, String, String)>) {
    match value {
        Value::Object(fields) => {
            if let Ok(one) = serde_json::from_value::<Evidence>(value.clone()) {
                found.push((one.kind.code().to_owned(), one.reference, one.note));
                return;
            }
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "minutes" => {
                        found.push((name.clone(), text.clone(), String::new()));
                    }
                    _ => collect(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn evidence_is_found_wherever_a_fact_holds_it() {
        let fact = json!({"WhistleBlown": {
            "prework": [{"kind": "before_photo", "reference": "aa", "note": "gate"}],
            "decision": {"minutes": "bb", "points": [{"kind": "x", "reference": "cc"}]},
        }});
        let mut found = Vec::new();
        collect(&fact, &mut found);
        found.sort();
        let text = str::to_owned;
        assert_eq!(
            found,
            [
                (text("before_photo"), text("aa"), text("gate")),
                (text("minutes"), text("bb"), String::new()),
            ]
        );
    }
}
