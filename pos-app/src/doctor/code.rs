//! `doctor code`: what a code is, what it carries, and what the till does with it.

mod told;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use domain::barcode::gs1::Ai;
use domain::barcode::{Barcode, BarcodeError, Embedded, Gs1, Layout, ValueKind};
use domain::money::Currency;
use domain::payment::{Family, classify_code, mask};
use domain::proof::ProofText;
use domain::store::Store;
use hal::Symbology;
use jiff::civil::Date;
use journal::Replica;

/// Exit status when the options cannot be used, as the parser of options has it.
const BAD_USAGE: u8 = 2;
/// Layouts that are tried without those of a store: labels of 13 digits with a price (20 to 22) or a weight (23 to 25), and
/// the labels of Chinese scales with 18 digits, whose price counts.
const USUAL_LAYOUTS: [(&str, ValueKind, u8); 7] = [
    ("22......VVVVC", ValueKind::Price, 2),
    ("20IIIIIVVVVVC", ValueKind::Price, 2),
    ("21IIIIIVVVVVC", ValueKind::Price, 2),
    ("23IIIIIVVVVVC", ValueKind::Weight, 3),
    ("24IIIIIVVVVVC", ValueKind::Weight, 3),
    ("25IIIIIVVVVVC", ValueKind::Weight, 3),
    ("2.IIIIIVVVVVXXXXXC", ValueKind::Price, 2),
];

