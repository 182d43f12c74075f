//! What a basket costs: a pure function of the whole basket, the rule book and the circumstances. It is computed anew
//! after every change and never patched.
//!
//! For lines that are sold, `gross = list - discounts`, with tax on top where prices are without it. Goods that come back
//! take no part in promotions: without a receipt they count at the list price, with one at what that sale stored.

mod cart;
mod paid;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::basket::{Basket, Line};
use crate::money::{Currency, Money};
use crate::promotion::{
    By, CompiledBook, Context, Explanation, PresentedCoupon, RuleBook, Settled, SettledLine, explain as explain_cart,
    settle,
};
use crate::quantity::Quantity;
use crate::tax::{Breakdown, TaxLine, TaxRules, TaxedLine, breakdown};

pub use cart::cart;
pub use paid::{as_paid, unit_price_of};

/// The channel of a till; other doors call themselves what they like.
pub const CHANNEL_STORE: &str = "store";
/// Stands as [`DiscountShare::rule`] for what a person took off a line.
pub const BY_HAND_ON_LINE: &str = "line";
/// Stands as [`DiscountShare::rule`] for what a person took off the whole basket.
pub const BY_HAND_ON_BASKET: &str = "basket";

/// What prices depend on beside the basket.
#[derive(Clone, Copy, Debug)]
pub struct PriceContext<'a> {
    /// How it is taxed; a basket with a certificate is exempt whatever stands here.
    pub tax: TaxRules,
    /// The rules, and where and when they are asked for.
    pub promotions: Option<Promotions<'a>>,
}

/// A rule book, and where and when it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Promotions<'a> {
    /// The book.
    pub book: &'a CompiledBook,
    /// The instant.
    pub now: Timestamp,
    /// What the clock on the store's wall shows.
    pub local: DateTime,
    /// Id of the store.
    pub store: &'a str,
    /// Channel; [`CHANNEL_STORE`] at a till.
    pub channel: &'a str,
    /// How often the basket's member has had each rule before, by rule id.
    pub used: &'a BTreeMap<String, u32>,
}

impl PriceContext<'static> {
    /// Without rules.
    pub const fn plain(tax: TaxRules) -> PriceContext<'static> {
        PriceContext { tax, promotions: None }
    }
}

/// A priced basket.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Priced {
    /// Lines that count, by number.
    pub lines: Vec<PricedLine>,
    /// Tax by rate and line; `tax.lines` stands beside `lines`.
    pub tax: Breakdown,
    /// What the shopper pays, tax included, before cash rounding.
    pub total: Money,
    /// Rules that applied, by id, and how often; the door counts those with a limit for each member.
    pub uses: Vec<RuleUse>,
    /// Version of the rule book; zero for none.
    pub rule_book: u64,
    /// Whether no other choice among exclusive rules on lines saves the shopper more, and every rule had its turn; see
    /// [`crate::promotion`].
    pub is_exact: bool,
}

/// That a rule applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleUse {
    /// Its id.
    pub rule: String,
    /// How often: pieces, weighed lines, groups or thresholds, by its kind.
    pub times: u32,
    /// Coupons it used, by code.
    pub coupons: Vec<String>,
    /// Whether it has a limit for each member.
    pub is_limited_per_member: bool,
}

/// What one rule, or one person, took off one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountShare {
    /// Id of the rule; `line` or `basket` for what was taken off by hand.
    pub rule: String,
    /// Its name on receipts and screens.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// How much, at the shelf's price; above zero.
    pub amount: Money,
    /// Whether a person took it off.
    pub by_hand: bool,
}

/// One priced line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// Its number.
    pub no: u32,
    /// How much.
    pub quantity: Quantity,
    /// What it costs at the shelf's price.
    pub list: Money,
    /// What was taken off it.
    pub discounts: Vec<DiscountShare>,
    /// What the shopper pays for it, tax included.
    pub gross: Money,
    /// Tax in it.
    pub tax: Money,
}

impl Priced {
    /// The line of a number.
    pub fn line(&self, no: u32) -> Option<&PricedLine> {
        let at = self.lines.binary_search_by_key(&no, |line| line.no).ok()?;
        self.lines.get(at)
    }

    /// Tax of all lines.
    pub fn tax_total(&self) -> Money {
        self.tax.rates.iter().map(|rate| rate.tax).sum()
    }

    /// What was taken off all lines.
    pub fn discount_total(&self) -> Money {
        self.lines.iter().flat_map(|line| &line.discounts).map(|share| share.amount).sum()
    }
}

/// Prices a basket.
pub fn price(basket: &Basket, context: &PriceContext<'_>) -> Priced {
    match &context.promotions {
        Some(promotions) => price_in(basket, context.tax, promotions.book, &circumstances(basket, promotions)),
        None => {
            let currency = Currency::of("CNY").expect("a currency of the list");
            let book = CompiledBook::new(RuleBook::empty(currency)).expect("an empty book is sound");
            let nowhere = Context::anyone("", "", Timestamp::UNIX_EPOCH, DateTime::default());
            price_in(basket, context.tax, &book, &nowhere)
        }
    }
}

/// Prices a basket in circumstances that are told whole: member, staff and coupons too, whatever the basket knows of them.
pub fn price_in(basket: &Basket, tax: TaxRules, book: &CompiledBook, context: &Context) -> Priced {
    let settled = settle(&cart(basket, tax.mode, book.book().margin_floor_bp), book, context);
    priced(basket, tax, book, context, &settled)
}

