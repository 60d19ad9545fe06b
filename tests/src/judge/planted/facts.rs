//! What the rules count, pin and give.

use super::{BY_HAND, CLOSED, MERGED_INTO, PAUSED, Row, changed, later, started};
use crate::judge::forge::edit_fact;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What the rules count, pin and give.
pub(super) const FACTS: &[Row] = &[
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
