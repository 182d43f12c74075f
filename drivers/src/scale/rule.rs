//! A frame of fixed length, described as data in the device file: for scales that speak no language that has a name.

use std::fmt::Display;

use serde::Deserialize;

use super::unit::Unit;

/// Equal weights that count as standing still, where nothing else is said.
pub(super) const STABLE_AFTER_USUAL: u8 = 5;
/// The range in which that may be set.
pub(super) const STABLE_AFTER: std::ops::RangeInclusive<u8> = 2..=50;
/// The longest frame.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=64;
/// The longest question or order.
const ASK_BYTES_MAX: usize = 32;

/// How a scale's frames look. Places count from 0 at the first byte of the frame.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameRule {
    /// Bytes of the whole frame.
    pub length: usize,
    /// The bytes that it begins with.
    #[serde(default)]
    pub start: Bytes,
    /// The bytes that it ends with.
    #[serde(default)]
    pub end: Bytes,
    /// Where the digits stand; a sign and a point may be among them.
    pub digits: Field,
    /// Whether each byte of the digits holds two of them, as half bytes.
    #[serde(default)]
    pub bcd: bool,
    /// Whether the last digit (with `bcd`: the last two) comes first.
    #[serde(default)]
    pub reversed: bool,
    /// Decimals where no point is among the digits.
    #[serde(default)]
    pub decimals: u8,
    /// The place of a byte that tells the decimals instead, as a digit or as a number.
    pub decimals_at: Option<usize>,
    /// What it counts in.
    #[serde(default)]
    pub unit: Unit,
    /// Where the unit stands instead.
    pub unit_at: Option<Field>,
    /// What marks a weight that stands still; without it and without `moving`, equal weights are counted.
    pub stable: Option<Mark>,
    /// What marks a weight that moves.
    pub moving: Option<Mark>,
    /// What marks too much.
    pub overload: Option<Mark>,
    /// What marks a weight below zero.
    pub negative: Option<Mark>,
    /// What marks a scale that did not find its zero.
    pub outside_zero: Option<Mark>,
    /// What marks a weight without its packaging.
    pub net: Option<Mark>,
    /// A check byte.
    pub check: Option<Check>,
    /// The bytes that ask for a frame; none for a scale that talks by itself.
    #[serde(default)]
    pub ask: Bytes,
    /// The bytes that set the scale to zero.
    #[serde(default)]
    pub zero: Bytes,
    /// The bytes that take the packaging off.
    #[serde(default)]
    pub tare: Bytes,
    /// The bytes that forget the packaging.
    #[serde(default)]
    pub forget_tare: Bytes,
    /// Equal weights that count as standing still, where nothing marks it.
    #[serde(default = "stable_after_usual")]
    pub stable_after: u8,
}

/// Bytes, written as a text whose characters U+0000 to U+00FF are one byte each.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Bytes(pub Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = String;

    fn try_from(text: String) -> Result<Bytes, String> {
        let bytes = text.chars().map(|character| u8::try_from(u32::from(character)));
        let bytes: Result<Vec<u8>, _> = bytes.collect();
        bytes
            .map(Bytes)
            .map_err(|_| format!("{text:?} has characters that are no single byte: write \\u0000 to \\u00ff"))
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Bytes {
        Bytes::try_from(text.to_owned()).expect("characters of one byte")
    }
}

/// A row of bytes within a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Where it begins.
    pub at: usize,
    /// How many.
    pub count: usize,
}

/// Something that marks a state: these bytes at that place, or one bit of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The place.
    pub at: usize,
    /// The bytes that stand there.
    pub is: Option<Bytes>,
    /// The bit of the byte there, 0 to 7, that is set.
    pub bit: Option<u8>,
}

impl Mark {
    /// These bytes at that place.
    pub fn is(at: usize, bytes: &str) -> Mark {
        Mark { at, is: Some(bytes.into()), bit: None }
    }

    /// Whether a frame bears it.
    pub(super) fn stands_in(&self, frame: &[u8]) -> bool {
        let here = frame.get(self.at..).unwrap_or_default();
        match (&self.is, self.bit) {
            (Some(bytes), _) => here.starts_with(&bytes.0),
            (None, Some(bit)) => here.first().is_some_and(|byte| byte.checked_shr(bit.into()).unwrap_or(0) & 1 == 1),
            (None, None) => false,
        }
    }
}

/// A check byte over a row of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Where it stands.
    pub at: usize,
    /// Where what it guards begins.
    pub from: usize,
    /// How many bytes it guards.
    pub count: usize,
    /// How it is reckoned.
    pub how: CheckHow,
}

