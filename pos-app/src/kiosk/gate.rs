//! The way out of what was paid on the shopper's own phone: read without network, looked at where somebody must or chance
//! wants it, then written as a sale and let go.
//!
//! What stands at the gate is in memory alone: a power cut leaves the code as good as it was, and the sale that lets the
//! goods out is what remembers that it was used.

use domain::barcode::Barcode;
use domain::quantity::Unit;
use domain::rescan::{self, Risk};
use domain::staff::ApprovedBy;
use ui::heard::Sound;
use ui::screen::Choice;
use words::say;

use super::attendant::Staffed;
use super::calls::Why;
use super::present::prints;
use super::press::chance;
use super::{Kiosk, Message, Step, Turn};
use crate::engine::{Catalogue, Engine, ExitTrouble, KioskWish, Leaving, Trouble};
use crate::notation::Notation;

/// Goods at the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    leaving: Leaving,
    /// Whether chance has been asked.
    asked: bool,
    /// Pieces that must still be looked at.
    pub(super) to_look: u32,
}

/// What has just left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    /// Pieces, for people who count.
    pub(super) pieces: i64,
    /// What was paid.
    pub(super) paid: domain::money::Money,
}

impl Kiosk {
    /// A phone shows what is paid.
    pub(super) fn exit_shown(&mut self, turn: &mut Turn, data: &str) {
        let Some(store) = turn.catalogue.store() else { return };
        match turn.engine.leaving(turn.now, turn.catalogue, store, data) {
            Ok(leaving) => {
                if matches!(self.step, Step::Receipt | Step::Code | Step::Thanks) {
                    self.goodbye(turn);
                }
                self.staffed = Staffed::Nobody;
                self.pay_wished = false;
                self.message = None;
                self.step = Step::Scan;
                self.gate = Some(Box::new(Gate { leaving, asked: false, to_look: 0 }));
                self.sound(Sound::Taken);
            }
            // A scanner that reads twice what has just opened the gate says nothing new.
            Err(Trouble::Exit(ExitTrouble::Used { .. })) if self.left_now.is_some() => {}
            Err(trouble) => {
                if self.step == Step::Attract {
                    // As long as she reads it; then the next shopper may come.
                    self.step = Step::Scan;
                }
                self.no(Message::Trouble(trouble));
            }
        }
    }

    /// The goods leave as soon as nobody has to look any more.
    pub(super) fn go_on_out(&mut self, turn: &mut Turn) {
        let busy = turn.engine.is_writing() || turn.engine.notice.is_some();
        let Some(mut gate) = self.gate.take_if(|gate| !busy && gate.leaving.age.is_none()) else { return };
        if !gate.asked {
            gate.asked = true;
            let picked = rescan::decide(&self.risk_of(&gate.leaving), self.settings.loss_bound, chance(turn));
            let unsure = u32::try_from(gate.leaving.unsure.len()).unwrap_or(u32::MAX);
            gate.to_look = picked.max(unsure);
        }
        if gate.to_look > 0 {
            self.gate = Some(gate);
            return;
        }
        self.left_now = Some(Left { pieces: gate.leaving.pieces(), paid: gate.leaving.paid() });
        let refused = turn.kiosk(KioskWish::LetOut(Box::new(gate.leaving)));
        if refused.is_some() {
            self.left_now = None;
        }
        self.hears(turn, refused);
    }

    /// What a look has found beside what was paid is a basket of its own, which is paid before she goes.
    pub(super) fn goods_beside_exit(&mut self, turn: &mut Turn) {
        if self.left_now.is_none() || self.kept.coming.is_empty() {
            return;
        }
        self.choose_receipt(turn, prints(turn.engine), Step::Scan);
        turn.wish(ui::Intent::Back);
        self.left_now = None;
        self.message = Some(Message::Key("kiosk-look-missed"));
    }

    /// What is known of who leaves: nobody has stood by, and nothing was weighed.
    fn risk_of(&self, leaving: &Leaving) -> Risk {
        let member = leaving.basket.member.as_ref();
        Risk {
            value: leaving.paid(),
            pieces: u32::try_from(leaving.pieces()).unwrap_or(0),
            corrections: 0,
            skips: 0,
            weighed: false,
            from_aisle: true,
            known: member.map(|member| self.kept.trust_of(&member.id)),
        }
    }

