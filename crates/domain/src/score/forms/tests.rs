use super::*;
use std::collections::BTreeSet;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn form(rater: &str, rated: &str, score: i64) -> FormScore {
    FormScore {
        rater: rater.into(),
        rated: rated.into(),
        score: Decimal::from(score),
    }
}

fn plainly() -> FormRules {
    FormRules {
        leniency: 1_000_000,
        trim_percent: 0,
        trim_from: 0,
        pair_percent: 100,
        shrink: 0,
    }
}

fn score_of(said: &BTreeMap<UnitId, Opinion>, unit: &str) -> Decimal {
    said[&UnitId::from(unit)].score.round_dp(4)
}

#[test]
fn five_stars_are_a_hundred_points_and_one_is_none() {
    let all: Vec<Decimal> = (1..=5).map(points).collect();
    assert_eq!(all, [0, 25, 50, 75, 100].map(Decimal::from));
}

#[test]
fn nobody_said_anything() {
    assert!(opinions::<UnitId>(&[], &FormRules::default()).is_empty());
}

/// By hand: S-1 means 90, S-2 means 50, all mean 70. Of each two forms, 2/7 of the leniency is
/// taken: S-1's lose (90−70)·2/7 = 5.7143, S-2's win as much.
#[test]
fn a_mild_rater_and_a_strict_one_say_nearly_the_same() {
    let forms = [
        form("S-1", "B-water", 80),
        form("S-1", "B-roads", 100),
        form("S-2", "B-water", 40),
        form("S-2", "B-roads", 60),
    ];
    let rules = FormRules {
        leniency: 5,
        ..plainly()
    };
    let level = weighed(&forms, &rules);
    let level: Vec<Decimal> = level.iter().map(|one| one.levelled).collect();
    let shown: Vec<String> = level
        .iter()
        .map(|one| one.round_dp(4).to_string())
        .collect();
    assert_eq!(shown, ["74.2857", "94.2857", "45.7143", "65.7143"]);
    let said = opinions(&forms, &rules);
    assert_eq!(score_of(&said, "B-water"), decimal("60"));
    assert_eq!(score_of(&said, "B-roads"), decimal("80"));
}

#[test]
fn of_ten_forms_the_best_and_the_worst_are_cut_and_of_nine_none() {
    let forms = |count: i64| -> Vec<FormScore> {
        (0..count)
            .map(|nth| {
                form(
                    &format!("S-{nth}"),
                    "B-water",
                    if nth == 0 { 0 } else { 90 },
                )
            })
            .collect()
    };
    let rules = FormRules {
        trim_percent: 10,
        trim_from: 10,
        ..plainly()
    };
    let ten = opinions(&forms(10), &rules);
    assert_eq!(ten[&"B-water".into()].trimmed, 2);
    assert_eq!(score_of(&ten, "B-water"), decimal("90"));
    let nine = opinions(&forms(9), &rules);
    assert_eq!(nine[&"B-water".into()].trimmed, 0);
    assert_eq!(score_of(&nine, "B-water"), decimal("80"));
}

/// By hand: 16 forms of S-1, and one each of four others. S-1 may weigh a fifth: w = 0.2·(w + 4), so
/// w = 1, and each of the five weighs the same.
#[test]
fn no_pair_weighs_more_than_a_fifth() {
    let mut forms = vec![form("S-1", "B-water", 100); 16];
    forms.extend(["S-2", "S-3", "S-4", "S-5"].map(|rater| form(rater, "B-water", 50)));
    let rules = FormRules {
        pair_percent: 20,
        ..plainly()
    };
    let said = opinions(&forms, &rules);
    assert_eq!(score_of(&said, "B-water"), decimal("60"));
    assert_eq!(said[&"B-water".into()].plain, decimal("90"));
    // With eight others, it is 2 of 10.
    forms.extend(["S-6", "S-7", "S-8", "S-9"].map(|rater| form(rater, "B-water", 50)));
    assert_eq!(cap(&[16, 1, 1, 1, 1, 1, 1, 1, 1], 20), decimal("2"));
    assert_eq!(
        score_of(&opinions(&forms, &rules), "B-water"),
        decimal("60")
    );
}

#[test]
fn with_fewer_than_five_raters_all_weigh_the_same() {
    assert_eq!(cap(&[9, 3, 2], 20), Decimal::from(2));
    assert_eq!(cap(&[7], 20), Decimal::from(7));
    assert_eq!(cap(&[], 20), Decimal::ZERO);
    let forms = [
        form("S-1", "B-water", 100),
        form("S-1", "B-water", 100),
        form("S-2", "B-water", 40),
    ];
    let rules = FormRules {
        pair_percent: 20,
        ..plainly()
    };
    assert_eq!(
        score_of(&opinions(&forms, &rules), "B-water"),
        decimal("70")
    );
}

