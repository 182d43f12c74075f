//! The inside of a receipt printer: what it does with bytes, and what it answers.

use std::time::Instant;

use super::cable::Heard;
use super::command::{COMMAND_BYTES_MAX, Command, Front, front};
use super::display::VirtualDisplay;
use super::head::Head;
use super::plug::Plug;
use super::printer::PrinterModel;

/// Bytes that wait in the printer; beyond them it takes no more from the cable.
const INBOX_BYTES_MAX: usize = COMMAND_BYTES_MAX + 64 * 1024;
/// Commands carried out before others may look at the printer.
const COMMANDS_AT_ONCE: usize = 4096;
/// Pause before each byte of a halting printer.
const HALT: std::time::Duration = std::time::Duration::from_millis(2);
/// Lines before the end of the roll at which the near-end sensor tells.
const NEAR_END_LINES: u64 = 20;

/// A printer from its connector to its head.
pub(super) struct Works {
    pub plug: Plug,
    model: PrinterModel,
    pub head: Head,
    inbox: Vec<u8>,
    /// Bytes that may be the beginning of a real-time command.
    realtime: Vec<u8>,
    pub roll_lines: Option<u64>,
    pub near_end: bool,
    pub cover_open: bool,
    pub cutter_jammed: bool,
    pub silent: bool,
    /// Whether it has power.
    pub on: bool,
    /// Whether each byte that it says arrives by itself.
    pub halting: bool,
    pub drawer_open: bool,
    pub kicks: u32,
    /// What hangs on its wire.
    pub display: Option<VirtualDisplay>,
    /// Whether the bytes are for the display.
    turned_away: bool,
    asb: u8,
    asb_told: [u8; 4],
    line_at: Instant,
    pub puzzles: u64,
}

impl Works {
    pub fn new(plug: Plug, model: PrinterModel) -> Works {
        Works {
            plug,
            head: Head::new(model.dots, model.hanzi_at_start, model.hanzi_four_bytes),
            model,
            inbox: Vec::new(),
            realtime: Vec::new(),
            roll_lines: None,
            near_end: false,
            cover_open: false,
            cutter_jammed: false,
            silent: false,
            on: true,
            halting: false,
            drawer_open: false,
            kicks: 0,
            display: None,
            turned_away: false,
            asb: 0,
            asb_told: [0; 4],
            line_at: Instant::now(),
            puzzles: 0,
        }
    }

    /// Takes what came and prints what can be printed; true when there is more to do at once.
    pub fn step(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let heard = if self.inbox.len() < INBOX_BYTES_MAX { self.plug.read(&mut bytes) } else { Heard::Nothing };
        if let Heard::Bytes(count) = heard
            && self.on
        {
            self.take(&bytes[..count]);
        }
        let printed = self.print();
        self.tell_changes();
        printed || matches!(heard, Heard::Bytes(_))
    }

