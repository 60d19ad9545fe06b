//! What was in force at a position: policies, calendars, catalogue and registry, folded from the
//! tenant's own streams by the domain's rules.

use crate::problem::Problem;
use crate::source::Source;
use cqrs_es::Aggregate;
use gridwhistle_domain::calendar::published::PublishedCalendars;
use gridwhistle_domain::case::context::Reference;
use gridwhistle_domain::catalogue::Catalogue;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::policy::publishing::PublishedPolicies;
use gridwhistle_domain::registry::Registry;
use gridwhistle_projections::read;
use gridwhistle_store::StreamId;

/// The reference data that the log held at a position.
///
/// # Errors
/// [`Problem::Store`], [`Problem::Unreadable`].
pub async fn at(source: &Source, position: u64) -> Result<Reference, Problem> {
    let (policies, calendars, catalogue, registry) = tokio::try_join!(
        folded::<PublishedPolicies>(source, position),
        folded::<PublishedCalendars>(source, position),
        folded::<Catalogue>(source, position),
        folded::<Registry>(source, position),
    )?;
    Ok(Reference::of(&policies, &calendars, catalogue, registry))
}

/// The state of the one stream of a kind at a position.
async fn folded<A>(source: &Source, position: u64) -> Result<A, Problem>
where
    A: Aggregate,
    A::Event: Happened,
{
    let stream = StreamId::new(A::TYPE, A::TYPE);
    let mut state = A::default();
    for row in source.stream(&stream, position).await? {
        state.apply(read(&row)?);
    }
    Ok(state)
}
