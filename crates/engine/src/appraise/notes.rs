//! Free text of an appraisal: for the rated and the supervisor alone, and only where enough organisations
//! spoke to protect each other. Each reading is on record first, as for other personal data.

use super::{ballot_stream, round_stream};
use crate::Engine;
use crate::commit::load;
use crate::error::EngineError;
use crate::personal::access::AccessFact;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Rank, Role};
use gridwhistle_domain::appraisal::{Ballot, Quarter, Ratee, Round, RoundFact};
use gridwhistle_domain::registry::Registry;
use serde::Serialize;

/// What somebody wrote; of whom it is stays unsaid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Note(pub String);

/// Whether somebody may read what was written about a unit or a person: a supervisor, somebody in an
/// office of the unit, or the person. In office, now.
fn reads(actor: &Actor, ratee: &Ratee, registry: &Registry, now: DateTime<Utc>) -> bool {
    let in_office = registry.holds(&actor.person, actor.role, &actor.unit, now);
    let rated = match ratee {
        Ratee::Unit(unit) => actor.unit == *unit && actor.role.rank() >= Rank::Staff,
        Ratee::Person { person, .. } => actor.person == *person,
    };
    in_office && (rated || actor.role == Role::Supervisor)
}

impl Engine {
    /// What was written about a unit or a person in a round, in an order that tells no rater. Nothing
    /// where the round is not closed or the forms are withheld.
    ///
    /// ```
    /// # gridwhistle::doc::run_appraised(async |engine, quarter| {
    /// use gridwhistle::appraise::Note;
    /// use gridwhistle::domain::appraisal::Ratee;
    ///
    /// let about = Ratee::Unit("B-water".into());
    /// let (water, secretary) = (gridwhistle::doc::water(), gridwhistle::doc::secretary());
    /// let notes: Vec<Note> = engine.appraisal_notes(&water, quarter, &about).await?;
    /// assert!(notes.is_empty(), "the round is not closed");
    /// let refused = engine.appraisal_notes(&secretary, quarter, &about).await.unwrap_err();
    /// assert_eq!(refused.code(), "not_authorised");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::NotAuthorised`] for anybody else; when the reading cannot be recorded, or a key is
    /// lost.
    pub async fn appraisal_notes(
        &self,
        actor: &Actor,
        round: Quarter,
        ratee: &Ratee,
    ) -> Result<Vec<Note>, EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        if !reads(actor, ratee, registry, self.now()) {
            return Err(EngineError::NotAuthorised {
                given: actor.signature(),
                accepted: Role::Supervisor.code(),
            });
        }
        let inner = &self.inner;
        let (log, tenant) = (&*inner.log, &inner.tenant);
        let state: Round = load(log, tenant, &round_stream(round)).await?.0;
        let revealed = |fact: &RoundFact| matches!(fact, RoundFact::AppraisalRevealed { ratee: about, .. } if about == ratee);
        if !state.closed() || !state.outcomes().iter().any(revealed) {
            return Ok(Vec::new());
        }
        let mut sealed = Vec::new();
        for rater in state.raters().into_iter().flatten() {
            let ballot: Ballot = load(log, tenant, &ballot_stream(round, rater)).await?.0;
            sealed.extend(ballot.about(ratee).and_then(|rating| rating.note.clone()));
        }
        // A text that was erased is gone; the others stay.
        let mut held = Vec::new();
        for note in sealed {
            if inner.keys.holds(&note.subject)? {
                held.push(note);
            }
        }
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let read = AccessFact::AppraisalNotesRead {
            round,
            ratee: ratee.clone(),
            notes: u32::try_from(held.len()).unwrap_or(u32::MAX),
        };
        let id = format!("appraisal/{round}/{ratee}");
        self.record(actor, &id, read).await?;
        let open = |note| Ok(Note(inner.keys.open_sealed(note)?));
        let mut notes = held
            .iter()
            .map(open)
            .collect::<Result<Vec<_>, EngineError>>()?;
        notes.sort();
        Ok(notes)
    }
}
