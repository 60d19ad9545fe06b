//! The clocks of a case as a decision moves them: every due time is computed here, once, and stored
//! in the fact that changes it.

use super::Desk;
use crate::calendar::{Calendar, Limit};
use crate::case::clock::{Anew, Clock, ClockId, ClockState, Marks};
use crate::case::fact::{CaseFact, Renewed};
use crate::case::marks;
use crate::ids::LegNo;
use chrono::{DateTime, Utc};

impl Desk<'_> {
    /// Starts the clock of a duty now, under the calendar known now.
    pub(crate) fn start_clock(&mut self, id: ClockId, limit: Limit) {
        self.start_clock_from(id, limit, self.now());
    }

    /// Starts the clock of a duty from the instant that created it, at the latest now.
    pub(crate) fn start_clock_from(&mut self, id: ClockId, limit: Limit, now: DateTime<Utc>) {
        let calendar = self.calendar();
        let due = calendar.due(now, limit);
        let budget = calendar.minutes_between(limit.measure(), now, due.at);
        let mut clock = Clock {
            id,
            limit,
            calendar: calendar.version().clone(),
            started_at: now,
            budget,
            original: budget,
            consumed: 0,
            since: now,
            suspended: 0,
            marks: Marks {
                amber: due.at,
                due: due.at,
                yellow: due.at,
                severe: due.at,
                red: due.at,
                provisional: due.provisional,
            },
            state: ClockState::Running,
            ended_at: None,
            missed: false,
            spans: Vec::new(),
        };
        clock.marks = self.marks(&clock, calendar, due.at, due.provisional);
        self.emit(CaseFact::ClockStarted {
            clock: Box::new(clock),
        });
    }

    /// Starts the clock if the policy gives the limit.
    pub(crate) fn start_clock_if(&mut self, id: ClockId, limit: Option<Limit>) {
        if let Some(limit) = limit {
            self.start_clock(id, limit);
        }
    }

    /// The instants that follow from a ledger and a due time (`DOMAIN.md` 2.5, 4.3).
    pub(crate) fn marks(
        &self,
        clock: &Clock,
        calendar: &Calendar,
        due: DateTime<Utc>,
        provisional: bool,
    ) -> Marks {
        let rules = self.policy.map(|policy| &policy.supervision);
        marks::marks(clock, calendar, rules, due, provisional)
    }

    /// Minutes consumed by a clock up to now.
    pub(crate) fn consumed(&self, clock: &Clock) -> i64 {
        if !clock.is_running() {
            return clock.consumed;
        }
        let measure = clock.limit.measure();
        clock.consumed
            + self
                .calendar_of(clock)
                .minutes_between(measure, clock.since, self.now())
    }

    /// The duty was done: stops the clock if it is owed.
    pub(crate) fn stop_clock(&mut self, id: ClockId) {
        if let Some(consumed) = self.case.owed(id).map(|clock| self.consumed(clock)) {
            self.emit(CaseFact::ClockStopped {
                id,
                consumed,
                done_at: None,
            });
        }
    }

    /// The duty was done earlier, and is only entered now: the clock stops when it was done.
    pub(crate) fn stop_clock_at(&mut self, id: ClockId, done: DateTime<Utc>) {
        let Some(clock) = self.case.owed(id) else {
            return;
        };
        let (calendar, measure) = (self.calendar_of(clock), clock.limit.measure());
        let consumed = if done >= clock.since {
            clock.consumed + calendar.minutes_between(measure, clock.since, done)
        } else {
            clock.consumed - calendar.minutes_between(measure, done, clock.since)
        };
        self.emit(CaseFact::ClockStopped {
            id,
            consumed,
            done_at: Some(done),
        });
    }

    /// The duty fell away: cancels the clock if it is owed.
    pub(crate) fn cancel_clock(&mut self, id: ClockId) {
        if let Some(consumed) = self.case.owed(id).map(|clock| self.consumed(clock)) {
            self.emit(CaseFact::ClockCancelled { id, consumed });
        }
    }

    /// Every duty of a leg fell away.
    pub(crate) fn cancel_leg_clocks(&mut self, leg: LegNo) {
        let ids: Vec<ClockId> = self.owed_ids().filter(|id| id.leg == Some(leg)).collect();
        for id in ids {
            self.cancel_clock(id);
        }
    }

    /// Every duty of the case fell away.
    pub(crate) fn cancel_all_clocks(&mut self) {
        let ids: Vec<ClockId> = self.owed_ids().collect();
        for id in ids {
            self.cancel_clock(id);
        }
    }

    fn owed_ids(&self) -> impl Iterator<Item = ClockId> + '_ {
        self.case.owed_clocks().map(|clock| clock.id)
    }

    /// Stands a running clock.
    pub(crate) fn suspend_clock(&mut self, id: ClockId) {
        let running = self.case.owed(id).filter(|clock| clock.is_running());
        if let Some(consumed) = running.map(|clock| self.consumed(clock)) {
            self.emit(CaseFact::ClockSuspended { id, consumed });
        }
    }

    /// Lets a standing clock run on with its remaining budget; an overdrawn one stays overdue. It
    /// runs from the instant at which standing ended, at the latest from now.
    pub(crate) fn resume_clock(&mut self, id: ClockId, ended: Option<DateTime<Utc>>) {
        let Some(clock) = self
            .case
            .owed(id)
            .filter(|clock| !clock.is_running())
            .cloned()
        else {
            return;
        };
        let calendar = self.calendar_of(&clock);
        let measure = clock.limit.measure();
        let from = ended.map_or(self.now(), |ended| ended.clamp(clock.since, self.now()));
        let suspended = calendar.minutes_between(measure, clock.since, from);
        let rules = self.policy.map(|policy| &policy.supervision);
        let marks = marks::resumed(&clock, calendar, rules, from);
        self.emit(CaseFact::ClockResumed {
            id,
            suspended,
            marks,
            from: (from < self.now()).then_some(from),
        });
    }

    /// Gives a clock another budget, with all it consumed so far; its due time follows. A clock that
    /// had stopped takes up again (rework, reopening).
    pub(crate) fn rebase_clock(&mut self, id: ClockId, budget: i64, cause: &str) {
        let Some(clock) = self
            .case
            .clocks
            .iter()
            .rev()
            .find(|clock| clock.id == id)
            .cloned()
        else {
            return;
        };
        let calendar = self.calendar_of(&clock);
        let consumed = self.consumed(&clock);
        let due = calendar.add_minutes(clock.limit.measure(), self.now(), budget - consumed);
        let moved = Clock {
            budget,
            consumed,
            since: self.now(),
            ..clock.clone()
        };
        let marks = self.marks(&moved, calendar, due.at, due.provisional);
        self.emit(CaseFact::ClockRebased {
            id,
            old_due: clock.marks.due,
            marks,
            budget,
            consumed,
            calendar: clock.calendar.clone(),
            cause: cause.to_owned(),
            renewed: None,
        });
    }

    /// Puts another limit in a clock's place: what ran and what stood stays, counted by the new
    /// limit's measure under the calendar known now; a miss stays too.
    pub(crate) fn renew_clock(&mut self, old: &Clock, limit: Limit, cause: &str) {
        let (calendar, now) = (self.calendar(), self.now());
        let Anew {
            budget,
            consumed,
            suspended,
            due,
        } = old.anew(limit, calendar, now);
        let moved = Clock {
            limit,
            budget,
            consumed,
            since: now,
            ..old.clone()
        };
        let marks = self.marks(&moved, calendar, due.at, due.provisional);
        self.emit(CaseFact::ClockRebased {
            id: old.id,
            old_due: old.marks.due,
            marks,
            budget,
            consumed,
            calendar: calendar.version().clone(),
            cause: cause.to_owned(),
            renewed: Some(Renewed { limit, suspended }),
        });
    }
}
