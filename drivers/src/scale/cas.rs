//! CAS type 6, which Pinnacle calls OS2 (passive) and others AP-1: ENQ, ACK, DC1, and a frame with a check byte.
//!
//! Source: the interface chapters of CAS's PD-II and of Ohaus's Aviator 7000.

use hal::{ScaleCapabilities, Weighing};

use super::config::Kind;
use super::figure::Figure;
use super::protocol::{Protocol, TELLS_ONLY, Told};
use super::unit::Unit;
use crate::transport::Bits;

const SOH: u8 = 0x01;
const STX: u8 = 0x02;
const ACK: u8 = 0x06;
const NAK: u8 = 0x15;
const ENQUIRY: &[u8] = b"\x05";
const DATA_REQUEST: &[u8] = b"\x11";
/// SOH STX, status, sign, six of weight, two of unit, check byte, ETX EOT.
const FRAME_BYTES: usize = 15;

/// The codec.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CasType6 {
    /// What came since SOH.
    frame: Vec<u8>,
}

impl Kind for CasType6 {
    const BAUD: u32 = 9600;
    const BITS: Bits = Bits::EightNone;
    const TELLS_UNIT: bool = true;

    fn new(_: Unit) -> CasType6 {
        CasType6::default()
    }
}

impl CasType6 {
    fn take(&mut self, byte: u8, told: &mut Vec<Told>) {
        if self.frame.is_empty() {
            match byte {
                SOH => self.frame.push(byte),
                ACK => told.push(Told::Send(DATA_REQUEST)),
                // Nothing to tell at this moment: the till asks again.
                NAK => told.push(Told::Heard),
                _ => told.push(Told::Garbage),
            }
            return;
        }
        if self.frame.len() == 1 && byte != STX {
            self.frame.clear();
            told.push(Told::Garbage);
            return self.take(byte, told);
        }
        self.frame.push(byte);
        if self.frame.len() == FRAME_BYTES {
            told.push(read(&self.frame));
            self.frame.clear();
        }
    }
}

fn read(frame: &[u8]) -> Told {
    let [_, _, text @ .., check, 0x03, 0x04] = frame else { return Told::Garbage };
    if text.iter().fold(0, |check, byte| check ^ byte) != *check {
        return Told::Garbage;
    }
    let [status, sign, figure @ .., unit_first, unit_second] = text else { return Told::Garbage };
    match (status, sign) {
        (b'S' | b'U', b'F') => Told::Weighing(Weighing::Overload),
        // A moving scale may leave the figures blank.
        (b'U', b' ' | b'-') => Told::Weighing(Weighing::Moving),
        (b'S', b'-') => Told::Weighing(Weighing::BelowZero),
        (b'S', b' ') => match (Figure::read(figure), Unit::read(&[*unit_first, *unit_second])) {
            (Some(figure), Some(unit)) => Told::Weighing(figure.stable(0, unit, false)),
            _ => Told::Garbage,
        },
        _ => Told::Garbage,
    }
}

impl Protocol for CasType6 {
    fn capabilities(&self) -> ScaleCapabilities {
        TELLS_ONLY
    }

    fn ask(&mut self) -> Option<Vec<u8>> {
        self.frame.clear();
        Some(ENQUIRY.to_vec())
    }

    fn feed(&mut self, bytes: &[u8], told: &mut Vec<Told>) {
        for byte in bytes {
            self.take(*byte, told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::tests::{hear, stable, state};
    use super::*;

    fn check(bytes: &[u8], expect: &[Told]) {
        assert_eq!(hear(|| Box::new(CasType6::default()), bytes), expect, "for {bytes:x?}");
    }

    #[test]
    fn the_dialogue_is_these_bytes() {
        assert_eq!(CasType6::default().ask(), Some(vec![0x05]));
        check(b"\x06", &[Told::Send(b"\x11")]);
        check(b"\x15", &[Told::Heard]);
        // S, space, 01.234, kg: the check byte is their exclusive or.
        check(b"\x01\x02S 01.234kg\x65\x03\x04", &[stable(1_234_000, false)]);
        check(b"\x01\x02S  1.250lb\x75\x03\x04", &[stable(566_990, false)]);
        check(b"\x01\x02U 01.234kg\x63\x03\x04", &[state(Weighing::Moving)]);
        check(b"\x01\x02U       kg\x79\x03\x04", &[state(Weighing::Moving)]);
        check(b"\x01\x02S-00.010kg\x6d\x03\x04", &[state(Weighing::BelowZero)]);
        check(b"\x01\x02SF00.000kg\x07\x03\x04", &[state(Weighing::Overload)]);
    }

    #[test]
    fn a_wrong_check_byte_or_a_torn_frame_is_no_weight() {
        check(b"\x01\x02S 01.235kg\x65\x03\x04", &[Told::Garbage]);
        check(b"\x01\x01\x02S 01.234kg\x65\x03\x04", &[Told::Garbage, stable(1_234_000, false)]);
        check(b"\x01\x06", &[Told::Garbage, Told::Send(b"\x11")]);
    }
}
