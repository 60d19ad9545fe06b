//! Who may set up a tenant and erase people: administrators in office, once there is one. And who may
//! export: anybody in office.

use crate::Engine;
use crate::error::EngineError;
use gridwhistle_domain::actor::{Actor, Role};

pub(crate) fn refused(actor: &Actor, role: Role) -> EngineError {
    EngineError::NotAuthorised {
        given: actor.signature().trim_end_matches('/').to_owned(),
        accepted: role.code(),
    }
}

impl Engine {
    /// Lets an administrator in office through.
    pub(crate) async fn ensure_administrator(&self, actor: &Actor) -> Result<(), EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        let role = Role::Administrator;
        if actor.role == role && registry.holds_office(actor, self.now()) {
            return Ok(());
        }
        Err(refused(actor, role))
    }

    /// Lets through who holds the office that they name.
    pub(crate) async fn ensure_office(&self, actor: &Actor) -> Result<(), EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        if registry.holds_office(actor, self.now()) {
            return Ok(());
        }
        Err(refused(actor, actor.role))
    }

    /// Lets through who holds the office that they set up the tenant from; which roles may, each
    /// command says itself.
    pub(crate) async fn ensure_in_office(&self, actor: &Actor) -> Result<(), EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        if registry.may_set_up(actor, self.now()) {
            return Ok(());
        }
        Err(refused(actor, actor.role))
    }
}
