//! Spreads the log over the nodes of a Citus cluster by tenant.
//!
//! Every statement names its tenant and an append is one call of one function, so that afterwards
//! each of them runs whole on the node that holds the tenant. What stays on the coordinator are the
//! view tables with their catalog and leases: rows and checkpoint are written in one transaction,
//! which is one node's matter only where they stand together.

use tokio_postgres::Client;

use super::failure::failure;
use super::server::Server;
use crate::error::StoreError;

/// The table that the others stand beside.
const FIRST: &str = "gridwhistle.heads";
/// The tables of the log, each a tenant's rows on one node.
const TABLES: [&str; 4] = [
    FIRST,
    "gridwhistle.events",
    "gridwhistle.commands",
    "gridwhistle.snapshots",
];

/// Refuses a server that has no nodes to spread anything over.
pub(crate) async fn check(server: &Server, client: &Client) -> Result<(), StoreError> {
    let failed = |error| failure(server, &error);
    let there = "select exists (select from pg_extension where extname = 'citus')";
    let there: bool = client.query_one(there, &[]).await.map_err(failed)?.get(0);
    if !there {
        return Err(StoreError::NotACluster {
            what: server.name().to_owned(),
        });
    }
    Ok(())
}

/// See [`crate::PostgresLog::distribute`].
pub(crate) async fn distribute(server: &Server, client: &Client) -> Result<usize, StoreError> {
    let failed = |error| failure(server, &error);
    // Each is a step of its own, which is left out where it was taken: a distribution that was
    // broken off goes on where it stopped.
    let mut taken = 0;
    for table in TABLES {
        let beside = if table == FIRST { "default" } else { FIRST };
        let sql = "select create_distributed_table($1::text::regclass, 'tenant', \
                   colocate_with => $2) where not exists \
                   (select from pg_dist_partition where logicalrelid = $1::text::regclass)";
        let done = client.query(sql, &[&table, &beside]).await;
        taken += done.map_err(failed)?.len();
    }
    let steps = "select create_reference_table('gridwhistle.schema_steps') where not exists \
                 (select from pg_dist_partition \
                  where logicalrelid = 'gridwhistle.schema_steps'::regclass)";
    taken += client.query(steps, &[]).await.map_err(failed)?.len();
    let append = "select create_distributed_function(\
                    'gridwhistle.append'::regproc::oid::regprocedure, 'of_tenant', \
                    colocate_with => $1) where not exists \
                  (select from pg_dist_object where objid = 'gridwhistle.append'::regproc \
                   and distribution_argument_index is not null)";
    taken += client.query(append, &[&FIRST]).await.map_err(failed)?.len();
    Ok(taken)
}
