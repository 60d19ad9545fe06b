//! Residents' opinions with a hole.

use super::*;
use crate::policy::satisfaction::SatisfactionRules;

#[test]
fn a_policy_that_does_not_say_means_the_defaults() {
    let text = with("callback_percent = 10\n", "");
    let text = text.replacen("response_weight = 30\n", "", 1);
    holes(&text, &[]);
    let read = Policy::parse(&text).unwrap().satisfaction;
    assert_eq!(read, SatisfactionRules::default());
}

#[test]
fn nobody_calls_more_than_everybody_and_weights_make_a_hundred() {
    holes(
        &with("callback_percent = 10", "callback_percent = 101"),
        &[(CheckRule::PercentRange, "satisfaction.callback_percent")],
    );
    holes(
        &with("response_weight = 30", "response_weight = 31"),
        &[(CheckRule::WeightSum, "satisfaction")],
    );
}
