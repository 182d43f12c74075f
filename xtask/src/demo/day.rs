//! A day in the store: shoppers come, the drawer is counted, the day is closed.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};
use indicatif::ProgressBar;
use simulation::counter::Paper;
use simulation::shop::{STAFF, Shop, amount_in};
use simulation::street::{Cashier, Count, StreetError, TillError, Visit};
use ui::Screen;
use ui::screen::Panel;

use super::glass::Glass;
use super::incidents::Incidents;
use super::{Interrupt, Options};
use crate::store::Places;
use crate::store::Store;

/// How long the last papers may take to come out.
const PAPER_PATIENCE: Duration = Duration::from_secs(60);
/// How long a printer rests that has nothing more to print.
const PAPER_QUIET: Duration = Duration::from_millis(700);
/// Pause between steps when people watch.
const WATCHED_PACE: Duration = Duration::from_millis(120);
/// How long a person who has taken over may leave the till before the street goes on.
const TAKEN_OVER_QUIET: Duration = Duration::from_secs(20);
/// How long a person may keep the till.
const TAKEN_OVER_MAX: Duration = Duration::from_secs(3600);
/// How long a picture may take to be drawn.
const PICTURE_PATIENCE: Duration = Duration::from_secs(20);

/// What surrounds a day.
pub struct Around<'a> {
    /// The shop.
    pub shop: &'a Shop,
    /// What was asked for.
    pub options: &'a Options,
    /// Ctrl-C.
    pub interrupt: &'a Interrupt,
    /// Where things are kept.
    pub places: &'a Places,
    /// How far the day is.
    pub bar: &'a ProgressBar,
}

/// What the day left behind.
pub struct Day {
    /// What the street counted; nothing where a person took over.
    pub count: Option<Count>,
    /// What happened, in words.
    pub incidents: Vec<String>,
    /// Papers in the order in which they came out.
    pub papers: Vec<Paper>,
    /// Pulses that the drawer got.
    pub drawer_kicks: u32,
    /// From the scanner's last byte to the line on the screen.
    pub scan_times: Vec<Duration>,
    /// From a shopper's first good to her change.
    pub sale_times: Vec<Duration>,
    /// From the till's power back to selling, after each cut.
    pub resume_times: Vec<Duration>,
    /// From the till's start to selling, PIN and float included.
    pub first_start: Duration,
    /// Whole day.
    pub took: Duration,
    /// What the shoppers read.
    pub glass: Glass,
}

/// Lets the shoppers through and closes the day.
pub fn live(store: &mut Store, visits: &[Visit], around: &Around) -> Result<Day> {
    let begun = Instant::now();
    let picture = around.places.screen("01-locked.png");
    let (scanner, scale) = (Box::new(store.counter.scanner.clone()), Box::new(store.counter.scale.clone()));
    let opened = Cashier::arrive(around.shop, STAFF[1], &store.till.control, (scanner, scale));
    let mut cashier = opened.map_err(|error| explain(store, error))?;
    if let Some(path) = picture {
        let knows_staff = |screen: &Screen| matches!(&screen.panel, Panel::Locked { staff, .. } if !staff.is_empty());
        // A till that is slow to get its catalogue is pictured as it is.
        let _ = cashier.till().wait("the lock", PICTURE_PATIENCE, knows_staff);
        cashier.till().picture(&path, PICTURE_PATIENCE)?;
    }
    cashier.begin().map_err(|error| explain(store, error))?;
    let first_start = begun.elapsed();
    if around.options.has_window() {
        cashier.pace = WATCHED_PACE;
    }
    let mut incidents = Incidents::plan(visits, around.places, around.interrupt);
    let mut sale_times = Vec::new();
    let mut taken_over = false;
    for (no, visit) in visits.iter().enumerate() {
        around.bar.set_message(incidents.word(store));
        let served = cashier.serve(no, visit, &mut |moment| Ok(incidents.happen(store, moment)?));
        match served {
            Ok(served) => sale_times.push(served.took),
            Err(error) if around.options.has_window() && is_strange(&error) => {
                taken_over = true;
                around.bar.println(format!("somebody has taken over ({error}); the street waits"));
                wait_until_left(&mut cashier, around.interrupt)?;
            }
            Err(error) => return Err(explain(store, error)),
        }
        around.bar.inc(visit.sales() as u64);
        incidents.after(store, &mut cashier, no)?;
    }
    around.bar.set_message("closing the day");
    incidents.end(store)?;
    close(&mut cashier, store, around, &mut incidents, taken_over).map_err(|error| explain(store, error))?;
    if cashier.lost_steps > 0 {
        let told = "a step that had just come to the screen was not on the disk yet when the power failed: done again";
        incidents.told.push(told.to_owned());
    }
    let notices = cashier.notices.iter().map(|notice| format!("notice read: {notice}"));
    Ok(Day {
        count: (!taken_over).then(|| cashier.count.clone()),
        incidents: incidents.told.drain(..).chain(notices).collect(),
        papers: incidents.papers,
        drawer_kicks: store.counter.printer.drawer_kicks(),
        scan_times: cashier.scan_times.clone(),
        sale_times,
        resume_times: cashier.resume_times.clone(),
        first_start,
        took: begun.elapsed(),
        glass: incidents.glass,
    })
}

