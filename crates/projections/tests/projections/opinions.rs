//! What units say of each other, computed by hand.

mod opened;

use super::city::{City, at, case};
use super::evaluating::{append, lapsed, opened, opening, revealed, sealed};
use super::history::in_work;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::case::fact::{CaseEvent, CaseFact};
use gridwhistle_domain::case::record::EvaluationPair;
use gridwhistle_domain::case::stage::Card;
use gridwhistle_domain::evaluation::{EvaluationFact, Opening, Side};
use gridwhistle_domain::ids::LegNo;
use gridwhistle_domain::policy::rows::EvaluationRules;
use gridwhistle_domain::registry::{RegistryEvent, RegistryFact};
use gridwhistle_domain::score::flags::FlagKind;
use gridwhistle_projections::questions::{
    Evaluations, Matrix, Moment, MutualExplanation, UnitOpinion, Window,
};
use rust_decimal::Decimal;
use serde_json::json;

const STREETS: [&str; 2] = ["S-1", "S-2"];

/// One evaluation: area, department, and the stars of either side; a side without stars is silent.
type Told<'a> = (&'a str, &'a str, Option<u8>, Option<u8>);

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A city with two streets, a community and two departments.
async fn city() -> City {
    let mut city = City::in_memory();
    let from = "2020-01-01T00:00:00Z";
    let units = [
        ("CITY", "city", None, None),
        ("D-1", "district", None, Some("CITY")),
        ("S-1", "street", None, Some("D-1")),
        ("S-2", "street", None, Some("D-1")),
        ("C-1", "community", None, Some("S-1")),
        ("B-water", "department", Some("district"), Some("D-1")),
        ("B-roads", "department", Some("district"), Some("D-1")),
    ];
    for (id, kind, level, parent) in units {
        let fact = json!({ "UnitRegistered": { "unit": id, "kind": kind, "level": level,
            "from": from, "details": { "name": { "zh": id, "en": id }, "parent": parent } } });
        let event = RegistryEvent {
            at: from.parse().unwrap(),
            by: Actor::system(),
            fact: serde_json::from_value(fact).unwrap(),
        };
        city.append_registry(&event).await;
    }
    let grid = json!({ "GridRegistered": { "grid": "G-1", "level": "one", "kind": "basic",
        "from": from, "details": { "name": { "zh": "一网格", "en": "grid 1" },
            "seat": { "community": "C-1" } } } });
    let event = RegistryEvent {
        at: from.parse().unwrap(),
        by: Actor::system(),
        fact: serde_json::from_value(grid).unwrap(),
    };
    city.append_registry(&event).await;
    city
}

/// Evaluations `E-0`, `E-1` … that open at minute 0 and are settled at minute 100 and later, a
/// minute apart.
async fn tell(city: &mut City, all: &[Told<'_>]) {
    for (nth, (area, department, by_area, by_department)) in all.iter().enumerate() {
        let stream = format!("E-{nth}");
        let minute = i64::try_from(nth).unwrap();
        append(city, &stream, 0, opened(opening(area, department))).await;
        let sides = [(Side::Area, by_area), (Side::Department, by_department)];
        let mut stars = Vec::new();
        let mut silent = Vec::new();
        for (side, given) in sides {
            match given {
                Some(given) => {
                    append(city, &stream, 10 + minute, sealed(side)).await;
                    stars.push((side, *given));
                }
                None => silent.push(side),
            }
        }
        if !stars.is_empty() {
            append(city, &stream, 100 + minute, revealed(&stars)).await;
        }
        if !silent.is_empty() {
            append(city, &stream, 100 + minute, lapsed(&silent)).await;
        }
    }
}

fn window() -> Window {
    Window::new(at(0), at(1_000)).unwrap()
}

async fn asked(city: &City, minute: i64, rated_by: Side) -> Evaluations {
    let questions = city.caught_up().await;
    let rules = EvaluationRules::default();
    let moment = Moment::then(at(minute));
    let asked = questions.evaluations(window(), moment, rated_by, &rules);
    asked.await.unwrap()
}

async fn explained(city: &City, unit: &str) -> MutualExplanation {
    let questions = city.caught_up().await;
    let (rules, moment) = (EvaluationRules::default(), Moment::then(at(2_000)));
    let of = (unit, Side::Area);
    let asked = questions.explain_mutual(of, window(), moment, &rules, (100, None));
    asked.await.unwrap()
}

async fn matrix(city: &City) -> Matrix {
    let questions = city.caught_up().await;
    let (rules, moment) = (EvaluationRules::default(), Moment::then(at(2_000)));
    questions.matrix(window(), moment, &rules).await.unwrap()
}

#[track_caller]
fn of<'a>(all: &'a Evaluations, unit: &str) -> &'a UnitOpinion {
    all.units.iter().find(|one| one.unit == unit).unwrap()
}

