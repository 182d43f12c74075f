//! Tasks between the shelves: two people with handhelds count the same shelf and another zone at once, recount each
//! other's differences, have them approved, and take a delivery in.

mod counting;
mod delivery;
mod posting;

use anyhow::{Result, ensure};
use simulation::shop::{STAFF, Staff};
use ui::screen::Screen;
use ui::stock::{Stock, StockStep};

use super::desk::Desk;
use super::floor::Floor;
use super::{Act, Place, Task};
use crate::store::sheets::ZONES;

/// All of them, in the order in which they are done.
pub const TASKS: &[Task] = &[
    task("count: two people sign on", counting::sign_on).first(),
    task("count: one of them opens it", counting::open).first(),
    task("count: the same shelf by two at once", counting::together).first(),
    task("count: the store room and the shelf at once", counting::apart).first(),
    task("count: goods are sold meanwhile", posting::sold_meanwhile).first(),
    task("count: the other one counts a difference again", posting::recount).first(),
    task("count: approved, and head office's book shows it", posting::approve).first(),
    task("stock: price and stock of goods, a shelf label", delivery::price_and_label),
    task("stock: a delivery is taken in", delivery::take_in),
    task("stock: the count is over at every handheld", posting::over),
];

const fn task(name: &'static str, act: fn(&mut Floor) -> Result<()>) -> Task {
    Task::at(Place::Shelf, name, Act::People(act))
}

/// Who counts.
const ONE: Staff = STAFF[1];
const TWO: Staff = STAFF[2];
/// Where.
const SHELF: &str = ZONES[0].0;
const STORE_ROOM: &str = ZONES[1].0;

/// Steps below the menu.
const STEPS_MAX: usize = 5;

/// What people see at the stock desk.
fn desk_of(screen: &Screen) -> Option<&Stock> {
    screen.stock.as_deref()
}

fn is_at(screen: &Screen, step: StockStep) -> bool {
    desk_of(screen).is_some_and(|stock| stock.step == step)
}

fn wait_for(desk: &Desk, step: StockStep) -> Result<Screen> {
    desk.wait(&format!("the step {step:?}"), |screen| is_at(screen, step))
}

/// Waits for the row of that title, and touches it.
fn touch_row(desk: &mut Desk, title: &str) -> Result<()> {
    desk.wait(&format!("the row {title}"), |screen| row_of(screen, title).is_some())?;
    desk.tap_first(title, |element| element.role != "text" && element.label == title)
}

fn row_of<'a>(screen: &'a Screen, title: &str) -> Option<&'a ui::stock::StockRow> {
    desk_of(screen)?.rows.iter().find(|row| row.title == title)
}

/// What is counted of goods: on the card, or in its row.
fn quantity_of(screen: &Screen, name: &str) -> Option<String> {
    let stock = desk_of(screen)?;
    let card = stock.counted.as_ref().filter(|card| card.name == name).map(|card| card.quantity.clone());
    card.or_else(|| row_of(screen, name).map(|row| row.amount.clone()))
}

/// Her name and PIN, by touch.
fn sign_on(desk: &mut Desk, who: &Staff) -> Result<()> {
    touch_row(desk, who.name)?;
    wait_for(desk, StockStep::Ask)?;
    desk.touch_digits(who.pin)?;
    desk.touch("ok")?;
    wait_for(desk, StockStep::Menu)?;
    Ok(())
}

/// One step back after the other.
fn back_to_menu(desk: &mut Desk) -> Result<()> {
    for _ in 0..STEPS_MAX {
        let screen = desk.till.screen();
        let Some(now) = desk_of(&screen).filter(|stock| stock.step != StockStep::Menu) else { break };
        desk.touch("back")?;
        desk.wait("the step before", |screen| {
            desk_of(screen).is_some_and(|stock| (stock.step, &stock.title) != (now.step, &now.title))
        })?;
    }
    wait_for(desk, StockStep::Menu).map(drop)
}

/// Scans goods so many times; each is answered before the next.
fn count_pieces(desk: &mut Desk, code: &str, pieces: usize) -> Result<()> {
    for _ in 0..pieces {
        desk.scan(code)?;
        let screen = desk.till.screen();
        let told = desk_of(&screen).map(|stock| stock.message.clone()).unwrap_or_default();
        ensure!(told.is_empty(), "the desk says: {told}");
    }
    Ok(())
}
