//! What a self-checkout must know after a power cut beside its basket. Small; stored by the journal as text.

use std::collections::BTreeMap;

use domain::rescan::Trust;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Members of whom is remembered what looks into their bags found.
const TRUSTED_MAX: usize = 256;
/// Codes of phones that are remembered, so that none counts twice.
const SEEN_MAX: usize = 512;

/// It.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Kept {
    /// Who has put it into service; empty when nobody has.
    pub staff: String,
    /// Tag of the shopper's language; empty for the shop's.
    pub language: String,
    /// Whether the shopper wants everything low, large and spoken.
    pub accessible: bool,
    /// The basket that the rest is about.
    pub basket: Option<Uuid>,
    /// Whether a bag of her own was taken.
    pub own_bag: bool,
    /// Times that the bagging area was not agreed with.
    pub skips: u32,
    /// Times that goods were taken off again.
    pub removed: u32,
    /// What pieces were worth, in minor units, that were taken off lines which still count. Lines that went off whole tell
    /// their own worth.
    pub removed_worth: i64,
    /// Whether chance has been asked about it.
    pub looked: bool,
    /// Whether an attendant has looked through it.
    pub attended: bool,
    /// Pieces that must still be looked at.
    pub to_look: u32,
    /// Whether it was scanned in the aisle.
    pub from_aisle: bool,
    /// What a phone has handed over into this basket.
    pub handed: Option<Handed>,
    /// Goods of a phone's basket that are still on their way, as they would be typed.
    pub coming: Vec<String>,
    /// What looks have found, by member: id, clean, missed; the newest last.
    pub trust: Vec<(String, u32, u32)>,
    /// Codes of phones that counted already, the newest last.
    pub seen: Vec<String>,
}

/// What a phone has handed over: a newer basket of the same session adds what is more in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// The phone's session.
    pub session: Uuid,
    /// Which of its baskets.
    pub sequence: u32,
    /// Thousandths by code.
    pub goods: BTreeMap<String, i64>,
}

impl Kept {
    /// From what was stored; what cannot be read is forgotten.
    pub fn read(text: Option<&str>) -> Kept {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// As it is stored.
    pub fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok().filter(|_| *self != Kept::default())
    }

    /// The next shopper: nothing of the one before stays.
    pub fn next_shopper(&mut self) {
        let (staff, trust, seen) =
            (std::mem::take(&mut self.staff), std::mem::take(&mut self.trust), std::mem::take(&mut self.seen));
        *self = Kept { staff, trust, seen, ..Kept::default() };
    }

    /// The basket on the counter: what is known of another one is forgotten.
    pub fn about(&mut self, basket: Option<Uuid>) {
        if basket.is_some() && self.basket != basket {
            let first = self.basket.is_none();
            let own_bag = self.own_bag && first;
            let handed = self.handed.take().filter(|_| first);
            *self = Kept {
                handed,
                basket,
                own_bag,
                skips: 0,
                removed: 0,
                removed_worth: 0,
                looked: false,
                attended: false,
                to_look: 0,
                from_aisle: self.from_aisle && first,
                ..std::mem::take(self)
            };
        }
    }

    /// What is known of a member.
    pub fn trust_of(&self, member: &str) -> Trust {
        let known = self.trust.iter().find(|(id, ..)| id == member);
        known.map_or(Trust::default(), |(_, clean, missed)| Trust { clean: *clean, missed: *missed })
    }

    /// A look into a member's bag has found so many.
    pub fn learn(&mut self, member: &str, missed: u32) {
        let Trust { clean, missed: before } = self.trust_of(member);
        self.trust.retain(|(id, ..)| id != member);
        if self.trust.len() >= TRUSTED_MAX {
            self.trust.remove(0);
        }
        let clean = if missed == 0 { clean.saturating_add(1) } else { 0 };
        self.trust.push((member.to_owned(), clean, before.saturating_add(u32::from(missed > 0))));
    }

    /// Whether a phone's code counts for the first time; from then on it does not.
    pub fn first_time(&mut self, once: &str) -> bool {
        if self.seen.iter().any(|known| known == once) {
            return false;
        }
        if self.seen.len() >= SEEN_MAX {
            self.seen.remove(0);
        }
        self.seen.push(once.to_owned());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_the_next_shopper_begins_anew() {
        let mut kept = Kept { staff: "07".into(), accessible: true, ..Kept::default() };
        kept.about(Some(Uuid::from_u128(1)));
        kept.skips = 2;
        kept.learn("m1", 0);
        kept.learn("m1", 0);
        assert!(kept.first_time("a") && !kept.first_time("a"));
        assert_eq!(Kept::read(kept.text().as_deref()), kept);
        kept.about(Some(Uuid::from_u128(1)));
        assert_eq!(kept.skips, 2, "the same basket");
        kept.next_shopper();
        assert_eq!((kept.skips, kept.accessible, kept.staff.as_str()), (0, false, "07"));
        assert_eq!(kept.trust_of("m1"), Trust { clean: 2, missed: 0 });
        kept.learn("m1", 1);
        assert_eq!(kept.trust_of("m1"), Trust { clean: 0, missed: 1 });
        assert_eq!(Kept::read(Some("{")), Kept::default());
        for no in 0..TRUSTED_MAX + 9 {
            kept.learn(&no.to_string(), 0);
        }
        assert_eq!(kept.trust.len(), TRUSTED_MAX);
    }
}
