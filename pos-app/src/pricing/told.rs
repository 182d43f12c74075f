//! What a basket costs, and why, as JSON.

use domain::basket::Basket;
use domain::money::Money;
use domain::price::{Priced, PricedLine};
use domain::promotion::{CompiledBook, Explanation, Hint, Missing, Shared, Verdict, WhyNot};
use serde_json::{Value, json};

/// Lines, taxes, totals, and the rules that applied.
pub(super) fn priced(basket: &Basket, book: &CompiledBook, priced: &Priced) -> Value {
    let lines: Vec<Value> = basket.active().zip(&priced.lines).map(|(line, priced)| line_told(line, priced)).collect();
    let taxes: Vec<Value> = priced
        .tax
        .rates
        .iter()
        .map(|total| {
            let rate = &total.rate;
            json!({
                "tax": rate.id, "rate_bp": rate.basis_points, "exempt": rate.exempt,
                "net": total.net.units(), "amount": total.tax.units(),
            })
        })
        .collect();
    let rules: Vec<Value> = priced
        .uses
        .iter()
        .map(|used| {
            let shares = priced.lines.iter().flat_map(|line| &line.discounts);
            let saves: Money =
                shares.filter(|share| !share.by_hand && share.rule == used.rule).map(|share| share.amount).sum();
            let shared = book.find(&used.rule).map(|rule| shared_word(rule.kind.shared()));
            json!({
                "rule": used.rule, "times": used.times, "coupons": used.coupons,
                "saves": saves.units(), "shared": shared,
            })
        })
        .collect();
    let sum = |of: &dyn Fn(&PricedLine) -> Money| priced.lines.iter().map(of).sum::<Money>().units();
    json!({
        "rule_book": priced.rule_book,
        "currency": book.book().currency.code(),
        "search": if priced.is_exact { "exact" } else { "bounded" },
        "lines": lines,
        "taxes": taxes,
        "totals": {
            "list": sum(&|line| line.list),
            "discounts": priced.discount_total().units(),
            "net": sum(&|line| line.gross - line.tax),
            "tax": priced.tax_total().units(),
            "total": priced.total.units(),
        },
        "rules": rules,
    })
}

/// Where the shares of a discount fall.
fn shared_word(shared: Shared) -> &'static str {
    match shared {
        Shared::Piece => "on_the_piece",
        Shared::Group => "over_the_group_by_price",
        Shared::Basket => "over_its_goods_by_what_they_still_cost",
    }
}

fn line_told(line: &domain::basket::Line, priced: &PricedLine) -> Value {
    let share = |share: &domain::price::DiscountShare| json!({ "rule": share.rule, "name": share.name, "by_hand": share.by_hand, "amount": share.amount.units() });
    json!({
        "no": line.no,
        "item": line.item,
        "name": line.name,
        "quantity": line.quantity.plain(),
        "unit_price": line.unit_price.units(),
        "list": priced.list.units(),
        "discounts": priced.discounts.iter().map(share).collect::<Vec<_>>(),
        "net": (priced.gross - priced.tax).units(),
        "tax": priced.tax.units(),
        "total": priced.gross.units(),
    })
}

/// Adds to each line the answer of every rule that names it, and what would save more.
pub(super) fn explain(value: &mut Value, basket: &Basket, book: &CompiledBook, explanation: &Explanation) {
    let mut of_sold = explanation.lines.iter();
    let mut why = Vec::new();
    for line in basket.active() {
        let verdicts: Vec<Value> = match line.quantity.is_return() {
            true => vec![json!({ "why_not": "return" })],
            false => of_sold
                .next()
                .into_iter()
                .flatten()
                .map(|(rule, verdict)| verdict_told(book, *rule, *verdict))
                .collect(),
        };
        why.push(json!({ "no": line.no, "item": line.item, "rules": verdicts }));
    }
    value["explain"] = json!(why);
    value["hints"] = explanation.hints.iter().map(|hint| hint_told(book, hint)).collect();
}

fn verdict_told(book: &CompiledBook, rule: u32, verdict: Verdict) -> Value {
    let mut told = match verdict {
        Verdict::Applied { amount, at_floor: true } => json!({ "applied": amount, "cut_at_floor": true }),
        Verdict::Applied { amount, at_floor: false } => json!({ "applied": amount }),
        Verdict::Counted => json!({ "counted": true }),
        Verdict::Not(why) => why_not(book, why),
    };
    told["rule"] = json!(book.rule(rule).id);
    told["name"] = json!(book.rule(rule).name);
    told
}

fn why_not(book: &CompiledBook, why: WhyNot) -> Value {
    let other = |word: &str, rule: u32| json!({ "why_not": word, "by": book.rule(rule).id });
    match why {
        WhyNot::NotYetStarted { from } => json!({ "why_not": "not_yet_started", "from": from.to_string() }),
        WhyNot::Ended { until } => json!({ "why_not": "ended", "until": until.to_string() }),
        WhyNot::WrongDay => json!({ "why_not": "wrong_day" }),
        WhyNot::WrongHour => json!({ "why_not": "wrong_hour" }),
        WhyNot::OtherStore => json!({ "why_not": "other_store" }),
        WhyNot::OtherChannel => json!({ "why_not": "other_channel" }),
        WhyNot::NotMember => json!({ "why_not": "not_member" }),
        WhyNot::MemberLevel => json!({ "why_not": "member_level" }),
        WhyNot::NotStaff => json!({ "why_not": "not_staff" }),
        WhyNot::NoCoupon => json!({ "why_not": "no_coupon" }),
        WhyNot::CouponUsed => json!({ "why_not": "coupon_used" }),
        WhyNot::MinSpend { missing } => json!({ "why_not": "min_spend", "missing": missing }),
        WhyNot::NotEnoughPieces { missing } => json!({ "why_not": "not_enough_pieces", "missing": missing }),
        WhyNot::BetterRule { rule } => other("better_rule", rule),
        WhyNot::GroupTaken { rule } => other("group_taken", rule),
        WhyNot::StoppedBy { rule } => other("stopped_by", rule),
        WhyNot::NotFullPrice { rule } => other("not_full_price", rule),
        WhyNot::LimitReached { limit } => json!({ "why_not": "limit_reached", "limit": limit }),
        WhyNot::MemberLimit { limit } => json!({ "why_not": "member_limit", "limit": limit }),
        WhyNot::TooManyRules => json!({ "why_not": "too_many_rules" }),
        WhyNot::FloorReached => json!({ "why_not": "floor_reached" }),
        WhyNot::ExcludedGoods => json!({ "why_not": "excluded_goods" }),
        WhyNot::NotCounted => json!({ "why_not": "not_counted" }),
        WhyNot::ManualPrice => json!({ "why_not": "manual_price" }),
        WhyNot::NotDiscountable => json!({ "why_not": "not_discountable" }),
        WhyNot::Return => json!({ "why_not": "return" }),
        WhyNot::NothingToSave => json!({ "why_not": "nothing_to_save" }),
    }
}

fn hint_told(book: &CompiledBook, hint: &Hint) -> Value {
    let mut told = match &hint.missing {
        Missing::Pieces { item, pieces } => json!({ "item": item, "pieces": pieces }),
        Missing::Spend(spend) => json!({ "spend": spend }),
        Missing::Any(pieces) => json!({ "pieces": pieces }),
        Missing::Extras(pieces) => json!({ "extra_pieces": pieces }),
    };
    told["rule"] = json!(book.rule(hint.rule).id);
    told["saves"] = json!(hint.saves);
    told
}
