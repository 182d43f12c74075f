//! Opens a store on this machine, lets a street of shoppers through its till, does to it what happens to stores, closes
//! the day and holds the till's books beside the platform's.

mod day;
mod exhibits;
mod faults;
mod glass;
mod incidents;
mod payments;
mod reconcile;
mod timings;

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use simulation::shop::retail::{self, Retail};
use simulation::shop::{Shop, neighbourhood};
use simulation::street::{Visit, from_invoices, shoppers};

use crate::store::{Database, Glass, Interrupt, Places, Setting, Store};
use crate::workspace::{cargo, run as run_command};

/// Sales when nobody says how many.
const SALES: usize = 200;
/// The most that can be asked for.
const SALES_MAX: usize = 100_000;

/// What can be asked for.
#[derive(Args, Clone)]
pub struct Options {
    /// No window, even when there is a display.
    #[arg(long)]
    headless: bool,
    /// How many sales.
    #[arg(long, default_value_t = SALES)]
    sales: usize,
    /// Which day: the same seed is the same street.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Ring up the baskets of a file of sale lines (CSV, plain or gzip) instead.
    #[arg(long)]
    baskets: Option<PathBuf>,
    /// The platform's database.
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    db: Database,
    /// Keep receipts, pictures, reports and timings in this folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Leave the store open when the street is done, until Ctrl-C.
    #[arg(long)]
    hold: bool,
}

impl Options {
    /// A demo without a window, as continuous integration runs it.
    pub fn headless(sales: usize) -> Options {
        Options { headless: true, sales, seed: 1, baskets: None, db: Database::Sqlite, out: None, hold: false }
    }

    fn has_window(&self) -> bool {
        let display = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        !self.headless && (display("DISPLAY") || display("WAYLAND_DISPLAY"))
    }
}

/// Opens, serves, closes and reconciles. An error when the books do not agree.
pub fn run(options: &Options) -> Result<()> {
    if options.sales == 0 || options.sales > SALES_MAX {
        bail!("--sales is from 1 to {SALES_MAX}");
    }
    let interrupt = Interrupt::listen()?;
    let (shop, visits) = street(options)?;
    build()?;
    let begun = Instant::now();
    let mut places = Places::make(options.out.as_deref())?;
    println!("opening {} in {}", shop.settings.name, places.store.display());
    let glass = if options.has_window() { Glass::Window(None) } else { Glass::None };
    let setting = Setting { database: options.db, glass, lane: None };
    let mut store = Store::open(&shop, &places, &setting, &interrupt).map_err(|error| interrupt.behind(error))?;
    println!("open after {:.1} s", begun.elapsed().as_secs_f64());
    let sales: usize = visits.iter().map(Visit::sales).sum();
    let bar = bar(sales as u64);
    let around = day::Around { shop: &shop, options, interrupt: &interrupt, places: &places, bar: &bar };
    let day = day::live(&mut store, &visits, &around);
    bar.finish_and_clear();
    let day = day.map_err(|error| interrupt.behind(error))?;
    let reconciliation = reconcile::reconcile(&mut store, &shop, &day, &interrupt);
    let reconciliation = reconciliation.map_err(|error| interrupt.behind(error))?;
    print!("{}", reconciliation.table());
    exhibits::keep(&places, &day, &reconciliation)?;
    timings::tell(&places, &store, &day)?;
    if options.hold {
        hold(&mut store, &interrupt)?;
    }
    store.close();
    places.went_well = reconciliation.agrees();
    if !reconciliation.agrees() {
        bail!("the books do not agree: {}", reconciliation.differences().join(", "));
    }
    println!("till, platform, providers and card terminal agree");
    Ok(())
}

fn street(options: &Options) -> Result<(Shop, Vec<Visit>)> {
    let Some(file) = &options.baskets else {
        let shop = neighbourhood();
        let visits = shoppers(&shop, options.seed, options.sales);
        return Ok((shop, visits));
    };
    let Retail { shop, invoices, lines, dirty } =
        retail::read(file, options.sales).with_context(|| format!("failed taking baskets from {}", file.display()))?;
    let visits = from_invoices(&shop, &invoices);
    println!("{}: {lines} lines, {} invoices, {} goods", file.display(), invoices.len(), shop.goods.len());
    for (reason, count) in &dirty {
        println!("  left out, {reason}: {count}");
    }
    if invoices.len() > visits.len() {
        println!("  left out, nothing to pay: {} invoices", invoices.len() - visits.len());
    }
    Ok((shop, visits))
}

/// The same packages together as `./x` builds them: cargo chooses features for all packages of one call, and apart
/// what they share would be built twice.
fn build() -> Result<()> {
    let packages = ["xtask", "pos-app", "sync-agent", "platform"].map(|package| ["-p", package]);
    run_command(cargo().args(["build", "--quiet"]).args(packages.as_flattened()))
        .context("failed building the programs")
}

fn bar(sales: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{elapsed_precise} [{bar:40}] {pos}/{len} sales  {msg}");
    ProgressBar::new(sales).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn hold(store: &mut Store, interrupt: &Interrupt) -> Result<()> {
    println!("the store stays open until Ctrl-C:\n{}", store.addresses());
    while interrupt.check().is_ok() {
        if let Err(error) = store.check() {
            // The parts end by the same Ctrl-C, perhaps a moment sooner than it is seen here.
            thread::sleep(Duration::from_millis(200));
            return if interrupt.check().is_ok() { Err(error) } else { Ok(()) };
        }
        thread::sleep(Duration::from_millis(200));
    }
    println!();
    Ok(())
}
