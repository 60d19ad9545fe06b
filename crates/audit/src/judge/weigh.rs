//! One command put before the rules, under each law that it may have been decided by.

use super::differ::differ;
use super::law::Law;
use super::lot::Row;
use super::report::Finding;
use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use gridwhistle_domain::case::Case;
use gridwhistle_domain::case::command::CaseCommand as C;
use gridwhistle_domain::case::context::{Context, Gathered, Reference};
use gridwhistle_domain::case::decide::{decide, decide_on};
use gridwhistle_domain::case::evolve::evolve;
use gridwhistle_domain::case::fact::CaseEvent;
use gridwhistle_domain::ids::CaseId;
use std::sync::Arc;

/// What a judgement of one command came to.
pub(super) enum Verdict {
    Allowed,
    /// What speaks against it, at which event, and what the rules gave instead.
    Against(usize, Finding, Vec<CaseEvent>),
}

/// What was asked of a case, and what the log holds of the answer.
pub(super) struct Question<'q> {
    pub(super) case: CaseId,
    pub(super) asked: &'q C,
    /// The first row of the answer.
    pub(super) row: &'q Row<'q>,
    pub(super) events: &'q [CaseEvent],
    pub(super) law: &'q Law,
    /// Facts of other streams.
    pub(super) gathered: Gathered,
}

impl Question<'_> {
    /// A foreign case keeps the times of its source: it was decided when the log took it.
    fn now(&self, first: &CaseEvent) -> DateTime<Utc> {
        let imported = matches!(self.asked, C::Import { .. });
        let taken = imported.then(|| DateTime::from_timestamp_micros(self.row.recorded_micros));
        taken.flatten().unwrap_or(first.at)
    }

    fn context(&self, first: &CaseEvent, reference: &Arc<Reference>) -> Context {
        Context {
            case: self.case,
            now: self.now(first),
            actor: first.by.clone(),
            reference: Arc::clone(reference),
            gathered: self.gathered.clone(),
        }
    }

    /// Asks the rules on a state.
    pub(super) fn weigh(&self, state: &Case) -> Verdict {
        let Some(first) = self.events.first() else {
            return Verdict::Allowed;
        };
        let mut against = None;
        for reference in self.law.of(self.now(first).timestamp_micros()) {
            let context = self.context(first, reference);
            let found = match decide(state, self.asked, &context) {
                Ok(given) => match differ(&given, self.events, DomainEvent::event_type) {
                    None => return Verdict::Allowed,
                    Some((at, finding)) => Verdict::Against(at, finding, given),
                },
                Err(refusal) => {
                    Verdict::Against(0, Finding::Refused(Box::new(refusal)), Vec::new())
                }
            };
            against.get_or_insert(found);
        }
        against.unwrap_or(Verdict::Allowed)
    }

    /// Whether the rules give what the log holds: then the state has moved on by it, without a copy of
    /// it and without folding the facts again. Where they do not, there is no state left.
    pub(super) fn moves(&self, state: &mut Case) -> bool {
        let Some(first) = self.events.first() else {
            return true;
        };
        let mut laws = self.law.of(self.now(first).timestamp_micros());
        let (Some(reference), None) = (laws.next(), laws.next()) else {
            let allowed = matches!(self.weigh(state), Verdict::Allowed);
            self.events.iter().for_each(|event| evolve(state, event));
            return allowed;
        };
        let context = self.context(first, reference);
        match decide_on(std::mem::take(state), self.asked, &context) {
            Ok((after, given)) if given == self.events => {
                *state = after;
                true
            }
            _ => false,
        }
    }
}
