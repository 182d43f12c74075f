//! Why a line costs what it costs, in words: every rule that names it, with what it does or why it does nothing.

use domain::money::Money;
use domain::promotion::{CompiledBook, Hint, Missing, Rule, Shared, Verdict, WhyNot};
use domain::store::Store;
use ui::screen::{Panel, Reason};
use words::say;

use crate::engine::Engine;
use crate::notation::Notation;

/// The panel for one line of the basket.
pub(super) fn panel(engine: &Engine, store: &Store, no: u32) -> Panel {
    let words = &engine.words;
    let basket = engine.durable.open.as_ref();
    let Some((basket, line)) = basket.and_then(|basket| Some((basket, basket.line(no)?))) else {
        return Panel::Explain { title: String::new(), rows: Vec::new() };
    };
    let telling = Telling { engine, store };
    let mut rows: Vec<Reason> = by_hand(engine, store, no);
    rows.extend(engine.why(basket, no, store).into_iter().map(|(rule, verdict)| telling.row(rule, verdict)));
    if line.quantity.is_return() {
        let why = words.say("why-return-takes-no-part");
        rows.push(Reason { rule: words.say("why-return"), why, ..Reason::default() });
    }
    if !rows.is_empty() && !engine.priced(store).is_exact {
        let why = words.say("why-too-many");
        rows.push(Reason { rule: words.say("why-combinations"), why, ..Reason::default() });
    }
    if rows.is_empty() {
        let why = words.say("why-no-promotion");
        rows.push(Reason { rule: words.say("why-shelf-price"), why, ..Reason::default() });
    }
    let title = format!("{}  {}", line.name_in(engine.english), words.amount(store.currency, line.unit_price));
    Panel::Explain { title, rows }
}

/// What people took off the line, or changed about it.
fn by_hand(engine: &Engine, store: &Store, no: u32) -> Vec<Reason> {
    let words = &engine.words;
    let priced = engine.priced(store);
    let shares = priced.line(no).map(|line| line.discounts.as_slice()).unwrap_or_default();
    let by_hand = shares.iter().filter(|share| share.by_hand).map(|share| Reason {
        rule: words.say("why-by-hand"),
        why: super::draft::word(&share.name, words),
        amount: format!("-{}", words.amount(store.currency, share.amount)),
        applied: true,
    });
    let line = engine.durable.open.as_ref().and_then(|basket| basket.line(no));
    let changed = line.and_then(|line| line.facets.override_price.as_ref()).map(|changed| Reason {
        rule: words.say("why-price-changed"),
        why: super::draft::word(&changed.reason, words),
        amount: words.amount(store.currency, changed.instead_of),
        applied: true,
    });
    changed.into_iter().chain(by_hand).collect()
}

struct Telling<'a> {
    engine: &'a Engine,
    store: &'a Store,
}

