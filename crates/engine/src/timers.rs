//! Timers: commands of the system role, found from the views and decided by the stream.
//!
//! A candidate is only a hint; the stream says whether it is due and whether it was done, so each
//! timer fires once, also across restarts and several processes, and downtime is caught up. Nothing
//! runs unless the host calls [`Engine::run`] or [`Engine::tick`].

use crate::Engine;
use crate::error::EngineError;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::stage::Card;
use gridwhistle_domain::ids::{CaseId, LegNo};
use gridwhistle_projections::questions::{TimerCandidate, TimerKind, TimerRules};
use gridwhistle_store::{AppendError, StoreError};
use std::future::Future;
use std::time::Duration;

/// Candidates of each kind that one round looks at.
const ROUND: usize = 1_000;
/// Rounds of one tick; what is left waits for the next.
const ROUNDS_MAX: usize = 64;
/// How long `run` sleeps between two ticks when nothing happens.
const PAUSE: Duration = Duration::from_secs(5);

/// Failures that one tick tells of; more are only counted.
const FAILURES_MAX: usize = 100;

/// What a tick did.
///
/// ```
/// # gridwhistle::doc::run(async |engine| {
/// let ticked: gridwhistle::timers::Ticked = engine.tick().await?;
/// assert_eq!((ticked.fired, ticked.failures.len()), (0, 0));
/// # Ok(())
/// # })?;
/// # Ok::<(), gridwhistle::EngineError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Timers that fired.
    pub fired: u64,
    /// Hints that the stream refused: done already, or not due by its own count.
    pub refused: u64,
    /// Timers that could not fire for a reason of their own case, and why: the others went on.
    /// The next tick tries again.
    pub failures: Vec<(CaseId, String)>,
}

impl Engine {
    /// Fires every timer that is due at the injected clock's now.
    ///
    /// # Errors
    /// When views or log fail; what fired before stays.
    pub async fn tick(&self) -> Result<Ticked, EngineError> {
        let mut all = Ticked::default();
        for _ in 0..ROUNDS_MAX {
            let round = self.round().await?;
            all.fired += round.fired;
            all.refused += round.refused;
            all.failures = round.failures;
            // What one timer sets going may make the next one due; a round of refusals ends it.
            if round.fired == 0 {
                break;
            }
        }
        Ok(all)
    }

    /// Keeps views and timers going until `shutdown` resolves. Stops between two ticks, so nothing
    /// is cut in the middle.
    ///
    /// ```
    /// # gridwhistle::doc::run(async |engine| {
    /// // The host says when to stop: a signal, a channel, here at once.
    /// engine.run(async {}).await?;
    /// # Ok(())
    /// # })?;
    /// # Ok::<(), gridwhistle::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When views or log fail for good; call it again after the cause is gone.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) -> Result<(), EngineError> {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut head = self.inner.log.watch(&self.inner.tenant);
        loop {
            self.tick().await?;
            tokio::select! {
                () = &mut shutdown => return Ok(()),
                _ = head.changed() => { self.catch_up().await?; }
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn round(&self) -> Result<Ticked, EngineError> {
        self.catch_up().await?;
        let now = self.now();
        let mut candidates = self
            .questions()
            .timers(now, &self.timer_rules(), ROUND)
            .await?;
        candidates.sort();
        let mut round = Ticked::default();
        for candidate in candidates {
            let case = candidate.case_id;
            match self.fire(candidate).await {
                Ok(true) => round.fired += 1,
                Ok(false) | Err(EngineError::Refused(_) | EngineError::Evaluation(_)) => {
                    round.refused += 1;
                }
                Err(error) if concerns_all(&error) => return Err(error),
                // A key that is lost, an event that is damaged, a race that is never won: one case
                // must not stop the clocks of all others.
                Err(error) if round.failures.len() < FAILURES_MAX => {
                    round.failures.push((case, error.to_string()));
                }
                Err(_) => {}
            }
        }
        Ok(round)
    }

    async fn fire(&self, candidate: TimerCandidate) -> Result<bool, EngineError> {
        let case = candidate.case_id;
        let leg = candidate.leg.unwrap_or(LegNo(0));
        let command = match candidate.kind {
            TimerKind::AutoAcknowledge => C::AutoAcknowledge { leg },
            TimerKind::MissProgress => C::MissProgress {},
            TimerKind::MissReview => C::MissReview {},
            TimerKind::LapseRatification => C::LapseRatification {},
            TimerKind::Resume => C::Resume {},
            TimerKind::AutoSignOff => C::AutoSignOff {},
            TimerKind::Archive => {
                self.settle_evaluations(case).await?;
                C::Archive {}
            }
            TimerKind::EraseMandate => {
                self.erase_mandate(case).await?;
                C::EraseMandate {}
            }
            TimerKind::Remind { clock, percent } => C::Remind {
                kind: clock,
                leg: None,
                percent,
            },
            TimerKind::Urge => C::Urge {
                note: String::new(),
            },
            TimerKind::RaiseCard { rule } => C::RaiseCard {
                card: rule.card().unwrap_or(Card::Yellow),
                rule: rule.code().to_owned(),
                emergency: false,
                note: String::new(),
            },
            TimerKind::EndEvaluation { evaluation } => {
                return self.end_evaluation(case, &evaluation).await;
            }
        };
        Ok(!self
            .execute(&Actor::system(), case, command)
            .await?
            .repeated)
    }

    /// The widest rules of all policies: the stream applies the pinned one.
    fn timer_rules(&self) -> TimerRules {
        let reference = self.reference();
        let now = self.now();
        let calendar = reference.calendars.in_force(now);
        let mut rules = TimerRules {
            urge_due_until: calendar.working_day_begun(now),
            ..TimerRules::default()
        };
        for published in reference.policies.iter() {
            let policy = &published.policy;
            let closing = policy
                .class
                .iter()
                .filter(|(_, row)| row.verify.auto_sign_off.is_some());
            rules.auto_sign_off.extend(closing.map(|(class, _)| *class));
            let least = |known: u32, one: u32| match (known, one) {
                (0, one) => one,
                (known, 0) => known,
                (known, one) => known.min(one),
            };
            rules.yellow_reworks = least(rules.yellow_reworks, policy.supervision.yellow_reworks);
            rules.red_reworks = least(rules.red_reworks, policy.supervision.red_reworks);
            // Whoever was closed within every window cannot be archived yet.
            let window = calendar.due(now, policy.windows.archive).at - now;
            let before = now - window;
            rules.archive_closed_before = Some(
                rules
                    .archive_closed_before
                    .map_or(before, |known| known.max(before)),
            );
        }
        rules
    }
}

/// Whether a failure is of the store, so that no timer can fire now.
fn concerns_all(error: &EngineError) -> bool {
    match error {
        EngineError::Append(AppendError::Storage(error)) | EngineError::Store(error) => {
            !matches!(error, StoreError::Corrupt { .. })
        }
        EngineError::Append(AppendError::Overloaded { .. }) => true,
        _ => false,
    }
}
