//! The replica as the engine's catalogue. Small things are kept in memory and read again when the replica changes.

use std::path::{Path, PathBuf};

use domain::item::Item;
use domain::member::Member;
use domain::store::Store;
use domain::tax::TaxRate;
use journal::{Identity, JournalError, Replica};
use protocol::v1;

use crate::engine::{Catalogue, CatalogueFault, StaffMember, SyncView};

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
        };
        catalogue.refresh();
        catalogue
    }

    /// Looks whether the agent has written; whether anything is new.
    pub fn refresh(&mut self) -> bool {
        let result = match &mut self.replica {
            Some(replica) => replica.changed(),
            None => Replica::open(&self.dir).map(|replica| {
                self.replica = replica;
                self.replica.is_some()
            }),
        };
        match result {
            Ok(false) => false,
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
        let versions = replica.versions()?;
        if (versions.chain, versions.store) == self.versions && self.store.is_some() {
            return Ok(());
        }
        self.versions = (versions.chain, versions.store);
        let of_wire = |staff: v1::Staff| StaffMember { id: staff.id, name: staff.name, pin: staff.pin };
        self.staff = replica.staff()?.into_iter().map(of_wire).collect();
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
        let identity = self.replica.as_ref()?.identity();
        identity.inspect_err(|error| tracing::error!(%error, "failed reading the identity")).ok()?
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

    fn replica(&self) -> Result<&Replica, CatalogueFault> {
        self.replica.as_ref().ok_or_else(|| CatalogueFault("there is no replica".into()))
    }

    fn item_of(&self, item: v1::Item) -> Result<Item, CatalogueFault> {
        let taxes: &[TaxRate] = self.store.as_ref().map_or(&[], |store| &store.taxes);
        item.to_domain(taxes).map_err(|error| CatalogueFault(format!("item {}: {error}", item.id)))
    }

    fn items_of(&self, items: Vec<v1::Item>) -> Vec<Item> {
        let items = items.into_iter().map(|item| self.item_of(item));
        items.filter_map(|item| item.inspect_err(|error| tracing::warn!(%error, "an item is left out")).ok()).collect()
    }
}

fn fault(error: JournalError) -> CatalogueFault {
    CatalogueFault(error.to_string())
}

impl Catalogue for ReplicaCatalogue {
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
        Ok(self.items_of(self.replica()?.favourites(limit).map_err(fault)?))
    }

    fn member_by_code(&self, key: &str) -> Result<Option<Member>, CatalogueFault> {
        let member = self.replica()?.member_by_code(key).map_err(fault)?;
        let of_wire = |member: v1::Member| {
            let name = [member.phone.as_str(), member.name.as_str()];
            let name = name.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            Member { id: member.id, name, points_known: member.points }
        };
        Ok(member.map(of_wire))
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
}
