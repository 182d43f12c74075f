//! The stock desk as people see it.

mod booking;
mod counting;
mod menu;
mod review;

use domain::item::Item;
use domain::quantity::{Quantity, Unit};
use domain::stock::{Lot, What};
use domain::store::Store;
use ui::key::{Key, KeyKind};
use ui::screen::{Keys, Level};
use ui::stock::{Stock, StockRow, StockStep};
use words::{Words, say};

use super::{actions, trouble};
use crate::engine::{Catalogue, Engine, Face, Now, TELEPHONE, Waiting};
use crate::notation::Notation;
use crate::stock::{At, Desk, Here, Problem};

/// The desk's face, where it is what people see.
pub(super) fn stock(engine: &Engine, catalogue: &dyn Catalogue, now: Now) -> Option<Box<Stock>> {
    if !engine.shows_stock() {
        return None;
    }
    let words = &engine.words;
    let Some(store) = catalogue.store() else {
        let help = words.say("stock-not-ready");
        return Some(Box::new(Stock { title: words.say("stock-title"), help, ..Stock::default() }));
    };
    if let Some(waiting) = engine.waiting() {
        return Some(Box::new(leave(engine, catalogue, store, waiting)));
    }
    if engine.signed_on.is_none() {
        return Some(Box::new(sign_on(engine, catalogue)));
    }
    let Some(desk) = engine.stock_desk() else { return Some(Box::default()) };
    let shown = engine.stock_here(now, catalogue, store, |here| {
        let screen = View { desk, here, words, handheld: engine.setup.face == Face::Handheld };
        screen.stock()
    });
    shown.map(Box::new)
}

/// What is needed to show the desk.
struct View<'a> {
    desk: &'a Desk,
    here: &'a Here<'a>,
    words: &'a Words,
    handheld: bool,
}

