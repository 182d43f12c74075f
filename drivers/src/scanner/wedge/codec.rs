//! Keys to readings. Pure: the time of each key comes with it.

use hal::Reading;
use serde::Deserialize;

use super::events::{EventBytes, InputEvent};
use super::keymap::{ENTER, Held, PAD_ENTER, TAB, controlled, key_of, pad_digit, typed};
use crate::scanner::code::{CodeRules, Frame};

/// Keys in a row that a burst has at least; fewer are a person's.
pub const BURST_KEYS_MIN: usize = 4;
/// Characters beyond one byte that Alt and the number pad type: two bytes of a Chinese encoding (GBK).
const ALT_PAIR_MIN: u32 = 0x8140;
const ALT_PAIR_MAX: u32 = 0xfefe;

/// Which key ends a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
pub enum KeySuffix {
    /// Enter or Tab.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// Enter alone; Tab is data.
    #[serde(rename = "enter")]
    Enter,
    /// Tab alone.
    #[serde(rename = "tab")]
    Tab,
    /// None: a code ends when the keys rest.
    #[serde(rename = "none")]
    None,
}

/// How keys are cut into codes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct WedgeRules {
    /// The end of a code.
    pub suffix: KeySuffix,
    /// For a device that a person types on as well: keys that follow each other within so many milliseconds are a
    /// scanner's, all others are passed over. `None` for a device that is a scanner alone.
    pub burst_ms: Option<u16>,
    /// How a code's bytes are understood.
    pub code: CodeRules,
}

/// Cuts keys into readings. Holds at most one code of the longest length, whatever it is fed.
#[derive(Debug)]
pub struct WedgeCodec {
    rules: WedgeRules,
    events: EventBytes,
    frame: Frame,
    /// Keys that are held, as bits of [`Held`].
    held: u8,
    /// What Alt and the number pad have typed so far.
    alt_code: Option<u32>,
    /// When the last key of this code was pressed, in milliseconds.
    pressed_at: u64,
}

impl WedgeCodec {
    /// A codec between two codes, with no key held.
    pub fn new(rules: WedgeRules) -> WedgeCodec {
        assert!(rules.code.scan_bytes_max > 0, "a scanner that may send nothing");
        let (events, frame) = (EventBytes::default(), Frame::default());
        WedgeCodec { rules, events, frame, held: 0, alt_code: None, pressed_at: 0 }
    }

    /// Takes the bytes of events, in whatever pieces; appends what they complete.
    pub fn feed(&mut self, bytes: &[u8], readings: &mut impl Extend<Reading>) {
        let mut events = std::mem::take(&mut self.events);
        events.feed(bytes, |event| readings.extend(self.take(event)));
        self.events = events;
    }

    /// Takes one event.
    pub fn take(&mut self, event: InputEvent) -> Option<Reading> {
        match event {
            InputEvent::Key { code, value: 1, at_ms } => self.press(code, at_ms),
            InputEvent::Key { code, value: 0, at_ms } => self.release(code, at_ms),
            // A key that repeats because its release is late has been typed once.
            InputEvent::Key { .. } | InputEvent::Other => None,
            InputEvent::Lost => {
                // Which keys are held now is not known; no scanner holds one between two codes.
                (self.held, self.alt_code) = (0, None);
                if self.rules.burst_ms.is_none() || self.frame.is_open() {
                    self.frame.lose();
                }
                None
            }
        }
    }

    /// The keys have rested for longer than within a code: what is there is a whole one.
    pub fn idle(&mut self) -> Option<Reading> {
        self.close()
    }

    /// Whether a code has begun and not ended.
    pub fn is_open(&self) -> bool {
        self.frame.is_open()
    }

