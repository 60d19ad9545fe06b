//! Mutual evaluations: their rows, and the end of their windows.

use super::city::{City, TENANT, at, case, new_event};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::evaluation::{
    Answer, Answers, EvaluationEvent, EvaluationFact, Form, LegFacts, OpenedForm, Opening,
    SealedForm, Side,
};
use gridwhistle_domain::ids::LegNo;
use gridwhistle_domain::sealed::Sealed;
use gridwhistle_projections::case_view::EvaluationRow;
use gridwhistle_projections::questions::{TimerCandidate, TimerKind, TimerRules};
use gridwhistle_store::StreamId;
use gridwhistle_store::views::Value;

const STREAM: &str = "evaluation-1";

pub(crate) async fn append(city: &mut City, stream: &str, minute: i64, fact: EvaluationFact) {
    let event = EvaluationEvent {
        at: at(minute),
        by: Actor::system(),
        fact,
    };
    let payload = serde_json::to_string(&event).unwrap();
    let event = new_event(event.fact.name(), payload, event.at);
    let stream = StreamId::new("evaluation", stream);
    city.append_to(stream, vec![event]).await;
}

/// An evaluation of case 1 between two units, with the default forms.
pub(crate) fn opening(area: &str, department: &str) -> Opening {
    Opening {
        case: case(1),
        leg: LegNo(2),
        area: area.into(),
        department: department.into(),
        area_form: Form::default_of(Side::Area),
        department_form: Form::default_of(Side::Department),
        window_ends: at(100),
        facts: None,
        computed: Default::default(),
        optional: false,
        appeals: None,
    }
}

pub(crate) fn opened(opening: Opening) -> EvaluationFact {
    EvaluationFact::EvaluationOpened {
        opening: Box::new(opening),
    }
}

pub(crate) fn sealed(side: Side) -> EvaluationFact {
    let answers = Sealed {
        alg: "A256GCM".into(),
        subject: "somebody".into(),
        nonce: "00".into(),
        ciphertext: "c1f3".into(),
    };
    let form = SealedForm {
        commitment: "c".repeat(64),
        answers,
    };
    EvaluationFact::EvaluationSealed { side, form }
}

/// Every item that is asked gets these stars.
pub(crate) fn revealed(stars: &[(Side, u8)]) -> EvaluationFact {
    let form = |(side, score): &(Side, u8)| {
        let items = Form::default_of(*side).items.into_iter();
        let answer = Answer {
            score: *score,
            reason: None,
        };
        let asked = items.filter(|item| !item.computed);
        let answers = Answers(asked.map(|item| (item.code, answer.clone())).collect());
        let nonce = "n".repeat(32);
        (*side, OpenedForm { answers, nonce })
    };
    EvaluationFact::EvaluationsRevealed {
        forms: stars.iter().map(form).collect(),
        appeal_until: None,
    }
}

pub(crate) fn lapsed(sides: &[Side]) -> EvaluationFact {
    EvaluationFact::EvaluationLapsed {
        sides: sides.iter().copied().collect(),
    }
}

async fn row(city: &City, minute: i64) -> Option<EvaluationRow> {
    let key = [Value::from(STREAM)];
    let table = EvaluationRow::TABLE;
    let row = city
        .views
        .get(TENANT, "cases", table, &key, Some(at(minute)))
        .await;
    row.unwrap()
        .map(|row| EvaluationRow::from_values(row).unwrap())
}

#[tokio::test]
async fn a_window_that_is_over_is_found_until_the_evaluation_is_settled() {
    let mut city = City::in_memory();
    append(
        &mut city,
        STREAM,
        0,
        opened(opening("S-old-town", "B-water")),
    )
    .await;
    let timers = async |city: &City, minute| {
        let questions = city.questions().await;
        let rules = TimerRules::default();
        questions.timers(at(minute), &rules, 10).await.unwrap()
    };
    city.runner().await.catch_up(None).await.unwrap();
    assert_eq!(timers(&city, 100).await, []);
    let over = TimerCandidate {
        case_id: case(1),
        kind: TimerKind::EndEvaluation {
            evaluation: STREAM.to_owned(),
        },
        leg: Some(LegNo(2)),
    };
    assert_eq!(timers(&city, 101).await, std::slice::from_ref(&over));
    // One silent side leaves the forms of the other to be opened.
    append(&mut city, STREAM, 102, lapsed(&[Side::Area])).await;
    city.runner().await.catch_up(None).await.unwrap();
    assert_eq!(timers(&city, 103).await, [over]);
    append(&mut city, STREAM, 104, revealed(&[])).await;
    city.runner().await.catch_up(None).await.unwrap();
    assert_eq!(timers(&city, 105).await, []);
    assert_eq!(row(&city, -1).await, None);
    let before = row(&city, 103).await.unwrap();
    assert!(!before.settled && before.revealed_at.is_none());
    assert!(row(&city, 104).await.unwrap().settled);
}

#[tokio::test]
async fn nothing_of_a_form_is_in_its_row_before_both_are_revealed() {
    let mut city = City::in_memory().with_registry().await;
    let known = Opening {
        facts: Some(LegFacts::default()),
        computed: [("response_speed".to_owned(), 1)].into(),
        ..opening("S-old-town", "B-water")
    };
    append(&mut city, STREAM, 0, opened(known)).await;
    append(&mut city, STREAM, 10, sealed(Side::Area)).await;
    append(&mut city, STREAM, 20, sealed(Side::Department)).await;
    let both = [(Side::Area, 5), (Side::Department, 4)];
    append(&mut city, STREAM, 30, revealed(&both)).await;
    city.runner().await.catch_up(None).await.unwrap();
    let before = row(&city, 29).await.unwrap();
    assert_eq!(
        (before.area_sealed_at, before.department_sealed_at),
        (Some(at(10)), Some(at(20)))
    );
    assert_eq!((before.area_points, before.department_points), (None, None));
    assert_eq!((before.area_answers, before.settled_at), (None, None));
    let after = row(&city, 30).await.unwrap();
    // 80 of 100 weights at five stars, and the 20 of speed at one.
    assert_eq!(
        (after.area_points, after.department_points),
        (Some(8_000), Some(7_500))
    );
    assert_eq!(
        (after.revealed_at, after.settled_at),
        (Some(at(30)), Some(at(30)))
    );
    assert_eq!(after.area_kind.as_deref(), Some("street"));
    assert_eq!(after.department_kind.as_deref(), Some("department"));
    let answers = "area-1 authority=5 coordination=5 feedback=5 quality=5";
    assert_eq!(after.area_answers.as_deref(), Some(answers));
}
