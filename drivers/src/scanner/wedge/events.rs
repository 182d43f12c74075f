//! The kernel's input events as bytes (`struct input_event`, Linux UAPI `linux/input.h`).

/// A word of the kernel's for seconds and microseconds: as wide as an address.
const WORD: usize = size_of::<usize>();
/// Bytes of one event: seconds and microseconds, then kind, code and value.
pub const EVENT_BYTES: usize = 2 * WORD + 8;

/// What the kernel tells of an input device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputEvent {
    /// A key moved.
    Key {
        /// Which, as in `linux/input-event-codes.h`.
        code: u16,
        /// 0 released, 1 pressed, 2 held.
        value: i32,
        /// When, in milliseconds of some clock.
        at_ms: u64,
    },
    /// Events were lost, because nobody read them in time.
    Lost,
    /// Anything else, such as the end of what belongs together.
    Other,
}

const EV_SYN: u16 = 0;
const EV_KEY: u16 = 1;
const SYN_DROPPED: u16 = 3;

impl InputEvent {
    /// From its bytes, in the machine's own order.
    pub fn from_bytes(bytes: &[u8; EVENT_BYTES]) -> InputEvent {
        let word = |at: usize| usize::from_ne_bytes(bytes[at..at + WORD].try_into().expect("a word")) as u64;
        let half = |at: usize| u16::from_ne_bytes([bytes[at], bytes[at + 1]]);
        let (kind, code) = (half(2 * WORD), half(2 * WORD + 2));
        let value = i32::from_ne_bytes(bytes[2 * WORD + 4..].try_into().expect("four bytes"));
        match (kind, code) {
            (EV_KEY, code) => {
                let at_ms = word(0).wrapping_mul(1000).wrapping_add(word(WORD) / 1000);
                InputEvent::Key { code, value, at_ms }
            }
            (EV_SYN, SYN_DROPPED) => InputEvent::Lost,
            _ => InputEvent::Other,
        }
    }

    /// To its bytes; the other way round.
    pub fn to_bytes(self) -> [u8; EVENT_BYTES] {
        let (kind, code, value, at_ms) = match self {
            InputEvent::Key { code, value, at_ms } => (EV_KEY, code, value, at_ms),
            InputEvent::Lost => (EV_SYN, SYN_DROPPED, 0, 0),
            InputEvent::Other => (EV_SYN, 0, 0, 0),
        };
        let mut bytes = [0; EVENT_BYTES];
        bytes[..WORD].copy_from_slice(&((at_ms / 1000) as usize).to_ne_bytes());
        bytes[WORD..2 * WORD].copy_from_slice(&((at_ms % 1000 * 1000) as usize).to_ne_bytes());
        bytes[2 * WORD..2 * WORD + 2].copy_from_slice(&kind.to_ne_bytes());
        bytes[2 * WORD + 2..2 * WORD + 4].copy_from_slice(&code.to_ne_bytes());
        bytes[2 * WORD + 4..].copy_from_slice(&value.to_ne_bytes());
        bytes
    }
}

/// Cuts bytes into events, in whatever pieces they come.
#[derive(Debug, Default)]
pub struct EventBytes {
    piece: [u8; EVENT_BYTES],
    filled: usize,
}

impl EventBytes {
    /// Takes bytes; gives each event that they complete to `event`.
    pub fn feed(&mut self, bytes: &[u8], mut event: impl FnMut(InputEvent)) {
        for &byte in bytes {
            self.piece[self.filled] = byte;
            self.filled += 1;
            if self.filled == EVENT_BYTES {
                self.filled = 0;
                event(InputEvent::from_bytes(&self.piece));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(all(target_pointer_width = "64", target_endian = "little"))]
    fn an_event_is_the_kernels_bytes() {
        let bytes = [
            0x10, 0x32, 0x54, 0x65, 0, 0, 0, 0, // 1700016656 s
            0x40, 0xe2, 0x01, 0, 0, 0, 0, 0, // 123456 us
            1, 0, 30, 0, 1, 0, 0, 0, // EV_KEY, KEY_A, pressed
        ];
        let event = InputEvent::Key { code: 30, value: 1, at_ms: 1_700_016_656_123 };
        assert_eq!(InputEvent::from_bytes(&bytes), event);
        assert_eq!(event.to_bytes()[..8], bytes[..8]);
        assert_eq!(event.to_bytes()[16..], bytes[16..]);
        assert_eq!(InputEvent::from_bytes(&InputEvent::Lost.to_bytes()), InputEvent::Lost);
    }
}
