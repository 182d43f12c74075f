//! Time at a self-checkout: a shopper who seems gone is asked, and a basket that nobody answers for is void. Money that is
//! on its way is never left.

use jiff::{SignedDuration, Timestamp};
use ui::Intent;
use words::say;

use super::attendant::Staffed;
use super::bagging::Agrees;
use super::calls::Why;
use super::{Kiosk, Step, Turn};
use crate::engine::{Engine, KioskWish, Place};
use crate::notation::Notation;

/// Seconds without a sign until the shopper is asked whether she is still there.
const ASK_AFTER_S: i64 = 45;
/// Seconds that she has to answer.
const ANSWER_S: i64 = 20;
/// Seconds after which an empty basket is nobody's.
const EMPTY_S: i64 = 30;
/// Seconds that an attendant is waited for.
const WAIT_S: i64 = 600;
/// Seconds without a touch after which an attendant is gone.
const ATTENDANT_S: i64 = 60;
/// Seconds in which the receipt is chosen.
const RECEIPT_S: i64 = 20;
/// Seconds that the code of an electronic receipt is shown.
const CODE_S: i64 = 60;
/// Seconds that thanks are said.
const THANKS_S: i64 = 8;
/// Seconds until something about the bagging area is said, where it only takes its time.
const PATIENCE_S: i64 = 6;
/// The same where something is there that should not be, or is gone.
const SURPRISE_S: i64 = 2;
/// Seconds that a bagging area may move before that counts as one that does not agree.
const MOVES_S: i64 = 10;
/// The most seconds that pass between two inputs, which come at least once a second: beyond it the clock was set.
const STEP_S_MAX: i64 = 5;

impl Kiosk {
    /// Seconds without a sign of the shopper.
    fn idle_s(&self, now: Timestamp) -> i64 {
        (now.as_second() - self.touched_at.as_second()).max(0)
    }

    /// Time passes in small steps alone. A clock that is set, forward or back, makes nobody leave and keeps nobody waiting.
    pub(super) fn follow_clock(&mut self, now: Timestamp) {
        let passed = now.duration_since(self.clock_at);
        let by = passed - passed.clamp(SignedDuration::ZERO, SignedDuration::from_secs(STEP_S_MAX));
        self.clock_at = now;
        if by.is_zero() {
            return;
        }
        let set = |at: Timestamp| at.checked_add(by).unwrap_or(at);
        self.touched_at = set(self.touched_at);
        self.staff_rests_until = set(self.staff_rests_until);
        self.bagging.clock_is_set(by);
        self.calls.clock_is_set(by);
    }

    /// How long something lasts for this shopper.
    pub(super) fn lasts(&self, seconds: i64) -> i64 {
        if self.kept.accessible { seconds * 2 } else { seconds }
    }

    /// Whether time may run out here: never while money is on its way, or somebody is waited for.
    fn may_leave(&self, engine: &Engine) -> bool {
        let shopping = !matches!(self.step, Step::Attract | Step::Receipt | Step::Code | Step::Thanks);
        shopping
            && self.staffed == Staffed::Nobody
            && self.calls.waits_for().is_none()
            && !engine.payment_blocks()
            && !engine.is_writing()
            && engine.durable.open.as_ref().is_none_or(|basket| basket.about.taken.is_empty())
    }

    /// Seconds until the basket is given up, once the shopper was asked.
    pub(super) fn leaves_in(&self, engine: &Engine, now: Timestamp) -> Option<u32> {
        let left = self.lasts(ASK_AFTER_S + ANSWER_S) - self.idle_s(now);
        let asked = self.asked && self.seems_gone(engine, now);
        asked.then(|| u32::try_from(left.max(0)).unwrap_or(0))
    }

    /// Whether the shopper of a basket has shown no sign for so long that she is asked.
    fn seems_gone(&self, engine: &Engine, now: Timestamp) -> bool {
        let has_goods = engine.durable.open.as_ref().is_some_and(|basket| !basket.is_empty());
        has_goods && self.idle_s(now) >= self.lasts(ASK_AFTER_S) && self.may_leave(engine)
    }

    /// Asks the shopper who seems gone. What passed before she is asked is no answer: she always has the whole time to give one.
    fn ask_who_seems_gone(&mut self, engine: &Engine, now: Timestamp) {
        let asks = self.seems_gone(engine, now);
        if asks && !self.asked {
            self.idle_since_asked(now);
        }
        self.asked = asks;
    }

    fn idle_since_asked(&mut self, now: Timestamp) {
        let asked = SignedDuration::from_secs(self.lasts(ASK_AFTER_S));
        self.touched_at = now.checked_sub(asked).unwrap_or(self.touched_at);
    }

    /// What the bagging area waits for, as soon as that is said.
    pub(super) fn bag_waits(&self, now: Timestamp) -> Option<Agrees> {
        let (says, since) = self.bag_says?;
        let patience = match says {
            Agrees::Yes => return None,
            Agrees::Moving | Agrees::PutIn | Agrees::TakeOut => self.lasts(PATIENCE_S),
            Agrees::TooMuch | Agrees::Gone => self.lasts(SURPRISE_S),
        };
        let shopping = matches!(self.step, Step::Scan | Step::Pick | Step::Remove | Step::Member);
        let waited = now.as_second() - since.as_second() >= patience;
        let said = (says != Agrees::Moving && waited) || self.pay_wished;
        (shopping && said).then_some(says)
    }

