//! Whom a self-checkout calls, and why: one call at a time, the most urgent first. An answer names its call, so that one that
//! comes too late, or twice, counts for nothing.

use domain::payment::PaymentState;
use domain::staff::ApprovedBy;
use jiff::{SignedDuration, Timestamp};
use protocol::lane::{self, Goods, KioskTells, TillSays, Verdict};
use ui::Screen;

use super::{Kiosk, Turn};
use crate::engine::{Engine, KioskWish, LaneNews, Trouble};

/// Why an attendant is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Something needs leave.
    Leave,
    /// Goods with an age.
    Age,
    /// A look into the bag.
    Look,
    /// The bagging area does not agree, again.
    Bag,
    /// A payment whose outcome is unknown.
    Payment,
    /// Something is wrong with the machine or with goods.
    Fault,
    /// The shopper has asked for help.
    Help,
    /// A shopper has left goods behind.
    Left,
}

impl Why {
    /// Its word on the lane and in keys of words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Why::Leave => "leave",
            Why::Age => "age",
            Why::Look => "rescan",
            Why::Bag => "bag",
            Why::Payment => "payment",
            Why::Fault => "fault",
            Why::Help => "help",
            Why::Left => "left",
        }
    }

    /// Whether the shopper waits until somebody has come.
    fn holds_up(self) -> bool {
        matches!(self, Why::Leave | Why::Age | Why::Look | Why::Bag)
    }

    /// Whether it can be answered from the attendant's till.
    fn is_from_afar(self) -> bool {
        matches!(self, Why::Leave | Why::Age | Why::Bag | Why::Help | Why::Left | Why::Fault)
    }
}

/// The calls of a self-checkout.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Calls {
    open: Option<Open>,
    made: u64,
    help: bool,
    bag: bool,
    left: Option<String>,
    fault: Option<Trouble>,
    reached: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Open {
    no: u64,
    why: Why,
    about: String,
    since: Timestamp,
    coming: bool,
}

impl Calls {
    /// Whether somebody is called.
    pub(crate) fn is_calling(&self) -> bool {
        self.open.is_some()
    }

    /// How many calls were made.
    pub(crate) fn made(&self) -> u64 {
        self.made
    }

    /// Why somebody is called.
    pub(crate) fn why(&self) -> Option<Why> {
        self.open.as_ref().map(|open| open.why)
    }

    /// Why the shopper waits for somebody.
    pub(crate) fn waits_for(&self) -> Option<Why> {
        self.why().filter(|why| why.holds_up())
    }

    /// Since when.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.open.as_ref().map(|open| open.since)
    }

    /// Whether somebody said that she comes.
    pub(crate) fn is_coming(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.coming)
    }

    pub(super) fn fault(&mut self, trouble: Trouble) {
        self.fault = Some(trouble);
    }

    pub(super) fn bag(&mut self, wanted: bool) {
        self.bag = wanted;
    }

    /// Whether somebody is called because the bagging area does not agree.
    pub(super) fn wants_bag(&self) -> bool {
        self.bag
    }

    /// The clock was set, by so much.
    pub(super) fn clock_is_set(&mut self, by: SignedDuration) {
        if let Some(open) = &mut self.open {
            open.since = open.since.checked_add(by).unwrap_or(open.since);
        }
    }

    pub(super) fn left(&mut self, worth: String) {
        self.left = Some(worth);
    }

    /// The next shopper: what the one before has asked for is over; what she left behind is not.
    pub(super) fn next_shopper(&mut self) {
        self.help = false;
        self.bag = false;
    }

    /// Somebody is here: what she sees for herself needs no call any more.
    pub(super) fn seen(&mut self) {
        self.help = false;
        self.left = None;
        self.fault = None;
    }

    /// What is wanted from here on; another one is a new call.
    pub(super) fn look(&mut self, wanted: Option<(Why, String)>, now: Timestamp) {
        let same = self.open.as_ref().map(|open| (open.why, &open.about)) == wanted.as_ref().map(|(why, a)| (*why, a));
        if same {
            return;
        }
        self.open = wanted.map(|(why, about)| {
            self.made += 1;
            Open { no: self.made, why, about, since: now, coming: false }
        });
    }
}

