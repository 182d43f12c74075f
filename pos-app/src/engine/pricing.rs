//! What baskets cost and why: the rule book as head office told it, at this minute, in this store. Prices are computed
//! anew from the whole basket; only the newest answer is kept, as long as nothing it depends on has changed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::basket::{Basket, Coupon};
use domain::price::{CHANNEL_STORE, PriceContext, Priced, Promotions, explain, price};
use domain::promotion::{CompiledBook, Explanation, Goods, Hint, Rule, RuleKind, Stage, Verdict};
use domain::store::Store;
use domain::tax::TaxRules;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use uuid::Uuid;
use words::Languages;

use super::selling::fault;
use super::{Catalogue, Engine, Now, Place};

/// A whole, in basis points.
const WHOLE_BP: u32 = 10_000;
/// Id of the rule that stands for the store's price for staff.
const STAFF_PRICE: &str = "staff-price";
/// Baskets up to this many lines are told what a little more would save; each hint is a trial of the whole basket.
const LINES_WITH_HINTS_MAX: usize = 25;

/// What prices depend on beside the basket.
#[derive(Clone, Debug)]
pub(crate) struct Pricing {
    /// As head office told it.
    told: Option<Arc<CompiledBook>>,
    /// With what the store's settings add.
    book: Option<Arc<CompiledBook>>,
    /// The staff's price that is in `book`.
    staff_price_bp: u32,
    /// Whether the rules were looked at since the start.
    looked: bool,
    /// The minute for which prices hold; rules begin and end at full minutes.
    minute: Timestamp,
    local: DateTime,
    /// The basket and the member that `used` is about.
    used_by: Option<(Uuid, String)>,
    /// How often the member has had rules with a limit for each member, by rule id, in earlier sales of this till.
    used: BTreeMap<String, u32>,
    kept: RefCell<Option<Kept>>,
}

/// The newest answer.
#[derive(Clone, Debug)]
struct Kept {
    basket: Basket,
    tax: TaxRules,
    priced: Priced,
    explained: Option<Arc<Explanation>>,
}

impl Pricing {
    pub(super) fn new(now: Now) -> Pricing {
        Pricing {
            told: None,
            book: None,
            staff_price_bp: WHOLE_BP,
            looked: false,
            minute: now.at,
            local: now.local,
            used_by: None,
            used: BTreeMap::new(),
            kept: RefCell::new(None),
        }
    }

    /// The rule book in use.
    pub(crate) fn book(&self) -> Option<&CompiledBook> {
        self.book.as_deref()
    }

    /// The minute for which prices hold.
    pub(super) fn minute(&self) -> Timestamp {
        self.minute
    }

    /// The calendar's day in the store.
    pub(super) fn today(&self) -> Date {
        self.local.date()
    }

    fn promotions<'a>(&'a self, store: &'a Store) -> Option<Promotions<'a>> {
        self.book().map(|book| Promotions {
            book,
            now: self.minute,
            local: self.local,
            store: &store.id,
            channel: CHANNEL_STORE,
            used: &self.used,
        })
    }
}

impl Engine {
    /// Looks at the clock and at the rule book before anything is priced.
    pub(super) fn look_at_rules(&mut self, now: Now, catalogue: &dyn Catalogue) {
        let Some(store) = catalogue.store() else { return };
        // What is being paid costs what it cost when the paying began.
        if self.pricing.looked && (self.money_in_flight() || self.is_paying()) {
            return;
        }
        self.pricing.looked = true;
        let at = self.price_time(now);
        let ahead = at.duration_since(now.at);
        let local = now.local.checked_add(ahead).unwrap_or(now.local);
        let minute = Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at);
        let within = SignedDuration::from_secs(i64::from(local.second()));
        let local = local.checked_sub(within).unwrap_or(local).with().subsec_nanosecond(0).build().unwrap_or(local);
        let told = catalogue.rules();
        let same_book = match (&told, &self.pricing.told) {
            (Some(new), Some(old)) => Arc::ptr_eq(new, old),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let staff_price_bp = store.policy.staff_price_bp.min(WHOLE_BP);
        if !same_book || staff_price_bp != self.pricing.staff_price_bp {
            self.pricing.book = with_staff_price(told.as_ref(), staff_price_bp, store);
            self.pricing.told = told;
            self.pricing.staff_price_bp = staff_price_bp;
            self.pricing.kept.take();
        }
        if minute != self.pricing.minute {
            self.pricing.minute = minute;
            self.pricing.kept.take();
        }
        self.pricing.local = local;
    }

    /// Looks up how often the member of the open basket has had rules before; once for each basket and member.
    pub(super) fn look_at_member(&mut self, catalogue: &dyn Catalogue) {
        let open = self.durable.open.as_ref();
        let asked = open.and_then(|basket| Some((basket.id, basket.member.as_ref()?.id.clone())));
        if asked == self.pricing.used_by {
            return;
        }
        let used = asked.as_ref().map_or_else(|| Ok(Vec::new()), |(_, member)| catalogue.rule_uses(member));
        let used = used.unwrap_or_else(|error| {
            self.tell(fault(error), String::new());
            Vec::new()
        });
        self.pricing.used_by = asked;
        self.pricing.used = used.into_iter().collect();
        self.pricing.kept.take();
    }

    /// What the open basket costs.
    pub fn priced(&self, store: &Store) -> Priced {
        self.durable.open.as_ref().map(|basket| self.price_of(basket, store)).unwrap_or_default()
    }

