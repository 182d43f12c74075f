//! The shelves of the neighbourhood shop, read from their table.

use super::{Good, Label, Settings, Shop, ean13, members, price_label, weight_label};

const TABLE: &str = include_str!("goods.txt");

/// The shop of the demo: 300 goods, two tax rates, labels with weight and with price, 抹零 to the 角.
pub fn neighbourhood() -> Shop {
    let settings = Settings {
        id: "12",
        name: "柜台便利店",
        currency: "CNY",
        time_zone: "Asia/Shanghai",
        rounding_step: 10,
        points_per: 100,
        taxes: &[("standard", 1300), ("reduced", 900)],
        layouts: &[("22IIIIIVVVVVC", "weight", 3), ("21IIIIIVVVVVC", "price", 2)],
        float: 50_000,
    };
    Shop { settings, goods: shelves(TABLE), members: members() }
}

struct Shelf<'a> {
    no: u64,
    name: &'a str,
    tax: &'a str,
    label: Label,
    goods: u64,
}

fn shelves(table: &str) -> Vec<Good> {
    let mut shelf: Option<Shelf> = None;
    let mut goods: Vec<Good> = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let no = shelf.as_ref().map_or(1, |shelf| shelf.no + 1);
            shelf = Some(shelf_of(no, heading));
            continue;
        }
        let shelf = shelf.as_mut().expect("the table begins with a shelf");
        shelf.goods += 1;
        let favourites = goods.iter().filter(|good| good.favourite.is_some()).count() as u32;
        goods.push(good_of(shelf, line, favourites + 1));
    }
    goods
}

fn shelf_of(no: u64, heading: &str) -> Shelf<'_> {
    let [name, _english, tax, _unit, label] = parts(heading)[..] else { panic!("a shelf has five parts: {heading}") };
    let label = match label {
        "code" => Label::Code,
        "weight" => Label::Weight,
        "price" => Label::Price,
        other => panic!("no such label: {other}"),
    };
    Shelf { no, name, tax, label, goods: 0 }
}

fn good_of(shelf: &Shelf, line: &str, next_favourite: u32) -> Good {
    let parts = parts(line);
    let [name, name_en, price, rest @ ..] = &parts[..] else { panic!("an item has three parts: {line}") };
    // Shelf and place make the number; a maker's number between 690 and 699 as China's have.
    let number = shelf.no * 1000 + shelf.goods;
    let code = match shelf.label {
        Label::Code => ean13((690 + number % 10) * 1_000_000_000 + number * 7919),
        Label::Weight => weight_label(number as u32, 0),
        Label::Price => price_label(number as u32, 0),
    };
    Good {
        id: format!("{number:05}"),
        name: (*name).to_owned(),
        name_en: (*name_en).to_owned(),
        category: shelf.name.to_owned(),
        tax: shelf.tax.to_owned(),
        label: shelf.label,
        code,
        typed_code: None,
        price: super::amount_in(price).unwrap_or_else(|| panic!("no price: {line}")),
        favourite: rest.contains(&"*").then_some(next_favourite),
    }
}

fn parts(line: &str) -> Vec<&str> {
    line.split('|').map(str::trim).collect()
}

impl Good {
    /// Number of the item on the scale's labels.
    pub fn scale_number(&self) -> u32 {
        self.id.parse().expect("goods with labels have a number as id")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_shelves_are_those_of_a_shop() {
        let shop = neighbourhood();
        assert_eq!(shop.goods.len(), 300);
        let unique = |of: fn(&Good) -> &str| shop.goods.iter().map(of).collect::<HashSet<_>>().len();
        assert_eq!(unique(|good| &good.code), 300, "codes are unique");
        assert_eq!(unique(|good| &good.id), 300, "ids are unique");
        for good in &shop.goods {
            let makers = good.label == Label::Code;
            assert_eq!((690..700).contains(&good.code[..3].parse().unwrap()), makers, "{}", good.code);
            let body = good.code[..12].parse().unwrap();
            assert_eq!(ean13(body), good.code);
            assert!(shop.settings.taxes.iter().any(|(id, _)| *id == good.tax));
            assert!((10..100_000).contains(&good.price), "{}: {}", good.name, good.price);
        }
        let labelled = |label| shop.goods.iter().filter(|good| good.label == label).count();
        assert!(labelled(Label::Weight) >= 20 && labelled(Label::Price) >= 15);
        assert!(shop.goods.iter().filter(|good| good.favourite.is_some()).count() >= 20);
    }
}
