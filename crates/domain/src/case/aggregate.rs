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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::context::Gathered;
    use crate::case::kit::{TRASH, accept, at, case_id, officer, reference, report};
    use crate::case::stage::Stage;
    use crate::class::CaseClass;
    use cqrs_es::mem_store::MemStore;
    use cqrs_es::{AggregateError, CqrsFramework, EventStore};
    use std::sync::Arc;

    fn order(command: CaseCommand) -> CaseOrder {
        let context = Context {
            case: case_id(),
            now: at("2026-03-02 09:00"),
            actor: officer(),
            reference: Arc::new(reference()),
            gathered: Gathered::default(),
        };
        CaseOrder { command, context }
    }

    #[tokio::test]
    async fn stock_cqrs_es_runs_the_case_unchanged() {
        let store = MemStore::<Case>::default();
        let framework = CqrsFramework::new(store.clone(), vec![], ());
        let id = case_id().to_string();
        framework.execute(&id, order(report())).await.unwrap();
        let accepted = order(accept(CaseClass::OnTheSpot, TRASH));
        framework.execute(&id, accepted).await.unwrap();
        let refused = framework.execute(&id, order(report())).await.unwrap_err();
        assert!(matches!(refused, AggregateError::UserError(_)), "{refused}");
        let mut folded = Case::default();
        for event in store.load_events(&id).await.unwrap() {
            folded.apply(event.payload);
        }
        assert_eq!(folded.stage, Some(Stage::InProgress));
        assert_eq!(folded.version, 6);
    }
}
