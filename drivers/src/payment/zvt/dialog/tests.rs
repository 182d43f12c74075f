//! A terminal's words one by one, where their order or their time decides about money.

use domain::money::Currency;
use jiff::civil::{DateTime, date};

use super::*;

const INTENT: DateTime = date(2026, 3, 2).at(10, 0, 0, 0);

/// A dialog with a terminal that acknowledges and ends what moves no money by itself.
struct Line {
    dialog: Dialog,
    now: Timestamp,
    /// The command that waits for the terminal.
    command: Option<(u8, u8)>,
    /// How often the terminal was told the time.
    clocks: u32,
    zone: TimeZone,
}

impl Line {
    fn at(now: DateTime, zone: &TimeZone) -> Line {
        let settings = Settings { password: [0, 0, 0], currency: 978, zone: zone.clone() };
        let zone = zone.clone();
        let mut line = Line { dialog: Dialog::new(settings), now: instant(now, &zone), command: None, clocks: 0, zone };
        line.run();
        line
    }

    /// Lets the till speak until it gives a command that the test answers.
    fn run(&mut self) {
        let mut reader = super::super::codec::FrameReader::default();
        loop {
            let sent = self.dialog.outgoing(self.now);
            let frames = reader.feed(&sent);
            let mut commands = frames.iter().map(|frame| (frame.class, frame.instruction)).filter(|at| at.0 != 0x80);
            match commands.next_back() {
                None => return,
                Some((0x06, 0x00 | 0x91) | (0x05, 0x01)) => {
                    self.clocks += u32::from(frames.iter().any(|frame| frame.instruction == 0x91));
                    self.hear(&[Frame::new(0x80, 0, []), Frame::new(0x06, 0x0f, [])]);
                }
                Some(command) => {
                    self.command = Some(command);
                    return;
                }
            }
        }
    }

    fn hear(&mut self, frames: &[Frame]) {
        for frame in frames {
            self.dialog.take(frame, self.now).unwrap();
        }
    }

    /// The terminal does the command, and says this of it.
    fn does(&mut self, expected: u8, said: Frame) -> Option<PaymentSays> {
        self.ends(expected, &[Frame::new(0x80, 0, []), said, Frame::new(0x06, 0x0f, [])])
    }

    fn ends(&mut self, expected: u8, frames: &[Frame]) -> Option<PaymentSays> {
        assert_eq!(self.command.take(), Some((0x06, expected)));
        self.hear(frames);
        self.run();
        self.dialog.next_reply().map(|reply| reply.says)
    }

    fn pass(&mut self, seconds: i64) {
        self.now = later(self.now, seconds);
    }

    fn order(&self, no: &str, amount: i64) -> PaymentOrder {
        let (amount, currency) = (Money::minor(amount), Currency::of("EUR").unwrap());
        PaymentOrder { no: no.into(), family: Family::Terminal, amount, currency, at: self.now }
    }

    /// A status of a success, stamped so many seconds from the moment.
    fn status(&self, amount: u64, receipt: u64, after: i64) -> Frame {
        status(amount, receipt, later(self.now, after).to_zoned(self.zone.clone()).datetime())
    }
}

fn instant(at: DateTime, zone: &TimeZone) -> Timestamp {
    at.to_zoned(zone.clone()).unwrap().timestamp()
}

fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

fn status(amount: u64, receipt: u64, at: DateTime) -> Frame {
    let clock = at.hour() as u64 * 10_000 + at.minute() as u64 * 100 + at.second() as u64;
    let fields = [
        vec![0x27, 0, 0x04],
        message::bcd(amount, 6),
        vec![0x0c],
        message::bcd(clock, 3),
        vec![0x0d],
        message::bcd(at.month() as u64 * 100 + at.day() as u64, 2),
        vec![0x87],
        message::bcd(receipt, 2),
    ];
    Frame::new(0x04, 0x0f, fields.concat())
}

fn refund(no: &str, amount: i64) -> RefundOrder {
    RefundOrder { no: no.into(), amount: Money::minor(amount) }
}

fn refunded(no: &str, answer: RefundAnswer) -> Option<PaymentSays> {
    Some(PaymentSays::Refund { no: no.into(), answer })
}

#[test]
fn a_terminal_that_does_not_stop_has_not_declined() {
    let mut line = Line::at(INTENT, &TimeZone::UTC);
    let order = line.order("T1", 500);
    line.dialog.pay(&order).unwrap();
    line.run();
    line.hear(&[Frame::new(0x80, 0, [])]);
    line.dialog.reverse(&order).unwrap();
    line.command = None;
    line.run();
    // Busy with a card: it cannot be stopped, and goes on.
    assert_eq!(line.ends(0xb0, &[Frame::new(0x84, 0x9c, [])]), None);
    line.command = Some((0x06, 0x01));
    let said = line.status(500, 231, 4);
    let paid = line.does(0x01, said);
    assert!(matches!(paid, Some(PaymentSays::Payment(Answer::Paid { .. }))), "{paid:?}");
}

#[test]
fn a_whole_older_payment_goes_back_by_a_refund() {
    let mut line = Line::at(INTENT, &TimeZone::UTC);
    let (order, back) = (line.order("T1", 500), refund("T1R0123ABCD", 500));
    line.dialog.refund(&order, &back).unwrap();
    line.run();
    let other = line.status(990, 230, -600);
    assert_eq!(line.does(0x20, other), None);
    // It waits for its card: the till's next try is not another refund.
    line.dialog.refund(&order, &back).unwrap();
    line.pass(20);
    let said = line.status(500, 231, -15);
    assert_eq!(line.does(0x31, said), refunded("T1R0123ABCD", RefundAnswer::Refunded));
    assert_eq!(line.command, None);
}

