//! What frames say: fields ("bitmaps") of what a terminal sends, and the commands of the till.
//!
//! After ZVT "Commands, Bitmaps, Error Messages" (PA00P015). Card numbers, tracks and names in a message are stepped over and never
//! kept: card data does not reach the till.

use domain::money::Money;
use jiff::civil::DateTime;

use super::codec::Frame;

/// Characters of a version that are kept.
const VERSION_CHARS_MAX: usize = 64;
/// `80 00`: understood.
const ACK: (u8, u8) = (0x80, 0x00);

/// What a terminal sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// It has taken the command.
    Ack,
    /// It has not taken the command, with the reason's number.
    Nack(u8),
    /// What goes on meanwhile, such as "insert card".
    Progress(u8),
    /// About a payment.
    Status(Status),
    /// The command is done.
    Completion(Completion),
    /// The command has come to nothing, with the reason's number.
    Abort(u8),
    /// Something that must be acknowledged and means nothing here: a line for a printer, the terminal's clock.
    Other,
}

/// What a terminal says of a payment: the fields that a till needs.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Status {
    /// Field 04, in the smallest coin.
    pub amount: Option<Money>,
    /// Field 27; 0 is success.
    pub result: Option<u8>,
    /// Field 87: the receipt's number on the terminal, 1 to 9999.
    pub receipt: Option<u16>,
    /// Field 0B: the trace number.
    pub trace: Option<u32>,
    /// Field 0C: hour, minute, second of the terminal's clock.
    pub time: Option<(u8, u8, u8)>,
    /// Field 0D: month, day.
    pub date: Option<(u8, u8)>,
    /// Field 29: the terminal's number.
    pub terminal: Option<u32>,
    /// Field 49: the currency's number in ISO 4217.
    pub currency: Option<u16>,
}

/// The end of a command.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Completion {
    /// Field 29: the terminal's number.
    pub terminal: Option<u32>,
    /// Field 49: the currency's number in ISO 4217.
    pub currency: Option<u16>,
    /// The version of its program, as the end of a status enquiry tells it.
    pub version: Option<String>,
}

impl Message {
    /// Reads a frame. Whatever is not known is [`Message::Other`]; a field that breaks off ends the reading.
    pub fn read(frame: &Frame) -> Message {
        let first = frame.data.first().copied();
        match (frame.class, frame.instruction) {
            ACK => Message::Ack,
            (0x84, reason) => Message::Nack(reason),
            (0x04, 0xff) => Message::Progress(first.unwrap_or(0)),
            (0x04, 0x0f) => Message::Status(status(&frame.data)),
            (0x06, 0x0f) => Message::Completion(completion(&frame.data)),
            (0x06, 0x1e) => Message::Abort(first.unwrap_or(0)),
            _ => Message::Other,
        }
    }

    /// Whether the till must say [`acknowledge`] to it.
    pub fn wants_answer(&self) -> bool {
        !matches!(self, Message::Ack | Message::Nack(_))
    }
}

/// `80 00 00`.
pub fn acknowledge() -> Frame {
    Frame::new(ACK.0, ACK.1, [])
}

/// `06 00`: makes the till known. The terminal prints its own papers, tells what goes on, and starts no payment by itself.
pub fn registration(password: [u8; 3], currency: u16) -> Frame {
    const TELLS_PROGRESS: u8 = 0x08;
    const TILL_STARTS_PAYMENTS: u8 = 0x10;
    let mut data = password.to_vec();
    data.push(TELLS_PROGRESS | TILL_STARTS_PAYMENTS);
    data.extend(bcd(currency.into(), 2));
    Frame::new(0x06, 0x00, data)
}

/// `06 91`: sets the terminal's clock.
pub fn set_clock(now: DateTime) -> Frame {
    let date = now.year().rem_euclid(100) as u64 * 10_000 + now.month() as u64 * 100 + now.day() as u64;
    let time = now.hour() as u64 * 10_000 + now.minute() as u64 * 100 + now.second() as u64;
    let mut data = vec![0xaa];
    data.extend(bcd(date, 3));
    data.push(0x0c);
    data.extend(bcd(time, 3));
    Frame::new(0x06, 0x91, data)
}

/// `06 01`: takes money from a card.
pub fn authorization(amount: Money, currency: u16) -> Frame {
    Frame::new(0x06, 0x01, money(amount, currency))
}

/// `06 31`: gives money to a card.
pub fn refund(password: [u8; 3], amount: Money, currency: u16) -> Frame {
    Frame::new(0x06, 0x31, [password.to_vec(), money(amount, currency)].concat())
}