/// Prices a basket and says why: for each line that counts every rule that names it. Lines of the explanation are those of
/// the cart, which are the sold ones.
pub fn explain(basket: &Basket, tax: TaxRules, promotions: Promotions<'_>) -> (Priced, Explanation) {
    explain_in(basket, tax, promotions.book, &circumstances(basket, &promotions))
}

/// The same in circumstances that are told whole.
pub fn explain_in(basket: &Basket, tax: TaxRules, book: &CompiledBook, context: &Context) -> (Priced, Explanation) {
    let cart = cart(basket, tax.mode, book.book().margin_floor_bp);
    let explanation = explain_cart(&cart, book, context);
    (priced(basket, tax, book, context, &explanation.settled), explanation)
}

/// What rules are told of the basket and the place.
fn circumstances(basket: &Basket, promotions: &Promotions<'_>) -> Context {
    let coupon = |coupon: &crate::basket::Coupon| PresentedCoupon { code: coupon.code.clone(), spent: false };
    Context {
        now: promotions.now,
        local: promotions.local,
        store: promotions.store.to_owned(),
        channel: promotions.channel.to_owned(),
        member_level: basket.member.as_ref().map(|member| member.level.clone()),
        staff: basket.about.staff_sale.is_some(),
        coupons: basket.about.coupons.iter().map(coupon).collect(),
        used: promotions.used.clone(),
    }
}

fn priced(basket: &Basket, tax: TaxRules, book: &CompiledBook, circumstances: &Context, settled: &Settled) -> Priced {
    let exempt_sale = tax.exempt_sale || basket.about.tax_exempt.is_some();
    let rules = TaxRules { exempt_sale, ..tax };
    let mut of_cart = settled.lines.iter();
    // Sold lines lie in the cart in the order of the basket.
    let settled_of: Vec<Option<&SettledLine>> =
        basket.active().map(|line| if line.quantity.is_return() { None } else { of_cart.next() }).collect();
    let to_tax: Vec<TaxLine> = basket.active().zip(&settled_of).map(|(line, settled)| to_tax(line, *settled)).collect();
    let tax = breakdown(&rules, &to_tax);
    let mut lines: Vec<PricedLine> = Vec::with_capacity(to_tax.len());
    for ((line, settled), taxed) in basket.active().zip(&settled_of).zip(&tax.lines) {
        assert!(settled.is_none_or(|settled| settled.no == line.no), "the cart's lines are the basket's");
        let share = |(by, amount): &(By, i64)| share_of(book, line, basket, *by, Money::minor(*amount));
        lines.push(PricedLine {
            no: line.no,
            quantity: line.quantity,
            list: list_of(line, rules, *taxed),
            discounts: settled.map_or_else(Vec::new, |settled| settled.shares.iter().map(share).collect()),
            gross: taxed.gross,
            tax: taxed.tax,
        });
    }
    let total = lines.iter().map(|line| line.gross).sum();
    let uses = settled.uses.iter().map(|(rule, times)| use_of(book, circumstances, *rule, *times)).collect();
    Priced { lines, tax, total, uses, rule_book: book.book().version, is_exact: settled.exact }
}

fn to_tax<'a>(line: &'a Line, settled: Option<&SettledLine>) -> TaxLine<'a> {
    match (&line.facets.origin, settled) {
        (Some(origin), None) => TaxLine::stored(-origin.gross, -origin.tax, &line.tax),
        (_, Some(settled)) => TaxLine::new(Money::minor(settled.left()), &line.tax),
        (None, None) => TaxLine::new(line.amount(), &line.tax),
    }
}

/// What a line costs at the shelf's price. What comes back with its receipt has no other price than what it is given
/// back for.
fn list_of(line: &Line, rules: TaxRules, taxed: TaxedLine) -> Money {
    match &line.facets.origin {
        Some(_) if line.quantity.is_return() => rules.mode.shelf_amount(taxed.gross, taxed.tax),
        _ => line.amount(),
    }
}

fn share_of(book: &CompiledBook, line: &Line, basket: &Basket, by: By, amount: Money) -> DiscountShare {
    let by_hand = |id: &str, discount: &Option<crate::basket::ManualDiscount>| DiscountShare {
        rule: id.to_owned(),
        name: discount.as_ref().map(|discount| discount.reason.clone()).unwrap_or_default(),
        name_en: None,
        amount,
        by_hand: true,
    };
    match by {
        By::Rule(at) => {
            let rule = book.rule(at);
            let (id, name, name_en) = (rule.id.clone(), rule.name.clone(), rule.name_en.clone());
            DiscountShare { rule: id, name, name_en, amount, by_hand: false }
        }
        By::HandOnLine => by_hand(BY_HAND_ON_LINE, &line.facets.discount),
        By::HandOnBasket => by_hand(BY_HAND_ON_BASKET, &basket.about.discount),
    }
}

fn use_of(book: &CompiledBook, circumstances: &Context, at: u32, times: i64) -> RuleUse {
    let rule = book.rule(at);
    let fitting = rule.when.coupon.iter().flat_map(|need| {
        // On lines one coupon opens the rule for all its pieces.
        let on_lines = rule.kind.stage() == crate::promotion::Stage::Line;
        let most = if need.single_use && !on_lines { times as usize } else { 1 };
        need.fitting(&circumstances.coupons).take(most)
    });
    RuleUse {
        rule: rule.id.clone(),
        times: u32::try_from(times).unwrap_or(u32::MAX),
        coupons: fitting.map(str::to_owned).collect(),
        is_limited_per_member: rule.limit_per_member.is_some(),
    }
}
