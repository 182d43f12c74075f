//! How goods may be sold, and what belongs to lines and baskets beside goods and prices.
//!
//! All of it is left out where it says nothing, so that a plain sale is as short as it can be.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Tender, is_false, is_zero};

/// How an item may be sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Terms {
    /// `service`, `deposit`, `gift_card` or `top_up`; absent for goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Category; absent in an item, which has a field of its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Words that rules may name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// One unit is never sold for less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_floor: Option<i64>,
    /// What one unit costs the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
    /// Nothing is taken off.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_discountable: bool,
    /// The price is typed at the till.
    #[serde(default, skip_serializing_if = "is_false")]
    pub open_price: bool,
    /// Years the shopper must have lived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_min: Option<u8>,
    /// Thousandths of the unit that one sale may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity_max: Option<i64>,
    /// Serial numbers are recorded.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_serial: bool,
    /// The lot is recorded.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_lot: bool,
    /// Item id of the deposit that is taken with each unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit: Option<String>,
    /// What a bundle consists of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// Lots that must not be sold; `*` stands for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recalled_lots: Vec<String>,
    /// Weight of the packaging, thousandths of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tare: Option<i64>,
    /// What one piece weighs with its packaging, in grams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// What is in one piece without its packaging, e.g. `500g`, `330ml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// A part of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Item id.
    pub item: String,
    /// Thousandths of its unit in one bundle.
    pub quantity: i64,
}

/// What belongs to one line alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Facets {
    /// The price that was typed instead of the shelf's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_price: Option<PriceOverride>,
    /// Taken off by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<ManualDiscount>,
    /// Staff id of who advised the shopper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salesperson: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    /// Best before, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Taken off the scale's weight, thousandths of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tare: Option<i64>,
    /// Line number of the goods this deposit belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit_of: Option<u32>,
    /// Gift card that is activated, or member whose account is topped up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Staff id of who saw the birth date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_checked_by: Option<String>,
    /// What it was sold as, for goods that come back with their receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Why it comes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// It comes back and is not sold again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub damaged: bool,
}

/// A price that was typed instead of the shelf's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceOverride {
    /// The shelf's price.
    pub instead_of: i64,
    /// Why.
    pub reason: String,
    /// Staff id of who allowed it, when it was not the cashier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
}

/// Something taken off by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualDiscount {
    /// How much.
    pub off: Off,
    /// Why.
    pub reason: String,
    /// Staff id of who allowed it, when it was not the cashier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
}

/// How much is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// In basis points.
    PercentBp(u32),
    /// An amount.
    Amount(i64),
}

/// The line of an earlier sale that goods come back from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The sale.
    pub sale: Uuid,
    /// Number on its receipt.
    pub receipt: String,
    /// Line within it.
    pub line: u32,
    /// What is given back, tax included; zero or more.
    pub gross: i64,
    /// Tax in it.
    pub tax: i64,
    /// Points that the sale gave for these goods and that are taken back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub points: i64,
}

/// What belongs to a whole basket or sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct About {
    /// Coupons that were presented.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<Coupon>,
    /// Taken off the whole by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<ManualDiscount>,
    /// Staff id of who advised the shopper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salesperson: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Number of the certificate that makes it exempt from tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_exempt: Option<String>,
    /// To whom it is sold at the staff's price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_sale: Option<String>,
    /// Goods put by that are collected with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Uuid>,
    /// What is paid already on a basket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Tender>,
    /// How other tills' sales were paid whose goods come back in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refund_to: Vec<Tender>,
    /// Single-use coupons that are good again, because everything they lowered came back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons_back: Vec<Coupon>,
}

/// A coupon that was presented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// Its code.
    pub code: String,
    /// The quota under which it was used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Uuid>,
}

/// What one rule, or one person, took off a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// Id of the rule; `line` or `basket` for what was taken off by hand.
    pub rule: String,
    /// Its name on receipts.
    pub name: String,
    /// Its English name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// How much, at the shelf's price.
    pub amount: i64,
    /// Whether a person took it off.
    #[serde(default, skip_serializing_if = "is_false")]
    pub by_hand: bool,
}
