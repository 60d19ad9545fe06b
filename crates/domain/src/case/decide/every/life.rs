//! The scenes of every class, from acceptance to closure, that the rows begin at; and the rows that
//! hold wherever a case stands.

use super::*;
use crate::case::command::CallbackResult;
use crate::case::context::Gathered;
use crate::case::decide::scenes::{
    POLICE, ROADS, WATER, acknowledge, answered_whistle, before_whistle, come, convene, decide,
    decision, dispatch, owing, reported, special, units, waiting,
};
use crate::case::fact::{CoordinationDecision, Disclosure};
use crate::case::record::{MergeTarget, ReplyElements};
use crate::case::stage::{Card, ClockKind, Outcome};
use crate::ids::{CaseId, LegNo};
use crate::policy::rows::EvidenceKind as E;

/// Accepted: at the unit's classes waiting for the next step, at the grid's in hand.
pub(super) fn taken(class: Class) -> Given {
    match class {
        None => reported(),
        SPOT => reported().and(officer(), accept(CaseClass::OnTheSpot, LEAK)),
        LIMITED => waiting(),
        UNDERTAKEN => before_whistle(),
        SPECIAL => special(),
        PROXY => reported().and(officer(), accept(CaseClass::Proxy, PENSION)),
    }
}

fn with_water() -> C {
    decide(CoordinationDecision {
        lead: WATER.into(),
        co_handlers: units(&[ROADS]),
        deliverables: owing(&[WATER, ROADS]),
        ..decision()
    })
}

/// With the water bureau, and with the roads bureau where a class knows co-handlers.
pub(super) fn sent(class: Class) -> Given {
    match class {
        LIMITED => waiting().and(dispatcher(), dispatch(WATER, &[])),
        UNDERTAKEN => answered_whistle(),
        SPECIAL => special()
            .and(street_leader(), convene(&[WATER, ROADS, POLICE]))
            .and(street_leader(), with_water()),
        _ => taken(class),
    }
}

pub(super) fn contact(leg: Option<LegNo>) -> C {
    C::ContactResident {
        leg,
        means: "phone".into(),
        note: "seen".into(),
    }
}

/// In work: acknowledged where units handle, in hand where the grid does.
pub(super) fn at_work(class: Class) -> Given {
    match class {
        LIMITED => sent(class).and(water(), acknowledge(LEAD)),
        UNDERTAKEN | SPECIAL => sent(class)
            .and(water(), acknowledge(LEAD))
            .and(roads(), acknowledge(SECOND)),
        _ => taken(class),
    }
}

pub(super) fn complete(leg: LegNo) -> C {
    C::CompleteLeg {
        leg,
        result: "the road is open again".into(),
    }
}

pub(super) fn disclose(what: Disclosure) -> C {
    C::Disclose {
        what,
        place: "the board of the community".into(),
    }
}

/// Everything stands that a response asks for.
pub(super) fn ready(class: Class) -> Given {
    let begun = at_work(class);
    match class {
        LIMITED => begun.and(water(), contact(Some(LEAD))),
        UNDERTAKEN | SPECIAL => begun
            .and(water(), contact(Some(LEAD)))
            .and(water(), come(&water(), LEAD))
            .and(roads(), come(&roads(), SECOND))
            .and(roads(), complete(SECOND))
            .and(water(), C::ConfirmLeg { leg: SECOND })
            .and(community(), disclose(Disclosure::Resolution)),
        PROXY => mandate::decided(),
        _ => begun,
    }
}

pub(super) fn answer(class: Class) -> C {
    let elements = ReplyElements {
        contacted_at: at("2026-03-02 09:00"),
        contact: "the reporter".into(),
        measure: "a new sleeve".into(),
        deadline: at("2026-03-04 18:00"),
    };
    C::Respond {
        outcome: Outcome::Resolved,
        reply: "the pipe is sealed".into(),
        evidence: [E::BeforePhoto, E::AfterPhoto].map(evidence).to_vec(),
        elements: (class != SPOT).then_some(elements),
    }
}

pub(super) fn responded(class: Class) -> Given {
    match class {
        SPOT => ready(class).and(officer(), answer(class)),
        PROXY => ready(class).and(officer(), mandate::hand_back()),
        _ => ready(class).and(water(), answer(class)),
    }
}

pub(super) fn pass() -> C {
    C::VerifyPass {
        note: "dry and level".into(),
    }
}

pub(super) fn callback(result: CallbackResult) -> C {
    C::RecordCallback {
        result,
        note: String::new(),
        satisfaction: None,
    }
}

/// Checked where the class asks for a check, and ready for the first signature.
pub(super) fn verified(class: Class) -> Given {
    let called = || responded(class).and(community(), callback(CallbackResult::Confirmed));
    match class {
        LIMITED | UNDERTAKEN => called().and(street(), pass()),
        SPECIAL => called()
            .and(community(), disclose(Disclosure::Implementation))
            .and(street_leader(), pass())
            .and(party_secretary(), pass()),
        _ => responded(class),
    }
}

