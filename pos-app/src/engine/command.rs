//! What is to be done, with everything known: no question is open any more, only leave may be missing.

use domain::basket::Off;
use domain::grant::Account;
use domain::member::Enrolment;
use domain::money::Money;
use domain::quantity::Quantity;
use domain::shift::CashMovement;
use domain::staff::Permission;
use domain::store::Store;
use domain::tender::TenderKind;
use hal::PaymentCode;
use jiff::civil::Date;
use protocol::lane::{Call, Verdict};
use uuid::Uuid;

use super::exits::Leaving;
use super::goods::Taking;
use super::notes::Written;
use super::returns::TakeBack;
use super::stock::StockCommand;
use super::traced::Traced;
use super::{Catalogue, Effect, Engine, Now};

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A line costs another price.
    ChangePrice {
        /// Which.
        line: u32,
        /// Its new unit price.
        price: Money,
        /// Why.
        reason: String,
    },
    /// Something off a line.
    DiscountLine {
        /// Which.
        line: u32,
        /// How much; nothing takes a discount away again.
        off: Option<Off>,
        /// Why.
        reason: String,
    },
    /// Something off the whole basket.
    DiscountBasket {
        /// How much; nothing takes a discount away again.
        off: Option<Off>,
        /// Why.
        reason: String,
    },
    /// A line void.
    VoidLine {
        /// Which.
        line: u32,
        /// Why; empty where nobody is asked.
        reason: String,
    },
    /// Another quantity on a line.
    SetQuantity {
        /// Which.
        line: u32,
        /// As typed, with its tare.
        quantity: String,
    },
    /// The sale void.
    VoidSale {
        /// Why; empty where nobody is asked.
        reason: String,
    },
    /// The drawer without a sale.
    OpenDrawer {
        /// Why; empty where nobody is asked.
        reason: String,
    },
    /// The last receipt once more.
    Reprint,
    /// The running totals.
    ShowTotals,
    /// To the payment.
    Pay,
    /// Paid with a means that has a number.
    Tender {
        /// Which.
        kind: TenderKind,
        /// As typed; empty for what is still due.
        amount: String,
        /// The number; a shopper's payment code is a secret, and so each is kept as one.
        reference: PaymentCode,
    },
    /// Put on the member's account.
    OnAccount {
        /// How much.
        amount: Money,
    },
    /// A shift with a float.
    OpenShift {
        /// Counted at the start.
        float: Money,
    },
    /// Cash without a sale.
    MoveCash(CashMovement),
    /// The drawer to the next cashier.
    HandOver {
        /// Counted.
        counted: Money,
        /// Why it differs; empty when it does not.
        reason: String,
        /// Who takes over, when she is named.
        to: Option<String>,
    },
    /// The day's close.
    CloseShift {
        /// Counted.
        counted: Money,
        /// Pieces of each denomination; empty when a sum was typed.
        pieces: Vec<(Money, u32)>,
        /// Why it differs; empty when it does not, or nobody is asked.
        reason: String,
    },
    /// The last Z report once more.
    ZAgain,
    /// Into training, or out of it.
    Training,
    /// Something at the stock desk.
    Stock(StockCommand),
    /// The grid of favourites as it is from here on.
    Arrange {
        /// Item ids by their places; empty for those that head office names.
        items: Vec<String>,
    },
    /// What the attendant says to a self-checkout.
    AnswerLane {
        /// Number of the self-checkout.
        kiosk: u32,
        /// Its call, as she has read it.
        call: Box<Call>,
        /// What she says.
        verdict: Verdict,
        /// What leave is given for, where it is.
        leave: Option<String>,
    },
    /// Goods into the basket.
    TakeGoods(Box<Taking>),
    /// Goods that were paid on a phone leave.
    LetOut(Box<Leaving>),
    /// Serial number, lot and date of a line.
    Trace {
        /// Which.
        line: u32,
        /// What it bears from now on.
        traced: Traced,
    },
    /// Something is written to the sale or a line.
    Write(Written),
    /// A coupon onto the sale, or off it when it is there.
    Coupon {
        /// Its code.
        code: String,
    },
    /// Lines into a basket of their own, put aside.
    Split {
        /// Which, and how much of each; nothing for all of it.
        parts: Vec<(u32, Option<Quantity>)>,
    },
    /// A basket that is aside into the one on the counter.
    Merge {
        /// Which.
        id: Uuid,
    },
    /// Goods back with their receipt.
    TakeBack(TakeBack),
    /// The next goods come back without a receipt.
    TakeBackNext {
        /// Why.
        reason: String,
    },
    /// Any receipt of this till once more.
    ReprintReceipt {
        /// Its number.
        receipt: String,
    },
    /// A receipt without prices.
    GiftReceipt {
        /// Its number.
        receipt: String,
    },
    /// The sale on the counter gets an electronic receipt in place of paper, or paper after all.
    WithoutPaper,
    /// A new member.
    Enrol(Enrolment),
    /// What colleagues should know of the member.
    NoteMember {
        /// Her id.
        member: String,
        /// The words; empty for none any more.
        note: String,
    },
    /// What accounts hold.
    Balance(Vec<Account>),
    /// Goods put by.
    PlaceHold {
        /// What they are collected with.
        code: String,
        /// Who collects, masked.
        shopper: String,
        /// Collected until this day.
        until: Option<Date>,
        /// Cash that is paid down, beside what was taken before.
        down: Money,
    },
    /// Goods put by onto the counter.
    CollectHold {
        /// What they are collected with.
        code: String,
    },
    /// Goods put by back to the shelf.
    CancelHold {
        /// What they are collected with.
        code: String,
        /// What was paid down and goes back.
        refund: Money,
        /// Why.
        reason: String,
    },
}

