//! Settings of the store, as far as selling depends on them.

use crate::aisle::AisleKey;
use crate::barcode::Layout;
use crate::money::{Currency, Money};
use crate::staff::Role;
use crate::stock::plan::Zone;
use crate::tax::{Half, TaxMode, TaxRate, TaxRounding, TaxRules};
use crate::tender::{CashRounding, TenderKind};

/// Settings of one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// Its id.
    pub id: String,
    /// Its name on screens and receipts.
    pub name: String,
    /// What it keeps its books in.
    pub currency: Currency,
    /// Whether prices contain tax.
    pub tax_mode: TaxMode,
    /// All rates.
    pub taxes: Vec<TaxRate>,
    /// How cash is rounded.
    pub cash_rounding: CashRounding,
    /// Money that earns one point; zero for no points.
    pub points_per: Money,
    /// Hour of the local clock at which a new business date begins.
    pub day_starts_hour: u8,
    /// How in-store labels are read, in order.
    pub layouts: Vec<Layout>,
    /// Lines above the receipt.
    pub receipt_header: Vec<String>,
    /// Lines below the receipt.
    pub receipt_footer: Vec<String>,
    /// Seconds without input after which the till locks itself; zero for never.
    pub auto_lock_seconds: u32,
    /// What people may do and how the shop deals with returns, approvals and paper.
    pub policy: Policy,
}

/// How the shop deals with people, returns, approvals and paper. The default is that of a shop that has set nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Who may do what.
    pub roles: Vec<Role>,
    /// Reasons to choose from; a shop that set none has the program's.
    pub reasons: Vec<(ReasonFor, String)>,
    /// Key of the one-time codes that are told by telephone; empty for none.
    pub approval_key: Vec<u8>,
    /// Key of the sessions of shoppers' phones; `None` for a store where nobody scans with her own.
    pub aisle_key: Option<AisleKey>,
    /// Days after a sale within which goods come back with their receipt; zero for any.
    pub return_days: u32,
    /// Price of one unit at the staff's price, in basis points of the shelf's; 10,000 for none.
    pub staff_price_bp: u32,
    /// The drawer should hold no more; above it the till asks for a drop. Zero for never.
    pub drawer_cash_max: Money,
    /// Members are enrolled with a number of so many digits; zero for any.
    pub phone_digits: u8,
    /// What the receipt shows, in order; empty for the usual one.
    pub receipt_parts: Vec<String>,
    /// Lines the law wants on every receipt.
    pub legal_lines: Vec<String>,
    /// Address of the electronic receipt, with `{code}` for what it names; empty for none.
    pub receipt_url: String,
    /// Address at which the shopper asks for an invoice (数电票), with `{code}`; empty for none.
    pub invoice_url: String,
    /// Means of payment that are taken; empty for all that work.
    pub tenders: Vec<TenderKind>,
    /// Whether tax is rounded once for each rate or for every line.
    pub tax_rounding: TaxRounding,
    /// Which way half a unit of tax goes.
    pub tax_half: Half,
    /// Zones in which stock is counted, in the order in which people walk.
    pub zones: Vec<Zone>,
}

impl Store {
    /// How the store's tax is computed.
    pub fn tax_rules(&self) -> TaxRules {
        TaxRules { rounding: self.policy.tax_rounding, half: self.policy.tax_half, ..TaxRules::from(self.tax_mode) }
    }
}

/// What a reason is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonFor {
    /// A void line or sale.
    Void,
    /// Another price, or something off by hand.
    Price,
    /// Goods that come back.
    Return,
    /// Cash in, out or to the safe.
    Cash,
    /// Counted cash that differs.
    Difference,
    /// The drawer without a sale.
    Drawer,
    /// Goods that are written off.
    WriteOff,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            roles: Role::usual(),
            reasons: Vec::new(),
            approval_key: Vec::new(),
            aisle_key: None,
            return_days: 0,
            staff_price_bp: 10_000,
            drawer_cash_max: Money::ZERO,
            phone_digits: 0,
            receipt_parts: Vec::new(),
            legal_lines: Vec::new(),
            receipt_url: String::new(),
            invoice_url: String::new(),
            tenders: Vec::new(),
            tax_rounding: TaxRounding::PerTotal,
            tax_half: Half::Up,
            zones: Vec::new(),
        }
    }
}
