//! The checksum of an event and the chain over all events of a tenant.
//!
//! The encoding is fixed for ever: an auditor can recompute it with any SHA-256. The checksum is
//! SHA-256 over the ASCII text `gridwhistle event 1`, then, each preceded by its length in bytes
//! as an unsigned 64-bit big-endian number: tenant, position, aggregate_type, aggregate_id,
//! sequence, event_type, event_version, payload, metadata, command_id, occurred_at, recorded_at.
//! Numbers are 8 bytes big-endian (instants as signed microseconds after 1970 UTC), the command id
//! its 16 bytes. The chain value is SHA-256 over the chain value of the event before (32 zero
//! bytes before the first) and the checksum.
//!
//! The hash of a command's request is under neither; a backend stores it with a seal of its own.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::StoreError;
use crate::event::EventRef;

/// The chain value before the first event of a tenant.
pub const GENESIS: [u8; 32] = [0; 32];

const DOMAIN: &[u8] = b"gridwhistle event 1";

/// SHA-256 over the canonical encoding of every field but `checksum` and `chain`.
pub fn checksum(event: &EventRef<'_>) -> [u8; 32] {
    let before: [&[u8]; 7] = [
        event.tenant.as_bytes(),
        &event.position.to_be_bytes(),
        event.aggregate_type.as_bytes(),
        event.aggregate_id.as_bytes(),
        &event.sequence.to_be_bytes(),
        event.event_type.as_bytes(),
        event.event_version.as_bytes(),
    ];
    let after: [&[u8]; 4] = [
        event.metadata.as_bytes(),
        event.command_id.as_bytes(),
        &event.occurred_at_micros.to_be_bytes(),
        &event.recorded_at_micros.to_be_bytes(),
    ];
    // Small pieces are gathered: the hash is fastest on long runs. The payload is not copied.
    let mut run = Vec::with_capacity(512);
    run.extend_from_slice(DOMAIN);
    before.iter().for_each(|field| encode(&mut run, field));
    run.extend_from_slice(&length(event.payload.as_bytes()));
    let mut hash = Sha256::new_with_prefix(&run);
    hash.update(event.payload);
    run.clear();
    after.iter().for_each(|field| encode(&mut run, field));
    hash.update(&run);
    hash.finalize().into()
}

/// Puts a field behind its length.
fn encode(run: &mut Vec<u8>, field: &[u8]) {
    run.extend_from_slice(&length(field));
    run.extend_from_slice(field);
}

fn length(field: &[u8]) -> [u8; 8] {
    (field.len() as u64).to_be_bytes()
}

/// The chain value of an event: SHA-256 over the one before it and the event's checksum.
pub fn chain(previous: &[u8; 32], checksum: &[u8; 32]) -> [u8; 32] {
    Sha256::new_with_prefix(previous)
        .chain_update(checksum)
        .finalize()
        .into()
}

const REQUEST: &[u8] = b"gridwhistle request 1";

/// How many bytes stand behind a stored request hash to show that it is as it was written.
const SEAL: usize = 8;

/// The hash of a command's request as a backend stores it: its 32 bytes, then the first 8 of SHA-256
/// over the ASCII text `gridwhistle request 1` and, each behind its length as above, the tenant, the
/// command id and the hash. No event tells what was asked, so nothing else could show that a byte of
/// it was changed.
pub(crate) fn seal_request(tenant: &str, command_id: Uuid, hash: &[u8; 32]) -> [u8; 32 + SEAL] {
    let mut run = Vec::with_capacity(192);
    run.extend_from_slice(REQUEST);
    let fields: [&[u8]; 3] = [tenant.as_bytes(), command_id.as_bytes(), hash];
    fields.iter().for_each(|field| encode(&mut run, field));
    let mut sealed = [0; 32 + SEAL];
    sealed[..32].copy_from_slice(hash);
    sealed[32..].copy_from_slice(&Sha256::digest(&run)[..SEAL]);
    sealed
}

/// Takes a stored request hash out of its seal.
///
/// # Errors
/// [`StoreError::Corrupt`] where the seal does not fit. A hash without a seal, 32 bytes, comes from a
/// log that was written before there was one, and is taken as it stands.
pub(crate) fn open_request(
    tenant: &str,
    command_id: Uuid,
    stored: &[u8],
) -> Result<[u8; 32], StoreError> {
    let hash = stored.first_chunk::<32>().copied();
    hash.filter(|hash| stored.len() == 32 || stored == seal_request(tenant, command_id, hash))
        .ok_or_else(|| StoreError::Corrupt {
            position: None,
            what: format!("the request hash of command {command_id} was changed"),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: [u8; 32]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn event<'a>(payload: &'a str, metadata: &'a str) -> EventRef<'a> {
        EventRef {
            tenant: "pingshan",
            position: 7,
            aggregate_type: "case",
            aggregate_id: "c-1",
            sequence: 2,
            event_type: "Accepted",
            event_version: "1.0",
            payload,
            metadata,
            command_id: Uuid::from_u128(0x0123),
            occurred_at_micros: 1_700_000_000_000_001,
            recorded_at_micros: 1_700_000_000_000_002,
            checksum: &GENESIS,
            chain: &GENESIS,
        }
    }

    /// The expected values come from Python's hashlib over the encoding in the module header.
    #[test]
    fn the_encoding_never_changes() {
        let sum = checksum(&event("{\"甲\":1}", "{}"));
        assert_eq!(
            hex(sum),
            "d0cf7a6ba9b64a0e4ae4782726125f6a9516997cc591f73ec63cf7fe0114f9d2"
        );
        assert_eq!(
            hex(chain(&GENESIS, &sum)),
            "2d3d6f2f28822da6d7b86b9a5079bf95c5b83ee4ca54715bafc646c6d790b952"
        );
    }

    #[test]
    fn bytes_cannot_move_from_one_field_to_the_next() {
        assert_ne!(checksum(&event("{}a", "b")), checksum(&event("{}", "ab")));
    }

    /// The expected seal comes from Python's hashlib over the encoding in the doc comment.
    #[test]
    fn a_changed_byte_of_a_request_hash_shows() {
        let id = Uuid::from_u128(0x0123);
        let sealed = seal_request("pingshan", id, &[7; 32]);
        assert_eq!(hex::encode(&sealed[32..]), "68dd369933e9e5ba");
        assert_eq!(open_request("pingshan", id, &sealed), Ok([7; 32]));
        for place in 0..sealed.len() {
            let mut flipped = sealed;
            flipped[place] ^= 1;
            let found = open_request("pingshan", id, &flipped);
            assert!(matches!(found, Err(StoreError::Corrupt { .. })), "{place}");
        }
        assert!(open_request("another", id, &sealed).is_err());
        assert!(open_request("pingshan", id, &sealed[..31]).is_err());
        let unsealed = open_request("pingshan", id, &sealed[..32]);
        assert_eq!(unsealed, Ok([7; 32]), "of a log without seals");
    }
}
