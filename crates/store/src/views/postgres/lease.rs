//! Who does a piece of work: a row with a holder and an end, by the database's clock.

use std::time::Duration;

use deadpool_postgres::Transaction;
use uuid::Uuid;

use super::failure::Failure;

/// Takes the lease where it is free, has run out or is the holder's own; whether that worked.
pub(super) async fn take(
    db: &Transaction<'_>,
    tenant: &str,
    name: &str,
    holder: Uuid,
    term: Duration,
) -> Result<bool, Failure> {
    let sql = "insert into gridwhistle.leases as l (tenant, name, holder, until) \
               values ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond') \
               on conflict (tenant, name) do update \
               set holder = excluded.holder, until = excluded.until \
               where l.holder = excluded.holder or l.until < clock_timestamp()";
    let take = db.prepare_cached(sql).await?;
    let term = term.as_millis() as f64;
    let taken = db.execute(&take, &[&tenant, &name, &holder, &term]).await?;
    Ok(taken == 1)
}

/// Gives the lease up, if it is the holder's.
pub(super) async fn give_up(
    db: &Transaction<'_>,
    tenant: &str,
    name: &str,
    holder: Uuid,
) -> Result<(), Failure> {
    let sql = "delete from gridwhistle.leases where tenant = $1 and name = $2 and holder = $3";
    let give_up = db.prepare_cached(sql).await?;
    db.execute(&give_up, &[&tenant, &name, &holder]).await?;
    Ok(())
}
