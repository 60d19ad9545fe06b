//! 专题协调: a case that needs a meeting goes on as a special one from the moment it is called.

use super::life::{at_work, taken};
use super::*;
use crate::case::decide::scenes::{
    POLICE, ROADS, WATER, adjourn, convene, decide, decision, meeting,
};

fn propose(_: Class) -> C {
    C::ProposeCoordination {
        cause: "no_progress".into(),
    }
}

fn proposed(class: Class) -> Given {
    at_work(class).and(street(), propose(class))
}

fn call(_: Class) -> C {
    convene(&[WATER, ROADS, POLICE])
}

fn sits(_: Class) -> Given {
    meeting()
}

#[rustfmt::skip] // One row, one line: a table.
pub(super) fn rows() -> Vec<Row> {
    use Stage::{Coordinating, Dispatched, InProgress};
    const TWO: &[Class] = &[LIMITED, UNDERTAKEN];
    const ONE: &[Class] = &[SPECIAL];
    let put_off: fn(Class) -> C = |_| adjourn();
    let settle: fn(Class) -> C = |_| decide(decision());
    let called = To("CoordinationConvened", Coordinating);
    let (chair, early) = (street_leader, Never(Code::WrongStage));
    vec![
        row(UNITS, at_work, street(), propose, To("CoordinationProposed", InProgress)),
        row(ONE, taken, chair(), call, called),
        row(TWO, proposed, chair(), call, called),
        row(ONE, sits, chair(), put_off, To("CoordinationAdjourned", Coordinating)),
        row(ONE, sits, chair(), settle, To("CoordinationDecided", Dispatched)),
        // Only a special case sits in a meeting.
        row(TWO, proposed, chair(), put_off, early),
        row(TWO, proposed, chair(), settle, early),
    ]
}
