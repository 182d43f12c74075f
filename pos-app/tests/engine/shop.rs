//! A catalogue in memory, a clock that counts.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use argon2::password_hash::PasswordHasher;
use domain::basket::{Added, Basket};
use domain::grant::{Account, AccountKind, Grant};
use domain::hold::Hold;
use domain::item::{Item, PriceList, Terms};
use domain::member::Member;
use domain::money::{Currency, Money};
use domain::promotion::CompiledBook;
use domain::quantity::{Quantity, Unit};
use domain::sale::Sale;
use domain::shift::ClosedShift;
use domain::store::Store;
use domain::tax::{TaxMode, TaxRate};
use domain::tender::{CashRounding, RoundingMode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pos_app::engine::{Catalogue, CatalogueFault, Now, PastSale, StaffMember, Suspended, SuspendedElsewhere, SyncView};
use protocol::identity::{SigningKey, verify};
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
    /// The rule book.
    pub rules: Option<Arc<CompiledBook>>,
    /// Sales of the past, oldest first.
    pub past: Vec<PastSale>,
    /// What other tills have put aside.
    pub elsewhere: Vec<SuspendedElsewhere>,
    /// What may be spent.
    pub grants: Vec<Grant>,
    /// What was spent of it here.
    pub spent: BTreeMap<Uuid, i64>,
    /// Goods put by.
    pub holds: Vec<Hold>,
    /// Who became a member here.
    pub enrolled: Vec<domain::member::Enrolment>,
    /// The newest close.
    pub last_z: Option<ClosedShift>,
    /// The favourites as they were arranged here last.
    pub arranged: Option<Vec<String>>,
    /// What is known of its stock.
    pub stock: super::stock::Room,
}

/// The key of the only terminal, number 1.
fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate().unwrap())
}

/// Head office's signature, which is made with the same key here.
pub fn signed_by_head_office(message: &[u8]) -> [u8; 64] {
    key().sign(message)
}

impl Shop {
    pub fn new() -> Shop {
        static HASH: OnceLock<String> = OnceLock::new();
        let tax = TaxRate::new("standard", 1300);
        let item = |id: &str, name: &str, price, unit| Item {
            id: id.into(),
            name: name.into(),
            name_en: None,
            unit,
            tax: tax.clone(),
            code: None,
            prices: PriceList::new(vec![(Timestamp::UNIX_EPOCH, Money::minor(price))]),
            terms: Default::default(),
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
                policy: Default::default(),
            },
            items: super::goods::items()
                .into_iter()
                .chain([
                    ("04006381333931", item("1", "pen", 199, Unit::Piece)),
                    ("06901234567892", {
                        let terms = Terms { category: "china".into(), ..Terms::default() };
                        Item { terms, ..item("2", "cup", 505, Unit::Piece) }
                    }),
                    ("1001", item("3", "pears", 1280, Unit::Kilogram)),
                ])
                .collect(),
            pin: HASH.get_or_init(hash).clone(),
            rules: Some(super::goods::rules()),
            past: Vec::new(),
            elsewhere: Vec::new(),
            grants: Vec::new(),
            spent: BTreeMap::new(),
            holds: Vec::new(),
            enrolled: Vec::new(),
            last_z: None,
            arranged: None,
            stock: Default::default(),
        }
    }
}

/// What this till may use of the coupon that is used once.
pub fn coupon_grant() -> Grant {
    let account = Account { kind: AccountKind::Coupon, number: "SAVE1".into() };
    Grant { id: Uuid::from_u128(7), account, units: 1, balance: 1, until: Timestamp::MAX }
}

/// A sale that another till has put aside.
pub fn aside_of_other(step: u64) -> Suspended {
    let shop = Shop::new();
    let mut basket = Basket::new(Uuid::from_u128(1 << 100 | u128::from(step)), clock(step).at);
    let (_, cup) = shop.items.iter().find(|(_, item)| item.id == "2").unwrap();
    basket.add(cup, Added::one(), clock(step).at).unwrap();
    Suspended { basket, at: clock(step).at, staff: "08".into() }
}

fn hash() -> String {
    let params = argon2::Params::new(argon2::Params::MIN_M_COST, 1, 1, None).unwrap();
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    hasher.hash_password(PIN.as_bytes()).unwrap().to_string()
}

