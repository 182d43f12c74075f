//! Deposits (押金): taken with their goods, in the same number, and gone with them.

use domain::basket::{Added, Basket, Facets, Line};
use domain::quantity::Quantity;
use jiff::Timestamp;

use super::goods::untaxed_if_owed;
use super::selling::fault;
use super::{Catalogue, Engine, Trouble};

impl Engine {
    /// Brings the deposits of a basket in line with its goods. Goods that come back with their receipt bring the deposit
    /// that the receipt says, or none.
    pub(super) fn settle_deposits(
        &self,
        basket: &mut Basket,
        catalogue: &dyn Catalogue,
        at: Timestamp,
    ) -> Result<(), Trouble> {
        let orphans: Vec<u32> = basket
            .active()
            .filter(|line| line.facets.deposit_of.is_some_and(|goods| basket.line(goods).is_none()))
            .map(|line| line.no)
            .collect();
        for no in orphans {
            basket.void(no).map_err(Trouble::Basket)?;
        }
        let wanted: Vec<(u32, String, i64)> = basket.active().filter_map(wants).collect();
        for (goods, deposit, pieces) in wanted {
            let known =
                basket.active().find(|line| line.facets.deposit_of == Some(goods)).map(|line| (line.no, line.pieces()));
            let quantity = Quantity::pieces(pieces.abs());
            match known {
                Some((_, there)) if there == pieces => {}
                Some((no, _)) => basket.set_quantity(no, quantity).map_err(Trouble::Basket)?,
                None => {
                    let missing = || Trouble::DepositMissing(name_of(basket, goods, self.english));
                    let item = catalogue.item(&deposit).map_err(fault)?.ok_or_else(missing)?;
                    if item.prices.at(at).is_none() {
                        return Err(missing());
                    }
                    let item = untaxed_if_owed(item);
                    let facets = Facets { deposit_of: Some(goods), ..Facets::default() };
                    let added = Added { quantity, comes_back: pieces < 0, ..Added::one() };
                    basket.add_with(&item, added, facets, at).map_err(Trouble::Basket)?;
                }
            }
        }
        Ok(())
    }
}

/// Number of the goods, item id of their deposit, pieces (negative when they come back).
fn wants(line: &Line) -> Option<(u32, String, i64)> {
    let deposit = line.terms.deposit.clone().filter(|_| line.facets.origin.is_none())?;
    Some((line.no, deposit, line.pieces()))
}

fn name_of(basket: &Basket, no: u32, english: bool) -> String {
    basket.line(no).map(|line| line.name_in(english).to_owned()).unwrap_or_default()
}