/// By hand: of the four forms about departments, 100, 75, 50 and 25, S-1 means 87.5, S-2 37.5, all
/// 62.5. Each rater loses 2/7 of its distance: levelled, S-1 gave 92.857 and 67.857, S-2 57.143 and
/// 32.143. B-water: (150 + 8·62.5) / 10 = 65, B-roads: (100 + 8·62.5) / 10 = 60.
const FOUR: [Told<'static>; 4] = [
    ("S-1", "B-water", Some(5), Some(4)),
    ("S-1", "B-roads", Some(4), Some(4)),
    ("S-2", "B-water", Some(3), None),
    ("S-2", "B-roads", Some(2), Some(3)),
];

#[tokio::test]
async fn departments_are_levelled_and_drawn_to_their_peers() {
    let mut city = city().await;
    tell(&mut city, &FOUR).await;
    let all = asked(&city, 2_000, Side::Area).await;
    let units: Vec<&str> = all.units.iter().map(|one| one.unit.as_str()).collect();
    assert_eq!(units, ["B-roads", "B-water"]);
    let water = of(&all, "B-water");
    assert_eq!((water.forms, water.raters, water.trimmed), (2, 2, 0));
    assert_eq!(water.plain, Some(decimal("75")));
    assert_eq!(water.score, Some(decimal("65")));
    assert_eq!(of(&all, "B-roads").score, Some(decimal("60")));
    assert_eq!(of(&all, "B-roads").plain, Some(decimal("50")));
}

/// The department that was silent once: 1 of 2 forms, 0.5 / 0.8 = 0.625. The other side's form counts.
#[tokio::test]
async fn who_is_silent_gets_nothing_and_weighs_less() {
    let mut city = city().await;
    tell(&mut city, &FOUR).await;
    let all = asked(&city, 2_000, Side::Area).await;
    let water = of(&all, "B-water");
    assert_eq!((water.participation.met, water.participation.of), (1, 2));
    assert_eq!(water.weight, Some(decimal("0.625")));
    assert_eq!(of(&all, "B-roads").weight, Some(Decimal::ONE));
    // S-1: 75 and 75, S-2: 50. Nobody gave S-2 anything in B-water's place.
    let back = asked(&city, 2_000, Side::Department).await;
    assert_eq!((of(&back, "S-1").forms, of(&back, "S-2").forms), (2, 1));
    assert_eq!(of(&back, "S-2").plain, Some(decimal("50")));
}

#[tokio::test]
async fn an_optional_evaluation_counts_its_forms_and_blames_no_silence() {
    let mut city = city().await;
    let optional = Opening {
        optional: true,
        ..opening("C-1", "B-water")
    };
    append(&mut city, "E-0", 0, opened(optional)).await;
    append(&mut city, "E-0", 10, sealed(Side::Area)).await;
    append(&mut city, "E-0", 101, revealed(&[(Side::Area, 4)])).await;
    append(&mut city, "E-0", 101, lapsed(&[Side::Department])).await;
    let all = asked(&city, 2_000, Side::Area).await;
    let water = of(&all, "B-water");
    assert_eq!((water.forms, water.participation.of), (1, 0));
    assert_eq!((water.score, water.weight), (Some(decimal("75")), None));
}