/// How a check byte is reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum CheckHow {
    /// The exclusive or of the bytes.
    #[serde(rename = "xor")]
    Xor,
    /// The same, written as two hexadecimal digits.
    #[serde(rename = "xor-hex")]
    XorHex,
    /// The low byte of their sum.
    #[serde(rename = "sum")]
    Sum,
}

impl Check {
    fn bytes(self) -> usize {
        if self.how == CheckHow::XorHex { 2 } else { 1 }
    }

    /// Whether a frame is whole.
    pub(super) fn holds(self, frame: &[u8]) -> bool {
        let guarded = frame.iter().skip(self.from).take(self.count);
        let reckoned = match self.how {
            CheckHow::Xor | CheckHow::XorHex => guarded.fold(0, |sum: u8, byte| sum ^ byte),
            CheckHow::Sum => guarded.fold(0, |sum: u8, byte| sum.wrapping_add(*byte)),
        };
        let stands = frame.get(self.at..self.at + self.bytes()).unwrap_or_default();
        match self.how {
            CheckHow::Xor | CheckHow::Sum => stands == [reckoned],
            CheckHow::XorHex => stands.eq_ignore_ascii_case(format!("{reckoned:02X}").as_bytes()),
        }
    }
}

impl FrameRule {
    /// Whether the scale itself marks a weight that stands still.
    pub fn marks_stable(&self) -> bool {
        self.stable.is_some() || self.moving.is_some()
    }

    /// Checks what the types do not.
    ///
    /// # Errors
    /// The first thing that cannot be, in words.
    pub fn check(&self) -> Result<(), String> {
        range("length", self.length, &LENGTH)?;
        if self.start.0.is_empty() && self.end.0.is_empty() {
            return Err("start or end must be given: nothing would tell where a frame begins".to_owned());
        }
        self.inside("start", 0, self.start.0.len().max(1))?;
        self.inside("end", 0, self.end.0.len().max(1))?;
        range("digits.count", self.digits.count, &(1..=if self.bcd { 5 } else { 12 }))?;
        self.inside("digits", self.digits.at, self.digits.count)?;
        range("decimals", self.decimals, &(0..=5))?;
        if let Some(at) = self.decimals_at {
            self.inside("decimals_at", at, 1)?;
        }
        if let Some(field) = self.unit_at {
            range("unit_at.count", field.count, &(1..=4))?;
            self.inside("unit_at", field.at, field.count)?;
        }
        if let Some(check) = self.check {
            self.inside("check.at", check.at, check.bytes())?;
            self.inside("check.from and check.count", check.from, check.count)?;
        }
        self.check_marks()?;
        for (key, bytes) in
            [("ask", &self.ask), ("zero", &self.zero), ("tare", &self.tare), ("forget_tare", &self.forget_tare)]
        {
            if bytes.0.len() > ASK_BYTES_MAX {
                return Err(format!("frame.{key} must have at most {ASK_BYTES_MAX} bytes"));
            }
        }
        range("stable_after", self.stable_after, &STABLE_AFTER)
    }

    fn check_marks(&self) -> Result<(), String> {
        let marks = [
            ("stable", &self.stable),
            ("moving", &self.moving),
            ("overload", &self.overload),
            ("negative", &self.negative),
            ("outside_zero", &self.outside_zero),
            ("net", &self.net),
        ];
        for (key, mark) in marks.iter().filter_map(|(key, mark)| Some((key, mark.as_ref()?))) {
            let bytes = match (&mark.is, mark.bit) {
                (Some(Bytes(bytes)), None) if !bytes.is_empty() => bytes.len(),
                (None, Some(0..=7)) => 1,
                _ => return Err(format!("frame.{key} must have either is = \"..\" or bit = 0 to 7")),
            };
            self.inside(key, mark.at, bytes)?;
        }
        Ok(())
    }

    /// Refuses a place that is not within the frame.
    fn inside(&self, key: &str, at: usize, count: usize) -> Result<(), String> {
        if count == 0 || at.checked_add(count).is_none_or(|end| end > self.length) {
            return Err(format!("frame.{key} must lie within the frame, whose places are 0 to {}", self.length - 1));
        }
        Ok(())
    }
}

fn range<N: PartialOrd + Display>(key: &str, value: N, range: &std::ops::RangeInclusive<N>) -> Result<(), String> {
    if !range.contains(&value) {
        return Err(format!("frame.{key} must be {} to {}", range.start(), range.end()));
    }
    Ok(())
}

fn stable_after_usual() -> u8 {
    STABLE_AFTER_USUAL
}
