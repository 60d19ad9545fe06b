-- The log. Tenant is first in every key, unique index and statement, so that a tenant's rows can
-- stand together on any node. The events table carries the columns of the postgres-es table under
-- its names and types: payload and metadata are exact JSON text.
create table gridwhistle.heads (
  tenant      text collate "C" not null primary key,
  position    bigint      not null,
  recorded_at timestamptz not null,
  chain       bytea       not null,
  -- Written to learn that everything before it is replicated; means nothing else.
  fence       bigint      not null default 0
) with (fillfactor = 20);

create table gridwhistle.streams (
  tenant         text collate "C" not null,
  aggregate_type text collate "C" not null,
  aggregate_id   text collate "C" not null,
  version        bigint not null,
  primary key (tenant, aggregate_type, aggregate_id)
) with (fillfactor = 70);

create table gridwhistle.events (
  tenant         text collate "C" not null,
  position       bigint      not null,
  aggregate_type text collate "C" not null,
  aggregate_id   text collate "C" not null,
  sequence       bigint      not null,
  event_type     text        not null,
  event_version  text        not null,
  payload        json        not null,
  metadata       json        not null,
  command_id     uuid        not null,
  occurred_at    timestamptz not null,
  recorded_at    timestamptz not null,
  checksum       bytea       not null,
  chain          bytea       not null,
  primary key (tenant, position),
  unique (tenant, aggregate_type, aggregate_id, sequence)
);

create table gridwhistle.commands (
  tenant         text collate "C" not null,
  command_id     uuid   not null,
  request_hash   bytea  not null,
  first_position bigint not null,
  last_position  bigint not null,
  primary key (tenant, command_id)
);

create table gridwhistle.snapshots (
  tenant         text collate "C" not null,
  aggregate_type text collate "C" not null,
  aggregate_id   text collate "C" not null,
  sequence       bigint not null,
  payload        bytea  not null,
  primary key (tenant, aggregate_type, aggregate_id)
);

-- Other programs may read a tenant's events under a view's name, and write nothing past the head.
create function gridwhistle.refuse_write() returns trigger language plpgsql as $$
begin
  raise exception 'the log of gridwhistle is read here and written by its own programs only';
end
$$;

-- Appends the commands of one batch of one tenant, or nothing. The caller has sealed the events
-- onto the head that it knows; where the head has moved, the answer is false and nothing is
-- written. Where a stream is not at the version that a command expects, or a command id is there
-- already, the statement fails with GW001: the caller then looks which, and leaves it out.
-- One function, so that an append is one statement on the one node that holds the tenant.
create function gridwhistle.append(
  of_tenant text,
  head_position bigint, head_chain bytea,
  next_position bigint, next_recorded_at timestamptz, next_chain bytea,
  new_types text[], new_ids text[], new_versions bigint[],
  old_types text[], old_ids text[], old_versions bigint[], old_next bigint[],
  command_ids uuid[], command_hashes bytea[], command_firsts bigint[], command_lasts bigint[],
  event_streams text[], event_ids text[], event_sequences bigint[],
  event_types text[], event_versions text[], event_payloads text[], event_metadata text[],
  event_commands uuid[], event_occurred timestamptz[], event_recorded timestamptz[],
  event_checksums bytea[], event_chains bytea[]
) returns boolean language plpgsql as $$
declare
  written bigint;
begin
  if head_position = 0 then
    insert into gridwhistle.heads (tenant, position, recorded_at, chain)
    values (of_tenant, next_position, next_recorded_at, next_chain)
    on conflict do nothing;
  else
    update gridwhistle.heads
    set position = next_position, recorded_at = next_recorded_at, chain = next_chain
    where tenant = of_tenant and position = head_position and chain = head_chain;
  end if;
  if not found then
    return false;
  end if;

  insert into gridwhistle.commands
    (tenant, command_id, request_hash, first_position, last_position)
  select of_tenant, c.id, c.hash, c.first, c.last
  from unnest(command_ids, command_hashes, command_firsts, command_lasts)
    as c (id, hash, first, last)
  on conflict do nothing;
  get diagnostics written = row_count;
  if written <> cardinality(command_ids) then
    raise exception 'a command id is there already' using errcode = 'GW001';
  end if;

  if cardinality(new_ids) > 0 then
    insert into gridwhistle.streams (tenant, aggregate_type, aggregate_id, version)
    select of_tenant, s.type, s.id, s.version
    from unnest(new_types, new_ids, new_versions) as s (type, id, version)
    on conflict do nothing;
    get diagnostics written = row_count;
    if written <> cardinality(new_ids) then
      raise exception 'a stream is there already' using errcode = 'GW001';
    end if;
  end if;

  if cardinality(old_ids) > 0 then
    update gridwhistle.streams as s
    set version = o.next
    from unnest(old_types, old_ids, old_versions, old_next) as o (type, id, version, next)
    where s.tenant = of_tenant and s.aggregate_type = o.type and s.aggregate_id = o.id
      and s.version = o.version;
    get diagnostics written = row_count;
    if written <> cardinality(old_ids) then
      raise exception 'a stream has moved on' using errcode = 'GW001';
    end if;
  end if;

  insert into gridwhistle.events
    (tenant, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
     payload, metadata, command_id, occurred_at, recorded_at, checksum, chain)
  select of_tenant, head_position + e.nth, e.stream, e.id, e.sequence, e.type, e.version,
    e.payload::json, e.metadata::json, e.command, e.occurred, e.recorded, e.checksum, e.chain
  from unnest(event_streams, event_ids, event_sequences, event_types, event_versions,
    event_payloads, event_metadata, event_commands, event_occurred, event_recorded,
    event_checksums, event_chains) with ordinality
    as e (stream, id, sequence, type, version, payload, metadata, command, occurred, recorded,
      checksum, chain, nth);

  -- A hint for those who wait, once a batch; whoever misses it looks again by itself.
  perform pg_notify('gridwhistle', next_position || ' ' || left(of_tenant, 1000));
  return true;
end
$$;
