//! Each kind of planted deviation: found once, at its place, by its rule.

use super::forge::{Forged, done_at, done_by, edit, edit_fact, fact, planted};
use super::honest;
use crate::city::people;
use chrono::{DateTime, TimeDelta, Utc};
use gridwhistle::domain::actor::{Actor, Role};
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

/// Who may not, and when.
const PEOPLE: &[Row] = &[
    (
        "a wrong role",
        |log| acted(log, CLOSED, "LegAcknowledged", &people::supervisor()),
        "not_your_step",
        "department_handler",
    ),
    (
        "an office that is not held",
        |log| {
            let elsewhere = Actor::new("P-water", Role::DepartmentHandler, "B-roads");
            acted(log, CLOSED, "LegAcknowledged", &elsewhere)
        },
        "person_inactive",
        "department_handler @ B-roads",
    ),
    (
        "a wrong unit",
        |log| acted(log, CLOSED, "LegAcknowledged", &people::roads()),
        "wrong_unit",
        "B-water",
    ),
    (
        "another grid's officer",
        |log| {
            acted(
                log,
                ON_THE_SPOT,
                "CaseAccepted",
                &people::officer_elsewhere(),
            )
        },
        "not_this_grid",
        "C-1",
    ),
    (
        "a person who was never appointed",
        |log| {
            let nobody = Actor::new("P-nobody", Role::CommunityStaff, "C-1");
            acted(log, CLOSED, "VerificationPassed", &nobody)
        },
        "person_inactive",
        "community_staff @ C-1",
    ),
    (
        "a signature of somebody who may not sign this step",
        |log| acted(log, CLOSED, "SignOffRecorded", &people::officer()),
        "not_your_step",
        "community_staff",
    ),
    (
        "a signature under one's own work",
        |log| {
            for event in ["CaseAccepted", "ResponseSubmitted"] {
                done_by(log.command(SIGNED, event, 0), &people::leader());
            }
            edit_fact(log.row(SIGNED, "HandlingBegun", 0), |fact| {
                fact["handler"] = serde_json::to_value(people::leader()).unwrap();
            });
            (log.find(SIGNED, "SignOffRecorded", 0).0, 0)
        },
        "self_sign_off",
        "community_secretary",
    ),
    (
        "a request by somebody who may not, who then decides on it",
        |log| {
            let (command, _) = log.find(PAUSED, "ExtensionRequested", 0);
            done_by(&mut log.0[command], &people::dispatcher());
            (command, 0)
        },
        "not_your_step",
        "department_handler",
    ),
    (
        "a score run by somebody who may not",
        |log| acted(log, "score_run/", "ScoresPublished", &people::water()),
        "not_authorised",
        "supervisor",
    ),
    (
        "a registry changed by somebody who may not",
        |log| acted(log, "registry/", "PersonDeactivated", &people::supervisor()),
        "not_authorised",
        "administrator",
    ),
    (
        "a form sealed by another unit",
        |log| acted(log, "evaluation/", "EvaluationSealed", &people::roads()),
        "not_a_side",
        "C-1",
    ),
];

