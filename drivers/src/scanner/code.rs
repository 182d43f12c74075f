//! A code's bytes to a reading, the same for every wire: prefix, AIM identifier, encoding, limits.

use hal::{Reading, Scan, Symbology, Unreadable};
use serde::Deserialize;

use super::UsbId;
use crate::registry::{ConfigError, check_path, check_range, refuse};

/// Longest code, in bytes: the longest QR code of binary data holds 2,953; no code that a shop scans is longer than this.
pub const SCAN_BYTES_MAX: usize = 4096;
/// Bytes that a prefix may have.
const PREFIX_BYTES_MAX: usize = 16;
/// Longest pause in which a code may be its own repeat, in milliseconds: beyond it a person scans equal goods.
const REPEAT_MS_MAX: u16 = 5000;

/// In which encoding a code's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
pub enum Encoding {
    /// UTF-8 and nothing else.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-8 where the bytes are plainly that, GB18030 (with GBK and GB 2312) otherwise.
    #[serde(rename = "gb18030")]
    Gb18030,
}

/// How the bytes between two codes' ends are understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRules {
    /// What the reader puts before every code; taken off. Bytes without it are no code of this reader.
    pub prefix: Vec<u8>,
    /// Whether a leading AIM identifier `]cm` (ISO/IEC 15424) is taken off and understood.
    pub aim: bool,
    /// The encoding of what is not ASCII.
    pub encoding: Encoding,
    /// Longest code, in bytes.
    pub scan_bytes_max: usize,
}

impl Default for CodeRules {
    fn default() -> CodeRules {
        CodeRules { prefix: Vec::new(), aim: true, encoding: Encoding::Utf8, scan_bytes_max: SCAN_BYTES_MAX }
    }
}

impl CodeRules {
    /// What a code's bytes say; they are not empty.
    pub(super) fn read(&self, bytes: &[u8]) -> Reading {
        let Some(bytes) = bytes.strip_prefix(&self.prefix[..]) else {
            return Reading::Unreadable(Unreadable::Incomplete { bytes: bytes.len() });
        };
        match bytes {
            [b']', code, modifier, data @ ..]
                if self.aim && code.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() && !data.is_empty() =>
            {
                self.read_named((*code, *modifier), data)
            }
            data => self.read_text(None, self.encoding, data),
        }
    }

    /// The same for bytes whose AIM identifier came beside them.
    pub(super) fn read_behind(&self, aim: (u8, u8), bytes: &[u8]) -> Reading {
        match bytes.strip_prefix(&self.prefix[..]) {
            Some(data) => self.read_named(aim, data),
            None => Reading::Unreadable(Unreadable::Incomplete { bytes: bytes.len() }),
        }
    }

    /// What the data behind an AIM identifier say.
    fn read_named(&self, (code, modifier): (u8, u8), data: &[u8]) -> Reading {
        let symbology = Some(Symbology::from_aim(code, modifier));
        if !has_escapes(code, modifier) {
            return self.read_text(symbology, self.encoding, data);
        }
        let (encoding, data) = unescaped(self.encoding, data);
        self.read_text(symbology, encoding, &data)
    }

    fn read_text(&self, symbology: Option<Symbology>, encoding: Encoding, data: &[u8]) -> Reading {
        match text(encoding, data).filter(|text| !text.is_empty() && !text.chars().any(is_stray)) {
            Some(data) => Reading::Scan(Scan { symbology, data }),
            None => Reading::Unreadable(Unreadable::NotText { bytes: data.to_vec() }),
        }
    }
}

/// Refuses a device that is named neither by its path nor by its maker and product, or by both.
pub(super) fn check_named(device: &str, usb: Option<&UsbId>, path: &str, kind: &str) -> Result<(), ConfigError> {
    match (usb, path) {
        (Some(_), "") => Ok(()),
        (None, path) if !path.is_empty() => check_path(device, path),
        _ => refuse(device, format!("path must name {kind}, or usb a maker and product: one of the two")),
    }
}

/// Refuses what no scanner's settings can be, whatever its wire.
pub(super) fn check_reading(device: &str, prefix: &str, repeat_ms: u16) -> Result<(), ConfigError> {
    if prefix.len() > PREFIX_BYTES_MAX {
        return refuse(device, format!("prefix must have at most {PREFIX_BYTES_MAX} characters"));
    }
    check_range(device, "repeat_ms", repeat_ms, 0..=REPEAT_MS_MAX)
}

fn text(encoding: Encoding, data: &[u8]) -> Option<String> {
    let utf8 = std::str::from_utf8(data).ok();
    let gb18030 = || encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(data);
    // Two bytes of GBK may pass for a letter of Latin, Greek or Arabic; no code in a shop that uses GBK has such letters.
    // Hanzi have three bytes in UTF-8, and GBK hardly ever looks like them.
    let is_doubtful = |text: &&str| text.chars().any(|c| ('\u{80}'..'\u{800}').contains(&c));
    match (utf8, encoding) {
        (text, Encoding::Utf8) => text.map(str::to_owned),
        (Some(text), Encoding::Gb18030) if !is_doubtful(&text) => Some(text.to_owned()),
        (text, Encoding::Gb18030) => gb18030().map(Into::into).or(text.map(str::to_owned)),
    }
}

/// Control characters that no code has on purpose. FNC1 (1D) and the separators of ISO/IEC 15434 (04, 1C, 1E, 1F) belong to
/// codes, and so may tabulators and line ends where they are not the suffix.
pub(super) fn is_stray(character: char) -> bool {
    character.is_control() && !matches!(character, '\x04' | '\t' | '\n' | '\r' | '\x1c'..='\x1f')
}

