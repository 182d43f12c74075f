//! What needs an attendant: at the machine by her card, or from her till over the lane.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use simulation::counter::Paper;
use simulation::provider::Fault;
use simulation::shop::SUPERVISOR;
use ui::kiosk::KioskStep;
use ui::screen::Panel;

use super::super::desk::Desk;
use super::super::floor::{Floor, NOBODY_PICKED, OVER_HEAD_OFFICE};
use super::{counting, face, go_without_receipt, grown_ups_good, is_at, pay_by_code, scan_to, wait_for};
use crate::store::sheets::card_of;

/// What telephones show; each pays once.
const BEER_CODE: &str = "134650021200347871";
const OTHER_BEER_CODE: &str = "134650021200347874";
const DOUBTFUL_CODE: &str = "284650021200347872";
const PICKED_CODE: &str = "134650021200347873";
/// Goods in the basket of who is picked.
const PICKED_GOODS: usize = 3;

pub fn age_at_machine(floor: &mut Floor) -> Result<()> {
    let (till, desk) = floor.both()?;
    let beer = grown_ups_good(desk)?;
    desk.scan(&beer.code)?;
    wait_for(desk, KioskStep::Wait)?;
    let call = till.words.say("kiosk-call-age");
    till.wait("the call at the till", |screen| screen.bar.devices.contains(&call))?;
    desk.scan(&card_of(&SUPERVISOR))?;
    wait_for(desk, KioskStep::Attendant)?;
    desk.touch("old-enough")?;
    desk.wait("the beer in the basket", |screen| is_at(screen, KioskStep::Scan) && counting(screen) == 1)?;
    till.wait("nobody who calls", |screen| !screen.bar.devices.contains(&call))?;
    pay_by_code(desk, BEER_CODE)?;
    go_without_receipt(desk)
}

pub fn age_from_till(floor: &mut Floor) -> Result<()> {
    let (till, desk) = floor.both()?;
    let beer = grown_ups_good(desk)?;
    desk.scan(&beer.code)?;
    wait_for(desk, KioskStep::Wait)?;
    let call = till.words.say("kiosk-call-age");
    till.wait("the call at the till", |screen| screen.bar.devices.contains(&call))?;
    answer_from_till(till, "kiosk-lane-granted")?;
    desk.wait("the beer in the basket", |screen| is_at(screen, KioskStep::Scan) && counting(screen) == 1)?;
    till.wait("nobody who calls", |screen| !screen.bar.devices.contains(&call))?;
    pay_by_code(desk, OTHER_BEER_CODE)?;
    go_without_receipt(desk)
}

/// She changes her mind: an attendant has to agree, and gives her leave by her card alone.
pub fn given_up(floor: &mut Floor) -> Result<()> {
    let (till, desk) = floor.both()?;
    let good = desk.goods(1).remove(0);
    scan_to(desk, &good.code, 1)?;
    desk.touch("give-up")?;
    wait_for(desk, KioskStep::Wait)?;
    let call = till.words.say("kiosk-call-leave");
    till.wait("the call at the till", |screen| screen.bar.devices.contains(&call))?;
    desk.scan(&card_of(&SUPERVISOR))?;
    wait_for(desk, KioskStep::Attract)?;
    till.wait("nobody who calls", |screen| !screen.bar.devices.contains(&call))?;
    Ok(())
}

pub fn help(floor: &mut Floor) -> Result<()> {
    let (till, desk) = floor.both()?;
    let good = desk.goods(1).remove(0);
    scan_to(desk, &good.code, 1)?;
    desk.tap(&desk.words.say("kiosk-view-call"))?;
    let call = till.words.say("kiosk-call-help");
    till.wait("the call at the till", |screen| screen.bar.devices.contains(&call))?;
    answer_from_till(till, "kiosk-lane-coming")?;
    let coming = desk.words.say("kiosk-coming");
    desk.wait("that somebody comes", |screen| face(screen).is_some_and(|kiosk| kiosk.called == coming))?;
    // She is there, and it is over.
    desk.scan(&card_of(&SUPERVISOR))?;
    wait_for(desk, KioskStep::Attendant)?;
    desk.touch("void-sale")?;
    wait_for(desk, KioskStep::Attract)?;
    till.wait("nobody who calls", |screen| !screen.bar.devices.contains(&call))?;
    Ok(())
}