impl View<'_> {
    fn stock(&self) -> Stock {
        let shown = match &self.desk.at {
            At::Menu => self.menu(),
            At::Counts => self.counts(),
            At::Categories => self.categories(),
            At::Zones(plan) => self.zones(*plan),
            At::NewCountZone => self.new_zone(),
            At::ZoneName(_) => self.ask("zone-name", Keys::Text, ""),
            At::Counting => self.counting(),
            At::Booking => self.booking(),
            At::Quantity => self.ask_quantity(),
            At::Times => self.ask("times", Keys::Number, ""),
            At::Note(code) => self.ask_note(code),
            At::Weight(what, _) => self.ask_about("weight", what, Keys::Amount, &[]),
            At::Lot(what, _) => self.ask_about("lot", what, Keys::Text, &["none"]),
            At::Expiry(what, ..) => self.ask_about("expiry", what, Keys::Date, &["none"]),
            At::Finish => self.finish(),
            At::Review(review) => self.review(review),
            At::Recount(review) => self.recount(review),
            At::GiveUp(_) => self.ask("give-up", Keys::Text, ""),
            At::Notes => self.notes(),
            At::Supplier(_) => self.ask("supplier", Keys::Text, ""),
            At::Arriving => self.arriving(),
            At::ToStore => self.ask("to-store", Keys::Text, ""),
            At::Reason => self.reasons(),
            At::BookingReview => self.booking_review(),
            At::Look(item) => self.look(item),
            At::Labels(item) => {
                let help = item.name_in(self.here.english).to_owned();
                Stock { help, ..self.ask("labels", Keys::Number, "1") }
            }
            At::Search => self.search(),
        };
        Stock { message: self.message(), ..shown }
    }

    /// Why the last try was not taken; what is not written comes first.
    fn message(&self) -> String {
        match (&self.desk.unsaved, &self.desk.message) {
            (Some(_), _) => {
                let unkept = self.desk.counting.as_ref().map_or(0, |counting| counting.unkept().len());
                say!(self.words, "stock-unsaved", count = unkept)
            }
            (None, Some(problem)) => problem_words(problem, self.words),
            (None, None) => String::new(),
        }
    }

    fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// One question.
    fn ask(&self, what: &str, pad: Keys, value: &str) -> Stock {
        Stock {
            step: StockStep::Ask,
            title: self.say(&format!("stock-ask-{what}")),
            help: self.say(&format!("stock-ask-{what}-help")),
            pad,
            value: value.to_owned(),
            keys: vec![self.back(), self.main("ok")],
            ..Stock::default()
        }
    }

    fn ask_quantity(&self) -> Stock {
        let pad = if self.desk.unit_on_card() == Unit::Kilogram { Keys::Amount } else { Keys::Number };
        let value = match (&self.desk.booking, &self.desk.counting) {
            (Some(booking), _) => booking.card.map(|at| {
                let line = &booking.lines[at];
                if booking.damaged { line.damaged } else { line.arrived }
            }),
            (None, Some(counting)) => counting.card.as_ref().map(|(what, lot)| counting.in_lot(what, lot)),
            (None, None) => None,
        };
        let help = self.desk.on_card().map(|what| self.name(&what)).unwrap_or_default();
        let mut shown = Stock { help, value: value.unwrap_or_default().plain(), ..self.ask("quantity", pad, "") };
        shown.keys.insert(0, self.key("times", "quantity", "F2"));
        shown
    }

    /// What goods are that the catalogue does not know.
    fn ask_note(&self, code: &str) -> Stock {
        let what = What::Unknown(code.to_owned());
        let known = self.desk.counting.as_ref().map(|counting| counting.note_of(&what).to_owned());
        let mut shown = self.ask("note", Keys::Text, &known.unwrap_or_default());
        shown.help = say!(self.words, "common-about", what = short_code(code), about = shown.help);
        shown
    }

    /// What to do at the shelf; how many the next scan counts comes first.
    fn shelf_help(&self, usual: &str) -> String {
        match self.desk.times {
            Some(times) => say!(self.words, "stock-times", count = self.words.quantity(times)),
            None => self.say(usual),
        }
    }

    /// A question about goods.
    fn ask_about(&self, asked: &str, what: &What, pad: Keys, more: &[&str]) -> Stock {
        let mut shown = self.ask(asked, pad, "");
        shown.help = say!(self.words, "common-about", what = self.name(what), about = shown.help);
        let more = more.iter().map(|id| self.key(id, "give_up", "F2"));
        shown.keys.splice(0..0, more);
        shown
    }

    fn item(&self, what: &What) -> Option<&Item> {
        what.item().and_then(|item| self.desk.goods.get(item))
    }

    fn name(&self, what: &What) -> String {
        match (what, self.item(what)) {
            (_, Some(item)) => item.name_in(self.here.english).to_owned(),
            (What::Item(item), None) => item.clone(),
            (What::Unknown(_), None) => self.say("stock-unknown"),
        }
    }

    /// Its code, for people.
    fn code(&self, what: &What) -> String {
        match what {
            What::Item(_) => self.item(what).and_then(|item| item.code.as_deref()).map(short_code).unwrap_or_default(),
            What::Unknown(code) => short_code(code),
        }
    }

    fn unit(&self, what: &What) -> Unit {
        self.item(what).map_or(Unit::Piece, |item| item.unit)
    }

    fn measure(&self, what: &What, quantity: Quantity) -> String {
        self.words.measure(quantity, self.unit(what))
    }

    /// With its sign, above zero, too.
    fn signed(&self, quantity: Quantity, unit: Unit) -> String {
        signed(&self.words.measure(quantity, unit), quantity.in_thousandths() > 0)
    }

    fn lot(&self, lot: &Lot) -> Option<String> {
        let number = (!lot.no.is_empty()).then(|| say!(self.words, "stock-lot", lot = &lot.no));
        let day = lot.expires.map(|day| say!(self.words, "stock-expires", day = self.words.date(day)));
        let parts: Vec<String> = number.into_iter().chain(day).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// What somebody wrote about goods.
    fn note(&self, note: &str) -> Option<String> {
        (!note.is_empty()).then(|| say!(self.words, "stock-note", note = note))
    }

    fn row_id(what: &What) -> String {
        match what {
            What::Item(item) => format!("item:{item}"),
            What::Unknown(code) => format!("unknown:{code}"),
        }
    }

    fn picture(&self, what: &What) -> String {
        what.item().and_then(|item| self.here.goods.picture(item)).unwrap_or_default()
    }

    fn key(&self, id: &str, icon: &str, hint: &str) -> Key {
        key(self.words, id, icon, hint, KeyKind::Plain)
    }

    fn main(&self, id: &str) -> Key {
        key(self.words, id, "ok", "Enter", KeyKind::Main)
    }

    fn back(&self) -> Key {
        key(self.words, "back", "back", "Esc", KeyKind::Quiet)
    }
}

/// A key by its id; its words stand under `stock-key-…`.
fn key(words: &Words, id: &str, icon: &str, hint: &str, kind: KeyKind) -> Key {
    Key {
        id: id.to_owned(),
        label: words.say(&format!("stock-key-{}", id.replace('_', "-"))),
        icon: icon.to_owned(),
        kind,
        enabled: true,
        key: hint.to_owned(),
        ..Key::default()
    }
}

/// A GTIN as it stands on most goods, without the zeros of its longest form.
pub(crate) fn short_code(code: &str) -> String {
    let long = code.len() == 14 && code.starts_with('0');
    if long { code.trim_start_matches('0').to_owned() } else { code.to_owned() }
}

fn row(id: String, title: String, detail: String, amount: String) -> StockRow {
    StockRow { id, title, detail, amount, level: Level::Good, ticked: false, enabled: true }
}

fn signed(text: &str, above: bool) -> String {
    if above { format!("+{text}") } else { text.replacen('-', "−", 1) }
}

