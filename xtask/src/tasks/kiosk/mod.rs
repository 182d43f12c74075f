//! Tasks at a self-checkout: shoppers who touch and scan, and the attendant who looks after them at the machine and from
//! her till.

mod attended;
mod buying;
mod duty;

use anyhow::{Context, Result};
use ui::kiosk::{Kiosk, KioskStep};
use ui::screen::Screen;

use super::desk::Desk;
use super::floor::Floor;
use super::{Act, Place, Task};

/// All of them, in the order of a day.
pub const TASKS: &[Task] = &[
    task("self-checkout: into service", duty::open).first(),
    task("self-checkout: first purchase by touch", buying::first_purchase),
    task("self-checkout: member's code, paper receipt", buying::member),
    task("self-checkout: goods by picture, weighed", buying::weighed),
    task("self-checkout: one thing taken off again", buying::taken_off),
    task("self-checkout: another language", buying::language),
    task("self-checkout: low, large, with more time", buying::accessible),
    task("self-checkout: age, attendant at the machine", attended::age_at_machine),
    task("self-checkout: age, from the till", attended::age_from_till),
    task("self-checkout: everything given up", attended::given_up),
    task("self-checkout: help is called", attended::help),
    task("self-checkout: payment in doubt", attended::in_doubt),
    task("self-checkout: over to the till", attended::to_till),
    task("self-checkout: power cut, picked by chance", attended::picked_by_chance),
    task("self-checkout: left alone", duty::left_alone),
    task("self-checkout: closed for the day", duty::close),
];

const fn task(name: &'static str, act: fn(&mut Floor) -> Result<()>) -> Task {
    Task::at(Place::Kiosk, name, Act::People(act))
}

/// What the shopper sees.
fn face(screen: &Screen) -> Option<&Kiosk> {
    screen.kiosk.as_deref()
}

fn is_at(screen: &Screen, step: KioskStep) -> bool {
    face(screen).is_some_and(|kiosk| kiosk.step == step)
}

fn wait_for(desk: &Desk, step: KioskStep) -> Result<Screen> {
    desk.wait(&format!("the step {step:?}"), |screen| is_at(screen, step))
}

/// Scans a code and waits until so many lines count.
fn scan_to(desk: &mut Desk, code: &str, lines: usize) -> Result<()> {
    desk.scan(code)?;
    desk.wait("the goods in the basket", |screen| counting(screen) == lines)?;
    Ok(())
}

fn counting(screen: &Screen) -> usize {
    screen.basket.lines.iter().filter(|line| !line.voided).count()
}

/// From the basket to the payment, and by a shopper's code to the receipt.
fn pay_by_code(desk: &mut Desk, code: &str) -> Result<()> {
    desk.touch("pay")?;
    wait_for(desk, KioskStep::Pay)?;
    desk.at.scanner.scan(code);
    wait_for(desk, KioskStep::Receipt)?;
    Ok(())
}

/// She wants no receipt and goes.
fn go_without_receipt(desk: &mut Desk) -> Result<()> {
    desk.touch("receipt-none")?;
    wait_for(desk, KioskStep::Thanks)?;
    desk.touch("done")?;
    wait_for(desk, KioskStep::Attract)?;
    Ok(())
}

/// Goods that only grown-ups get.
fn grown_ups_good<'a>(desk: &Desk<'a>) -> Result<&'a simulation::shop::Good> {
    let shop = desk.shop;
    shop.goods.iter().find(|good| good.category == GROWN_UPS_SHELF).context("the shop sells beer")
}

/// The shelf of them.
const GROWN_UPS_SHELF: &str = "酒";
