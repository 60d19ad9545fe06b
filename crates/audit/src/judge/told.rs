//! What every event says of itself, held against its envelope; and the words of each refusal.

use super::lot::Row;
use super::report::{Deviation, Finding, Tally};
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::ids::PersonId;
use gridwhistle_domain::text::{Language, Text};
use gridwhistle_store::RecordedEvent;
use serde::Deserialize;
use std::borrow::Cow;

macro_rules! forbidden {
    ($($refusal:ty),* $(,)?) => {$(
        impl From<$refusal> for Finding {
            fn from(refusal: $refusal) -> Self {
                Self::Forbidden {
                    code: refusal.code(),
                    words: Text::new(
                        refusal.message(Language::ZhCn),
                        refusal.message(Language::En),
                    ),
                }
            }
        }
    )*};
}

forbidden!(
    gridwhistle_domain::registry::RegistryRefusal,
    gridwhistle_domain::catalogue::CatalogueRefusal,
    gridwhistle_domain::policy::publishing::PolicyRefusal,
    gridwhistle_domain::calendar::published::CalendarRefusal,
    gridwhistle_domain::evaluation::EvaluationRefusal,
    gridwhistle_domain::appraisal::AppraisalRefusal,
    gridwhistle_domain::score::run::ScoreRunRefusal,
);

/// Where an event stands, for a deviation.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) position: u64,
    pub(super) stream: String,
    pub(super) sequence: u64,
    pub(super) event: String,
    pub(super) at: DateTime<Utc>,
    pub(super) by: String,
}

impl Spot {
    pub(super) fn of(row: &RecordedEvent) -> Self {
        let meta = meta(&row.metadata);
        Self {
            position: row.position,
            stream: row.stream.to_string(),
            sequence: row.sequence,
            event: row.event_type.clone(),
            at: row.occurred_at,
            by: meta.actor.unwrap_or_default().into_owned(),
        }
    }

    /// Puts what does not fit here on record.
    pub(super) fn found(self, tally: &mut Tally, command: Option<&str>, finding: &Finding) {
        let (given, wanted) = finding.pair();
        let policy = match finding {
            Finding::Refused(refusal) => refusal.policy.clone(),
            _ => None,
        };
        tally.deviation(Deviation {
            position: self.position,
            stream: self.stream,
            sequence: self.sequence,
            event: self.event,
            at: self.at,
            by: self.by,
            command: command.map(str::to_owned),
            rule: finding.rule().to_owned(),
            policy,
            given,
            wanted,
            message: finding.words(),
        });
    }
}

/// Where a row of a lot stands.
pub(super) fn spot(row: &Row<'_>) -> Spot {
    let kind = if row.of_case { "case" } else { "evaluation" };
    let actor = meta(row.metadata).actor.unwrap_or_default().into_owned();
    Spot {
        position: row.position,
        stream: format!("{kind}/{}", row.id),
        sequence: row.sequence,
        event: row.event_type.to_owned(),
        at: DateTime::from_timestamp_micros(row.occurred_micros).unwrap_or_default(),
        by: actor,
    }
}

/// What an envelope's metadata says; a log of another writer may say nothing.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Meta<'a> {
    #[serde(borrow, default)]
    pub(super) actor: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) on_behalf_of: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) policy: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) calendar: Option<Cow<'a, str>>,
}

pub(super) fn meta(metadata: &str) -> Meta<'_> {
    serde_json::from_str(metadata).unwrap_or_default()
}

/// Who acted, as the envelope says, against who acted, as the event says.
pub(super) fn envelope(
    meta: &Meta<'_>,
    occurred_micros: i64,
    (at, by): (DateTime<Utc>, &Actor),
) -> Option<Finding> {
    let text = |micros: i64| {
        DateTime::from_timestamp_micros(micros).map_or_else(|| "-".to_owned(), |at| at.to_rfc3339())
    };
    if at.timestamp_micros() != occurred_micros {
        return Some(Finding::Envelope {
            field: "occurred_at",
            given: text(occurred_micros),
            wanted: text(at.timestamp_micros()),
        });
    }
    if let Some(actor) = meta.actor.as_ref().filter(|actor| !by.signs(actor)) {
        return Some(Finding::Envelope {
            field: "actor",
            given: actor.clone().into_owned(),
            wanted: by.signature(),
        });
    }
    let behalf = by.on_behalf_of.as_ref().map(PersonId::as_str);
    if meta.actor.is_some() && meta.on_behalf_of.as_deref() != behalf {
        return Some(Finding::Envelope {
            field: "on_behalf_of",
            given: meta.on_behalf_of.clone().unwrap_or_default().into_owned(),
            wanted: behalf.unwrap_or_default().to_owned(),
        });
    }
    None
}

/// Reads an event and holds it against its envelope. `None` where it cannot be read: then it is on
/// record already.
pub(super) fn read<E: Happened>(row: &RecordedEvent, tally: &mut Tally) -> Option<E> {
    let event: E = match E::read(&row.event_type, &row.event_version, &row.payload) {
        Ok(event) => event,
        Err(what) => {
            let what = format!("{} {}: {what}", row.event_type, row.event_version);
            Spot::of(row).found(tally, None, &Finding::Unreadable { what });
            return None;
        }
    };
    let named = [
        ("event_type", &row.event_type, event.event_type()),
        ("event_version", &row.event_version, event.event_version()),
    ];
    for (field, given, wanted) in named {
        if *given != wanted {
            let given = given.clone();
            let finding = Finding::Envelope {
                field,
                given,
                wanted,
            };
            Spot::of(row).found(tally, None, &finding);
        }
    }
    let micros = row.occurred_at.timestamp_micros();
    if let Some(finding) = envelope(&meta(&row.metadata), micros, (event.at(), event.by())) {
        Spot::of(row).found(tally, None, &finding);
    }
    Some(event)
}
