//! What is of no single case: who read, took out and set up, publications, appraisals.

use super::{Row, acted, changed, later};
use crate::judge::forge::{fact, planted};
use chrono::TimeDelta;
use gridwhistle::domain::actor::{Actor, Role};
use serde_json::json;

fn nobody() -> Actor {
    Actor::new("P-nobody", Role::GridOfficer, "C-1")
}

/// A copy of an event by itself, right behind its command.
fn again(log: &mut crate::judge::forge::Forged, (stream, event): (&str, &str)) -> (usize, usize) {
    let (command, at) = log.find(stream, event, 0);
    let alone = vec![log.0[command][at].clone()];
    log.0.insert(command + 1, planted(&alone));
    (command + 1, 0)
}

/// In a city with an administrator on record.
pub(super) const DESKS: &[Row] = &[
    (
        "personal data read by somebody who holds no office",
        |log| acted(log, "personal_data/", "PersonalDataRead", &nobody()),
        "not_in_office",
        "P-nobody",
    ),
    (
        "figures taken out by somebody who holds no office",
        |log| acted(log, "export/", "FileExported", &nobody()),
        "not_in_office",
        "P-nobody",
    ),
    (
        "a key made by somebody who holds no office",
        |log| acted(log, "access_key/", "KeyIssued", &nobody()),
        "not_in_office",
        "P-nobody",
    ),
    (
        "a session ended by somebody who is not the system",
        |log| acted(log, "session/", "SessionEnded", &nobody()),
        "not_in_office",
        "P-nobody",
    ),
    (
        "a catalogue changed by an administrator who is none",
        |log| {
            let desk = Actor::new("it-desk", Role::Administrator, "CITY");
            acted(log, "catalogue/", "MatterRetired", &desk)
        },
        "not_in_office",
        "it-desk",
    ),
    (
        "a matter admitted twice",
        |log| again(log, ("catalogue/", "MatterAdmitted")),
        "already_admitted",
        "environment",
    ),
    (
        "a policy published twice",
        |log| again(log, ("policy/", "PolicyPublished")),
        "version_exists",
        "default-2026.1",
    ),
    (
        "a calendar published twice",
        |log| again(log, ("calendar/", "CalendarPublished")),
        "calendar_refused",
        "version",
    ),
];

/// In a city with a round of appraisal.
pub(super) const APPRAISED: &[Row] = &[
    (
        "a form sealed by somebody who does not speak for the grid",
        |log| {
            let other = Actor::new("P-party-2", Role::PartyOrgSecretary, "C-1");
            acted(log, "appraisal_ballot/", "AppraisalSealed", &other)
        },
        "not_a_rater",
        "P-party-2",
    ),
    (
        "a ballot that stays open longer than its round",
        |log| {
            changed(
                log,
                ("appraisal_ballot/", "AppraisalBallotOpened"),
                |fact| {
                    later(&mut fact["opening"]["window_ends"], TimeDelta::days(1));
                },
            )
        },
        "rule_gives_other",
        "opening.window_ends",
    ),
    (
        "a round that shrinks its scores by another number",
        |log| {
            changed(log, ("appraisal/", "AppraisalRoundOpened"), |fact| {
                fact["opening"]["shrink"] = json!(99);
            })
        },
        "rule_gives_other",
        "opening.shrink",
    ),
    (
        "a form that was left out where all were opened",
        |log| {
            let (command, at) = log.find("appraisal/", "AppraisalRevealed", 0);
            assert!(fact(&log.0[command][at])["forms"][0].is_object());
            changed(log, ("appraisal/", "AppraisalRevealed"), |fact| {
                fact["forms"].as_array_mut().unwrap().remove(0);
            })
        },
        "rule_gives_other",
        "forms",
    ),
];
