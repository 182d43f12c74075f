//! `platform`: serves the chain's tills and answers its operators.

#[path = "stock_commands.rs"]
mod stock;

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Parser, Subcommand};
use domain::money::Currency;
use domain::staff::Permission;
use platform::approvals::{self, Call};
use platform::clock::now_ms;
use platform::import::{self, Imported, ItemDefaults, OnRejected};
use platform::ledger::reconcile::Reconciliation;
use platform::store::{self, Database, Store};

/// Exceptions that are listed at a time.
const EXCEPTIONS_LISTED: usize = 500;

#[derive(Parser)]
#[command(version, about = "Guitai's central platform")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve tills until told to stop.
    Serve {
        #[command(flatten)]
        db: Db,
        /// Where to listen; port 0 for any.
        #[arg(long, default_value = "127.0.0.1:8443")]
        listen: SocketAddr,
        /// Folder of keys, certificates and snapshots.
        #[arg(long)]
        data: PathBuf,
        /// File that gets `https://ADDRESS:PORT` as soon as tills are served.
        #[arg(long)]
        address_file: Option<PathBuf>,
        /// Further name by which tills reach this machine; may be repeated.
        #[arg(long)]
        name: Vec<String>,
        /// The merchant's accounts at payment providers, for tills whose payments go through here (TOML, `[[payment]]`
        /// tables as in a device file).
        #[arg(long)]
        payments: Option<PathBuf>,
        /// Address (192.0.2.7) or network (10.0.0.0/8) of a proxy before the page of shoppers' phones, whose X-Forwarded-For
        /// is believed; may be repeated.
        #[arg(long)]
        trusted_proxy: Vec<platform::phone::Proxy>,
    },
    /// Import a CSV file.
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Settings of stores.
    Store {
        #[command(subcommand)]
        what: StoreCommand,
    },
    /// Make a one-time code by which a terminal becomes known; it holds for 24 hours.
    EnrolCode {
        #[command(flatten)]
        db: Db,
        /// The store's id.
        #[arg(long, value_parser = import::id)]
        store: String,
    },
    /// Compare a business date's ledgers with the tills' Z reports. Fails when they do not agree.
    Reconcile {
        #[command(flatten)]
        db: Db,
        /// The business date, YYYY-MM-DD.
        #[arg(long)]
        day: jiff::civil::Date,
        /// One store only.
        #[arg(long, value_parser = import::id)]
        store: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// Currency of the table's amounts.
        #[arg(long, default_value = "CNY", value_parser = currency)]
        currency: Currency,
    },
    /// List events that need a person, or settle one.
    Exceptions {
        #[command(flatten)]
        db: Db,
        /// Also those that are settled.
        #[arg(long)]
        all: bool,
        /// Settle this one.
        #[arg(long, requires = "note")]
        settle: Option<i64>,
        /// How it was settled, and by whom.
        #[arg(long)]
        note: Option<String>,
    },
    /// The code that approves what a cashier reads out over the telephone. The till is not asked, and need not be online.
    Approve {
        #[command(flatten)]
        db: Db,
        /// The store's id.
        #[arg(long, value_parser = import::id)]
        store: String,
        /// The till's number within the store.
        #[arg(long)]
        till: u32,
        /// The number on the till's screen.
        #[arg(long, value_parser = six_digits)]
        number: String,
        /// What is asked for, e.g. `discount` or `price_override`.
        #[arg(long, value_parser = permission)]
        permission: Permission,
        /// Its size: minor units (cents, fen) of an amount, hundredths of a percent of a discount or price; 0 for what
        /// has none.
        #[arg(long, default_value_t = 0)]
        size: i64,
    },
    /// Price every sale of a business date anew and list those that cost something else. Fails when there are any.
    Audit {
        #[command(flatten)]
        db: Db,
        /// The business date, YYYY-MM-DD.
        #[arg(long)]
        day: jiff::civil::Date,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Compare a day's bills of the payment providers with what the tills say. Fails when they do not agree.
    Bill {
        #[command(flatten)]
        db: Db,
        /// The merchant's accounts at payment providers (TOML); those of `serve`.
        #[arg(long)]
        payments: PathBuf,
        /// The calendar day in Beijing, YYYY-MM-DD. Its bill is there on the morning after.
        #[arg(long)]
        day: jiff::civil::Date,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// What was paid on shoppers' phones.
    Phone {
        #[command(subcommand)]
        what: PhoneCommand,
    },
    /// Counts of stock: open, look at, approve, close.
    Count {
        #[command(subcommand)]
        what: stock::CountCommand,
    },
    /// The book of a store: item, lot and quantity, as CSV.
    Stock {
        #[command(flatten)]
        db: Db,
        /// The store's id.
        #[arg(long, value_parser = import::id)]
        store: String,
    },
    /// List transfers between stores, the newest first.
    Transfers {
        #[command(flatten)]
        db: Db,
    },
    /// List terminals: last contact, events held, gaps and forks.
    Terminals {
        #[command(flatten)]
        db: Db,
    },
}

#[derive(Subcommand)]
enum Import {
    /// Goods: code,name[,name_en,price,unit,tax,category,favourite,id] and terms: kind, tags, floor, cost, fixed,
    /// open_price, age, max, serial, lot, deposit, parts, recalled, tare.
    Items {
        #[command(flatten)]
        from: From,
        /// Currency of the prices.
        #[arg(long, default_value = "CNY", value_parser = currency)]
        currency: Currency,
        /// Price of goods without one, as decimal text.
        #[arg(long)]
        default_price: Option<String>,
        /// Tax rate of goods without one.
        #[arg(long, default_value = "standard")]
        default_tax: String,
    },
    /// Members: id,name,phone[,codes,points,level,note]. Points count for new members; those of known ones are in the ledger.
    Members {
        #[command(flatten)]
        from: From,
    },
    /// Staff: id,name,role[,card] and pin or pin_phc.
    Staff {
        #[command(flatten)]
        from: From,
        /// A role beside cashier and supervisor that a store's policy names; may be repeated.
        #[arg(long, value_parser = import::id)]
        role: Vec<String>,
    },
    /// Accounts: kind,number and amount (stored_value, gift_card, credit) or units (points, coupon). Known ones stay.
    Accounts {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        db: Db,
        /// Currency of the amounts.
        #[arg(long, default_value = "CNY", value_parser = currency)]
        currency: Currency,
        /// File that gets line and reason of every bad row, instead of the terminal.
        #[arg(long)]
        rejects: Option<PathBuf>,
    },
    /// Pictures of goods: a folder of .png and .jpg files of at most 512 KiB, each named by its item's id or code.
    Pictures {
        #[command(flatten)]
        from: From,
    },
    /// Deliveries that a store expects: number,supplier,quantity and item or code[,due,lot,expires], a line for each item.
    Deliveries {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        db: Db,
        /// The store's id.
        #[arg(long, value_parser = import::id)]
        store: String,
        /// File that gets line and reason of every bad row, instead of the terminal.
        #[arg(long)]
        rejects: Option<PathBuf>,
    },
    /// The chain's rule book, as JSON (docs/schema/rule-book.v1.json). Its version must grow.
    Rules {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        db: Db,
    },
}

#[derive(Subcommand)]
enum PhoneCommand {
    /// List what was paid on a phone and never left the shop: for a person to settle with the shopper.
    Unclaimed {
        #[command(flatten)]
        db: Db,
    },
}

#[derive(Subcommand)]
enum StoreCommand {
    /// Replace all settings of a store by those in a TOML or JSON file.
    Set {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        db: Db,
    },
}

#[derive(clap::Args)]
struct Db {
    /// The database: sqlite:FILE or postgres://USER@HOST/NAME.
    #[arg(long)]
    db: Database,
}

#[derive(clap::Args)]
struct From {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    db: Db,
    /// For one store only, instead of the chain.
    #[arg(long, value_parser = import::id)]
    store: Option<String>,
    /// File that gets line and reason of every bad row, instead of the terminal.
    #[arg(long)]
    rejects: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // For people: the words and their causes, no stack.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("GUITAI_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,platform=info")),
        )
        .init();
    match arguments.command {
        Command::Serve { db, listen, data, address_file, name, payments, trusted_proxy } => {
            let trusted_proxies = trusted_proxy;
            let config = platform::Config { database: db.db, listen, data, names: name, payments, trusted_proxies };
            serve(config, address_file).await
        }
        Command::Import { what } => import_file(what).await,
        Command::Store { what: StoreCommand::Set { file, db } } => {
            let (id, put) = import::store_settings(&*db.open().await?, &file).await?;
            let word = if put.changed == 0 { "are as they were" } else { "are set" };
            say(&format!("settings of store {id} {word}\n"))
        }
        Command::EnrolCode { db, store } => {
            let code = platform::enrolment::new_code(&*db.open().await?, &store).await?;
            say(&format!("{code}\n"))
        }
        Command::Reconcile { db, day, store, json, currency } => {
            let day = day.to_string();
            let rows = db.open().await?.day(&day, store.as_deref()).await?;
            let found = Reconciliation::of(&day, store.as_deref(), &rows);
            if json {
                say(&format!("{}\n", serde_json::to_string_pretty(&found)?))?;
            } else {
                say(&found.table(currency.digits().into()))?;
            }
            anyhow::ensure!(found.agrees, "business date {day} does not agree");
            Ok(())
        }
        Command::Exceptions { db, all, settle, note } => match (settle, note) {
            (Some(no), Some(note)) => {
                let settled = db.open().await?.settle(no, &note).await?;
                anyhow::ensure!(settled, "there is no open exception {no}");
                say(&format!("exception {no} is settled\n"))
            }
            _ => exceptions(&*db.open().await?, all).await,
        },
        Command::Approve { db, store, till, number, permission, size } => {
            let call = Call { store, till, number, permission, size };
            let code = approvals::approve(&*db.open().await?, &call).await?;
            say(&format!("{} {}\n", &code[..4], &code[4..]))
        }
        Command::Audit { db, day, json } => {
            let found = platform::audit::audit(&*db.open().await?, &day.to_string()).await?;
            if json {
                say(&format!("{}\n", serde_json::to_string_pretty(&found)?))?;
            } else {
                say(&audit_text(&found))?;
            }
            anyhow::ensure!(found.differing.is_empty(), "{} sales cost something else", found.differing.len());
            Ok(())
        }
        Command::Bill { db, payments, day, json } => {
            let accounts = platform::payments::Accounts::open(&payments)?;
            let found = platform::bill::bill(&*db.open().await?, &accounts, day, jiff::Timestamp::now()).await?;
            if json {
                say(&format!("{}\n", serde_json::to_string_pretty(&found)?))?;
            } else {
                say(&found.text())?;
            }
            anyhow::ensure!(found.agrees, "the bill of {day} and the tills do not agree");
            Ok(())
        }
        Command::Phone { what: PhoneCommand::Unclaimed { db } } => {
            let rows = platform::phone::unclaimed(&*db.open().await?, jiff::Timestamp::now()).await?;
            say(&platform::phone::table(&rows))
        }
        Command::Count { what } => stock::count(what).await,
        Command::Stock { db, store } => stock::book(&*db.open().await?, &store).await,
        Command::Transfers { db } => stock::transfers(&*db.open().await?).await,
        Command::Terminals { db } => terminals(&*db.open().await?).await,
    }
}

