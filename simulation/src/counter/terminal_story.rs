//! Card payments: the till's machine, the dialog and the terminal's books, in simulated time, with the line cut and the
//! power gone anywhere; and the driver on a real port.

use domain::money::{Currency, Money};
use domain::payment::{Answer, Family, Payment, PaymentAction, PaymentInput, PaymentRefund, PaymentState, RefundState};
use drivers::payment::zvt::{Dialog, FrameReader, Settings, ZvtTerminal};
use drivers::transport::TcpPort;
use hal::{DeviceError, PaymentOrder, PaymentPort, PaymentReply, PaymentSays, RefundOrder};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::card_terminal::{CardTerminal, Spoken, TerminalMood};
use super::virtual_terminal::VirtualTerminal;
use crate::chance::Chance;

const PASSWORD: [u8; 3] = [0x12, 0x34, 0x56];

/// A till with one payment at a time, and its terminal.
struct Desk {
    now: Timestamp,
    terminal: CardTerminal,
    line: Option<(Dialog, FrameReader)>,
    payment: Option<Payment>,
    /// Alarms for a person.
    alarms: u32,
    faults: Faults,
}

/// How often each fault occurred.
#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    cuts: u32,
    power: u32,
    moods: [u32; 11],
    settled: u32,
    for_a_person: u32,
    asked: u32,
    reversed: u32,
}

const MOODS: [TerminalMood; 11] = [
    TerminalMood::Pays,
    TerminalMood::Declines,
    TerminalMood::Waits,
    TerminalMood::PaysAtTheStop,
    TerminalMood::BreaksAfterPaying,
    TerminalMood::BreaksBeforePaying,
    TerminalMood::Silent,
    TerminalMood::PaysLess,
    TerminalMood::AbortsAfterPaying,
    TerminalMood::Keeps,
    TerminalMood::OwnClock,
];

impl Desk {
    fn new() -> Desk {
        Desk {
            now: Timestamp::from_second(1_790_000_000).expect("a time"),
            terminal: CardTerminal::new(PASSWORD, 978),
            line: None,
            payment: None,
            alarms: 0,
            faults: Faults::default(),
        }
    }

    fn order(&self) -> PaymentOrder {
        let payment = self.payment.as_ref().expect("a payment");
        PaymentOrder {
            no: payment.order_no.clone(),
            family: Family::Terminal,
            amount: payment.amount,
            currency: Currency::of("EUR").expect("euros"),
            at: payment.created_at,
        }
    }

    fn begin(&mut self, no: u128, amount: i64) {
        self.begin_created(no, amount);
        self.input(PaymentInput::Started);
    }

    fn begin_created(&mut self, no: u128, amount: i64) {
        let amount = Money::minor(amount);
        let payment = Payment::new(Uuid::from_u128(no), format!("T{no:015}"), Family::Terminal, amount, None, self.now);
        self.payment = Some(payment);
    }

    /// A payment of another day goes back, whole: as a refund of its own.
    fn begin_to_give_back(&mut self, no: u128, amount: i64) {
        self.begin_created(no, amount);
        let payment = self.payment.as_mut().expect("a payment");
        payment.state = PaymentState::Reversing;
        let no = format!("{}R0123ABCD", payment.order_no);
        payment.refund = Some(PaymentRefund { no, state: RefundState::Open, tries: 0 });
        payment.next_at = Some(self.now);
        self.input(PaymentInput::Tick);
    }

    fn input(&mut self, input: PaymentInput) {
        let Some(payment) = &mut self.payment else { return };
        let step = payment.step(&Family::Terminal.times(), self.now, input);
        for action in step.actions {
            self.act(action);
        }
    }

    fn act(&mut self, action: PaymentAction) {
        let order = self.order();
        if let PaymentAction::Alarm(_) = action {
            self.alarms += 1;
            return;
        }
        self.connect();
        let Some((dialog, _)) = &mut self.line else { return };
        let handed_on = match action {
            PaymentAction::Send => dialog.pay(&order),
            PaymentAction::Ask => {
                self.faults.asked += 1;
                dialog.ask(&order)
            }
            PaymentAction::Reverse => {
                self.faults.reversed += 1;
                dialog.reverse(&order)
            }
            PaymentAction::Refund { no } => dialog.refund(&order, &RefundOrder { no, amount: order.amount }),
            PaymentAction::Alarm(_) => Ok(()),
        };
        handed_on.expect("room for a command");
        self.talk();
    }

