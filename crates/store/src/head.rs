//! The head of a tenant's log: hands out positions, time and chain values, and says whether a
//! command may be appended. Pure, and shared by all backends, so that they cannot disagree.

use chrono::{DateTime, Utc};

use crate::digest;
use crate::error::{AppendError, StoreError};
use crate::event::{Append, Appended, CommandRecord, EventRef, RecordedCommand, Snapshot};

/// Most events that one command may append.
pub(crate) const MAX_EVENTS: usize = 10_000;
/// Longest payload, metadata or name, in bytes.
pub(crate) const MAX_TEXT: usize = 16 * 1024 * 1024;

/// Most bytes of all events of one command: a batch goes to a database in one message.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The last position, recording instant and chain value of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) position: u64,
    pub(crate) recorded_at_micros: i64,
    pub(crate) chain: [u8; 32],
}

impl Head {
    /// The head of a tenant without events.
    pub(crate) fn empty() -> Self {
        Self {
            position: 0,
            recorded_at_micros: i64::MIN,
            chain: digest::GENESIS,
        }
    }

    /// The head of a log that ends with this event.
    pub(crate) fn of(event: &EventRef<'_>) -> Self {
        Self {
            position: event.position,
            recorded_at_micros: event.recorded_at_micros,
            chain: *event.chain,
        }
    }

    /// Takes the clock's reading, but never goes back.
    pub(crate) fn tick(&mut self, now: DateTime<Utc>) {
        self.recorded_at_micros = self.recorded_at_micros.max(now.timestamp_micros());
    }

    /// Seals the `nth` event (from 0) of `append` into the next position and hands it to `write`.
    /// The head moves only when `write` succeeds.
    pub(crate) fn seal<T, E>(
        &mut self,
        append: &Append,
        nth: usize,
        write: impl FnOnce(EventRef<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let new = &append.events[nth];
        let mut event = EventRef {
            tenant: &append.tenant,
            position: self.position + 1,
            aggregate_type: &append.stream.aggregate_type,
            aggregate_id: &append.stream.aggregate_id,
            sequence: append.expected_version + nth as u64 + 1,
            event_type: &new.event_type,
            event_version: &new.event_version,
            payload: &new.payload,
            metadata: &new.metadata,
            command_id: append.command_id,
            occurred_at_micros: new.occurred_at.timestamp_micros(),
            recorded_at_micros: self.recorded_at_micros,
            checksum: &digest::GENESIS,
            chain: &digest::GENESIS,
        };
        let checksum = digest::checksum(&event);
        let chain = digest::chain(&self.chain, &checksum);
        event.checksum = &checksum;
        event.chain = &chain;
        let written = write(event)?;
        self.position += 1;
        self.chain = chain;
        Ok(written)
    }

    /// Moves over a command of another log, if it follows on this head and on its stream's
    /// `version`.
    pub(crate) fn follow(
        &mut self,
        tenant: &str,
        command: &RecordedCommand,
        version: u64,
    ) -> Result<(), StoreError> {
        let Some(first) = command.events.first() else {
            return Err(not_next(self.position + 1, "its command has no events"));
        };
        let mut after = *self;
        for (nth, event) in command.events.iter().enumerate() {
            let checksum = digest::checksum(&event.borrowed());
            let what = if event.position != after.position + 1 {
                format!("position {} is next", after.position + 1)
            } else if event.tenant != tenant {
                format!("it is of tenant {}", event.tenant)
            } else if event.stream != first.stream || event.command_id != first.command_id {
                "it is of another command than the one before".to_owned()
            } else if event.sequence != version + nth as u64 + 1 {
                format!("its stream is at version {}", version + nth as u64)
            } else if event.recorded_at.timestamp_micros() < after.recorded_at_micros {
                "it was recorded before its predecessor".to_owned()
            } else if checksum != event.checksum {
                "its fields do not give its checksum".to_owned()
            } else if digest::chain(&after.chain, &checksum) != event.chain {
                "the hash chain leads from another event to it".to_owned()
            } else {
                after = Self {
                    position: event.position,
                    recorded_at_micros: event.recorded_at.timestamp_micros(),
                    chain: event.chain,
                };
                continue;
            };
            return Err(not_next(event.position, what));
        }
        *self = after;
        Ok(())
    }

    /// Where `append` will go when it is admitted now.
    pub(crate) fn place(&self, append: &Append) -> Appended {
        let count = append.events.len() as u64;
        Appended {
            first_position: self.position + 1,
            last_position: self.position + count,
            version: append.expected_version + count,
            repeated: false,
        }
    }
}

fn not_next(position: u64, what: impl Into<String>) -> StoreError {
    StoreError::NotNext {
        position,
        what: what.into(),
    }
}

/// What a log remembers of a command that went where `placed` says.
pub(crate) fn record(append: &Append, placed: &Appended) -> CommandRecord {
    CommandRecord {
        command_id: append.command_id,
        request_hash: append.request_hash,
        first_position: placed.first_position,
        last_position: placed.last_position,
        version: placed.version,
    }
}

/// What a log remembers of a command that it took over.
pub(crate) fn record_of(command: &RecordedCommand) -> Option<CommandRecord> {
    let (first, last) = (command.events.first()?, command.events.last()?);
    Some(CommandRecord {
        command_id: first.command_id,
        request_hash: command.request_hash,
        first_position: first.position,
        last_position: last.position,
        version: last.sequence,
    })
}

/// The answer to a command whose id is already in the log.
pub(crate) fn answer_known(
    append: &Append,
    known: &CommandRecord,
) -> Result<Appended, AppendError> {
    if known.request_hash != append.request_hash {
        return Err(AppendError::CommandReused {
            command_id: append.command_id,
        });
    }
    Ok(Appended {
        first_position: known.first_position,
        last_position: known.last_position,
        version: known.version,
        repeated: true,
    })
}

/// Checks that a snapshot is of a version that the stream has.
pub(crate) fn check_snapshot(snapshot: &Snapshot, version: u64) -> Result<(), StoreError> {
    if snapshot.sequence == 0 || snapshot.sequence > version {
        return Err(StoreError::Invalid {
            field: "snapshot.sequence".to_owned(),
            rule: format!(
                "it is {}, the stream has versions 1 to {version}",
                snapshot.sequence
            ),
        });
    }
    Ok(())
}

/// Checks the form of an append before it may queue for the writer.
pub(crate) fn check(append: &Append) -> Result<(), AppendError> {
    let stream = &append.stream;
    check_name(&append.tenant, || "tenant".to_owned())?;
    check_name(&stream.aggregate_type, || {
        "stream.aggregate_type".to_owned()
    })?;
    check_name(&stream.aggregate_id, || "stream.aggregate_id".to_owned())?;
    if append.events.is_empty() || append.events.len() > MAX_EVENTS {
        let rule = format!("there are {}, 1 to {MAX_EVENTS} go", append.events.len());
        return invalid("events", rule);
    }
    let bytes = append.bytes();
    if bytes > MAX_BYTES {
        let rule = format!("they take {bytes} bytes together, at most {MAX_BYTES} go");
        return invalid("events", rule);
    }
    if append.expected_version > i64::MAX as u64 - MAX_EVENTS as u64 {
        return invalid("expected_version", "it is beyond any stream's version");
    }
    for (nth, event) in append.events.iter().enumerate() {
        let field = |name: &str| format!("events[{nth}].{name}");
        check_name(&event.event_type, || field("event_type"))?;
        check_name(&event.event_version, || field("event_version"))?;
        check_length(&event.payload, || field("payload"))?;
        check_length(&event.metadata, || field("metadata"))?;
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&event.payload) {
            return invalid(field("payload"), format!("it must be JSON: {error}"));
        }
        if let Err(error) = serde_json::from_str::<FlatMap>(&event.metadata) {
            let rule = format!("it must be a flat JSON map of strings: {error}");
            return invalid(field("metadata"), rule);
        }
    }
    Ok(())
}

