//! Numbers with a hole.

use super::*;

#[test]
fn percents_stay_in_their_range() {
    for (text, field) in [
        (
            with("amber_percent = 20", "amber_percent = 120"),
            "supervision.amber_percent",
        ),
        (
            with("reopen_percent = 50", "reopen_percent = 101"),
            "windows.reopen_percent",
        ),
        (
            with("remind_percent = [50, 75]", "remind_percent = [50, 175]"),
            "supervision.remind_percent[1]",
        ),
        (
            within("time_limited", "max_percent = 50", "max_percent = 150"),
            "class.time_limited.extension[0].max_percent",
        ),
        (
            within("special", "quorum_percent = 67", "quorum_percent = 0"),
            "class.special.coordination.quorum_percent",
        ),
        (
            within("proxy", "restore_percent = 25", "restore_percent = 125"),
            "class.proxy.rework.restore_percent",
        ),
        (
            within("special", "cap_percent = 100", "cap_percent = 200"),
            "class.special.suspension.cap_percent",
        ),
    ] {
        holes(&text, &[(CheckRule::PercentRange, field)]);
    }
}

#[test]
fn the_score_holds_together() {
    for (text, field) in [
        (
            with("weight = 30\nparts", "weight = 31\nparts"),
            "score.component",
        ),
        (
            with("parts = { mutual = 1 }", "parts = { }"),
            "score.component.mutual.parts",
        ),
        (
            with("parts = { mutual = 1 }", "parts = { party_org = 1 }"),
            "score.component",
        ),
        (
            with("tiers = [100, 1000]", "tiers = [1000, 100]"),
            "score.tiers",
        ),
    ] {
        holes(&text, &[(CheckRule::ScoreWeights, field)]);
    }
    // A policy of before says nothing of scores and has the defaults.
    let (from, until) = ("# 综合得分与排名", "[reasons.reject]");
    let text = Policy::default_text();
    let (from, until) = (text.find(from).unwrap(), text.find(until).unwrap());
    let older = Policy::parse(&[&text[..from], &text[until..]].concat()).unwrap();
    assert_eq!(older, Policy::built_in());
}

#[test]
fn the_ladder_rises() {
    for (text, field) in [
        (
            with("remind_percent = [50, 75]", "remind_percent = [75, 50]"),
            "remind_percent",
        ),
        (
            with("yellow_percent = 150", "yellow_percent = 100"),
            "yellow_percent",
        ),
        (
            with("red_percent = 200", "red_percent = 150"),
            "red_percent",
        ),
        (
            with("yellow_reworks = 2", "yellow_reworks = 0"),
            "yellow_reworks",
        ),
        (with("red_reworks = 3", "red_reworks = 2"), "red_reworks"),
    ] {
        holes(
            &text,
            &[(CheckRule::LadderOrder, &format!("supervision.{field}"))],
        );
    }
}

#[test]
fn a_limit_above_its_cap_is_found_in_any_unit() {
    for cap in ["9 wd", "10 d", "200 h", "70 wh"] {
        let text = within(
            "undertaken",
            "handle_cap = \"30 wd\"",
            &format!("handle_cap = \"{cap}\""),
        );
        holes(
            &text,
            &[(CheckRule::LimitAboveCap, "class.undertaken.limits.handle")],
        );
    }
    holes(
        &within(
            "special",
            "decision_cap = \"60 wd\"",
            "decision_cap = \"61 wd\"",
        ),
        &[(
            CheckRule::LimitAboveCap,
            "class.special.coordination.decision_cap",
        )],
    );
}

#[test]
fn a_limit_above_the_law_is_found_with_the_law() {
    let text = within("proxy", "statutory = \"20 wd\"", "statutory = \"21 wd\"");
    holes(
        &text,
        &[(CheckRule::LimitAboveLaw, "class.proxy.limits.statutory")],
    );
    let (_, found) = check_text(&text).unwrap();
    assert!(found[0].accepted.contains("行政许可法"), "{}", found[0]);
    // Ten days or fewer are working days, so a shorter limit in natural days is still refused.
    let text = within("undertaken", "handle = \"10 wd\"", "handle = \"7 d\"");
    holes(
        &text,
        &[(CheckRule::LimitAboveLaw, "class.undertaken.limits.handle")],
    );
}

