//! Why a line costs what it costs, in words: every rule that names it, with what it does or why it does nothing.

use domain::money::Money;
use domain::promotion::{CompiledBook, Hint, Missing, Rule, Shared, Verdict, WhyNot};
use domain::store::Store;
use ui::screen::{Panel, Reason};

use super::either;
use crate::engine::Engine;

/// The panel for one line of the basket.
pub(super) fn panel(engine: &Engine, store: &Store, no: u32) -> Panel {
    let english = engine.english;
    let basket = engine.durable.open.as_ref();
    let Some((basket, line)) = basket.and_then(|basket| Some((basket, basket.line(no)?))) else {
        return Panel::Explain { title: String::new(), rows: Vec::new() };
    };
    let words = Words { engine, store };
    let mut rows: Vec<Reason> = by_hand(engine, store, no);
    rows.extend(engine.why(basket, no, store).into_iter().map(|(rule, verdict)| words.row(rule, verdict)));
    if line.quantity.is_return() {
        let why = either(english, "退回的商品不参与促销", "Goods that come back take no part in promotions");
        rows.push(Reason { rule: either(english, "退货", "Return"), why, ..Reason::default() });
    }
    if !rows.is_empty() && !engine.priced(store).is_exact {
        let why = either(
            english,
            "组合过多，未能逐一比较，可能还有更省的",
            "Too many to try them all; another may save more",
        );
        rows.push(Reason { rule: either(english, "优惠组合", "Combinations"), why, ..Reason::default() });
    }
    if rows.is_empty() {
        let why = either(english, "没有促销涉及此商品", "No promotion names these goods");
        rows.push(Reason { rule: either(english, "标价", "Shelf price"), why, ..Reason::default() });
    }
    let title = format!("{}  {}", line.name_in(english), store.currency.plain(line.unit_price));
    Panel::Explain { title, rows }
}

/// What people took off the line, or changed about it.
fn by_hand(engine: &Engine, store: &Store, no: u32) -> Vec<Reason> {
    let english = engine.english;
    let priced = engine.priced(store);
    let shares = priced.line(no).map(|line| line.discounts.as_slice()).unwrap_or_default();
    let by_hand = shares.iter().filter(|share| share.by_hand).map(|share| Reason {
        rule: either(english, "手工折扣", "Discount by hand"),
        why: super::draft::word(&share.name, english),
        amount: format!("-{}", store.currency.plain(share.amount)),
        applied: true,
    });
    let line = engine.durable.open.as_ref().and_then(|basket| basket.line(no));
    let changed = line.and_then(|line| line.facets.override_price.as_ref()).map(|changed| Reason {
        rule: either(english, "改价", "Price changed"),
        why: super::draft::word(&changed.reason, english),
        amount: store.currency.plain(changed.instead_of),
        applied: true,
    });
    changed.into_iter().chain(by_hand).collect()
}

struct Words<'a> {
    engine: &'a Engine,
    store: &'a Store,
}

