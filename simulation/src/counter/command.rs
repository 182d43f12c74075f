//! ESC/POS bytes to commands, one at a time from the front of what has come. Written from Epson's command reference, apart from
//! any driver, so that a fault in one is not a fault in both.

/// What stands at the front of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// A command whose end has not come yet.
    Unfinished,
    /// A command of so many bytes.
    Command(usize, Command),
}

/// What a printer is told to do. Dots and lines are plain numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Characters' bytes: one, or two or four in Chinese mode.
    Glyph([u8; 4], u8),
    Lf,
    Tab,
    Init,
    /// `ESC !`: font B, emphasis, height, width, underline in one byte.
    PrintMode(u8),
    Size(u8),
    Bold(bool),
    Underline(bool),
    Reverse(bool),
    FontB(bool),
    Justify(u8),
    CodePage(u8),
    Hanzi(bool),
    LineSpacing(Option<u8>),
    CharSpacing(u8),
    PositionAbsolute(u16),
    PositionRelative(i16),
    MarginLeft(u16),
    AreaWidth(u16),
    FeedDots(u8),
    FeedLines(u8),
    Cut {
        full: bool,
        feed: u8,
    },
    Kick,
    BarHeight(u8),
    BarWidth(u8),
    BarText(u8),
    Bars {
        system: u8,
        data: Vec<u8>,
    },
    QrModule(u8),
    QrLevel(u8),
    QrStore(Vec<u8>),
    QrPrint,
    Raster {
        double: u8,
        row_bytes: usize,
        rows: usize,
        data: Vec<u8>,
    },
    /// `ESC *`: columns of 8 or 24 dots.
    Columns {
        tall: bool,
        double: bool,
        data: Vec<u8>,
    },
    Asb(u8),
    SensorStatus,
    ProcessId([u8; 4]),
    PrinterId(u8),
    /// `ESC =`: who the bytes behind it are for, 1 the printer, 2 the display.
    Peripheral(u8),
    /// Known, and without effect on the paper of this printer.
    Ignored,
    /// Not known: the byte is dropped, as printers do.
    Puzzle,
}

/// Longest command that is waited for; a longer one is a length field hit by noise.
pub(super) const COMMAND_BYTES_MAX: usize = 4 << 20;

use Command::*;
use Front::Unfinished;

/// Reads the command at the front of `bytes`, which has at least one; `hanzi` when Chinese mode is on.
pub(super) fn front(bytes: &[u8], hanzi: bool) -> Front {
    let front = match bytes[0] {
        0x0a => done(1, Lf),
        0x09 => done(1, Tab),
        0x0c | 0x0d | 0x18 | 0x00 => done(1, Ignored),
        0x1b => escape(bytes),
        0x1c => field(bytes),
        0x1d => group(bytes),
        0x10 | 0x01..=0x1f | 0x7f => done(1, Puzzle),
        byte if byte < 0x80 || !hanzi => done(1, Glyph([byte, 0, 0, 0], 1)),
        _ => hanzi_glyph(bytes),
    };
    match front {
        Unfinished if bytes.len() > COMMAND_BYTES_MAX => done(1, Puzzle),
        front => front,
    }
}

fn done(length: usize, command: Command) -> Front {
    Front::Command(length, command)
}

