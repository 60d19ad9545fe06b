//! Who may set up a tenant and erase people: administrators in office, once there is one. And who may
//! export: anybody in office.

use crate::Engine;
use crate::error::EngineError;
use chrono::{DateTime, Utc};
use gridwhistle_domain::actor::{Actor, Role};
use gridwhistle_domain::registry::{Person, Registry};

/// Whether somebody holds the office that they name. Until a tenant has recorded an administrator,
/// the host says who is one.
fn holds_office(actor: &Actor, registry: &Registry, at: DateTime<Utc>) -> bool {
    let administers = |person: &Person| {
        let mut tenures = registry.tenures_at(&person.id, at);
        tenures.any(|tenure| tenure.role == Role::Administrator)
    };
    registry.holds(&actor.person, actor.role, &actor.unit, at)
        || !registry.people().any(administers)
}

fn refused(actor: &Actor, role: Role) -> EngineError {
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
        if actor.role == role && holds_office(actor, registry, self.now()) {
            return Ok(());
        }
        Err(refused(actor, role))
    }

    /// Lets through who holds the office that they name.
    pub(crate) async fn ensure_office(&self, actor: &Actor) -> Result<(), EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        if holds_office(actor, registry, self.now()) {
            return Ok(());
        }
        Err(refused(actor, actor.role))
    }

    /// Lets through who holds the office that they set up the tenant from; which roles may, each
    /// command says itself.
    pub(crate) async fn ensure_in_office(&self, actor: &Actor) -> Result<(), EngineError> {
        let registry = &self.fresh_reference().await?.registry;
        let bound = matches!(actor.role, Role::Administrator | Role::CityOffice);
        if bound && !holds_office(actor, registry, self.now()) {
            return Err(refused(actor, actor.role));
        }
        Ok(())
    }
}
