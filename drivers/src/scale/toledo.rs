//! Toledo 8217: `W` asks, the answer is a weight that stands still or a byte of status.
//!
//! Source: the host interface chapters of the service manuals of Mettler-Toledo's DIVA and 8217.

use hal::{ScaleCapabilities, Weighing};

use super::config::Kind;
use super::figure::Figure;
use super::protocol::{Order, Protocol, Told};
use super::unit::Unit;
use crate::transport::Bits;

const STX: u8 = 0x02;
const CR: u8 = 0x0d;
/// Bytes between STX and CR: seven of weight and the mark of net weight.
const BODY_BYTES_MAX: usize = 10;

/// The codec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toledo8217 {
    unit: Unit,
    /// What came since STX.
    body: Option<Vec<u8>>,
}

impl Kind for Toledo8217 {
    const BAUD: u32 = 9600;
    const BITS: Bits = Bits::SevenEven;
    const TELLS_UNIT: bool = false;

    fn new(unit: Unit) -> Toledo8217 {
        Toledo8217 { unit, body: None }
    }
}

impl Toledo8217 {
    fn take(&mut self, byte: u8) -> Option<Told> {
        match (byte, &mut self.body) {
            (STX, body) => body.replace(Vec::new()).map(|_| Told::Garbage),
            (CR, Some(body)) => {
                let body = std::mem::take(body);
                self.body = None;
                Some(self.read(&body))
            }
            (byte, Some(body)) if body.len() < BODY_BYTES_MAX => {
                body.push(byte);
                None
            }
            _ => {
                self.body = None;
                Some(Told::Garbage)
            }
        }
    }

    fn read(&self, body: &[u8]) -> Told {
        if let [b'?', status] = body {
            return status_told(*status);
        }
        let (digits, tared) = match body {
            [digits @ .., b'N'] => (digits, true),
            digits => (digits, false),
        };
        match Figure::read(digits) {
            Some(figure) => Told::Weighing(figure.stable(0, self.unit, tared)),
            None => Told::Garbage,
        }
    }
}

/// The byte of status; the most helpful of its bits first. Bit 6 is always set.
fn status_told(status: u8) -> Told {
    let bit = |at: u8| status & (1 << at) != 0;
    if status & 0xc0 != 0x40 {
        return Told::Garbage;
    }
    match status {
        _ if bit(1) => Told::Weighing(Weighing::Overload),
        _ if bit(2) => Told::Weighing(Weighing::BelowZero),
        _ if bit(0) => Told::Weighing(Weighing::Moving),
        _ if bit(3) => Told::Weighing(Weighing::OutsideZero),
        // Centre of zero (bit 4) or net weight (bit 5): the next answer bears the weight itself.
        _ => Told::Heard,
    }
}

impl Protocol for Toledo8217 {
    fn capabilities(&self) -> ScaleCapabilities {
        ScaleCapabilities { for_trade: true, zeroes: true, tares: true, wants_price: false }
    }

    fn ask(&mut self) -> Option<Vec<u8>> {
        self.body = None;
        Some(b"W".to_vec())
    }

    fn feed(&mut self, bytes: &[u8], told: &mut Vec<Told>) {
        told.extend(bytes.iter().filter_map(|byte| self.take(*byte)));
    }

    fn order(&self, order: Order) -> Option<Vec<u8>> {
        Some(match order {
            Order::Zero => b"Z".to_vec(),
            Order::Tare => b"T".to_vec(),
            Order::ForgetTare => b"C".to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::tests::{hear, stable, state};
    use super::*;

    #[test]
    fn answers_mean_this() {
        let check = |unit, bytes: &[u8], expect: &[Told]| {
            assert_eq!(hear(|| Box::new(Toledo8217::new(unit)), bytes), expect, "for {bytes:x?}");
        };
        let kg = Unit::Kilogram;
        check(kg, b"\x0201.234\r", &[stable(1_234_000, false)]);
        check(kg, b"\x02 01.234N\r", &[stable(1_234_000, true)]);
        check(kg, b"\x0200.000\r", &[stable(0, false)]);
        check(Unit::Pound, b"\x02001.00\r", &[stable(453_592, false)]);
        check(kg, b"\x02?A\r", &[state(Weighing::Moving)]);
        check(kg, b"\x02?B\r", &[state(Weighing::Overload)]);
        check(kg, b"\x02?D\r", &[state(Weighing::BelowZero)]);
        check(kg, b"\x02?H\r", &[state(Weighing::OutsideZero)]);
        check(kg, b"\x02?P\r", &[Told::Heard]);
        check(kg, b"\x02?`\r", &[Told::Heard]);
        check(kg, b"\x02?C\r", &[state(Weighing::Overload)]);
        // Noise, a torn frame, a status without its constant bit.
        check(kg, b"x\x0201.\x0201.234\r", &[Told::Garbage, Told::Garbage, stable(1_234_000, false)]);
        check(kg, b"\x02?\x01\r", &[Told::Garbage]);
        check(kg, b"\x02\xb0\xb1.234\r", &[Told::Garbage]);
    }

    #[test]
    fn questions_and_orders_are_these_bytes() {
        let mut toledo = Toledo8217::new(Unit::Kilogram);
        assert_eq!(toledo.ask(), Some(b"W".to_vec()));
        let orders = [Order::Zero, Order::Tare, Order::ForgetTare].map(|order| toledo.order(order));
        assert_eq!(orders, [b"Z", b"T", b"C"].map(|bytes| Some(bytes.to_vec())));
    }
}