#[test]
fn a_refund_that_stands_is_not_called_refused() {
    let mut line = Line::at(INTENT, &TimeZone::UTC);
    let (order, back) = (line.order("T1", 500), refund("T1R0123ABCD", 500));
    line.dialog.refund(&order, &back).unwrap();
    line.run();
    let other = line.status(990, 230, -600);
    assert_eq!(line.does(0x20, other), None);
    line.pass(5);
    // Its printer fails after the money has gone.
    let done = line.status(500, 231, -1);
    let frames = [Frame::new(0x80, 0, []), done.clone(), Frame::new(0x06, 0x1e, [0xcc])];
    assert_eq!(line.ends(0x31, &frames), refunded("T1R0123ABCD", RefundAnswer::Unknown));
    line.dialog.refund(&order, &back).unwrap();
    line.run();
    assert_eq!(line.does(0x20, done), refunded("T1R0123ABCD", RefundAnswer::Refunded));
}

#[test]
fn a_refund_is_not_given_when_something_else_was_done_since() {
    let mut line = Line::at(INTENT, &TimeZone::UTC);
    let (order, back) = (line.order("T1", 500), refund("T1R0123ABCD", 500));
    line.dialog.refund(&order, &back).unwrap();
    line.pass(60);
    line.run();
    let other = line.status(700, 231, -5);
    assert_eq!(line.does(0x20, other), refunded("T1R0123ABCD", RefundAnswer::Unknown));
}

#[test]
fn a_receipt_that_was_seen_to_come_tells_more_than_the_clocks() {
    let mut line = Line::at(INTENT, &TimeZone::UTC);
    let first = line.order("T1", 500);
    line.dialog.pay(&first).unwrap();
    line.run();
    let receipt = line.status(500, 231, 2);
    assert!(line.does(0x01, receipt.clone()).is_some());
    line.pass(1);
    // The next shopper at once, with the same amount; the clocks alone would call it paid.
    let second = line.order("T2", 500);
    line.dialog.ask(&second).unwrap();
    line.run();
    assert_eq!(line.does(0x20, receipt.clone()), Some(PaymentSays::Payment(Answer::NotFound)));
    line.dialog.ask(&first).unwrap();
    line.run();
    let paid = line.does(0x20, receipt);
    assert!(matches!(paid, Some(PaymentSays::Payment(Answer::Paid { .. }))), "{paid:?}");
}

#[test]
fn the_terminal_is_told_the_time_before_money_moves() {
    let mut line = Line::at(INTENT, &TimeZone::UTC);
    assert_eq!(line.clocks, 1);
    // Its clock has drifted for a day; and then the till's own is put back.
    for (after, clocks) in [(86_400, 2), (10, 2), (-3_600, 3)] {
        line.pass(after);
        let order = line.order("T1", 500);
        line.dialog.pay(&order).unwrap();
        line.run();
        assert_eq!(line.clocks, clocks, "after {after} s");
        let said = line.status(500, 231, 2);
        assert!(line.does(0x01, said).is_some());
    }
}

#[test]
fn a_stamp_that_cannot_be_placed_says_nothing() {
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let check = |intent: DateTime, stamp: DateTime, zone: &TimeZone, answer: Option<Answer>| {
        let mut line = Line::at(intent, zone);
        let order = line.order("T1", 500);
        line.pass(30);
        line.dialog.ask(&order).unwrap();
        line.run();
        match (line.does(0x20, status(500, 231, stamp)), answer) {
            (Some(PaymentSays::Payment(said)), Some(answer)) => assert_eq!(said, answer, "{stamp}"),
            (Some(PaymentSays::Payment(Answer::Paid { .. })), None) => {}
            (said, _) => panic!("{stamp}: {said:?}"),
        }
    };
    let utc = &TimeZone::UTC;
    check(INTENT, date(2026, 3, 2).at(10, 0, 5, 0), utc, None);
    check(INTENT, date(2026, 3, 2).at(9, 59, 0, 0), utc, Some(Answer::NotFound));
    // A terminal that is an hour ahead: not a payment of the year before.
    check(INTENT, date(2026, 3, 2).at(11, 0, 5, 0), utc, Some(Answer::Unknown));
    check(INTENT, date(2026, 8, 2).at(11, 0, 5, 0), utc, Some(Answer::NotFound));
    let eve = date(2026, 12, 31);
    check(eve.at(23, 59, 50, 0), date(2027, 1, 1).at(0, 0, 5, 0), utc, None);
    check(date(2027, 1, 1).at(0, 0, 5, 0), eve.at(23, 59, 50, 0), utc, Some(Answer::NotFound));
    check(eve.at(23, 59, 20, 0), date(2027, 1, 1).at(0, 0, 5, 0), utc, Some(Answer::Unknown));
    // In the night when summer time ends 02:30 comes twice.
    let autumn = date(2026, 10, 25);
    check(autumn.at(2, 30, 0, 0), autumn.at(2, 30, 5, 0), &berlin, Some(Answer::Unknown));
    check(autumn.at(3, 30, 0, 0), autumn.at(3, 30, 5, 0), &berlin, None);
}
