//! What stands below a line of the basket, and below the basket.

use domain::basket::{Basket, Facets, Line, ManualDiscount, Off};
use domain::item::ItemKind;
use domain::money::Money;
use domain::price::PricedLine;
use domain::store::Store;
use ui::screen::Below;

use super::draft::word;
use super::either;
use crate::engine::{Engine, percent};

/// Characters of a card's number that are shown.
const CARD_CHARS_SHOWN: usize = 4;

/// What was taken off a line, and what belongs to it.
pub(super) fn of_line(engine: &Engine, store: &Store, line: &Line, priced: Option<&PricedLine>) -> Vec<Below> {
    let english = engine.english;
    let text =
        |chinese: &str, in_english: &str| Below { text: either(english, chinese, in_english), ..Below::default() };
    let mut below = Vec::new();
    for share in priced.iter().flat_map(|priced| &priced.discounts) {
        let name = match (&share.name_en, share.by_hand) {
            (_, true) => format!("{}{}", either(english, "折扣：", "Discount: "), word(&share.name, english)),
            (Some(name), false) if english => name.clone(),
            (_, false) => share.name.clone(),
        };
        below.push(Below { text: name, amount: format!("-{}", store.currency.plain(share.amount)) });
    }
    if let Some(priced) = priced {
        let off: Money = priced.discounts.iter().map(|share| share.amount).sum();
        let exempt = priced.list - off - store.tax_mode.shelf_amount(priced.gross, priced.tax);
        if !exempt.is_zero() {
            let text = either(english, "免税", "Without tax");
            below.push(Below { text, amount: store.currency.plain(-exempt) });
        }
    }
    let facets = &line.facets;
    if let Some(changed) = &facets.override_price {
        let (was, why) = (store.currency.plain(changed.instead_of), word(&changed.reason, english));
        below.push(text(&format!("改价，原价 {was}：{why}"), &format!("Price changed from {was}: {why}")));
    }
    below.extend(traced(facets, english).into_iter().map(|text| Below { text, ..Below::default() }));
    if let Some(account) = &facets.account {
        let tail = tail(account);
        below.push(match line.terms.kind {
            ItemKind::GiftCard => text(&format!("卡号 {tail}"), &format!("Card {tail}")),
            _ => text(&format!("会员 {tail}"), &format!("Member {tail}")),
        });
    }
    if let (Some(years), Some(by)) = (line.terms.age_min, &facets.age_checked_by) {
        below.push(text(&format!("已满 {years} 岁，核对人 {by}"), &format!("{years} years seen by {by}")));
    }
    for part in &line.terms.components {
        let (item, quantity) = (&part.item, part.quantity.plain());
        below.push(text(&format!("含 {quantity} × {item}"), &format!("Holds {quantity} × {item}")));
    }
    if let Some(who) = &facets.salesperson {
        below.push(text(&format!("导购 {who}"), &format!("Salesperson {who}")));
    }
    if let Some(origin) = &facets.origin {
        below.push(text(&format!("原小票 {}", origin.receipt), &format!("Of receipt {}", origin.receipt)));
    }
    if let Some(reason) = &facets.reason {
        let reason = word(reason, english);
        below.push(text(&format!("原因：{reason}"), &format!("Reason: {reason}")));
    }
    if facets.damaged {
        below.push(text("破损，不再上架", "Damaged, not sold again"));
    }
    if let Some(note) = &facets.note {
        below.push(Below { text: note.clone(), ..Below::default() });
    }
    below
}

fn traced(facets: &Facets, english: bool) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(tare) = facets.tare {
        texts.push(either(english, &format!("皮重 {} kg", tare.plain()), &format!("Tare {} kg", tare.plain())));
    }
    if let Some(serial) = &facets.serial {
        texts.push(either(english, &format!("序列号 {serial}"), &format!("Serial {serial}")));
    }
    if let Some(lot) = &facets.lot {
        texts.push(either(english, &format!("批号 {lot}"), &format!("Lot {lot}")));
    }
    if let Some(date) = facets.expires {
        texts.push(either(english, &format!("有效期至 {date}"), &format!("Good until {date}")));
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
    let english = engine.english;
    let about = &basket.about;
    let mut notes = Vec::new();
    for coupon in &about.coupons {
        let code = &coupon.code;
        notes.push(match engine.coupon_waits(coupon) {
            true => either(english, &format!("券 {code}：等待总部"), &format!("Coupon {code}: waits for head office")),
            false => either(english, &format!("券 {code}"), &format!("Coupon {code}")),
        });
    }
    if engine.durable.open.is_some() {
        notes.extend(super::paying::parts_paid(engine, store));
    }
    if let Some(discount) = &about.discount {
        notes.push(off_sale(discount, store, english));
    }
    if let Some(who) = &about.staff_sale {
        notes.push(either(english, &format!("员工价 {who}"), &format!("Staff price for {who}")));
    }
    if let Some(number) = &about.tax_exempt {
        notes.push(either(english, &format!("免税 {number}"), &format!("Tax exempt {number}")));
    }
    if let Some(who) = &about.salesperson {
        notes.push(either(english, &format!("导购 {who}"), &format!("Salesperson {who}")));
    }
    if let Some(note) = &about.note {
        notes.push(either(english, &format!("备注：{note}"), &format!("Note: {note}")));
    }
    notes
}

fn off_sale(discount: &ManualDiscount, store: &Store, english: bool) -> String {
    let off = match discount.off {
        Off::Percent(bp) => format!("-{}%", percent(bp)),
        Off::Amount(amount) => format!("-{}", store.currency.plain(amount)),
    };
    let why = word(&discount.reason, english);
    either(english, &format!("整单折扣 {off}：{why}"), &format!("Discount on the sale {off}: {why}"))
}
