//! What head office and the store's other tills do in a story: they are heard of through the replica alone.

use std::path::Path;

use domain::basket::{Added, Basket};
use domain::grant::AccountKind;
use domain::money::Currency;
use domain::store::Store;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use journal::{ReplicaWriter, SCOPE_CHAIN, scope_of_store};
use protocol::v1;
use uuid::Uuid;

use super::furnish::{Furniture, amount, number};
use super::play::TERMINAL;
use super::shelf;

/// Ids of grants and of baskets of other tills begin here.
const IDS: u128 = 0x0190_0000_0000_7000_9000_0000_0000_0000;
/// A grant without an end ends so many seconds after it was made.
const GRANT_SECONDS: i64 = 30 * 24 * 3600;

/// Something that is told.
#[derive(Clone, Debug)]
pub(super) enum Told {
    /// `grant KIND NUMBER UNITS [of BALANCE] [until TIME]`: what this till may spend of an account.
    Grant { kind: AccountKind, number: String, units: String, balance: Option<String>, until: Option<DateTime> },
    /// `aside-elsewhere TILL ITEM...`: another till has put goods aside.
    Aside { till: u32, items: Vec<String> },
    /// `hold-elsewhere CODE DOWN ITEM...`: goods were put by at another till, with so much paid down in cash.
    Hold { code: String, down: String, items: Vec<String> },
    /// `returned-elsewhere TILL SALE LINE QUANTITY`: another till took goods back.
    Returned { till: u32, sale: Uuid, line: u32, quantity: String },
    /// `till TILL`: another till of the store, whose receipts can be believed.
    Till(u32),
    /// `rules { ... }`: the whole rule book.
    Rules(Box<serde_json::Value>),
    /// `shelf ITEM QUANTITY`: what the book says lies in the store.
    Shelf { item: String, quantity: String },
    /// `delivery NUMBER SUPPLIER ITEM QUANTITY...`: a delivery is expected.
    Delivery { number: String, supplier: String, lines: Vec<v1::StockLine> },
    /// `transfer NUMBER STORE ITEM QUANTITY...`: another store has sent goods.
    Transfer { number: String, from: String, lines: Vec<v1::StockLine> },
    /// What a line of the story comes to.
    Record(Box<v1::Record>),
}

impl Told {
    /// What a line tells; `None` when it tells something else.
    pub(super) fn of(words: &[&str]) -> Result<Option<Told>, String> {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Ok(Some(match words {
            ["grant", kind, account, units, more @ ..] => {
                let kind = AccountKind::of(kind).ok_or_else(|| format!("there is no account of kind {kind}"))?;
                let (mut balance, mut until) = (None, None);
                for pair in more.chunks(2) {
                    match pair {
                        ["of", text] => balance = Some((*text).to_owned()),
                        ["until", time] => until = Some(local(time)?),
                        other => return Err(format!("a grant knows no `{}`", other.join(" "))),
                    }
                }
                Told::Grant { kind, number: (*account).to_owned(), units: (*units).to_owned(), balance, until }
            }
            ["aside-elsewhere", till, items @ ..] if !items.is_empty() => {
                Told::Aside { till: number(till)?, items: texts(items) }
            }
            ["hold-elsewhere", code, down, items @ ..] if !items.is_empty() => {
                Told::Hold { code: (*code).to_owned(), down: (*down).to_owned(), items: texts(items) }
            }
            ["returned-elsewhere", till, sale, line, quantity] => Told::Returned {
                till: number(till)?,
                sale: sale.parse().map_err(|_| format!("{sale} is no id of a sale"))?,
                line: number(line)?,
                quantity: (*quantity).to_owned(),
            },
            ["till", till] => Told::Till(number(till)?),
            ["rules", book] => {
                let book: serde_json::Value =
                    serde_json::from_str(book).map_err(|error| format!("the rule book: {error}"))?;
                let usable = v1::RuleBook::of(book.clone()).and_then(|book| book.compile());
                usable.map_err(|error| format!("the rule book: {error}"))?;
                Told::Rules(Box::new(book))
            }
            ["shelf", item, quantity] => Told::Shelf { item: (*item).to_owned(), quantity: (*quantity).to_owned() },
            ["delivery", number, supplier, goods @ ..] => Told::Delivery {
                number: (*number).to_owned(),
                supplier: (*supplier).to_owned(),
                lines: shelf::lines(goods)?,
            },
            ["transfer", number, from, goods @ ..] => {
                Told::Transfer { number: (*number).to_owned(), from: (*from).to_owned(), lines: shelf::lines(goods)? }
            }
            _ => return Ok(None),
        }))
    }
}

/// Head office, as far as a story needs it.
pub(super) struct Office {
    store: v1::Store,
    items: Vec<v1::Item>,
    /// Number of the store's newest change, and of the newest id.
    no: u64,
}

impl Office {
    pub(super) fn of(furniture: &Furniture) -> Office {
        Office { store: furniture.store.clone(), items: furniture.items.clone(), no: 1 }
    }

