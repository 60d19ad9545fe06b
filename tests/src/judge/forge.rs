//! A forged log: an honest one with something changed, and everything that a checksum, a chain or a
//! number could tell made to fit again. Only the judge can find what was changed.

use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle_audit::Source;
use gridwhistle_audit::judge::{JudgeOptions, JudgeReport, judge};
use gridwhistle_store::{EventLog, ManualClock, MemoryLog, RecordedCommand, RecordedEvent, digest};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

pub(super) const TENANT: &str = "city";

/// The events of one command.
pub(super) type Rows = Vec<RecordedEvent>;

/// A log as a list of commands, to be changed.
#[derive(Clone)]
pub(super) struct Forged(pub(super) Vec<Rows>);

/// The fact of an event.
pub(super) fn fact(row: &RecordedEvent) -> Value {
    let payload: Value = serde_json::from_str(&row.payload).unwrap();
    payload["fact"][&row.event_type].clone()
}

/// Changes the payload of an event.
pub(super) fn edit(row: &mut RecordedEvent, change: impl FnOnce(&mut Value)) {
    let mut payload: Value = serde_json::from_str(&row.payload).unwrap();
    change(&mut payload);
    row.payload = payload.to_string();
}

/// Changes the fact of an event.
pub(super) fn edit_fact(row: &mut RecordedEvent, change: impl FnOnce(&mut Value)) {
    let name = row.event_type.clone();
    edit(row, |payload| change(&mut payload["fact"][&name]));
}

/// Another actor did all of it; the envelope says so, too.
pub(super) fn done_by(rows: &mut Rows, actor: &Actor) {
    for row in rows {
        edit(row, |payload| {
            payload["by"] = serde_json::to_value(actor).unwrap();
        });
        let mut meta: Value = serde_json::from_str(&row.metadata).unwrap();
        meta["actor"] = actor.signature().into();
        row.metadata = meta.to_string();
    }
}

/// All of it happened at another time; the envelope says so, too.
pub(super) fn done_at(rows: &mut Rows, at: DateTime<Utc>) {
    for row in rows {
        edit(row, |payload| {
            payload["at"] = serde_json::to_value(at).unwrap()
        });
        row.occurred_at = at;
    }
}

impl Forged {
    /// The log of a city.
    pub(super) async fn of(log: &Arc<dyn EventLog>) -> Self {
        let mut commands: Vec<Rows> = Vec::new();
        for row in log.read_log(TENANT, 0, usize::MAX >> 1).await.unwrap() {
            match commands.last_mut() {
                Some(rows) if rows[0].command_id == row.command_id => rows.push(row),
                _ => commands.push(vec![row]),
            }
        }
        Self(commands)
    }

    /// Where the command stands that holds the nth event of a type in a stream (from 0), and where in
    /// it the event stands.
    pub(super) fn find(&self, stream: &str, event: &str, nth: usize) -> (usize, usize) {
        let all = self.0.iter().enumerate();
        let all = all.flat_map(|(command, rows)| {
            rows.iter()
                .enumerate()
                .map(move |(at, row)| (command, at, row))
        });
        let mut fitting = all.filter(|(_, _, row)| {
            row.event_type == event && row.stream.to_string().starts_with(stream)
        });
        let found = fitting.nth(nth);
        let (command, at, _) = found.unwrap_or_else(|| panic!("no {event} #{nth} in {stream}"));
        (command, at)
    }

    /// The nth event of a type in a stream.
    pub(super) fn row(&mut self, stream: &str, event: &str, nth: usize) -> &mut RecordedEvent {
        let (command, at) = self.find(stream, event, nth);
        &mut self.0[command][at]
    }

    /// The command that holds the nth event of a type in a stream.
    pub(super) fn command(&mut self, stream: &str, event: &str, nth: usize) -> &mut Rows {
        let (command, _) = self.find(stream, event, nth);
        &mut self.0[command]
    }

    /// Positions, numbers, checksums and chain made to fit.
    fn sealed(mut self) -> Vec<RecordedCommand> {
        let (mut position, mut chain) = (0, digest::GENESIS);
        let mut sequences: BTreeMap<String, u64> = BTreeMap::new();
        let mut recorded = DateTime::UNIX_EPOCH;
        self.0.retain(|rows| !rows.is_empty());
        for rows in &mut self.0 {
            for row in rows.iter_mut() {
                position += 1;
                let sequence = sequences.entry(row.stream.to_string()).or_default();
                *sequence += 1;
                recorded = recorded.max(row.recorded_at);
                (row.position, row.sequence, row.recorded_at) = (position, *sequence, recorded);
                row.checksum = digest::checksum(&row.borrowed());
                chain = digest::chain(&chain, &row.checksum);
                row.chain = chain;
            }
        }
        let command = |events| RecordedCommand {
            request_hash: [0; 32],
            events,
        };
        self.0.into_iter().map(command).collect()
    }

    /// What the judge says of it.
    pub(super) async fn judged(self) -> JudgeReport {
        let log = MemoryLog::new(Arc::new(ManualClock::new(DateTime::UNIX_EPOCH)));
        log.adopt(TENANT, self.sealed()).await.unwrap();
        let log: Arc<dyn EventLog> = Arc::new(log);
        assert!(log.verify(TENANT).await.unwrap().is_sound(), "sealed well");
        let source = Source::of(log, TENANT).await.unwrap();
        judge(&source, JudgeOptions::default()).await.unwrap()
    }
}

/// A command id of its own for a command that is planted.
pub(super) fn planted(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    let id = Uuid::new_v4();
    rows.iter_mut().for_each(|row| row.command_id = id);
    rows
}
