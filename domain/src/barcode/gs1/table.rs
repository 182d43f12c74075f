//! Application identifiers (AIs) and what their values look like, as data: GS1 General Specifications, section 3.
//!
//! Checked is what a till can act upon: characters, lengths, check digits, dates and times. That a country or a currency
//! exists is not: goods whose maker wrote a wrong country are sold all the same.

use super::Ai;

/// How the value of a family of AIs is built.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// First and last AI of the family, without the digit that tells decimals.
    stems: (u16, u16),
    /// Largest last digit of the AIs, where that digit tells the decimals of the value.
    decimals_max: Option<u8>,
    /// What follows each other in the value.
    pub parts: &'static [Part],
}

/// One part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Characters it may have.
    pub charset: Charset,
    /// Fewest and most characters.
    pub length: (u8, u8),
    /// Whether it may be missing; then nothing follows it either.
    pub optional: bool,
    /// What else must hold.
    pub rule: Rule,
}

/// Characters that a part may have (GS1 General Specifications, section 7.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// Digits.
    Digits,
    /// The 82 invariant characters.
    Invariant,
    /// The 39 characters of component and part identifiers.
    Part,
    /// Base64 for file names (RFC 4648, section 5).
    Base64,
}

/// What must hold for a part beside its characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing.
    Any,
    /// The last digit is the check digit of those before it.
    CheckDigit,
    /// YYMMDD; day 00 is the last of the month.
    Date,
    /// YYMMDD with a day.
    DayDate,
    /// YYYYMMDD.
    LongDate,
    /// hhmm.
    HourMinute,
    /// hh.
    Hour,
    /// mm or ss.
    Sixtieth,
    /// A minus, or nothing.
    Minus,
    /// 0 or 1.
    YesNo,
}

impl Format {
    /// The family that an AI at the beginning of a text belongs to.
    pub(super) fn at_start(text: &str) -> Option<(Ai, &'static Format)> {
        let digits = text.bytes().take(4).take_while(u8::is_ascii_digit).count();
        (2..=digits).find_map(|length| Format::of(&text[..length]))
    }

    /// The family of an AI.
    pub(super) fn of(ai: &str) -> Option<(Ai, &'static Format)> {
        let number = ai.bytes().all(|byte| byte.is_ascii_digit()).then(|| ai.parse::<u16>().ok())??;
        let is_whole = Ai(number).to_string() == ai;
        let format = TABLE.iter().find(|format| format.has(number))?;
        is_whole.then_some((Ai(number), format))
    }

    /// Every AI with its format.
    pub fn all() -> impl Iterator<Item = (Ai, &'static Format)> {
        TABLE.iter().flat_map(|format| {
            let (first, last) = format.stems;
            let ais: Vec<u16> = match format.decimals_max {
                None => (first..=last).collect(),
                Some(max) => (first..=last).flat_map(|stem| (0..=u16::from(max)).map(move |n| stem * 10 + n)).collect(),
            };
            ais.into_iter().map(move |ai| (Ai(ai), format))
        })
    }

    fn has(&self, ai: u16) -> bool {
        let within = |stem: u16| (self.stems.0..=self.stems.1).contains(&stem);
        match self.decimals_max {
            None => within(ai),
            Some(max) => ai >= 1000 && within(ai / 10) && ai % 10 <= u16::from(max),
        }
    }

    /// Digits after the point, where the AI tells them.
    pub(super) fn decimals(&self, ai: Ai) -> Option<u8> {
        self.decimals_max.map(|_| (ai.0 % 10) as u8)
    }

    /// Fewest and most characters of the whole value.
    pub fn length(&self) -> (usize, usize) {
        let least = self.parts.iter().filter(|part| !part.optional).map(|part| usize::from(part.length.0)).sum();
        let most = self.parts.iter().map(|part| usize::from(part.length.1)).sum();
        (least, most)
    }
}

