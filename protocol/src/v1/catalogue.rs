//! What the platform tells its tills: goods, prices, members, staff, settings.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Basket, CountEntered, CountPassFinished, CountPlan, DeliveryNote, Hold, Policy, StockAsOf, StockLevel, Terms,
    TransferSent, is_false,
};
use crate::chain::Hash;

/// Goods of an arranged grid of favourites.
pub const FAVOURITES_MAX: usize = 24;
/// Bytes of one picture's file.
pub const PICTURE_BYTES_MAX: usize = 192 << 10;

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
    /// The rule book, whole; replaces the one before.
    Rules(Box<serde_json::Value>),
    /// What one terminal may spend of an account.
    Grant(Grant),
    /// A grant is taken back or used up.
    GrantGone(Uuid),
    /// A sale that a till of the store has put aside.
    Suspended(Box<Suspended>),
    /// It is no longer aside.
    SuspendedGone(Uuid),
    /// What a till of the store took back of one line of a sale, all in all.
    Returned(Returned),
    /// A terminal of the store.
    Terminal(Terminal),
    /// A terminal is no longer one of the store's.
    TerminalGone(Uuid),
    /// Goods that were put by in the store.
    Hold(Box<Hold>),
    /// They were collected, or are no longer put by.
    HoldGone(Uuid),
    /// What the book says of one item of the store.
    Stock(Box<StockLevel>),
    /// Up to where the store's stock is told.
    StockAsOf(Box<StockAsOf>),
    /// A count that is open in the store.
    Count(Box<CountPlan>),
    /// It is closed; nothing of it is told any more.
    CountGone(Uuid),
    /// What a terminal of the store has counted.
    Counted(Box<CountEntered>),
    /// Its count is closed; by [`CountEntered::key`].
    CountedGone(Uuid),
    /// Somebody has been through her zone.
    CountPassFinished(CountPassFinished),
    /// Its count is closed; by the pass.
    CountPassGone(Uuid),
    /// A delivery that the store expects; what was taken in of it is taken off.
    Delivery(Box<DeliveryNote>),
    /// It is not expected any more.
    DeliveryGone(String),
    /// Goods that are on their way to the store.
    Transfer(Box<TransferSent>),
    /// They have arrived.
    TransferGone(Uuid),
    /// The favourites as they were arranged in the store; replaces the places that items name.
    Favourites(Favourites),
    /// What an item looks like.
    Picture(Picture),
    /// An item has no picture any more.
    PictureGone(String),
}

/// What one terminal may spend of one account while nobody can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id; every spending names it.
    pub id: Uuid,
    /// The terminal it is for; nothing to any other.
    pub terminal: Uuid,
    /// `points`, `stored_value`, `gift_card`, `credit` or `coupon`.
    pub kind: String,
    /// Member id, card number or coupon code.
    pub number: String,
    /// How much, in the account's units; what was spent of it since is not taken off.
    pub units: i64,
    /// What the account held when this was made, in its units.
    pub balance: i64,
    /// Not spent after this.
    pub until_ms: i64,
}

/// A sale that was put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    /// Its goods.
    pub basket: Basket,
    /// Number of the terminal that put it aside.
    pub terminal: u32,
    /// When, by that till's clock.
    pub at_ms: i64,
    /// By whom.
    pub staff: String,
}

/// What one terminal took back of one line of a sale, all in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The sale.
    pub sale: Uuid,
    /// Line within it.
    pub line: u32,
    /// Number of the terminal that took it back.
    pub terminal: u32,
    /// Thousandths of the unit, above zero.
    pub quantity: i64,
}

/// The favourites of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Favourites {
    /// Item ids by their places, at most [`FAVOURITES_MAX`]; empty for the places that items name.
    pub items: Vec<String>,
}

/// What an item looks like. A record of its own, so that new prices bring no pictures and new pictures no prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The item.
    pub item: String,
    /// SHA-256 of the picture's file, by which it is fetched.
    pub sha256: Hash,
}

/// A terminal of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    /// Its id.
    pub id: Uuid,
    /// Its number within the store.
    pub number: u32,
    /// Its Ed25519 public key, hexadecimal.
    pub public_key: String,
}

/// Goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
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
    /// For people, and for rules that name it.
    #[serde(default)]
    pub category: String,
    /// Keys under which it is found: GTINs as 14 digits, others as they are.
    pub codes: Vec<String>,
    /// Prices by the time from which they hold; the last one that has begun counts.
    pub prices: Vec<Price>,
    /// Place among the favourites, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favourite: Option<u32>,
    /// How it may be sold; absent for plain goods. Its category is the item's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Box<Terms>>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
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
    /// Her level, as rules name it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// What colleagues should know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Someone who may sign on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Staff {
    /// Her id, e.g. `07`.
    pub id: String,
    /// As colleagues call her.
    pub name: String,
    /// Id of her role, e.g. `cashier` or `supervisor`.
    pub role: String,
    /// Argon2id of the PIN as a PHC string.
    pub pin: String,
    /// Number of the card she approves with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
}

/// Settings of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
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
    /// What people may do and how the shop deals with returns, approvals and paper; absent when nothing was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Box<Policy>>,
}

/// A tax rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Tax {
    /// Its id, e.g. `standard`.
    pub id: String,
    /// Rate in basis points: 13 % is 1300.
    pub rate_bp: u32,
    /// Outside the tax, which is not the same as taxed at nothing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exempt: bool,
}

/// How cash is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
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
