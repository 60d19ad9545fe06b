//! Rounds: opened for the quarter that is over, closed when their window is. By timers, or by hand.

use super::{ballot_stream, once, round_stream};
use crate::Engine;
use crate::commit::{Envelope, commit};
use crate::error::EngineError;
use crate::timers::Ticked;
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::appraisal::{
    AppraisalRefusal, Ballot, BallotCommand, BallotOpening, Quarter, Returned, Round, RoundCommand,
    RoundOpening, rosters,
};
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::evaluation::OpenedForm;
use gridwhistle_domain::registry::Place;
use gridwhistle_store::Appended;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Engine {
    /// Opens the round of a quarter that is over, with a ballot for every grid party organisation that
    /// met anybody in it. Who met whom is taken from the views as of the quarter's end and recorded, so
    /// that nothing has to be looked up again. A repeat finishes what a crash left undone.
    ///
    /// ```
    /// # gridwhistle::doc::run_appraised(async |engine, quarter| {
    /// // The timers have opened it already.
    /// let system = gridwhistle::domain::actor::Actor::system();
    /// assert!(!engine.open_appraisal(&system, quarter).await?);
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::Appraisal`] for anybody but a supervisor in office and the engine, and while the
    /// quarter runs; [`EngineError::NoAppraisal`] where the policy has none.
    pub async fn open_appraisal(&self, actor: &Actor, round: Quarter) -> Result<bool, EngineError> {
        self.catch_up().await?;
        let reference = self.fresh_reference().await?;
        let state = self.appraisal_round(round).await?;
        if state.opening().is_none() {
            let opening = self.opening(round, &reference)?;
            let key = once(&round_stream(round), "open");
            // Whoever asks is judged, and so is the quarter.
            let open = RoundCommand::Open { opening };
            self.turn(actor, round, key, &open).await?;
        } else if !matches!(actor.role, Role::System | Role::Supervisor) {
            let (role, accepted) = (actor.role, Role::Supervisor.code());
            return Err(AppraisalRefusal::NotAuthorised { role, accepted }.into());
        }
        if state.raters().is_some() {
            return Ok(false);
        }
        self.issue(round, &reference).await?;
        Ok(true)
    }

    /// What the policy of now says a round goes by.
    fn opening(&self, round: Quarter, reference: &Reference) -> Result<RoundOpening, EngineError> {
        let now = self.now();
        let policy = reference.policies.in_force(now);
        let rules = policy.and_then(|policy| policy.appraisal.as_ref());
        let rules = rules.ok_or(EngineError::NoAppraisal)?;
        let calendar = reference.calendars.in_force(now);
        Ok(RoundOpening {
            round,
            form: rules.form.clone(),
            raters_min: rules.raters_min,
            shrink: rules.shrink,
            window_ends: calendar.due(now, rules.window).at,
        })
    }

    /// Opens the ballots of an opened round, each once, and says so when all of them are.
    async fn issue(&self, round: Quarter, reference: &Reference) -> Result<(), EngineError> {
        let state = self.appraisal_round(round).await?;
        let Some(opening) = state.opening() else {
            return Err(AppraisalRefusal::NotOpened.into());
        };
        let policies = reference.policies.iter();
        let classes = policies.flat_map(|published| &published.policy.class);
        let meeting = classes.filter(|(_, row)| row.coordination.is_some());
        let meeting = meeting.map(|(class, _)| *class).collect();
        let encounters = self.questions().encounters(round, &meeting).await?;
        let (mut raters, mut pairs) = (BTreeSet::new(), 0_usize);
        for (rater, roster) in rosters(&reference.registry, encounters) {
            let met = roster.met();
            pairs += met.len();
            let opening = BallotOpening {
                round,
                rater: rater.clone(),
                grids: roster.grids,
                met,
                window_ends: opening.window_ends,
            };
            if self
                .appraisal_ballot(round, &rater)
                .await?
                .opening()
                .is_none()
            {
                let key = once(&ballot_stream(round, &rater), "open");
                let open = BallotCommand::Open { opening };
                self.mark(&Actor::system(), round, &rater, key, open)
                    .await?;
            }
            raters.insert(rater);
        }
        let key = once(&round_stream(round), "issue");
        let pairs = u32::try_from(pairs).unwrap_or(u32::MAX);
        let issue = RoundCommand::Issue { raters, pairs };
        self.turn(&Actor::system(), round, key, &issue).await?;
        Ok(())
    }

    /// Opens all forms of a round together when its window is over, and records who was silent. By
    /// timers; answers whether that was now.
    ///
    /// ```
    /// # gridwhistle::doc::run_appraised(async |engine, quarter| {
    /// assert!(!engine.settle_appraisal(quarter).await?, "its window is open");
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the log or the key ring cannot be read.
    pub async fn settle_appraisal(&self, round: Quarter) -> Result<bool, EngineError> {
        let state = self.appraisal_round(round).await?;
        if !state.may_close(self.now()) {
            return Ok(false);
        }
        let mut ballots = Vec::new();
        for rater in state.raters().into_iter().flatten() {
            let ballot = self.appraisal_ballot(round, rater).await?;
            ballots.push(self.returned(rater, &ballot)?);
        }
        let key = once(&round_stream(round), "close");
        let close = RoundCommand::Close { ballots };
        let answer = self.turn(&Actor::system(), round, key, &close).await?;
        Ok(!answer.repeated)
    }

    fn returned(&self, rater: &Place, ballot: &Ballot) -> Result<Returned, EngineError> {
        let mut pairs = Vec::new();
        for met in ballot
            .opening()
            .into_iter()
            .flat_map(|opening| &opening.met)
        {
            let form = match ballot.about(&met.ratee) {
                Some(sealed) => {
                    let clear = self.inner.keys.open_sealed(&sealed.form.answers)?;
                    let opened: OpenedForm = serde_json::from_str(&clear)?;
                    Some((sealed.form.clone(), opened))
                }
                None => None,
            };
            pairs.push((met.ratee.clone(), form));
        }
        let rater = rater.clone();
        Ok(Returned { rater, pairs })
    }

    /// One command to a round.
    async fn turn(
        &self,
        actor: &Actor,
        round: Quarter,
        key: Uuid,
        command: &RoundCommand,
    ) -> Result<Appended, EngineError> {
        let inner = &self.inner;
        let stream = round_stream(round);
        let asked = self.asked(actor).await?;
        // What a round is asked is the step and its quarter: a repeat finds another instant.
        let step = match command {
            RoundCommand::Open { .. } => "open",
            RoundCommand::Issue { .. } => "issue",
            RoundCommand::Close { .. } => "close",
        };
        let envelope = Envelope::new(key, &stream, &Actor::system(), &step);
        commit::<Round, _>(&*inner.log, &inner.tenant, &stream, &envelope, |state| {
            Ok(state.decide(command, &asked)?)
        })
        .await
    }

    /// The clock's part: opens the round of the quarter that is over where anybody could have met
    /// anybody, finishes what is half open, and closes what is over.
    pub(crate) async fn tick_appraisals(&self, ticked: &mut Ticked) -> Result<(), EngineError> {
        let now = self.now();
        let mut due: BTreeSet<Quarter> = {
            let due = self.questions().appraisals_due(now).await?;
            due.into_iter().collect()
        };
        if let Some(ended) = Quarter::ended(now)
            && self.calls_for_appraisal(ended).await?
        {
            due.insert(ended);
        }
        for round in due {
            match self.attend(round).await {
                Ok(true) => ticked.fired += 1,
                Ok(false) => {}
                Err(error) if crate::timers::concerns_all(&error) => return Err(error),
                Err(error) => ticked.rounds.push((round.to_string(), error.to_string())),
            }
        }
        Ok(())
    }

    async fn attend(&self, round: Quarter) -> Result<bool, EngineError> {
        let opened = self.open_appraisal(&Actor::system(), round).await?;
        Ok(self.settle_appraisal(round).await? || opened)
    }

    /// Whether a quarter has no round yet and should have one: the policy has appraisals, there are
    /// secretaries, and cases were reported.
    async fn calls_for_appraisal(&self, quarter: Quarter) -> Result<bool, EngineError> {
        let reference = self.fresh_reference().await?;
        let policy = reference.policies.in_force(self.now());
        let asked = policy.is_some_and(|policy| policy.appraisal.is_some());
        let secretary = |person: &gridwhistle_domain::registry::Person| {
            let mut tenures = person.tenures.iter();
            tenures.any(|tenure| tenure.role == Role::PartyOrgSecretary)
        };
        let questions = self.questions();
        Ok(asked
            && questions.appraisal_round(quarter).await?.is_none()
            && reference.registry.people().any(secretary)
            && questions.reported_in(quarter).await?)
    }
}
