//! A command to a case: gather, decide, append, answer with the position.

mod look;
mod request;

pub use request::{Receipt, Request};

use crate::Engine;
use crate::cache::Live;
use crate::commit::{ATTEMPTS, Envelope, first_answer, load, read, to_append, unchanged};
use crate::error::EngineError;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand;
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::decide::decide;
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::case::record::MergeTarget;
use gridwhistle_domain::ids::CaseId;
use gridwhistle_store::{Append, AppendError, Appended, StoreError, StreamId};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

/// A slot, and what became of the append that it was handed to.
type Settled = (OwnedMutexGuard<Option<Live>>, Result<Appended, AppendError>);

/// The stream of a case.
pub(crate) fn stream(case: CaseId) -> StreamId {
    StreamId::new("case", case.to_string())
}

impl Engine {
    /// Executes a command of an actor on a case, under a fresh idempotency key.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::ids::CaseId;
    ///
    /// let case = CaseId(uuid::Uuid::now_v7());
    /// let receipt = engine
    ///     .execute(&gridwhistle::doc::leader(), case, gridwhistle::doc::report())
    ///     .await?;
    /// assert_eq!(receipt.facts, ["CaseReported", "ClockStarted"]);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Refused`] when the rules say no; others when the log cannot take it.
    pub async fn execute(
        &self,
        actor: &Actor,
        case: CaseId,
        command: CaseCommand,
    ) -> Result<Receipt, EngineError> {
        self.request(Request::new(actor.clone(), case, command))
            .await
    }

    /// Executes a request with its key, expected version and tracing ids.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::{Request, domain::ids::CaseId};
    /// use uuid::Uuid;
    ///
    /// let (leader, case) = (gridwhistle::doc::leader(), CaseId(Uuid::now_v7()));
    /// let request = Request::new(leader, case, gridwhistle::doc::report());
    /// assert!(!engine.request(request.clone()).await?.repeated);
    /// // The same key again gets the first answer.
    /// assert!(engine.request(request).await?.repeated);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Engine::execute`]; [`AppendError::CommandReused`] for a known key with another body.
    pub async fn request(&self, request: Request) -> Result<Receipt, EngineError> {
        // One merge at a time: two that cross would each see the other case open, and close a circle.
        let merging = match request.command {
            CaseCommand::Merge { .. } => Some(self.inner.merging.lock().await),
            _ => None,
        };
        let answer = self.commit_case(&request).await;
        drop(merging);
        if let (CaseCommand::Merge { into }, Err(_)) = (&request.command, &answer) {
            self.heal_merge(&request, *into).await?;
        }
        let receipt = answer?;
        if let CaseCommand::Merge { into } = &request.command {
            self.absorb(&request, *into).await?;
        }
        let closing = matches!(
            request.command,
            CaseCommand::SignOff {} | CaseCommand::AutoSignOff {}
        );
        if closing
            && (receipt.repeated || receipt.facts.iter().any(|fact| fact == "EvaluationOpened"))
        {
            self.open_evaluations(request.case).await?;
        }
        Ok(receipt)
    }

