//! The other law as the window goes on: what both share, what gives way, and what is tried.

use super::{Walk, recorded};
use crate::judge::law::Running;
use crate::problem::Problem;
use crate::whatif::scenario::ScenarioProblem;
use chrono::{DateTime, Utc};
use cqrs_es::{Aggregate, DomainEvent};
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::calendar::CalendarRefused;
use gridwhistle_domain::calendar::published::{CalendarEvent, CalendarFact};
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::ids::PolicyVersion;
use gridwhistle_domain::policy::Policy;
use gridwhistle_domain::policy::publishing::{PolicyEvent, PolicyFact};
use gridwhistle_projections::read;
use gridwhistle_store::{RecordedEvent, StreamId};
use uuid::Uuid;

impl Walk {
    /// The window begins: the other law is published.
    pub(super) async fn begin(&mut self) -> Result<(), Problem> {
        self.begun = true;
        let from = self.window.from;
        let in_force = self.real.policies.book().in_force(from).cloned();
        if let (Some(other), Some(known), None) = (&self.policy, in_force, &self.calendar) {
            self.weights_only = but_for_weights(&known) == but_for_weights(other);
        }
        if let (Some(policy), Some(text)) = (&self.policy, &self.text) {
            let fact = PolicyFact::PolicyPublished {
                text: text.clone(),
                version: policy.version.clone(),
                effective_from: from,
            };
            let by = Actor::system();
            let event = PolicyEvent { at: from, by, fact };
            self.law.changes(from.timestamp_micros());
            self.law.policies.evolve(&event);
            let row = self.own("policy", 0, &event, from)?;
            self.writer.push(vec![row]).await?;
        }
        if let Some(mut publication) = self.calendar.clone() {
            publication.known_at = from;
            let refused = self.law.calendars.book().problems(&publication);
            if !refused.is_empty() {
                let refused = CalendarRefused { problems: refused };
                return Err(ScenarioProblem::Calendar(refused).into());
            }
            let fact = CalendarFact::CalendarPublished { publication };
            let by = Actor::system();
            let event = CalendarEvent { at: from, by, fact };
            self.law.changes(from.timestamp_micros());
            self.law.calendars.evolve(&event);
            let row = self.own("calendar", 1, &event, from)?;
            self.writer.push(vec![row]).await?;
        }
        Ok(())
    }

    /// An event of the scenario in one of the two streams that it adds to.
    fn own<E: DomainEvent>(
        &mut self,
        kind: &str,
        stream: usize,
        event: &E,
        at: DateTime<Utc>,
    ) -> Result<RecordedEvent, Problem> {
        let number = self.number(stream);
        let stream = StreamId::new(kind, kind);
        recorded(
            self.source.tenant(),
            (stream, number),
            event,
            (at, Uuid::now_v7()),
        )
    }

    fn number(&mut self, stream: usize) -> u64 {
        match self.numbers.get_mut(stream) {
            Some(number) => {
                *number += 1;
                *number
            }
            None => 0,
        }
    }

    /// Reference data that both laws share.
    pub(super) async fn changed<A>(
        &mut self,
        rows: &[RecordedEvent],
        part: fn(&mut Running) -> &mut A,
        push: Vec<RecordedEvent>,
    ) -> Result<(), Problem>
    where
        A: Aggregate,
        A::Event: Happened,
    {
        for row in rows {
            for law in [&mut self.law, &mut self.real] {
                law.changes(row.recorded_at.timestamp_micros());
                part(law).apply(read(row)?);
            }
        }
        self.writer.push(push).await
    }

    /// Policies of the real law; what would take effect in the window gives way to the other one.
    pub(super) async fn policies(&mut self, rows: Vec<RecordedEvent>) -> Result<(), Problem> {
        let mut kept = Vec::new();
        for mut row in rows {
            let event: PolicyEvent = read(&row)?;
            self.real.changes(row.recorded_at.timestamp_micros());
            self.real.policies.evolve(&event);
            let PolicyFact::PolicyPublished { effective_from, .. } = &event.fact;
            let tried = self.policy.is_some();
            if tried && (self.begun || *effective_from >= self.window.from) {
                continue;
            }
            self.law.changes(row.recorded_at.timestamp_micros());
            self.law.policies.evolve(&event);
            row.sequence = self.number(0);
            kept.push(row);
        }
        self.writer.push(kept).await
    }

    pub(super) async fn calendars(&mut self, mut rows: Vec<RecordedEvent>) -> Result<(), Problem> {
        for row in &mut rows {
            let event: CalendarEvent = read(row)?;
            for law in [&mut self.law, &mut self.real] {
                law.changes(row.recorded_at.timestamp_micros());
                law.calendars.evolve(&event);
            }
            row.sequence = self.number(1);
        }
        self.writer.push(rows).await
    }
}

/// A policy with everything that only counts in scores taken out.
fn but_for_weights(policy: &Policy) -> Policy {
    let plain = Policy::built_in();
    Policy {
        version: PolicyVersion::default(),
        effective_from: plain.effective_from,
        title: plain.title,
        score: plain.score,
        ..policy.clone()
    }
}