const fn part(charset: Charset, least: u8, most: u8) -> Part {
    Part { charset, length: (least, most), optional: false, rule: Rule::Any }
}

const fn n(length: u8) -> Part {
    part(Charset::Digits, length, length)
}

const fn n_to(most: u8) -> Part {
    part(Charset::Digits, 1, most)
}

const fn x(length: u8) -> Part {
    part(Charset::Invariant, length, length)
}

const fn x_to(most: u8) -> Part {
    part(Charset::Invariant, 1, most)
}

const fn maybe(part: Part) -> Part {
    Part { optional: true, ..part }
}

const fn ruled(length: u8, rule: Rule) -> Part {
    Part { rule, ..n(length) }
}

const fn key(length: u8) -> Part {
    ruled(length, Rule::CheckDigit)
}

const DATE: Part = ruled(6, Rule::Date);
const DAY_DATE: Part = ruled(6, Rule::DayDate);
const LONG_DATE: Part = ruled(8, Rule::LongDate);
const TIME: Part = ruled(4, Rule::HourMinute);
const YES_NO: Part = ruled(1, Rule::YesNo);
const MINUS: Part = maybe(Part { rule: Rule::Minus, ..x(1) });

const fn ai(ai: u16, parts: &'static [Part]) -> Format {
    ais(ai, ai, parts)
}

const fn ais(first: u16, last: u16, parts: &'static [Part]) -> Format {
    Format { stems: (first, last), decimals_max: None, parts }
}

const fn decimal(first: u16, last: u16, decimals_max: u8, parts: &'static [Part]) -> Format {
    Format { stems: (first, last), decimals_max: Some(decimals_max), parts }
}