impl Telling<'_> {
    fn row(&self, rule: &Rule, verdict: Verdict) -> Reason {
        let words = &self.engine.words;
        let name = rule.name_in(self.engine.english).to_owned();
        match verdict {
            Verdict::Applied { amount, at_floor } => Reason {
                rule: name,
                why: match (at_floor, rule.kind.shared()) {
                    (true, _) => words.say("why-applies-to-floor"),
                    (false, Shared::Group) => words.say("why-applies-shared"),
                    (false, Shared::Piece | Shared::Basket) => words.say("why-applies"),
                },
                amount: format!("-{}", self.money(amount)),
                applied: true,
            },
            Verdict::Counted => {
                Reason { rule: name, why: words.say("why-counted"), amount: String::new(), applied: true }
            }
            Verdict::Not(why) => Reason { rule: name, why: self.why_not(why), amount: String::new(), applied: false },
        }
    }

    fn money(&self, units: i64) -> String {
        self.engine.words.amount(self.store.currency, Money::minor(units))
    }

    fn other(&self, at: u32) -> String {
        let book = self.engine.pricing.book();
        book.map(|book| book.rule(at).name_in(self.engine.english).to_owned()).unwrap_or_default()
    }

    fn why_not(&self, why: WhyNot) -> String {
        let words = &self.engine.words;
        match why {
            WhyNot::NotYetStarted { .. } => words.say("why-not-yet-started"),
            WhyNot::Ended { .. } => words.say("why-not-ended"),
            WhyNot::WrongDay => words.say("why-not-wrong-day"),
            WhyNot::WrongHour => words.say("why-not-wrong-hour"),
            WhyNot::OtherStore => words.say("why-not-other-store"),
            WhyNot::OtherChannel => words.say("why-not-other-channel"),
            WhyNot::NotMember => words.say("why-not-member"),
            WhyNot::MemberLevel => words.say("why-not-member-level"),
            WhyNot::NotStaff => words.say("why-not-staff"),
            WhyNot::NoCoupon => words.say("why-not-no-coupon"),
            WhyNot::CouponUsed => words.say("why-not-coupon-used"),
            WhyNot::TooManyRules => words.say("why-not-too-many-rules"),
            WhyNot::FloorReached => words.say("why-not-floor-reached"),
            WhyNot::ExcludedGoods => words.say("why-not-excluded-goods"),
            WhyNot::NotCounted => words.say("why-not-counted"),
            WhyNot::ManualPrice => words.say("why-not-manual-price"),
            WhyNot::NotDiscountable => words.say("why-not-discountable"),
            WhyNot::Return => words.say("why-not-return"),
            WhyNot::NothingToSave => words.say("why-nothing-to-save"),
            WhyNot::MinSpend { .. }
            | WhyNot::NotEnoughPieces { .. }
            | WhyNot::BetterRule { .. }
            | WhyNot::GroupTaken { .. }
            | WhyNot::StoppedBy { .. }
            | WhyNot::NotFullPrice { .. }
            | WhyNot::LimitReached { .. }
            | WhyNot::MemberLimit { .. } => self.why_not_with(why),
        }
    }

    /// Reasons that name a number or another rule.
    fn why_not_with(&self, why: WhyNot) -> String {
        let words = &self.engine.words;
        match why {
            WhyNot::MinSpend { missing } => {
                let missing = self.money(missing);
                say!(words, "why-not-min-spend", missing = missing)
            }
            WhyNot::NotEnoughPieces { missing } => say!(words, "why-not-enough-pieces", missing = missing),
            WhyNot::BetterRule { rule } => {
                let other = self.other(rule);
                say!(words, "why-not-better-rule", other = other)
            }
            WhyNot::GroupTaken { rule } => {
                let other = self.other(rule);
                say!(words, "why-not-group-taken", other = other)
            }
            WhyNot::StoppedBy { rule } => {
                let other = self.other(rule);
                say!(words, "why-not-stopped-by", other = other)
            }
            WhyNot::NotFullPrice { rule } => {
                let other = self.other(rule);
                say!(words, "why-not-full-price", other = other)
            }
            WhyNot::LimitReached { limit } => say!(words, "why-not-limit-reached", limit = limit),
            WhyNot::MemberLimit { limit } => {
                say!(words, "why-not-member-limit", limit = limit)
            }
            _ => unreachable!("the other reasons name nothing"),
        }
    }
}

/// What a little more would save.
pub(super) fn hint(engine: &Engine, store: &Store, book: &CompiledBook, hint: &Hint) -> String {
    let words = &engine.words;
    let rule = book.rule(hint.rule).name_in(engine.english);
    let plain = |units: i64| words.amount(store.currency, Money::minor(units));
    let missing = match &hint.missing {
        Missing::Pieces { item, pieces } => {
            let lines = engine.basket_shown().into_iter().flat_map(|basket| basket.active());
            let name = lines.filter(|line| line.item == *item).map(|line| line.name_in(engine.english)).next();
            let name = name.unwrap_or(item);
            say!(words, "why-more-of", pieces = *pieces, name = name)
        }
        Missing::Spend(units) => {
            say!(words, "why-more-money", amount = plain(*units))
        }
        Missing::Any(pieces) => say!(words, "why-more-pieces", pieces = *pieces),
        Missing::Extras(pieces) => say!(words, "why-more-extras", pieces = *pieces),
    };
    match hint.saves {
        Some(units) => say!(words, "why-hint-saves", missing = missing, rule = rule, amount = plain(units)),
        None => say!(words, "why-hint", missing = missing, rule = rule),
    }
}
