//! What one unit of an item costs at the shelf today, and until when: for everybody, and for members. Only what a label may
//! promise counts: rules that hold the whole day, without a coupon, on a single unit.

use std::collections::{BTreeMap, BTreeSet};

use domain::basket::{Added, Basket};
use domain::item::Item;
use domain::money::Money;
use domain::price::{CHANNEL_STORE, price_in};
use domain::promotion::{CompiledBook, Context, Named, Rule, RuleBook, RuleKind, Shared, Stage};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Here;

/// Levels of members whose prices stand on one label.
const LEVELS_MAX: usize = 3;
/// Other promotions that are named.
const NAMED_MAX: usize = 3;

/// What an item costs at the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfPrice {
    /// The price of one unit without any promotion.
    pub usual: Money,
    /// Less than that for everybody.
    pub offer: Option<Offer>,
    /// Less still for members.
    pub members: Vec<MemberOffer>,
    /// Promotions on more than one unit, by name.
    pub more: Vec<(String, Option<Date>)>,
}

/// A promotion's price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Of one unit.
    pub price: Money,
    /// The promotion's name.
    pub name: String,
    /// The last day on which it holds; nothing where it has no end.
    pub until: Option<Date>,
}

/// A price for members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberOffer {
    /// The level that it is for; empty for all members.
    pub level: String,
    /// The price.
    pub offer: Offer,
}

impl ShelfPrice {
    /// What everybody pays for one unit today.
    pub fn today(&self) -> Money {
        self.offer.as_ref().map_or(self.usual, |offer| offer.price)
    }
}

/// What an item costs at the shelf; nothing where it has no price, or where the price is asked at the till.
pub fn shelf_price(here: &Here<'_>, item: &Item) -> Option<ShelfPrice> {
    let usual = item.prices.at(here.now.at).filter(|_| !item.terms.open_price)?;
    let mut shelf = ShelfPrice { usual, offer: None, members: Vec::new(), more: Vec::new() };
    let told = here.goods.rules();
    let Some(told) = told.as_deref().filter(|_| !item.terms.not_discountable) else { return Some(shelf) };
    let naming: Vec<&Rule> = told.book().rules.iter().filter(|rule| names(rule, item)).collect();
    let nobody = Context::anyone(&here.store.id, CHANNEL_STORE, here.now.at, here.now.local);
    let more = naming.iter().filter(|rule| !is_of_one(rule) && rule.unmet(&nobody).is_none());
    shelf.more = more
        .map(|rule| (rule.name_in(here.english).to_owned(), last_day(here, rule.when.until)))
        .take(NAMED_MAX)
        .collect();
    let of_one: Vec<Rule> = naming.into_iter().filter(|rule| is_of_one(rule)).cloned().collect();
    if of_one.is_empty() {
        return Some(shelf);
    }
    let levels: BTreeSet<String> = of_one.iter().flat_map(|rule| rule.when.levels.iter().cloned()).collect();
    let RuleBook { version, currency, margin_floor_bp, .. } = *told.book();
    let Ok(book) = CompiledBook::new(RuleBook { version, currency, rules: of_one, points: None, margin_floor_bp })
    else {
        return Some(shelf);
    };
    let found = |level: Option<&str>| {
        let context = Context { member_level: level.map(str::to_owned), ..nobody.clone() };
        offer_of(here, item, &book, &context)
    };
    shelf.offer = found(None).filter(|offer| offer.price < usual);
    let mut least = shelf.today();
    if let Some(offer) = found(Some("")).filter(|offer| offer.price < least) {
        least = offer.price;
        shelf.members.push(MemberOffer { level: String::new(), offer });
    }
    let of_level = |level: &String| Some(MemberOffer { level: level.clone(), offer: found(Some(level))? });
    let of_levels = levels.iter().filter_map(of_level).filter(|of_level| of_level.offer.price < least);
    shelf.members.extend(of_levels.take(LEVELS_MAX));
    Some(shelf)
}

/// Whether a rule names an item, by whichever of its selections.
fn names(rule: &Rule, item: &Item) -> bool {
    let terms = &item.terms;
    rule.selections().iter().any(|goods| goods.names(&item.id, &terms.category, &terms.tags) == Named::Yes)
        && rule.kind.stage() == Stage::Line
        && rule.when.hours.is_empty()
        && rule.when.weekdays.is_empty()
        && rule.when.coupon.is_none()
        && !rule.when.staff_only
}

/// Whether it works on a single unit.
fn is_of_one(rule: &Rule) -> bool {
    rule.kind.shared() == Shared::Piece && !matches!(rule.kind, RuleKind::QuantityScale { .. })
}

/// What one unit costs in these circumstances.
fn offer_of(here: &Here<'_>, item: &Item, book: &CompiledBook, context: &Context) -> Option<Offer> {
    let mut basket = Basket::new(here.now.fresh, here.now.at);
    basket.add(item, Added::one(), here.now.at).ok()?;
    let priced = price_in(&basket, here.store.tax_rules(), book, context);
    let line = priced.lines.first()?;
    let off: Money = line.discounts.iter().map(|share| share.amount).sum();
    let by: BTreeMap<&str, &Rule> =
        line.discounts.iter().filter_map(|share| Some((share.rule.as_str(), book.find(&share.rule)?))).collect();
    let until = by.values().filter_map(|rule| rule.when.until).min();
    let name = by.values().map(|rule| rule.name_in(here.english)).collect::<Vec<_>>().join(" + ");
    Some(Offer { price: line.list - off, name, until: last_day(here, until) })
}

/// The last day on the wall of the store of what ends just before an instant.
fn last_day(here: &Here<'_>, until: Option<Timestamp>) -> Option<Date> {
    let last = until?.checked_sub(SignedDuration::from_millis(1)).ok()?;
    here.now.local.checked_add(last.duration_since(here.now.at)).ok().map(|local| local.date())
}
