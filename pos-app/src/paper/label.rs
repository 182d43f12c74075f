//! What the stock desk prints: labels for the shelf, the price of an item, and slips for goods that come and go.

use domain::event::Event;
use domain::item::Item;
use domain::quantity::Quantity;
use domain::receipt::{Block, Document, Size};
use domain::stock::What;
use domain::stock::book::ItemBook;
use domain::stock::document::{ArrivedLine, StockLine};
use words::{Words, say};

use super::shelf::shelf_words;
use crate::notation::Notation;
use crate::present::short_code;
use crate::stock::Here;

/// Copies of a shelf label: name, price of one unit and of a kilogram or litre, promotions and members' prices with the day
/// on which they end, and the code as bars.
pub fn shelf_labels(here: &Here<'_>, item: &Item, copies: i64) -> Document {
    let shelf = shelf_words(here, item);
    let mut paper = Document::default();
    for _ in 0..copies {
        paper.center(item.name_in(here.english), Size::Tall, true);
        paper.center(&shelf.price, Size::Large, true);
        for line in &shelf.about {
            paper.center(line, Size::Normal, false);
        }
        paper.center(&shelf.unit, Size::Normal, false);
        if let Some(code) = &item.code {
            paper.push(Block::Ean(short_code(code)));
        }
        paper.center(here.words.date(here.now.local.date()), Size::Normal, false);
        paper.push(Block::Cut);
    }
    paper
}

/// Price and stock of an item, for whoever asked.
pub fn price_slip(here: &Here<'_>, item: &Item, book: Option<&ItemBook>) -> Document {
    let words = here.words;
    let shelf = shelf_words(here, item);
    let mut paper = head(here, words.say("stock-paper-price"));
    paper.center(item.name_in(here.english), Size::Tall, true);
    paper.strong_pair(words.say("stock-paper-price"), shelf.price, Size::Tall);
    for line in shelf.about.into_iter().chain([shelf.unit]) {
        paper.text(line);
    }
    if let Some(code) = &item.code {
        paper.pair(words.say("stock-paper-code"), short_code(code));
    }
    if let Some(book) = book {
        paper.pair(words.say("stock-paper-in-stock"), words.measure(book.at(here.now.at), item.unit));
    }
    paper.push(Block::Cut);
    paper
}

/// The slip of a document: what came or went. `name` is what an item is called.
pub fn stock_slip(here: &Here<'_>, event: &Event, name: &dyn Fn(&str) -> Option<String>) -> Document {
    let words = here.words;
    let called = |what: &What| match what {
        What::Item(item) => name(item).unwrap_or_else(|| item.clone()),
        What::Unknown(code) => code.clone(),
    };
    match event {
        Event::GoodsReceived(received) => {
            let mut paper = head(here, words.say("stock-paper-received"));
            paper.pair(words.say("stock-paper-supplier"), &received.supplier);
            if !received.note.is_empty() {
                paper.pair(words.say("stock-paper-note"), &received.note);
            }
            arrived(&mut paper, words, &received.lines, &called);
            signed(paper, words)
        }
        Event::TransferReceived(received) => {
            let mut paper = head(here, words.say("stock-paper-arrived"));
            paper.pair(words.say("stock-paper-from"), &received.from_store);
            arrived(&mut paper, words, &received.lines, &called);
            signed(paper, words)
        }
        Event::TransferSent(sent) => {
            let mut paper = head(here, words.say("stock-paper-sent"));
            paper.pair(words.say("stock-paper-to"), &sent.to_store);
            moved(&mut paper, words, &sent.lines, &called);
            paper.push(Block::Code128(sent.number.clone()));
            signed(paper, words)
        }
        Event::WrittenOff(written) => {
            let mut paper = head(here, words.say("stock-paper-written-off"));
            paper.pair(words.say("slip-reason"), &written.reason);
            moved(&mut paper, words, &written.lines, &called);
            signed(paper, words)
        }
        _ => Document::default(),
    }
}

fn head(here: &Here<'_>, title: String) -> Document {
    let mut paper = Document::default();
    paper.center(title, Size::Large, true);
    paper.center(&here.store.name, Size::Normal, false);
    paper.pair(here.words.minute(here.now.local), here.by);
    paper.push(Block::Rule);
    paper
}

fn arrived(paper: &mut Document, words: &Words, lines: &[ArrivedLine], called: &dyn Fn(&What) -> String) {
    for line in lines {
        paper.pair(called(&line.what), words.quantity(line.in_all()));
        let mut more = lot(words, &line.lot);
        if line.expected != line.in_all() {
            more.push(say!(words, "stock-expected", quantity = words.quantity(line.expected)));
        }
        if line.damaged != Quantity::NONE {
            more.push(say!(words, "stock-damaged", quantity = words.quantity(line.damaged)));
        }
        if !more.is_empty() {
            paper.pair(format!("  {}", more.join(" · ")), "");
        }
    }
}

fn moved(paper: &mut Document, words: &Words, lines: &[StockLine], called: &dyn Fn(&What) -> String) {
    for line in lines {
        paper.pair(called(&What::Item(line.item.clone())), words.quantity(line.quantity));
        let lot = lot(words, &line.lot);
        if !lot.is_empty() {
            paper.pair(format!("  {}", lot.join(" · ")), "");
        }
    }
}

fn lot(words: &Words, lot: &domain::stock::Lot) -> Vec<String> {
    let number = (!lot.no.is_empty()).then(|| say!(words, "stock-lot", lot = &lot.no));
    let day = lot.expires.map(|day| say!(words, "stock-expires", day = words.date(day)));
    number.into_iter().chain(day).collect()
}

fn signed(mut paper: Document, words: &Words) -> Document {
    paper.push(Block::Rule);
    paper.pair(words.say("slip-signed-by"), "____________");
    paper.push(Block::Cut);
    paper
}
