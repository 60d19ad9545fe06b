-- What `PgEventStore::try_new` of disintegrate-postgres 4.0 makes, and the column of our one identifier.
-- Only the literal 0xFFFFFFFF is written as 4294967295, which PostgreSQL 15 reads as well.
create sequence seq_event_event_id;
create table event (
    event_id bigint primary key default nextval('seq_event_event_id'),
    event_type varchar(255),
    payload bytea,
    inserted_at timestamp default now(),
    case_id text
);
create index idx_event_type_btree on event (event_type);
create index idx_event_case_id on event (case_id) where case_id is not null;
create function event_store_current_epoch() returns bigint as $$
declare
    persisted_event_id bigint;
    pending_event_id bigint;
    db_id int;
begin
    select coalesce(max(event_id), 0) into persisted_event_id from event;
    select oid into db_id from pg_database where datname = current_database();
    select min((l3.objid::bigint << 32) + l2.objid::bigint) into pending_event_id
    from pg_locks l1
    inner join pg_locks l2 on l1.pid = l2.pid
    inner join pg_locks l3 on l1.pid = l3.pid
    where l1.classid = db_id and l2.classid = 1 and l3.classid = 2 and l1.locktype = 'advisory';
    return least(coalesce(pending_event_id, persisted_event_id), persisted_event_id);
end;
$$ language plpgsql;
create function event_store_begin_epoch() returns void as $$
declare
    id bigint;
    db_id int;
begin
    select last_value into id from seq_event_event_id;
    select oid into db_id from pg_database where datname = current_database();
    perform pg_try_advisory_xact_lock_shared(db_id, 0);
    perform pg_try_advisory_xact_lock_shared(1, (id & 4294967295)::bit(32)::integer);
    perform pg_try_advisory_xact_lock_shared(2, (id >> 32)::bit(32)::integer);
end;
$$ language plpgsql;