impl Db {
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        Ok(store::open(&self.db).await?)
    }
}

async fn serve(config: platform::Config, address_file: Option<PathBuf>) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
    let running = platform::serve(config).await?;
    if let Some(file) = address_file {
        // Renamed into place, so that nobody reads half an address.
        let part = file.with_extension("part");
        std::fs::write(&part, running.url()).context("writing the address file")?;
        std::fs::rename(&part, &file).context("writing the address file")?;
    }
    say(&format!("{}\n", running.url()))?;
    let signal = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    running.until(signal).await?;
    Ok(())
}

async fn import_file(what: Import) -> anyhow::Result<()> {
    let imported = match what {
        Import::Items { from, currency, default_price, default_tax } => {
            let price = match default_price {
                Some(text) => Some(currency.parse(&text).context("--default-price")?.units()),
                None => None,
            };
            let defaults = ItemDefaults { currency, price, tax: default_tax };
            let (store, scope) = (from.db.open().await?, from.scope());
            import::items(&*store, &scope, &from.file, defaults, from.rejected()?).await?
        }
        Import::Members { from } => {
            let (store, scope) = (from.db.open().await?, from.scope());
            import::members(&*store, &scope, &from.file, from.rejected()?).await?
        }
        Import::Staff { from, role } => {
            let (store, scope) = (from.db.open().await?, from.scope());
            import::staff(&*store, &scope, &from.file, &role, from.rejected()?).await?
        }
        Import::Accounts { file, db, currency, rejects } => {
            let rejected = rejected_to(rejects.as_deref())?;
            import::accounts(&*db.open().await?, &file, currency, rejected).await?
        }
        Import::Pictures { from } => {
            let (store, scope) = (from.db.open().await?, from.scope());
            import::pictures(&*store, &scope, &from.file, from.rejected()?).await?
        }
        Import::Deliveries { file, db, store, rejects } => {
            let rejected = rejected_to(rejects.as_deref())?;
            import::deliveries(&*db.open().await?, &store, &file, rejected).await?
        }
        Import::Rules { file, db } => {
            let put = import::rules(&*db.open().await?, &file).await?;
            return say(&format!("rule book version {} with {} rules holds\n", put.version, put.rules));
        }
    };
    let Imported { rows, good, changed, rejected, note } = imported;
    if let Some(note) = note {
        say(&format!("note: {note}\n"))?;
    }
    say(&format!("{rows} rows: {good} good ({changed} of them new or other than before), {rejected} rejected\n"))
}

