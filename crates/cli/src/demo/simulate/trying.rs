//! Trying what the rules refuse, now and then.

use super::super::DemoError;
use super::Simulation;
use gridwhistle::domain::actor::Actor;
use gridwhistle::domain::case::command::CaseCommand;
use gridwhistle::{EngineError, Request};
use uuid::Uuid;

impl Simulation<'_> {
    /// Tries what is not allowed. It is the rules that are tried: a yes is a fault.
    pub(super) async fn provoke(
        &mut self,
        no: usize,
        actor: Actor,
        command: CaseCommand,
    ) -> Result<(), DemoError> {
        let plan = &self.lives[no].plan;
        let name = command.name();
        let key = Uuid::new_v5(
            &plan.id.0,
            format!("provoked {}", self.tallies.commands).as_bytes(),
        );
        let request = Request::new(actor, plan.id, command).with_key(key);
        match self.engine.request(request).await {
            Err(EngineError::Refused(refusal)) => {
                let code = refusal.code.code().to_owned();
                *self.tallies.refused.entry(code).or_default() += 1;
                Ok(())
            }
            Ok(_) => Err(DemoError::Allowed {
                case: plan.id,
                command: name,
            }),
            Err(error) => Err(error.into()),
        }
    }
}
