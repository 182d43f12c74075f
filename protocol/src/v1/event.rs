//! Events: what a till has done, in the bytes it committed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Basket, CountApproved, CountClosed, CountEntered, CountPassFinished, CountPlan, GoodsReceived, Payment, Sale,
    Tender, Totals, TransferReceived, TransferSent, WrittenOff,
};

/// One event. Its bytes are made once, by the till, and never again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Always 1.
    pub v: u32,
    /// The terminal's id, given at enrolment.
    pub terminal: Uuid,
    /// Begins with 1; a new one after a re-image, a restored backup or a damaged journal.
    pub epoch: u32,
    /// Gap-free within the epoch, from 1.
    pub seq: u64,
    /// The till's clock; for people, never for order.
    pub at_ms: i64,
    /// Business date of the shift, or of the clock when no shift is open.
    pub business_date: String,
    /// The shift it belongs to.
    pub shift: Option<Uuid>,
    /// Who was signed on.
    pub staff: Option<String>,
    /// What happened: exactly one key, the event's kind.
    pub body: Body,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// First event of an epoch.
    EpochStarted(EpochStarted),
    /// A cashier opened a shift with a counted float.
    ShiftOpened(ShiftOpened),
    /// Goods, money and points changed hands.
    SaleCompleted(Box<Sale>),
    /// A sale ended without goods or money changing hands.
    SaleVoided(SaleVoided),
    /// A sale was put aside.
    SaleSuspended(SaleSuspended),
    /// A sale was taken up again.
    SaleRecalled(SaleRecalled),
    /// The drawer was opened without a sale.
    DrawerOpened(DrawerOpened),
    /// A receipt was printed again.
    Reprinted(Reprinted),
    /// Someone was locked out after wrong PINs.
    LockedOut(LockedOut),
    /// The day's close (Z).
    ShiftClosed(ShiftClosed),
    /// Someone signed on.
    SignedOn(SignedOn),
    /// A supervisor approved something.
    Approved(Approved),
    /// Cash went into or out of the drawer without a sale.
    CashMoved(CashMoved),
    /// The drawer went to the next cashier.
    HandedOver(HandedOver),
    /// Someone became a member.
    MemberEnrolled(MemberEnrolled),
    /// What colleagues should know of a member.
    MemberNoted(MemberNoted),
    /// The goods of the favourites were chosen, for all tills of the store.
    FavouritesArranged(FavouritesArranged),
    /// An account was named that may be spent from.
    GrantAsked(GrantAsked),
    /// Goods were put by.
    HoldPlaced(Box<Hold>),
    /// Goods put by go back to the shelf.
    HoldCancelled(HoldCancelled),
    /// The till went into training.
    TrainingBegun(TrainingBegun),
    /// The till came out of training.
    TrainingEnded(TrainingEnded),
    /// A payment through a provider has changed.
    PaymentChanged(Box<Payment>),
    /// What was paid on a sale that was given up was handed back.
    TendersReturned(TendersReturned),
    /// A count of stock was opened.
    CountOpened(CountPlan),
    /// Goods were counted.
    CountEntered(CountEntered),
    /// Somebody has been through her zone.
    CountPassFinished(CountPassFinished),
    /// What was counted was approved.
    CountApproved(CountApproved),
    /// A count ended.
    CountClosed(CountClosed),
    /// Goods of a supplier were taken in.
    GoodsReceived(GoodsReceived),
    /// Goods went to another store.
    TransferSent(TransferSent),
    /// Goods of another store arrived.
    TransferReceived(TransferReceived),
    /// Goods are no longer there to be sold.
    WrittenOff(WrittenOff),
}

impl Body {
    /// The kind as on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Body::EpochStarted(_) => "epoch_started",
            Body::ShiftOpened(_) => "shift_opened",
            Body::SaleCompleted(_) => "sale_completed",
            Body::SaleVoided(_) => "sale_voided",
            Body::SaleSuspended(_) => "sale_suspended",
            Body::SaleRecalled(_) => "sale_recalled",
            Body::DrawerOpened(_) => "drawer_opened",
            Body::Reprinted(_) => "reprinted",
            Body::LockedOut(_) => "locked_out",
            Body::ShiftClosed(_) => "shift_closed",
            Body::SignedOn(_) => "signed_on",
            Body::Approved(_) => "approved",
            Body::CashMoved(_) => "cash_moved",
            Body::HandedOver(_) => "handed_over",
            Body::MemberEnrolled(_) => "member_enrolled",
            Body::MemberNoted(_) => "member_noted",
            Body::FavouritesArranged(_) => "favourites_arranged",
            Body::GrantAsked(_) => "grant_asked",
            Body::HoldPlaced(_) => "hold_placed",
            Body::HoldCancelled(_) => "hold_cancelled",
            Body::TrainingBegun(_) => "training_begun",
            Body::TrainingEnded(_) => "training_ended",
            Body::PaymentChanged(_) => "payment_changed",
            Body::TendersReturned(_) => "tenders_returned",
            Body::CountOpened(_) => "count_opened",
            Body::CountEntered(_) => "count_entered",
            Body::CountPassFinished(_) => "count_pass_finished",
            Body::CountApproved(_) => "count_approved",
            Body::CountClosed(_) => "count_closed",
            Body::GoodsReceived(_) => "goods_received",
            Body::TransferSent(_) => "transfer_sent",
            Body::TransferReceived(_) => "transfer_received",
            Body::WrittenOff(_) => "written_off",
        }
    }
}

