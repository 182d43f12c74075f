//! What people at the till may do, as data.

/// Something that not everybody may do. The words are those of settings and events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Sell, take money, suspend and recall.
    Sell,
    /// Void a line; the limit is its amount.
    VoidLine,
    /// Void a whole sale; the limit is its total.
    VoidSale,
    /// Take goods back with their receipt; the limit is what is given back.
    Return,
    /// Take goods back without a receipt; the limit is what is given back.
    ReturnWithoutReceipt,
    /// Type another price than the shelf's; the limit is how much less, in basis points.
    PriceOverride,
    /// Take something off by hand; the limit is in basis points.
    Discount,
    /// Sell at the staff's price.
    StaffSale,
    /// Sell without tax.
    TaxExempt,
    /// Open the drawer without a sale.
    OpenDrawer,
    /// Put cash in or take it out; the limit is the amount.
    MoveCash,
    /// Print a receipt again.
    Reprint,
    /// See the running totals.
    SeeTotals,
    /// Hand the drawer over to a colleague.
    HandOver,
    /// Close the day.
    CloseShift,
    /// Sell on account; the limit is the amount.
    OnAccount,
    /// Enrol and change members.
    Members,
    /// Put goods by and give them out.
    Holds,
    /// Enter and leave training.
    Training,
    /// Choose the goods of the favourites, and their places.
    ArrangeGoods,
    /// Approve what a colleague may not do alone.
    Approve,
    /// Open counts of stock, count and recount; print labels.
    Count,
    /// Approve what was counted; the limit is what the differences are worth, each without its sign.
    ApproveCount,
    /// Take goods in.
    ReceiveGoods,
    /// Send goods to another store and take them in there.
    TransferGoods,
    /// Write goods off; the limit is what they are worth.
    WriteOff,
}

/// All permissions with their words.
const WORDS: [(Permission, &str); 26] = [
    (Permission::Sell, "sell"),
    (Permission::VoidLine, "void_line"),
    (Permission::VoidSale, "void_sale"),
    (Permission::Return, "return"),
    (Permission::ReturnWithoutReceipt, "return_without_receipt"),
    (Permission::PriceOverride, "price_override"),
    (Permission::Discount, "discount"),
    (Permission::StaffSale, "staff_sale"),
    (Permission::TaxExempt, "tax_exempt"),
    (Permission::OpenDrawer, "open_drawer"),
    (Permission::MoveCash, "move_cash"),
    (Permission::Reprint, "reprint"),
    (Permission::SeeTotals, "see_totals"),
    (Permission::HandOver, "hand_over"),
    (Permission::CloseShift, "close_shift"),
    (Permission::OnAccount, "on_account"),
    (Permission::Members, "members"),
    (Permission::Holds, "holds"),
    (Permission::Training, "training"),
    (Permission::ArrangeGoods, "arrange_goods"),
    (Permission::Approve, "approve"),
    (Permission::Count, "count"),
    (Permission::ApproveCount, "approve_count"),
    (Permission::ReceiveGoods, "receive_goods"),
    (Permission::TransferGoods, "transfer_goods"),
    (Permission::WriteOff, "write_off"),
];

impl Permission {
    /// Its word in settings and events.
    pub fn word(self) -> &'static str {
        let known = WORDS.iter().find(|(permission, _)| *permission == self);
        known.map(|(_, word)| *word).expect("every permission has a word")
    }

    /// The permission of a word.
    pub fn of(word: &str) -> Option<Permission> {
        WORDS.iter().find(|(_, known)| *known == word).map(|(permission, _)| *permission)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Permission> {
        WORDS.iter().map(|(permission, _)| *permission)
    }
}

/// What people with the same duties may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id, e.g. `cashier`.
    pub id: String,
    /// What they may do, each up to a limit in the permission's measure; `None` for no limit.
    pub may: Vec<(Permission, Option<i64>)>,
}

impl Role {
    /// Whether people of this role may do something of a size.
    pub fn allows(&self, permission: Permission, size: i64) -> bool {
        let known = self.may.iter().find(|(known, _)| *known == permission);
        known.is_some_and(|(_, limit)| limit.is_none_or(|limit| size <= limit))
    }

    /// The roles of a store that has set none: a cashier who sells, voids and takes back with the receipt, and a
    /// supervisor who may do everything.
    pub fn usual() -> Vec<Role> {
        let cashier = [
            (Permission::Sell, None),
            (Permission::VoidLine, None),
            (Permission::VoidSale, None),
            (Permission::Return, None),
            (Permission::Discount, Some(1000)),
            (Permission::OpenDrawer, None),
            (Permission::Reprint, None),
            (Permission::SeeTotals, None),
            (Permission::HandOver, None),
            (Permission::CloseShift, None),
            (Permission::Members, None),
            (Permission::Holds, None),
            (Permission::Training, None),
            (Permission::Count, None),
            (Permission::ReceiveGoods, None),
        ];
        vec![
            Role { id: "cashier".to_owned(), may: cashier.to_vec() },
            Role { id: "supervisor".to_owned(), may: Permission::all().map(|permission| (permission, None)).collect() },
        ]
    }
}

/// How a supervisor approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovedBy {
    /// With a PIN at the till.
    Pin,
    /// With a card at the till.
    Card,
    /// Head office, by a one-time code told by telephone.
    Telephone,
    /// From a till of the store, whoever is signed on there.
    Till,
}

/// A supervisor approved what the cashier may not do alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// What was needed.
    pub permission: Permission,
    /// Its size in the permission's measure.
    pub size: i64,
    /// What it was about, in words.
    pub about: String,
    /// Staff id of who approved; for a code, the number that was read out.
    pub by: String,
    /// How.
    pub means: ApprovedBy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_permissions_are_one_to_one_and_limits_hold() {
        for permission in Permission::all() {
            assert_eq!(Permission::of(permission.word()), Some(permission));
        }
        assert_eq!(Permission::of("anything"), None);
        let [cashier, supervisor] = &Role::usual()[..] else { panic!("two usual roles") };
        assert!(cashier.allows(Permission::Discount, 1000) && !cashier.allows(Permission::Discount, 1001));
        assert!(!cashier.allows(Permission::Approve, 0) && supervisor.allows(Permission::Discount, 10_000));
    }
}
