//! The desk on which one command is decided: a scratch state that evolves with every fact, so that
//! a later part of a decision sees what an earlier part did.

use crate::calendar::Calendar;
use crate::case::Case;
use crate::case::clock::Clock;
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
use crate::text::Text;
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::collections::BTreeMap;

mod clocks;

/// One decision in the making.
pub(crate) struct Desk<'a> {
    /// The state, with every fact emitted so far: borrowed until there is one.
    pub(crate) case: Cow<'a, Case>,
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
    pub(crate) fn open(case: Cow<'a, Case>, command: CommandName, ctx: &'a Context) -> Self {
        let policies = &ctx.reference.policies;
        let policy = match &case.policy {
            Some(pinned) => policies.get(pinned),
            None => policies.in_force(ctx.now),
        };
        Self {
            case,
            ctx,
            command,
            policy,
            moment: ctx.now,
            events: Vec::new(),
        }
    }

    /// The state after the decision, and what it gave.
    pub(crate) fn close(self) -> (Cow<'a, Case>, Vec<CaseEvent>) {
        (self.case, self.events)
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
        evolve(self.case.to_mut(), &event);
        self.events.push(event);
    }

    /// What is said to have happened has happened.
    pub(crate) fn not_in_the_future(&self, at: Option<DateTime<Utc>>) -> Result<(), Refusal> {
        let now = self.now();
        let future = at.filter(|at| *at > now).map(|at| at.to_rfc3339());
        let refused = |at| self.refuse(RefusalCode::InTheFuture, at, now.to_rfc3339());
        future.map_or(Ok(()), |at| Err(refused(at)))
    }

    /// A refusal of this command.
    pub(crate) fn refuse(
        &self,
        code: RefusalCode,
        given: impl ToString,
        accepted: impl ToString,
    ) -> Refusal {
        let (given, accepted) = (given.to_string(), accepted.to_string());
        Refusal {
            code,
            command: self.command,
            policy: self.policy.map(|policy| policy.version.clone()),
            labels: self.labels(&[&given, &accepted]),
            given,
            accepted,
        }
    }

    /// The words of policy and registry for the codes in these texts: classes, coded reasons, units.
    fn labels(&self, texts: &[&str]) -> BTreeMap<String, Text> {
        let is_code = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let codes = texts.iter().flat_map(|text| text.split(|c| !is_code(c)));
        let registry = &self.ctx.reference.registry;
        codes
            .filter_map(|code| {
                let own = self.policy.and_then(|policy| policy.label_of(code));
                let unit = || registry.unit_at(&code.into(), self.ctx.now);
                let label = own.or_else(|| unit().map(|unit| &unit.name));
                Some((code.to_owned(), label?.clone()))
            })
            .collect()
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

    /// Where the case's grid stood in the tree when the case was accepted, or was put there.
    pub(crate) fn path(&self) -> Option<GridPath> {
        let then = self.case.placed_at().unwrap_or(self.ctx.now);
        let registry = &self.ctx.reference.registry;
        registry.grid_path(self.case.grid.as_ref()?, then)
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
}
