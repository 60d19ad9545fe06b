//! The checksum of an event and the chain over all events of a tenant.
//!
//! The encoding is fixed for ever: an auditor can recompute it with any SHA-256. The checksum is
//! SHA-256 over the ASCII text `gridwhistle event 1`, then, each preceded by its length in bytes
//! as an unsigned 64-bit big-endian number: tenant, position, aggregate_type, aggregate_id,
//! sequence, event_type, event_version, payload, metadata, command_id, occurred_at, recorded_at.
//! Numbers are 8 bytes big-endian (instants as signed microseconds after 1970 UTC), the command id
//! its 16 bytes. The chain value is SHA-256 over the chain value of the event before (32 zero
//! bytes before the first) and the checksum.

use sha2::{Digest, Sha256};

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

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

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
}
