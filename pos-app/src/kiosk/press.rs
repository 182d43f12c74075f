//! What is touched at a self-checkout. A key counts only where it is on the screen.

use domain::money::Money;
use domain::rescan::{self, Risk};
use ui::Intent;
use ui::kiosk::{ACCESSIBLE, CALL, LEAVE, STAFF, STAY};

use super::attendant::{Staffed, card_of};
use super::bagging::Agrees;
use super::{Kiosk, Message, Step, Turn};
use crate::engine::{GROUP_KEY, KioskWish, Place};

/// Times that a shopper may disagree with the bagging area before somebody comes.
const SKIPS_FREE: u32 = 1;

impl Kiosk {
    pub(super) fn intent(&mut self, turn: &mut Turn, intent: Intent) {
        let asked = self.leaves_in(turn.engine, turn.now.at).is_some();
        self.touched_at = turn.now.at;
        match intent {
            // Only where she was asked; a touch says that she is there.
            Intent::Press { key } if key == LEAVE => {
                if asked {
                    self.abandon(turn);
                }
            }
            Intent::Press { key } => self.press(turn, &key),
            Intent::Language { tag } => self.language(turn, &tag),
            Intent::PickItem { item } => self.pick(turn, item),
            Intent::Choose { id } => self.choose(turn, &id),
            Intent::Answer { text } => self.typed(turn, &text),
            Intent::Enter { text } if self.asks() && card_of(turn.catalogue, &text).is_none() => {
                self.typed(turn, &text);
            }
            // A scanner that plays keyboard.
            Intent::Enter { text } => self.scanned(turn, &text),
            Intent::Search { text } if self.step == Step::Pick => drop(turn.wish(Intent::Search { text })),
            Intent::SignOn { staff, pin } if turn.engine.signed_on.is_none() => {
                self.put_into_service(turn, &staff, &pin);
            }
            Intent::Approve { staff, pin } => self.pin_typed(turn, &staff, &pin),
            Intent::Back => self.press(turn, "back"),
            Intent::Acknowledge => self.message = None,
            // Nothing else has a key here; and least of all cash.
            Intent::Search { .. }
            | Intent::SelectLine { .. }
            | Intent::SetQuantity { .. }
            | Intent::VoidLine
            | Intent::VoidSale
            | Intent::ToggleReturn
            | Intent::Member { .. }
            | Intent::Suspend
            | Intent::ShowSuspended
            | Intent::Recall { .. }
            | Intent::Pay
            | Intent::Cash { .. }
            | Intent::OpenDrawer
            | Intent::Reprint
            | Intent::Lock
            | Intent::SignOn { .. }
            | Intent::OpenShift { .. }
            | Intent::XReport
            | Intent::ShowClose
            | Intent::CloseShift { .. }
            | Intent::PrintReport
            | Intent::Begin { .. }
            | Intent::ChooseQuantity { .. }
            | Intent::Confirm
            | Intent::Count { .. }
            | Intent::Tender { .. }
            | Intent::RemoveTender { .. }
            | Intent::CancelPayment
            | Intent::ApproveByCode { .. }
            | Intent::Explain => {}
        }
    }

    /// Whether something is typed here.
    fn asks(&self) -> bool {
        matches!(self.staffed, Staffed::Who | Staffed::Pin { .. }) || self.step == Step::Member
    }

    fn press(&mut self, turn: &mut Turn, key: &str) {
        match key {
            STAFF => self.ask_staff(turn),
            CALL => self.call_help(turn),
            ACCESSIBLE => self.kept.accessible = !self.kept.accessible,
            STAY => self.message = None,
            _ if turn.engine.setup.languages.all().any(|words| words.tag() == key) => self.language(turn, key),
            _ => self.press_shown(turn, key),
        }
    }

