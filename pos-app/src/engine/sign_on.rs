//! Who is at the till.

use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use domain::event::Event;
use jiff::SignedDuration;

use super::state::Lockout;
use super::{Catalogue, Effect, Engine, Now, Said, Save, Trouble};

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
        let at = self.durable.lockouts.iter().position(|lockout| lockout.staff == staff);
        if let Some(at) = at {
            let left = self.durable.lockouts[at].until.as_second() - now.at.as_second();
            // A clock that was set back must not lock someone out for a year.
            if (1..=WAIT_S_MAX as i64).contains(&left) {
                return self.refuse(Trouble::Wait(left as u64));
            }
        }
        if is_pin(&who.pin, pin) {
            if let Some(at) = at {
                self.durable.lockouts.remove(at);
                let cleared = Lockout { staff: staff.to_owned(), failures: 0, until: now.at };
                self.save_lockout(now, cleared, Vec::new(), effects);
            }
            self.signed_on = Some(who);
            self.said = Said::Nothing;
            return;
        }
        self.count_wrong_pin(now, staff, at, effects);
    }

    fn count_wrong_pin(&mut self, now: Now, staff: &str, at: Option<usize>, effects: &mut Vec<Effect>) {
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
        self.refuse(Trouble::WrongPin(wait));
    }

    fn save_lockout(&mut self, now: Now, lockout: Lockout, events: Vec<Event>, effects: &mut Vec<Effect>) {
        let id = self.next_commit;
        self.next_commit += 1;
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events, saves: vec![Save::Lockout(lockout)] });
    }

    /// Nobody is signed on; the basket, a payment and all else stay as they are.
    pub(super) fn lock(&mut self) {
        self.signed_on = None;
        self.said = Said::Nothing;
    }
}

fn is_pin(phc: &str, pin: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else { return false };
    argon2::Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok()
}
