//! What a store sells, as far as phones and their payments need it: built from the catalogue when it has changed, kept in
//! memory, and told to phones in one small file.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::Arc;

use axum::body::Bytes;
use domain::aisle::{AisleKey, AisleLine, ExitLine};
use domain::barcode::{Barcode, ValueKind};
use domain::basket::{Added, Basket};
use domain::item::Item;
use domain::money::Money;
use domain::price::{CHANNEL_STORE, PriceContext, Promotions, price};
use domain::promotion::CompiledBook;
use domain::quantity::Unit;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use protocol::chain::Hash;
use protocol::v1::{self, BadRuleBook, BadWire, Record, RuleBook};
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc};
use uuid::Uuid;

use crate::store::{Export, Store, StoreError};

/// Records that wait to be looked at.
const PIECES_QUEUED_MAX: usize = 4;
/// Stores that are kept in memory.
const SHOPS_MAX: usize = 64;
/// Goods of one store that phones are told.
const ITEMS_MAX: usize = 200_000;

/// Flags of goods in a phone's catalogue.
const WEIGHED: u8 = 1;
const ADULTS: u8 = 2;
const TILL_ONLY: u8 = 4;
const NOT_PAID_HERE: u8 = 8;

/// Why a store has no goods for phones.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// There is no such store, or it has no key for phones.
    #[error("store {0} does not exist, or has no policy.aisle_key, so nobody scans with her own phone there")]
    Closed(String),
    /// Its settings, or goods, cannot be used.
    #[error("the settings or goods of the store cannot be used")]
    Settings(#[from] BadWire),
    /// The rule book cannot be used.
    #[error("the rule book cannot be used")]
    Book(#[from] BadRuleBook),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a basket is not priced here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPriced {
    /// A code that means nothing here.
    #[error("code {0:?} is none of this store's goods")]
    Unknown(String),
    /// Goods that a person or a till must see.
    #[error("item {0} is paid at a till")]
    AtTheTill(String),
    /// A line that a basket does not take.
    #[error("the basket takes no such line: {0}")]
    Line(String),
    /// Nothing is left to pay.
    #[error("there is nothing to pay")]
    Nothing,
}

/// A basket's price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedBasket {
    /// What each line costs.
    pub lines: Vec<ExitLine>,
    /// Their sum.
    pub total: Money,
    /// The instant at which rules were asked.
    pub at: Timestamp,
    /// Version of the rule book.
    pub rules: u64,
}

/// What a store sells at present.
pub struct Goods {
    /// Its settings.
    pub settings: domain::store::Store,
    /// The key of its phones' sessions.
    pub key: AisleKey,
    /// What phones fetch, packed by gzip.
    pub packed: Bytes,
    /// The same for who cannot unpack.
    pub plain: Bytes,
    /// Names the content (`ETag`).
    pub tag: String,
    zone: TimeZone,
    items: Vec<Item>,
    by_code: HashMap<String, usize>,
    book: Option<CompiledBook>,
    heads: (u64, u64),
    /// When a price begins to hold that is told otherwise.
    until: Option<Timestamp>,
}

/// The stores that were asked for, as they stand.
#[derive(Default)]
pub struct Shops(Mutex<BTreeMap<String, Arc<Goods>>>);

impl Shops {
    /// A store's goods at this time.
    ///
    /// # Errors
    /// [`ShopError`].
    pub async fn of(&self, store: &dyn Store, place: &str, now: Timestamp) -> Result<Arc<Goods>, ShopError> {
        let heads = (store.scope_head("chain").await?, store.scope_head(&format!("store-{place}")).await?);
        if heads.1 == 0 {
            return Err(ShopError::Closed(place.to_owned()));
        }
        // Held while they are built, so that a rush of phones builds them once.
        let mut shops = self.0.lock().await;
        let fresh = |goods: &Arc<Goods>| goods.heads == heads && goods.until.is_none_or(|until| now < until);
        if let Some(goods) = shops.get(place).filter(|goods| fresh(goods)) {
            return Ok(goods.clone());
        }
        let goods = Arc::new(Goods::build(store, place, heads, now).await?);
        if shops.len() >= SHOPS_MAX {
            shops.clear();
        }
        shops.insert(place.to_owned(), goods.clone());
        Ok(goods)
    }
}

