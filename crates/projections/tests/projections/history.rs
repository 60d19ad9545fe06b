//! Histories: facts by hand, and random ones. Evolving is total, so any order of facts has rows.

use super::city::{DEFAULT_POLICY, at, fact};
use chrono::TimeDelta;
use gridwhistle_domain::actor::Role;
use gridwhistle_domain::calendar::{CalendarVersion, Limit};
use gridwhistle_domain::case::clock::{Clock, ClockId, ClockState, Marks};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F, ReportForm};
use gridwhistle_domain::case::record::{Attendance, Part};
use gridwhistle_domain::case::stage::{Card, ClockKind, Origin, Outcome};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::ids::LegNo;
use gridwhistle_domain::satisfaction::Satisfaction;
use proptest::prelude::*;

pub(crate) const LEAD: LegNo = LegNo(1);

pub(crate) fn reported() -> F {
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
            received_at: None,
        },
    }
}

pub(crate) fn accepted(class: CaseClass) -> F {
    F::CaseAccepted {
        class,
        matter: "environment.leak".into(),
        policy: DEFAULT_POLICY.into(),
        calendar: CalendarVersion::new("none"),
        origin: Origin::Upward,
        sampled: false,
        safety: false,
    }
}

pub(crate) fn leg_opened(leg: LegNo, unit: &str) -> F {
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
pub(crate) fn marks(started: i64, budget: i64) -> Marks {
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

pub(crate) fn started(id: ClockId, started: i64, budget: i64) -> F {
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
            spans: Vec::new(),
        }),
    }
}

pub(crate) fn handle() -> ClockId {
    ClockId::case(ClockKind::Handle)
}

pub(crate) fn stopped(id: ClockId) -> F {
    F::ClockStopped {
        id,
        consumed: 10,
        done_at: None,
    }
}

