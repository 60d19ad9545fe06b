//! One decision into the log: load, decide, append with compare-and-set, retry when someone else
//! was faster. The only place that turns events into the log's envelope.

use crate::error::EngineError;
use crate::reference::stream;
use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use gridwhistle_domain::actor::Actor;
use gridwhistle_domain::calendar::CalendarVersion;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::ids::PolicyVersion;
use gridwhistle_store::{
    Append, AppendError, Appended, EventLog, NewEvent, RecordedEvent, StoreError, StreamId,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How often a decision is made again after losing a race, before the caller hears of it.
pub(crate) const ATTEMPTS: u32 = 8;

/// What a command says about itself in the envelope.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    /// The idempotency key.
    pub(crate) command_id: Uuid,
    /// A digest of the request: a repeat must be the same.
    pub(crate) request_hash: [u8; 32],
    /// What it belongs to.
    pub(crate) correlation: Option<Uuid>,
    /// What caused it.
    pub(crate) causation: Option<Uuid>,
    /// The policy asked.
    pub(crate) policy: Option<PolicyVersion>,
    /// The calendar asked.
    pub(crate) calendar: Option<CalendarVersion>,
    /// Whether the caller chose the key, so that a repeat is looked for before anything is decided.
    pub(crate) chosen: bool,
}

impl Envelope {
    /// An envelope for a request under a key.
    pub(crate) fn new(
        command_id: Uuid,
        stream: &StreamId,
        actor: &Actor,
        request: &impl Serialize,
    ) -> Self {
        let body = serde_json::to_vec(request).unwrap_or_default();
        let digest = Sha256::new()
            .chain_update(stream.to_string().as_bytes())
            .chain_update([0])
            .chain_update(actor.signature().as_bytes())
            .chain_update([0])
            .chain_update(&body);
        // Whoever acts for somebody else asks for something else.
        let digest = match &actor.on_behalf_of {
            Some(person) => digest
                .chain_update([0])
                .chain_update(person.as_str().as_bytes()),
            None => digest,
        }
        .finalize();
        Self {
            command_id,
            request_hash: digest.into(),
            correlation: None,
            causation: None,
            policy: None,
            calendar: None,
            chosen: false,
        }
    }

    /// The same under a key that the caller chose.
    pub(crate) fn chosen(
        command_id: Uuid,
        stream: &StreamId,
        actor: &Actor,
        request: &impl Serialize,
    ) -> Self {
        Self {
            chosen: true,
            ..Self::new(command_id, stream, actor, request)
        }
    }

    fn metadata(&self, event: &impl Happened) -> Result<String, EngineError> {
        let mut entries = BTreeMap::from([("actor", event.by().signature())]);
        if let Some(person) = &event.by().on_behalf_of {
            entries.insert("on_behalf_of", person.to_string());
        }
        let ids = [
            ("correlation", self.correlation),
            ("causation", self.causation),
        ];
        entries.extend(
            ids.into_iter()
                .filter_map(|(name, id)| Some((name, id?.to_string()))),
        );
        if let Some(policy) = &self.policy {
            entries.insert("policy", policy.to_string());
        }
        if let Some(calendar) = &self.calendar {
            entries.insert("calendar", calendar.to_string());
        }
        Ok(serde_json::to_string(&entries)?)
    }
}

/// The events of one decision as the log takes them.
pub(crate) fn to_append<E: Happened>(
    tenant: &str,
    stream: StreamId,
    expected_version: u64,
    envelope: &Envelope,
    events: &[E],
) -> Result<Append, EngineError> {
    let events = events
        .iter()
        .map(|event| {
            Ok(NewEvent {
                event_type: event.event_type(),
                event_version: event.event_version(),
                payload: serde_json::to_string(event)?,
                metadata: envelope.metadata(event)?,
                occurred_at: event.at(),
            })
        })
        .collect::<Result<Vec<_>, EngineError>>()?;
    Ok(Append {
        tenant: tenant.to_owned(),
        stream,
        expected_version,
        command_id: envelope.command_id,
        request_hash: envelope.request_hash,
        events,
    })
}

/// The event of a row, in its present form.
pub(crate) fn read_one<E: Happened>(row: &RecordedEvent) -> Result<E, EngineError> {
    let position = row.position;
    E::read(&row.event_type, &row.event_version, &row.payload)
        .map_err(|what| EngineError::Unreadable { position, what })
}

