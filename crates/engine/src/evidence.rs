//! The evidence of a case, as its events name it.

use crate::Engine;
use crate::error::EngineError;
use crate::execute::stream;
use chrono::{DateTime, Utc};
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::record::Evidence;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::ids::CaseId;
use serde_json::Value;

impl Engine {
    /// Every piece of evidence that the events of a case name, in their order: with the report, before
    /// a whistle, with a response, for a pause. The state of the case keeps only what counts for its
    /// next step.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let case = gridwhistle::doc::reported(&engine).await?;
    /// assert!(engine.evidence(case).await?.is_empty(), "nothing came with the report");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evidence(&self, case: CaseId) -> Result<Vec<Evidence>, EngineError> {
        self.evidence_by(case, DateTime::<Utc>::MAX_UTC, u64::MAX)
            .await
    }

    /// The same of the past: the evidence that events name which had happened by an instant, and which the
    /// log had taken by a position.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let case = gridwhistle::doc::reported(&engine).await?;
    /// let now = engine.now();
    /// assert_eq!(engine.evidence_by(case, now, u64::MAX).await?, engine.evidence(case).await?);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evidence_by(
        &self,
        case: CaseId,
        at: DateTime<Utc>,
        position: u64,
    ) -> Result<Vec<Evidence>, EngineError> {
        let inner = &self.inner;
        let stream = stream(case);
        let rows = inner.log.read_stream(&inner.tenant, &stream, 0);
        let mut found = Vec::new();
        let rows = rows.await?.into_iter();
        for row in rows.filter(|row| row.occurred_at <= at && row.position <= position) {
            let read = CaseEvent::read(&row.event_type, &row.event_version, &row.payload);
            let event = read.map_err(|what| EngineError::Unreadable {
                position: row.position,
                what,
            })?;
            collect(&serde_json::to_value(&event.fact)?, &mut found);
        }
        Ok(found)
    }
}

/// Evidence by its shape, wherever in a fact it stands: a fact that is new needs no line here.
fn collect(value: &Value, found: &mut Vec<Evidence>) {
    match value {
        Value::Object(fields) => match serde_json::from_value(value.clone()) {
            Ok(one) => found.push(one),
            Err(_) => fields.values().for_each(|value| collect(value, found)),
        },
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn evidence_is_found_wherever_a_fact_holds_it_and_nothing_else_is() {
        let fact = json!({"WhistleBlown": {
            "prework": [{"kind": "before_photo", "reference": "aa", "note": "gate"}],
            "targets": ["B-water"],
            "source": {"source": "12345", "id": "7"},
            "inner": {"proof": [{"kind": "document", "reference": "bb"}]},
        }});
        let mut found = Vec::new();
        collect(&fact, &mut found);
        let mut found: Vec<&str> = found.iter().map(|one| one.reference.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, ["aa", "bb"]);
    }
}
