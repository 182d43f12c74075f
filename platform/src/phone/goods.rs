//! What a store sells, as far as phones and their payments need it: built from the catalogue when it has changed, kept in
//! memory, and told to phones in one small file.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::{Arc, MutexGuard};

use axum::body::Bytes;
use domain::aisle::{AisleKey, AisleLine, ExitLine};
use domain::barcode::{Barcode, ValueKind};
use domain::basket::{Added, Basket};
use domain::item::Item;
use domain::member::Member;
use domain::money::Money;
use domain::price::{CHANNEL_STORE, PriceContext, Promotions, price};
use domain::promotion::CompiledBook;
use domain::quantity::{Quantity, Unit};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use protocol::chain::Hash;
use protocol::v1::{self, BadRuleBook, BadWire, Record, RuleBook};
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc};
use uuid::Uuid;

use crate::store::{CHANGES_BEHIND_MAX, Export, GoodsMark, Store, StoreError};

/// Records that wait to be looked at.
const PIECES_QUEUED_MAX: usize = 4;
/// Stores that are kept in memory.
const SHOPS_MAX: usize = 64;
/// Goods of one store that phones are told.
const ITEMS_MAX: usize = 200_000;

/// Hexadecimal digits of a picture's name.
const PICTURE_NAME_CHARS: usize = 12;

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
    /// Names the content (`ETag`), apart from when it was put together.
    pub tag: String,
    zone: TimeZone,
    items: Vec<Item>,
    by_code: HashMap<String, usize>,
    /// Pictures by the names under which phones are told of them.
    pictures: HashMap<String, Hash>,
    book: Option<CompiledBook>,
    /// When a price begins to hold that is told otherwise.
    until: Option<Timestamp>,
}

/// The stores that were asked for, as they stand: each is built by one who asks while the others of that store wait.
#[derive(Default)]
pub struct Shops(std::sync::Mutex<Shelf>);

/// The place of one store, empty until it is built.
type Slot = Arc<Mutex<Option<Kept>>>;

#[derive(Default)]
struct Shelf {
    /// By store, with the question that was the last about it.
    slots: BTreeMap<String, (Slot, u64)>,
    /// Grows with every question; the store that nobody asked for longest makes room.
    asked: u64,
}

/// A store as it was at a mark; closed when nobody scans with her own phone there.
struct Kept {
    marks: [GoodsMark; 2],
    goods: Option<Arc<Goods>>,
}

impl Kept {
    fn is_fresh(&self, marks: &[GoodsMark; 2], now: Timestamp) -> bool {
        // Words about goods that are gone are dropped far behind the head, and do not count any more from then on.
        let near = |(was, is): (&GoodsMark, &GoodsMark)| is.head.saturating_sub(was.head) < CHANGES_BEHIND_MAX;
        let same = |(was, is): (&GoodsMark, &GoodsMark)| was.newest == is.newest;
        let both = || self.marks.iter().zip(marks);
        let until = self.goods.as_ref().and_then(|goods| goods.until);
        both().all(same) && both().all(near) && until.is_none_or(|until| now < until)
    }
}

impl Shops {
    /// A store's goods at this time.
    ///
    /// # Errors
    /// [`ShopError`].
    pub async fn of(&self, store: &dyn Store, place: &str, now: Timestamp) -> Result<Arc<Goods>, ShopError> {
        let closed = || ShopError::Closed(place.to_owned());
        let marks = store.goods_marks(place).await?;
        // Names that nobody gave to a store take no room.
        if marks[1].head == 0 {
            return Err(closed());
        }
        let slot = self.slot(place);
        // Held while they are built, so that a rush of phones builds them once.
        let mut slot = slot.lock().await;
        if let Some(kept) = slot.as_ref().filter(|kept| kept.is_fresh(&marks, now)) {
            return kept.goods.clone().ok_or_else(closed);
        }
        // Others may have built them while this one waited, from newer marks; then these are read anew, not older again.
        let marks = store.goods_marks(place).await?;
        if let Some(kept) = slot.as_ref().filter(|kept| kept.is_fresh(&marks, now)) {
            return kept.goods.clone().ok_or_else(closed);
        }
        let goods = match Goods::build(store, place, now).await {
            Ok(goods) => Some(Arc::new(goods)),
            Err(ShopError::Closed(_)) => None,
            Err(error) => return Err(error),
        };
        *slot = Some(Kept { marks, goods: goods.clone() });
        goods.ok_or_else(closed)
    }

