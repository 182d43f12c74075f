//! Frames of fixed length, read by a description.

use hal::{ScaleCapabilities, Weighing};

use super::config::Kind;
use super::figure::Figure;
use super::protocol::{Order, Protocol, TELLS_ONLY, Told, UNCHECKED};
use super::rule::{Field, FrameRule, Mark};
use super::unit::Unit;
use crate::transport::Bits;

/// The codec of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    rule: FrameRule,
    /// The last bytes that came, fewer than a frame has.
    window: Vec<u8>,
    /// Bytes passed over since the last frame.
    passed: usize,
}

impl Framed {
    /// Reads frames as they are described; the description was checked.
    pub fn new(rule: FrameRule) -> Framed {
        debug_assert_eq!(rule.check(), Ok(()));
        Framed { rule, window: Vec::new(), passed: 0 }
    }

    fn take(&mut self, byte: u8) -> Option<Told> {
        self.window.push(byte);
        if self.window.len() < self.rule.length {
            return None;
        }
        if let Some(told) = self.read() {
            self.window.clear();
            self.passed = 0;
            return Some(told);
        }
        self.window.remove(0);
        self.passed += 1;
        // Less than a frame is what is left of one that had begun before the till listened.
        if self.passed < self.rule.length {
            return None;
        }
        self.passed = 0;
        Some(Told::Garbage)
    }

    /// What the window says, if it is a frame.
    fn read(&self) -> Option<Told> {
        let (rule, frame) = (&self.rule, self.window.as_slice());
        let is_whole = frame.starts_with(&rule.start.0)
            && frame.ends_with(&rule.end.0)
            && rule.check.is_none_or(|check| check.holds(frame));
        if !is_whole {
            return None;
        }
        let has = |mark: &Option<Mark>| mark.as_ref().is_some_and(|mark| mark.stands_in(frame));
        // A scale with something to complain of, or that moves, may leave its digits blank.
        if has(&rule.overload) {
            return Some(Told::Weighing(Weighing::Overload));
        }
        if has(&rule.outside_zero) {
            return Some(Told::Weighing(Weighing::OutsideZero));
        }
        if has(&rule.moving) {
            return Some(Told::Weighing(Weighing::Moving));
        }
        let figure = self.figure(frame)?;
        let unit = match rule.unit_at {
            Some(field) => Unit::read(row(frame, field)?)?,
            None => rule.unit,
        };
        let decimals = self.decimals(frame)?;
        if rule.stable.is_some() && !has(&rule.stable) {
            return Some(Told::Weighing(Weighing::Moving));
        }
        let figure = Figure { negative: figure.negative || has(&rule.negative), ..figure };
        Some(match figure.weight(decimals, unit, has(&rule.net)) {
            Err(state) => Told::Weighing(state),
            Ok(weight) if rule.marks_stable() => Told::Weighing(Weighing::Stable(weight)),
            Ok(weight) => Told::Unmarked(weight),
        })
    }

    fn figure(&self, frame: &[u8]) -> Option<Figure> {
        let mut digits = row(frame, self.rule.digits)?.to_vec();
        if self.rule.reversed {
            digits.reverse();
        }
        if self.rule.bcd {
            // A half byte above nine becomes a character that is no digit.
            digits = digits.iter().flat_map(|byte| [b'0' + (byte >> 4), b'0' + (byte & 0x0f)]).collect();
        }
        Figure::read(&digits)
    }

    fn decimals(&self, frame: &[u8]) -> Option<u8> {
        let Some(at) = self.rule.decimals_at else { return Some(self.rule.decimals) };
        match frame.get(at)? {
            digit @ b'0'..=b'5' => Some(digit - b'0'),
            number @ 0..=5 => Some(*number),
            _ => None,
        }
    }
}

fn row(frame: &[u8], field: Field) -> Option<&[u8]> {
    frame.get(field.at..field.at + field.count)
}

impl Protocol for Framed {
    fn capabilities(&self) -> ScaleCapabilities {
        ScaleCapabilities { zeroes: !self.rule.zero.0.is_empty(), tares: !self.rule.tare.0.is_empty(), ..TELLS_ONLY }
    }

    fn ask(&mut self) -> Option<Vec<u8>> {
        if self.rule.ask.0.is_empty() {
            return None;
        }
        self.window.clear();
        Some(self.rule.ask.0.clone())
    }

