//! Facts with a beginning and perhaps an end: the effective-dated history of one thing.
//!
//! Intervals are half-open, `from <= t < to`. History is never rewritten here: a change begins a
//! new period and ends the one before it, and every instant before the change answers as it did.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One stretch of time in which `facts` hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Period<T> {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it; open while empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
    /// What holds.
    pub facts: T,
}

impl<T> Period<T> {
    /// Whether the instant lies within.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

/// Periods in order of time that never overlap; gaps are allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timeline<T>(Vec<Period<T>>);

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Timeline<T> {
    /// What holds at an instant; logarithmic in the number of periods.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> Option<&T> {
        let after = self.0.partition_point(|period| period.from <= at);
        let period = self.0.get(after.checked_sub(1)?)?;
        period.contains(at).then_some(&period.facts)
    }

    /// The period that begins exactly then.
    #[must_use]
    pub fn beginning(&self, from: DateTime<Utc>) -> Option<&Period<T>> {
        self.0.iter().find(|period| period.from == from)
    }

    /// The latest period, open or ended.
    #[must_use]
    pub fn last(&self) -> Option<&Period<T>> {
        self.0.last()
    }

    /// All periods, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Period<T>> {
        self.0.iter()
    }

    /// Whether something holds at every instant from `from` until `to`, or for ever.
    #[must_use]
    pub fn covers(&self, from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> bool {
        let mut reached = from;
        for period in &self.0 {
            if period.contains(reached) {
                match (period.to, to) {
                    (None, _) => return true,
                    (Some(end), Some(to)) if to <= end => return true,
                    (Some(end), _) => reached = end,
                }
            }
        }
        false
    }

    /// Whether facts of a kind hold at `from` or begin later.
    pub fn holds_from(&self, from: DateTime<Utc>, is_so: impl Fn(&T) -> bool) -> bool {
        let open = |period: &&Period<T>| period.to.is_none_or(|to| from < to);
        self.0
            .iter()
            .filter(open)
            .any(|period| is_so(&period.facts))
    }

    /// Begins a period that holds from then on and ends the open one before it. A period that
    /// was to begin at that instant or later is replaced; `decide` never asks for that.
    pub(crate) fn begin(&mut self, from: DateTime<Utc>, facts: T) {
        self.0.retain(|period| period.from < from);
        self.end(from);
        self.0.push(Period {
            from,
            to: None,
            facts,
        });
    }

    /// Ends whatever would hold at that instant.
    pub(crate) fn end(&mut self, at: DateTime<Utc>) {
        if let Some(last) = self.0.last_mut()
            && last.to.is_none_or(|to| at < to)
        {
            last.to = Some(at);
        }
    }
}
