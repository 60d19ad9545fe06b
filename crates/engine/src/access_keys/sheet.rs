//! A key as it is listed: the same for the service and the command line.

use super::record::AccessKey;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// One key; never the key itself.
///
/// ```
/// use gridwhistle::access_keys::{AccessKey, KeySheet};
///
/// fn is_listed_as_open(key: &AccessKey, now: chrono::DateTime<chrono::Utc>) -> bool {
///     KeySheet::of(key, now).state == "active"
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct KeySheet {
    /// Its id.
    pub id: Uuid,
    /// The system that uses it.
    pub name: String,
    /// In whose office it acts: `PERSON/ROLE/UNIT`.
    pub office: String,
    /// What it may be used for.
    pub actions: Vec<&'static str>,
    /// `active`, `expired` or `revoked`.
    pub state: &'static str,
    /// The first instant at which it no longer holds.
    pub expires: DateTime<Utc>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// By whom: `PERSON/ROLE/UNIT`.
    pub issued_by: String,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// By whom.
    pub revoked_by: Option<String>,
}

impl KeySheet {
    /// How a key stands at an instant.
    #[must_use]
    pub fn of(key: &AccessKey, now: DateTime<Utc>) -> Self {
        let state = match (&key.revoked, key.holds(now)) {
            (Some(_), _) => "revoked",
            (None, true) => "active",
            (None, false) => "expired",
        };
        let (terms, revoked) = (&key.terms, key.revoked.as_ref());
        Self {
            id: key.id,
            name: terms.name.clone(),
            office: terms.office.signature(),
            actions: terms.actions.iter().map(|action| action.code()).collect(),
            state,
            expires: terms.expires,
            issued_at: key.issued_at,
            issued_by: key.issued_by.signature(),
            revoked_at: revoked.map(|end| end.at),
            revoked_by: revoked.map(|end| end.by.signature()),
        }
    }
}