    /// Why somebody is wanted at the gate.
    pub(super) fn gate_wants(&self) -> Option<(Why, String)> {
        let gate = self.gate.as_deref()?;
        match &gate.leaving.age {
            Some((years, name)) => Some((Why::Age, format!("{years} · {name}"))),
            None => (gate.to_look > 0).then(|| (Why::Look, gate.to_look.to_string())),
        }
    }

    /// Whether somebody must look, whatever chance says.
    pub(super) fn is_unsure(&self) -> bool {
        self.gate.as_ref().is_some_and(|gate| !gate.leaving.unsure.is_empty())
    }

    /// Years that goods ask for, at the gate or on their way into the basket.
    pub(super) fn asked_age(&self, engine: &Engine) -> Option<(u8, String)> {
        let at_gate = self.gate.as_ref().and_then(|gate| gate.leaving.age.clone());
        at_gate.or_else(|| engine.asks_age())
    }

    /// Pieces that must still be looked at.
    pub(super) fn to_look(&self) -> u32 {
        self.gate.as_ref().map_or(self.kept.to_look, |gate| gate.to_look)
    }

    /// An attendant has seen that the shopper is old enough; whether it was asked at the gate.
    pub(super) fn old_enough_at_gate(&mut self, turn: &Turn, staff: &str, means: ApprovedBy) -> bool {
        let Some(gate) = self.gate.as_deref_mut().filter(|gate| gate.leaving.age.is_some()) else { return false };
        if turn.catalogue.staff().iter().any(|who| who.id == staff) {
            gate.leaving.age_is_seen_by_attendant(staff, means);
        }
        true
    }

    /// The goods stay; the payment is head office's to give back, and the code as good as it was.
    pub(super) fn keep_at_gate(&mut self) -> bool {
        let kept = self.gate.take().is_some();
        if kept {
            self.no(Message::Key("kiosk-exit-kept"));
        }
        kept
    }

    /// The goods of a code that the catalogue does not know but the phone has paid for.
    pub(super) fn unknown_at_gate(&self, catalogue: &dyn Catalogue, code: &str) -> Option<String> {
        let (gate, store) = self.gate.as_deref().zip(catalogue.store())?;
        let key = Barcode::parse(code, &store.layouts).map_or_else(|_| code.trim().to_owned(), |code| code.key());
        gate.leaving.basket.active().any(|line| line.item == key).then_some(key)
    }

    /// Pieces of an item at the gate; `None` when nothing stands there.
    pub(super) fn pieces_at_gate(&self, item: &str) -> Option<i64> {
        let lines = self.gate.as_deref()?.leaving.basket.active().filter(|line| line.item == item);
        Some(lines.map(|line| if line.unit == Unit::Kilogram { 1 } else { line.pieces() }).sum())
    }

    /// One more was looked at; gives the member, when that was all of it.
    pub(super) fn looked_at_gate(&mut self, pieces: u32) -> Option<Option<String>> {
        let gate = self.gate.as_deref_mut()?;
        gate.to_look = gate.to_look.saturating_sub(pieces);
        let member = gate.leaving.basket.member.as_ref().map(|member| member.id.clone());
        (gate.to_look == 0).then_some(member)
    }

    /// What the attendant looks through, and why where that is not chance.
    pub(super) fn goods_at_gate(&self, engine: &Engine, catalogue: &dyn Catalogue) -> (Vec<Choice>, String) {
        let Some((gate, store)) = self.gate.as_deref().zip(catalogue.store()) else {
            return (Vec::new(), String::new());
        };
        let words = &engine.words;
        let row = |line: &domain::basket::Line| Choice {
            id: line.no.to_string(),
            title: line.name_in(engine.english).to_owned(),
            quantity: words.quantity(line.quantity),
            amount: gate
                .leaving
                .priced
                .line(line.no)
                .map(|priced| words.amount(store.currency, priced.gross))
                .unwrap_or_default(),
            enabled: true,
            ..Choice::default()
        };
        let unsure = match gate.leaving.unsure.is_empty() {
            true => String::new(),
            false => say!(words, "kiosk-exit-unsure", goods = gate.leaving.unsure.join(", ")),
        };
        (gate.leaving.basket.active().map(row).collect(), unsure)
    }
}
