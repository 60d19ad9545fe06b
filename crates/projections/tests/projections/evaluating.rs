//! Mutual evaluations: their rows, and the end of their windows.

use super::city::{City, TENANT, at, case, new_event};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::evaluation::{EvaluationEvent, EvaluationFact, Form, Opening, Side};
use gridwhistle_domain::ids::LegNo;
use gridwhistle_projections::case_view::EvaluationRow;
use gridwhistle_projections::questions::{TimerCandidate, TimerKind, TimerRules};
use gridwhistle_store::StreamId;
use gridwhistle_store::views::Value;

const STREAM: &str = "evaluation-1";

async fn append(city: &mut City, minute: i64, fact: EvaluationFact) {
    let event = EvaluationEvent {
        at: at(minute),
        by: Actor::system(),
        fact,
    };
    let payload = serde_json::to_string(&event).unwrap();
    let event = new_event(event.fact.name(), payload, event.at);
    let stream = StreamId::new("evaluation", STREAM);
    city.append_to(stream, vec![event]).await;
}

fn opened() -> EvaluationFact {
    EvaluationFact::EvaluationOpened {
        opening: Opening {
            case: case(1),
            leg: LegNo(2),
            area: "S-old-town".into(),
            department: "B-water".into(),
            area_form: Form::default_of(Side::Area),
            department_form: Form::default_of(Side::Department),
            window_ends: at(100),
        },
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
    append(&mut city, 0, opened()).await;
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
    let lapsed = |sides: &[Side]| EvaluationFact::EvaluationLapsed {
        sides: sides.iter().copied().collect(),
    };
    append(&mut city, 102, lapsed(&[Side::Area])).await;
    city.runner().await.catch_up(None).await.unwrap();
    assert_eq!(timers(&city, 103).await, [over]);
    let forms = Default::default();
    append(
        &mut city,
        104,
        EvaluationFact::EvaluationsRevealed { forms },
    )
    .await;
    city.runner().await.catch_up(None).await.unwrap();
    assert_eq!(timers(&city, 105).await, []);
    assert_eq!(row(&city, -1).await, None);
    let before = row(&city, 103).await.unwrap();
    assert!(!before.settled && !before.revealed);
    assert!(row(&city, 104).await.unwrap().settled);
}
