//! A case as its events tell it, and what may be done with it next. Changes nothing.

use super::stream;
use crate::Engine;
use crate::commit::load_until;
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::context::{Context, Gathered};
use gridwhistle_domain::case::decide::{Prospect, outlook};
use gridwhistle_domain::ids::CaseId;

impl Engine {
    /// The case as it stands in the log now; none if it was never reported.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let case = gridwhistle::doc::reported(&engine).await?;
    /// let state = engine.case(case).await?.unwrap();
    /// assert!(state.is_open() && state.reported_at <= Some(engine.now()));
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn case(&self, case: CaseId) -> Result<Option<Case>, EngineError> {
        let slot = self.inner.cases.slot(case);
        let mut slot = slot.lock().await;
        let state = self.live(&mut slot, case, self.others().await?).await?;
        Ok(state.stage.is_some().then(|| state.clone()))
    }

    /// The case as its events up to an instant tell it; none if there was none by then.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let case = gridwhistle::doc::reported(&engine).await?;
    /// let before = engine.now() - chrono::TimeDelta::days(1);
    /// assert!(engine.case_as_of(case, before).await?.is_none());
    /// assert!(engine.case_as_of(case, engine.now()).await?.is_some());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn case_as_of(
        &self,
        case: CaseId,
        at: DateTime<Utc>,
    ) -> Result<Option<Case>, EngineError> {
        let inner = &self.inner;
        let (log, tenant) = (&*inner.log, &inner.tenant);
        let (state, _) = load_until::<Case>(log, tenant, &stream(case), Some(at)).await?;
        Ok(state.stage.is_some().then_some(state))
    }

    /// What an actor may do next with a case, and why not the rest; none if there is no such case.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let case = gridwhistle::doc::reported(&engine).await?;
    /// let all = engine.outlook(&gridwhistle::doc::leader(), case).await?.unwrap();
    /// let may: Vec<&str> = all
    ///     .iter()
    ///     .filter(|one| one.refusal.is_none())
    ///     .map(|one| one.command.code())
    ///     .collect();
    /// assert!(may.contains(&"accept") && !may.contains(&"sign-off"));
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn outlook(
        &self,
        actor: &Actor,
        case: CaseId,
    ) -> Result<Option<Vec<Prospect>>, EngineError> {
        let Some(state) = self.case(case).await? else {
            return Ok(None);
        };
        let context = Context {
            case,
            now: self.now(),
            actor: actor.clone(),
            reference: self.reference(),
            gathered: Gathered::default(),
        };
        Ok(Some(outlook(&state, &context)))
    }

    /// The instant of the injected clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }
}