/// What the rules count, pin and give.
const FACTS: &[Row] = &[
    (
        "a due time moved by a day",
        |log| {
            let (command, at) = started(log, CLOSED, "handle");
            edit_fact(&mut log.0[command][at], |fact| {
                later(&mut fact["clock"]["marks"]["due"], TimeDelta::days(1));
            });
            (command, at)
        },
        "rule_gives_other",
        "fact.ClockStarted.clock.marks.due",
    ),
    (
        "a calendar other than the one in force",
        |log| {
            let (command, at) = started(log, PAUSED, "handle");
            edit_fact(&mut log.0[command][at], |fact| {
                fact["clock"]["calendar"] = json!("cn-2025");
            });
            (command, at)
        },
        "rule_gives_other",
        "fact.ClockStarted.clock.calendar",
    ),
    (
        "a policy that was not in force",
        |log| {
            let (command, at) = log.find(CLOSED, "CaseAccepted", 0);
            edit_fact(&mut log.0[command][at], |fact| {
                fact["policy"] = json!("mine-1")
            });
            for row in &mut log.0[command] {
                let mut meta: Value = serde_json::from_str(&row.metadata).unwrap();
                meta["policy"] = json!("mine-1");
                row.metadata = meta.to_string();
            }
            (command, at)
        },
        "rule_gives_other",
        "fact.CaseAccepted.policy",
    ),
    (
        "a case kept from the look that was drawn for it, or drawn against the lot",
        |log| {
            changed(log, (CLOSED, "CaseAccepted"), |fact| {
                let drawn = fact["sampled"].as_bool().unwrap();
                fact["sampled"] = json!(!drawn);
            })
        },
        "rule_gives_other",
        "fact.CaseAccepted.sampled",
    ),
    (
        "a late hour made good",
        |log| {
            changed(log, (CLOSED, "LegAcknowledged"), |fact| {
                fact["late"] = json!(true)
            })
        },
        "rule_gives_other",
        "fact.LegAcknowledged.late",
    ),
    (
        "minutes that were not consumed",
        |log| {
            changed(log, (CLOSED, "ClockStopped"), |fact| {
                fact["consumed"] = json!(77)
            })
        },
        "rule_gives_other",
        "fact.ClockStopped.consumed",
    ),
    (
        "a unit that the dispatch rule does not name",
        |log| {
            changed(log, (CLOSED, "CaseDispatched"), |fact| {
                fact["lead"] = json!("B-gone")
            })
        },
        "rule_gives_other",
        "fact.CaseDispatched.lead",
    ),
    (
        "a unit that does not exist",
        |log| {
            edit_fact(log.row(BY_HAND, "CaseDispatched", 0), |fact| {
                fact["lead"] = json!("B-gone");
            });
            edit_fact(log.row(BY_HAND, "LegOpened", 0), |fact| {
                fact["unit"] = json!("B-gone");
            });
            (log.find(BY_HAND, "CaseDispatched", 0).0, 0)
        },
        "unit_inactive",
        "active",
    ),
    (
        "a response without its evidence",
        |log| {
            changed(log, (CLOSED, "ResponseSubmitted"), |fact| {
                fact["evidence"] = json!([])
            });
            let (command, _) = log.find(CLOSED, "ResponseSubmitted", 0);
            (command, 0)
        },
        "evidence_missing",
        "after_photo",
    ),
    (
        "a matter that is in no catalogue",
        |log| {
            let (command, _) = log.find(CLOSED, "CaseAccepted", 0);
            changed(log, (CLOSED, "CaseAccepted"), |fact| {
                fact["matter"] = json!("no.such")
            });
            (command, 0)
        },
        "matter_not_in_catalogue",
        "catalogue",
    ),
    (
        "an extension beyond its cap",
        |log| {
            changed(log, (PAUSED, "ExtensionRequested"), |fact| {
                fact["limit"] = json!("90 wd");
            })
        },
        "extension_limit",
        "%",
    ),
    (
        "a suspension over its cap",
        |log| {
            changed(log, (PAUSED, "CaseSuspended"), |fact| {
                later(&mut fact["until"], TimeDelta::days(90));
            })
        },
        "suspension_cap",
        "%",
    ),
    (
        "a suspension for a reason that is not on the list",
        |log| {
            changed(log, (PAUSED, "CaseSuspended"), |fact| {
                fact["reason"] = json!("holiday")
            })
        },
        "reason_not_allowed",
        "expert_appraisal",
    ),
    (
        "another reporter taken along in a merge",
        |log| {
            changed(log, (MERGED_INTO, "DuplicateAbsorbed"), |fact| {
                fact["reporter"] = json!({ "subject": "somebody" });
            })
        },
        "rule_gives_other",
        "reporters",
    ),
    (
        "an evaluation between others than the closure named",
        |log| {
            changed(log, ("evaluation/", "EvaluationOpened"), |fact| {
                fact["opening"]["department"] = json!("B-roads");
            })
        },
        "rule_gives_other",
        "a pair that the closure of the case named",
    ),
    (
        "a longer time to evaluate",
        |log| {
            changed(log, ("evaluation/", "EvaluationOpened"), |fact| {
                later(&mut fact["opening"]["window_ends"], TimeDelta::days(1));
            })
        },
        "rule_gives_other",
        "window_ends",
    ),
    (
        "scores with another hash",
        |log| {
            changed(log, ("score_run/", "ScoresPublished"), |fact| {
                fact["run"]["sha256"] = json!("0".repeat(64));
            })
        },
        "wrong_hash",
        "sha256",
    ),
];

