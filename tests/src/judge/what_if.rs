//! A period lived again: what another law would have changed, and where the model ends.

use super::forge::TENANT;
use super::honest;
use crate::city::{City, at, case};
use chrono::{DateTime, Utc};
use gridwhistle::domain::calendar::CalendarPublication;
use gridwhistle::domain::case::stage::ClockKind;
use gridwhistle::domain::policy::Policy;
use gridwhistle::domain::text::Language;
use gridwhistle::projections::questions::Window;
use gridwhistle_audit::Problem;
use gridwhistle_audit::Source;
use gridwhistle_audit::whatif::{End, Scenario, ScenarioProblem, WhatIfReport, what_if};
use std::sync::Arc;

const FROM: &str = "2026-03-02 09:05";

fn to() -> DateTime<Utc> {
    at("2026-03-13 09:00")
}

/// The default policy with other words in the place of some.
fn policy(changes: &[(&str, &str)]) -> Scenario {
    let mut text = Policy::default_text().to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    Scenario {
        policy: Some(text),
        calendar: None,
    }
}

pub(super) async fn tried(city: &City, scenario: Scenario) -> Result<WhatIfReport, Problem> {
    let source = Source::of(Arc::clone(city.engine.log()), TENANT)
        .await
        .unwrap();
    let window = Window::new(at(FROM), to()).unwrap();
    what_if(&source, scenario, window, 1_000).await
}

