//! Money that moved without cash: the till's book beside those of the providers and of the card terminal, and beside the
//! providers' bills of the day.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use domain::money::Money;
use domain::payment::bill::{BillKind, BillLine, BookLine, Booked, compare};
use protocol::v1::{Payment, Tender};
use simulation::street::{Count, Sum};

use super::day::Day;
use super::reconcile::{Kind, Row};
use crate::store::Store;
use crate::store::counter::Wallet;

/// What the till's journal says of it.
#[derive(Default)]
pub struct Moved {
    /// Tenders, by who moved the money.
    tenders: BTreeMap<&'static str, Sum>,
    /// How each payment stood last, by its number.
    payments: BTreeMap<String, Payment>,
}

/// The street's sum of a tender's kind.
pub fn of_street(street: &Count, kind: &str) -> Option<i64> {
    let of = |means: &str| street.others.get(means).map_or(0, |sum| sum.amount);
    match kind {
        "cash" => Some(street.cash),
        "code" => Some(of("wechat") + of("alipay")),
        "card" => Some(of("card")),
        _ => None,
    }
}

impl Moved {
    /// A payment has changed.
    pub fn change(&mut self, payment: &Payment) {
        self.payments.insert(payment.order_no.clone(), payment.clone());
    }

    /// A sale was paid with this.
    pub fn take(&mut self, tender: &Tender) {
        let first = tender.reference.as_ref().and_then(|reference| reference.chars().next());
        let means = match (tender.kind.as_str(), first) {
            ("code", Some('W')) => "wechat",
            ("code", Some('A')) => "alipay",
            ("card", _) => "card",
            _ => return,
        };
        let sum = self.tenders.entry(means).or_default();
        (sum.times, sum.amount) = (sum.times + 1, sum.amount + tender.amount);
    }

    fn sum(&self, means: &str) -> Sum {
        self.tenders.get(means).copied().unwrap_or_default()
    }

    /// Payments that the till is still settling.
    fn open(&self) -> usize {
        let settled = |payment: &&Payment| {
            let refund_open = payment.refund.as_ref().is_some_and(|refund| refund.state == "open");
            ["paid", "declined", "reversed"].contains(&payment.state.as_str()) && !refund_open
        };
        self.payments.len() - self.payments.values().filter(settled).count()
    }

    /// The till's book of a family's payments, as bills are compared with.
    fn book(&self, family: &str) -> Vec<BookLine> {
        let line = |payment: &Payment| {
            let booked = match payment.state.as_str() {
                "paid" => Booked::Paid,
                "reversed" => Booked::Reversed,
                _ => return None,
            };
            Some(BookLine { order_no: payment.order_no.clone(), booked, amount: Money::minor(payment.amount) })
        };
        self.payments.values().filter(|payment| payment.family == family).filter_map(line).collect()
    }
}

/// One row for each who moved money, one for each figure.
pub fn rows(moved: &Moved, store: &Store, day: &Day) -> Result<Vec<Row>> {
    let counter = &store.counter;
    let mut rows = Vec::new();
    for (name, means, wallet) in [("WeChat Pay", "wechat", &counter.wechat), ("Alipay", "alipay", &counter.alipay)] {
        rows.extend(of_provider(moved, day, (name, means), wallet)?);
    }
    let (till, street) = (moved.sum("card"), street_sum(day, "card"));
    let times = counter.terminal.books().iter().filter(|booked| !booked.reversed).count() as i64;
    rows.extend(both("card terminal", till, street, (times, counter.terminal.held())));
    rows.push(Row::beside("payments not settled", Kind::Count, moved.open() as i64, Some(0), 0));
    Ok(rows)
}

fn of_provider(moved: &Moved, day: &Day, (name, means): (&str, &str), wallet: &Wallet) -> Result<Vec<Row>> {
    let bill = fetch(wallet).with_context(|| format!("failed fetching the day's bill of {name}"))?;
    let control = wallet.server.control();
    let provider = control.provider();
    let books = provider.books();
    let kept = books.orders().filter(|order| order.balance() != Money::ZERO).count() as i64;
    let till = moved.sum(means);
    let mut rows = both(name, till, street_sum(day, means), (kept, books.balance().units()));
    let on_bill: i64 = bill
        .iter()
        .map(|line| match line.kind {
            BillKind::Paid => line.amount.units(),
            BillKind::Refunded | BillKind::Reversed => -line.amount.units(),
        })
        .sum();
    let nothing =
        |figure: &str, count: usize| Row::beside(&format!("{name}, {figure}"), Kind::Count, 0, None, count as i64);
    rows.push(Row::beside(&format!("{name}, day's bill"), Kind::Money, till.amount, None, on_bill));
    rows.push(nothing("lines that differ", compare(&moved.book(means), &bill).len()));
    rows.push(nothing("charged twice", books.charged_twice().len()));
    rows.push(nothing("turned away", provider.complaints().counted.values().sum::<u64>() as usize));
    Ok(rows)
}

fn street_sum(day: &Day, means: &str) -> Option<Sum> {
    day.count.as_ref().map(|count| count.others.get(means).copied().unwrap_or_default())
}

/// How often and how much.
fn both(name: &str, till: Sum, street: Option<Sum>, (times, amount): (i64, i64)) -> Vec<Row> {
    let street_times = street.map(|street| street.times as i64);
    vec![
        Row::beside(name, Kind::Money, till.amount, street.map(|street| street.amount), amount),
        Row::beside(&format!("{name}, times"), Kind::Count, till.times as i64, street_times, times),
    ]
}

/// The bills of the days on which money moved, over HTTPS and verified as a shop does it.
fn fetch(wallet: &Wallet) -> Result<Vec<BillLine>> {
    let days = wallet.server.control().provider().books().days();
    let account = wallet.account.open().context("failed opening the account")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut bill = Vec::new();
    for day in days {
        bill.extend(runtime.block_on(account.bill(day))?);
    }
    Ok(bill)
}
