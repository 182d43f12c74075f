//! The mind of a self-checkout: what a shopper sees and may do, over the same engine that every till has.
//!
//! The engine sells; this drives it by the intents and inputs that a till has, too, and by [`KioskWish`]es. It keeps the
//! step that the shopper is at, whom it calls, and what lies in the bagging area. It has no basket, no total and no
//! catalogue of its own, and there is no way through it to cash.
//!
//! [`Mind`] is what shells and scripts hold: an engine, with this above it at a self-checkout.

mod attendant;
mod bagging;
mod calls;
mod coupon;
mod gate;
mod idle;
mod kept;
mod phone;
mod present;
mod press;
mod scans;
mod troubles;

pub use bagging::{Agrees, Bagging};
pub use kept::Kept;

use std::collections::BTreeMap;
use std::mem::discriminant;

use domain::basket::Basket;
use domain::money::Money;
use domain::quantity::{Quantity, Unit};
use hal::{DeviceClass, Light};
use jiff::Timestamp;
use protocol::lane::KioskTells;
use ui::Screen;
use ui::heard::{Heard, Sound};
use uuid::Uuid;

use self::attendant::Staffed;
use self::calls::Calls;
use self::gate::{Gate, Left};
use crate::engine::{
    Catalogue, DeviceView, Durable, Effect, Engine, Face, Input, KioskWish, Now, Place, Said, Save, Setup, Trouble,
};
use crate::present::Lights;

/// What the shop sets for a self-checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskSettings {
    /// What may be lost on a basket on average, see [`domain::rescan`].
    pub loss_bound: Money,
    /// The picture of the attract screen: a file, or empty.
    pub picture: String,
    /// Whether a staff card opens it without a PIN.
    pub opens_by_card: bool,
}

impl Default for KioskSettings {
    fn default() -> KioskSettings {
        KioskSettings { loss_bound: Money::minor(100), picture: String::new(), opens_by_card: false }
    }
}

/// A terminal's mind, whatever its face.
#[derive(Clone, Debug)]
pub struct Mind {
    pub(crate) engine: Engine,
    kiosk: Option<Box<Kiosk>>,
}

impl Mind {
    /// A mind that goes on from what was stored.
    pub fn new(setup: Setup, settings: KioskSettings, durable: Durable, now: Now) -> Mind {
        let kiosk = (setup.face == Face::Kiosk).then(|| Box::new(Kiosk::new(&setup, settings, &durable, now)));
        Mind { engine: Engine::new(setup, durable, now), kiosk }
    }

    /// Knows of the counter what another mind knew.
    pub fn with_counter_of(self, before: &Mind) -> Mind {
        let kiosk = self.kiosk.map(|kiosk| match &before.kiosk {
            Some(before) => Box::new(Kiosk { bagging: before.bagging.clone(), calls: before.calls.clone(), ..*kiosk }),
            None => kiosk,
        });
        Mind { engine: self.engine.with_counter_of(&before.engine), kiosk }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Takes one input and says what is to be done about it, in this order.
    pub fn handle(&mut self, now: Now, catalogue: &dyn Catalogue, input: Input) -> Vec<Effect> {
        match &mut self.kiosk {
            Some(kiosk) => kiosk.handle(&mut self.engine, now, catalogue, input),
            None => self.engine.handle(now, catalogue, input),
        }
    }

    /// What people see.
    pub fn screen(&self, catalogue: &dyn Catalogue, now: Now) -> Screen {
        let screen = crate::present::screen(&self.engine, catalogue, now);
        let Some(kiosk) = &self.kiosk else { return screen };
        let view = kiosk.view(&self.engine, catalogue, now, &screen);
        Screen { kiosk: Some(Box::new(view)), approval: None, notice: None, heard: kiosk.heard.clone(), ..screen }
    }

    /// What the lights and the beeper tell.
    pub fn lights(&self) -> Lights {
        let lights = crate::present::lights(&self.engine);
        match &self.kiosk {
            Some(kiosk) if kiosk.calls.is_calling() => {
                Lights { lit: Light::Red, beeps: lights.beeps + kiosk.calls.made() }
            }
            Some(kiosk) => Lights { beeps: lights.beeps + kiosk.calls.made(), ..lights },
            None => lights,
        }
    }

    /// What this self-checkout tells the attendant's till of the screen it shows; nothing from a till.
    pub fn tells(&self, screen: &Screen) -> Option<KioskTells> {
        let kiosk = self.kiosk.as_ref()?;
        Some(kiosk.tells(&self.engine, screen))
    }

    /// The self-checkout's own part, for tests.
    pub fn kiosk(&self) -> Option<&Kiosk> {
        self.kiosk.as_deref()
    }
}

/// Where the shopper is, as far as the engine does not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Attract,
    Scan,
    Pick,
    OwnBag,
    Remove,
    Member,
    Pay,
    Receipt,
    /// The code of the electronic receipt.
    Code,
    Thanks,
}

