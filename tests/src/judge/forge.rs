//! A forged log: an honest one with something changed, and everything that a checksum, a chain or a
//! number could tell made to fit again. Only the judge can find what was changed.

use chrono::{DateTime, Utc};
use gridwhistle::domain::actor::Actor;
use gridwhistle_audit::Source;
use gridwhistle_audit::judge::{JudgeOptions, JudgeReport, judge};
use gridwhistle_store::{
    EventLog, ManualClock, MemoryLog, OpenOptions, RecordedCommand, RecordedEvent, digest,
};
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
        let fields = meta.as_object_mut().unwrap();
        match &actor.on_behalf_of {
            Some(person) => fields.insert("on_behalf_of".to_owned(), person.as_str().into()),
            None => fields.remove("on_behalf_of"),
        };
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
    fn sealed(self) -> Vec<RecordedCommand> {
        let command = |events| RecordedCommand {
            request_hash: [0; 32],
            events,
        };
        self.fitted(true).0.into_iter().map(command).collect()
    }

    /// Positions, checksums and chain made to fit; numbers too, unless they were planted.
    fn fitted(mut self, numbers: bool) -> Self {
        let (mut position, mut chain) = (0, digest::GENESIS);
        let mut sequences: BTreeMap<String, u64> = BTreeMap::new();
        let mut recorded = DateTime::UNIX_EPOCH;
        self.0.retain(|rows| !rows.is_empty());
        for rows in &mut self.0 {
            for row in rows.iter_mut() {
                position += 1;
                let sequence = sequences.entry(row.stream.to_string()).or_default();
                *sequence += 1;
                if numbers {
                    row.sequence = *sequence;
                }
                recorded = recorded.max(row.recorded_at);
                (row.position, row.recorded_at) = (position, recorded);
                row.checksum = digest::checksum(&row.borrowed());
                chain = digest::chain(&chain, &row.checksum);
                row.chain = chain;
            }
        }
        self
    }

    /// What the judge says of it with the numbers in its streams as they stand. No log takes a gap, so
    /// the rows are written into the file.
    pub(super) async fn judged_as_numbered(self) -> JudgeReport {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("forged.db");
        let url = format!("sqlite://{}", path.display());
        gridwhistle_store::migrate(&url).unwrap();
        let rows: Vec<RecordedEvent> = self.fitted(false).0.into_iter().flatten().collect();
        written(&mut rusqlite::Connection::open(path).unwrap(), &rows);
        let log = gridwhistle_store::open(&url, OpenOptions::default()).unwrap();
        let source = Source::of(log, TENANT).await.unwrap();
        judge(&source, JudgeOptions::default()).await.unwrap()
    }

    /// The last command of a stream.
    pub(super) fn last(&self, stream: &str) -> usize {
        let of_it = |rows: &Rows| rows[0].stream.to_string().starts_with(stream);
        let found = self.0.iter().rposition(of_it);
        found.unwrap_or_else(|| panic!("nothing in {stream}"))
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

/// Writes rows as the only ones of a file.
fn written(file: &mut rusqlite::Connection, rows: &[RecordedEvent]) {
    let batch = file.transaction().unwrap();
    let insert = "insert into events values \
                  (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    for row in rows {
        let values = rusqlite::params![
            ((1_u64 << 40) + row.position).cast_signed(),
            row.tenant,
            row.position.cast_signed(),
            row.stream.aggregate_type,
            row.stream.aggregate_id,
            row.sequence.cast_signed(),
            row.event_type,
            row.event_version,
            row.payload,
            row.metadata,
            row.command_id.as_bytes(),
            row.occurred_at.timestamp_micros(),
            row.recorded_at.timestamp_micros(),
            row.checksum,
            row.chain
        ];
        batch.execute(insert, values).unwrap();
    }
    let last = rows.last().unwrap();
    let recorded = last.recorded_at.timestamp_micros();
    let head = rusqlite::params![TENANT, last.position.cast_signed(), recorded, last.chain];
    let heads = "insert into heads values (?1, 1, ?2, ?3, ?4)";
    batch.execute(heads, head).unwrap();
    batch.commit().unwrap();
}

/// A command id of its own for a command that is planted.
pub(super) fn planted(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    let id = Uuid::new_v4();
    rows.iter_mut().for_each(|row| row.command_id = id);
    rows
}
