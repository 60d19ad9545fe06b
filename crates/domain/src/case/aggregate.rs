//! The case as a `cqrs_es::Aggregate`, so that stock cqrs-es stores run it unchanged.

use super::command::CaseCommand;
use super::context::Context;
use super::fact::CaseEvent;
use super::refusal::Refusal;
use super::{Case, decide, evolve};
use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};

/// A command and all that its decision may read.
#[derive(Clone, Debug)]
pub struct CaseOrder {
    /// What is asked.
    pub command: CaseCommand,
    /// What the world knows.
    pub context: Context,
}

impl Aggregate for Case {
    const TYPE: &'static str = "case";
    type Command = CaseOrder;
    type Event = CaseEvent;
    type Error = Refusal;
    type Services = ();

    /// A thin adapter over [`decide::decide`].
    async fn handle(
        &mut self,
        order: CaseOrder,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Refusal> {
        for event in decide::decide(self, &order.command, &order.context)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: CaseEvent) {
        evolve::evolve(self, &event);
    }
}

impl DomainEvent for CaseEvent {
    fn event_type(&self) -> String {
        self.fact.name().to_owned()
    }

    fn event_version(&self) -> String {
        super::upcast::CURRENT_VERSION.to_owned()
    }
}