impl Catalogue for Shop {
    fn stockroom(&self) -> &dyn pos_app::stock::Stockroom {
        &self.stock
    }

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
        match &self.arranged {
            Some(ids) if !ids.is_empty() => Ok(ids.iter().take(limit).filter_map(|id| self.item(id).ok()?).collect()),
            _ => self.search("", 3),
        }
    }

    fn categories(&self, limit: usize) -> Result<Vec<String>, CatalogueFault> {
        let mut names: Vec<String> = self.items.iter().map(|(_, item)| item.terms.category.clone()).collect();
        names.retain(|name| !name.is_empty());
        names.sort();
        names.dedup();
        names.truncate(limit);
        Ok(names)
    }

    fn items_in(&self, category: &str, limit: usize) -> Result<Vec<Item>, CatalogueFault> {
        let found = self.items.iter().filter(|(_, item)| item.terms.category == category);
        Ok(found.map(|(_, item)| item.clone()).take(limit).collect())
    }

    fn picture(&self, _item: &str) -> Option<String> {
        None
    }

    fn member_by_code(&self, key: &str) -> Result<Option<Member>, CatalogueFault> {
        let here = self.enrolled.iter().find(|new| new.phone == key || new.card.as_deref() == Some(key));
        if let Some(new) = here {
            let name = domain::member::masked_phone(&new.phone);
            return Ok(Some(Member {
                id: new.id.clone(),
                name,
                points_known: 0,
                level: String::new(),
                note: String::new(),
            }));
        }
        Ok((key == "M1").then(|| Member {
            id: "M1".into(),
            name: "W*".into(),
            points_known: 5,
            level: String::new(),
            note: String::new(),
        }))
    }

    fn member(&self, id: &str) -> Result<Option<Member>, CatalogueFault> {
        // Who is known here has her id as her code.
        self.member_by_code(id)
    }

    fn staff(&self) -> Vec<StaffMember> {
        let who = |id: &str, role: &str| StaffMember {
            id: id.into(),
            name: format!("n{id}"),
            pin: self.pin.clone(),
            role: role.into(),
            card: Some(format!("card{id}")),
        };
        vec![who("07", "supervisor"), who("08", "cashier")]
    }

    fn versions(&self) -> (u64, u64) {
        (1, 1)
    }

    fn sync(&self) -> SyncView {
        SyncView::default()
    }

    fn rules(&self) -> Option<Arc<CompiledBook>> {
        self.rules.clone()
    }

    fn past_sale(&self, receipt: &str) -> Result<Option<PastSale>, CatalogueFault> {
        Ok(self.past.iter().rev().find(|past| past.sale.receipt == receipt).cloned())
    }

    fn sale_paid_before(&self, order: &str) -> Result<Option<PastSale>, CatalogueFault> {
        let of_order = |past: &&PastSale| {
            past.sale
                .tenders
                .iter()
                .any(|tender| tender.reference.as_deref() == Some(order) && tender.payment.is_none())
        };
        Ok(self.past.iter().rev().find(of_order).cloned())
    }

    fn returned(&self, sale: Uuid) -> Result<Vec<(u32, Quantity)>, CatalogueFault> {
        let found = self.past.iter().find(|past| past.sale.id == sale);
        Ok(found.map(|past| past.returned.clone()).unwrap_or_default())
    }

    fn returns_of(&self, sale: Uuid) -> Result<Vec<Sale>, CatalogueFault> {
        let back = |past: &&PastSale| {
            let mut origins = past.sale.lines.iter().filter_map(|sold| sold.line.facets.origin.as_ref());
            origins.any(|origin| origin.sale == sale)
        };
        Ok(self.past.iter().filter(back).map(|past| past.sale.clone()).collect())
    }

    fn last_purchases(&self, member: &str, limit: usize) -> Result<Vec<PastSale>, CatalogueFault> {
        let of_member = |past: &&PastSale| past.sale.member.as_ref().is_some_and(|(known, _)| known.id == member);
        Ok(self.past.iter().rev().filter(of_member).take(limit).cloned().collect())
    }

    fn rule_uses(&self, member: &str) -> Result<Vec<(String, u32)>, CatalogueFault> {
        let of_member = |past: &&PastSale| past.sale.member.as_ref().is_some_and(|(known, _)| known.id == member);
        let mut uses = BTreeMap::<String, u32>::new();
        for (rule, times) in self.past.iter().filter(of_member).flat_map(|past| &past.sale.uses) {
            *uses.entry(rule.clone()).or_default() += times;
        }
        Ok(uses.into_iter().collect())
    }

    fn suspended_elsewhere(&self) -> Result<Vec<SuspendedElsewhere>, CatalogueFault> {
        Ok(self.elsewhere.clone())
    }

    fn grants(&self, account: &Account) -> Result<Vec<Grant>, CatalogueFault> {
        let left = |grant: &Grant| {
            let spent = self.spent.get(&grant.id).copied().unwrap_or_default();
            Grant { units: grant.units - spent, ..grant.clone() }
        };
        let of_account = self.grants.iter().filter(|grant| grant.account == *account).map(left);
        Ok(of_account.filter(|grant| grant.units > 0).collect())
    }

    fn hold(&self, code: &str) -> Result<Option<Hold>, CatalogueFault> {
        Ok(self.holds.iter().find(|hold| hold.code == code).cloned())
    }

    fn last_z(&self) -> Result<Option<ClosedShift>, CatalogueFault> {
        Ok(self.last_z.clone())
    }

    fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        Some(key().sign(message))
    }

    fn verify(&self, till: u32, message: &[u8], signature: &[u8]) -> bool {
        let head_office = till == domain::aisle::HEAD_OFFICE;
        (till == 1 || head_office) && verify(&key().public_hex(), message, signature)
    }
}
