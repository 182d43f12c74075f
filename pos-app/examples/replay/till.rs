//! The till: engine, journal and replica, without devices; its clock is the file's.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, ensure};
use argon2::password_hash::PasswordHasher;
use domain::barcode::Barcode;
use domain::event::Event;
use domain::sale::Sale;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use journal::{Credentials, Identity, JournalReader, ReplicaWriter, SCOPE_CHAIN, scope_of_store};
use pos_app::engine::{Effect, Engine, Input, Now, Place, Said, Setup};
use pos_app::shell::{Ledger, ReplicaCatalogue};
use protocol::v1;
use simulation::shop::Good;
use ui::Intent;
use uuid::Uuid;

const PIN: &str = "1234";
const STAFF: &str = "07";
const STORE: &str = "s1";

/// A till at work.
pub struct Till {
    dir: PathBuf,
    engine: Engine,
    catalogue: ReplicaCatalogue,
    ledger: Ledger,
    at: DateTime,
    day: Option<Date>,
    ids: u128,
    places: HashMap<String, usize>,
    sales: Vec<Sale>,
    days: BTreeMap<String, i64>,
}

impl Drop for Till {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl Till {
    /// A till that sells these goods, with a supervisor at it.
    pub fn open(goods: &[Good]) -> Result<Till> {
        let dir = std::env::temp_dir().join(format!("guitai-replay-{}", std::process::id()));
        write_replica(&dir, goods)?;
        let mut catalogue = ReplicaCatalogue::open(&dir);
        let at = jiff::civil::date(2010, 1, 1).at(0, 0, 0, 0);
        let ids = 1_u128;
        let now = now(at, ids)?;
        let opened = Ledger::open(&dir, &catalogue, now, &words::Words::default())?
            .context("the store's settings cannot be used")?;
        catalogue.refresh();
        let setup = Setup { epoch: opened.epoch, ..Setup::till(1) };
        let mut engine = Engine::new(setup, opened.durable, now);
        for effect in engine.handle(now, &catalogue, Input::Started) {
            drop(effect);
        }
        let places = goods.iter().enumerate().map(|(place, good)| (good.id.clone(), place)).collect();
        let mut till = Till {
            dir,
            engine,
            catalogue,
            ledger: opened.ledger,
            at,
            day: None,
            ids,
            places,
            sales: Vec::new(),
            days: BTreeMap::new(),
        };
        till.wish(Intent::SignOn { staff: STAFF.into(), pin: PIN.into() })?;
        Ok(till)
    }

    /// Moves the clock; a new date closes the shift and opens another.
    pub fn be_at(&mut self, at: DateTime) -> Result<()> {
        if self.day != Some(at.date()) {
            self.close_day()?;
            self.at = at;
            self.wish(Intent::OpenShift { float: "100000".into() })?;
            self.day = Some(at.date());
        }
        // A cashier takes her time: the clock runs on with every touch, and never back within a day.
        self.at = self.at.max(at);
        Ok(())
    }

    /// Closes the shift, with the drawer as it should be.
    pub fn close_day(&mut self) -> Result<()> {
        let Some(shift) = self.engine.durable().shift.clone() else { return Ok(()) };
        self.wish(Intent::ShowClose)?;
        let expected = domain::money::Currency::of("GBP").context("a currency")?.plain(shift.expected_cash());
        ensure!(shift.expected_cash() >= domain::money::Money::ZERO, "more cash given back than taken: {expected}");
        self.wish(Intent::CloseShift { counted: expected })?;
        ensure!(self.engine.durable().shift.is_none(), "the shift stays open: {:?}", self.engine.said());
        Ok(())
    }

    /// Totals of the closed shifts by business date.
    pub fn days(&self) -> &BTreeMap<String, i64> {
        &self.days
    }

    /// Where goods of an id stand in the file's shop.
    pub fn place_of(&self, item: &str) -> usize {
        self.places[item]
    }

    /// So many pieces into the basket.
    pub fn add(&mut self, good: &Good, pieces: i64) -> Result<()> {
        self.wish(Intent::Enter { text: format!("{pieces}*{}", good.code) })
    }

    /// Goods back by their receipt.
    pub fn take_back(&mut self, receipt: &str, lines: &[(u32, i64)]) -> Result<()> {
        self.wish(Intent::Begin { action: "return".into() })?;
        self.wish(Intent::Answer { text: receipt.to_owned() })?;
        for (line, pieces) in lines {
            self.wish(Intent::ChooseQuantity { id: line.to_string(), text: pieces.to_string() })?;
        }
        self.wish(Intent::Confirm)?;
        self.wish(Intent::Answer { text: "unwanted".into() })?;
        self.wish(Intent::Answer { text: "to_stock".into() })?;
        ensure!(matches!(self.engine.place(), Place::Selling), "the return stands at {:?}", self.engine.place());
        Ok(())
    }

    /// Goods back that no receipt is known for.
    pub fn take_back_without_receipt(&mut self, good: &Good, pieces: i64) -> Result<()> {
        self.wish(Intent::ToggleReturn)?;
        self.add(good, pieces)
    }

