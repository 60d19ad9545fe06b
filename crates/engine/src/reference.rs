//! The reference data of a tenant, folded from its own streams and shared by all decisions.

use crate::commit::load;
use crate::error::EngineError;
use cqrs_es::Aggregate;
use gridwhistle_domain::calendar::published::PublishedCalendars;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::catalogue::Catalogue;
use gridwhistle_domain::policy::publishing::PublishedPolicies;
use gridwhistle_domain::registry::Registry;
use gridwhistle_store::{EventLog, StreamId};

/// The one stream of a kind of reference data.
pub(crate) fn stream<A: Aggregate>() -> StreamId {
    StreamId::new(A::TYPE, A::TYPE)
}

/// Reads all reference data from the log.
pub(crate) async fn read(log: &dyn EventLog, tenant: &str) -> Result<Reference, EngineError> {
    let (policies, _) =
        load::<PublishedPolicies>(log, tenant, &stream::<PublishedPolicies>()).await?;
    let (calendars, _) =
        load::<PublishedCalendars>(log, tenant, &stream::<PublishedCalendars>()).await?;
    let (catalogue, _) = load::<Catalogue>(log, tenant, &stream::<Catalogue>()).await?;
    let (registry, _) = load::<Registry>(log, tenant, &stream::<Registry>()).await?;
    Ok(Reference {
        policies: policies.book().clone(),
        calendars: calendars.book().clone(),
        catalogue,
        registry,
    })
}
