//! What is too much, too little, or out of order.

use super::{CLOSED, ON_THE_SPOT, PAUSED, Row};
use crate::judge::forge::{done_at, edit, planted};
use chrono::TimeDelta;
use serde_json::json;

/// What is too much, too little, or out of order.
pub(super) const ORDER: &[Row] = &[
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
