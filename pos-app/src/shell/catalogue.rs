//! The replica, and the till's own journal, as the engine's catalogue. Small things are kept in memory and read again when
//! the replica changes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use domain::basket::Basket;
use domain::grant::{Account, Grant};
use domain::hold::Hold;
use domain::item::Item;
use domain::member::{Member, masked_name, masked_phone};
use domain::promotion::CompiledBook;
use domain::quantity::Quantity;
use domain::sale::Sale;
use domain::shift::ClosedShift;
use domain::stock::book::Movement;
use domain::store::Store;
use domain::tax::TaxRate;
use journal::{Identity, JournalError, Replica};
use protocol::identity::{SigningKey, verify};
use protocol::v1;
use uuid::Uuid;

use super::past::{Past, fault};
use crate::engine::{Catalogue, CatalogueFault, PastSale, StaffMember, Suspended, SuspendedElsewhere, SyncView};

/// Folder of the pictures of goods within the state directory, each named by its content; the agent brings them.
const PICTURES: &str = "pictures";

/// The catalogue of a state directory; empty until the agent has brought one.
pub struct ReplicaCatalogue {
    dir: PathBuf,
    replica: Option<Replica>,
    store: Option<Store>,
    time_zone: String,
    staff: Vec<StaffMember>,
    versions: (u64, u64),
    acknowledged: Vec<v1::Head>,
    last_contact_ms: Option<i64>,
    sync: SyncView,
    identity: Option<Identity>,
    key: Option<SigningKey>,
    /// The rule book as it was told, and as it is used.
    rules_told: Option<serde_json::Value>,
    rules: Option<Arc<CompiledBook>>,
    pub(super) past: Past,
    /// How this terminal moved the stock since head office told of it, by item; until the next look.
    pub(super) own_moves: RefCell<Option<BTreeMap<String, Vec<Movement>>>>,
    /// When the folder of pictures was changed last.
    pictures_at: Option<SystemTime>,
}

impl ReplicaCatalogue {
    /// The catalogue of a state directory.
    pub fn open(dir: &Path) -> ReplicaCatalogue {
        let mut catalogue = ReplicaCatalogue {
            dir: dir.to_owned(),
            replica: None,
            store: None,
            time_zone: "UTC".to_owned(),
            staff: Vec::new(),
            versions: (0, 0),
            acknowledged: Vec::new(),
            last_contact_ms: None,
            sync: SyncView::default(),
            identity: None,
            key: None,
            rules_told: None,
            rules: None,
            past: Past::of(dir),
            own_moves: RefCell::default(),
            pictures_at: None,
        };
        catalogue.refresh();
        catalogue
    }

    /// Looks whether the agent has written; whether anything is new.
    pub fn refresh(&mut self) -> bool {
        self.past.refresh();
        self.own_moves.replace(None);
        let pictures_at = self.dir.join(PICTURES).metadata().and_then(|found| found.modified()).ok();
        let new_pictures = std::mem::replace(&mut self.pictures_at, pictures_at) != pictures_at;
        let result = match &mut self.replica {
            Some(replica) => replica.changed(),
            None => Replica::open(&self.dir).map(|replica| {
                self.replica = replica;
                self.replica.is_some()
            }),
        };
        match result {
            Ok(false) => new_pictures,
            Ok(true) => {
                if let Err(error) = self.read() {
                    tracing::error!(%error, "failed reading the replica");
                }
                true
            }
            Err(error) => {
                tracing::warn!(%error, "failed looking at the replica");
                false
            }
        }
    }

