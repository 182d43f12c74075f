//! Text to the bytes and columns of a display.

use encoding_rs::{EncoderResult, GB18030};
use serde::Deserialize;

/// Which letters a display has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Letters {
    /// Latin letters, digits and signs: ASCII.
    #[default]
    Ascii,
    /// Chinese too, two bytes each and two columns wide.
    Gbk,
    /// The same with the four-byte characters.
    Gb18030,
}

impl Letters {
    /// Whether Chinese is shown.
    pub fn has_hanzi(self) -> bool {
        self != Letters::Ascii
    }

    /// A text as cells: its bytes and its columns. What the display has no letter for is left out, full-width forms of
    /// ASCII become ASCII where there is nothing else, and control characters vanish: text must never become a command.
    fn cells(self, text: &str) -> impl Iterator<Item = ([u8; 4], usize, usize)> {
        text.chars().filter_map(move |character| match (narrow(character), self) {
            (Some(byte), Letters::Ascii) => Some(([byte, 0, 0, 0], 1, 1)),
            (None, Letters::Ascii) => None,
            _ if character.is_ascii() => (!character.is_control()).then_some(([character as u8, 0, 0, 0], 1, 1)),
            (_, Letters::Gbk) => wide(character).filter(|(_, bytes, _)| *bytes == 2),
            (_, Letters::Gb18030) => wide(character),
        })
    }
}

/// The ASCII that stands for a character on a display without Chinese.
fn narrow(character: char) -> Option<u8> {
    match character {
        ' '..='~' => Some(character as u8),
        '\u{3000}' | '\u{a0}' => Some(b' '),
        '\u{ff01}'..='\u{ff5e}' => Some((u32::from(character) - 0xff01 + 0x21) as u8),
        '。' => Some(b'.'),
        '、' => Some(b','),
        '×' => Some(b'x'),
        _ => None,
    }
}

fn wide(character: char) -> Option<([u8; 4], usize, usize)> {
    if character.is_control() {
        return None;
    }
    // The sign of money is a full-width one there.
    let character = if character == '\u{a5}' { '\u{ffe5}' } else { character };
    let (mut text, mut bytes) = ([0; 4], [0; 16]);
    let (result, _, length) =
        GB18030.new_encoder().encode_from_utf8_without_replacement(character.encode_utf8(&mut text), &mut bytes, true);
    match (result, length) {
        (EncoderResult::InputEmpty, 2 | 4) => Some(([bytes[0], bytes[1], bytes[2], bytes[3]], length, 2)),
        _ => None,
    }
}

/// A line of exactly so many columns: the text from the left, cut where it must be, the amount at the right edge. `None` when
/// the amount alone is too long.
pub(super) fn line(letters: Letters, columns: usize, text: &str, amount: &str) -> Option<Vec<u8>> {
    if amount.len() > columns || !amount.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let room = if amount.is_empty() { columns } else { columns.saturating_sub(amount.len() + 1) };
    let mut bytes = Vec::new();
    let mut used = 0;
    // A text whose first letters cannot be shown does not begin with the spaces that stood between them.
    let shown = letters.cells(text).skip_while(|(cell, ..)| cell[0] == b' ');
    for (cell, length, width) in shown {
        if used + width > room {
            break;
        }
        bytes.extend_from_slice(&cell[..length]);
        used += width;
    }
    bytes.resize(bytes.len() + columns - used - amount.len(), b' ');
    bytes.extend_from_slice(amount.as_bytes());
    Some(bytes)
}

/// Whether anything of a text can be seen.
pub(super) fn shows_anything(letters: Letters, text: &str) -> bool {
    letters.cells(text).any(|(cell, ..)| cell[0] != b' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_cut_by_columns() {
        let check = |letters, text: &str, amount: &str, expect: &[u8]| {
            assert_eq!(line(letters, 12, text, amount).as_deref(), Some(expect), "{text:?} {amount:?}");
        };
        check(Letters::Ascii, "Red apples, sweet", "", b"Red apples, ");
        check(Letters::Ascii, "Red apples", "10.27", b"Red ap 10.27");
        check(Letters::Ascii, "农夫山泉 550ml", "2.00", b"550ml   2.00");
        check(Letters::Ascii, "ＡＢ１×２：。", "", b"AB1x2:.     ");
        check(Letters::Ascii, "a\x1b@\r\nb", "", b"a@b         ");
        check(Letters::Gbk, "合计", "14.27", b"\xba\xcf\xbc\xc6   14.27");
        check(Letters::Gbk, "农夫山泉水", "14.27", b"\xc5\xa9\xb7\xf2\xc9\xbd 14.27");
        check(Letters::Gbk, "x农夫山泉", "14.27", b"x\xc5\xa9\xb7\xf2  14.27");
        check(Letters::Gbk, "㐂", "", b"            ");
        check(Letters::Gb18030, "㐂", "", b"\x81\x39\xef\x31          ");
        check(Letters::Ascii, "x", "123456789.01", b"123456789.01");
        assert_eq!(line(Letters::Ascii, 12, "", "1234567890.12"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn any_text_fills_its_columns_and_is_never_a_command(
            text in "\\PC{0,30}|[\\x00-\\x7f农￥é€]{0,30}",
            amount in "-?[0-9]{1,6}\\.[0-9]{2}|",
            letters in prop_oneof![Just(Letters::Ascii), Just(Letters::Gbk), Just(Letters::Gb18030)],
        ) {
            let bytes = line(letters, 20, &text, &amount).expect("an amount that fits");
            prop_assert!(bytes.iter().all(|byte| *byte >= b' ' && *byte != 0x7f), "{:x?}", bytes);
            let (decoded, ..) = GB18030.decode(&bytes);
            let columns: usize = decoded.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum();
            prop_assert_eq!(columns, 20);
            prop_assert!(bytes.ends_with(amount.as_bytes()));
        }
    }
}
