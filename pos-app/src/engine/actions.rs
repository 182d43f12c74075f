//! What can be begun at the till beside scanning and paying. One list: screens, keys and scripts read it.

/// Something that can be begun. Its id is what screens and scripts send; one that the window offers by itself, too, has
/// the window's id, so that there is one key for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Another price than the shelf's.
    ChangePrice,
    /// Something off a line.
    DiscountLine,
    /// Who advised the shopper, for a line.
    LineSalesperson,
    /// A note on a line.
    LineNote,
    /// Serial number, lot or expiry of a line, typed.
    LineTrace,
    /// Something off the whole basket.
    DiscountBasket,
    /// A coupon's code.
    Coupon,
    /// Who advised the shopper, for the whole sale.
    Salesperson,
    /// A note on the sale.
    Note,
    /// Some lines into a basket of their own, put aside.
    Split,
    /// A basket that is aside into the one on the counter.
    Merge,
    /// At the staff's price.
    StaffSale,
    /// Without tax, by certificate.
    TaxExempt,
    /// Put goods by for later collection.
    PlaceHold,
    /// Collect goods put by.
    CollectHold,
    /// Give goods put by back to the shelf.
    CancelHold,
    /// Goods back with their receipt; scanned in its place, they come back without one.
    ReturnByReceipt,
    /// Goods back without one.
    ReturnWithoutReceipt,
    /// A new member.
    Enrol,
    /// What colleagues should know of the member.
    MemberNote,
    /// What the member bought last.
    LastPurchases,
    /// What an account holds: gift card, stored value, points.
    Balance,
    /// The float counted by denomination, which opens the shift.
    OpenCount,
    /// Cash to the safe.
    CashDrop,
    /// Cash into the drawer.
    PayIn,
    /// Cash out of the drawer.
    PayOut,
    /// The drawer to the next cashier.
    HandOver,
    /// The drawer counted by denomination, which closes the day.
    Close,
    /// The last Z report again.
    ZAgain,
    /// Any receipt of this till again, by its number.
    ReprintReceipt,
    /// The last receipt without prices.
    GiftReceipt,
    /// The last receipt as a code for the shopper's telephone.
    ElectronicReceipt,
    /// The code at which the shopper asks for an invoice.
    InvoiceRequest,
    /// Into training, or out of it.
    Training,
    /// The goods on the grid of favourites, and their places.
    ArrangeGoods,
    /// The self-checkouts that this till looks after.
    SelfCheckouts,
    /// The stock desk.
    Stock,
    /// A line void, where the shop asks why.
    VoidLine,
    /// The sale void, where the shop asks why.
    VoidSale,
    /// The drawer without a sale, where the shop asks why.
    OpenDrawer,
    /// The number of what is paid with; begun at the payment.
    PayWith,
    /// Goods into the basket; begun by scanning or touching them.
    TakeGoods,
    /// Goods that were paid on a phone leave; begun by scanning the phone's code.
    LetOut,
    /// Why a line costs what it costs.
    Explain,
    /// The empty scale to zero.
    ScaleZero,
    /// What lies on the scale is packaging, or no longer.
    ScaleTare,
}

/// Where an action belongs on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The selected line.
    Line,
    /// The sale.
    Sale,
    /// The member.
    Member,
    /// The drawer.
    Cash,
    /// The till.
    Till,
    /// A key of its own: it is not listed beside the others.
    Own,
}

/// Every action with its id, its place and its key, in the order of screens.
pub const ACTIONS: [(Action, &str, Group, &str); 46] = [
    (Action::ReturnByReceipt, "return", Group::Sale, "F5"),
    (Action::DiscountLine, "discount_line", Group::Line, "F10"),
    (Action::ChangePrice, "change_price", Group::Line, "F11"),
    (Action::LineNote, "line_note", Group::Line, ""),
    (Action::LineSalesperson, "line_salesperson", Group::Line, ""),
    (Action::LineTrace, "line_trace", Group::Line, ""),
    (Action::DiscountBasket, "discount_basket", Group::Sale, ""),
    (Action::Coupon, "coupon", Group::Sale, ""),
    (Action::Note, "note", Group::Sale, ""),
    (Action::Salesperson, "salesperson", Group::Sale, ""),
    (Action::Split, "split", Group::Sale, ""),
    (Action::Merge, "merge", Group::Sale, ""),
    (Action::StaffSale, "staff_sale", Group::Sale, ""),
    (Action::TaxExempt, "tax_exempt", Group::Sale, ""),
    (Action::PlaceHold, "place_hold", Group::Sale, ""),
    (Action::CollectHold, "collect_hold", Group::Sale, ""),
    (Action::CancelHold, "cancel_hold", Group::Sale, ""),
    (Action::ReturnWithoutReceipt, "return_without_receipt", Group::Sale, ""),
    (Action::Enrol, "enrol", Group::Member, ""),
    (Action::MemberNote, "member_note", Group::Member, ""),
    (Action::LastPurchases, "last_purchases", Group::Member, ""),
    (Action::Balance, "balance", Group::Member, ""),
    (Action::OpenCount, "open_count", Group::Cash, ""),
    (Action::CashDrop, "cash_drop", Group::Cash, ""),
    (Action::PayIn, "pay_in", Group::Cash, ""),
    (Action::PayOut, "pay_out", Group::Cash, ""),
    (Action::HandOver, "hand_over", Group::Cash, ""),
    (Action::Close, "close", Group::Cash, ""),
    (Action::ZAgain, "z_again", Group::Till, ""),
    (Action::ReprintReceipt, "reprint_receipt", Group::Till, ""),
    (Action::GiftReceipt, "gift_receipt", Group::Till, ""),
    (Action::ElectronicReceipt, "electronic_receipt", Group::Till, ""),
    (Action::InvoiceRequest, "invoice_request", Group::Till, ""),
    (Action::Training, "training", Group::Till, ""),
    (Action::ArrangeGoods, "arrange_goods", Group::Till, ""),
    (Action::SelfCheckouts, "self_checkouts", Group::Till, ""),
    (Action::Stock, "stock", Group::Till, ""),
    (Action::ScaleZero, "scale_zero", Group::Till, "Ctrl+0"),
    (Action::ScaleTare, "scale_tare", Group::Till, "Ctrl+T"),
    (Action::VoidLine, "void_line", Group::Own, ""),
    (Action::VoidSale, "void_sale", Group::Own, ""),
    (Action::OpenDrawer, "open_drawer", Group::Own, ""),
    (Action::PayWith, "pay_with", Group::Own, ""),
    (Action::TakeGoods, "take_goods", Group::Own, ""),
    (Action::LetOut, "let_out", Group::Own, ""),
    (Action::Explain, "explain", Group::Own, ""),
];

impl Action {
    /// The action of an id.
    pub fn of(id: &str) -> Option<Action> {
        ACTIONS.iter().find(|(_, known, _, _)| *known == id).map(|(action, ..)| *action)
    }

    /// Whether it can be begun while no shift is open.
    pub fn before_shift(self) -> bool {
        matches!(self, Action::OpenCount | Action::ZAgain | Action::Training | Action::OpenDrawer | Action::Stock)
    }

    /// Its id.
    pub fn id(self) -> &'static str {
        let known = ACTIONS.iter().find(|(action, ..)| *action == self);
        known.map(|(_, id, ..)| *id).expect("every action is in the list")
    }
}
