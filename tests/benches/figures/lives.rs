//! Made-up cases, as they are lived: what the real view folds.

use super::{MATTERS, UNITS};
use chrono::{DateTime, TimeDelta, Utc};
use cqrs_es::DomainEvent;
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::calendar::{CalendarVersion, Limit};
use gridwhistle_domain::case::clock::{Clock, ClockId, ClockState, Marks};
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact as F, ReportForm};
use gridwhistle_domain::case::record::Part;
use gridwhistle_domain::case::stage::{ClockKind, Origin, Outcome};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::evaluation::{
    Answer, Answers, EvaluationEvent, EvaluationFact as E, Form, Item, OpenedForm, Opening,
    SealedForm, Side,
};
use gridwhistle_domain::ids::{CaseId, LegNo};
use gridwhistle_domain::satisfaction::Satisfaction;
use gridwhistle_domain::sealed::Sealed;
use gridwhistle_store::StreamId;
use uuid::Uuid;

/// A case as it is lived: nine events over some days, with a callback of one in ten; five of one that
/// nobody settles.
pub(crate) struct Life {
    pub(crate) number: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) settled: bool,
}

impl Life {
    fn clock(&self, id: ClockId, budget: i64) -> F {
        let due = self.at + TimeDelta::minutes(budget);
        let mark = |percent: i64| self.at + TimeDelta::minutes(budget * percent / 100);
        F::ClockStarted {
            clock: Box::new(Clock {
                id,
                limit: Limit::CalendarMinutes(u32::try_from(budget).unwrap()),
                calendar: CalendarVersion::new("base"),
                started_at: self.at,
                budget,
                original: budget,
                consumed: 0,
                since: self.at,
                suspended: 0,
                marks: Marks {
                    amber: mark(80),
                    due,
                    yellow: mark(150),
                    severe: mark(200),
                    red: mark(200),
                    provisional: false,
                },
                state: ClockState::Running,
                ended_at: None,
                missed: false,
                spans: Vec::new(),
            }),
        }
    }

    fn facts(&self) -> Vec<(DateTime<Utc>, F)> {
        let (number, leg) = (self.number, LegNo(1));
        let unit = format!("B-{:03}", number % UNITS);
        let handle = ClockId::case(ClockKind::Handle);
        let acknowledge = ClockId::leg(ClockKind::Acknowledge, leg);
        let matter = format!("environment.m{:02}", number / 7 % MATTERS);
        let after = |hours: u64| self.at + TimeDelta::hours(i64::try_from(hours).unwrap());
        let mut facts = vec![
            (self.at, reported(number)),
            (self.at, accepted(&matter)),
            (
                self.at,
                F::LegOpened {
                    leg,
                    unit: unit.as_str().into(),
                    part: Part::Lead,
                },
            ),
            (self.at, self.clock(handle, 5 * 1_440)),
            (self.at, self.clock(acknowledge, 240)),
        ];
        if self.settled {
            let acknowledged = after(1 + number % 5);
            // One in nine is late.
            let done = after(24 + number * 37 % 108 + if number % 9 == 0 { 60 } else { 0 });
            let late = done > self.at + TimeDelta::days(5);
            facts.extend([
                (acknowledged, F::LegAcknowledged { leg, late: false }),
                (
                    done,
                    F::LegCompleted {
                        leg,
                        result: "done".to_owned(),
                    },
                ),
                (
                    done,
                    F::ClockStopped {
                        id: handle,
                        consumed: if late { 9_000 } else { 4_000 },
                        done_at: None,
                    },
                ),
                (
                    done + TimeDelta::hours(20),
                    F::CaseClosed {
                        outcome: Outcome::Resolved,
                    },
                ),
            ]);
            if number % 10 == 6 {
                let called = done + TimeDelta::hours(40);
                let stars = usize::try_from(number / 10 % 5).unwrap();
                let satisfaction = Satisfaction::ALL[stars];
                facts.extend([
                    (
                        called,
                        F::ResidentConfirmed {
                            note: String::new(),
                        },
                    ),
                    (called, F::SatisfactionRated { satisfaction }),
                ]);
            }
        }
        facts
    }
}

