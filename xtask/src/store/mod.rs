//! The store: platform, network, agent, till and what stands on its counter, each a process or wire of its own.

pub mod counter;
mod interrupt;
mod places;
pub mod sheets;
mod station;
mod terminal;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use simulation::network::Network;
use simulation::shop::Shop;

use self::counter::Counter;
use self::sheets::Sheets;
use crate::part::{Part, output_of, tail};
use crate::postgres::Postgres;
use crate::workspace::target_directory;

pub use interrupt::Interrupt;
pub use places::Places;
pub use station::Station;
pub use terminal::{Glass, Model, Terminal};

/// How long the platform may take to open its door.
const PLATFORM_PATIENCE: Duration = Duration::from_secs(30);

/// The platform's database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A server of its own in a temporary folder.
    Postgres,
}

/// How a store is set up.
pub struct Setting {
    /// Where head office keeps its books.
    pub database: Database,
    /// Where the till shows its screen.
    pub glass: Glass,
    /// Where the till listens for self-checkouts, `HOST:PORT`; nothing where there are none.
    pub lane: Option<String>,
}

/// An open store.
pub struct Store {
    // Ended in this order: the till first, its database last.
    /// The till with the counter.
    pub till: Terminal,
    platform: Option<Part>,
    /// Between agent and platform.
    pub network: Network,
    /// What stands on the counter.
    pub counter: Counter,
    /// How long each part took to open.
    pub opening: Vec<(&'static str, Duration)>,
    programs: Programs,
    folder: PathBuf,
    database: String,
    data: PathBuf,
    address: SocketAddr,
    store_id: &'static str,
    _postgres: Option<Postgres>,
}

#[derive(Clone)]
struct Programs {
    folder: PathBuf,
}

impl Programs {
    fn command(&self, name: &str) -> Command {
        Command::new(self.folder.join(name))
    }
}

impl Store {
    /// Opens all of it, from an empty database to a till that asks for a PIN.
    pub fn open(shop: &Shop, places: &Places, setting: &Setting, interrupt: &Interrupt) -> Result<Store> {
        let programs = Programs { folder: target_directory()?.join("debug") };
        let postgres = match setting.database {
            Database::Sqlite => None,
            Database::Postgres => Some(Postgres::start(true)?),
        };
        let database = match &postgres {
            Some(postgres) => postgres.address(),
            None => format!("sqlite:{}", places.file("platform.db").display()),
        };
        let mut opening = Vec::new();
        let data = places.file("platform");
        let sheets = Sheets::write(shop, &places.store)?;
        let head = HeadOffice { programs: &programs, database: &database, data: &data };
        timed(&mut opening, "import", || head.prepare(shop, &sheets))?;
        let (platform, address) = timed(&mut opening, "platform", || head.open(places, interrupt))?;
        let network = Network::towards(address).context("failed opening the network")?;
        let counter = timed(&mut opening, "devices", || Counter::plug(places, shop.settings.currency))?;
        let model = Model { name: "till", face: "till", size: (1280, 800), glass: setting.glass.clone() };
        let till = Terminal::new(model, places.store.clone(), programs.clone())?;
        let mut store = Store {
            till,
            platform: Some(platform),
            network,
            counter,
            opening: Vec::new(),
            folder: places.store.clone(),
            database: database.clone(),
            data: data.clone(),
            address,
            store_id: shop.settings.id,
            programs,
            _postgres: postgres,
        };
        timed(&mut opening, "enrolment", || store.enrol(&store.till))?;
        store.till.start_agent()?;
        let lane = setting.lane.as_ref().map_or(String::new(), |lane| format!("\n[attend]\nlisten = {lane:?}\n"));
        store.till.set_devices(&(store.counter.device_file() + &lane))?;
        timed(&mut opening, "till", || store.till.start())?;
        store.opening = opening;
        Ok(store)
    }

    /// A further terminal of the store, enrolled, with its agent at work and its program not started yet.
    pub fn add(&self, model: Model) -> Result<Terminal> {
        let mut terminal = Terminal::new(model, self.folder.clone(), self.programs.clone())?;
        self.enrol(&terminal)?;
        terminal.start_agent()?;
        Ok(terminal)
    }

    /// What one of the platform's commands prints, e.g. `["stock", "--store", "12"]`.
    pub fn head_office(&self, words: &[&str]) -> Result<String> {
        let mut command = self.programs.command("platform");
        let said = output_of(command.args(words).args(["--db", &self.database]))?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    }

    /// An error when a part has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        self.till.check()?;
        self.platform.as_mut().map_or(Ok(()), Part::check)
    }

    /// The till's events as it tells them, one JSON a line.
    pub fn events(&self) -> Result<Vec<u8>> {
        let mut command = self.programs.command("pos-app");
        output_of(command.args(["journal", "export", "--state"]).arg(&self.till.state))
    }

    /// Whether the till's journal is whole: chain, sequence, file.
    pub fn verify_journal(&self) -> Result<String> {
        let mut command = self.programs.command("pos-app");
        let said = output_of(command.args(["journal", "verify", "--state"]).arg(&self.till.state))?;
        Ok(String::from_utf8_lossy(&said).trim().to_owned())
    }

