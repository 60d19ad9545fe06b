//! What a batch of commands of one tenant becomes: answers, and the rows to write.
//!
//! Pure, but for the clock. Nothing is asked first: a stream is taken to be at the version that its
//! first command expects. The database compares; where it refuses, the writer looks what is
//! [`Known`] and the batch is planned again with that.

use std::collections::HashMap;
use std::convert::Infallible;

use uuid::Uuid;

use super::row::db;
use super::rows::{Call, Place, Rows};
use crate::clock::Clock;
use crate::error::{AppendError, StoreError};
use crate::event::{Append, Appended, CommandRecord, RecordedCommand, StreamId};
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

/// A planned batch. It holds what it writes, so that the commands need not stand still meanwhile.
pub(crate) struct Plan {
    pub(crate) before: Head,
    pub(crate) after: Head,
    /// In the order of the commands; they hold once the rows are written.
    pub(crate) answers: Vec<Result<Appended, AppendError>>,
    /// The last position that an answer to a command of before rests on.
    pub(crate) rests_on: u64,
    commands: HashMap<Uuid, CommandRecord>,
    streams: HashMap<StreamId, Place>,
    rows: Rows,
}

impl Plan {
    /// A plan of no commands yet onto `head`.
    pub(crate) fn onto(head: Head) -> Self {
        Self {
            before: head,
            after: head,
            answers: Vec::new(),
            rests_on: 0,
            commands: HashMap::new(),
            streams: HashMap::new(),
            rows: Rows::default(),
        }
    }

    /// Plans the commands in their order onto `head`.
    pub(crate) fn of(head: Head, appends: &[&Append], known: &Known, clock: &dyn Clock) -> Self {
        let mut plan = Self::onto(head);
        for append in appends {
            plan.add(append, known, clock);
        }
        plan
    }

    /// Plans a further command.
    pub(crate) fn add(&mut self, append: &Append, known: &Known, clock: &dyn Clock) {
        let answer = self.take(append, known, clock);
        self.answers.push(answer);
    }

    fn take(
        &mut self,
        append: &Append,
        known: &Known,
        clock: &dyn Clock,
    ) -> Result<Appended, AppendError> {
        let id = append.command_id;
        if let Some(before) = self.commands.get(&id) {
            return head::answer_known(append, before);
        }
        if let Some(before) = known.commands.get(&id) {
            self.rests_on = self.rests_on.max(before.last_position);
            let mut answer = head::answer_known(append, before)?;
            answer.repeated = known.sent.get(&id) != Some(&before.first_position);
            return Ok(answer);
        }
        let place = self.streams.get(&append.stream).copied();
        let actual = match (place, &known.versions) {
            (Some(place), _) => self.rows.version(place).unsigned_abs(),
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
        for nth in 0..append.events.len() {
            let sealed: Result<(), Infallible> = self.after.seal(append, nth, |event| {
                self.rows.event(&event);
                Ok(())
            });
            let Ok(()) = sealed;
        }
        self.moves(&append.stream, place, append.expected_version, placed.version);
        self.notes(&append.tenant, head::record(append, &placed));
        Ok(placed)
    }

    /// Plans commands of another log onto `head`, if they follow. Their streams are taken to be
    /// where their first events begin; the database compares.
    pub(crate) fn adopting(
        head: Head,
        tenant: &str,
        commands: &[RecordedCommand],
    ) -> Result<Self, StoreError> {
        let mut plan = Self::onto(head);
        for command in commands {
            let first = command.events.first();
            let place = first.and_then(|event| plan.streams.get(&event.stream).copied());
            let version = match (place, first) {
                (Some(place), _) => plan.rows.version(place).unsigned_abs(),
                (None, Some(event)) => event.sequence.saturating_sub(1),
                (None, None) => 0,
            };
            plan.after.follow(tenant, command, version)?;
            for event in &command.events {
                plan.rows.event(&event.borrowed());
            }
            let (Some(first), Some(record)) = (first, head::record_of(command)) else {
                continue;
            };
            plan.moves(&first.stream, place, version, record.version);
            plan.notes(tenant, record);
        }
        Ok(plan)
    }

    fn moves(&mut self, stream: &StreamId, place: Option<Place>, from: u64, to: u64) {
        let place = place.unwrap_or_else(|| {
            let place = self.rows.stream(stream, from);
            self.streams.insert(stream.clone(), place);
            place
        });
        *self.rows.version(place) = db(to);
    }

    fn notes(&mut self, tenant: &str, command: CommandRecord) {
        self.rows.command(tenant, &command);
        self.commands.insert(command.command_id, command);
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The commands that would be written, with the first position of each.
    pub(crate) fn sent(&self) -> impl Iterator<Item = (Uuid, u64)> + '_ {
        self.commands
            .values()
            .map(|command| (command.command_id, command.first_position))
    }

    /// The call that writes it.
    pub(crate) fn call<'p>(&'p self, tenant: &'p str) -> Call<'p> {
        Call::new(tenant, &self.before, &self.after, &self.rows)
    }
}

/// What still goes into one transaction: at most so many commands, and no further one after so many
/// bytes of event text; but one always.
pub(crate) struct Room {
    commands: usize,
    bytes: usize,
    taken: usize,
}

impl Room {
    pub(crate) fn new(commands: usize, bytes: usize) -> Self {
        Self {
            commands,
            bytes,
            taken: 0,
        }
    }

    /// Whether a further command goes in, which then has its room.
    pub(crate) fn takes(&mut self, append: &Append) -> bool {
        let sizes = append
            .events
            .iter()
            .map(|event| event.payload.len() + event.metadata.len() + event.event_type.len());
        let left = self.bytes.checked_sub(sizes.sum());
        let takes = self.taken == 0 || self.taken < self.commands && left.is_some();
        if takes {
            self.bytes = left.unwrap_or_default();
            self.taken += 1;
        } else {
            // The commands behind it come after it.
            self.commands = 0;
        }
        takes
    }

    /// How many of the next commands go in.
    pub(crate) fn portion(mut self, appends: &[&Append]) -> usize {
        appends
            .iter()
            .take_while(|append| self.takes(append))
            .count()
    }
}
