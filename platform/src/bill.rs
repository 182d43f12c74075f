//! The day's bill: what the payment providers say of a calendar day in Beijing, beside what the tills say.
//!
//! A till's business date ends when its shift does and its clock is its own, so a payment at midnight may stand in the bill
//! of either day. Therefore the bill of the day is not compared alone: those of its neighbours are fetched, as far as there
//! are any, and what the tills say of a payment spans the time from sending it to knowing how it ended, and some minutes
//! more. Only what would have to stand in a bill that is there is told as missing; what may stand in the next day's bill
//! waits for that, and is told on that day when it is not there either.

use std::collections::{BTreeMap, BTreeSet};

use domain::money::{Currency, Money};
use domain::payment::bill::{BillKind, BillLine, BookLine, Booked, Difference, compare};
use domain::payment::{Family, Payment, PaymentState, RefundState};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use protocol::v1::{Body, Event};
use providers::bill::BillError;
use serde::Serialize;

use crate::payments::Accounts;
use crate::store::{Store, StoreError};

/// How far the clocks of a till and of a provider may be apart.
const CLOCKS: SignedDuration = SignedDuration::from_mins(10);
/// Days before and after whose bills are looked at, for a payment whose end was known late.
const NEIGHBOURS_MAX: i64 = 7;

/// Why bills could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum BillsError {
    /// The day's bill of an account cannot be had.
    #[error("failed fetching the bill of the account {account}: {source}")]
    Bill {
        /// Which.
        account: String,
        /// Why.
        source: BillError,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DayBill {
    /// The calendar day in Beijing.
    pub day: String,
    /// The accounts whose bills were fetched.
    pub accounts: Vec<String>,
    /// Lines of the day's bills.
    pub lines: usize,
    /// What they say was paid, in fen.
    pub paid: i64,
    /// What they say went back, in fen.
    pub given_back: i64,
    /// Whether nothing differs.
    pub agrees: bool,
    /// What differs: for a person to settle.
    pub differing: Vec<Told>,
    /// What may stand in a bill that is not there yet.
    pub waiting: Vec<Told>,
    /// What the tills are still settling.
    pub open: Vec<Told>,
    /// Words of tills that could not be read.
    pub unreadable: u64,
}

/// One payment, refund or reversal that people are told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// `missing_there`, `missing_here`, `amount`, `not_reversed`, `twice_there`, `twice_here`, `next_bill`,
    /// `other_bill` or `open`.
    pub kind: &'static str,
    /// The till's number of the payment.
    pub order_no: String,
    /// The number of the refund.
    pub refund_no: Option<String>,
    /// The store, when a till has it.
    pub store: Option<String>,
    /// What the till has, in fen.
    pub ours: Option<i64>,
    /// What the bill has, in fen.
    pub theirs: Option<i64>,
    /// When, in Beijing.
    pub at: String,
    /// The same in words.
    pub words: String,
}

/// What the tills say.
#[derive(Clone, Debug, Default)]
pub struct Book {
    moved: Vec<Moved>,
    open: Vec<(Payment, String)>,
    unreadable: u64,
}

/// A line of the book, and between which instants it happened by the till's clock.
#[derive(Clone, Debug)]
struct Moved {
    line: BookLine,
    store: String,
    from: Timestamp,
    to: Timestamp,
}

/// Fetches the bills of a calendar day in Beijing and compares them with the tills' events. `now` tells which bills can be
/// there.
///
/// # Errors
/// [`BillsError`]; a neighbour's bill that cannot be had is none.
pub async fn bill(store: &dyn Store, accounts: &Accounts, day: Date, now: Timestamp) -> Result<DayBill, BillsError> {
    let shifted = |days: i64| day.saturating_add(days.days()).to_string();
    let mut rows = store.payments_of(&shifted(-NEIGHBOURS_MAX - 1), &shifted(NEIGHBOURS_MAX + 1)).await?;
    rows.extend(phone_rows(store, day).await?);
    let families: BTreeSet<Family> = accounts.all().iter().map(|account| account.provider().family()).collect();
    let book = Book::of(&rows, &families);
    let mut bills = BTreeMap::new();
    bills.insert(day, fetch(accounts, day).await?);
    let (first, last) = book.days_around(day, now.to_zoned(beijing()).date());
    let earlier = (1..=NEIGHBOURS_MAX).map(|days| day.saturating_sub(days.days())).take_while(|day| *day >= first);
    let later = (1..=NEIGHBOURS_MAX).map(|days| day.saturating_add(days.days())).take_while(|day| *day <= last);
    for neighbours in [earlier.collect::<Vec<_>>(), later.collect()] {
        for neighbour in neighbours {
            match fetch(accounts, neighbour).await {
                Ok(lines) => _ = bills.insert(neighbour, lines),
                Err(error) => {
                    tracing::warn!(%error, day = %neighbour, "the bill of a neighbouring day is not looked at");
                    break;
                }
            }
        }
    }
    let names = accounts.all().iter().map(|account| account.name().to_owned()).collect();
    Ok(DayBill { accounts: names, ..book.compare(day, &bills) })
}

