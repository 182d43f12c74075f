//! What is said of a price at the shelf, the same on labels, on slips and on the screen: the price of one unit, what a kilogram
//! or litre costs, what it costs otherwise and for members, and until when.

use domain::item::{Content, Item};
use domain::money::Money;
use domain::quantity::Unit;
use jiff::civil::Date;
use words::say;

use crate::notation::Notation;
use crate::stock::{Here, shelf_price};

/// A price at the shelf in words.
pub(crate) struct ShelfWords {
    /// What everybody pays for one unit today.
    pub(crate) price: String,
    /// More about it, the most important first.
    pub(crate) about: Vec<String>,
    /// What it is sold by, and what is in one package.
    pub(crate) unit: String,
}

/// The price of an item in words.
pub(crate) fn shelf_words(here: &Here<'_>, item: &Item) -> ShelfWords {
    let words = here.words;
    let unit = unit_words(here, item);
    let Some(shelf) = shelf_price(here, item) else {
        return ShelfWords { price: words.say("stock-no-price"), about: Vec::new(), unit };
    };
    let mut about = Vec::new();
    if let Some(offer) = &shelf.offer {
        about.push(until(here, offer.name.clone(), offer.until));
        about.push(say!(words, "stock-usual-price", price = of_unit(here, item, shelf.usual)));
    }
    about.extend(unit_prices(here, item, shelf.today()));
    for member in &shelf.members {
        let price = of_unit(here, item, member.offer.price);
        let said = match member.level.is_empty() {
            true => say!(words, "stock-member-price", price = price),
            false => say!(words, "stock-level-price", level = &member.level, price = price),
        };
        about.push(until(here, said, member.offer.until));
    }
    let price = of_unit(here, item, shelf.today());
    about.extend(shelf.more.into_iter().map(|(name, last)| until(here, name, last)));
    ShelfWords { price, about, unit }
}

/// The price of one unit, e.g. `¥3.00` or `¥12.80/kg`.
fn of_unit(here: &Here<'_>, item: &Item, price: Money) -> String {
    let price = here.words.money(here.store.currency, price);
    match item.unit {
        Unit::Piece => price,
        Unit::Kilogram => say!(here.words, "stock-per-kilogram", price = price),
    }
}

/// What a kilogram or litre costs where the package does not hold just that; of small packages also a hundred grams or
/// millilitres.
fn unit_prices(here: &Here<'_>, item: &Item, price: Money) -> Option<String> {
    let content = item.terms.content.filter(|_| item.unit == Unit::Piece)?;
    let money = |price: Money| here.words.money(here.store.currency, price);
    let (whole, tenth) = match content {
        Content::Grams(_) => ("stock-per-kilogram", "stock-per-hundred-grams"),
        Content::Millilitres(_) => ("stock-per-litre", "stock-per-hundred-millilitres"),
    };
    let mut said = say!(here.words, whole, price = money(content.price_of(1000, price)));
    if content.is_small() {
        said = format!("{said} · {}", say!(here.words, tenth, price = money(content.price_of(100, price))));
    }
    Some(said)
}

fn unit_words(here: &Here<'_>, item: &Item) -> String {
    let sold_by = here.words.say(match item.unit {
        Unit::Piece => "stock-sold-by-piece",
        Unit::Kilogram => "stock-sold-by-kilogram",
    });
    let content = item.terms.content.map(|content| match content {
        Content::Grams(grams) => say!(here.words, "stock-content-grams", amount = grams.to_string()),
        Content::Millilitres(amount) => say!(here.words, "stock-content-millilitres", amount = amount.to_string()),
    });
    [sold_by].into_iter().chain(content).collect::<Vec<_>>().join(" · ")
}

/// With the last day on which it holds.
fn until(here: &Here<'_>, said: String, last: Option<Date>) -> String {
    match last {
        Some(day) => format!("{said} · {}", say!(here.words, "stock-until", day = here.words.date(day))),
        None => said,
    }
}
