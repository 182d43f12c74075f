//! Cash that moves without a sale: to the safe (投库), into the drawer, out of it.

use domain::event::Event;
use domain::money::Money;
use domain::receipt::Document;
use domain::shift::{CashMovement, CashMovementKind, Shift};
use domain::staff::Permission;
use domain::store::{ReasonFor, Store};
use ui::screen::Keys;

use super::actions::Action;
use super::by_hand::{given, short, typed_amount};
use super::command::{Command, Need};
use super::drafts::{Ask, Asked, Draft, Next};
use super::{Effect, Engine, Now, Pending, Said, Save, Trouble};
use crate::notation::Notation;
use crate::paper;

/// Pieces of one denomination that are still believed.
pub(crate) const PIECES_MAX: u32 = 100_000;

/// The reason of cash that goes to the safe.
const TO_SAFE: &str = "to_safe";

/// Values of notes and coins of the store's currency, the largest first.
pub(crate) fn denominations(store: &Store) -> Vec<Money> {
    domain::cash::denominations(store.currency)
}

impl Engine {
    /// Amount, reason, and a note for people.
    pub(super) fn next_cash_move(&self, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        let kind = match draft.action {
            Action::PayIn => CashMovementKind::PayIn,
            Action::PayOut => CashMovementKind::PayOut,
            _ => CashMovementKind::Drop,
        };
        let movable = |text: &str| {
            let amount = typed_amount(store, text)?;
            self.can_move(kind, amount).map(|()| amount)
        };
        let own_reasons = store.policy.reasons.iter().any(|(of, _)| *of == ReasonFor::Cash);
        match &draft.answers[..] {
            [] => Ok(Next::Step(Ask::new(Asked::Amount, Keys::Amount))),
            // There is one reason for the safe; who has set none is not asked for it.
            [amount] if kind == CashMovementKind::Drop && !own_reasons => {
                movable(amount)?;
                Ok(Next::Step(Ask::new(Asked::CashNote, Keys::Text)))
            }
            [amount, note] if kind == CashMovementKind::Drop && !own_reasons => {
                let (amount, reason, note) = (movable(amount)?, TO_SAFE.to_owned(), short(note)?);
                Ok(Next::Do(Command::MoveCash(CashMovement { kind, amount, reason, note })))
            }
            [amount] => {
                movable(amount)?;
                Ok(Next::Step(Ask::reason(store, ReasonFor::Cash)))
            }
            [_, reason] => {
                given(reason)?;
                Ok(Next::Step(Ask::new(Asked::CashNote, Keys::Text)))
            }
            [amount, reason, note, ..] => {
                let (amount, reason, note) = (movable(amount)?, given(reason)?, short(note)?);
                Ok(Next::Do(Command::MoveCash(CashMovement { kind, amount, reason, note })))
            }
        }
    }

    /// Whether so much may move: more than nothing, and never more out than should be there.
    fn can_move(&self, kind: CashMovementKind, amount: Money) -> Result<(), Trouble> {
        let shift = self.durable.shift.as_ref().ok_or(Trouble::NoShift)?;
        if amount.is_zero() {
            return Err(Trouble::Amount(domain::money::AmountError::NotANumber));
        }
        match kind {
            CashMovementKind::Drop | CashMovementKind::PayOut if amount > shift.expected_cash() => {
                Err(Trouble::NotInDrawer)
            }
            CashMovementKind::PayIn if shift.expected_cash() + amount > Money::minor(domain::money::AMOUNT_MAX) => {
                Err(Trouble::Amount(domain::money::AmountError::TooLarge))
            }
            CashMovementKind::Drop | CashMovementKind::PayIn | CashMovementKind::PayOut => Ok(()),
        }
    }

    pub(super) fn needs_of_cash_move(&self, store: &Store, movement: &CashMovement) -> Vec<Need> {
        let sign = if movement.kind == CashMovementKind::PayIn { "+" } else { "-" };
        let about = format!("{sign}{}", self.words.amount(store.currency, movement.amount));
        vec![Need::of(Permission::MoveCash, movement.amount.units(), about)]
    }

    pub(super) fn move_cash(&mut self, now: Now, store: &Store, movement: CashMovement, effects: &mut Vec<Effect>) {
        if let Err(trouble) = self.can_move(movement.kind, movement.amount) {
            return self.refuse(trouble);
        }
        let mut shift = self.durable.shift.clone().expect("cash moves in an open shift alone");
        shift.totals.add_movement(&movement);
        let document = paper::cash_slip(&movement, store, &self.issued(now));
        let job = self.durable.next_job;
        let saves =
            vec![Save::Shift(Some(shift.clone())), Save::Print { job, receipt: false, document: document.clone() }];
        self.said = Said::CashMoved(movement.kind, movement.amount);
        let stamp = self.stamp(now);
        let pending = Pending::CashMoved { shift, job, document };
        self.commit(stamp, vec![Event::CashMoved(movement)], saves, pending, effects);
    }

    pub(super) fn cash_moved(&mut self, shift: Shift, (job, document): (u64, Document), effects: &mut Vec<Effect>) {
        self.durable.shift = Some(shift);
        self.print(job, document, false, effects);
        effects.push(Effect::OpenDrawer);
    }

    /// Whether the drawer holds more than it should, so that some of it belongs into the safe.
    pub(crate) fn wants_drop(&self, store: &Store) -> bool {
        let most = store.policy.drawer_cash_max;
        let held = self.durable.shift.as_ref().map(Shift::expected_cash);
        !most.is_zero() && self.signed_on.is_some() && held.is_some_and(|held| held > most)
    }
}