    /// The case of a slot as the log has it. A state that is held takes in what others wrote up to
    /// `others` (see [`Engine::others`]) since it was last held against the log.
    pub(super) async fn live<'s>(
        &self,
        slot: &'s mut Option<Live>,
        case: CaseId,
        others: u64,
    ) -> Result<&'s mut Case, EngineError> {
        let inner = &self.inner;
        let (log, tenant) = (&*inner.log, inner.tenant.as_str());
        if let Some(live) = slot {
            if live.seen < others {
                let (stream, known) = (stream(case), live.case.version);
                let news: Vec<CaseEvent> = read(&log.read_stream(tenant, &stream, known).await?)?;
                news.iter().for_each(|event| evolve(&mut live.case, event));
                live.seen = others;
            }
        } else {
            let (state, _) = load::<Case>(log, tenant, &stream(case)).await?;
            *slot = Some(Live {
                case: state,
                seen: others,
            });
        }
        Ok(&mut slot.get_or_insert_default().case)
    }

    async fn commit_case(&self, request: &Request) -> Result<Receipt, EngineError> {
        let inner = &self.inner;
        let gathered = self.gather(request).await?;
        let stream = stream(request.case);
        let mut envelope = Envelope::new(request.key, &stream, &request.actor, &request.command);
        envelope.correlation = request.correlation;
        envelope.causation = request.causation;
        let mut slot = inner.cases.slot(request.case).lock_owned().await;
        let mut lost = 0;
        let mut likely = self.others_likely();
        loop {
            // What is likely need not be asked: it is appended only if it holds.
            let knows = likely.take();
            let others = match knows {
                Some(others) => others,
                None => self.others().await?,
            };
            let reference = self.reference_after(others).await?;
            let state = self.live(&mut slot, request.case, others).await?;
            let context = self.context(request, reference, gathered.clone());
            let decided =
                fresh(request, state).and_then(|()| Ok(decide(state, &request.command, &context)?));
            let events = match decided {
                Ok(events) if !events.is_empty() => events,
                // Nobody is told no on a guess.
                _ if knows.is_some() => continue,
                Ok(events) => events,
                Err(refused) => {
                    let first = first_answer(&*inner.log, &inner.tenant, &envelope).await?;
                    return first
                        .map(|answer| receipt(request.case, answer, &[]))
                        .ok_or(refused);
                }
            };
            if events.is_empty() {
                let answer = unchanged(&*inner.log, &inner.tenant, state.version).await?;
                return Ok(receipt(request.case, answer, &[]));
            }
            let mut next = state.clone();
            for event in &events {
                evolve(&mut next, event);
            }
            envelope.policy.clone_from(&next.policy);
            envelope.calendar.clone_from(&next.calendar);
            let (tenant, stream) = (&inner.tenant, stream.clone());
            let append = to_append(tenant, stream, state.version, &envelope, &events)?;
            let answer;
            (slot, answer) = self.append_case(slot, next, append, knows).await?;
            match answer {
                Ok(answer) => return Ok(receipt(request.case, answer, &events)),
                Err(AppendError::Behind { .. }) => {}
                Err(AppendError::Conflict { .. }) if lost < ATTEMPTS => lost += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Appends, and keeps the slot in step with what became of it. On a task of its own: a caller
    /// who gives up meanwhile (a time-out, a closed connection) does not take the command back, and
    /// must not leave a state in the cache that the log has passed.
    async fn append_case(
        &self,
        mut slot: OwnedMutexGuard<Option<Live>>,
        next: Case,
        append: Append,
        knows: Option<u64>,
    ) -> Result<Settled, EngineError> {
        let log = Arc::clone(&self.inner.log);
        let task = tokio::spawn(async move {
            let answer = match knows {
                Some(knows) => log.append_knowing(append, knows).await,
                None => log.append(append).await,
            };
            match &answer {
                Ok(answer) if !answer.repeated => {
                    *slot = Some(Live {
                        case: next,
                        seen: answer.last_position,
                    });
                }
                // What is cached is as good as it was, and takes in what others wrote.
                Err(AppendError::Behind { .. }) => {}
                // What is cached may be behind, so it is loaded next time.
                _ => *slot = None,
            }
            (slot, answer)
        });
        Ok(task.await.map_err(|_| StoreError::Closed)?)
    }

    fn context(&self, request: &Request, reference: Arc<Reference>, gathered: Gathered) -> Context {
        Context {
            case: request.case,
            now: self.now(),
            actor: request.actor.clone(),
            reference,
            gathered,
        }
    }

    /// Facts from other streams that a command asks for.
    async fn gather(&self, request: &Request) -> Result<Gathered, EngineError> {
        let mut gathered = Gathered::default();
        match &request.command {
            CaseCommand::Merge { into } if *into != request.case => {
                gathered.merge_target = self.merge_target(*into).await?;
            }
            CaseCommand::Dispatch {
                precedent: Some(cited),
                ..
            } if *cited != request.case => {
                gathered.precedent = self.case(*cited).await?.and_then(|case| case.precedent);
            }
            CaseCommand::Reopen {
                same_as: Some(again),
                ..
            } => gathered.same_as = self.case(*again).await?.map(|_| *again),
            _ => {}
        }
        Ok(gathered)
    }

    async fn merge_target(&self, into: CaseId) -> Result<Option<MergeTarget>, EngineError> {
        let Some(target) = self.case(into).await? else {
            return Ok(None);
        };
        let open = target.is_open();
        let mut merged_into = Vec::new();
        let mut next = target.merged_into;
        while let Some(case) = next.filter(|case| !merged_into.contains(case)) {
            merged_into.push(case);
            next = self.case(case).await?.and_then(|case| case.merged_into);
        }
        Ok(Some(MergeTarget {
            case: into,
            open,
            merged_into,
        }))
    }

    /// Finishes a merge that a crash cut in two, when somebody asks for it again under another key.
    async fn heal_merge(&self, merge: &Request, into: CaseId) -> Result<(), EngineError> {
        let merged = self.case(merge.case).await?;
        if merged.is_none_or(|case| case.merged_into != Some(into)) {
            return Ok(());
        }
        let target = self.case(into).await?;
        if target.is_some_and(|case| case.is_open() && !case.absorbed.contains(&merge.case)) {
            self.absorb(merge, into).await?;
        }
        Ok(())
    }

    /// The other half of a merge. Its key derives from the first half, so a repeat after a crash
    /// finishes what was begun and does nothing twice.
    async fn absorb(&self, merge: &Request, into: CaseId) -> Result<(), EngineError> {
        let merged = self.case(merge.case).await?;
        let mut reporters = merged.into_iter().flat_map(|case| case.reporters);
        let command = CaseCommand::AbsorbDuplicate {
            from: merge.case,
            reporter: reporters.next(),
            others: reporters.collect(),
        };
        let mut request = Request::new(Actor::system(), into, command)
            .with_key(Uuid::new_v5(&merge.key, b"absorb-duplicate"));
        request.causation = Some(merge.key);
        self.commit_case(&request).await.map(|_| ())
    }
}

/// Refuses a decision on a version that the caller has not seen.
fn fresh(request: &Request, state: &Case) -> Result<(), EngineError> {
    match request.expected_version {
        Some(expected) if expected != state.version => Err(AppendError::Conflict {
            expected,
            actual: state.version,
        }
        .into()),
        _ => Ok(()),
    }
}

fn receipt(case: CaseId, answer: Appended, events: &[CaseEvent]) -> Receipt {
    let names = events.iter().map(|event| event.fact.name().to_owned());
    Receipt {
        case,
        position: answer.last_position,
        version: answer.version,
        facts: if answer.repeated {
            Vec::new()
        } else {
            names.collect()
        },
        repeated: answer.repeated,
    }
}