    /// The place of a store. One store makes room for it, when there is none.
    fn slot(&self, place: &str) -> Slot {
        let mut shelf: MutexGuard<'_, Shelf> = self.0.lock().unwrap_or_else(|held| held.into_inner());
        shelf.asked += 1;
        let asked = shelf.asked;
        if !shelf.slots.contains_key(place) && shelf.slots.len() >= SHOPS_MAX {
            let oldest = shelf.slots.iter().min_by_key(|(_, (_, asked))| *asked).map(|(place, _)| place.clone());
            oldest.and_then(|place| shelf.slots.remove(&place));
        }
        let (slot, last) = shelf.slots.entry(place.to_owned()).or_default();
        *last = asked;
        slot.clone()
    }
}

/// What the records of both scopes say.
#[derive(Default)]
struct Told {
    settings: Option<Box<v1::Store>>,
    book: Option<Box<Value>>,
    items: BTreeMap<String, v1::Item>,
    pictures: HashMap<String, Hash>,
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
        let (exported, ()) = tokio::join!(store.export_goods(scope, sink), looked);
        exported
    }

    fn take(&mut self, body: &str) {
        match serde_json::from_str(body).ok() {
            Some(Record::Item(item)) => _ = self.items.insert(item.id.clone(), *item),
            Some(Record::Store(settings)) => self.settings = Some(settings),
            Some(Record::Rules(book)) => self.book = Some(book),
            Some(Record::Picture(picture)) => _ = self.pictures.insert(picture.item, picture.sha256),
            Some(_) | None => {}
        }
    }
}

impl Goods {
    async fn build(store: &dyn Store, place: &str, now: Timestamp) -> Result<Goods, ShopError> {
        let closed = || ShopError::Closed(place.to_owned());
        // Its own records first: the chain's are not read for a store that is closed.
        let mut own = Told::default();
        own.read(store, &format!("store-{place}")).await?;
        let wire = own.settings.take().ok_or_else(closed)?;
        let settings = domain::store::Store::try_from(&*wire)?;
        let key = settings.policy.aisle_key.clone().ok_or_else(closed)?;
        let mut told = Told::default();
        told.read(store, "chain").await?;
        told.items.extend(own.items);
        told.pictures.extend(own.pictures);
        told.book = own.book.or(told.book);
        let book = match told.book {
            Some(book) => Some(RuleBook::of(*book)?.compile()?),
            None => None,
        };
        let mut items = Vec::new();
        let mut by_code = HashMap::new();
        let mut rows = Vec::new();
        let mut until: Option<Timestamp> = None;
        let mut pictures = HashMap::new();
        for wire in told.items.values().take(ITEMS_MAX) {
            // Goods whose record is damaged are not sold; the others are.
            let Ok(item) = wire.to_domain(&settings.taxes) else { continue };
            let later = wire.prices.iter().filter_map(|price| Timestamp::from_millisecond(price.from_ms).ok());
            until = later.filter(|from| *from > now).chain(until).min();
            let Some(shelf) = item.prices.at(now) else { continue };
            wire.codes.iter().for_each(|code| _ = by_code.insert(code.clone(), items.len()));
            let picture = told.pictures.get(&wire.id).map(|sha256| (picture_name(*sha256), *sha256));
            rows.push(row(wire, &item, shelf, picture.as_ref().map(|(name, _)| &**name)));
            pictures.extend(picture);
            items.push(item);
        }
        // When they were put together is told, and names nothing: the same goods have the same name tomorrow.
        let mut told = catalogue(&settings, rows);
        let tag = Hash::of(told.to_string().as_bytes()).to_string()[..32].to_owned();
        told["at"] = json!(now.as_second());
        let plain = Bytes::from(told.to_string());
        let packed = packed(&plain);
        let zone = TimeZone::get(&wire.time_zone).unwrap_or(TimeZone::UTC);
        Ok(Goods { settings, key, packed, plain, tag, zone, items, by_code, pictures, book, until })
    }

