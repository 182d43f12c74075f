//! CD5220: two lines, written as strings or at the cursor.
//!
//! Source: the command lists in the manuals of CD5220 displays (Posiflex, POS-X XP8200, P07303), which agree.

use hal::{AmountKind, DisplayAmount, DisplayCapabilities, DisplayFace};
use serde::Deserialize;

use super::text::{Letters, line, shows_anything};

/// `ESC @`, then `CLR`: also out of the mode of strings.
const BEGIN: &[u8] = b"\x1b@\x0c";
/// `ESC DC1`: letters stand where they are written; `ESC _ 0`: no cursor to be seen.
const BEGIN_AT_CURSOR: &[u8] = b"\x1b\x11\x1b_\x00";
const UPPER: &[u8] = b"\x1bQA";
const LOWER: &[u8] = b"\x1bQB";
const CR: u8 = 0x0d;

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WriteBy {
    /// `ESC Q A .. CR` and `ESC Q B .. CR`: a line at once.
    #[default]
    String,
    /// `ESC l x y`, then the letters: for displays that know no strings.
    Cursor,
}

/// The codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cd5220 {
    /// Letters on a line.
    pub columns: u8,
    /// Which letters it has.
    pub letters: Letters,
    /// How lines are written.
    pub write: WriteBy,
}

impl Cd5220 {
    pub(super) fn capabilities(&self) -> DisplayCapabilities {
        DisplayCapabilities { columns: self.columns, lines: 2, letters: true, hanzi: self.letters.has_hanzi() }
    }

    /// The bytes for a display that has just been connected.
    pub fn begin(&self) -> Vec<u8> {
        match self.write {
            WriteBy::String => BEGIN.to_vec(),
            WriteBy::Cursor => [BEGIN, BEGIN_AT_CURSOR].concat(),
        }
    }

    /// The bytes that show this, both lines whole.
    pub fn show(&self, face: &DisplayFace) -> Vec<u8> {
        let columns = usize::from(self.columns);
        let upper = line(self.letters, columns, &face.upper, "").expect("no amount, no trouble");
        let lower = self.lower(face, columns);
        match self.write {
            WriteBy::String => [UPPER, &upper, &[CR], LOWER, &lower, &[CR]].concat(),
            WriteBy::Cursor => [&cursor(1, 1)[..], &upper, &cursor(1, 2), &lower].concat(),
        }
    }

    fn lower(&self, face: &DisplayFace, columns: usize) -> Vec<u8> {
        let Some(DisplayAmount { kind, digits }) = &face.amount else {
            return line(self.letters, columns, &face.lower, "").expect("no amount, no trouble");
        };
        // A sum without a word beside it could be a price or a change.
        let text = if shows_anything(self.letters, &face.lower) { &face.lower } else { word(*kind) };
        // A sum is shown whole or not at all.
        line(self.letters, columns, text, digits)
            .unwrap_or_else(|| line(self.letters, columns, text, "").expect("no amount, no trouble"))
    }
}

/// `ESC l x y`: column and line, from 1.
fn cursor(column: u8, line: u8) -> [u8; 4] {
    [0x1b, b'l', column, line]
}

fn word(kind: AmountKind) -> &'static str {
    match kind {
        AmountKind::Price => "PRICE",
        AmountKind::Total => "TOTAL",
        AmountKind::Paid => "PAID",
        AmountKind::Change => "CHANGE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cd5220: Cd5220, upper: &str, lower: &str, amount: Option<(AmountKind, &str)>, expect: &[u8]) {
        let amount = amount.map(|(kind, digits)| DisplayAmount { kind, digits: digits.to_owned() });
        let face = DisplayFace { upper: upper.to_owned(), lower: lower.to_owned(), amount };
        let bytes = cd5220.show(&face);
        assert_eq!(bytes, expect, "{}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn faces_are_these_bytes() {
        let ascii = Cd5220 { columns: 20, letters: Letters::Ascii, write: WriteBy::String };
        let total = Some((AmountKind::Total, "14.27"));
        check(ascii, "", "", None, b"\x1bQA                    \r\x1bQB                    \r");
        check(ascii, "Red apples", "Total", total, b"\x1bQARed apples          \r\x1bQBTotal          14.27\r");
        check(ascii, "红富士苹果", "合计", total, b"\x1bQA                    \r\x1bQBTOTAL          14.27\r");
        let long = "Red apples, sweet and very large";
        check(ascii, long, long, total, b"\x1bQARed apples, sweet an\r\x1bQBRed apples, sw 14.27\r");
        let never = Some((AmountKind::Total, "123456789012345678.00"));
        check(ascii, "", "Sum", never, b"\x1bQA                    \r\x1bQBSum                 \r");
        let gbk = Cd5220 { letters: Letters::Gbk, ..ascii };
        let expect =
            b"\x1bQA\xba\xec\xb8\xbb\xca\xbf\xc6\xbb\xb9\xfb          \r\x1bQB\xba\xcf\xbc\xc6           14.27\r";
        check(gbk, "红富士苹果", "合计", total, expect);
        let cursor = Cd5220 { columns: 16, write: WriteBy::Cursor, ..ascii };
        check(cursor, "Hello", "", None, b"\x1bl\x01\x01Hello           \x1bl\x01\x02                ");
        assert_eq!(ascii.begin(), b"\x1b@\x0c");
        assert_eq!(cursor.begin(), b"\x1b@\x0c\x1b\x11\x1b_\x00");
    }
}
