//! The import into the log: many rows in flight, every row accounted for.
//!
//! New cases are decided on an empty stream and appended in batches; the log's compare-and-set says
//! which of them it knows already. The idempotency key of a row is made from what it says, so the same
//! row twice is one command: a second run, or one after a kill, writes nothing new. Of a case that is
//! known only a closure is added; other changes of the source are not taken.

use super::failure::ImportFailure;
use super::mapping::Mapping;
use super::reject::RejectReason;
use super::report::{ImportProgress, ImportReport, Rejects};
use super::rows::{ImportRow, Importer, Row};
use super::survey::Survey;
use crate::commit::{Envelope, to_append};
use crate::error::EngineError;
use crate::execute::stream;
use crate::{Engine, Request};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::context::{Context, Gathered};
use gridwhistle_domain::case::decide::decide;
use gridwhistle_domain::text::{Language, Text};
use gridwhistle_store::{Append, AppendError, Appended};
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Rows decided and appended together.
const BATCH_ROWS: usize = 1_000;

/// Batches in flight; the next rows are read when the oldest is durable.
const BATCHES_IN_FLIGHT_MAX: usize = 3;

/// Why an import ends before the end of the file. Rows taken by then stay; run it again to go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file cannot be read. Found before anything is written, unless it changed meanwhile.
    #[error(transparent)]
    File(#[from] ImportFailure),
    /// The file cannot be opened. Handling: as the system says.
    #[error("the list cannot be opened: {0}")]
    Open(io::Error),
    /// The rejects file cannot be written. Handling: name another place.
    #[error("the rejects file cannot be written: {0}")]
    Rejects(#[from] csv::Error),
    /// The log did not take a batch. Handling: as the error says, then run the import again.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The program is being stopped.
    #[error("the import was stopped; run it again to go on")]
    Stopped,
}

impl ImportError {
    /// The stable code, for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(failure) => failure.code(),
            Self::Open(_) => "file_unreadable",
            Self::Rejects(_) => "rejects_unwritable",
            Self::Engine(error) => error.code(),
            Self::Stopped => "stopped",
        }
    }
}

/// A batch on its way into the log.
struct Flight {
    rows: Vec<ImportRow>,
    answers: JoinHandle<Vec<Result<Appended, AppendError>>>,
}

/// One import while it runs.
struct Run<'e, W: Write> {
    engine: &'e Engine,
    system: Actor,
    rejects: Rejects<W>,
    report: ImportReport,
    batch: Vec<(ImportRow, Append)>,
    flights: VecDeque<Flight>,
    /// Views follow while the import runs, so that they are nearly there when it ends.
    following: Option<JoinHandle<()>>,
}

impl Engine {
    /// Imports a foreign case list under a mapping. The list is read twice (`open` is called for
    /// each): first whether it can be read to its end, then row by row; so nothing is written from a
    /// truncated file. Views follow beside it and are not waited for: [`Engine::wait`] for
    /// `last_position`.
    ///
    /// Deciding runs on the calling task, writing beside it. `progress` is told after each batch.
    ///
    /// # Errors
    /// Why it ended early; what was taken stays, and a repeat goes on from there.
    pub async fn import<R: Read, W: Write>(
        &self,
        mapping: Arc<Mapping>,
        open: impl Fn() -> io::Result<R>,
        rejects: (W, Language),
        mut progress: impl FnMut(ImportProgress),
    ) -> Result<ImportReport, ImportError> {
        let begun = Instant::now();
        let survey = Survey::of(&mapping, open().map_err(ImportError::Open)?)?;
        let (of, double_names) = (survey.rows, survey.double_names.clone());
        let importer = Importer::new(mapping, open().map_err(ImportError::Open)?)?.surveyed(survey);
        let mut run = Run {
            engine: self,
            system: Actor::system(),
            rejects: Rejects::begin(rejects.0, rejects.1)?,
            report: ImportReport::default(),
            batch: Vec::with_capacity(BATCH_ROWS),
            flights: VecDeque::new(),
            following: None,
        };
        for row in importer {
            run.take(row?)?;
            if run.batch.len() >= BATCH_ROWS {
                run.launch(BATCHES_IN_FLIGHT_MAX).await?;
                progress(ImportProgress {
                    rows: run.report.rows,
                    of,
                });
            }
        }
        run.launch(0).await?;
        progress(ImportProgress {
            rows: run.report.rows,
            of,
        });
        run.rejects.end()?;
        run.report.unit_ids_with_two_names = double_names;
        run.report.elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(run.report)
    }
}

