-- The log. Tenant is first in every key. Instants are microseconds after 1970, UTC.
-- The events table carries the columns of the postgres-es table under its names.
create table heads (
  tenant      text    not null primary key,
  number      integer not null unique,
  position    integer not null,
  recorded_at integer not null,
  chain       blob    not null
) strict, without rowid;

create table streams (
  tenant         text    not null,
  aggregate_type text    not null,
  aggregate_id   text    not null,
  version        integer not null,
  primary key (tenant, aggregate_type, aggregate_id)
) strict, without rowid;

-- Clustered by tenant and position, because the replay is the longest read: id is the tenant's
-- number times 2^40, plus the position. That is a key of one integer, which SQLite appends to
-- without searching, and rows of up to 4,000 bytes need no overflow page.
create table events (
  id             integer not null primary key,
  tenant         text    not null,
  position       integer not null,
  aggregate_type text    not null,
  aggregate_id   text    not null,
  sequence       integer not null,
  event_type     text    not null,
  event_version  text    not null,
  payload        text    not null,
  metadata       text    not null,
  command_id     blob    not null,
  occurred_at    integer not null,
  recorded_at    integer not null,
  checksum       blob    not null,
  chain          blob    not null,
  unique (tenant, aggregate_type, aggregate_id, sequence)
) strict;

create table commands (
  tenant         text    not null,
  command_id     blob    not null,
  request_hash   blob    not null,
  first_position integer not null,
  last_position  integer not null,
  primary key (tenant, command_id)
) strict, without rowid;

create table snapshots (
  tenant         text    not null,
  aggregate_type text    not null,
  aggregate_id   text    not null,
  sequence       integer not null,
  payload        blob    not null,
  primary key (tenant, aggregate_type, aggregate_id)
) strict, without rowid;
