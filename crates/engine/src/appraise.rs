//! Quarterly appraisal (评议) by grid party organisations: opened from what happened in the quarter,
//! sealed blind, opened together without the raters' names, withheld where too few speak
//! (`DOMAIN.md` 4.7).

mod explain;
mod notes;
mod round;

pub use explain::{AppraisalExplained, ItemSpread, RoundExplained};
pub use notes::Note;

use crate::Engine;
use crate::commit::{Envelope, commit, load, load_until};
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::appraisal::{
    AppraisalRefusal, Asked, Ballot, BallotCommand, Quarter, Ratee, Round, commitment, speaks,
};
use gridwhistle_domain::evaluation::{Answers, OpenedForm, SealedForm, validate};
use gridwhistle_domain::ids::SubjectId;
use gridwhistle_domain::registry::Place;
use gridwhistle_store::{Appended, StreamId};
use uuid::Uuid;

fn round_stream(round: Quarter) -> StreamId {
    StreamId::new("appraisal", round.to_string())
}

fn ballot_stream(round: Quarter, rater: &Place) -> StreamId {
    StreamId::new("appraisal_ballot", format!("{round}/{rater}"))
}

impl Engine {
    /// A round as it stands: what it asks, who has a ballot, what came of it.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn appraisal_round(&self, round: Quarter) -> Result<Round, EngineError> {
        let inner = &self.inner;
        let stream = round_stream(round);
        Ok(load(&*inner.log, &inner.tenant, &stream).await?.0)
    }

    /// A round as it stood at an instant.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn appraisal_round_as_of(
        &self,
        round: Quarter,
        at: DateTime<Utc>,
    ) -> Result<Round, EngineError> {
        let inner = &self.inner;
        let stream = round_stream(round);
        let loaded = load_until(&*inner.log, &inner.tenant, &stream, Some(at));
        Ok(loaded.await?.0)
    }

    /// One organisation's ballot: whom it met, and the commitments to what it sealed.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn appraisal_ballot(
        &self,
        round: Quarter,
        rater: &Place,
    ) -> Result<Ballot, EngineError> {
        let inner = &self.inner;
        let stream = ballot_stream(round, rater);
        Ok(load(&*inner.log, &inner.tenant, &stream).await?.0)
    }

    /// One organisation's ballot as it stood at an instant.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn appraisal_ballot_as_of(
        &self,
        round: Quarter,
        rater: &Place,
        at: DateTime<Utc>,
    ) -> Result<Ballot, EngineError> {
        let inner = &self.inner;
        let stream = ballot_stream(round, rater);
        let loaded = load_until(&*inner.log, &inner.tenant, &stream, Some(at));
        Ok(loaded.await?.0)
    }

    /// The ballots of a round that somebody may fill now, by organisation.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn appraisal_ballots_of(
        &self,
        actor: &Actor,
        round: Quarter,
    ) -> Result<Vec<Place>, EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        let state = self.appraisal_round(round).await?;
        let mut own = Vec::new();
        for rater in state.raters().into_iter().flatten() {
            let ballot = self.appraisal_ballot(round, rater).await?;
            let grids = ballot.opening().map(|opening| &opening.grids);
            let speaks = |grids| speaks(registry, &actor.person, (rater, grids), self.now());
            if grids.is_some_and(speaks) {
                own.push(rater.clone());
            }
        }
        Ok(own)
    }

    /// Seals what an organisation says of somebody that it met: the commitment becomes public, answers
    /// and free text stay ciphertext.
    ///
    /// ```
    /// # gridwhistle::doc::run_appraised(async |engine, quarter| {
    /// use gridwhistle::domain::appraisal::Ratee;
    /// use gridwhistle::domain::evaluation::{Answer, Answers};
    ///
    /// let secretary = gridwhistle::doc::secretary();
    /// let round = engine.appraisal_round(quarter).await?;
    /// let form = round.opening().unwrap().form.clone();
    /// let own = engine.appraisal_ballots_of(&secretary, quarter).await?;
    /// let ballot = engine.appraisal_ballot(quarter, &own[0]).await?;
    /// let met = &ballot.opening().unwrap().met[0];
    /// assert_eq!((&met.ratee, met.legs), (&Ratee::Unit("B-water".into()), 1));
    ///
    /// let answer = |item: gridwhistle::domain::evaluation::Item| {
    ///     (item.code, Answer { score: 4, reason: None })
    /// };
    /// let answers = Answers(form.items.into_iter().map(answer).collect());
    /// let note = Some("came the same day");
    /// let about = (&own[0], &met.ratee);
    /// engine.seal_appraisal(&secretary, quarter, about, answers, note).await?;
    /// let sealed = engine.appraisal_ballot(quarter, &own[0]).await?;
    /// assert!(sealed.about(&met.ratee).is_some(), "a commitment, no answer");
    /// // As of before that, nothing was sealed, and no round was open.
    /// let before = quarter.before();
    /// let then = engine.appraisal_ballot_as_of(quarter, &own[0], before).await?;
    /// assert!(then.sealed().is_empty());
    /// let then = engine.appraisal_round_as_of(quarter, before).await?;
    /// assert!(then.opening().is_none());
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Appraisal`] when the organisation did not meet them, the window is over, the form
    /// is sealed already, the form is not complete or the actor is not its secretary.
    pub async fn seal_appraisal(
        &self,
        actor: &Actor,
        round: Quarter,
        (rater, ratee): (&Place, &Ratee),
        answers: Answers,
        note: Option<&str>,
    ) -> Result<u64, EngineError> {
        let state = self.appraisal_round(round).await?;
        if let Some(opening) = state.opening() {
            let unfit = |problems| AppraisalRefusal::UnfitAnswers { problems };
            validate(&opening.form, &answers).map_err(unfit)?;
        }
        let nonce = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let opened = OpenedForm { answers, nonce };
        let clear = serde_json::to_string(&opened)?;
        let (keys, key) = (&self.inner.keys, Uuid::now_v7());
        let subject = subject(round, rater, ratee);
        let form = SealedForm {
            commitment: commitment(round, rater, ratee, &opened.answers, &opened.nonce),
            answers: keys.seal(&subject, key, &clear)?,
        };
        let note = note.filter(|text| !text.trim().is_empty());
        let note = note
            .map(|text| keys.seal(&subject, key, text))
            .transpose()?;
        let command = BallotCommand::Seal {
            ratee: ratee.clone(),
            form,
            note,
        };
        let answer = self.mark(actor, round, rater, key, command).await?;
        Ok(answer.last_position)
    }

    /// One command to a ballot.
    async fn mark(
        &self,
        actor: &Actor,
        round: Quarter,
        rater: &Place,
        key: Uuid,
        command: BallotCommand,
    ) -> Result<Appended, EngineError> {
        let inner = &self.inner;
        let stream = ballot_stream(round, rater);
        let reference = self.fresh_reference().await?;
        let asked = self.asked(actor).await?;
        let envelope = Envelope::new(key, &stream, actor, &command);
        commit::<Ballot, _>(&*inner.log, &inner.tenant, &stream, &envelope, |state| {
            let grids = state.opening().map(|opening| &opening.grids);
            let own = |grids| {
                speaks(
                    &reference.registry,
                    &actor.person,
                    (rater, grids),
                    asked.now,
                )
            };
            let asked = Asked {
                speaks: grids.is_some_and(own),
                ..asked.clone()
            };
            Ok(state.decide(&command, &asked)?)
        })
        .await
    }

    /// Who asks, and whether the registry knows the office that they name.
    async fn asked(&self, actor: &Actor) -> Result<Asked, EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        let now = self.now();
        Ok(Asked {
            now,
            actor: actor.clone(),
            in_office: registry.holds(&actor.person, actor.role, &actor.unit, now),
            speaks: false,
        })
    }
}

/// Whose key a form is sealed under: one of its own, so that it can be erased alone.
fn subject(round: Quarter, rater: &Place, ratee: &Ratee) -> SubjectId {
    SubjectId::new(format!("appraisal/{round}/{rater}/{ratee}"))
}

/// A key that makes the engine's own step happen once, whoever takes it.
fn once(stream: &StreamId, step: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{stream}/{step}").as_bytes())
}
