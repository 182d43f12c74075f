//! Letters to the bytes and columns that a printer gives them.

use encoding_rs::{EncoderResult, GB18030};

use super::profile::Encoding;

/// One printed letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    /// The letter itself, for who draws it.
    pub letter: char,
    bytes: [u8; 4],
    length: u8,
    /// Columns at normal width: 1 for a letter of a code page, 2 for anything Chinese.
    pub columns: u8,
    /// Whether the printer lacks it, and its bytes are those of a substitute.
    pub missing: bool,
}

impl Glyph {
    pub const SPACE: Glyph = Glyph::ascii(b' ');

    pub const fn ascii(byte: u8) -> Glyph {
        Glyph { letter: byte as char, bytes: [byte, 0, 0, 0], length: 1, columns: 1, missing: false }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    pub fn is_wide(&self) -> bool {
        self.columns == 2
    }
}

/// Sets a text without line ends. Control characters vanish: text must never become a command.
pub(super) fn set(text: &str, encoding: Encoding) -> Vec<Glyph> {
    text.chars().filter_map(|letter| shown_as(letter, encoding)).map(|letter| glyph(letter, encoding)).collect()
}

/// The letter that is printed for one.
fn shown_as(letter: char, encoding: Encoding) -> Option<char> {
    match letter {
        '\t' | '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => return Some(' '),
        // Joiners, direction marks, variation selectors, the byte order mark: nothing to see.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => return None,
        control if control.is_control() => return None,
        _ => {}
    }
    if encoding.is_chinese() {
        // GB18030 has the signs of money as full-width ones only, in two bytes.
        return Some(match letter {
            '\u{a5}' => '\u{ffe5}',
            '\u{a3}' => '\u{ffe1}',
            '\u{a2}' => '\u{ffe0}',
            other => other,
        });
    }
    let lacks = |letter| match encoding {
        Encoding::Page(page) => page.byte(letter).is_none(),
        _ => !letter.is_ascii(),
    };
    Some(if lacks(letter) { plainly(letter) } else { letter })
}

/// What a page without a sign has in its place, with nothing lost but looks.
fn plainly(letter: char) -> char {
    match letter {
        '\u{ffe5}' => '\u{a5}',
        '\u{ffe1}' => '\u{a3}',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201a}' => '\'',
        '\u{201c}'..='\u{201e}' => '"',
        '\u{d7}' => 'x',
        '\u{b7}' | '\u{2022}' => '*',
        '\u{3000}' => ' ',
        // The full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

fn glyph(letter: char, encoding: Encoding) -> Glyph {
    if letter.is_ascii() {
        return Glyph::ascii(letter as u8);
    }
    let found = match encoding {
        Encoding::Gbk => gb18030(letter).filter(|glyph| glyph.length < 4),
        Encoding::Gb18030 => gb18030(letter),
        Encoding::Ascii => None,
        Encoding::Page(page) => page.byte(letter).map(|byte| Glyph { letter, ..Glyph::ascii(byte) }),
    };
    found.unwrap_or_else(|| substitute(letter, encoding))
}

/// What stands for a letter that the printer lacks. It is as wide as the letter, so that the columns around it stay as
/// they were meant.
fn substitute(letter: char, encoding: Encoding) -> Glyph {
    let (columns, bytes, length) = match (is_narrow(letter), encoding.is_chinese()) {
        (true, _) => (1, [b'?', 0, 0, 0], 1),
        // GB 2312's 〓, used for that in the printing trade.
        (false, true) => (2, [0xa1, 0xfe, 0, 0], 2),
        (false, false) => (2, [b'?', b'?', 0, 0], 2),
    };
    Glyph { letter, bytes, length, columns, missing: true }
}

/// Scripts up to Ethiopic, Latin with two marks, punctuation and the signs of money are narrow on paper everywhere.
fn is_narrow(letter: char) -> bool {
    matches!(letter, '\0'..='\u{10ff}' | '\u{1200}'..='\u{137f}' | '\u{1e00}'..='\u{20cf}')
}

fn gb18030(letter: char) -> Option<Glyph> {
    let mut text = [0; 4];
    let mut bytes = [0; 16];
    let (result, _, length) =
        GB18030.new_encoder().encode_from_utf8_without_replacement(letter.encode_utf8(&mut text), &mut bytes, true);
    match (result, length) {
        (EncoderResult::InputEmpty, 2 | 4) => {
            let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
            Some(Glyph { letter, bytes, length: length as u8, columns: 2, missing: false })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::pages::Page;
    use super::*;

    fn check(text: &str, encoding: Encoding, expect: &[u8], missing: usize) {
        let glyphs = set(text, encoding);
        let bytes: Vec<u8> = glyphs.iter().flat_map(|glyph| glyph.bytes().to_vec()).collect();
        let lacking = glyphs.iter().filter(|glyph| glyph.missing).count();
        assert_eq!((bytes.as_slice(), lacking), (expect, missing), "for {text:?}");
    }

    #[test]
    fn letters_become_bytes_that_the_printer_has() {
        use Encoding::{Ascii, Gb18030, Gbk};
        check("示例文本打印机!", Gbk, b"\xca\xbe\xc0\xfd\xce\xc4\xb1\xbe\xb4\xf2\xd3\xa1\xbb\xfa!", 0);
        check("\u{a5}9 ￥9", Gbk, b"\xa3\xa49 \xa3\xa49", 0);
        check("€£ü—", Gbk, b"\xa2\xe3\xa1\xea\xa8\xb9\xa1\xaa", 0);
        check("㐂ñ👍ế", Gbk, b"\xa1\xfe?\xa1\xfe?", 4);
        check("㐂", Gb18030, b"\x81\x39\xef\x31", 0);
        check("a\x1bp\x00\r\u{feff}\u{fe0f}b\tc", Gbk, b"apb c", 0);
        check("水 é", Ascii, b"?? ?", 2);
        check("（A）：“x”", Ascii, b"(A):\"x\"", 0);
    }

    #[test]
    fn a_western_page_has_its_letters_in_one_column_each() {
        let cp858 = Encoding::Page(Page::Cp858);
        check("Crème brûlée 5 €", cp858, b"Cr\x8ame br\x96l\x82e 5 \xd5", 0);
        check("￥9 – “ja” 2×1", cp858, b"\xbe9 - \"ja\" 2\x9e1", 0);
        check("水ł", cp858, b"???", 2);
        check("2×1 ·", Encoding::Page(Page::Cp866), b"2x1 \xfa", 0);
        assert!(set("Crème brûlée 5 €", cp858).iter().all(|glyph| glyph.columns == 1));
    }
}