/// A command of a fixed length.
fn fixed(bytes: &[u8], length: usize, make: impl FnOnce(&[u8]) -> Command) -> Front {
    match bytes.get(..length) {
        Some(whole) => done(length, make(whole)),
        None => Unfinished,
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn hanzi_glyph(bytes: &[u8]) -> Front {
    match bytes {
        [_] => Unfinished,
        [first, second @ 0x30..=0x39, rest @ ..] => match rest {
            [third, fourth, ..] => done(4, Glyph([*first, *second, *third, *fourth], 4)),
            _ => Unfinished,
        },
        [first, second, ..] => done(2, Glyph([*first, *second, 0, 0], 2)),
        [] => Unfinished,
    }
}

fn escape(bytes: &[u8]) -> Front {
    let Some(&code) = bytes.get(1) else { return Unfinished };
    match code {
        b'@' => done(2, Init),
        b'2' => done(2, LineSpacing(None)),
        b'i' => done(2, Cut { full: true, feed: 0 }),
        b'm' => done(2, Cut { full: false, feed: 0 }),
        b'<' | b'L' | b'S' | b'v' => done(2, Ignored),
        b'!' => fixed(bytes, 3, |b| PrintMode(b[2])),
        b'3' => fixed(bytes, 3, |b| LineSpacing(Some(b[2]))),
        b' ' => fixed(bytes, 3, |b| CharSpacing(b[2])),
        b'-' => fixed(bytes, 3, |b| Underline(!matches!(b[2], 0 | b'0'))),
        b'E' | b'G' => fixed(bytes, 3, |b| Bold(b[2] & 1 != 0)),
        b'M' => fixed(bytes, 3, |b| FontB(matches!(b[2], 1 | b'1'))),
        b'a' => fixed(bytes, 3, |b| Justify(b[2] % 48)),
        b'J' => fixed(bytes, 3, |b| FeedDots(b[2])),
        b'd' => fixed(bytes, 3, |b| FeedLines(b[2])),
        b't' => fixed(bytes, 3, |b| CodePage(b[2])),
        b'=' => fixed(bytes, 3, |b| Peripheral(b[2])),
        b'%' | b'?' | b'K' | b'R' | b'T' | b'U' | b'V' | b'e' | b'r' | b'u' | b'{' => fixed(bytes, 3, |_| Ignored),
        b'$' => fixed(bytes, 4, |b| PositionAbsolute(u16_at(b, 2))),
        b'\\' => fixed(bytes, 4, |b| PositionRelative(u16_at(b, 2) as i16)),
        b'c' => fixed(bytes, 4, |_| Ignored),
        b'p' => fixed(bytes, 5, |_| Kick),
        b'W' => fixed(bytes, 10, |_| Ignored),
        b'D' => match bytes[2..].iter().take(33).position(|byte| *byte == 0) {
            Some(at) => done(at + 3, Ignored),
            None if bytes.len() > 35 => done(2, Puzzle),
            None => Unfinished,
        },
        b'*' => {
            let Some(head) = bytes.get(..5) else { return Unfinished };
            let tall = matches!(head[2], 32 | 33);
            let length = usize::from(u16_at(head, 3)) * if tall { 3 } else { 1 };
            let double = matches!(head[2], 0 | 32);
            fixed(bytes, 5 + length, |b| Columns { tall, double, data: b[5..].to_vec() })
        }
        _ => done(2, Puzzle),
    }
}

fn field(bytes: &[u8]) -> Front {
    let Some(&code) = bytes.get(1) else { return Unfinished };
    match code {
        b'&' => done(2, Hanzi(true)),
        b'.' => done(2, Hanzi(false)),
        b'!' | b'-' | b'C' | b'W' => fixed(bytes, 3, |_| Ignored),
        b'S' | b'p' => fixed(bytes, 4, |_| Ignored),
        b'2' => fixed(bytes, 76, |_| Ignored),
        b'(' => sized(bytes, |_, _| Ignored),
        _ => done(2, Puzzle),
    }
}

fn group(bytes: &[u8]) -> Front {
    let Some(&code) = bytes.get(1) else { return Unfinished };
    match code {
        b':' | b'c' => done(2, Ignored),
        b'!' => fixed(bytes, 3, |b| Size(b[2])),
        b'B' => fixed(bytes, 3, |b| Reverse(b[2] & 1 != 0)),
        b'H' => fixed(bytes, 3, |b| BarText(b[2] % 48)),
        b'I' => fixed(bytes, 3, |b| PrinterId(b[2])),
        b'a' => fixed(bytes, 3, |b| Asb(b[2])),
        b'h' => fixed(bytes, 3, |b| BarHeight(b[2])),
        b'w' => fixed(bytes, 3, |b| BarWidth(b[2])),
        b'r' => fixed(bytes, 3, |_| SensorStatus),
        b'/' | b'T' | b'b' | b'f' => fixed(bytes, 3, |_| Ignored),
        b'L' => fixed(bytes, 4, |b| MarginLeft(u16_at(b, 2))),
        b'W' => fixed(bytes, 4, |b| AreaWidth(u16_at(b, 2))),
        b'$' | b'P' | b'\\' => fixed(bytes, 4, |_| Ignored),
        b'^' => fixed(bytes, 5, |_| Ignored),
        b'V' => match bytes.get(2) {
            None => Unfinished,
            Some(65 | 97 | 103) => fixed(bytes, 4, |b| Cut { full: true, feed: b[3] }),
            Some(66 | 98 | 104) => fixed(bytes, 4, |b| Cut { full: false, feed: b[3] }),
            Some(kind) => done(3, Cut { full: matches!(kind, 0 | 48), feed: 0 }),
        },
        b'(' => sized(bytes, bracket),
        b'k' => bars(bytes),
        b'v' => {
            let Some(head) = bytes.get(..8) else { return Unfinished };
            let (row_bytes, rows) = (usize::from(u16_at(head, 4)), usize::from(u16_at(head, 6)));
            if row_bytes * rows > COMMAND_BYTES_MAX {
                return done(8, Puzzle);
            }
            let double = head[3] & 3;
            fixed(bytes, 8 + row_bytes * rows, |b| Raster { double, row_bytes, rows, data: b[8..].to_vec() })
        }
        b'*' => {
            let Some(head) = bytes.get(..4) else { return Unfinished };
            fixed(bytes, 4 + usize::from(head[2]) * usize::from(head[3]) * 8, |_| Ignored)
        }
        b'8' => {
            let Some(head) = bytes.get(..7) else { return Unfinished };
            let length = u32::from_le_bytes([head[3], head[4], head[5], head[6]]) as usize;
            if length > COMMAND_BYTES_MAX { done(2, Puzzle) } else { fixed(bytes, 7 + length, |_| Ignored) }
        }
        b'g' => fixed(bytes, 6, |_| Ignored),
        _ => done(2, Puzzle),
    }
}

/// `GS ( X pL pH ..` and `FS ( X pL pH ..`.
fn sized(bytes: &[u8], make: impl FnOnce(u8, &[u8]) -> Command) -> Front {
    let Some(head) = bytes.get(..5) else { return Unfinished };
    fixed(bytes, 5 + usize::from(u16_at(head, 3)), |whole| make(whole[2], &whole[5..]))
}

fn bracket(code: u8, data: &[u8]) -> Command {
    match (code, data) {
        (b'k', [b'1', b'C', size, ..]) => QrModule(*size),
        (b'k', [b'1', b'E', level, ..]) => QrLevel(*level),
        (b'k', [b'1', b'P', b'0', text @ ..]) => QrStore(text.to_vec()),
        (b'k', [b'1', b'Q', ..]) => QrPrint,
        (b'H', [b'0', b'0', a, b, c, d]) => ProcessId([*a, *b, *c, *d]),
        _ => Ignored,
    }
}

/// `GS k`: function A ends with NUL, function B bears its length.
fn bars(bytes: &[u8]) -> Front {
    match bytes.get(2) {
        None => Unfinished,
        Some(&system @ 0..=6) => match bytes[3..].iter().take(256).position(|byte| *byte == 0) {
            Some(at) => done(at + 4, Bars { system: system + 65, data: bytes[3..3 + at].to_vec() }),
            None if bytes.len() > 260 => done(3, Puzzle),
            None => Unfinished,
        },
        Some(&system @ 65..=79) => {
            let Some(&length) = bytes.get(3) else { return Unfinished };
            fixed(bytes, 4 + usize::from(length), |b| Bars { system, data: b[4..].to_vec() })
        }
        Some(_) => done(3, Puzzle),
    }
}
