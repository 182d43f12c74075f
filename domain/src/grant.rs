//! What a terminal may spend of an account while nobody can be asked: a quota that head office has set aside for it.
//!
//! Points, stored value, gift cards, credit and single-use coupons live in accounts at head office. A till that wants to
//! spend asks for a grant when the account is named (an event that goes up with all the others); head office sets the
//! amount aside and tells it to the store's tills. What is set aside for one terminal is spent by no other, so that no
//! account goes below nothing, however long the network is away. Head office takes a grant back when the terminal's
//! journal has arrived past the grant's end, or past the close of the shift that asked for it.

use jiff::Timestamp;
use uuid::Uuid;

use crate::money::Money;

/// What an account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// A member's points.
    Points,
    /// Money on a member's account.
    StoredValue,
    /// Money on a gift card.
    GiftCard,
    /// What a customer may owe.
    Credit,
    /// A coupon that is used once: one or nothing.
    Coupon,
}

/// An account: what it holds and its number (member id, card number, coupon code).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// What it holds.
    pub kind: AccountKind,
    /// Its number.
    pub number: String,
}

/// A quota: what one terminal may spend of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id; every spending names it.
    pub id: Uuid,
    /// The account.
    pub account: Account,
    /// How much, in the account's units (points, minor units, coupons).
    pub units: i64,
    /// What the account held beside it, for people: the balance as head office knew it.
    pub balance: i64,
    /// Not spent after this; the terminal's clock counts.
    pub until: Timestamp,
}

impl AccountKind {
    /// Units as money, where the account holds money.
    pub fn money(self, units: i64) -> Option<Money> {
        match self {
            AccountKind::StoredValue | AccountKind::GiftCard | AccountKind::Credit => Some(Money::minor(units)),
            AccountKind::Points | AccountKind::Coupon => None,
        }
    }

    /// Its word in settings and events.
    pub fn word(self) -> &'static str {
        match self {
            AccountKind::Points => "points",
            AccountKind::StoredValue => "stored_value",
            AccountKind::GiftCard => "gift_card",
            AccountKind::Credit => "credit",
            AccountKind::Coupon => "coupon",
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<AccountKind> {
        use AccountKind::{Coupon, Credit, GiftCard, Points, StoredValue};
        [Points, StoredValue, GiftCard, Credit, Coupon].into_iter().find(|kind| kind.word() == word)
    }
}
