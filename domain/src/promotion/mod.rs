//! Prices and promotions: what a rule book takes off a cart, and why.
//!
//! This is the text that decides what a price is; `docs/pricing.md` says the same with examples.
//!
//! # Goods
//!
//! Lines lose their order and their borders first: equal pieces (same item, shelf price, floor, category and tags) are
//! gathered, weighed and labelled lines stay whole. All that follows looks at gathered goods, in the order of item id and
//! price; so the order of scanning, and whether three pieces came as one line or as three, changes nothing. At the end
//! what was taken off is laid back on the lines, the fuller line first.
//!
//! Rules about numbers count pieces. Weighed goods and goods with a price on their label have an amount, not a number;
//! percentages and amounts off apply to them, other unit prices to weighed ones. A line whose price was set by hand takes
//! no rule and counts for none, and takes discounts by hand; goods that are not discountable take nothing at all.
//!
//! # Stages
//!
//! 1. **Lines.** Exclusive rules compete for pieces: of all ways in which every piece takes at most one of them, that
//!    which saves the shopper most, floors considered, is chosen. Rules of a higher priority choose first, among
//!    themselves, and leave the pieces they did not take to lower ones. Then compound rules apply one after the other, by
//!    priority and id, each to what is left of the price; one that forms groups forms those that save most.
//! 2. **Extras.** Add-ons and gifts, by priority, exclusive ones first, by id. What must be bought is measured after stage
//!    1 and without the extra goods themselves; the pieces that save most become extras.
//! 3. **Basket.** Thresholds, percentages and amounts on all goods together, measured on what is left. By priority; within
//!    one, the exclusive rules first: that which saves most at this moment, then the next on goods that no exclusive rule
//!    of this stage has touched; then compound ones by id. What is taken off is spread over the goods by what they still
//!    cost.
//! 4. **People.** Discounts by hand: each line's own, then that of the basket.
//!
//! Conditions beside these: of the rules of one *group* at most one touches a piece, and at most one of those on the basket
//! applies to a basket (of one priority the one that saves most); a rule that *stops* closes its pieces to all later ones; a
//! rule for *full price only* leaves pieces alone that anything has been taken off. A *limit* counts pieces and weighed
//! lines for rules on single pieces and scales, groups for rules on groups, pieces for extras, thresholds and baskets for
//! the rest.
//!
//! # Amounts
//!
//! All money is whole. A percentage of a price is rounded half away from zero for each piece or weighed line; a percentage of
//! a basket is rounded down. What a group saves is spread over all its pieces by their price. Whatever is spread goes by
//! [`Money::allocate`](crate::money::Money::allocate), so shares sum exactly.
//!
//! # Floors
//!
//! No share takes goods below zero, and, unless the rule may, below the item's floor ([`unit_floor`]). What is cut off a
//! share there is lost; it is not moved to other goods. Floors bind discounts by hand as well.
//!
//! # The search and its bound
//!
//! The choice of stage 1 is settled apart for goods that no rule links. It is exact for each such component up to
//! [`SEARCH_STATES_MAX`] states (the product of one more than the pieces of each kind of goods, and of what limits and
//! scales add), [`SEARCH_CHOICES_MAX`] ways to apply a rule once and [`SEARCH_STEPS_MAX`] pairs of the two. Beyond, rules
//! are applied one application after the other, by what they save for each piece and, in a second attempt, by what
//! they save in all; the better attempt stands and is never worse than rules for single pieces alone. [`Settled::exact`]
//! says which it was. Ties go to the rule whose id comes first. Nothing depends on time or chance.
//!
//! All that is looked at is counted ([`SEARCH_LOOKS_MAX`], [`RULE_LOOKS_MAX`]), and a piece takes at most
//! [`RULES_ON_PIECE_MAX`] rules on lines and extras and as many on the basket. A search without looks left goes no further; a
//! rule whose turn comes after the looks of rules does nothing and says so ([`WhyNot::TooManyRules`]). [`Settled::exact`] is
//! false then.
//!
//! # What is proven
//!
//! The tests hold, for random carts and books: nothing below zero or its floor; shares sum; limits hold; the order of
//! scanning is irrelevant; removing goods raises no other price beyond its list price; voiding what was added restores
//! the price. Splitting a basket never saves more than keeping it together
//!
//! - for books of exclusive rules on lines, of one priority, without limits, groups, stops or coupons, where the
//!   search is exact: every choice for two baskets is a choice for both together;
//! - for a book of one percentage on the basket, or of one repeating threshold without a cap, without floors;
//! - for a book of one rule on the basket that a member may have once.
//!
//! Elsewhere splitting can pay, as the rule then says: a threshold that counts once counts once in each basket, and so does a
//! limit per basket, unless the rule has a limit for each member.

mod basket_rules;
mod cart;
mod check;
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
mod work;

pub use cart::{Cart, CartLine, HandDiscount, Standing, unit_floor};
pub use check::{
    BookError, ID_CHARS_MAX, LIST_MAX, NAME_CHARS_MAX, NAMES_MAX, PARTS_MAX, PIECES_MAX, PLACES_MAX, RULE_AMOUNT_MAX,
    RULES_MAX, STEPS_MAX,
};
pub use compiled::CompiledBook;
pub use explain::{Explanation, Verdict, WhyNot, explain};
pub use goods::{CATEGORY_SEPARATOR, Goods, Named, Names};
pub use hints::{HINTS_MAX, Hint, Missing};
pub use packing::{
    CHOICES_MAX as SEARCH_CHOICES_MAX, ROUNDS_MAX as SEARCH_ROUNDS_MAX, STATES_MAX as SEARCH_STATES_MAX,
    STEPS_MAX as SEARCH_STEPS_MAX,
};
pub use portion::RULES_ON_PIECE_MAX;
pub use rule::{
    Combine, Extra, Measure, Need, Part, PointsMoney, PriceTable, Reward, Rule, RuleBook, RuleKind, ScaleGives,
    ScaleStep, Shared, Stage, ThresholdStep,
};
pub use settle::{By, Settled, SettledLine, settle};
pub use when::{Context, CouponNeed, DAY_MINUTES, Hours, PresentedCoupon, When};
pub use work::{RULE_LOOKS_MAX, SEARCH_LOOKS_MAX};
