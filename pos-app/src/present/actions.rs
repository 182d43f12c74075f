//! What can be begun, and what waits for leave.

use domain::staff::Permission;
use domain::store::Store;
use ui::screen::{self, Staff};
use words::{Words, say};

use super::trouble;
use crate::engine::{ACTIONS, Action, Catalogue, Engine, Group, Place, Waiting};

/// Everything that can be begun, in the order of screens; nothing while the till is locked, and what needs no shift
/// while none is open.
pub(super) fn actions(engine: &Engine) -> Vec<screen::Action> {
    if engine.signed_on.is_none() {
        return Vec::new();
    }
    let no_shift = engine.durable.shift.is_none();
    let at_rest = matches!(engine.place, Place::Selling | Place::Paid(_)) && engine.waiting.is_none();
    let of_entry = |(action, id, group, key): &(Action, &str, Group, &str)| screen::Action {
        id: (*id).to_owned(),
        label: label(*action, &engine.words),
        key: (*key).to_owned(),
        group: group_word(*group).to_owned(),
        enabled: at_rest && engine.hindrance(*action).is_none(),
    };
    let has_lanes = engine.lanes_hindrance().is_none();
    let has_scale = engine.scale_hindrance().is_none();
    let listed = |(action, _, group, _): &&(Action, &str, Group, &str)| match no_shift {
        _ if Engine::is_lane_action(*action) => has_lanes && !no_shift,
        _ if matches!(action, Action::ScaleZero | Action::ScaleTare) => has_scale && !no_shift,
        true => action.before_shift() && *group != Group::Own,
        false => *group != Group::Own && *action != Action::OpenCount,
    };
    ACTIONS.iter().filter(listed).map(of_entry).collect()
}

fn group_word(group: Group) -> &'static str {
    match group {
        Group::Line => "line",
        Group::Sale => "sale",
        Group::Member => "member",
        Group::Cash => "cash",
        Group::Till => "till",
        Group::Own => "own",
    }
}

/// What an action is called.
pub(super) fn label(action: Action, words: &Words) -> String {
    match action {
        Action::ChangePrice => words.say("action-change-price"),
        Action::DiscountLine => words.say("action-discount-line"),
        Action::LineSalesperson => words.say("action-line-salesperson"),
        Action::LineNote => words.say("action-line-note"),
        Action::LineTrace => words.say("action-line-trace"),
        Action::DiscountBasket => words.say("action-discount-basket"),
        Action::Coupon => words.say("action-coupon"),
        Action::Salesperson => words.say("action-salesperson"),
        Action::Note => words.say("action-note"),
        Action::Split => words.say("action-split"),
        Action::Merge => words.say("action-merge"),
        Action::StaffSale => words.say("action-staff-sale"),
        Action::TaxExempt => words.say("action-tax-exempt"),
        Action::PlaceHold => words.say("action-place-hold"),
        Action::CollectHold => words.say("action-collect-hold"),
        Action::CancelHold => words.say("action-cancel-hold"),
        Action::ReturnByReceipt => words.say("action-return-by-receipt"),
        Action::ReturnWithoutReceipt => words.say("action-return-without-receipt"),
        Action::Enrol => words.say("action-enrol"),
        Action::MemberNote => words.say("action-member-note"),
        Action::LastPurchases => words.say("action-last-purchases"),
        Action::Balance => words.say("action-balance"),
        Action::CashDrop => words.say("action-cash-drop"),
        Action::PayIn => words.say("action-pay-in"),
        Action::PayOut => words.say("action-pay-out"),
        Action::HandOver => words.say("action-hand-over"),
        Action::Close => words.say("action-close"),
        Action::ZAgain => words.say("action-z-again"),
        Action::ReprintReceipt => words.say("action-reprint-receipt"),
        Action::GiftReceipt => words.say("action-gift-receipt"),
        Action::ElectronicReceipt => words.say("action-electronic-receipt"),
        Action::InvoiceRequest => words.say("action-invoice-request"),
        Action::Training => words.say("action-training"),
        Action::SelfCheckouts => words.say("action-self-checkouts"),
        Action::ArrangeGoods => words.say("action-arrange-goods"),
        Action::Stock => words.say("stock-action"),
        Action::PayWith => words.say("action-pay-with"),
        Action::TakeGoods => words.say("action-take-goods"),
        Action::LetOut => words.say("action-let-out"),
        Action::Explain => words.say("action-explain"),
        Action::ScaleZero => words.say("action-scale-zero"),
        Action::ScaleTare => words.say("action-scale-tare"),
        Action::OpenCount => words.say("action-open-count"),
        Action::VoidLine => words.say("action-void-line"),
        Action::VoidSale => words.say("action-void-sale"),
        Action::OpenDrawer => words.say("action-open-drawer"),
    }
}

/// What a permission is for, as supervisors say it.
fn permission_words(permission: Permission, words: &Words) -> String {
    match permission {
        Permission::Sell => words.say("leave-sell"),
        Permission::VoidLine => words.say("leave-void-line"),
        Permission::VoidSale => words.say("leave-void-sale"),
        Permission::Return => words.say("leave-return"),
        Permission::ReturnWithoutReceipt => words.say("leave-return-without-receipt"),
        Permission::PriceOverride => words.say("leave-price-override"),
        Permission::Discount => words.say("leave-discount"),
        Permission::StaffSale => words.say("leave-staff-sale"),
        Permission::TaxExempt => words.say("leave-tax-exempt"),
        Permission::OpenDrawer => words.say("leave-open-drawer"),
        Permission::MoveCash => words.say("leave-move-cash"),
        Permission::Reprint => words.say("leave-reprint"),
        Permission::SeeTotals => words.say("leave-see-totals"),
        Permission::HandOver => words.say("leave-hand-over"),
        Permission::CloseShift => words.say("leave-close-shift"),
        Permission::OnAccount => words.say("leave-on-account"),
        Permission::Members => words.say("leave-members"),
        Permission::Holds => words.say("leave-holds"),
        Permission::Training => words.say("leave-training"),
        Permission::ArrangeGoods => words.say("leave-arrange-goods"),
        Permission::Approve => words.say("leave-approve"),
        Permission::Count => words.say("leave-count"),
        Permission::ApproveCount => words.say("leave-approve-count"),
        Permission::ReceiveGoods => words.say("leave-receive-goods"),
        Permission::TransferGoods => words.say("leave-transfer-goods"),
        Permission::WriteOff => words.say("leave-write-off"),
    }
}

/// What waits for a supervisor.
pub(super) fn approval(
    engine: &Engine,
    catalogue: &dyn Catalogue,
    store: &Store,
    waiting: &Waiting,
) -> screen::Approval {
    let words = &engine.words;
    let may = |role: &str| Engine::role_of(store, role).is_some_and(|role| role.allows(Permission::Approve, 0));
    let staff = catalogue.staff().into_iter().filter(|who| may(&who.role));
    let what = permission_words(waiting.permission, words);
    screen::Approval {
        what: if waiting.about.is_empty() {
            what
        } else {
            say!(words, "common-about", what = what, about = &waiting.about)
        },
        staff: staff.map(|who| Staff { id: who.id, name: who.name }).collect(),
        // All that head office types, in its order.
        challenge: match store.policy.approval_key.is_empty() {
            true => String::new(),
            false => format!("{} {} {}", waiting.challenge, waiting.permission.word(), waiting.size),
        },
        message: waiting.message.as_ref().map(|why| trouble::words(why, Some(store), words)).unwrap_or_default(),
    }
}
