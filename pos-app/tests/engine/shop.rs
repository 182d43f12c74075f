//! A catalogue in memory, a clock that counts.

use argon2::password_hash::PasswordHasher;
use domain::item::{Item, PriceList};
use domain::member::Member;
use domain::money::{Currency, Money};
use domain::quantity::Unit;
use domain::store::Store;
use domain::tax::{TaxMode, TaxRate};
use domain::tender::{CashRounding, RoundingMode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pos_app::engine::{Catalogue, CatalogueFault, Now, StaffMember, SyncView};
use uuid::Uuid;

pub const PIN: &str = "1234";

/// The moment of a step; its fresh id is the step's number.
pub fn clock(step: u64) -> Now {
    let at = Timestamp::from_second(1_772_000_000 + step as i64).unwrap();
    Now { at, local: at.to_zoned(TimeZone::UTC).datetime(), fresh: Uuid::from_u128(u128::from(step)) }
}

pub struct Shop {
    store: Store,
    items: Vec<(&'static str, Item)>,
    pin: String,
}

impl Shop {
    pub fn new() -> Shop {
        static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        let tax = TaxRate { id: "standard".into(), basis_points: 1300 };
        let item = |id: &str, name: &str, price, unit| Item {
            id: id.into(),
            name: name.into(),
            name_en: None,
            unit,
            tax: tax.clone(),
            code: None,
            prices: PriceList::new(vec![(Timestamp::UNIX_EPOCH, Money::minor(price))]),
        };
        Shop {
            store: Store {
                id: "s".into(),
                name: "Shop".into(),
                currency: Currency::of("CNY").unwrap(),
                tax_mode: TaxMode::Included,
                taxes: vec![tax.clone()],
                cash_rounding: CashRounding { step: Money::minor(10), mode: RoundingMode::Down },
                points_per: Money::minor(100),
                day_starts_hour: 4,
                layouts: Vec::new(),
                receipt_header: Vec::new(),
                receipt_footer: Vec::new(),
                auto_lock_seconds: 50,
            },
            items: vec![
                ("04006381333931", item("1", "pen", 199, Unit::Piece)),
                ("06901234567892", item("2", "cup", 505, Unit::Piece)),
                ("1001", item("3", "pears", 1280, Unit::Kilogram)),
            ],
            pin: HASH.get_or_init(hash).clone(),
        }
    }
}

fn hash() -> String {
    let params = argon2::Params::new(argon2::Params::MIN_M_COST, 1, 1, None).unwrap();
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    hasher.hash_password(PIN.as_bytes()).unwrap().to_string()
}

impl Catalogue for Shop {
    fn store(&self) -> Option<&Store> {
        Some(&self.store)
    }

    fn item_by_code(&self, key: &str) -> Result<Option<Item>, CatalogueFault> {
        if key == "40" {
            return Err(CatalogueFault("a page is unreadable".into()));
        }
        Ok(self.items.iter().find(|(code, _)| *code == key).map(|(_, item)| item.clone()))
    }

    fn item(&self, id: &str) -> Result<Option<Item>, CatalogueFault> {
        Ok(self.items.iter().find(|(_, item)| item.id == id).map(|(_, item)| item.clone()))
    }

    fn search(&self, text: &str, limit: usize) -> Result<Vec<Item>, CatalogueFault> {
        let found = self.items.iter().filter(|(_, item)| item.name.contains(text));
        Ok(found.map(|(_, item)| item.clone()).take(limit).collect())
    }

    fn favourites(&self, limit: usize) -> Result<Vec<Item>, CatalogueFault> {
        self.search("", limit)
    }

    fn member_by_code(&self, key: &str) -> Result<Option<Member>, CatalogueFault> {
        Ok((key == "M1").then(|| Member { id: "M1".into(), name: "W*".into(), points_known: 5 }))
    }

    fn staff(&self) -> Vec<StaffMember> {
        vec![StaffMember { id: "07".into(), name: "Lin".into(), pin: self.pin.clone() }]
    }

    fn versions(&self) -> (u64, u64) {
        (1, 1)
    }

    fn sync(&self) -> SyncView {
        SyncView::default()
    }
}
