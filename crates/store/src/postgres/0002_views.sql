-- View tables: which there are and where they stand, and who fills them. The tables themselves are
-- made and dropped by the program, a set for each generation of a tenant's view, named by its
-- number, which is drawn at random. All of it is a cache: a row that is lost is folded from the log
-- again.
create table gridwhistle.generations (
  tenant      text collate "C" not null,
  view        text collate "C" not null,
  generation  bigint not null,
  state       text collate "C" not null check (state in ('building', 'discarded', 'live')),
  version     bigint not null,
  fingerprint text   not null,
  tables      text[] not null,
  position    bigint not null default 0,
  chain       bytea  not null default decode(repeat('00', 32), 'hex'),
  primary key (tenant, view, generation)
) with (fillfactor = 20);

create unique index generations_live on gridwhistle.generations (tenant, view)
  where state = 'live';
create unique index generations_building on gridwhistle.generations (tenant, view)
  where state = 'building';

-- Who does a piece of work, until when by this database's clock.
create table gridwhistle.leases (
  tenant text collate "C" not null,
  name   text collate "C" not null,
  holder uuid        not null,
  until  timestamptz not null,
  primary key (tenant, name)
) with (fillfactor = 20);
