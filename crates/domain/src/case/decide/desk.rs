//! The desk on which one command is decided: a scratch state that evolves with every fact, so that
//! a later part of a decision sees what an earlier part did.

use crate::calendar::{Calendar, Limit};
use crate::case::Case;
use crate::case::clock::{Clock, ClockId, ClockState, Marks};
use crate::case::command::CommandName;
use crate::case::context::Context;
use crate::case::evolve::evolve;
use crate::case::fact::{CaseEvent, CaseFact};
use crate::case::refusal::{Refusal, RefusalCode};
use crate::case::{Leg, stage::LegStage};
use crate::catalogue::matter::Matter;
use crate::class::CaseClass;
use crate::ids::LegNo;
use crate::policy::Policy;
use crate::policy::rows::ClassRow;
use crate::registry::GridPath;
use chrono::{DateTime, Utc};

/// One decision in the making.
pub(crate) struct Desk<'a> {
    /// The state, with every fact emitted so far.
    pub(crate) case: Case,
    /// What the world knows.
    pub(crate) ctx: &'a Context,
    /// The command that is decided.
    pub(crate) command: CommandName,
    policy: Option<&'a Policy>,
    /// When the facts of this decision happen: now, but for foreign cases with times of their own.
    moment: DateTime<Utc>,
    events: Vec<CaseEvent>,
}

impl<'a> Desk<'a> {
    pub(crate) fn open(case: &Case, command: CommandName, ctx: &'a Context) -> Self {
        let policies = &ctx.reference.policies;
        let policy = match &case.policy {
            Some(pinned) => policies.get(pinned),
            None => policies.in_force(ctx.now),
        };
        Self {
            case: case.clone(),
            ctx,
            command,
            policy,
            moment: ctx.now,
            events: Vec::new(),
        }
    }

    pub(crate) fn close(self) -> Vec<CaseEvent> {
        self.events
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.moment
    }

    /// The following facts happened then: only for foreign cases, which keep the source's times.
    pub(crate) fn happened_at(&mut self, moment: DateTime<Utc>) {
        self.moment = moment;
    }

    /// Records a fact and folds it at once.
    pub(crate) fn emit(&mut self, fact: CaseFact) {
        let event = CaseEvent {
            at: self.moment,
            by: self.ctx.actor.clone(),
            fact,
        };
        evolve(&mut self.case, &event);
        self.events.push(event);
    }

    /// A refusal of this command.
    pub(crate) fn refuse(
        &self,
        code: RefusalCode,
        given: impl ToString,
        accepted: impl ToString,
    ) -> Refusal {
        Refusal {
            code,
            command: self.command,
            policy: self.policy.map(|policy| policy.version.clone()),
            given: given.to_string(),
            accepted: accepted.to_string(),
        }
    }

    /// Refuses unless `holds`.
    pub(crate) fn ensure(
        &self,
        holds: bool,
        code: RefusalCode,
        given: impl ToString,
        accepted: impl ToString,
    ) -> Result<(), Refusal> {
        if holds {
            Ok(())
        } else {
            Err(self.refuse(code, given, accepted))
        }
    }

    /// Refuses an empty text.
    pub(crate) fn require(&self, text: &str, field: &str, accepted: &str) -> Result<(), Refusal> {
        self.ensure(
            !text.trim().is_empty(),
            RefusalCode::FieldMissing,
            field,
            accepted,
        )
    }

