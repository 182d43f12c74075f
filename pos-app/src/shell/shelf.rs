//! What the devices last told of themselves, for the screen, the control socket and the metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::payment::Family;
use drivers::counter::Counter;
use drivers::registry::{DeviceConfig, DrawerConfig, Driver};
use drivers::tally::{Tallied, Tally};
use hal::{DeviceClass, Health, Interruption, Paper, PrinterStatus};

use crate::engine::{DeviceView, PortView, PrinterTrouble};

/// The devices of this till. Clones are the same shelf.
#[derive(Clone, Default)]
pub(super) struct Shelf(Arc<(Mutex<Inside>, Condvar)>);

#[derive(Default)]
struct Inside {
    devices: Vec<Kept>,
    /// The newest status of the receipt printer.
    paper: Option<PrinterStatus>,
    /// Whose payments each port moves.
    ports: BTreeMap<String, Vec<Family>>,
    /// Grows with every change of a state.
    changes: u64,
    closed: bool,
}

/// A device of the device file.
struct Kept {
    name: String,
    class: DeviceClass,
    driver: &'static str,
    /// Whether it is the one that the screen tells of: of printers the one that prints receipts.
    shown: bool,
    health: Option<Health>,
    tally: Option<Arc<Tally>>,
}

/// A device at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub name: String,
    pub class: DeviceClass,
    pub driver: &'static str,
    /// How it is; nothing before it has told.
    pub health: Option<Health>,
    pub tally: Tallied,
}

impl Shelf {
    /// A shelf with the devices of a device file, none of which has told anything yet.
    pub(super) fn of(config: &DeviceConfig) -> Shelf {
        let kept = |(name, class, driver): (&str, DeviceClass, &'static str)| Kept {
            name: name.to_owned(),
            class,
            driver,
            shown: true,
            health: None,
            tally: None,
        };
        let mut devices: Vec<Kept> = named(config).into_iter().map(kept).collect();
        let mut printers = devices.iter_mut().filter(|device| device.class == DeviceClass::Printer);
        printers.by_ref().take(1).count();
        printers.for_each(|further| further.shown = false);
        Shelf(Arc::new((Mutex::new(Inside { devices, ..Inside::default() }), Condvar::new())))
    }

    /// The devices run: what they do is counted from here on.
    pub(super) fn set_up(&self, counter: &Counter) {
        let mut inside = self.lock();
        for station in counter.stations() {
            if let Some(kept) = inside.devices.iter_mut().find(|kept| kept.name == station.name()) {
                kept.tally = Some(station.tally().clone());
            }
        }
        inside.ports = counter.payment_ports().map(|(name, families)| (name.to_owned(), families.to_vec())).collect();
    }

    /// A device has told how it is.
    pub(super) fn tell(&self, device: &str, health: &Health) {
        let mut inside = self.lock();
        if let Some(kept) = inside.devices.iter_mut().find(|kept| kept.name == device) {
            kept.health = Some(health.clone());
        }
        inside.changes += 1;
        self.0.1.notify_all();
    }

    /// The receipt printer has told of its paper, cover and faults.
    pub(super) fn tell_paper(&self, status: PrinterStatus) {
        self.lock().paper = Some(status);
    }

    /// Whether a device is the printer of receipts.
    pub(super) fn prints_receipts(&self, device: &str) -> bool {
        let is_it = |kept: &Kept| kept.name == device && kept.class == DeviceClass::Printer && kept.shown;
        self.lock().devices.iter().any(is_it)
    }

    /// How the devices of a class stand: the one that is worst off.
    pub(super) fn view(&self, class: DeviceClass) -> DeviceView {
        let inside = self.lock();
        let mut of_class = inside.devices.iter().filter(|kept| kept.class == class && kept.shown).peekable();
        if of_class.peek().is_none() {
            return DeviceView::Absent;
        }
        let worst = of_class.map(|kept| kept.health.as_ref()).max_by_key(|health| urgency(*health)).flatten();
        let hindrance = inside.paper.and_then(|status| status.hindrance());
        let near_end = inside.paper.is_some_and(|status| status.paper == Paper::NearEnd);
        match worst {
            None => DeviceView::Unknown,
            Some(Health::Unplugged) => DeviceView::Trouble(PrinterTrouble::Unplugged),
            Some(Health::Fault(_)) => DeviceView::Trouble(PrinterTrouble::Fault),
            Some(Health::Ready) if class != DeviceClass::Printer => DeviceView::Ready,
            Some(Health::Ready) => match hindrance {
                Some(why) => DeviceView::Trouble(trouble(why)),
                None if near_end => DeviceView::PaperLow,
                None => DeviceView::Ready,
            },
        }
    }

