use super::*;
use crate::score::composite::{Input, Part, ScoreRules, UnitInputs, scores};
use crate::score::rate::Rate;

fn units(met: u64) -> Vec<UnitScore> {
    let unit = |unit: &str, met| UnitInputs {
        unit: unit.to_owned(),
        group: "department".to_owned(),
        legs: 20,
        inputs: [(Part::OnTime, Input::Rate(Rate::new(met, 20)))].into(),
        yellow: 0,
        red: 0,
    };
    scores(&[unit("B-1", met), unit("B-2", 10)], &ScoreRules::default())
}

fn order(units: Vec<UnitScore>) -> ScoreRunOrder {
    let at = |text: &str| text.parse().unwrap();
    ScoreRunOrder {
        run: RunRecord {
            from: at("2026-03-31T16:00:00Z"),
            before: at("2026-06-30T16:00:00Z"),
            asked_at: at("2026-07-02T01:00:00Z"),
            at: at("2026-06-30T16:00:00Z"),
            policy: Some("default-2026.1".into()),
            definition: Some(DEFINITION),
            up_to: 400,
            sha256: result_hash(&units),
            units,
        },
        now: at("2026-07-02T01:00:00Z"),
        actor: Actor::new("P-9", Role::Supervisor, "CITY"),
        in_office: true,
    }
}

#[test]
fn what_is_published_says_what_it_was_told_and_stands_once() {
    let order = order(units(15));
    let mut run = ScoreRun::default();
    let events = run.decide(&order).unwrap();
    events.iter().for_each(|event| run.evolve(event));
    assert_eq!(run.record.as_ref(), Some(&order.run));
    assert_eq!(
        (run.by.clone(), run.made_at),
        (Some(order.actor.clone()), Some(order.now))
    );
    assert_eq!(run.decide(&order), Err(ScoreRunRefusal::AlreadyPublished));
}

#[test]
fn who_may_not_and_what_does_not_fit_is_refused_in_both_languages() {
    let good = || order(units(15));
    let role = |role| ScoreRunOrder {
        actor: Actor::new("P-9", role, "CITY"),
        ..good()
    };
    let mut forged = good();
    forged.run.units[0].rank = Some(9);
    let cases = [
        (
            role(Role::DepartmentLeader),
            "not_authorised",
            "supervisor",
            "督查员",
        ),
        (
            role(Role::Administrator),
            "not_authorised",
            "city_office",
            "市级统筹办",
        ),
        (
            ScoreRunOrder {
                in_office: false,
                ..good()
            },
            "not_in_office",
            "holds the office now",
            "现任职",
        ),
        (forged, "wrong_hash", "the hash of the scores", "得分的哈希"),
        (
            order(Vec::new()),
            "nothing_to_score",
            "a window in which",
            "应选有办件的时段",
        ),
    ];
    for (order, code, english, chinese) in cases {
        let refusal = ScoreRun::default().decide(&order).unwrap_err();
        assert_eq!(refusal.code(), code);
        let (en, zh) = (
            refusal.message(Language::En),
            refusal.message(Language::ZhCn),
        );
        assert!(en.contains(english) && zh.contains(chinese), "{en} / {zh}");
    }
    let twice = ScoreRunRefusal::AlreadyPublished;
    assert!(
        twice.message(Language::ZhCn).contains("已发布") && twice.code() == "already_published"
    );
}

/// The bytes are part of the contract: a run of years ago must still be checked. This is the hash of
/// two units by hand-made inputs; it changes only with the shape or the arithmetic of scores, and
/// with it [`DEFINITION`].
#[test]
fn the_hash_of_the_same_scores_is_the_same_on_any_machine() {
    let expected =
        expect_test::expect!["1 f5d1456d5dca8ae486213652ee12aca53e8518ee56387847189a47f3d6da840e"];
    expected.assert_eq(&format!("{DEFINITION} {}", result_hash(&units(15))));
}

#[test]
fn a_run_without_a_number_was_computed_by_the_first_definition() {
    let mut run = order(units(15)).run;
    assert_eq!(run.definitions().then, DEFINITION);
    run.definition = None;
    assert_eq!(run.definitions().then, 1);
    let json = serde_json::to_string(&run).unwrap();
    assert!(
        !json.contains("definition"),
        "as it was written then: {json}"
    );
    run.definition = Some(DEFINITION + 1);
    assert!(!run.definitions().same());
}

/// B-1 from 15 to 20 of 20. Before: mean 25/40 = 0.625; (15 + 12.5)/40 = 0.6875: 68.75. B-2:
/// (10 + 12.5)/40 = 0.5625. After: mean 30/40; (20 + 15)/40 = 0.875, and B-2 (10 + 15)/40 = 0.625.
#[test]
fn a_comparison_says_what_each_unit_won_and_by_which_part() {
    let changes = compare(&units(15), &units(20));
    let points: Vec<String> = changes
        .iter()
        .map(|one| one.points.unwrap().to_string())
        .collect();
    assert_eq!(points, ["18.75", "6.25"]);
    let part = &changes[0].parts[0];
    let input = |part: &Option<PartScore>| part.as_ref().unwrap().input;
    assert_eq!(input(&part.before), Input::Rate(Rate::new(15, 20)));
    assert_eq!(input(&part.after), Input::Rate(Rate::new(20, 20)));
    assert_eq!(changes[0].rank, (Some(1), Some(1)));
    assert!(compare(&units(15), &units(15)).is_empty());
    let gone = compare(&units(15), &units(15)[..1]);
    assert_eq!(
        (gone.len(), gone[0].score.1, gone[0].points),
        (1, None, None)
    );
}