/// What phones say: payments that no till has.
async fn phone_rows(store: &dyn Store, day: Date) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let at = |days: i64| -> i64 {
        let day = day.saturating_add(days.days());
        day.to_zoned(beijing()).map_or(0, |zoned| zoned.timestamp().as_millisecond())
    };
    crate::phone::as_events(store, at(-NEIGHBOURS_MAX - 1), at(NEIGHBOURS_MAX + 2)).await
}

async fn fetch(accounts: &Accounts, day: Date) -> Result<Vec<BillLine>, BillsError> {
    let mut lines = Vec::new();
    for account in accounts.all() {
        let failed = |source| BillsError::Bill { account: account.name().to_owned(), source };
        lines.extend(account.bill(day).await.map_err(failed)?);
    }
    Ok(lines)
}

impl Book {
    /// From events: store and bytes of each word about a payment.
    pub fn of(rows: &[(String, Vec<u8>)], families: &BTreeSet<Family>) -> Book {
        let mut book = Book::default();
        let mut read = Vec::new();
        for (store, bytes) in rows {
            let Ok(Event { at_ms, epoch, seq, body: Body::PaymentChanged(wire), .. }) = serde_json::from_slice(bytes)
            else {
                book.unreadable += 1;
                continue;
            };
            match (Payment::try_from(&*wire), Timestamp::from_millisecond(at_ms)) {
                (Ok(payment), Ok(at)) if families.contains(&payment.family) => {
                    read.push(((at, epoch, seq), payment, store));
                }
                (Ok(_), Ok(_)) => {}
                _ => book.unreadable += 1,
            }
        }
        read.sort_by_key(|(order, ..)| *order);
        // The newest word of each, and since when it stands so.
        let mut newest: BTreeMap<(String, Option<String>), (Payment, &String, Timestamp)> = BTreeMap::new();
        for ((at, ..), payment, store) in read {
            let key = (payment.order_no.clone(), part_no(&payment));
            let before = newest.get(&key).filter(|(before, ..)| stands(before) == stands(&payment));
            let since = before.map_or(at, |(_, _, since)| *since);
            newest.insert(key, (payment, store, since));
        }
        for (payment, store, since) in newest.into_values() {
            book.enter(payment, store, since);
        }
        book
    }

    fn enter(&mut self, payment: Payment, store: &str, since: Timestamp) {
        let from = payment.sent_at.unwrap_or(payment.created_at).min(since);
        let is_part = part_no(&payment).is_some();
        let refunded = payment.refund.as_ref().filter(|refund| refund.state == RefundState::Done);
        let mut line = |booked| {
            let line = BookLine { order_no: payment.order_no.clone(), booked, amount: payment.amount };
            self.moved.push(Moved { line, store: store.to_owned(), from, to: since });
        };
        match payment.state {
            PaymentState::Paid => line(Booked::Paid),
            // It was paid, since a refund gave it back.
            PaymentState::Reversed | PaymentState::Declined if refunded.is_some() && !is_part => line(Booked::Paid),
            PaymentState::Reversed if !is_part => line(Booked::Reversed),
            PaymentState::Reversed
            | PaymentState::Declined
            | PaymentState::Created
            | PaymentState::Sent
            | PaymentState::InDoubt
            | PaymentState::Reversing => {}
        }
        if let Some(refund) = refunded {
            line(Booked::Refunded { no: refund.no.clone() });
        }
        if !payment.is_settled() {
            self.open.push((payment, store.to_owned()));
        }
    }

    /// First and last day whose bills may hold what the tills say of a day; of days that are over.
    pub fn days_around(&self, day: Date, today: Date) -> (Date, Date) {
        let (mut first, mut last) = (day.saturating_sub(1.days()), day.saturating_add(1.days()));
        for moved in self.moved.iter().filter(|moved| moved.overlaps(day)) {
            let (from, to) = moved.within();
            first = first.min(date_of(from));
            last = last.max(date_of(to));
        }
        (first, last.min(today.saturating_sub(1.days())))
    }