pub fn in_doubt(floor: &mut Floor) -> Result<()> {
    let (_, desk) = floor.both()?;
    let good = desk.goods(1).remove(0);
    scan_to(desk, &good.code, 1)?;
    desk.touch("pay")?;
    wait_for(desk, KioskStep::Pay)?;
    desk.at.alipay.provider().soon([Some(Fault::LostAnswer), Some(Fault::SystemError), Some(Fault::SystemError)]);
    desk.at.scanner.scan(DOUBTFUL_CODE);
    let screen = desk.wait("a payment that is asked about", |screen| is_at(screen, KioskStep::Payment))?;
    ensure!(face(&screen).is_some_and(|kiosk| !kiosk.help.is_empty()), "nobody tells the shopper what to do");
    let doubt = desk.words.say("kiosk-payment-doubt");
    desk.wait_long("that it is in doubt", |screen| {
        face(screen).is_some_and(|kiosk| kiosk.title == doubt) || is_at(screen, KioskStep::Receipt)
    })?;
    desk.wait_long("the end of the doubt", |screen| is_at(screen, KioskStep::Receipt))?;
    go_without_receipt(desk)
}

pub fn to_till(floor: &mut Floor) -> Result<()> {
    let (till, desk) = floor.both()?;
    let good = desk.goods(1).remove(0);
    scan_to(desk, &good.code, 1)?;
    let before = desk.at.printer.papers().len();
    desk.scan(&card_of(&SUPERVISOR))?;
    wait_for(desk, KioskStep::Attendant)?;
    desk.touch("to-till")?;
    wait_for(desk, KioskStep::Attract)?;
    // Its slip is carried to the till.
    let slip = desk.papers_after(before)?.iter().find_map(code_on).context("a code on the slip")?;
    till.come_to_rest()?;
    let until = Instant::now() + OVER_HEAD_OFFICE;
    till.scan(&slip)?;
    // The self-checkout's journal has to arrive first.
    while !till.settles(|screen| screen.basket.lines.len() == 1) {
        ensure!(Instant::now() < until, "the till does not know the slip {slip}");
        till.scan(&slip)?;
    }
    super::super::till::pay_exactly(till)
}

pub fn picked_by_chance(floor: &mut Floor) -> Result<()> {
    let desk = &mut floor.kiosk()?.desk;
    for (no, good) in desk.goods(PICKED_GOODS).iter().enumerate() {
        scan_to(desk, &good.code, no + 1)?;
    }
    // A line is shown first and written within some milliseconds.
    desk.wait_a_moment();
    // A shop that bears no loss at all looks at everybody.
    floor.restart_kiosk(0)?;
    let (till, desk) = floor.both()?;
    desk.wait("the same basket after the power cut", |screen| {
        is_at(screen, KioskStep::Scan) && counting(screen) == PICKED_GOODS
    })?;
    desk.touch("pay")?;
    wait_for(desk, KioskStep::Wait)?;
    let call = till.words.say("kiosk-call-rescan");
    till.wait("the call at the till", |screen| screen.bar.devices.contains(&call))?;
    desk.scan(&card_of(&SUPERVISOR))?;
    wait_for(desk, KioskStep::Attendant)?;
    for good in desk.goods(PICKED_GOODS) {
        desk.scan(&good.code)?;
    }
    if desk.settles(|screen| is_at(screen, KioskStep::Attendant)) {
        desk.touch("look-done")?;
    }
    wait_for(desk, KioskStep::Pay)?;
    desk.at.scanner.scan(PICKED_CODE);
    wait_for(desk, KioskStep::Receipt)?;
    go_without_receipt(desk)?;
    floor.restart_kiosk(NOBODY_PICKED)?;
    wait_for(&floor.kiosk()?.desk, KioskStep::Attract)?;
    Ok(())
}

/// The attendant answers the call from her till.
pub fn answer_from_till(till: &mut Desk, answer: &str) -> Result<()> {
    if matches!(till.till.screen().panel, Panel::Change { .. }) {
        till.press("Esc")?;
        till.wait("the till at rest", |screen| matches!(screen.panel, Panel::Sell { .. }))?;
    }
    till.begin("self_checkouts")?;
    let screen = till.wait("the self-checkouts", |screen| matches!(screen.panel, Panel::Choose { .. }))?;
    let Panel::Choose { choices, .. } = &screen.panel else { anyhow::bail!("nothing to choose") };
    let machine = choices.first().context("a self-checkout")?.title.clone();
    // The call in the bar begins with its name, too.
    till.tap_first(&machine, |element| element.role != "text" && element.label == machine)?;
    till.wait("what she says", |screen| matches!(screen.panel, Panel::Ask { .. }))?;
    let answer = till.words.say(answer);
    till.tap_first(&answer, |element| element.role != "text" && element.label.starts_with(&answer))?;
    till.wait("the till as before", |screen| matches!(screen.panel, Panel::Sell { .. } | Panel::Change { .. }))?;
    Ok(())
}

/// The bar code on a paper.
fn code_on(paper: &Paper) -> Option<String> {
    let code = |line: &String| Some(line.trim().strip_prefix("[CODE128 ")?.strip_suffix(']')?.to_owned());
    paper.lines.iter().find_map(code)
}
