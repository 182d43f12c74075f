//! A value against the format of its AI, and the two-digit years of GS1 dates.

use jiff::civil::Date;

use super::super::gtin::check_digit;
use super::table::{Charset, Format, Rule};

/// What is wrong with the value of an AI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    /// Too short, too long, or cut off within a part.
    #[error("{found} characters are too few or too many: {least} to {most}")]
    Length {
        /// Characters found.
        found: usize,
        /// Fewest that may be.
        least: usize,
        /// Most that may be.
        most: usize,
    },
    /// A character that its place does not allow.
    #[error("a character that may not stand there")]
    Character,
    /// The check digit does not hold.
    #[error("the check digit is {found}, it should be {expected}")]
    CheckDigit {
        /// As read.
        found: u8,
        /// As it should be.
        expected: u8,
    },
    /// A date that is in no calendar.
    #[error("there is no such date")]
    Date,
    /// A time that no clock shows.
    #[error("there is no such time")]
    Time,
    /// Not one of the few values that there are.
    #[error("a value that means nothing there")]
    Meaning,
}

/// Checks a value.
pub(super) fn check(format: &Format, value: &str) -> Result<(), ValueFault> {
    let (least, most) = format.length();
    let length = ValueFault::Length { found: value.chars().count(), least, most };
    let mut rest = value.as_bytes();
    for part in format.parts {
        if rest.is_empty() && part.optional {
            break;
        }
        let taken = rest.len().min(usize::from(part.length.1));
        if taken < usize::from(part.length.0) {
            return Err(length);
        }
        let (piece, after) = rest.split_at(taken);
        if !piece.iter().all(|byte| is_in(part.charset, *byte)) {
            return Err(ValueFault::Character);
        }
        follow(part.rule, piece)?;
        rest = after;
    }
    if rest.is_empty() { Ok(()) } else { Err(length) }
}

fn is_in(charset: Charset, byte: u8) -> bool {
    match charset {
        Charset::Digits => byte.is_ascii_digit(),
        Charset::Invariant => byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_".contains(&byte),
        Charset::Part => byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"#-/".contains(&byte),
        Charset::Base64 => byte.is_ascii_alphanumeric() || b"-_=".contains(&byte),
    }
}

/// Every rule but [`Rule::Minus`] is of parts whose characters are digits.
fn follow(rule: Rule, piece: &[u8]) -> Result<(), ValueFault> {
    let number = |digits: &[u8]| digits.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
    let two = |at: usize| number(&piece[at..at + 2]) as u8;
    let holds = |holds: bool, fault: ValueFault| if holds { Ok(()) } else { Err(fault) };
    match rule {
        Rule::Any => Ok(()),
        Rule::CheckDigit => {
            let (body, check) = piece.split_at(piece.len() - 1);
            let (found, expected) = (number(check) as u8, check_digit(number(body)));
            holds(found == expected, ValueFault::CheckDigit { found, expected })
        }
        Rule::Date => ShortDate::new(two(0), two(2), two(4)).map(drop).ok_or(ValueFault::Date),
        Rule::DayDate => {
            let date = ShortDate::new(two(0), two(2), two(4)).filter(|date| date.day > 0);
            date.map(drop).ok_or(ValueFault::Date)
        }
        Rule::LongDate => {
            let year = number(&piece[..4]) as i16;
            Date::new(year, two(4) as i8, two(6) as i8).map(drop).map_err(|_| ValueFault::Date)
        }
        Rule::HourMinute => holds(two(0) < 24 && two(2) < 60, ValueFault::Time),
        Rule::Hour => holds(two(0) < 24, ValueFault::Time),
        Rule::Sixtieth => holds(two(0) < 60, ValueFault::Time),
        Rule::Minus => holds(piece == b"-", ValueFault::Meaning),
        Rule::YesNo => holds(number(piece) < 2, ValueFault::Meaning),
    }
}

/// A date with two digits of its year, as GS1 codes carry it. Its century follows from the day on which it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShortDate {
    year: u8,
    month: u8,
    /// 0 for the last day of the month.
    day: u8,
}

impl ShortDate {
    /// Two digits of the year, the month, the day or 0 for the last of the month. `None` for what is in no calendar; 29
    /// February counts in every year that is a leap year in some century.
    pub fn new(year: u8, month: u8, day: u8) -> Option<ShortDate> {
        let month_is = year < 100 && (1..=12).contains(&month);
        // 2000 to 2099 hold every leap year that two digits can mean.
        let first = month_is.then(|| Date::new(2000 + i16::from(year), month as i8, 1).ok())??;
        (day <= first.days_in_month() as u8).then_some(ShortDate { year, month, day })
    }

    /// From a value that was checked.
    pub(super) fn of_checked(value: &str) -> ShortDate {
        let two = |at: usize| value[at..at + 2].parse().expect("a checked date is of digits");
        ShortDate::new(two(0), two(2), two(4)).expect("a checked date is in the calendar")
    }

    /// The whole date as it is meant on a day: from 49 years before to 50 years after (GS1 General Specifications, section
    /// 7.12).
    pub fn near(self, today: Date) -> Date {
        let century = today.year() - today.year().rem_euclid(100);
        let ahead = i16::from(self.year) - today.year().rem_euclid(100);
        let year = match ahead {
            51.. => century - 100,
            ..=-50 => century + 100,
            _ => century,
        } + i16::from(self.year);
        let first = Date::new(year.clamp(Date::MIN.year(), Date::MAX.year()), self.month as i8, 1);
        let first = first.expect("the first of a month of a year within the calendar");
        match self.day as i8 {
            // The 29th of February of a year 2100, too, is the last of its month.
            day if day == 0 || day > first.days_in_month() => first.last_of_month(),
            day => Date::new(first.year(), first.month(), day).expect("a day within its month"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_century_follows_from_the_day_of_reading() {
        let near = |year, month, day, today| ShortDate::new(year, month, day).unwrap().near(today);
        let today = date(2026, 3, 2);
        assert_eq!(near(26, 12, 31, today), date(2026, 12, 31));
        assert_eq!(near(27, 2, 0, today), date(2027, 2, 28));
        assert_eq!(near(28, 2, 0, today), date(2028, 2, 29));
        assert_eq!(near(76, 1, 1, today), date(2076, 1, 1));
        assert_eq!(near(77, 1, 1, today), date(1977, 1, 1));
        assert_eq!(near(49, 6, 0, date(2099, 1, 1)), date(2149, 6, 30), "fifty years and more behind are ahead");
        assert_eq!(near(0, 2, 29, date(2090, 1, 1)), date(2100, 2, 28));
        assert_eq!(ShortDate::new(26, 2, 29), None);
        assert_eq!(ShortDate::new(26, 13, 0), None);
        assert_eq!(ShortDate::new(26, 4, 31), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn a_short_date_is_within_fifty_years(year in 0_u8..100, month in 1_u8..=12, day in 0_u8..=28, now in 1900_i16..2200) {
            let read = ShortDate::new(year, month, day).unwrap().near(date(now, 6, 15));
            prop_assert_eq!(read.year().rem_euclid(100), i16::from(year));
            prop_assert!((-49..=50).contains(&(read.year() - now)), "{} read in {}", read, now);
        }
    }
}
