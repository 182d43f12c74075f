//! Rule books: JSON as head office sends it, and what it does to one cart.

use domain::money::Money;
use domain::promotion::{Cart, CartLine, Context, HandDiscount, PresentedCoupon, Standing, explain, settle};
use domain::quantity::{Quantity, Unit};
use jiff::Timestamp;
use jiff::civil::date;
use protocol::v1;

/// Reads bytes as a rule book; prices a cart by it.
pub fn read(data: &[u8]) {
    let Ok(told) = v1::RuleBook::parse(data) else { return };
    let written = serde_json::to_vec(&told).expect("a rule book can be written");
    assert_eq!(v1::RuleBook::parse(&written).ok().as_ref(), Some(&told), "what is written is read again");
    let Ok(book) = told.compile() else { return };
    let (mut cart, context) = (cart(), context());
    let settled = settle(&cart, &book, &context);
    assert_eq!(settled.lines.len(), cart.lines.len());
    for line in &settled.lines {
        assert!((0..=line.list).contains(&line.left()), "line {} costs {} of {}", line.no, line.left(), line.list);
        assert!(line.shares.iter().all(|(_, amount)| *amount > 0), "every share takes something off");
    }
    let explained = explain(&cart, &book, &context);
    assert_eq!(explained.settled, settled, "what is explained is what is charged");
    cart.lines.reverse();
    assert_eq!(settle(&cart, &book, &context).saved(), settled.saved(), "the order of scanning does not matter");
}

/// Goods `a` to `h` of a few categories and tags: pieces, weighed goods, a label, floors, prices and discounts by hand.
fn cart() -> Cart {
    let line = |no: u32, item: &str, category: &str, pieces: i64, price: i64| CartLine {
        no,
        item: item.to_owned(),
        category: category.to_owned(),
        tags: vec!["new".to_owned()],
        unit: Unit::Piece,
        quantity: Quantity::pieces(pieces),
        unit_price: Money::minor(price),
        label_amount: None,
        floor: None,
        standing: Standing::Open,
        discount: None,
    };
    let weighed =
        |thousandths, line| CartLine { unit: Unit::Kilogram, quantity: Quantity::thousandths(thousandths), ..line };
    let lines = vec![
        line(1, "a", "drinks/water", 5, 200),
        line(2, "b", "drinks/cola", 3, 350),
        line(3, "a", "drinks/water", 2, 200),
        weighed(1234, line(4, "c", "fruit", 1, 1280)),
        CartLine { label_amount: Some(Money::minor(599)), ..weighed(468, line(5, "c", "fruit", 1, 1280)) },
        CartLine { floor: Some(Money::minor(900)), ..line(6, "d", "", 4, 1000) },
        CartLine { standing: Standing::PriceByHand, ..line(7, "e", "books", 1, 4990) },
        CartLine { standing: Standing::NotDiscountable, ..line(8, "f", "books", 1, 2500) },
        CartLine { discount: Some(HandDiscount::Percent(1000)), ..line(9, "g", "books/new", 2, 8800) },
        line(10, "h", "gifts", 1, 0),
    ];
    Cart { lines, discount: Some(HandDiscount::Amount(Money::minor(100))) }
}

/// A member with two coupons, on a Monday morning in spring.
fn context() -> Context {
    let now: Timestamp = "2026-03-02T01:15:00Z".parse().expect("an instant");
    let coupon = |code: &str| PresentedCoupon { code: code.to_owned(), spent: false };
    Context {
        member_level: Some("gold".to_owned()),
        coupons: vec![coupon("C-1"), coupon("C-2")],
        ..Context::anyone("s1", "till", now, date(2026, 3, 2).at(9, 15, 0, 0))
    }
}
