//! Histories: facts by hand, and random ones. Evolving is total, so any order of facts has rows.

use super::city::{at, fact};
use chrono::TimeDelta;
use gridwhistle_domain::calendar::{CalendarVersion, Limit};
use gridwhistle_domain::case::clock::{Clock, ClockId, ClockState, Marks};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F, ReportForm};
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::case::stage::{Card, ClockKind, Origin, Outcome};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::LegNo;
use proptest::prelude::*;

pub const LEAD: LegNo = LegNo(1);

pub fn reported() -> F {
    F::CaseReported {
        form: ReportForm {
            channel: "patrol".to_owned(),
            grid: Some("G-1".into()),
            place: String::new(),
            point: None,
            description: "水管漏水 leak".to_owned(),
            reporter: None,
            evidence: Vec::new(),
            source: None,
        },
    }
}

pub fn accepted(class: CaseClass) -> F {
    F::CaseAccepted {
        class,
        matter: "environment.leak".into(),
        policy: "default".into(),
        calendar: CalendarVersion::new("none"),
        origin: Origin::Upward,
        sampled: false,
        safety: false,
    }
}

pub fn leg_opened(leg: LegNo, unit: &str) -> F {
    let part = if leg == LEAD {
        Part::Lead
    } else {
        Part::CoHandler
    };
    F::LegOpened {
        leg,
        unit: unit.into(),
        part,
    }
}

/// Marks of a clock that starts at a minute: amber at 80, due at 100, yellow at 150, red at 200
/// percent of its budget.
pub fn marks(started: i64, budget: i64) -> Marks {
    let mark = |percent: i64| at(started) + TimeDelta::minutes(budget * percent / 100);
    Marks {
        amber: mark(80),
        due: mark(100),
        yellow: mark(150),
        severe: mark(200),
        red: mark(200),
        provisional: false,
    }
}

pub fn started(id: ClockId, started: i64, budget: i64) -> F {
    F::ClockStarted {
        clock: Box::new(Clock {
            id,
            limit: Limit::CalendarMinutes(u32::try_from(budget).unwrap()),
            calendar: CalendarVersion::new("none"),
            started_at: at(started),
            budget,
            original: budget,
            consumed: 0,
            since: at(started),
            suspended: 0,
            marks: marks(started, budget),
            state: ClockState::Running,
            ended_at: None,
            missed: false,
        }),
    }
}

pub fn handle() -> ClockId {
    ClockId::case(ClockKind::Handle)
}

pub fn stopped(id: ClockId) -> F {
    F::ClockStopped { id, consumed: 10 }
}

/// A case in the hands of the water bureau, its handling clock started at a minute.
pub fn in_work(minute: i64, budget: i64) -> Vec<CaseEvent> {
    [
        reported(),
        accepted(CaseClass::TimeLimited),
        F::CaseDispatched {
            lead: "B-water".into(),
            co_handlers: Vec::new(),
            emergency: false,
            precedent: None,
        },
        leg_opened(LEAD, "B-water"),
        started(handle(), minute, budget),
        F::LegAcknowledged {
            leg: LEAD,
            late: false,
        },
    ]
    .map(|what| fact(minute, what))
    .into()
}

/// Handling ends and the case is closed.
pub fn closed(minute: i64) -> Vec<CaseEvent> {
    [
        F::LegCompleted {
            leg: LEAD,
            result: "done".to_owned(),
        },
        stopped(handle()),
        F::CaseClosed {
            outcome: Outcome::Resolved,
        },
    ]
    .map(|what| fact(minute, what))
    .into()
}

/// A random fact for a case that is on the books.
fn any_fact(minute: i64) -> impl Strategy<Value = F> {
    let leg = (1_u32..3).prop_map(LegNo);
    let kind = prop_oneof![
        Just(ClockKind::Handle),
        Just(ClockKind::Verify),
        Just(ClockKind::SignOff)
    ];
    let case_clock = kind.prop_map(ClockId::case);
    let leg_clock = (
        leg.clone(),
        prop_oneof![Just(ClockKind::Acknowledge), Just(ClockKind::Contact)],
    )
        .prop_map(|(leg, kind)| ClockId::leg(kind, leg));
    let id = prop_oneof![case_clock, leg_clock];
    prop_oneof![
        Just(accepted(CaseClass::Undertaken)),
        leg.clone().prop_map(|leg| leg_opened(leg, "B-water")),
        leg.clone()
            .prop_map(|leg| F::LegAcknowledged { leg, late: false }),
        leg.clone().prop_map(|leg| F::LegAutoAcknowledged { leg }),
        leg.clone().prop_map(|leg| F::ResidentContacted {
            leg: Some(leg),
            means: "phone".to_owned(),
            note: String::new(),
        }),
        leg.clone().prop_map(|leg| F::ReturnRequested {
            leg,
            reason: "not_ours".to_owned(),
            legal_basis: "x".to_owned(),
        }),
        leg.clone().prop_map(|leg| F::LegReturned { leg }),
        leg.prop_map(|leg| F::LegCompleted {
            leg,
            result: "done".to_owned()
        }),
        (id.clone(), 5_i64..200).prop_map(move |(id, budget)| started(id, minute, budget)),
        id.clone().prop_map(stopped),
        id.clone()
            .prop_map(|id| F::ClockCancelled { id, consumed: 3 }),
        id.clone()
            .prop_map(|id| F::ClockSuspended { id, consumed: 5 }),
        id.clone().prop_map(move |id| F::ClockResumed {
            id,
            suspended: 4,
            marks: marks(minute, 60)
        }),
        id.prop_map(|id| F::CaseReminded { id, percent: 50 }),
        (0_i64..300).prop_map(|until| F::CaseSuspended {
            reason: "weather".to_owned(),
            until: at(until),
            proof: Vec::new(),
        }),
        Just(F::CaseResumed { automatic: true }),
        Just(F::CaseUrged {
            note: String::new()
        }),
        Just(F::SupervisionRaised {
            card: Card::Yellow,
            rule: "overdue_150".to_owned(),
            unit: None,
            note: String::new(),
        }),
        Just(F::ReworkRequired {
            reason: "x".to_owned(),
            note: String::new()
        }),
        Just(F::CaseClosed {
            outcome: Outcome::Resolved
        }),
        Just(F::CaseReopened {
            ground: "x".to_owned(),
            note: String::new()
        }),
        Just(F::CaseMerged {
            into: super::city::case(99)
        }),
        Just(F::CaseVoided {
            reason: "x".to_owned()
        }),
    ]
}

/// Random stretches of facts: which case, how many minutes after its last fact (often none), what.
pub fn any_history() -> impl Strategy<Value = Vec<(u128, Vec<CaseEvent>)>> {
    let step = (
        1_u128..4,
        0_i64..3,
        prop::collection::vec(any_fact(0), 1..4),
    );
    prop::collection::vec(step, 1..25).prop_map(|steps| {
        // Every case has a time of its own, so that positions and instants do not agree.
        let mut minutes = std::collections::BTreeMap::<u128, i64>::new();
        steps
            .into_iter()
            .map(|(case, gap, facts)| {
                let new = !minutes.contains_key(&case);
                let own = i64::try_from(case).unwrap() * 7 % 5;
                let minute = minutes.entry(case).or_insert(own);
                *minute += if gap == 2 { 30 } else { gap };
                let facts = new.then(reported).into_iter().chain(facts);
                (case, facts.map(|what| fact(*minute, what)).collect())
            })
            .collect()
    })
}