    fn feed(&mut self, bytes: &[u8], told: &mut Vec<Told>) {
        told.extend(bytes.iter().filter_map(|byte| self.take(*byte)));
    }

    fn order(&self, order: Order) -> Option<Vec<u8>> {
        let bytes = match order {
            Order::Zero => &self.rule.zero.0,
            Order::Tare => &self.rule.tare.0,
            Order::ForgetTare => &self.rule.forget_tare.0,
        };
        (!bytes.is_empty()).then(|| bytes.clone())
    }

    fn stable_after(&self) -> u8 {
        self.rule.stable_after
    }

    fn marked_after(&self) -> u8 {
        if self.rule.check.is_some() { 1 } else { UNCHECKED }
    }
}

/// CAS's stream of 22 bytes: `ST,GS,`, device, lamps, `,`, eight of weight, ` kg`, CR LF.
///
/// Source: the data formats in the manuals of CAS's NT-200, CI-400 and PDS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasStream(Framed);

impl Kind for CasStream {
    const BAUD: u32 = 9600;
    const BITS: Bits = Bits::EightNone;
    const TELLS_UNIT: bool = true;

    fn new(_: Unit) -> CasStream {
        CasStream(Framed::new(FrameRule {
            length: 22,
            end: "\r\n".into(),
            digits: Field { at: 9, count: 8 },
            unit_at: Some(Field { at: 17, count: 3 }),
            stable: Some(Mark::is(0, "ST,")),
            moving: Some(Mark::is(0, "US,")),
            overload: Some(Mark::is(0, "OL,")),
            net: Some(Mark::is(3, "NT,")),
            stable_after: super::rule::STABLE_AFTER_USUAL,
            ..FrameRule::default()
        }))
    }
}

impl Protocol for CasStream {
    fn capabilities(&self) -> ScaleCapabilities {
        self.0.capabilities()
    }

    fn ask(&mut self) -> Option<Vec<u8>> {
        self.0.ask()
    }

    fn feed(&mut self, bytes: &[u8], told: &mut Vec<Told>) {
        self.0.feed(bytes, told);
    }

    fn marked_after(&self) -> u8 {
        self.0.marked_after()
    }
}

#[cfg(test)]
mod tests {
    use super::super::protocol::tests::{hear, stable, state};
    use super::*;
    use hal::Weight;

    fn check(rule: &FrameRule, bytes: &[u8], expect: &[Told]) {
        assert_eq!(hear(|| Box::new(Framed::new(rule.clone())), bytes), expect, "for {bytes:x?}");
    }

    fn rule(text: &str) -> FrameRule {
        let rule: FrameRule = toml::from_str(text).expect("a description");
        assert_eq!(rule.check(), Ok(()), "{text}");
        rule
    }

    fn unmarked(net_milligrams: i64) -> Told {
        Told::Unmarked(Weight { net_milligrams, tared: false })
    }

    #[test]
    fn a_stream_of_22_bytes_is_cas() {
        let check = |bytes: &[u8], expect: &[Told]| {
            assert_eq!(hear(|| Box::new(CasStream::new(Unit::Kilogram)), bytes), expect, "for {bytes:x?}");
        };
        check(b"ST,GS,1\xc4,00013.50 kg\r\n", &[stable(13_500_000, false)]);
        check(b"ST,NT,1\xc2,   0.250 kg\r\n", &[stable(250_000, true)]);
        check(b"US,GS,1\x84,00013.50 kg\r\n", &[state(Weighing::Moving)]);
        check(b"OL,GS,1\x84,         kg\r\n", &[state(Weighing::Overload)]);
        check(b"ST,GS,1\xc4,-  0.250 kg\r\n", &[state(Weighing::BelowZero)]);
        check(b"ST,GS,1\xc4,00001.00 lb\r\n", &[stable(453_592, false)]);
        // The rest of a frame and a wrong letter are passed over; the next frame is right.
        check(b"3.50 kg\r\nST,GS,1\xc4,00013.50 kg\r\n", &[stable(13_500_000, false)]);
        check(b"ST,GS,1\xc4,0001x.50 kg\r\nST,GS,1\xc4,00013.50 kg\r\n", &[Told::Garbage, stable(13_500_000, false)]);
    }

