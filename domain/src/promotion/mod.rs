//! Prices and promotions: what a rule book takes off a cart, and why.

mod basket_rules;
mod cart;
mod compiled;
mod explain;
mod extras;
mod goods;
mod hints;
mod line_rules;
mod packing;
mod places;
mod portion;
mod rule;
mod settle;
#[cfg(test)]
mod tests;
mod when;

pub use cart::{Cart, CartLine, HandDiscount, Standing, unit_floor};
pub use compiled::{
    BookError, CompiledBook, ID_CHARS_MAX, LIST_MAX, NAME_CHARS_MAX, NAMES_MAX, PARTS_MAX, PIECES_MAX, PLACES_MAX,
    RULE_AMOUNT_MAX, RULES_MAX, STEPS_MAX,
};
pub use explain::{Explanation, Verdict, WhyNot, explain};
pub use goods::{CATEGORY_SEPARATOR, Goods, Named, Names};
pub use hints::{HINTS_MAX, Hint, Missing};
pub use packing::{
    CHOICES_MAX as SEARCH_CHOICES_MAX, ROUNDS_MAX as SEARCH_ROUNDS_MAX, STATES_MAX as SEARCH_STATES_MAX,
    STEPS_MAX as SEARCH_STEPS_MAX,
};
pub use rule::{
    Combine, Extra, Measure, Need, Part, PointsMoney, PriceTable, Reward, Rule, RuleBook, RuleKind, ScaleGives,
    ScaleStep, Stage, ThresholdStep,
};
pub use settle::{By, Settled, SettledLine, settle};
pub use when::{Context, CouponNeed, DAY_MINUTES, Hours, PresentedCoupon, When};
