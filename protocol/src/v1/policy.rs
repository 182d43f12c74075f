//! Settings of a store that concern people, returns, approvals and paper. What is absent is as in a shop that has set
//! nothing.

use serde::{Deserialize, Serialize};

/// How the shop deals with people, returns, approvals and paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Policy {
    /// Who may do what; absent for the usual cashier and supervisor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Reasons to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// Key of the one-time codes that are told by telephone, base64; secret.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub approval_key: String,
    /// Key of the sessions of shoppers' phones, base64; secret. Absent where nobody scans with her own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub aisle_key: String,
    /// Days after a sale within which goods come back with their receipt; absent for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_days: Option<u32>,
    /// The staff's price, in basis points of the shelf's; absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_price_bp: Option<u32>,
    /// The drawer should hold no more; absent for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawer_cash_max: Option<i64>,
    /// Digits of a member's number; absent for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_digits: Option<u8>,
    /// What the receipt shows, in order; absent for the usual one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipt_parts: Vec<String>,
    /// Lines the law wants on every receipt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_lines: Vec<String>,
    /// Address of the electronic receipt, with `{code}`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub receipt_url: String,
    /// Address at which the shopper asks for an invoice, with `{code}`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub invoice_url: String,
    /// Means of payment that are taken; absent for all that work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenders: Vec<String>,
    /// `line`: tax is rounded for every line; absent for once for each rate.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tax_rounding: String,
    /// `even`: half a unit of tax goes to the even one; absent for away from zero.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tax_half: String,
    /// Zones in which stock is counted, in the order in which people walk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<super::Zone>,
}

/// What people with the same duties may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id, e.g. `cashier`.
    pub id: String,
    /// What they may do.
    pub may: Vec<Permission>,
}

/// Something that people may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Its word, e.g. `price_override`.
    pub permission: String,
    /// Up to this, in the permission's measure; absent for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// A reason to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// `void`, `price`, `return`, `cash`, `difference`, `drawer` or `write_off`.
    pub about: String,
    /// The words.
    pub text: String,
}
