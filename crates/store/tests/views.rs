//! Tests of the view tables, through their port.
//!
//! - `conformance`: clauses that every backend passes, each a test by name
//! - `property`: random steps and questions give one answer on all backends
//! - `postgres`: what only a server can suffer: other processes, kills, cut lines, other programs
//! - `published`: what other programs read in PostgreSQL
//! - `sqlite`: what only a file can suffer: damage, kill, a second process
//! - `select`: whole tables read for some of their columns
//! - `speed`: figures; sized by an environment variable
//! - `sample`: the view that all of them use

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests fail like tests; the figures are printed"
)]

#[path = "views/conformance.rs"]
mod conformance;
#[path = "views/postgres.rs"]
mod postgres;
#[path = "views/property.rs"]
mod property;
#[path = "views/published.rs"]
mod published;
#[path = "views/sample.rs"]
mod sample;
#[path = "views/select.rs"]
mod select;
#[path = "views/speed.rs"]
mod speed;
#[path = "views/sqlite.rs"]
mod sqlite;
#[path = "postgres/statements.rs"]
mod statements;
#[path = "place/suite.rs"]
mod suite;

#[test]
fn the_views_pass_on_the_newest_postgresql() {
    gridwhistle_cluster::Cluster::pass_on_newest("conformance::postgres::");
}

#[test]
fn every_statement_of_the_views_names_its_tenant() {
    statements::check("conformance::postgres::", &["generations", "leases", "g"]);
}
