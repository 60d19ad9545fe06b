use super::*;
use crate::text::Language;
use chrono::TimeZone;
use cqrs_es::test::TestFramework;

fn noon(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, day, 4, 0, 0).unwrap()
}

fn administrator() -> Actor {
    Actor::new("P-admin", Role::Administrator, "CITY")
}

fn order(text: &str, day: u32) -> PolicyOrder {
    let command = PolicyCommand::Publish {
        text: text.to_owned(),
    };
    PolicyOrder {
        command,
        now: noon(day),
        actor: administrator(),
    }
}

fn second(version: &str, from: &str) -> String {
    Policy::default_text()
        .replace(
            "version = \"default-2026.1\"",
            &format!("version = \"{version}\""),
        )
        .replace("2019-12-31T16:00:00Z", from)
        .replace("handle = \"10 wd\"", "handle = \"8 wd\"")
}

fn published(text: &str, day: u32) -> PolicyEvent {
    let policy = Policy::parse(text).unwrap();
    PolicyEvent {
        at: noon(day),
        by: administrator(),
        fact: PolicyFact::PolicyPublished {
            text: text.to_owned(),
            version: policy.version,
            effective_from: policy.effective_from,
        },
    }
}

fn installed() -> PublishedPolicies {
    let mut all = PublishedPolicies::default();
    all.evolve(&published(Policy::default_text(), 2));
    all
}

#[test]
fn the_first_version_may_reach_back() {
    let text = Policy::default_text();
    TestFramework::<PublishedPolicies>::with(())
        .given_no_previous_events()
        .when(order(text, 2))
        .then_expect_events(vec![published(text, 2)]);
    let long_before = Utc.with_ymd_and_hms(2020, 6, 1, 0, 0, 0).unwrap();
    let all = installed();
    let policy = all.book().in_force(long_before).unwrap();
    assert_eq!(policy.version.as_str(), "default-2026.1");
    assert_eq!(all.text(&policy.version), Some(text));
}

#[test]
fn a_later_version_holds_from_its_own_instant_and_the_earlier_one_stays() {
    let text = second("fuzhou-2026.2", "2026-03-20T00:00:00Z");
    let mut all = installed();
    let order = order(&text, 10);
    for event in all.decide(&order.command, order.now, &order.actor).unwrap() {
        all.evolve(&event);
    }
    let label = |day| {
        all.book()
            .in_force(noon(day))
            .map(|policy| policy.version.as_str())
    };
    assert_eq!(label(19), Some("default-2026.1"));
    assert_eq!(label(20), Some("fuzhou-2026.2"));
    let old = all.book().get(&"default-2026.1".into()).unwrap();
    assert_ne!(Some(old), all.book().in_force(noon(20)));
}

#[test]
fn every_refusal_is_given_with_its_code_in_both_languages() {
    let mut stranger = order(Policy::default_text(), 3);
    stranger.actor.role = Role::Dispatcher;
    let hole = second("fuzhou-2026.3", "2026-04-01T00:00:00Z").replace("convene = \"5 wd\"\n", "");
    for (order, code, words) in [
        (stranger, "not_authorised", "dispatcher"),
        (order("version = 1", 3), "policy_unreadable", "version"),
        (
            order(&second("Fuzhou 2", "2026-04-01T00:00:00Z"), 3),
            "version_label",
            "Fuzhou 2",
        ),
        (
            order(Policy::default_text(), 3),
            "version_exists",
            "default-2026.1",
        ),
        (
            order(&second("fuzhou-2026.2", "2026-03-01T00:00:00Z"), 3),
            "effective_in_past",
            "2026-03-03",
        ),
        (
            order(&hole, 3),
            "policy_holes",
            "class.special.limits.convene",
        ),
    ] {
        let refused = installed()
            .decide(&order.command, order.now, &order.actor)
            .unwrap_err();
        assert_eq!(refused.code(), code);
        for language in [Language::ZhCn, Language::En] {
            assert!(refused.message(language).contains(words), "{refused}");
        }
        assert_ne!(
            refused.message(Language::ZhCn),
            refused.message(Language::En)
        );
    }
}

#[test]
fn a_hole_is_refused_with_the_line_of_its_table() {
    let text = second("fuzhou-2026.3", "2026-04-01T00:00:00Z").replace("convene = \"5 wd\"\n", "");
    let order = order(&text, 3);
    let refused = installed().decide(&order.command, order.now, &order.actor);
    let Err(PolicyRefusal::Holes { findings }) = refused else {
        panic!("{refused:?}");
    };
    let line = findings
        .first()
        .and_then(|finding| finding.place.line)
        .unwrap();
    assert_eq!(text.lines().nth(line - 1), Some("[class.special.limits]"));
}

#[test]
fn a_snapshot_holds_the_same_book() {
    let all = installed();
    let json = serde_json::to_string(&all).unwrap();
    let back: PublishedPolicies = serde_json::from_str(&json).unwrap();
    assert_eq!(back, all);
}

#[test]
fn a_text_that_a_release_cannot_read_is_told_and_never_guessed() {
    let mut event = published(Policy::default_text(), 2);
    let PolicyFact::PolicyPublished { text, .. } = &mut event.fact;
    text.push_str("\n[future]\nrule = 1\n");
    let mut all = PublishedPolicies::default();
    all.evolve(&event);
    assert_eq!(all.unreadable(), ["default-2026.1".into()]);
    assert_eq!(all.book().in_force(noon(3)), None);
}