    fn press_shown(&mut self, turn: &mut Turn, key: &str) {
        let screen = crate::present::screen(turn.engine, turn.catalogue, turn.now);
        let view = self.view(turn.engine, turn.catalogue, turn.now, &screen);
        let shown = view.keys.iter().chain(&view.groups).any(|known| known.id == key && known.enabled);
        if !shown || self.attendant_presses(turn, key) {
            return;
        }
        self.message = None;
        match key {
            "start" => self.step = Step::Scan,
            "pick" => self.step = Step::Pick,
            "own-bag" => self.step = Step::OwnBag,
            "own-bag-done" | "bag-own" => self.take_own_bag(),
            "remove" => self.step = Step::Remove,
            "member" => self.step = Step::Member,
            "pay" => self.pay_wished = true,
            "pay-card" => {
                let refused = turn.wish(Intent::Tender {
                    kind: "card".to_owned(),
                    amount: String::new(),
                    reference: String::new(),
                });
                self.hears(turn, refused);
            }
            "cancel-payment" => {
                let refused = turn.wish(Intent::CancelPayment);
                self.hears(turn, refused);
            }
            "receipt-paper" => self.choose_receipt(turn, true, Step::Thanks),
            "receipt-none" => self.choose_receipt(turn, false, Step::Thanks),
            "receipt-code" => self.choose_receipt(turn, false, Step::Code),
            "done" if self.step == Step::Code => self.thank(turn),
            "done" => self.goodbye(turn),
            "bag-skip" => self.skip_bag(),
            "give-up" => {
                let refused = turn.kiosk(KioskWish::GiveUp);
                self.hears(turn, refused);
            }
            "back" => self.back(turn),
            group if group.starts_with(GROUP_KEY) => {
                turn.wish(Intent::Press { key: group.to_owned() });
            }
            _ => {}
        }
    }

    fn language(&mut self, turn: &mut Turn, tag: &str) {
        if turn.engine.setup.languages.all().any(|words| words.tag() == tag) {
            self.kept.language = if tag == self.shop_language { String::new() } else { tag.to_owned() };
            turn.wish(Intent::Language { tag: tag.to_owned() });
        }
    }

    /// One step back, wherever that is.
    fn back(&mut self, turn: &mut Turn) {
        if self.staffed != Staffed::Nobody {
            self.staffed = match self.staffed {
                Staffed::Pin { .. } => Staffed::Who,
                Staffed::Nobody | Staffed::Who | Staffed::Here { .. } => Staffed::Nobody,
            };
            return;
        }
        if turn.engine.waiting.is_some() || turn.engine.asks_age().is_some() {
            drop(turn.wish(Intent::Back));
            return;
        }
        if turn.engine.weighing.is_some() {
            // Without an answer they are not sold.
            return turn.engine.acknowledge();
        }
        if self.pay_wished {
            self.pay_wished = false;
            return self.calls.bag(false);
        }
        match self.step {
            Step::Pay if matches!(turn.engine.place, Place::Paying { .. }) => drop(turn.wish(Intent::Back)),
            Step::Pay | Step::Pick | Step::OwnBag | Step::Remove | Step::Member => self.step = Step::Scan,
            Step::Scan if turn.engine.durable.open.is_none() => self.next_shopper(turn),
            Step::Attract | Step::Scan | Step::Receipt | Step::Code | Step::Thanks => {}
        }
        self.message = None;
    }

    /// Goods found by their picture.
    fn pick(&mut self, turn: &mut Turn, item: String) {
        let here = matches!(self.step, Step::Attract | Step::Scan | Step::Pick) && self.staffed == Staffed::Nobody;
        let busy = turn.engine.is_writing() || self.calls.waits_for().is_some() || turn.engine.weighing.is_some();
        if !here || busy || turn.engine.signed_on.is_none() || turn.engine.durable.shift.is_none() {
            return;
        }
        let refused = turn.wish(Intent::PickItem { item });
        self.hears(turn, refused);
        self.step = Step::Scan;
    }

    /// A row was touched: goods that go off again.
    fn choose(&mut self, turn: &mut Turn, id: &str) {
        if self.step != Step::Remove || self.staffed != Staffed::Nobody {
            return;
        }
        let Ok(line) = id.parse() else { return };
        let refused = turn.kiosk(KioskWish::Remove { line, before: Money::minor(self.kept.removed_worth) });
        if refused.is_none() {
            self.kept.removed += 1;
            self.step = Step::Scan;
        }
        self.hears(turn, refused);
    }

    /// Something was typed: a number of the staff, a PIN, or who the member is.
    fn typed(&mut self, turn: &mut Turn, text: &str) {
        match self.staffed.clone() {
            Staffed::Who => return self.number_typed(text),
            Staffed::Pin { staff } => return self.pin_typed(turn, &staff, text),
            Staffed::Nobody | Staffed::Here { .. } => {}
        }
        if self.step != Step::Member || self.staffed != Staffed::Nobody || text.trim().is_empty() {
            return;
        }
        let refused = turn.wish(Intent::Member { text: text.trim().to_owned() });
        if refused.is_none() {
            self.step = Step::Scan;
        }
        self.hears(turn, refused);
    }

