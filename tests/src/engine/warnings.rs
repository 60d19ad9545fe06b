//! A grid that whistles more than usual: a warning, and nothing is stopped.

use super::on_every_store;
use crate::city::work::{accept, evidence, report};
use crate::city::{City, LEAK, case, people};
use chrono::TimeDelta;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::domain::class::CaseClass;
use gridwhistle::domain::policy::rows::{EvidenceKind, WhistleKind};

on_every_store! {
    one_whistle_more_than_usual_is_told_and_stops_nothing
}

async fn whistled(city: &City, number: u128) {
    let case = case(number);
    city.allowed(people::resident(), case, report("the drain again"))
        .await;
    city.allowed(people::leader(), case, accept(CaseClass::Undertaken, LEAK))
        .await;
    let blow = CaseCommand::BlowWhistle {
        kind: WhistleKind::Hard,
        ground: "resident_problem".to_owned(),
        targets: vec!["B-water".into()],
        prework: vec![evidence(EvidenceKind::BeforePhoto)],
        new_facts: String::new(),
    };
    city.allowed(people::community_secretary(), case, blow)
        .await;
}

async fn one_whistle_more_than_usual_is_told_and_stops_nothing(city: City) {
    for number in 1..=5 {
        whistled(&city, number).await;
        let warning = city.engine.whistle_rate(case(number)).await.unwrap();
        assert_eq!(warning, None, "{number} are usual");
    }
    whistled(&city, 6).await;
    let warning = city.engine.whistle_rate(case(6)).await.unwrap();
    let warning = warning.expect("six are more than usual");
    assert_eq!((warning.count, warning.usual), (6, 5));
    assert_eq!(warning.grid, "G-1".into());
    // A month later the five before are no longer counted.
    city.later(TimeDelta::days(31));
    whistled(&city, 7).await;
    assert_eq!(city.engine.whistle_rate(case(7)).await.unwrap(), None);
    // Without a whistle there is nothing to warn of.
    city.allowed(people::resident(), case(8), report("a lamp"))
        .await;
    assert_eq!(city.engine.whistle_rate(case(8)).await.unwrap(), None);
}
