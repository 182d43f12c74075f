//! What stands below a line of the basket, and below the basket.

use domain::basket::{Basket, Facets, Line, ManualDiscount, Off};
use domain::item::ItemKind;
use domain::money::Money;
use domain::price::PricedLine;
use domain::quantity::Unit;
use domain::store::Store;
use ui::screen::Below;
use words::{Words, say};

use super::draft::word;
use crate::engine::Engine;
use crate::notation::Notation;

/// Characters of a card's number that are shown.
const CARD_CHARS_SHOWN: usize = 4;

/// What was taken off a line, and what belongs to it.
pub(super) fn of_line(engine: &Engine, store: &Store, line: &Line, priced: Option<&PricedLine>) -> Vec<Below> {
    let words = &engine.words;
    let text = |text: String| Below { text, ..Below::default() };
    let mut below = Vec::new();
    for share in priced.iter().flat_map(|priced| &priced.discounts) {
        let name = match (&share.name_en, share.by_hand) {
            (_, true) => say!(words, "basket-discount", why = word(&share.name, words)),
            (Some(name), false) if engine.english => name.clone(),
            (_, false) => share.name.clone(),
        };
        below.push(Below { text: name, amount: format!("-{}", words.amount(store.currency, share.amount)) });
    }
    if let Some(priced) = priced {
        let off: Money = priced.discounts.iter().map(|share| share.amount).sum();
        let exempt = priced.list - off - store.tax_mode.shelf_amount(priced.gross, priced.tax);
        if !exempt.is_zero() {
            let text = words.say("basket-without-tax");
            below.push(Below { text, amount: words.amount(store.currency, -exempt) });
        }
    }
    let facets = &line.facets;
    if let Some(changed) = &facets.override_price {
        let (was, why) = (words.amount(store.currency, changed.instead_of), word(&changed.reason, words));
        below.push(text(say!(words, "basket-price-changed", was = was, why = why)));
    }
    below.extend(traced(facets, words).into_iter().map(|text| Below { text, ..Below::default() }));
    if let Some(account) = &facets.account {
        let tail = tail(account);
        below.push(match line.terms.kind {
            ItemKind::GiftCard => text(say!(words, "basket-card", number = tail)),
            _ => text(say!(words, "basket-account-of-member", number = tail)),
        });
    }
    if let (Some(years), Some(by)) = (line.terms.age_min, &facets.age_checked_by) {
        below.push(text(say!(words, "basket-age-seen", years = years, by = by)));
    }
    for part in &line.terms.components {
        let (item, quantity) = (&part.item, words.quantity(part.quantity));
        below.push(text(say!(words, "basket-holds", quantity = quantity, item = item)));
    }
    if let Some(who) = &facets.salesperson {
        below.push(text(say!(words, "basket-salesperson", who = who)));
    }
    if let Some(origin) = &facets.origin {
        below.push(text(say!(words, "basket-of-receipt", receipt = &origin.receipt)));
    }
    if let Some(reason) = &facets.reason {
        let reason = word(reason, words);
        below.push(text(say!(words, "basket-reason", reason = reason)));
    }
    if facets.damaged {
        below.push(text(words.say("basket-damaged")));
    }
    if let Some(note) = &facets.note {
        below.push(Below { text: note.clone(), ..Below::default() });
    }
    below
}

fn traced(facets: &Facets, words: &Words) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(tare) = facets.tare {
        texts.push(say!(words, "basket-tare", weight = words.measure(tare, Unit::Kilogram)));
    }
    if let Some(serial) = &facets.serial {
        texts.push(say!(words, "basket-serial", serial = serial));
    }
    if let Some(lot) = &facets.lot {
        texts.push(say!(words, "basket-lot", lot = lot));
    }
    if let Some(date) = facets.expires {
        texts.push(say!(words, "basket-good-until", date = words.date(date)));
    }
    texts
}

/// The end of a number, which is enough to compare.
fn tail(number: &str) -> String {
    let chars = number.chars().count();
    match chars > CARD_CHARS_SHOWN {
        true => format!("****{}", number.chars().skip(chars - CARD_CHARS_SHOWN).collect::<String>()),
        false => number.to_owned(),
    }
}

/// What belongs to the whole sale.
pub(super) fn of_sale(engine: &Engine, store: &Store, basket: &Basket) -> Vec<String> {
    let words = &engine.words;
    let about = &basket.about;
    let mut notes = Vec::new();
    for coupon in &about.coupons {
        let code = &coupon.code;
        notes.push(match engine.coupon_waits(coupon) {
            true => say!(words, "basket-coupon-waits", code = code),
            false => say!(words, "basket-coupon", code = code),
        });
    }
    if engine.durable.open.is_some() {
        notes.extend(super::paying::parts_paid(engine, store));
    }
    if let Some(discount) = &about.discount {
        notes.push(off_sale(discount, store, words));
    }
    if let Some(who) = &about.staff_sale {
        notes.push(say!(words, "basket-staff-price", who = who));
    }
    if let Some(number) = &about.tax_exempt {
        notes.push(say!(words, "basket-tax-exempt", number = number));
    }
    if let Some(who) = &about.salesperson {
        notes.push(say!(words, "basket-salesperson", who = who));
    }
    if let Some(note) = &about.note {
        notes.push(say!(words, "basket-note", note = note));
    }
    notes
}

fn off_sale(discount: &ManualDiscount, store: &Store, words: &Words) -> String {
    let off = match discount.off {
        Off::Percent(bp) => format!("-{}", words.rate(bp)),
        Off::Amount(amount) => format!("-{}", words.amount(store.currency, amount)),
    };
    let why = word(&discount.reason, words);
    say!(words, "basket-discount-on-sale", off = off, why = why)
}
