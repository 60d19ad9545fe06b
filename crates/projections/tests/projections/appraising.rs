//! Appraisal: figures by hand, what no window may tell, and who met whom.

use super::city::{City, TENANT, at, case, fact, new_event};
use super::history::{accepted, closed, in_work, reported};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::appraisal::{Quarter, Ratee, RoundEvent, RoundFact, RoundOpening};
use gridwhistle_domain::case::fact::{CaseFact as F, CoordinationDecision};
use gridwhistle_domain::class::CaseClass;
use gridwhistle_domain::evaluation::{Answer, Answers};
use gridwhistle_domain::policy::Policy;
use gridwhistle_projections::Moment;
use gridwhistle_projections::questions::{Appraisals, Appraised, Window};
use gridwhistle_store::StreamId;
use std::collections::BTreeSet;

fn quarter(text: &str) -> Quarter {
    text.parse().unwrap()
}

/// All items alike: 1 to 5 stars are 0, 25, 50, 75 and 100 points.
fn stars(score: u8) -> Answers {
    let form = Policy::built_in().appraisal.unwrap().form;
    let answer = |code| {
        (
            code,
            Answer {
                score,
                reason: None,
            },
        )
    };
    let items = form.items.into_iter();
    Answers(items.map(|item| answer(item.code)).collect())
}

pub(crate) fn unit(code: &str) -> Ratee {
    Ratee::Unit(code.into())
}

pub(crate) fn revealed(ratee: &Ratee, met: u32, scores: &[u8]) -> RoundFact {
    RoundFact::AppraisalRevealed {
        ratee: ratee.clone(),
        met,
        forms: scores.iter().map(|score| stars(*score)).collect(),
    }
}

pub(crate) fn withheld(ratee: &Ratee, met: u32, sealed: u32) -> RoundFact {
    let ratee = ratee.clone();
    RoundFact::AppraisalWithheld { ratee, met, sealed }
}

/// A round that opens at a minute and ends at another.
pub(crate) async fn round(
    city: &mut City,
    name: &str,
    (from, to): (i64, i64),
    outcomes: &[RoundFact],
) {
    let opening = RoundOpening {
        round: quarter(name),
        form: Policy::built_in().appraisal.unwrap().form,
        raters_min: 5,
        shrink: 8,
        window_ends: at(to - 1),
    };
    let begun = [
        RoundFact::AppraisalRoundOpened { opening },
        RoundFact::AppraisalBallotsIssued {
            raters: BTreeSet::new(),
            pairs: 0,
        },
    ];
    let ended = outcomes.iter().cloned();
    let ended = ended.chain([RoundFact::AppraisalRoundClosed {}]);
    let facts = begun.into_iter().map(|fact| (from, fact));
    let events = facts.chain(ended.map(|fact| (to, fact)));
    let events = events.map(|(minute, fact)| {
        let event = RoundEvent {
            at: at(minute),
            by: Actor::system(),
            fact,
        };
        let payload = serde_json::to_string(&event).unwrap();
        new_event(event.fact.name(), payload, event.at)
    });
    let stream = StreamId::new("appraisal", name);
    city.append_to(stream, events.collect()).await;
}

async fn asked(city: &City, from: &str, until: &str, moment: Moment) -> Appraisals {
    let window = Window::new(quarter(from).from(), quarter(until).before()).unwrap();
    let questions = city.caught_up().await;
    questions.appraisals(window, moment).await.unwrap()
}

