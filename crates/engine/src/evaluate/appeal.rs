//! Appeals against a form: filed by the unit that was rated, decided by a third one.

use super::stream;
use crate::Engine;
use crate::admin::Change;
use crate::error::EngineError;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::record::EvaluationPair;
use gridwhistle_domain::evaluation::{EvaluationCommand, Side};
use gridwhistle_domain::ids::CaseId;
use gridwhistle_store::StreamId;

impl Engine {
    /// Asks that the form of a side be left out of the figures: the rated unit's own request, within
    /// the time that the policy gives from the reveal. Until it is decided, the form counts. Under a key
    /// of the caller's ([`Engine::under_key`]) a repeat gets the first answer.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::evaluation::Side;
    ///
    /// let (case, pair) = gridwhistle::doc::closed(&engine).await?;
    /// let community = gridwhistle::doc::community();
    /// let why = ("facts_wrong", "we were there within the hour");
    /// let asked = engine.appeal_evaluation(&community, case, &pair, Side::Department, why);
    /// // The department has not sealed its form yet.
    /// assert_eq!(asked.await.unwrap_err().code(), "not_revealed");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Evaluation`] when the form is not revealed, is not about the actor's unit, was
    /// appealed against before or for too long, or the ground is not one of the policy's.
    pub async fn appeal_evaluation(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: &EvaluationPair,
        side: Side,
        (ground, note): (&str, &str),
    ) -> Result<Change, EngineError> {
        let command = EvaluationCommand::Appeal {
            side,
            ground: ground.to_owned(),
            note: note.to_owned(),
        };
        self.appealed(actor, case, pair, command).await
    }

    /// Decides on an appeal. An upheld form is in no figure from then on and stays listed. Under a key it
    /// repeats as [`Engine::appeal_evaluation`] does.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::evaluation::Side;
    ///
    /// let (case, pair) = gridwhistle::doc::closed(&engine).await?;
    /// let water = gridwhistle::doc::water();
    /// let what = (false, "the record bears the form out");
    /// let decided = engine.decide_appeal(&water, case, &pair, Side::Area, what);
    /// assert_eq!(decided.await.unwrap_err().code(), "not_revealed");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Evaluation`] when no appeal waits, or the actor is of a side, filled a form, or
    /// has no role that the policy lets decide.
    pub async fn decide_appeal(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: &EvaluationPair,
        side: Side,
        (upheld, note): (bool, &str),
    ) -> Result<Change, EngineError> {
        let command = EvaluationCommand::DecideAppeal {
            side,
            upheld,
            note: note.to_owned(),
        };
        self.appealed(actor, case, pair, command).await
    }

    async fn appealed(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: &EvaluationPair,
        command: EvaluationCommand,
    ) -> Result<Change, EngineError> {
        if let Some(first) = self.first_under_key(&stream(case, pair, 1), actor).await? {
            return Ok(first.into());
        }
        let stream = self.contested(actor, case, pair, &command).await?;
        let taken = self.asked_to(actor, (case, pair), &stream, command);
        Ok(taken.await?.into())
    }

    /// The evaluation that a command of an appeal is about: of a case that was closed again since, the
    /// latest of the pair that takes it; where none does, the latest of all says why.
    async fn contested(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: &EvaluationPair,
        command: &EvaluationCommand,
    ) -> Result<StreamId, EngineError> {
        let Some(state) = self.case(case).await? else {
            return Err(EngineError::NoEvaluation { case });
        };
        let now = self.now();
        let registry = &self.fresh_reference().await?.registry;
        let in_office = registry.holds(&actor.person, actor.role, &actor.unit, now);
        for closure in (1..=self.closure(case, &state, None).await?).rev() {
            let stream = stream(case, pair, closure);
            let evaluation = self.evaluation_at(&stream).await?;
            if evaluation.decide(command, now, actor, in_office).is_ok() {
                return Ok(stream);
            }
        }
        self.open_evaluation(case, pair).await
    }
}
