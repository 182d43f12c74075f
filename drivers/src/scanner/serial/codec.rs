//! Bytes of a serial scanner to readings. Pure and resumable: it may be fed one byte at a time or many codes at once.

use hal::Reading;
use serde::Deserialize;

use crate::scanner::code::{CodeRules, Frame};

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const CR: u8 = 0x0d;
const LF: u8 = 0x0a;
const TAB: u8 = 0x09;

/// How a scanner ends a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
pub enum Suffix {
    /// CR, LF or both: what nearly every scanner does out of its box.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// CR alone; an LF is data.
    #[serde(rename = "\r")]
    Cr,
    /// LF alone; a CR is data.
    #[serde(rename = "\n")]
    Lf,
    /// CR and LF together; either alone is data.
    #[serde(rename = "\r\n")]
    CrLf,
    /// A tabulator.
    #[serde(rename = "\t")]
    Tab,
    /// Nothing: a code ends when the line falls silent.
    #[serde(rename = "")]
    None,
}

/// How the bytes of a scanner are cut into codes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Framing {
    /// The end of a code.
    pub suffix: Suffix,
    /// Whether STX opens and ETX closes a code, beside the suffix.
    pub envelope: bool,
    /// How a code's bytes are understood.
    pub rules: CodeRules,
}

/// Cuts bytes into readings. Holds at most `scan_bytes_max` bytes whatever it is fed.
#[derive(Debug)]
pub struct ScanCodec {
    framing: Framing,
    frame: Frame,
    /// The byte before, within this frame: the frame does not have it once it overflows.
    last: u8,
}

impl ScanCodec {
    /// A codec between two codes.
    pub fn new(framing: Framing) -> ScanCodec {
        assert!(framing.rules.scan_bytes_max > 0, "a scanner that may send nothing");
        ScanCodec { framing, frame: Frame::default(), last: 0 }
    }

    /// Takes bytes; appends what they complete, at most one reading for each byte.
    pub fn feed(&mut self, bytes: &[u8], readings: &mut impl Extend<Reading>) {
        for &byte in bytes {
            if self.framing.envelope && byte == STX || self.closes(byte) {
                readings.extend(self.close());
            } else {
                self.keep(byte);
            }
        }
    }

    /// The line has been silent for longer than the gap within a code: what is there is a whole code.
    pub fn idle(&mut self) -> Option<Reading> {
        self.close()
    }

    /// Whether a code has begun and not ended.
    pub fn is_open(&self) -> bool {
        self.frame.is_open()
    }

    fn closes(&mut self, byte: u8) -> bool {
        if self.framing.envelope && byte == ETX {
            return true;
        }
        match self.framing.suffix {
            Suffix::Auto => byte == CR || byte == LF,
            Suffix::Cr => byte == CR,
            Suffix::Lf => byte == LF,
            Suffix::CrLf if byte == LF && self.last == CR => {
                // The CR was kept as data until its LF came.
                self.frame.pop();
                true
            }
            Suffix::CrLf => false,
            Suffix::Tab => byte == TAB,
            Suffix::None => false,
        }
    }

    fn keep(&mut self, byte: u8) {
        self.last = byte;
        // One byte of room beyond the limit lets a CR wait for its LF.
        let room = self.framing.rules.scan_bytes_max + usize::from(self.framing.suffix == Suffix::CrLf);
        self.frame.push(byte, room);
    }