/// Looks at the X in both languages, closes with the counted drawer, and takes the last papers.
fn close(
    cashier: &mut Cashier,
    store: &mut Store,
    around: &Around,
    incidents: &mut Incidents,
    taken_over: bool,
) -> Result<(), StreetError> {
    cashier.show_goods()?;
    if let Some(path) = around.places.screen("20-english.png") {
        cashier.switch_language("en")?;
        cashier.till().picture(&path, PICTURE_PATIENCE)?;
        cashier.switch_language("zh-CN")?;
    }
    // The drawer is counted blind; what a stranger has taken only the running totals tell.
    let counted = if taken_over { expected_cash(&cashier.show_running_totals()?) } else { None };
    cashier.show_close()?;
    let counted = counted.unwrap_or(around.shop.settings.float + cashier.count.cash);
    if let Some(path) = around.places.screen("21-close.png") {
        cashier.till().picture(&path, PICTURE_PATIENCE)?;
    }
    incidents.glass.rest(&store.counter.display);
    cashier.close_shift(counted)?;
    if let Some(path) = around.places.screen("22-closed.png") {
        cashier.till().picture(&path, PICTURE_PATIENCE)?;
    }
    wait_for_last_papers(store, incidents);
    incidents.glass.end(&store.counter.display);
    Ok(())
}

/// Paper comes out slower than shoppers are served; the last is out when the printer has rested for a while.
fn wait_for_last_papers(store: &Store, incidents: &mut Incidents) {
    let (mut papers, mut since) = (incidents.papers.len(), Instant::now());
    let until = Instant::now() + PAPER_PATIENCE;
    while since.elapsed() < PAPER_QUIET && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
        incidents.collect(store);
        if incidents.papers.len() != papers || !store.counter.printer.hanging().is_blank() {
            (papers, since) = (incidents.papers.len(), Instant::now());
        }
    }
}

/// What the screen says should be in the drawer: the last amount among its rows.
fn expected_cash(report: &Screen) -> Option<i64> {
    match &report.panel {
        Panel::Report { rows, .. } => rows.iter().rev().find_map(|(_, amount)| amount_in(amount)),
        _ => None,
    }
}

fn is_strange(error: &StreetError) -> bool {
    matches!(
        error,
        StreetError::Till(TillError::Silent { .. }) | StreetError::Differs { .. } | StreetError::NotSelling(_)
    )
}

/// Waits until nothing has changed for a while and nothing is in the basket.
fn wait_until_left(cashier: &mut Cashier, interrupt: &Interrupt) -> Result<()> {
    let mut seen = cashier.till().screen();
    let mut since = Instant::now();
    let until = Instant::now() + TAKEN_OVER_MAX;
    loop {
        interrupt.check()?;
        let screen = cashier.till().screen();
        let rests = screen.basket.lines.iter().all(|line| line.voided) || matches!(screen.panel, Panel::Change { .. });
        if !rests || (&screen.panel, &screen.basket) != (&seen.panel, &seen.basket) {
            (seen, since) = (screen, Instant::now());
        } else if since.elapsed() > TAKEN_OVER_QUIET {
            return Ok(());
        }
        if Instant::now() > until {
            bail!("somebody took the till over and left goods in its basket");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The street's error, or better the reason behind it when a part has ended by itself.
fn explain(store: &mut Store, error: StreetError) -> anyhow::Error {
    // A part that ends takes a moment to be gone.
    std::thread::sleep(Duration::from_millis(200));
    match (store.check(), error) {
        (Err(reason), _) => reason,
        (Ok(()), StreetError::Around(source)) => anyhow!(source),
        (Ok(()), error) => anyhow::Error::new(error).context("the street stopped"),
    }
}