    fn read(&mut self) -> Result<(), JournalError> {
        let Some(replica) = &self.replica else { return Ok(()) };
        self.acknowledged = replica.acknowledged()?;
        self.last_contact_ms = replica.contact()?.last_ms;
        let identity = replica.identity()?;
        if identity != self.identity {
            self.key = replica.signing_key()?.as_deref().and_then(signing_key);
            self.identity = identity;
        }
        let versions = replica.versions()?;
        if (versions.chain, versions.store) == self.versions && self.store.is_some() {
            return Ok(());
        }
        self.versions = (versions.chain, versions.store);
        let of_wire = |staff: v1::Staff| StaffMember {
            id: staff.id,
            name: staff.name,
            pin: staff.pin,
            role: staff.role,
            card: staff.card,
        };
        self.staff = replica.staff()?.into_iter().map(of_wire).collect();
        let rules = replica.rules()?;
        if rules != self.rules_told {
            match rules.clone().map(compile).transpose() {
                Ok(book) => self.rules = book,
                Err(error) => tracing::error!(%error, "the rule book cannot be used; the old one stays"),
            }
            self.rules_told = rules;
        }
        if let Some(store) = replica.store()? {
            self.time_zone.clone_from(&store.time_zone);
            match Store::try_from(&store) {
                Ok(store) => self.store = Some(store),
                Err(error) => tracing::error!(%error, "the store's settings cannot be used; the old ones stay"),
            }
        }
        Ok(())
    }

    /// Who this terminal is, once it is enrolled.
    pub fn identity(&self) -> Option<Identity> {
        self.identity.clone()
    }

    /// What the platform has.
    pub fn acknowledged(&self) -> &[v1::Head] {
        &self.acknowledged
    }

    /// IANA name of the store's zone.
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// Counts what head office does not have, against the journal's newest event.
    pub fn count_unsent(&mut self, head: Option<v1::Head>, now_ms: i64) {
        let sent = head.and_then(|head| self.acknowledged.iter().find(|known| known.epoch == head.epoch));
        let unsent = head.map_or(0, |head| head.seq.saturating_sub(sent.map_or(0, |sent| sent.seq)));
        let silent_s = self.last_contact_ms.map(|last| (now_ms - last).max(0) as u64 / 1000);
        self.sync = SyncView { unsent, silent_s };
    }

    pub(super) fn replica(&self) -> Result<&Replica, CatalogueFault> {
        self.replica.as_ref().ok_or_else(|| CatalogueFault("there is no replica".into()))
    }

    fn member_of(&self, member: v1::Member) -> Result<Member, CatalogueFault> {
        let note = self.past.noted(&member.id, &self.acknowledged)?.unwrap_or(member.note);
        let name = shown(&member.phone, &member.name);
        Ok(Member { id: member.id, name, points_known: member.points, level: member.level, note })
    }

    fn item_of(&self, item: v1::Item) -> Result<Item, CatalogueFault> {
        let taxes: &[TaxRate] = self.store.as_ref().map_or(&[], |store| &store.taxes);
        item.to_domain(taxes).map_err(|error| CatalogueFault(format!("item {}: {error}", item.id)))
    }

    /// Someone who became a member at this till, before head office has told of her.
    fn enrolled_here(&self, code: &str) -> Result<Option<Member>, CatalogueFault> {
        let Some(enrolled) = self.past.enrolled(code)? else { return Ok(None) };
        let note = self.past.noted(&enrolled.id, &self.acknowledged)?.unwrap_or_default();
        Ok(Some(Member {
            name: shown(&masked_phone(&enrolled.phone), &masked_name(&enrolled.name)),
            id: enrolled.id,
            points_known: 0,
            level: String::new(),
            note,
        }))
    }

    fn items_of(&self, items: Vec<v1::Item>) -> Vec<Item> {
        let items = items.into_iter().map(|item| self.item_of(item));
        items.filter_map(|item| item.inspect_err(|error| tracing::warn!(%error, "an item is left out")).ok()).collect()
    }
}

fn compile(book: serde_json::Value) -> Result<Arc<CompiledBook>, v1::BadRuleBook> {
    v1::RuleBook::of(book)?.compile().map(Arc::new)
}

fn signing_key(pkcs8: &[u8]) -> Option<SigningKey> {
    SigningKey::from_pkcs8(pkcs8).inspect_err(|error| tracing::error!(%error, "receipts bear no proof")).ok()
}

fn unusable(what: &str) -> impl Fn(v1::BadWire) -> CatalogueFault {
    move |error| CatalogueFault(format!("{what}: {error}"))
}