    /// What the basket on the screen costs: what was paid is what it cost when it was paid.
    pub(crate) fn price_shown(&self, store: &Store) -> Priced {
        match &self.place {
            Place::Paid(paid) if self.durable.open.is_none() => paid.priced.clone(),
            _ => self.priced(store),
        }
    }

    /// What a basket costs. Coupons that wait for head office do not count.
    pub(crate) fn price_of(&self, basket: &Basket, store: &Store) -> Priced {
        let tax = store.tax_rules();
        if let Some(kept) = self.pricing.kept.borrow().as_ref().filter(|kept| kept.is_of(basket, tax)) {
            return kept.priced.clone();
        }
        let counting = self.with_counting_coupons(basket);
        let promotions = self.pricing.promotions(store);
        let priced = price(counting.as_ref().unwrap_or(basket), &PriceContext { tax, promotions });
        let kept = Kept { basket: basket.clone(), tax, priced: priced.clone(), explained: None };
        self.pricing.kept.replace(Some(kept));
        priced
    }

    /// What a little more would save, the most valuable first; nothing for large baskets.
    pub(crate) fn hints(&self, basket: &Basket, store: &Store) -> Vec<Hint> {
        if !self.is_explained_at_once(basket) || basket.is_empty() {
            return Vec::new();
        }
        self.explained(basket, store).map(|explained| explained.hints.clone()).unwrap_or_default()
    }

    /// Why the basket costs what it costs; the newest answer is kept.
    fn explained(&self, basket: &Basket, store: &Store) -> Option<Arc<Explanation>> {
        let tax = store.tax_rules();
        let kept = self.pricing.kept.borrow();
        let kept_of = kept.as_ref().filter(|kept| kept.is_of(basket, tax));
        if let Some(explained) = kept_of.and_then(|kept| kept.explained.clone()) {
            return Some(explained);
        }
        drop(kept);
        let counting = self.with_counting_coupons(basket);
        let promotions = self.pricing.promotions(store)?;
        let (priced, explained) = explain(counting.as_ref().unwrap_or(basket), tax, promotions);
        let explained = Arc::new(explained);
        let kept = Kept { basket: basket.clone(), tax, priced, explained: Some(explained.clone()) };
        self.pricing.kept.replace(Some(kept));
        Some(explained)
    }

    /// Whether a basket is small enough to be explained at every scan.
    pub(crate) fn is_explained_at_once(&self, basket: &Basket) -> bool {
        self.pricing.book().is_some_and(|book| !book.is_empty()) && basket.active().count() <= LINES_WITH_HINTS_MAX
    }

    /// Why a line costs what it costs: every rule that names it, with what it does; those that apply first.
    pub(crate) fn why(&self, basket: &Basket, no: u32, store: &Store) -> Vec<(&Rule, Verdict)> {
        let Some(explanation) = self.explained(basket, store) else { return Vec::new() };
        let sold = basket.active().filter(|line| !line.quantity.is_return());
        let at = sold.zip(&explanation.lines).find(|(line, _)| line.no == no);
        let Some((_, verdicts)) = at else { return Vec::new() };
        let book = self.pricing.book().expect("what was explained was explained by a book");
        let mut told: Vec<(&Rule, Verdict)> = verdicts.iter().map(|(at, verdict)| (book.rule(*at), *verdict)).collect();
        told.sort_by_key(|(_, verdict)| match verdict {
            Verdict::Applied { .. } => 0,
            Verdict::Counted => 1,
            Verdict::Not(_) => 2,
        });
        told
    }

    /// The basket without coupons that wait; nothing when none does.
    fn with_counting_coupons(&self, basket: &Basket) -> Option<Basket> {
        let waits = |coupon: &Coupon| self.coupon_waits(coupon);
        if !basket.about.coupons.iter().any(waits) {
            return None;
        }
        let mut counting = basket.clone();
        counting.about.coupons.retain(|coupon| !waits(coupon));
        Some(counting)
    }
}

impl Kept {
    fn is_of(&self, basket: &Basket, tax: TaxRules) -> bool {
        self.tax == tax && self.basket == *basket
    }
}

/// The book with the staff's price as a rule; what head office writes about staff stands beside it.
fn with_staff_price(told: Option<&Arc<CompiledBook>>, bp: u32, store: &Store) -> Option<Arc<CompiledBook>> {
    let own = told.is_some_and(|book| book.find(STAFF_PRICE).is_some());
    if bp >= WHOLE_BP || own {
        return told.cloned();
    }
    let mut book = told.map_or_else(|| domain::promotion::RuleBook::empty(store.currency), |book| book.book().clone());
    // As with head office's rules, receipts and events bear the name in Chinese and in English.
    let named = |tag: &str| Languages::built_in().of(tag).say("sell-staff-price");
    let (id, name, name_en) = (STAFF_PRICE, named("zh-CN"), named("en"));
    let kind = RuleKind::Staff { off_bp: WHOLE_BP - bp };
    debug_assert_eq!(kind.stage(), Stage::Basket);
    book.rules.push(Rule { name_en: Some(name_en), ..Rule::new(id, name, kind, Goods::all()) });
    // A book that was sound stays so with one rule more, unless it is full; then it holds without.
    CompiledBook::new(book).map(Arc::new).ok().or_else(|| told.cloned())
}
