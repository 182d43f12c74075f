//! What there is to do, and what it is about.

use domain::item::Item;
use domain::stock::What;
use domain::stock::count::Count;
use domain::store::ReasonFor;
use jiff::Timestamp;
use ui::key::Key;
use ui::screen::{Item as Found, Keys};
use ui::stock::{Counted, Stock, StockRow, StockStep};
use uuid::Uuid;
use words::say;

use super::{View, row};
use crate::notation::Notation;
use crate::paper::{ShelfWords, shelf_words};

/// Categories to choose from.
const CATEGORIES_MAX: usize = 200;
/// Lines about a price that are shown; labels have all.
const ABOUT_SHOWN: usize = 5;
/// Movements that are shown of an item.
const MOVES_SHOWN: usize = 6;
/// Reasons of a shop that has set none.
const REASONS: [&str; 5] = ["expired", "damaged", "stolen", "own-use", "tasting"];

impl View<'_> {
    pub(super) fn menu(&self) -> Stock {
        let mut rows = Vec::new();
        let task = match (&self.desk.booking, &self.desk.counting) {
            (Some(booking), _) => Some(self.booking_title(booking)),
            (None, Some(counting)) => Some(self.pass_title(counting)),
            (None, None) => None,
        };
        if let Some(task) = task {
            rows.push(row("task".to_owned(), task, self.say("stock-go-on"), String::new()));
        }
        rows.extend(self.count_rows());
        rows.extend(self.note_rows());
        rows.extend(self.transfer_rows());
        let mut keys = vec![
            self.key("count", "count", "F1"),
            self.key("receive", "receive", "F2"),
            self.key("send", "send", "F3"),
            self.key("arrive", "receive", "F4"),
            self.key("write_off", "write_off", "F5"),
            self.key("price", "price", "F6"),
        ];
        match self.handheld {
            true => keys.extend([self.key("language", "language", "F8"), self.key("lock", "lock", "F9")]),
            false => keys.push(self.key("back", "back", "Esc")),
        }
        let (title, help) = (self.say("stock-title"), self.say("stock-menu-help"));
        Stock { step: StockStep::Menu, title, help, rows, keys, ..Stock::default() }
    }

    fn choose(&self, what: &str, rows: Vec<StockRow>, keys: Vec<Key>) -> Stock {
        Stock {
            step: StockStep::Choose,
            title: self.say(&format!("stock-choose-{what}")),
            help: self.say(&format!("stock-choose-{what}-help")),
            rows,
            keys,
            ..Stock::default()
        }
    }

    pub(super) fn counts(&self) -> Stock {
        let blind = Key { ticked: self.desk.blind, ..self.key("blind", "", "F6") };
        let keys = vec![
            self.key("spot", "scan", "F1"),
            self.key("zone", "zone", "F2"),
            self.key("category", "list", "F3"),
            self.key("full", "count", "F4"),
            blind,
            self.back(),
        ];
        self.choose("count", self.count_rows(), keys)
    }

    fn count_rows(&self) -> Vec<StockRow> {
        let counts = self.desk.counts();
        counts
            .iter()
            .map(|count| {
                row(format!("count:{}", count.plan.id), count.plan.name.clone(), self.so_far(count), String::new())
            })
            .collect()
    }

    /// Who has counted, and how much.
    fn so_far(&self, count: &Count) -> String {
        let zones = count.passes().map(|pass| &pass.pass.zone).collect::<std::collections::BTreeSet<_>>().len();
        let told = say!(self.words, "stock-count-so-far", zones = zones, entries = count.entry_count());
        match count.plan.blind {
            true => say!(self.words, "common-about", what = self.say("stock-key-blind"), about = told),
            false => told,
        }
    }

    pub(super) fn zones(&self, plan: Uuid) -> Stock {
        let count = self.desk.counts().iter().find(|count| count.plan.id == plan);
        let mut names: Vec<String> = Vec::new();
        if let Some(count) = count {
            names.extend(count.plan.zones().into_iter().map(|zone| zone.name));
            for pass in count.passes() {
                if !names.contains(&pass.pass.zone) {
                    names.push(pass.pass.zone.clone());
                }
            }
        }
        let rows = names.into_iter().map(|zone| {
            let detail = count.map(|count| self.zone_detail(count, &zone)).unwrap_or_default();
            row(format!("zone:{zone}"), self.zone_name(&zone), detail, String::new())
        });
        let keys = vec![self.key("review", "list", "F6"), self.key("other_zone", "zone", "F2"), self.back()];
        let mut shown = self.choose("zone", rows.collect(), keys);
        if let Some(count) = count {
            shown.title = count.plan.name.clone();
        }
        shown
    }

    pub(super) fn zone_name(&self, zone: &str) -> String {
        if zone.is_empty() { self.say("stock-whole-store") } else { zone.to_owned() }
    }

    fn zone_detail(&self, count: &Count, zone: &str) -> String {
        let passes: Vec<_> = count.passes().filter(|pass| pass.pass.zone == zone).collect();
        let mut people: std::collections::BTreeSet<&str> =
            passes.iter().flat_map(|pass| pass.entries.values().map(|entry| entry.by.as_str())).collect();
        if people.is_empty() {
            // Who found nothing was there all the same.
            people.extend(passes.iter().map(|pass| pass.pass.by.as_str()));
        }
        let people = people.into_iter().map(|id| self.staff_name(id)).collect::<Vec<_>>().join(" ");
        let open = passes.iter().any(|pass| count.finished_at(pass.pass.id).is_none());
        match (passes.is_empty(), open) {
            (true, _) => self.say("stock-zone-untouched"),
            (false, true) => say!(self.words, "stock-zone-open", people = people),
            (false, false) => say!(self.words, "stock-zone-finished", people = people),
        }
    }

    pub(super) fn staff_name(&self, id: &str) -> String {
        let known = self.here.goods.staff().into_iter().find(|who| who.id == id);
        known.map_or_else(|| id.to_owned(), |who| who.name)
    }

    pub(super) fn new_zone(&self) -> Stock {
        let zones = self.here.goods.stockroom().zones().unwrap_or_default();
        let rows = zones.into_iter().map(|zone| {
            let detail = if zone.sells { String::new() } else { self.say("stock-zone-store-room") };
            row(format!("zone:{}", zone.name), zone.name, detail, String::new())
        });
        self.choose("zone", rows.collect(), vec![self.key("other_zone", "zone", "F2"), self.back()])
    }

    pub(super) fn categories(&self) -> Stock {
        let all = self.here.goods.categories(CATEGORIES_MAX).unwrap_or_default();
        let rows = all.into_iter().map(|name| row(format!("category:{name}"), name, String::new(), String::new()));
        self.choose("category", rows.collect(), vec![self.back()])
    }

    pub(super) fn notes(&self) -> Stock {
        let shown = self.choose(
            "note",
            self.note_rows(),
            vec![self.key("no_note", "receive", "F2"), self.back(), self.main("ok")],
        );
        Stock { pad: Keys::Text, ..shown }
    }

    fn note_rows(&self) -> Vec<StockRow> {
        let notes = self.here.goods.stockroom().notes().unwrap_or_default();
        let detail = |note: &domain::stock::document::DeliveryNote| {
            let kinds = say!(self.words, "stock-kinds", count = note.lines.len());
            let due = note.due.map(|due| self.words.date(due));
            [Some(note.number.clone()), Some(kinds), due].into_iter().flatten().collect::<Vec<_>>().join(" · ")
        };
        let title = |note: &domain::stock::document::DeliveryNote| {
            say!(self.words, "stock-delivery-of", supplier = &note.supplier)
        };
        notes
            .iter()
            .map(|note| row(format!("note:{}", note.number), title(note), detail(note), String::new()))
            .collect()
    }

    pub(super) fn arriving(&self) -> Stock {
        self.choose("transfer", self.transfer_rows(), vec![self.back()])
    }

    fn transfer_rows(&self) -> Vec<StockRow> {
        let sent = self.here.goods.stockroom().arriving().unwrap_or_default();
        let of = |sent: &domain::stock::document::TransferSent| {
            let title = say!(self.words, "stock-transfer-from", store = &sent.from_store);
            let kinds = say!(self.words, "stock-kinds", count = sent.lines.len());
            row(format!("transfer:{}", sent.id), title, format!("{} · {kinds}", sent.number), String::new())
        };
        sent.iter().map(of).collect()
    }

    pub(super) fn reasons(&self) -> Stock {
        let own = self.here.store.policy.reasons.iter().filter(|(of, _)| *of == ReasonFor::WriteOff);
        let mut reasons: Vec<String> = own.map(|(_, reason)| reason.clone()).collect();
        if reasons.is_empty() {
            reasons = REASONS.iter().map(|reason| self.say(&format!("stock-reason-{reason}"))).collect();
        }
        let rows =
            reasons.into_iter().map(|reason| row(format!("reason:{reason}"), reason, String::new(), String::new()));
        self.choose("reason", rows.collect(), vec![self.back()])
    }

    /// One item: its price large, its stock, how it moved.
    pub(super) fn look(&self, item: &Item) -> Stock {
        let what = What::Item(item.id.clone());
        let ShelfWords { price, mut about, .. } = shelf_words(self.here, item);
        about.truncate(ABOUT_SHOWN);
        let book = self.here.goods.stockroom().book(std::slice::from_ref(&item.id)).ok();
        let book = book.and_then(|mut book| book.remove(&item.id));
        let mut details = about;
        let mut rows = Vec::new();
        if let Some(book) = book {
            let there = self.measure(&what, book.at(self.here.now.at));
            details.push(say!(self.words, "stock-in-stock", quantity = there));
            let mut moves = book.movements;
            moves.sort();
            rows.extend(moves.iter().rev().take(MOVES_SHOWN).enumerate().map(|(no, movement)| {
                let came = movement.quantity.in_thousandths() > 0;
                let title = self.say(if came { "stock-came" } else { "stock-went" });
                let amount = self.signed(movement.quantity, item.unit);
                StockRow { enabled: false, ..row(format!("move:{no}"), title, self.when(movement.at), amount) }
            }));
        }
        let counted = Counted {
            item: item.id.clone(),
            name: self.name(&what),
            code: self.code(&what),
            quantity: price,
            details,
            picture: self.picture(&what),
            ..Counted::default()
        };
        let keys = vec![
            self.key("label", "label", "F2"),
            self.key("labels", "quantity", "F3"),
            self.key("print", "print", "F4"),
            self.key("search", "search", "F6"),
            self.back(),
        ];
        let title = self.say("stock-look");
        Stock { step: StockStep::Look, title, counted: Some(counted), rows, keys, ..Stock::default() }
    }

    /// An instant on the wall of the store.
    fn when(&self, at: Timestamp) -> String {
        let now = self.here.now;
        let passed = at.duration_since(now.at);
        now.local.checked_add(passed).map(|local| self.words.minute(local)).unwrap_or_default()
    }

    pub(super) fn search(&self) -> Stock {
        let found = self.desk.found.iter().map(|item| Found {
            id: item.id.clone(),
            name: item.name_in(self.here.english).to_owned(),
            price: item
                .prices
                .at(self.here.now.at)
                .map(|price| self.words.amount(self.here.store.currency, price))
                .unwrap_or_default(),
            code: item.code.as_deref().map(super::short_code).unwrap_or_default(),
            picture: self.here.goods.picture(&item.id).unwrap_or_default(),
        });
        Stock {
            step: StockStep::Look,
            title: self.say("stock-look"),
            help: self.say("stock-search-help"),
            items: found.collect(),
            pad: Keys::Text,
            keys: vec![self.back(), self.main("ok")],
            ..Stock::default()
        }
    }
}
