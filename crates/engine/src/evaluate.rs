//! Mutual evaluation (双向互评) by commit and reveal: each side seals its form blind, both are
//! opened together, and a silent side has no default good score (`DOMAIN.md` 4.6).

mod appeal;

use crate::Engine;
use crate::admin::Change;
use crate::commit::{Envelope, commit, load, load_until};
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::record::EvaluationPair;
use gridwhistle_domain::evaluation::{
    Answers, Evaluation, EvaluationCommand, EvaluationProspect, EvaluationRefusal, OpenedForm,
    Opening, SealedForm, Side, commitment, validate,
};
use gridwhistle_domain::ids::{CaseId, SubjectId};
use gridwhistle_store::{Appended, RecordedEvent, StreamId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The stream of one pair's evaluation after a closure of the case, counted from 1: a case that is
/// reopened and closed again is evaluated again.
fn stream(case: CaseId, pair: &EvaluationPair, closure: usize) -> StreamId {
    StreamId::new("evaluation", pair.stream(case, closure))
}

impl Engine {
    /// The pairs that the last closure of a case opened, in the order of its legs.
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

    /// One pair's evaluation after the last closure, as it stands: commitments until it is
    /// revealed, then the forms.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evaluation(
        &self,
        case: CaseId,
        pair: &EvaluationPair,
    ) -> Result<Evaluation, EngineError> {
        let closure = match self.case(case).await? {
            Some(state) => self.closure(case, &state, None).await?,
            None => 1,
        };
        self.evaluation_at(&stream(case, pair, closure)).await
    }

    async fn evaluation_at(&self, stream: &StreamId) -> Result<Evaluation, EngineError> {
        let inner = &self.inner;
        Ok(load::<Evaluation>(&*inner.log, &inner.tenant, stream)
            .await?
            .0)
    }

    /// Which closure opened the evaluations that the state names; the state may be an earlier one.
    async fn closure(
        &self,
        case: CaseId,
        state: &Case,
        until: Option<DateTime<Utc>>,
    ) -> Result<usize, EngineError> {
        if state.reopens == 0 {
            return Ok(1);
        }
        let (inner, stream) = (&self.inner, crate::execute::stream(case));
        let events = inner.log.read_stream(&inner.tenant, &stream, 0).await?;
        let opened = |event: &&RecordedEvent| {
            let known = until.is_none_or(|until| event.occurred_at <= until);
            known && event.event_type == "EvaluationOpened"
        };
        Ok(events.iter().filter(opened).count())
    }

    /// The pairs that a case had opened by an instant; none if there was no case by then.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let before = engine.now();
    /// let (case, pair) = gridwhistle::doc::closed(&engine).await?;
    /// assert!(engine.evaluation_pairs_as_of(case, before).await?.is_none());
    /// let then = engine.evaluation_as_of(case, &pair, engine.now()).await?;
    /// assert!(then.opening().is_some() && then.sealed().is_empty());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
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
        let (log, tenant, of_case) = (&*inner.log, &inner.tenant, crate::execute::stream(case));
        let (state, _) = load_until::<Case>(log, tenant, &of_case, Some(at)).await?;
        let stream = stream(case, pair, self.closure(case, &state, Some(at)).await?);
        let loaded = load_until(log, tenant, &stream, Some(at)).await?;
        Ok(loaded.0)
    }

    /// What somebody may do to an evaluation now, and why not the rest.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// let (case, pair) = gridwhistle::doc::closed(&engine).await?;
    /// let water = gridwhistle::doc::water();
    /// let outlook = engine.evaluation_outlook(&water, case, &pair).await?;
    /// let open: Vec<&str> =
    ///     outlook.iter().filter(|one| one.refusal.is_none()).map(|one| one.act.code()).collect();
    /// assert_eq!(open, ["seal"], "its own form, and nothing else before the reveal");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn evaluation_outlook(
        &self,
        actor: &Actor,
        case: CaseId,
        pair: &EvaluationPair,
    ) -> Result<Vec<EvaluationProspect>, EngineError> {
        let now = self.now();
        let registry = &self.fresh_reference().await?.registry;
        let in_office = registry.holds(&actor.person, actor.role, &actor.unit, now);
        let state = self.evaluation(case, pair).await?;
        Ok(state.outlook(now, actor, in_office))
    }

    /// Seals a side's form: the commitment becomes public, the answers stay ciphertext. Under a key of
    /// the caller's ([`Engine::under_key`]) a repeat gets the first answer.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// use gridwhistle::domain::evaluation::{Answer, Answers, Form, Side};
    ///
    /// let (case, pair) = gridwhistle::doc::closed(&engine).await?;
    /// assert_eq!(engine.evaluation_pairs(case).await?, [pair.clone()]);
    /// let asked = Form::default_of(Side::Department).items.into_iter().filter(|item| !item.computed);
    /// let answers = Answers(asked.map(|item| (item.code, Answer { score: 5, reason: None })).collect());
    /// let water = gridwhistle::doc::water();
    /// engine.seal_evaluation(&water, case, &pair, Side::Department, answers).await?;
    /// // The other side has not sealed yet, and its time is not over: nothing is revealed.
    /// assert!(!engine.settle_evaluation(case, &pair).await?);
    /// assert!(engine.evaluation(case, &pair).await?.revealed().is_none());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
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
    ) -> Result<Change, EngineError> {
        if let Some(first) = self.first_under_key(&stream(case, pair, 1), actor).await? {
            return Ok(first.into());
        }
        let stream = self.open_evaluation(case, pair).await?;
        if let Some(opening) = self.evaluation_at(&stream).await?.opening() {
            validate(opening.form(side), &answers)
                .map_err(|problems| EvaluationRefusal::UnfitAnswers { side, problems })?;
        }
        let nonce = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let opened = OpenedForm { answers, nonce };
        let clear = serde_json::to_string(&opened)?;
        let subject = SubjectId::new(format!("{}/{}", stream.aggregate_id, side.code()));
        let sealed = SealedForm {
            commitment: commitment(case, pair.leg, side, &opened.answers, &opened.nonce),
            answers: self.inner.keys.seal(&subject, Uuid::now_v7(), &clear)?,
        };
        let command = EvaluationCommand::Seal { side, form: sealed };
        let answer = self.asked_to(actor, (case, pair), &stream, command).await?;
        self.settle(case, &stream).await?;
        Ok(answer.into())
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
        let stream = self.open_evaluation(case, pair).await?;
        self.settle(case, &stream).await
    }

    async fn settle(&self, case: CaseId, stream: &StreamId) -> Result<bool, EngineError> {
        let now = self.now();
        let state = self.evaluation_at(stream).await?;
        let system = Actor::system();
        let mut moved = false;
        if state.may_reveal(now) {
            let mut forms = BTreeMap::new();
            for (side, sealed) in state.sealed() {
                let clear = self.inner.keys.open_sealed(&sealed.answers)?;
                forms.insert(*side, serde_json::from_str::<OpenedForm>(&clear)?);
            }
            let rules = state.opening().map(Opening::appeal_rules);
            let reference = self.fresh_reference().await?;
            let calendar = reference.calendars.in_force(now);
            let key = once(case, stream, "reveal");
            let command = EvaluationCommand::Reveal {
                forms,
                appeal_until: rules.map(|rules| calendar.due(now, rules.window).at),
            };
            self.evaluate(&system, stream, key, command).await?;
            moved = true;
        }
        if state.may_lapse(now) {
            let key = once(case, stream, "lapse");
            self.evaluate(&system, stream, key, EvaluationCommand::Lapse)
                .await?;
            moved = true;
        }
        Ok(moved)
    }

    /// Timer: the window of an evaluation, named by its stream, is over. It may be of a closure
    /// before the last one, or of a pair that the case no longer names.
    pub(crate) async fn end_evaluation(
        &self,
        case: CaseId,
        evaluation: &str,
    ) -> Result<bool, EngineError> {
        self.settle(case, &StreamId::new("evaluation", evaluation))
            .await
    }

    /// Timer: the case goes to the archive. What a crash kept from being opened or settled is made
    /// up for, so that a silent side is on record.
    pub(crate) async fn settle_evaluations(&self, case: CaseId) -> Result<(), EngineError> {
        for pair in self.evaluation_pairs(case).await? {
            self.settle_evaluation(case, &pair).await?;
        }
        Ok(())
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
    ) -> Result<StreamId, EngineError> {
        let Some(state) = self.case(case).await? else {
            return Err(EngineError::NoEvaluation { case });
        };
        let Some(window_ends) = state
            .evaluation_until
            .filter(|_| state.evaluations.contains(pair))
        else {
            return Err(EngineError::NoEvaluation { case });
        };
        let stream = stream(case, pair, self.closure(case, &state, None).await?);
        if self.evaluation_at(&stream).await?.opening().is_some() {
            return Ok(stream);
        }
        let reference = self.fresh_reference().await?;
        let pinned = state.policy.as_ref();
        let pinned = pinned.and_then(|version| reference.policies.get(version));
        let opening = Opening::of(case, &state, pair, window_ends, pinned);
        let key = once(case, &stream, "open");
        let command = EvaluationCommand::Open {
            opening: Box::new(opening),
        };
        self.evaluate(&Actor::system(), &stream, key, command)
            .await?;
        Ok(stream)
    }

    /// What somebody asks of an evaluation, under their key: it is one request whichever closure of the
    /// case it turns out to be about.
    async fn asked_to(
        &self,
        actor: &Actor,
        (case, pair): (CaseId, &EvaluationPair),
        of: &StreamId,
        command: EvaluationCommand,
    ) -> Result<Appended, EngineError> {
        let envelope = self.envelope(&stream(case, pair, 1), actor, &command);
        self.enveloped(actor, of, &envelope, command).await
    }

    /// A step of the engine's own, under a key that makes it happen once.
    async fn evaluate(
        &self,
        actor: &Actor,
        stream: &StreamId,
        key: Uuid,
        command: EvaluationCommand,
    ) -> Result<Appended, EngineError> {
        let envelope = Envelope::new(key, stream, actor, &command);
        self.enveloped(actor, stream, &envelope, command).await
    }

    async fn enveloped(
        &self,
        actor: &Actor,
        stream: &StreamId,
        envelope: &Envelope,
        command: EvaluationCommand,
    ) -> Result<Appended, EngineError> {
        let inner = &self.inner;
        let now = self.now();
        let reference = self.fresh_reference().await?;
        let registry = &reference.registry;
        let in_office = registry.holds(&actor.person, actor.role, &actor.unit, now);
        commit::<Evaluation, _>(&*inner.log, &inner.tenant, stream, envelope, |state| {
            Ok(state.decide(&command, now, actor, in_office)?)
        })
        .await
    }
}

/// A key that makes the engine's own step happen once, whoever takes it.
fn once(case: CaseId, stream: &StreamId, step: &str) -> Uuid {
    Uuid::new_v5(
        &case.0,
        format!("{}/{step}", stream.aggregate_id).as_bytes(),
    )
}
