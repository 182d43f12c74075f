//! The stream of many Chinese indicators: `=` and seven or eight characters, again and again, the last digit first on some.
//!
//! There is no mark of standing still, so that a weight counts after it came several times. No trustworthy specification is
//! public; the form is what installers and other programs report.

use hal::ScaleCapabilities;

use super::figure::Figure;
use super::protocol::{Protocol, TELLS_ONLY, Told};
use super::unit::Unit;

/// Characters behind the `=`.
const BODY_BYTES: std::ops::RangeInclusive<usize> = 7..=8;

/// What differs from indicator to indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EqualsRule {
    /// Whether the last digit comes first.
    pub reversed: bool,
    /// What it counts in.
    pub unit: Unit,
    /// Decimals where no point is sent.
    pub decimals: u8,
    /// Equal weights that count as standing still.
    pub stable_after: u8,
}

/// The codec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equals {
    rule: EqualsRule,
    /// What came since `=`.
    body: Option<Vec<u8>>,
}

impl Equals {
    /// A codec before the first `=`.
    pub fn new(rule: EqualsRule) -> Equals {
        Equals { rule, body: None }
    }

    fn take(&mut self, byte: u8) -> Option<Told> {
        let is_end = matches!(byte, b'=' | b'\r' | b'\n');
        match &mut self.body {
            Some(body) if !is_end && body.len() < *BODY_BYTES.end() => {
                body.push(byte);
                None
            }
            Some(body) if is_end => {
                let body = std::mem::take(body);
                self.body = (byte == b'=').then(Vec::new);
                Some(self.read(body))
            }
            None if is_end => {
                self.body = (byte == b'=').then(Vec::new);
                None
            }
            Some(_) | None => {
                self.body = None;
                Some(Told::Garbage)
            }
        }
    }

    fn read(&self, mut body: Vec<u8>) -> Told {
        if !BODY_BYTES.contains(&body.len()) {
            return Told::Garbage;
        }
        if self.rule.reversed {
            body.reverse();
        }
        // Some turn the digits round and leave the sign where it was.
        if let [digits @ .., b'-'] = body.as_slice() {
            body = [b"-", digits].concat();
        }
        match Figure::read(&body).map(|figure| figure.weight(self.rule.decimals, self.rule.unit, false)) {
            Some(Ok(weight)) => Told::Unmarked(weight),
            Some(Err(state)) => Told::Weighing(state),
            None => Told::Garbage,
        }
    }
}

impl Protocol for Equals {
    fn capabilities(&self) -> ScaleCapabilities {
        TELLS_ONLY
    }

    fn ask(&mut self) -> Option<Vec<u8>> {
        None
    }

    fn feed(&mut self, bytes: &[u8], told: &mut Vec<Told>) {
        told.extend(bytes.iter().filter_map(|byte| self.take(*byte)));
    }

    fn stable_after(&self) -> u8 {
        self.rule.stable_after
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::tests::{hear, state};
    use super::*;
    use hal::{Weighing, Weight};

    #[test]
    fn figures_come_forwards_or_backwards() {
        let check = |reversed, decimals, bytes: &[u8], expect: &[Told]| {
            let rule = EqualsRule { reversed, unit: Unit::Kilogram, decimals, stable_after: 5 };
            assert_eq!(hear(|| Box::new(Equals::new(rule.clone())), bytes), expect, "for {bytes:x?}");
        };
        let unmarked = |net_milligrams| Told::Unmarked(Weight { net_milligrams, tared: false });
        check(false, 0, b"=001.234=001.235=", &[unmarked(1_234_000), unmarked(1_235_000)]);
        check(true, 0, b"=432.100=432.1000=", &[unmarked(1_234_000), unmarked(1_234_000)]);
        check(false, 3, b"=00001234\r\n=0001234=", &[unmarked(1_234_000), unmarked(1_234_000)]);
        check(false, 0, b"=-00.250=", &[state(Weighing::BelowZero)]);
        check(true, 0, b"=052.00-=-052.00=", &[state(Weighing::BelowZero), state(Weighing::BelowZero)]);
        // A byte that the line lost, one that it made up, and the rest of a frame at the beginning.
        check(false, 0, b".2=01.23=001.x34=001.23400=", &[Told::Garbage; 5]);
    }
}