/// `06 30`: takes a payment back by its receipt's number, without the card.
pub fn reversal(password: [u8; 3], receipt: u16) -> Frame {
    let mut data = password.to_vec();
    data.push(0x87);
    data.extend(bcd(receipt.into(), 2));
    Frame::new(0x06, 0x30, data)
}

/// `06 20`: says again how the last payment went.
pub fn repeat_receipt(password: [u8; 3]) -> Frame {
    Frame::new(0x06, 0x20, password)
}

/// `06 B0`: stops what the terminal is doing, as far as it can be stopped.
pub fn abort() -> Frame {
    Frame::new(0x06, 0xb0, [])
}

/// `05 01`: says how it is, and the version of its program.
pub fn status_enquiry(password: [u8; 3]) -> Frame {
    Frame::new(0x05, 0x01, password)
}

fn money(amount: Money, currency: u16) -> Vec<u8> {
    let units = u64::try_from(amount.units()).expect("a card moves amounts above nothing");
    let mut data = vec![0x04];
    data.extend(bcd(units, 6));
    data.push(0x49);
    data.extend(bcd(currency.into(), 2));
    data
}

/// A number in so many bytes of two decimal digits.
pub fn bcd(number: u64, bytes: usize) -> Vec<u8> {
    let mut rest = number;
    let mut digits = vec![0; bytes];
    for byte in digits.iter_mut().rev() {
        *byte = (rest / 10 % 10 * 16 + rest % 10) as u8;
        rest /= 100;
    }
    assert_eq!(rest, 0, "{number} in {bytes} bytes");
    digits
}

/// Bytes of two decimal digits as a number; `None` when a digit is none.
pub fn from_bcd(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0u64, |number, byte| {
        let (high, low) = (byte >> 4, byte & 15);
        (high < 10 && low < 10).then(|| number * 100 + u64::from(high * 10 + low))
    })
}

fn status(data: &[u8]) -> Status {
    let mut status = Status::default();
    for (field, value) in (Fields { rest: data }) {
        let number = || from_bcd(value);
        match field {
            0x04 => status.amount = number().and_then(|units| i64::try_from(units).ok()).map(Money::minor),
            0x27 => status.result = value.first().copied(),
            0x87 => status.receipt = number().and_then(|number| number.try_into().ok()),
            0x0b => status.trace = number().and_then(|number| number.try_into().ok()),
            0x0c => status.time = clock(value),
            0x0d => status.date = clock_pair(value),
            0x29 => status.terminal = number().and_then(|number| number.try_into().ok()),
            0x49 => status.currency = number().and_then(|number| number.try_into().ok()),
            _ => {}
        }
    }
    status
}

fn completion(data: &[u8]) -> Completion {
    let mut completion = Completion { version: version(data), ..Completion::default() };
    for (field, value) in (Fields { rest: data }) {
        match field {
            0x29 => completion.terminal = from_bcd(value).and_then(|number| number.try_into().ok()),
            0x49 => completion.currency = from_bcd(value).and_then(|number| number.try_into().ok()),
            _ => {}
        }
    }
    completion
}

/// The text before the fields: its length as three bytes `Fd`.
fn version(data: &[u8]) -> Option<String> {
    let is_length = data.get(..3)?.iter().all(|byte| byte >> 4 == 0xf);
    let (head, length) = decimal_length(data, 3).filter(|_| is_length)?;
    let text = String::from_utf8_lossy(data.get(head..head + length)?);
    Some(text.chars().filter(|character| !character.is_control()).take(VERSION_CHARS_MAX).collect())
}

fn clock(value: &[u8]) -> Option<(u8, u8, u8)> {
    let part = |at: usize| from_bcd(value.get(at..=at)?).map(|part| part as u8);
    Some((part(0)?, part(1)?, part(2)?))
}

fn clock_pair(value: &[u8]) -> Option<(u8, u8)> {
    let part = |at: usize| from_bcd(value.get(at..=at)?).map(|part| part as u8);
    Some((part(0)?, part(1)?))
}

/// The fields of a message, up to the first that is not known or breaks off.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&field, rest) = self.rest.split_first()?;
        self.rest = &[];
        let (head, length) = length_of(field, rest)?;
        let value = rest.get(head..head.checked_add(length)?)?;
        self.rest = &rest[head + length..];
        Some((field, value))
    }
}

