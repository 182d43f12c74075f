//! Members of staff at the self-checkout: they put it into service, are recognised by card or PIN, do what the shopper may
//! not, and look into bags.

use std::collections::BTreeMap;

use domain::quantity::Unit;
use domain::staff::ApprovedBy;
use jiff::SignedDuration;
use ui::Intent;
use ui::heard::Sound;

use super::calls::Why;
use super::{Kiosk, Message, Step, Turn};
use crate::engine::{Catalogue, Input, KioskWish, Place, Trouble};

/// Wrong numbers and PINs in a row after which only a card tells who somebody is, for a while.
const WRONG_PINS_MAX: u32 = 5;
/// Seconds of that while.
const REST_S: i64 = 60;
/// Characters of a staff number that is typed.
const NUMBER_CHARS_MAX: usize = 64;

/// Who of the staff is at the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Staffed {
    /// Nobody.
    Nobody,
    /// Somebody, who says who she is.
    Who,
    /// She types her PIN.
    Pin {
        /// The number that was typed, whether anybody has it or not, or the staff id of a card.
        staff: String,
    },
    /// She is recognised.
    Here {
        /// Staff id.
        staff: String,
        /// How.
        means: ApprovedBy,
    },
}

/// Id of the member of staff whose card this is.
pub(super) fn card_of(catalogue: &dyn Catalogue, code: &str) -> Option<String> {
    catalogue.staff().into_iter().find(|who| who.card.as_deref() == Some(code.trim())).map(|holder| holder.id)
}

impl Kiosk {
    /// Somebody says that she is of the staff: her card tells who she is, or her number and PIN.
    pub(super) fn ask_staff(&mut self, turn: &Turn) {
        if turn.now.at < self.staff_rests_until {
            return self.no(Message::Key("kiosk-staff-rests"));
        }
        self.message = None;
        self.staffed = Staffed::Who;
    }

    /// A number was typed. A PIN is asked for whether anybody has it or not: who works here is no shopper's business.
    pub(super) fn number_typed(&mut self, text: &str) {
        let staff = text.trim();
        if !staff.is_empty() && staff.len() <= NUMBER_CHARS_MAX {
            self.message = None;
            self.staffed = Staffed::Pin { staff: staff.to_owned() };
        }
    }

    /// A PIN was typed. Several wrong ones in a row, whosever, and typing rests for a while.
    pub(super) fn pin_typed(&mut self, turn: &mut Turn, staff: &str, pin: &str) {
        self.wrong_pins += 1;
        self.try_pin(turn, staff, pin);
        if matches!(self.staffed, Staffed::Pin { .. }) && self.wrong_pins >= WRONG_PINS_MAX {
            self.wrong_pins = 0;
            self.staff_rests_until = turn.now.at.checked_add(SignedDuration::from_secs(REST_S)).unwrap_or(turn.now.at);
            self.staffed = Staffed::Nobody;
            self.no(Message::Key("kiosk-staff-rests"));
        }
    }

    fn try_pin(&mut self, turn: &mut Turn, staff: &str, pin: &str) {
        if turn.engine.signed_on.is_none() {
            return self.put_into_service(turn, staff, pin);
        }
        let refused = turn.kiosk(KioskWish::Identify { staff: staff.to_owned(), pin: pin.to_owned() });
        match turn.engine.take_identified() {
            Some(id) => self.arrives(turn, id, ApprovedBy::Pin),
            None => self.hears(turn, refused),
        }
    }

    /// A staff card at a machine that is closed: it opens where the shop lets a card do so, else her PIN is asked for.
    pub(super) fn card_at_closed(&mut self, turn: &mut Turn, staff: String) {
        self.message = None;
        self.sound(Sound::Taken);
        if !self.settings.opens_by_card {
            self.staffed = Staffed::Pin { staff };
            return;
        }
        let refused = turn.kiosk(KioskWish::SignOn { staff });
        self.opens(turn, refused);
    }

