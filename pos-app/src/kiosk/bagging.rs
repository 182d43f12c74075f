//! What lies in the bagging area against what was scanned, in tolerant measure. Pure.
//!
//! What was agreed is where the scale stood when it last made sense; everything that is scanned or taken off since is awaited
//! there. Goods without a known weight may weigh anything, and light ones are not awaited at all: a scale that is wrong
//! about an envelope keeps nobody.

use hal::Weighing;
use jiff::{SignedDuration, Timestamp};

/// Weights that lie no further apart, in grams, are the same.
const STILL_GRAMS: i64 = 15;
/// Goods below this are not awaited, in grams.
const LIGHT_GRAMS: i64 = 25;
/// Packages weigh so much more or less than told, in hundredths.
const TOLERANCE_PERCENT: i64 = 8;
/// One of unknown weight weighs at most so much, in grams.
const UNKNOWN_GRAMS_MAX: i64 = 12_000;
/// A bag of one's own weighs at most so much, in grams.
const OWN_BAG_GRAMS_MAX: i64 = 1_500;

/// What the area says of what was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agrees {
    /// It fits, as far as can be told.
    Yes,
    /// It moves.
    Moving,
    /// Something scanned is not there yet.
    PutIn,
    /// Something taken off the sale is still there.
    TakeOut,
    /// Something is there that was not scanned.
    TooMuch,
    /// Something that was there is gone.
    Gone,
}

/// The bagging area.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Bagging {
    there: bool,
    /// Grams, when it stands still.
    stands: Option<i64>,
    /// Grams at which it last made sense; nothing before the first weight of a sale.
    agreed: Option<i64>,
    /// Grams of what is awaited, below zero for what goes out.
    awaits: Vec<i64>,
    /// How many of unknown weight may come in.
    unknown_in: u32,
    /// How many of unknown weight may go out.
    unknown_out: u32,
    /// What light goods may add, in grams.
    slack: i64,
    /// Whether it is taken as it is although it does not stand still, until it does.
    believed: bool,
    /// Since when it says what it says.
    since: Option<Timestamp>,
    says: Option<Agrees>,
}

impl Bagging {
    /// Whether it works; without it nothing is checked.
    pub fn is_there(&self) -> bool {
        self.there
    }

    pub(super) fn plugged(&mut self, there: bool) {
        self.there = there;
        if !there {
            self.stands = None;
        }
    }

    /// A sale begins: what lies there is nobody's.
    pub(super) fn begin(&mut self) {
        let (there, stands) = (self.there, self.stands);
        *self = Bagging { there, stands, agreed: stands, ..Bagging::default() };
    }

    /// Goods were scanned: what they weigh together, where that is known.
    pub(super) fn scanned(&mut self, grams: Option<i64>) {
        match grams {
            None => self.unknown_in += 1,
            Some(grams) if grams < LIGHT_GRAMS => self.slack += grams.max(0),
            Some(grams) => self.awaits.push(grams),
        }
        self.settle();
    }

    /// Goods were taken off again.
    pub(super) fn removed(&mut self, grams: Option<i64>) {
        let awaited = |known: &&i64| Some(**known) == grams;
        if let Some(at) = self.awaits.iter().position(|known| awaited(&known)) {
            self.awaits.remove(at);
            return self.settle();
        }
        match grams {
            None if self.unknown_in > 0 => self.unknown_in -= 1,
            None => self.unknown_out += 1,
            Some(grams) if grams < LIGHT_GRAMS => self.slack += grams.max(0),
            Some(grams) => self.awaits.push(-grams),
        }
        self.settle();
    }

    /// What the scale says.
    pub(super) fn weighs(&mut self, weighing: Weighing) {
        self.there = true;
        self.stands = match weighing {
            Weighing::Stable(weight) => Some(weight.net_grams()),
            Weighing::BelowZero | Weighing::OutsideZero => Some(0),
            Weighing::Moving | Weighing::Unmoved | Weighing::Overload | Weighing::Fault | Weighing::Unreadable => None,
        };
        self.believed &= self.stands.is_none();
        if self.agreed.is_none() {
            self.agreed = self.stands;
        }
        self.settle();
    }

    /// What it says, and since when.
    pub(super) fn says(&mut self, now: Timestamp) -> (Agrees, Timestamp) {
        let says = self.look();
        if self.says != Some(says) || self.since.is_none() {
            self.says = Some(says);
            self.since = Some(now);
        }
        (says, self.since.unwrap_or(now))
    }