    /// A bag of her own lies in the bagging area; what is no bag is said.
    fn take_own_bag(&mut self) {
        match self.bagging.take_bag() {
            Ok(()) => {
                self.kept.own_bag = true;
                if self.step == Step::OwnBag {
                    self.step = Step::Scan;
                }
            }
            Err(Agrees::TooMuch) => self.no(Message::Key("kiosk-own-bag-heavy")),
            Err(Agrees::Gone | Agrees::TakeOut) => self.no(Message::Key("kiosk-bag-gone")),
            Err(Agrees::Moving | Agrees::PutIn | Agrees::Yes) => self.no(Message::Key("kiosk-bag-moving")),
        }
    }

    /// She will not put it there, or lets it never stand still: once that is believed, then somebody comes.
    fn skip_bag(&mut self) {
        if self.calls.wants_bag() {
            return;
        }
        self.kept.skips += 1;
        match self.kept.skips <= SKIPS_FREE {
            true => self.bagging.accept(),
            false => self.calls.bag(true),
        }
    }

    /// To the payment, as soon as nothing is in the way: the bag agrees, and nobody needs to look into it.
    pub(super) fn go_on_to_pay(&mut self, turn: &mut Turn) {
        self.bag_says = Some(self.bagging.says(turn.now.at));
        let engine = &turn.engine;
        let free = matches!(engine.place, Place::Selling)
            && engine.waiting.is_none()
            && engine.weighing.is_none()
            && engine.notice.is_none()
            && !engine.is_writing()
            && self.kept.coming.is_empty();
        if !self.pay_wished || !free {
            return;
        }
        let Some(store) = turn.catalogue.store().filter(|_| turn.has_goods()) else {
            self.pay_wished = false;
            return;
        };
        if self.bag_moves_too_long(turn.now.at) {
            self.skip_bag();
            self.bag_says = Some(self.bagging.says(turn.now.at));
        }
        if self.bag_hinders() {
            return;
        }
        self.calls.bag(false);
        if !self.kept.looked {
            self.kept.looked = true;
            self.kept.to_look = rescan::decide(&self.risk(turn), self.settings.loss_bound, chance(turn));
        }
        if self.kept.to_look > 0 {
            return;
        }
        self.pay_wished = false;
        if engine.priced(store).total <= Money::ZERO {
            // A till can give money back, or sell for nothing.
            self.message = Some(Message::Key("kiosk-trouble-at-till"));
            return self.call_help(turn);
        }
        let refused = turn.wish(Intent::Pay);
        self.hears(turn, refused);
    }

    /// What is known of this basket and of who carries it.
    fn risk(&self, turn: &Turn) -> Risk {
        let open = turn.engine.durable.open.as_ref();
        let store = turn.catalogue.store();
        let pieces: i64 = open.map_or(0, |basket| basket.active().map(domain::basket::Line::pieces).sum());
        let member = open.and_then(|basket| basket.member.as_ref());
        Risk {
            value: store.map(|store| turn.engine.priced(store).total).unwrap_or_default(),
            pieces: u32::try_from(pieces).unwrap_or(0),
            corrections: self.kept.removed,
            skips: self.kept.skips,
            weighed: self.bagging.is_there(),
            from_aisle: self.kept.from_aisle,
            known: member.map(|member| self.kept.trust_of(&member.id)),
        }
    }
}

/// Chance, as it came in by the door: 32 bits of it, of which the remainder by ten thousand is even to one in 400,000.
///
/// The last 62 bits of the input's id are nothing but chance (RFC 9562, 5.7). In stories and in training ids only count; their
/// remainders would count, too, and pick one shopper after the other. So they are multiplied by 2^64 divided by the golden
/// ratio, which spreads what counts evenly over the upper half of the product (Knuth, The Art of Computer Programming 6.4).
pub(super) fn chance(turn: &Turn) -> u64 {
    let end = turn.now.fresh.as_u64_pair().1 & (u64::MAX >> 2);
    end.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}