impl From {
    fn scope(&self) -> String {
        self.store.as_ref().map_or("chain".to_owned(), |store| format!("store-{store}"))
    }

    fn rejected(&self) -> anyhow::Result<OnRejected> {
        rejected_to(self.rejects.as_deref())
    }
}

fn rejected_to(file: Option<&Path>) -> anyhow::Result<OnRejected> {
    let mut out = out(file)?;
    Ok(Box::new(move |line, reason| {
        // A terminal that is gone must not end an import.
        let _ = writeln!(out, "line {line}: {reason}");
    }))
}

fn out(file: Option<&Path>) -> anyhow::Result<Box<dyn Write + Send>> {
    match file {
        None => Ok(Box::new(std::io::stderr())),
        Some(file) => {
            let file = std::fs::File::create(file).context("making the file of rejected rows")?;
            Ok(Box::new(std::io::BufWriter::new(file)))
        }
    }
}

async fn exceptions(store: &dyn Store, all: bool) -> anyhow::Result<()> {
    let rows = store.exceptions(all, EXCEPTIONS_LISTED).await?;
    for row in &rows {
        let settled = row.settled.as_ref().map_or(String::new(), |note| format!(" [settled: {note}]"));
        say(&format!(
            "{:>6} {} store {} till {} epoch {} event {}: {}: {}{settled}\n",
            row.no,
            instant(row.at_ms),
            row.store,
            row.number,
            row.epoch,
            row.seq,
            row.kind,
            row.detail
        ))?;
    }
    say(&format!("{} exceptions\n", rows.len()))
}

