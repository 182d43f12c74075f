//! What an ESC/POS printer sends back, told apart byte by byte. Pure and resumable.
//!
//! | bytes | what |
//! |---|---|
//! | `0**1**10` | answer to `DLE EOT n`, in the order of asking |
//! | `0**1**00`, then three `0**0****` | automatic status back |
//! | `37 22 d1 d2 d3 d4 00` | answer to `GS ( H`: everything before it is printed |
//! | `37 25 00` | answer to `DLE DC4 8`: buffers are cleared |
//! | `0**0****` alone | answer to `GS r`: everything before it was taken; or to `GS I 1..3`, whichever was asked first |
//! | `5F`, text, `00` | answer to `GS I 65..69` |
//! | `11`, `13` | XON, XOFF, anywhere in between |

use std::collections::VecDeque;

use hal::{Link, Paper, PrinterFault, PrinterStatus};

const XON: u8 = 0x11;
const XOFF: u8 = 0x13;
const BLOCK_HEAD: u8 = 0x37;
/// Kinds of block: completion of `GS ( H` with four digits and NUL, cleared buffers with NUL.
const BLOCK_PRINTED: u8 = 0x22;
const BLOCK_CLEARED: u8 = 0x25;
/// Head of a text that tells what the printer is.
const TEXT_HEAD: u8 = 0x5f;
/// Bytes of such a text; Epson's reference allows 80.
const TEXT_BYTES_MAX: usize = 80;
/// Requests whose answers may be awaited at once: four kinds of status, asked twice.
const ASKED_MAX: usize = 8;
/// Requests that are answered in the order of the bytes and may be awaited at once.
const DUE_MAX: usize = 16;

/// One thing that a printer said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Answer to `DLE EOT n`.
    Realtime {
        /// Which was asked, 1..=4.
        n: u8,
        /// The answer.
        byte: u8,
    },
    /// Automatic status back.
    Asb([u8; 4]),
    /// Everything before the `GS ( H` with this number is printed.
    Printed([u8; 4]),
    /// Everything before a `GS r` was taken.
    Fence,
    /// Answer to `GS I n` for n of 65 to 69: what the printer is, in ASCII.
    Identity {
        /// Which was asked.
        n: u8,
        /// The answer, without head and end.
        text: String,
    },
    /// Answer to `GS I n` for n of 1 to 3.
    Kind {
        /// Which was asked.
        n: u8,
        /// The answer.
        byte: u8,
    },
    /// The buffers are cleared.
    Cleared,
    /// A byte that means nothing here.
    Noise(u8),
}

/// What is answered in the order of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Fence,
    Kind(u8),
    Text(u8),
}

/// Tells replies apart. Holds at most 81 bytes and the kinds of 24 requests.
#[derive(Debug, Default)]
pub struct StatusReader {
    /// A reply that has begun: an ASB, a block or a text.
    partial: Vec<u8>,
    asked: VecDeque<u8>,
    due: VecDeque<Due>,
}

impl StatusReader {
    /// Says that `DLE EOT n` goes out; its answer will be matched to it. The oldest is forgotten beyond the limit.
    pub fn asking(&mut self, n: u8) {
        assert!((1..=4).contains(&n), "no such status");
        if self.asked.len() == ASKED_MAX {
            self.asked.pop_front();
        }
        self.asked.push_back(n);
    }

    /// Says that a `GS r` goes out.
    pub fn fencing(&mut self) {
        self.expect(Due::Fence);
    }

    /// Says that `GS I n` goes out, with n of 1 to 3 or 65 to 69.
    pub fn identifying(&mut self, n: u8) {
        assert!(matches!(n, 1..=3 | 65..=69), "no such identity");
        self.expect(if n < 65 { Due::Kind(n) } else { Due::Text(n) });
    }

    /// Whether answers to `GS r` are still due.
    pub fn awaits_fence(&self) -> bool {
        self.due.contains(&Due::Fence)
    }

    /// The printer has forgotten every request that it had not come to.
    pub fn forget_due(&mut self) {
        self.due.clear();
    }

