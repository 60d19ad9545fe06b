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
use super::rows::Rows;
use crate::clock::Clock;
use crate::digest::seal_request;
use crate::error::{AppendError, StoreError};
use crate::event::{Appended, CommandRecord, RecordedCommand, StreamId};
use crate::head::{self, Head};
use crate::queue::Bid;

/// What the database holds of the commands and streams of a batch.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) commands: HashMap<Uuid, CommandRecord>,
    /// By stream; one that is not here has no events. None: not asked.
    pub(crate) versions: Option<HashMap<StreamId, u64>>,
    /// The last position before the head that somebody else may have written.
    pub(crate) others: u64,
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
    /// The streams that move: from which version, and to which.
    streams: Vec<(&'a StreamId, u64, u64)>,
    commands: Vec<CommandRecord>,
    events: Rows,
}

impl<'a> Plan<'a> {
    /// Plans the commands in their order onto `head`.
    pub(crate) fn of(head: Head, bids: &[Bid<'a>], known: &Known, clock: &dyn Clock) -> Self {
        let mut plan = Self::empty(head);
        let mut here: HashMap<Uuid, CommandRecord> = HashMap::new();
        let mut moved: HashMap<&'a StreamId, usize> = HashMap::new();
        for bid in bids {
            let answer = plan.take(*bid, known, &mut here, &mut moved, clock);
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
            events: Rows::default(),
        }
    }

    fn take(
        &mut self,
        Bid { append, knows }: Bid<'a>,
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
        if let Some(knows) = knows.filter(|knows| *knows < known.others) {
            let others = known.others;
            return Err(AppendError::Behind { knows, others });
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
        for nth in 0..append.events.len() {
            let sealed: Result<(), Infallible> = self.after.seal(append, nth, |event| {
                self.events.event(&event);
                Ok(())
            });
            let Ok(()) = sealed;
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
                plan.events.event(&event.borrowed());
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
        let mut expected = Rows::default();
        for (stream, was, _) in self.streams.iter().filter(|(_, was, _)| *was > 0) {
            expected.stream(stream, *was);
        }
        let mut commands = Rows::default();
        for one in &self.commands {
            let sealed = seal_request(tenant, one.command_id, &one.request_hash);
            commands.command(one, &sealed);
        }
        Arguments {
            tenant,
            head: db(self.before.position),
            head_chain: &self.before.chain,
            next: db(self.after.position),
            next_recorded: Micros(self.after.recorded_at_micros),
            next_chain: &self.after.chain,
            expected,
            commands,
            events: &self.events,
        }
    }
}

/// The arguments of the append function.
pub(crate) struct Arguments<'p> {
    tenant: &'p str,
    head: i64,
    head_chain: &'p [u8],
    next: i64,
    next_recorded: Micros,
    next_chain: &'p [u8],
    expected: Rows,
    commands: Rows,
    events: &'p Rows,
}

/// How many arguments the append function has.
pub(crate) const ARGUMENTS: usize = 9;

impl Arguments<'_> {
    /// In the order of the function: see `0003_append.sql`.
    pub(crate) fn in_order(&self) -> [&(dyn ToSql + Sync); ARGUMENTS] {
        [
            &self.tenant,
            &self.head,
            &self.head_chain,
            &self.next,
            &self.next_recorded,
            &self.next_chain,
            &self.expected,
            &self.commands,
            self.events,
        ]
    }
}

/// The next commands that go into one transaction: at least one, at most `most`, and no further
/// one after `bytes` of events.
pub(crate) fn portion(bids: &[Bid<'_>], most: usize, bytes: usize) -> usize {
    let mut text = 0;
    for (nth, bid) in bids.iter().enumerate().take(most.max(1)) {
        text += bid.append.bytes();
        if text > bytes {
            return nth.max(1);
        }
    }
    bids.len().min(most.max(1))
}
