//! What is heard of what was just done: one sound for each input at the most, the one that matters most.

use domain::money::Money;
use ui::heard::Sound;

use super::{Catalogue, Engine, Trouble};

/// The last sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ear {
    /// Which.
    pub(crate) sound: Sound,
    /// Grows each time that something is to be heard.
    pub(crate) count: u64,
    /// Of the input that is being handled.
    now: Option<Sound>,
}

impl Engine {
    /// Something is to be heard when this input is done.
    pub(super) fn hear(&mut self, sound: Sound) {
        if self.heard.now.is_none_or(|before| weight(before) <= weight(sound)) {
            self.heard.now = Some(sound);
        }
    }

    /// A refusal is heard, and so is a call for a person.
    pub(super) fn hear_trouble(&mut self, trouble: &Trouble) {
        self.hear(match trouble {
            // A question is no refusal: the goods are known.
            Trouble::NeedsWeight(_) => Sound::Taken,
            Trouble::HelpWanted
            | Trouble::DrawerForced
            | Trouble::DrawerStuck
            | Trouble::PaymentAlarm(_)
            | Trouble::UnknownPayment
            | Trouble::PaymentNotKept(_)
            | Trouble::JournalRenewed(_)
            | Trouble::JournalRefused(_) => Sound::Call,
            _ => Sound::Refused,
        });
    }

    /// Goods or a coupon were taken; more was saved than before, or not.
    pub(super) fn hear_taken(&mut self, catalogue: &dyn Catalogue, saved_before: Money) {
        let saved = self.saved(catalogue) > saved_before;
        self.hear(if saved { Sound::Saved } else { Sound::Taken });
    }

    /// What the open basket saves.
    pub(super) fn saved(&self, catalogue: &dyn Catalogue) -> Money {
        catalogue.store().map_or(Money::ZERO, |store| self.priced(store).discount_total())
    }

    /// The input is done: what it set off is heard.
    pub(super) fn let_hear(&mut self) {
        if let Some(sound) = self.heard.now.take() {
            self.heard.sound = sound;
            self.heard.count += 1;
        }
    }
}

/// Of several, what must not be missed.
fn weight(sound: Sound) -> u8 {
    match sound {
        Sound::None => 0,
        Sound::Taken => 1,
        Sound::Saved => 2,
        Sound::Paid => 3,
        Sound::Refused => 4,
        Sound::Call => 5,
    }
}