/// See the module's words.
#[derive(Clone, Debug)]
pub struct Kiosk {
    settings: KioskSettings,
    /// Tag of the shop's language.
    shop_language: String,
    pub(crate) step: Step,
    kept: Kept,
    bagging: Bagging,
    /// What the bagging area said last, and since when.
    bag_says: Option<(Agrees, Timestamp)>,
    /// The basket as it was last looked at: its id, and of each line that counts how much, and grams of it where known.
    seen: Option<(Uuid, BTreeMap<u32, Seen>)>,
    /// The shopper wants to pay as soon as nothing is in the way.
    pay_wished: bool,
    staffed: Staffed,
    calls: Calls,
    /// Goods that were looked at, by item, in pieces.
    looked_at: BTreeMap<String, i64>,
    /// Goods that a look has found unscanned.
    look_missed: u32,
    /// Why the last try was not taken.
    message: Option<Message>,
    /// When the shopper last did something.
    touched_at: Timestamp,
    /// The clock at the last input.
    clock_at: Timestamp,
    /// Whether the shopper is being asked whether she is still there.
    asked: bool,
    /// Wrong numbers and PINs of staff in a row.
    wrong_pins: u32,
    /// Until when nobody can type whom of the staff she is; a card always tells.
    staff_rests_until: Timestamp,
    heard: Heard,
    /// What was shown last, to know what is new.
    shown: (ui::kiosk::KioskStep, String),
    /// Goods that were paid on a phone and have not left yet.
    gate: Option<Box<Gate>>,
    /// What of them has just left.
    left_now: Option<Left>,
    /// Address of the receipt of the sale that was just paid.
    receipt_code: Option<String>,
    /// What the sale came to that is on its way out.
    left: Option<String>,
}

/// A line that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    thousandths: i64,
    /// Grams of one piece; weighed goods weigh what they weigh.
    grams: Option<i64>,
    unit_price: Money,
    weighed: bool,
    /// Whether it lies in no bag: a service, a deposit, a card.
    bodiless: bool,
}

/// A sentence to the shopper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// By its key.
    Key(&'static str),
    /// Something that the engine did not do.
    Trouble(Trouble),
    /// Goods of a phone's basket that were not taken, for people.
    NotTaken(String),
    /// A coupon counts once so much more is in the basket.
    CouponFrom(Money),
}

/// The engine for one input, with what comes of it.
pub(crate) struct Turn<'a> {
    engine: &'a mut Engine,
    now: Now,
    catalogue: &'a dyn Catalogue,
    effects: Vec<Effect>,
}

/// The basket and what the self-checkout knows beside it are one transaction: a power cut finds both or neither, however
/// many goods a phone has handed over. What something waits for (`waited`) stays by itself.
fn together(effects: Vec<Effect>, waited: Option<u64>) -> Vec<Effect> {
    let is_light = |saves: &[Save]| saves.iter().all(|save| matches!(save, Save::Basket(_) | Save::Kiosk(_)));
    let mut all: Vec<Effect> = Vec::with_capacity(effects.len());
    for effect in effects {
        match (all.last_mut(), effect) {
            (
                Some(Effect::Commit { id, stamp, events, saves }),
                Effect::Commit { id: next, stamp: then, events: more, saves: newer },
            ) if *stamp == then
                && is_light(saves)
                && is_light(&newer)
                && ![Some(*id), Some(next)].contains(&waited) =>
            {
                *id = next;
                events.extend(more);
                saves.retain(|old| !newer.iter().any(|new| discriminant(old) == discriminant(new)));
                saves.extend(newer);
            }
            (_, effect) => all.push(effect),
        }
    }
    all
}

