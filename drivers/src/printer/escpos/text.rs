//! Characters to the bytes and columns that a printer in Chinese mode gives them.

use encoding_rs::{EncoderResult, GB18030};

use super::profile::Hanzi;

/// One printed character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    bytes: [u8; 4],
    length: u8,
    /// Columns at normal width: 1 for a byte of ASCII, 2 for anything Chinese.
    pub columns: u8,
}

impl Glyph {
    pub const SPACE: Glyph = Glyph::ascii(b' ');
    /// Stands for a wide character that the printer does not have: GB 2312's 〓, used for that by printers' trade.
    const MISSING: Glyph = Glyph { bytes: [0xa1, 0xfe, 0, 0], length: 2, columns: 2 };

    pub const fn ascii(byte: u8) -> Glyph {
        Glyph { bytes: [byte, 0, 0, 0], length: 1, columns: 1 }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    pub fn is_wide(&self) -> bool {
        self.columns == 2
    }
}

/// Characters of one paragraph, and how many of them have a substitute.
#[derive(Debug, Default)]
pub(super) struct Glyphs {
    pub glyphs: Vec<Glyph>,
    pub substituted: u32,
}

impl Glyphs {
    /// Sets a text without line ends. Control characters vanish: text must never become a command.
    pub fn set(text: &str, hanzi: Hanzi) -> Glyphs {
        let mut set = Glyphs::default();
        for character in text.chars().filter_map(printed_as) {
            set.push(character, hanzi);
        }
        set
    }

    fn push(&mut self, character: char, hanzi: Hanzi) {
        let glyph = gb18030(character).filter(|glyph| glyph.length < 4 || hanzi == Hanzi::FourBytes);
        self.substituted += u32::from(glyph.is_none());
        // Scripts up to U+10FF are narrow on paper everywhere, so the columns around a substitute stay as they were meant.
        let substitute = if character < '\u{1100}' { Glyph::ascii(b'?') } else { Glyph::MISSING };
        self.glyphs.push(glyph.unwrap_or(substitute));
    }
}

/// The character that is printed for one: GB18030 has the signs of money as full-width ones only, in two bytes.
fn printed_as(character: char) -> Option<char> {
    match character {
        '\u{a5}' => Some('\u{ffe5}'),
        '\u{a3}' => Some('\u{ffe1}'),
        '\u{a2}' => Some('\u{ffe0}'),
        '\t' | '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => Some(' '),
        // Joiners, direction marks, variation selectors, the byte order mark: nothing to see.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => None,
        control if control.is_control() => None,
        other => Some(other),
    }
}

fn gb18030(character: char) -> Option<Glyph> {
    if character.is_ascii() {
        return Some(Glyph::ascii(character as u8));
    }
    let mut text = [0; 4];
    let mut bytes = [0; 16];
    let (result, _, length) =
        GB18030.new_encoder().encode_from_utf8_without_replacement(character.encode_utf8(&mut text), &mut bytes, true);
    match (result, length) {
        (EncoderResult::InputEmpty, 2 | 4) => {
            Some(Glyph { bytes: [bytes[0], bytes[1], bytes[2], bytes[3]], length: length as u8, columns: 2 })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, hanzi: Hanzi, expect: &[u8], substituted: u32) {
        let set = Glyphs::set(text, hanzi);
        let bytes: Vec<u8> = set.glyphs.iter().flat_map(|glyph| glyph.bytes().to_vec()).collect();
        assert_eq!((bytes.as_slice(), set.substituted), (expect, substituted), "for {text:?}");
    }

    #[test]
    fn characters_become_bytes_that_the_printer_has() {
        check("示例文本打印机!", Hanzi::TwoBytes, b"\xca\xbe\xc0\xfd\xce\xc4\xb1\xbe\xb4\xf2\xd3\xa1\xbb\xfa!", 0);
        check("\u{a5}9 ￥9", Hanzi::TwoBytes, b"\xa3\xa49 \xa3\xa49", 0);
        check("€£ü—", Hanzi::TwoBytes, b"\xa2\xe3\xa1\xea\xa8\xb9\xa1\xaa", 0);
        check("㐂ñ👍", Hanzi::TwoBytes, b"\xa1\xfe?\xa1\xfe", 3);
        check("㐂", Hanzi::FourBytes, b"\x81\x39\xef\x31", 0);
        check("a\x1bp\x00\r\u{feff}\u{fe0f}b\tc", Hanzi::TwoBytes, b"apb c", 0);
    }
}