#[tokio::test]
async fn an_empty_window_and_a_sealed_form_say_nothing() {
    let mut city = city().await;
    let empty = asked(&city, 2_000, Side::Area).await;
    assert_eq!((empty.units, empty.flags, empty.struck), Default::default());
    tell(&mut city, &FOUR).await;
    let before = asked(&city, 99, Side::Area).await;
    assert_eq!(before.units, [], "sealed, and not revealed yet");
    assert_eq!(explained(&city, "B-none").await.unit, None);
    let later = asked(&city, 100, Side::Area).await;
    assert_eq!(later.units.len(), 1, "forms are counted as of the moment");
}

#[tokio::test]
async fn both_sides_silent_is_asked_of_both_and_says_nothing_of_either() {
    let mut city = city().await;
    tell(&mut city, &[("S-1", "B-water", None, None)]).await;
    let all = asked(&city, 2_000, Side::Area).await;
    let water = of(&all, "B-water");
    assert_eq!((water.forms, water.score, water.plain), (0, None, None));
    assert_eq!((water.participation.met, water.participation.of), (0, 1));
    assert_eq!(water.weight, Some(Decimal::ZERO));
}

#[tokio::test]
async fn streets_and_communities_are_peers_of_their_own_kind() {
    let mut city = city().await;
    let all = [
        ("S-1", "B-water", None, Some(5)),
        ("S-2", "B-water", None, Some(4)),
        ("C-1", "B-water", None, Some(1)),
    ];
    tell(&mut city, &all).await;
    let all = asked(&city, 2_000, Side::Department).await;
    let kinds: Vec<Option<&str>> = all.units.iter().map(|one| one.kind.as_deref()).collect();
    assert_eq!(kinds, [Some("community"), Some("street"), Some("street")]);
    assert_eq!(
        of(&all, "C-1").score,
        Some(Decimal::ZERO),
        "alone among its kind"
    );
    // By hand: one rater, no leniency; (100 + 8·87.5) / 9 = 88.8889.
    assert_eq!(of(&all, "S-1").score, Some(decimal("88.8889")));
}

/// A unit that was merged mid-window: what was said of it stays said of it, under its own code, and
/// its successor begins anew.
#[tokio::test]
async fn a_unit_that_was_merged_keeps_what_was_said_of_it() {
    let mut city = city().await;
    tell(&mut city, &FOUR).await;
    let event = RegistryEvent {
        at: at(500),
        by: Actor::system(),
        fact: RegistryFact::UnitClosed {
            unit: "B-water".into(),
            until: at(500),
        },
    };
    city.append_registry(&event).await;
    let later = opening("S-1", "B-roads");
    append(&mut city, "E-9", 600, opened(later)).await;
    append(&mut city, "E-9", 610, sealed(Side::Area)).await;
    append(&mut city, "E-9", 620, revealed(&[(Side::Area, 5)])).await;
    let all = asked(&city, 2_000, Side::Area).await;
    assert_eq!(
        (of(&all, "B-water").forms, of(&all, "B-roads").forms),
        (2, 3)
    );
}