impl Turn<'_> {
    /// Hands an input to the engine; what it refuses is given back.
    fn tell(&mut self, input: Input) -> Option<Trouble> {
        self.engine.said = Said::Nothing;
        let effects = self.engine.handle(self.now, self.catalogue, input);
        self.effects.extend(effects);
        match &self.engine.said {
            Said::Refused(trouble) => Some(trouble.clone()),
            _ => None,
        }
    }

    fn wish(&mut self, intent: ui::Intent) -> Option<Trouble> {
        self.tell(Input::Intent(intent))
    }

    fn kiosk(&mut self, wish: KioskWish) -> Option<Trouble> {
        self.tell(Input::Kiosk(wish))
    }

    /// Whether goods are in the basket.
    fn has_goods(&self) -> bool {
        self.engine.durable.open.as_ref().is_some_and(|basket| !basket.is_empty())
    }
}

impl Kiosk {
    fn new(setup: &Setup, settings: KioskSettings, durable: &Durable, now: Now) -> Kiosk {
        let kept = Kept::read(durable.kiosk.as_deref());
        let step = if durable.open.is_some() { Step::Scan } else { Step::Attract };
        Kiosk {
            settings,
            shop_language: setup.words.tag().to_owned(),
            step,
            kept,
            bagging: Bagging::default(),
            bag_says: None,
            seen: durable.open.as_ref().map(look_at),
            pay_wished: false,
            staffed: Staffed::Nobody,
            calls: Calls::default(),
            looked_at: BTreeMap::new(),
            look_missed: 0,
            message: None,
            touched_at: now.at,
            clock_at: now.at,
            asked: false,
            wrong_pins: 0,
            staff_rests_until: now.at,
            heard: Heard::default(),
            shown: (ui::kiosk::KioskStep::Closed, String::new()),
            gate: None,
            left_now: None,
            receipt_code: None,
            left: None,
        }
    }

    fn handle(&mut self, engine: &mut Engine, now: Now, catalogue: &dyn Catalogue, input: Input) -> Vec<Effect> {
        self.follow_clock(now.at);
        let mut turn = Turn { engine, now, catalogue, effects: Vec::new() };
        match input {
            Input::Intent(intent) => self.intent(&mut turn, intent),
            Input::Scanned { data } => self.scanned(&mut turn, &data),
            Input::Unreadable { why } => {
                turn.tell(Input::Unreadable { why });
            }
            Input::Bagging(weighing) => self.bagging_says(&turn, weighing),
            Input::Lane(news) => self.lane_says(&mut turn, news),
            Input::Button { button } if button == "help" => self.call_help(&turn),
            Input::Device(DeviceClass::Bagging, view) => {
                self.bagging.plugged(view == DeviceView::Ready);
                turn.tell(Input::Device(DeviceClass::Bagging, view));
            }
            Input::Weighing(weighing) => {
                if turn.engine.weighing.is_some() {
                    self.touched_at = now.at;
                }
                let refused = turn.tell(Input::Weighing(weighing));
                self.hears(&turn, refused);
            }
            Input::Started => self.started(&mut turn),
            Input::Tick => {
                let refused = turn.tell(Input::Tick);
                self.hears(&turn, refused);
                self.tick(&mut turn);
            }
            other => {
                let refused = turn.tell(other);
                self.hears(&turn, refused);
            }
        }
        self.after(&mut turn);
        let waited = turn.engine.pending.as_ref().map(|(id, _)| *id);
        together(turn.effects, waited)
    }

    /// After a start: in service again, at the same basket.
    fn started(&mut self, turn: &mut Turn) {
        if turn.engine.signed_on.is_none() && !self.kept.staff.is_empty() {
            turn.kiosk(KioskWish::Serve { staff: self.kept.staff.clone() });
        }
        let language = self.kept.language.clone();
        if !language.is_empty() {
            turn.wish(ui::Intent::Language { tag: language });
        }
        turn.tell(Input::Started);
        let taken = turn.engine.durable.open.as_ref().is_some_and(|basket| !basket.about.taken.is_empty());
        if taken && !turn.engine.payment_blocks() {
            turn.wish(ui::Intent::Pay);
        }
    }

