//! The portrait of a unit: what residents say of it is what the report says, opens to its cases, and
//! stands beside the median of its peers.

use super::cases::{Demo, window_of};
use super::local;
use gridwhistle::domain::authority::Within;
use gridwhistle::projections::questions::{CasesBy, Moment};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Rows beyond a page.
const ALL: usize = 5_000;

/// The middle one, by counting how many lie on either side.
fn middle(values: &[Decimal]) -> Decimal {
    let half = values.len().div_ceil(2);
    let at = |no: usize| {
        let rank = |value: &&Decimal| values.iter().filter(|one| one <= value).count() >= no;
        let found = values.iter().filter(rank).min();
        *found.expect("as many as there are")
    };
    let pair = at(half) + at(values.len() / 2 + 1);
    (pair / Decimal::TWO).round_dp(4).normalize()
}

#[test]
fn what_residents_say_of_a_unit_is_as_the_report_says_and_opens_to_its_cases() {
    let demo = Demo::new();
    let (mut opened, mut compared) = (0, 0);
    demo.with_engine(async |engine| {
        let (questions, reference) = (engine.questions(), engine.reference());
        let (window, moment) = (window_of("2026"), Moment::then(local("2026-07-20")));
        let rules = reference.policies.satisfaction_of(window.from);
        let report = questions.satisfaction(CasesBy::Unit, window, moment, &rules);
        let report = report.await.expect("the report");
        let (mut said, mut medians) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::new());
        for group in &report.groups {
            let Some(unit) = group.group.as_deref() else {
                continue;
            };
            let asked = questions.portrait((unit, Within::Tenant), window, moment, &reference);
            let portrait = asked.await.expect("the portrait");
            assert_eq!(&portrait.satisfaction, group, "{unit}");
            for (name, figure, share) in group.shares() {
                let whose = (CasesBy::Unit, Some(unit), figure);
                let asked = questions.explain_cases(whose, window, moment, (ALL, None));
                let cases = asked.await.expect("an explanation");
                assert_eq!(&cases.share, share, "{unit} {figure}");
                let met = cases.cases.iter().filter(|case| case.met).count() as u64;
                let listed = (met, cases.cases.len() as u64);
                assert_eq!(listed, (share.met, share.of), "{unit} {figure}");
                opened += listed.1;
                let place = (portrait.peers.group.clone(), name);
                said.entry(place.clone()).or_default().extend(share.value);
                medians.insert(place, portrait.peers.medians.get(name).copied());
            }
        }
        for (place, values) in said {
            let wanted = (!values.is_empty()).then(|| middle(&values));
            assert_eq!(medians[&place], wanted, "{place:?}");
            compared += values.len();
        }
    });
    assert!(opened > 100 && compared > 10, "{opened}, {compared}");
}
