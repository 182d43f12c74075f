//! Who is at the till.

use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use domain::event::Event;
use jiff::SignedDuration;

use super::drafts::Step;
use super::state::Lockout;
use super::{Catalogue, Effect, Engine, Now, Place, Said, Save, StaffMember, Trouble};

/// Wrong PINs that cost nothing; slips of the finger.
const FREE_TRIES: u32 = 2;
/// From so many wrong PINs in a row on it is an event.
const EVENT_TRIES: u32 = 5;
/// The longest wait between two tries.
const WAIT_S_MAX: u64 = 900;

/// Seconds to wait after so many wrong PINs in a row: 2, 4, 8, ... after the free ones.
fn wait_s(failures: u32) -> u64 {
    match failures {
        0..=FREE_TRIES => 0,
        more => 2_u64.saturating_pow(more - FREE_TRIES).min(WAIT_S_MAX),
    }
}

impl Engine {
    pub(super) fn sign_on(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        staff: &str,
        pin: &str,
        effects: &mut Vec<Effect>,
    ) {
        let Some(who) = catalogue.staff().into_iter().find(|who| who.id == staff) else {
            return self.refuse(Trouble::UnknownStaff);
        };
        match self.check_pin(now, &who, pin, effects) {
            Ok(()) => self.signed_on_as(now, who, effects),
            Err(trouble) => self.refuse(trouble),
        }
    }

    /// She is at the till. What waits for leave was another's wish, and what another began and was asked about is left;
    /// the basket and a payment stay.
    pub(super) fn signed_on_as(&mut self, now: Now, who: StaffMember, effects: &mut Vec<Effect>) {
        self.give_up(now, effects);
        if self.last_cashier.as_ref().is_some_and(|last| *last != who.id) {
            match &self.place {
                // Goods on their way into the basket are the shopper's, whoever asks about them.
                Place::Draft(draft) if draft.goods.is_some() => {}
                Place::Draft(draft) => self.place = (*draft.under).clone(),
                Place::Closing { .. } | Place::XReport => self.place = Place::Selling,
                Place::Selling | Place::Paying { .. } | Place::Paid(_) | Place::Suspended => {}
            }
        }
        let again = self.signed_on.as_ref().is_some_and(|known| known.id == who.id);
        let event = Event::SignedOn { staff: who.id.clone() };
        self.last_cashier = Some(who.id.clone());
        self.signed_on = Some(who);
        self.said = Said::Nothing;
        if !again {
            self.record(now, vec![event], effects);
        }
    }

    /// Whether money is on its way: a payment, or a sale that is paid in part.
    pub(super) fn money_in_flight(&self) -> bool {
        let taken = self.durable.open.as_ref().is_some_and(|basket| !basket.about.taken.is_empty());
        taken || self.payment_is_open()
    }

    /// Whether the shopper is paying, also while the number of what she pays with is asked for.
    pub(super) fn is_paying(&self) -> bool {
        let under = self.draft().map_or(&self.place, |draft| &*draft.under);
        matches!(under, Place::Paying { .. })
    }

    /// Whether money is being taken or counted, which is not interrupted.
    pub(super) fn handles_money(&self) -> bool {
        let counts = match &self.place {
            Place::Closing { .. } => true,
            Place::Draft(draft) => !draft.pieces.is_empty() || matches!(draft.step, Step::Count),
            Place::Paying { .. } | Place::Selling | Place::Paid(_) | Place::Suspended | Place::XReport => false,
        };
        counts || self.is_paying() || self.money_in_flight()
    }

    /// Whether a PIN is right. Wrong ones are counted, and cost a growing wait.
    pub(super) fn check_pin(
        &mut self,
        now: Now,
        who: &StaffMember,
        pin: &str,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Trouble> {
        let at = self.durable.lockouts.iter().position(|lockout| lockout.staff == who.id);
        if let Some(at) = at {
            let left = self.durable.lockouts[at].until.as_second() - now.at.as_second();
            // A clock that was set back must not lock someone out for a year.
            if (1..=WAIT_S_MAX as i64).contains(&left) {
                return Err(Trouble::Wait(left as u64));
            }
        }
        if !is_pin(&who.pin, pin) {
            return Err(self.count_wrong_pin(now, &who.id, at, effects));
        }
        if let Some(at) = at {
            self.durable.lockouts.remove(at);
            let cleared = Lockout { staff: who.id.clone(), failures: 0, until: now.at };
            self.save_lockout(now, cleared, Vec::new(), effects);
        }
        Ok(())
    }

    fn count_wrong_pin(&mut self, now: Now, staff: &str, at: Option<usize>, effects: &mut Vec<Effect>) -> Trouble {
        let failures = at.map_or(0, |at| self.durable.lockouts[at].failures).saturating_add(1);
        let wait = wait_s(failures);
        let until = now.at.checked_add(SignedDuration::from_secs(wait as i64)).unwrap_or(now.at);
        let lockout = Lockout { staff: staff.to_owned(), failures, until };
        match at {
            Some(at) => self.durable.lockouts[at] = lockout.clone(),
            None => self.durable.lockouts.push(lockout.clone()),
        }
        let events = match failures {
            0..EVENT_TRIES => Vec::new(),
            tries => vec![Event::LockedOut { staff: staff.to_owned(), tries }],
        };
        self.save_lockout(now, lockout, events, effects);
        Trouble::WrongPin(wait)
    }

    fn save_lockout(&mut self, now: Now, lockout: Lockout, events: Vec<Event>, effects: &mut Vec<Effect>) {
        let id = self.next_commit;
        self.next_commit += 1;
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events, saves: vec![Save::Lockout(lockout)] });
    }

    /// Nobody is signed on; the basket, a payment and all else stay as they are. What waits for leave is given up.
    pub(super) fn lock(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.give_up(now, effects);
        self.signed_on = None;
        self.said = Said::Nothing;
    }
}

fn is_pin(phc: &str, pin: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else { return false };
    argon2::Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok()
}
