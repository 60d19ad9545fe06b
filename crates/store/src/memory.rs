//! The log in memory: for tests and trials. It keeps the whole contract but durability.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::{AppendError, StoreError};
use crate::event::{
    Append, Appended, CommandRecord, EventRef, RecordedCommand, RecordedEvent, Snapshot, StreamId,
};
use crate::head::{self, Head};
use crate::log::EventLog;
use crate::verify::{VerifyReport, Walk, check_read};

/// How many events a replay takes out of the lock at a time.
const REPLAY_STEP: usize = 1_000;

/// A log that lives as long as the process.
pub struct MemoryLog {
    clock: Arc<dyn Clock>,
    tenants: Mutex<BTreeMap<String, TenantLog>>,
}

struct TenantLog {
    head: Head,
    events: Vec<Arc<RecordedEvent>>,
    streams: BTreeMap<StreamId, Vec<usize>>,
    commands: BTreeMap<Uuid, CommandRecord>,
    snapshots: BTreeMap<StreamId, Snapshot>,
    watch: watch::Sender<u64>,
}

impl MemoryLog {
    /// An empty log that takes its time from `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            tenants: Mutex::new(BTreeMap::new()),
        }
    }

    fn tenants(&self) -> MutexGuard<'_, BTreeMap<String, TenantLog>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a tenant; one that is not there reads as the default.
    fn read<T: Default>(&self, tenant: &str, read: impl FnOnce(&TenantLog) -> T) -> T {
        self.tenants().get(tenant).map(read).unwrap_or_default()
    }
}

impl TenantLog {
    fn new() -> Self {
        Self {
            head: Head::empty(),
            events: Vec::new(),
            streams: BTreeMap::new(),
            commands: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            watch: watch::Sender::new(0),
        }
    }

    fn append(&mut self, append: &Append, clock: &dyn Clock) -> Result<Appended, AppendError> {
        if let Some(known) = self.commands.get(&append.command_id) {
            return head::answer_known(append, known);
        }
        let actual = self.streams.get(&append.stream).map_or(0, Vec::len) as u64;
        let expected = append.expected_version;
        if actual != expected {
            return Err(AppendError::Conflict { expected, actual });
        }
        let placed = self.head.place(append);
        self.head.tick(clock.now());
        let stream = self.streams.entry(append.stream.clone()).or_default();
        for nth in 0..append.events.len() {
            let seal = |event: EventRef<'_>| Ok::<_, AppendError>(event.to_recorded());
            let event = self.head.seal(append, nth, seal)?;
            stream.push(self.events.len());
            self.events.push(Arc::new(event));
        }
        let record = head::record(append, &placed);
        self.commands.insert(append.command_id, record);
        self.watch.send_replace(self.head.position);
        Ok(placed)
    }

    fn adopt(&mut self, tenant: &str, commands: Vec<RecordedCommand>) -> Result<u64, StoreError> {
        let mut after = self.head;
        let mut versions = BTreeMap::new();
        for command in &commands {
            let stream = command.events.first().map(|event| event.stream.clone());
            let stream = stream.unwrap_or_else(|| StreamId::new("", ""));
            let stored = self.streams.get(&stream).map_or(0, Vec::len) as u64;
            let version = versions.entry(stream).or_insert(stored);
            after.follow(tenant, command, *version)?;
            *version += command.events.len() as u64;
        }
        for command in commands {
            let record = head::record_of(&command);
            self.commands
                .extend(record.map(|record| (record.command_id, record)));
            for event in command.events {
                let stream = self.streams.entry(event.stream.clone()).or_default();
                stream.push(self.events.len());
                self.events.push(Arc::new(event));
            }
        }
        self.head = after;
        self.watch.send_replace(after.position);
        Ok(after.position)
    }
}

/// Copies events out, each checked as a read from a file is.
fn copy<'a>(
    events: impl Iterator<Item = &'a Arc<RecordedEvent>>,
    after: u64,
    number: impl Fn(&RecordedEvent) -> u64,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let mut expected = after;
    events
        .map(|event| {
            expected += 1;
            check_read(&event.borrowed(), expected, number(event))?;
            Ok(RecordedEvent::clone(event))
        })
        .collect()
}