    /// What follows from what has happened, whatever it was.
    fn after(&mut self, turn: &mut Turn) {
        self.read_notices(turn);
        self.refuse_drafts(turn);
        self.look_at_basket(turn);
        self.follow_place(turn);
        self.take_from_phone(turn);
        self.go_on_out(turn);
        self.go_on_to_pay(turn);
        self.follow_place(turn);
        self.read_notices(turn);
        self.calls.look(self.wanted(turn), turn.now.at);
        self.leave_when_done(turn);
        let text = self.kept.text();
        if turn.engine.durable.kiosk != text {
            turn.kiosk(KioskWish::Keep { text });
        }
        let view = {
            let screen = crate::present::screen(turn.engine, turn.catalogue, turn.now);
            self.view(turn.engine, turn.catalogue, turn.now, &screen)
        };
        self.speak(turn, &view);
    }

    /// Notices are for people who serve; a shopper gets a sentence, and what is a fault calls an attendant.
    fn read_notices(&mut self, turn: &mut Turn) {
        while let Some(notice) = turn.engine.notice.clone() {
            if matches!(notice.trouble, Trouble::NeedsWeight(_)) {
                if turn.engine.weighing.is_some() && turn.engine.devices.view(DeviceClass::Scale) != DeviceView::Absent
                {
                    return;
                }
                self.message = Some(Message::Key("kiosk-trouble-at-till"));
            } else if let Some(message) = troubles::message(&notice.trouble) {
                self.message = Some(message);
                self.sound(Sound::Refused);
            }
            if troubles::is_fault(&notice.trouble) {
                self.calls.fault(notice.trouble.clone());
            }
            turn.engine.acknowledge();
        }
    }

    /// Questions that a shopper cannot answer belong to a till; an age is an attendant's.
    fn refuse_drafts(&mut self, turn: &mut Turn) {
        if turn.engine.draft().is_some() && turn.engine.asks_age().is_none() {
            turn.wish(ui::Intent::Back);
            self.message = Some(Message::Key("kiosk-trouble-at-till"));
            self.sound(Sound::Refused);
        }
    }

    /// What has come into the basket and gone out of it is awaited in the bagging area.
    fn look_at_basket(&mut self, turn: &mut Turn) {
        let now = turn.engine.durable.open.as_ref().map(look_at);
        if now == self.seen {
            return;
        }
        let before = std::mem::replace(&mut self.seen, now.clone());
        let Some((id, lines)) = now else {
            return self.follow_basket(turn, before.is_some());
        };
        self.kept.about(Some(id));
        let before = match before {
            Some((known, lines)) if known == id => lines,
            _ => {
                self.bagging.begin();
                self.looked_at.clear();
                BTreeMap::new()
            }
        };
        let mut more = false;
        for no in lines.keys().chain(before.keys()).collect::<std::collections::BTreeSet<_>>() {
            let much = |lines: &BTreeMap<u32, Seen>| lines.get(no).map_or(0, |seen| seen.thousandths);
            let Some(seen) = lines.get(no).or(before.get(no)) else { continue };
            let moved = much(&lines) - much(&before);
            if moved < 0 && lines.contains_key(no) {
                let worth = Quantity::thousandths(-moved).times(seen.unit_price);
                self.kept.removed_worth = self.kept.removed_worth.saturating_add(worth.units());
            }
            if seen.bodiless {
                continue;
            }
            more |= moved > 0;
            self.await_in_bag(seen, moved);
        }
        // What a look has found is no reason for another one.
        if more && !self.kept.attended && self.kept.to_look == 0 {
            self.kept.looked = false;
        }
    }

    fn await_in_bag(&mut self, seen: &Seen, moved: i64) {
        let grams = if seen.weighed { Some(moved.abs()) } else { seen.grams.map(|one| one * moved.abs() / 1000) };
        let times = if seen.weighed || grams.is_some() { 1 } else { moved.abs() / 1000 };
        for _ in 0..times {
            match moved > 0 {
                true => self.bagging.scanned(grams),
                false => self.bagging.removed(grams),
            }
        }
    }

