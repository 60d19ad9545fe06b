//! The rows that a batch writes, by column, and with them the arguments of the append function.

use tokio_postgres::types::ToSql;

use super::column::Column;
use super::row::{Micros, db};
use crate::digest::seal_request;
use crate::event::{CommandRecord, EventRef, StreamId};
use crate::head::Head;

/// Streams, commands and events of a batch.
#[derive(Default)]
pub(crate) struct Rows {
    new: Streams,
    old: Streams,
    commands: Commands,
    events: Events,
}

/// Where a stream stands among those of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    is_new: bool,
    nth: usize,
}

#[derive(Default)]
struct Streams {
    types: Column,
    ids: Column,
    from: Column,
    /// Moves on with each command of the batch.
    to: Vec<i64>,
}

#[derive(Default)]
struct Commands {
    ids: Column,
    hashes: Column,
    firsts: Column,
    lasts: Column,
}

#[derive(Default)]
struct Events {
    streams: Column,
    ids: Column,
    sequences: Column,
    types: Column,
    versions: Column,
    payloads: Column,
    metadata: Column,
    commands: Column,
    occurred: Column,
    recorded: Column,
    checksums: Column,
    chains: Column,
}

impl Rows {
    /// A stream of the batch that stands at a version.
    pub(crate) fn stream(&mut self, stream: &StreamId, from: u64) -> Place {
        let is_new = from == 0;
        let streams = if is_new { &mut self.new } else { &mut self.old };
        streams.types.text(&stream.aggregate_type);
        streams.ids.text(&stream.aggregate_id);
        streams.from.number(from);
        streams.to.push(db(from));
        let nth = streams.to.len() - 1;
        Place { is_new, nth }
    }

    /// The version of a stream after what the batch has of it.
    pub(crate) fn version(&mut self, place: Place) -> &mut i64 {
        let streams = if place.is_new {
            &mut self.new
        } else {
            &mut self.old
        };
        &mut streams.to[place.nth]
    }

    /// A command, whose events were noted or will be.
    pub(crate) fn command(&mut self, tenant: &str, command: &CommandRecord) {
        let commands = &mut self.commands;
        let sealed = seal_request(tenant, command.command_id, &command.request_hash);
        commands.ids.id(command.command_id);
        commands.hashes.bytes(&sealed);
        commands.firsts.number(command.first_position);
        commands.lasts.number(command.last_position);
    }

    /// An event at the next position.
    pub(crate) fn event(&mut self, event: &EventRef<'_>) {
        let events = &mut self.events;
        events.streams.text(event.aggregate_type);
        events.ids.text(event.aggregate_id);
        events.sequences.number(event.sequence);
        events.types.text(event.event_type);
        events.versions.text(event.event_version);
        events.payloads.text(event.payload);
        events.metadata.text(event.metadata);
        events.commands.id(event.command_id);
        events.occurred.instant(Micros(event.occurred_at_micros));
        events.recorded.instant(Micros(event.recorded_at_micros));
        events.checksums.bytes(event.checksum);
        events.chains.bytes(event.chain);
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.commands.ids.is_empty()
    }
}

/// A call of the append function.
pub(crate) struct Call<'p> {
    tenant: &'p str,
    head: i64,
    head_chain: &'p [u8],
    next: i64,
    next_recorded: Micros,
    next_chain: &'p [u8],
    rows: &'p Rows,
}

/// How many arguments the append function has.
pub(crate) const ARGUMENTS: usize = 29;

impl<'p> Call<'p> {
    /// The call that leads from one head to another.
    pub(crate) fn new(tenant: &'p str, before: &'p Head, after: &'p Head, rows: &'p Rows) -> Self {
        Self {
            tenant,
            head: db(before.position),
            head_chain: &before.chain,
            next: db(after.position),
            next_recorded: Micros(after.recorded_at_micros),
            next_chain: &after.chain,
            rows,
        }
    }

    /// The arguments in the order of the function: see `0001_log.sql`.
    pub(crate) fn arguments(&self) -> [&(dyn ToSql + Sync); ARGUMENTS] {
        let Rows {
            new,
            old,
            commands,
            events,
        } = self.rows;
        [
            &self.tenant,
            &self.head,
            &self.head_chain,
            &self.next,
            &self.next_recorded,
            &self.next_chain,
            &new.types,
            &new.ids,
            &new.to,
            &old.types,
            &old.ids,
            &old.from,
            &old.to,
            &commands.ids,
            &commands.hashes,
            &commands.firsts,
            &commands.lasts,
            &events.streams,
            &events.ids,
            &events.sequences,
            &events.types,
            &events.versions,
            &events.payloads,
            &events.metadata,
            &events.commands,
            &events.occurred,
            &events.recorded,
            &events.checksums,
            &events.chains,
        ]
    }
}