impl Life {
    /// Both sides rate each other, and are opened together two days later.
    fn evaluation(&self, case: CaseId, ended: DateTime<Utc>) -> Vec<Told> {
        let [area_form, department_form] = [Side::Area, Side::Department].map(Form::default_of);
        let answers = |form: &Form, turn: u64| {
            let asked = form.items.iter().filter(|item| !item.computed).zip(turn..);
            let answer = |(item, turn): (&Item, u64)| {
                let score = 3 + u8::try_from((self.number / 7 + turn) % 3).unwrap();
                (
                    item.code.clone(),
                    Answer {
                        score,
                        reason: None,
                    },
                )
            };
            OpenedForm {
                answers: Answers(asked.map(answer).collect()),
                nonce: "0".repeat(64),
            }
        };
        let forms = [
            (Side::Area, answers(&area_form, 0)),
            (Side::Department, answers(&department_form, 1)),
        ];
        let opening = Opening {
            case,
            leg: LegNo(1),
            area: format!("S-{:02}", self.number % 47).as_str().into(),
            department: format!("B-{:03}", self.number % UNITS).as_str().into(),
            area_form,
            department_form,
            window_ends: ended + TimeDelta::days(7),
            facts: None,
            computed: [("response_speed".to_owned(), 4)].into(),
            optional: false,
            appeals: None,
        };
        let opening = Box::new(opening);
        let facts = [
            (0, E::EvaluationOpened { opening }),
            (1, sealed(case, Side::Area)),
            (2, sealed(case, Side::Department)),
            (
                2,
                E::EvaluationsRevealed {
                    forms: forms.into(),
                    appeal_until: None,
                },
            ),
        ];
        let stream = StreamId::new("evaluation", format!("{case}/1/S"));
        let told = |(sequence, (days, fact)): (u64, (i64, E))| {
            let at = ended + TimeDelta::days(days);
            let by = Actor::system();
            Told::of(
                stream.clone(),
                sequence,
                at,
                &EvaluationEvent { at, by, fact },
            )
        };
        (1..).zip(facts).map(told).collect()
    }
}

fn sealed(case: CaseId, side: Side) -> E {
    E::EvaluationSealed {
        side,
        form: SealedForm {
            commitment: "0".repeat(64),
            answers: Sealed {
                alg: "A256GCM".to_owned(),
                subject: format!("{case}/{}", side.code()).as_str().into(),
                nonce: "0".repeat(24),
                ciphertext: "0".repeat(300),
            },
        },
    }
}

fn reported(number: u64) -> F {
    F::CaseReported {
        form: ReportForm::new("hotline", "G-1", &format!("a lamp is out, {number}")),
    }
}

fn accepted(matter: &str) -> F {
    F::CaseAccepted {
        class: CaseClass::TimeLimited,
        matter: matter.into(),
        policy: "default-2026.1".into(),
        calendar: CalendarVersion::new("base"),
        origin: Origin::Upward,
        sampled: false,
        safety: false,
    }
}

/// An event before it has its position.
pub(crate) struct Told {
    pub(crate) stream: StreamId,
    pub(crate) sequence: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) event_type: String,
    pub(crate) event_version: String,
    pub(crate) payload: String,
}

impl Told {
    fn of<E: DomainEvent>(stream: StreamId, sequence: u64, at: DateTime<Utc>, event: &E) -> Self {
        Self {
            stream,
            sequence,
            at,
            event_type: event.event_type(),
            event_version: event.event_version(),
            payload: serde_json::to_string(event).unwrap(),
        }
    }
}

/// The events of some cases in the order of their instants. Of ten cases one is evaluated.
pub(crate) fn events(lives: &[Life]) -> Vec<Told> {
    let mut all = Vec::new();
    for life in lives {
        let id = Uuid::from_u128(u128::from(life.number) << 64 | 1);
        let facts = life.facts();
        let ended = facts.last().map_or(life.at, |(at, _)| *at);
        for (sequence, (at, fact)) in (1..).zip(facts) {
            let by = Actor::new("P-1", Role::Dispatcher, "B-centre");
            let stream = StreamId::new("case", id.to_string());
            all.push(Told::of(stream, sequence, at, &CaseEvent { at, by, fact }));
        }
        if life.settled && life.number % 10 == 3 {
            all.extend(life.evaluation(CaseId(id), ended));
        }
    }
    all.sort_by_key(|told| (told.at, told.sequence));
    all
}