    /// The platform's figures of a day, as JSON.
    pub fn figures(&self, day: &str) -> Result<Vec<u8>> {
        let head = HeadOffice { programs: &self.programs, database: &self.database, data: &self.data };
        // Its exit status says whether the day agrees; the figures are printed either way.
        let mut command = head.command("reconcile");
        let output = command.args(["--day", day, "--json"]).output().context("failed starting platform reconcile")?;
        if output.stdout.is_empty() {
            bail!("platform reconcile: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(output.stdout)
    }

    /// Where a person finds the parts.
    pub fn addresses(&self) -> String {
        let parts = vec![
            (
                "platform",
                format!("https://{} (authority: {})", self.address, self.data.join("authority.pem").display()),
            ),
            ("through the network", format!("https://{}", self.network.address())),
            ("till's state", self.till.state.display().to_string()),
            ("till's control socket", self.till.control.display().to_string()),
            ("logs", self.folder.display().to_string()),
        ];
        let all = parts.into_iter().chain(self.counter.addresses());
        all.map(|(name, address)| format!("  {name}: {address}\n")).collect()
    }

    /// Ends everything, the till first.
    pub fn close(self) {
        drop(self);
    }

    fn enrol(&self, terminal: &Terminal) -> Result<()> {
        let head = HeadOffice { programs: &self.programs, database: &self.database, data: &self.data };
        let code = output_of(head.command("enrol-code").args(["--store", self.store_id]))?;
        let code = String::from_utf8_lossy(&code);
        let code = code.split_whitespace().last().context("the platform gave no code for the enrolment")?;
        terminal.enrol(&format!("https://{}", self.network.address()), code, &self.data.join("authority.pem"))
    }
}

/// The platform's program before and while it serves.
struct HeadOffice<'a> {
    programs: &'a Programs,
    database: &'a str,
    data: &'a Path,
}

/// Goods of the shop that have a picture: drawing all of them would hold up the demo.
const PICTURES_MAX: usize = 80;

/// Pictures of favourites, and of what stands beside them.
fn draw(shop: &Shop, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let favourites = shop.goods.iter().filter(|good| good.favourite.is_some());
    let others = shop.goods.iter().filter(|good| good.favourite.is_none()).step_by(4);
    for good in favourites.chain(others).take(PICTURES_MAX) {
        std::fs::write(folder.join(format!("{}.png", good.id)), simulation::shop::picture(good))?;
    }
    Ok(())
}

impl HeadOffice<'_> {
    fn command(&self, subcommand: &str) -> Command {
        let mut command = self.programs.command("platform");
        command.arg(subcommand).args(["--db", self.database]);
        command
    }

    fn prepare(&self, shop: &Shop, sheets: &Sheets) -> Result<()> {
        let platform = || self.programs.command("platform");
        output_of(platform().args(["store", "set"]).arg(&sheets.store).args(["--db", self.database]))?;
        let mut items = platform();
        items.args(["import", "items"]).arg(&sheets.items).args(["--db", self.database]);
        let rejects = sheets.items.with_extension("rejects");
        let told = output_of(items.args(["--currency", shop.settings.currency, "--rejects"]).arg(&rejects))?;
        let told = String::from_utf8_lossy(&told);
        if !told.contains(" 0 rejected") {
            bail!("the platform did not take all goods: {}\n{}", told.trim(), tail(&rejects));
        }
        let pictures = sheets.items.with_file_name("pictures");
        draw(shop, &pictures)?;
        output_of(platform().args(["import", "pictures"]).arg(&pictures).args(["--db", self.database]))?;
        output_of(platform().args(["import", "staff"]).arg(&sheets.staff).args(["--db", self.database]))?;
        if let Some(members) = &sheets.members {
            output_of(platform().args(["import", "members"]).arg(members).args(["--db", self.database]))?;
        }
        if let Some(accounts) = &sheets.accounts {
            output_of(platform().args(["import", "accounts"]).arg(accounts).args(["--db", self.database]))?;
        }
        if let Some(rules) = &sheets.rules {
            output_of(platform().args(["import", "rules"]).arg(rules).args(["--db", self.database]))?;
        }
        Ok(())
    }

    fn open(&self, places: &Places, interrupt: &Interrupt) -> Result<(Part, SocketAddr)> {
        let told = places.file("platform.address");
        let mut command = self.command("serve");
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(self.data).arg("--address-file").arg(&told);
        let mut platform = Part::start("platform", &mut command, &places.file("platform.log"))?;
        let until = Instant::now() + PLATFORM_PATIENCE;
        loop {
            let address = fs::read_to_string(&told).unwrap_or_default();
            let address = address.trim().trim_start_matches("https://").trim_end_matches('/');
            if let Ok(address) = address.parse() {
                return Ok((platform, address));
            }
            interrupt.check()?;
            platform.check()?;
            if Instant::now() > until {
                bail!(
                    "the platform did not open within {PLATFORM_PATIENCE:?}; see {}",
                    places.file("platform.log").display()
                );
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn timed<T>(
    opening: &mut Vec<(&'static str, Duration)>,
    name: &'static str,
    work: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let begun = Instant::now();
    let result = work()?;
    opening.push((name, begun.elapsed()));
    Ok(result)
}
