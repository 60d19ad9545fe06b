use super::*;

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
}

/// A form sealed at an hour and revealed one hour later; its window ends long after.
fn form(nth: usize, rater: &str, rated: &str, points: u32, hour: i64) -> SeenForm {
    SeenForm {
        evaluation: format!("E-{nth:02}"),
        rater: rater.into(),
        rated: rated.into(),
        points,
        answers: format!("area-1 quality={nth}"),
        sealed_at: at(hour),
        revealed_at: at(hour + 1),
        window_ends: at(1_000),
    }
}

#[track_caller]
fn kinds(forms: &[SeenForm], blows: &[Blow]) -> Vec<FlagKind> {
    let rules = FlagRules::default();
    let found = flags(forms, blows, &rules);
    let mut backwards = forms.to_vec();
    backwards.reverse();
    assert_eq!(flags(&backwards, blows, &rules), found, "order of forms");
    found.iter().map(|flag| flag.kind).collect()
}

/// Eight evaluations of one pair, all with these points each way.
fn pair(count: usize, there: u32, back: u32) -> Vec<SeenForm> {
    let both = |nth: usize| {
        let hour = i64::try_from(nth).unwrap();
        [
            form(nth, "S-1", "B-water", there, hour),
            form(nth, "B-water", "S-1", back, hour),
        ]
    };
    (0..count).flat_map(both).collect()
}

#[test]
fn eight_top_forms_each_way_are_flagged_with_their_evaluations() {
    let found = flags(&pair(8, 9_500, 10_000), &[], &FlagRules::default());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, FlagKind::Collusion);
    assert_eq!(found[0].evaluations.len(), 8);
    assert_eq!(kinds(&pair(7, 10_000, 10_000), &[]), []);
    assert_eq!(kinds(&pair(8, 9_499, 10_000), &[]), []);
    let mut one_lower = pair(9, 10_000, 10_000);
    one_lower[4].points = 7_500;
    assert_eq!(kinds(&one_lower, &[]), []);
    let one_way: Vec<_> = pair(8, 10_000, 10_000).into_iter().step_by(2).collect();
    assert_eq!(kinds(&one_way, &[]), []);
}

#[test]
fn a_low_form_within_two_days_of_a_low_form_is_flagged() {
    let rules = FlagRules::default();
    let dealt = form(1, "S-1", "B-water", 4_999, 0);
    for (points, hour, flagged) in [(4_999, 49, true), (4_999, 50, false), (5_000, 2, false)] {
        let answer = form(2, "B-water", "S-1", points, hour);
        let forms = [dealt.clone(), answer];
        let blows = rules.blows(&forms);
        let found = flags(&forms, &blows, &rules);
        assert_eq!(found.len(), usize::from(flagged), "{points} {hour}");
        if let Some(flag) = found.first() {
            assert_eq!(flag.kind, FlagKind::Retaliation);
            assert_eq!(flag.evaluations, ["E-01", "E-02"]);
        }
    }
}

#[test]
fn a_low_form_before_the_other_is_seen_or_about_somebody_else_is_not_flagged() {
    let rules = FlagRules::default();
    let dealt = form(1, "S-1", "B-water", 2_500, 10);
    let sealed_before = form(2, "B-water", "S-1", 2_500, 10);
    let about_another = form(3, "B-water", "S-2", 2_500, 12);
    let forms = [dealt, sealed_before, about_another];
    assert_eq!(kinds(&forms, &rules.blows(&forms)), []);
}

#[test]
fn a_low_form_after_a_card_is_flagged() {
    let card = Blow {
        unit: "B-water".into(),
        from: "S-1".into(),
        at: at(0),
        evaluation: None,
    };
    let low = form(1, "B-water", "S-1", 2_500, 48);
    assert_eq!(
        kinds(std::slice::from_ref(&low), &[card]),
        [FlagKind::Retaliation]
    );
    assert_eq!(kinds(&[low], &[]), []);
}

#[test]
fn ten_forms_in_a_row_with_the_same_answers_are_flagged() {
    let forms = |count: usize, other: Option<usize>| -> Vec<SeenForm> {
        let one = |nth: usize| {
            let rated = format!("B-{}", nth % 3);
            let mut form = form(nth, "S-1", &rated, 7_500, i64::try_from(nth).unwrap());
            form.answers = if other == Some(nth) { "b" } else { "a" }.to_owned();
            form
        };
        (0..count).map(one).collect()
    };
    assert_eq!(kinds(&forms(10, None), &[]), [FlagKind::SameAnswers]);
    assert_eq!(kinds(&forms(9, None), &[]), []);
    assert_eq!(kinds(&forms(12, Some(5)), &[]), []);
    let found = flags(&forms(11, Some(10)), &[], &FlagRules::default());
    assert_eq!(found[0].evaluations.len(), 10);
    assert_eq!(found[0].rated, None, "about several units");
}

#[test]
fn the_last_five_minutes_of_a_window_are_flagged() {
    let mut late = form(1, "S-1", "B-water", 7_500, 0);
    late.window_ends = late.sealed_at + TimeDelta::minutes(5);
    assert_eq!(
        kinds(std::slice::from_ref(&late), &[]),
        [FlagKind::LastMinute]
    );
    late.sealed_at -= TimeDelta::seconds(1);
    assert_eq!(kinds(&[late], &[]), []);
    assert_eq!(kinds(&[], &[]), []);
}
