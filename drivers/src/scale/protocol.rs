//! What every language of a scale can do.

use domain::money::Money;
use hal::{DeviceError, ScaleCapabilities, Weighing, Weight};

/// What bytes of a scale say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A weight or a state that the scale itself marks as such.
    Weighing(Weighing),
    /// A weight without a mark of standing still.
    Unmarked(Weight),
    /// The next step of its dialogue: these bytes are to be sent.
    Send(&'static [u8]),
    /// It answered, without a word of weight.
    Heard,
    /// A byte, or a frame's length of bytes, that belongs to no frame of this scale.
    Garbage,
    /// It asks for what the till does not have; words for who installs it.
    Refused(&'static str),
}

/// What a scale can be ordered to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Take the empty scale for zero.
    Zero,
    /// Take what lies on it for packaging.
    Tare,
    /// Forget the packaging.
    ForgetTare,
}

/// A language: pure, resumable at any byte, of bounded memory, without a panic for any bytes.
pub trait Protocol: Send {
    /// What a scale that speaks it can do.
    fn capabilities(&self) -> ScaleCapabilities;

    /// The question for a weight, half an answer to the last one being forgotten; `None` for a scale that talks by itself.
    fn ask(&mut self) -> Option<Vec<u8>>;

    /// Takes bytes; appends what they complete, at most two for each byte.
    fn feed(&mut self, bytes: &[u8], told: &mut Vec<Told>);

    /// The bytes of an order; `None` when the scale has none for it.
    fn order(&self, order: Order) -> Option<Vec<u8>> {
        let _ = order;
        None
    }

    /// Keeps the price of a kilogram for the next question; a scale that knows no prices forgets it.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when the scale takes no such price.
    fn set_price(&mut self, price_per_kilogram: Option<Money>) -> Result<(), DeviceError> {
        let _ = price_per_kilogram;
        Ok(())
    }

    /// Equal weights that make an unmarked one stand still.
    fn stable_after(&self) -> u8 {
        super::rule::STABLE_AFTER_USUAL
    }

    /// Equal weights that are needed where the scale marks them as standing still: two where neither parity nor a check byte
    /// would tell that the line has changed a digit.
    fn marked_after(&self) -> u8 {
        1
    }
}

/// Equal weights of a language without a check.
pub(super) const UNCHECKED: u8 = 2;

/// A scale that only tells its weight.
pub(super) const TELLS_ONLY: ScaleCapabilities =
    ScaleCapabilities { for_trade: true, zeroes: false, tares: false, wants_price: false };

#[cfg(test)]
pub(super) mod tests {
    use super::super::config::Kind;
    use super::super::{CasStream, CasType6, Dialog06, Equals, EqualsRule, LineStream, Toledo8217, Unit};
    use super::*;
    use proptest::prelude::*;

    /// What bytes say, given at once and byte by byte, which must be the same.
    pub fn hear(mut fresh: impl FnMut() -> Box<dyn Protocol>, bytes: &[u8]) -> Vec<Told> {
        let (mut whole, mut pieces) = (Vec::new(), Vec::new());
        fresh().feed(bytes, &mut whole);
        let mut protocol = fresh();
        for byte in bytes {
            protocol.feed(&[*byte], &mut pieces);
        }
        assert_eq!(whole, pieces, "for {bytes:x?}");
        assert!(whole.len() <= 2 * bytes.len());
        whole
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn any_bytes_in_any_pieces_say_the_same(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(&b"\x01\x02\x03\x04\x06\x15\x1b\r\n=0123.-NSTUOLG,kg lb"[..])], 0..80),
            language in 0_usize..6,
        ) {
            let equals = EqualsRule { reversed: true, unit: Unit::Gram, decimals: 3, stable_after: 5 };
            hear(|| match language {
                0 => Box::new(Toledo8217::new(Unit::Pound)),
                1 => Box::new(CasType6::new(Unit::Kilogram)),
                2 => Box::new(CasStream::new(Unit::Kilogram)),
                3 => Box::new(LineStream::new(Unit::Kilogram)),
                4 => Box::new(Dialog06::new(Unit::Kilogram)),
                _ => Box::new(Equals::new(equals.clone())),
            }, &bytes);
        }

        #[test]
        fn a_polled_scale_is_understood_after_any_noise(
            noise in proptest::collection::vec(any::<u8>(), 0..60),
            grams in 0_i64..100_000,
        ) {
            // A new question forgets what was left of the answer to the last one.
            let weight = format!("{:02}.{:03}", grams / 1000, grams % 1000);
            let text = format!("S {weight}kg");
            let check = text.bytes().fold(0, |check, byte| check ^ byte);
            let cas = [b"\x06\x01\x02", text.as_bytes(), &[check, 0x03, 0x04]].concat();
            let answers: [(Box<dyn Protocol>, Vec<u8>); 3] = [
                (Box::new(Toledo8217::new(Unit::Kilogram)), format!("\x02{weight}\r").into_bytes()),
                (Box::new(CasType6::new(Unit::Kilogram)), cas),
                (Box::new(Dialog06::new(Unit::Kilogram)), format!("\x0202\x1b3\x1b{grams:05}\x1b000000\x1b000000\x03").into_bytes()),
            ];
            for (mut protocol, answer) in answers {
                let mut told = Vec::new();
                protocol.feed(&noise, &mut told);
                protocol.ask();
                protocol.feed(&answer, &mut told);
                prop_assert_eq!(told.last(), Some(&stable(grams * 1000, false)));
            }
        }
    }

    pub fn stable(net_milligrams: i64, tared: bool) -> Told {
        Told::Weighing(Weighing::Stable(Weight { net_milligrams, tared }))
    }

    pub fn state(weighing: Weighing) -> Told {
        Told::Weighing(weighing)
    }
}
