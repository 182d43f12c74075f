//! Two people count.

use std::thread;

use anyhow::{Context, Result, anyhow};
use ui::stock::StockStep;

use super::super::desk::Desk;
use super::super::floor::{Floor, OVER_HEAD_OFFICE};
use super::{
    ONE, SHELF, STORE_ROOM, TWO, count_pieces, desk_of, quantity_of, sign_on as identify, touch_row, wait_for,
};

pub fn sign_on(floor: &mut Floor) -> Result<()> {
    floor.add_handheld("handheld", (720, 1280))?;
    floor.add_handheld("handheld-2", (480, 800))?;
    let (one, two) = floor.two()?;
    for (desk, who) in [(one, &ONE), (two, &TWO)] {
        let first = |screen: &ui::Screen| desk_of(screen).is_some_and(|stock| !stock.rows.is_empty());
        desk.wait_for(OVER_HEAD_OFFICE, "the first catalogue", first)?;
        identify(desk, who)?;
    }
    Ok(())
}

pub fn open(floor: &mut Floor) -> Result<()> {
    let (one, two) = floor.two()?;
    let category = one.goods(1).remove(0).category;
    one.touch("count")?;
    wait_for(one, StockStep::Choose)?;
    one.touch("category")?;
    touch_row(one, &category)?;
    one.wait("the zones", |screen| super::row_of(screen, SHELF).is_some())?;
    // It stands in the other one's menu by itself.
    let opened = |screen: &ui::Screen| {
        desk_of(screen).is_some_and(|stock| stock.rows.iter().any(|row| row.id.starts_with("count:")))
    };
    two.wait_for(OVER_HEAD_OFFICE, "the count at the other handheld", opened)?;
    Ok(())
}

/// The first begins with the shelf; the second joins her there, and both scan at the same time.
pub fn together(floor: &mut Floor) -> Result<()> {
    let (one, two) = floor.two()?;
    let goods = one.goods(5);
    touch_row(one, SHELF)?;
    wait_for(one, StockStep::Count)?;
    count_pieces(one, &goods[0].code, 1)?;
    let count = count_row(two)?;
    touch_row(two, &count)?;
    let joined = one.words.say("stock-zone-untouched");
    two.wait_for(OVER_HEAD_OFFICE, "that somebody counts the shelf", |screen| {
        super::row_of(screen, SHELF).is_some_and(|row| row.detail != joined)
    })?;
    touch_row(two, SHELF)?;
    wait_for(two, StockStep::Count)?;
    at_once(
        (one, &|desk| {
            count_pieces(desk, &goods[0].code, 2)?;
            count_pieces(desk, &goods[1].code, 2)
        }),
        (two, &|desk| {
            count_pieces(desk, &goods[0].code, 2)?;
            count_pieces(desk, &goods[2].code, 4)
        }),
    )?;
    for desk in [one, two] {
        for (good, pieces) in [(&goods[0], "5"), (&goods[1], "2"), (&goods[2], "4")] {
            desk.wait_for(OVER_HEAD_OFFICE, &format!("{pieces} × {} at both", good.name), |screen| {
                quantity_of(screen, &good.name).is_some_and(|told| told.starts_with(pieces))
            })?;
        }
    }
    Ok(())
}

/// The second goes to the store room while the first goes on.
pub fn apart(floor: &mut Floor) -> Result<()> {
    let (one, two) = floor.two()?;
    let goods = one.goods(5);
    two.touch("back")?;
    wait_for(two, StockStep::Menu)?;
    let count = count_row(two)?;
    touch_row(two, &count)?;
    touch_row(two, STORE_ROOM)?;
    wait_for(two, StockStep::Count)?;
    at_once(
        (one, &|desk| {
            count_pieces(desk, &goods[3].code, 3)?;
            finish(desk)
        }),
        (two, &|desk| {
            count_pieces(desk, &goods[0].code, 1)?;
            // Many of the same: one scan, and the number.
            desk.touch("quantity")?;
            wait_for(desk, StockStep::Ask)?;
            desk.touch_digits("12")?;
            desk.touch("ok")?;
            desk.wait("twelve", |screen| {
                quantity_of(screen, &goods[0].name).is_some_and(|told| told.starts_with("12"))
            })?;
            finish(desk)
        }),
    )
}

/// She has been through her zone.
pub fn finish(desk: &mut Desk) -> Result<()> {
    desk.touch("finish")?;
    desk.touch("finish_pass")?;
    desk.wait("the zones", |screen| super::row_of(screen, SHELF).is_some())?;
    Ok(())
}

/// The title of the count in the menu.
pub fn count_row(desk: &mut Desk) -> Result<String> {
    let screen = desk.till.screen();
    let rows = desk_of(&screen).map(|stock| stock.rows.clone()).unwrap_or_default();
    Ok(rows.into_iter().find(|row| row.id.starts_with("count:")).context("the count in the menu")?.title)
}

type Work<'w> = &'w (dyn Fn(&mut Desk) -> Result<()> + Sync);

/// Two people at the same time.
fn at_once((one, work): (&mut Desk, Work), (two, other_work): (&mut Desk, Work)) -> Result<()> {
    thread::scope(|both| {
        let other = both.spawn(move || other_work(two));
        let done = work(one).context("at the first handheld");
        let other = other.join().map_err(|_| anyhow!("the second one's thread ended"))?;
        done.and(other.context("at the second handheld"))
    })
}
