//! What the platform tells its tills: goods, prices, members, staff, settings.

use serde::{Deserialize, Serialize};

/// One change of a scope, or one line of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Number within the scope; grows, with gaps allowed. All lines of a snapshot bear the number they were made by.
    pub no: u64,
    /// What is so from here on.
    pub record: Record,
}

/// A record of the catalogue, or the word that it is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// Goods.
    Item(Box<Item>),
    /// An item is no longer sold.
    ItemGone(String),
    /// A member.
    Member(Member),
    /// A member is no longer known.
    MemberGone(String),
    /// Someone who may sign on.
    Staff(Staff),
    /// Someone may no longer sign on.
    StaffGone(String),
    /// Settings of the store; replaces all of them.
    Store(Box<Store>),
}

/// Goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id within the chain, at most 40 characters.
    pub id: String,
    /// Name on receipts and screens.
    pub name: String,
    /// English name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Pinyin initials of the name, lower case, e.g. `nfsq`.
    #[serde(default)]
    pub initials: String,
    /// `piece` or `kg`.
    pub unit: String,
    /// Id of its tax rate.
    pub tax: String,
    /// For people.
    #[serde(default)]
    pub category: String,
    /// Keys under which it is found: GTINs as 14 digits, others as they are.
    pub codes: Vec<String>,
    /// Prices by the time from which they hold; the last one that has begun counts.
    pub prices: Vec<Price>,
    /// Place among the favourites, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favourite: Option<u32>,
}

/// A price and the instant from which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Zero means always.
    pub from_ms: i64,
    /// For one unit.
    pub price: i64,
}

/// A member as tills need her.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Her id.
    pub id: String,
    /// Name as shown, masked, e.g. `王*`.
    pub name: String,
    /// Number as shown, masked, e.g. `138****6621`.
    pub phone: String,
    /// Keys under which she is found: card numbers, phone number.
    pub codes: Vec<String>,
    /// Points when this was made.
    pub points: i64,
}

/// Someone who may sign on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Her id, e.g. `07`.
    pub id: String,
    /// As colleagues call her.
    pub name: String,
    /// `cashier` or `supervisor`.
    pub role: String,
    /// Argon2id of the PIN as a PHC string.
    pub pin: String,
}

/// Settings of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// Its id.
    pub id: String,
    /// Its name on screens and receipts.
    pub name: String,
    /// ISO 4217 code.
    pub currency: String,
    /// IANA time zone, e.g. `Asia/Shanghai`.
    pub time_zone: String,
    /// `included` or `added`.
    pub tax_mode: String,
    /// All rates.
    pub taxes: Vec<Tax>,
    /// How cash is rounded.
    pub cash_rounding: CashRounding,
    /// Minor units that earn one point; zero for no points.
    pub points_per: i64,
    /// Hour of the local clock (0 to 23) at which a new business date begins.
    pub day_starts_hour: u8,
    /// How in-store codes are read.
    pub layouts: Vec<Layout>,
    /// Lines above the receipt.
    pub receipt_header: Vec<String>,
    /// Lines below the receipt.
    pub receipt_footer: Vec<String>,
    /// Seconds without input after which the till locks itself; zero for never.
    pub auto_lock_s: u32,
}

/// A tax rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// Its id, e.g. `standard`.
    pub id: String,
    /// Rate in basis points: 13 % is 1300.
    pub rate_bp: u32,
}

/// How cash is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashRounding {
    /// Smallest amount that is paid in cash, in minor units; 1 for no rounding.
    pub step: i64,
    /// `nearest` (half away from zero) or `down` (towards zero, 抹零).
    pub mode: String,
}

/// How an in-store code is read, e.g. prefix `22`, pattern `22IIIIIVVVVVC`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// One character for each digit: a digit must match, `I` is the item, `V` the value, `P` a price-check digit,
    /// `C` the check digit, `.` anything.
    pub pattern: String,
    /// `price` or `weight`.
    pub value: String,
    /// Decimals of the value: minor units are value * 10^(currency digits - decimals), grams value * 10^(3 - decimals).
    pub decimals: u8,
}
