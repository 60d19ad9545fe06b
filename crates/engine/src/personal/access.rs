//! The record of what was done with personal data: who read it in clear, of which case and whom,
//! for what purpose; who read the texts of an appraisal; and who ordered that a person be erased. It holds pseudonyms, never data.
//!
//! It stands in the tenant's log (streams `personal_data/CASE` and `personal_data/SUBJECT`), so the
//! same hash chain that protects the cases protects it, and the same backups keep it.

use chrono::{DateTime, Utc};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::appraisal::{Quarter, Ratee};
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::ids::{CaseId, SubjectId};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// Why personal data is read. A closed list: free text could hold personal data itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 联系反映人: to handle the case.
    #[default]
    Contact,
    /// 核实.
    Verify,
    /// 回访.
    Callback,
    /// 代办: to act under the mandate.
    Proxy,
}

impl Purpose {
    /// Every one, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Contact, Self::Verify, Self::Callback, Self::Proxy];

    /// The code in addresses and in the record.
    ///
    /// ```
    /// use gridwhistle::personal::access::Purpose;
    ///
    /// assert_eq!(Purpose::ALL.map(Purpose::code), ["contact", "verify", "callback", "proxy"]);
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Verify => "verify",
            Self::Callback => "callback",
            Self::Proxy => "proxy",
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessFact {
    /// Somebody was shown personal data in clear.
    PersonalDataRead {
        /// Of which case.
        case: CaseId,
        /// Whose.
        subjects: Vec<SubjectId>,
        /// Why.
        purpose: Purpose,
    },
    /// Somebody was shown what was written about a unit or a person in an appraisal.
    AppraisalNotesRead {
        /// In which round.
        round: Quarter,
        /// About whom.
        ratee: Ratee,
        /// How many texts.
        notes: u32,
    },
    /// Somebody ordered that a person be erased; the key is deleted next.
    ErasureOrdered {
        /// Whom.
        subject: SubjectId,
    },
}

/// One entry of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Actor,
    /// What.
    pub fact: AccessFact,
}

pub(super) fn event(at: DateTime<Utc>, by: &Actor, fact: &AccessFact) -> AccessEvent {
    AccessEvent {
        at,
        by: by.clone(),
        fact: fact.clone(),
    }
}

impl DomainEvent for AccessEvent {
    fn event_type(&self) -> String {
        match self.fact {
            AccessFact::PersonalDataRead { .. } => "PersonalDataRead",
            AccessFact::AppraisalNotesRead { .. } => "AppraisalNotesRead",
            AccessFact::ErasureOrdered { .. } => "ErasureOrdered",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

impl Happened for AccessEvent {
    fn at(&self) -> DateTime<Utc> {
        self.at
    }

    fn by(&self) -> &Actor {
        &self.by
    }
}

/// The entries of one case or one person, in order.
///
/// ```
/// use gridwhistle::domain::actor::{Actor, Role};
/// use gridwhistle::personal::access::{Access, AccessEvent, AccessFact, Purpose};
///
/// let read = AccessEvent {
///     at: chrono::DateTime::UNIX_EPOCH,
///     by: Actor::new("P-1", Role::GridOfficer, "C-1"),
///     fact: AccessFact::PersonalDataRead {
///         case: Default::default(),
///         subjects: vec!["subject-1".into()],
///         purpose: Purpose::Callback,
///     },
/// };
/// assert!(!Access(vec![read]).is_erased(&"subject-1".into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Access(pub Vec<AccessEvent>);

impl Access {
    /// Whether the erasure of a person was ordered.
    #[must_use]
    pub fn is_erased(&self, person: &SubjectId) -> bool {
        let of = |fact: &AccessFact| matches!(fact, AccessFact::ErasureOrdered { subject } if subject == person);
        self.0.iter().any(|event| of(&event.fact))
    }
}

impl Aggregate for Access {
    const TYPE: &'static str = "personal_data";
    type Command = AccessEvent;
    type Event = AccessEvent;
    type Error = Infallible;
    type Services = ();

    /// Everything that is told is recorded.
    async fn handle(
        &mut self,
        told: AccessEvent,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(told, self).await;
        Ok(())
    }

    fn apply(&mut self, event: AccessEvent) {
        self.0.push(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gridwhistle_domain::actor::Role;

    /// The forms as they stand in logs; they are never rewritten.
    const FORMS: [&str; 3] = [
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-1","role":"grid_officer","unit":"C-1"},"fact":{"PersonalDataRead":{"case":"00000000-0000-0000-0000-000000000001","subjects":["subject-1"],"purpose":"callback"}}}"#,
        r#"{"at":"2026-03-02T01:00:00Z","by":{"person":"P-9","role":"administrator","unit":"CITY"},"fact":{"ErasureOrdered":{"subject":"subject-1"}}}"#,
        r#"{"at":"2026-04-20T01:00:00Z","by":{"person":"P-8","role":"supervisor","unit":"D-1"},"fact":{"AppraisalNotesRead":{"round":"2026-Q1","ratee":{"person":{"person":"P-2","unit":"B-water"}},"notes":3}}}"#,
    ];

    #[test]
    fn every_released_form_reads_and_writes_the_same_bytes() {
        for form in FORMS {
            let event: AccessEvent = serde_json::from_str(form).unwrap();
            assert_eq!(serde_json::to_string(&event).unwrap(), form);
        }
        let [read, erased, _] =
            FORMS.map(|form| serde_json::from_str::<AccessEvent>(form).unwrap());
        assert_eq!(read.by.role, Role::GridOfficer);
        let record = Access(vec![read, erased]);
        assert!(record.is_erased(&"subject-1".into()) && !record.is_erased(&"subject-2".into()));
    }
}