    /// The picture that phones know by a name.
    pub fn picture(&self, name: &str) -> Option<Hash> {
        self.pictures.get(name).copied()
    }

    /// What a basket costs, by the rules that hold at this time; a till with the same rule book says the same of it. Only
    /// rules that a member may have so many times are the till's alone: how often she had them is not known here.
    ///
    /// # Errors
    /// [`NotPriced`], when it is to be paid at a till, or nowhere.
    pub fn price(
        &self,
        lines: &[AisleLine],
        member: Option<&v1::Member>,
        now: Timestamp,
    ) -> Result<PricedBasket, NotPriced> {
        let minute = now.as_second().div_euclid(60) * 60;
        let at = Timestamp::from_second(minute).expect("a minute that has begun");
        let mut basket = Basket::new(Uuid::nil(), at);
        basket.member = member.map(|known| Member {
            id: known.id.clone(),
            name: known.name.clone(),
            points_known: known.points,
            level: known.level.clone(),
            note: String::new(),
        });
        let mut placed = Vec::new();
        for line in lines {
            placed.push(self.add(&mut basket, line, at)?);
        }
        let limited = self.book.iter().flat_map(|book| &book.book().rules);
        let used: BTreeMap<String, u32> =
            limited.filter_map(|rule| Some((rule.id.clone(), rule.limit_per_member?))).collect();
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
        // What is signed for the way out is what is priced here: whole pieces, and of a label the one that it was stuck on.
        let thousandths = line.quantity.in_thousandths();
        let is_whole = thousandths > 0 && thousandths % Quantity::ONE.in_thousandths() == 0;
        if !is_whole || (label.is_some() && line.quantity != Quantity::ONE) {
            return Err(NotPriced::Line(format!("{} of {}", line.quantity.plain(), line.code)));
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

/// How phones are told of a picture: short, since a catalogue names thousands of them, and nothing but goods of one shop is
/// asked for by it.
fn picture_name(sha256: Hash) -> String {
    sha256.to_string()[..PICTURE_NAME_CHARS].to_owned()
}

/// Codes, name, English name, price, flags and, where there is one, the name of the picture.
fn row(wire: &v1::Item, item: &Item, shelf: Money, picture: Option<&str>) -> Value {
    let short = |code: &String| match code.len() == 14 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        true => code.trim_start_matches('0').to_owned(),
        false => code.clone(),
    };
    let codes: Vec<String> = wire.codes.iter().map(short).collect();
    let mut row = vec![json!(codes), json!(item.name), json!(item.name_en), json!(shelf.units()), json!(flags(item))];
    row.extend(picture.map(Value::from));
    Value::from(row)
}

fn catalogue(settings: &domain::store::Store, items: Vec<Value>) -> Value {
    let layouts = settings.layouts.iter().map(|layout| {
        let value = match layout.kind() {
            ValueKind::Price => "price",
            ValueKind::Weight => "weight",
        };
        json!({ "pattern": layout.pattern(), "value": value, "decimals": layout.decimals() })
    });
    json!({
        "at": 0,
        "sign": settings.currency.sign(),
        "digits": settings.currency.digits(),
        "layouts": layouts.collect::<Vec<_>>(),
        "items": items,
    })
}

pub(super) fn packed(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).expect("memory takes all bytes");
    Bytes::from(encoder.finish().expect("memory takes all bytes"))
}
