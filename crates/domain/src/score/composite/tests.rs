use super::*;
use crate::policy::Policy;
use proptest::prelude::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The built-in ones.
fn rules() -> ScoreRules {
    Policy::built_in().score_rules()
}

fn unit(name: &str, legs: u64, inputs: &[(Part, Input)]) -> UnitInputs {
    UnitInputs {
        unit: name.to_owned(),
        group: "department".to_owned(),
        legs,
        inputs: inputs.iter().copied().collect(),
        yellow: 0,
        red: 0,
    }
}

fn rate(met: u64, of: u64) -> Input {
    Input::Rate(Rate::new(met, of))
}

fn opinion(score: i64, forms: u64) -> Input {
    Input::Opinion {
        score: Decimal::from(score),
        forms,
        factor: Decimal::ONE,
    }
}

#[track_caller]
fn of<'a>(scores: &'a [UnitScore], name: &str) -> &'a UnitScore {
    scores.iter().find(|one| one.unit == name).unwrap()
}

/// Worked by hand. Two units, all components; on time 90/100 and 60/100 (mean 150/200 = 0.75):
/// shrunk (90 + 15)/120 = 0.875 and (60 + 15)/120 = 0.625. Timeliness is on time alone, for nobody was
/// asked to acknowledge or to report in: 30 points. First time 80/80 and 40/80 (mean 0.75):
/// (80 + 15)/100 = 0.95 and (40 + 15)/100 = 0.55; quality is that alone: 20 points. Mutual 80 and 60 of
/// 100: 20 points. Residents: solved 10/10 and 5/10 (mean 0.75): (10 + 15)/30 = 0.8333… and
/// (5 + 15)/30 = 0.6666…; 20 points. Party organisations 90 and 70: 10 points. One: 26.25 + 19 + 16 +
/// 16.6666… + 9 = 86.9166… Other: 18.75 + 11 + 12 + 13.3333… + 7 = 62.0833…, less a yellow card of 5
/// on 100 legs: 57.0833…
#[test]
fn a_score_is_the_sum_of_its_parts_less_its_cards() {
    let inputs = |on_time, first, mutual, solved, party| {
        [
            (Part::OnTime, rate(on_time, 100)),
            (Part::FirstTime, rate(first, 80)),
            (Part::Mutual, opinion(mutual, 12)),
            (Part::Solved, rate(solved, 10)),
            (Part::PartyOrg, opinion(party, 6)),
        ]
    };
    let one = unit("one", 100, &inputs(90, 80, 80, 10, 90));
    let other = unit("other", 100, &inputs(60, 40, 60, 5, 70));
    let other = UnitInputs { yellow: 1, ..other };
    let scores = scores(&[other, one], &rules());
    assert_eq!(of(&scores, "one").score, Some(decimal("86.92")));
    assert_eq!(of(&scores, "other").score, Some(decimal("57.08")));
    assert_eq!(of(&scores, "other").deduction, decimal("5"));
    assert_eq!(
        scores.iter().map(|one| one.rank).collect::<Vec<_>>(),
        [Some(1), Some(2)]
    );
    let on_time = &of(&scores, "one").parts[0];
    assert_eq!(
        (on_time.part, on_time.weight, on_time.points),
        (Part::OnTime, decimal("30"), decimal("26.25"))
    );
    // 91/100 and a mean of 151/200: (91 + 15.1)/120 = 0.884166…, 0.009166… more, of 30 points 0.275.
    assert_eq!(on_time.one_more, Some(decimal("0.275")));
}

/// `DOMAIN.md` 4.5: of 6/7 with a mean of 0.98 remains 94.8 %.
#[test]
fn a_small_unit_is_moved_towards_its_peers_and_not_ranked() {
    let peers = [
        unit("small", 7, &[(Part::OnTime, rate(6, 7))]),
        unit("large", 24_358, &[(Part::OnTime, rate(23_872, 24_358))]),
    ];
    let scores = scores(&peers, &rules());
    let small = of(&scores, "small");
    assert_eq!((small.rank, small.score), (None, Some(decimal("94.82"))));
    let share = small.parts[0].share.unwrap();
    assert_eq!(
        (share.low, share.high),
        (Some(decimal("0.4869")), Some(decimal("0.9743")))
    );
    assert_eq!(
        (of(&scores, "large").rank, of(&scores, "large").tier),
        (Some(1), 2)
    );
}

