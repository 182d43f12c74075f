//! `platform count`, `stock` and `transfers`.

use anyhow::Context;
use clap::Subcommand;
use domain::money::Currency;
use platform::clock::now_ms;
use platform::import;
use platform::stock::show;
use platform::store::Store;
use protocol::v1::{Body, CountClosed, CountPlan, Event, TransferSent, Zone};
use uuid::Uuid;

use crate::{Db, say};

/// Transfers that are listed at a time.
const TRANSFERS_LISTED: usize = 500;

#[derive(Subcommand)]
pub enum CountCommand {
    /// Open a count in a store; its terminals are told.
    Open {
        #[command(flatten)]
        db: Db,
        /// The store's id.
        #[arg(long, value_parser = import::id)]
        store: String,
        /// How much it covers.
        #[arg(long, value_parser = ["full", "zone", "category", "spot"])]
        kind: String,
        /// What people call it.
        #[arg(long, default_value = "")]
        name: String,
        /// A zone from which shoppers take goods; may be repeated.
        #[arg(long)]
        zone: Vec<String>,
        /// A zone from which shoppers take nothing, such as a store room; may be repeated.
        #[arg(long)]
        back_zone: Vec<String>,
        /// A category that is counted; may be repeated. All when there is none.
        #[arg(long)]
        category: Vec<String>,
        /// An item id that is counted; may be repeated. All when there is none.
        #[arg(long)]
        item: Vec<String>,
        /// Keep the book's figures from those who count.
        #[arg(long)]
        blind: bool,
        /// Seconds that goods may lie in a shopper's trolley before they are paid.
        #[arg(long, default_value_t = 0)]
        trolley: u32,
    },
    /// List counts, open ones first.
    List {
        #[command(flatten)]
        db: Db,
        /// One store only.
        #[arg(long, value_parser = import::id)]
        store: Option<String>,
        /// Currency of what approvals are worth.
        #[arg(long, default_value = "CNY", value_parser = crate::currency)]
        currency: Currency,
    },
    /// Show what was counted against the book.
    Show {
        #[command(flatten)]
        db: Db,
        /// The store's id.
        #[arg(long, value_parser = import::id)]
        store: String,
        /// The count's id.
        count: Uuid,
    },
    /// Approve what was counted. Closes the count when nothing is left open.
    Approve {
        #[command(flatten)]
        db: Db,
        /// The store's id.
        #[arg(long, value_parser = import::id)]
        store: String,
        /// The count's id.
        count: Uuid,
        /// Who approves.
        #[arg(long)]
        by: String,
        /// Close it, even when people should count something again.
        #[arg(long)]
        close: bool,
    },
    /// Give a count up: nothing is posted.
    Close {
        #[command(flatten)]
        db: Db,
        /// The store's id.
        #[arg(long, value_parser = import::id)]
        store: String,
        /// The count's id.
        count: Uuid,
        /// Who gives it up.
        #[arg(long)]
        by: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

pub async fn count(what: CountCommand) -> anyhow::Result<()> {
    match what {
        CountCommand::Open { db, store, kind, name, zone, back_zone, category, item, blind, trolley } => {
            let zone_of = |sells| move |name| Zone { name, sells };
            let zones = zone.into_iter().map(zone_of(true)).chain(back_zone.into_iter().map(zone_of(false)));
            let plan = CountPlan {
                id: Uuid::now_v7(),
                name,
                kind,
                zones: zones.collect(),
                blind,
                categories: category,
                items: item,
                trolley_s: trolley,
                by: "office".into(),
                at_ms: now_ms(),
            };
            domain::stock::plan::CountPlan::try_from(&plan)?;
            anyhow::ensure!(
                plan.kind != "zone" || !plan.zones.is_empty(),
                "which zones? Name them with --zone or --back-zone"
            );
            anyhow::ensure!(
                plan.kind != "category" || !plan.categories.is_empty(),
                "which categories? Name them with --category"
            );
            let head_office = db.open().await?;
            is_known(&*head_office, &store).await?;
            head_office.open_count(&store, &plan).await?;
            say(&format!("{}\n", plan.id))
        }
        CountCommand::List { db, store, currency } => list(&*db.open().await?, store.as_deref(), currency).await,
        CountCommand::Show { db, store, count } => {
            let shown = show::shown(&*db.open().await?, &store, count, now_ms()).await?;
            say(&shown.text())
        }
        CountCommand::Approve { db, store, count, by, close } => {
            let (approved, open) = show::approve(&*db.open().await?, &store, count, (&by, close), now_ms()).await?;
            let closed = if open == 0 || close { "the count is closed" } else { "people should count these again" };
            say(&format!("{approved} items are approved, {open} are not; {closed}\n"))
        }
        CountCommand::Close { db, store, count, by, reason } => {
            let closed = CountClosed { plan: count, by, at_ms: now_ms(), reason };
            let head_office = db.open().await?;
            let counts = head_office.counts(Some(&store)).await?;
            let is_open = counts.iter().any(|row| row.id == count && row.closed_at_ms.is_none());
            anyhow::ensure!(is_open, show::CountFault::NotOpen(count));
            head_office.close_count(&store, &closed).await?;
            say(&format!("count {count} is closed\n"))
        }
    }
}

pub async fn book(store: &dyn Store, of: &str) -> anyhow::Result<()> {
    is_known(store, of).await?;
    let mut book = csv::Writer::from_writer(Vec::new());
    book.write_record(["item", "lot", "quantity"])?;
    for row in store.levels(of).await? {
        let quantity = domain::quantity::Quantity::thousandths(row.quantity).plain();
        book.write_record([row.item, row.lot, quantity])?;
    }
    say(&String::from_utf8(book.into_inner().context("writing the book")?)?)
}

/// A slip of the finger is no empty store.
async fn is_known(store: &dyn Store, of: &str) -> anyhow::Result<()> {
    let told = store.scope_head(&format!("store-{of}")).await?;
    anyhow::ensure!(told > 0, "store {of} is not known; `platform store set` makes a store");
    Ok(())
}

pub async fn transfers(store: &dyn Store) -> anyhow::Result<()> {
    let rows = store.transfers(TRANSFERS_LISTED).await?;
    for row in &rows {
        let Some(sent) = sent(&row.sent) else { continue };
        let state = match row.came.as_deref().and_then(|bytes| serde_json::from_slice::<Event>(bytes).ok()) {
            None => "under way".to_owned(),
            Some(Event { at_ms, body: Body::TransferReceived(came), .. }) => {
                let otherwise = platform::ledger::stock::discrepancy(&came.lines);
                format!("arrived {} {}", instant(at_ms), otherwise.map_or("whole".to_owned(), |says| says))
            }
            Some(_) => "arrived".to_owned(),
        };
        let line = format!(
            "{} {} {} -> {}, {} lines: ",
            instant(sent.at_ms),
            sent.number,
            sent.from,
            sent.to,
            sent.lines.len()
        );
        say(&format!("{line}{state}\n"))?;
    }
    say(&format!("{} transfers\n", rows.len()))
}

async fn list(store: &dyn Store, of: Option<&str>, currency: Currency) -> anyhow::Result<()> {
    let rows = store.counts(of).await?;
    for row in &rows {
        let plan: Option<CountPlan> = row.plan.as_deref().and_then(|plan| serde_json::from_str(plan).ok());
        let what = plan.map_or("(its plan has not arrived)".to_owned(), |plan| {
            let name = if plan.name.is_empty() { String::new() } else { format!("{} ", plan.name) };
            format!("{name}{}, opened {} by {}", plan.kind, instant(plan.at_ms), plan.by)
        });
        let state = match (row.closed_at_ms, row.reason.as_deref()) {
            (None, _) => "open".to_owned(),
            (Some(at_ms), None | Some("")) => format!("closed {}", instant(at_ms)),
            (Some(at_ms), Some(reason)) => format!("given up {}: {reason}", instant(at_ms)),
        };
        let approved = match row.approved_lines {
            0 => String::new(),
            lines => {
                let worth = currency.plain(domain::money::Money::minor(row.approved_value));
                format!(", {lines} lines approved, worth {worth}")
            }
        };
        say(&format!("store {} {} {what}: {state}{approved}\n", row.store, row.id))?;
    }
    say(&format!("{} counts\n", rows.len()))
}

/// An instant for people, without what is below a second.
fn instant(at_ms: i64) -> String {
    crate::instant(at_ms.div_euclid(1000) * 1000)
}

fn sent(bytes: &[u8]) -> Option<TransferSent> {
    match serde_json::from_slice::<Event>(bytes).ok()?.body {
        Body::TransferSent(sent) => Some(sent),
        _ => None,
    }
}
