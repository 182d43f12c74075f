//! Dialog 06: the till tells the price of a kilogram, asks, and gets a record with weight, price and amount; a NAK is asked why.
//!
//! ```text
//! EOT STX "01" ESC PPPPPP ESC ETX -> ACK      EOT ENQ -> STX "02" ESC "3" ESC WWWWW ESC PPPPPP ESC IIIIII ETX, then EOT
//! NAK -> EOT STX "08" ETX -> STX "09" ESC ss ETX, then EOT
//! ```
//!
//! Source: the interface chapters of Cely's PI100 and Ohaus's Aviator 7000. A scale with Checkout-Dialogue 06 asks the till for
//! checksums by record 11, which only a till approved together with the scale can answer: that is told in words.

use domain::money::Money;
use hal::{DeviceError, ScaleCapabilities, Weighing, Weight};

use super::config::Kind;
use super::figure::Figure;
use super::protocol::{Protocol, Told};
use super::unit::Unit;
use crate::transport::Bits;

const STX: u8 = 0x02;
const ETX: u8 = 0x03;
const EOT: u8 = 0x04;
const ACK: u8 = 0x06;
const NAK: u8 = 0x15;
const ESC: u8 = 0x1b;
const ASK_WEIGHT: &[u8] = b"\x04\x05";
const ASK_WHY: &[u8] = b"\x04\x0208\x03";
const CLOSE: &[u8] = b"\x04";
/// Bytes between STX and ETX of the longest record.
const RECORD_BYTES_MAX: usize = 32;
/// Six digits.
const PRICE_MAX: i64 = 999_999;

/// The codec.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Dialog06 {
    asked: Asked,
    /// A price that the scale has not taken yet.
    price: Option<i64>,
    /// What came since STX.
    record: Option<Vec<u8>>,
    /// Whether an answer is due.
    due: bool,
    /// The weight told last, while nothing has moved since and nothing that the scale said was lost: a weight that was lost
    /// may have been another one.
    last: Option<Weight>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Asked {
    Price,
    #[default]
    Weight,
    Why,
}

impl Kind for Dialog06 {
    const BAUD: u32 = 9600;
    const BITS: Bits = Bits::SevenOdd;
    const TELLS_UNIT: bool = true;

    fn new(_: Unit) -> Dialog06 {
        Dialog06::default()
    }
}

impl Dialog06 {
    fn take(&mut self, byte: u8, told: &mut Vec<Told>) {
        match (byte, &mut self.record) {
            (STX, None) => self.record = Some(Vec::new()),
            (STX, Some(record)) => {
                record.clear();
                self.lose(told);
            }
            (ETX, Some(record)) => {
                let record = std::mem::take(record);
                self.record = None;
                self.read(&record, told);
            }
            (byte, Some(record)) if record.len() < RECORD_BYTES_MAX => record.push(byte),
            (_, Some(_)) => {
                self.record = None;
                self.lose(told);
            }
            (ACK, None) if self.asked == Asked::Price => {
                (self.price, self.asked) = (None, Asked::Weight);
                told.push(Told::Send(ASK_WEIGHT));
            }
            (NAK, None) if self.asked != Asked::Why => {
                self.asked = Asked::Why;
                told.push(Told::Send(ASK_WHY));
            }
            (ACK | NAK | EOT, None) => told.push(Told::Heard),
            (_, None) => self.lose(told),
        }
    }

    /// Something that the scale said could not be read.
    fn lose(&mut self, told: &mut Vec<Told>) {
        self.last = None;
        told.push(Told::Garbage);
    }

    fn read(&mut self, record: &[u8], told: &mut Vec<Told>) {
        let fields: Vec<&[u8]> = record.split(|byte| *byte == ESC).collect();
        let said = match fields.as_slice() {
            [b"02", b"3", weight, price, amount] => self.read_weight(weight, &[price, amount]),
            [b"09", [first, second]] => self.read_why([*first, *second]),
            [b"11", [b'2', ..]] => Told::Refused(
                "the scale asks the till for checksums (Checkout-Dialogue 06), which this till has not: \
                 set the scale to Dialog 06 without checksums, or to another protocol",
            ),
            [b"11", ..] => Told::Heard,
            _ => Told::Garbage,
        };
        if said == Told::Garbage {
            return self.lose(told);
        }
        self.due = false;
        told.push(Told::Send(CLOSE));
        told.push(said);
    }

    /// Five digits of grams; price and amount must be numbers, but the till reckons for itself.
    fn read_weight(&mut self, weight: &[u8], money: &[&[u8]]) -> Told {
        let is_number = |digits: &[u8], count| digits.len() == count && digits.iter().all(u8::is_ascii_digit);
        if !is_number(weight, 5) || !money.iter().all(|digits| is_number(digits, 6)) {
            return Told::Garbage;
        }
        let Some(Ok(weight)) = Figure::read(weight).map(|figure| figure.weight(3, Unit::Kilogram, false)) else {
            return Told::Garbage;
        };
        self.last = Some(weight);
        Told::Weighing(Weighing::Stable(weight))
    }