    /// The shopper's step follows the engine's place.
    fn follow_place(&mut self, turn: &mut Turn) {
        match &turn.engine.place {
            Place::Paid(paid) if !matches!(self.step, Step::Receipt | Step::Code | Step::Thanks) => {
                self.receipt_code.clone_from(&paid.address);
                self.step = Step::Receipt;
                self.message = None;
                self.touched_at = turn.now.at;
                self.pay_wished = false;
                self.sound(Sound::Paid);
                self.goods_beside_exit(turn);
            }
            Place::Paying { .. } if turn.engine.waiting.is_none() => {
                self.step = Step::Pay;
                self.pay_wished = false;
            }
            Place::Selling if self.step == Step::Pay => self.step = Step::Scan,
            // Lists and reports are for people who serve.
            Place::Suspended | Place::XReport | Place::Closing { .. } if self.staffed == Staffed::Nobody => {
                turn.wish(ui::Intent::Back);
            }
            Place::Selling
            | Place::Paying { .. }
            | Place::Paid(_)
            | Place::Suspended
            | Place::XReport
            | Place::Closing { .. }
            | Place::Draft(_) => {}
        }
        if turn.engine.durable.open.is_some() && self.step == Step::Attract {
            self.step = Step::Scan;
            self.touched_at = turn.now.at;
        }
    }

    fn sound(&mut self, sound: Sound) {
        self.heard.sound = sound;
        self.heard.count += 1;
    }

    /// Keeps what the engine refused as a sentence to the shopper, and lets her hear what was taken.
    fn hears(&mut self, turn: &Turn, refused: Option<Trouble>) {
        match (refused, &turn.engine.said) {
            (Some(trouble), _) => {
                if let Some(message) = troubles::message(&trouble) {
                    self.message = Some(message);
                    self.sound(Sound::Refused);
                }
            }
            (None, Said::Added(_)) => {
                self.message = None;
                self.sound(Sound::Taken);
            }
            (None, Said::Coupon { code, waits }) => {
                self.message = coupon::said(turn, code, *waits);
                self.sound(if self.message.is_none() { Sound::Saved } else { Sound::Taken });
            }
            (None, Said::Member(_)) => {
                self.message = None;
                self.sound(Sound::Saved);
            }
            (None, _) => {}
        }
    }

    /// Everything new is said aloud in the accessible mode, one sentence a step.
    fn speak(&mut self, turn: &Turn, view: &ui::Kiosk) {
        let sentence = match (&view.message, &turn.engine.said) {
            (message, _) if !message.is_empty() => message.clone(),
            _ if view.leaves_in_s.is_some() => turn.engine.words.say("kiosk-view-still-there"),
            _ => match (view.amount_of.is_empty(), view.amount.is_empty()) {
                (false, false) => format!("{} {} {}", view.title, view.amount_of, view.amount),
                _ => view.title.clone(),
            },
        };
        let new = (view.step, sentence);
        if new == self.shown {
            return;
        }
        let called = view.step == ui::kiosk::KioskStep::Wait && self.shown.0 != ui::kiosk::KioskStep::Wait;
        if called {
            self.sound(Sound::Call);
        }
        self.shown = new;
        self.heard.language = turn.engine.words.tag().to_owned();
        self.heard.spoken = if self.kept.accessible { self.shown.1.clone() } else { String::new() };
        self.heard.count += u64::from(self.kept.accessible && !called);
    }

    /// The next shopper: nothing of the one before stays, not even the language.
    fn next_shopper(&mut self, turn: &mut Turn) {
        self.kept.next_shopper();
        self.step = Step::Attract;
        self.message = None;
        self.pay_wished = false;
        self.gate = None;
        self.left_now = None;
        self.receipt_code = None;
        self.look_missed = 0;
        self.looked_at.clear();
        self.calls.next_shopper();
        self.bagging.begin();
        if turn.engine.words.tag() != self.shop_language {
            turn.wish(ui::Intent::Language { tag: self.shop_language.clone() });
        }
        turn.engine.query.clear();
    }
}

/// The basket by its lines, as far as a bagging area feels it.
fn look_at(basket: &Basket) -> (Uuid, BTreeMap<u32, Seen>) {
    let of_line = |line: &domain::basket::Line| Seen {
        thousandths: line.quantity.in_thousandths(),
        unit_price: line.unit_price,
        grams: line.terms.weight.map(|weight| weight.in_thousandths()),
        weighed: line.unit == Unit::Kilogram,
        bodiless: !line.terms.kind.has_stock() || line.facets.deposit_of.is_some(),
    };
    (basket.id, basket.active().map(|line| (line.no, of_line(line))).collect())
}
