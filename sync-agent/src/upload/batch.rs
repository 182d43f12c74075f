//! Batches: the committed bytes, their chain checked, signed.

use journal::StoredEvent;
use protocol::identity::{SigningKey, batch_message, receipt_message, verify_hex};
use protocol::v1;
use serde_json::value::RawValue;
use uuid::Uuid;

/// Bytes of a batch around its events, with room to spare.
const FRAME_BYTES: usize = 1024;
/// Bytes that events may have in sum: the rest is for the frame and a comma after each.
pub(crate) const EVENTS_BYTES_MAX: usize = v1::BATCH_BYTES_MAX - FRAME_BYTES - v1::BATCH_EVENTS_MAX;

/// The journal holds something that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The journal is damaged at event {seq} of epoch {epoch}. Start the till again, it will be mended then.")]
pub(crate) struct Unsound {
    pub(crate) epoch: u32,
    pub(crate) seq: u64,
}

/// Makes a batch of events that follow each other.
pub(crate) fn sign(
    terminal: Uuid,
    key: &SigningKey,
    events: Vec<StoredEvent>,
) -> Result<(v1::Batch, v1::Head), Unsound> {
    let first = &events[0];
    let (epoch, first_seq, prev_hash) = (first.epoch, first.seq, first.prev_hash);
    let mut head = v1::Head { epoch, seq: first_seq - 1, hash: prev_hash };
    let mut raw = Vec::with_capacity(events.len());
    for event in events {
        let unsound = Unsound { epoch: event.epoch, seq: event.seq };
        head = v1::Head { epoch, seq: head.seq + 1, hash: head.hash.then(event.bytes.as_bytes()) };
        if (event.epoch, event.seq, event.hash) != (epoch, head.seq, head.hash) {
            return Err(unsound);
        }
        raw.push(RawValue::from_string(event.bytes).map_err(|_| unsound)?);
    }
    let message = batch_message(terminal, epoch, first_seq, head.seq, head.hash);
    let batch = v1::Batch { terminal, epoch, first_seq, prev_hash, events: raw, signature: key.sign_hex(&message) };
    Ok((batch, head))
}

/// Whether the platform has signed for what it says it took.
pub(crate) fn is_signed(terminal: Uuid, platform_key: &str, taken: &v1::Taken) -> bool {
    let v1::Head { epoch, seq, hash } = taken.head;
    let message = receipt_message(terminal, epoch, seq, hash);
    verify_hex(platform_key, &message, &taken.signature)
}

#[cfg(test)]
mod tests {
    use protocol::chain::Hash;

    use super::*;

    fn event(seq: u64, prev_hash: Hash, bytes: &str) -> StoredEvent {
        StoredEvent { epoch: 1, seq, prev_hash, hash: prev_hash.then(bytes.as_bytes()), bytes: bytes.to_owned() }
    }

    #[test]
    fn a_batch_carries_the_bytes_unchanged_and_its_signature_binds_them() {
        let key = SigningKey::generate().unwrap();
        let terminal = Uuid::from_u128(7);
        let one = event(4, Hash([9; 32]), "{\"odd\" :  1.50}");
        let two = event(5, one.hash, "{\"é\":\"\\u00e9\"}");
        let (batch, head) = sign(terminal, &key, vec![one.clone(), two.clone()]).unwrap();
        let wire = serde_json::to_string(&batch).unwrap();
        assert!(wire.contains(&format!("[{},{}]", one.bytes, two.bytes)), "{wire}");
        assert_eq!((head.seq, head.hash), (5, two.hash));
        let message = batch_message(terminal, 1, 4, 5, two.hash);
        assert!(verify_hex(&key.public_hex(), &message, &batch.signature));

        let mut torn = two;
        torn.bytes.push(' ');
        let unsound = sign(terminal, &key, vec![one, torn]).unwrap_err();
        assert_eq!((unsound.epoch, unsound.seq), (1, 5));
    }

    #[test]
    fn full_batches_stay_below_the_limit() {
        let key = SigningKey::generate().unwrap();
        let text = "x".repeat(EVENTS_BYTES_MAX / v1::BATCH_EVENTS_MAX - 2);
        let mut events: Vec<StoredEvent> = Vec::new();
        for seq in 1..=v1::BATCH_EVENTS_MAX as u64 {
            let before = events.last().map_or(Hash([0; 32]), |event| event.hash);
            events.push(event(seq, before, &format!("\"{text}\"")));
        }
        let (batch, _) = sign(Uuid::from_u128(7), &key, events).unwrap();
        let bytes = serde_json::to_vec(&batch).unwrap().len();
        assert!(bytes <= v1::BATCH_BYTES_MAX && bytes > v1::BATCH_BYTES_MAX - 4096, "{bytes}");
    }
}