async fn terminals(store: &dyn Store) -> anyhow::Result<()> {
    let now = now_ms();
    for terminal in store.terminals().await? {
        say(&format!(
            "store {} till {} ({}), {}: last contact {} ({} s ago), clock off by {} ms\n",
            terminal.store,
            terminal.number,
            terminal.id,
            terminal.program,
            instant(terminal.contact_at_ms),
            (now - terminal.contact_at_ms) / 1000,
            terminal.clock_offset_ms
        ))?;
        for epoch in terminal.epochs {
            let alarm = match (epoch.frozen, epoch.gap_at_ms) {
                (true, _) => "  ALARM: fork, stopped; see `platform exceptions`".to_owned(),
                (false, Some(at_ms)) => format!("  ALARM: events are missing since {}", instant(at_ms)),
                (false, None) => String::new(),
            };
            say(&format!("  epoch {}: {} events{alarm}\n", epoch.head.epoch, epoch.head.seq))?;
        }
    }
    Ok(())
}

fn audit_text(audit: &platform::audit::Audit) -> String {
    let mut text = format!("{} sales, {} cost what they should\n", audit.sales, audit.right);
    for (reason, count) in &audit.left_out {
        text += &format!("left out, {reason}: {count}\n");
    }
    for sale in &audit.differing {
        text += &format!(
            "store {} receipt {}: till {}, audit {} (minor units), lines {:?}\n",
            sale.store, sale.receipt, sale.till, sale.audit, sale.lines
        );
    }
    text
}

fn instant(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).map_or_else(|_| "?".to_owned(), |at| at.to_string())
}

fn currency(code: &str) -> Result<Currency, String> {
    Currency::of(code).ok_or_else(|| format!("currency {code:?} is not known"))
}

fn six_digits(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(digits).ok_or_else(|| "the number on the screen has six digits".to_owned())
}

fn permission(word: &str) -> Result<Permission, String> {
    let known = || Permission::all().map(Permission::word).collect::<Vec<_>>().join(", ");
    Permission::of(word).ok_or_else(|| format!("known are {}", known()))
}

fn say(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes()).context("writing the answer")
}
