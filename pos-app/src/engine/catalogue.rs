//! What the engine may look up. The shell answers from the replica, tests from memory.

use domain::item::Item;
use domain::member::Member;
use domain::store::Store;

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
    /// Goods that are sold without a code at hand.
    fn favourites(&self, limit: usize) -> Result<Vec<Item>, CatalogueFault>;
    /// The member of a card, number or code.
    fn member_by_code(&self, key: &str) -> Result<Option<Member>, CatalogueFault>;
    /// Who may sign on.
    fn staff(&self) -> Vec<StaffMember>;
    /// Change numbers of the chain's and the store's catalogue.
    fn versions(&self) -> (u64, u64);
    /// How the connection to head office stands.
    fn sync(&self) -> SyncView;
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
}

/// How the connection to head office stands.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SyncView {
    /// Events that head office does not have.
    pub unsent: u64,
    /// Seconds since head office last answered; `None` when never.
    pub silent_s: Option<u64>,
}
