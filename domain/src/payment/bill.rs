//! The day's bill beside the till's own book of the day: what the one has and the other has not.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::money::Money;

/// One line of a provider's bill.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillLine {
    /// The till's own number of the payment.
    pub order_no: String,
    /// The provider's number of it.
    pub provider_no: String,
    /// The number of the refund, of a line of [`BillKind::Refunded`].
    pub refund_no: Option<String>,
    /// What happened.
    pub kind: BillKind,
    /// How much; never below nothing.
    pub amount: Money,
    /// When, as the provider says.
    pub at: Timestamp,
}

/// What happened to money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillKind {
    /// It came from the shopper.
    Paid,
    /// It went back, under a number of the till's.
    Refunded,
    /// It went back because the payment was taken back.
    Reversed,
}

/// What the till's own book says about one payment or refund of the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookLine {
    /// The number of the payment.
    pub order_no: String,
    /// What the till believes.
    pub booked: Booked,
    /// How much; never below nothing.
    pub amount: Money,
}

/// What the till believes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Booked {
    /// The money came and stayed. A payment that was refunded later is paid and refunded: two lines.
    Paid,
    /// It went back under this number.
    Refunded {
        /// The refund's number.
        no: String,
    },
    /// The payment was taken back: no money came, or all of it went back.
    Reversed,
}

/// Where the two do not agree: for a person to settle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// The till has it and the provider has not.
    MissingThere(BookLine),
    /// The provider has it and the till has not.
    MissingHere(BillLine),
    /// Both have it, with other amounts.
    Amount {
        /// What the till has.
        ours: BookLine,
        /// What the provider has.
        theirs: BillLine,
    },
    /// The till took the payment back, and the provider has kept it.
    NotReversed {
        /// What the till has.
        ours: BookLine,
        /// What the provider has.
        theirs: BillLine,
    },
    /// The provider has the same once more.
    TwiceThere(BillLine),
    /// The till has the same once more.
    TwiceHere(BookLine),
}

/// Lines of a bill of one payment that have not found their line in the book.
#[derive(Default)]
struct Left<'a> {
    paid: Vec<&'a BillLine>,
    refunded: BTreeMap<&'a str, Vec<&'a BillLine>>,
    reversed: Vec<&'a BillLine>,
}

/// Compares the book of a day with the bill of that day. The order of either does not matter.
///
/// A payment that was taken back may stand in a bill in three ways: not at all, as paid and given back, or as given back
/// alone when it was paid the day before; some providers write the giving back as a refund under a number of their own.
pub fn compare(ours: &[BookLine], theirs: &[BillLine]) -> Vec<Difference> {
    let mut left: BTreeMap<&str, Left> = BTreeMap::new();
    let mut sorted: Vec<&BillLine> = theirs.iter().collect();
    sorted.sort();
    for line in sorted {
        let of = left.entry(&line.order_no).or_default();
        match line.kind {
            BillKind::Paid => of.paid.push(line),
            BillKind::Refunded => {
                of.refunded.entry(line.refund_no.as_deref().unwrap_or_default()).or_default().push(line)
            }
            BillKind::Reversed => of.reversed.push(line),
        }
    }
    let mut book: Vec<&BookLine> = ours.iter().collect();
    // Payments and refunds first: what is given back and still without a line may belong to a reversal.
    book.sort();
    let mut found = Vec::new();
    for (no, line) in book.iter().enumerate() {
        if no > 0 && same(book[no - 1], line) {
            found.push(Difference::TwiceHere((*line).clone()));
            continue;
        }
        let of = left.entry(&line.order_no).or_default();
        match &line.booked {
            Booked::Paid => settle(line, std::mem::take(&mut of.paid), &mut found),
            Booked::Refunded { no } => settle(line, of.refunded.remove(no.as_str()).unwrap_or_default(), &mut found),
            Booked::Reversed => settle_reversal(line, of, &mut found),
        }
    }
    let rest = left
        .into_values()
        .flat_map(|of| of.paid.into_iter().chain(of.refunded.into_values().flatten()).chain(of.reversed));
    found.extend(rest.map(|line| Difference::MissingHere(line.clone())));
    found
}

