//! The log is spread over a cluster by tenant: what a coordinator is asked to do, held against
//! stand-ins for its functions, with their names and arguments as Citus has them.

use gridwhistle_cluster::{Cluster, Database};
use gridwhistle_store::conformance::{TENANT, append};
use gridwhistle_store::{EventLog, PostgresLog, StoreError};

use crate::desk::{open, patient};
use crate::suite;

/// Each notes its call and where things stand then, as Citus notes them in its catalog. While
/// `trouble` names a table, spreading it fails. Names are told in full, though the role of the tests
/// has a schema of its own name on its path.
const STAND_INS: &str = "
set allow_system_table_mods = on;
insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
  values (4242, 'citus', 10, 'pg_catalog'::regnamespace, false, '12.1');
create table calls (nth int generated always as identity, call text not null);
create table trouble (of text not null);
create table pg_dist_partition (logicalrelid regclass primary key);
create table pg_dist_object (objid oid primary key, distribution_argument_index int);
create function create_distributed_table(
  table_name regclass, distribution_column text, distribution_type text default 'hash',
  colocate_with text default 'default', shard_count int default null
) returns void language plpgsql set search_path = public as $$
begin
  if exists (select from trouble where of = table_name::text) then
    raise exception 'a worker does not answer';
  end if;
  insert into pg_dist_partition values (table_name);
  insert into calls (call) values
    (format('%s by %s beside %s', table_name, distribution_column, colocate_with));
end $$;
create function create_reference_table(table_name regclass) returns void language plpgsql set search_path = public as $$
begin
  insert into pg_dist_partition values (table_name);
  insert into calls (call) values (format('%s everywhere', table_name));
end $$;
create function create_distributed_function(
  function_name regprocedure, distribution_arg_name text, colocate_with text default 'default',
  force_delegation bool default null
) returns void language plpgsql set search_path = public as $$
begin
  insert into pg_dist_object values (function_name::oid, 0);
  insert into calls (call) values (format('%s by %s beside %s',
    split_part(function_name::text, '(', 1), distribution_arg_name, colocate_with));
end $$;";

/// What a coordinator is asked, in order.
const CALLS: [&str; 6] = [
    "gridwhistle.heads by tenant beside default",
    "gridwhistle.events by tenant beside gridwhistle.heads",
    "gridwhistle.commands by tenant beside gridwhistle.heads",
    "gridwhistle.snapshots by tenant beside gridwhistle.heads",
    "gridwhistle.schema_steps everywhere",
    "gridwhistle.append by of_tenant beside gridwhistle.heads",
];

fn calls(database: &Database<'_>) -> Vec<String> {
    let told = database.sql("select call from calls order by nth");
    told.lines().map(str::to_owned).collect()
}

#[test]
fn a_server_without_nodes_is_left_alone() {
    let database = Cluster::shared().database();
    let refused = PostgresLog::distribute(&database.url()).unwrap_err();
    assert!(
        matches!(refused, StoreError::NotACluster { .. }),
        "{refused}"
    );
    let schema = "select to_regnamespace('gridwhistle') is null";
    assert_eq!(database.sql(schema), "t", "nothing was changed");
    assert_eq!(suite::prepare(&database), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_and_the_append_function_are_spread_once_and_stand_together() {
    let database = Cluster::shared().database();
    let url = database.url();
    database.sql(STAND_INS);
    assert_eq!(PostgresLog::distribute(&url).unwrap(), CALLS.len());
    assert_eq!(calls(&database), CALLS);
    assert_eq!(PostgresLog::distribute(&url).unwrap(), 0);
    assert_eq!(calls(&database), CALLS, "each step is taken once");
    // What is no table of the log stays where it is.
    let spread = "select string_agg(logicalrelid::text, ' ' order by logicalrelid::text) \
                  from pg_dist_partition where logicalrelid::text like '%generations' \
                  or logicalrelid::text like '%leases'";
    assert_eq!(database.sql(spread), "");
    let log = open(&url, patient());
    log.append(append(1, 0, 3)).await.unwrap();
    assert!(log.verify(TENANT).await.unwrap().is_sound());
}

#[test]
fn a_distribution_that_broke_off_goes_on_where_it_stopped() {
    let database = Cluster::shared().database();
    let url = database.url();
    database.sql(STAND_INS);
    database.sql("insert into trouble values ('gridwhistle.events')");
    for _ in 0..2 {
        let told = PostgresLog::distribute(&url).unwrap_err();
        assert!(
            told.to_string().contains("a worker does not answer"),
            "{told}"
        );
        assert_eq!(calls(&database), CALLS[..1]);
    }
    database.sql("delete from trouble");
    assert_eq!(PostgresLog::distribute(&url).unwrap(), 5);
    assert_eq!(calls(&database), CALLS);
}

/// The suites are run on tables as a coordinator has them, not on tables of its own.
#[test]
fn on_a_coordinator_the_suites_spread_the_log_first() {
    let database = Cluster::shared().database();
    database.sql(STAND_INS);
    assert_eq!(suite::prepare(&database), CALLS.len());
    assert_eq!(calls(&database), CALLS);
}
