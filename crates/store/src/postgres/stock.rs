//! One tenant's events under the name and shape that stock postgres-es reads.

use sha2::{Digest, Sha256};

/// The full name of a tenant's view. A tenant's name is any text, a view's name is short: the view
/// is named by a hash.
pub(crate) fn name(tenant: &str) -> String {
    format!("gridwhistle.events_{}", key(tenant))
}

fn key(tenant: &str) -> String {
    hex::encode(&Sha256::digest(tenant)[..8])
}

/// The statements that make the view. The tenant stands in it as a literal, so that a read of one
/// stream finds the log's own index. The trigger keeps it from being written through.
pub(crate) fn view(tenant: &str) -> String {
    let name = name(tenant);
    let tenant = tenant.replace('\'', "''");
    format!(
        "begin;
         create or replace view {name} as
         select aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata
         from gridwhistle.events where tenant = '{tenant}';
         comment on view {name} is '{tenant}';
         create or replace trigger read_only instead of insert or update or delete on {name}
         for each row execute function gridwhistle.refuse_write();
         commit"
    )
}
