//! Score runs: the scores of a window put on record, and counted again from the log.

use crate::Engine;
use crate::admin::Change;
use crate::commit::{commit, read};
use crate::error::EngineError;
use crate::reference::reference_at;
use cqrs_es::Aggregate;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::score::run::{
    DEFINITION, Definitions, RunRecord, ScoreRun, ScoreRunEvent, ScoreRunOrder, result_hash,
};
use gridwhistle_projections::Runner;
use gridwhistle_projections::questions::{Moment, Questions, Ranking, Window};
use gridwhistle_store::StreamId;
use gridwhistle_store::views::{self, ViewOptions};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use uuid::Uuid;

/// How often scores are counted again because the views moved meanwhile.
const ATTEMPTS: u32 = 8;

/// What counting a run again came to.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// use gridwhistle::projections::questions::Window;
///
/// let (case, _) = gridwhistle::doc::closed(&engine).await?;
/// let day = chrono::TimeDelta::days(1);
/// let window = Window::new(engine.now() - day, engine.now() + day).unwrap();
/// let supervisor = gridwhistle::doc::supervisor();
/// let number = engine.publish_scores(&supervisor, window).await?.position;
/// let recount: gridwhistle::scores::Recount = engine.recount_scores(number).await?;
/// assert!(recount.same, "{} and {}", recount.sha256, recount.recounted);
/// // Both were computed by this program: had they differed, somebody would have to say why.
/// assert!(recount.definitions.same());
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recount {
    /// Whether it gave the same bytes. Where not, it is of weight only between equal definitions.
    pub same: bool,
    /// The definition that the run was computed by, and that of this program.
    pub definitions: Definitions,
    /// The hash on record.
    pub sha256: String,
    /// The hash of what was counted again.
    pub recounted: String,
    /// From the events up to this position.
    pub up_to: u64,
}

impl Engine {
    /// Puts the scores of a window on record: as they stand now, or at its end where that is past.
    /// The position of the change is the run's number; a repeat [under its key](Self::under_key) answers
    /// the same.
    ///
    /// # Errors
    /// [`EngineError::Scores`] when the actor may not or nobody had anything to do in the window;
    /// [`EngineError::NotYet`] when another process kept changing the views.
    pub async fn publish_scores(
        &self,
        actor: &Actor,
        window: Window,
    ) -> Result<Change, EngineError> {
        let (now, inner) = (self.now(), &self.inner);
        self.catch_up().await?;
        let (ranking, up_to) = self.settled_ranking(window, Moment::now(now)).await?;
        let run = RunRecord {
            from: window.from,
            before: window.before,
            asked_at: ranking.asked_at,
            at: ranking.at,
            policy: ranking.policy,
            definition: Some(DEFINITION),
            up_to,
            sha256: result_hash(&ranking.units),
            units: ranking.units,
        };
        let registry = &self.fresh_reference().await?.registry;
        let order = ScoreRunOrder {
            run,
            now,
            actor: actor.clone(),
            in_office: registry.holds(&actor.person, actor.role, &actor.unit, now),
        };
        // Under a key of the caller's it is the window that must be the same, not what it came to.
        let stream = StreamId::new(ScoreRun::TYPE, self.id_of("score-run").to_string());
        let envelope = self.envelope(&stream, actor, &order.run);
        let (log, tenant) = (&*inner.log, &inner.tenant);
        let decide = |state: &ScoreRun| Ok(state.decide(&order)?);
        let answer = commit::<ScoreRun, _>(log, tenant, &stream, &envelope, decide).await?;
        Ok(answer.into())
    }

    /// Scores with the position of the log that they were counted up to, to the event.
    async fn settled_ranking(
        &self,
        window: Window,
        moment: Moment,
    ) -> Result<(Ranking, u64), EngineError> {
        let inner = &self.inner;
        // What this process fills, stands still meanwhile; what another one fills, is looked at twice.
        let _held = if inner.fills {
            Some(inner.runner.hold().await)
        } else {
            None
        };
        let (mut reached, mut attempts) = (inner.questions.position().await?, 0);
        loop {
            let reference = reference_at(&*inner.log, &inner.tenant, reached).await?;
            let ranking = inner.questions.ranking(window, moment, &reference).await?;
            let wanted = inner.questions.position().await?;
            if wanted == reached {
                return Ok((ranking, reached));
            }
            attempts += 1;
            if attempts == ATTEMPTS {
                return Err(EngineError::NotYet { reached, wanted });
            }
            reached = wanted;
        }
    }

    /// A run as it is on record, by its number.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let missing = engine.published_scores(4_711).await.unwrap_err();
    /// assert_eq!(missing.code(), "no_score_run");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::NoScoreRun`].
    pub async fn published_scores(&self, number: u64) -> Result<RunRecord, EngineError> {
        let run = self.published_run(number).await?.record;
        run.ok_or(EngineError::NoScoreRun { number })
    }

    /// The same, with who put it on record, and when.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let missing = engine.published_run(4_711).await.unwrap_err();
    /// assert_eq!(missing.code(), "no_score_run");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::NoScoreRun`].
    pub async fn published_run(&self, number: u64) -> Result<ScoreRun, EngineError> {
        let (inner, none) = (&self.inner, EngineError::NoScoreRun { number });
        // A run's number is the position of the event that recorded it.
        let Some(before) = number.checked_sub(1) else {
            return Err(none);
        };
        let mut there = inner.log.read_log(&inner.tenant, before, 1).await?;
        there.retain(|event| event.stream.aggregate_type == ScoreRun::TYPE);
        let mut run = ScoreRun::default();
        for event in read::<ScoreRunEvent>(&there)? {
            run.evolve(&event);
        }
        run.record.is_some().then_some(run).ok_or(none)
    }

    /// Counts a run again, from the events of the log up to its position and nothing else, in views of
    /// its own that are thrown away; says whether the same bytes came out, and by which definitions.
    ///
    /// # Errors
    /// [`EngineError::NoScoreRun`]; what reading the log or writing the views met.
    pub async fn recount_scores(&self, number: u64) -> Result<Recount, EngineError> {
        let run = self.published_scores(number).await?;
        let (log, tenant) = (Arc::clone(&self.inner.log), &self.inner.tenant);
        let scratch = Scratch::new();
        let views = views::open(&scratch.url(), ViewOptions::default())?;
        let runner = Runner::open(Arc::clone(&log), Arc::clone(&views), tenant).await?;
        runner.catch_up(Some(run.up_to)).await?;
        let questions = Questions::open(Arc::clone(&log), views, tenant).await?;
        let reference = reference_at(&*log, tenant, run.up_to).await?;
        let window = Window {
            from: run.from,
            before: run.before,
        };
        let moment = Moment::now(run.asked_at);
        let units = questions.ranking(window, moment, &reference).await?.units;
        let recounted = result_hash(&units);
        Ok(Recount {
            definitions: run.definitions(),
            same: recounted == run.sha256,
            sha256: run.sha256,
            recounted,
            up_to: run.up_to,
        })
    }
}

/// A views file in the system's temporary folder, deleted when it is let go.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let name = format!("gridwhistle-recount-{}", Uuid::new_v4().simple());
        Self(std::env::temp_dir().join(name))
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.0.display())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for end in [".views", ".views-wal", ".views-shm"] {
            let mut file = self.0.clone().into_os_string();
            file.push(end);
            // What cannot be deleted is the system's to clear.
            let _ = std::fs::remove_file(file);
        }
    }
}