/// The events of a log's rows.
pub(crate) fn read<E: Happened>(rows: &[RecordedEvent]) -> Result<Vec<E>, EngineError> {
    rows.iter().map(read_one).collect()
}

/// The events of the one stream of an aggregate after a version.
pub(crate) async fn read_after<A>(
    log: &dyn EventLog,
    tenant: &str,
    version: u64,
) -> Result<Vec<A::Event>, EngineError>
where
    A: Aggregate,
    A::Event: Happened,
{
    read(&log.read_stream(tenant, &stream::<A>(), version).await?)
}

/// Folds events into a state and its version.
pub(crate) fn fold<A: Aggregate>((state, version): &mut (A, u64), events: Vec<A::Event>) {
    *version += events.len() as u64;
    events.into_iter().for_each(|event| state.apply(event));
}

/// An aggregate as the log has it, and the version of its stream.
pub(crate) async fn load<A>(
    log: &dyn EventLog,
    tenant: &str,
    stream: &StreamId,
) -> Result<(A, u64), EngineError>
where
    A: Aggregate,
    A::Event: Happened,
{
    load_until(log, tenant, stream, None).await
}

/// The same of the events up to an instant alone, where one is given.
pub(crate) async fn load_until<A>(
    log: &dyn EventLog,
    tenant: &str,
    stream: &StreamId,
    until: Option<DateTime<Utc>>,
) -> Result<(A, u64), EngineError>
where
    A: Aggregate,
    A::Event: Happened,
{
    let mut events: Vec<A::Event> = read(&log.read_stream(tenant, stream, 0).await?)?;
    events.retain(|event| until.is_none_or(|until| event.at() <= until));
    let mut state = (A::default(), 0);
    fold(&mut state, events);
    Ok(state)
}

/// Loads, decides and appends; loses at most [`ATTEMPTS`] races.
pub(crate) async fn commit<A, F>(
    log: &dyn EventLog,
    tenant: &str,
    stream: &StreamId,
    envelope: &Envelope,
    decide: F,
) -> Result<Appended, EngineError>
where
    A: Aggregate,
    A::Event: Happened,
    F: Fn(&A) -> Result<Vec<A::Event>, EngineError>,
{
    if envelope.chosen
        && let Some(first) = first_answer(log, tenant, envelope).await?
    {
        return Ok(first);
    }
    let mut lost = 0;
    loop {
        let (state, version) = load::<A>(log, tenant, stream).await?;
        let events = match decide(&state) {
            Ok(events) => events,
            Err(refused) => return first_answer(log, tenant, envelope).await?.ok_or(refused),
        };
        if events.is_empty() {
            return unchanged(log, tenant, version).await;
        }
        let append = to_append(tenant, stream.clone(), version, envelope, &events)?;
        match log.append(append).await {
            Err(AppendError::Conflict { .. }) if lost < ATTEMPTS => lost += 1,
            answer => return Ok(answer?),
        }
    }
}

/// The answer to a command that finds everything as it asks: nothing is written.
pub(crate) async fn unchanged(
    log: &dyn EventLog,
    tenant: &str,
    version: u64,
) -> Result<Appended, EngineError> {
    let head = log.head(tenant).await?;
    // That nothing is left to do rests on what was read, and on what nobody may lose again.
    if head > 0 && !log.sole_writer() && log.fence(tenant, head).await?.is_none() {
        let (server, what) = (
            "the log",
            format!("position {head} was there, and is not now"),
        );
        let server = server.to_owned();
        return Err(StoreError::Unavailable { server, what }.into());
    }
    Ok(Appended {
        first_position: head + 1,
        last_position: head,
        version,
        repeated: false,
    })
}

/// The first answer of a command that the log knows already. Asked only when a decision is refused:
/// a repeat may find a state that its first run has moved. Appends know repeats by themselves.
pub(crate) async fn first_answer(
    log: &dyn EventLog,
    tenant: &str,
    envelope: &Envelope,
) -> Result<Option<Appended>, EngineError> {
    let Some(record) = log.command(tenant, envelope.command_id).await? else {
        return Ok(None);
    };
    if record.request_hash != envelope.request_hash {
        let command_id = envelope.command_id;
        return Err(AppendError::CommandReused { command_id }.into());
    }
    Ok(Some(Appended {
        first_position: record.first_position,
        last_position: record.last_position,
        version: record.version,
        repeated: true,
    }))
}
