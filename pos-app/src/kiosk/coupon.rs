//! What a shopper is told of a coupon that was taken: nothing where it has taken something off, since that is on the screen;
//! why not otherwise.

use domain::money::Money;
use domain::promotion::{Rule, Verdict, WhyNot};

use super::{Message, Turn};

/// What is said of a coupon that was just put on the basket; nothing when it counts already.
pub(super) fn said(turn: &Turn, code: &str, waits: bool) -> Option<Message> {
    if waits {
        return Some(Message::Key("kiosk-coupon-waits"));
    }
    let (store, basket) = turn.catalogue.store().zip(turn.engine.durable.open.as_ref())?;
    let opens = |rule: &Rule| rule.when.coupon.as_ref().is_some_and(|need| need.fits(code));
    let priced = turn.engine.priced(store);
    let book = turn.engine.pricing.book()?;
    let mut shares = priced.lines.iter().flat_map(|line| &line.discounts);
    if shares.any(|share| book.find(&share.rule).is_some_and(opens)) {
        return None;
    }
    let verdicts = basket.active().flat_map(|line| turn.engine.why(basket, line.no, store));
    let missing = verdicts.filter(|(rule, _)| opens(rule)).filter_map(|(_, verdict)| match verdict {
        Verdict::Not(WhyNot::MinSpend { missing }) => Some(Money::minor(missing)),
        _ => None,
    });
    Some(missing.min().map_or(Message::Key("kiosk-coupon-kept"), Message::CouponFrom))
}
