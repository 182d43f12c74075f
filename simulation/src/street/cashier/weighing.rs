//! Goods by weight: touched, put on the scale, waited for, taken off.

use super::*;

/// What the till's notice says while goods wait for their weight.
const WAITS: [&str; 2] = ["按重量销售", "is sold by weight"];
/// The empty pan, in every language.
const EMPTY: &str = "0.000 kg";
/// What it says while the goods roll.
const ROLLS: [&str; 2] = ["秤未稳定", "the scale moves"];

impl Cashier<'_> {
    pub(super) fn weigh(
        &mut self,
        good: usize,
        (grams, rolls): (i64, bool),
        model: &Model,
        around: &mut Around,
    ) -> Result<(), StreetError> {
        self.find(good)?;
        self.till.wish(&Intent::PickItem { item: self.shop.goods[good].id.clone() })?;
        // The pan is seen empty first: what lies there from the sale before is nobody's goods.
        let screen = self.wait_for_weight("asking for the goods on the scale", &[EMPTY])?;
        self.shows("weighing", &screen, around)?;
        self.scale.put(grams, rolls);
        if rolls {
            let screen = self.wait_for_weight("seeing the goods roll", &ROLLS)?;
            self.shows("rolling", &screen, around)?;
            self.scale.rest();
        }
        let expected = model.total();
        let has_line = |screen: &Screen| screen.notice.is_none() && amount_in(&screen.basket.total) == Some(expected);
        let doing = format!("weighing {grams} g, expecting {}", amount_text(expected));
        self.wait_beside_weight(&doing, has_line)?;
        self.scale.take_off();
        self.count.weighed += 1;
        Ok(())
    }

    /// Waits until the notice about the weight says one of these.
    fn wait_for_weight(&mut self, doing: &str, words: &[&str]) -> Result<Screen, StreetError> {
        self.wait_beside_weight(doing, |screen| says(screen, &WAITS) && says(screen, words))
    }

    /// Waits for something while goods wait for their weight; other notices are read.
    fn wait_beside_weight(&mut self, doing: &str, wanted: impl Fn(&Screen) -> bool) -> Result<Screen, StreetError> {
        let other = |screen: &Screen| screen.notice.is_some() && !says(screen, &WAITS);
        loop {
            let (screen, _) = self.till.wait(doing, ANSWER_PATIENCE, |screen| wanted(screen) || other(screen))?;
            if wanted(&screen) {
                return Ok(screen);
            }
            self.read_notice(&screen)?;
        }
    }
}

fn says(screen: &Screen, words: &[&str]) -> bool {
    screen.notice.as_ref().is_some_and(|notice| words.iter().any(|word| notice.text.contains(word)))
}
