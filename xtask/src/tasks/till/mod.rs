//! Tasks at a cashier's till, in the order of a day.

mod money;
mod selling;
mod shift;

use anyhow::{Context, Result, ensure};
use ui::screen::{Panel, Screen};

use super::desk::Desk;
use super::{Act, Place, Task};

/// What comes before everything else.
pub const MORNING: &[Task] =
    &[task("sign on by touch", shift::sign_on).first(), task("open the shift by keyboard", shift::open).first()];

/// What comes last.
pub const EVENING: &[Task] = &[task("cash up by denomination", shift::close).first()];

/// All between them.
pub const TASKS: &[Task] = &[
    task("first sale by keyboard only", selling::by_keyboard).at_most(0),
    task("first sale by touch only", selling::by_touch),
    task("five items, exact cash", selling::five_items_cash).at_most(3),
    task("five items, a note from the shopper", selling::five_items_note).at_most(3),
    task("member sale by payment code", selling::member_by_code).at_most(2),
    task("suspend a sale", selling::suspend).at_most(2),
    task("recall a sale", selling::recall).at_most(2),
    task("void a line by touch", selling::void_line),
    task("void a line by keyboard", selling::void_line_by_key).at_most(0),
    task("quantity by keyboard", selling::quantity_by_key).at_most(0),
    task("quantity by touch", selling::quantity_by_touch),
    task("find goods by pinyin initials", selling::by_initials),
    task("weigh goods on the scale", selling::weigh),
    task("a label with a weight", selling::label),
    task("why this price", selling::explain),
    task("a coupon", selling::coupon),
    task("discount with a supervisor's PIN", selling::discount_with_leave),
    task("void the sale", selling::void_sale),
    task("another language and back", selling::language),
    task("pay by Alipay code", money::alipay),
    task("pay by card", money::card),
    task("part by card, rest in cash", money::split),
    task("payment in doubt, settled by itself", money::in_doubt),
    task("the shopper does not confirm", money::given_up),
    task("return by scanning the receipt", money::return_by_receipt),
    task("the last receipt again", money::reprint),
    task("open the drawer", money::open_drawer),
    task("cash to the safe", shift::cash_drop),
    task("totals on the screen", shift::totals),
    task("lock and sign on again by keyboard", shift::lock),
    task("training and back", shift::training),
];

const fn task(name: &'static str, act: fn(&mut Desk) -> Result<()>) -> Task {
    Task::at(Place::Till, name, Act::Cashier(act))
}

/// To payment by the one filled button.
fn go_to_payment(desk: &mut Desk) -> Result<Screen> {
    let screen = desk.till.screen();
    let Panel::Sell { pay, can_pay, .. } = &screen.panel else { anyhow::bail!("the till does not sell") };
    ensure!(*can_pay, "there is nothing to pay");
    desk.tap_first(pay, |element| element.label.starts_with(pay.as_str()))?;
    desk.wait("payment", is_paying)
}

/// Pays by touching the one filled button twice: to payment, and the exact sum in cash.
pub fn pay_exactly(desk: &mut Desk) -> Result<()> {
    let screen = go_to_payment(desk)?;
    let Panel::Pay { due_cash, .. } = &screen.panel else { anyhow::bail!("the till does not take money") };
    desk.tap_first(due_cash, |element| element.role == "button" && element.label.contains(due_cash.as_str()))?;
    desk.paid().map(drop)
}

fn is_paying(screen: &Screen) -> bool {
    matches!(screen.panel, Panel::Pay { busy: false, .. })
}

fn is_empty(screen: &Screen) -> bool {
    matches!(screen.panel, Panel::Sell { .. }) && screen.basket.lines.is_empty()
}

/// What the shopper's own count says, in the currency's smallest coin.
fn cents(text: &str) -> Result<i64> {
    simulation::shop::amount_in(text).with_context(|| format!("no amount: {text}"))
}