/// All signatures but the last.
pub(super) fn last_signature_open(class: Class) -> Given {
    match class {
        UNDERTAKEN => verified(class).and(community(), C::SignOff {}),
        SPECIAL => verified(class)
            .and(party_secretary(), C::SignOff {})
            .and(roads(), C::SignOff {}),
        PROXY => verified(class).and(resident(), C::SignOff {}),
        _ => verified(class),
    }
}

pub(super) fn last_signer(class: Class) -> Actor {
    match class {
        LIMITED => community(),
        UNDERTAKEN => street(),
        SPECIAL => street_leader(),
        _ => leader(),
    }
}

pub(super) fn closed(class: Class) -> Given {
    last_signature_open(class).and(last_signer(class), C::SignOff {})
}

fn other() -> CaseId {
    CaseId(uuid::Uuid::from_u128(2))
}

/// A duplicate of an open case.
fn duplicate(class: Class) -> Given {
    taken(class).gathered(Gathered {
        merge_target: Some(MergeTarget {
            case: other(),
            open: true,
            merged_into: Vec::new(),
        }),
        ..Gathered::default()
    })
}

fn absorb(_: Class) -> C {
    C::AbsorbDuplicate {
        from: other(),
        reporter: None,
        others: Vec::new(),
    }
}

fn urge(_: Class) -> C {
    C::Urge {
        note: "the lane is under water".into(),
    }
}

fn urged(class: Class) -> Given {
    at_work(class).and(supervisor(), urge(class))
}

fn answer_urge(_: Class) -> C {
    C::AnswerUrge {
        reason: "the pump is on its way".into(),
    }
}

fn red_card(_: Class) -> C {
    C::RaiseCard {
        card: Card::Red,
        rule: "leader".into(),
        emergency: true,
        note: "children at risk".into(),
    }
}

fn carded(class: Class) -> Given {
    at_work(class).and(supervisor(), red_card(class))
}

fn lift(_: Class) -> C {
    C::LiftCard {
        card: Card::Red,
        reason: "the crew came".into(),
    }
}

fn withdraw(_: Class) -> C {
    C::Withdraw {
        reason: "solved itself".into(),
    }
}

fn void(_: Class) -> C {
    C::ProposeVoid {
        reason: "entered twice".into(),
    }
}

fn void_proposed(class: Class) -> Given {
    at_work(class).and(dispatcher(), void(class))
}

/// So late that three quarters of the first clock are used up.
fn late(class: Class) -> Given {
    at_work(class).at("2026-03-31 10:00")
}

fn remind(class: Class) -> C {
    let kind = match class {
        None => ClockKind::Accept,
        PROXY => ClockKind::TakePapers,
        _ => ClockKind::Handle,
    };
    C::Remind {
        kind,
        leg: None,
        percent: 75,
    }
}

fn move_to_grid(_: Class) -> C {
    C::AssignLocation { grid: "G-2".into() }
}

/// What may be done with a case wherever it stands, class by class.
#[rustfmt::skip] // One row, one line: a table.
pub(super) fn rows() -> Vec<Row> {
    use Stage::{Accepted, InProgress, Merged, Reported, Voided, Withdrawn};
    let mut rows = Vec::new();
    // Where a case stands when it was just accepted, and when it is in work.
    for (classes, accepted, work) in [
        (&[None] as &[Class], Reported, Reported),
        (BY_GRID, InProgress, InProgress),
        (UNITS, Accepted, InProgress),
    ] {
        let moved = To("LocationAssigned", accepted);
        rows.extend([
            row(classes, taken, dispatcher(), move_to_grid, moved),
            row(classes, taken, system(), absorb, To("DuplicateAbsorbed", accepted)),
            row(classes, at_work, supervisor(), urge, To("CaseUrged", work)),
            row(classes, at_work, supervisor(), red_card, To("SupervisionRaised", work)),
            row(classes, carded, city_office(), lift, To("SupervisionLifted", work)),
            row(classes, at_work, dispatcher(), void, To("VoidProposed", work)),
            row(classes, late, system(), remind, To("CaseReminded", work)),
        ]);
    }
    const ALL: &[Class] = &[None, SPOT, LIMITED, UNDERTAKEN, SPECIAL, PROXY];
    let merge: fn(Class) -> C = |_| C::Merge { into: other() };
    let confirm: fn(Class) -> C = |_| C::ConfirmVoid {};
    rows.extend([
        row(ALL, duplicate, dispatcher(), merge, To("CaseMerged", Merged)),
        row(ALL, void_proposed, duty_chief(), confirm, To("CaseVoided", Voided)),
        row(ALL, at_work, resident(), withdraw, To("CaseWithdrawn", Withdrawn)),
        row(&[None], at_work, water(), answer_urge, Never(Code::WrongUnit)),
        row(UNITS, urged, water(), answer_urge, To("UrgeAnswered", InProgress)),
        row(BY_GRID, urged, officer(), answer_urge, To("UrgeAnswered", InProgress)),
    ]);
    rows
}