    #[test]
    fn a_described_frame_is_read() {
        // A weighing indicator's: sign, six digits, decimals, two hexadecimal digits of exclusive or.
        let yaohua = rule(
            r#"
            length = 12
            start = "\u0002"
            end = "\u0003"
            digits = { at = 2, count = 6 }
            decimals_at = 8
            negative = { at = 1, is = "-" }
            check = { at = 9, from = 1, count = 8, how = "xor-hex" }
            "#,
        );
        check(&yaohua, b"\x02+00200021B\x03", &[unmarked(20_000_000)]);
        check(&yaohua, b"\x02-00200021D\x03", &[state(Weighing::BelowZero)]);
        check(&yaohua, b"\x02+00200021C\x03\x02+00200021B\x03", &[Told::Garbage, unmarked(20_000_000)]);
        // Half bytes with the lowest two digits first, and bits of status.
        let bits = rule(
            r#"
            length = 5
            start = "\u00ff"
            digits = { at = 2, count = 3 }
            bcd = true
            reversed = true
            decimals = 3
            stable = { at = 1, bit = 6 }
            negative = { at = 1, bit = 5 }
            overload = { at = 1, bit = 7 }
            zero = "Z"
            "#,
        );
        check(&bits, b"\xff\x44\x56\x34\x12", &[stable(123_456_000, false)]);
        check(&bits, b"\xff\x04\x56\x34\x12", &[state(Weighing::Moving)]);
        check(&bits, b"\xff\x64\x56\x34\x12", &[state(Weighing::BelowZero)]);
        check(&bits, b"\xff\x84\x00\x00\x00", &[state(Weighing::Overload)]);
        check(&bits, b"\xff\x44\x56\x3a\x12", &[]);
        assert_eq!(Framed::new(bits.clone()).order(Order::Zero), Some(b"Z".to_vec()));
        assert_eq!(Framed::new(bits).order(Order::Tare), None);
        // One that is asked, with its unit and the mark of net weight in letters.
        let text = rule(
            r#"
            length = 12
            start = "w"
            end = "\r"
            digits = { at = 2, count = 7 }
            unit_at = { at = 9, count = 2 }
            net = { at = 1, is = "n" }
            ask = "R"
            "#,
        );
        let net = Told::Unmarked(Weight { net_milligrams: 453_592, tared: true });
        check(&text, b"ww001.250kg\rwn0001.00lb\r", &[unmarked(1_250_000), net]);
        assert_eq!(Framed::new(text).ask(), Some(b"R".to_vec()));
    }

    #[test]
    fn a_description_that_cannot_be_is_refused_in_words() {
        let refuse = |text: &str, words: &str| {
            let error = match toml::from_str::<FrameRule>(text) {
                Ok(rule) => rule.check().expect_err(text),
                Err(error) => error.to_string(),
            };
            assert!(error.contains(words), "{error}");
        };
        let digits = "digits = { at = 1, count = 6 }\n";
        refuse(&format!("{digits}length = 8"), "where a frame begins");
        refuse(&format!("{digits}length = 6\nstart = \"=\""), "must lie within the frame, whose places are 0 to 5");
        refuse(&format!("{digits}length = 65\nstart = \"=\""), "3 to 64");
        refuse("length = 8\nstart = \"=\"", "digits");
        refuse(&format!("{digits}length = 8\nstart = \"重\""), "no single byte");
        refuse(&format!("{digits}length = 8\nstart = \"=\"\nstable = {{ at = 0 }}"), "either is");
        refuse(&format!("{digits}length = 8\nstart = \"=\"\nstable = {{ at = 7, is = \"ST\" }}"), "frame.stable");
        refuse(&format!("{digits}length = 8\nstart = \"=\"\nnet = {{ at = 7, bit = 8 }}"), "bit = 0 to 7");
        refuse(&format!("{digits}length = 8\nstart = \"=\"\nstable_after = 1"), "2 to 50");
        refuse(
            &format!("{digits}length = 8\nstart = \"=\"\ncheck = {{ at = 7, from = 1, count = 9, how = \"xor\" }}"),
            "check",
        );
        refuse(&format!("{digits}length = 8\nstart = \"=\"\nlenght = 8"), "lenght");
        refuse(&format!("{digits}length = 8\nstart = \"=\"\nask = \"{}\"", "x".repeat(33)), "at most 32");
    }
}
