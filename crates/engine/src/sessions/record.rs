//! What is on record of sessions: which were ended, and whose they were.

use super::BrowserSession;
use chrono::{DateTime, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::ids::PersonId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use uuid::Uuid;

/// Of one person so many ended sessions are known apart, a day. Who ends more has all of that day ended
/// that had begun by then: so nobody makes the record grow by logging in and out.
const APART: usize = 16;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SessionFact {
    /// A session was ended before its time.
    SessionEnded {
        /// Its id.
        session: Uuid,
        /// When it would have been over at the latest.
        over: DateTime<Utc>,
    },
}

/// One entry of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionEvent {
    /// When.
    pub(super) at: DateTime<Utc>,
    /// The system, on behalf of whose session it was: they may hold no office any more.
    pub(super) by: Actor,
    /// What.
    pub(super) fact: SessionFact,
}

impl DomainEvent for SessionEvent {
    fn event_type(&self) -> String {
        let SessionFact::SessionEnded { .. } = self.fact;
        "SessionEnded".to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Happened for SessionEvent {
    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn by(&self) -> &Actor {
        &self.by
    }
}

/// The ended sessions of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfPerson {
    apart: BTreeSet<Uuid>,
    /// The latest end that one of them would have had.
    latest: Option<DateTime<Utc>>,
    /// All are ended that would be over by then.
    all_over_by: Option<DateTime<Utc>>,
}

/// The sessions of a day that were ended, by person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct EndedSessions(BTreeMap<PersonId, OfPerson>);

impl EndedSessions {
    pub(super) fn holds(&self, session: &BrowserSession) -> bool {
        let Some(of) = self.0.get(&session.person) else {
            return false;
        };
        let all = of.all_over_by.is_some_and(|by| session.over <= by);
        all || of.apart.contains(&session.id)
    }
}

impl Aggregate for EndedSessions {
    const TYPE: &'static str = "session";
    type Command = SessionEvent;
    type Event = SessionEvent;
    type Error = Infallible;
    type Services = ();

    /// Everything that is told is recorded.
    async fn handle(
        &mut self,
        told: SessionEvent,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(told, self).await;
        Ok(())
    }

    fn apply(&mut self, event: SessionEvent) {
        let SessionFact::SessionEnded { session, over } = event.fact;
        let person = event.by.on_behalf_of.unwrap_or(event.by.person);
        let of = self.0.entry(person).or_default();
        of.apart.insert(session);
        of.latest = of.latest.max(Some(over));
        if of.apart.len() > APART {
            of.apart.clear();
            of.all_over_by = of.latest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form as it stands in logs; it is never rewritten.
    const FORM: &str = r#"{"at":"2026-03-02T09:00:00Z","by":{"person":"system","role":"system","on_behalf_of":"P-1"},"fact":{"SessionEnded":{"session":"019a0000-0000-7000-8000-000000000001","over":"2026-03-09T01:00:00Z"}}}"#;

    fn session(number: u128, person: &str, over: DateTime<Utc>) -> BrowserSession {
        let (id, person) = (Uuid::from_u128(number), person.into());
        BrowserSession { id, person, over }
    }

    fn ended(session: &BrowserSession) -> SessionEvent {
        SessionEvent {
            at: DateTime::UNIX_EPOCH,
            by: Actor {
                on_behalf_of: Some(session.person.clone()),
                ..Actor::system()
            },
            fact: SessionFact::SessionEnded {
                session: session.id,
                over: session.over,
            },
        }
    }

    #[test]
    fn every_released_form_reads_and_writes_the_same_bytes() {
        let event: SessionEvent = serde_json::from_str(FORM).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), FORM);
        let mut known = EndedSessions::default();
        known.apply(event);
        let over = "2026-03-09T01:00:00Z".parse().unwrap();
        let id = 0x019a_0000_0000_7000_8000_0000_0000_0001;
        assert!(known.holds(&session(id, "P-1", over)));
        assert!(!known.holds(&session(id, "P-2", over)), "of somebody else");
        assert!(!known.holds(&session(2, "P-1", over)), "another of theirs");
    }

    #[test]
    fn who_ends_ever_more_sessions_has_all_of_them_ended_and_the_record_stays_small() {
        let begun = "2026-03-09T01:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let at = |minutes: i64| begun + chrono::TimeDelta::minutes(minutes);
        let other = session(1_000, "P-1", at(3));
        let mut known = EndedSessions::default();
        for number in 0..16_u8 {
            known.apply(ended(&session(number.into(), "P-1", at(number.into()))));
            assert!(!known.holds(&other), "{number}");
        }
        known.apply(ended(&session(99, "P-1", at(90))));
        assert!(known.holds(&other), "begun before");
        assert!(known.holds(&session(5, "P-1", at(5))));
        assert!(!known.holds(&session(1_001, "P-1", at(91))), "begun after");
        assert!(!known.holds(&session(1_000, "P-2", at(3))));
        for number in 100..1_000 {
            known.apply(ended(&session(number, "P-1", at(95))));
        }
        let told = serde_json::to_string(&known).unwrap();
        assert!(told.len() < 2_000, "{}", told.len());
    }
}
