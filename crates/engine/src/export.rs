//! The record of exports: who took which figures or lists out of the system, asked how, and the hash of
//! the file, so that a file that turns up somewhere can be told. It holds no row of what was exported.
//!
//! It stands in the tenant's log, one stream a year (`export/2026`), before the file is put in place.

use crate::Engine;
use crate::commit::{Envelope, commit, load_until};
use crate::error::EngineError;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::happened::Happened;
use gridwhistle_projections::models::ExportSheet;
use gridwhistle_projections::questions::Window;
use gridwhistle_store::StreamId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::convert::Infallible;
use uuid::Uuid;

/// China is eight hours before UTC: its year names the stream.
const AHEAD: TimeDelta = TimeDelta::hours(8);

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exported {
    /// The question by its command, e.g. `report departments`.
    pub question: String,
    /// The window that was asked, where the question has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The instant that was asked.
    pub as_of: DateTime<Utc>,
    /// What else narrowed it, by the name of the filter. Words that were searched for are left out: they
    /// may be personal data.
    pub filter: BTreeMap<String, String>,
    /// Rows, without headings.
    pub rows: u64,
    /// The name of the file, without its folder.
    pub file: String,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFact {
    /// A file was written, and is put in place next.
    FileExported {
        /// What is in it.
        exported: Exported,
    },
}

/// One entry of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// What.
    pub fact: ExportFact,
}

impl DomainEvent for ExportEvent {
    fn event_type(&self) -> String {
        let ExportFact::FileExported { .. } = self.fact;
        "FileExported".to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl From<ExportEvent> for ExportSheet {
    /// An entry as answers, pages and files show it.
    fn from(event: ExportEvent) -> Self {
        let by = event.by.signature();
        let ExportFact::FileExported { exported } = event.fact;
        Self {
            at: event.at,
            by,
            question: exported.question,
            window: exported.window,
            filter: exported.filter,
            as_of: exported.as_of,
            rows: exported.rows,
            file: exported.file,
            sha256: exported.sha256,
        }
    }
}

impl Happened for ExportEvent {
    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn by(&self) -> &Actor {
        &self.by
    }
}

/// The exports of a year, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Exports(pub Vec<ExportEvent>);

impl Aggregate for Exports {
    const TYPE: &'static str = "export";
    type Command = ExportEvent;
    type Event = ExportEvent;
    type Error = Infallible;
    type Services = ();

    /// Everything that is told is recorded.
    async fn handle(
        &mut self,
        told: ExportEvent,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(told, self).await;
        Ok(())
    }

    fn apply(&mut self, event: ExportEvent) {
        self.0.push(event);
    }
}

fn year_of(at: DateTime<Utc>) -> i32 {
    (at + AHEAD).year()
}

fn stream(year: i32) -> StreamId {
    StreamId::new(Exports::TYPE, year.to_string())
}

impl Engine {
    /// Lets through who may take figures and lists out: somebody in the office that they name. To be
    /// asked before anything is read.
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for everybody else.
    pub async fn ensure_may_export(&self, actor: &Actor) -> Result<(), EngineError> {
        self.ensure_office(actor).await
    }

    /// Records an export, before its file is put in place.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::export::{ExportEvent, ExportFact, Exported, Exports};
    ///
    /// let exported = Exported {
    ///     question: "report departments".to_owned(),
    ///     window: None,
    ///     as_of: engine.now(),
    ///     filter: [("unit".to_owned(), "B-water".to_owned())].into(),
    ///     rows: 26,
    ///     file: "departments.xlsx".to_owned(),
    ///     sha256: "a".repeat(64),
    /// };
    /// let water = gridwhistle::doc::water();
    /// engine.ensure_may_export(&water).await?;
    /// engine.record_export(&water, exported.clone()).await?;
    /// let Exports(known) = engine.exports(None, engine.now()).await?;
    /// let fact = ExportFact::FileExported { exported };
    /// let last: &ExportEvent = known.last().unwrap();
    /// assert_eq!((&last.by, &last.fact), (&water, &fact));
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::ensure_may_export`]; when it cannot be written: then the file must not be kept.
    pub async fn record_export(
        &self,
        actor: &Actor,
        exported: Exported,
    ) -> Result<u64, EngineError> {
        self.ensure_office(actor).await?;
        let inner = &self.inner;
        let now = self.now();
        let stream = stream(year_of(now));
        let event = ExportEvent {
            at: now,
            by: actor.clone(),
            fact: ExportFact::FileExported { exported },
        };
        let envelope = Envelope::new(Uuid::now_v7(), &stream, actor, &event.fact);
        let decide = |_: &Exports| Ok(vec![event.clone()]);
        let written = commit(&*inner.log, &inner.tenant, &stream, &envelope, decide);
        Ok(written.await?.last_position)
    }

    /// The exports of a year (by default that of the instant), as known at an instant.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn exports(
        &self,
        year: Option<i32>,
        at: DateTime<Utc>,
    ) -> Result<Exports, EngineError> {
        let inner = &self.inner;
        let stream = stream(year.unwrap_or_else(|| year_of(at)));
        let loaded = load_until(&*inner.log, &inner.tenant, &stream, Some(at));
        Ok(loaded.await?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form as it stands in logs; it is never rewritten.
    const FORM: &str = r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-1","role":"supervisor","unit":"D-1"},"fact":{"FileExported":{"exported":{"question":"report departments","window":{"from":"2026-01-31T16:00:00Z","before":"2026-02-28T16:00:00Z"},"as_of":"2026-03-02T01:00:00Z","filter":{"unit":"B-water"},"rows":26,"file":"二月.xlsx","sha256":"aa"}}}}"#;

    #[test]
    fn the_released_form_reads_and_writes_the_same_bytes() {
        let event: ExportEvent = serde_json::from_str(FORM).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), FORM);
    }

    #[test]
    fn a_stream_is_of_the_year_in_china() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(year_of(at("2026-12-31T15:59:59Z")), 2026);
        assert_eq!(year_of(at("2026-12-31T16:00:00Z")), 2027);
    }
}
