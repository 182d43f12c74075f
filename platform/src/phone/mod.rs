//! Scan and go: the page of a shopper's phone, what it needs to work in the aisle, and payments on it.
//!
//! The page is four small steps: it loads itself and the store's prices, gets a session, shows a basket to a kiosk (which
//! asks nobody), or pays here and shows at the way out what was paid. Nobody signs on, so nothing here tells more than what
//! stands on the shelves, and everything is counted.

mod goods;
mod leaving;
mod page;
mod payment;
mod proxies;
mod thumbs;
mod visits;
mod worker;

pub use goods::{Goods, NotPriced, PricedBasket, ShopError, Shops};
pub use leaving::{Claim, PhoneExit, as_events, claim, exits_of, table, unclaimed};
pub use page::{Asset, WordsOf, asset, manifest, page, words_of, worker_script};
pub use payment::{Kept, KeptError, PhoneRow, Stands};
pub use proxies::{BadProxy, Proxy, caller, counted_as};
pub use thumbs::Thumbs;
pub use visits::{Counts, Visits};
pub use worker::{Counter, CounterError, FAMILIES, Phone, Turns, work};

use protocol::identity::SigningKey;
use protocol::v1::{Record, Terminal};
use uuid::Uuid;

use crate::store::{RecordRow, Store, StoreError};

/// Tells the store's terminals whose signature opens its ways out: head office is their terminal number
/// [`domain::aisle::HEAD_OFFICE`]. Told once, it stays.
pub(crate) async fn tell_key(store: &dyn Store, place: &str, key: &SigningKey) -> Result<(), StoreError> {
    let id = Uuid::nil();
    let told = Terminal { id, number: domain::aisle::HEAD_OFFICE, public_key: key.public_hex() };
    let body = serde_json::to_string(&Record::Terminal(told)).expect("a record is JSON");
    let row = RecordRow { kind: "terminal", id: id.to_string(), gone: false, body };
    store.put(&format!("store-{place}"), vec![row]).await.map(drop)
}
