//! Policies and calendars: each publication must be one that the book before it takes.

use super::Central;
use crate::judge::differ::differ;
use crate::judge::report::Finding;
use cqrs_es::DomainEvent;
use gridwhistle_domain::calendar::published::{
    CalendarCommand, CalendarEvent, CalendarFact, CalendarRefusal,
};
use gridwhistle_domain::policy::publishing::{PolicyCommand, PolicyEvent, PolicyFact};
use gridwhistle_store::RecordedEvent;

impl Central {
    pub(super) fn policy(&mut self, rows: &[RecordedEvent], events: &[PolicyEvent]) {
        const COMMAND: &str = "publish-policy";
        for (index, event) in events.iter().enumerate() {
            // What the installation publishes, it publishes through the same door.
            self.may_set_up(rows, event, COMMAND);
            let PolicyFact::PolicyPublished { text, .. } = &event.fact;
            let command = PolicyCommand::Publish { text: text.clone() };
            let given = self.running.policies.decide(&command, event.at, &event.by);
            let found = match given {
                Err(refusal) => Some(refusal.into()),
                Ok(given) => differ(&given, std::slice::from_ref(event), DomainEvent::event_type)
                    .map(|(_, finding)| finding),
            };
            if let Some(finding) = found {
                self.deviates(rows, index, COMMAND, &finding);
            }
            self.running.policies.evolve(event);
        }
        let unreadable = self.running.policies.unreadable().len() as u64;
        if unreadable > 0 {
            self.tally
                .report
                .not_judged
                .insert("policy_unreadable", unreadable);
        }
    }

    pub(super) fn calendar(&mut self, rows: &[RecordedEvent], events: &[CalendarEvent]) {
        const COMMAND: &str = "publish-calendar";
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return;
        };
        let CalendarFact::CalendarPublished { publication } = &last.fact;
        let publish = CalendarCommand::Publish {
            publication: publication.clone(),
        };
        // A publication of the city; at installation and after an update, the notices built in.
        let state = &self.running.calendars;
        let gives = |command: &CalendarCommand| {
            let given = state.decide(command, first.at, &first.by);
            given.is_ok_and(|given| given == events)
        };
        let published = gives(&publish);
        let whole = published || gives(&CalendarCommand::AdoptBuiltIn {});
        if published {
            self.may_set_up(rows, last, COMMAND);
        }
        for (index, event) in events.iter().enumerate() {
            let begun = rows.get(index).is_some_and(|row| row.sequence > 1);
            if !whole && let Some(finding) = self.notice(event, begun) {
                self.deviates(rows, index, COMMAND, &finding);
            }
            self.running.calendars.evolve(event);
        }
    }

    /// What speaks against one notice by itself: an older release may have had others built in.
    fn notice(&self, event: &CalendarEvent, begun: bool) -> Option<Finding> {
        let CalendarFact::CalendarPublished { publication } = &event.fact;
        let (known_at, now) = (publication.known_at, event.at);
        if known_at > now {
            return Some(CalendarRefusal::KnownInFuture { known_at, now }.into());
        }
        let publish = CalendarCommand::Publish {
            publication: publication.clone(),
        };
        match self.running.calendars.decide(&publish, now, &event.by) {
            Err(refusal @ CalendarRefusal::NotAuthorised { .. }) => Some(refusal.into()),
            Err(refusal) if begun => Some(refusal.into()),
            _ => None,
        }
    }
}
