//! The stock stores on PostgreSQL.

use gridwhistle_cluster::Database;

use crate::program;
use crate::server::Server;

pub(crate) const POSTGRES_ES: &str = "postgres-es";
pub(crate) const DISINTEGRATE: &str = "disintegrate";

/// What the peers are, and what is in force on their connections; or that they are not there.
pub(crate) fn describe(server: &Server) -> String {
    let one = |peer| {
        let database = server.database();
        let said = program::ask(peer, &["fill", &database.url(), "20"])?;
        let text = format!(
            "{} ({} connections, fsync={}, synchronous_commit={})",
            said["peer"],
            said["in_force"]["connections"],
            said["in_force"]["fsync"],
            said["in_force"]["synchronous_commit"]
        );
        Some(text.replace('"', ""))
    };
    match (one(POSTGRES_ES), one(DISINTEGRATE)) {
        (Some(first), Some(second)) => format!("{first}, {second}"),
        _ => format!(
            "NOT BUILT ({} is missing; `make peers` builds it), so they are not measured",
            program::path().display()
        ),
    }
}

/// Work a second of one measurement; none when the peers are not built. disintegrate answers
/// decisions that meet with an error; those are not counted, and told when they are many.
pub(crate) fn measure(
    peer: &str,
    database: &Database<'_>,
    what: &str,
    rest: &[&str],
) -> Option<f64> {
    let url = database.url();
    let said = program::ask(peer, &[&[what, &url], rest].concat())?;
    let count = |name: &str| said[name].as_u64().unwrap();
    let (done, failed) = (count("done"), count("failed"));
    assert!(peer == DISINTEGRATE || failed == 0, "{said}");
    if failed * 10 > done {
        println!("  ({peer}, {what}: {failed} answered with an error beside {done} done)");
    }
    said["per_second"].as_f64()
}

/// A database that a peer has filled; none when the peers are not built.
pub(crate) fn filled<'s>(server: &'s Server, peer: &str, events: u64) -> Option<Database<'s>> {
    let database = server.database();
    measure(peer, &database, "fill", &[&events.to_string()])?;
    Some(database)
}
