//! Amounts, quantities and dates of the shop as a language writes them; how it does, its words say. Pure.

use domain::money::{Currency, Money};
use domain::quantity::{Quantity, Unit};
use jiff::civil::{Date, DateTime};
use words::Words;

/// What a language makes of the shop's numbers.
pub(crate) trait Notation {
    /// Digits alone, e.g. `-1.05`.
    fn amount(&self, currency: Currency, amount: Money) -> String;
    /// With the currency's sign, e.g. `-¥1.05`.
    fn money(&self, currency: Currency, amount: Money) -> String;
    /// Digits alone, e.g. `3`, `0.456`.
    fn quantity(&self, quantity: Quantity) -> String;
    /// With the unit, where it has one, e.g. `3`, `0.456 kg`.
    fn measure(&self, quantity: Quantity, unit: Unit) -> String;
    /// The same for narrow paper and displays, e.g. `3`, `0.456kg`.
    fn tight_measure(&self, quantity: Quantity, unit: Unit) -> String;
    /// A weight as a scale shows it, e.g. `0.400 kg`.
    fn grams(&self, grams: i64) -> String;
    /// Basis points as people write a rate: `13%`, `8.25%`.
    fn rate(&self, basis_points: u32) -> String;
    /// E.g. `2026-11-21`.
    fn date(&self, date: Date) -> String;
    /// E.g. `14:32`.
    fn clock(&self, local: DateTime) -> String;
    /// A local time as receipts show it: `2026-11-21 14:32`.
    fn minute(&self, local: DateTime) -> String {
        format!("{} {}", self.date(local.date()), self.clock(local))
    }
}

impl Notation for Words {
    fn amount(&self, currency: Currency, amount: Money) -> String {
        self.number(&currency.plain(amount))
    }

    fn money(&self, currency: Currency, amount: Money) -> String {
        self.sum(currency.sign(), &currency.plain(amount))
    }

    fn quantity(&self, quantity: Quantity) -> String {
        self.number(&quantity.plain())
    }

    fn measure(&self, quantity: Quantity, unit: Unit) -> String {
        match unit {
            Unit::Piece => self.quantity(quantity),
            Unit::Kilogram => self.kilograms(&quantity.plain()),
        }
    }

    fn tight_measure(&self, quantity: Quantity, unit: Unit) -> String {
        match unit {
            Unit::Piece => self.quantity(quantity),
            Unit::Kilogram => self.tight_kilograms(&quantity.plain()),
        }
    }

    fn grams(&self, grams: i64) -> String {
        self.kilograms(&format!("{}.{:03}", grams / 1000, grams % 1000))
    }

    fn rate(&self, basis_points: u32) -> String {
        self.percentage(&match (basis_points / 100, basis_points % 100) {
            (whole, 0) => whole.to_string(),
            (whole, part) if part % 10 == 0 => format!("{whole}.{}", part / 10),
            (whole, part) => format!("{whole}.{part:02}"),
        })
    }

    fn date(&self, date: Date) -> String {
        self.full_date(date.year(), date.month(), date.day())
    }

    fn clock(&self, local: DateTime) -> String {
        self.time_of_day(local.hour(), local.minute())
    }
}
