//! The machine against a simulated provider that loses, delays, repeats and answers late, with the power cut anywhere.

use super::*;
use expect_test::expect;
use proptest::prelude::*;
use std::collections::VecDeque;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

fn payment(family: Family) -> Payment {
    let masked = Some(mask("134567890123456789"));
    Payment::new(Uuid::from_u128(7), "0101000042P1".into(), family, Money::minor(1280), masked, at(0))
}

fn paid() -> Answer {
    Answer::Paid { provider_no: "4200001".into() }
}

/// Runs inputs at seconds and tells each step in a line.
fn told(family: Family, inputs: Vec<(i64, PaymentInput)>) -> String {
    let mut payment = payment(family);
    let mut lines = String::new();
    for (second, input) in inputs {
        let word = format!("{input:?}");
        let step = payment.step(&family.times(), at(second), input);
        let word = word.split([' ', '{']).next().unwrap_or_default();
        let next = payment.next_at.map(|next| next.duration_since(at(0)).as_secs());
        let next = next.map_or("-".to_owned(), |next| next.to_string());
        lines += &format!("{second} {word}: {:?} {:?} next {next}\n", step.to, step.actions);
    }
    lines
}

#[test]
fn wechat_is_asked_while_the_shopper_confirms_and_reversed_when_patience_ends() {
    use PaymentInput::{Answer as A, ReverseAnswer as R, Started, Tick};
    let story = vec![
        (0, Started),
        (1, A(Answer::Waiting)),
        (11, Tick),
        (12, A(Answer::Waiting)),
        (22, Tick),
        (32, Tick),
        (33, A(Answer::Waiting)),
        (43, Tick),
        (45, Tick),
        (46, A(Answer::Waiting)),
        (47, R(ReverseAnswer::Unknown)),
        (51, Tick),
        (52, R(ReverseAnswer::Reversed)),
        (60, A(paid())),
        (60, A(paid())),
        (61, PaymentInput::RefundAnswer(RefundAnswer::Refunded)),
    ];
    expect![[r#"
        0 Started: Sent [Send] next 10
        1 Answer(Waiting): Sent [] next 11
        11 Tick: Sent [Ask] next 21
        12 Answer(Waiting): Sent [] next 22
        22 Tick: Sent [Ask] next 32
        32 Tick: Sent [Ask] next 42
        33 Answer(Waiting): Sent [] next 43
        43 Tick: Sent [Ask] next 45
        45 Tick: Sent [Ask] next 55
        46 Answer(Waiting): Reversing [Reverse] next 51
        47 ReverseAnswer(Unknown): Reversing [] next 51
        51 Tick: Reversing [Reverse] next 56
        52 ReverseAnswer(Reversed): Reversed [] next -
        60 Answer(Paid: Reversed [Alarm(LatePaid), Refund { no: "0101000042P1R" }] next 65
        60 Answer(Paid: Reversed [] next 65
        61 RefundAnswer(Refunded): Reversed [] next -
    "#]]
    .assert_eq(&told(Family::WeChat, story));
}

#[test]
fn what_a_cashier_cancels_is_not_reversed_within_the_first_seconds() {
    use PaymentInput::{Answer as A, CancelWished, ReverseAnswer as R, Started, Tick};
    let story = vec![
        (0, Started),
        (3, CancelWished),
        (4, CancelWished),
        (15, Tick),
        (16, A(Answer::Unknown)),
        (17, R(ReverseAnswer::StillPaid { provider_no: "4200001".into() })),
        (22, Tick),
        (23, PaymentInput::RefundAnswer(RefundAnswer::Refunded)),
    ];
    expect![[r#"
        0 Started: Sent [Send] next 10
        3 CancelWished: Sent [] next 10
        4 CancelWished: Sent [] next 10
        15 Tick: InDoubt [Ask] next 25
        16 Answer(Unknown): Reversing [Reverse] next 21
        17 ReverseAnswer(StillPaid: Reversing [Refund { no: "0101000042P1R" }] next 22
        22 Tick: Reversing [Refund { no: "0101000042P1R" }] next 27
        23 RefundAnswer(Refunded): Reversed [] next -
    "#]]
    .assert_eq(&told(Family::WeChat, story));
}

#[test]
fn after_a_restart_it_asks_and_after_a_week_it_refunds() {
    use PaymentInput::{Answer as A, Restarted, Started, Tick};
    let week = 7 * 24 * 3600;
    let story = vec![
        (0, Started),
        (5, Restarted),
        (15, Tick),
        (25, Tick),
        (35, Tick),
        (45, Tick),
        (55, Tick),
        (week, Restarted),
        (week + 1, A(paid())),
        (week + 2, PaymentInput::RefundAnswer(RefundAnswer::Refunded)),
    ];
    expect![[r#"
        0 Started: Sent [Send] next 10
        5 Restarted: InDoubt [Ask] next 15
        15 Tick: InDoubt [Ask] next 25
        25 Tick: InDoubt [Ask] next 35
        35 Tick: InDoubt [Ask] next 45
        45 Tick: InDoubt [Ask] next 55
        55 Tick: Reversing [Reverse] next 60
        604800 Restarted: Reversing [Ask] next 604805
        604801 Answer(Paid: Reversing [Refund { no: "0101000042P1R" }] next 604806
        604802 RefundAnswer(Refunded): Reversed [] next -
    "#]]
    .assert_eq(&told(Family::WeChat, story));
}

#[test]
fn what_can_neither_be_reversed_nor_refunded_is_for_a_person() {
    use PaymentInput::{Answer as A, CancelWished, RefundAnswer as F, ReverseAnswer as R, Started};
    let story = vec![
        (0, Started),
        (2, A(paid())),
        (9, CancelWished),
        (10, R(ReverseAnswer::StillPaid { provider_no: "1".into() })),
        (11, F(RefundAnswer::Refused { why: "batch closed".into() })),
    ];
    expect![[r#"
        0 Started: Sent [Send] next 10
        2 Answer(Paid: Paid [] next -
        9 CancelWished: Reversing [Reverse] next 14
        10 ReverseAnswer(StillPaid: Reversing [Refund { no: "0101000042P1R" }] next 15
        11 RefundAnswer(Refused: Reversed [Alarm(RefundRefused)] next -
    "#]]
    .assert_eq(&told(Family::Terminal, story));
}

#[test]
fn a_clock_that_is_set_back_takes_the_plan_along() {
    let mut payment = payment(Family::Alipay);
    let times = Family::Alipay.times();
    payment.step(&times, at(0), PaymentInput::Started);
    payment.step(&times, at(4), PaymentInput::Answer(Answer::Waiting));
    assert_eq!(payment.next_at, Some(at(9)));
    payment.step(&times, at(-3600), PaymentInput::Tick);
    assert_eq!((payment.next_at, payment.sent_at), (Some(at(-3595)), Some(at(-3604))));
    assert_eq!(payment.step(&times, at(-3595), PaymentInput::Tick).actions, [PaymentAction::Ask]);
}

#[test]
fn a_sale_waits_for_a_payment_in_doubt() {
    let mut payment = payment(Family::Alipay);
    let times = Family::Alipay.times();
    assert!(payment.blocks_completion());
    payment.step(&times, at(0), PaymentInput::Started);
    payment.step(&times, at(1), PaymentInput::Timeout);
    assert_eq!(payment.state, PaymentState::InDoubt);
    assert!(payment.blocks_completion());
    payment.step(&times, at(7), PaymentInput::Answer(paid()));
    assert!(payment.is_settled());
    let mut never_sent = self::payment(Family::Alipay);
    assert_eq!(never_sent.step(&times, at(1), PaymentInput::CancelWished).actions, []);
    assert_eq!(never_sent.step(&times, at(2), PaymentInput::Started).actions, []);
    assert_eq!(never_sent.state, PaymentState::Declined);
}

#[test]
fn a_refund_that_nobody_decides_calls_a_person_once() {
    let times = Family::WeChat.times();
    let mut payment = payment(Family::WeChat);
    payment.step(&times, at(0), PaymentInput::Started);
    payment.step(&times, at(1), PaymentInput::Answer(Answer::Declined { why: "no funds".into() }));
    payment.step(&times, at(2), PaymentInput::Answer(paid()));
    let mut calls = 0;
    for _ in 0..3 * times.repeats_quick {
        let now = payment.next_at.expect("it goes on");
        let step = payment.step(&times, now, PaymentInput::Tick);
        assert!(matches!(step.actions.first(), Some(PaymentAction::Refund { .. })), "{:?}", step.actions);
        calls += step.actions.iter().filter(|action| matches!(action, PaymentAction::Alarm(_))).count();
        payment.step(&times, now, PaymentInput::RefundAnswer(RefundAnswer::Unknown));
    }
    assert_eq!(calls, 1);
}

/// Choices of one history, each a number that is read where something may go wrong. When they are used up everything
/// goes well: the network carries, the provider answers, the power stays.
struct Chance(VecDeque<u8>);

impl Chance {
    fn of(&mut self, cases: u8) -> u8 {
        self.0.pop_front().map_or(0, |byte| byte % cases)
    }
}

/// How a provider and its shopper behave.
#[derive(Clone, Copy, Debug)]
struct Character {
    /// Seconds from the request until the shopper pays; `None` for never.
    pays_after: Option<i64>,
    declines: bool,
    /// A reversal of a paid order is refused.
    cannot_reverse: bool,
    /// A reversal of an order that it does not know closes the number.
    closes_unknown: bool,
    /// A shopper who confirms after the order was reversed is charged all the same.
    pays_after_reversal: bool,
}

struct Provider {
    character: Character,
    asked_for_at: Option<i64>,
    closed: bool,
    declined: bool,
    charged: u32,
    given_back: u32,
    refunded: bool,
}

impl Provider {
    fn holds(&self) -> bool {
        self.charged > self.given_back
    }

    fn pay_when_due(&mut self, now: i64) {
        let due = self.asked_for_at.zip(self.character.pays_after).is_some_and(|(at, after)| at + after <= now);
        let open = !self.declined && (!self.closed || self.character.pays_after_reversal);
        if due && open && self.charged == 0 {
            self.charged = 1;
        }
    }

    fn status(&self) -> Answer {
        match () {
            () if self.holds() => paid(),
            () if self.declined => Answer::Declined { why: "no funds".into() },
            () if self.closed || self.given_back > 0 => Answer::Reversed,
            () if self.asked_for_at.is_some() => Answer::Waiting,
            () => Answer::NotFound,
        }
    }

    fn receive(&mut self, now: i64, action: &PaymentAction) -> PaymentInput {
        self.pay_when_due(now);
        match action {
            PaymentAction::Send => {
                if self.asked_for_at.is_none() && !self.closed {
                    self.asked_for_at = Some(now);
                    self.declined = self.character.declines;
                    self.pay_when_due(now);
                }
                PaymentInput::Answer(self.status())
            }
            PaymentAction::Ask => PaymentInput::Answer(self.status()),
            PaymentAction::Reverse => PaymentInput::ReverseAnswer(self.reverse()),
            PaymentAction::Refund { no } => PaymentInput::RefundAnswer(self.refund(no)),
            PaymentAction::Alarm(_) => unreachable!("an alarm is for people"),
        }
    }

    /// The same number is refunded once, however often it is asked for.
    fn refund(&mut self, no: &str) -> RefundAnswer {
        assert_eq!(no, "0101000042P1R");
        if self.holds() && !self.refunded {
            self.given_back += 1;
            self.refunded = true;
        }
        match self.refunded {
            true => RefundAnswer::Refunded,
            false => RefundAnswer::Refused { why: "nothing to refund".into() },
        }
    }

    fn reverse(&mut self) -> ReverseAnswer {
        match () {
            () if self.holds() && self.character.cannot_reverse => {
                ReverseAnswer::StillPaid { provider_no: "4200001".into() }
            }
            () if self.holds() => {
                self.given_back += 1;
                self.closed = true;
                ReverseAnswer::Reversed
            }
            () if self.asked_for_at.is_none() && !self.character.closes_unknown => ReverseAnswer::NotFound,
            () => {
                self.closed = true;
                ReverseAnswer::Reversed
            }
        }
    }
}

struct World {
    now: i64,
    times: TimeRules,
    payment: Payment,
    /// As it was last committed.
    stored: Payment,
    provider: Provider,
    chance: Chance,
    to_provider: Vec<(i64, PaymentAction)>,
    to_till: Vec<(i64, PaymentInput)>,
    sent: Vec<i64>,
    steps: u32,
}

const STEPS_MAX: u32 = 1_500;

impl World {
    /// Loses, repeats or delays; at best it takes a second.
    fn carry<M: Clone>(chance: &mut Chance, way: &mut Vec<(i64, M)>, now: i64, message: M) {
        let late = [1, 2, 12, 40, 200];
        match chance.of(6) {
            1 => {}
            2 => {
                let (one, other) = (late[usize::from(chance.of(5))], late[usize::from(chance.of(5))]);
                way.extend([(now + one, message.clone()), (now + other, message)]);
            }
            3 => way.push((now + late[usize::from(chance.of(5))], message)),
            _ => way.push((now + 1, message)),
        }
    }

    fn act(&mut self, action: PaymentAction) {
        match action {
            PaymentAction::Alarm(_) => return,
            PaymentAction::Send => self.sent.push(self.now),
            PaymentAction::Reverse => {
                let earliest = self.sent.first().map_or(i64::MIN, |sent| sent + self.times.no_reverse_before.as_secs());
                assert!(self.now >= earliest, "reversed at {} and sent at {:?}", self.now, self.sent);
            }
            PaymentAction::Ask | PaymentAction::Refund { .. } => {}
        }
        Self::carry(&mut self.chance, &mut self.to_provider, self.now, action);
    }

    /// One input: the changed payment is committed, then its actions are done. The power may fail before, between and
    /// after; then the payment is restored as it was committed, and asks.
    fn input(&mut self, input: PaymentInput) {
        self.steps += 1;
        assert!(self.steps < STEPS_MAX, "it never ends: {:?}", self.payment);
        let mut next = self.payment.clone();
        let step = next.step(&self.times, at(self.now), input.clone());
        if input == PaymentInput::Restarted && self.stored.blocks_completion() {
            let first = step.actions.first();
            assert!(matches!(first, Some(PaymentAction::Ask | PaymentAction::Refund { .. })), "{:?}", step.actions);
        }
        let cut = if input == PaymentInput::Restarted { 0 } else { self.chance.of(12) };
        if cut == 1 {
            return self.power_fails();
        }
        self.stored = next.clone();
        if step.to == PaymentState::Paid && step.from != PaymentState::Paid {
            assert!(self.provider.holds(), "completed and not paid: {next:?}");
        }
        self.payment = next;
        for (no, action) in step.actions.into_iter().enumerate() {
            if cut == 2 || (cut == 3 && no > 0) {
                return self.power_fails();
            }
            self.act(action);
        }
        if cut == 4 {
            self.power_fails();
        }
    }

    fn power_fails(&mut self) {
        let down = [3, 30, 600, 13 * 3600, 8 * 24 * 3600];
        self.now += down[usize::from(self.chance.of(5))];
        self.to_till.retain(|(arrives, _)| *arrives > self.now);
        // What was on its way to the provider arrives while the till is down, and its answer finds nobody.
        while let Some(action) = take_due(&mut self.to_provider, self.now) {
            self.provider.receive(self.now, &action);
        }
        self.payment = self.stored.clone();
        self.input(PaymentInput::Restarted);
    }

    /// The provider tells of money that the till believes it does not have, by a notification or in the day's bill,
    /// until the till has written it down.
    fn told_by_the_bill(&mut self) {
        while self.payment.is_settled() && self.payment.state != PaymentState::Paid && self.provider.holds() {
            self.input(PaymentInput::Answer(paid()));
        }
    }

    fn next_event(&self) -> Option<i64> {
        let next_at = self.payment.next_at.map(|next| next.as_second() - at(0).as_second());
        let arrivals = self.to_provider.iter().map(|(at, _)| *at).chain(self.to_till.iter().map(|(at, _)| *at));
        arrivals.chain(next_at).min()
    }

    fn run(&mut self, mut cancel_at: Option<i64>) {
        self.input(PaymentInput::Started);
        while self.next_event().is_some() {
            while let Some(next) = self.next_event() {
                if let Some(cancel) = cancel_at.filter(|cancel| *cancel <= next.max(self.now)) {
                    self.now = self.now.max(cancel);
                    cancel_at = None;
                    self.input(PaymentInput::CancelWished);
                } else {
                    self.now = self.now.max(next);
                    self.provider.pay_when_due(self.now);
                    self.arrive();
                }
            }
            // The shopper's last chance to confirm, and the comparison with the bill.
            self.now += 100_000;
            self.provider.pay_when_due(self.now);
            self.told_by_the_bill();
        }
    }

    fn arrive(&mut self) {
        if let Some(action) = take_due(&mut self.to_provider, self.now) {
            let answer = self.provider.receive(self.now, &action);
            Self::carry(&mut self.chance, &mut self.to_till, self.now, answer);
        } else if let Some(answer) = take_due(&mut self.to_till, self.now) {
            self.input(answer);
        } else {
            // A button that bounces starts it again.
            let bounces = self.chance.of(5) == 1;
            self.input(if bounces { PaymentInput::Started } else { PaymentInput::Tick });
        }
    }
}

fn take_due<M>(way: &mut Vec<(i64, M)>, now: i64) -> Option<M> {
    let first = (0..way.len()).filter(|at| way[*at].0 <= now).min_by_key(|at| way[*at].0)?;
    Some(way.remove(first).1)
}

fn character() -> impl Strategy<Value = Character> {
    let pays_after =
        prop::sample::select(vec![None, Some(0), Some(3), Some(20), Some(44), Some(50), Some(70), Some(900)]);
    (pays_after, prop::bool::weighted(0.15), any::<[bool; 3]>()).prop_map(
        |(pays_after, declines, [one, two, three])| Character {
            pays_after,
            declines,
            cannot_reverse: one,
            closes_unknown: two,
            pays_after_reversal: three,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn nobody_is_charged_twice_or_for_nothing_and_every_payment_settles(
        family in prop::sample::select(vec![Family::WeChat, Family::Alipay, Family::UnionPay, Family::Terminal]),
        character in character(),
        chance in prop::collection::vec(any::<u8>(), 0..120),
        cancel_at in prop::option::of(0_i64..100),
    ) {
        let new = payment(family);
        let mut world = World {
            now: 0,
            times: family.times(),
            stored: new.clone(),
            payment: new,
            provider: Provider {
                character, asked_for_at: None, closed: false, declined: false, charged: 0, given_back: 0, refunded: false,
            },
            chance: Chance(chance.into()),
            to_provider: Vec::new(),
            to_till: Vec::new(),
            sent: Vec::new(),
            steps: 0,
        };
        world.run(cancel_at);
        let (payment, provider) = (&world.payment, &world.provider);
        prop_assert!(world.sent.len() <= 1, "sent {} times", world.sent.len());
        prop_assert!(payment.is_settled(), "{:?}", payment);
        prop_assert!(provider.given_back <= provider.charged && provider.charged <= 1);
        prop_assert_eq!(payment.state == PaymentState::Paid, provider.holds(), "{:?}", payment);
        prop_assert!(payment.state != PaymentState::Paid || payment.provider_no.is_some());
    }
}
