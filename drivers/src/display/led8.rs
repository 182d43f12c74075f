//! LED8: eight digits and four lamps.
//!
//! Source: the manual of the LED8N and programs that drive it; its lamps are told by the digits 0 to 4. Some makes (Wintec) want
//! the numbers 0 to 4 instead.

use hal::{AmountKind, DisplayCapabilities, DisplayFace};
use serde::Deserialize;

/// Places of digits; a point stands beside its digit.
const DIGITS_MAX: usize = 8;
/// `ESC @`.
const BEGIN: &[u8] = b"\x1b@";
/// `CLR`.
const CLEAR: &[u8] = b"\x0c";

/// How a lamp is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lamps {
    /// `ESC s` with the digits `0` to `4`.
    #[default]
    Digit,
    /// `ESC s` with the numbers 0 to 4.
    Number,
    /// The display has none.
    None,
}

/// The codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Led8 {
    /// How its lamps are told.
    pub lamps: Lamps,
}

impl Led8 {
    pub(super) fn capabilities(&self) -> DisplayCapabilities {
        DisplayCapabilities { columns: DIGITS_MAX as u8, lines: 1, letters: false, hanzi: false }
    }

    /// The bytes for a display that has just been connected.
    pub fn begin(&self) -> Vec<u8> {
        BEGIN.to_vec()
    }

    /// The bytes that show the sum of money and light its lamp; without a sum nothing is lit.
    pub fn show(&self, face: &DisplayFace) -> Vec<u8> {
        let Some(amount) = &face.amount else { return [CLEAR, &self.lamp(0)].concat() };
        let lamp = match amount.kind {
            AmountKind::Price => 1,
            AmountKind::Total => 2,
            AmountKind::Paid => 3,
            AmountKind::Change => 4,
        };
        // A sum that has no room is shown as dashes: a part of it would be another sum.
        let digits = if fits(&amount.digits) { amount.digits.as_str() } else { "--------" };
        [b"\x1bQA", digits.as_bytes(), b"\r", &self.lamp(lamp)].concat()
    }

    fn lamp(&self, lamp: u8) -> Vec<u8> {
        match self.lamps {
            Lamps::Digit => vec![0x1b, b's', b'0' + lamp],
            Lamps::Number => vec![0x1b, b's', lamp],
            Lamps::None => Vec::new(),
        }
    }
}

/// Digits with at most one point between them, and a minus before them.
fn fits(digits: &str) -> bool {
    let figure = digits.strip_prefix('-').unwrap_or(digits);
    let places = digits.bytes().filter(|byte| *byte != b'.').count();
    let is_figure = figure.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_figure
        && figure.starts_with(|first: char| first.is_ascii_digit())
        && digits.len() - places <= 1
        && places <= DIGITS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use hal::DisplayAmount;

    #[test]
    fn sums_are_these_bytes() {
        let check = |lamps, amount: Option<(AmountKind, &str)>, expect: &[u8]| {
            let amount = amount.map(|(kind, digits)| DisplayAmount { kind, digits: digits.to_owned() });
            let bytes = Led8 { lamps }.show(&DisplayFace { amount, ..DisplayFace::default() });
            assert_eq!(bytes, expect, "{}", String::from_utf8_lossy(&bytes));
        };
        check(Lamps::Digit, Some((AmountKind::Price, "12.50")), b"\x1bQA12.50\r\x1bs1");
        check(Lamps::Digit, Some((AmountKind::Total, "123456.78")), b"\x1bQA123456.78\r\x1bs2");
        check(Lamps::Digit, Some((AmountKind::Paid, "100")), b"\x1bQA100\r\x1bs3");
        check(Lamps::Digit, Some((AmountKind::Change, "-0.50")), b"\x1bQA-0.50\r\x1bs4");
        check(Lamps::Number, Some((AmountKind::Change, "0.50")), b"\x1bQA0.50\r\x1bs\x04");
        check(Lamps::None, Some((AmountKind::Change, "0.50")), b"\x1bQA0.50\r");
        check(Lamps::Digit, None, b"\x0c\x1bs0");
        for never in ["1234567.89", "-123456.78", "", "1.2.3", "12\x1b@", ".5", "一"] {
            check(Lamps::None, Some((AmountKind::Total, never)), b"\x1bQA--------\r");
        }
        assert_eq!(Led8::default().begin(), b"\x1b@");
    }
}
