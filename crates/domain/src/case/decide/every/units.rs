//! Whistle, dispatch, and a unit's part: acknowledgement, reporting in, return.

use super::life::{at_work, complete, contact, sent, taken};
use super::*;
use crate::case::decide::scenes::{
    POLICE, ROADS, WATER, acknowledge, approved_whistle, before_whistle, blow, come, convene,
    dispatch, dispatch_emergency, disputed, from_above, give_back, returned, whistled,
};
use crate::ids::LegNo;
use crate::policy::rows::WhistleKind;

fn waits(_: Class) -> Given {
    whistled()
}

fn approved(_: Class) -> Given {
    approved_whistle()
}

/// Sent out before approval; a special case got there by a meeting of its own.
fn emergency(class: Class) -> Given {
    let sent = before_whistle().and(street(), dispatch_emergency());
    match class {
        SPECIAL => sent
            .and(street(), propose())
            .and(street_leader(), convene(&[WATER, ROADS, POLICE])),
        _ => sent,
    }
}

fn propose() -> C {
    C::ProposeCoordination {
        cause: "no_progress".into(),
    }
}

fn unratified(class: Class) -> Given {
    emergency(class).at("2026-03-05 10:00")
}

fn to_water(_: Class) -> C {
    dispatch(WATER, &[])
}

fn unit_asks_back(class: Class) -> Given {
    sent(class).and(water(), give_back(LEAD))
}

/// Three units turned it down: over who leads there is a dispute.
fn in_dispute(class: Class) -> Given {
    match class {
        UNDERTAKEN => {
            let units = [
                (WATER, water(), 1),
                (ROADS, roads(), 2),
                (POLICE, police(), 3),
            ];
            units
                .into_iter()
                .fold(approved_whistle(), |given, (unit, who, leg)| {
                    returned(given.and(street(), dispatch(unit, &[])), who, LegNo(leg))
                })
        }
        SPECIAL => at_work(class),
        _ => disputed(),
    }
}

fn designate(_: Class) -> C {
    C::DesignateLead {
        unit: ROADS.into(),
        reason: "the pipe lies under its carriageway".into(),
        precedent: None,
    }
}

fn refuse(_: Class) -> C {
    C::RefuseReturn {
        leg: LEAD,
        reason: "it is in the unit's list of duties".into(),
    }
}

fn next_day(class: Class) -> Given {
    sent(class).at("2026-03-04 10:00")
}

fn without(leg: LegNo) -> C {
    C::WaiveLeg {
        leg,
        reason: "no road is touched".into(),
    }
}

fn waive_coming(_: Class) -> C {
    C::WaiveReportIn {
        leg: LEAD,
        reason: "it works from the depot".into(),
    }
}

fn part_done(class: Class) -> Given {
    at_work(class).and(roads(), complete(SECOND))
}

#[rustfmt::skip] // One row, one line: a table.
fn whistles() -> Vec<Row> {
    use Stage::{Accepted, Coordinating, Dispatched, Whistled};
    let blow: fn(Class) -> C = |_| blow(WhistleKind::Routine);
    let approve: fn(Class) -> C = |_| C::ApproveWhistle {};
    let decline: fn(Class) -> C = |_| C::DeclineWhistle {
        reason: "the street can do it".into(),
    };
    let ratify: fn(Class) -> C = |_| C::RatifyWhistle {};
    let lapse: fn(Class) -> C = |_| C::LapseRatification {};
    let assign: fn(Class) -> C = |_| C::Assign {
        undertaker: WATER.into(),
    };
    let (one, meets): (&[Class], &[Class]) = (&[UNDERTAKEN], &[SPECIAL]);
    let lapsed = |stage| To("RatificationLapsed", stage);
    let ratified = |stage| To("WhistleRatified", stage);
    vec![
        row(one, taken, leader(), blow, To("WhistleBlown", Whistled)),
        row(one, waits, street_leader(), approve, To("WhistleApproved", Whistled)),
        row(one, waits, street(), decline, To("WhistleDeclined", Accepted)),
        row(one, emergency, street_leader(), ratify, ratified(Dispatched)),
        row(meets, emergency, street_leader(), ratify, ratified(Coordinating)),
        row(one, unratified, system(), lapse, lapsed(Dispatched)),
        row(meets, unratified, system(), lapse, lapsed(Coordinating)),
        row(&[LIMITED], taken, street(), to_water, To("CaseDispatched", Dispatched)),
        row(one, approved, dispatcher(), to_water, To("CaseDispatched", Dispatched)),
        row(meets, taken, street(), to_water, Never(Code::ApprovalMissing)),
        row(one, |_| from_above(), duty_chief(), assign, To("TaskAssigned", Dispatched)),
    ]
}