#[test]
fn what_nobody_was_measured_by_is_left_out_and_its_weight_shared() {
    let peers = [
        unit(
            "a",
            20,
            &[(Part::OnTime, rate(20, 20)), (Part::Mutual, opinion(50, 9))],
        ),
        unit(
            "b",
            20,
            &[
                (Part::OnTime, rate(20, 20)),
                (Part::Mutual, opinion(100, 9)),
            ],
        ),
    ];
    let scores = scores(&peers, &rules());
    // Timeliness weighs 30 and mutual evaluation 20: of a hundred 60 and 40.
    assert_eq!(of(&scores, "a").score, Some(decimal("80")));
    assert_eq!(of(&scores, "b").score, Some(decimal("100")));
    assert_eq!(of(&scores, "a").parts.len(), 2);
}

#[test]
fn a_unit_without_an_input_its_peers_have_is_taken_for_their_mean() {
    let peers = [
        unit(
            "a",
            20,
            &[(Part::OnTime, rate(10, 20)), (Part::Solved, rate(1, 4))],
        ),
        unit("b", 20, &[(Part::OnTime, rate(10, 20))]),
    ];
    let scores = scores(&peers, &rules());
    let solved = of(&scores, "b")
        .parts
        .iter()
        .find(|one| one.part == Part::Solved)
        .unwrap();
    assert_eq!(
        (solved.value, solved.share.unwrap().of),
        (decimal("0.25"), 0)
    );
}

/// The peers say 80 by three forms and 40 by one: (240 + 40) / 4 = 70.
#[test]
fn a_unit_that_nobody_rated_is_taken_for_the_opinion_of_its_peers() {
    let peers = [
        unit("a", 20, &[(Part::Mutual, opinion(80, 3))]),
        unit("b", 20, &[(Part::Mutual, opinion(40, 1))]),
        unit("c", 20, &[(Part::OnTime, rate(20, 20))]),
        unit(
            "d",
            20,
            &[(Part::OnTime, rate(20, 20)), (Part::Mutual, opinion(0, 0))],
        ),
    ];
    let scores = scores(&peers, &rules());
    // On time 60 of 60 points, and 28 of 40.
    assert_eq!(of(&scores, "c").score, Some(decimal("88")));
    assert_eq!(of(&scores, "d").score, Some(decimal("88")));
}

#[test]
fn nobody_is_scored_by_nothing() {
    let score = &scores(&[unit("a", 0, &[])], &rules())[0];
    assert_eq!((score.score, score.rank), (None, None));
    assert!(scores(&[], &rules()).is_empty());
    // Nor by what its peers are known by.
    let peers = [
        unit("a", 0, &[]),
        unit("b", 20, &[(Part::OnTime, rate(20, 20))]),
    ];
    let scores = scores(&peers, &rules());
    assert_eq!(
        (of(&scores, "a").score, of(&scores, "a").rank),
        (None, None)
    );
    assert_eq!(scores[1].unit, "a", "and it stands last");
}

/// Nobody rated b, c or d. The peers say 80; b gave half of its forms, c none, d was not asked for any. On
/// time 60 of 60 points, and of 40 for mutual evaluation: b 0.8 · 0.5 · 40 = 16, c nothing, d 32.
#[test]
fn silence_is_heard_less_where_nobody_rated_the_silent_unit_too() {
    let silent = |factor: &str| Input::Opinion {
        score: Decimal::ZERO,
        forms: 0,
        factor: decimal(factor),
    };
    let on_time = (Part::OnTime, rate(20, 20));
    let peers = [
        unit("a", 20, &[(Part::Mutual, opinion(80, 3))]),
        unit("b", 20, &[on_time, (Part::Mutual, silent("0.5"))]),
        unit("c", 20, &[on_time, (Part::Mutual, silent("0"))]),
        unit("d", 20, &[on_time]),
    ];
    let scores = scores(&peers, &rules());
    for (name, score) in [("b", "76"), ("c", "60"), ("d", "92")] {
        assert_eq!(of(&scores, name).score, Some(decimal(score)), "{name}");
    }
    let mutual = &of(&scores, "b").parts[1];
    let peers_mean = Input::Opinion {
        score: decimal("80"),
        forms: 0,
        factor: decimal("0.5"),
    };
    assert_eq!((mutual.part, mutual.input), (Part::Mutual, peers_mean));
}