    /// It is taken as it is: what lies there is agreed with, and nothing is awaited any more.
    pub(super) fn accept(&mut self) {
        self.agreed = self.stands.or(self.agreed);
        self.believed = self.stands.is_none();
        self.awaits.clear();
        self.unknown_out = 0;
        self.since = None;
    }

    /// A bag of her own lies there: no heavier than one, it is agreed with. What is awaited is still awaited.
    pub(super) fn take_bag(&mut self) -> Result<(), Agrees> {
        match self.difference() {
            _ if !self.there => Ok(()),
            None => Err(Agrees::Moving),
            Some(more) if more > OWN_BAG_GRAMS_MAX => Err(Agrees::TooMuch),
            Some(less) if less < -STILL_GRAMS - self.slack => Err(Agrees::Gone),
            Some(_) => {
                self.agreed = self.stands;
                self.since = None;
                Ok(())
            }
        }
    }

    /// The clock was set, by so much.
    pub(super) fn clock_is_set(&mut self, by: SignedDuration) {
        self.since = self.since.map(|since| since.checked_add(by).unwrap_or(since));
    }

    /// Whether what is too much may be a bag of her own.
    pub(super) fn may_be_bag(&self) -> bool {
        self.look() == Agrees::TooMuch && self.difference().is_some_and(|grams| grams <= OWN_BAG_GRAMS_MAX)
    }

    fn difference(&self) -> Option<i64> {
        Some(self.stands? - self.agreed?)
    }

    fn look(&self) -> Agrees {
        if !self.there {
            return Agrees::Yes;
        }
        let Some(difference) = self.difference() else {
            return if self.believed { Agrees::Yes } else { Agrees::Moving };
        };
        let out = self.awaits.iter().any(|grams| *grams < 0);
        match difference {
            more if more > STILL_GRAMS + self.slack && out => Agrees::TakeOut,
            more if more > STILL_GRAMS + self.slack => Agrees::TooMuch,
            less if less < -STILL_GRAMS - self.slack => Agrees::Gone,
            _ if self.awaits.iter().any(|grams| *grams > 0) => Agrees::PutIn,
            _ if out => Agrees::TakeOut,
            _ => Agrees::Yes,
        }
    }

    /// Takes what has moved for what was awaited: all of it, one of it, or one of unknown weight.
    fn settle(&mut self) {
        let Some(moved) = self.difference().filter(|moved| moved.abs() > STILL_GRAMS) else { return };
        let all: i64 = self.awaits.iter().sum();
        if !self.awaits.is_empty() && self.fits(moved, all, &self.awaits) {
            self.awaits.clear();
            self.agreed = self.stands;
            return;
        }
        let one = self.awaits.iter().position(|grams| self.fits(moved, *grams, &[*grams]));
        if let Some(at) = one {
            self.awaits.remove(at);
            self.agreed = self.stands;
            return;
        }
        let in_order = (2..self.awaits.len()).find(|count| {
            let first = &self.awaits[..*count];
            self.fits(moved, first.iter().sum(), first)
        });
        if let Some(count) = in_order {
            self.awaits.drain(..count);
            self.agreed = self.stands;
            return;
        }
        if moved > 0 && self.unknown_in > 0 && moved <= UNKNOWN_GRAMS_MAX * i64::from(self.unknown_in) {
            // What is known of it came with it when it is heavy enough.
            if all > 0 && moved > all {
                self.awaits.clear();
            }
            self.unknown_in -= 1;
            self.agreed = self.stands;
        } else if moved < 0 && self.unknown_out > 0 {
            self.unknown_out -= 1;
            self.agreed = self.stands;
        } else if moved.abs() <= STILL_GRAMS + self.slack {
            self.slack = (self.slack - moved.abs()).max(0);
            self.agreed = self.stands;
        }
    }

    fn fits(&self, moved: i64, grams: i64, of: &[i64]) -> bool {
        let weight: i64 = of.iter().map(|grams| grams.abs()).sum();
        (moved - grams).abs() <= STILL_GRAMS + self.slack + weight * TOLERANCE_PERCENT / 100
    }
}

#[cfg(test)]
mod tests {
    use hal::Weight;

    use super::*;

    fn stable(grams: i64) -> Weighing {
        Weighing::Stable(Weight { net_milligrams: grams * 1000, tared: false })
    }