#[async_trait]
impl EventLog for MemoryLog {
    fn sole_writer(&self) -> bool {
        true
    }

    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        head::check(&append)?;
        let mut tenants = self.tenants();
        if !tenants.contains_key(&append.tenant) {
            tenants.insert(append.tenant.clone(), TenantLog::new());
        }
        match tenants.get_mut(&append.tenant) {
            Some(tenant) => tenant.append(&append, &*self.clock),
            None => Err(StoreError::Closed.into()),
        }
    }

    async fn append_knowing(&self, append: Append, _: u64) -> Result<Appended, AppendError> {
        // Nobody else appends.
        self.append(append).await
    }

    async fn read_stream(
        &self,
        tenant: &str,
        stream: &StreamId,
        after_sequence: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let after = usize::try_from(after_sequence).unwrap_or(usize::MAX);
        let events: Vec<_> = self.read(tenant, |log| {
            let places = log
                .streams
                .get(stream)
                .and_then(|places| places.get(after..));
            places
                .unwrap_or_default()
                .iter()
                .map(|place| log.events[*place].clone())
                .collect()
        });
        copy(events.iter(), after_sequence, |event| event.sequence)
    }

    async fn read_log(
        &self,
        tenant: &str,
        after_position: u64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let after = usize::try_from(after_position).unwrap_or(usize::MAX);
        let events: Vec<_> = self.read(tenant, |log| {
            log.events.iter().skip(after).take(limit).cloned().collect()
        });
        copy(events.iter(), after_position, |event| event.position)
    }

    async fn head(&self, tenant: &str) -> Result<u64, StoreError> {
        Ok(self.read(tenant, |log| log.head.position))
    }

    fn watch(&self, tenant: &str) -> watch::Receiver<u64> {
        let mut tenants = self.tenants();
        tenants
            .entry(tenant.to_owned())
            .or_insert_with(TenantLog::new)
            .watch
            .subscribe()
    }

    async fn command(
        &self,
        tenant: &str,
        command_id: Uuid,
    ) -> Result<Option<CommandRecord>, StoreError> {
        Ok(self.read(tenant, |log| log.commands.get(&command_id).copied()))
    }

    async fn adopt(&self, tenant: &str, commands: Vec<RecordedCommand>) -> Result<u64, StoreError> {
        let mut tenants = self.tenants();
        let log = tenants.entry(tenant.to_owned());
        log.or_insert_with(TenantLog::new).adopt(tenant, commands)
    }

    async fn tenants(&self) -> Result<Vec<String>, StoreError> {
        let with_events = |(_, log): &(&String, &TenantLog)| !log.events.is_empty();
        Ok(self
            .tenants()
            .iter()
            .filter(with_events)
            .map(|(name, _)| name.clone())
            .collect())
    }

    async fn snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
    ) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.read(tenant, |log| log.snapshots.get(stream).cloned()))
    }

    async fn put_snapshot(
        &self,
        tenant: &str,
        stream: &StreamId,
        snapshot: Snapshot,
    ) -> Result<(), StoreError> {
        let mut tenants = self.tenants();
        let log = tenants.get_mut(tenant);
        let version = log
            .as_ref()
            .and_then(|log| log.streams.get(stream))
            .map_or(0, Vec::len);
        head::check_snapshot(&snapshot, version as u64)?;
        if let Some(log) = log {
            let older = log
                .snapshots
                .get(stream)
                .is_none_or(|old| old.sequence <= snapshot.sequence);
            if older {
                log.snapshots.insert(stream.clone(), snapshot);
            }
        }
        Ok(())
    }

    async fn drop_snapshots(&self, tenant: &str) -> Result<u64, StoreError> {
        let mut tenants = self.tenants();
        let dropped = tenants
            .get_mut(tenant)
            .map(|log| std::mem::take(&mut log.snapshots));
        Ok(dropped.map_or(0, |snapshots| snapshots.len() as u64))
    }

    async fn verify(&self, tenant: &str) -> Result<VerifyReport, StoreError> {
        let (events, head) = self
            .read(tenant, |log| Some((log.events.clone(), log.head)))
            .unwrap_or((Vec::new(), Head::empty()));
        let mut walk = Walk::new();
        let fault = events
            .iter()
            .find_map(|event| walk.step(&event.borrowed()).err());
        let fault = fault.or_else(|| walk.end(&head));
        Ok(walk.report(tenant, fault))
    }

    fn replay(
        &self,
        tenant: &str,
        after: u64,
        up_to: u64,
        each: &mut dyn FnMut(EventRef<'_>) -> ControlFlow<()>,
    ) -> Result<u64, StoreError> {
        let mut last = after;
        loop {
            let skip = usize::try_from(last).unwrap_or(usize::MAX);
            let step: Vec<_> = self.read(tenant, |log| {
                log.events
                    .iter()
                    .skip(skip)
                    .take(REPLAY_STEP)
                    .cloned()
                    .collect()
            });
            if step.is_empty() {
                return Ok(last);
            }
            for event in step {
                if event.position > up_to {
                    return Ok(last);
                }
                last = event.position;
                if each(event.borrowed()).is_break() {
                    return Ok(last);
                }
            }
        }
    }
}