/// See [`Body::EpochStarted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochStarted {
    /// `new`, `damaged`, `restored`.
    pub reason: String,
    /// Version of the program.
    pub program: String,
}

/// See [`Body::ShiftOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftOpened {
    /// The shift.
    pub shift: Uuid,
    /// Counted float in the drawer.
    pub float: i64,
}

/// See [`Body::SaleVoided`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleVoided {
    /// The basket as it was.
    pub basket: Basket,
    /// Why; absent where nobody was asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// See [`Body::SaleSuspended`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleSuspended {
    /// The basket as it was.
    pub basket: Basket,
}

/// See [`Body::SaleRecalled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleRecalled {
    /// The basket's id.
    pub basket: Uuid,
}

/// See [`Body::DrawerOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerOpened {
    /// Why; `no_sale` where nobody was asked.
    pub reason: String,
}

/// See [`Body::Reprinted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reprinted {
    /// Number of the receipt.
    pub receipt: String,
}

/// See [`Body::LockedOut`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedOut {
    /// Whose PIN was tried.
    pub staff: String,
    /// How often in a row.
    pub tries: u32,
}

/// See [`Body::ShiftClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ShiftClosed {
    /// The shift.
    pub shift: Uuid,
    /// Number of the Z report, gap-free within the epoch.
    pub z_no: u32,
    /// When it was opened.
    pub opened_at_ms: i64,
    /// Running totals at the close.
    pub totals: Totals,
    /// Cash that should be in the drawer.
    pub expected: i64,
    /// Cash that was counted.
    pub counted: i64,
    /// By whom it was opened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub opened_by: String,
    /// Pieces of each denomination, the largest first; absent when a sum was typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Pieces>,
    /// Why the counted cash differs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What each cashier took.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cashiers: Vec<CashierTotals>,
    /// Drawer counts at hand-overs, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_overs: Vec<HandedOver>,
}

/// So many coins or notes of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pieces {
    /// What one is worth.
    pub value: i64,
    /// How many.
    pub count: u32,
}

/// What one cashier took within a shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashierTotals {
    /// Staff id.
    pub staff: String,
    /// Completed sales.
    pub sales: u64,
    /// Their total.
    pub gross: i64,
    /// Cash of them.
    pub cash: i64,
}

/// See [`Body::SignedOn`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOn {
    /// Who.
    pub staff: String,
}

/// See [`Body::Approved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// What was needed, e.g. `price_override`.
    pub permission: String,
    /// Its size in the permission's measure.
    pub size: i64,
    /// What it was about, in words.
    pub about: String,
    /// Staff id of who approved; for a code, the number that was read out.
    pub by: String,
    /// `pin`, `card` or `telephone`.
    pub means: String,
}

/// See [`Body::CashMoved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashMoved {
    /// `drop`, `pay_in` or `pay_out`.
    pub kind: String,
    /// How much; above zero.
    pub amount: i64,
    /// Why.
    pub reason: String,
    /// For people, e.g. the number of the bag.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// See [`Body::HandedOver`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// Staff id of who hands over.
    pub from: String,
    /// Staff id of who takes over, when she was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// When, by the till's clock.
    pub at_ms: i64,
    /// Cash that should have been in the drawer.
    pub expected: i64,
    /// Cash that was counted.
    pub counted: i64,
    /// Why they differ.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// See [`Body::MemberEnrolled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberEnrolled {
    /// Her id, given by the till.
    pub id: String,
    /// Name as told; may be empty.
    pub name: String,
    /// Telephone number, digits; for head office alone.
    pub phone: String,
    /// Number of the card she was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
}

/// See [`Body::MemberNoted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberNoted {
    /// Her id.
    pub member: String,
    /// The words; empty for none any more.
    pub note: String,
}

/// See [`Body::FavouritesArranged`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FavouritesArranged {
    /// Item ids by their places; empty for those that head office names.
    pub items: Vec<String>,
}

/// See [`Body::GrantAsked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantAsked {
    /// `points`, `stored_value`, `gift_card`, `credit` or `coupon`.
    pub kind: String,
    /// Member id, card number or coupon code.
    pub number: String,
    /// How much, in the account's units.
    pub units: i64,
}

/// Goods that are put by for a shopper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What it is collected with.
    pub code: String,
    /// The goods; the basket's id is the hold's.
    pub basket: Basket,
    /// What they cost when they were put by.
    pub total: i64,
    /// How the payment down was made.
    pub paid: Vec<Tender>,
    /// Collected until this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Who collects, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shopper: String,
}

/// See [`Body::HoldCancelled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldCancelled {
    /// The hold's id.
    pub hold: Uuid,
    /// How the payment down was given back; negative.
    pub refunded: Vec<Tender>,
    /// Why.
    pub reason: String,
}

/// See [`Body::TrainingBegun`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingBegun {}

/// See [`Body::TrainingEnded`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingEnded {}

/// See [`Body::TendersReturned`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TendersReturned {
    /// The basket's id.
    pub basket: Uuid,
    /// What was handed back; negative.
    pub tenders: Vec<Tender>,
    /// Its total.
    pub amount: i64,
}