    /// Whose payments can be made: those of the ports that are reached.
    pub(super) fn ports(&self) -> PortView {
        let inside = self.lock();
        let ports = || inside.devices.iter().filter(|kept| kept.class == DeviceClass::Payment);
        if ports().next().is_none() {
            return PortView::Absent;
        }
        let reached = ports().filter(|kept| kept.health == Some(Health::Ready));
        let mut families: Vec<Family> =
            reached.filter_map(|kept| inside.ports.get(&kept.name)).flatten().copied().collect();
        families.sort_unstable();
        families.dedup();
        if families.is_empty() { PortView::Away } else { PortView::Ready(families) }
    }

    /// All devices as they are at this moment.
    pub(super) fn all(&self) -> Vec<Seen> {
        let seen = |kept: &Kept| Seen {
            name: kept.name.clone(),
            class: kept.class,
            driver: kept.driver,
            health: kept.health.clone(),
            tally: kept.tally.as_ref().map(|tally| tally.read()).unwrap_or_default(),
        };
        self.lock().devices.iter().map(seen).collect()
    }

    /// Waits until a state has changed beyond `seen`, or as long as `wait`; `None` when the till ends.
    pub(super) fn changed(&self, seen: u64, wait: Duration) -> Option<u64> {
        let inside = self.lock();
        let unchanged = |inside: &mut Inside| inside.changes == seen && !inside.closed;
        let waited = self.0.1.wait_timeout_while(inside, wait, unchanged);
        let (inside, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (!inside.closed).then_some(inside.changes)
    }

    /// The till ends.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.0.1.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The devices of a device file that have a thread of their own, with their classes and drivers. What hangs on a printer is
/// as the printer is.
fn named(config: &DeviceConfig) -> Vec<(&str, DeviceClass, &'static str)> {
    let mut all = Vec::new();
    all.extend(config.scanner.iter().map(|device| (device.name(), DeviceClass::Scanner, device.driver_name())));
    all.extend(config.printer.iter().map(|device| (device.name(), DeviceClass::Printer, device.driver_name())));
    all.extend(config.drawer.iter().filter_map(|drawer| match drawer {
        DrawerConfig::Printer(_) => None,
        DrawerConfig::Gpio(pins) => Some((pins.name.as_str(), DeviceClass::Drawer, "gpio")),
    }));
    all.extend(config.scale.iter().map(|device| (device.name(), DeviceClass::Scale, device.driver_name())));
    let displays = config.display.iter().filter(|device| device.printer().is_none());
    all.extend(displays.map(|device| (device.name(), DeviceClass::Display, device.driver_name())));
    all.extend(config.payment.iter().map(|device| (device.name(), DeviceClass::Payment, device.driver_name())));
    all.extend(config.indicator.iter().map(|device| (device.name(), DeviceClass::Indicator, device.driver_name())));
    all.extend(config.bagging.iter().map(|device| (device.name(), DeviceClass::Bagging, device.driver_name())));
    all.extend(config.speaker.iter().map(|device| (device.name(), DeviceClass::Speaker, device.driver_name())));
    all
}

/// Which of two states people should hear of first.
fn urgency(health: Option<&Health>) -> u8 {
    match health {
        Some(Health::Ready) => 0,
        None => 1,
        Some(Health::Unplugged) => 2,
        Some(Health::Fault(_)) => 3,
    }
}

/// What keeps a printer from printing.
pub(super) fn trouble(why: Interruption) -> PrinterTrouble {
    match why {
        Interruption::PaperOut => PrinterTrouble::PaperOut,
        Interruption::CoverOpen => PrinterTrouble::CoverOpen,
        Interruption::Unplugged | Interruption::NoAnswer => PrinterTrouble::Unplugged,
        Interruption::Fault(_) | Interruption::Offline => PrinterTrouble::Fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf() -> Shelf {
        let text = r#"
            [[scanner]]
            name = "left"
            driver = "serial"
            path = "/dev/a"
            [[scanner]]
            name = "right"
            driver = "serial"
            path = "/dev/b"
            [[printer]]
            name = "receipt"
            driver = "escpos"
            path = "/dev/c"
            width_mm = 80
            [[printer]]
            name = "kitchen"
            driver = "escpos"
            path = "/dev/d"
            width_mm = 80
        "#;
        Shelf::of(&DeviceConfig::from_toml(text).expect("a device file"))
    }

    #[test]
    fn the_device_that_is_worst_off_stands_for_its_class() {
        let shelf = shelf();
        assert_eq!(shelf.view(DeviceClass::Scanner), DeviceView::Unknown);
        assert_eq!(shelf.view(DeviceClass::Scale), DeviceView::Absent);
        shelf.tell("left", &Health::Ready);
        assert_eq!(shelf.view(DeviceClass::Scanner), DeviceView::Unknown);
        shelf.tell("right", &Health::Unplugged);
        assert_eq!(shelf.view(DeviceClass::Scanner), DeviceView::Trouble(PrinterTrouble::Unplugged));
        shelf.tell("right", &Health::Ready);
        assert_eq!(shelf.view(DeviceClass::Scanner), DeviceView::Ready);
        // Only the printer of receipts is the cashier's business.
        shelf.tell("receipt", &Health::Ready);
        shelf.tell("kitchen", &Health::Fault("on fire".into()));
        assert_eq!(shelf.view(DeviceClass::Printer), DeviceView::Ready);
        shelf.tell_paper(PrinterStatus { paper: Paper::NearEnd, ..PrinterStatus::UNKNOWN });
        assert_eq!(shelf.view(DeviceClass::Printer), DeviceView::PaperLow);
        shelf.tell_paper(PrinterStatus { paper: Paper::End, ..PrinterStatus::UNKNOWN });
        assert_eq!(shelf.view(DeviceClass::Printer), DeviceView::Trouble(PrinterTrouble::PaperOut));
    }

    /// The counter that docs/devices/README.md shows.
    #[test]
    fn the_counter_that_is_written_down_can_be_set_up() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/devices/README.md"));
        let page = page.expect("the page on devices");
        let (_, from) = page.split_once("```toml\n").expect("a device file");
        let (text, _) = from.split_once("```").expect("its end");
        let shelf = Shelf::of(&DeviceConfig::from_toml(text).expect("a device file that can be"));
        let shown: Vec<(String, DeviceClass)> = shelf.all().into_iter().map(|seen| (seen.name, seen.class)).collect();
        let named = |name: &str| shown.iter().find(|(known, _)| known == name).map(|(_, class)| *class);
        assert_eq!(named("flat scanner"), Some(DeviceClass::Scanner));
        assert_eq!(named("card terminal"), Some(DeviceClass::Payment));
        assert_eq!(shown.len(), 7, "what hangs on the printer is as the printer is: {shown:?}");
    }

    #[test]
    fn a_port_that_is_away_takes_only_its_own_payments_away() {
        let kept = |name: &str| Kept {
            name: name.to_owned(),
            class: DeviceClass::Payment,
            driver: "any",
            shown: true,
            health: None,
            tally: None,
        };
        let ports = BTreeMap::from([
            ("codes".to_owned(), vec![Family::WeChat, Family::Alipay]),
            ("cards".to_owned(), vec![Family::Terminal]),
        ]);
        let inside = Inside { devices: vec![kept("codes"), kept("cards")], ports, ..Inside::default() };
        let shelf = Shelf(Arc::new((Mutex::new(inside), Condvar::new())));
        assert_eq!(Shelf::default().ports(), PortView::Absent);
        assert_eq!(shelf.ports(), PortView::Away);
        shelf.tell("cards", &Health::Ready);
        assert_eq!(shelf.ports(), PortView::Ready(vec![Family::Terminal]));
        shelf.tell("codes", &Health::Ready);
        assert_eq!(shelf.ports(), PortView::Ready(vec![Family::WeChat, Family::Alipay, Family::Terminal]));
        shelf.tell("cards", &Health::Unplugged);
        assert_eq!(shelf.ports(), PortView::Ready(vec![Family::WeChat, Family::Alipay]));
    }
}
