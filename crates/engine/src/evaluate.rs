//! Mutual evaluation (双向互评) by commit and reveal: each side seals its form blind, both are
//! opened together, and a silent side has no default good score (`DOMAIN.md` 4.6).

use crate::Engine;
use crate::commit::{Envelope, commit, load, load_until};
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::record::EvaluationPair;
use gridwhistle_domain::evaluation::{
    Answers, Evaluation, EvaluationCommand, Form, OpenedForm, Opening, SealedForm, Side, commitment,
};
use gridwhistle_domain::ids::{CaseId, SubjectId};
use gridwhistle_store::{Appended, StreamId};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The stream of one pair's evaluation of one case.
fn stream(case: CaseId, pair: &EvaluationPair) -> StreamId {
    StreamId::new("evaluation", format!("{case}/{}/{}", pair.leg, pair.left))
}

impl Engine {
    /// The pairs that a closed case opened, in the order of its legs.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evaluation_pairs(&self, case: CaseId) -> Result<Vec<EvaluationPair>, EngineError> {
        Ok(self
            .case(case)
            .await?
            .map(|case| case.evaluations)
            .unwrap_or_default())
    }

    /// One pair's evaluation as it stands: commitments until it is revealed, then the forms.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evaluation(
        &self,
        case: CaseId,
        pair: &EvaluationPair,
    ) -> Result<Evaluation, EngineError> {
        let inner = &self.inner;
        Ok(
            load::<Evaluation>(&*inner.log, &inner.tenant, &stream(case, pair))
                .await?
                .0,
        )
    }

    /// The pairs that a case had opened by an instant; none if there was no case by then.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evaluation_pairs_as_of(
        &self,
        case: CaseId,
        at: DateTime<Utc>,
    ) -> Result<Option<Vec<EvaluationPair>>, EngineError> {
        let inner = &self.inner;
        let stream = crate::execute::stream(case);
        let (state, _) = load_until::<Case>(&*inner.log, &inner.tenant, &stream, Some(at)).await?;
        Ok(state.stage.is_some().then_some(state.evaluations))
    }

    /// One pair's evaluation as it stood at an instant.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evaluation_as_of(
        &self,
        case: CaseId,
        pair: &EvaluationPair,
        at: DateTime<Utc>,
    ) -> Result<Evaluation, EngineError> {
        let inner = &self.inner;
        let stream = stream(case, pair);
        let loaded = load_until(&*inner.log, &inner.tenant, &stream, Some(at)).await?;
        Ok(loaded.0)
    }

    /// Seals a side's form: the commitment becomes public, the answers stay ciphertext.
    ///
    /// # Errors
    /// [`EngineError::Evaluation`] when the form is not complete, the window is over, the side has
    /// sealed already or the actor is of neither side.
    pub async fn seal_evaluation(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: &EvaluationPair,
        side: Side,
        answers: Answers,
    ) -> Result<u64, EngineError> {
        self.open_evaluation(case, pair).await?;
        let form = Form::default_of(side);
        gridwhistle_domain::evaluation::validate(&form, &answers).map_err(|problems| {
            EngineError::Input(problems.iter().map(ToString::to_string).collect())
        })?;
        let nonce = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let opened = OpenedForm { answers, nonce };
        let clear = serde_json::to_string(&opened)?;
        let subject = SubjectId::new(format!(
            "{}/{}",
            stream(case, pair).aggregate_id,
            side.code()
        ));
        let key = Uuid::now_v7();
        let sealed = SealedForm {
            commitment: commitment(case, pair.leg, side, &opened.answers, &opened.nonce),
            answers: self.inner.keys.seal(&subject, key, &clear)?,
        };
        let command = EvaluationCommand::Seal { side, form: sealed };
        let answer = self.evaluate(actor, case, pair, key, command).await?;
        self.settle_evaluation(case, pair).await?;
        Ok(answer.last_position)
    }

    /// Reveals and lapses what is due: by timers, and after every seal.
    ///
    /// # Errors
    /// When the log or the key ring cannot be read.
    pub async fn settle_evaluation(
        &self,
        case: CaseId,
        pair: &EvaluationPair,
    ) -> Result<bool, EngineError> {
        self.open_evaluation(case, pair).await?;
        let now = self.now();
        let state = self.evaluation(case, pair).await?;
        let mut moved = false;
        if state.may_reveal(now) {
            let mut forms = BTreeMap::new();
            for (side, sealed) in state.sealed() {
                let clear = self.inner.keys.open_sealed(&sealed.answers)?;
                forms.insert(*side, serde_json::from_str::<OpenedForm>(&clear)?);
            }
            let command = EvaluationCommand::Reveal { forms };
            self.evaluate(
                &Actor::system(),
                case,
                pair,
                once(case, pair, "reveal"),
                command,
            )
            .await?;
            moved = true;
        }
        if state.may_lapse(now) {
            let key = once(case, pair, "lapse");
            self.evaluate(&Actor::system(), case, pair, key, EvaluationCommand::Lapse)
                .await?;
            moved = true;
        }
        Ok(moved)
    }

    /// Timer: the window of an evaluation, named by its stream, is over.
    pub(crate) async fn end_evaluation(
        &self,
        case: CaseId,
        evaluation: &str,
    ) -> Result<bool, EngineError> {
        for pair in self.evaluation_pairs(case).await? {
            if stream(case, &pair).aggregate_id == evaluation {
                return self.settle_evaluation(case, &pair).await;
            }
        }
        Ok(false)
    }

    /// Opens the streams of every pair that a closure named. Its keys derive from the case, so that
    /// a repeat finishes what was begun.
    pub(crate) async fn open_evaluations(&self, case: CaseId) -> Result<(), EngineError> {
        for pair in self.evaluation_pairs(case).await? {
            self.open_evaluation(case, &pair).await?;
        }
        Ok(())
    }

    /// Opens the pair's stream from what the closure said; once, whoever comes first.
    async fn open_evaluation(
        &self,
        case: CaseId,
        pair: &EvaluationPair,
    ) -> Result<(), EngineError> {
        let Some(state) = self.case(case).await? else {
            return Err(EngineError::NoEvaluation { case });
        };
        let Some(window_ends) = state
            .evaluation_until
            .filter(|_| state.evaluations.contains(pair))
        else {
            return Err(EngineError::NoEvaluation { case });
        };
        if self.evaluation(case, pair).await?.opening().is_some() {
            return Ok(());
        }
        let opening = Opening {
            case,
            leg: pair.leg,
            area: pair.left.clone(),
            department: pair.right.clone(),
            area_form: Form::default_of(Side::Area),
            department_form: Form::default_of(Side::Department),
            window_ends,
        };
        let key = once(case, pair, "open");
        let command = EvaluationCommand::Open { opening };
        self.evaluate(&Actor::system(), case, pair, key, command)
            .await
            .map(|_| ())
    }

    async fn evaluate(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: &EvaluationPair,
        key: Uuid,
        command: EvaluationCommand,
    ) -> Result<Appended, EngineError> {
        #[derive(Serialize)]
        struct Asked<'a>(&'a EvaluationCommand);
        let inner = &self.inner;
        let stream = stream(case, pair);
        let now = self.now();
        let reference = self.reference();
        let registry = &reference.registry;
        let in_office = registry.holds(&actor.person, actor.role, &actor.unit, now);
        let envelope = Envelope::new(key, &stream, actor, &Asked(&command));
        commit::<Evaluation, _>(&*inner.log, &inner.tenant, &stream, &envelope, |state| {
            Ok(state.decide(&command, now, actor, in_office)?)
        })
        .await
    }
}

/// A key that makes the engine's own step happen once, whoever takes it.
fn once(case: CaseId, pair: &EvaluationPair, step: &str) -> Uuid {
    Uuid::new_v5(
        &case.0,
        format!("{}/{}/{step}", pair.leg, pair.left).as_bytes(),
    )
}