#[rustfmt::skip]
const TABLE: &[Format] = &[
    ai(0, &[key(18)]),
    ais(1, 3, &[key(14)]),
    ai(10, &[x_to(20)]),
    ais(11, 13, &[DATE]),
    ais(15, 17, &[DATE]),
    ai(20, &[n(2)]),
    ais(21, 22, &[x_to(20)]),
    ai(30, &[n_to(8)]),
    ai(37, &[n_to(8)]),
    ai(90, &[x_to(30)]),
    ais(91, 99, &[x_to(90)]),

    ai(235, &[x_to(28)]),
    ais(240, 241, &[x_to(30)]),
    ai(242, &[n_to(6)]),
    ai(243, &[x_to(20)]),
    ais(250, 251, &[x_to(30)]),
    ai(253, &[key(13), maybe(x_to(17))]),
    ai(254, &[x_to(20)]),
    ai(255, &[key(13), maybe(n_to(12))]),

    // Measures; the last digit of the AI tells the decimals.
    decimal(310, 316, 5, &[n(6)]),
    decimal(320, 337, 5, &[n(6)]),
    decimal(340, 357, 5, &[n(6)]),
    decimal(360, 369, 5, &[n(6)]),
    // Money, likewise; 391n and 393n begin with the ISO 4217 number of the currency.
    decimal(390, 390, 9, &[n_to(15)]),
    decimal(391, 391, 9, &[n(3), n_to(15)]),
    decimal(392, 392, 9, &[n_to(15)]),
    decimal(393, 393, 9, &[n(3), n_to(15)]),
    decimal(394, 394, 3, &[n(4)]),
    decimal(395, 395, 5, &[n(6)]),

    ais(400, 401, &[x_to(30)]),
    ai(402, &[key(17)]),
    ai(403, &[x_to(30)]),
    ais(410, 417, &[key(13)]),
    ai(420, &[x_to(20)]),
    ai(421, &[n(3), x_to(9)]),
    ai(422, &[n(3)]),
    ai(423, &[n(3), maybe(n(3)), maybe(n(3)), maybe(n(3)), maybe(n(3))]),
    ai(424, &[n(3)]),
    ai(425, &[n(3), maybe(n(3)), maybe(n(3)), maybe(n(3)), maybe(n(3))]),
    ai(426, &[n(3)]),
    ai(427, &[x_to(3)]),
    ais(710, 717, &[x_to(20)]),

    // Who gets a parcel, and who gets it back.
    ais(4300, 4301, &[x_to(35)]),
    ais(4302, 4306, &[x_to(70)]),
    ai(4307, &[x(2)]),
    ai(4308, &[x_to(30)]),
    ai(4309, &[n(10), n(10)]),
    ais(4310, 4311, &[x_to(35)]),
    ais(4312, 4316, &[x_to(70)]),
    ai(4317, &[x(2)]),
    ai(4318, &[x_to(20)]),
    ai(4319, &[x_to(30)]),
    ai(4320, &[x_to(35)]),
    ais(4321, 4323, &[YES_NO]),
    ais(4324, 4325, &[DATE, TIME]),
    ai(4326, &[DAY_DATE]),
    ais(4330, 4333, &[n(6), MINUS]),

    ai(7001, &[n(13)]),
    ai(7002, &[x_to(30)]),
    ai(7003, &[DAY_DATE, TIME]),
    ai(7004, &[n_to(4)]),
    ai(7005, &[x_to(12)]),
    ai(7006, &[DAY_DATE]),
    ai(7007, &[DAY_DATE, maybe(DAY_DATE)]),
    ai(7008, &[x_to(3)]),
    ai(7009, &[x_to(10)]),
    ai(7010, &[x_to(2)]),
    ai(7011, &[DAY_DATE, maybe(TIME)]),
    ais(7020, 7022, &[x_to(20)]),
    ai(7023, &[x_to(30)]),
    ais(7030, 7039, &[n(3), x_to(27)]),
    ai(7040, &[n(1), x(1), x(1), x(1)]),
    ai(7041, &[x_to(4)]),
    ais(7230, 7239, &[x(2), x_to(28)]),
    ai(7240, &[x_to(20)]),
    ai(7241, &[n(2)]),
    ai(7242, &[x_to(25)]),
    ai(7250, &[LONG_DATE]),
    ai(7251, &[LONG_DATE, TIME]),
    ai(7252, &[n(1)]),
    ais(7253, 7254, &[x_to(40)]),
    ai(7255, &[x_to(10)]),
    ai(7256, &[x_to(90)]),
    ai(7257, &[x_to(70)]),
    ai(7258, &[x(3)]),
    ai(7259, &[x_to(40)]),

    ai(8001, &[n(4), n(5), n(3), n(1), n(1)]),
    ai(8002, &[x_to(20)]),
    ai(8003, &[n(1), key(13), maybe(x_to(16))]),
    ai(8004, &[x_to(30)]),
    ai(8005, &[n(6)]),
    ai(8006, &[key(14), n(4)]),
    ai(8007, &[x_to(34)]),
    ai(8008, &[DAY_DATE, ruled(2, Rule::Hour), maybe(ruled(2, Rule::Sixtieth)), maybe(ruled(2, Rule::Sixtieth))]),
    ai(8009, &[x_to(50)]),
    ai(8010, &[part(Charset::Part, 1, 30)]),
    ai(8011, &[n_to(12)]),
    ai(8012, &[x_to(20)]),
    ais(8013, 8014, &[x_to(25)]),
    ais(8017, 8018, &[key(18)]),
    ai(8019, &[n_to(10)]),
    ai(8020, &[x_to(25)]),
    ai(8026, &[key(14), n(4)]),
    ai(8030, &[part(Charset::Base64, 1, 90)]),
    ais(8040, 8041, &[n(15)]),
    ai(8042, &[n(32)]),
    ai(8043, &[n(18), maybe(n_to(2))]),
    ai(8110, &[x_to(70)]),
    ai(8111, &[n(4)]),
    ai(8112, &[x_to(70)]),
    ai(8200, &[x_to(70)]),
];