    fn area() -> Bagging {
        let mut area = Bagging::default();
        area.weighs(stable(3));
        area.begin();
        area
    }

    #[test]
    fn what_was_scanned_is_awaited_and_found() {
        let mut area = area();
        assert_eq!(area.look(), Agrees::Yes);
        area.scanned(Some(550));
        assert_eq!(area.look(), Agrees::PutIn);
        area.weighs(Weighing::Moving);
        assert_eq!(area.look(), Agrees::Moving);
        area.weighs(stable(560));
        assert_eq!(area.look(), Agrees::Yes);
        // Two at once, and one by one in any order.
        area.scanned(Some(1000));
        area.scanned(Some(200));
        area.weighs(stable(765));
        assert_eq!(area.look(), Agrees::PutIn);
        area.weighs(stable(1_760));
        assert_eq!(area.look(), Agrees::Yes);
    }

    #[test]
    fn what_was_not_scanned_is_told_and_a_bag_is_believed() {
        let mut area = area();
        area.weighs(stable(300));
        assert_eq!(area.look(), Agrees::TooMuch);
        assert!(area.may_be_bag());
        area.weighs(stable(3));
        assert_eq!(area.look(), Agrees::Yes);
        area.weighs(stable(2_500));
        assert!(!area.may_be_bag());
        area.accept();
        assert_eq!(area.look(), Agrees::Yes);
        area.weighs(stable(900));
        assert_eq!(area.look(), Agrees::Gone);
    }

    #[test]
    fn a_bag_of_her_own_weighs_what_a_bag_weighs_and_takes_nothing_else_with_it() {
        let mut area = area();
        area.scanned(Some(550));
        area.weighs(stable(6_003));
        assert_eq!(area.take_bag(), Err(Agrees::TooMuch), "no bag is as heavy as a ham");
        area.weighs(Weighing::Overload);
        assert_eq!(area.take_bag(), Err(Agrees::Moving));
        area.weighs(stable(203));
        assert_eq!(area.take_bag(), Ok(()));
        assert_eq!(area.look(), Agrees::PutIn, "what was scanned is not in it");
        area.weighs(stable(755));
        assert_eq!(area.look(), Agrees::Yes);
        area.weighs(stable(203));
        assert_eq!((area.take_bag(), area.look()), (Err(Agrees::Gone), Agrees::Gone));
    }

    #[test]
    fn an_area_that_does_not_stand_is_believed_until_it_stands() {
        let mut area = area();
        area.scanned(Some(550));
        area.weighs(Weighing::Overload);
        assert_eq!(area.look(), Agrees::Moving);
        area.accept();
        assert_eq!(area.look(), Agrees::Yes);
        area.weighs(Weighing::Unreadable);
        assert_eq!(area.look(), Agrees::Yes);
        area.weighs(stable(6_003));
        assert_eq!(area.look(), Agrees::TooMuch);
        area.weighs(Weighing::Overload);
        assert_eq!(area.look(), Agrees::Moving, "it stood in between");
    }

    #[test]
    fn unknown_goods_may_weigh_anything_and_light_ones_nothing() {
        let mut area = area();
        area.scanned(None);
        area.scanned(None);
        assert_eq!(area.look(), Agrees::Yes);
        area.weighs(stable(700));
        area.weighs(stable(900));
        assert_eq!(area.look(), Agrees::Yes);
        area.weighs(stable(1_100));
        assert_eq!(area.look(), Agrees::TooMuch, "a third was not scanned");
        area.weighs(stable(900));
        area.scanned(Some(20));
        assert_eq!(area.look(), Agrees::Yes);
        area.weighs(stable(922));
        assert_eq!(area.look(), Agrees::Yes);
    }

    #[test]
    fn what_is_taken_off_goes_out_again() {
        let mut area = area();
        area.scanned(Some(500));
        area.weighs(stable(505));
        area.removed(Some(500));
        assert_eq!(area.look(), Agrees::TakeOut);
        area.weighs(stable(4));
        assert_eq!(area.look(), Agrees::Yes);
        // What was never put in is simply no longer awaited.
        area.scanned(Some(500));
        area.removed(Some(500));
        assert_eq!(area.look(), Agrees::Yes);
        area.plugged(false);
        assert_eq!(area.look(), Agrees::Yes);
    }
}
