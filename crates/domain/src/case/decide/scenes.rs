//! Scenes for tests: cases that stand where many rules begin, on Monday 2026-03-02 at 09:00, and
//! what can be seen of them.

use crate::actor::Actor;
use crate::case::clock::ClockId;
use crate::case::command::CaseCommand as C;
use crate::case::fact::CoordinationDecision;
use crate::case::kit::*;
use crate::case::record::{Attendance, Deliverable, Precedent};
use crate::case::stage::{ClockKind, LegStage, Origin, Outcome, Stage};
use crate::class::CaseClass;
use crate::ids::{LegNo, UnitId};
use crate::policy::rows::{EvidenceKind, WhistleKind};

pub(super) const WATER: &str = "B-water";
pub(super) const ROADS: &str = "B-roads";
pub(super) const POLICE: &str = "B-police";

pub(super) const HANDLE: ClockId = ClockId::case(ClockKind::Handle);
pub(super) const DISPATCH: ClockId = ClockId::case(ClockKind::Dispatch);

/// What can be seen of a case after a step.
pub(super) trait Seen: Sized {
    fn stands(self, stage: Stage) -> Self;
    fn leg_at(self, leg: LegNo, stage: LegStage) -> Self;
    fn owes(self, id: ClockId, due: &str) -> Self;
    fn owes_no(self, id: ClockId) -> Self;
    fn changed(self, change: impl FnOnce(&mut crate::policy::Policy)) -> Self;
}

impl Seen for Given {
    #[track_caller]
    fn stands(self, stage: Stage) -> Self {
        assert_eq!(self.case.stage, Some(stage));
        self
    }

    #[track_caller]
    fn leg_at(self, leg: LegNo, stage: LegStage) -> Self {
        assert_eq!(self.case.leg(leg).map(|leg| leg.stage), Some(stage));
        self
    }

    /// A clock is owed, due at a local minute.
    #[track_caller]
    fn owes(self, id: ClockId, due: &str) -> Self {
        let owed = self.case.owed(id).map(|clock| clock.marks.due);
        assert_eq!(owed, Some(at(due)), "{id:?}");
        self
    }

    #[track_caller]
    fn owes_no(self, id: ClockId) -> Self {
        assert_eq!(self.case.owed(id), None);
        self
    }

    /// The default policy with one thing changed, under its own label.
    fn changed(self, change: impl FnOnce(&mut crate::policy::Policy)) -> Self {
        self.knowing(|reference| {
            let mut policy = crate::policy::Policy::built_in();
            change(&mut policy);
            reference.policies.insert(policy, at("2020-01-01 00:00"));
        })
    }
}

pub(super) fn units(codes: &[&str]) -> Vec<UnitId> {
    codes.iter().copied().map(UnitId::from).collect()
}

pub(super) fn dispatch(lead: &str, co_handlers: &[&str]) -> C {
    C::Dispatch {
        lead: lead.into(),
        co_handlers: units(co_handlers),
        emergency: false,
        precedent: None,
    }
}

pub(super) fn dispatch_emergency() -> C {
    C::Dispatch {
        lead: WATER.into(),
        co_handlers: Vec::new(),
        emergency: true,
        precedent: None,
    }
}

pub(super) fn acknowledge(leg: LegNo) -> C {
    C::Acknowledge { leg }
}

pub(super) fn blow(kind: WhistleKind) -> C {
    C::BlowWhistle {
        kind,
        ground: "resident_problem".into(),
        targets: units(&[WATER]),
        prework: vec![evidence(EvidenceKind::BeforePhoto)],
        new_facts: String::new(),
    }
}

pub(super) fn come(who: &Actor, leg: LegNo) -> C {
    C::ReportIn {
        leg,
        attendance: Attendance {
            person: who.person.clone(),
            role: who.role,
            place: "12 East Lane".into(),
        },
        evidence: vec![evidence(EvidenceKind::ReportInRecord)],
    }
}

pub(super) fn give_back(leg: LegNo) -> C {
    C::RequestReturn {
        leg,
        reason: "not_competent".into(),
        legal_basis: "Water Law, art. 12".into(),
    }
}

pub(super) fn convene(codes: &[&str]) -> C {
    C::Convene {
        units: units(codes),
        agenda: "who leads".into(),
    }
}

