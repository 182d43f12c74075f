//! Into service and out of it, and baskets that nobody answers for.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use simulation::shop::{SUPERVISOR, amount_text};
use ui::kiosk::KioskStep;

use super::super::floor::Floor;
use super::{GROWN_UPS_SHELF, face, is_at, scan_to, wait_for};
use crate::store::sheets::card_of;

/// How long the first catalogue may take.
const FIRST_CATALOGUE: Duration = Duration::from_secs(60);
/// How long a shopper is waited for at the most, and somewhat more.
const LEFT_AFTER: Duration = Duration::from_secs(90);

pub fn open(floor: &mut Floor) -> Result<()> {
    sell_beer_to_grown_ups_alone(floor)?;
    floor.add_kiosk()?;
    let desk = &mut floor.kiosk()?.desk;
    let staff_key = desk.words.say("kiosk-view-staff");
    wait_for(desk, KioskStep::Closed)?;
    // Without a catalogue it knows nobody.
    desk.wait_for(FIRST_CATALOGUE, "the first catalogue", |screen| screen.bar.store.contains('·'))?;
    desk.tap(&staff_key)?;
    wait_for(desk, KioskStep::Attendant)?;
    let done = desk.words.say("kiosk-view-ok");
    desk.touch_digits(SUPERVISOR.id)?;
    desk.tap(&done)?;
    let pin = desk.words.say("kiosk-pin");
    desk.wait("the question for the PIN", |screen| face(screen).is_some_and(|kiosk| kiosk.title == pin))?;
    desk.touch_digits(SUPERVISOR.pin)?;
    desk.tap(&done)?;
    wait_for(desk, KioskStep::Attract)?;
    Ok(())
}

/// Head office learns that beer is for grown-ups.
fn sell_beer_to_grown_ups_alone(floor: &Floor) -> Result<()> {
    let mut sheet = String::from("id,code,name,name_en,price,unit,tax,category,age\n");
    for good in floor.till.shop.goods.iter().filter(|good| good.category == GROWN_UPS_SHELF) {
        let _ = writeln!(
            sheet,
            "{},{},\"{}\",\"{}\",{},piece,{},{},18",
            good.id,
            good.code,
            good.name,
            good.name_en,
            amount_text(good.price),
            good.tax,
            good.category
        );
    }
    floor.import("items", "grown-ups.csv", &sheet, &["--currency", "CNY"])
}

pub fn left_alone(floor: &mut Floor) -> Result<()> {
    let (till, desk) = floor.both()?;
    let good = desk.goods(1).remove(0);
    scan_to(desk, &good.code, 1)?;
    let asked = |screen: &ui::Screen| face(screen).is_some_and(|kiosk| kiosk.leaves_in_s.is_some());
    desk.wait_for(LEFT_AFTER, "the question whether she is there", asked)?;
    desk.tap(&desk.words.say("kiosk-view-stay"))?;
    desk.wait("the basket again", |screen| !asked(screen) && is_at(screen, KioskStep::Scan))?;
    desk.wait_for(LEFT_AFTER, "the question again", asked)?;
    desk.wait_for(LEFT_AFTER, "the next shopper's turn", |screen| is_at(screen, KioskStep::Attract))?;
    let left = till.words.say("kiosk-call-left");
    till.wait("the call that somebody has left", |screen| screen.bar.devices.contains(&left))?;
    super::attended::answer_from_till(till, "kiosk-lane-granted")?;
    till.wait("nobody who calls", |screen| !screen.bar.devices.contains(&left))?;
    Ok(())
}

pub fn close(floor: &mut Floor) -> Result<()> {
    let desk = &mut floor.kiosk()?.desk;
    let before = desk.at.printer.papers().len();
    desk.scan(&card_of(&SUPERVISOR))?;
    wait_for(desk, KioskStep::Attendant)?;
    desk.touch("close-day")?;
    wait_for(desk, KioskStep::Closed)?;
    let papers = desk.papers_after(before)?;
    let report = papers.last().context("a paper")?.text();
    ensure!(!report.is_empty(), "the Z report is blank");
    Ok(())
}