    /// Compares with bills of consecutive days, among them the day's own.
    pub fn compare(&self, day: Date, bills: &BTreeMap<Date, Vec<BillLine>>) -> DayBill {
        let nothing = Vec::new();
        let todays = bills.get(&day).unwrap_or(&nothing);
        let sum = |paid: bool| -> Money {
            todays.iter().filter(|line| (line.kind == BillKind::Paid) == paid).map(|line| line.amount).sum()
        };
        let mut found = DayBill {
            day: day.to_string(),
            lines: todays.len(),
            paid: sum(true).units(),
            given_back: sum(false).units(),
            unreadable: self.unreadable,
            ..DayBill::default()
        };
        let held = Held {
            day,
            first: bills.keys().next().copied().unwrap_or(day),
            last: bills.keys().next_back().copied().unwrap_or(day),
            todays: todays.iter().collect(),
        };
        let by_line: BTreeMap<&BookLine, &Moved> = self.moved.iter().map(|moved| (&moved.line, moved)).collect();
        let ours: Vec<BookLine> = self.moved.iter().map(|moved| moved.line.clone()).collect();
        let theirs: Vec<BillLine> = bills.values().flatten().cloned().collect();
        for difference in compare(&ours, &theirs) {
            let moved = match &difference {
                Difference::MissingThere(line) | Difference::TwiceHere(line) => by_line.get(line).copied(),
                Difference::Amount { ours, .. } | Difference::NotReversed { ours, .. } => by_line.get(ours).copied(),
                Difference::MissingHere(_) | Difference::TwiceThere(_) => None,
            };
            match held.verdict(&difference, moved) {
                Verdict::OtherDay => {}
                Verdict::Differs => found.differing.push(told(&difference, moved, self)),
                Verdict::Waits(kind, words) => {
                    let told = told(&difference, moved, self);
                    found.waiting.push(Told { kind, words: format!("{}; {words}", told.words), ..told });
                }
            }
        }
        let open = self.open.iter().filter(|(payment, _)| {
            let span = (payment.sent_at.unwrap_or(payment.created_at) - CLOCKS, payment.seen_at + CLOCKS);
            overlaps(span, day)
        });
        found.open = open.map(|(payment, store)| told_open(payment, store)).collect();
        found.agrees = found.differing.is_empty();
        found
    }
}

/// The bills that are there.
struct Held<'a> {
    day: Date,
    first: Date,
    last: Date,
    todays: BTreeSet<&'a BillLine>,
}

enum Verdict {
    /// It is another day's business.
    OtherDay,
    Differs,
    /// A bill that is not there may explain it.
    Waits(&'static str, &'static str),
}

impl Held<'_> {
    fn verdict(&self, difference: &Difference, moved: Option<&Moved>) -> Verdict {
        let ours = moved.is_some_and(|moved| moved.overlaps(self.day));
        let is_todays = match difference {
            Difference::MissingThere(_) | Difference::TwiceHere(_) => ours,
            Difference::MissingHere(line) | Difference::TwiceThere(line) => self.todays.contains(line),
            Difference::Amount { theirs, .. } => self.todays.contains(theirs),
            Difference::NotReversed { theirs, .. } => ours || self.todays.contains(theirs),
        };
        if !is_todays {
            return Verdict::OtherDay;
        }
        match (difference, moved.map(Moved::within)) {
            (Difference::MissingThere(_) | Difference::NotReversed { .. }, Some((from, to))) => {
                if date_of(to) > self.last {
                    Verdict::Waits("next_bill", "it may stand in the bill of a later day")
                } else if date_of(from) < self.first {
                    Verdict::Waits("other_bill", "it may stand in the bill of an earlier day")
                } else {
                    Verdict::Differs
                }
            }
            _ => Verdict::Differs,
        }
    }
}

impl Moved {
    /// Between which instants it happened by the provider's clock.
    fn within(&self) -> (Timestamp, Timestamp) {
        (self.from - CLOCKS, self.to + CLOCKS)
    }

    fn overlaps(&self, day: Date) -> bool {
        overlaps(self.within(), day)
    }
}

impl DayBill {
    /// For people.
    pub fn text(&self) -> String {
        let (names, paid, back) = (self.accounts.join(", "), yuan(self.paid), yuan(self.given_back));
        let mut text =
            format!("{}: {names}: {} lines, {paid} yuan paid, {back} yuan given back\n", self.day, self.lines);
        for told in self.differing.iter().chain(&self.waiting).chain(&self.open) {
            text += &format!("{}: {}\n", told.kind.replace('_', " "), told.words);
        }
        if self.unreadable > 0 {
            text +=
                &format!("{} words of tills about payments cannot be read: `platform exceptions`\n", self.unreadable);
        }
        let (differing, waiting, open) = (self.differing.len(), self.waiting.len(), self.open.len());
        text + &format!("{differing} differ, {waiting} wait for another bill, {open} are still being settled\n")
    }
}

