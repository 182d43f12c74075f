//! Differences: sales meanwhile, a recount by the other one, approval, and head office's book.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use simulation::shop::{Good, SUPERVISOR};
use ui::stock::StockStep;

use super::super::floor::{Floor, OVER_HEAD_OFFICE};
use super::counting::{count_row, finish};
use super::{SHELF, STORE_ROOM, back_to_menu, count_pieces, desk_of, is_at, quantity_of, row_of, touch_row, wait_for};

/// Head office tells stock each minute after a count.
const COUNT_IS_OVER: Duration = Duration::from_secs(150);
/// Pause between two looks at head office's book.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The till sells one of what was counted; head office knows before anybody looks at differences.
pub fn sold_meanwhile(floor: &mut Floor) -> Result<()> {
    let sold = floor.till.goods(1).remove(0);
    let before = in_book(floor, &sold)?;
    floor.till.come_to_rest()?;
    floor.till.scan(&sold.code)?;
    floor.till.wait("the goods", |screen| screen.basket.lines.len() == 1)?;
    super::super::till::pay_exactly(&mut floor.till)?;
    wait_for_book(floor, &sold, before - 1)
}

/// The second one looks the count through and counts again what the first one alone has counted.
pub fn recount(floor: &mut Floor) -> Result<()> {
    let (_, two) = floor.two()?;
    let goods = two.goods(5);
    // Whoever has finished stands before it.
    let finished = words::say!(two.words, "stock-zone-finished", people = "");
    two.wait_for(OVER_HEAD_OFFICE, "both zones finished", |screen| {
        let ended = |zone| row_of(screen, zone).is_some_and(|row| row.detail.ends_with(finished.trim()));
        ended(SHELF) && ended(STORE_ROOM)
    })?;
    two.touch("review")?;
    wait_for(two, StockStep::Review)?;
    touch_row(two, &goods[1].name)?;
    two.wait("a tick", |screen| row_of(screen, &goods[1].name).is_some_and(|row| row.ticked))?;
    two.touch("recount")?;
    wait_for(two, StockStep::Count)?;
    // There were three.
    count_pieces(two, &goods[1].code, 3)?;
    two.wait("three of them", |screen| quantity_of(screen, &goods[1].name).is_some_and(|told| told.starts_with('3')))?;
    finish(two)
}

/// A cashier may not approve: the supervisor does, at the same handheld.
pub fn approve(floor: &mut Floor) -> Result<()> {
    let (_, two) = floor.two()?;
    let goods = two.goods(5);
    two.touch("review")?;
    let screen = wait_for(two, StockStep::Review)?;
    let open = desk_of(&screen).map(|stock| stock.rows.iter().any(|row| row.level != ui::screen::Level::Good));
    ensure!(open == Some(false), "something is still open: {:?}", desk_of(&screen).map(|stock| &stock.rows));
    two.touch("approve")?;
    touch_row(two, SUPERVISOR.name)?;
    wait_for(two, StockStep::Ask)?;
    two.touch_digits(SUPERVISOR.pin)?;
    two.touch("ok")?;
    two.wait("that it is booked", |screen| is_at(screen, StockStep::Menu))?;
    ensure!(count_row(two).is_err(), "the count is still open");
    // Five and twelve were counted, and one was sold since; a recount replaced the two by three.
    for (good, pieces) in [(&goods[0], 16), (&goods[1], 3), (&goods[2], 4), (&goods[3], 3)] {
        wait_for_book(floor, good, pieces)?;
    }
    let counts = floor.store.head_office(&["count", "list", "--store", floor.shop_id()])?;
    ensure!(counts.contains(SHELF) || !counts.is_empty(), "head office knows of no count");
    Ok(())
}

/// Nobody is asked to go on with it, at the handheld that opened it as little as at the other one.
pub fn over(floor: &mut Floor) -> Result<()> {
    let (one, two) = floor.two()?;
    for desk in [one, two] {
        back_to_menu(desk)?;
        desk.wait_for(COUNT_IS_OVER, "a menu without the count", |screen| {
            desk_of(screen).is_some_and(|stock| !stock.rows.iter().any(|row| row.id.starts_with("count:")))
        })?;
    }
    Ok(())
}

/// Head office's book of goods, in pieces.
pub fn in_book(floor: &Floor, good: &Good) -> Result<i64> {
    let book = floor.store.head_office(&["stock", "--store", floor.shop_id()])?;
    let of_good = book.lines().filter(|line| line.split(',').next() == Some(good.id.as_str()));
    let quantities = of_good.map(|line| {
        let cell = line.rsplit(',').find_map(|cell| cell.trim().parse::<f64>().ok());
        cell.map(|pieces| pieces.round() as i64).with_context(|| format!("no quantity in {line}"))
    });
    quantities.sum()
}

/// Waits until head office's book says so.
pub fn wait_for_book(floor: &Floor, good: &Good, pieces: i64) -> Result<()> {
    let until = Instant::now() + OVER_HEAD_OFFICE;
    loop {
        let told = in_book(floor, good)?;
        if told == pieces {
            return Ok(());
        }
        if Instant::now() > until {
            bail!("head office's book says {told} of {}, not {pieces}", good.name);
        }
        thread::sleep(LOOK_EVERY);
    }
}