    /// A member of staff opens it with her PIN.
    pub(super) fn put_into_service(&mut self, turn: &mut Turn, staff: &str, pin: &str) {
        let refused = turn.wish(Intent::SignOn { staff: staff.to_owned(), pin: pin.to_owned() });
        self.opens(turn, refused);
    }

    /// A shift with an empty drawer, under the name of who has signed on.
    fn opens(&mut self, turn: &mut Turn, refused: Option<Trouble>) {
        let Some(who) = turn.engine.signed_on.clone() else { return self.hears(turn, refused) };
        self.staffed = Staffed::Nobody;
        self.wrong_pins = 0;
        self.message = None;
        self.kept.staff = who.id;
        if turn.engine.durable.shift.is_none() {
            let refused = turn.wish(Intent::OpenShift { float: "0".to_owned() });
            self.hears(turn, refused);
        }
        if turn.engine.durable.open.is_none() {
            self.step = Step::Attract;
        }
    }

    /// Somebody of the staff is recognised. What waits for leave alone has it with that.
    pub(super) fn arrives(&mut self, turn: &mut Turn, staff: String, means: ApprovedBy) {
        self.touched_at = turn.now.at;
        self.wrong_pins = 0;
        self.message = None;
        let why = self.calls.why();
        self.calls.seen();
        if why == Some(Why::Leave) {
            self.staffed = Staffed::Nobody;
            return self.granted(turn, Why::Leave, (staff, means));
        }
        self.staffed = Staffed::Here { staff, means };
    }

    /// A key of the attendant's. Whether it was one.
    pub(super) fn attendant_presses(&mut self, turn: &mut Turn, key: &str) -> bool {
        let Staffed::Here { staff, means } = self.staffed.clone() else { return false };
        let who = (staff, means);
        match key {
            "old-enough" => {
                self.granted(turn, Why::Age, who);
                self.staffed = Staffed::Nobody;
            }
            "too-young" => {
                self.refused(turn, Why::Age, who);
                self.staffed = Staffed::Nobody;
            }
            "bag-ok" => {
                self.granted(turn, Why::Bag, who);
                self.staffed = Staffed::Nobody;
            }
            "look-done" => self.look_is_over(turn),
            "exit-keep" => {
                self.keep_at_gate();
                self.staffed = Staffed::Nobody;
            }
            "to-till" => self.hand_to_till(turn),
            "void-sale" => self.as_attendant(turn, who, |turn| turn.kiosk(KioskWish::GiveUp)),
            "reprint" => self.as_attendant(turn, who, |turn| turn.wish(Intent::Reprint)),
            "close-day" => self.close_day(turn, who),
            "attendant-done" => self.staffed = Staffed::Nobody,
            _ => return false,
        }
        true
    }

    /// Does something that may need leave, and gives hers.
    fn as_attendant(
        &mut self,
        turn: &mut Turn,
        (staff, means): (String, ApprovedBy),
        wish: impl Fn(&mut Turn) -> Option<Trouble>,
    ) {
        self.goods_first(turn);
        let mut refused = wish(turn);
        if turn.engine.waiting.is_some() {
            refused = turn.kiosk(KioskWish::Leave { staff, means });
            if turn.engine.waiting.is_some() {
                // She may not, either: nothing of it happened.
                turn.wish(Intent::Back);
            }
        }
        match refused {
            Some(_) => self.hears(turn, refused),
            None => self.staffed = Staffed::Nobody,
        }
    }

    /// From the payment back to the goods, as long as no money is on its way.
    fn goods_first(&mut self, turn: &mut Turn) {
        if matches!(turn.engine.place, Place::Paying { .. }) && !turn.engine.payment_blocks() {
            turn.wish(Intent::Back);
        }
    }

    /// The basket goes to a till, by its slip.
    fn hand_to_till(&mut self, turn: &mut Turn) {
        self.goods_first(turn);
        let refused = turn.wish(Intent::Suspend);
        match refused {
            Some(_) => self.hears(turn, refused),
            None => self.staffed = Staffed::Nobody,
        }
    }

