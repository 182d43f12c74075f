//! What the stock desk may look up beside the catalogue. The shell answers from journal and replica, tests from memory.

use domain::stock::book::StockBook;
use domain::stock::count::Count;
use domain::stock::document::{DeliveryNote, TransferSent};
use domain::stock::plan::Zone;

use crate::engine::CatalogueFault;

/// Stock of the store, as far as this terminal knows: its own journal, and what head office told of the others.
pub trait Stockroom {
    /// Zones of the store, in the order in which people walk.
    fn zones(&self) -> Result<Vec<Zone>, CatalogueFault>;
    /// Counts that are not closed, with all that is known of them, oldest first.
    fn counts(&self) -> Result<Vec<Count>, CatalogueFault>;
    /// What the book says of items; those that it does not know are left out.
    fn book(&self, items: &[String]) -> Result<StockBook, CatalogueFault>;
    /// What the book says of everything.
    fn whole_book(&self) -> Result<StockBook, CatalogueFault>;
    /// Deliveries that are expected.
    fn notes(&self) -> Result<Vec<DeliveryNote>, CatalogueFault>;
    /// Transfers that are on their way here.
    fn arriving(&self) -> Result<Vec<TransferSent>, CatalogueFault>;
}

/// A store of which nothing is told.
pub struct NoRoom;

impl Stockroom for NoRoom {
    fn zones(&self) -> Result<Vec<Zone>, CatalogueFault> {
        Ok(Vec::new())
    }

    fn counts(&self) -> Result<Vec<Count>, CatalogueFault> {
        Ok(Vec::new())
    }

    fn book(&self, _: &[String]) -> Result<StockBook, CatalogueFault> {
        Ok(StockBook::new())
    }

    fn whole_book(&self) -> Result<StockBook, CatalogueFault> {
        Ok(StockBook::new())
    }

    fn notes(&self) -> Result<Vec<DeliveryNote>, CatalogueFault> {
        Ok(Vec::new())
    }

    fn arriving(&self) -> Result<Vec<TransferSent>, CatalogueFault> {
        Ok(Vec::new())
    }
}
