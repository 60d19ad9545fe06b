//! A database for the suites that any engine must pass, as an operator would prepare it.
#![expect(clippy::unwrap_used, reason = "a helper that fails, fails its test")]

use gridwhistle_cluster::Database;
use gridwhistle_store::PostgresLog;

/// A new database of the server that is to pass; on a Citus coordinator the log in it is spread by
/// tenant, so that the suites ask tables as they stand in a city.
pub(crate) fn database() -> Database<'static> {
    let database = Database::for_suite();
    prepare(&database);
    database
}

/// Spreads the log where the server is a coordinator; answers how many steps that took.
pub(crate) fn prepare(database: &Database<'_>) -> usize {
    let citus = "select count(*) from pg_extension where extname = 'citus'";
    if database.sql(citus) == "0" {
        return 0;
    }
    PostgresLog::distribute(&database.url()).unwrap()
}