impl Kiosk {
    /// What an attendant is wanted for, the most urgent first.
    pub(super) fn wanted(&self, turn: &Turn) -> Option<(Why, String)> {
        let engine = &*turn.engine;
        if let Some(waiting) = &engine.waiting {
            return Some((Why::Leave, waiting.about.clone()));
        }
        if let Some(at_gate) = self.gate_wants() {
            return Some(at_gate);
        }
        if let Some((years, name)) = engine.asks_age() {
            return Some((Why::Age, format!("{years} · {name}")));
        }
        if self.kept.to_look > 0 && self.pay_wished {
            return Some((Why::Look, self.kept.to_look.to_string()));
        }
        let payment = engine.durable.payment.as_ref();
        let is_open = |state| matches!(state, PaymentState::InDoubt | PaymentState::Reversing);
        if payment.is_some_and(|payment| is_open(payment.state)) {
            return Some((Why::Payment, String::new()));
        }
        let calls = &self.calls;
        match () {
            () if calls.bag => Some((Why::Bag, String::new())),
            () if calls.fault.is_some() => Some((Why::Fault, String::new())),
            () if calls.help => Some((Why::Help, String::new())),
            () => calls.left.clone().map(|worth| (Why::Left, worth)),
        }
    }

    /// The shopper calls for help.
    pub(super) fn call_help(&mut self, turn: &Turn) {
        self.touched_at = turn.now.at;
        if turn.engine.signed_on.is_some() {
            self.calls.help = true;
        }
    }

    /// Word from the attendant's till.
    pub(super) fn lane_says(&mut self, turn: &mut Turn, news: LaneNews) {
        match news {
            LaneNews::Says(says) => self.till_says(turn, says),
            LaneNews::Reached(reached) => self.calls.reached = reached,
            LaneNews::Kiosk(_) | LaneNews::Gone(_) => {}
        }
    }

    fn till_says(&mut self, turn: &mut Turn, says: TillSays) {
        let TillSays { call, verdict, staff } = says;
        let known = turn.catalogue.staff().iter().any(|who| who.id == staff);
        let Some(open) = self.calls.open.as_mut().filter(|open| known && open.no == call) else { return };
        let why = open.why;
        match verdict {
            Verdict::Coming => open.coming = true,
            Verdict::Granted if why.is_from_afar() => self.granted(turn, why, (staff, ApprovedBy::Till)),
            Verdict::Granted => {}
            Verdict::Refused => self.refused(turn, why, (staff, ApprovedBy::Till)),
        }
    }

    /// An attendant lets it be.
    pub(super) fn granted(&mut self, turn: &mut Turn, why: Why, (staff, means): (String, ApprovedBy)) {
        self.touched_at = turn.now.at;
        match why {
            Why::Leave => {
                let refused = turn.kiosk(KioskWish::Leave { staff, means });
                self.hears(turn, refused);
            }
            Why::Age if self.old_enough_at_gate(turn, &staff, means) => {}
            Why::Age => {
                let refused = turn.kiosk(KioskWish::AgeSeen { old_enough: true, staff, means });
                self.hears(turn, refused);
            }
            Why::Bag => {
                self.bagging.accept();
                self.calls.bag = false;
            }
            Why::Fault => self.calls.fault = None,
            Why::Help => self.calls.help = false,
            Why::Left => self.calls.left = None,
            // The goods are looked at, and the provider is asked, by nobody from afar.
            Why::Look | Why::Payment => {}
        }
    }

    /// An attendant does not.
    pub(super) fn refused(&mut self, turn: &mut Turn, why: Why, (staff, means): (String, ApprovedBy)) {
        self.touched_at = turn.now.at;
        match why {
            Why::Leave => drop(turn.wish(ui::Intent::Back)),
            Why::Age if self.keep_at_gate() => {}
            Why::Age => drop(turn.kiosk(KioskWish::AgeSeen { old_enough: false, staff, means })),
            Why::Fault => self.calls.fault = None,
            Why::Help => self.calls.help = false,
            Why::Left => self.calls.left = None,
            Why::Look | Why::Payment | Why::Bag => {}
        }
    }

    /// How it stands, for the attendant's till.
    pub(super) fn tells(&self, engine: &Engine, screen: &Screen) -> KioskTells {
        let view = screen.kiosk.as_deref();
        let goods = screen.basket.lines.iter().rev().filter(|line| !line.voided).take(lane::LINES_MAX);
        let goods: Vec<Goods> = goods
            .map(|line| Goods { name: line.name.clone(), detail: line.detail.clone(), amount: line.amount.clone() })
            .collect();
        KioskTells {
            kiosk: engine.setup.number,
            step: view.map(|view| step_word(view.step)).unwrap_or_default(),
            total: if goods.is_empty() { String::new() } else { screen.basket.total.clone() },
            goods,
            call: self.calls.open.as_ref().map(|open| lane::Call {
                no: open.no,
                why: open.why.word().to_owned(),
                about: open.about.clone(),
                permission: match (open.why, &engine.waiting) {
                    (Why::Leave, Some(waiting)) => waiting.permission.word().to_owned(),
                    _ => String::new(),
                },
                size: engine.waiting.as_ref().map_or(0, |waiting| waiting.size),
                from_afar: open.why.is_from_afar(),
            }),
        }
    }
}

/// The word of a step, as it is written.
fn step_word(step: ui::kiosk::KioskStep) -> String {
    serde_json::to_value(step).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
