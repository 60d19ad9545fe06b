//! Appeals, and a score opened down to its forms.

use super::*;

pub(super) async fn appealed(city: &mut City, decided_at: i64, upheld: bool) {
    let (side, ground) = (Side::Area, "facts_wrong".to_owned());
    let note = "x".to_owned();
    let filed = EvaluationFact::AppealFiled {
        side,
        ground,
        note: note.clone(),
    };
    append(city, "E-2", 150, filed).await;
    let decided = EvaluationFact::AppealDecided { side, upheld, note };
    append(city, "E-2", decided_at, decided).await;
}

/// Without the form of 50: S-1 gave 100 and 75, S-2 25; all mean 66.6667. S-1 means 87.5 and loses
/// 20.8333·2/7 = 5.9524, S-2 means 25 and wins 41.6667/6 = 6.9444. Levelled 94.0476, 69.0476,
/// 31.9444, together 65.0132. B-water: (94.0476 + 8·65.0132) / 9 = 68.2393.
#[tokio::test]
async fn a_form_taken_out_after_the_window_is_in_no_answer_that_is_asked_later() {
    let mut city = city().await;
    tell(&mut city, &FOUR).await;
    appealed(&mut city, 1_500, true).await;
    let waits = asked(&city, 1_499, Side::Area).await;
    let water = of(&waits, "B-water");
    assert_eq!((water.forms, water.excluded, water.appealed), (2, 0, 1));
    assert_eq!(
        water.score,
        Some(decimal("65")),
        "it counts while the appeal waits"
    );
    let after = asked(&city, 1_500, Side::Area).await;
    let water = of(&after, "B-water");
    assert_eq!((water.forms, water.excluded, water.appealed), (1, 1, 0));
    assert_eq!(water.score, Some(decimal("68.2393")));
    assert_eq!(water.participation.of, 2, "who was asked stays asked");
    let opened = explained(&city, "B-water").await;
    let out = opened
        .forms
        .iter()
        .find(|form| form.evaluation == "E-2")
        .unwrap();
    assert_eq!(out.appeal.as_deref(), Some("upheld"), "it stays listed");
    assert_eq!(out.ground.as_deref(), Some("facts_wrong"));
    assert_eq!(
        (out.weight, out.levelled, out.if_absent),
        (None, None, None)
    );
    assert_eq!(
        out.events.len(),
        5,
        "opened, sealed, revealed, appealed, decided"
    );
}

#[tokio::test]
async fn a_dismissed_appeal_changes_nothing() {
    let mut city = city().await;
    tell(&mut city, &FOUR).await;
    appealed(&mut city, 1_500, false).await;
    let after = asked(&city, 2_000, Side::Area).await;
    let water = of(&after, "B-water");
    assert_eq!((water.score, water.excluded), (Some(decimal("65")), 0));
}

/// By hand: without the form of 100, B-water has 51.2787 (the three others mean 50): 65 − 13.7213.
#[tokio::test]
async fn a_score_is_opened_down_to_each_form_and_what_it_would_be_without_it() {
    let mut city = city().await;
    tell(&mut city, &FOUR).await;
    let opened = explained(&city, "B-water").await;
    assert_eq!(opened.unit.unwrap().score, Some(decimal("65")));
    let forms: Vec<_> = opened
        .forms
        .iter()
        .map(|form| (form.rater.as_str(), form.points, form.levelled.unwrap()))
        .collect();
    let expected = [
        ("S-1", decimal("100"), decimal("92.8571")),
        ("S-2", decimal("50"), decimal("57.1429")),
    ];
    assert_eq!(forms, expected);
    let first = &opened.forms[0];
    assert_eq!(first.if_absent, Some(decimal("-13.7213")));
    assert_eq!((first.trimmed, first.capped), (false, false));
    let log = city
        .log
        .read_log(super::super::city::TENANT, 0, 1_000)
        .await
        .unwrap();
    let told: Vec<&str> = first
        .events
        .iter()
        .map(|position| {
            log[usize::try_from(*position).unwrap() - 1]
                .event_type
                .as_str()
        })
        .collect();
    assert_eq!(
        told,
        [
            "EvaluationOpened",
            "EvaluationSealed",
            "EvaluationsRevealed"
        ]
    );
}

#[tokio::test]
async fn an_explanation_comes_in_pages() {
    let mut city = city().await;
    tell(&mut city, &FOUR).await;
    let questions = city.caught_up().await;
    let (rules, moment) = (EvaluationRules::default(), Moment::then(at(2_000)));
    let of = ("B-water", Side::Area);
    let first = questions.explain_mutual(of, window(), moment, &rules, (1, None));
    let first = first.await.unwrap();
    assert_eq!(first.next.as_deref(), Some("E-0"));
    let second = questions.explain_mutual(of, window(), moment, &rules, (1, Some("E-0")));
    let second = second.await.unwrap();
    assert_eq!(
        (second.forms[0].evaluation.as_str(), second.next),
        ("E-2", None)
    );
}

#[tokio::test]
async fn the_matrix_has_each_pair_in_both_directions() {
    let mut city = city().await;
    let mut all = FOUR.to_vec();
    all.push(("S-1", "B-water", Some(4), Some(2)));
    tell(&mut city, &all).await;
    let matrix = matrix(&city).await;
    assert_eq!(matrix.cells.len(), 4);
    let cell = matrix
        .cells
        .iter()
        .find(|cell| (cell.area.as_str(), cell.department.as_str()) == ("S-1", "B-water"));
    let cell = cell.unwrap();
    assert_eq!(
        (
            cell.evaluations,
            cell.of_department.forms,
            cell.of_area.forms
        ),
        (2, 2, 2)
    );
    assert_eq!(cell.of_department.mean, Some(decimal("87.5")));
    assert_eq!(cell.of_area.mean, Some(decimal("50")));
    let silent = matrix
        .cells
        .iter()
        .find(|cell| (cell.area.as_str(), cell.department.as_str()) == ("S-2", "B-water"));
    assert_eq!(silent.unwrap().of_area.mean, None);
}
