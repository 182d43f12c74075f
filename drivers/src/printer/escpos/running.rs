//! A job on its way to the printer.

use std::time::Instant;

use hal::JobId;

use super::encode::Encoded;

/// Bytes sent between two looks at the status.
const PIECE_BYTES: usize = 64;

/// A job whose bytes are being sent, or are sent and not yet known to be on paper.
pub(super) struct Running {
    pub job: JobId,
    bytes: Vec<u8>,
    /// Ascending offsets at which no command is unfinished; the last is the end.
    seams: Vec<usize>,
    sent: usize,
    /// How far it was sent when the status was asked for last.
    pub polled_at_byte: usize,
    pub substituted: u32,
    /// The number that the printer echoes when all is on paper.
    pub ticket: [u8; 4],
    /// A later number, asked for when the first one is late.
    pub later_ticket: Option<[u8; 4]>,
    /// When a byte went out last, or when the printer could last go on.
    pub moved_at: Instant,
}

impl Running {
    /// A job with what follows its content: the request that tells of its end.
    pub fn new(job: JobId, encoded: Encoded, last: &[u8], ticket: [u8; 4]) -> Running {
        let (mut bytes, mut seams) = (encoded.bytes, encoded.seams);
        bytes.extend_from_slice(last);
        seams.push(bytes.len());
        Running {
            job,
            bytes,
            seams,
            sent: 0,
            polled_at_byte: 0,
            substituted: encoded.substituted,
            ticket,
            later_ticket: None,
            moved_at: Instant::now(),
        }
    }

    /// The next bytes to send: never beyond a seam.
    pub fn piece(&self) -> &[u8] {
        &self.bytes[self.sent..self.next_seam().min(self.sent + PIECE_BYTES)]
    }

    /// What is missing of the command that is being sent.
    pub fn rest_of_command(&self) -> &[u8] {
        if self.at_seam() { &[] } else { &self.bytes[self.sent..self.next_seam()] }
    }

    /// So many bytes more went out.
    pub fn went_out(&mut self, count: usize) {
        self.sent += count;
        assert!(self.sent <= self.bytes.len(), "more was sent than there is");
        if count > 0 {
            self.moved_at = Instant::now();
        }
    }

    pub fn sent(&self) -> usize {
        self.sent
    }

    pub fn has_started(&self) -> bool {
        self.sent > 0
    }

    pub fn is_sent(&self) -> bool {
        self.sent == self.bytes.len()
    }

    /// Whether the command that is being sent is the last one.
    pub fn is_in_last_command(&self) -> bool {
        self.next_seam() == self.bytes.len()
    }

    pub fn at_seam(&self) -> bool {
        self.sent == 0 || self.seams.binary_search(&self.sent).is_ok()
    }

    /// Where the command ends that is being sent, or the next one.
    fn next_seam(&self) -> usize {
        let later = self.seams.partition_point(|seam| *seam <= self.sent);
        self.seams.get(later).copied().unwrap_or(self.bytes.len())
    }
}