    /// Sorts out the real-time commands, which are obeyed before all that waits.
    pub fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.realtime.push(byte);
            match realtime_length(&self.realtime) {
                Some(length) if self.realtime.len() == length => {
                    let command = std::mem::take(&mut self.realtime);
                    self.obey_at_once(&command);
                }
                Some(_) => {}
                None => {
                    self.inbox.append(&mut self.realtime);
                    // The byte that broke off one command may begin the next.
                    if byte == 0x10 {
                        self.inbox.pop();
                        self.realtime.push(byte);
                    }
                }
            }
        }
    }

    fn obey_at_once(&mut self, command: &[u8]) {
        match command {
            [0x10, 0x04, n @ 1..=4] => self.answer(&[self.realtime_status(*n)]),
            [0x10, 0x14, 0x01, ..] => self.kick(),
            [0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08] => {
                self.inbox.clear();
                self.head.obey(Command::Init);
                self.answer(&[0x37, 0x25, 0x00]);
            }
            _ => {}
        }
    }

    /// Prints from the inbox while paper and time allow; true when it stopped only to let others look.
    pub fn print(&mut self) -> bool {
        let mut used = 0;
        for _ in 0..COMMANDS_AT_ONCE {
            if self.stopped() || used == self.inbox.len() || Instant::now() < self.line_at {
                break;
            }
            if self.turned_away {
                let passed = self.pass_on(used);
                used += passed;
                if passed == 0 {
                    break;
                }
                continue;
            }
            let Front::Command(length, command) = front(&self.inbox[used..], self.head.in_hanzi_mode()) else { break };
            used += length;
            self.obey(command);
        }
        self.inbox.drain(..used);
        used > 0
    }

    /// Hands the display what is for it, up to the command that turns back to the printer; gives the bytes used.
    fn pass_on(&mut self, from: usize) -> usize {
        let bytes = &self.inbox[from..];
        let end = bytes.windows(3).position(|three| matches!(three, [0x1b, b'=', 1]));
        let whole =
            bytes.len() - [b"\x1b=".as_slice(), b"\x1b"].iter().find(|end| bytes.ends_with(end)).map_or(0, |e| e.len());
        let count = end.unwrap_or(whole);
        if let Some(display) = &self.display {
            display.take(&bytes[..count]);
        }
        self.turned_away = end.is_none();
        if end.is_some() { count + 3 } else { count }
    }

    fn obey(&mut self, command: Command) {
        let lines = self.head.lines_fed;
        match command {
            Command::Kick => self.kick(),
            Command::Asb(mask) => {
                self.asb = mask;
                if mask != 0 {
                    self.tell_asb();
                }
            }
            Command::SensorStatus => self.answer(&[self.paper_bits()]),
            Command::ProcessId([a, b, c, d]) if self.model.echoes => self.answer(&[0x37, 0x22, a, b, c, d, 0x00]),
            Command::ProcessId(_) => {}
            Command::PrinterId(n) if n < 65 => self.answer(&[0x02]),
            Command::PrinterId(n) => self.answer(identity(n)),
            Command::Puzzle => self.puzzles += 1,
            Command::Peripheral(who) => self.turned_away = who == 2,
            Command::Init => {
                self.asb = 0;
                self.head.obey(Command::Init);
            }
            paper => self.head.obey(paper),
        }
        let lines = self.head.lines_fed - lines;
        if let Some(left) = &mut self.roll_lines {
            *left = left.saturating_sub(lines);
        }
        if lines > 0 && !self.model.line_time.is_zero() {
            self.line_at = Instant::now() + self.model.line_time * lines as u32;
        }
    }

    fn kick(&mut self) {
        self.kicks += 1;
        self.drawer_open = true;
    }

    pub fn unplug(&mut self) {
        self.plug.unplug();
        self.forget();
    }

    /// Switches its power; the line stays, and what comes to a printer without power is lost.
    pub fn set_on(&mut self, on: bool) {
        self.on = on;
        self.forget();
    }

    fn forget(&mut self) {
        self.inbox.clear();
        self.realtime.clear();
        self.turned_away = false;
        self.head.reset();
        self.asb = 0;
    }

    /// Sends bytes as they are.
    pub fn say(&self, bytes: &[u8]) {
        if !self.halting {
            self.plug.write(bytes);
            return;
        }
        for byte in bytes {
            self.plug.write(&[*byte]);
            std::thread::sleep(HALT);
        }
    }

    fn paper_is_out(&self) -> bool {
        self.roll_lines == Some(0)
    }

    fn paper_is_near_end(&self) -> bool {
        self.near_end || self.roll_lines.is_some_and(|left| left <= NEAR_END_LINES)
    }

    fn stopped(&self) -> bool {
        self.paper_is_out() || self.cover_open || self.cutter_jammed
    }

    fn pin_is_high(&self) -> bool {
        self.drawer_open == self.model.open_is_high
    }

    fn realtime_status(&self, n: u8) -> u8 {
        let bits = match n {
            1 => bit(self.pin_is_high(), 2) | bit(self.stopped(), 3),
            2 => bit(self.cover_open, 2) | bit(self.paper_is_out(), 5) | bit(self.cutter_jammed, 6),
            3 => bit(self.cutter_jammed, 3),
            _ => (bit(self.paper_is_near_end(), 2) * 3) | (bit(self.paper_is_out(), 5) * 3),
        };
        0x12 | bits
    }

    fn paper_bits(&self) -> u8 {
        (bit(self.paper_is_near_end(), 0) * 3) | (bit(self.paper_is_out(), 2) * 3)
    }

    fn asb_bytes(&self) -> [u8; 4] {
        let first = 0x10 | bit(self.pin_is_high(), 2) | bit(self.stopped(), 3) | bit(self.cover_open, 5);
        [first, bit(self.cutter_jammed, 3), self.paper_bits(), 0]
    }

    fn tell_changes(&mut self) {
        if self.asb != 0 && self.asb_bytes() != self.asb_told {
            self.tell_asb();
        }
    }

    fn tell_asb(&mut self) {
        self.asb_told = self.asb_bytes();
        self.answer(&self.asb_told);
    }

    fn answer(&self, bytes: &[u8]) {
        if !self.silent && self.on {
            self.say(bytes);
        }
    }
}

/// What it says it is, to `GS I n`.
fn identity(n: u8) -> &'static [u8] {
    match n {
        65 => b"_1.00 ESC/POS\0",
        66 => b"_GUITAI\0",
        67 => b"_VIRTUAL\0",
        68 => b"_V0000001\0",
        _ => b"_\0",
    }
}

fn bit(on: bool, at: u8) -> u8 {
    u8::from(on) << at
}

