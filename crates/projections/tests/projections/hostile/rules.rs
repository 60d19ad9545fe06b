//! Rules that change in the middle of a window.

use super::{DAY, reference, two_departments, window};
use crate::city::{at, case};
use crate::history::{closed, in_work};
use gridwhistle_domain::policy::Policy;
use gridwhistle_projections::questions::Moment;

/// By the second policy, which comes in the middle, the unit would be too small to rank.
#[tokio::test]
async fn a_window_is_judged_by_the_rules_that_it_began_with() {
    let mut city = two_departments().await;
    for number in 1..=12 {
        city.append(case(number), &in_work(0, DAY)).await;
        city.append(case(number), &closed(if number < 7 { 50 } else { 2 * DAY }))
            .await;
    }
    let mut reference = reference(&[]);
    let policy = |version: &str, from: i64| Policy {
        version: version.into(),
        effective_from: at(from),
        ..Policy::built_in()
    };
    reference.policies.insert(policy("first", -60), at(-60));
    let mut second = policy("second", 500);
    second.score.min_legs = 100;
    reference.policies.insert(second, at(400));
    let questions = city.caught_up().await;
    let ask = async |from, before| {
        let moment = Moment::then(at(3 * DAY));
        let asked = questions
            .ranking(window(from, before), moment, &reference)
            .await;
        let ranking = asked.unwrap();
        let policy = ranking.policy.map(|version| version.to_string());
        (policy.unwrap(), ranking.units[0].rank)
    };
    assert_eq!(ask(0, 3 * DAY).await, ("first".to_owned(), Some(1)));
    assert_eq!(ask(500, 3 * DAY).await, ("second".to_owned(), None));
    assert_eq!(
        ask(-3 * DAY, 3 * DAY).await,
        ("first".to_owned(), Some(1)),
        "older than all rules"
    );
}
