//! The slip of a sale that is put aside: its code takes it up again, at any till of the store.

use domain::basket::Basket;
use domain::money::Money;
use domain::receipt::{Block, Document, Size};
use domain::store::Store;

use super::{Issued, minute};

/// Names of goods on a slip.
const NAMES_MAX: usize = 8;

/// The slip of a sale that is put aside.
pub fn aside_slip(basket: &Basket, total: Money, code: &str, store: &Store, issued: &Issued) -> Document {
    let words = |chinese: &'static str, english: &'static str| if issued.english { english } else { chinese };
    let mut paper = Document::default();
    paper.center(words("挂单", "Put aside"), Size::Large, true);
    paper.pair(format!("{} {}", words("收银机", "Till"), issued.till), minute(issued.local));
    paper.text(format!("{} {}", words("收银员", "Cashier"), issued.cashier));
    paper.push(Block::Rule);
    let goods = || basket.active().filter(|line| line.facets.deposit_of.is_none());
    for line in goods().take(NAMES_MAX) {
        paper.pair(line.name_in(issued.english), line.quantity.plain());
    }
    let more = goods().count().saturating_sub(NAMES_MAX);
    if more > 0 {
        paper.text(match issued.english {
            true => format!("and {more} more"),
            false => format!("另有 {more} 种"),
        });
    }
    paper.push(Block::Rule);
    paper.strong_pair(words("合计", "Total"), store.currency.signed(total), Size::Normal);
    paper.text(words(
        "未付款。扫描此码取单，本店任何收银机均可",
        "Not paid. Scan to take it up again, at any till of the store",
    ));
    paper.push(Block::Feed(1));
    paper.push(Block::Code128(code.to_owned()));
    paper.push(Block::Cut);
    paper
}
