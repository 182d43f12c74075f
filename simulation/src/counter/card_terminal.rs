//! A card terminal that speaks ZVT, with books and moods. Pure: bytes and time come in by the door; [`super::VirtualTerminal`] is
//! the same on a TCP port.

use std::collections::VecDeque;

use drivers::payment::zvt::{Frame, FrameReader, bcd, from_bcd};
use jiff::SignedDuration;
use jiff::civil::DateTime;

/// Until a card is read and its bank has answered.
const TAKES: SignedDuration = SignedDuration::from_secs(2);

/// What the terminal, the card or the line does with the next commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalMood {
    /// The card pays.
    Pays,
    /// The bank refuses the card.
    Declines,
    /// Nobody shows a card: it waits until it is told to stop.
    Waits,
    /// Nobody shows a card until it is told to stop; then the card was quicker.
    PaysAtTheStop,
    /// It pays, and the line breaks before it says so.
    BreaksAfterPaying,
    /// The line breaks when the command comes; nothing is paid.
    BreaksBeforePaying,
    /// It answers nothing.
    Silent,
    /// It pays another amount.
    PaysLess,
    /// It pays, and its printer fails: the command ends in an abort after its success.
    AbortsAfterPaying,
    /// It does not let payments be taken back.
    Keeps,
    /// It lets nobody set its clock.
    OwnClock,
}

/// One payment in its books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Receipt's number.
    pub receipt: u16,
    /// In the smallest coin; negative for money given to a card.
    pub amount: i64,
    /// On its clock.
    pub at: DateTime,
    /// Whether it was taken back.
    pub reversed: bool,
}

/// What comes from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// Bytes.
    Bytes(Vec<u8>),
    /// It hangs up.
    Closed,
}

/// A terminal.
#[derive(Debug)]
pub struct CardTerminal {
    /// What it does.
    pub mood: TerminalMood,
    password: [u8; 3],
    currency: u16,
    reader: FrameReader,
    books: Vec<Booked>,
    /// What it said last of a payment, to be said again.
    last: Option<Frame>,
    /// What waits until the till has acknowledged what was said before.
    to_say: VecDeque<Frame>,
    waits_for_card: Option<i64>,
    registered: bool,
    receipts: u16,
}

impl CardTerminal {
    /// A terminal with this password and currency (its number in ISO 4217).
    pub fn new(password: [u8; 3], currency: u16) -> CardTerminal {
        CardTerminal {
            mood: TerminalMood::Pays,
            password,
            currency,
            reader: FrameReader::default(),
            books: Vec::new(),
            // It was used before.
            last: Some(status(0, 990, 230, jiff::civil::date(2026, 3, 2).at(9, 15, 0, 0), currency)),
            to_say: VecDeque::new(),
            waits_for_card: None,
            registered: false,
            receipts: 230,
        }
    }

    /// Its books.
    pub fn books(&self) -> &[Booked] {
        &self.books
    }

    /// What the cards have paid and not got back, in the smallest coin.
    pub fn held(&self) -> i64 {
        self.books.iter().filter(|booked| !booked.reversed).map(|booked| booked.amount).sum()
    }

    /// A new connection: what was under way on the old one has come to its end by itself.
    pub fn connected(&mut self) {
        self.reader = FrameReader::default();
        self.to_say.clear();
        self.waits_for_card = None;
        self.registered = false;
    }

    /// The shopper shows a card at last.
    pub fn show_card(&mut self, now: DateTime) -> Vec<Spoken> {
        let Some(amount) = self.waits_for_card.take() else { return Vec::new() };
        let status = self.book(amount, now);
        self.to_say.extend([status, completion()]);
        self.speak()
    }

    /// Takes bytes from the till.
    pub fn take(&mut self, bytes: &[u8], now: DateTime) -> Vec<Spoken> {
        if self.mood == TerminalMood::Silent {
            return Vec::new();
        }
        let frames = self.reader.feed(bytes);
        frames.iter().flat_map(|frame| self.answer(frame, now)).collect()
    }

    fn answer(&mut self, frame: &Frame, now: DateTime) -> Vec<Spoken> {
        let command = (frame.class, frame.instruction);
        if command == (0x80, 0x00) {
            return self.speak();
        }
        let mut spoken = Vec::new();
        let pays = matches!(command, (0x06, 0x01 | 0x31));
        if !self.registered && command != (0x06, 0x00) {
            return vec![bytes(Frame::new(0x84, 0x83, []))];
        }
        if pays && self.mood == TerminalMood::BreaksBeforePaying {
            return vec![Spoken::Closed];
        }
        spoken.push(bytes(Frame::new(0x80, 0x00, [])));
        match command {
            (0x06, 0x00) if frame.data.get(..3) != Some(&self.password) => self.to_say.push_back(abort(0xa0)),
            (0x06, 0x00) => {
                self.registered = true;
                let mut data = vec![0x19, 0x10, 0x29, 0x52, 0x52, 0x35, 0x35, 0x49];
                data.extend(bcd(self.currency.into(), 2));
                self.to_say.push_back(Frame::new(0x06, 0x0f, data));
            }
            (0x06, 0x91) if self.mood == TerminalMood::OwnClock => self.to_say.push_back(abort(0x83)),
            (0x06, 0x91) => self.to_say.push_back(completion()),
            (0x05, 0x01) => {
                let mut data = vec![0xf0, 0xf0, 0xf7];
                data.extend(b"SIM 1.0\0");
                self.to_say.push_back(Frame::new(0x06, 0x0f, data));
            }
            (0x06, 0x01) => spoken.extend(self.pay(amount_of(&frame.data, 0), now)),
            (0x06, 0x31) => spoken.extend(self.pay(-amount_of(&frame.data, 3), now)),
            (0x06, 0x30) => spoken.extend(self.take_back(&frame.data, now)),
            (0x06, 0x20) => match self.last.clone() {
                Some(last) => self.to_say.extend([last, completion()]),
                None => self.to_say.push_back(abort(0xb5)),
            },
            (0x06, 0xb0) => match self.waits_for_card.take() {
                Some(amount) if self.mood == TerminalMood::PaysAtTheStop => {
                    let status = self.book(amount, now);
                    self.to_say.extend([status, completion()]);
                }
                Some(_) => self.to_say.push_back(abort(0x6c)),
                None => {}
            },
            _ => self.to_say.push_back(abort(0x83)),
        }
        if self.waits_for_card.is_none() && !spoken.contains(&Spoken::Closed) {
            spoken.extend(self.speak());
        }
        spoken
    }

