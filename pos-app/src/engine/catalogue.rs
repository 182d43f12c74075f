//! What the engine may look up. The shell answers from the replica, tests from memory.

use std::sync::Arc;

use domain::grant::{Account, Grant};
use domain::hold::Hold;
use domain::item::Item;
use domain::member::Member;
use domain::promotion::CompiledBook;
use domain::quantity::Quantity;
use domain::sale::Sale;
use domain::shift::ClosedShift;
use domain::store::Store;
use jiff::civil::Date;
use uuid::Uuid;

use super::state::Suspended;
use crate::stock::{NoRoom, Stockroom};

/// The catalogue could not be read; the words are for the log and for support.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed reading the catalogue: {0}")]
pub struct CatalogueFault(pub String);

/// Goods, members, staff and settings as head office last told them.
pub trait Catalogue {
    /// Settings; `None` before the first download.
    fn store(&self) -> Option<&Store>;
    /// The item of a key, see [`domain::barcode::Barcode::key`].
    fn item_by_code(&self, key: &str) -> Result<Option<Item>, CatalogueFault>;
    /// The item of an id.
    fn item(&self, id: &str) -> Result<Option<Item>, CatalogueFault>;
    /// Items by name, pinyin initials or code, the best first.
    fn search(&self, text: &str, limit: usize) -> Result<Vec<Item>, CatalogueFault>;
    /// Goods that are sold without a code at hand, as they were arranged last, here or elsewhere in the store.
    fn favourites(&self, limit: usize) -> Result<Vec<Item>, CatalogueFault>;
    /// The store's categories of goods.
    fn categories(&self, limit: usize) -> Result<Vec<String>, CatalogueFault>;
    /// Items of a category.
    fn items_in(&self, category: &str, limit: usize) -> Result<Vec<Item>, CatalogueFault>;
    /// File of an item's picture, when it is there.
    fn picture(&self, item: &str) -> Option<String>;
    /// The member of a card, number or code.
    fn member_by_code(&self, key: &str) -> Result<Option<Member>, CatalogueFault>;
    /// The member of an id, such as a phone's code names it.
    fn member(&self, id: &str) -> Result<Option<Member>, CatalogueFault>;
    /// Stock of the store.
    fn stockroom(&self) -> &dyn Stockroom {
        &NoRoom
    }
    /// Who may sign on.
    fn staff(&self) -> Vec<StaffMember>;
    /// Change numbers of the chain's and the store's catalogue.
    fn versions(&self) -> (u64, u64);
    /// How the connection to head office stands.
    fn sync(&self) -> SyncView;
    /// The rule book that holds; `None` when head office has told none.
    fn rules(&self) -> Option<Arc<CompiledBook>>;
    /// A sale of this till by the number of its receipt.
    fn past_sale(&self, receipt: &str) -> Result<Option<PastSale>, CatalogueFault>;
    /// The sale of this till whose goods were paid on a phone, by the number of that payment.
    fn sale_paid_before(&self, order: &str) -> Result<Option<PastSale>, CatalogueFault>;
    /// What came back of a sale, by its lines: at this till, and at others of the store as far as head office has told.
    fn returned(&self, sale: Uuid) -> Result<Vec<(u32, Quantity)>, CatalogueFault>;
    /// Sales of this till in which goods of a sale came back, oldest first.
    fn returns_of(&self, sale: Uuid) -> Result<Vec<Sale>, CatalogueFault>;
    /// What a member bought at this till, the newest first.
    fn last_purchases(&self, member: &str, limit: usize) -> Result<Vec<PastSale>, CatalogueFault>;
    /// How often a member had rules with a limit for each member in sales of this till, by rule id.
    fn rule_uses(&self, member: &str) -> Result<Vec<(String, u32)>, CatalogueFault>;
    /// Sales that are aside in the store as head office tells it, oldest first: this till's own as well, but none of
    /// another till that was taken up here.
    fn suspended_elsewhere(&self) -> Result<Vec<SuspendedElsewhere>, CatalogueFault>;
    /// What this terminal may spend of an account, less what it has spent; what a basket on the counter takes is not
    /// taken off. The one that ends first stands first.
    fn grants(&self, account: &Account) -> Result<Vec<Grant>, CatalogueFault>;
    /// Goods put by under a code, here or at another till of the store, that were not collected or given up.
    fn hold(&self, code: &str) -> Result<Option<Hold>, CatalogueFault>;
    /// The newest close of this till.
    fn last_z(&self) -> Result<Option<ClosedShift>, CatalogueFault>;
    /// This terminal's signature; `None` before it is enrolled.
    fn sign(&self, message: &[u8]) -> Option<[u8; 64]>;
    /// Whether a signature is that of a till of the store.
    fn verify(&self, till: u32, message: &[u8], signature: &[u8]) -> bool;
}

/// A sale of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastSale {
    /// As its receipt tells it.
    pub sale: Sale,
    /// Staff id of who sold it.
    pub staff: String,
    /// Its business date.
    pub business_date: Date,
    /// What came back of it, by its lines; above zero.
    pub returned: Vec<(u32, Quantity)>,
}

/// A sale that a till of the store has put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspendedElsewhere {
    /// The till's number.
    pub till: u32,
    /// The sale.
    pub suspended: Suspended,
}

/// Someone who may sign on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// Her id, e.g. `07`.
    pub id: String,
    /// As colleagues call her.
    pub name: String,
    /// Argon2id of her PIN as a PHC string.
    pub pin: String,
    /// Id of her role, see [`domain::store::Policy::roles`].
    pub role: String,
    /// Number of the card she approves with, if any.
    pub card: Option<String>,
}

/// How the connection to head office stands.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SyncView {
    /// Events that head office does not have.
    pub unsent: u64,
    /// Seconds since head office last answered; `None` when never.
    pub silent_s: Option<u64>,
}