/// What is too much, too little, or out of order.
const ORDER: &[Row] = &[
    (
        "an event after the end",
        |log| {
            let (last, _) = log.find(CLOSED, "CaseClosed", 0);
            let (note, _) = log.find(PAUSED, "ProgressRecorded", 0);
            let mut rows = planted(&log.0[note]);
            let at = log.0[last][0].occurred_at + TimeDelta::minutes(1);
            let stream = log.0[last][0].stream.clone();
            rows.iter_mut().for_each(|row| row.stream = stream.clone());
            done_at(&mut rows, at);
            log.0.insert(last + 1, rows);
            (last + 1, 0)
        },
        "case_ended",
        "reopen",
    ),
    (
        "a step of the chain left out",
        |log| {
            log.command(CLOSED, "VerificationPassed", 0).clear();
            let (command, _) = log.find(CLOSED, "SignOffRecorded", 0);
            (command, 0)
        },
        "not_verified",
        "verify-pass",
    ),
    (
        "a fact left out",
        |log| {
            let (command, at) = log.find(CLOSED, "ClockStopped", 0);
            log.0[command].remove(at);
            (command, at.min(log.0[command].len() - 1))
        },
        "fact_missing",
        "ClockStopped",
    ),
    (
        "a fact that follows from nothing",
        |log| {
            let (command, at) = log.find(CLOSED, "ClockStopped", 0);
            let again = log.0[command][at].clone();
            log.0[command].insert(at + 1, again);
            (command, at + 1)
        },
        "fact_without_rule",
        "ClockStopped",
    ),
    (
        "facts that no command gives",
        |log| {
            let (command, at) = log.find(CLOSED, "ClockStopped", 0);
            let alone = vec![log.0[command][at].clone()];
            log.0.insert(command + 1, planted(&alone));
            (command + 1, 0)
        },
        "no_command",
        "ClockStopped",
    ),
    (
        "a clock that ran backwards",
        |log| {
            let (command, _) = log.find(CLOSED, "ResidentContacted", 0);
            let at = log.0[command][0].occurred_at - TimeDelta::hours(2);
            done_at(&mut log.0[command], at);
            (command, 0)
        },
        "time_goes_back",
        "2026-03-02",
    ),
    (
        "an evaluation before its case was closed",
        |log| {
            let (opened, at) = log.find("evaluation/", "EvaluationOpened", 0);
            let rows = log.0.remove(opened);
            let (closed, _) = log.find(CLOSED, "SignOffRecorded", 0);
            log.0.insert(closed, rows);
            (closed, at)
        },
        "rule_gives_other",
        "a pair that the closure of the case named",
    ),
    (
        "an envelope that tells another time",
        |log| {
            let (command, at) = log.find(PAUSED, "ProgressRecorded", 0);
            log.0[command][at].occurred_at += TimeDelta::days(1);
            (command, at)
        },
        "envelope_differs",
        "occurred_at",
    ),
    (
        "an envelope that tells another person",
        |log| {
            let (command, at) = log.find(PAUSED, "ProgressRecorded", 0);
            let row = &mut log.0[command][at];
            row.metadata = row.metadata.replace("P-water", "P-roads");
            (command, at)
        },
        "envelope_differs",
        "actor",
    ),
    (
        "a form of a newer version",
        |log| {
            let (command, at) = log.find(ON_THE_SPOT, "CaseReminded", 0);
            log.0[command][at].event_version = "9.9".to_owned();
            (command, at)
        },
        "event_unreadable",
        "1.0",
    ),
    (
        "a payload that nobody can read",
        |log| {
            let (command, at) = log.find("score_run/", "ScoresPublished", 0);
            "{".clone_into(&mut log.0[command][at].payload);
            (command, at)
        },
        "event_unreadable",
        "ScoresPublished",
    ),
    (
        "a closed period of the registry opened again",
        |log| {
            let (command, at) = log.find("registry/", "PersonDeactivated", 0);
            edit(&mut log.0[command][at], |payload| {
                payload["fact"]["PersonDeactivated"]["until"] = json!("2020-01-01T00:00:00Z");
            });
            (command, at)
        },
        "not_open",
        "P-roads",
    ),
];

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
    found(PEOPLE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_rules_do_not_give_is_found() {
    found(FACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_out_of_order_is_found() {
    found(ORDER).await;
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