/// Whole length of the real-time command that these bytes begin or are; `None` when they are none.
fn realtime_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x10] => Some(2),
        [0x10, 0x04 | 0x05 | 0x14] => Some(3),
        [0x10, 0x04, 1..=8] | [0x10, 0x05, 0..=2] => Some(3),
        [0x10, 0x14, 0x01 | 0x02, ..] => Some(5),
        [0x10, 0x14, 0x08, ..] => Some(10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counter::cable::Cable;
    use crate::counter::paper::{End, Paper};
    use proptest::prelude::*;
    use std::io;
    use std::path::PathBuf;

    fn works(model: PrinterModel, name: &str) -> Works {
        let link = std::env::temp_dir().join(format!("guitai-works-{}-{name}", std::process::id()));
        Works::new(Plug::Cable(Cable::plug(link).expect("a pseudo-terminal")), model)
    }

    /// What all papers and the hanging one say.
    fn printed(model: PrinterModel, bytes: &[u8]) -> (String, u64) {
        let mut works = works(model, "printed");
        works.take(bytes);
        while works.print() {}
        works.head.tear();
        (works.head.papers.iter().map(Paper::text).collect::<Vec<_>>().join("=\n"), works.puzzles)
    }

    #[test]
    fn bytes_become_this_text() {
        let check = |bytes: &[u8], text: &str| assert_eq!(printed(PrinterModel::MM58, bytes), (text.to_owned(), 0));
        check(b"\x1b@\x1c&\xca\xbe\xc0\xfd\xce\xc4\xb1\xbe\xb4\xf2\xd3\xa1\xbb\xfa!\n\x1c.", "示例文本打印机!\n");
        check(b"\x1b@\x1c.\xdb\xb0 \x9c5\n", "█░ £5\n");
        check(b"\x1ba\x01\x1d!\x11\x1c&\xb4\xf3\n\x1d!\0\x1ba\0a\n", "              大\na\n");
        check(b"\x1ba\x02x\n", "                               x\n");
        check(b"\x1d(k\x03\x001C\x04\x1d(k\x07\x001P01234\x1d(k\x03\x001Q0", "[QR 1234]\n");
        check(b"\x1dkI\x08{BT1-{{7", "[CODE128 T1-{7]\n");
        check(b"\x1dv0\0\x01\0\x01\0\x80\n", "[IMAGE 8x1]\n");
        check(b"one\n\x1dVB\0two\n\x1dVA\0", "one\n=\ntwo\n");
        check(&[[b'x'; 33].as_slice(), b"\n"].concat(), &format!("{}\nx\n", "x".repeat(32)));
        // Four-byte characters on a printer that lacks them: the fault that prints "0 6" for a yen sign.
        check(b"\x1c&\x81\x30\x84\x36\n", "0 6\n");
    }

    #[test]
    fn a_picture_is_white_where_nothing_is_and_burnt_where_something_is() {
        let mut works = works(PrinterModel::MM58, "picture");
        works.take(b"\x1dv0\0\x01\0\x02\0\x80\x01\x1dVA\0");
        works.print();
        let paper = &works.head.papers[0];
        assert_eq!((paper.end, paper.dot(0, 0), paper.dot(1, 0), paper.dot(7, 1)), (End::Full, true, false, true));
        let png = paper.png();
        let mut reader = png::Decoder::new(io::Cursor::new(&png)).read_info().expect("a png");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("a picture");
        assert_eq!((info.width, info.height as usize), (384 + 104, paper.length() + 104));
        let at = |x: usize, y: usize| pixels[(y + 52) * 488 + x + 52];
        assert!(at(0, 0) > 140 && at(7, 1) > 140 && at(100, 40) == 0);
    }

    /// Streams that other programs sent to printers, where they lie beside the project.
    fn recorded() -> Option<PathBuf> {
        let data = std::env::var_os("GUITAI_DATA").map(PathBuf::from);
        let data = data.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"));
        Some(data.join("escpos")).filter(|folder| folder.is_dir())
    }

    #[test]
    fn streams_captured_from_other_programs_are_read_as_they_were_meant() {
        let Some(folder) = recorded() else { return println!("skipped: no recorded streams are here") };
        let mut read = 0;
        for (file, words) in [
            ("test1_format.bin", "test1.txt"),
            ("test3_simple.bin", "Hello World"),
            ("test4_receipt.bin", "SUPER MARKET"),
            ("test5_special.bin", "Currency: $ € £ ¥"),
            ("test_cp437.bin", "CP437 Box Test:\n┌────┐\n│ OK │\n└────┘"),
        ] {
            let Ok(bytes) = std::fs::read(folder.join(file)) else { continue };
            let (text, puzzles) = printed(PrinterModel::MM80, &bytes);
            assert_eq!(puzzles, 0, "{file}: {text}");
            assert!(text.contains(words), "{file}: {text}");
            assert!(!text.contains('\u{fffd}'), "{file}: {text}");
            read += 1;
        }
        assert!(read > 0, "none of them in {}", folder.display());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn any_bytes_leave_the_printer_sound(bytes in proptest::collection::vec(
            prop_oneof![any::<u8>(), Just(0x1b), Just(0x1d), Just(0x1c), Just(0x10), Just(b'\n'), Just(b'k'), Just(b'(')], 0..2000)) {
            let mut works = works(PrinterModel::MM58, "any");
            for piece in bytes.chunks(97) {
                works.take(piece);
                while works.print() {}
            }
            prop_assert!(works.inbox.len() <= bytes.len());
            prop_assert!(works.realtime.len() <= 10);
            prop_assert!(works.head.hanging().length() <= 20_000);
        }
    }
}
