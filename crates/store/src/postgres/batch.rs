//! What a batch of commands of one tenant becomes: answers, and the rows to write.
//!
//! Pure, but for the clock. Nothing is asked first: a stream is taken to be at the version that its
//! first command expects. The database compares; where it refuses, the writer looks what is
//! [`Known`] and the batch is planned again with that.

use std::collections::HashMap;
use std::convert::Infallible;

use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::row::{Micros, db};
use crate::clock::Clock;
use crate::digest::seal_request;
use crate::error::{AppendError, StoreError};
use crate::event::{Append, Appended, CommandRecord, EventRef, RecordedCommand, StreamId};
use crate::head::{self, Head};

/// What the database holds of the commands and streams of a batch.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) commands: HashMap<Uuid, CommandRecord>,
    /// By stream; one that is not here has no events. None: not asked.
    pub(crate) versions: Option<HashMap<StreamId, u64>>,
    /// First positions of commands that were sent and not answered: found there, they are ours.
    pub(crate) sent: HashMap<Uuid, u64>,
}

/// A planned batch.
pub(crate) struct Plan<'a> {
    pub(crate) before: Head,
    pub(crate) after: Head,
    /// In the order of the commands; they hold once the rows are written.
    pub(crate) answers: Vec<Result<Appended, AppendError>>,
    /// The last position that an answer to a command of before rests on.
    pub(crate) rests_on: u64,
    streams: Vec<(&'a StreamId, u64, u64)>,
    commands: Vec<CommandRecord>,
    events: Events<'a>,
}

/// The events of a batch by column.
#[derive(Default)]
struct Events<'a> {
    streams: Vec<&'a str>,
    ids: Vec<&'a str>,
    sequences: Vec<i64>,
    types: Vec<&'a str>,
    versions: Vec<&'a str>,
    payloads: Vec<&'a str>,
    metadata: Vec<&'a str>,
    commands: Vec<Uuid>,
    occurred: Vec<Micros>,
    recorded: Vec<Micros>,
    checksums: Vec<[u8; 32]>,
    chains: Vec<[u8; 32]>,
}

