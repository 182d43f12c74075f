//! What the shopper sees and hears, in lines that a shopkeeper can read.

use ui::Shopper;
use ui::heard::{Heard, Sound};
use ui::shopper::ShopperStep;

/// The shopper's screen, for `shopper`.
pub(super) fn screen(shopper: &Shopper) -> Vec<String> {
    let step = match shopper.step {
        ShopperStep::Idle => "idle",
        ShopperStep::Closed => "closed",
        ShopperStep::Goods => "goods",
        ShopperStep::Pay => "pay",
        ShopperStep::InDoubt => "in doubt",
        ShopperStep::Thanks => "thanks",
    };
    let mut lines = vec![joined(&format!("shopper {step}"), &[&shopper.title, &shopper.help])];
    for line in &shopper.lines {
        let mark = if shopper.newest == Some(line.no) { "newest" } else { "line" };
        lines.push(joined(mark, &[&line.name, &line.detail, &line.amount]));
        lines.extend(line.below.iter().map(|below| joined(" ", &[&below.text, &below.amount])));
    }
    let sums =
        [(&shopper.total_of, &shopper.total), (&shopper.count, &shopper.saved), (&shopper.amount_of, &shopper.amount)];
    let told = sums.into_iter().filter(|(what, _)| !what.is_empty());
    lines.extend(told.map(|(what, amount)| joined(what, &[amount])));
    if !shopper.code.is_empty() {
        lines.push(format!("[QR {}]", shopper.code));
    }
    lines
}

/// The newest sound, for `heard`.
pub(super) fn heard(heard: &Heard) -> String {
    let sound = match heard.sound {
        Sound::None => "nothing",
        Sound::Taken => "taken",
        Sound::Saved => "saved",
        Sound::Refused => "refused",
        Sound::Call => "call",
        Sound::Paid => "paid",
    };
    format!("heard {sound}, {} in all", heard.count)
}

fn joined(first: &str, rest: &[&str]) -> String {
    let rest = rest.iter().filter(|text| !text.is_empty());
    rest.fold(first.to_owned(), |text, more| format!("{text}  {more}"))
}
