//! What units say of each other, against a slow count that reads nothing but the events: JSON by JSON,
//! with arithmetic of its own.

mod slow;

use crate::lived::Lived;
use gridwhistle::Engine;
use gridwhistle::domain::evaluation::Side;
use gridwhistle::domain::policy::rows::EvaluationRules;
use gridwhistle::projections::questions::{Matrix, Moment, UnitOpinion, Window};
use serde_json::Value;
use slow::{Forms, Instant, Spoken, told};
use std::collections::BTreeSet;

fn close(said: Option<rust_decimal::Decimal>, slow: Option<f64>, what: &str) {
    let said = said.map(|said| said.to_string().parse::<f64>().expect("a number"));
    match (said, slow) {
        (None, None) => {}
        (Some(said), Some(slow)) => assert!((said - slow).abs() < 0.000_1, "{what}: {said} {slow}"),
        _ => panic!("{what}: {said:?} {slow:?}"),
    }
}

/// Compares the units of one direction; answers how many scores were compared.
fn same(units: &[UnitOpinion], slow: &[Spoken]) -> usize {
    let codes: Vec<&str> = units.iter().map(|unit| unit.unit.as_str()).collect();
    let wanted: Vec<&str> = slow.iter().map(|unit| unit.unit.as_str()).collect();
    assert_eq!(codes, wanted);
    for (unit, slow) in units.iter().zip(slow) {
        let what = unit.unit.as_str();
        assert_eq!(unit.kind, slow.kind, "{what}");
        let said = [
            unit.forms,
            unit.raters,
            unit.trimmed,
            unit.excluded,
            unit.appealed,
        ];
        assert_eq!(said, slow.counts, "{what}");
        let taken = (unit.participation.met, unit.participation.of);
        assert_eq!(taken, slow.participation, "{what}");
        close(unit.plain, slow.plain, what);
        close(unit.score, slow.score, what);
        close(unit.weight, slow.weight, what);
        let flags: BTreeSet<&str> = unit.flags.iter().map(|kind| kind.code()).collect();
        assert_eq!(
            flags,
            slow.flags.iter().map(String::as_str).collect(),
            "{what}"
        );
    }
    units.iter().filter(|unit| unit.score.is_some()).count()
}

/// The flags of an answer: kind, rater, rated, evaluations.
fn flags(answer: &Value) -> BTreeSet<(String, String, String, Vec<String>)> {
    let flags = answer["flags"].as_array().expect("flags").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let flag = |flag: &Value| {
        let evaluations = flag["evaluations"].as_array().expect("evaluations");
        let mut evaluations: Vec<String> = evaluations.iter().map(text).collect();
        evaluations.sort();
        let (kind, rater) = (text(&flag["kind"]), text(&flag["rater"]));
        (kind, rater, text(&flag["rated"]), evaluations)
    };
    flags.map(flag).collect()
}

/// Every form of every unit, opened: as many as it has, with what the score would be without it.
async fn opened(engine: &Engine, window: Window, at: Instant, forms: &Forms, side: &str) -> usize {
    let (questions, rules) = (engine.questions(), EvaluationRules::default());
    let by = Side::from_code(side).expect("a side");
    let mut compared = 0;
    for unit in told(forms, side) {
        let of = (unit.unit.as_str(), by);
        let moment = Moment::then(at);
        let asked = questions.explain_mutual(of, window, moment, &rules, (1_000, None));
        let opened = asked.await.expect("an explanation");
        let counted = opened.forms.iter().filter(|form| form.weight.is_some());
        assert_eq!(counted.count() as u64, unit.counts[0], "{}", unit.unit);
        for form in opened
            .forms
            .iter()
            .filter(|form| form.weight.is_some())
            .take(3)
        {
            let without = forms.without(&form.evaluation, side);
            let without = told(&without, side)
                .into_iter()
                .find(|one| one.unit == unit.unit);
            let without = without.and_then(|one| one.score);
            let change = without
                .zip(unit.score)
                .map(|(without, with)| without - with);
            close(form.if_absent, change, &form.evaluation);
            compared += 1;
        }
        for form in &opened.forms {
            let first = form.events.first().expect("an event");
            let log = engine.log();
            let event = log.read_log(engine.tenant(), first - 1, 1).await;
            let event = event.expect("the log");
            assert_eq!(event[0].stream.aggregate_id, form.evaluation);
        }
    }
    compared
}

fn same_matrix(matrix: &Matrix, forms: &Forms) {
    let slow = forms.matrix();
    assert_eq!(matrix.cells.len(), slow.len());
    for cell in &matrix.cells {
        let pair = (cell.area.clone(), cell.department.clone());
        let (evaluations, there, back) = &slow[&pair];
        assert_eq!(cell.evaluations, *evaluations, "{pair:?}");
        for (way, points) in [(&cell.of_department, there), (&cell.of_area, back)] {
            assert_eq!(way.forms, points.len() as u64, "{pair:?}");
            let count = points.len() as f64;
            let mean = (count > 0.0).then(|| points.iter().sum::<f64>() / count);
            close(way.mean, mean, "a mean");
        }
    }
}

#[test]
fn the_scores_of_mutual_evaluation_are_what_a_slow_count_of_the_events_says() {
    let demo = Lived::of(160, 5);
    let events = demo.events();
    let (mut scores, mut opened_forms, mut flagged) = (0, 0, 0);
    for (window, as_of) in [
        ("2026-03", "2026-04-01"),
        ("2026-04", "2026-04-18T10:30"),
        ("2026-05-07..2026-06-02", "2026-07-20"),
        ("2026", "2026-07-20"),
        ("2025", "2026-07-20"),
    ] {
        let line = format!("report evaluations --window {window} --as-of {as_of}");
        let answer = demo.json(&line);
        let within: Window = serde_json::from_value(answer["window"].clone()).expect("a window");
        let at: Instant = serde_json::from_value(answer["at"].clone()).expect("an instant");
        let forms = Forms::of(&events, (within.from, within.before, at));
        let struck: Vec<&str> = forms.struck.iter().map(String::as_str).collect();
        assert_eq!(answer["struck"], serde_json::json!(struck));
        assert_eq!(flags(&answer), forms.flags(), "{window}");
        flagged += forms.flags().len();
        for (side, name) in [("area", "departments"), ("department", "areas")] {
            let units: Vec<UnitOpinion> =
                serde_json::from_value(answer[name].clone()).expect("its shape");
            scores += same(&units, &told(&forms, side));
            opened_forms +=
                demo.with_engine(async |engine| opened(engine, within, at, &forms, side).await);
        }
        let line = format!("report matrix --window {window} --as-of {as_of}");
        let matrix = serde_json::from_value(demo.json(&line));
        same_matrix(&matrix.expect("its shape"), &forms);
    }
    assert!(scores > 50 && opened_forms > 60, "{scores} {opened_forms}");
    assert!(flagged > 0, "nobody was flagged");
}
