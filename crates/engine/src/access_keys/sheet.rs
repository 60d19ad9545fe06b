//! A key as it is listed: the same for the service and the command line.

use super::record::AccessKey;
use chrono::{DateTime, Utc};
use gridwhistle_projections::models::KeySheet;

impl AccessKey {
    /// How it stands at an instant; never the key itself.
    ///
    /// ```
    /// use gridwhistle::access_keys::AccessKey;
    ///
    /// fn is_open(key: &AccessKey, now: chrono::DateTime<chrono::Utc>) -> bool {
    ///     key.sheet(now).state == "active"
    /// }
    /// ```
    #[must_use]
    pub fn sheet(&self, now: DateTime<Utc>) -> KeySheet {
        let state = match (&self.revoked, self.holds(now)) {
            (Some(_), _) => "revoked",
            (None, true) => "active",
            (None, false) => "expired",
        };
        let (terms, revoked) = (&self.terms, self.revoked.as_ref());
        KeySheet {
            id: self.id,
            name: terms.name.clone(),
            office: terms.office.signature(),
            actions: terms.actions.iter().map(|action| action.code()).collect(),
            state,
            expires: terms.expires,
            issued_at: self.issued_at,
            issued_by: self.issued_by.signature(),
            revoked_at: revoked.map(|end| end.at),
            revoked_by: revoked.map(|end| end.by.signature()),
        }
    }
}