/// Bytes of a field's length and of its value.
fn length_of(field: u8, rest: &[u8]) -> Option<(usize, usize)> {
    let fixed = |length| Some((0, length));
    match field {
        0x01..=0x03 | 0x05 | 0x19 | 0x27 | 0x8a | 0x8c | 0xa0 | 0xd0 | 0xfc => fixed(1),
        0x0d | 0x0e | 0x17 | 0x3a | 0x49 | 0x87 => fixed(2),
        0x0b | 0x0c | 0x37 | 0x3d | 0x88 | 0xaa => fixed(3),
        0x29 => fixed(4),
        0xba => fixed(5),
        0x04 => fixed(6),
        0x3b => fixed(8),
        0x2a => fixed(15),
        0x22 | 0x23 | 0x2d | 0x8b | 0xa7 | 0xd1 | 0xd2 | 0xd3 => decimal_length(rest, 2),
        0x24 | 0x2e | 0x3c | 0x60 | 0x92 | 0x9a | 0xaf => decimal_length(rest, 3),
        0x06 => ber_length(rest),
        _ => None,
    }
}

/// A length of so many bytes `Fd`, a decimal digit each.
fn decimal_length(rest: &[u8], digits: usize) -> Option<(usize, usize)> {
    let length = rest.get(..digits)?.iter().try_fold(0, |length, byte| {
        let digit = usize::from(byte & 15);
        (digit < 10).then_some(length * 10 + digit)
    })?;
    Some((digits, length))
}

/// A length as in ASN.1's basic encoding, of at most two bytes.
fn ber_length(rest: &[u8]) -> Option<(usize, usize)> {
    match *rest {
        [length @ 0..=0x7f, ..] => Some((1, length.into())),
        [0x81, length, ..] => Some((2, length.into())),
        [0x82, high, low, ..] => Some((3, u16::from_be_bytes([high, low]).into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn commands_are_these_bytes() {
        let password = [0x12, 0x34, 0x56];
        let check = |frame: Frame, expect: &str| assert_eq!(hex(&frame.bytes()), expect);
        check(acknowledge(), "80 00 00");
        check(registration(password, 978), "06 00 06 12 34 56 18 09 78");
        check(set_clock(date(2026, 11, 22).at(4, 5, 6, 0)), "06 91 08 aa 26 11 22 0c 04 05 06");
        check(authorization(Money::minor(1295), 978), "06 01 0a 04 00 00 00 00 12 95 49 09 78");
        check(refund(password, Money::minor(250), 156), "06 31 0d 12 34 56 04 00 00 00 00 02 50 49 01 56");
        check(reversal(password, 231), "06 30 06 12 34 56 87 02 31");
        check(repeat_receipt(password), "06 20 03 12 34 56");
        check(abort(), "06 b0 00");
        check(status_enquiry(password), "05 01 03 12 34 56");
    }

    #[test]
    fn what_a_terminal_says_is_read_without_the_card() {
        // Amount 25.00 EUR, time, date, a card number of 8 bytes, receipt 231, trace 975, terminal.
        let mut data = vec![0x27, 0, 0x04, 0, 0, 0, 0, 0x25, 0, 0x49, 0x09, 0x78, 0x0c, 0x22, 0x55, 0x58];
        data.extend([0x0d, 0x04, 0x05, 0x22, 0xf0, 0xf8, 0x55, 0x98, 0xee, 0xee, 0xee, 0x80, 0x74, 0x87]);
        data.extend([0x87, 0x02, 0x31, 0x3b, b'7', b'5', b'0', b'0', b'7', b'1', 0, 0, 0x0b, 0, 0x09, 0x75]);
        data.extend([0x29, 0x52, 0x52, 0x35, 0x35, 0xee, 1, 2, 3]);
        let Message::Status(status) = Message::read(&Frame::new(4, 0x0f, data)) else { panic!("a status") };
        let expect = Status {
            amount: Some(Money::minor(2500)),
            result: Some(0),
            receipt: Some(231),
            trace: Some(975),
            time: Some((22, 55, 58)),
            date: Some((4, 5)),
            terminal: Some(52_523_535),
            currency: Some(978),
        };
        assert_eq!(status, expect);
        assert_eq!(Message::read(&Frame::new(6, 0x1e, [0x6c])), Message::Abort(0x6c));
        assert_eq!(Message::read(&Frame::new(0x84, 0x83, [])), Message::Nack(0x83));
        assert_eq!(Message::read(&Frame::new(4, 0xff, [0x17])), Message::Progress(0x17));
        assert_eq!(Message::read(&Frame::new(6, 0xd1, [0, b'x'])), Message::Other);
    }

    proptest! {
        #[test]
        fn any_frame_is_read_without_panic(class: u8, instruction: u8, data in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Message::read(&Frame::new(class, instruction, data.clone()));
            let _ = Message::read(&Frame::new(4, 0x0f, data));
        }

        #[test]
        fn a_number_of_decimal_bytes_comes_back(number in 0u64..1_000_000_000_000) {
            prop_assert_eq!(from_bcd(&bcd(number, 6)), Some(number));
        }
    }
}
