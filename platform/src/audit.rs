//! Whether a day's sales cost what the rule book says: every sale is priced anew from its own lines, by the function that
//! priced it at the till.
//!
//! A sale keeps prices, quantities and discounts, but not its items' categories, tags, floors and costs: these are taken
//! from the catalogue as it is now. How often a member had a rule before is not known here either. So a difference is a
//! reason to look, no proof.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use domain::basket::{Basket, Line};
use domain::item::Terms;
use domain::money::Money;
use domain::price::{CHANNEL_STORE, PriceContext, Priced, Promotions, price};
use domain::promotion::CompiledBook;
use domain::sale::Sale;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use protocol::v1::{BadRuleBook, BadWire, Event, Record, RuleBook};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::store::{Export, Store, StoreError};

/// Records that wait to be looked at.
const PIECES_QUEUED_MAX: usize = 4;

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Sales of the day.
    pub sales: u64,
    /// Those that cost what they should.
    pub right: u64,
    /// Sales that cannot be priced anew, by reason.
    pub left_out: BTreeMap<&'static str, u64>,
    /// The others.
    pub differing: Vec<Differing>,
}

/// A sale that costs something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// The store.
    pub store: String,
    /// Number on the receipt.
    pub receipt: String,
    /// What was asked for, in minor units.
    pub till: i64,
    /// What it should have been.
    pub audit: i64,
    /// Lines whose price differs.
    pub lines: Vec<u32>,
}