    fn expect(&mut self, due: Due) {
        if self.due.len() == DUE_MAX {
            self.due.pop_front();
        }
        self.due.push_back(due);
    }

    /// Gives up what was asked: the printer did not answer.
    pub fn forget(&mut self) {
        *self = StatusReader::default();
    }

    /// Takes bytes; gives what they complete, at most one reply for each byte.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Reply> {
        bytes.iter().filter_map(|byte| self.take(*byte)).collect()
    }

    fn take(&mut self, byte: u8) -> Option<Reply> {
        if byte == XON || byte == XOFF {
            return None;
        }
        if self.partial.is_empty() {
            return self.start(byte);
        }
        if self.partial[0] == TEXT_HEAD {
            return self.take_text(byte);
        }
        self.partial.push(byte);
        let done = match self.partial.as_slice() {
            [BLOCK_HEAD, BLOCK_PRINTED, digits @ ..] if digits.len() < 5 => return None,
            [BLOCK_HEAD, BLOCK_PRINTED, d1, d2, d3, d4, 0] => Some(Reply::Printed([*d1, *d2, *d3, *d4])),
            [BLOCK_HEAD, BLOCK_CLEARED] => return None,
            [BLOCK_HEAD, BLOCK_CLEARED, 0] => Some(Reply::Cleared),
            [BLOCK_HEAD, ..] => None,
            // An ASB: bit 4 is set in its first byte and in none after it.
            asb if byte & 0x90 == 0 => match *asb {
                [a, b, c, d] => Some(Reply::Asb([a, b, c, d])),
                _ => return None,
            },
            _ => None,
        };
        self.partial.clear();
        // A reply that broke off lost its tail on the wire; the byte that shows it begins the next one.
        done.or_else(|| self.start(byte))
    }

    /// One byte more of a text; one that cannot be in it begins something else.
    fn take_text(&mut self, byte: u8) -> Option<Reply> {
        match byte {
            b' '..=b'~' if self.partial.len() <= TEXT_BYTES_MAX => {
                self.partial.push(byte);
                None
            }
            0 => {
                let text = String::from_utf8_lossy(&self.partial[1..]).into_owned();
                self.partial.clear();
                let at = self.due.iter().position(|due| matches!(due, Due::Text(_)))?;
                match self.due.remove(at) {
                    Some(Due::Text(n)) => Some(Reply::Identity { n, text }),
                    _ => None,
                }
            }
            _ => {
                self.partial.clear();
                self.start(byte)
            }
        }
    }

    fn start(&mut self, byte: u8) -> Option<Reply> {
        match byte {
            BLOCK_HEAD => self.partial.push(byte),
            _ if byte & 0x93 == 0x12 => {
                let Some(n) = self.asked.pop_front() else { return Some(Reply::Noise(byte)) };
                return Some(Reply::Realtime { n, byte });
            }
            _ if byte & 0x93 == 0x10 => self.partial.push(byte),
            TEXT_HEAD if self.due.iter().any(|due| matches!(due, Due::Text(_))) => self.partial.push(byte),
            _ if byte & 0x90 == 0 => {
                // What is answered by a text and stands before was passed over: answers keep the order of the questions.
                let at = self.due.iter().position(|due| !matches!(due, Due::Text(_)));
                return Some(match at.and_then(|at| self.due.drain(..=at).next_back()) {
                    Some(Due::Fence) => Reply::Fence,
                    Some(Due::Kind(n)) => Reply::Kind { n, byte },
                    Some(Due::Text(_)) | None => Reply::Noise(byte),
                });
            }
            _ => return Some(Reply::Noise(byte)),
        }
        None
    }
}

