//! Which feature answers for which action: whether it can be begun, and what comes next.

use domain::store::Store;

use super::actions::Action;
use super::command::Command;
use super::drafts::{Draft, Next, Step};
use super::{Catalogue, Engine, Now, Trouble};

impl Engine {
    /// Why an action cannot be begun here and now. Cheap: screens ask for every action they show.
    pub(crate) fn hindrance(&self, action: Action) -> Option<Trouble> {
        let open = self.durable.open.as_ref();
        let empty = open.is_none_or(domain::basket::Basket::is_empty);
        match action {
            Action::ChangePrice | Action::DiscountLine | Action::DiscountBasket if empty => Some(Trouble::NoLine),
            Action::LineNote
            | Action::LineSalesperson
            | Action::LineTrace
            | Action::Note
            | Action::Salesperson
            | Action::StaffSale
            | Action::TaxExempt
            | Action::Split
            | Action::Merge
            | Action::Explain
                if empty =>
            {
                Some(Trouble::NoLine)
            }
            Action::VoidLine | Action::VoidSale | Action::OpenDrawer => self.wish_hindrance(action),
            Action::Merge if self.others_aside == Some(false) && self.durable.suspended.is_empty() => {
                Some(Trouble::NothingAside)
            }
            Action::PayWith | Action::LetOut => Some(Trouble::NotHere),
            Action::ScaleZero | Action::ScaleTare => self.scale_hindrance(),
            Action::OpenCount => self.durable.shift.is_some().then_some(Trouble::ShiftIsOpen),
            Action::HandOver => self.hand_over_hindrance(),
            Action::Close => self.close_hindrance(),
            Action::Training => self.training_hindrance(),
            Action::SelfCheckouts => self.lanes_hindrance(),
            Action::ArrangeGoods => self.arrange_hindrance(),
            Action::Stock => self.stock_hindrance(),
            Action::PlaceHold => self.hold_hindrance(),
            Action::CollectHold => (!empty).then_some(Trouble::BasketOpen),
            Action::MemberNote | Action::LastPurchases => self.member_hindrance(),
            Action::GiftReceipt | Action::InvoiceRequest => self.receipt_hindrance(),
            _ => None,
        }
    }

    /// The next step of a draft, or what it comes to.
    pub(super) fn next(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        draft: &Draft,
    ) -> Result<Next, Trouble> {
        match draft.action {
            Action::ChangePrice => self.next_change_price(store, draft),
            Action::DiscountLine => self.next_discount(store, draft, true),
            Action::DiscountBasket => self.next_discount(store, draft, false),
            Action::VoidLine | Action::VoidSale | Action::OpenDrawer => self.next_wish(store, draft),
            Action::OpenCount => self.next_open_count(store, draft),
            Action::CashDrop | Action::PayIn | Action::PayOut => self.next_cash_move(store, draft),
            Action::HandOver => self.next_hand_over(catalogue, store, draft),
            Action::Close => self.next_close(store, draft),
            Action::ZAgain => Ok(Next::Do(Command::ZAgain)),
            Action::Training => Ok(Next::Do(Command::Training)),
            Action::Stock => Ok(Next::Do(Engine::enter_stock())),
            Action::SelfCheckouts => self.next_lanes(draft),
            Action::ArrangeGoods => self.next_arrange(catalogue, store, draft),
            Action::PayWith => self.next_pay_with(draft),
            Action::ScaleZero | Action::ScaleTare => Err(Trouble::NotHere),
            Action::TakeGoods => self.next_goods(store, draft),
            Action::LetOut => self.next_let_out(now, catalogue, store, draft),
            Action::LineTrace => self.next_trace(draft),
            Action::LineNote
            | Action::LineSalesperson
            | Action::Note
            | Action::Salesperson
            | Action::StaffSale
            | Action::TaxExempt => self.next_written(catalogue, draft),
            Action::Coupon => self.next_coupon(draft),
            Action::Split => self.next_split(store, draft),
            Action::Merge => self.next_merge(now, catalogue, store, draft),
            Action::Explain => Ok(Next::Step(Step::Explain(draft.line.ok_or(Trouble::NoLine)?))),
            Action::ReturnByReceipt => self.next_return(now, catalogue, store, draft),
            Action::ReturnWithoutReceipt => self.next_return_bare(store, draft),
            Action::ReprintReceipt => self.next_reprint(catalogue, draft),
            Action::GiftReceipt => self.next_gift(catalogue),
            Action::ElectronicReceipt => self.next_e_receipt(catalogue, store),
            Action::InvoiceRequest => self.next_invoice(catalogue, store),
            Action::Enrol => self.next_enrol(now, catalogue, store, draft),
            Action::MemberNote => self.next_member_note(draft),
            Action::LastPurchases => self.next_purchases(catalogue, store),
            Action::Balance => self.next_balance(catalogue, draft),
            Action::PlaceHold => self.next_place_hold(now, store, draft),
            Action::CollectHold => self.next_collect(catalogue, draft),
            Action::CancelHold => self.next_cancel_hold(catalogue, store, draft),
        }
    }
}