    /// Takes the money, or gives it back.
    pub fn pay(&mut self) -> Result<Sale> {
        let before = self.sales.len();
        self.wish(Intent::Pay)?;
        // What a return without a receipt asks for, where it asks.
        if matches!(self.engine.place(), Place::Draft(_)) {
            self.wish(Intent::Answer { text: "unwanted".into() })?;
        }
        if !matches!(self.engine.place(), Place::Paid(_)) {
            self.wish(Intent::Cash { text: String::new() })?;
        }
        ensure!(
            self.sales.len() == before + 1,
            "the sale is not complete: {:?} {:?}",
            self.engine.said(),
            self.engine.place()
        );
        self.sales.pop().context("a sale")
    }

    /// Whether every event is in its place in the chain.
    pub fn verify(&self) -> Result<bool> {
        let reader = JournalReader::open(&self.dir)?.context("a journal")?;
        Ok(reader.verify()?.fault.is_none())
    }

    fn wish(&mut self, intent: Intent) -> Result<()> {
        let words = format!("{intent:?}");
        self.at = self.at.checked_add(jiff::SignedDuration::from_millis(500))?;
        self.input(Input::Intent(intent))?;
        match (self.engine.said(), self.engine.notice()) {
            (Said::Refused(trouble), _) => Err(anyhow!("{words} was refused: {trouble:?}")),
            (_, Some(notice)) => Err(anyhow!("{words} led to a notice: {notice:?}")),
            _ => Ok(()),
        }
    }

    fn input(&mut self, input: Input) -> Result<()> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.ids += 1;
            for effect in self.engine.handle(now(self.at, self.ids)?, &self.catalogue, input) {
                inputs.extend(self.perform(effect)?);
            }
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) -> Result<Option<Input>> {
        match effect {
            Effect::Commit { id, stamp, events, saves } => {
                let written = self.ledger.commit(&stamp, &events, saves);
                written.map_err(|why| anyhow!("the journal did not write: {why:?}"))?;
                for event in events {
                    match event {
                        Event::SaleCompleted(sale) => self.sales.push(*sale),
                        Event::ShiftClosed(closed) => {
                            let day = closed.shift.business_date.to_string();
                            *self.days.entry(day).or_default() += closed.shift.totals.gross.units();
                        }
                        _ => {}
                    }
                }
                Ok(Some(Input::Committed { id }))
            }
            Effect::Print { job, .. } => Ok(Some(Input::Printed { job })),
            _ => Ok(None),
        }
    }
}

fn now(at: DateTime, ids: u128) -> Result<Now> {
    let instant = at.to_zoned(TimeZone::UTC)?.timestamp();
    Ok(Now { at: instant, local: at, fresh: Uuid::from_u128(ids) })
}

fn write_replica(dir: &std::path::Path, goods: &[Good]) -> Result<()> {
    let params = argon2::Params::new(argon2::Params::MIN_M_COST, 1, 1, None).map_err(|error| anyhow!("{error}"))?;
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let pin = hasher.hash_password(PIN.as_bytes()).map_err(|error| anyhow!("{error}"))?.to_string();
    let staff = v1::Staff { id: STAFF.into(), name: "Lin".into(), role: "supervisor".into(), pin, card: None };
    let mut writer = ReplicaWriter::open(dir, 0)?;
    let identity = Identity { terminal: Uuid::from_u128(1), number: 1, store: STORE.into() };
    let credentials = Credentials {
        platform: String::new(),
        authority: String::new(),
        platform_key: String::new(),
        token: String::new(),
        private_key: Vec::new(),
    };
    writer.set_identity(&identity, &credentials, &[])?;
    let items =
        goods.iter().map(|good| anyhow::Ok(v1::Change { no: 1, record: v1::Record::Item(Box::new(item(good))) }));
    writer.replace(SCOPE_CHAIN, 1, items)?;
    let of_store = [v1::Record::Staff(staff), v1::Record::Store(Box::new(store()))];
    writer.replace(
        &scope_of_store(STORE),
        1,
        of_store.into_iter().map(|record| anyhow::Ok(v1::Change { no: 1, record })),
    )?;
    Ok(())
}

fn item(good: &Good) -> v1::Item {
    let key = Barcode::parse(&good.code, &[]).map_or_else(|_| good.code.clone(), |barcode| barcode.key());
    v1::Item {
        id: good.id.clone(),
        name: good.name.clone(),
        name_en: None,
        initials: String::new(),
        unit: "piece".into(),
        tax: "standard".into(),
        category: String::new(),
        codes: vec![key],
        prices: vec![v1::Price { from_ms: 0, price: good.price }],
        favourite: None,
        terms: None,
    }
}

fn store() -> v1::Store {
    v1::Store {
        id: STORE.into(),
        name: "Corner Gifts".into(),
        currency: "GBP".into(),
        time_zone: "UTC".into(),
        tax_mode: "included".into(),
        taxes: vec![v1::Tax { id: "standard".into(), rate_bp: 2000, exempt: false }],
        cash_rounding: v1::CashRounding { step: 1, mode: "nearest".into() },
        points_per: 0,
        day_starts_hour: 0,
        layouts: Vec::new(),
        receipt_header: Vec::new(),
        receipt_footer: Vec::new(),
        auto_lock_s: 0,
        policy: None,
    }
}
