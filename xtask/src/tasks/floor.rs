//! The shop's floor: who sits and stands where, each before a window on a display of its own.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use simulation::shop::{SUPERVISOR, Shop};
use ui::Intent;
use ui::kiosk::KioskStep;
use ui::stock::StockStep;

use super::Place;
use super::desk::Desk;
use super::display::Display;
use crate::store::sheets::card_of;
use crate::store::{Database, Glass, Interrupt, Model, Places, Setting, Station, Store, Terminal};

/// Wishes by which a terminal comes to rest after a task that failed.
const REST_TRIES: usize = 10;
/// How long something may take from one terminal over head office to another.
pub const OVER_HEAD_OFFICE: Duration = Duration::from_secs(60);
/// What a look by chance may be expected to lose, in minor units: nobody is picked.
pub const NOBODY_PICKED: u32 = 1_000_000;

/// Everybody.
pub struct Floor<'a> {
    // Ended in this order.
    /// The cashier, who is the attendant, too.
    pub till: Desk<'a>,
    /// The shopper at the self-checkout.
    pub kiosk: Option<Seat<'a>>,
    /// Those who are between the shelves.
    pub shelf: Vec<Seat<'a>>,
    /// The store around them.
    pub store: Store,
    _display: Display,
    lane: String,
    shop: &'a Shop,
    places: &'a Places,
}

/// Somebody at a further terminal.
pub struct Seat<'a> {
    // Ended in this order.
    /// She, before her window.
    pub desk: Desk<'a>,
    /// The terminal.
    pub terminal: Terminal,
    display: Display,
}

