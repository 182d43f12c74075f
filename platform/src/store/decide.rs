//! What to do with a batch, decided from numbers and hashes alone; both databases ask here.

use protocol::chain::Hash;

use crate::ingest::Intake;

/// The head of an epoch under its lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadRow {
    /// Newest sequence number; zero before the first event.
    pub seq: u64,
    /// The chain's hash after it.
    pub hash: Hash,
    /// Whether a fork stopped the epoch.
    pub frozen: bool,
}

/// What to do with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of it is held already.
    Duplicate,
    /// Append all but the first `skip` events, which are held already.
    Append {
        /// How many are held.
        skip: usize,
    },
    /// Events are missing before it.
    Gap {
        /// Where to continue.
        expected: u64,
    },
    /// Other bytes stand under the same numbers.
    Fork,
}

/// The newest number that both the head and the batch cover; its stored hash is what [`decide`] wants to know.
/// The chain binds everything before it, so one comparison is enough.
pub fn overlap_seq(head: &HeadRow, intake: &Intake) -> Option<u64> {
    (intake.first_seq <= head.seq).then(|| intake.last_seq().min(head.seq))
}

/// Tells duplicates, gaps and forks apart. `stored` is the hash held at [`overlap_seq`].
pub fn decide(head: &HeadRow, intake: &Intake, stored: Option<Hash>) -> Verdict {
    match overlap_seq(head, intake) {
        None if intake.first_seq > head.seq + 1 => Verdict::Gap { expected: head.seq + 1 },
        None if head.frozen || intake.prev_hash != head.hash => Verdict::Fork,
        None => Verdict::Append { skip: 0 },
        Some(seq) => {
            let skip = usize::try_from(seq - intake.first_seq).expect("a batch fits memory") + 1;
            let same = stored == Some(intake.events[skip - 1].hash);
            if !same {
                Verdict::Fork
            } else if skip == intake.events.len() {
                Verdict::Duplicate
            } else if head.frozen {
                Verdict::Fork
            } else {
                Verdict::Append { skip }
            }
        }
    }
}
