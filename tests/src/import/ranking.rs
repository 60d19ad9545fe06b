//! Units of an imported list ranked by what they did on time, against the ground truth.

use super::engine::{engine, import};
use super::shared::{path, table};
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::Engine;
use gridwhistle::domain::calendar::Month;
use gridwhistle::domain::case::context::Reference;
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::score::composite::{Component, ComponentRow, Part, ScoreRules};
use gridwhistle::import::Mapping;
use gridwhistle::projections::questions::{Moment, Window};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

/// Rules by which only what is on time counts, as it is, whoever few cases one has.
fn on_time_alone() -> Reference {
    let row = ComponentRow {
        weight: 100,
        parts: [(Part::OnTime, 1)].into(),
    };
    let mut policy = Policy::built_in();
    policy.score = ScoreRules {
        min_legs: 1,
        shrink: 0,
        tiers: Vec::new(),
        component: [(Component::Timeliness, row)].into(),
        ..ScoreRules::default()
    };
    let mut reference = Reference::default();
    reference.policies.insert(policy, DateTime::UNIX_EPOCH);
    reference
}

/// What is ranked: unit, score, rank.
type Ranked = Vec<(String, Option<Decimal>, Option<u64>)>;

/// Units that are ranked in a window.
async fn ranked(engine: &Engine, window: Window, moment: Moment) -> Ranked {
    let rules = on_time_alone();
    let ranking = engine.questions().ranking(window, moment, &rules).await;
    let units = ranking.unwrap().units.into_iter();
    units
        .filter(|unit| unit.rank.is_some())
        .map(|unit| (unit.unit, unit.score, unit.rank))
        .collect()
}

/// The whole ranking: of each unit so many on time of so many, the best first, equals by their code. Asked
/// in a window that begins and ends within months, which is counted from the legs, and in one of whole
/// months, which is read from the counts that are kept, at its end and as things stand.
pub(super) async fn check_ranking(engine: &Engine, truth: BTreeMap<String, (u64, u64)>) {
    let until = engine.now() + TimeDelta::days(365 * 20);
    let ever = Window::new(DateTime::<Utc>::UNIX_EPOCH, until).unwrap();
    let (first, last) = (Month::of(ever.from), Month::of(until));
    let months = Window::new(first.start(), last.next().start()).unwrap();
    assert_ne!((ever.from, ever.before), (months.from, months.before));
    let wanted = best_first(truth);
    for (window, moment) in [
        (ever, Moment::then(ever.before)),
        (months, Moment::then(months.before)),
        (months, Moment::now(months.before)),
    ] {
        assert_eq!(
            ranked(engine, window, moment).await,
            wanted,
            "{window:?} {moment:?}"
        );
    }
}

fn best_first(truth: BTreeMap<String, (u64, u64)>) -> Ranked {
    let mut wanted: Vec<(Decimal, String)> = truth
        .into_iter()
        .filter(|(_, (_, of))| *of > 0)
        .map(|(unit, (met, of))| {
            let percent = Decimal::from(met * 100) / Decimal::from(of);
            (percent.round_dp(2).normalize(), unit)
        })
        .collect();
    wanted.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let before = |score: Decimal| wanted.iter().filter(|(other, _)| *other > score).count();
    let ranked = wanted.iter();
    ranked
        .map(|(score, unit)| (unit.clone(), Some(*score), Some(before(*score) as u64 + 1)))
        .collect()
}

#[tokio::test]
async fn units_of_pingshan_are_ranked_as_the_truth_says() {
    let mapping = Arc::new(Mapping::built_in("pingshan").unwrap());
    let engine = engine("memory:").await;
    let open = || File::open(path("cn/pingshan_2018_02_10.csv.gz")).unwrap();
    import(&engine, &mapping, open).await.unwrap();
    let rows = table("truth/open_cn_pingshan_by_dimension.csv").into_iter();
    let units = rows.filter(|row| row["dimension"] == "DISPOSE_UNIT_NAME");
    let truth: BTreeMap<String, (u64, u64)> = units
        .map(|row| {
            let count = |column: &str| row[column].parse::<u64>().unwrap();
            let (met, late) = (count("intime_closed"), count("overtime_closed"));
            (row["value"].clone(), (met, met + late))
        })
        .collect();
    assert_eq!(truth.len(), 145);
    check_ranking(&engine, truth).await;
}