impl<W: Write> Run<'_, W> {
    /// Decides a row as a new case; the log says later whether it was new.
    fn take(&mut self, row: Row) -> Result<(), ImportError> {
        self.report.rows += 1;
        let row = match row {
            Row::Case(row) => row,
            Row::Reject { line, id, reason } => return self.reject(line, &id, &reason),
        };
        match self.decided(&row) {
            Ok(append) => self.batch.push((row, append)),
            Err(EngineError::Refused(refusal)) => {
                let text = Text::new(
                    refusal.message(Language::ZhCn),
                    refusal.message(Language::En),
                );
                let code = refusal.code.code();
                self.reject(
                    row.line,
                    &row.source_id,
                    &RejectReason::Refused { code, text },
                )?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn reject(&mut self, line: u64, id: &str, reason: &RejectReason) -> Result<(), ImportError> {
        self.report.rejected += 1;
        Ok(self.rejects.write(line, id, reason)?)
    }

    fn decided(&self, row: &ImportRow) -> Result<Append, EngineError> {
        let stream = stream(row.case_id);
        let mut envelope = Envelope::new(Uuid::nil(), &stream, &self.system, &row.command);
        envelope.command_id = key(row, &envelope);
        let context = Context {
            case: row.case_id,
            now: self.engine.now(),
            actor: self.system.clone(),
            reference: self.engine.reference(),
            gathered: Gathered::default(),
        };
        let events = decide(&Case::default(), &row.command, &context)?;
        to_append(self.engine.tenant(), stream, 0, &envelope, &events)
    }

    /// Sends the batch on its way, then settles the oldest until at most `in_flight` are left.
    async fn launch(&mut self, in_flight: usize) -> Result<(), ImportError> {
        if !self.batch.is_empty() {
            let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH_ROWS));
            let (rows, appends) = batch.into_iter().unzip();
            let log = Arc::clone(self.engine.log());
            let answers = tokio::spawn(async move { log.append_all(appends).await });
            self.flights.push_back(Flight { rows, answers });
            tokio::task::yield_now().await;
        }
        self.follow();
        while self.flights.len() > in_flight {
            let Some(flight) = self.flights.pop_front() else {
                break;
            };
            let answers = flight.answers.await.map_err(|_| ImportError::Stopped)?;
            for (row, answer) in flight.rows.iter().zip(answers) {
                self.settle(row, answer).await?;
            }
        }
        Ok(())
    }

    /// Brings the views on, unless that is under way. What may stop them is told by whoever waits
    /// for a position; rows are taken all the same.
    fn follow(&mut self) {
        if self.following.as_ref().is_none_or(JoinHandle::is_finished) {
            let engine = self.engine.clone();
            self.following = Some(tokio::spawn(async move {
                let _ = engine.catch_up().await;
            }));
        }
    }

    async fn settle(
        &mut self,
        row: &ImportRow,
        answer: Result<Appended, AppendError>,
    ) -> Result<(), ImportError> {
        match answer {
            Ok(answer) => {
                if answer.repeated {
                    self.report.cases_known += 1;
                } else {
                    self.engine.inner.cases.forget(row.case_id).await;
                    self.report.cases_new += 1;
                }
                self.reached(answer.last_position);
            }
            Err(AppendError::Conflict { .. }) => return self.known(row).await,
            Err(error) => return Err(EngineError::from(error).into()),
        }
        self.report.note_anomalies(&row.command);
        Ok(())
    }

    /// A row of a case that is there already, and that says something new: perhaps its closure.
    async fn known(&mut self, row: &ImportRow) -> Result<(), ImportError> {
        let CaseCommand::Import { closed_at, .. } = &row.command else {
            return Ok(());
        };
        let open = self
            .engine
            .case(row.case_id)
            .await?
            .is_some_and(|case| case.is_open());
        if open && closed_at.is_some() {
            let envelope = Envelope::new(
                Uuid::nil(),
                &stream(row.case_id),
                &self.system,
                &row.command,
            );
            let request = Request::new(self.system.clone(), row.case_id, row.command.clone())
                .with_key(key(row, &envelope));
            match self.engine.request(request).await {
                Ok(receipt) => {
                    self.report.closures_added += u64::from(!receipt.repeated);
                    self.reached(receipt.position);
                }
                Err(EngineError::Refused(refusal)) => {
                    let text = Text::new(
                        refusal.message(Language::ZhCn),
                        refusal.message(Language::En),
                    );
                    let code = refusal.code.code();
                    let reason = RejectReason::Refused { code, text };
                    return self.reject(row.line, &row.source_id, &reason);
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.report.cases_known += 1;
        self.report.note_anomalies(&row.command);
        Ok(())
    }

    fn reached(&mut self, position: u64) {
        self.report.last_position = self.report.last_position.max(position);
    }
}

/// The idempotency key of a row: made from its case and from all that it says.
fn key(row: &ImportRow, envelope: &Envelope) -> Uuid {
    Uuid::new_v5(&row.case_id.0, &envelope.request_hash)
}