    fn press(&mut self, code: u16, at_ms: u64) -> Option<Reading> {
        if let Some(held) = Held::of(code) {
            self.held |= held as u8;
            return None;
        }
        if self.is_held(Held::LeftAlt) {
            if let Some(digit) = pad_digit(code) {
                let so_far = self.alt_code.unwrap_or(0);
                self.alt_code = Some((so_far * 10 + u32::from(digit)).min(ALT_PAIR_MAX + 1));
            }
            return None;
        }
        if self.ends(code) {
            self.drop_what_a_person_typed(at_ms);
            return self.close();
        }
        let shift = self.is_held(Held::LeftShift) || self.is_held(Held::RightShift);
        let ctrl = self.is_held(Held::LeftCtrl) || self.is_held(Held::RightCtrl);
        let byte = match code {
            TAB => Some(b'\t'),
            ENTER | PAD_ENTER => Some(b'\r'),
            code if ctrl => controlled(code),
            code => typed(code, shift),
        };
        byte.and_then(|byte| self.push(byte, at_ms))
    }

    fn release(&mut self, code: u16, at_ms: u64) -> Option<Reading> {
        let held = Held::of(code)?;
        self.held &= !(held as u8);
        if held != Held::LeftAlt {
            return None;
        }
        // A character by its number: one byte, or two of a Chinese encoding. Beyond that it is no character.
        match self.alt_code.take()? {
            byte @ 0..=0xff => self.push(byte as u8, at_ms),
            pair @ ALT_PAIR_MIN..=ALT_PAIR_MAX => {
                let [_, _, high, low] = pair.to_be_bytes();
                self.push(high, at_ms).or_else(|| self.push(low, at_ms))
            }
            _ => {
                self.frame.lose();
                None
            }
        }
    }

    /// A control character may be the end that the scanner is set to: Ctrl and M is Enter, Ctrl and I is Tab.
    fn push(&mut self, byte: u8, at_ms: u64) -> Option<Reading> {
        self.drop_what_a_person_typed(at_ms);
        let ends = match byte {
            b'\r' | b'\n' => matches!(self.rules.suffix, KeySuffix::Auto | KeySuffix::Enter),
            b'\t' => matches!(self.rules.suffix, KeySuffix::Auto | KeySuffix::Tab),
            _ => false,
        };
        if ends {
            return self.close();
        }
        self.pressed_at = at_ms;
        self.frame.push(byte, self.rules.code.scan_bytes_max);
        None
    }

    /// A slow key shows that those before it were a person's.
    fn drop_what_a_person_typed(&mut self, at_ms: u64) {
        let Some(burst_ms) = self.rules.burst_ms else { return };
        if self.frame.is_open() && at_ms.abs_diff(self.pressed_at) > burst_ms.into() {
            self.frame = Frame::default();
        }
    }

    fn ends(&self, code: u16) -> bool {
        match self.rules.suffix {
            KeySuffix::Auto => matches!(code, ENTER | PAD_ENTER | TAB),
            KeySuffix::Enter => matches!(code, ENTER | PAD_ENTER),
            KeySuffix::Tab => code == TAB,
            KeySuffix::None => false,
        }
    }

    fn is_held(&self, key: Held) -> bool {
        self.held & key as u8 != 0
    }

    fn close(&mut self) -> Option<Reading> {
        if self.rules.burst_ms.is_some() && self.frame.len() < BURST_KEYS_MIN {
            self.frame = Frame::default();
        }
        let rules = &self.rules.code;
        self.frame.close(rules.scan_bytes_max, |bytes| rules.read(bytes))
    }
}