#[rustfmt::skip] // One row, one line: a table.
pub(super) fn rows() -> Vec<Row> {
    use Stage::{Accepted, Dispatched, InProgress};
    const TWO: &[Class] = &[LIMITED, UNDERTAKEN];
    const MEETS: &[Class] = &[SPECIAL];
    const SHARED: &[Class] = &[UNDERTAKEN, SPECIAL];
    let give: fn(Class) -> C = |_| give_back(LEAD);
    let grant: fn(Class) -> C = |_| C::ApproveReturn { leg: LEAD };
    let take: fn(Class) -> C = |_| acknowledge(LEAD);
    let clock: fn(Class) -> C = |_| C::AutoAcknowledge { leg: LEAD };
    let come: fn(Class) -> C = |_| come(&water(), LEAD);
    let call: fn(Class) -> C = |_| contact(Some(LEAD));
    let visit: fn(Class) -> C = |_| contact(None);
    let spare: fn(Class) -> C = |_| without(SECOND);
    let spare_lead: fn(Class) -> C = |_| without(LEAD);
    let done: fn(Class) -> C = |_| complete(LEAD);
    let co_done: fn(Class) -> C = |_| complete(SECOND);
    let confirm: fn(Class) -> C = |_| C::ConfirmLeg { leg: SECOND };
    let confirm_lead: fn(Class) -> C = |_| C::ConfirmLeg { leg: LEAD };
    let no_return = Never(Code::ReturnNotAllowed);
    let mut rows = whistles();
    rows.extend([
        row(UNITS, sent, water(), take, To("LegAcknowledged", InProgress)),
        row(UNITS, next_day, system(), clock, To("LegAutoAcknowledged", InProgress)),
        row(UNITS, at_work, water(), call, To("ResidentContacted", InProgress)),
        row(BY_GRID, at_work, officer(), visit, To("ResidentContacted", InProgress)),
        row(UNITS, at_work, water(), come, To("DepartmentReportedIn", InProgress)),
        row(UNITS, at_work, street(), waive_coming, To("ReportInWaived", InProgress)),
        row(TWO, sent, water(), give, To("ReturnRequested", Dispatched)),
        row(TWO, unit_asks_back, duty_chief(), grant, To("LegReturned", Accepted)),
        row(TWO, unit_asks_back, duty_chief(), refuse, To("ReturnRefused", Dispatched)),
        row(TWO, in_dispute, duty_chief(), designate, To("LeadDesignated", Dispatched)),
        // After the decision of the meeting nothing is returned: objections belong into it.
        row(MEETS, sent, water(), give, no_return),
        row(MEETS, sent, duty_chief(), grant, Never(Code::NotYourStep)),
        row(MEETS, sent, duty_chief(), refuse, Never(Code::NotYourStep)),
        row(MEETS, in_dispute, duty_chief(), designate, Never(Code::NoDispute)),
        // A unit alone has nobody to confirm it: its part is done with the response.
        row(&[LIMITED], at_work, water(), done, Never(Code::WrongUnit)),
        row(&[LIMITED], at_work, street(), confirm_lead, Never(Code::LegStageWrong)),
        row(SHARED, at_work, roads(), co_done, To("LegCompleted", InProgress)),
        row(SHARED, part_done, street(), confirm, To("LegConfirmed", InProgress)),
        row(&[LIMITED], at_work, dispatcher(), spare_lead, Never(Code::WrongUnit)),
        row(SHARED, at_work, dispatcher(), spare, To("LegWaived", InProgress)),
    ]);
    rows
}