#[test]
fn whoever_rates_nobody_is_heard_less() {
    let half = Input::Opinion {
        score: Decimal::ONE_HUNDRED,
        forms: 9,
        factor: decimal("0.5"),
    };
    let score = &scores(&[unit("a", 20, &[(Part::Mutual, half)])], &rules())[0];
    assert_eq!(score.score, Some(decimal("50")));
}

/// 3 yellow and 1 red on 200 legs: 25 · 100 / 200 = 12.5. On 50 legs as on 100: 25, and the cap is 20.
#[test]
fn cards_weigh_by_a_hundred_legs_and_at_most_the_cap() {
    let cards = rules().cards;
    assert_eq!(cards.deduction(3, 1, 200), decimal("12.5"));
    assert_eq!(cards.deduction(3, 1, 50), decimal("20"));
    assert_eq!(cards.deduction(1, 0, 10), decimal("5"));
    assert_eq!(cards.deduction(0, 0, 0), Decimal::ZERO);
}

#[test]
fn equal_scores_share_a_rank_and_the_next_one_is_skipped() {
    let at = |name, met| unit(name, 50, &[(Part::OnTime, rate(met, 50))]);
    let scores = scores(
        &[at("d", 30), at("b", 40), at("c", 40), at("a", 45)],
        &rules(),
    );
    let ranks: Vec<_> = scores
        .iter()
        .map(|one| (one.unit.as_str(), one.rank.unwrap()))
        .collect();
    assert_eq!(ranks, [("a", 1), ("b", 2), ("c", 2), ("d", 4)]);
}

#[test]
fn ranks_are_given_in_each_tier_of_volume() {
    let at = |name, met, of| unit(name, of, &[(Part::OnTime, rate(met, of))]);
    let scores = scores(
        &[at("small", 50, 50), at("large", 90, 100), at("tiny", 9, 9)],
        &rules(),
    );
    let ranks: Vec<_> = scores
        .iter()
        .map(|one| (one.unit.as_str(), one.tier, one.rank))
        .collect();
    assert_eq!(
        ranks,
        [
            ("small", 0, Some(1)),
            ("tiny", 0, None),
            ("large", 1, Some(1))
        ]
    );
}

#[test]
fn rules_that_do_not_hold_together_are_named() {
    let mut rules = rules();
    assert!(rules.problems().is_empty());
    rules.tiers = vec![100, 100];
    rules.component.get_mut(&Component::Mutual).unwrap().weight = 21;
    rules.component.get_mut(&Component::PartyOrg).unwrap().parts = [(Part::Mutual, 1)].into();
    rules
        .component
        .get_mut(&Component::Resident)
        .unwrap()
        .parts
        .clear();
    let found = [
        ScoreProblem::WeightSum(101),
        ScoreProblem::EmptyComponent(Component::Resident),
        ScoreProblem::PartTwice(Part::Mutual),
        ScoreProblem::Tiers,
    ];
    assert_eq!(rules.problems(), found);
}

proptest! {
    #[test]
    fn a_score_lies_between_nothing_and_everything_whatever_the_order(
        units in prop::collection::vec((0_u64..300, 0_u64..=100, 0_i64..=100, 0_u64..4), 1..12),
    ) {
        let units: Vec<UnitInputs> = units
            .into_iter()
            .enumerate()
            .map(|(number, (legs, percent, mutual, red))| UnitInputs {
                red,
                ..unit(
                    &format!("u{number:02}"),
                    legs,
                    &[(Part::OnTime, rate(legs * percent / 100, legs)), (Part::Mutual, opinion(mutual, legs / 9))],
                )
            })
            .collect();
        let rules = rules();
        let one = scores(&units, &rules);
        let mut turned = units;
        turned.reverse();
        prop_assert_eq!(&scores(&turned, &rules), &one);
        for score in one.iter().filter_map(|one| one.score) {
            prop_assert!(score >= Decimal::ZERO && score <= Decimal::ONE_HUNDRED);
        }
        for unit in &one {
            let weights: Decimal = unit.parts.iter().map(|part| part.weight).sum();
            let slack = decimal("0.001");
            prop_assert!(unit.parts.is_empty() || (weights - Decimal::ONE_HUNDRED).abs() < slack);
        }
    }
}
