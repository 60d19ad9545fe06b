//! Who may not, and when.

use super::{CLOSED, ON_THE_SPOT, PAUSED, Row, SIGNED, acted};
use crate::city::people;
use crate::judge::forge::{done_by, edit_fact};
use gridwhistle::domain::actor::{Actor, Role};

/// Who may not, and when.
pub(super) const PEOPLE: &[Row] = &[
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
