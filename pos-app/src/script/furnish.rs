//! The store of a script: its settings, goods, members, in the words that stand before the first command.

use domain::barcode::Barcode;
use domain::money::Currency;
use protocol::v1;

/// Words that furnish.
pub(super) const WORDS: [&str; 12] = [
    "currency",
    "tax",
    "tax-mode",
    "rounding",
    "points",
    "layout",
    "lock-after",
    "item",
    "member",
    "clock-at",
    "name",
    "day-starts",
];

/// What a script's store is made of.
pub(super) struct Furniture {
    pub store: v1::Store,
    pub items: Vec<v1::Item>,
    pub members: Vec<v1::Member>,
    /// Local time at which the story begins.
    pub begins: jiff::civil::DateTime,
}

impl Default for Furniture {
    fn default() -> Furniture {
        Furniture {
            store: v1::Store {
                id: "s1".into(),
                name: "Corner Shop".into(),
                currency: "CNY".into(),
                time_zone: "Asia/Shanghai".into(),
                tax_mode: "included".into(),
                taxes: vec![
                    v1::Tax { id: "standard".into(), rate_bp: 1300 },
                    v1::Tax { id: "low".into(), rate_bp: 900 },
                ],
                cash_rounding: v1::CashRounding { step: 1, mode: "nearest".into() },
                points_per: 100,
                day_starts_hour: 4,
                layouts: Vec::new(),
                receipt_header: Vec::new(),
                receipt_footer: Vec::new(),
                auto_lock_s: 0,
            },
            items: Vec::new(),
            members: Vec::new(),
            begins: jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0),
        }
    }
}

impl Furniture {
    /// Takes a line when it furnishes; whether it did.
    pub(super) fn take(&mut self, words: &[String]) -> Result<bool, String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let store = &mut self.store;
        match words[..] {
            ["name", name] => store.name = name.into(),
            ["currency", code] => {
                Currency::of(code).ok_or_else(|| format!("{code} is no currency the till knows"))?;
                store.currency = code.into();
            }
            ["tax-mode", mode] => store.tax_mode = mode.into(),
            ["tax", id, percent] => {
                let rate_bp = hundredths(percent)?;
                store.taxes.retain(|tax| tax.id != id);
                store.taxes.push(v1::Tax { id: id.into(), rate_bp });
            }
            ["rounding", step, mode] => {
                store.cash_rounding = v1::CashRounding { step: amount(&store.currency, step)?, mode: mode.into() };
            }
            ["points", per] => store.points_per = amount(&store.currency, per)?,
            ["lock-after", seconds] => store.auto_lock_s = number(seconds)?,
            ["day-starts", hour] => store.day_starts_hour = number(hour)?,
            ["layout", pattern, value, decimals] => store.layouts.push(v1::Layout {
                pattern: pattern.into(),
                value: value.into(),
                decimals: number(decimals)?,
            }),
            ["clock-at", time] => {
                self.begins = time.parse().map_err(|_| format!("{time} is no time like 2026-03-02T09:00"))?
            }
            ["item", code, name, price, ref more @ ..] => {
                let item = item(store, code, name, price, more)?;
                self.items.push(item);
            }
            ["member", card, name, points] => self.members.push(v1::Member {
                id: card.into(),
                name: name.into(),
                phone: String::new(),
                codes: vec![card.into()],
                points: number(points)?,
            }),
            // A member at the till, not one of the store's.
            ["member", _] => return Ok(false),
            [word, ..] if WORDS.contains(&word) => return Err(format!("`{word}` is followed by other words")),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn item(store: &v1::Store, code: &str, name: &str, price: &str, more: &[&str]) -> Result<v1::Item, String> {
    let mut item = v1::Item {
        id: code.into(),
        name: name.into(),
        name_en: None,
        initials: String::new(),
        unit: "piece".into(),
        tax: "standard".into(),
        category: String::new(),
        codes: vec![key_of(code)],
        prices: Vec::new(),
        favourite: None,
    };
    if price != "-" {
        item.prices.push(v1::Price { from_ms: 0, price: amount(&store.currency, price)? });
    }
    let mut more = more.iter();
    while let Some(word) = more.next() {
        let mut next = || more.next().copied().ok_or_else(|| format!("`{word}` is followed by a word"));
        match *word {
            "kg" => item.unit = "kg".into(),
            "tax" => item.tax = next()?.into(),
            "en" => item.name_en = Some(next()?.into()),
            "initials" => item.initials = next()?.into(),
            "favourite" => item.favourite = Some(number(next()?)?),
            "from" => {
                let (time, price) = (next()?, next()?);
                let at: jiff::Timestamp =
                    time.parse().map_err(|_| format!("{time} is no time like 2026-03-02T09:00Z"))?;
                let price = amount(&store.currency, price)?;
                item.prices.push(v1::Price { from_ms: at.as_millisecond(), price });
            }
            other => return Err(format!("an item knows no `{other}`")),
        }
    }
    Ok(item)
}

/// The catalogue's key of a code: GTINs of every length as 14 digits.
fn key_of(code: &str) -> String {
    Barcode::parse(code, &[]).map_or_else(|_| code.to_owned(), |barcode| barcode.key())
}

fn amount(currency: &str, text: &str) -> Result<i64, String> {
    let currency = Currency::of(currency).ok_or("the store's currency is unknown")?;
    currency.parse(text).map(|amount| amount.units()).map_err(|error| format!("{text}: {error}"))
}

fn hundredths(text: &str) -> Result<u32, String> {
    let units = Currency::of("EUR")
        .expect("a currency of two digits")
        .parse(text)
        .map_err(|error| format!("{text}: {error}"))?;
    u32::try_from(units.units()).map_err(|_| format!("{text} is no rate"))
}

pub(super) fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is not a number that fits here"))
}