/// What the records of both scopes say.
#[derive(Default)]
struct Told {
    settings: Option<Box<v1::Store>>,
    book: Option<Box<Value>>,
    items: BTreeMap<String, v1::Item>,
}

impl Told {
    async fn read(&mut self, store: &dyn Store, scope: &str) -> Result<(), StoreError> {
        let (sink, mut pieces) = mpsc::channel(PIECES_QUEUED_MAX);
        let looked = async {
            while let Some(piece) = pieces.recv().await {
                let Export::Bodies(bodies) = piece else { continue };
                bodies.iter().for_each(|body| self.take(body));
            }
        };
        let (exported, ()) = tokio::join!(store.export(scope, sink), looked);
        exported
    }

    fn take(&mut self, body: &str) {
        // A chain has far more members than goods; what is not looked at is not parsed.
        let wanted = ["{\"item\"", "{\"store\"", "{\"rules\""].iter().any(|begins| body.starts_with(begins));
        match wanted.then(|| serde_json::from_str(body).ok()).flatten() {
            Some(Record::Item(item)) => _ = self.items.insert(item.id.clone(), *item),
            Some(Record::Store(settings)) => self.settings = Some(settings),
            Some(Record::Rules(book)) => self.book = Some(book),
            Some(_) | None => {}
        }
    }
}

impl Goods {
    async fn build(store: &dyn Store, place: &str, heads: (u64, u64), now: Timestamp) -> Result<Goods, ShopError> {
        let mut told = Told::default();
        told.read(store, "chain").await?;
        told.read(store, &format!("store-{place}")).await?;
        let closed = || ShopError::Closed(place.to_owned());
        let wire = told.settings.ok_or_else(closed)?;
        let settings = domain::store::Store::try_from(&*wire)?;
        let key = settings.policy.aisle_key.clone().ok_or_else(closed)?;
        let book = match told.book {
            Some(book) => Some(RuleBook::of(*book)?.compile()?),
            None => None,
        };
        let mut items = Vec::new();
        let mut by_code = HashMap::new();
        let mut rows = Vec::new();
        let mut until: Option<Timestamp> = None;
        for wire in told.items.values().take(ITEMS_MAX) {
            // Goods whose record is damaged are not sold; the others are.
            let Ok(item) = wire.to_domain(&settings.taxes) else { continue };
            let later = wire.prices.iter().filter_map(|price| Timestamp::from_millisecond(price.from_ms).ok());
            until = later.filter(|from| *from > now).chain(until).min();
            let Some(shelf) = item.prices.at(now) else { continue };
            wire.codes.iter().for_each(|code| _ = by_code.insert(code.clone(), items.len()));
            rows.push(row(wire, &item, shelf));
            items.push(item);
        }
        let plain = Bytes::from(catalogue(&settings, now, rows).to_string());
        let packed = packed(&plain);
        let tag = Hash::of(&plain).to_string()[..32].to_owned();
        let zone = TimeZone::get(&wire.time_zone).unwrap_or(TimeZone::UTC);
        Ok(Goods { settings, key, packed, plain, tag, zone, items, by_code, book, heads, until })
    }

