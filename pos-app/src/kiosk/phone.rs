//! Codes that a shopper's phone shows: the basket that it scanned in the aisle. Prices are this kiosk's own, and what it
//! took counts once, also after a power cut.

use domain::aisle::{BasketCode, ExitCode};
use domain::quantity::Quantity;
use ui::Intent;
use ui::heard::Sound;

use super::{Kiosk, Message, Step, Turn};
use crate::engine::Place;

impl Kiosk {
    /// Whether a code was a phone's; then it is taken, or it is said why not.
    pub(super) fn is_phone_code(&mut self, turn: &mut Turn, data: &str) -> bool {
        if ExitCode::is_meant(data) {
            // What is paid on the phone is looked at on the way out.
            self.no(Message::Key("kiosk-trouble-exit"));
            return true;
        }
        if !BasketCode::is_meant(data) {
            return false;
        }
        let Some(store) = turn.catalogue.store() else { return true };
        let Some(key) = store.policy.aisle_key.as_ref() else {
            self.no(Message::Key("kiosk-trouble-at-till"));
            return true;
        };
        match BasketCode::read(data, key, &store.id, turn.now.at) {
            Ok(basket) => self.take_basket(turn, &basket),
            Err(error) => self.no(Message::Key(error.words())),
        }
        true
    }

    fn take_basket(&mut self, turn: &mut Turn, basket: &BasketCode) {
        if matches!(self.step, Step::Receipt | Step::Code | Step::Thanks) {
            self.goodbye(turn);
        }
        if matches!(turn.engine.place, Place::Paying { .. }) {
            turn.wish(Intent::Back);
        }
        if !self.kept.first_time(&basket.once()) {
            return self.no(Message::Key("kiosk-trouble-phone-once"));
        }
        let whole = |quantity: Quantity| quantity.in_thousandths() % 1000 == 0;
        let typed = basket.lines.iter().map(|line| match line.quantity == Quantity::ONE {
            true => line.code.clone(),
            // A weight that nobody has seen is weighed here.
            false if !whole(line.quantity) => line.code.clone(),
            false => format!("{}*{}", line.quantity.plain(), line.code),
        });
        self.kept.coming = typed.collect();
        self.kept.from_aisle = true;
        if let Some(member) = &basket.member {
            turn.wish(Intent::Member { text: member.clone() });
        }
        self.step = Step::Scan;
        self.message = None;
        self.sound(Sound::Taken);
    }

    /// Goods of a phone's basket go into the one on the counter as they would by scanning, one by one: what asks for an
    /// age, or for a weight, holds the rest up.
    pub(super) fn take_from_phone(&mut self, turn: &mut Turn) {
        let mut unknown = false;
        while !self.kept.coming.is_empty() {
            let engine = &turn.engine;
            let free = matches!(engine.place, Place::Selling | Place::Paid(_))
                && engine.notice.is_none()
                && engine.waiting.is_none()
                && engine.weighing.is_none()
                && !engine.is_writing();
            if !free {
                break;
            }
            let code = self.kept.coming.remove(0);
            unknown |= turn.wish(Intent::Enter { text: code }).is_some_and(|_| turn.engine.asks_age().is_none());
            unknown &= turn.engine.weighing.is_none() || unknown;
            self.read_notices(turn);
            self.refuse_drafts(turn);
            turn.engine.query.clear();
        }
        self.look_at_basket(turn);
        if unknown {
            self.message = Some(Message::Key("kiosk-trouble-phone-goods"));
        }
    }
}
