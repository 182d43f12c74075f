//! How a language writes numbers, money, measures and dates. All of it stands in its catalogue (`notation.ftl`), so that
//! a language that is dropped in brings its own. Pure, and without floats: plain digits come in as text.

use std::borrow::Cow;

use crate::{Words, say};

/// Signs between two numbers that are typed: a tare, a factor.
const BETWEEN: [char; 5] = [' ', '+', '-', '*', '%'];
/// Digits between two marks of grouping.
const GROUP: usize = 3;

/// The signs within a number.
pub(crate) struct Marks {
    /// Before the part that is less than one.
    decimal: String,
    /// Between thousands, or empty.
    group: String,
}

impl Marks {
    /// Whether numbers are written as programs write them.
    fn are_plain(&self) -> bool {
        self.decimal == "." && self.group.is_empty()
    }

    fn write(&self, plain: &str, grouped: bool) -> String {
        if self.are_plain() {
            return plain.to_owned();
        }
        let (minus, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
        let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
        let mut text = minus.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if grouped && at > 0 && (whole.len() - at).is_multiple_of(GROUP) {
                text.push_str(&self.group);
            }
            text.push(digit);
        }
        if let Some(part) = part {
            text.push_str(&self.decimal);
            text.push_str(part);
        }
        text
    }

    /// A number in this notation, or with a point, as plain digits; nothing when it is no number.
    fn read(&self, text: &str) -> Option<String> {
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let (whole, part) = match text.split_once(&*self.decimal) {
            Some((whole, part)) => (whole, Some(part)),
            None => (text, None),
        };
        let decides = part.is_some() || self.decimal == ".";
        if !decides || self.group.is_empty() || !whole.contains(&*self.group) {
            let plain = if self.decimal == "." { text.to_owned() } else { text.replacen(&*self.decimal, ".", 1) };
            return is_plain(&plain).then_some(plain);
        }
        let mut groups = whole.split(&*self.group);
        let first = groups.next().unwrap_or_default();
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=GROUP).contains(&first.len()) && digits(first);
        let fits = fits && groups.all(|group| group.len() == GROUP && digits(group)) && part.is_none_or(digits);
        let point = if part.is_some() { "." } else { "" };
        fits.then(|| format!("{}{point}{}", whole.replace(&*self.group, ""), part.unwrap_or_default()))
    }
}

impl Words {
    /// A plain decimal number (`-1234.50`) in this language: `-1.234,50`. Thousands of a whole number are not set apart:
    /// typed again, `1.234` would be taken for less than two.
    pub fn number(&self, plain: &str) -> String {
        self.marks().write(plain, plain.contains('.'))
    }

    /// A plain amount with its currency's sign: `-¥1.05`, `-1,05 €`.
    pub fn sum(&self, sign: &str, plain: &str) -> String {
        let (key, plain) = match plain.strip_prefix('-') {
            Some(plain) => ("notation-money-minus", plain),
            None => ("notation-money", plain),
        };
        let number = self.marks().write(plain, true);
        // Signs of letters end with a space, for where they stand before the digits.
        say!(self, key, sign = sign, number = number).trim().to_owned()
    }

    /// A plain number of hundredths: `8.25%`.
    pub fn percentage(&self, plain: &str) -> String {
        say!(self, "notation-percent", number = self.number(plain))
    }

    /// A plain number of kilograms: `0.456 kg`.
    pub fn kilograms(&self, plain: &str) -> String {
        say!(self, "notation-kilograms", number = self.number(plain))
    }

    /// The same where there is little room: `0.456kg`.
    pub fn tight_kilograms(&self, plain: &str) -> String {
        say!(self, "notation-kilograms-tight", number = self.number(plain))
    }

    /// A day: `2026-03-02`.
    pub fn full_date(&self, year: i16, month: i8, day: i8) -> String {
        let (year, month, day) = (format!("{year:04}"), two(month), two(day));
        say!(self, "notation-date", year = year, month = month, day = day)
    }

    /// A day of this year: `03-02`.
    pub fn short_date(&self, month: i8, day: i8) -> String {
        say!(self, "notation-day", month = two(month), day = two(day))
    }

    /// A time of day: `14:32`.
    pub fn time_of_day(&self, hour: i8, minute: i8) -> String {
        say!(self, "notation-clock", hour = two(hour), minute = two(minute))
    }

    /// What somebody typed as an amount or a quantity, with the point that a parser reads: `1.234,50` becomes
    /// `1234.50` where a comma is the decimal sign. A point is understood everywhere; a text with anything but numbers
    /// and the signs between them stays as it is.
    pub fn typed<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let marks = self.marks();
        if marks.are_plain() {
            return Cow::Borrowed(text);
        }
        let mut plain = String::with_capacity(text.len());
        let between = |letter: char| BETWEEN.contains(&letter) && !marks.group.contains(letter);
        for piece in text.split_inclusive(between) {
            let (number, sign) = match piece.strip_suffix(between) {
                Some(number) => (number, &piece[number.len()..]),
                None => (piece, ""),
            };
            match marks.read(number) {
                Some(number) => plain.push_str(&number),
                None => return Cow::Borrowed(text),
            }
            plain.push_str(sign);
        }
        if plain == text { Cow::Borrowed(text) } else { Cow::Owned(plain) }
    }

    fn marks(&self) -> &Marks {
        self.0.marks.get_or_init(|| Marks { decimal: self.say("notation-decimal"), group: self.say("notation-group") })
    }
}

fn two(number: i8) -> String {
    format!("{number:02}")
}