    /// Out of service: the shift is closed with its empty drawer.
    fn close_day(&mut self, turn: &mut Turn, who: (String, ApprovedBy)) {
        if let Some(trouble) = turn.wish(Intent::ShowClose) {
            return self.hears(turn, Some(trouble));
        }
        self.as_attendant(turn, who, |turn| turn.wish(Intent::CloseShift { counted: "0".to_owned() }));
        if !turn.engine.is_writing() && matches!(turn.engine.place, Place::Closing { .. }) {
            turn.wish(Intent::Back);
        }
    }

    /// A shift that is closed takes the machine out of service.
    pub(super) fn leave_when_done(&mut self, turn: &mut Turn) {
        let engine = &turn.engine;
        if engine.signed_on.is_some() && engine.durable.shift.is_none() && !engine.is_writing() {
            turn.wish(Intent::Lock);
            self.kept.staff.clear();
            self.next_shopper(turn);
        }
    }

    /// The attendant scans something out of the bag. What is in the basket is found; what is not goes into it.
    pub(super) fn look_at_goods(&mut self, turn: &mut Turn, code: &str) {
        let known = turn.engine.goods_of_code(turn.catalogue, code);
        let Some(item) = known.or_else(|| self.unknown_at_gate(turn.catalogue, code)) else {
            self.message = Some(Message::Key("kiosk-trouble-unreadable"));
            return self.sound(Sound::Refused);
        };
        let scanned = self.pieces_at_gate(&item).unwrap_or_else(|| self.pieces_of(turn, &item));
        let looked = self.looked_at.entry(item).or_default();
        if *looked < scanned {
            *looked += 1;
            self.message = None;
            self.sound(Sound::Taken);
        } else {
            *looked += 1;
            self.look_missed += 1;
            if self.gate.is_some() {
                // It goes into a basket of its own, once what is paid has left.
                self.kept.coming.push(code.to_owned());
                self.sound(Sound::Refused);
            } else {
                let refused = turn.tell(Input::Scanned { data: code.to_owned() });
                self.hears(turn, refused);
            }
            self.message = Some(Message::Key("kiosk-look-missed"));
        }
        if self.gate.is_some() {
            if self.looked_at_gate(1).is_some() {
                self.look_is_over(turn);
            }
            return;
        }
        self.kept.to_look = self.kept.to_look.saturating_sub(1);
        if self.kept.to_look == 0 {
            self.look_is_over(turn);
        }
    }

    fn pieces_of(&self, turn: &Turn, item: &str) -> i64 {
        let lines = turn.engine.durable.open.iter().flat_map(domain::basket::Basket::active);
        let of_item = lines.filter(|line| line.item == item);
        of_item.map(|line| if line.unit == Unit::Kilogram { 1 } else { line.pieces() }).sum()
    }

    /// The look is over. One that ended before all pieces were scanned and found nothing has shown nothing, either.
    fn look_is_over(&mut self, turn: &mut Turn) {
        let shows = self.to_look() == 0 || self.look_missed > 0;
        if let Some(member) = self.looked_at_gate(u32::MAX) {
            if let Some(member) = member.filter(|_| shows) {
                self.kept.learn(&member, self.look_missed);
            }
            self.looked_at = BTreeMap::new();
            self.look_missed = 0;
            self.staffed = Staffed::Nobody;
            return;
        }
        let open = turn.engine.durable.open.as_ref();
        if let Some(member) = open.and_then(|basket| basket.member.as_ref()).filter(|_| shows) {
            let id = member.id.clone();
            self.kept.learn(&id, self.look_missed);
        }
        self.kept.to_look = 0;
        self.kept.looked = true;
        self.kept.attended = true;
        self.looked_at = BTreeMap::new();
        self.look_missed = 0;
        self.staffed = Staffed::Nobody;
        // What was found lies in the bag already.
        self.bagging.accept();
    }
}
