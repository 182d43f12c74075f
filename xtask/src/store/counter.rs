//! What stands on the counter: each device the other end of a real wire, and the two providers that the till asks for
//! money behind real HTTPS.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use simulation::counter::{
    DisplayModel, PrinterModel, ScaleTongue, VirtualDisplay, VirtualPrinter, VirtualScale, VirtualScanner,
    VirtualTerminal,
};
use simulation::provider::codec::Settings;
use simulation::provider::{Protocol, Server};

use super::places::Places;
use super::station::Station;

/// Columns of the customer display.
pub const DISPLAY_COLUMNS: usize = 20;
/// Numbers of ISO 4217 that card terminals know.
const CURRENCY_NUMBERS: [(&str, u16); 3] = [("CNY", 156), ("GBP", 826), ("EUR", 978)];
/// How often the cashier's hand looks at the drawer, which stands open for at least as long.
const HAND_LOOKS_EVERY: Duration = Duration::from_millis(100);

/// The devices of the till.
pub struct Counter {
    /// Reads goods and telephones.
    pub scanner: VirtualScanner,
    /// Prints, with the drawer below it.
    pub printer: VirtualPrinter,
    /// Speaks CAS type 6.
    pub scale: VirtualScale,
    /// Two lines towards the shopper.
    pub display: VirtualDisplay,
    /// Speaks ZVT.
    pub terminal: VirtualTerminal,
    /// WeChat Pay.
    pub wechat: Wallet,
    /// Alipay.
    pub alipay: Wallet,
    display_path: PathBuf,
    currency: &'static str,
    _hand: Hand,
}

/// A provider, and the account that the till has there.
pub struct Wallet {
    /// Where it is.
    pub server: Server,
    /// The till's account.
    pub account: Settings,
    table: String,
}

/// Pushes the drawer shut whenever it stands open, as cashiers do after giving change.
struct Hand {
    gone: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Counter {
    /// Switches everything on.
    pub fn plug(places: &Places, currency: &'static str) -> Result<Counter> {
        let letters = DisplayModel::Letters { columns: DISPLAY_COLUMNS, hanzi: true };
        let printer = VirtualPrinter::plug(places.file("printer"), PrinterModel::MM80)
            .context("failed switching the printer on")?;
        let display_path = places.file("display");
        Ok(Counter {
            scanner: VirtualScanner::plug(places.file("scanner"), "\r\n").context("failed plugging the scanner in")?,
            scale: VirtualScale::plug(places.file("scale"), ScaleTongue::CasType6)
                .context("failed switching the scale on")?,
            display: VirtualDisplay::plug(&display_path, letters).context("failed plugging the customer display in")?,
            terminal: VirtualTerminal::plug([0; 3], number_of(currency))
                .context("failed switching the card terminal on")?,
            wechat: Wallet::open(Protocol::WeChatV3, places.file("wechat"))?,
            alipay: Wallet::open(Protocol::Alipay, places.file("alipay"))?,
            _hand: Hand::at(printer.clone()).context("failed seating the cashier")?,
            printer,
            display_path,
            currency,
        })
    }

    /// The device file for the till.
    pub fn device_file(&self) -> String {
        format!(
            "[[scanner]]\ndriver = \"serial\"\npath = {:?}\nbaud = 9600\n\n\
             [[printer]]\nname = \"receipt\"\ndriver = \"escpos\"\npath = {:?}\nbaud = 115200\nwidth_mm = 80\nrealtime = true\n\n\
             [[drawer]]\ndriver = \"printer\"\nopen_when = \"high\"\n\n\
             [[scale]]\ndriver = \"cas\"\npath = {:?}\n\n\
             [[display]]\ndriver = \"cd5220\"\npath = {:?}\nletters = \"gbk\"\n\n\
             {}",
            self.scanner.path(),
            self.printer.path(),
            self.scale.path(),
            self.display_path,
            self.payment_tables(&self.terminal.address()),
        )
    }

    /// The tables of a device file by which a terminal of the store takes money: the store's accounts at both providers,
    /// and the card terminal at an address.
    pub fn payment_tables(&self, card: &str) -> String {
        format!(
            "[[payment]]\n{}\n[[payment]]\n{}\n\
             [[payment]]\ndriver = \"zvt\"\naddress = {card:?}\ncurrency = {:?}\ntime_zone = \"UTC\"\n",
            self.wechat.table, self.alipay.table, self.currency,
        )
    }

    /// Its devices, as those of any terminal.
    pub fn station(&self) -> Station {
        Station {
            scanner: self.scanner.clone(),
            printer: self.printer.clone(),
            scale: self.scale.clone(),
            terminal: self.terminal.clone(),
            alipay: self.alipay.server.control(),
        }
    }

    /// Whether the customer display's cable is plugged in.
    pub fn has_display(&self) -> bool {
        self.display_path.symlink_metadata().is_ok()
    }

    /// Where a person finds the devices.
    pub fn addresses(&self) -> [(&'static str, String); 7] {
        let shown = |path: PathBuf| path.display().to_string();
        [
            ("scanner", shown(self.scanner.path())),
            ("printer", shown(self.printer.path())),
            ("scale", shown(self.scale.path())),
            ("customer display", shown(self.display_path.clone())),
            ("card terminal", self.terminal.address()),
            ("WeChat Pay", self.wechat.server.url()),
            ("Alipay", self.alipay.server.url()),
        ]
    }
}

/// The number by which card terminals know a currency.
pub(super) fn number_of(currency: &str) -> u16 {
    CURRENCY_NUMBERS.iter().find(|(known, _)| *known == currency).map_or(156, |(_, number)| *number)
}

impl Wallet {
    fn open(protocol: Protocol, keys: PathBuf) -> Result<Wallet> {
        let server = Server::start(protocol).context("failed opening a payment provider")?;
        let account = server.settings(&keys).context("failed writing a merchant's keys")?;
        let table = server.toml(&keys).context("failed writing a merchant's keys")?;
        Ok(Wallet { server, account, table })
    }
}

impl Hand {
    fn at(printer: VirtualPrinter) -> std::io::Result<Hand> {
        let gone = Arc::new(AtomicBool::new(false));
        let looked = Arc::clone(&gone);
        let work = move || {
            let mut was_open = false;
            while !looked.load(Ordering::Relaxed) {
                thread::sleep(HAND_LOOKS_EVERY);
                // Seen open twice: long enough for the till to see it, too.
                let open = printer.drawer_is_open();
                if open && was_open {
                    printer.shut_drawer();
                }
                was_open = open && !was_open;
            }
        };
        let thread = thread::Builder::new().name("hand at the drawer".into()).spawn(work)?;
        Ok(Hand { gone, thread: Some(thread) })
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
