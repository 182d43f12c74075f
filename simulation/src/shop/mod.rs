//! What the simulated shop sells, who works there and who shops there.
//!
//! Names and codes are the project's own; a shop is the same on every machine.

mod goods;
mod labels;
mod people;
mod pictures;

pub mod retail;

pub use goods::neighbourhood;
pub use labels::{ean13, price_label, weight_label};
pub use people::{MEMBERS, Member, STAFF, SUPERVISOR, Staff, members};
pub use pictures::picture;

/// A shop as its head office would describe it.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its settings.
    pub settings: Settings,
    /// Its goods, by place.
    pub goods: Vec<Good>,
    /// Its members.
    pub members: Vec<Member>,
}

/// What a till must know of its store.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Id of the store.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// ISO 4217 code.
    pub currency: &'static str,
    /// IANA time zone.
    pub time_zone: &'static str,
    /// Smallest amount of cash, in minor units.
    pub rounding_step: i64,
    /// Minor units that earn a point.
    pub points_per: i64,
    /// Id and basis points of each tax rate.
    pub taxes: &'static [(&'static str, u32)],
    /// In-store layouts: pattern, `price` or `weight`, decimals.
    pub layouts: &'static [(&'static str, &'static str, u8)],
    /// Float in the drawer in the morning, in minor units.
    pub float: i64,
}

/// Digits after the point of every currency that the simulated shops use.
pub const CURRENCY_DIGITS: usize = 2;

/// Goods on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    /// Id within the chain.
    pub id: String,
    /// Name on receipts.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Shelf.
    pub category: String,
    /// Id of its tax rate.
    pub tax: String,
    /// How its code comes to be.
    pub label: Label,
    /// The code that is printed on it; for labels the one with value zero.
    pub code: String,
    /// A code that people type.
    pub typed_code: Option<String>,
    /// Price of one unit, in minor units.
    pub price: i64,
    /// Place among the favourites, from 1.
    pub favourite: Option<u32>,
}

/// How the code of an item comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Printed by its maker; sold by the piece.
    Code,
    /// Printed by the scale with the weight; sold by the kilogram.
    Weight,
    /// Printed by the scale with the price; sold by the kilogram.
    Price,
}

impl Settings {
    /// What is to be paid in cash for an amount: rounded towards zero to the step.
    pub fn cash(&self, total: i64) -> i64 {
        total - total % self.rounding_step
    }
}

/// Digits of an amount, e.g. `-1.05`.
pub fn amount_text(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// The amount that a finished text tells, whatever its currency sign: `¥12.50` is 1250, `-£1.05` is -105.
pub fn amount_in(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
    if whole.is_empty() || part.len() > CURRENCY_DIGITS {
        return None;
    }
    let minor: i64 = format!("{whole}{part:0<CURRENCY_DIGITS$}").parse().ok()?;
    Some(if text.contains('-') { -minor } else { minor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_survives_its_text() {
        for minor in [0, 5, -105, 1250, 99_999_999, -7] {
            assert_eq!(amount_in(&format!("¥{}", amount_text(minor))), Some(minor));
        }
        assert_eq!(amount_in("1.234"), None);
        assert_eq!(amount_in("no amount"), None);
    }
}