#[test]
fn what_closes_by_itself_is_sampled_unverified_and_signed_once() {
    for (text, field) in [
        (
            within("on_the_spot", "sample_percent = 10", "sample_percent = 0"),
            "verify.sample_percent",
        ),
        (
            within(
                "on_the_spot",
                "required = false\nroles",
                "required = true\nroles",
            ),
            "verify.required",
        ),
        (
            within(
                "on_the_spot",
                "# No extension",
                "[[class.on_the_spot.sign_off]]\nstep = \"second\"\nroles = [\"community_secretary\"]\nscope = \"community\"\n# No extension",
            ),
            "sign_off",
        ),
    ] {
        let (_, found) = check_text(&text).unwrap();
        let fields: Vec<&str> = found
            .iter()
            .filter(|one| one.rule == CheckRule::SampleContradiction)
            .map(|one| one.place.field.as_str())
            .collect();
        assert_eq!(fields, [format!("class.on_the_spot.{field}")]);
    }
    holes(
        &within(
            "special",
            "sample_percent = 100",
            "sample_percent = 100\nauto_sign_off = \"24 h\"",
        )
        .replacen(
            "auto_sign_off = \"24 h\"\n\n[[class.special",
            "auto_sign_off = \"48 h\"\n\n[[class.special",
            1,
        ),
        &[
            (
                CheckRule::SampleContradiction,
                "class.special.verify.required",
            ),
            (CheckRule::SampleContradiction, "class.special.sign_off"),
            (
                CheckRule::SampleContradiction,
                "class.special.verify.auto_sign_off",
            ),
        ],
    );
}

#[test]
fn a_limit_that_the_law_caps_does_not_stand_without_its_law() {
    let (rules, _) = Policy::default_text().split_once("[[legal]]").unwrap();
    holes(
        rules,
        &[
            (
                CheckRule::LegalMissing,
                "class.undertaken.limits.handle_cap",
            ),
            (CheckRule::LegalMissing, "class.proxy.limits.statutory"),
        ],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one case a cap")]
fn each_cap_of_the_law_holds_and_names_its_article() {
    for (class, from, to, field, article) in [
        (
            "proxy",
            "statutory = \"20 wd\"",
            "statutory = \"21 wd\"",
            "statutory",
            "第四十二条第一款",
        ),
        (
            "proxy",
            "statutory_extension = \"10 wd\"",
            "statutory_extension = \"11 wd\"",
            "statutory_extension",
            "可延长十日",
        ),
        (
            "proxy",
            "joint = \"45 wd\"",
            "joint = \"46 wd\"",
            "joint",
            "四十五日",
        ),
        (
            "proxy",
            "joint_extension = \"15 wd\"",
            "joint_extension = \"16 wd\"",
            "joint_extension",
            "可延长十五日",
        ),
        // Working days are no natural days: art. 82.
        (
            "proxy",
            "statutory = \"20 wd\"",
            "statutory = \"20 d\"",
            "statutory",
            "以工作日计",
        ),
        (
            "proxy",
            "joint = \"45 wd\"",
            "joint = \"45 d\"",
            "joint",
            "联合",
        ),
        (
            "undertaken",
            "handle_cap = \"30 wd\"",
            "handle_cap = \"91 d\"",
            "handle_cap",
            "自立案之日起九十日",
        ),
        // Ninety natural days are fewer than ninety working days.
        (
            "undertaken",
            "handle_cap = \"30 wd\"",
            "handle_cap = \"70 wd\"",
            "handle_cap",
            "《行政处罚法》",
        ),
        (
            "undertaken",
            "handle = \"10 wd\"",
            "handle = \"10 d\"",
            "handle",
            "《行政强制法》第六十九条",
        ),
    ] {
        let text = within(class, from, to);
        let field = format!("class.{class}.limits.{field}");
        holes(&text, &[(CheckRule::LimitAboveLaw, &field)]);
        let (_, found) = check_text(&text).unwrap();
        assert!(found[0].accepted.contains(article), "{}", found[0]);
    }
    for (class, from, to) in [
        (
            "undertaken",
            "handle_cap = \"30 wd\"",
            "handle_cap = \"90 d\"",
        ),
        ("undertaken", "handle = \"10 wd\"", "handle = \"11 d\""),
    ] {
        holes(&within(class, from, to), &[]);
    }
}

#[test]
fn an_appraisal_asks_people_weighs_a_hundred_and_protects_five_raters() {
    let default = Policy::default_text();
    for (from, to, field) in [
        ("raters_min = 5", "raters_min = 4", "appraisal.raters_min"),
        ("weight = 35 }", "weight = 34 }", "appraisal.form.items"),
        (
            "weight = 35 }",
            "weight = 35, computed = true }",
            "appraisal.form.items",
        ),
    ] {
        assert!(default.contains(from), "{from}");
        let text = default.replace(from, to);
        holes(&text, &[(CheckRule::AppraisalUnsound, field)]);
    }
    let (mute, _) = default
        .split_once("[appraisal.form.reasons]")
        .expect("reasons");
    let mute = format!("{mute}[appraisal.form.reasons]\n");
    holes(
        &mute,
        &[(CheckRule::AppraisalUnsound, "appraisal.form.reasons")],
    );
    let (without, _) = default
        .split_once("# Quarterly appraisal")
        .expect("the appraisal");
    holes(without, &[]);
}
