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
use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// Candidates of each kind that one round looks at.
const ROUND: usize = 1_000;
/// Rounds of one tick; what is left waits for the next.
const ROUNDS_MAX: usize = 64;
/// From one tick of `run` to the next: so much later than due a timer may fire.
const PAUSE: Duration = Duration::from_secs(5);

/// What processes on one database take turns at.
const TURN: &str = "timers";

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
    /// Rounds of appraisal that could not be opened or closed, and why. The next tick tries again.
    pub rounds: Vec<(String, String)>,
}

impl Engine {
    /// Fires every timer that is due at the injected clock's now.
    ///
    /// # Errors
    /// When views or log fail; what fired before stays.
    pub async fn tick(&self) -> Result<Ticked, EngineError> {
        let mut ticked = Ticked::default();
        // What did not fire is looked at once a tick, and the next ones come up behind it: however
        // many cases stand still, they starve no other.
        let mut passed = BTreeSet::new();
        for _ in 0..ROUNDS_MAX {
            // What one timer sets going may make the next one due.
            if !self.round(&mut ticked, &mut passed).await? {
                break;
            }
        }
        self.tick_appraisals(&mut ticked).await?;
        Ok(ticked)
    }

    /// Keeps views and timers going until `shutdown` resolves; of several processes on one database
    /// one looks after the timers at a time. Stops between two ticks, so nothing
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
            // Of several processes one looks; a timer would fire once even if all did.
            if let Some(turn) = self.inner.runner.turn(TURN).await? {
                let ticked = self.tick().await;
                turn.end().await;
                ticked?;
            }
            let next = Instant::now() + PAUSE;
            loop {
                tokio::select! {
                    () = &mut shutdown => return Ok(()),
                    Ok(()) = head.changed() => { self.catch_up().await?; }
                    () = tokio::time::sleep_until(next) => break,
                }
            }
        }
    }

    /// Fires what is due and was not passed over before. Answers whether there was any.
    async fn round(
        &self,
        ticked: &mut Ticked,
        passed: &mut BTreeSet<TimerCandidate>,
    ) -> Result<bool, EngineError> {
        self.catch_up().await?;
        let (now, rules) = (self.now(), self.timer_rules());
        let questions = self.questions();
        let candidates = questions.timers(now, &rules, ROUND + passed.len());
        let mut candidates = candidates.await?;
        candidates.retain(|candidate| !passed.contains(candidate));
        candidates.sort();
        let found = !candidates.is_empty();
        for candidate in candidates {
            match self.fire(&candidate).await {
                Ok(true) => {
                    ticked.fired += 1;
                    continue;
                }
                Ok(false) | Err(EngineError::Refused(_) | EngineError::Evaluation(_)) => {
                    ticked.refused += 1;
                }
                Err(error) if concerns_all(&error) => return Err(error),
                // A key that is lost, an event that is damaged, a race that is never won: one case
                // must not stop the clocks of all others.
                Err(error) if ticked.failures.len() < FAILURES_MAX => {
                    let case = candidate.case_id;
                    ticked.failures.push((case, error.to_string()));
                }
                Err(_) => {}
            }
            passed.insert(candidate);
        }
        Ok(found)
    }

    async fn fire(&self, candidate: &TimerCandidate) -> Result<bool, EngineError> {
        let case = candidate.case_id;
        let leg = candidate.leg.unwrap_or(LegNo(0));
        let command = match &candidate.kind {
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
                kind: *clock,
                leg: None,
                percent: *percent,
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
                return self.end_evaluation(case, evaluation).await;
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
pub(crate) fn concerns_all(error: &EngineError) -> bool {
    match error {
        EngineError::Append(AppendError::Storage(error)) | EngineError::Store(error) => {
            !matches!(error, StoreError::Corrupt { .. })
        }
        EngineError::Append(AppendError::Overloaded { .. }) => true,
        _ => false,
    }
}