    fn connect(&mut self) {
        if self.line.is_none() {
            let zone = TimeZone::UTC;
            self.terminal.connected();
            self.line =
                Some((Dialog::new(Settings { password: PASSWORD, currency: 978, zone }), FrameReader::default()));
        }
    }

    /// Carries bytes both ways until both are silent; a broken line is gone with all that was on it.
    fn talk(&mut self) {
        loop {
            let now = self.now;
            let clock = now.to_zoned(TimeZone::UTC).datetime();
            let Some((dialog, reader)) = &mut self.line else { return };
            let sent = dialog.outgoing(now);
            let mut heard = Vec::new();
            let mut broken = false;
            if sent.is_empty() {
                broken = dialog.tick(now).is_err();
            } else {
                heard = self.terminal.take(&sent, clock);
            }
            for spoken in heard {
                match spoken {
                    Spoken::Bytes(bytes) => {
                        for frame in reader.feed(&bytes) {
                            broken |= dialog.take(&frame, now).is_err();
                        }
                    }
                    Spoken::Closed => broken = true,
                }
            }
            let replies: Vec<PaymentReply> = std::iter::from_fn(|| dialog.next_reply()).collect();
            if broken {
                self.faults.cuts += 1;
                self.line = None;
            }
            let quiet = sent.is_empty() && replies.is_empty();
            for reply in replies {
                self.told(reply);
            }
            if quiet {
                return;
            }
        }
    }

    fn told(&mut self, reply: PaymentReply) {
        if self.payment.as_ref().is_none_or(|payment| payment.order_no != reply.order_no) {
            return;
        }
        match reply.says {
            PaymentSays::Payment(answer) => self.input(PaymentInput::Answer(answer)),
            PaymentSays::Reversal(answer) => self.input(PaymentInput::ReverseAnswer(answer)),
            PaymentSays::Refund { answer, .. } => self.input(PaymentInput::RefundAnswer(answer)),
        }
    }

    fn pass(&mut self, seconds: i64) {
        for _ in 0..seconds {
            self.now = self.now.checked_add(SignedDuration::from_secs(1)).expect("a time");
            self.talk();
            self.input(PaymentInput::Tick);
        }
    }

    fn power_cut(&mut self) {
        self.faults.power += 1;
        self.line = None;
        self.input(PaymentInput::Restarted);
    }

    /// Anything may happen; in the end the terminal works, for long enough.
    fn go_through(&mut self, chance: &mut Chance, may_cancel: bool) {
        for _ in 0..chance.below(6) {
            match chance.below(5) {
                0 => self.power_cut(),
                1 if may_cancel => self.input(PaymentInput::CancelWished),
                2 => {
                    self.line = None;
                    self.faults.cuts += 1;
                }
                3 => {
                    let mood = chance.below(MOODS.len() as u64) as usize;
                    self.faults.moods[mood] += 1;
                    self.terminal.mood = MOODS[mood];
                }
                _ => {}
            }
            self.pass(chance.below(30) as i64);
        }
        self.terminal.mood = TerminalMood::Pays;
        let mut patience = 0;
        while !self.settled() && patience < 40 {
            self.pass(60);
            patience += 1;
        }
    }

    fn settled(&self) -> bool {
        self.payment.as_ref().is_none_or(Payment::is_settled)
    }
}