/// Identifiers of readers that send escape sequences (ECI) with the data (ISO/IEC 15424).
fn has_escapes(code: u8, modifier: u8) -> bool {
    matches!(
        (code, modifier),
        (b'Q', b'2' | b'4' | b'6') | (b'd', b'4'..=b'6') | (b'J', b'3'..=b'5') | (b'z', b'3'..=b'5')
    )
}

/// Takes `\nnnnnn` off the data, which names an encoding, and makes one of two backslashes.
fn unescaped(usual: Encoding, data: &[u8]) -> (Encoding, Vec<u8>) {
    let (mut encoding, mut plain, mut rest) = (usual, Vec::with_capacity(data.len()), data);
    loop {
        rest = match rest {
            [b'\\', b'\\', rest @ ..] => {
                plain.push(b'\\');
                rest
            }
            [b'\\', rest @ ..] if rest.len() >= 6 && rest[..6].iter().all(u8::is_ascii_digit) => {
                encoding = match &rest[..6] {
                    b"000029" | b"000032" => Encoding::Gb18030,
                    _ => encoding,
                };
                &rest[6..]
            }
            [byte, rest @ ..] => {
                plain.push(*byte);
                rest
            }
            [] => return (encoding, plain),
        }
    }
}

/// The bytes of a code that has begun and not ended. Holds at most a limit, whatever comes.
#[derive(Debug, Default)]
pub(super) struct Frame {
    bytes: Vec<u8>,
    /// Bytes that were dropped for length.
    dropped: usize,
    /// Whether something of it was lost before it came here.
    broken: bool,
}

impl Frame {
    /// Takes a byte; beyond `bytes_max` it is only counted.
    pub fn push(&mut self, byte: u8, bytes_max: usize) {
        if self.bytes.len() < bytes_max {
            self.bytes.push(byte);
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// Takes the last byte back.
    pub fn pop(&mut self) {
        match self.dropped {
            0 => _ = self.bytes.pop(),
            _ => self.dropped -= 1,
        }
    }

    /// Something of it was lost.
    pub fn lose(&mut self) {
        self.broken = true;
    }

    /// Whether a code has begun.
    pub fn is_open(&self) -> bool {
        !self.bytes.is_empty() || self.dropped > 0 || self.broken
    }

    /// Bytes that came.
    pub fn len(&self) -> usize {
        self.bytes.len().saturating_add(self.dropped)
    }

    /// Ends the code: what `read` makes of its bytes, or why there is none; nothing when nothing had begun.
    pub fn close(&mut self, bytes_max: usize, read: impl FnOnce(&[u8]) -> Reading) -> Option<Reading> {
        let bytes = self.len();
        let Frame { bytes: data, broken, .. } = std::mem::take(self);
        match bytes {
            _ if broken => Some(Reading::Unreadable(Unreadable::Incomplete { bytes })),
            0 => None,
            _ if bytes > bytes_max => Some(Reading::Unreadable(Unreadable::TooLong { bytes, bytes_max })),
            _ => Some(read(&data)),
        }
    }

    /// Bytes that it holds in memory.
    #[cfg(test)]
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

/// A reading in one line, for tests.
#[cfg(test)]
pub(super) fn tell(reading: &Reading) -> String {
    match reading {
        Reading::Scan(Scan { symbology: None, data }) => data.clone(),
        Reading::Scan(Scan { symbology: Some(symbology), data }) => format!("{symbology:?} {data}"),
        Reading::Unreadable(Unreadable::TooLong { bytes, bytes_max }) => format!("! {bytes} > {bytes_max}"),
        Reading::Unreadable(Unreadable::Incomplete { bytes }) => format!("! {bytes} and more"),
        Reading::Unreadable(Unreadable::NotText { bytes }) => format!("! {bytes:x?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rules: &CodeRules, bytes: &[u8], expect: &str) {
        assert_eq!(tell(&rules.read(bytes)), expect, "for {bytes:x?}");
    }

    #[test]
    fn text_is_read_in_the_encoding_of_the_reader() {
        let utf8 = CodeRules::default();
        let gb = CodeRules { encoding: Encoding::Gb18030, ..CodeRules::default() };
        let gbk = b"\xca\xbe\xc0\xfd"; // 示例
        check(&utf8, "示例".as_bytes(), "示例");
        check(&utf8, gbk, "! [ca, be, c0, fd]");
        check(&gb, gbk, "示例");
        check(&gb, "示例".as_bytes(), "示例");
        // CABE is also the UTF-8 of a letter that nobody has on a code.
        check(&gb, &gbk[..2], "示");
        check(&gb, b"\x95\x32\x82\x36", "𠀀");
        check(&gb, b"\xca", "! [ca]");
        check(&gb, b"\x1b[A", "! [1b, 5b, 41]");
        // A QR code that names its encoding is read in it, however the reader is set.
        check(&utf8, b"]Q2\\000029\xca\xbe\xc0\xfd\\\\1", "Qr 示例\\1");
        check(&utf8, b"]Q1\\000029", "Qr \\000029");
    }

    #[test]
    fn a_prefix_is_taken_off_and_asked_for() {
        let rules = CodeRules { prefix: b"~S".to_vec(), ..CodeRules::default() };
        check(&rules, b"~S6901234567892", "6901234567892");
        check(&rules, b"~S]E06901234567892", "Ean13 6901234567892");
        check(&rules, b"4567892", "! 7 and more");
        check(&rules, b"~S", "! []");
    }
}