    /// The pinned policy, or the one in force for a case that has none yet.
    pub(crate) fn policy(&self) -> Result<&'a Policy, Refusal> {
        self.policy
            .ok_or_else(|| self.refuse(RefusalCode::PolicyMissing, "", ""))
    }

    /// The policy row of a class.
    pub(crate) fn row_of(&self, class: CaseClass) -> Result<&'a ClassRow, Refusal> {
        self.policy()?.row(class).ok_or_else(|| {
            self.refuse(
                RefusalCode::PolicyMissing,
                class,
                "a policy with all five classes",
            )
        })
    }

    /// The policy row of the case's class.
    pub(crate) fn row(&self) -> Result<&'a ClassRow, Refusal> {
        match self.case.class {
            Some(class) => self.row_of(class),
            None => Err(self.refuse(RefusalCode::WrongStage, "reported", "accepted")),
        }
    }

    /// The matter of the case, as it was in force at acceptance.
    pub(crate) fn matter(&self) -> Option<&'a Matter> {
        let at = self.case.accepted_at.unwrap_or(self.ctx.now);
        self.ctx
            .reference
            .catalogue
            .in_force(self.case.matter.as_ref()?, at)
    }

    /// Where the case's grid stands in the tree now.
    pub(crate) fn path(&self) -> Option<GridPath> {
        self.ctx
            .reference
            .registry
            .grid_path(self.case.grid.as_ref()?, self.ctx.now)
    }

    /// The calendar known now: new clocks pin it.
    pub(crate) fn calendar(&self) -> &'a Calendar {
        self.ctx.reference.calendars.in_force(self.ctx.now)
    }

    /// The calendar that a clock pins.
    pub(crate) fn calendar_of(&self, clock: &Clock) -> &'a Calendar {
        let calendars = &self.ctx.reference.calendars;
        calendars
            .get(&clock.calendar)
            .unwrap_or_else(|| calendars.in_force(self.ctx.now))
    }

    /// A leg by number, or a refusal that names those there are.
    pub(crate) fn leg(&self, no: LegNo) -> Result<&Leg, Refusal> {
        self.case.leg(no).ok_or_else(|| {
            let known: Vec<String> = self
                .case
                .legs
                .iter()
                .map(|leg| leg.no.to_string())
                .collect();
            self.refuse(RefusalCode::LegUnknown, no, known.join(", "))
        })
    }

    /// A leg that stands at one of these stages.
    pub(crate) fn leg_at(&self, no: LegNo, stages: &[LegStage]) -> Result<&Leg, Refusal> {
        let leg = self.leg(no)?;
        let accepted: Vec<&str> = stages.iter().map(|stage| stage.code()).collect();
        let given = leg.stage.code();
        self.ensure(
            stages.contains(&leg.stage),
            RefusalCode::LegStageWrong,
            given,
            accepted.join(", "),
        )?;
        Ok(leg)
    }

    /// Starts the clock of a duty now, under the calendar known now.
    pub(crate) fn start_clock(&mut self, id: ClockId, limit: Limit) {
        let calendar = self.calendar();
        let now = self.now();
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
        let measure = clock.limit.measure();
        let Some(policy) = self.policy else {
            return Marks {
                amber: due,
                due,
                yellow: due,
                severe: due,
                red: due,
                provisional,
            };
        };
        let rules = &policy.supervision;
        let share = |percent: u32| clock.budget * i64::from(percent) / 100;
        // The floor is a span of working time; measured from a working start it has one length.
        let floor = match rules.amber_at_least {
            Limit::CalendarMinutes(minutes) | Limit::WorkingMinutes(minutes) => i64::from(minutes),
            limit => calendar.minutes_between(limit.measure(), due, calendar.due(due, limit).at),
        };
        let remaining = clock.budget - clock.consumed;
        let before_amber = remaining - share(rules.amber_percent).max(floor);
        let amber = calendar
            .add_minutes(measure, clock.since, before_amber.max(0))
            .at
            .min(due);
        let past = |percent: u32| {
            calendar
                .add_minutes(measure, due, (share(percent) - clock.budget).max(0))
                .at
        };
        let red = past(rules.red_percent);
        let severe = red.min(calendar.due(due, rules.severe_after).at);
        Marks {
            amber,
            due,
            yellow: past(rules.yellow_percent),
            severe,
            red,
            provisional,
        }
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
            self.emit(CaseFact::ClockStopped { id, consumed });
        }
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

    /// Lets a standing clock run on with its remaining budget; an overdrawn one stays overdue.
    pub(crate) fn resume_clock(&mut self, id: ClockId) {
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
        let suspended = calendar.minutes_between(measure, clock.since, self.now());
        let remaining = clock.budget - clock.consumed;
        let (due, provisional) = if remaining > 0 {
            let due = calendar.add_minutes(measure, self.now(), remaining);
            (due.at, due.provisional)
        } else {
            (clock.marks.due, clock.marks.provisional)
        };
        let running = Clock {
            since: self.now(),
            ..clock
        };
        let marks = self.marks(&running, calendar, due, provisional);
        self.emit(CaseFact::ClockResumed {
            id,
            suspended,
            marks,
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
        });
    }
}
