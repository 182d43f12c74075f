//! What just happened: its sound, its line, and what a promotion did to it.

use domain::basket::Line;
use domain::money::Money;
use domain::promotion::{Missing, Verdict, WhyNot};
use domain::store::Store;
use ui::heard::Heard;
use words::say;

use super::why;
use crate::engine::{Engine, Said};
use crate::notation::Notation;

/// The sound; a cashier's till reads nothing aloud.
pub(super) fn heard(engine: &Engine) -> Heard {
    Heard {
        sound: engine.heard.sound,
        spoken: String::new(),
        language: engine.words.tag().to_owned(),
        count: engine.heard.count,
    }
}

/// The line that was scanned or changed last, while that is what was said last.
pub(super) fn newest(engine: &Engine) -> Option<u32> {
    let basket = engine.durable.open.as_ref()?;
    match engine.said {
        Said::Added(no) | Said::Changed(no) => basket.line(no).map(|line| line.no),
        _ => None,
    }
}

/// What promotions did to a line; when none did, the nearest one that could, and what it wants. Nothing for large
/// baskets, where finding it would keep the next scan waiting.
pub(super) fn why_newest(engine: &Engine, store: &Store, no: u32) -> String {
    let Some(basket) = &engine.durable.open else { return String::new() };
    let Some(line) = basket.line(no).filter(|line| !line.quantity.is_return()) else { return String::new() };
    let priced = engine.priced(store);
    let taken_off = priced.line(no).map(|line| line.discounts.as_slice()).unwrap_or_default();
    let applied = taken_off.iter().filter(|share| !share.by_hand).map(|share| {
        let name = share.name_en.as_ref().filter(|_| engine.english).unwrap_or(&share.name);
        format!("{name} {}", engine.words.amount(store.currency, -share.amount))
    });
    let applied: Vec<String> = applied.collect();
    if !applied.is_empty() {
        return applied.join(" · ");
    }
    if !engine.is_explained_at_once(basket) {
        return String::new();
    }
    not_yet(engine, store, line).unwrap_or_default()
}

/// A promotion that names these goods and does not apply yet, with what it wants.
fn not_yet(engine: &Engine, store: &Store, line: &Line) -> Option<String> {
    let (basket, book) = (engine.durable.open.as_ref()?, engine.pricing.book()?);
    let hints = engine.hints(basket, store);
    let of_line = |missing: &Missing| matches!(missing, Missing::Pieces { item, .. } if *item == line.item);
    if let Some(hint) = hints.iter().find(|hint| of_line(&hint.missing)) {
        return Some(why::hint(engine, store, book, hint));
    }
    let mut reasons = engine.why(basket, line.no, store).into_iter().filter_map(|(rule, verdict)| {
        let missing = match verdict {
            Verdict::Not(WhyNot::NotEnoughPieces { missing }) => {
                say!(engine.words, "heard-more-pieces", pieces = missing)
            }
            Verdict::Not(WhyNot::MinSpend { missing }) => {
                say!(
                    engine.words,
                    "heard-more-spent",
                    amount = engine.words.amount(store.currency, Money::minor(missing))
                )
            }
            Verdict::Not(WhyNot::NotMember) => say!(engine.words, "heard-for-members"),
            Verdict::Not(WhyNot::NoCoupon) => say!(engine.words, "heard-with-coupon"),
            Verdict::Applied { .. } | Verdict::Counted | Verdict::Not(_) => return None,
        };
        let name = rule.name_in(engine.english).to_owned();
        Some(say!(engine.words, "heard-not-yet", rule = name, why = missing))
    });
    reasons.next()
}