fn said(one: &Appraised) -> (Option<String>, Option<String>, u64, u64) {
    let text = |value: Option<rust_decimal::Decimal>| value.map(|value| value.to_string());
    (text(one.mean), text(one.score), one.forms, one.withheld)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[tokio::test]
async fn a_score_is_drawn_towards_the_mean_of_all_forms() {
    let mut city = City::in_memory();
    // Five forms of 100, 100, 75, 75, 50: mean 80. Six of 75, 75, 50, 50, 25, 25: mean 50.
    // All eleven: (400 + 300) / 11 = 63.636…
    let outcomes = [
        revealed(&unit("B-roads"), 6, &[2, 2, 3, 3, 4, 4]),
        revealed(&unit("B-water"), 8, &[3, 4, 4, 5, 5]),
        withheld(&unit("S-1"), 4, 4),
    ];
    round(&mut city, "2025-Q4", (0, 100), &outcomes).await;
    let all = asked(&city, "2025-Q4", "2025-Q4", Moment::now(at(200))).await;
    assert_eq!((all.rounds.len(), all.pending.len()), (1, 0));
    let [roads, water, street] = &all.units[..] else {
        panic!("{all:?}");
    };
    // (6 · 50 + 8 · 63.636…) / 14 = 57.79…; (5 · 80 + 8 · 63.636…) / 13 = 69.93…
    assert_eq!(said(roads), (some("50"), some("57.79"), 6, 0));
    assert_eq!(said(water), (some("80"), some("69.93"), 5, 0));
    assert_eq!((water.participation.met, water.participation.of), (5, 8));
    assert_eq!(
        said(street),
        (None, None, 0, 4),
        "four raters: no number at all"
    );
    assert_eq!((street.participation.met, street.participation.of), (4, 4));
    // As of before its end the round is only known to be open.
    let then = asked(&city, "2025-Q4", "2025-Q4", Moment::then(at(99))).await;
    assert_eq!(
        (then.pending.len(), then.rounds.len(), then.units.len()),
        (1, 0, 0)
    );
    let never = asked(&city, "2025-Q4", "2025-Q4", Moment::then(at(-1))).await;
    assert_eq!((never.pending.len(), never.rounds.len()), (0, 0));
}

#[tokio::test]
async fn no_window_tells_what_was_withheld_in_a_round() {
    let mut city = City::in_memory();
    let water = unit("B-water");
    let person = Ratee::Person {
        person: "P-lin".into(),
        unit: "B-water".into(),
    };
    round(&mut city, "2025-Q3", (0, 10), &[withheld(&water, 6, 4)]).await;
    let later = [revealed(&water, 5, &[3; 5]), revealed(&person, 5, &[5; 5])];
    round(&mut city, "2025-Q4", (20, 30), &later).await;
    let now = Moment::now(at(50));
    let both = asked(&city, "2025-Q3", "2025-Q4", now).await;
    assert_eq!(both.rounds, ["2025-Q3", "2025-Q4"]);
    // Nine forms were sealed, five are in the figure: the four stay unsaid.
    assert_eq!(said(&both.units[0]), (some("50"), some("50"), 5, 4));
    assert_eq!(said(&both.persons[0]), (some("100"), some("100"), 5, 0));
    let half = Window::new(quarter("2025-Q4").from(), at(60)).unwrap();
    let half = city.questions().await.appraisals(half, now).await.unwrap();
    assert_eq!(
        half.units.len(),
        1,
        "a quarter lies in the window as a whole"
    );
    let less = Window::new(quarter("2025-Q3").from(), quarter("2025-Q4").from()).unwrap();
    let less = city.questions().await.appraisals(less, now).await.unwrap();
    assert_eq!(said(&less.units[0]), (None, None, 0, 4));
}

#[tokio::test]
async fn rebuilt_rows_are_those_that_grew() {
    let mut city = City::in_memory();
    let outcomes = [revealed(&unit("B-water"), 6, &[3, 4, 4, 5, 5])];
    round(&mut city, "2025-Q4", (0, 100), &outcomes).await;
    let runner = city.runner().await;
    let mut reached = 0;
    // One event after the other, each by a reader that remembers nothing.
    for position in 1..=city.log.head(TENANT).await.unwrap() {
        let runner = city.forgetful_runner().await;
        reached = runner.catch_up(Some(position)).await.unwrap();
    }
    let grown = city.dump().await;
    assert_eq!(runner.rebuild(|_| ()).await.unwrap(), reached);
    assert_eq!(city.dump().await, grown);
}

#[tokio::test]
async fn a_grid_met_the_units_of_its_running_legs_and_of_meetings_that_sat() {
    // The quarter ends at minute 42,660.
    let mut city = City::in_memory().with_registry().await.with_policy().await;
    city.append(case(1), &in_work(0, 100)).await;
    city.append(case(1), &closed(50)).await;
    // Dispatched on the first of April: not in this quarter.
    city.append(case(2), &in_work(42_660, 100)).await;
    // A meeting was put off in March, and decided in April.
    let meeting = [
        (0, reported()),
        (1, accepted(CaseClass::Undertaken)),
        (
            10,
            F::CoordinationConvened {
                units: vec!["B-roads".into(), "S-old-town".into()],
                agenda: "who".to_owned(),
            },
        ),
        (
            20,
            F::CoordinationAdjourned {
                reason: "again".to_owned(),
            },
        ),
        (
            42_700,
            F::CoordinationDecided {
                decision: CoordinationDecision {
                    present: vec!["B-fire".into()],
                    lead: "B-fire".into(),
                    co_handlers: Vec::new(),
                    deliverables: Vec::new(),
                    handle: None,
                    minutes: "a".repeat(64),
                },
            },
        ),
    ];
    let events: Vec<_> = meeting
        .into_iter()
        .map(|(minute, what)| fact(minute, what))
        .collect();
    city.append(case(3), &events).await;
    let questions = city.caught_up().await;
    let met = async |name: &str| {
        let classes = BTreeSet::from([CaseClass::Undertaken]);
        let all = questions.encounters(quarter(name), &classes).await.unwrap();
        let told = all.iter().map(|one| {
            assert_eq!(one.grid.as_str(), "G-1");
            let minutes = (one.at - at(0)).num_minutes();
            (one.unit.to_string(), minutes, one.meeting)
        });
        told.collect::<Vec<_>>()
    };
    let one = |unit: &str, minutes, meeting| (unit.to_owned(), minutes, meeting);
    let spring = [
        one("B-water", 0, false),
        one("B-roads", 20, true),
        one("S-old-town", 20, true),
    ];
    assert_eq!(met("2026-Q1").await, spring);
    let summer = [one("B-water", 42_660, false), one("B-fire", 42_700, true)];
    assert_eq!(met("2026-Q2").await, summer);
    assert_eq!(met("2025-Q4").await, []);
    assert!(questions.reported_in(quarter("2026-Q1")).await.unwrap());
    assert!(!questions.reported_in(quarter("2025-Q4")).await.unwrap());
}
