//! A pass through a zone.

use domain::quantity::{Quantity, Unit};
use domain::stock::What;
use domain::stock::count::Change;
use ui::key::KeyKind;
use ui::screen::Level;
use ui::stock::{Counted, Stock, StockRow, StockStep};
use words::say;

use super::{View, key, row};
use crate::notation::Notation;
use crate::stock::{CountSum, Counting, ROWS_MAX};

impl View<'_> {
    pub(super) fn pass_title(&self, counting: &Counting) -> String {
        let zone = self.zone_name(&counting.pass.zone);
        match counting.pass.round {
            1 => say!(self.words, "stock-counting", zone = zone),
            round => say!(self.words, "stock-recounting", zone = zone, round = i64::from(round)),
        }
    }

    pub(super) fn counting(&self) -> Stock {
        let Some(counting) = &self.desk.counting else { return Stock::default() };
        let help = if counting.marked.is_empty() { "stock-count-help" } else { "stock-recount-help" };
        // Goods that nobody knows have no lot; somebody can say what they are.
        let unknown = counting.card.as_ref().is_some_and(|(what, _)| what.item().is_none());
        let about = if unknown { self.key("note", "search", "F3") } else { self.key("lot", "lot", "F3") };
        let mut keys = vec![
            self.key("undo", "undo", "F4"),
            self.key("quantity", "quantity", "F2"),
            self.key("search", "search", "F6"),
            about,
            key(self.words, "finish", "done", "F10", KeyKind::Plain),
            self.back(),
        ];
        keys[0].enabled = !counting.order.is_empty() || self.desk.times.is_some();
        keys[3].enabled = counting.card.is_some();
        Stock {
            step: StockStep::Count,
            title: self.pass_title(counting),
            help: self.shelf_help(help),
            progress: self.sum(counting.kept_sum()),
            counted: counting.card.as_ref().map(|(what, _)| self.card(counting, what)),
            rows: self.counted_rows(counting),
            keys,
            ..Stock::default()
        }
    }

    /// E.g. `38 种 · 126 件 · 4.2 kg`: pieces and kilograms stand apart.
    fn sum(&self, sum: CountSum) -> String {
        if sum.kinds == 0 {
            return String::new();
        }
        let mut parts = vec![say!(self.words, "stock-kinds", count = sum.kinds)];
        if sum.pieces != Quantity::NONE || sum.kilograms == Quantity::NONE {
            parts.push(say!(self.words, "stock-pieces", count = sum.pieces.in_thousandths() / 1000));
        }
        if sum.kilograms != Quantity::NONE {
            parts.push(self.words.measure(sum.kilograms, Unit::Kilogram));
        }
        parts.join(" · ")
    }

    fn card(&self, counting: &Counting, what: &What) -> Counted {
        let mut details = Vec::new();
        let failed = self.desk.unsaved.is_some() && !counting.unkept().is_empty();
        if what.item().is_none() {
            details.push(self.say("stock-unknown-kept"));
            details.extend(self.note(counting.note_of(what)));
        }
        if failed {
            details.push(self.say("stock-not-saved-yet"));
        }
        if let (Some(book), false) = (&counting.book, counting.count.plan.blind) {
            let there = self.measure(what, book.at(self.here.now.at));
            details.push(say!(self.words, "stock-should-be", quantity = there));
        }
        if let Some((_, lot)) = &counting.card
            && let Some(lot) = self.lot(lot)
        {
            details.push(lot);
        }
        let unit = self.unit(what);
        let added = match counting.added {
            // Only something was written about them.
            Some(Change::Add(Quantity::NONE)) => String::new(),
            Some(Change::Add(quantity)) => self.signed(quantity, unit),
            Some(Change::Set(_)) => "=".to_owned(),
            Some(Change::TakeBack(_)) => self.say("stock-undone"),
            None => String::new(),
        };
        let odd = what.item().is_none() || failed;
        Counted {
            item: what.item().unwrap_or_default().to_owned(),
            name: self.name(what),
            code: self.code(what),
            quantity: self.measure(what, counting.quantity_of(what)),
            added,
            details,
            picture: self.picture(what),
            level: if odd { Level::Warning } else { Level::Good },
        }
    }

    /// What is to be counted again and was not yet, then what was counted, the newest first; the card's goods stand on
    /// the card.
    fn counted_rows(&self, counting: &Counting) -> Vec<StockRow> {
        let waits = counting.marked.iter().filter(|what| !counting.claims.contains_key(what));
        let waiting = waits.map(|what| StockRow {
            level: Level::Warning,
            ..row(View::row_id(what), self.name(what), self.say("stock-to-recount"), String::new())
        });
        let on_card = counting.card.as_ref().map(|(what, _)| what);
        let counted = counting.order.iter().filter(|what| Some(*what) != on_card).map(|what| {
            let lots = counting.claims.get(what).map(|claim| claim.lots.keys()).into_iter().flatten();
            let lots: Vec<String> = lots.filter_map(|lot| self.lot(lot)).collect();
            let note = self.note(counting.note_of(what));
            let parts = [self.code(what)].into_iter().chain(lots).chain(note).filter(|part| !part.is_empty());
            let level = if what.item().is_none() { Level::Warning } else { Level::Good };
            let amount = self.measure(what, counting.quantity_of(what));
            let detail = parts.collect::<Vec<_>>().join(" · ");
            StockRow { level, ..row(View::row_id(what), self.name(what), detail, amount) }
        });
        waiting.chain(counted).take(ROWS_MAX).collect()
    }

    pub(super) fn finish(&self) -> Stock {
        let Some(counting) = &self.desk.counting else { return Stock::default() };
        let left = counting.marked.iter().filter(|what| !counting.claims.contains_key(what)).count();
        let help = match left {
            0 if counting.pass.round > 1 => self.say("stock-finish-again"),
            0 => self.say("stock-finish-help"),
            left => say!(self.words, "stock-finish-left", count = left),
        };
        Stock {
            step: StockStep::Choose,
            title: say!(self.words, "stock-finish", zone = self.zone_name(&counting.pass.zone)),
            help,
            keys: vec![self.back(), self.main("finish_pass")],
            ..Stock::default()
        }
    }
}
