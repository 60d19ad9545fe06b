//! Old forms of events stay readable: the one door through which a stored event comes back.
//!
//! The current form reads as it is. An older form climbs a ladder of upcasters, each from one
//! `(type, version)` to the next, until it is current. Every form ever released stands as a file
//! under `tests/fixtures/events/<version>/<Fact>.json`. Refuses what it does not know by a typed
//! error; it never guesses and never drops an event.

use super::fact::{CaseEvent, CaseFact};
use serde_json::Value;
use std::borrow::Cow;

/// The version that new events are written in.
pub const CURRENT_VERSION: &str = "1.0";

/// A stored event that cannot be read.
///
/// Handling: stop the reader and show it; the log is damaged, or it was written by a newer version
/// of this program. Skipping the event would change every answer that follows.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableEvent {
    /// No such form of fact was ever released.
    #[error("event type `{event_type}` is unknown; accepted: a form of `CaseFact::NAMES`")]
    UnknownType {
        /// As stored.
        event_type: String,
    },
    /// The form is known, but not in this version.
    #[error("event type `{event_type}` has no version `{version}`; accepted: {accepted}")]
    UnknownVersion {
        /// As stored.
        event_type: String,
        /// As stored.
        version: String,
        /// The versions that can be read.
        accepted: String,
    },
    /// The payload is not what the type and version promise.
    #[error("payload of `{event_type}` {version} does not read: {reason}")]
    Malformed {
        /// As stored.
        event_type: String,
        /// As stored.
        version: String,
        /// The parser's words: place and field.
        reason: serde_json::Error,
    },
    /// The payload holds another fact than the envelope says.
    #[error("payload of `{event_type}` holds `{found}`; accepted: the fact that the type names")]
    OtherFact {
        /// As stored.
        event_type: String,
        /// What the payload holds.
        found: &'static str,
    },
}

/// The step of one form from one version to the next.
struct Upcaster {
    /// Type and version that it reads.
    from: (&'static str, &'static str),
    /// Type and version that it gives; a form may change its name.
    to: (&'static str, &'static str),
    /// The change of the whole payload.
    change: fn(Value) -> Value,
}

/// Every step there is. Empty: all forms are in their first version. A step is added together with
/// the change of the form that it bridges, and is never taken away.
const LADDER: &[Upcaster] = &[];

/// Reads a stored event of any form ever released.
///
/// # Errors
/// [`UnreadableEvent`], when type, version or payload is not one that was ever written.
pub fn read_event(
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<CaseEvent, UnreadableEvent> {
    climb(LADDER, event_type, event_version, payload)
}

fn climb(
    ladder: &[Upcaster],
    event_type: &str,
    event_version: &str,
    payload: &str,
) -> Result<CaseEvent, UnreadableEvent> {
    let malformed = |reason| UnreadableEvent::Malformed {
        event_type: event_type.to_owned(),
        version: event_version.to_owned(),
        reason,
    };
    let (mut form, mut text) = ((event_type, event_version), Cow::Borrowed(payload));
    for step in steps(ladder, form) {
        let old: Value = serde_json::from_str(&text).map_err(malformed)?;
        text = Cow::Owned((step.change)(old).to_string());
        form = step.to;
    }
    check_form(ladder, event_type, event_version, form)?;
    let event: CaseEvent = serde_json::from_str(&text).map_err(malformed)?;
    let found = event.fact.name();
    if found == form.0 {
        Ok(event)
    } else {
        Err(UnreadableEvent::OtherFact {
            event_type: event_type.to_owned(),
            found,
        })
    }
}

/// The steps from a form upwards; never more than there are, should a ladder ever bite its tail.
fn steps<'l>(
    ladder: &'l [Upcaster],
    form: (&str, &str),
) -> impl Iterator<Item = &'l Upcaster> + use<'l> {
    let step = |form: (&str, &str)| ladder.iter().find(|step| step.from == form);
    std::iter::successors(step(form), move |last| step(last.to)).take(ladder.len())
}