/// The status after a reply; unchanged by replies that say nothing of it.
pub(super) fn status_after(status: PrinterStatus, reply: &Reply) -> PrinterStatus {
    let mut status = status;
    let link = |offline| if offline { Link::Offline } else { Link::Online };
    match *reply {
        Reply::Realtime { n: 1, byte } => {
            status.drawer_pin_high = Some(byte & 0x04 != 0);
            status.link = link(byte & 0x08 != 0);
        }
        Reply::Realtime { n: 2, byte } => {
            status.cover_open = byte & 0x04 != 0;
            // For printers that answer no more than this. The answers to 3 and 4 come behind it and say it better.
            status.fault = (byte & 0x40 != 0).then_some(PrinterFault::Recoverable);
            status.paper = match status.paper {
                _ if byte & 0x20 != 0 => Paper::End,
                Paper::End => Paper::Unknown,
                paper => paper,
            };
        }
        Reply::Realtime { n: 3, byte } => status.fault = fault(byte),
        Reply::Realtime { n: _, byte } => status.paper = paper(byte & 0x0c != 0, byte & 0x60 != 0),
        Reply::Asb([first, second, third, _]) => {
            status.drawer_pin_high = Some(first & 0x04 != 0);
            status.link = link(first & 0x08 != 0);
            status.cover_open = first & 0x20 != 0;
            status.fault = fault(second);
            status.paper = paper(third & 0x03 != 0, third & 0x0c != 0);
        }
        Reply::Printed(_)
        | Reply::Fence
        | Reply::Identity { .. }
        | Reply::Kind { .. }
        | Reply::Cleared
        | Reply::Noise(_) => {}
    }
    status
}

/// The answer to `DLE EOT 3` and the second byte of an ASB have their faults in the same places.
fn fault(byte: u8) -> Option<PrinterFault> {
    match byte {
        _ if byte & 0x20 != 0 => Some(PrinterFault::Unrecoverable),
        _ if byte & 0x08 != 0 => Some(PrinterFault::Cutter),
        _ if byte & 0x40 != 0 => Some(PrinterFault::Recoverable),
        _ => None,
    }
}