/// What a command needs leave for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Which permission.
    pub permission: Permission,
    /// Its size in the permission's measure.
    pub size: i64,
    /// What it is about: names and amounts, no words of the program.
    pub about: String,
}

impl Need {
    /// Leave for something about which there is nothing to say but its size.
    pub(super) fn of(permission: Permission, size: i64, about: impl Into<String>) -> Need {
        Need { permission, size, about: about.into() }
    }
}

impl Engine {
    /// Leave that a command needs, each asked for by itself.
    pub(super) fn needs(&self, store: &Store, command: &Command) -> Vec<Need> {
        match command {
            Command::ChangePrice { line, price, .. } => self.needs_of_price(store, *line, *price),
            Command::DiscountLine { line, off, .. } => self.needs_of_discount(store, Some(*line), *off),
            Command::DiscountBasket { off, .. } => self.needs_of_discount(store, None, *off),
            Command::VoidLine { line, .. } => self.needs_of_void_line(store, *line),
            Command::SetQuantity { line, quantity } => self.needs_of_quantity(store, *line, quantity),
            Command::VoidSale { .. } => self.needs_of_void_sale(store),
            Command::OpenDrawer { .. } => vec![Need::of(Permission::OpenDrawer, 0, "")],
            Command::Reprint => vec![Need::of(Permission::Reprint, 0, self.last_receipt_number())],
            Command::ShowTotals | Command::ZAgain => vec![Need::of(Permission::SeeTotals, 0, "")],
            Command::Pay => self.needs_to_pay(store),
            Command::Tender { .. } => Vec::new(),
            Command::OnAccount { amount } => self.needs_on_account(store, *amount),
            Command::OpenShift { .. } => Vec::new(),
            Command::MoveCash(movement) => self.needs_of_cash_move(store, movement),
            Command::HandOver { .. } => self.needs_of_hand_over(),
            Command::CloseShift { .. } => vec![Need::of(Permission::CloseShift, 0, "")],
            Command::Training => self.needs_of_training(),
            Command::Stock(stock) => vec![stock.need.clone()],
            Command::AnswerLane { leave, .. } => Engine::needs_of_lanes(leave.as_ref()),
            Command::Arrange { .. } => Engine::needs_to_arrange(),
            Command::Write(written) => Engine::needs_of_written(written),
            Command::TakeGoods(_)
            | Command::LetOut(_)
            | Command::Trace { .. }
            | Command::Coupon { .. }
            | Command::Split { .. }
            | Command::Merge { .. } => Vec::new(),
            Command::TakeBack(back) => self.needs_of_return(store, back),
            Command::ReprintReceipt { receipt } | Command::GiftReceipt { receipt } => self.needs_of_reprint(receipt),
            // What comes back without a receipt needs leave when it is paid out, by what it is worth.
            Command::WithoutPaper | Command::TakeBackNext { .. } => Vec::new(),
            Command::Enrol(_) | Command::NoteMember { .. } => self.needs_of_members(),
            Command::Balance(_) => Vec::new(),
            Command::PlaceHold { .. } | Command::CollectHold { .. } => self.needs_of_holds(),
            Command::CancelHold { code, refund, .. } => self.needs_of_cancelling(store, code, *refund),
        }
    }

