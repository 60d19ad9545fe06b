-- An append takes its rows as rows, one array for each table, no longer as an array for each column:
-- a dozen of those had to be put side by side again, which cost more than writing the events.
drop function gridwhistle.append;

-- The version of a stream is the number of its last event, which the key over the numbers of a stream
-- holds already: it need not be told, and moved with every event, a second time.
drop table gridwhistle.streams;

create type gridwhistle.stream_version as (
  aggregate_type text,
  aggregate_id   text,
  version        bigint
);

create type gridwhistle.given_command as (
  command_id     uuid,
  request_hash   bytea,
  first_position bigint,
  last_position  bigint
);

create type gridwhistle.sealed_event as (
  aggregate_type text,
  aggregate_id   text,
  sequence       bigint,
  event_type     text,
  event_version  text,
  payload        json,
  metadata       json,
  command_id     uuid,
  occurred_at    timestamptz,
  recorded_at    timestamptz,
  checksum       bytea,
  chain          bytea
);

-- Appends the commands of one batch of one tenant, or nothing. The caller has sealed the events
-- onto the head that it knows; where the head has moved, the answer is false and nothing is
-- written. Where a stream is not at the version that a command expects, or a command id is there
-- already, the statement fails (GW001, or 23505 of the key): the caller then looks which, and leaves
-- it out. One function, so that an append is one statement on the one node that holds the tenant.
--
-- Its plans do not depend on what a batch holds: they are made once and kept. Nor may they depend on
-- how many rows there are: with a few hundred, the key over positions is as good a guess to find one
-- event of a stream as the key over its numbers, and such a plan, kept, reads the whole log each
-- time. Only the latter key gives the last event of a stream without a scan or a sort: neither is
-- allowed.
create function gridwhistle.append(
  of_tenant text,
  head_position bigint, head_chain bytea,
  next_position bigint, next_recorded_at timestamptz, next_chain bytea,
  expected_streams gridwhistle.stream_version[],
  given_commands gridwhistle.given_command[], sealed_events gridwhistle.sealed_event[]
) returns boolean language plpgsql
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  set enable_sort = off
as $$
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
  select of_tenant, c.command_id, c.request_hash, c.first_position, c.last_position
  from unnest(given_commands) as c;

  -- The last event of a stream must be the one that its command expects. A question for each row,
  -- which no plan turns into a join.
  if exists (
    select from unnest(expected_streams) as s
    where s.version is distinct from (
      select e.sequence from gridwhistle.events as e
      where e.tenant = of_tenant and e.aggregate_type = s.aggregate_type
        and e.aggregate_id = s.aggregate_id
      order by e.sequence desc limit 1
    )
  ) then
    raise exception 'a stream is not where it was expected' using errcode = 'GW001';
  end if;

  insert into gridwhistle.events
    (tenant, position, aggregate_type, aggregate_id, sequence, event_type, event_version,
     payload, metadata, command_id, occurred_at, recorded_at, checksum, chain)
  select of_tenant, head_position + e.nth, e.aggregate_type, e.aggregate_id, e.sequence,
    e.event_type, e.event_version, e.payload, e.metadata, e.command_id, e.occurred_at,
    e.recorded_at, e.checksum, e.chain
  from unnest(sealed_events) with ordinality
    as e (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
      command_id, occurred_at, recorded_at, checksum, chain, nth);

  -- A hint for those who wait, once a batch; whoever misses it looks again by itself.
  perform pg_notify('gridwhistle', next_position || ' ' || left(of_tenant, 1000));
  return true;
end
$$;