impl<'a> Floor<'a> {
    /// Opens a store with its till's window.
    pub fn open(shop: &'a Shop, places: &'a Places, interrupt: &Interrupt) -> Result<Floor<'a>> {
        let display = Display::open(1280, 800, &places.store)?;
        let lane = free_address()?;
        let glass = Glass::Window(Some(display.name.clone()));
        let setting = Setting { database: Database::Sqlite, glass, lane: Some(lane.clone()) };
        let store = Store::open(shop, places, &setting, interrupt)?;
        let till = Desk::sit(&store.till.control, store.counter.station(), shop, &display.name)?;
        Ok(Floor { till, kiosk: None, shelf: Vec::new(), store, _display: display, lane, shop, places })
    }

    /// The store's id.
    pub fn shop_id(&self) -> &'static str {
        self.shop.settings.id
    }

    /// Head office imports a sheet.
    pub fn import(&self, what: &str, name: &str, sheet: &str, options: &[&str]) -> Result<()> {
        let file = self.places.file(name);
        std::fs::write(&file, sheet).with_context(|| format!("failed writing {name}"))?;
        let file = file.display().to_string();
        let said = self.store.head_office(&[&["import", what, &file], options].concat())?;
        ensure!(said.contains(" 0 rejected"), "head office did not take all of {name}: {said}");
        Ok(())
    }

    /// The self-checkout.
    pub fn kiosk(&mut self) -> Result<&mut Seat<'a>> {
        self.kiosk.as_mut().context("there is no self-checkout")
    }

    /// The attendant at the till and the shopper at the self-checkout.
    pub fn both(&mut self) -> Result<(&mut Desk<'a>, &mut Desk<'a>)> {
        let kiosk = self.kiosk.as_mut().context("there is no self-checkout")?;
        Ok((&mut self.till, &mut kiosk.desk))
    }

    /// The two people between the shelves.
    pub fn two(&mut self) -> Result<(&mut Desk<'a>, &mut Desk<'a>)> {
        match &mut self.shelf[..] {
            [one, two, ..] => Ok((&mut one.desk, &mut two.desk)),
            _ => bail!("nobody is between the shelves"),
        }
    }

    /// Sets a self-checkout up beside the till, in portrait.
    pub fn add_kiosk(&mut self) -> Result<()> {
        let station = Station::plug(self.places, "kiosk", (&self.store.counter, self.shop.settings.currency))?;
        let devices = station.kiosk_file(&self.store.counter, &self.lane, NOBODY_PICKED);
        self.kiosk = Some(self.add(("kiosk", "kiosk", (1080, 1920)), station, &devices)?);
        Ok(())
    }

    /// Switches the self-checkout off and on again, which may lose so much by those who are not picked.
    pub fn restart_kiosk(&mut self, loss_bound: u32) -> Result<()> {
        let Seat { desk, mut terminal, display } = self.kiosk.take().context("there is no self-checkout")?;
        let station = desk.at.clone();
        terminal.set_devices(&station.kiosk_file(&self.store.counter, &self.lane, loss_bound))?;
        terminal.kill()?;
        terminal.start()?;
        let counted = desk.counted();
        let mut again = Desk::sit(&terminal.control, station, self.shop, &display.name)?;
        again.counts_from(counted);
        self.kiosk = Some(Seat { desk: again, terminal, display });
        Ok(())
    }

    /// Somebody takes a handheld.
    pub fn add_handheld(&mut self, name: &'static str, size: (u32, u32)) -> Result<()> {
        let station = Station::plug(self.places, name, (&self.store.counter, self.shop.settings.currency))?;
        let devices = station.handheld_file();
        let seat = self.add((name, "handheld", size), station, &devices)?;
        self.shelf.push(seat);
        Ok(())
    }

    fn add(
        &self,
        (name, face, size): (&'static str, &'static str, (u32, u32)),
        station: Station,
        devices: &str,
    ) -> Result<Seat<'a>> {
        let display = Display::open(size.0, size.1, &self.places.store)?;
        let glass = Glass::Window(Some(display.name.clone()));
        let mut terminal = self.store.add(Model { name, face, size, glass })?;
        terminal.set_devices(devices)?;
        terminal.start()?;
        let desk = Desk::sit(&terminal.control, station, self.shop, &display.name)?;
        Ok(Seat { desk, terminal, display })
    }

    /// Touches, keys and scans of everybody so far.
    pub fn counted(&self) -> (u32, u32, u32) {
        let further = self.kiosk.iter().chain(&self.shelf).map(|seat| seat.desk.counted());
        further.fold(self.till.counted(), |sum, one| (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2))
    }

    /// Pictures of the windows of a place, under a name without its ending.
    pub fn pictures(&mut self, place: Place, name: &Path) -> Result<()> {
        let mut shown: Vec<(&mut Desk, String)> = match place {
            Place::Till => vec![(&mut self.till, String::new())],
            Place::Kiosk => self.kiosk.iter_mut().map(|seat| (&mut seat.desk, String::new())).collect(),
            Place::Shelf => {
                self.shelf.iter_mut().enumerate().map(|(no, seat)| (&mut seat.desk, format!("-{}", no + 1))).collect()
            }
        };
        for (desk, which) in &mut shown {
            let mut file = name.as_os_str().to_owned();
            file.push(format!("{which}.png"));
            desk.picture(Path::new(&file))?;
        }
        Ok(())
    }

    /// Brings a place back to where its next task begins, after one that failed; counts as nobody's work.
    pub fn comes_to_rest(&mut self, place: Place) -> bool {
        let rests = match place {
            Place::Till => self.till.come_to_rest(),
            Place::Kiosk => self.till.come_to_rest().and_then(|()| self.kiosk().and_then(kiosk_rests)),
            Place::Shelf => self.shelf.iter_mut().try_for_each(shelf_rests),
        };
        rests.is_ok()
    }
}

fn kiosk_rests(seat: &mut Seat) -> Result<()> {
    for _ in 0..REST_TRIES {
        let screen = seat.desk.till.screen();
        let Some(kiosk) = &screen.kiosk else { break };
        let wish = match kiosk.step {
            KioskStep::Attract => return Ok(()),
            KioskStep::Payment => "cancel-payment",
            KioskStep::Wait => {
                seat.desk.at.scanner.scan(&card_of(&SUPERVISOR));
                "back"
            }
            KioskStep::Receipt => "receipt-none",
            KioskStep::Thanks => "done",
            KioskStep::Attendant => "attendant-done",
            KioskStep::Scan if kiosk.keys.iter().any(|key| key.id == "give-up") => "give-up",
            _ => "back",
        };
        seat.desk.wish_and_wait(&Intent::Press { key: wish.to_owned() })?;
    }
    bail!("the self-checkout does not come to rest")
}

fn shelf_rests(seat: &mut Seat) -> Result<()> {
    for _ in 0..REST_TRIES {
        let screen = seat.desk.till.screen();
        let Some(stock) = &screen.stock else { break };
        if stock.step == StockStep::Menu {
            return Ok(());
        }
        seat.desk.wish_and_wait(&Intent::Press { key: "back".to_owned() })?;
    }
    bail!("the handheld does not come to rest")
}

/// An address of this machine at which nobody listens.
fn free_address() -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("failed finding a free port")?;
    Ok(listener.local_addr().context("failed finding a free port")?.to_string())
}