/// Case 1 closes, is evaluated, and is voided afterwards.
#[tokio::test]
async fn evaluations_of_a_case_that_was_voided_are_in_no_figure_and_listed() {
    let mut city = city().await;
    city.append(case(1), &in_work(0, 60)).await;
    let pairs = vec![EvaluationPair {
        left: STREETS[0].into(),
        right: "B-water".into(),
        leg: LegNo(1),
    }];
    let fact = |minute, fact| CaseEvent {
        at: at(minute),
        by: Actor::system(),
        fact,
    };
    let opened = CaseFact::EvaluationOpened {
        pairs,
        until: at(100),
        mandatory: true,
    };
    city.append(case(1), &[fact(70, opened)]).await;
    tell(&mut city, &FOUR).await;
    let voided = CaseFact::CaseVoided {
        reason: "test".to_owned(),
    };
    city.append(case(1), &[fact(300, voided)]).await;
    let before = asked(&city, 299, Side::Area).await;
    assert_eq!((before.units.len(), before.struck.len()), (2, 0));
    let after = asked(&city, 300, Side::Area).await;
    assert_eq!((after.units.len(), after.struck.len()), (0, 4));
    assert_eq!(matrix(&city).await.struck, ["E-0", "E-1", "E-2", "E-3"]);
}

#[tokio::test]
async fn what_was_taken_ill_before_the_window_is_known_in_it() {
    let mut city = city().await;
    // S-1 deals a low form, seen at minute 100; B-water answers with one at minute 200.
    tell(&mut city, &[("S-1", "B-water", Some(1), None)]).await;
    let later = Opening {
        window_ends: at(400),
        ..opening("S-1", "B-water")
    };
    append(&mut city, "E-9", 150, opened(later)).await;
    append(&mut city, "E-9", 200, sealed(Side::Department)).await;
    append(&mut city, "E-9", 300, revealed(&[(Side::Department, 1)])).await;
    let questions = city.caught_up().await;
    let rules = EvaluationRules::default();
    let late = Window::new(at(250), at(1_000)).unwrap();
    let moment = Moment::then(at(2_000));
    let asked = questions.evaluations(late, moment, Side::Area, &rules);
    let asked = asked.await.unwrap();
    assert_eq!(asked.flags.len(), 1);
    assert_eq!(asked.flags[0].kind, FlagKind::Retaliation);
    assert_eq!(asked.flags[0].evaluations, ["E-0", "E-9"]);
    assert_eq!(of(&asked, "B-water").flags, [FlagKind::Retaliation]);
}

/// The water bureau gets a card in a case of S-1's community, in minute 70.
#[tokio::test]
async fn a_low_form_after_a_card_in_a_case_of_the_rated_area_is_flagged() {
    let mut city = city().await.with_policy().await;
    city.append(case(2), &in_work(0, 60)).await;
    let carded = CaseEvent {
        at: at(70),
        by: Actor::system(),
        fact: CaseFact::SupervisionRaised {
            card: Card::Yellow,
            rule: "overdue_150".to_owned(),
            unit: Some("B-water".into()),
            note: String::new(),
        },
    };
    city.append(case(2), &[carded]).await;
    for (stream, area, sealed_at) in [("E-0", "S-1", 69), ("E-1", "S-1", 75), ("E-2", "S-2", 75)] {
        append(&mut city, stream, 0, opened(opening(area, "B-water"))).await;
        append(&mut city, stream, sealed_at, sealed(Side::Department)).await;
        append(&mut city, stream, 101, revealed(&[(Side::Department, 2)])).await;
    }
    let asked = asked(&city, 2_000, Side::Department).await;
    let flags: Vec<_> = asked.flags.iter().map(|flag| &flag.evaluations).collect();
    assert_eq!(flags, [&vec!["E-1".to_owned()]]);
}

/// However the log is cut into batches, and whatever is forgotten between them.
#[tokio::test]
async fn a_forgetful_view_says_the_same() {
    let mut city = city().await;
    tell(&mut city, &FOUR).await;
    opened::appealed(&mut city, 1_500, true).await;
    let live = asked(&city, 2_000, Side::Area).await;
    let rows = city.dump().await;
    let runner = city.forgetful_runner().await;
    runner.rebuild(|_| {}).await.unwrap();
    assert_eq!(city.dump().await, rows);
    assert_eq!(asked(&city, 2_000, Side::Area).await, live);
}