    /// Tells something to the till whose files lie in `dir`.
    pub(super) fn tell(&mut self, dir: &Path, told: &Told, at: Timestamp, zone: &TimeZone) -> Result<(), String> {
        self.no += 1;
        let change = v1::Change { no: self.no, record: self.record(told, at, zone)? };
        let mut changes = vec![change];
        if let Told::Shelf { .. } = told {
            let as_of = v1::StockAsOf { at_ms: at.as_millisecond(), heads: Vec::new() };
            self.no += 1;
            changes.push(v1::Change { no: self.no, record: v1::Record::StockAsOf(Box::new(as_of)) });
        }
        let words = |error: journal::JournalError| error.to_string();
        let mut writer = ReplicaWriter::open(dir, at.as_millisecond()).map_err(words)?;
        let scope = match changes[0].record {
            v1::Record::Rules(_) => SCOPE_CHAIN.to_owned(),
            _ => scope_of_store(&self.store.id),
        };
        writer.apply(&scope, &changes, self.no).map_err(words)
    }

    fn record(&self, told: &Told, at: Timestamp, zone: &TimeZone) -> Result<v1::Record, String> {
        Ok(match told {
            Told::Grant { kind, number: account, units, balance, until } => {
                let units_of = |text: &str| match kind {
                    AccountKind::Points | AccountKind::Coupon => number(text),
                    AccountKind::StoredValue | AccountKind::GiftCard | AccountKind::Credit => {
                        amount(&self.store.currency, text)
                    }
                };
                let until = match until {
                    Some(until) => until.to_zoned(zone.clone()).map_err(|error| error.to_string())?.timestamp(),
                    None => at.checked_add(SignedDuration::from_secs(GRANT_SECONDS)).unwrap_or(Timestamp::MAX),
                };
                let units = units_of(units)?;
                v1::Record::Grant(v1::Grant {
                    id: self.id(),
                    terminal: TERMINAL,
                    kind: kind.word().to_owned(),
                    number: account.clone(),
                    units,
                    balance: balance.as_deref().map_or(Ok(units), units_of)?,
                    until_ms: until.as_millisecond(),
                })
            }
            Told::Aside { till, items } => v1::Record::Suspended(Box::new(v1::Suspended {
                basket: (&self.basket(items, at)?).into(),
                terminal: *till,
                at_ms: at.as_millisecond(),
                staff: "08".into(),
            })),
            Told::Hold { code, down, items } => {
                let basket = self.basket(items, at)?;
                let amount = amount(&self.store.currency, down)?;
                let cash = v1::Tender { kind: "cash".into(), amount, tendered: amount, ..v1::Tender::default() };
                v1::Record::Hold(Box::new(v1::Hold {
                    code: code.clone(),
                    total: basket.active().map(|line| line.amount().units()).sum(),
                    basket: (&basket).into(),
                    paid: if amount == 0 { Vec::new() } else { vec![cash] },
                    until: None,
                    shopper: String::new(),
                }))
            }
            Told::Returned { till, sale, line, quantity } => v1::Record::Returned(v1::Returned {
                sale: *sale,
                line: *line,
                terminal: *till,
                quantity: thousandths(quantity)?,
            }),
            Told::Till(till) => v1::Record::Terminal(v1::Terminal {
                id: self.id(),
                number: *till,
                public_key: super::papers::other_key().public_hex(),
            }),
            Told::Rules(book) => v1::Record::Rules(book.clone()),
            Told::Shelf { item, quantity } => shelf::level(item, quantity)?,
            Told::Delivery { number, supplier, lines } => v1::Record::Delivery(Box::new(v1::DeliveryNote {
                number: number.clone(),
                supplier: supplier.clone(),
                due: None,
                lines: lines.clone(),
            })),
            Told::Transfer { number, from, lines } => v1::Record::Transfer(Box::new(v1::TransferSent {
                id: self.id(),
                number: number.clone(),
                from: from.clone(),
                to: self.store.id.clone(),
                lines: lines.clone(),
                by: "08".into(),
                at_ms: at.as_millisecond(),
            })),
            Told::Record(record) => (**record).clone(),
        })
    }

    fn basket(&self, items: &[String], at: Timestamp) -> Result<Basket, String> {
        let store = Store::try_from(&self.store).map_err(|error| error.to_string())?;
        let mut basket = Basket::new(self.id(), at);
        for id in items {
            let item = self.items.iter().find(|item| item.id == *id).ok_or_else(|| format!("there is no item {id}"))?;
            let item = item.to_domain(&store.taxes).map_err(|error| error.to_string())?;
            basket.add(&item, Added::one(), at).map_err(|error| format!("{id}: {error}"))?;
        }
        Ok(basket)
    }

    fn id(&self) -> Uuid {
        Uuid::from_u128(IDS + u128::from(self.no))
    }
}

/// A quantity as thousandths.
pub(super) fn thousandths(text: &str) -> Result<i64, String> {
    let thousands = Currency::of("KWD").expect("a currency of three digits");
    thousands.parse(text).map(|amount| amount.units()).map_err(|error| format!("{text}: {error}"))
}

fn local(time: &str) -> Result<DateTime, String> {
    time.parse().map_err(|_| format!("{time} is no time like 2026-03-02T09:00"))
}
