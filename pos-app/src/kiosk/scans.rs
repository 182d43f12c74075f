//! Where a scan at a self-checkout goes: goods wherever goods can be taken, and nothing is lost without a word.

use domain::proof::ProofText;
use domain::staff::ApprovedBy;
use hal::Weighing;
use ui::Intent;
use ui::heard::Sound;

use super::attendant::{Staffed, card_of};
use super::{Kiosk, Message, Step, Turn};
use crate::engine::{Engine, Input};

impl Kiosk {
    pub(super) fn scanned(&mut self, turn: &mut Turn, data: &str) {
        self.touched_at = turn.now.at;
        turn.engine.scans_answered += 1;
        let answered = turn.engine.scans_answered;
        self.route(turn, data);
        // The engine counts those that it has seen itself.
        turn.engine.scans_answered = answered;
    }

    fn route(&mut self, turn: &mut Turn, data: &str) {
        if turn.engine.signed_on.is_none() || turn.engine.durable.shift.is_none() {
            return match card_of(turn.catalogue, data) {
                Some(who) if !turn.engine.is_writing() => self.card_at_closed(turn, who),
                _ => self.no(Message::Key("kiosk-trouble-closed")),
            };
        }
        if turn.engine.is_writing() || turn.engine.payment_blocks() {
            return self.no(Message::Key("kiosk-trouble-paying"));
        }
        if let Some(who) = card_of(turn.catalogue, data) {
            return self.arrives(turn, who, ApprovedBy::Card);
        }
        if self.to_look() > 0 && matches!(self.staffed, Staffed::Here { .. }) {
            return self.look_at_goods(turn, data);
        }
        if self.calls.waits_for().is_some() {
            return self.no(Message::Key("kiosk-trouble-wait"));
        }
        if turn.engine.weighing.is_some() {
            return self.no(Message::Key("kiosk-trouble-weigh-first"));
        }
        if self.is_phone_code(turn, data) {
            return;
        }
        if ProofText::is_meant(data) || Engine::is_slip(data) {
            return self.no(Message::Key("kiosk-trouble-at-till"));
        }
        let pays = domain::payment::classify_code(data).is_some();
        match self.step {
            Step::Pay if pays => {}
            Step::Pay => drop(turn.wish(Intent::Back)),
            Step::Receipt | Step::Code | Step::Thanks => self.goodbye(turn),
            Step::Attract | Step::Scan | Step::Pick | Step::OwnBag | Step::Remove | Step::Member
                if pays && turn.has_goods() =>
            {
                // She shows the code before she has said that she is ready.
                self.pay_wished = true;
                self.step = Step::Scan;
                self.message = Some(Message::Key("kiosk-trouble-show-again"));
                return;
            }
            Step::Attract | Step::Scan | Step::Pick | Step::OwnBag | Step::Remove | Step::Member => {}
        }
        self.staffed = Staffed::Nobody;
        let refused = turn.tell(Input::Scanned { data: data.to_owned() });
        self.hears(turn, refused);
        if self.step != Step::Pay || !pays {
            self.step = Step::Scan;
        }
    }

    /// It was not taken, and that is said.
    pub(super) fn no(&mut self, message: Message) {
        self.message = Some(message);
        self.sound(Sound::Refused);
    }

    /// What lies in the bagging area.
    pub(super) fn bagging_says(&mut self, turn: &Turn, weighing: Weighing) {
        // Somebody moves something: she is there.
        if self.step != Step::Attract && !matches!(weighing, Weighing::Fault) {
            self.touched_at = turn.now.at;
        }
        self.bagging.weighs(weighing);
    }
}