/// One story: payments one after another under any mood, each settled in the end by a terminal that works.
fn story(seed: u64) -> Faults {
    let mut chance = Chance::new(seed);
    let mut desk = Desk::new();
    let mut expected = 0;
    for no in 1..=3u128 {
        let before = desk.terminal.held();
        assert_eq!(before, expected, "seed {seed}: books differ before payment {no}");
        let mood = chance.below(MOODS.len() as u64) as usize;
        desk.faults.moods[mood] += 1;
        desk.terminal.mood = MOODS[mood];
        let amount = 100 + chance.below(5) as i64;
        desk.begin(no, amount);
        desk.go_through(&mut chance, true);
        let payment = desk.payment.clone().expect("a payment");
        let held = desk.terminal.held() - before;
        let booked = desk.terminal.books().len();
        if !payment.is_settled() {
            // Not settled by itself: then a person was called, and no sale counts on it.
            assert!(desk.alarms > 0, "seed {seed}: {payment:?} is open and nobody was called");
            desk.faults.for_a_person += 1;
            return desk.faults;
        }
        let refused = payment.refund.as_ref().is_some_and(|refund| refund.state == RefundState::Refused);
        let paid = payment.state == PaymentState::Paid;
        assert!(held <= amount, "seed {seed}: charged {held} of {amount}, {booked} in the books");
        if paid {
            assert_eq!(held, amount, "seed {seed}: a sale was completed unpaid: {payment:?}");
        } else if desk.alarms == 0 && !refused {
            assert_eq!(held, 0, "seed {seed}: the shopper's money is kept and nobody was called: {payment:?}");
        }
        desk.faults.settled += 1;
        expected = desk.terminal.held();
        desk.alarms = 0;
        desk.pass(5 + chance.below(60) as i64);
    }
    desk.faults
}

#[test]
fn no_card_is_charged_for_nothing() {
    let mut all = Faults::default();
    for seed in 0..10_000 {
        let faults = story(seed);
        all.cuts += faults.cuts;
        all.power += faults.power;
        all.settled += faults.settled;
        all.for_a_person += faults.for_a_person;
        all.asked += faults.asked;
        all.reversed += faults.reversed;
        all.moods.iter_mut().zip(faults.moods).for_each(|(sum, count)| *sum += count);
    }
    let Faults { cuts, power, asked, reversed, settled, for_a_person, moods: _ } = all;
    println!("card terminal: {settled} payments settled, {for_a_person} left to a person who was called");
    println!("card terminal: lines cut {cuts}, power cuts {power}, asked {asked}, taken back {reversed}");
    for (mood, count) in MOODS.iter().zip(all.moods) {
        println!("card terminal: {mood:?} {count}");
    }
    assert!(all.cuts > 0 && all.power > 0 && all.asked > 0 && all.reversed > 0);
    assert!(all.moods.iter().all(|count| *count > 0));
}

#[test]
fn money_goes_back_to_a_card_once() {
    let (mut done, mut refused, mut for_a_person) = (0, 0, 0);
    for seed in 0..10_000 {
        let mut chance = Chance::new(seed);
        let mut desk = Desk::new();
        let mut given = 0;
        for no in 1..=3u128 {
            desk.terminal.mood = MOODS[chance.below(MOODS.len() as u64) as usize];
            let amount = 100 + chance.below(2) as i64;
            desk.begin_to_give_back(no, amount);
            desk.go_through(&mut chance, false);
            let refund = desk.payment.as_ref().and_then(|payment| payment.refund.clone()).expect("a refund");
            let given_now = -desk.terminal.held() - given;
            match refund.state {
                RefundState::Done => assert_eq!(given_now, amount, "seed {seed}: {refund:?}"),
                RefundState::Refused => assert_eq!(given_now, 0, "seed {seed}: given and called refused"),
                RefundState::Open => {
                    assert!(desk.alarms > 0, "seed {seed}: {refund:?} is open and nobody was called");
                    assert!((0..=amount).contains(&given_now), "seed {seed}: {given_now} of {amount} given");
                    for_a_person += 1;
                    break;
                }
            }
            done += u32::from(refund.state == RefundState::Done);
            refused += u32::from(refund.state == RefundState::Refused);
            given += given_now;
            // The next one follows as soon as the card has been read, as when a sale of two cards goes back.
            desk.alarms = 0;
            desk.pass(2 + chance.below(4) as i64);
        }
    }
    println!("card terminal: {done} refunds given, {refused} refused, {for_a_person} left to a person who was called");
    assert!(done > 0 && refused > 0);
}