/// Why there is no audit.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Settings that cannot be used.
    #[error("the settings of a store cannot be used")]
    Settings(#[from] BadWire),
    /// A rule book that was put once.
    #[error("rule book version {version} cannot be used: {source}")]
    Book {
        /// Its version.
        version: u64,
        /// Why.
        source: BadRuleBook,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a store's scope and the chain's say that prices depend on.
#[derive(Default)]
struct Known {
    settings: Option<(domain::store::Store, TimeZone)>,
    terms: BTreeMap<String, Terms>,
}

/// Prices every sale of a business date anew.
///
/// # Errors
/// When settings or a rule book cannot be used, or the database fails.
pub async fn audit(store: &dyn Store, day: &str) -> Result<Audit, AuditError> {
    let mut audit = Audit::default();
    let mut sold = Vec::new();
    let mut items = BTreeSet::new();
    for (place, bytes) in store.sales_of(day).await? {
        audit.sales += 1;
        let sale = serde_json::from_slice::<Event>(&bytes).ok().and_then(|event| event.to_sale()?.ok());
        match sale {
            Some(sale) => {
                items.extend(sale.lines.iter().map(|sold| sold.line.item.clone()));
                sold.push((place, sale));
            }
            None => *audit.left_out.entry("it cannot be read").or_default() += 1,
        }
    }
    let chain = known(store, "chain", &items).await?;
    let mut stores = BTreeMap::new();
    let mut books = BTreeMap::new();
    for (place, sale) in sold {
        if !stores.contains_key(&place) {
            stores.insert(place.clone(), known(store, &format!("store-{place}"), &items).await?);
        }
        if let Entry::Vacant(vacant) = books.entry(sale.rule_book) {
            vacant.insert(book(store, sale.rule_book).await?);
        }
        let told = match (&stores[&place], &books[&sale.rule_book]) {
            _ if sale.about.staff_sale.is_some() => Err("it was sold at the staff's price"),
            (Known { settings: None, .. }, _) => Err("its store has no settings"),
            (_, None) if sale.rule_book > 0 => Err("its rule book was not put here"),
            (Known { settings: Some((settings, zone)), terms }, book) => compare(
                &sale,
                (settings, zone),
                |item| terms.get(item).or_else(|| chain.terms.get(item)),
                book.as_ref(),
            )
            .ok_or("its lines make no basket"),
        };
        match told {
            Err(reason) => *audit.left_out.entry(reason).or_default() += 1,
            Ok(None) => audit.right += 1,
            Ok(Some((cost, lines))) => audit.differing.push(Differing {
                store: place,
                receipt: sale.receipt.clone(),
                till: sale.total.units(),
                audit: cost.units(),
                lines,
            }),
        }
    }
    Ok(audit)
}

async fn known(store: &dyn Store, scope: &str, items: &BTreeSet<String>) -> Result<Known, AuditError> {
    let (sink, mut pieces) = mpsc::channel(PIECES_QUEUED_MAX);
    let looked = async {
        let mut known = Known::default();
        while let Some(piece) = pieces.recv().await {
            let Export::Bodies(bodies) = piece else { continue };
            for record in bodies.iter().filter_map(|body| serde_json::from_str(body).ok()) {
                match record {
                    Record::Item(item) if items.contains(&item.id) => {
                        let told = item.terms.as_deref().map_or_else(|| Ok(Terms::default()), Terms::try_from)?;
                        known.terms.insert(item.id, Terms { category: item.category, ..told });
                    }
                    Record::Store(settings) => {
                        let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
                        known.settings = Some((domain::store::Store::try_from(&*settings)?, zone));
                    }
                    _ => {}
                }
            }
        }
        Ok::<_, BadWire>(known)
    };
    let (exported, known) = tokio::join!(store.export(scope, sink), looked);
    exported?;
    Ok(known?)
}

async fn book(store: &dyn Store, version: u64) -> Result<Option<CompiledBook>, AuditError> {
    let Some(body) = store.rule_book(version).await? else { return Ok(None) };
    let Ok(Record::Rules(book)) = serde_json::from_str(&body) else { return Ok(None) };
    let compiled = RuleBook::of(*book).and_then(|book| book.compile());
    compiled.map(Some).map_err(|source| AuditError::Book { version, source })
}

/// What it should cost and the lines that differ; the inner `None` when nothing does.
fn compare<'a>(
    sale: &Sale,
    (settings, zone): (&domain::store::Store, &TimeZone),
    terms: impl Fn(&str) -> Option<&'a Terms>,
    book: Option<&CompiledBook>,
) -> Option<Option<(Money, Vec<u32>)>> {
    let used = BTreeMap::new();
    let mut nearest = None;
    // Prices are those of the minute in which the paying began, and a coupon counts once head office has set it aside:
    // both lie between the two ends that are tried.
    for at in [sale.completed_at, sale.started_at] {
        for all_coupons in [false, true] {
            let minute = Timestamp::from_second(at.as_second().div_euclid(60) * 60).ok()?;
            let promotions = book.map(|book| Promotions {
                book,
                now: minute,
                local: minute.to_zoned(zone.clone()).datetime(),
                store: &settings.id,
                channel: CHANNEL_STORE,
                used: &used,
            });
            let basket = basket(sale, settings, &terms, all_coupons)?;
            let priced = price(&basket, &PriceContext { tax: settings.tax_rules(), promotions });
            let lines = differing(sale, &priced);
            if lines.is_empty() && priced.total == sale.total {
                return Some(None);
            }
            nearest = nearest.or(Some((priced.total, lines)));
        }
    }
    Some(nearest)
}

fn basket<'a>(
    sale: &Sale,
    settings: &domain::store::Store,
    terms: impl Fn(&str) -> Option<&'a Terms>,
    all_coupons: bool,
) -> Option<Basket> {
    let mut about = sale.about.clone();
    about.coupons.retain(|coupon| all_coupons || coupon.grant.is_some());
    let lines = sale.lines.iter().map(|sold| {
        let mut line: Line = sold.line.clone();
        let kind = line.terms.kind;
        line.terms = Terms { kind, ..terms(&line.item).cloned().unwrap_or_default() };
        // Goods put by keep the price that was agreed.
        line.terms.not_discountable |= about.hold.is_some();
        // A price that its label carried.
        let list = if sold.list == sold.gross && sold.discounts.is_empty() {
            settings.tax_mode.shelf_amount(sold.gross, sold.tax)
        } else {
            sold.list
        };
        if line.facets.origin.is_none() && line.amount() != list && !list.is_zero() {
            line.label_amount = Some(list.abs());
        }
        line
    });
    let lines: Vec<Line> = lines.collect();
    let member = sale.member.as_ref().map(|(member, _)| member.clone());
    Basket::restore(sale.id, sale.started_at, member, about.clone(), lines)
}

fn differing(sale: &Sale, priced: &Priced) -> Vec<u32> {
    let differs = |sold: &&domain::sale::SaleLine| {
        priced.line(sold.line.no).is_none_or(|line| line.gross != sold.gross || line.tax != sold.tax)
    };
    sale.lines.iter().filter(differs).map(|sold| sold.line.no).collect()
}
