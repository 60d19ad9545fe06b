//! The log in PostgreSQL beyond the common contract: several processes on one database, and
//! everything that can go wrong with the server, the disk and the line between.

#[path = "postgres/away.rs"]
mod away;
#[path = "postgres/backup.rs"]
mod backup;
#[path = "postgres/desk.rs"]
mod desk;
#[path = "postgres/distribute.rs"]
mod distribute;
#[path = "postgres/full.rs"]
mod full;
#[path = "postgres/processes.rs"]
mod processes;
#[path = "postgres/proxy.rs"]
mod proxy;
#[path = "postgres/refusals.rs"]
mod refusals;
#[path = "postgres/replay.rs"]
mod replay;
#[path = "postgres/schema.rs"]
mod schema;
#[path = "postgres/standby.rs"]
mod standby;
#[path = "postgres/statements.rs"]
mod statements;
#[path = "place/suite.rs"]
mod suite;
#[path = "postgres/tls.rs"]
mod tls;

#[test]
fn processes_that_race_pass_on_the_newest_postgresql() {
    gridwhistle_cluster::Cluster::pass_on_newest("processes::");
}

#[test]
fn every_statement_of_processes_that_race_names_its_tenant() {
    statements::check("processes::", &["heads", "events", "commands"]);
}
