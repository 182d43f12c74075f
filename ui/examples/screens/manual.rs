//! The pictures of the manuals, in Chinese and English.

use std::path::Path;

use ui::window::{Canvas, Picture, ShopperCanvas};
use ui::{Screen, gallery};
use words::{Languages, Value, Words};

use super::moments::Moment;
use super::{palette, save, sheet};

type Failed = Box<dyn std::error::Error>;

/// Tags of the languages, and what a file's name has of them.
const LANGUAGES: [(&str, &str); 2] = [("zh-CN", ".zh-CN"), ("en", "")];
/// Of a till, as it is drawn.
const TILL: (u32, u32) = (1280, 800);
/// Of a till, on the page.
const TILL_WIDTH: u32 = 1280;
/// Of a self-checkout and of a handheld, as they are drawn.
const STANDING: (u32, u32) = (720, 1280);
/// Of these, on the page: four of them are as wide as a till.
const STANDING_WIDTH: u32 = 360;

/// Pictures of the till.
const OF_TILL: [(&str, &str, Moment); 14] = [
    ("sign-on", "locked", Moment::AsItIs),
    ("selling", "sell", Moment::AsItIs),
    ("just-now", "promoted", Moment::JustNow),
    ("more", "actions", Moment::More),
    ("languages", "sell", Moment::Languages),
    ("devices", "fault", Moment::Corner),
    ("payment", "pay-split", Moment::AsItIs),
    ("change", "change", Moment::AsItIs),
    ("payment-in-doubt", "payment-in-doubt", Moment::AsItIs),
    ("suspended", "suspended", Moment::AsItIs),
    ("return", "choose-many", Moment::AsItIs),
    ("leave", "approval", Moment::AsItIs),
    ("leave-by-telephone", "approval-telephone", Moment::AsItIs),
    ("count", "count", Moment::AsItIs),
];
/// Steps of the self-checkout, side by side.
const OF_KIOSK: [(&str, &[&str]); 3] = [
    ("kiosk-shopping", &["kiosk-attract", "kiosk-scan", "kiosk-payment", "kiosk-receipt"]),
    ("kiosk-goods", &["kiosk-pick", "kiosk-weigh", "kiosk-bag", "kiosk-scan-low"]),
    ("kiosk-help", &["kiosk-wait", "kiosk-pin", "kiosk-doubt", "kiosk-closed"]),
];
/// Steps of the stock desk, side by side.
const OF_STOCK: [(&str, &[&str]); 2] = [
    ("stock-counting", &["stock-menu", "stock-zones", "stock-count", "stock-quantity"]),
    ("stock-after", &["stock-review", "stock-pin", "stock-look", "stock-search"]),
];

/// Writes them all. Answers how many.
pub fn write(folder: &Path) -> Result<usize, Failed> {
    let mut count = 0;
    for (tag, ending) in LANGUAGES {
        let words = Languages::built_in().of(tag);
        let mut keep = |name: &str, picture: &Picture| -> Result<(), Failed> {
            count += 1;
            Ok(save(folder, &format!("{name}{ending}.png"), &palette::png(picture)?)?)
        };
        let samples = gallery::samples(tag);
        for (name, sample, moment) in OF_TILL {
            let canvas = Canvas::new(TILL.0, TILL.1)?;
            moment.bring(&canvas, find(&samples, sample)?)?;
            keep(name, &sheet::small(&canvas.pixels(), TILL_WIDTH))?;
        }
        let samples = gallery::kiosk_samples(tag);
        for (name, steps) in OF_KIOSK {
            keep(name, &strip(steps, |step| Ok(as_said(find(&samples, step)?.clone(), step, &words)))?)?;
        }
        let samples = gallery::stock_samples(tag);
        for (name, steps) in OF_STOCK {
            keep(name, &strip(steps, |step| Ok(find(&samples, step)?.clone()))?)?;
        }
        keep("shopper", &shopper(tag)?)?;
    }
    Ok(count)
}

/// What the shopper sees at a till: her goods, and how she pays.
fn shopper(tag: &str) -> Result<Picture, Failed> {
    let samples = gallery::shopper_samples(tag);
    let mut pictures = Vec::new();
    for name in ["goods", "pay-code"] {
        let canvas = ShopperCanvas::new(TILL.0, TILL.1)?;
        canvas.show(find(&samples, name)?);
        pictures.push(sheet::small(&canvas.pixels(), TILL_WIDTH / 2));
    }
    Ok(sheet::side_by_side(&pictures, 2))
}

fn strip(steps: &[&str], screen: impl Fn(&str) -> Result<Screen, Failed>) -> Result<Picture, Failed> {
    let mut pictures = Vec::new();
    for step in steps {
        let canvas = Canvas::new(STANDING.0, STANDING.1)?;
        canvas.show(&screen(step)?);
        pictures.push(sheet::small(&canvas.pixels(), STANDING_WIDTH));
    }
    Ok(sheet::side_by_side(&pictures, steps.len()))
}

fn find<'a, T>(samples: &'a [(&str, T)], wanted: &str) -> Result<&'a T, Failed> {
    let found = samples.iter().find(|(name, _)| *name == wanted);
    Ok(&found.ok_or(format!("there is no sample {wanted}"))?.1)
}

/// The sample with the words that the self-checkout says: samples have lengths, manuals quote.
fn as_said(mut screen: Screen, step: &str, words: &Words) -> Screen {
    let Some(kiosk) = screen.kiosk.as_mut() else { return screen };
    let newest = screen.basket.lines.last().map(|line| line.name.clone()).unwrap_or_default();
    let name = match (step, words.is_chinese()) {
        ("kiosk-wait", true) => "青梅酒".to_owned(),
        ("kiosk-wait", false) => "Plum wine".to_owned(),
        ("kiosk-pin", true) => "李娜".to_owned(),
        ("kiosk-pin", false) => "Li Na".to_owned(),
        _ => newest,
    };
    let named = |key: &str| words.fill(key, &[("name", Value::from(name.clone())), ("years", Value::from(18))]);
    let (title, help) = match step {
        "kiosk-attract" => ("kiosk-attract", "kiosk-attract-help"),
        "kiosk-scan" | "kiosk-scan-low" => ("kiosk-scan-next", ""),
        "kiosk-payment" => ("kiosk-pay-code", ""),
        "kiosk-receipt" => ("kiosk-receipt", ""),
        "kiosk-pick" => ("kiosk-pick-title", ""),
        "kiosk-weigh" => ("kiosk-weigh", "kiosk-weigh-help"),
        "kiosk-bag" => ("kiosk-bag-put-in", "kiosk-bag-help"),
        "kiosk-wait" => ("kiosk-wait", "kiosk-wait-age"),
        "kiosk-doubt" => ("kiosk-payment-doubt", "kiosk-payment-doubt-help"),
        "kiosk-pin" => ("kiosk-pin", ""),
        "kiosk-closed" => ("kiosk-closed", "kiosk-closed-help"),
        _ => ("", ""),
    };
    if !title.is_empty() {
        kiosk.title = named(title);
    }
    if !help.is_empty() {
        kiosk.help = named(help);
    }
    for key in &mut kiosk.keys {
        let said = match key.id.as_str() {
            "pay" => words.fill("kiosk-pay", &[("amount", Value::from("¥58.45".to_owned()))]),
            "cancel-payment" => words.say("kiosk-payment-cancel"),
            "back" if step == "kiosk-wait" => words.say("kiosk-wait-without"),
            id if words.knows(&format!("kiosk-{id}")) => words.say(&format!("kiosk-{id}")),
            _ => continue,
        };
        key.label = said;
    }
    screen
}
