//! Goods by weight. What is typed or comes from the scale is gross: the packaging is taken off, the item's own or the one
//! that is typed behind the weight, `1.250-0.020`. What a label says is net.

use domain::quantity::{Quantity, QuantityError, Unit};
use domain::store::Store;
use hal::Weight;

use super::goods::Taking;
use super::{Catalogue, Effect, Engine, Now, Place, Trouble, Weighing};

impl Engine {
    /// An item waits until its weight is typed or the scale stands still.
    pub(super) fn ask_weight(&mut self, goods: Taking) {
        let name = goods.item.name_in(self.english).to_owned();
        self.tell(Trouble::NeedsWeight(name), String::new());
        self.weighing = Some(Weighing { goods: Box::new(goods) });
    }

    /// The weight of the item that waits, as typed.
    pub(super) fn weight_typed(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        let Some(waiting) = &self.weighing else {
            return self.refuse(Trouble::NotHere);
        };
        let item = &waiting.goods.item;
        match net(text, item.unit, item.terms.tare) {
            Ok((quantity, tare)) => self.weighed_goods(now, catalogue, store, (quantity, tare, None), effects),
            Err(trouble) => self.refuse(trouble),
        }
    }

    /// A weight that stands still on the scale: it answers when an item waits for one, and means nothing otherwise.
    /// Nothing on the scale is no answer, and what was taken already is none twice.
    pub(super) fn scale_stands(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        weight: Weight,
        effects: &mut Vec<Effect>,
    ) {
        let here = matches!(self.place, Place::Selling | Place::Paid(_)) && self.signed_on.is_some();
        let waits = here && self.pending.is_none();
        let (Some(waiting), Some(store)) = (self.weighing.as_ref().filter(|_| waits), catalogue.store()) else {
            return;
        };
        let grams = weight.net_grams();
        if grams <= 0 {
            return;
        }
        if self.is_taken_already(grams) {
            return self.refuse(Trouble::WeighedAlready);
        }
        // What the scale takes off is not taken off twice.
        let own = waiting.goods.item.terms.tare.filter(|_| !weight.tared);
        match less(Quantity::thousandths(grams), own) {
            Ok((quantity, tare)) => {
                self.weighed_goods(now, catalogue, store, (quantity, tare, Some(grams)), effects);
            }
            Err(trouble) => self.refuse(trouble),
        }
    }

    fn weighed_goods(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (quantity, tare, on_scale): (Quantity, Option<Quantity>, Option<i64>),
        effects: &mut Vec<Effect>,
    ) {
        if let Some(Weighing { goods }) = self.weighed() {
            self.offer(now, catalogue, store, Taking { quantity, tare, on_scale, ..*goods }, effects);
        }
    }
}

/// What is left of a typed quantity without its packaging, and the packaging. Pieces have none.
pub(super) fn net(text: &str, unit: Unit, own: Option<Quantity>) -> Result<(Quantity, Option<Quantity>), Trouble> {
    if unit == Unit::Piece {
        return Quantity::parse(text, unit).map(|quantity| (quantity, None)).map_err(Trouble::Quantity);
    }
    let (gross, tare) = match text.trim().split_once('-').filter(|(gross, _)| !gross.trim().is_empty()) {
        Some((gross, typed)) => (gross, typed_tare(typed)?),
        None => (text, own),
    };
    less(Quantity::parse(gross, unit).map_err(Trouble::Quantity)?, tare)
}

/// A tare as typed; nothing is one, too.
fn typed_tare(text: &str) -> Result<Option<Quantity>, Trouble> {
    match Quantity::parse(text, Unit::Kilogram) {
        Ok(tare) => Ok(Some(tare)),
        Err(QuantityError::NotPositive) if !text.contains('-') => Ok(None),
        Err(error) => Err(Trouble::Quantity(error)),
    }
}

fn less(gross: Quantity, tare: Option<Quantity>) -> Result<(Quantity, Option<Quantity>), Trouble> {
    let tare = tare.filter(|tare| tare.in_thousandths() > 0);
    let Some(tare) = tare else {
        return gross.checked().map(|gross| (gross, None)).map_err(Trouble::Quantity);
    };
    let net = gross + -tare;
    if net.in_thousandths() <= 0 {
        return Err(Trouble::TareTooMuch);
    }
    net.checked().map(|net| (net, Some(tare))).map_err(Trouble::Quantity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaging_is_taken_off() {
        let grams = |grams| Quantity::thousandths(grams);
        let of = |text| net(text, Unit::Kilogram, Some(grams(15)));
        assert_eq!(of("1.250"), Ok((grams(1235), Some(grams(15)))));
        assert_eq!(of("1.250-0.020"), Ok((grams(1230), Some(grams(20)))));
        assert_eq!(of("1.250-0"), Ok((grams(1250), None)));
        assert_eq!(of("0.015"), Err(Trouble::TareTooMuch));
        assert_eq!(of("-1.250"), Err(Trouble::Quantity(QuantityError::NotPositive)));
        assert_eq!(of("1-0.1-0.1"), Err(Trouble::Quantity(QuantityError::NotANumber)));
        assert_eq!(net("3", Unit::Piece, Some(grams(15))), Ok((Quantity::pieces(3), None)));
        assert_eq!(net("1.250", Unit::Kilogram, None), Ok((grams(1250), None)));
    }
}
