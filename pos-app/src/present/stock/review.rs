//! Differences, before somebody answers for them.

use domain::stock::What;
use domain::stock::difference::Difference;
use domain::stock::figure::FigureState;
use ui::key::KeyKind;
use ui::screen::Level;
use ui::stock::{Stock, StockRow, StockStep};
use words::say;

use super::{View, key, row, signed};
use crate::notation::Notation;
use crate::stock::{ROWS_MAX, Review};

impl View<'_> {
    pub(super) fn review(&self, review: &Review) -> Stock {
        let currency = self.here.store.currency;
        let sum = review.sum();
        let sum = signed(&self.words.amount(currency, sum), sum.units() > 0);
        let differs = say!(self.words, "stock-differences", count = review.found.len(), sum = sum);
        let unknown = review.unknown.iter().map(|figure| {
            let quantity = self.measure(&figure.what, figure.claim.quantity());
            let zone = say!(self.words, "stock-unknown-in", zone = self.zone_name(&figure.zone));
            let detail = [zone].into_iter().chain(self.note(&figure.claim.note)).collect::<Vec<_>>().join(" · ");
            let row = row(View::row_id(&figure.what), self.code(&figure.what), detail, quantity);
            StockRow { level: Level::Warning, enabled: false, ..row }
        });
        let found = review.found.iter().map(|difference| StockRow {
            ticked: review.ticked.contains(&difference.item),
            ..self.difference(difference)
        });
        let rows: Vec<StockRow> = found.chain(unknown).take(ROWS_MAX).collect();
        let help = match (rows.is_empty(), review.count.whole().is_some() || !review.count.plan.kind.is_exhaustive()) {
            (true, true) => say!(self.words, "stock-review-agrees", count = review.agreeing),
            (_, false) => self.say("stock-review-open"),
            (false, true) => self.say("stock-review-help"),
        };
        let keys = vec![
            self.key("recount", "again", "F4"),
            key(self.words, "give_up", "give_up", "F8", KeyKind::Loss),
            self.back(),
            self.main("approve"),
        ];
        let title = say!(self.words, "stock-review", name = &review.count.plan.name);
        Stock { step: StockStep::Review, title, help, progress: differs, rows, keys, ..Stock::default() }
    }

    fn difference(&self, found: &Difference) -> StockRow {
        let what = What::Item(found.item.clone());
        let (book, counted) = (self.measure(&what, found.expected), self.measure(&what, found.counted));
        let mut parts = vec![say!(self.words, "stock-book-and-counted", book = book, counted = counted)];
        let value = self.words.amount(self.here.store.currency, found.value);
        parts.push(signed(&value, found.value.units() > 0));
        if found.is_missing {
            parts.push(self.say("stock-nobody-found"));
        }
        for (zone, why) in &found.open {
            parts.push(self.open_words(zone, why));
        }
        if found.open.is_empty() && found.uncertain.in_thousandths() != 0 {
            parts.push(say!(self.words, "stock-uncertain", quantity = self.measure(&what, found.uncertain)));
        }
        let level = if found.wants_recount() { Level::Warning } else { Level::Good };
        let amount = self.signed(found.difference, self.unit(&what));
        StockRow { level, ..row(View::row_id(&what), self.name(&what), parts.join(" · "), amount) }
    }

    fn open_words(&self, zone: &str, why: &FigureState) -> String {
        match why {
            FigureState::CountedTwice(claims) => {
                let people = claims.iter().map(|claim| {
                    let who = claim.by.iter().map(|id| self.staff_name(id)).collect::<Vec<_>>().join(" ");
                    format!("{who} {}", self.words.quantity(claim.quantity()))
                });
                let people = people.collect::<Vec<_>>().join(" / ");
                say!(self.words, "stock-counted-twice", zone = self.zone_name(zone), people = people)
            }
            FigureState::SamePerson => say!(self.words, "stock-same-person", zone = self.zone_name(zone)),
            FigureState::Settled => String::new(),
        }
    }

    pub(super) fn recount(&self, review: &Review) -> Stock {
        let rows = review.zones.iter().map(|(zone, goods)| {
            let kinds = say!(self.words, "stock-kinds", count = goods.len());
            row(format!("zone:{zone}"), self.zone_name(zone), kinds, String::new())
        });
        Stock {
            step: StockStep::Choose,
            title: self.say("stock-choose-recount"),
            help: self.say("stock-choose-recount-help"),
            rows: rows.collect(),
            keys: vec![self.back()],
            ..Stock::default()
        }
    }
}
