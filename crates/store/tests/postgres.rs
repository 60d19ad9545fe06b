//! The log in PostgreSQL beyond the common contract: several processes on one database, and
//! everything that can go wrong with the server, the disk and the line between.

#[path = "postgres/away.rs"]
mod away;
#[path = "postgres/desk.rs"]
mod desk;
#[path = "postgres/processes.rs"]
mod processes;
#[path = "postgres/proxy.rs"]
mod proxy;
#[path = "postgres/refusals.rs"]
mod refusals;
#[path = "postgres/schema.rs"]
mod schema;
#[path = "postgres/standby.rs"]
mod standby;
