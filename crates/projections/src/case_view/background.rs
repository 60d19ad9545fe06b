//! What a row needs to know beside its case: registry, policies and calendars, each folded from
//! the tenant's own stream as it stood at the event that the row is about.

use crate::projection::{Need, Unreadable, read};
use gridwhistle_domain::calendar::Calendar;
use gridwhistle_domain::calendar::published::PublishedCalendars;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::clock::Clock;
use gridwhistle_domain::policy::publishing::PublishedPolicies;
use gridwhistle_domain::policy::rows::{ClassRow, Supervision};
use gridwhistle_domain::registry::Registry;
use gridwhistle_store::{RecordedEvent, StreamId};

/// Kinds of streams that are folded here; each has one stream, of the same name.
const KINDS: [&str; 3] = ["calendar", "policy", "registry"];

/// The reference data.
#[derive(Debug, Default)]
pub(crate) struct Background {
    /// Units, grids, people.
    pub(crate) registry: Registry,
    policies: PublishedPolicies,
    calendars: PublishedCalendars,
}

impl Background {
    /// Whether a stream of this kind is folded here.
    pub(crate) fn takes(kind: &str) -> bool {
        KINDS.contains(&kind)
    }

    /// The pasts to recall before the event at a position.
    pub(crate) fn needs(before: u64) -> impl Iterator<Item = Need> {
        KINDS.into_iter().map(move |kind| Need {
            stream: StreamId::new(kind, kind),
            before,
        })
    }

    /// Folds one event of such a stream.
    pub(crate) fn fold(&mut self, event: &RecordedEvent) -> Result<(), Unreadable> {
        match event.stream.aggregate_type.as_str() {
            "registry" => self.registry.evolve(&read(event)?),
            "policy" => self.policies.evolve(&read(event)?),
            _ => self.calendars.evolve(&read(event)?),
        }
        Ok(())
    }

    /// The row of a case's class in the policy that the case pinned.
    pub(crate) fn class_row(&self, case: &Case) -> Option<&ClassRow> {
        let policy = self.policies.book().get(case.policy.as_ref()?)?;
        policy.class.get(&case.class?)
    }

    /// The supervision rules of the policy that a case pinned.
    pub(crate) fn supervision(&self, case: &Case) -> Option<&Supervision> {
        let policy = self.policies.book().get(case.policy.as_ref()?)?;
        Some(&policy.supervision)
    }

    /// The calendar that a clock pins.
    pub(crate) fn calendar(&self, clock: &Clock) -> Option<&Calendar> {
        self.calendars.book().get(&clock.calendar)
    }
}