    fn read_why(&mut self, status: [u8; 2]) -> Told {
        let same = self.last.take();
        Told::Weighing(match &status {
            b"01" => Weighing::Fault,
            b"20" | b"22" => Weighing::Moving,
            // Nothing has moved since the last weight was told: it still lies there.
            b"21" => {
                self.last = same;
                same.map_or(Weighing::Unmoved, Weighing::Stable)
            }
            // Less than the scale may weigh counts as nothing.
            b"30" => Weighing::Stable(Weight { net_milligrams: 0, tared: false }),
            b"31" => Weighing::BelowZero,
            b"32" => Weighing::Overload,
            b"11" => {
                self.price = None;
                return Told::Heard;
            }
            b"00" | b"10" | b"12" | b"13" => return Told::Heard,
            _ => return Told::Garbage,
        })
    }
}

impl Protocol for Dialog06 {
    fn capabilities(&self) -> ScaleCapabilities {
        ScaleCapabilities { for_trade: true, zeroes: false, tares: false, wants_price: true }
    }

    fn ask(&mut self) -> Option<Vec<u8>> {
        self.record = None;
        if std::mem::replace(&mut self.due, true) {
            self.last = None;
        }
        let Some(price) = self.price else {
            self.asked = Asked::Weight;
            return Some(ASK_WEIGHT.to_vec());
        };
        self.asked = Asked::Price;
        Some(format!("\x04\x0201\x1b{price:06}\x1b\x03").into_bytes())
    }

    fn feed(&mut self, bytes: &[u8], told: &mut Vec<Told>) {
        for byte in bytes {
            self.take(*byte, told);
        }
    }

    fn set_price(&mut self, price_per_kilogram: Option<Money>) -> Result<(), DeviceError> {
        self.price = match price_per_kilogram.map(Money::units) {
            None => None,
            Some(price @ 1..=PRICE_MAX) => Some(price),
            Some(_) => return Err(DeviceError::Refused("the scale takes prices of a kilogram of one to six digits")),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::tests::{hear, stable, state};
    use super::*;

    fn check(bytes: &[u8], expect: &[Told]) {
        assert_eq!(hear(|| Box::new(Dialog06::default()), bytes), expect, "for {bytes:x?}");
    }

    #[test]
    fn a_price_is_told_before_the_weight_is_asked_for() {
        let mut scale = Dialog06::default();
        assert_eq!(scale.ask(), Some(b"\x04\x05".to_vec()));
        scale.set_price(Some(Money::minor(1280))).expect("a price");
        assert_eq!(scale.ask(), Some(b"\x04\x0201\x1b001280\x1b\x03".to_vec()));
        let mut told = Vec::new();
        scale.feed(b"\x06", &mut told);
        scale.feed(b"\x0202\x1b3\x1b00856\x1b001280\x1b001096\x03", &mut told);
        assert_eq!(told, [Told::Send(b"\x04\x05"), Told::Send(b"\x04"), stable(856_000, false)]);
        assert_eq!(scale.ask(), Some(b"\x04\x05".to_vec()));
        // Nothing has moved since: the weight still lies there.
        told.clear();
        scale.feed(b"\x15\x0209\x1b21\x03", &mut told);
        assert_eq!(told, [Told::Send(b"\x04\x0208\x03"), Told::Send(b"\x04"), stable(856_000, false)]);
        // A weight that was lost on the way may have been another one: the last is not told again.
        for lost in [&b"\x0202\x1b3\x1b01x00\x1b001280\x1b001096\x03"[..], b"z", b""] {
            scale.feed(b"\x0202\x1b3\x1b00856\x1b001280\x1b001096\x03", &mut told);
            scale.ask();
            scale.feed(lost, &mut told);
            scale.ask();
            scale.feed(b"\x15\x0209\x1b21\x03", &mut told);
            assert_eq!(told.last(), Some(&state(Weighing::Unmoved)), "{lost:x?}");
        }
        for price in [-1, 0, 1_000_000] {
            assert!(scale.set_price(Some(Money::minor(price))).is_err(), "{price}");
        }
    }

    #[test]
    fn a_refusal_is_asked_why() {
        let why = |status: &str, expect: Told| {
            let bytes = format!("\x15\x0209\x1b{status}\x03");
            check(bytes.as_bytes(), &[Told::Send(b"\x04\x0208\x03"), Told::Send(b"\x04"), expect]);
        };
        why("00", Told::Heard);
        why("01", state(Weighing::Fault));
        why("11", Told::Heard);
        why("20", state(Weighing::Moving));
        why("21", state(Weighing::Unmoved));
        why("22", state(Weighing::Moving));
        why("30", stable(0, false));
        why("31", state(Weighing::BelowZero));
        why("32", state(Weighing::Overload));
    }

    #[test]
    fn checksums_are_told_in_words_and_torn_records_are_no_weight() {
        let mut told = Vec::new();
        Dialog06::default().feed(b"\x0211\x1b21A\x03", &mut told);
        assert!(matches!(told[..], [Told::Send(_), Told::Refused(words)] if words.contains("checksums")), "{told:?}");
        check(b"\x0202\x1b3\x1b0085\x1b001280\x1b001096\x03", &[Told::Garbage]);
        check(b"\x0202\x1b3\x1b0085\x02", &[Told::Garbage]);
        check(b"\x0202\x1b2\x1b00856\x1b001280\x1b001096\x03", &[Told::Garbage]);
        check(b"z", &[Told::Garbage]);
    }
}
