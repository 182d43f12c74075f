//! The scale: it is asked while goods wait for their weight and left alone otherwise, and one lay of goods on it is sold
//! once.

use domain::money::Money;
use hal::{DeviceClass, Weighing};
use uuid::Uuid;

use super::actions::Action;
use super::{Catalogue, DeviceView, Effect, Engine, Now, Said, Trouble};

/// Two weights that differ by no more, in grams, may be the same goods: a scale for 15 kg tells 5 g apart, and one for
/// 30 kg tells 10 g, and both may change their mind by one step when something touches them.
const SAME_LAY_GRAMS_MAX: i64 = 20;

/// What a scale is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleWish {
    /// Goods wait for their weight: what the scale says is wanted, at once, also when it has said so before, and then at
    /// every change.
    Weigh {
        /// What a kilogram of them costs, for scales that show prices.
        kilogram: Option<Money>,
    },
    /// Nothing waits for a weight any more.
    Rest,
    /// Set the empty scale to zero.
    Zero,
    /// Take what lies on it for packaging, or forget that.
    Tare(bool),
}

/// The scale as the till knows it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct OnScale {
    /// What it said last; nothing while it is away, or when it was asked and has not answered.
    pub says: Option<Weighing>,
    /// Whether it took packaging off when it last stood still.
    pub tared: bool,
    /// What it was asked about last: the goods, and their price. Nothing when it may rest.
    asked: Option<(String, Option<Money>)>,
    /// What lies on it and is in a sale.
    taken: Option<Lay>,
}

/// Goods on the scale that were taken into a basket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lay {
    grams: i64,
    basket: Uuid,
    line: u32,
}

impl OnScale {
    /// What was taken is not sold after all.
    pub(super) fn forget(&mut self) {
        self.taken = None;
    }
}

impl Engine {
    /// The scale says something: it may be emptied, and it may be the answer that an item waits for.
    pub(super) fn scale_says(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        weighing: Weighing,
        effects: &mut Vec<Effect>,
    ) {
        self.scale.says = Some(weighing);
        let Weighing::Stable(weight) = weighing else { return };
        let grams = weight.net_grams();
        let turned = std::mem::replace(&mut self.scale.tared, weight.tared) != weight.tared;
        self.scale.taken = self.scale.taken.and_then(|lay| match turned {
            // Packaging that is taken off, or no longer, changes what the scale says and not what lies on it.
            true => Some(Lay { grams, ..lay }),
            false if grams <= 0 && lay.grams > 0 => None,
            false => Some(lay).filter(|lay| is_same_lay(lay.grams, grams)),
        });
        self.scale_stands(now, catalogue, weight, effects);
    }

    /// Whether so much on the scale is what was taken into a basket before, and still is in it: the same apples are not
    /// sold twice because the next goods were keyed in before they were off the scale.
    pub(crate) fn is_taken_already(&self, grams: i64) -> bool {
        let Some(lay) = self.scale.taken.filter(|lay| is_same_lay(lay.grams, grams)) else { return false };
        let basket = self.durable.open.as_ref().filter(|basket| basket.id == lay.basket);
        // A line that was void was the wrong goods: these are weighed again.
        basket.is_none_or(|basket| basket.line(lay.line).is_some_and(|line| !line.voided))
    }

    /// Goods are in a basket; those that were weighed lie on the scale still.
    pub(super) fn lay_is_taken(&mut self, on_scale: Option<i64>, basket: Uuid, line: u32) {
        if let Some(grams) = on_scale {
            self.scale.taken = Some(Lay { grams, basket, line });
        }
    }

    /// Asks the scale when goods begin to wait for their weight, and lets it rest when none do.
    pub(super) fn ask_scale(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let at = self.price_time(now);
        let waiting = self.weighing.as_ref().filter(|_| self.signed_on.is_some());
        let wanted = waiting.map(|waiting| {
            let item = &waiting.goods.item;
            (item.id.clone(), item.prices.at(at))
        });
        if wanted == self.scale.asked {
            return;
        }
        if self.devices.view(DeviceClass::Scale) != DeviceView::Absent {
            effects.push(Effect::Scale(match &wanted {
                Some((_, kilogram)) => ScaleWish::Weigh { kilogram: *kilogram },
                None => ScaleWish::Rest,
            }));
            // Goods may have been changed on the scale while nobody looked: only what it says from here on counts.
            self.scale.says = self.scale.says.filter(|_| wanted.is_none());
        }
        self.scale.asked = wanted;
    }

    pub(crate) fn scale_hindrance(&self) -> Option<Trouble> {
        (self.devices.view(DeviceClass::Scale) == DeviceView::Absent).then_some(Trouble::NotSetUp)
    }

    /// What an action tells the scale; nothing when it is about something else.
    pub(super) fn scale_wish(&self, action: Action) -> Option<ScaleWish> {
        match action {
            Action::ScaleZero => Some(ScaleWish::Zero),
            Action::ScaleTare => Some(ScaleWish::Tare(!self.scale.tared)),
            _ => None,
        }
    }

    pub(super) fn tell_scale(&mut self, wish: ScaleWish, effects: &mut Vec<Effect>) {
        if let Some(trouble) = self.scale_hindrance() {
            return self.refuse(trouble);
        }
        match wish {
            ScaleWish::Zero => self.said = Said::ScaleZero,
            ScaleWish::Tare(take) => self.said = Said::ScaleTare(take),
            ScaleWish::Weigh { .. } | ScaleWish::Rest => {}
        }
        effects.push(Effect::Scale(wish));
    }
}

fn is_same_lay(before: i64, grams: i64) -> bool {
    (before - grams).abs() <= SAME_LAY_GRAMS_MAX
}
