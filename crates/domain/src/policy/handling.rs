//! How long handling may take: as a matter says or else its class, and never beyond the cap of the class.

use super::rows::ClassRow;
use crate::calendar::{Calendar, Limit};
use chrono::{DateTime, Utc};

impl ClassRow {
    /// The limit that begins at an instant; `own` is the matter's. None: something else sets it.
    #[must_use]
    pub fn handling(
        &self,
        own: Option<Limit>,
        calendar: &Calendar,
        from: DateTime<Utc>,
    ) -> Option<Limit> {
        let limit = own.or(self.limits.handle)?;
        let cap = self.limits.handle_cap;
        Some(cap.map_or(limit, |cap| sooner(calendar, from, limit, cap)))
    }
}

/// The limit that ends first: what is asked for stays within its cap.
pub(crate) fn sooner(calendar: &Calendar, from: DateTime<Utc>, limit: Limit, cap: Limit) -> Limit {
    let due = |limit| calendar.due(from, limit).at;
    if due(limit) > due(cap) { cap } else { limit }
}