/// The part of the default policy from the beginning of a table on.
fn in_table(table: &str, old: &str, new: &str) -> Scenario {
    let text = Policy::default_text();
    let (head, rest) = text.split_once(table).unwrap();
    assert!(rest.contains(old), "{old}");
    let text = format!("{head}{table}{}", rest.replacen(old, new, 1));
    Scenario {
        policy: Some(text),
        calendar: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn weights_alone_change_nothing_but_the_ranking() {
    let city = honest::city().await;
    let scenario = policy(&[("yellow = 5\nred = 10", "yellow = 7\nred = 15")]);
    let report = tried(&city, scenario).await.unwrap();
    assert!(report.weights_only);
    assert_eq!(
        (report.commands, report.ends, report.changed_duties),
        (0, 0, 0)
    );
    let ranking = &report.ranking;
    assert_eq!(
        ranking.policy_old.as_ref().unwrap().as_str(),
        "default-2026.1"
    );
    let new = ranking.policy_new.as_ref().unwrap().as_str();
    assert_eq!(new, "default-2026.1.what-if", "its label was taken");
    for list in &report.lists {
        assert_eq!(
            (list.old, list.only_old.len(), list.only_new.len()),
            (list.new, 0, 0)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rules_give_the_same_lives() {
    let city = honest::city().await;
    // A limit that nobody ran into in the window.
    let report = tried(&city, policy(&[("archive = \"", "archive = \"1")]))
        .await
        .unwrap();
    assert!(!report.weights_only);
    assert_eq!((report.cases, report.accepted), (7, 5));
    assert_eq!(report.ended, [], "everybody acts as they did");
    assert_eq!((report.left_out, report.not_told), (0, 0));
    let kinds: Vec<_> = report
        .duties
        .iter()
        .map(|one| (one.case, one.clock))
        .collect();
    assert_eq!(kinds, [], "{:#?}", report.duties);
    assert_eq!(report.late.0, report.late.1);
    for list in &report.lists {
        assert_eq!(
            (list.old, list.only_old.len(), list.only_new.len()),
            (list.new, 0, 0)
        );
    }
    assert!(
        report.ranking.changes.is_empty(),
        "{:#?}",
        report.ranking.changes
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_limit_moves_due_times_and_ends_the_model_where_it_ran_out() {
    let city = honest::city().await;
    let shorter = in_table(
        "[class.time_limited.limits]",
        "handle = \"",
        "handle = \"1 wh\" # \"",
    );
    let report = tried(&city, shorter).await.unwrap();
    let moved = report
        .duties
        .iter()
        .find(|one| one.case == case(1) && one.clock.kind == ClockKind::Handle);
    let moved = moved.expect("the handling of case 1");
    assert!(moved.new < moved.old, "{moved:#?}");
    let in_time = (Some(false), Some(false));
    let came = (moved.late_old, moved.late_new);
    assert_eq!(came, in_time, "done within the hour");
    // More time was asked for in case 2 before its hour had run out, and would have been refused.
    let ended = report.ended.iter().find(|one| one.case == case(2));
    let ended = ended.expect("the model ends for case 2");
    assert!(
        matches!(&ended.end, End::RanOut { clock, .. } if clock.kind == ClockKind::Handle)
            || matches!(&ended.end, End::Refused { .. }),
        "{ended:#?}"
    );
    assert!(report.left_out > 0);
    let moved = report
        .duties
        .iter()
        .find(|one| one.case == case(2) && one.clock.kind == ClockKind::Handle);
    let moved = moved.expect("the handling of case 2");
    assert!(moved.ended && moved.new < moved.old, "{moved:#?}");
    let came = (moved.late_old, moved.late_new);
    assert_eq!(
        came,
        (None, None),
        "nobody knows what else would have been done"
    );
    assert!(report.late.1 >= report.late.0 && report.not_told > 0);
    // Cards as they were are those of the log in the window; as they would have been, more: a limit ran out.
    let raised = city.all_events().await.into_iter().filter_map(|row| {
        let raised = row.event_type == "SupervisionRaised" && row.occurred_at < to();
        raised.then(|| super::forge::fact(&row))
    });
    let raised: Vec<_> = raised.collect();
    let (mut old, mut new) = (0, 0);
    for card in &report.cards {
        let colour = serde_json::to_value(card.card).unwrap();
        let held = raised.iter();
        let held = held.filter(|fact| fact["card"] == colour && fact["rule"] == card.rule.as_str());
        assert_eq!(card.old, held.count() as u64, "{card:#?}");
        (old, new) = (old + card.old, new + card.new);
    }
    assert_eq!(old, raised.len() as u64, "of every rule");
    assert!(old > 0 && new > old, "{:#?}", report.cards);
    let ended: u64 = report.cards.iter().map(|card| card.ended).sum();
    assert!(
        (1..=new).contains(&ended),
        "those of ended cases are marked"
    );
    // The bureau is worse off, and its score says less: the model ends for one of its cases.
    let water = report
        .ranking
        .changes
        .iter()
        .find(|one| one.unit == "B-water");
    let water = water.unwrap_or_else(|| panic!("{:#?}", report.ranking));
    assert!(water.score.1 < water.score.0, "{water:#?}");
    assert!(report.ranking.ended.contains(&"B-water".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_would_have_been_refused_ends_the_model_with_its_rule() {
    let city = honest::city().await;
    let stricter = in_table(
        "[class.on_the_spot]",
        "evidence = [[\"after_photo\"], [\"resident_confirmation\"]]",
        "evidence = [[\"before_photo\", \"after_photo\"]]",
    );
    let report = tried(&city, stricter).await.unwrap();
    let [ended] = &report.ended[..] else {
        panic!("{:#?}", report.ended);
    };
    assert_eq!((ended.case, ended.command.as_str()), (case(6), "respond"));
    assert_eq!(ended.by, "P-officer/grid_officer/C-1");
    let End::Refused { rule, message } = &ended.end else {
        panic!("{ended:#?}");
    };
    assert_eq!(rule, "evidence_missing");
    assert!(message.get(Language::ZhCn).contains("证据"));
    // It was signed off, and would still be open.
    let overdue = report
        .lists
        .iter()
        .find(|list| list.list.code() == "overdue")
        .unwrap();
    assert!(
        overdue.only_new.contains(&case(6).to_string()),
        "{overdue:#?}"
    );
    assert_eq!(overdue.ended, [case(6).to_string()], "and says so");
    // Whether the officer would have been late with other evidence nobody knows, nor who would have
    // signed when.
    let listed = report.duties.iter().find(|one| one.case == case(6));
    assert_eq!(listed, None);
    assert_eq!(report.late.0, report.late.1);
    assert_eq!(report.not_told, 2, "handling, signing off");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_off_in_the_calendar_gives_more_time() {
    let city = honest::city().await;
    let calendar = CalendarPublication::from_toml(
        "version = \"storm-1\"\nknown_at = \"2026-03-01T00:00:00+08:00\"\n\
         [[days]]\ndate = \"2026-03-03\"\nkind = \"stop_work\"\n",
    );
    let scenario = Scenario {
        policy: None,
        calendar: Some(calendar.unwrap()),
    };
    let report = tried(&city, scenario).await.unwrap();
    assert_eq!(report.calendar.as_ref().unwrap().as_str(), "storm-1");
    assert!(report.policy.is_none());
    let handled = report
        .duties
        .iter()
        .find(|one| one.case == case(1) && one.clock.kind == ClockKind::Handle);
    let handled = handled.expect("the handling of case 1");
    assert!(handled.new > handled.old, "{handled:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_that_is_none_is_told_by_line_and_field() {
    let city = honest::city().await;
    let refused = tried(&city, Scenario::default()).await.unwrap_err();
    assert_eq!(refused.code(), "nothing_to_try");
    let unreadable = policy(&[("version = ", "verzion = ")]);
    let refused = tried(&city, unreadable).await.unwrap_err();
    assert_eq!(refused.code(), "policy_unreadable");
    assert!(
        refused.message(Language::ZhCn).contains("规则文件"),
        "{refused}"
    );
    let late = CalendarPublication::from_toml(
        "version = \"cn-2026\"\nknown_at = \"2026-03-01T00:00:00+08:00\"\n\
         [[days]]\ndate = \"2026-03-03\"\nkind = \"stop_work\"\n",
    );
    let scenario = Scenario {
        policy: None,
        calendar: Some(late.unwrap()),
    };
    let refused = tried(&city, scenario).await.unwrap_err();
    assert!(
        matches!(&refused, Problem::Scenario(ScenarioProblem::Calendar(_))),
        "{refused}"
    );
}