/// How a member is shown: number and name, as far as they are known.
fn shown(phone: &str, name: &str) -> String {
    [phone, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Catalogue for ReplicaCatalogue {
    fn stockroom(&self) -> &dyn crate::stock::Stockroom {
        self
    }

    fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    fn item_by_code(&self, key: &str) -> Result<Option<Item>, CatalogueFault> {
        self.replica()?.item_by_code(key).map_err(fault)?.map(|item| self.item_of(item)).transpose()
    }

    fn item(&self, id: &str) -> Result<Option<Item>, CatalogueFault> {
        self.replica()?.item(id).map_err(fault)?.map(|item| self.item_of(item)).transpose()
    }

    fn search(&self, text: &str, limit: usize) -> Result<Vec<Item>, CatalogueFault> {
        Ok(self.items_of(self.replica()?.search(text, limit).map_err(fault)?))
    }

    fn favourites(&self, limit: usize) -> Result<Vec<Item>, CatalogueFault> {
        let replica = self.replica()?;
        let items = match self.past.arranged(&self.acknowledged)? {
            Some(ids) if ids.is_empty() => replica.named_favourites(limit),
            Some(ids) => replica.items(&ids, limit),
            None => replica.favourites(limit),
        };
        Ok(self.items_of(items.map_err(fault)?))
    }

    fn categories(&self, limit: usize) -> Result<Vec<String>, CatalogueFault> {
        self.replica()?.categories(limit).map_err(fault)
    }

    fn items_in(&self, category: &str, limit: usize) -> Result<Vec<Item>, CatalogueFault> {
        Ok(self.items_of(self.replica()?.items_in(category, limit).map_err(fault)?))
    }

    fn picture(&self, item: &str) -> Option<String> {
        let told = self.replica().ok()?.picture(item);
        let hash = told.inspect_err(|error| tracing::warn!(%error, "a picture is left out")).ok()??;
        let path = self.dir.join(PICTURES).join(format!("{hash}.png"));
        path.exists().then(|| path.to_string_lossy().into_owned())
    }

    fn member_by_code(&self, key: &str) -> Result<Option<Member>, CatalogueFault> {
        let Some(member) = self.replica()?.member_by_code(key).map_err(fault)? else {
            return self.enrolled_here(key);
        };
        self.member_of(member).map(Some)
    }

    fn member(&self, id: &str) -> Result<Option<Member>, CatalogueFault> {
        self.replica()?.member(id).map_err(fault)?.map(|member| self.member_of(member)).transpose()
    }

    fn staff(&self) -> Vec<StaffMember> {
        self.staff.clone()
    }

    fn versions(&self) -> (u64, u64) {
        self.versions
    }

    fn sync(&self) -> SyncView {
        self.sync.clone()
    }

    fn rules(&self) -> Option<Arc<CompiledBook>> {
        self.rules.clone()
    }

    fn past_sale(&self, receipt: &str) -> Result<Option<PastSale>, CatalogueFault> {
        let Some(mut past) = self.past.sale(receipt)? else { return Ok(None) };
        past.returned = self.returned(past.sale.id)?;
        for sold in &mut past.sale.lines {
            // English names do not stand in events; those of today are the same goods' when the name is.
            let item = self.replica()?.item(&sold.line.item).map_err(fault)?;
            sold.line.name_en = item.filter(|item| item.name == sold.line.name).and_then(|item| item.name_en);
        }
        Ok(Some(past))
    }

    fn sale_paid_before(&self, order: &str) -> Result<Option<PastSale>, CatalogueFault> {
        self.past.sale_paid_before(order)
    }

    fn returned(&self, sale: Uuid) -> Result<Vec<(u32, Quantity)>, CatalogueFault> {
        let own_number = self.identity.as_ref().map(|identity| identity.number);
        // What this till took back stands in its journal; head office may know more only if the journal was lost.
        let mut own: BTreeMap<u32, i64> = self.past.returned(sale)?.into_iter().collect();
        let mut others: BTreeMap<u32, i64> = BTreeMap::new();
        for told in self.replica()?.returned(sale).map_err(fault)? {
            match Some(told.terminal) == own_number {
                true => {
                    own.entry(told.line).and_modify(|known| *known = told.quantity.max(*known)).or_insert(told.quantity)
                }
                false => others
                    .entry(told.line)
                    .and_modify(|sum| *sum = sum.saturating_add(told.quantity))
                    .or_insert(told.quantity),
            };
        }
        for (line, thousandths) in own {
            let sum = others.entry(line).or_default();
            *sum = sum.saturating_add(thousandths);
        }
        Ok(others.into_iter().map(|(line, thousandths)| (line, Quantity::thousandths(thousandths))).collect())
    }

    fn returns_of(&self, sale: Uuid) -> Result<Vec<Sale>, CatalogueFault> {
        self.past.returns_of(sale)
    }

    fn last_purchases(&self, member: &str, limit: usize) -> Result<Vec<PastSale>, CatalogueFault> {
        let mut purchases = self.past.purchases(member, limit)?;
        for past in &mut purchases {
            past.returned = self.returned(past.sale.id)?;
        }
        Ok(purchases)
    }

    fn rule_uses(&self, member: &str) -> Result<Vec<(String, u32)>, CatalogueFault> {
        self.past.rule_uses(member)
    }

    fn suspended_elsewhere(&self) -> Result<Vec<SuspendedElsewhere>, CatalogueFault> {
        let own_number = self.identity.as_ref().map(|identity| identity.number);
        let mut elsewhere = Vec::new();
        for told in self.replica()?.suspended().map_err(fault)? {
            if Some(told.terminal) != own_number && self.past.was_recalled(told.basket.id)? {
                continue;
            }
            let aside = suspended_of(&told).map_err(unusable("a sale put aside elsewhere"))?;
            elsewhere.push(SuspendedElsewhere { till: told.terminal, suspended: aside });
        }
        Ok(elsewhere)
    }

    fn grants(&self, account: &Account) -> Result<Vec<Grant>, CatalogueFault> {
        let Some(identity) = &self.identity else { return Ok(Vec::new()) };
        let told = self.replica()?.grants(identity.terminal, account.kind.word(), &account.number).map_err(fault)?;
        let mut grants = Vec::new();
        for grant in &told {
            let mut grant = Grant::try_from(grant).map_err(unusable("a grant"))?;
            grant.units -= self.past.spent(grant.id)?;
            if grant.units > 0 {
                grants.push(grant);
            }
        }
        Ok(grants)
    }

    fn hold(&self, code: &str) -> Result<Option<Hold>, CatalogueFault> {
        if let Some(hold) = self.past.hold(code)? {
            return Hold::try_from(&hold).map(Some).map_err(unusable("goods put by"));
        }
        for told in self.replica()?.holds(code).map_err(fault)? {
            if !self.past.hold_has_ended(told.basket.id)? {
                return Hold::try_from(&told).map(Some).map_err(unusable("goods put by"));
            }
        }
        Ok(None)
    }

    fn last_z(&self) -> Result<Option<ClosedShift>, CatalogueFault> {
        self.past.last_z()
    }

    fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        self.key.as_ref().map(|key| key.sign(message))
    }

    fn verify(&self, till: u32, message: &[u8], signature: &[u8]) -> bool {
        let own = self.identity.as_ref().filter(|identity| identity.number == till).and(self.key.as_ref());
        if own.is_some_and(|key| verify(&key.public_hex(), message, signature)) {
            return true;
        }
        let known = self.replica().and_then(|replica| replica.terminals(till).map_err(fault));
        match known {
            Ok(terminals) => terminals.iter().any(|known| verify(&known.public_key, message, signature)),
            Err(error) => {
                tracing::error!(%error, "a receipt's proof cannot be checked");
                false
            }
        }
    }
}

fn suspended_of(told: &v1::Suspended) -> Result<Suspended, v1::BadWire> {
    Ok(Suspended {
        basket: Basket::try_from(&told.basket)?,
        at: v1::instant("suspended.at_ms", told.at_ms)?,
        staff: told.staff.clone(),
    })
}