fn told(difference: &Difference, moved: Option<&Moved>, book: &Book) -> Told {
    let (kind, ours, theirs) = match difference {
        Difference::MissingThere(ours) => ("missing_there", Some(ours), None),
        Difference::MissingHere(theirs) => ("missing_here", None, Some(theirs)),
        Difference::Amount { ours, theirs } => ("amount", Some(ours), Some(theirs)),
        Difference::NotReversed { ours, theirs } => ("not_reversed", Some(ours), Some(theirs)),
        Difference::TwiceThere(theirs) => ("twice_there", None, Some(theirs)),
        Difference::TwiceHere(ours) => ("twice_here", Some(ours), None),
    };
    let order_no = ours.map(|line| &line.order_no).or(theirs.map(|line| &line.order_no)).cloned().unwrap_or_default();
    let our_refund = ours.and_then(|line| match &line.booked {
        Booked::Refunded { no } => Some(no.clone()),
        Booked::Paid | Booked::Reversed => None,
    });
    let refund_no = our_refund.or(theirs.and_then(|line| line.refund_no.clone()));
    let at = theirs.map(|line| line.at).or(moved.map(|moved| moved.to)).map(shown).unwrap_or_default();
    let open = book.open.iter().find(|(payment, _)| payment.order_no == order_no);
    let store = moved.map(|moved| moved.store.clone()).or(open.map(|(_, store)| store.clone()));
    let amount = |amount: Option<Money>| amount.map(|amount| yuan(amount.units())).unwrap_or_default();
    let (has, bill_has) = (amount(ours.map(|line| line.amount)), amount(theirs.map(|line| line.amount)));
    let what = match (ours.map(|line| &line.booked), theirs.map(|line| line.kind)) {
        (Some(Booked::Paid), _) | (None, Some(BillKind::Paid)) => "payment",
        (Some(Booked::Refunded { .. }), _) | (None, Some(BillKind::Refunded)) => "refund",
        (Some(Booked::Reversed), _) | (None, _) => "reversal",
    };
    let said = match (difference, open) {
        (Difference::MissingThere(_), _) => format!("the till has {has} yuan, the bill has nothing"),
        (Difference::MissingHere(_), Some(_)) => format!("the bill has {bill_has} yuan, the till is still asking"),
        (Difference::MissingHere(_), None) => format!("the bill has {bill_has} yuan, no till has it"),
        (Difference::Amount { .. }, _) => format!("the till has {has} yuan, the bill {bill_has} yuan"),
        (Difference::NotReversed { .. }, _) => format!("the till took {has} yuan back, the bill has them as paid"),
        (Difference::TwiceThere(_), _) => format!("the bill has {bill_has} yuan once more"),
        (Difference::TwiceHere(_), _) => format!("the till has {has} yuan once more"),
    };
    let refund = refund_no.as_ref().filter(|_| what == "refund").map(|no| format!(" {no}")).unwrap_or_default();
    let place = store.as_ref().map(|store| format!(", store {store}")).unwrap_or_default();
    let units = |line: Option<Money>| line.map(Money::units);
    Told {
        kind,
        words: format!("{what}{refund} of {order_no}, {at}{place}: {said}"),
        order_no,
        refund_no,
        store,
        ours: units(ours.map(|line| line.amount)),
        theirs: units(theirs.map(|line| line.amount)),
        at,
    }
}

fn told_open(payment: &Payment, store: &str) -> Told {
    let at = shown(payment.sent_at.unwrap_or(payment.created_at));
    let amount = yuan(payment.amount.units());
    let refund = payment.refund.as_ref().map(|refund| refund.no.clone());
    let what = if refund.is_some() { "a refund is not answered" } else { "its end is not known" };
    Told {
        kind: "open",
        words: format!(
            "payment {}, {at}, store {store}: {amount} yuan, {what}; the till goes on asking",
            payment.order_no
        ),
        order_no: payment.order_no.clone(),
        refund_no: refund,
        store: Some(store.to_owned()),
        ours: Some(payment.amount.units()),
        theirs: None,
        at,
    }
}

/// The number of a refund that gives a part of an older payment back: a payment of its own that was never sent.
fn part_no(payment: &Payment) -> Option<String> {
    let refund = payment.refund.as_ref().filter(|_| payment.sent_at.is_none());
    refund.map(|refund| refund.no.clone())
}

fn stands(payment: &Payment) -> (PaymentState, Option<RefundState>) {
    (payment.state, payment.refund.as_ref().map(|refund| refund.state))
}

fn overlaps((from, to): (Timestamp, Timestamp), day: Date) -> bool {
    date_of(from) <= day && day <= date_of(to)
}

fn beijing() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

fn date_of(at: Timestamp) -> Date {
    at.to_zoned(beijing()).date()
}

fn shown(at: Timestamp) -> String {
    at.to_zoned(beijing()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Providers of payment codes move yuan alone.
fn yuan(units: i64) -> String {
    Currency::of("CNY").expect("a currency the shop knows").plain(Money::minor(units))
}

#[cfg(test)]
mod tests;