/// Whether the climb ended at a current form.
fn check_form(
    ladder: &[Upcaster],
    event_type: &str,
    event_version: &str,
    reached: (&str, &str),
) -> Result<(), UnreadableEvent> {
    let current = CaseFact::NAMES.contains(&reached.0);
    if current && reached.1 == CURRENT_VERSION {
        return Ok(());
    }
    let older = ladder.iter().filter(|step| step.from.0 == event_type);
    let mut versions: Vec<&str> = older.map(|step| step.from.1).collect();
    if CaseFact::NAMES.contains(&event_type) {
        versions.push(CURRENT_VERSION);
    }
    Err(if versions.is_empty() {
        UnreadableEvent::UnknownType {
            event_type: event_type.to_owned(),
        }
    } else {
        UnreadableEvent::UnknownVersion {
            event_type: event_type.to_owned(),
            version: event_version.to_owned(),
            accepted: versions.join(", "),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Actor;
    use chrono::DateTime;

    /// A made-up past: urges once had `text` instead of `note`, and before that another name.
    const PAST: &[Upcaster] = &[
        Upcaster {
            from: ("CasePressed", "0.8"),
            to: ("CaseUrged", "0.9"),
            change: |payload| rename(payload, "CasePressed", "CaseUrged"),
        },
        Upcaster {
            from: ("CaseUrged", "0.9"),
            to: ("CaseUrged", "1.0"),
            change: |mut payload| {
                payload["fact"]["CaseUrged"] =
                    rename(payload["fact"]["CaseUrged"].take(), "text", "note");
                payload
            },
        },
    ];

    fn rename(mut payload: Value, from: &str, to: &str) -> Value {
        let holder = if payload.get("fact").is_some() {
            &mut payload["fact"]
        } else {
            &mut payload
        };
        let value = holder[from].take();
        *holder = serde_json::json!({ to: value });
        payload
    }

    fn urged() -> CaseEvent {
        CaseEvent {
            at: DateTime::UNIX_EPOCH,
            by: Actor::system(),
            fact: CaseFact::CaseUrged {
                note: "now".to_owned(),
                rule: None,
            },
        }
    }

    const BY: &str = r#""at":"1970-01-01T00:00:00Z","by":{"person":"system","role":"system"}"#;

    #[test]
    fn an_old_form_climbs_to_the_current_one() {
        for (kind, version, fact) in [
            ("CasePressed", "0.8", r#"{"CasePressed":{"text":"now"}}"#),
            ("CaseUrged", "0.9", r#"{"CaseUrged":{"text":"now"}}"#),
            ("CaseUrged", "1.0", r#"{"CaseUrged":{"note":"now"}}"#),
        ] {
            let payload = format!("{{{BY},\"fact\":{fact}}}");
            let event = climb(PAST, kind, version, &payload).unwrap();
            assert_eq!(event, urged(), "{kind} {version}");
        }
    }

    #[test]
    fn a_type_that_was_never_released_is_refused_by_name() {
        let refused = read_event("CaseExploded", "1.0", "{}").unwrap_err();
        assert!(
            matches!(&refused, UnreadableEvent::UnknownType { event_type } if event_type == "CaseExploded"),
            "{refused}"
        );
    }

    #[test]
    fn a_version_that_was_never_released_is_refused_with_those_that_were() {
        let refused = climb(PAST, "CaseUrged", "7.0", "{}").unwrap_err();
        let UnreadableEvent::UnknownVersion {
            version, accepted, ..
        } = &refused
        else {
            panic!("{refused}");
        };
        assert_eq!((version.as_str(), accepted.as_str()), ("7.0", "0.9, 1.0"));
    }

    #[test]
    fn a_payload_of_another_shape_is_refused_with_the_parsers_words() {
        for payload in ["", "{", r#"{"at":1}"#, "null", "[]"] {
            let refused = read_event("CaseUrged", "1.0", payload).unwrap_err();
            let malformed = matches!(refused, UnreadableEvent::Malformed { .. });
            assert!(malformed, "{payload}: {refused}");
        }
    }

    #[test]
    fn a_payload_that_holds_another_fact_than_its_type_says_is_refused() {
        let payload = serde_json::to_string(&urged()).unwrap();
        let refused = read_event("CaseArchived", "1.0", &payload).unwrap_err();
        assert!(
            matches!(
                refused,
                UnreadableEvent::OtherFact {
                    found: "CaseUrged",
                    ..
                }
            ),
            "{refused}"
        );
    }

    #[test]
    fn a_ladder_that_bites_its_tail_ends() {
        const RING: &[Upcaster] = &[Upcaster {
            from: ("CaseUrged", "0.9"),
            to: ("CaseUrged", "0.9"),
            change: |payload| payload,
        }];
        assert!(climb(RING, "CaseUrged", "0.9", "{}").is_err());
    }
}