    fn pay(&mut self, amount: i64, now: DateTime) -> Vec<Spoken> {
        match self.mood {
            TerminalMood::Declines => self.to_say.extend([refused(0x33), abort(0x33)]),
            TerminalMood::Waits | TerminalMood::PaysAtTheStop => {
                self.waits_for_card = Some(amount);
                return vec![bytes(Frame::new(0x04, 0xff, [0x0e]))];
            }
            TerminalMood::BreaksAfterPaying => {
                self.book(amount, now);
                return vec![Spoken::Closed];
            }
            TerminalMood::AbortsAfterPaying => {
                let status = self.book(amount, now);
                self.to_say.extend([status, abort(0xcc)]);
            }
            TerminalMood::PaysLess => {
                let status = self.book(amount - amount.signum(), now);
                self.to_say.extend([status, completion()]);
            }
            _ => {
                let status = self.book(amount, now);
                self.to_say.extend([Frame::new(0x04, 0xff, [0x17]), status, completion()]);
            }
        }
        Vec::new()
    }

    fn take_back(&mut self, data: &[u8], now: DateTime) -> Vec<Spoken> {
        let receipt = match data {
            [_, _, _, 0x87, high, low, ..] => from_bcd(&[*high, *low]),
            _ => None,
        };
        let keeps = self.mood == TerminalMood::Keeps;
        let Some(booked) = self.books.iter_mut().find(|booked| Some(u64::from(booked.receipt)) == receipt) else {
            self.to_say.push_back(abort(0xb5));
            return Vec::new();
        };
        if keeps || booked.reversed {
            self.to_say.push_back(abort(if keeps { 0xb5 } else { 0xb4 }));
            return Vec::new();
        }
        booked.reversed = true;
        let amount = booked.amount;
        self.receipts = self.receipts % 9999 + 1;
        let status = status(0, amount.abs(), self.receipts, now, self.currency);
        self.last = Some(status.clone());
        if self.mood == TerminalMood::BreaksAfterPaying {
            return vec![Spoken::Closed];
        }
        self.to_say.extend([status, completion()]);
        Vec::new()
    }

    fn book(&mut self, amount: i64, now: DateTime) -> Frame {
        self.receipts = self.receipts % 9999 + 1;
        let at = now.saturating_add(TAKES);
        self.books.push(Booked { receipt: self.receipts, amount, at, reversed: false });
        let status = status(0, amount.abs(), self.receipts, at, self.currency);
        self.last = Some(status.clone());
        status
    }

    /// Says one thing; the next follows when the till has acknowledged it.
    fn speak(&mut self) -> Vec<Spoken> {
        self.to_say.pop_front().map(bytes).into_iter().collect()
    }
}

fn bytes(frame: Frame) -> Spoken {
    Spoken::Bytes(frame.bytes())
}

fn completion() -> Frame {
    Frame::new(0x06, 0x0f, [])
}

fn abort(reason: u8) -> Frame {
    Frame::new(0x06, 0x1e, [reason])
}

fn refused(result: u8) -> Frame {
    Frame::new(0x04, 0x0f, [0x27, result])
}

/// A payment as it is told, with a card's number in it that the till must step over.
fn status(result: u8, amount: i64, receipt: u16, at: DateTime, currency: u16) -> Frame {
    let mut data = vec![0x27, result, 0x04];
    data.extend(bcd(amount.unsigned_abs(), 6));
    data.push(0x49);
    data.extend(bcd(currency.into(), 2));
    data.push(0x0c);
    data.extend(bcd(at.hour() as u64 * 10_000 + at.minute() as u64 * 100 + at.second() as u64, 3));
    data.push(0x0d);
    data.extend(bcd(at.month() as u64 * 100 + at.day() as u64, 2));
    data.extend([0x22, 0xf0, 0xf8, 0x55, 0x98, 0x83, 0xee, 0xee, 0xee, 0x80, 0x74, 0x87]);
    data.extend(bcd(receipt.into(), 2));
    data.push(0x0b);
    data.extend(bcd(receipt.into(), 3));
    data.extend([0x29, 0x52, 0x52, 0x35, 0x35]);
    Frame::new(0x04, 0x0f, data)
}

fn amount_of(data: &[u8], at: usize) -> i64 {
    match data.get(at..at + 7) {
        Some([0x04, digits @ ..]) => from_bcd(digits).and_then(|units| units.try_into().ok()).unwrap_or(0),
        _ => 0,
    }
}