// The field is named only where something is wrong with it: every event passes here.
fn check_name(name: &str, field: impl Fn() -> String) -> Result<(), AppendError> {
    if name.is_empty() {
        return invalid(field(), "it is empty, at least one character goes");
    }
    if name.contains('\0') {
        return invalid(field(), "it holds a NUL character");
    }
    check_length(name, field)
}

fn check_length(text: &str, field: impl Fn() -> String) -> Result<(), AppendError> {
    if text.len() > MAX_TEXT {
        return invalid(
            field(),
            format!("it has {} bytes, at most {MAX_TEXT} go", text.len()),
        );
    }
    Ok(())
}

fn invalid<T>(field: impl Into<String>, rule: impl Into<String>) -> Result<T, AppendError> {
    Err(AppendError::Invalid {
        field: field.into(),
        rule: rule.into(),
    })
}

/// Accepts a JSON map whose values are strings, and keeps nothing of it.
struct FlatMap;

impl<'de> serde::Deserialize<'de> for FlatMap {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;
        impl<'de> serde::de::Visitor<'de> for Walk {
            type Value = FlatMap;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map of strings")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<FlatMap, A::Error> {
                while map
                    .next_entry::<std::borrow::Cow<'de, str>, AnyText>()?
                    .is_some()
                {}
                Ok(FlatMap)
            }
        }
        deserializer.deserialize_map(Walk)
    }
}

/// Accepts a JSON string, and keeps nothing of it.
struct AnyText;

impl<'de> serde::Deserialize<'de> for AnyText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;
        impl serde::de::Visitor<'_> for Walk {
            type Value = AnyText;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E>(self, _: &str) -> Result<AnyText, E> {
                Ok(AnyText)
            }
        }
        deserializer.deserialize_str(Walk)
    }
}
