//! A till, its disk and its clock, through a day in which the power goes at any moment.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::event::Event;
use domain::payment::{Family, Payment};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pos_app::engine::{Durable, Effect, Engine, Input, Now, PaymentRequest, PortView, Said, Setup, Trouble};
use simulation::chance::Chance;
use simulation::provider::Protocol;
use ui::Intent;
use uuid::Uuid;

use super::wires::{Wires, later};
use crate::engine::papers;
use crate::engine::shop::{PIN, Shop};

fn setup() -> Setup {
    Setup::till(1)
}
/// When every day begins: the afternoon of a day in Beijing.
const BEGINS: i64 = 1_772_000_000;
/// What the till does in one day at the most, so that a day ends.
const INPUTS_MAX: u32 = 20_000;

/// A day of a till.
pub(super) struct Day {
    pub(super) chance: Chance,
    pub(super) now: Timestamp,
    fresh: u128,
    inputs: u32,
    pub(super) shop: Shop,
    pub(super) engine: Engine,
    pub(super) disk: Durable,
    pub(super) events: Vec<Event>,
    pub(super) wires: Wires,
    /// Of a hundred inputs, with how many the power goes.
    pub(super) cuts: u64,
    sent: BTreeSet<String>,
    /// Order numbers that people were told to look at, and why.
    pub(super) alarmed: BTreeMap<String, BTreeSet<String>>,
    pub(super) codes: u64,
    /// Whether most shoppers pay with Alipay.
    pub(super) is_of_alipay: bool,
}

impl Day {
    pub(super) fn new(protocol: Protocol, seed: u64) -> Day {
        let mut chance = Chance::new(seed);
        let now = begins();
        let disk = Durable { next_receipt: 1, next_z: 1, next_job: 1, ..Durable::default() };
        let wechat = match protocol {
            Protocol::Alipay => *chance.pick(&[Protocol::WeChatV2, Protocol::WeChatV3]),
            other => other,
        };
        let engine = Engine::new(setup(), disk.clone(), clock(now, 0));
        let mut day = Day {
            chance,
            now,
            fresh: 1,
            inputs: 0,
            shop: Shop::new(),
            engine,
            disk,
            events: Vec::new(),
            wires: Wires::new(wechat),
            cuts: 0,
            sent: BTreeSet::new(),
            alarmed: BTreeMap::new(),
            codes: 0,
            is_of_alipay: protocol == Protocol::Alipay,
        };
        day.run(port(), None);
        day
    }

    /// A line of the story.
    pub(super) fn tell(&mut self, words: String) {
        self.wires.told.push(format!("{} {words}", self.now));
    }

    /// What happened, in words.
    pub(super) fn story(&self) -> String {
        self.wires.told.join("\n")
    }

    /// Somebody wishes something; the power may go with it.
    pub(super) fn wish(&mut self, intent: Intent) {
        let told = match &intent {
            Intent::SignOn { staff, .. } => format!("{staff} signs on"),
            Intent::Approve { staff, .. } => format!("{staff} approves"),
            Intent::Tender { kind, amount, .. } => format!("pays {amount:?} by {kind}"),
            other => format!("{other:?}"),
        };
        self.tell(told);
        self.give(Input::Intent(intent.clone()));
        if *self.engine.said() == Said::Refused(Trouble::Locked) {
            self.sign_on();
            self.give(Input::Intent(intent));
        }
    }

    pub(super) fn sign_on(&mut self) {
        self.tell("07 signs on".into());
        self.give(Input::Intent(Intent::SignOn { staff: "07".into(), pin: PIN.into() }));
    }

    pub(super) fn scan(&mut self, data: &str) {
        self.tell(format!("scans {}", domain::payment::mask(data)));
        self.give(Input::Scanned { data: data.to_owned() });
    }

    /// Something is heard that nobody asked for.
    pub(super) fn hear(&mut self, input: Input) {
        self.give(input);
    }

    /// An input with which the power may go, after so many effects.
    fn give(&mut self, input: Input) {
        let cut = self.chance.percent(self.cuts).then(|| self.chance.below(6) as usize);
        self.run(input, cut);
    }

