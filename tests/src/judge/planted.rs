//! Each kind of planted deviation: found once, at its place, by its rule.

mod facts;
mod order;
mod people;

use super::forge::{Forged, done_by, edit_fact, fact};
use super::honest;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use serde_json::{Value, json};

/// Changes a log, and says where the judge must find it: command and event in it.
type Plant = fn(&mut Forged) -> (usize, usize);

/// What is planted, its rule, and words of what the rule wanted.
type Row = (&'static str, Plant, &'static str, &'static str);

/// The cases of the honest city.
const CLOSED: &str = "case/00000000-0000-0000-0000-000000000001";
const PAUSED: &str = "case/00000000-0000-0000-0000-000000000002";
const ON_THE_SPOT: &str = "case/00000000-0000-0000-0000-000000000003";
const SIGNED: &str = "case/00000000-0000-0000-0000-000000000006";
const BY_HAND: &str = "case/00000000-0000-0000-0000-000000000007";
const MERGED_INTO: &str = "case/00000000-0000-0000-0000-000000000005";

fn later(value: &mut Value, by: TimeDelta) {
    let at: DateTime<Utc> = serde_json::from_value(value.clone()).unwrap();
    *value = json!(at + by);
}

/// The nth start of a clock of a kind.
fn started(log: &Forged, stream: &str, kind: &str) -> (usize, usize) {
    let mut nth = 0;
    loop {
        let (command, at) = log.find(stream, "ClockStarted", nth);
        if fact(&log.0[command][at])["clock"]["id"]["kind"] == kind {
            return (command, at);
        }
        nth += 1;
    }
}

fn acted(log: &mut Forged, stream: &str, event: &str, actor: &Actor) -> (usize, usize) {
    let (command, _) = log.find(stream, event, 0);
    done_by(&mut log.0[command], actor);
    (command, 0)
}

fn changed(
    log: &mut Forged,
    (stream, event): (&str, &str),
    change: impl FnOnce(&mut Value),
) -> (usize, usize) {
    edit_fact(log.row(stream, event, 0), change);
    log.find(stream, event, 0)
}

/// What has consequences of its own: what was granted, carded or sealed by it is not allowed either, and a
/// score run counted to a position that is another one now.
const WITH_CONSEQUENCES: &[&str] = &[
    "an extension beyond its cap",
    "a unit that does not exist",
    "a request by somebody who may not, who then decides on it",
    "an evaluation between others than the closure named",
    "a step of the chain left out",
    "a fact left out",
];

async fn found(rows: &[Row]) {
    let honest = honest::log().await;
    let mut wrong = Vec::new();
    for (name, plant, rule, wanted) in rows {
        let mut log = honest.clone();
        let (command, at) = plant(&mut log);
        let before: usize = log.0.iter().take(command).map(Vec::len).sum();
        let place = u64::try_from(before + at + 1).unwrap();
        let report = log.judged().await;
        let expected = 1 + u64::from(WITH_CONSEQUENCES.contains(name));
        let fits = report.listed.first().is_some_and(|one| {
            let told = format!("{one:?}");
            let words = !one.message.zh.is_empty() && !one.message.en.is_empty();
            one.position == place && one.rule == *rule && told.contains(wanted) && words
        });
        if !fits || report.deviations != expected {
            wrong.push(format!("{name} at {place}: {:#?}", report.listed));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_is_found() {
    found(people::PEOPLE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_rules_do_not_give_is_found() {
    found(facts::FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_out_of_order_is_found() {
    found(order::ORDER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_without_policies_is_told_so_and_nothing_panics() {
    let mut log = honest::log().await;
    log.command("policy/", "PolicyPublished", 0).clear();
    let report = log.judged().await;
    let first = &report.listed[0];
    assert_eq!(
        (first.rule.as_str(), first.event.as_str()),
        ("policy_missing", "CaseReported")
    );
    assert!(first.message.zh.contains("规则"), "{first:#?}");
}