fn paper(near_end: bool, end: bool) -> Paper {
    match (near_end, end) {
        (_, true) => Paper::End,
        (true, false) => Paper::NearEnd,
        (false, false) => Paper::Ok,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn replies_are_told_apart_when_they_come_mixed_and_in_pieces() {
        let mut reader = StatusReader::default();
        (1..=4).for_each(|n| reader.asking(n));
        reader.fencing();
        let bytes = b"\x12\x13\x16\x18\x20\x11\x0c\x00\x12\x37\x220001\x00\x7e\x00\x37\x25\x00\xf0\x05\x14\x00\x12";
        let replies: Vec<Reply> = bytes.iter().flat_map(|byte| reader.feed(&[*byte])).collect();
        assert_eq!(
            replies,
            [
                Reply::Realtime { n: 1, byte: 0x12 },
                Reply::Realtime { n: 2, byte: 0x16 },
                Reply::Asb([0x18, 0x20, 0x0c, 0x00]),
                Reply::Realtime { n: 3, byte: 0x12 },
                Reply::Printed(*b"0001"),
                Reply::Realtime { n: 4, byte: 0x7e },
                Reply::Fence,
                Reply::Cleared,
                Reply::Noise(0xf0),
                Reply::Noise(0x05),
                Reply::Noise(0x12),
            ]
        );
    }

    #[test]
    fn status_bits_mean_this() {
        let after = |replies: &[Reply]| replies.iter().fold(PrinterStatus::UNKNOWN, status_after);
        let idle = [1, 2, 3, 4].map(|n| Reply::Realtime { n, byte: 0x12 });
        let fine = PrinterStatus {
            link: Link::Online,
            paper: Paper::Ok,
            cover_open: false,
            fault: None,
            drawer_pin_high: Some(false),
        };
        assert_eq!(after(&idle), fine);
        assert_eq!(after(&[Reply::Asb([0x10, 0, 0, 0])]), fine);
        let bad = [(1, 0x1e), (2, 0x16), (3, 0x1a), (4, 0x7e)].map(|(n, byte)| Reply::Realtime { n, byte });
        let broken = PrinterStatus {
            link: Link::Offline,
            paper: Paper::End,
            cover_open: true,
            fault: Some(PrinterFault::Cutter),
            drawer_pin_high: Some(true),
        };
        assert_eq!(after(&bad), broken);
        assert_eq!(after(&[Reply::Asb([0x3c, 0x08, 0x0f, 0])]), broken);
        assert_eq!(after(&[Reply::Asb([0x10, 0, 0x03, 0])]).paper, Paper::NearEnd);
        let realtime = |n, byte| Reply::Realtime { n, byte };
        let stopped = after(&[realtime(2, 0x72)]);
        assert_eq!((stopped.paper, stopped.fault), (Paper::End, Some(PrinterFault::Recoverable)));
        let goes_on = after(&[realtime(2, 0x72), realtime(2, 0x1a)]);
        assert_eq!((goes_on.paper, goes_on.fault, goes_on.cover_open), (Paper::Unknown, None, false));
        let told_better = after(&[realtime(2, 0x72), realtime(3, 0x32), realtime(4, 0x1e)]);
        assert_eq!((told_better.paper, told_better.fault), (Paper::NearEnd, Some(PrinterFault::Unrecoverable)));
        assert_eq!(after(&[realtime(3, 0x52)]).fault, Some(PrinterFault::Recoverable));
        let asb_faults = [0x20, 0x40].map(|byte| after(&[Reply::Asb([0x18, byte, 0, 0])]).fault);
        assert_eq!(asb_faults, [Some(PrinterFault::Unrecoverable), Some(PrinterFault::Recoverable)]);
    }

    #[test]
    fn what_a_printer_is_comes_as_text_or_as_a_byte_and_confirms_nothing() {
        let mut reader = StatusReader::default();
        reader.identifying(66);
        reader.identifying(67);
        reader.fencing();
        // An ASB before it; an XOFF within; the second text was passed over, and the fence stands behind it.
        let replies = reader.feed(b"\x10\0\0\0_EPS\x13ON\0\x00");
        let maker = Reply::Identity { n: 66, text: "EPSON".into() };
        assert_eq!(replies, [Reply::Asb([0x10, 0, 0, 0]), maker, Reply::Fence]);
        assert!(!reader.awaits_fence());
        reader.identifying(1);
        reader.fencing();
        assert_eq!(reader.feed(b"\x20\0"), [Reply::Kind { n: 1, byte: 0x20 }, Reply::Fence]);
        // A text that breaks off gives way to what comes; one that nobody asked for is noise.
        reader.identifying(65);
        reader.asking(2);
        assert_eq!(reader.feed(b"_1.0\x12"), [Reply::Realtime { n: 2, byte: 0x12 }]);
        assert_eq!(reader.feed(b"_2.1\0"), [Reply::Identity { n: 65, text: "2.1".into() }]);
        assert_eq!(reader.feed(b"_\0"), [Reply::Noise(0x5f), Reply::Noise(0)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn any_bytes_leave_the_reader_small_and_a_clean_asb_is_found(
            noise in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x5f), Just(0x37), Just(0)], 0..60),
            asked in proptest::collection::vec(1u8..=4, 0..10),
            due in proptest::collection::vec(prop::sample::select(vec![0_u8, 1, 3, 65, 67, 69]), 0..20),
            cut in any::<prop::sample::Index>(),
        ) {
            let reader = || {
                let mut reader = StatusReader::default();
                asked.iter().for_each(|n| reader.asking(*n));
                due.iter().for_each(|n| if *n == 0 { reader.fencing() } else { reader.identifying(*n) });
                reader
            };
            // In pieces it is read as in one.
            let (first, second) = noise.split_at(cut.index(noise.len() + 1));
            let mut pieces = reader();
            let read = [pieces.feed(first), pieces.feed(second)].concat();
            let mut reader = reader();
            prop_assert_eq!(reader.feed(&noise), read);
            prop_assert!(reader.due.len() <= DUE_MAX);
            prop_assert!(reader.partial.len() <= 1 + TEXT_BYTES_MAX && reader.asked.len() <= ASKED_MAX);
            // Whatever came before, the second of two whole replies is understood.
            let replies = reader.feed(&[0x18, 0, 0x0c, 0, 0, 0, 0, 0x18, 0, 0x0c, 0]);
            prop_assert_eq!(replies.last(), Some(&Reply::Asb([0x18, 0, 0x0c, 0])));
        }
    }
}