    fn close(&mut self) -> Option<Reading> {
        self.last = 0;
        let rules = &self.framing.rules;
        self.frame.close(rules.scan_bytes_max, |bytes| rules.read(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scanner::code::tell;
    use proptest::prelude::*;

    fn check(framing: Framing, pieces: &[&[u8]], expect: &[&str]) {
        let mut codec = ScanCodec::new(framing);
        let mut readings = Vec::new();
        for piece in pieces {
            codec.feed(piece, &mut readings);
        }
        readings.extend(codec.idle());
        let told: Vec<String> = readings.iter().map(tell).collect();
        assert_eq!(told, expect, "for {pieces:x?}");
        assert!(!codec.is_open());
    }

    #[test]
    fn codes_are_cut_as_the_scanner_is_set() {
        let auto = Framing::default();
        let with = |suffix| Framing { suffix, ..Framing::default() };
        check(auto.clone(), &[b"69", b"01\r", b"\n5449", b"\n"], &["6901", "5449"]);
        check(auto.clone(), &[b"1\r\n2\r3\n\n\n4"], &["1", "2", "3", "4"]);
        check(with(Suffix::Cr), &[b"line\none\rtwo\r"], &["line\none", "two"]);
        check(with(Suffix::Lf), &[b"one\ntwo\n"], &["one", "two"]);
        check(with(Suffix::CrLf), &[b"one\r", b"\ntw\ro\r\n"], &["one", "tw\ro"]);
        check(with(Suffix::Tab), &[b"one\ttwo\t"], &["one", "two"]);
        check(with(Suffix::None), &[b"one", b"two"], &["onetwo"]);
        let envelope = Framing { envelope: true, ..Framing::default() };
        check(envelope, &[b"\x02one\x03\x02tw", b"o\x03\r\nthree\r"], &["one", "two", "three"]);
        check(auto.clone(), &["优惠券".as_bytes(), b"\r"], &["优惠券"]);
        check(auto, &[b"\xff\x00\xb3\r", b"ok\r"], &["! [ff, 0, b3]", "ok"]);
    }

    #[test]
    fn aim_identifiers_name_the_symbology() {
        check(
            Framing::default(),
            &[b"]E06901234567892\r]E496385074\r]C10106901234567892\x1d10A\r]Q3x\r]h0y\r]E\r]\r"],
            &[
                "Ean13 6901234567892",
                "Ean8 96385074",
                "Gs1Code128 0106901234567892\x1d10A",
                "Gs1Qr x",
                "Other { code: 104, modifier: 48 } y",
                "]E",
                "]",
            ],
        );
        let rules = CodeRules { aim: false, ..CodeRules::default() };
        check(Framing { rules, ..Framing::default() }, &[b"]E0123\r"], &["]E0123"]);
    }

    #[test]
    fn a_code_beyond_the_limit_is_told_once_and_the_next_one_is_right() {
        for suffix in [Suffix::Auto, Suffix::CrLf] {
            let framing = Framing { suffix, ..Framing::default() };
            let long = vec![b'7'; 10_000];
            check(framing.clone(), &[&long, b"\r\n", b"6901\r\n"], &["! 10000 > 4096", "6901"]);
            let full = "8".repeat(4096);
            check(framing, &[full.as_bytes(), b"\r\n"], &[&full]);
        }
    }

    #[test]
    fn half_a_code_is_none_where_every_code_has_a_prefix() {
        let rules = CodeRules { prefix: b"\x02".to_vec(), ..CodeRules::default() };
        let framing = Framing { rules, ..Framing::default() };
        check(framing, &[b"\x026901\r", b"34567892\r\x025449\r"], &["6901", "! 8 and more", "5449"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_bytes_in_any_pieces_give_the_same_readings_within_bounds(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(CR), Just(LF), Just(b']'), Just(STX)], 0..40),
            cut in 0usize..40,
            suffix in prop_oneof![Just(Suffix::Auto), Just(Suffix::CrLf), Just(Suffix::Tab), Just(Suffix::None)],
            envelope: bool,
        ) {
            let rules = CodeRules { scan_bytes_max: 9, ..CodeRules::default() };
            let framing = Framing { suffix, envelope, rules };
            let (mut whole, mut pieces) = (Vec::new(), Vec::new());
            let mut codec = ScanCodec::new(framing.clone());
            codec.feed(&bytes, &mut whole);
            whole.extend(codec.idle());
            let mut codec = ScanCodec::new(framing);
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            for byte in head {
                codec.feed(&[*byte], &mut pieces);
                prop_assert!(codec.frame.capacity() <= 32);
            }
            codec.feed(tail, &mut pieces);
            pieces.extend(codec.idle());
            prop_assert_eq!(&whole, &pieces);
            for reading in whole {
                if let Reading::Scan(scan) = reading {
                    prop_assert!(!scan.data.is_empty() && scan.data.len() <= 9);
                }
            }
        }
    }
}