pub(super) fn adjourn() -> C {
    C::Adjourn {
        reason: "the owner was absent".into(),
    }
}

/// What each of these units owes.
pub(super) fn owing(codes: &[&str]) -> Vec<Deliverable> {
    let owes = |unit: &&str| Deliverable {
        unit: UnitId::from(*unit),
        what: "its part of the trench".into(),
    };
    codes.iter().map(owes).collect()
}

pub(super) fn decision() -> CoordinationDecision {
    CoordinationDecision {
        present: units(&[WATER, ROADS, POLICE]),
        lead: ROADS.into(),
        co_handlers: units(&[WATER]),
        deliverables: owing(&[ROADS, WATER]),
        handle: None,
        minutes: "b".repeat(64),
    }
}

pub(super) fn decide(decision: CoordinationDecision) -> C {
    C::Decide {
        decision,
        precedent: None,
    }
}

pub(super) fn precedent(lead: &str) -> Precedent {
    Precedent {
        matter: LEAK.into(),
        criteria: "a leak under a carriageway".into(),
        lead: lead.into(),
        co_handlers: units(&[WATER]),
        minutes: "c".repeat(64),
    }
}

pub(super) fn respond(kinds: &[EvidenceKind]) -> C {
    C::Respond {
        outcome: Outcome::Resolved,
        reply: "the pipe is sealed".into(),
        evidence: kinds.iter().copied().map(evidence).collect(),
        elements: None,
    }
}

pub(super) fn reported() -> Given {
    Given::nothing().and(resident(), report())
}

fn accepted_by_hand(class: CaseClass, origin: Option<Origin>) -> Given {
    let accept = C::Accept {
        class,
        matter: LEAK.into(),
        manual_dispatch: true,
        origin,
    };
    reported().and(dispatcher(), accept)
}

/// A time-limited case that waits for dispatch by hand.
pub(super) fn waiting() -> Given {
    accepted_by_hand(CaseClass::TimeLimited, None)
}

/// A time-limited case with the water bureau.
pub(super) fn with_water() -> Given {
    reported().and(dispatcher(), accept(CaseClass::TimeLimited, LEAK))
}

/// A whistle case: the water bureau leads (leg 1), the roads bureau helps (leg 2).
pub(super) fn with_both() -> Given {
    answered_whistle()
}

/// A whistle case before the whistle.
pub(super) fn before_whistle() -> Given {
    accepted_by_hand(CaseClass::Undertaken, None)
}

/// A superior's task.
pub(super) fn from_above() -> Given {
    accepted_by_hand(CaseClass::Undertaken, Some(Origin::Downward))
}

/// A routine whistle that waits for approval.
pub(super) fn whistled() -> Given {
    before_whistle().and(leader(), blow(WhistleKind::Routine))
}

/// A routine whistle that was approved and waits for dispatch.
pub(super) fn approved_whistle() -> Given {
    whistled().and(street_leader(), C::ApproveWhistle {})
}

/// A whistle case dispatched to the water bureau, with the roads bureau as co-handler.
pub(super) fn answered_whistle() -> Given {
    approved_whistle().and(street(), dispatch(WATER, &[ROADS]))
}

/// A special case that waits for its meeting.
pub(super) fn special() -> Given {
    accepted_by_hand(CaseClass::Special, None)
}

/// A special case in its meeting, with three units named.
pub(super) fn meeting() -> Given {
    special().and(street_leader(), convene(&[WATER, ROADS, POLICE]))
}

/// A leg returned by the person of its unit, approved by the duty chief.
pub(super) fn returned(given: Given, who: Actor, leg: LegNo) -> Given {
    given
        .and(who, give_back(leg))
        .and(duty_chief(), C::ApproveReturn { leg })
}

/// A time-limited case that three units returned: a dispute over the lead.
pub(super) fn disputed() -> Given {
    let first = returned(
        waiting().and(dispatcher(), dispatch(WATER, &[])),
        water(),
        LegNo(1),
    );
    let second = returned(
        first.and(dispatcher(), dispatch(ROADS, &[])),
        roads(),
        LegNo(2),
    );
    returned(
        second.and(dispatcher(), dispatch(POLICE, &[])),
        police(),
        LegNo(3),
    )
}
