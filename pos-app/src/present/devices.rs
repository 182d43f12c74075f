//! How the devices stand, in words with the mend: one thing at a time, the most urgent first.

use hal::{DeviceClass, MILLIGRAMS_PER_GRAM, Weighing};
use ui::screen::Level;
use words::{Words, say};

use crate::engine::{DeviceView, Engine, PrinterTrouble};
use crate::notation::Notation;

/// The most urgent thing about time and devices, in words, and how many more there are.
pub(super) fn words(engine: &Engine) -> (String, Level) {
    let words = &engine.words;
    let troubles = troubles(engine);
    let more = troubles.len().saturating_sub(1);
    match troubles.into_iter().next() {
        Some((first, level)) if more > 0 => (say!(words, "device-and-more", first = first, more = more), level),
        Some(first) => first,
        None => at_rest(engine),
    }
}

/// Everything that wants a person, a line for each, where it is more than one thing.
pub(super) fn help(engine: &Engine) -> String {
    let troubles = troubles(engine);
    let lines: Vec<String> = troubles.into_iter().map(|(text, _)| text).collect();
    if lines.len() > 1 { lines.join("\n") } else { String::new() }
}

/// Whether something about the devices wants a person.
pub(super) fn want_somebody(engine: &Engine) -> bool {
    !troubles(engine).is_empty()
}

/// Everything that wants a person, the most urgent first.
fn troubles(engine: &Engine) -> Vec<(String, Level)> {
    let words = &engine.words;
    let mut troubles = Vec::new();
    let mut tell = |level, text: String| troubles.push((text, level));
    if engine.clock_is_back {
        tell(Level::Fault, words.say("device-clock-back"));
    }
    for (kiosk, call) in engine.lanes.calling() {
        let why = engine.call_words(call);
        tell(Level::Warning, say!(words, "kiosk-lane-calls", no = i64::from(kiosk.kiosk), why = why));
    }
    for class in [DeviceClass::Printer, DeviceClass::Scanner, DeviceClass::Payment, DeviceClass::Scale] {
        if let DeviceView::Trouble(why) = engine.devices.view(class) {
            let level = match class {
                DeviceClass::Printer | DeviceClass::Scanner => Level::Fault,
                _ => Level::Warning,
            };
            tell(level, trouble(class, why, words));
        }
    }
    if engine.drawer.too_long {
        tell(Level::Warning, words.say("device-drawer-open"));
    }
    if engine.devices.view(DeviceClass::Printer) == DeviceView::PaperLow {
        tell(Level::Warning, words.say("device-paper-low"));
    }
    for class in
        [DeviceClass::Drawer, DeviceClass::Display, DeviceClass::Indicator, DeviceClass::Bagging, DeviceClass::Speaker]
    {
        if let DeviceView::Trouble(why) = engine.devices.view(class) {
            tell(Level::Warning, trouble(class, why, words));
        }
    }
    troubles
}

/// Nothing wants a person: what is not set up, what has not reported yet, or that all is well.
fn at_rest(engine: &Engine) -> (String, Level) {
    let words = &engine.words;
    let printer = engine.devices.view(DeviceClass::Printer);
    let scanner = engine.devices.view(DeviceClass::Scanner);
    match (printer, scanner) {
        (DeviceView::Absent, _) => (words.say("device-no-printer"), Level::Warning),
        (_, DeviceView::Absent) => (words.say("device-no-scanner"), Level::Warning),
        (DeviceView::Unknown, _) | (_, DeviceView::Unknown) => (words.say("device-connecting"), Level::Good),
        _ => (words.say("device-ready"), Level::Good),
    }
}

/// What keeps a device from working, and what to do meanwhile.
fn trouble(class: DeviceClass, why: PrinterTrouble, words: &Words) -> String {
    let away = why == PrinterTrouble::Unplugged;
    match class {
        DeviceClass::Printer => printer_trouble(why, words),
        DeviceClass::Scanner if away => words.say("device-scanner-away"),
        DeviceClass::Scanner => words.say("device-scanner-fault"),
        DeviceClass::Payment => words.say("device-payment-away"),
        DeviceClass::Scale if away => words.say("device-scale-away"),
        DeviceClass::Scale => words.say("device-scale-fault"),
        DeviceClass::Drawer => words.say("device-drawer-away"),
        DeviceClass::Display => words.say("device-display-away"),
        DeviceClass::Indicator => words.say("device-indicator-away"),
        DeviceClass::Bagging => words.say("device-bagging-away"),
        DeviceClass::Speaker => words.say("device-speaker-away"),
    }
}

/// What keeps the printer from printing, and the mend.
pub(super) fn printer_trouble(why: PrinterTrouble, words: &Words) -> String {
    match why {
        PrinterTrouble::PaperOut => words.say("device-printer-paper-out"),
        PrinterTrouble::CoverOpen => words.say("device-printer-cover-open"),
        PrinterTrouble::Unplugged => words.say("device-printer-unplugged"),
        PrinterTrouble::Fault => words.say("device-printer-fault"),
    }
}

/// Goods wait for their weight: what to do, and what the scale says.
pub(super) fn asks_weight(engine: &Engine, name: &str) -> String {
    let words = &engine.words;
    let says = match (engine.devices.view(DeviceClass::Scale), engine.scale.says) {
        (DeviceView::Absent, _) => words.say("device-scale-type"),
        (DeviceView::Trouble(_), None) => words.say("device-scale-silent"),
        (_, says) => on_scale(engine, says),
    };
    say!(words, "device-asks-weight", name = name, says = says)
}

fn on_scale(engine: &Engine, says: Option<Weighing>) -> String {
    let words = &engine.words;
    match says {
        None => words.say("device-scale-put-on"),
        Some(Weighing::Stable(weight)) if weight.net_milligrams < MILLIGRAMS_PER_GRAM / 2 => {
            say!(words, "device-scale-put-on-from", weight = words.grams(0))
        }
        Some(Weighing::Stable(weight)) => {
            let shown = words.grams(weight.net_grams());
            match engine.is_taken_already(weight.net_grams()) {
                true => say!(words, "device-scale-taken", weight = shown),
                false => say!(words, "device-scale-shows", weight = shown),
            }
        }
        Some(Weighing::Moving) => words.say("device-scale-moves"),
        Some(Weighing::Overload) => words.say("device-scale-overload"),
        Some(Weighing::BelowZero) if engine.scale.tared => words.say("device-scale-below-tare"),
        Some(Weighing::BelowZero) => words.say("device-scale-below-zero"),
        Some(Weighing::OutsideZero) => words.say("device-scale-no-zero"),
        Some(Weighing::Unmoved) => words.say("device-scale-unmoved"),
        Some(Weighing::Fault | Weighing::Unreadable) => words.say("device-scale-broken"),
    }
}
