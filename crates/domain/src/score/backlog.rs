//! How old is what is open, in working days since its dispatch.

use serde::{Deserialize, Serialize};

/// Upper bounds of all buckets but the last, in working days; a bound belongs to the next bucket.
pub const BOUNDS: [i64; 5] = [1, 3, 5, 10, 30];

/// Open legs by age: under 1, 3, 5, 10, 30 working days, and older (`DOMAIN.md` 4.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Backlog(pub [u64; 6]);

impl Backlog {
    /// Counts one that is this many whole working days old.
    ///
    /// ```
    /// use gridwhistle_domain::score::backlog::Backlog;
    ///
    /// let mut backlog = Backlog::default();
    /// for days in [0, 1, 2, 9, 30, 400] {
    ///     backlog.add(days);
    /// }
    /// assert_eq!(backlog.0, [1, 2, 0, 1, 0, 2]);
    /// ```
    pub fn add(&mut self, working_days: i64) {
        let bucket = BOUNDS.partition_point(|bound| *bound <= working_days);
        if let Some(count) = self.0.get_mut(bucket) {
            *count += 1;
        }
    }
}