/// A case in the hands of the water bureau, its handling clock started at a minute.
pub(crate) fn in_work(minute: i64, budget: i64) -> Vec<CaseEvent> {
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
pub(crate) fn closed(minute: i64) -> Vec<CaseEvent> {
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
fn any_fact() -> impl Strategy<Value = F> {
    prop_oneof![3 => of_a_leg(), 4 => of_a_clock(), 4 => of_the_case()]
}

fn any_leg() -> impl Strategy<Value = LegNo> {
    (1_u32..3).prop_map(LegNo)
}

fn of_a_leg() -> impl Strategy<Value = F> {
    (any_leg(), 0..12).prop_map(|(leg, which)| match which {
        0 => leg_opened(leg, if leg == LEAD { "B-water" } else { "S-old-town" }),
        1 => F::LegAcknowledged { leg, late: false },
        2 => F::LegAutoAcknowledged { leg },
        3 => F::ResidentContacted {
            leg: Some(leg),
            means: "phone".to_owned(),
            note: String::new(),
        },
        4 => F::ReturnRequested {
            leg,
            reason: "not_ours".to_owned(),
            legal_basis: "x".to_owned(),
        },
        5 => F::LegReturned { leg },
        6 => F::DepartmentReportedIn {
            leg,
            attendance: Attendance {
                person: "P-chief".into(),
                role: Role::DepartmentHandler,
                place: "corner".to_owned(),
            },
            evidence: Vec::new(),
        },
        7 => F::ReportInWaived {
            leg,
            reason: "seen".to_owned(),
        },
        8 => F::ReturnRefused {
            leg,
            reason: "yours".to_owned(),
        },
        9 => F::LegEnded { leg },
        10 => F::LegOpened {
            leg: LegNo(2),
            unit: "B-roads".into(),
            part: Part::Lead,
        },
        _ => F::LegCompleted {
            leg,
            result: "done".to_owned(),
        },
    })
}

fn of_a_clock() -> impl Strategy<Value = F> {
    let of_case = prop::sample::select(vec![
        ClockKind::Handle,
        ClockKind::Verify,
        ClockKind::SignOff,
    ]);
    let of_leg = prop::sample::select(vec![
        ClockKind::Acknowledge,
        ClockKind::Contact,
        ClockKind::ReportIn,
    ]);
    let id = prop_oneof![
        of_case.prop_map(ClockId::case),
        (of_leg, any_leg()).prop_map(|(kind, leg)| ClockId::leg(kind, leg)),
    ];
    (id, 0..7, 0_i64..60, 5_i64..200).prop_map(|(id, which, minute, budget)| match which {
        0 | 1 => started(id, minute, budget),
        2 => stopped(id),
        3 => F::ClockCancelled { id, consumed: 3 },
        4 => F::ClockSuspended { id, consumed: 5 },
        5 => F::ClockResumed {
            id,
            suspended: 4,
            marks: marks(minute, budget),
            from: None,
        },
        _ => F::CaseReminded { id, percent: 50 },
    })
}

fn of_the_case() -> impl Strategy<Value = F> {
    let words = || "x".to_owned();
    (0..17, 0_i64..300).prop_map(move |(which, minute)| match which {
        0 => accepted(CaseClass::Undertaken),
        1 => F::CaseSuspended {
            reason: words(),
            until: at(minute),
            proof: Vec::new(),
            excluded: false,
        },
        2 => F::CaseResumed {
            automatic: true,
            counted: 0,
        },
        3 => F::CaseUrged {
            note: words(),
            rule: None,
        },
        4 => F::SupervisionRaised {
            card: Card::Yellow,
            rule: "overdue_150".to_owned(),
            unit: (minute % 3 > 0).then(|| "B-water".into()),
            note: words(),
        },
        5 => F::ReworkRequired {
            reason: words(),
            note: words(),
        },
        6 => F::CaseClosed {
            outcome: Outcome::Resolved,
        },
        7 => F::CaseReopened {
            same_as: None,
            ground: words(),
            note: words(),
        },
        8 => F::CaseMerged {
            into: super::city::case(99),
        },
        9 => F::ExtensionGranted {
            limit: Limit::CalendarMinutes(30),
        },
        10 => F::SupervisionLifted {
            card: Card::Yellow,
            reason: words(),
        },
        11 => F::ResponseSubmitted {
            outcome: Outcome::Resolved,
            reply: words(),
            evidence: Vec::new(),
            elements: None,
            met: Vec::new(),
        },
        12 if minute % 3 == 0 => F::ResidentDisputed { note: words() },
        12 => F::ResidentConfirmed { note: words() },
        13 => F::SatisfactionRated {
            satisfaction: Satisfaction::ALL[usize::try_from(minute % 5).unwrap()],
        },
        14 => F::EvaluationOpened {
            pairs: Vec::new(),
            until: at(minute),
            mandatory: true,
        },
        15 => F::CaseRejected {
            reason: words(),
            note: words(),
        },
        _ => F::CaseVoided { reason: words() },
    })
}

/// Random stretches of facts: which case, how many minutes after its last fact (often none), what.
pub(crate) fn any_history() -> impl Strategy<Value = Vec<(u128, Vec<CaseEvent>)>> {
    let step = (1_u128..4, 0_i64..3, prop::collection::vec(any_fact(), 1..4));
    prop::collection::vec(step, 1..25).prop_map(|steps| {
        // Every case has a time of its own, so that positions and instants do not agree.
        let mut minutes = std::collections::BTreeMap::<u128, i64>::new();
        // No rule opens a leg twice: its number is its name.
        let mut opened = std::collections::BTreeSet::new();
        steps
            .into_iter()
            .map(|(case, gap, facts)| {
                let new = !minutes.contains_key(&case);
                let own = i64::try_from(case).unwrap() * 7 % 5;
                let minute = minutes.entry(case).or_insert(own);
                *minute += if gap == 2 { 30 } else { gap };
                let facts = new.then(reported).into_iter().chain(facts);
                let facts = facts.filter(|what| match what {
                    F::LegOpened { leg, .. } => opened.insert((case, *leg)),
                    _ => true,
                });
                let facts = facts.map(|what| fact(*minute, what));
                (case, facts.collect::<Vec<_>>())
            })
            .filter(|(_, facts)| !facts.is_empty())
            .collect()
    })
}
