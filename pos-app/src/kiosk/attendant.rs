//! Members of staff at the self-checkout: they put it into service, are recognised by card or PIN, do what the shopper may
//! not, and look into bags.

use std::collections::BTreeMap;

use domain::quantity::Unit;
use domain::staff::ApprovedBy;
use ui::Intent;
use ui::heard::Sound;

use super::calls::Why;
use super::{Kiosk, Message, Step, Turn};
use crate::engine::{Catalogue, Input, KioskWish, Place};

/// Who of the staff is at the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Staffed {
    /// Nobody.
    Nobody,
    /// Somebody, who says who she is.
    Who,
    /// She types her PIN.
    Pin {
        /// Staff id.
        staff: String,
        /// As colleagues call her.
        name: String,
    },
    /// She is recognised.
    Here {
        /// Staff id.
        staff: String,
        /// As colleagues call her.
        name: String,
        /// How.
        means: ApprovedBy,
    },
}

/// The member of staff whose card this is.
pub(super) fn card_of(catalogue: &dyn Catalogue, code: &str) -> Option<(String, String)> {
    let holder = catalogue.staff().into_iter().find(|who| who.card.as_deref() == Some(code.trim()))?;
    Some((holder.id, holder.name))
}

impl Kiosk {
    /// Somebody of the staff was chosen: her PIN is asked for.
    pub(super) fn choose_staff(&mut self, turn: &Turn, id: &str) {
        let known = turn.catalogue.staff().into_iter().find(|who| who.id == id);
        if let Some(who) = known {
            self.message = None;
            self.staffed = Staffed::Pin { staff: who.id, name: who.name };
        }
    }

    /// A PIN was typed.
    pub(super) fn pin_typed(&mut self, turn: &mut Turn, staff: &str, pin: &str) {
        if turn.engine.signed_on.is_none() {
            return self.put_into_service(turn, staff, pin);
        }
        let refused = turn.kiosk(KioskWish::Identify { staff: staff.to_owned(), pin: pin.to_owned() });
        match turn.engine.take_identified() {
            Some(id) => {
                let name = turn.catalogue.staff().into_iter().find(|who| who.id == id).map(|who| who.name);
                self.arrives(turn, (id, name.unwrap_or_default()), ApprovedBy::Pin);
            }
            None => self.hears(turn, refused),
        }
    }

    /// A member of staff opens it: a shift with an empty drawer, under her name.
    pub(super) fn put_into_service(&mut self, turn: &mut Turn, staff: &str, pin: &str) {
        let refused = turn.wish(Intent::SignOn { staff: staff.to_owned(), pin: pin.to_owned() });
        let Some(who) = turn.engine.signed_on.clone() else { return self.hears(turn, refused) };
        self.staffed = Staffed::Nobody;
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
    pub(super) fn arrives(&mut self, turn: &mut Turn, (staff, name): (String, String), means: ApprovedBy) {
        self.touched_at = turn.now.at;
        self.message = None;
        let why = self.calls.why();
        self.calls.seen();
        if why == Some(Why::Leave) {
            self.staffed = Staffed::Nobody;
            return self.granted(turn, Why::Leave, (staff, means));
        }
        self.staffed = Staffed::Here { staff, name, means };
    }

    /// A key of the attendant's. Whether it was one.
    pub(super) fn attendant_presses(&mut self, turn: &mut Turn, key: &str) -> bool {
        let Staffed::Here { staff, means, .. } = self.staffed.clone() else { return false };
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
        wish: impl Fn(&mut Turn) -> Option<crate::engine::Trouble>,
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
        let Some(item) = turn.engine.goods_of_code(turn.catalogue, code) else {
            self.message = Some(Message::Key("kiosk-trouble-unreadable"));
            return self.sound(Sound::Refused);
        };
        let scanned = self.pieces_of(turn, &item);
        let looked = self.looked_at.entry(item).or_default();
        if *looked < scanned {
            *looked += 1;
            self.message = None;
            self.sound(Sound::Taken);
        } else {
            *looked += 1;
            self.look_missed += 1;
            let refused = turn.tell(Input::Scanned { data: code.to_owned() });
            self.hears(turn, refused);
            self.message = Some(Message::Key("kiosk-look-missed"));
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

    fn look_is_over(&mut self, turn: &mut Turn) {
        let open = turn.engine.durable.open.as_ref();
        if let Some(member) = open.and_then(|basket| basket.member.as_ref()) {
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