    /// Whether the bagging area keeps the shopper from paying.
    pub(super) fn bag_hinders(&self) -> bool {
        self.bag_says.is_some_and(|(says, _)| says != Agrees::Yes)
    }

    /// Whether the bagging area has not stood still for so long that nobody can wait for it.
    pub(super) fn bag_moves_too_long(&self, now: Timestamp) -> bool {
        let moving = self.bag_says.filter(|(says, _)| *says == Agrees::Moving);
        moving.is_some_and(|(_, since)| now.as_second() - since.as_second() >= self.lasts(MOVES_S))
    }

    /// About once a second.
    pub(super) fn tick(&mut self, turn: &mut Turn) {
        let now = turn.now.at;
        self.ask_who_seems_gone(turn.engine, now);
        if turn.engine.payment_blocks() || turn.engine.is_writing() {
            self.touched_at = now;
            return;
        }
        let idle = self.idle_s(now);
        if self.staffed != Staffed::Nobody && idle >= self.lasts(ATTENDANT_S) {
            self.staffed = Staffed::Nobody;
            if matches!(turn.engine.place, Place::Closing { .. }) {
                turn.wish(Intent::Back);
            }
        }
        match self.step {
            Step::Receipt if idle >= self.lasts(RECEIPT_S) => self.choose_receipt(turn, false, Step::Thanks),
            Step::Code if idle >= self.lasts(CODE_S) => self.thank(turn),
            Step::Thanks if idle >= self.lasts(THANKS_S) => self.goodbye(turn),
            _ => self.tick_of_shopping(turn, idle),
        }
    }

    fn tick_of_shopping(&mut self, turn: &mut Turn, idle: i64) {
        if self.staffed != Staffed::Nobody {
            return;
        }
        if let Some(why) = self.calls.waits_for() {
            let waited = self.calls.since().map_or(0, |since| turn.now.at.as_second() - since.as_second());
            if waited >= self.lasts(WAIT_S) && idle >= self.lasts(WAIT_S) {
                self.wait_no_longer(turn, why);
            }
            return;
        }
        if !self.may_leave(turn.engine) {
            return;
        }
        let leaves_s = match turn.has_goods() {
            true => ASK_AFTER_S + ANSWER_S,
            false => EMPTY_S,
        };
        if idle >= self.lasts(leaves_s) {
            self.abandon(turn);
        }
    }

    /// Nobody came, and nobody is there: what was wished is given up, and the shopper is asked whether she is.
    fn wait_no_longer(&mut self, turn: &mut Turn, why: Why) {
        if self.gate.is_some() {
            // Nothing of it is written, and the code is as good as it was.
            return self.next_shopper(turn);
        }
        match why {
            Why::Leave | Why::Age => drop(turn.wish(Intent::Back)),
            Why::Look => self.pay_wished = false,
            Why::Bag => {
                self.calls.bag(false);
                self.bagging.accept();
            }
            Why::Payment | Why::Fault | Why::Help | Why::Left => {}
        }
        self.idle_since_asked(turn.now.at);
    }

    /// The basket is void, politely; an attendant is told that goods may lie there.
    pub(super) fn abandon(&mut self, turn: &mut Turn) {
        // Both are for the shop, whatever the shopper reads.
        let words = turn.engine.setup.languages.of(&self.shop_language);
        let store = turn.catalogue.store().filter(|_| turn.has_goods());
        let worth = store.map(|store| words.money(store.currency, turn.engine.priced(store).total));
        let reason = say!(words, "kiosk-left");
        turn.kiosk(KioskWish::Abandon { reason });
        if turn.engine.durable.open.is_none() || turn.engine.is_writing() {
            self.left = worth;
            if turn.engine.durable.open.is_none() {
                self.next_shopper(turn);
            }
        }
    }

    /// The shopper takes her receipt, or none.
    pub(super) fn choose_receipt(&mut self, turn: &mut Turn, paper: bool, next: Step) {
        turn.kiosk(KioskWish::Receipt { paper });
        self.touched_at = turn.now.at;
        self.step = next;
    }

    /// Thanks.
    pub(super) fn thank(&mut self, turn: &Turn) {
        self.touched_at = turn.now.at;
        self.step = Step::Thanks;
    }

    /// The shopper goes.
    pub(super) fn goodbye(&mut self, turn: &mut Turn) {
        turn.kiosk(KioskWish::Receipt { paper: false });
        if matches!(turn.engine.place, Place::Paid(_)) {
            turn.wish(Intent::Back);
        }
        self.next_shopper(turn);
    }

    /// A basket that is gone without being paid was void or put aside: the next shopper may come.
    pub(super) fn follow_basket(&mut self, turn: &mut Turn, gone: bool) {
        let paid = matches!(turn.engine.place, Place::Paid(_));
        if gone && !paid && turn.engine.durable.open.is_none() {
            if let Some(worth) = self.left.take() {
                self.calls.left(worth);
            }
            self.next_shopper(turn);
        }
    }
}