    /// What a basket costs, by the rules that hold at this time; a till with the same rule book says the same of it.
    ///
    /// # Errors
    /// [`NotPriced`], when it is to be paid at a till, or nowhere.
    pub fn price(&self, lines: &[AisleLine], now: Timestamp) -> Result<PricedBasket, NotPriced> {
        let minute = now.as_second().div_euclid(60) * 60;
        let at = Timestamp::from_second(minute).expect("a minute that has begun");
        let mut basket = Basket::new(Uuid::nil(), at);
        let mut placed = Vec::new();
        for line in lines {
            placed.push(self.add(&mut basket, line, at)?);
        }
        let used = BTreeMap::new();
        let promotions = self.book.as_ref().map(|book| Promotions {
            book,
            now: at,
            local: at.to_zoned(self.zone.clone()).datetime(),
            store: &self.settings.id,
            channel: CHANNEL_STORE,
            used: &used,
        });
        let priced = price(&basket, &PriceContext { tax: self.settings.tax_rules(), promotions });
        if priced.total <= Money::ZERO {
            return Err(NotPriced::Nothing);
        }
        // Codes of one item share a line of the basket by how much of it they are.
        let mut shares = vec![Money::ZERO; lines.len()];
        for line in &priced.lines {
            let own: Vec<usize> = (0..placed.len()).filter(|at| placed[*at] == line.no).collect();
            let weights: Vec<i64> = own.iter().map(|at| lines[*at].quantity.in_thousandths()).collect();
            own.iter().zip(line.gross.allocate(&weights)).for_each(|(at, share)| shares[*at] = share);
        }
        let sold = lines.iter().zip(shares);
        let lines = sold.map(|(line, gross)| ExitLine { code: line.code.clone(), quantity: line.quantity, gross });
        Ok(PricedBasket { lines: lines.collect(), total: priced.total, at, rules: priced.rule_book })
    }

    fn add(&self, basket: &mut Basket, line: &AisleLine, at: Timestamp) -> Result<u32, NotPriced> {
        let unknown = || NotPriced::Unknown(line.code.clone());
        let code = Barcode::parse(&line.code, &self.settings.layouts).map_err(|_| unknown())?;
        let item = self.by_code.get(&code.key()).map(|at| &self.items[*at]).ok_or_else(unknown)?;
        let label = code.embedded(self.settings.currency).map_err(|_| unknown())?;
        let unweighed = item.unit == Unit::Kilogram && label.is_none();
        if unweighed || flags(item) & !WEIGHED != 0 {
            return Err(NotPriced::AtTheTill(item.id.clone()));
        }
        let added = Added { quantity: line.quantity, label, code: Some(code.key()), comes_back: false };
        basket.add(item, added, at).map_err(|error| NotPriced::Line(error.to_string()))
    }
}

fn flags(item: &Item) -> u8 {
    let terms = &item.terms;
    let till_only = terms.open_price || terms.kind.is_liability() || !terms.recalled_lots.is_empty();
    let not_here = terms.needs_serial || terms.needs_lot || terms.deposit.is_some() || terms.quantity_max.is_some();
    let flag = |so: bool, flag: u8| if so { flag } else { 0 };
    flag(item.unit == Unit::Kilogram, WEIGHED)
        | flag(terms.age_min.is_some(), ADULTS)
        | flag(till_only, TILL_ONLY)
        | flag(not_here, NOT_PAID_HERE)
}

/// Codes, name, English name, price and flags.
fn row(wire: &v1::Item, item: &Item, shelf: Money) -> Value {
    let short = |code: &String| match code.len() == 14 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        true => code.trim_start_matches('0').to_owned(),
        false => code.clone(),
    };
    let codes: Vec<String> = wire.codes.iter().map(short).collect();
    json!([codes, item.name, item.name_en, shelf.units(), flags(item)])
}

fn catalogue(settings: &domain::store::Store, now: Timestamp, items: Vec<Value>) -> Value {
    let layouts = settings.layouts.iter().map(|layout| {
        let value = match layout.kind() {
            ValueKind::Price => "price",
            ValueKind::Weight => "weight",
        };
        json!({ "pattern": layout.pattern(), "value": value, "decimals": layout.decimals() })
    });
    json!({
        "at": now.as_second(),
        "sign": settings.currency.sign(),
        "digits": settings.currency.digits(),
        "layouts": layouts.collect::<Vec<_>>(),
        "items": items,
    })
}

fn packed(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).expect("memory takes all bytes");
    Bytes::from(encoder.finish().expect("memory takes all bytes"))
}
