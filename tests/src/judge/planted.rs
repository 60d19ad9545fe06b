//! Each kind of planted deviation: found once, at its place, by its rule.

mod desks;
mod facts;
mod order;
mod people;

use super::forge::{Forged, done_by, edit_fact, fact};
use super::honest;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::Actor;
use serde_json::{Value, json};
use std::collections::BTreeSet;

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
    found_in(honest::log().await, rows).await;
}

async fn found_in(honest: Forged, rows: &[Row]) {
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
async fn whoever_reads_takes_out_or_sets_up_without_office_is_found() {
    let honest = Forged::of(honest::desks().await.engine.log()).await;
    found_in(honest, desks::DESKS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_a_round_of_appraisal_is_found() {
    let honest = Forged::of(honest::appraised().await.engine.log()).await;
    found_in(honest, desks::APPRAISED).await;
}

/// Numbers that are left out in the streams of each kind of judge.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_left_out_in_a_stream_is_found() {
    let logs = [
        (
            honest::log().await,
            &[CLOSED, "evaluation/", "registry/", "score_run/"][..],
        ),
        (
            Forged::of(honest::desks().await.engine.log()).await,
            &["personal_data/", "export/", "access_key/", "catalogue/"][..],
        ),
    ];
    for (honest, streams) in logs {
        for stream in streams {
            let mut log = honest.clone();
            let last = log.last(stream);
            log.0[last].iter_mut().for_each(|row| row.sequence += 1);
            let before: usize = log.0.iter().take(last).map(Vec::len).sum();
            let report = log.judged_as_numbered().await;
            let [one] = &report.listed[..] else {
                panic!("{stream}: {:#?}", report.listed)
            };
            let place = u64::try_from(before + 1).unwrap();
            assert_eq!((one.position, one.rule.as_str()), (place, "sequence_gap"));
            assert!(one.stream.starts_with(stream), "{one:#?}");
            assert_eq!(one.given, one.sequence.to_string());
            assert_eq!(one.wanted, (one.sequence - 1).to_string());
        }
    }
}

/// Every rule that the guide lists beside the refusals is planted somewhere; of the refusals there is one of
/// each aggregate, for the judge asks the very rules that refuse, and each has tests of its own.
#[test]
fn every_rule_of_the_guide_is_planted() {
    let guide = include_str!("../../../docs/auditing/judge.md");
    let (_, table) = guide.split_once("| rule | what was found |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let rules = table.lines().skip(2).flat_map(|line| {
        let (names, _) = line.trim_start_matches('|').split_once('|').unwrap();
        let names = names.split(',').map(|name| name.trim().trim_matches('`'));
        names.map(str::to_owned).collect::<Vec<_>>()
    });
    let all = [
        people::PEOPLE,
        facts::FACTS,
        order::ORDER,
        desks::DESKS,
        desks::APPRAISED,
    ];
    let mut planted: BTreeSet<&str> = all
        .into_iter()
        .flatten()
        .map(|(_, _, rule, _)| *rule)
        .collect();
    // By a test of its own: it takes a log in which numbers stand as they were planted.
    planted.insert("sequence_gap");
    let missing: Vec<String> = rules
        .filter(|rule| !planted.contains(rule.as_str()))
        .collect();
    assert!(missing.is_empty(), "listed and never planted: {missing:?}");
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
