//! A snapshot: the folded state of a long stream, kept beside its events so that opening a city
//! does not fold all of them anew.
//!
//! A cache and nothing more: any may be deleted and no answer changes. One is used only when it is
//! whole (digest), of this program's form, and made from this very history (the checksum of the
//! last event that it holds); else it is passed over, and replaced. Events hold personal data as
//! ciphertext only, so a state does too.
//!
//! The registry has snapshots, and where deliveries to a subscriber stand, of which the last entry is all
//! that counts. Measured on the demo city (`docs/reference/performance.md`):
//! its 1,906 events fold in 6.7 ms and its snapshot opens in 2.8 ms. Policies and calendars are
//! their own texts, so a snapshot of them saves nothing; the catalogue is too short to matter; and
//! the look-up that every cold case would pay costs more than the few long cases would save.

use crate::commit::{fold, read};
use crate::error::EngineError;
use crate::reference::stream;
use crate::subscribers::Deliveries;
use cqrs_es::Aggregate;
use gridwhistle_domain::happened::Happened;
use gridwhistle_domain::registry::Registry;
use gridwhistle_store::{EventLog, RecordedEvent, Snapshot, StreamId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A state that may be kept.
pub(crate) trait Snapshotted: Aggregate {
    /// The form of the state: raised whenever its JSON or its fold changes. A test holds a digest
    /// of both against it, so that nobody forgets.
    const FORM: u32;
}

impl Snapshotted for Registry {
    const FORM: u32 = 2;
}

impl Snapshotted for Deliveries {
    const FORM: u32 = 1;
}

/// The first line of a snapshot; the state follows as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    form: u32,
    /// The checksum of the last event that is folded in.
    after: String,
    /// SHA-256 of the state.
    digest: String,
}

/// The state of an aggregate's one stream and its version, from the snapshot if there is a good one. Where at least `every` events
/// had to be folded, a new snapshot is left for the next time; failing at that changes nothing.
pub(crate) async fn load<A>(
    log: &dyn EventLog,
    tenant: &str,
    every: Option<u64>,
) -> Result<(A, u64), EngineError>
where
    A: Snapshotted,
    A::Event: Happened,
{
    load_stream(log, tenant, &stream::<A>(), every).await
}

/// The same of one stream of an aggregate that has many.
pub(crate) async fn load_stream<A>(
    log: &dyn EventLog,
    tenant: &str,
    stream: &StreamId,
    every: Option<u64>,
) -> Result<(A, u64), EngineError>
where
    A: Snapshotted,
    A::Event: Happened,
{
    let (mut state, rest) = match kept::<A>(log, tenant, stream).await? {
        Some(kept) => kept,
        None => ((A::default(), 0), log.read_stream(tenant, stream, 0).await?),
    };
    let folded = rest.len() as u64;
    fold(&mut state, read(&rest)?);
    if let (Some(every), Some(last)) = (every, rest.last())
        && folded >= every.max(1)
        && let Some(payload) = write(&state.0, last)
    {
        let sequence = state.1;
        let snapshot = Snapshot { sequence, payload };
        let _ = log.put_snapshot(tenant, stream, snapshot).await;
    }
    Ok(state)
}

/// The state of the stored snapshot, and the events after it.
async fn kept<A: Snapshotted>(
    log: &dyn EventLog,
    tenant: &str,
    stream: &StreamId,
) -> Result<Option<((A, u64), Vec<RecordedEvent>)>, EngineError> {
    // A cache that cannot be read is none; if the log cannot, the events will say so.
    let Ok(Some(snapshot)) = log.snapshot(tenant, stream).await else {
        return Ok(None);
    };
    let Some(before) = snapshot.sequence.checked_sub(1) else {
        return Ok(None);
    };
    let Some((label, state)) = open::<A>(&snapshot.payload) else {
        return Ok(None);
    };
    let mut rest = log.read_stream(tenant, stream, before).await?;
    let fits = |last: &RecordedEvent| hex::encode(last.checksum) == label.after;
    if !rest.first().is_some_and(fits) {
        return Ok(None);
    }
    rest.remove(0);
    Ok(Some(((state, snapshot.sequence), rest)))
}

fn open<A: Snapshotted>(payload: &[u8]) -> Option<(Label, A)> {
    let end = payload.iter().position(|byte| *byte == b'\n')?;
    let (label, body) = (&payload[..end], &payload[end + 1..]);
    let label: Label = serde_json::from_slice(label).ok()?;
    let sound = label.form == A::FORM && label.digest == hex::encode(Sha256::digest(body));
    let state = sound.then(|| serde_json::from_slice(body).ok())??;
    Some((label, state))
}

fn write<A: Snapshotted>(state: &A, last: &RecordedEvent) -> Option<Vec<u8>> {
    let body = serde_json::to_vec(state).ok()?;
    let label = Label {
        form: A::FORM,
        after: hex::encode(last.checksum),
        digest: hex::encode(Sha256::digest(&body)),
    };
    let mut payload = serde_json::to_vec(&label).ok()?;
    payload.push(b'\n');
    payload.extend(body);
    Some(payload)
}

#[cfg(test)]
mod tests;