impl Words<'_> {
    fn row(&self, rule: &Rule, verdict: Verdict) -> Reason {
        let english = self.engine.english;
        let name = rule.name_in(english).to_owned();
        match verdict {
            Verdict::Applied { amount, at_floor } => Reason {
                rule: name,
                why: match (at_floor, rule.kind.shared()) {
                    (true, _) => either(english, "已优惠，到最低价为止", "Applies, down to the lowest price"),
                    (false, Shared::Group) => {
                        either(english, "已优惠，按价格分摊到整组", "Applies, shared over the group by price")
                    }
                    (false, Shared::Piece | Shared::Basket) => either(english, "已优惠", "Applies"),
                },
                amount: format!("-{}", self.money(amount)),
                applied: true,
            },
            Verdict::Counted => Reason {
                rule: name,
                why: either(english, "计入条件，优惠在其他商品上", "Counts for it; what it gives falls on other goods"),
                amount: String::new(),
                applied: true,
            },
            Verdict::Not(why) => Reason { rule: name, why: self.why_not(why), amount: String::new(), applied: false },
        }
    }

    fn money(&self, units: i64) -> String {
        self.store.currency.plain(Money::minor(units))
    }

    fn other(&self, at: u32) -> String {
        let book = self.engine.pricing.book();
        book.map(|book| book.rule(at).name_in(self.engine.english).to_owned()).unwrap_or_default()
    }

    fn why_not(&self, why: WhyNot) -> String {
        let english = self.engine.english;
        let (chinese, in_english) = match why {
            WhyNot::NotYetStarted { .. } => ("还没有开始", "Has not begun yet"),
            WhyNot::Ended { .. } => ("已经结束", "Is over"),
            WhyNot::WrongDay => ("今天不适用", "Not on this day"),
            WhyNot::WrongHour => ("此时段不适用", "Not at this hour"),
            WhyNot::OtherStore => ("本店不适用", "Not in this store"),
            WhyNot::OtherChannel => ("此渠道不适用", "Not at the till"),
            WhyNot::NotMember => ("会员专享", "For members"),
            WhyNot::MemberLevel => ("其他会员等级专享", "For members of another level"),
            WhyNot::NotStaff => ("员工专享", "For staff sales"),
            WhyNot::NoCoupon => ("需要优惠券", "Needs a coupon"),
            WhyNot::CouponUsed => ("优惠券已使用", "Its coupon is used up"),
            WhyNot::TooManyRules => ("促销规则过多，未能计算", "Too many rules name these goods; this one had no turn"),
            WhyNot::FloorReached => ("已到最低价", "The goods are at their lowest price"),
            WhyNot::ExcludedGoods => ("此商品除外", "These goods are left out of it"),
            WhyNot::NotCounted => ("称重或贴签商品不计件数", "Weighed and labelled goods are not counted in pieces"),
            WhyNot::ManualPrice => ("已手工改价", "The price was set by hand"),
            WhyNot::NotDiscountable => ("此商品不打折", "Nothing is taken off these goods"),
            WhyNot::Return => ("退回的商品不参与", "The goods come back"),
            WhyNot::NothingToSave => ("没有可省的", "It would save nothing"),
            WhyNot::MinSpend { .. }
            | WhyNot::NotEnoughPieces { .. }
            | WhyNot::BetterRule { .. }
            | WhyNot::GroupTaken { .. }
            | WhyNot::StoppedBy { .. }
            | WhyNot::NotFullPrice { .. }
            | WhyNot::LimitReached { .. }
            | WhyNot::MemberLimit { .. } => return self.why_not_with(why),
        };
        either(english, chinese, in_english)
    }

    /// Reasons that name a number or another rule.
    fn why_not_with(&self, why: WhyNot) -> String {
        let english = self.engine.english;
        let (chinese, in_english) = match why {
            WhyNot::MinSpend { missing } => {
                let missing = self.money(missing);
                (format!("还差 {missing}"), format!("{missing} more must be spent"))
            }
            WhyNot::NotEnoughPieces { missing } => {
                let verb = if missing == 1 { "is" } else { "are" };
                (format!("还差 {missing} 件"), format!("{missing} more {verb} needed"))
            }
            WhyNot::BetterRule { rule } => {
                let other = self.other(rule);
                (format!("已适用“{other}”，更优或优先"), format!("“{other}” applies: it gives more or goes first"))
            }
            WhyNot::GroupTaken { rule } => {
                let other = self.other(rule);
                (format!("与“{other}”不可同享"), format!("Not together with “{other}”"))
            }
            WhyNot::StoppedBy { rule } => {
                let other = self.other(rule);
                (format!("“{other}”之后不再优惠"), format!("Nothing applies after “{other}”"))
            }
            WhyNot::NotFullPrice { rule } => {
                let other = self.other(rule);
                (format!("只限原价商品，已有“{other}”"), format!("For goods at full price; “{other}” applies"))
            }
            WhyNot::LimitReached { limit } => (format!("每单限 {limit} 次"), format!("At most {limit} × in one sale")),
            WhyNot::MemberLimit { limit } => {
                (format!("每位会员限 {limit} 次"), format!("At most {limit} × for one member"))
            }
            _ => unreachable!("the other reasons name nothing"),
        };
        either(english, &chinese, &in_english)
    }
}

/// What a little more would save.
pub(super) fn hint(engine: &Engine, store: &Store, book: &CompiledBook, hint: &Hint) -> String {
    let english = engine.english;
    let rule = book.rule(hint.rule).name_in(english);
    let plain = |units: i64| store.currency.plain(Money::minor(units));
    let missing = match &hint.missing {
        Missing::Pieces { item, pieces } => {
            let lines = engine.basket_shown().into_iter().flat_map(|basket| basket.active());
            let name = lines.filter(|line| line.item == *item).map(|line| line.name_in(english)).next();
            let name = name.unwrap_or(item);
            either(english, &format!("再买 {pieces} 件 {name}"), &format!("{pieces} more {name}"))
        }
        Missing::Spend(units) => {
            either(english, &format!("再买 {}", plain(*units)), &format!("{} more", plain(*units)))
        }
        Missing::Any(pieces) => either(english, &format!("再买 {pieces} 件"), &format!("{pieces} more of its goods")),
        Missing::Extras(pieces) => either(english, &format!("可加 {pieces} 件"), &format!("{pieces} more may be had")),
    };
    let colon = if english { ": " } else { "：" };
    let saves = hint.saves.map(|units| match english {
        true => format!(" (saves {})", plain(units)),
        false => format!("（省 {}）", plain(units)),
    });
    format!("{missing}{colon}{rule}{}", saves.unwrap_or_default())
}