/// By hand: B-water has 2 forms of 100, B-roads 8 of 50; all mean 60. (2·100 + 8·60) / 10 = 68,
/// (8·50 + 8·60) / 16 = 55.
#[test]
fn few_forms_count_for_little() {
    let mut forms: Vec<FormScore> = (0..2)
        .map(|nth| form(&format!("S-{nth}"), "B-water", 100))
        .collect();
    forms.extend((0..8).map(|nth| form(&format!("S-{nth}"), "B-roads", 50)));
    let rules = FormRules {
        shrink: 8,
        ..plainly()
    };
    let said = opinions(&forms, &rules);
    assert_eq!(score_of(&said, "B-water").round_dp(2), decimal("68.00"));
    assert_eq!(score_of(&said, "B-roads").round_dp(2), decimal("55.00"));
}

#[test]
fn the_order_of_forms_changes_no_byte() {
    let mut forms: Vec<FormScore> = (0..40)
        .map(|nth| {
            form(
                &format!("S-{}", nth % 7),
                &format!("B-{}", nth % 3),
                (nth * 37) % 101,
            )
        })
        .collect();
    let said = opinions(&forms, &FormRules::default());
    forms.reverse();
    assert_eq!(opinions(&forms, &FormRules::default()), said);
}

#[test]
fn all_who_say_the_same_give_every_unit_that_score() {
    let forms: Vec<FormScore> = (0..24)
        .map(|nth| form(&format!("S-{}", nth % 6), &format!("B-{}", nth % 4), 75))
        .collect();
    let said = opinions(&forms, &FormRules::default());
    let scores: BTreeSet<Decimal> = said.values().map(|one| one.score.round_dp(6)).collect();
    assert_eq!(scores, [Decimal::from(75)].into());
}

/// By hand: S-1 means 70 as all do, so nothing is taken for leniency. B-water: (100 + 8·70) / 9 =
/// 73.3333, B-roads: (40 + 8·70) / 9 = 66.6667.
#[test]
fn one_rater_alone_is_not_lenient_and_moves_its_units_little() {
    let forms = [form("S-1", "B-water", 100), form("S-1", "B-roads", 40)];
    let said = opinions(&forms, &FormRules::default());
    assert_eq!(score_of(&said, "B-water"), decimal("73.3333"));
    assert_eq!(score_of(&said, "B-roads"), decimal("66.6667"));
    assert_eq!(said[&"B-water".into()].raters, 1);
}

/// The two scores of the test on leniency, without shrinkage: each form weighs one.
#[test]
fn what_becomes_of_each_form_is_told() {
    let mut forms = vec![form("S-1", "B-water", 100); 16];
    forms.extend(["S-2", "S-3", "S-4", "S-5"].map(|rater| form(rater, "B-water", 50)));
    let rules = FormRules {
        pair_percent: 20,
        ..plainly()
    };
    let all = weighed(&forms, &rules);
    assert_eq!(all[0].weight, decimal("0.0625"));
    assert_eq!(all[19].weight, Decimal::ONE);
    assert!(all.iter().all(|one| !one.trimmed));
    // The weighted mean of what is told is the score.
    let sum: Decimal = all.iter().map(|one| one.weight * one.levelled).sum();
    let weights: Decimal = all.iter().map(|one| one.weight).sum();
    let score = score_of(&opinions(&forms, &rules), "B-water");
    assert_eq!((sum / weights).round_dp(4), score);
    let cut = FormRules {
        trim_percent: 10,
        ..plainly()
    };
    let trimmed = weighed(&forms, &cut).into_iter().filter(|one| one.trimmed);
    assert_eq!(
        trimmed.map(|one| one.weight).sum::<Decimal>(),
        Decimal::ZERO
    );
}

proptest::proptest! {
    /// Whatever is said, and in whatever order it is told.
    #[test]
    fn no_order_of_forms_changes_a_byte(
        said in proptest::collection::vec((0_u8..6, 0_u8..4, 0_i64..=10_000), 0..60),
        turn in 0_usize..60,
    ) {
        let score = |hundredths: i64| Decimal::new(hundredths, 2);
        let mut forms: Vec<FormScore> = said
            .iter()
            .map(|(rater, rated, points)| FormScore {
                rater: format!("S-{rater}").as_str().into(),
                rated: format!("B-{rated}").as_str().into(),
                score: score(*points),
            })
            .collect();
        let before = serde_json::to_string(&opinions(&forms, &FormRules::default())).unwrap();
        let middle = turn.min(forms.len());
        forms.rotate_left(middle);
        forms[..middle].reverse();
        let after = serde_json::to_string(&opinions(&forms, &FormRules::default())).unwrap();
        proptest::prop_assert_eq!(before, after);
    }
}