#[test]
fn a_payment_that_waits_for_its_card_is_stopped() {
    let mut desk = Desk::new();
    desk.terminal.mood = TerminalMood::Waits;
    desk.begin(1, 1295);
    desk.pass(3);
    desk.input(PaymentInput::CancelWished);
    desk.pass(60);
    let payment = desk.payment.expect("a payment");
    assert_eq!((payment.state, desk.terminal.held()), (PaymentState::Reversed, 0), "{:?}", payment.reason);
    assert_eq!(desk.terminal.books(), []);
}

#[test]
fn a_line_that_breaks_after_paying_is_asked_about() {
    let mut desk = Desk::new();
    desk.terminal.mood = TerminalMood::BreaksAfterPaying;
    desk.begin(1, 1295);
    desk.terminal.mood = TerminalMood::Pays;
    desk.pass(60);
    let payment = desk.payment.clone().expect("a payment");
    assert_eq!((payment.state, desk.terminal.held()), (PaymentState::Paid, 1295));
    assert!(matches!(payment.provider_no.as_deref(), Some("52523535/231/231")), "{:?}", payment.provider_no);
}

#[test]
fn the_driver_pays_on_a_real_port_and_asks_after_a_cut_line() {
    let terminal = VirtualTerminal::plug(PASSWORD, 978).expect("a terminal");
    let open = || {
        let wire = TcpPort { address: terminal.address() }.open()?;
        let settings = Settings { password: PASSWORD, currency: 978, zone: TimeZone::UTC };
        ZvtTerminal::open(wire, settings, Currency::of("EUR"))
    };
    let order = |no: &str| PaymentOrder {
        no: no.into(),
        family: Family::Terminal,
        amount: Money::minor(1295),
        currency: Currency::of("EUR").expect("euros"),
        at: Timestamp::now(),
    };
    let mut port = open().expect("a registered till");
    assert_eq!(port.identity().firmware.as_deref(), Some("SIM 1.0"));
    port.send(&order("T1"), None).expect("handed on");
    let paid = until(&mut port, |says| match says {
        PaymentSays::Payment(Answer::Paid { provider_no }) => Some(provider_no.clone()),
        _ => None,
    });
    assert_eq!((paid.as_deref(), terminal.held()), (Some("52523535/231/231"), 1295));

    terminal.set_mood(TerminalMood::Waits);
    // The next shopper is so quick that the clocks, which may differ, do not tell whose payment the last one is.
    let before = terminal.books().last().expect("a payment").at.to_zoned(TimeZone::UTC).expect("a time").timestamp();
    let at = before.checked_add(SignedDuration::from_secs(1)).expect("a time");
    let waits = PaymentOrder { at, ..order("T2") };
    port.send(&waits, None).expect("handed on");
    assert!(until(&mut port, |says| (*says == PaymentSays::Payment(Answer::Waiting)).then_some(())).is_some());
    terminal.set_unplugged(true);
    assert!(until(&mut port, |_| None::<()>).is_none(), "the line is cut");
    assert!(open().is_err(), "nobody answers");
    terminal.set_unplugged(false);
    terminal.set_mood(TerminalMood::Pays);
    let mut port = open().expect("a registered till");
    port.ask(&waits).expect("handed on");
    let told = until(&mut port, |says| Some(says.clone()));
    // The payment before it has the same amount and nearly the same time: that is not taken for this one.
    assert_eq!(told, Some(PaymentSays::Payment(Answer::Unknown)));
    let other = PaymentOrder { currency: Currency::of("CNY").expect("yuan"), ..order("T3") };
    assert!(matches!(port.send(&other, None), Err(DeviceError::Refused(_))));
}

/// The first thing said that `pick` likes; `None` when the line is cut before.
fn until<P: PaymentPort, A>(port: &mut P, pick: impl Fn(&PaymentSays) -> Option<A>) -> Option<A> {
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        match port.next(hal::WAIT_MAX) {
            Ok(Some(reply)) => match pick(&reply.says) {
                Some(picked) => return Some(picked),
                None => continue,
            },
            Ok(None) => {}
            Err(_) => return None,
        }
    }
    panic!("waited in vain");
}