/// The events of a scanner that types a text as a US keyboard does, a key every `step_ms`, with Enter at the end: what the
/// kernel gives, byte for byte. Characters that no key has come as Alt and their byte on the number pad.
pub fn strokes(text: &[u8], start_ms: u64, step_ms: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut at_ms = start_ms;
    let mut key = |code: u16, value: i32, at_ms: u64| {
        bytes.extend(InputEvent::Key { code, value, at_ms }.to_bytes());
        bytes.extend(InputEvent::Other.to_bytes());
    };
    let code_of = |held: Held| (0..128).find(|code| Held::of(*code) == Some(held)).expect("a key that is held");
    for &character in text {
        at_ms += step_ms;
        let around = |key: &mut dyn FnMut(u16, i32, u64), held: Option<Held>, codes: &[u16]| {
            held.into_iter().for_each(|held| key(code_of(held), 1, at_ms));
            for code in codes {
                key(*code, 1, at_ms);
                key(*code, 0, at_ms);
            }
            held.into_iter().for_each(|held| key(code_of(held), 0, at_ms));
        };
        match key_of(character) {
            Some((code, held)) => around(&mut key, held, &[code]),
            None => {
                let pad = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];
                let digits: Vec<u16> = format!("{character:03}").bytes().map(|d| pad[usize::from(d - b'0')]).collect();
                around(&mut key, Some(Held::LeftAlt), &digits);
            }
        }
    }
    key(ENTER, 1, at_ms + step_ms);
    key(ENTER, 0, at_ms + step_ms);
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::events::EVENT_BYTES;
    use super::*;
    use crate::scanner::Encoding;
    use crate::scanner::code::tell;

    fn told(rules: WedgeRules, bytes: &[u8]) -> Vec<String> {
        let mut codec = WedgeCodec::new(rules);
        let mut readings = Vec::new();
        codec.feed(bytes, &mut readings);
        readings.extend(codec.idle());
        assert!(!codec.is_open());
        readings.iter().map(tell).collect()
    }

    /// Keys by their codes, a millisecond apart: pressed and released, `+` pressed, `-` released.
    fn keys(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (at, word) in text.split_whitespace().enumerate() {
            let code = word.trim_matches(['+', '-']).parse().unwrap();
            let values: &[i32] = if word.starts_with('+') {
                &[1]
            } else if word.starts_with('-') {
                &[0]
            } else {
                &[1, 0]
            };
            for &value in values {
                bytes.extend(InputEvent::Key { code, value, at_ms: at as u64 }.to_bytes());
            }
        }
        bytes
    }

    #[test]
    fn keys_are_read_as_a_us_keyboard_types_them() {
        let usual = WedgeRules::default();
        // 6 9 0 1 Enter; 4 5 on the number pad and its Enter; q with either Shift.
        assert_eq!(
            told(usual.clone(), &keys("7 10 11 2 28 75 76 96 +42 16 -42 16 +54 16 -54 15")),
            ["6901", "45", "QqQ"]
        );
        // Ctrl and ] is FNC1, Ctrl and M is Enter; Alt and 0 6 5 is A; keys without a character type nothing.
        assert_eq!(
            told(usual.clone(), &keys("2 +29 27 -29 3 +97 50 -97 +56 82 77 76 -56 66 1 100 28")),
            ["1\u{1d}2", "A"]
        );
        // A key that repeats was typed once; Caps Lock changes nothing.
        let mut held = keys("58 +30");
        held.extend(InputEvent::Key { code: 30, value: 2, at_ms: 500 }.to_bytes());
        held.extend(keys("-30 48 28"));
        assert_eq!(told(usual.clone(), &held), ["ab"]);
        // 示 is CABE in GBK: 51902 on the number pad.
        let chinese = WedgeRules { code: CodeRules { encoding: Encoding::Gb18030, ..CodeRules::default() }, ..usual };
        assert_eq!(told(chinese, &keys("+56 76 79 73 82 80 -56 28")), ["示"]);
    }

    #[test]
    fn the_end_of_a_code_is_as_the_scanner_is_set() {
        let with = |suffix| WedgeRules { suffix, ..WedgeRules::default() };
        let typed = keys("2 15 3 28 28 4");
        assert_eq!(told(with(KeySuffix::Auto), &typed), ["1", "2", "3"]);
        assert_eq!(told(with(KeySuffix::Enter), &typed), ["1\t2", "3"]);
        assert_eq!(told(with(KeySuffix::Tab), &typed), ["1", "2\r\r3"]);
        assert_eq!(told(with(KeySuffix::None), &typed), ["1\t2\r\r3"]);
    }

    #[test]
    fn a_person_at_the_keys_is_no_scanner() {
        let shared = WedgeRules { burst_ms: Some(35), ..WedgeRules::default() };
        let person = strokes(b"6901234567892", 0, 120);
        assert_eq!(told(shared.clone(), &person), Vec::<String>::new());
        assert_eq!(told(WedgeRules::default(), &person), ["6901234567892"]);
        // A digit by hand before the scan; a slow Enter after one; a scan too short to be one.
        let mut mixed = strokes(b"7", 0, 100);
        mixed.truncate(4 * EVENT_BYTES);
        mixed.extend(strokes(b"6901234567892", 1000, 8));
        mixed.extend(strokes(b"69", 3000, 5));
        mixed.extend(strokes(b"012345", 4000, 35));
        assert_eq!(told(shared.clone(), &mixed), ["6901234567892", "012345"]);
        let mut late_enter = strokes(b"12345678", 0, 8);
        late_enter.truncate(late_enter.len() - 4 * EVENT_BYTES);
        late_enter.extend(InputEvent::Key { code: ENTER, value: 1, at_ms: 900 }.to_bytes());
        assert_eq!(told(shared, &late_enter), Vec::<String>::new());
    }

    #[test]
    fn a_code_of_which_events_were_lost_is_none() {
        let mut bytes = strokes(b"690123", 0, 8);
        bytes.truncate(bytes.len() - 4 * EVENT_BYTES);
        bytes.extend(InputEvent::Lost.to_bytes());
        bytes.extend(strokes(b"7892", 100, 8));
        bytes.extend(strokes(b"5449", 200, 8));
        assert_eq!(told(WedgeRules::default(), &bytes), ["! 10 and more", "5449"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn what_is_typed_is_read(text in "[ -~\u{1d}]{1,24}", step_ms in 0_u64..30) {
            let rules = CodeRules { aim: false, ..CodeRules::default() };
            let rules = WedgeRules { code: rules, ..WedgeRules::default() };
            prop_assert_eq!(told(rules, &strokes(text.as_bytes(), 0, step_ms)), [text]);
        }

        #[test]
        fn any_bytes_in_any_pieces_give_the_same_readings_within_bounds(
            events in proptest::collection::vec((0_u16..4, 0_u16..110, 0_i32..3, any::<u16>()), 0..40),
            noise in proptest::collection::vec(any::<u8>(), 0..40),
            cut: proptest::sample::Index,
            burst_ms in proptest::option::of(1_u16..50),
            suffix in prop_oneof![Just(KeySuffix::Auto), Just(KeySuffix::Tab), Just(KeySuffix::None)],
        ) {
            let key = |(kind, code, value, at_ms): &(u16, u16, i32, u16)| match kind {
                0 => InputEvent::Lost.to_bytes(),
                _ => InputEvent::Key { code: *code, value: *value, at_ms: (*at_ms).into() }.to_bytes(),
            };
            let bytes = [events.iter().flat_map(key).collect::<Vec<u8>>(), noise].concat();
            let code = CodeRules { scan_bytes_max: 20, ..CodeRules::default() };
            let rules = WedgeRules { suffix, burst_ms, code };
            let (mut whole, mut pieces) = (Vec::new(), Vec::new());
            let mut codec = WedgeCodec::new(rules.clone());
            codec.feed(&bytes, &mut whole);
            whole.extend(codec.idle());
            let mut codec = WedgeCodec::new(rules);
            let (head, tail) = bytes.split_at(cut.index(bytes.len() + 1));
            for byte in head {
                codec.feed(&[*byte], &mut pieces);
                prop_assert!(codec.frame.capacity() <= 64);
            }
            codec.feed(tail, &mut pieces);
            pieces.extend(codec.idle());
            prop_assert_eq!(&whole, &pieces);
            for reading in whole {
                if let Reading::Scan(scan) = reading {
                    prop_assert!(!scan.data.is_empty() && scan.data.len() <= 60);
                }
            }
        }
    }
}
