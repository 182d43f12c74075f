//! Lines of text, again and again: `ST,GS,+ 123.456  g`, with its status in words.

use hal::{ScaleCapabilities, Weighing};

use super::config::Kind;
use super::figure::Figure;
use super::protocol::{Protocol, TELLS_ONLY, Told, UNCHECKED};
use super::unit::Unit;
use crate::transport::Bits;

/// Bytes of the longest line.
const LINE_BYTES_MAX: usize = 40;

/// The codec.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct LineStream {
    line: Vec<u8>,
    /// The line is longer than any: its rest is passed over.
    too_long: bool,
}

impl Kind for LineStream {
    const BAUD: u32 = 9600;
    const BITS: Bits = Bits::EightNone;
    const TELLS_UNIT: bool = true;

    fn new(_: Unit) -> LineStream {
        LineStream::default()
    }
}

impl LineStream {
    fn take(&mut self, byte: u8) -> Option<Told> {
        match byte {
            b'\r' | b'\n' => {
                let line = std::mem::take(&mut self.line);
                let too_long = std::mem::take(&mut self.too_long);
                (!too_long && !line.is_empty()).then(|| read(&line))
            }
            _ if self.too_long => None,
            _ if self.line.len() == LINE_BYTES_MAX => {
                self.line.clear();
                self.too_long = true;
                Some(Told::Garbage)
            }
            _ => {
                self.line.push(byte);
                None
            }
        }
    }
}

/// `status,[GS|NT,]figure unit`.
fn read(line: &[u8]) -> Told {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect();
    let (status, tared, weight) = match fields.as_slice() {
        [status, b"GS", weight] | [status, weight] => (*status, false, *weight),
        [status, b"NT", weight] => (*status, true, *weight),
        _ => return Told::Garbage,
    };
    let below = weight.first() == Some(&b'-');
    match status {
        b"US" => Told::Weighing(Weighing::Moving),
        b"OL" if below => Told::Weighing(Weighing::BelowZero),
        b"OL" => Told::Weighing(Weighing::Overload),
        b"ST" => {
            let letters = weight.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let (figure, unit) = weight.split_at(weight.len() - letters);
            match (Figure::read(figure), Unit::read(unit)) {
                (Some(figure), Some(unit)) => Told::Weighing(figure.stable(0, unit, tared)),
                _ => Told::Garbage,
            }
        }
        _ => Told::Garbage,
    }
}

impl Protocol for LineStream {
    fn capabilities(&self) -> ScaleCapabilities {
        TELLS_ONLY
    }

    fn ask(&mut self) -> Option<Vec<u8>> {
        None
    }

    fn feed(&mut self, bytes: &[u8], told: &mut Vec<Told>) {
        told.extend(bytes.iter().filter_map(|byte| self.take(*byte)));
    }

    fn marked_after(&self) -> u8 {
        UNCHECKED
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::tests::{hear, stable, state};
    use super::*;

    #[test]
    fn lines_mean_this() {
        let check = |bytes: &[u8], expect: &[Told]| {
            assert_eq!(hear(|| Box::new(LineStream::default()), bytes), expect, "for {bytes:x?}");
        };
        check(b"ST,GS,+ 123.456  g\r\n", &[stable(123_456, false)]);
        check(b"ST,NT,+   1.200 kg\r\n", &[stable(1_200_000, true)]);
        check(b"ST,GS,  18.000kg\r\n", &[stable(18_000_000, false)]);
        check(b"ST,+00123.45  g\r\n", &[stable(123_450, false)]);
        check(b"ST,GS,+   1.000 lb\r\nST,GS,+  16.00 oz\r\n", &[stable(453_592, false), stable(453_592, false)]);
        check(b"US,GS,+ 123.456  g\r\n", &[state(Weighing::Moving)]);
        check(b"OL,GS,+ 999.999  g\r\n", &[state(Weighing::Overload)]);
        check(b"OL,GS,-\r\n", &[state(Weighing::BelowZero)]);
        check(b"ST,NT,-   0.200 kg\r\n", &[state(Weighing::BelowZero)]);
        let wrong: [&[u8]; 5] =
            [b"3.456  g\r\n", b"ST,GS,+ 12.3x  g\r\n", b"ST,GS,+ 1.0  t\r\n", b"QT,GS,+ 5 kg\r\n", b"ST,GS,1.0\r\n"];
        wrong.into_iter().for_each(|bytes| check(bytes, &[Told::Garbage]));
        let long = [&[b'x'; 100][..], b"\r\nST,GS,+ 123.456  g\r\n"].concat();
        check(&long, &[Told::Garbage, stable(123_456, false)]);
    }
}
