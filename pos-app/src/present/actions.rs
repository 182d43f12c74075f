//! What can be begun, and what waits for leave.

use domain::staff::Permission;
use domain::store::Store;
use ui::screen::{self, Staff};

use super::{either, trouble};
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
        label: label(*action, engine.english).to_owned(),
        key: (*key).to_owned(),
        group: group_word(*group).to_owned(),
        enabled: at_rest && engine.hindrance(*action).is_none(),
    };
    let has_scale = engine.scale_hindrance().is_none();
    let listed = |(action, _, group, _): &&(Action, &str, Group, &str)| match no_shift {
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
pub(super) fn label(action: Action, english: bool) -> &'static str {
    let (chinese, in_english) = match action {
        Action::ChangePrice => ("改价", "Change price"),
        Action::DiscountLine => ("单品折扣", "Discount line"),
        Action::LineSalesperson => ("单品导购", "Salesperson of line"),
        Action::LineNote => ("单品备注", "Note on line"),
        Action::LineTrace => ("序列号/批号", "Serial or lot"),
        Action::DiscountBasket => ("整单折扣", "Discount sale"),
        Action::Coupon => ("优惠券", "Coupon"),
        Action::Salesperson => ("导购", "Salesperson"),
        Action::Note => ("整单备注", "Note on sale"),
        Action::Split => ("拆单", "Split"),
        Action::Merge => ("并单", "Merge"),
        Action::StaffSale => ("员工价", "Staff price"),
        Action::TaxExempt => ("免税", "Tax exempt"),
        Action::PlaceHold => ("预订/寄存", "Put by"),
        Action::CollectHold => ("提货", "Collect"),
        Action::CancelHold => ("取消预订", "Cancel put-by"),
        Action::ReturnByReceipt => ("退货", "Return"),
        Action::ReturnWithoutReceipt => ("无小票退货", "Return without receipt"),
        Action::Enrol => ("新会员", "New member"),
        Action::MemberNote => ("会员备注", "Note on member"),
        Action::LastPurchases => ("最近购买", "Last purchases"),
        Action::Balance => ("余额查询", "Balance"),
        Action::CashDrop => ("投库", "Cash drop"),
        Action::PayIn => ("存入现金", "Pay in"),
        Action::PayOut => ("支出现金", "Pay out"),
        Action::HandOver => ("交接", "Hand over"),
        Action::Close => ("日结", "Close day"),
        Action::ZAgain => ("重打 Z 报表", "Z report again"),
        Action::ReprintReceipt => ("补打小票", "Reprint a receipt"),
        Action::GiftReceipt => ("礼品小票", "Gift receipt"),
        Action::ElectronicReceipt => ("电子小票", "Electronic receipt"),
        Action::InvoiceRequest => ("开发票", "Invoice"),
        Action::Training => ("培训模式", "Training"),
        Action::PayWith => ("收款", "Pay"),
        Action::TakeGoods => ("商品", "Goods"),
        Action::Explain => ("价格说明", "Why this price"),
        Action::ScaleZero => ("秤置零", "Scale to zero"),
        Action::ScaleTare => ("秤去皮", "Scale: packaging"),
        Action::OpenCount => ("点钞开班", "Count the float"),
        Action::VoidLine => ("取消商品", "Void line"),
        Action::VoidSale => ("取消整单", "Void sale"),
        Action::OpenDrawer => ("打开钱箱", "Open drawer"),
    };
    if english { in_english } else { chinese }
}

/// What a permission is for, as supervisors say it.
fn permission_words(permission: Permission, english: bool) -> String {
    let (chinese, in_english) = match permission {
        Permission::Sell => ("销售", "Sell"),
        Permission::VoidLine => ("取消商品", "Void a line"),
        Permission::VoidSale => ("取消整单", "Void the sale"),
        Permission::Return => ("退货", "Take goods back"),
        Permission::ReturnWithoutReceipt => ("无小票退货", "Take goods back without a receipt"),
        Permission::PriceOverride => ("改价", "Change a price"),
        Permission::Discount => ("折扣", "Give a discount"),
        Permission::StaffSale => ("员工价", "Sell at the staff's price"),
        Permission::TaxExempt => ("免税", "Sell without tax"),
        Permission::OpenDrawer => ("打开钱箱", "Open the drawer"),
        Permission::MoveCash => ("现金存取", "Move cash"),
        Permission::Reprint => ("补打小票", "Print a receipt again"),
        Permission::SeeTotals => ("查看报表", "See the totals"),
        Permission::HandOver => ("交接", "Hand over"),
        Permission::CloseShift => ("交班", "Close the day"),
        Permission::OnAccount => ("挂账", "Sell on account"),
        Permission::Members => ("会员", "Change members"),
        Permission::Holds => ("预订", "Put goods by"),
        Permission::Training => ("培训模式", "Training"),
        Permission::Approve => ("特批", "Special approval"),
    };
    either(english, chinese, in_english)
}

/// What waits for a supervisor.
pub(super) fn approval(
    engine: &Engine,
    catalogue: &dyn Catalogue,
    store: &Store,
    waiting: &Waiting,
) -> screen::Approval {
    let english = engine.english;
    let may = |role: &str| Engine::role_of(store, role).is_some_and(|role| role.allows(Permission::Approve, 0));
    let staff = catalogue.staff().into_iter().filter(|who| may(&who.role));
    let what = permission_words(waiting.permission, english);
    let colon = if english { ": " } else { "：" };
    screen::Approval {
        what: if waiting.about.is_empty() { what } else { format!("{what}{colon}{}", waiting.about) },
        staff: staff.map(|who| Staff { id: who.id, name: who.name }).collect(),
        // All that head office types, in its order.
        challenge: match store.policy.approval_key.is_empty() {
            true => String::new(),
            false => format!("{} {} {}", waiting.challenge, waiting.permission.word(), waiting.size),
        },
        message: waiting.message.as_ref().map(|why| trouble::words(why, Some(store), english)).unwrap_or_default(),
    }
}