    /// An input and what follows from it.
    fn run(&mut self, input: Input, mut cut: Option<usize>) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.inputs += 1;
            assert!(self.inputs < INPUTS_MAX, "the day does not end");
            self.fresh += 1;
            let effects = self.engine.handle(clock(self.now, self.fresh), &self.shop, input);
            self.hear_alarms();
            for effect in effects {
                match &mut cut {
                    Some(0) => return self.power_goes(),
                    Some(left) => *left -= 1,
                    None => {}
                }
                inputs.extend(self.perform(effect));
            }
        }
        if cut.is_some() {
            self.power_goes();
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Commit { id, stamp, events, saves } => {
                papers::note(&mut self.shop, &stamp, &events);
                for event in &events {
                    if let Event::PaymentChanged(payment) = event {
                        self.tell(format!("   written: {}", stands(payment)));
                    }
                    if let Event::SaleCompleted(sale) = event {
                        self.tell(format!("   written: sale {} of {}", sale.receipt, sale.total.units()));
                    }
                }
                self.events.extend(events);
                saves.into_iter().for_each(|save| crate::engine::store(&mut self.disk, save));
                Some(Input::Committed { id })
            }
            Effect::Payment(request) => {
                self.check_request(&request);
                self.wires.send(self.now, &mut self.chance, &request);
                None
            }
            Effect::Print { job, .. } => Some(Input::Printed { job }),
            Effect::OpenDrawer | Effect::Scale(_) | Effect::Lane(..) => None,
        }
    }

    /// What is asked for stands on the disk; a payment is sent once in its life.
    fn check_request(&mut self, request: &PaymentRequest) {
        let order = request.order();
        let written = self.disk.payment.as_ref().expect("a payment was asked for and not written");
        assert_eq!(written.order_no, order.no, "another payment was written");
        match request {
            PaymentRequest::Send(order, _) => {
                assert!(self.sent.insert(order.no.clone()), "{} was sent twice", order.no);
                assert_eq!(order.amount, written.amount, "another amount was written");
            }
            PaymentRequest::Refund(_, refund) => {
                let known = written.refund.as_ref().map(|refund| &refund.no);
                assert_eq!(known, Some(&refund.no), "a refund was asked for and not written");
            }
            PaymentRequest::Ask(_) | PaymentRequest::Reverse(_) => {}
        }
    }

    fn hear_alarms(&mut self) {
        let Some(notice) = self.engine.notice() else { return };
        let why = match &notice.trouble {
            Trouble::UnknownPayment => "unknown".to_owned(),
            Trouble::PaymentAlarm(alarm) => format!("{alarm:?}"),
            _ => return,
        };
        let about = notice.about.clone();
        if self.alarmed.entry(about.clone()).or_default().insert(why.clone()) {
            self.tell(format!("   people hear: {why} about {about}"));
        }
    }

    /// The power goes. What was on its way arrives at the provider, and its answers find nobody; what the disk holds is
    /// all that is known when it comes back.
    fn power_goes(&mut self) {
        let down = *self.chance.pick(&[3, 3, 3, 20, 30, 130, 600, 13 * 3600, 30 * 3600, 8 * 24 * 3600]);
        self.tell(format!("the power goes for {down} s"));
        self.wires.count("power cut");
        if down > 24 * 3600 {
            self.wires.count("power cut for longer than a day");
        }
        if self.disk.payment.as_ref().is_some_and(|payment| !payment.is_settled()) {
            self.wires.count("power cut with a payment open");
        }
        self.wires.life += 1;
        let back = later(self.now, down);
        while let Some(next) = self.wires.next().filter(|next| *next <= back) {
            self.now = self.now.max(next);
            self.wires.arrive(self.now, &mut self.chance);
        }
        self.now = back;
        self.fresh += 1;
        self.engine = Engine::new(setup(), self.disk.clone(), clock(self.now, self.fresh));
        self.run(port(), None);
        // The power may go again at once.
        let again = self.chance.percent(self.cuts).then(|| self.chance.below(3) as usize);
        self.run(Input::Started, again);
    }

    /// So many seconds pass, with all that happens in them.
    pub(super) fn pass(&mut self, seconds: i64) {
        let until = later(self.now, seconds);
        loop {
            let due = self.engine.durable().payment.as_ref().and_then(|payment| payment.next_at);
            let next = [due, self.wires.next()].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            self.now = self.now.max(next);
            for provider in self.wires.providers() {
                provider.pass(self.now);
            }
            if self.wires.next().is_some_and(|next| next <= self.now) {
                if let Some(reply) = self.wires.arrive(self.now, &mut self.chance) {
                    self.give(Input::Payment(reply));
                }
                continue;
            }
            self.give(Input::Tick);
            let still = self.engine.durable().payment.as_ref().and_then(|payment| payment.next_at);
            if still.is_some_and(|still| still <= self.now) {
                // It rests; the next tick is a second later.
                self.now = later(self.now, 1);
            }
        }
        self.now = self.now.max(until);
        for provider in self.wires.providers() {
            provider.pass(self.now);
        }
        self.give(Input::Tick);
    }

    /// Whether a payment is under way, or goes back.
    pub(super) fn payment_is_open(&self) -> bool {
        self.engine.durable().payment.as_ref().is_some_and(|payment| !payment.is_settled())
    }
}

/// When every day begins.
pub(super) fn begins() -> Timestamp {
    Timestamp::from_second(BEGINS).expect("a time")
}

fn port() -> Input {
    Input::PaymentPort(PortView::Ready(vec![Family::WeChat, Family::Alipay]))
}

fn clock(at: Timestamp, fresh: u128) -> Now {
    Now { at, local: at.to_zoned(TimeZone::UTC).datetime(), fresh: Uuid::from_u128(fresh) }
}

fn stands(payment: &Payment) -> String {
    let refund =
        payment.refund.as_ref().map_or(String::new(), |refund| format!(", refund {} {:?}", refund.no, refund.state));
    format!("{} of {} is {:?}{refund}", payment.order_no, payment.amount.units(), payment.state)
}