    /// Does it; `by` is who gave leave, when leave was asked.
    pub(super) fn perform(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        command: Command,
        by: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        match command {
            Command::ChangePrice { line, price, reason } => self.change_price(now, (line, price, reason), by, effects),
            Command::DiscountLine { line, off, reason } => {
                self.discount(now, store, Some(line), (off, reason), by, effects)
            }
            Command::DiscountBasket { off, reason } => self.discount(now, store, None, (off, reason), by, effects),
            Command::VoidLine { line, reason } => self.void_line(now, catalogue, (line, reason), effects),
            Command::SetQuantity { line, quantity } => self.count_line(now, catalogue, line, &quantity, effects),
            Command::VoidSale { reason } => self.void_sale(now, store, reason, effects),
            Command::OpenDrawer { reason } => self.open_drawer(now, reason, effects),
            Command::Reprint => self.reprint(now, effects),
            Command::ShowTotals => self.show_x(),
            Command::Pay => self.pay_with_leave(now, catalogue, store, by, effects),
            Command::Tender { kind, amount, reference } => {
                self.tender(now, catalogue, store, (kind, &amount, reference), effects);
            }
            Command::OnAccount { amount } => {
                let tender = (TenderKind::OnAccount, &*store.currency.plain(amount), PaymentCode::new(""));
                self.tender(now, catalogue, store, tender, effects);
            }
            Command::OpenShift { float } => self.open_with(now, store, float, effects),
            Command::MoveCash(movement) => self.move_cash(now, store, movement, effects),
            Command::HandOver { counted, reason, to } => {
                self.hand_over(now, store, (counted, reason, to), effects);
            }
            Command::CloseShift { counted, pieces, reason } => {
                self.write_close(now, store, (counted, pieces, reason), effects);
            }
            Command::ZAgain => self.z_again(now, catalogue, store, effects),
            Command::Training => self.turn_training(now, effects),
            Command::Stock(stock) => self.stock_allowed(now, catalogue, store, &stock, by),
            Command::AnswerLane { kiosk, call, verdict, .. } => self.answer_lane((kiosk, &call, verdict), by, effects),
            Command::Arrange { items } => self.arrange(now, items, effects),
            Command::TakeGoods(goods) => self.put_goods(now, catalogue, *goods, effects),
            Command::LetOut(leaving) => self.let_out(now, catalogue, store, *leaving, effects),
            Command::Trace { line, traced } => self.trace(now, catalogue, (line, traced), effects),
            Command::Write(written) => self.write(now, written, effects),
            Command::Coupon { code } => self.coupon(now, catalogue, store, &code, effects),
            Command::Split { parts } => self.split(now, catalogue, store, &parts, effects),
            Command::Merge { id } => self.merge(now, catalogue, store, id, effects),
            Command::TakeBack(back) => self.take_back(now, catalogue, store, back, effects),
            Command::TakeBackNext { reason } => self.take_back_next(reason),
            Command::ReprintReceipt { receipt } => self.reprint_by_number(now, catalogue, store, &receipt, effects),
            Command::GiftReceipt { receipt } => self.gift_receipt(now, catalogue, store, &receipt, effects),
            Command::WithoutPaper => self.without_paper(),
            Command::Enrol(enrolment) => self.enrol(now, enrolment, effects),
            Command::NoteMember { member, note } => self.note_member(now, &member, note, effects),
            Command::Balance(accounts) => self.show_balance(now, catalogue, store, accounts, effects),
            Command::PlaceHold { code, shopper, until, down } => {
                self.place_hold(now, store, (code, shopper, until, down), effects);
            }
            Command::CollectHold { code } => self.collect_hold(now, catalogue, &code, effects),
            Command::CancelHold { code, reason, .. } => {
                self.cancel_hold(now, catalogue, store, (&code, reason), effects)
            }
        }
    }
}