/// Which code.
#[derive(Clone, Debug, clap::Args)]
pub struct CodeOptions {
    /// The code, as a scanner gives it; `{GS}` stands for FNC1.
    code: String,
    /// Try this layout: PATTERN:price or PATTERN:weight, and the decimals behind another colon, such as 22IIIIIIVVVVC:price:2
    /// or 22......{NNDD}.:price. May be given several times; the first that fits counts.
    #[arg(long = "layout", value_name = "PATTERN:KIND[:DECIMALS]")]
    layouts: Vec<String>,
    /// Directory of a till: its store's layouts and currency are used, and its catalogue is asked.
    #[arg(long, conflicts_with = "layouts")]
    state: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// What is known about the shop whose code it is.
struct Shop {
    layouts: Vec<Layout>,
    /// Where the layouts are from, in words.
    layouts_of: &'static str,
    currency: Currency,
    replica: Option<Replica>,
}

/// What a code is.
struct Told {
    /// As it may be shown.
    code: String,
    kind: Kind,
    symbology: Option<Symbology>,
    /// Under what the catalogue must know it.
    key: Option<String>,
    check_digit: Option<CheckDigit>,
    layout: Option<(Layout, u64)>,
    price: Option<String>,
    weight: Option<String>,
    expires: Option<Date>,
    elements: Vec<(Ai, String)>,
    /// Whose payment code it may be.
    payment: Option<Family>,
    /// What the shop knows under its key.
    known: Option<String>,
    /// What is wrong, and what to do.
    wrong: Option<(String, &'static str)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Goods,
    Label,
    Gs1,
    Payment,
    Receipt,
    Plain,
    NoCode,
}

struct CheckDigit {
    found: u8,
    expected: u8,
}

pub(super) fn run(options: &CodeOptions) -> anyhow::Result<ExitCode> {
    let shop = match Shop::of(options) {
        Ok(shop) => shop,
        Err(error) => {
            eprintln!("pos-app: {error:#}");
            return Ok(ExitCode::from(BAD_USAGE));
        }
    };
    let today = jiff::Zoned::now().date();
    let told = shop.tell(&options.code, today);
    if options.json {
        println!("{}", serde_json::to_string_pretty(&told.json())?);
    } else {
        print!("{}", told.text(shop.layouts_of));
    }
    Ok(if told.kind == Kind::NoCode { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Shop {
    fn of(options: &CodeOptions) -> anyhow::Result<Shop> {
        if let Some(state) = &options.state {
            return Shop::of_till(state);
        }
        let currency = Currency::of("CNY").expect("the usual currency");
        if options.layouts.is_empty() {
            let usual =
                |(pattern, kind, decimals)| Layout::new(pattern, kind, decimals, currency).expect("a usual layout");
            let layouts = USUAL_LAYOUTS.map(usual).into();
            return Ok(Shop {
                layouts,
                layouts_of: "a usual one; --state DIR reads the store's",
                currency,
                replica: None,
            });
        }
        let layouts = options.layouts.iter().map(|text| layout_of(text, currency)).collect::<Result<_, _>>()?;
        Ok(Shop { layouts, layouts_of: "from --layout", currency, replica: None })
    }

    fn of_till(state: &Path) -> anyhow::Result<Shop> {
        let nothing = || format!("there is no catalogue in {}: is the till enrolled?", state.display());
        let replica = Replica::open(state)?.with_context(nothing)?;
        let store = Store::try_from(&replica.store()?.with_context(nothing)?)?;
        Ok(Shop { layouts: store.layouts, layouts_of: "the store's", currency: store.currency, replica: Some(replica) })
    }

    fn tell(&self, typed: &str, today: Date) -> Told {
        let text = typed.trim().replace("{GS}", "\u{1d}");
        let payment = classify_code(&text);
        let (symbology, data) = without_aim(&text);
        let mut told = Told {
            code: if payment.is_some() { mask(&text) } else { text.replace('\u{1d}', "{GS}") },
            kind: Kind::NoCode,
            symbology,
            key: None,
            check_digit: check_digit_of(data),
            layout: None,
            price: None,
            weight: None,
            expires: None,
            elements: Vec::new(),
            payment,
            known: None,
            wrong: None,
        };
        if ProofText::is_meant(data) {
            told.tell_receipt(data);
            return told;
        }
        match Barcode::parse(data, &self.layouts) {
            Ok(code) => self.tell_code(&mut told, data, &code, today),
            // While it is paid nobody asks whether its last digit is right.
            Err(_) if payment.is_some() => told.kind = Kind::Payment,
            Err(error) => {
                if matches!(error, BarcodeError::Gs1(_)) {
                    told.elements = Gs1::elements(data).unwrap_or_default();
                }
                told.wrong = Some((error.to_string(), advice(&error)));
            }
        }
        told
    }

    fn tell_code(&self, told: &mut Told, data: &str, code: &Barcode, today: Date) {
        told.kind = match code {
            Barcode::Gtin(_) => Kind::Goods,
            Barcode::InStore { .. } => Kind::Label,
            Barcode::Gs1(_) => Kind::Gs1,
            Barcode::Plain(_) if told.payment.is_some() => Kind::Payment,
            Barcode::Plain(_) => Kind::Plain,
        };
        let key = code.key();
        told.known = self.replica.as_ref().and_then(|replica| known(replica, &key));
        // A shopper's payment code is a secret.
        told.key = (told.kind != Kind::Payment).then_some(key);
        if matches!(code, Barcode::InStore { .. }) {
            let fits = |layout: &&Layout| matches!(layout.label(data.trim()), Ok(Some(_)));
            told.layout = self.layouts.iter().find(fits).map(|layout| {
                let digits = layout.label(data.trim()).ok().flatten().map_or(0, |label| label.digits);
                (layout.clone(), digits)
            });
        }
        if let Barcode::Gs1(gs1) = code {
            told.elements = Gs1::elements(data.trim()).unwrap_or_default();
            told.weight = gs1.weight.map(|weight| weight.plain());
            told.expires = gs1.expires_on(today);
        }
        match code.embedded(self.currency) {
            Ok(Some(Embedded::Price(price))) => told.price = Some(self.currency.signed(price)),
            Ok(Some(Embedded::Weight(weight))) => told.weight = Some(weight.plain()),
            Ok(None) => {}
            Err(error) => told.wrong = Some((error.to_string(), advice(&error))),
        }
    }
}

impl Told {
    fn tell_receipt(&mut self, data: &str) {
        match ProofText::parse(data).and_then(|text| text.proof()) {
            Ok(proof) => {
                self.kind = Kind::Receipt;
                self.key = Some(format!("{:02}{:02}-{:06}", proof.till, proof.epoch, proof.number));
                self.price = Some(proof.currency.signed(proof.total));
            }
            Err(error) => {
                self.wrong = Some((error.to_string(), "scan the receipt again, flat and whole; or type its number"));
            }
        }
    }
}

/// What the shop has under a key, in words.
fn known(replica: &Replica, key: &str) -> Option<String> {
    if let Ok(Some(item)) = replica.item_by_code(key) {
        return Some(format!("goods: {}", item.name));
    }
    match replica.member_by_code(key) {
        Ok(Some(_)) => Some("a member of the shop".to_owned()),
        _ => Some("nothing: the catalogue does not know it".to_owned()),
    }
}

/// An AIM identifier that says nothing about the data's meaning, taken off as scanners' drivers do.
fn without_aim(text: &str) -> (Option<Symbology>, &str) {
    match text.as_bytes() {
        [b']', code, modifier, _, ..] if code.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() => {
            let symbology = Symbology::from_aim(*code, *modifier);
            let data = if Gs1::parse(text).is_ok() { text } else { &text[3..] };
            (Some(symbology), data)
        }
        _ => (None, text),
    }
}

/// The check digit of what has the length of goods' codes or of labels, as it is and as it should be.
fn check_digit_of(data: &str) -> Option<CheckDigit> {
    let data = data.trim();
    let has_one = matches!(data.len(), 8 | 12..=14) && data.bytes().all(|byte| byte.is_ascii_digit());
    let (body, last) = data.split_at_checked(data.len().checked_sub(1)?)?;
    let expected = has_one.then(|| domain::barcode::Gtin::with_check_digit(body.parse().ok()?).key().pop())??;
    let digit = |digit: char| digit.to_digit(10).map(|digit| digit as u8);
    Some(CheckDigit { found: digit(last.chars().next()?)?, expected: digit(expected)? })
}

fn layout_of(text: &str, currency: Currency) -> anyhow::Result<Layout> {
    let mut parts = text.split(':');
    let (pattern, kind) = (parts.next().unwrap_or_default(), parts.next());
    let kind = match kind {
        Some("price") => ValueKind::Price,
        Some("weight") => ValueKind::Weight,
        _ => bail!("the layout {text:?} must say what its value is: {pattern}:price or {pattern}:weight"),
    };
    let decimals = match parts.next() {
        None if pattern.contains('{') => 0,
        None if kind == ValueKind::Price => currency.digits(),
        None => 3,
        Some(digits) => digits.parse().with_context(|| format!("the layout {text:?}: {digits:?} are no decimals"))?,
    };
    if parts.next().is_some() {
        bail!("the layout {text:?} has more than PATTERN:KIND:DECIMALS");
    }
    Layout::new(pattern, kind, decimals, currency).with_context(|| format!("the layout {text:?} cannot be"))
}

/// What a person does about a code that is none.
fn advice(error: &BarcodeError) -> &'static str {
    match error {
        BarcodeError::Empty => "give the code as the scanner sends it",
        BarcodeError::TooLong(_) | BarcodeError::BadCharacter => {
            "look at the scanner's settings: prefix, suffix, encoding, keyboard layout (must be US)"
        }
        BarcodeError::BadCheckDigit { .. } => {
            "scan again, or compare the digits with those below the bars; a label printed so comes from a wrongly set scale"
        }
        BarcodeError::BadLength => "a digit is missing or too many",
        BarcodeError::BadPriceCheck => {
            "scan again; when all labels are refused, the scale prints no price check digit: the layout must have no P"
        }
        BarcodeError::Gs1(_) => {
            "tell the supplier what is wrong; the goods can be sold by their GTIN (01). When values run into each other, the \
             scanner drops FNC1: set it to send GS (1D)"
        }
    }
}

#[cfg(test)]
mod tests;
