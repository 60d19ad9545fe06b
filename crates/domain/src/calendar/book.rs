//! All versions of the calendar, by the instant at which each became known.

use super::china;
use super::problem::{CalendarProblem, CalendarRefused};
use super::publication::CalendarPublication;
use super::version::{Calendar, CalendarVersion, Overlay};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Every version there has been. Publishing gives a new book; clones are cheap.
///
/// A version is everything published until it became known, taken together, so a clock that pinned
/// a version finds in it all that was known then, and nothing that came later.
#[derive(Clone, Debug)]
pub struct CalendarBook {
    base: Arc<Calendar>,
    /// By `known_at`, strictly later each.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    publication: Arc<CalendarPublication>,
    calendar: Arc<Calendar>,
    /// Whether a later publication has taken its place.
    replaced: bool,
}

impl CalendarBook {
    /// The book before any publication: the version `base`, Monday to Friday, all of it
    /// provisional.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            base: Arc::new(Calendar::base()),
            entries: Vec::new(),
        }
    }

    /// China as built in: `cn-2004` to `cn-2026`, and the notices that changed a running year.
    #[must_use]
    pub fn china() -> Self {
        china::book()
    }

    /// Replays publications in the order in which they became known. A log that records the
    /// built-in ones too ([`Self::publications`]) does not depend on what a later program has
    /// built in.
    ///
    /// # Errors
    /// The first publication that [`Self::publish`] refuses.
    pub fn from_publications(
        publications: impl IntoIterator<Item = CalendarPublication>,
    ) -> Result<Self, CalendarRefused> {
        publications
            .into_iter()
            .try_fold(Self::empty(), |book, next| book.publish(next))
    }

    /// The publications in the order in which they became known.
    pub fn publications(&self) -> impl Iterator<Item = &CalendarPublication> {
        self.entries.iter().map(|entry| &*entry.publication)
    }

    /// Every version, oldest first, beginning with `base`.
    pub fn versions(&self) -> impl Iterator<Item = &Calendar> {
        let published = self.entries.iter().map(|entry| &*entry.calendar);
        std::iter::once(&*self.base).chain(published)
    }

    /// The latest version that was known at an instant.
    #[must_use]
    pub fn in_force(&self, known_at: DateTime<Utc>) -> &Calendar {
        let known = self
            .entries
            .partition_point(|entry| entry.calendar.known_at() <= known_at);
        let latest = known
            .checked_sub(1)
            .and_then(|index| self.entries.get(index));
        latest.map_or(&self.base, |entry| &entry.calendar)
    }

    /// The latest version of all.
    #[must_use]
    pub fn latest(&self) -> &Calendar {
        self.entries
            .last()
            .map_or(&self.base, |entry| &entry.calendar)
    }

    /// The version of a label, as a clock has pinned it.
    #[must_use]
    pub fn get(&self, version: &CalendarVersion) -> Option<&Calendar> {
        self.versions()
            .find(|calendar| calendar.version() == version)
    }

    /// What speaks against a publication; nothing, if [`Self::publish`] would take it.
    #[must_use]
    pub fn problems(&self, publication: &CalendarPublication) -> Vec<CalendarProblem> {
        let latest = self.latest();
        let mut found = publication.problems(latest.published_years());
        if self.get(&publication.version).is_some() {
            found.push(CalendarProblem::VersionTaken(publication.version.clone()));
        }
        if publication.known_at <= latest.known_at() {
            found.push(CalendarProblem::KnownTooEarly {
                known_at: publication.known_at,
                version: latest.version().clone(),
                latest: latest.known_at(),
            });
        }
        if let Some(version) = &publication.replaces {
            match self
                .entries
                .iter()
                .find(|e| e.publication.version == *version && !e.replaced)
            {
                None => found.push(CalendarProblem::ReplacesUnknown(version.clone())),
                Some(old) => {
                    let restated = |year: &&i32| !publication.years.contains(year);
                    let missing = old.publication.years.iter().filter(restated);
                    found.extend(missing.map(|&year| CalendarProblem::ReplacedYearMissing {
                        year,
                        version: version.clone(),
                    }));
                }
            }
        }
        found
    }

    /// The book with one more version, which builds on the latest one. Versions that are there
    /// already stay as they are.
    ///
    /// # Errors
    /// Every problem of the publication at once, each with its field and what is accepted.
    pub fn publish(&self, publication: CalendarPublication) -> Result<Self, CalendarRefused> {
        let problems = self.problems(&publication);
        if !problems.is_empty() {
            return Err(CalendarRefused { problems });
        }
        let mut next = self.clone();
        let ground = match &publication.replaces {
            None => self
                .entries
                .last()
                .map_or(&self.base, |entry| &entry.calendar)
                .clone(),
            Some(version) => {
                for entry in &mut next.entries {
                    entry.replaced |= entry.publication.version == *version;
                }
                next.refold()
            }
        };
        let calendar = Arc::new(lay(&ground, &publication));
        let publication = Arc::new(publication);
        next.entries.push(Entry {
            publication,
            calendar,
            replaced: false,
        });
        Ok(next)
    }

    /// The calendar of all publications that have not been replaced.
    fn refold(&self) -> Arc<Calendar> {
        let standing = self.entries.iter().filter(|entry| !entry.replaced);
        standing.fold(self.base.clone(), |ground, entry| {
            Arc::new(lay(&ground, &entry.publication))
        })
    }
}

impl Default for CalendarBook {
    /// China as built in.
    fn default() -> Self {
        Self::china()
    }
}

fn lay(ground: &Calendar, publication: &CalendarPublication) -> Calendar {
    let laid = Overlay {
        years: &publication.years,
        days: &publication.days,
        hours: publication.hours.as_ref(),
        day_end: publication.day_end,
    };
    ground.overlaid(publication.version.clone(), publication.known_at, laid)
}