/// Whether two lines of the book, in order, are about the same.
fn same(one: &BookLine, other: &BookLine) -> bool {
    one.order_no == other.order_no && one.booked == other.booked
}

/// One line of the book and the lines of the bill about the same: there should be one, of the same amount.
fn settle(ours: &BookLine, theirs: Vec<&BillLine>, found: &mut Vec<Difference>) {
    let fitting = theirs.iter().position(|line| line.amount == ours.amount);
    match (theirs.first(), fitting) {
        (None, _) => found.push(Difference::MissingThere(ours.clone())),
        (Some(first), None) => found.push(Difference::Amount { ours: ours.clone(), theirs: (*first).clone() }),
        (Some(_), Some(_)) => {}
    }
    let taken = fitting.unwrap_or(0);
    let more = theirs.into_iter().enumerate().filter(|(at, _)| *at != taken);
    found.extend(more.map(|(_, line)| Difference::TwiceThere(line.clone())));
}

fn settle_reversal<'a>(ours: &BookLine, of: &mut Left<'a>, found: &mut Vec<Difference>) {
    let mut back: Vec<&BillLine> = std::mem::take(&mut of.reversed);
    back.extend(std::mem::take(&mut of.refunded).into_values().flatten());
    let paid = std::mem::take(&mut of.paid);
    match (paid.first(), back.is_empty()) {
        (None, true) => {}
        (Some(paid), true) => found.push(Difference::NotReversed { ours: ours.clone(), theirs: (*paid).clone() }),
        (_, false) => settle(ours, back, found),
    }
    let (first, more) = paid.split_first().map_or((None, &[][..]), |(first, more)| (Some(*first), more));
    found.extend(more.iter().map(|line| Difference::TwiceThere((*line).clone())));
    if let Some(line) = first.filter(|line| line.amount != ours.amount) {
        found.push(Difference::Amount { ours: ours.clone(), theirs: line.clone() });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn booked(order: u8, booked: Booked, amount: i64) -> BookLine {
        BookLine { order_no: format!("W{order}"), booked, amount: Money::minor(amount) }
    }

    fn billed(order: u8, kind: BillKind, refund_no: Option<&str>, amount: i64) -> BillLine {
        BillLine {
            order_no: format!("W{order}"),
            provider_no: format!("420000{order}"),
            refund_no: refund_no.map(str::to_owned),
            kind,
            amount: Money::minor(amount),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    /// What a provider without a fault writes for a line of the book; a reversal in one of its ways.
    fn bill_of(line: &BookLine, way: u8) -> Vec<BillLine> {
        let of = |kind, refund_no: Option<&str>| BillLine {
            order_no: line.order_no.clone(),
            provider_no: "42".to_owned(),
            refund_no: refund_no.map(str::to_owned),
            kind,
            amount: line.amount,
            at: Timestamp::UNIX_EPOCH,
        };
        match (&line.booked, way % 4) {
            (Booked::Paid, _) => vec![of(BillKind::Paid, None)],
            (Booked::Refunded { no }, _) => vec![of(BillKind::Refunded, Some(no))],
            (Booked::Reversed, 0) => vec![],
            (Booked::Reversed, 1) => vec![of(BillKind::Paid, None), of(BillKind::Reversed, None)],
            (Booked::Reversed, 2) => vec![of(BillKind::Reversed, None)],
            (Booked::Reversed, _) => vec![of(BillKind::Paid, None), of(BillKind::Refunded, Some("2088"))],
        }
    }

    #[test]
    fn every_difference_is_named() {
        let refund = |no: &str| Booked::Refunded { no: no.to_owned() };
        let (paid, reversed) = (booked(1, Booked::Paid, 500), booked(1, Booked::Reversed, 500));
        let there = billed(1, BillKind::Paid, None, 500);
        let cases = [
            (vec![paid.clone()], vec![], Difference::MissingThere(paid.clone())),
            (vec![], vec![there.clone()], Difference::MissingHere(there.clone())),
            (vec![paid.clone()], vec![there.clone(), there.clone()], Difference::TwiceThere(there.clone())),
            (vec![paid.clone(), paid.clone()], vec![there.clone()], Difference::TwiceHere(paid.clone())),
            (
                vec![booked(1, Booked::Paid, 501)],
                vec![there.clone()],
                Difference::Amount { ours: booked(1, Booked::Paid, 501), theirs: there.clone() },
            ),
            (
                vec![reversed.clone()],
                vec![there.clone()],
                Difference::NotReversed { ours: reversed.clone(), theirs: there.clone() },
            ),
            (
                vec![paid.clone(), booked(1, refund("W1R"), 200)],
                vec![there.clone(), billed(1, BillKind::Refunded, Some("W1R"), 201)],
                Difference::Amount {
                    ours: booked(1, refund("W1R"), 200),
                    theirs: billed(1, BillKind::Refunded, Some("W1R"), 201),
                },
            ),
            (
                vec![paid.clone()],
                vec![there.clone(), billed(1, BillKind::Refunded, Some("other"), 500)],
                Difference::MissingHere(billed(1, BillKind::Refunded, Some("other"), 500)),
            ),
        ];
        for (ours, theirs, difference) in cases {
            assert_eq!(compare(&ours, &theirs), [difference]);
        }
    }

    /// A book in which every payment is there once: kept, kept and partly refunded, or taken back.
    fn book() -> impl Strategy<Value = Vec<BookLine>> {
        prop::collection::vec((0_u8..3, 1_i64..100_000), 0..12).prop_map(|payments| {
            let mut book = Vec::new();
            for ((kind, amount), order) in payments.into_iter().zip(0..) {
                book.push(booked(order, if kind == 2 { Booked::Reversed } else { Booked::Paid }, amount));
                if kind == 1 {
                    let no = format!("W{order}R");
                    book.push(booked(order, Booked::Refunded { no }, (amount / 2).max(1)));
                }
            }
            book
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn a_bill_without_a_fault_agrees_and_one_fault_is_one_difference(
            book in book(),
            ways in prop::collection::vec(any::<u8>(), 24),
            fault in 0_u8..4,
            at in any::<prop::sample::Index>(),
        ) {
            let mut bill: Vec<BillLine> = book.iter().zip(&ways).flat_map(|(line, way)| bill_of(line, *way)).collect();
            prop_assert_eq!(compare(&book, &bill), []);
            bill.reverse();
            prop_assert_eq!(compare(&book, &bill), [], "the order does not matter");
            if bill.is_empty() {
                return Ok(());
            }
            let place = at.index(bill.len());
            let touched = bill[place].clone();
            match fault {
                0 => _ = bill.remove(place),
                1 => bill.push(touched.clone()),
                2 => bill[place].amount = touched.amount + Money::minor(1),
                _ => bill.push(BillLine { order_no: "strange".to_owned(), ..touched.clone() }),
            }
            let differences = compare(&book, &bill);
            // A bill without the payment that was given back is one of a payment of the day before.
            let paid_before = fault == 0 && touched.kind == BillKind::Paid
                && book.iter().any(|line| line.order_no == touched.order_no && line.booked == Booked::Reversed);
            prop_assert_eq!(differences.len(), usize::from(!paid_before && !reversal_alone(&book, &touched, fault, &bill)), "{:?}", differences);
        }
    }

    /// A bill that loses the only line of a reversal is one of a payment that never moved money.
    fn reversal_alone(book: &[BookLine], touched: &BillLine, fault: u8, bill: &[BillLine]) -> bool {
        let reversed = |line: &&BookLine| line.order_no == touched.order_no && line.booked == Booked::Reversed;
        fault == 0
            && book.iter().any(|line| reversed(&line))
            && bill.iter().all(|line| line.order_no != touched.order_no)
    }
}