/// Who signs on, then her PIN.
fn sign_on(engine: &Engine, catalogue: &dyn Catalogue) -> Stock {
    let words = &engine.words;
    let language = key(words, "language", "language", "F8", KeyKind::Quiet);
    let staff = catalogue.staff();
    let message = match &engine.said {
        crate::engine::Said::Refused(why) => trouble::words(why, catalogue.store(), words),
        _ => String::new(),
    };
    let Some(who) = staff.iter().find(|who| engine.stock_who.as_ref() == Some(&who.id)) else {
        let rows = staff.into_iter().map(|who| row(who.id.clone(), who.name, who.id, String::new())).collect();
        let title = words.say("stock-sign-on");
        let help = words.say("stock-sign-on-help");
        return Stock { step: StockStep::Choose, title, help, rows, message, keys: vec![language], ..Stock::default() };
    };
    ask_secret(words, who.name.clone(), words.say("stock-pin-help"), message, Keys::Secret)
}

/// Who gives leave, then her PIN or the code that she tells.
fn leave(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, waiting: &Waiting) -> Stock {
    let words = &engine.words;
    let told = actions::approval(engine, catalogue, store, waiting);
    match &engine.stock_who {
        Some(who) if who == TELEPHONE => {
            let help = say!(words, "stock-telephone-help", challenge = &told.challenge);
            ask_secret(words, told.what, help, told.message, Keys::Number)
        }
        Some(who) => {
            let name = told.staff.iter().find(|known| known.id == *who).map(|known| known.name.clone());
            let help = say!(words, "stock-leave-pin", name = name.unwrap_or_default());
            ask_secret(words, told.what, help, told.message, Keys::Secret)
        }
        None => {
            let mut rows: Vec<StockRow> =
                told.staff.into_iter().map(|who| row(who.id.clone(), who.name, who.id, String::new())).collect();
            if !told.challenge.is_empty() {
                rows.push(row(TELEPHONE.to_owned(), words.say("stock-telephone"), String::new(), String::new()));
            }
            Stock {
                step: StockStep::Choose,
                title: told.what,
                help: words.say("stock-leave-help"),
                message: told.message,
                rows,
                keys: vec![key(words, "back", "back", "Esc", KeyKind::Quiet)],
                ..Stock::default()
            }
        }
    }
}

fn ask_secret(words: &Words, title: String, help: String, message: String, pad: Keys) -> Stock {
    let keys = vec![key(words, "back", "back", "Esc", KeyKind::Quiet), key(words, "ok", "ok", "Enter", KeyKind::Main)];
    Stock { step: StockStep::Ask, title, help, message, pad, keys, ..Stock::default() }
}

/// Why something did not happen at the desk.
pub(super) fn problem_words(problem: &Problem, words: &Words) -> String {
    let key = match problem {
        Problem::NoCode => "no-code",
        Problem::NotLookedUp => "not-looked-up",
        Problem::Unknown => "unknown",
        Problem::NoStock => "no-stock",
        Problem::AnswerFirst => "answer-first",
        Problem::NotHere => "not-here",
        Problem::Busy => "busy",
        Problem::NothingToUndo => "nothing-to-undo",
        Problem::NothingChosen => "nothing-chosen",
        Problem::NoQuantity => "no-quantity",
        Problem::NoLot => "no-lot",
        Problem::NoDay => "no-day",
        Problem::NoWords => "no-words",
        Problem::TooManyWords => "too-many-words",
        Problem::TooManyLines => "too-many-lines",
        Problem::NotKept => "not-kept",
        Problem::FinishFirst => "finish-first",
        Problem::NothingBooked => "nothing-booked",
        Problem::SamePerson => "same-person",
        Problem::NothingToRecount => "nothing-to-recount",
        Problem::Blind => "blind",
        Problem::NothingSettled => "nothing-settled",
        Problem::StillCounted(zones) => {
            let zone = |zone: &String| match zone.is_empty() {
                true => words.say("stock-whole-store"),
                false => zone.clone(),
            };
            let zones: Vec<String> = zones.iter().map(zone).collect();
            return say!(words, "stock-problem-still-counted", zones = zones.join(&words.say("common-comma")));
        }
        Problem::Changed => "changed",
        Problem::CountClosed => "count-closed",
        Problem::OwnStore => "own-store",
        Problem::Count(why) => return count_words(*why, words),
    };
    words.say(&format!("stock-problem-{key}"))
}

fn count_words(why: domain::stock::count::CountError, words: &Words) -> String {
    use domain::stock::count::CountError;
    words.say(match why {
        CountError::OtherCount | CountError::Closed => "stock-problem-count-closed",
        CountError::TooManyEntries | CountError::TooManyPasses => "stock-problem-count-full",
        CountError::NoSuchRound => "stock-problem-too-many-rounds",
        CountError::NoSuchQuantity => "stock-problem-no-quantity",
    })
}