impl<'a> Plan<'a> {
    /// Plans the commands in their order onto `head`.
    pub(crate) fn of(head: Head, appends: &[&'a Append], known: &Known, clock: &dyn Clock) -> Self {
        let mut plan = Self::empty(head);
        let mut here: HashMap<Uuid, CommandRecord> = HashMap::new();
        let mut moved: HashMap<&'a StreamId, usize> = HashMap::new();
        for append in appends {
            let answer = plan.take(append, known, &mut here, &mut moved, clock);
            plan.answers.push(answer);
        }
        plan
    }

    fn empty(head: Head) -> Self {
        Self {
            before: head,
            after: head,
            answers: Vec::new(),
            rests_on: 0,
            streams: Vec::new(),
            commands: Vec::new(),
            events: Events::default(),
        }
    }

    fn take(
        &mut self,
        append: &'a Append,
        known: &Known,
        here: &mut HashMap<Uuid, CommandRecord>,
        moved: &mut HashMap<&'a StreamId, usize>,
        clock: &dyn Clock,
    ) -> Result<Appended, AppendError> {
        let id = append.command_id;
        if let Some(before) = here.get(&id) {
            return head::answer_known(append, before);
        }
        if let Some(before) = known.commands.get(&id) {
            self.rests_on = self.rests_on.max(before.last_position);
            let mut answer = head::answer_known(append, before)?;
            answer.repeated = known.sent.get(&id) != Some(&before.first_position);
            return Ok(answer);
        }
        let place = moved.get(&append.stream).copied();
        let actual = match (place, &known.versions) {
            (Some(place), _) => self.streams[place].2,
            (None, Some(versions)) => versions.get(&append.stream).copied().unwrap_or_default(),
            (None, None) => append.expected_version,
        };
        if actual != append.expected_version {
            return Err(AppendError::Conflict {
                expected: append.expected_version,
                actual,
            });
        }
        let placed = self.after.place(append);
        self.after.tick(clock.now());
        for (nth, new) in append.events.iter().enumerate() {
            let events = &mut self.events;
            let sealed: Result<(), Infallible> = self.after.seal(append, nth, |event| {
                events.note(&event);
                Ok(())
            });
            let Ok(()) = sealed;
            let texts = [
                &*new.event_type,
                &new.event_version,
                &new.payload,
                &new.metadata,
            ];
            self.events.borrow(&append.stream, texts);
        }
        match place {
            Some(place) => self.streams[place].2 = placed.version,
            None => {
                moved.insert(&append.stream, self.streams.len());
                self.streams
                    .push((&append.stream, append.expected_version, placed.version));
            }
        }
        let record = head::record(append, &placed);
        here.insert(id, record);
        self.commands.push(record);
        Ok(placed)
    }

    /// Plans commands of another log onto `head`, if they follow. Their streams are taken to be
    /// where their first events begin; the database compares.
    pub(crate) fn adopting(
        head: Head,
        tenant: &str,
        commands: &'a [RecordedCommand],
    ) -> Result<Self, StoreError> {
        let mut plan = Self::empty(head);
        let mut moved: HashMap<&'a StreamId, usize> = HashMap::new();
        for command in commands {
            let first = command.events.first();
            let place = first.and_then(|event| moved.get(&event.stream).copied());
            let version = match (place, first) {
                (Some(place), _) => plan.streams[place].2,
                (None, Some(event)) => event.sequence.saturating_sub(1),
                (None, None) => 0,
            };
            plan.after.follow(tenant, command, version)?;
            for event in &command.events {
                plan.events.note(&event.borrowed());
                let texts = [
                    &*event.event_type,
                    &event.event_version,
                    &event.payload,
                    &event.metadata,
                ];
                plan.events.borrow(&event.stream, texts);
            }
            let (Some(first), Some(record)) = (first, head::record_of(command)) else {
                continue;
            };
            match place {
                Some(place) => plan.streams[place].2 = record.version,
                None => {
                    moved.insert(&first.stream, plan.streams.len());
                    plan.streams.push((&first.stream, version, record.version));
                }
            }
            plan.commands.push(record);
        }
        Ok(plan)
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// The commands that would be written, with the first position of each.
    pub(crate) fn sent(&self) -> impl Iterator<Item = (Uuid, u64)> + '_ {
        self.commands
            .iter()
            .map(|command| (command.command_id, command.first_position))
    }

    /// The arguments of the append function.
    pub(crate) fn arguments(&self, tenant: &'a str) -> Arguments<'_> {
        let mut new = Streams::default();
        let mut old = Streams::default();
        for (stream, from, to) in &self.streams {
            let kind = if *from == 0 { &mut new } else { &mut old };
            kind.types.push(&stream.aggregate_type);
            kind.ids.push(&stream.aggregate_id);
            kind.from.push(db(*from));
            kind.to.push(db(*to));
        }
        let commands = &self.commands;
        let sealed =
            |one: &CommandRecord| seal_request(tenant, one.command_id, &one.request_hash).to_vec();
        Arguments {
            tenant,
            head: db(self.before.position),
            head_chain: &self.before.chain,
            next: db(self.after.position),
            next_recorded: Micros(self.after.recorded_at_micros),
            next_chain: &self.after.chain,
            new,
            old,
            ids: commands.iter().map(|one| one.command_id).collect(),
            hashes: commands.iter().map(sealed).collect(),
            firsts: commands.iter().map(|one| db(one.first_position)).collect(),
            lasts: commands.iter().map(|one| db(one.last_position)).collect(),
            checksums: self.events.checksums.iter().map(|sum| &sum[..]).collect(),
            chains: self.events.chains.iter().map(|chain| &chain[..]).collect(),
            events: &self.events,
        }
    }
}

/// Streams of a batch by column.
#[derive(Default)]
struct Streams<'p> {
    types: Vec<&'p str>,
    ids: Vec<&'p str>,
    from: Vec<i64>,
    to: Vec<i64>,
}

/// The arguments of the append function, by column.
pub(crate) struct Arguments<'p> {
    tenant: &'p str,
    head: i64,
    head_chain: &'p [u8],
    next: i64,
    next_recorded: Micros,
    next_chain: &'p [u8],
    new: Streams<'p>,
    old: Streams<'p>,
    ids: Vec<Uuid>,
    hashes: Vec<Vec<u8>>,
    firsts: Vec<i64>,
    lasts: Vec<i64>,
    events: &'p Events<'p>,
    checksums: Vec<&'p [u8]>,
    chains: Vec<&'p [u8]>,
}

/// How many arguments the append function has.
pub(crate) const ARGUMENTS: usize = 29;

impl Arguments<'_> {
    /// In the order of the function: see `0001_log.sql`.
    pub(crate) fn in_order(&self) -> [&(dyn ToSql + Sync); ARGUMENTS] {
        let events = self.events;
        [
            &self.tenant,
            &self.head,
            &self.head_chain,
            &self.next,
            &self.next_recorded,
            &self.next_chain,
            &self.new.types,
            &self.new.ids,
            &self.new.to,
            &self.old.types,
            &self.old.ids,
            &self.old.from,
            &self.old.to,
            &self.ids,
            &self.hashes,
            &self.firsts,
            &self.lasts,
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
            &self.checksums,
            &self.chains,
        ]
    }
}

impl<'a> Events<'a> {
    /// Notes the numbers and hashes of an event.
    fn note(&mut self, event: &EventRef<'_>) {
        self.sequences.push(db(event.sequence));
        self.commands.push(event.command_id);
        self.occurred.push(Micros(event.occurred_at_micros));
        self.recorded.push(Micros(event.recorded_at_micros));
        self.checksums.push(*event.checksum);
        self.chains.push(*event.chain);
    }

    /// Takes the texts of an event.
    fn borrow(
        &mut self,
        stream: &'a StreamId,
        [event_type, event_version, payload, metadata]: [&'a str; 4],
    ) {
        self.streams.push(&stream.aggregate_type);
        self.ids.push(&stream.aggregate_id);
        self.types.push(event_type);
        self.versions.push(event_version);
        self.payloads.push(payload);
        self.metadata.push(metadata);
    }
}

/// The next commands that go into one transaction: at least one, at most `most`, and no further
/// one after `bytes` of events.
pub(crate) fn portion(appends: &[&Append], most: usize, bytes: usize) -> usize {
    let mut text = 0;
    for (nth, append) in appends.iter().enumerate().take(most.max(1)) {
        text += append.bytes();
        if text > bytes {
            return nth.max(1);
        }
    }
    appends.len().min(most.max(1))
}
