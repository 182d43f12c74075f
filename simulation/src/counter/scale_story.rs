//! Stories of scales and displays: the drivers' threads on one end of real pseudo-terminals, virtual devices on the other.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use domain::money::Money;
use domain::receipt::{Block, Document};
use drivers::counter::Counter;
use drivers::registry::DeviceConfig;
use drivers::station::{DeviceEvent, EventSink, ScaleError};
use hal::{AmountKind, DeviceError, DisplayAmount, DisplayFace, Health, JobId, Mark, PrintJob, Weighing, Weight};

use super::{DisplayModel, Faults, PrinterModel, ScaleTongue, VirtualDisplay, VirtualPrinter, VirtualScale};

/// Longest wait for anything: far beyond what any step takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Each language, how its scale is called here, and its lines in the device file.
const SCALES: [(&str, ScaleTongue, &str); 8] = [
    ("toledo", ScaleTongue::Toledo8217, "driver = \"toledo-8217\""),
    ("cas", ScaleTongue::CasType6, "driver = \"cas\""),
    ("cas stream", ScaleTongue::CasStream, "driver = \"cas-stream\""),
    ("stream", ScaleTongue::Stream, "driver = \"stream\""),
    ("dialog", ScaleTongue::Dialog06 { checksums: false }, "driver = \"dialog-06\""),
    ("equals", ScaleTongue::Equals { reversed: false }, "driver = \"equals\""),
    ("backwards", ScaleTongue::Equals { reversed: true }, "driver = \"equals\"\nreversed = true"),
    ("indicator", ScaleTongue::Indicator, INDICATOR),
];

const INDICATOR: &str = r#"driver = "frame"
frame.length = 12
frame.start = "\u0002"
frame.end = "\u0003"
frame.digits = { at = 2, count = 6 }
frame.decimals_at = 8
frame.negative = { at = 1, is = "-" }
frame.check = { at = 9, from = 1, count = 8, how = "xor-hex" }"#;

/// A till's devices, and what was heard of them.
struct Till {
    folder: PathBuf,
    events: Receiver<DeviceEvent>,
    counter: Option<Counter>,
    health: HashMap<String, Health>,
    weighing: HashMap<String, Weighing>,
    /// Every weight that stood still, in grams.
    weights: Vec<(String, i64)>,
    refused: Vec<DeviceError>,
    printed: u32,
}

impl Till {
    fn folder() -> PathBuf {
        static TILLS: AtomicU32 = AtomicU32::new(0);
        let number = TILLS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("guitai-scales-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the cables");
        folder
    }

    /// Switches a till on with a device file in which `{}` stands for the folder of the cables.
    fn open(folder: PathBuf, config: &str) -> Till {
        let config = config.replace("{}", folder.to_str().expect("a plain path"));
        let config = DeviceConfig::from_toml(&config).expect("a right device file");
        let (sender, events) = sync_channel(4096);
        let counter = Some(Counter::set_up(&config, &EventSink::from(sender)).expect("threads"));
        let (health, weighing) = (HashMap::new(), HashMap::new());
        Till { folder, events, counter, health, weighing, weights: Vec::new(), refused: Vec::new(), printed: 0 }
    }

    /// With one scale.
    fn with_scale(tongue: ScaleTongue, config: &str) -> (Till, VirtualScale) {
        let folder = Till::folder();
        let scale = VirtualScale::plug(folder.join("scale"), tongue).expect("a scale");
        (Till::open(folder, &format!("[[scale]]\npath = \"{{}}/scale\"\n{config}")), scale)
    }

    fn counter(&self) -> &Counter {
        self.counter.as_ref().expect("an open till")
    }

    /// Listens until what was heard is `enough`.
    fn until(&mut self, what: &str, enough: impl Fn(&Till) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !enough(self) {
            let Ok(event) = self.events.recv_timeout(until.saturating_duration_since(Instant::now())) else {
                panic!("waited in vain for {what}: {:#?} {:#?}", self.health, self.weighing);
            };
            self.hear(event);
        }
    }

    fn hear(&mut self, event: DeviceEvent) {
        match event {
            DeviceEvent::State { device, health, .. } => {
                self.weighing.remove(&*device);
                self.health.insert(device.to_string(), health);
            }
            DeviceEvent::Weighing { device, for_trade, weighing } => {
                assert!(for_trade);
                if let Weighing::Stable(weight) = weighing {
                    assert_eq!(weight.net_milligrams % 1000, 0, "{weight:?}");
                    self.weights.push((device.to_string(), weight.net_grams()));
                }
                self.weighing.insert(device.to_string(), weighing);
            }
            DeviceEvent::ScaleRefused { why, .. } => self.refused.push(why),
            DeviceEvent::Printed { .. } => self.printed += 1,
            _ => {}
        }
    }

    /// Whether all of these scales told this last.
    fn all(&self, names: &[&str], weighing: Weighing) -> bool {
        names.iter().all(|name| self.weighing.get(*name) == Some(&weighing))
    }

    /// Whether each of these devices is so.
    fn are(&self, names: &[&str], health: impl Fn(&Health) -> bool) -> bool {
        names.iter().all(|name| self.health.get(*name).is_some_and(&health))
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        drop(self.counter.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn stable(grams: i64) -> Weighing {
    Weighing::Stable(Weight { net_milligrams: grams * 1000, tared: false })
}

/// A till with a scale of each language.
fn all_scales() -> (Till, Vec<VirtualScale>) {
    let folder = Till::folder();
    let (mut config, mut scales) = (String::new(), Vec::new());
    for (name, tongue, lines) in SCALES {
        config.push_str(&format!("[[scale]]\nname = \"{name}\"\npath = \"{{}}/{name}\"\n{lines}\n"));
        scales.push(VirtualScale::plug(folder.join(name), tongue).expect("a scale"));
    }
    (Till::open(folder, &config), scales)
}

const ALL: [&str; 8] = ["toledo", "cas", "cas stream", "stream", "dialog", "equals", "backwards", "indicator"];
/// Those that mark too much.
const MARKING: [&str; 5] = ["toledo", "cas", "cas stream", "stream", "dialog"];

#[test]
fn a_weight_is_told_when_it_stands_still_in_every_language() {
    let (mut till, scales) = all_scales();
    let each = |what: &dyn Fn(&VirtualScale)| scales.iter().for_each(what);
    till.counter().want_weight(true);
    till.until("empty scales", |till| till.all(&ALL, stable(0)));
    each(&|scale| scale.put(1234));
    till.until("a weight", |till| till.all(&ALL, stable(1234)));
    till.weights.clear();
    each(&|scale| scale.set_moving(true));
    till.until("movement", |till| till.all(&ALL, Weighing::Moving));
    each(&|scale| scale.put(856));
    each(&|scale| scale.set_moving(false));
    till.until("another weight", |till| till.all(&ALL, stable(856)));
    // A scale that moved was never sold by.
    till.weights.iter().for_each(|(name, grams)| assert!([856, 1234].contains(grams), "{name} told {grams} g"));
    each(&|scale| scale.set_overloaded(true));
    till.until("overload", |till| till.all(&MARKING, Weighing::Overload));
    each(&|scale| scale.set_overloaded(false));
    each(&|scale| scale.put(-40));
    till.until("below zero", |till| till.all(&ALL, Weighing::BelowZero));
    each(&|scale| scale.put(5));
    till.until("a small weight", |till| till.all(&ALL, stable(5)));
    each(&|scale| assert_eq!(scale.puzzles(), 0));
    assert!(till.are(&ALL, |health| *health == Health::Ready));
    // Nothing has changed: a till that begins to wait for a weight hears it all the same.
    till.counter().want_weight(false);
    till.weighing.clear();
    till.counter().want_weight(true);
    till.until("the same again", |till| till.all(&ALL, stable(5)));
    let tallies: Vec<_> = till.counter().stations().iter().map(|station| station.tally().read()).collect();
    assert!(tallies.iter().all(|tally| tally.bytes_in > 0 && tally.jobs >= 7 && tally.opens == 1 && tally.errors == 0));
}

#[test]
fn bad_lines_delay_weights_and_never_change_them() {
    let (mut till, scales) = all_scales();
    till.counter().want_weight(true);
    till.until("empty scales", |till| till.all(&ALL, stable(0)));
    let line_is = |faults: &Faults| scales.iter().for_each(|scale| scale.set_faults(faults.clone()));
    let put = |grams| scales.iter().for_each(|scale| scale.put(grams));
    let milliseconds = Duration::from_millis;
    for (grams, faults) in [
        (1111, Faults { piece_bytes: 1, pause: milliseconds(1), ..Faults::default() }),
        (2222, Faults { piece_bytes: 5, pause: milliseconds(12), ..Faults::default() }),
        (4444, Faults { pause: milliseconds(80), ..Faults::default() }),
    ] {
        line_is(&faults);
        put(grams);
        till.until(&format!("a weight through {faults:?}"), |till| till.all(&ALL, stable(grams)));
    }
    // Where a digit can become another one unnoticed, the weight must come twice; where the line has parity, a byte comes that is
    // no digit. One tells each weight once, and has a story of its own.
    for (scale, (name, ..)) in scales.iter().zip(SCALES) {
        let spoil_bits = if name == "toledo" { 0x11 } else { 0x01 };
        let spoil_every = if name == "dialog" { 0 } else { 9 };
        scale.set_faults(Faults { spoil_every, spoil_bits, ..Faults::default() });
    }
    for grams in [3333, 1111, 3333] {
        put(grams);
        till.until("a weight on a line that changes digits", |till| till.all(&ALL, stable(grams)));
    }
    // Many frames at once happen to those that talk by themselves.
    let talking = ["cas stream", "stream", "equals", "backwards", "indicator"];
    line_is(&Faults::default());
    for (scale, (name, ..)) in scales.iter().zip(SCALES) {
        let merge = if talking.contains(&name) { 4 } else { 1 };
        scale.set_faults(Faults { merge, ..Faults::default() });
    }
    put(5555);
    till.until("a weight in a heap of frames", |till| till.all(&ALL, stable(5555)));
    // Where noise stands between two frames, some languages can be read and some cannot; those say so.
    let deaf = ["stream", "equals", "backwards"];
    let hearing = ["toledo", "cas", "cas stream", "indicator"];
    line_is(&Faults { noise: b"\xff\x00".to_vec(), ..Faults::default() });
    put(6666);
    till.until("a weight beside noise", |till| till.all(&hearing, stable(6666)));
    let unreadable = |health: &Health| matches!(health, Health::Fault(words) if words.contains("cannot be read"));
    till.until("words about noise", |till| till.are(&deaf, unreadable));
    let ready = |health: &Health| *health == Health::Ready;
    line_is(&Faults::default());
    put(7777);
    till.until("a weight after noise", |till| till.all(&ALL, stable(7777)) && till.are(&ALL, ready));
    line_is(&Faults { silent: true, ..Faults::default() });
    let silent = |health: &Health| matches!(health, Health::Fault(words) if words.contains("does not answer"));
    till.until("words about silence", |till| till.are(&ALL, silent));
    line_is(&Faults::default());
    put(8888);
    till.until("a weight after silence", |till| till.all(&ALL, stable(8888)) && till.are(&ALL, ready));
    for (name, grams) in &till.weights {
        assert!(grams % 1111 == 0 && *grams <= 8888, "{name} told {grams} g");
    }
}

#[test]
fn a_pulled_cable_is_told_and_weights_come_back_with_it() {
    let (mut till, scales) = all_scales();
    scales.iter().for_each(|scale| scale.put(750));
    till.until("a weight", |till| till.all(&ALL, stable(750)));
    for grams in [751, 752] {
        scales.iter().for_each(VirtualScale::unplug);
        till.until("pulled cables", |till| till.are(&ALL, |health| *health == Health::Unplugged));
        till.counter().scale_zero().expect("room for an order");
        till.until("a refusal", |till| till.refused.contains(&DeviceError::Unplugged));
        till.refused.clear();
        scales.iter().for_each(|scale| scale.put(grams));
        scales.iter().for_each(|scale| scale.replug().expect("a cable"));
        till.until("a weight again", |till| {
            till.all(&ALL, stable(grams)) && till.are(&ALL, |health| *health == Health::Ready)
        });
    }
}

#[test]
fn orders_reach_the_scales_that_know_them() {
    let (mut till, toledo) = Till::with_scale(ScaleTongue::Toledo8217, "driver = \"toledo-8217\"");
    toledo.put(12);
    till.until("a weight", |till| till.all(&["scale"], stable(12)));
    till.counter().scale_zero().expect("an order");
    till.until("zero", |till| till.all(&["scale"], stable(0)));
    toledo.put(112);
    till.until("a dish", |till| till.all(&["scale"], stable(100)));
    till.counter().scale_tare(true).expect("an order");
    let net = |grams: i64| Weighing::Stable(Weight { net_milligrams: grams * 1000, tared: true });
    till.until("an empty dish", |till| till.all(&["scale"], net(0)));
    toledo.put(612);
    till.until("a full dish", |till| till.all(&["scale"], net(500)));
    till.counter().scale_tare(false).expect("an order");
    till.until("dish and all", |till| till.all(&["scale"], stable(600)));
    toledo.set_lost_zero(true);
    let lost = |health: &Health| matches!(health, Health::Fault(words) if words.contains("did not find its zero"));
    till.until("a lost zero", |till| till.all(&["scale"], Weighing::OutsideZero) && till.are(&["scale"], lost));
    toledo.set_lost_zero(false);
    till.until("its zero again", |till| till.all(&["scale"], stable(600)));
    assert_eq!(toledo.puzzles(), 0);

    let (mut till, cas) = Till::with_scale(ScaleTongue::CasType6, "driver = \"cas\"");
    till.until("an empty scale", |till| till.all(&["scale"], stable(0)));
    till.counter().scale_zero().expect("an order");
    till.counter().scale_tare(true).expect("an order");
    till.until("two refusals", |till| till.refused.len() == 2);
    assert!(till.refused.iter().all(|why| matches!(why, DeviceError::Refused(words) if words.contains("own key"))));
    assert_eq!(cas.puzzles(), 0);

    let none = Till::open(Till::folder(), "");
    assert_eq!(none.counter().scale_zero(), Err(ScaleError::Absent));
}

#[test]
fn a_scale_that_reckons_is_told_the_price_and_one_that_wants_checksums_is_told_of() {
    let (mut till, dialog) = Till::with_scale(ScaleTongue::Dialog06 { checksums: false }, "driver = \"dialog-06\"");
    till.until("an empty scale", |till| till.all(&["scale"], stable(0)));
    till.counter().scale_price(Some(Money::minor(1280))).expect("an order");
    dialog.put(856);
    till.until("a weight", |till| till.all(&["scale"], stable(856)));
    assert_eq!(dialog.price(), Some(1280));
    till.counter().scale_price(Some(Money::minor(1_000_000))).expect("an order");
    till.until("a refusal", |till| till.refused.len() == 1);
    // A weight that was lost on the way is not told again, and the one before it is not told instead.
    dialog.set_faults(Faults { spoil_every: 1, spoil_bits: 0x11, ..Faults::default() });
    dialog.put(1234);
    let unreadable = |health: &Health| matches!(health, Health::Fault(words) if words.contains("cannot be read"));
    till.until("words about the line", |till| till.are(&["scale"], unreadable));
    till.weights.clear();
    dialog.set_faults(Faults::default());
    till.until("a wish to lift the goods", |till| till.all(&["scale"], Weighing::Unmoved));
    dialog.put(0);
    till.until("an empty scale", |till| till.all(&["scale"], stable(0)));
    dialog.put(1234);
    till.until("the weight", |till| till.all(&["scale"], stable(1234)));
    assert!(till.weights.iter().all(|(_, grams)| [0, 1234].contains(grams)), "{:?}", till.weights);
    dialog.set_broken(true);
    till.until("a fault of its own", |till| till.are(&["scale"], |health| matches!(health, Health::Fault(_))));
    dialog.set_broken(false);
    till.until("it was mended", |till| till.are(&["scale"], |health| *health == Health::Ready));
    assert_eq!(dialog.puzzles(), 0);

    let (mut till, _dialog) = Till::with_scale(ScaleTongue::Dialog06 { checksums: true }, "driver = \"dialog-06\"");
    let checksums = |health: &Health| matches!(health, Health::Fault(words) if words.contains("checksums"));
    till.until("words about checksums", |till| till.are(&["scale"], checksums));
    assert!(till.weights.is_empty());
}

fn face(upper: &str, lower: &str, kind: AmountKind, digits: &str) -> DisplayFace {
    let amount = Some(DisplayAmount { kind, digits: digits.to_owned() });
    DisplayFace { upper: upper.to_owned(), lower: lower.to_owned(), amount }
}

#[test]
fn displays_show_the_newest_face_and_show_it_again_after_a_pulled_cable() {
    let folder = Till::folder();
    let letters = DisplayModel::Letters { columns: 20, hanzi: false };
    let hanzi = DisplayModel::Letters { columns: 20, hanzi: true };
    let plug = |name: &str, model| VirtualDisplay::plug(folder.join(name), model).expect("a display");
    let ascii = plug("ascii", letters);
    let cursor = plug("cursor", letters);
    let chinese = plug("chinese", hanzi);
    let digits = plug("digits", DisplayModel::Digits);
    let all = [&ascii, &cursor, &chinese, &digits];
    let table = |name: &str, lines: &str| format!("[[display]]\nname = \"{name}\"\npath = \"{{}}/{name}\"\n{lines}\n");
    let config = [
        table("ascii", "driver = \"cd5220\""),
        table("cursor", "driver = \"cd5220\"\nwrite = \"cursor\""),
        table("chinese", "driver = \"cd5220\"\nletters = \"gbk\""),
        table("digits", "driver = \"led8\""),
    ]
    .concat();
    let mut till = Till::open(folder.clone(), &config);
    let names = ["ascii", "cursor", "chinese", "digits"];
    till.until("displays", |till| till.are(&names, |health| *health == Health::Ready));
    let shows = |total: &str, change: &str, digit: &str, lamp| {
        assert!(ascii.wait_until(PATIENCE, |display| display.lines()[1] == total), "{:?}", ascii.lines());
        assert!(cursor.wait_until(PATIENCE, |display| display.lines()[1] == total), "{:?}", cursor.lines());
        assert!(chinese.wait_until(PATIENCE, |display| display.lines()[1] == change), "{:?}", chinese.lines());
        assert!(digits.wait_until(PATIENCE, |display| (display.digits().as_str(), display.lamp()) == (digit, lamp)));
    };
    till.counter().show(&face("Red apples 红富士苹果", "合计", AmountKind::Total, "14.27"));
    shows("TOTAL          14.27", "合计           14.27", "14.27", 2);
    assert_eq!(ascii.lines()[0], "Red apples          ");
    assert_eq!(chinese.lines()[0], "Red apples 红富士苹 ");
    // Far more than the lines can bear: what is in between is left out, the last is shown.
    let before = ascii.strings();
    for number in 0..2000 {
        till.counter().show(&face("", "找零", AmountKind::Change, &format!("{number}.00")));
    }
    shows("CHANGE       1999.00", "找零         1999.00", "1999.00", 4);
    assert!(ascii.strings() - before < 4000, "the display lagged behind");
    all.iter().for_each(|display| display.unplug());
    till.until("pulled cables", |till| till.are(&names, |health| *health == Health::Unplugged));
    till.counter().show(&face("", "收款", AmountKind::Paid, "20.00"));
    all.iter().for_each(|display| display.replug().expect("a cable"));
    shows("PAID           20.00", "收款           20.00", "20.00", 3);
    till.counter().show(&DisplayFace { upper: "Welcome".to_owned(), ..DisplayFace::default() });
    shows("                    ", "                    ", "", 0);
    all.iter().for_each(|display| assert_eq!(display.puzzles(), 0));
}

#[test]
fn a_display_on_the_printers_wire_shows_while_receipts_are_printed_whole() {
    let folder = Till::folder();
    let printer = VirtualPrinter::plug(folder.join("printer"), PrinterModel::MM58).expect("a printer");
    let display = VirtualDisplay::hung(DisplayModel::Letters { columns: 20, hanzi: true });
    printer.hang(display.clone());
    let config =
        "[[printer]]\nname = \"receipt\"\ndriver = \"escpos\"\npath = \"{}/printer\"\nwidth_mm = 58\ncuts = true
        [[display]]\ndriver = \"cd5220\"\nprinter = \"receipt\"\nletters = \"gbk\"";
    let mut till = Till::open(folder, config);
    till.until("a printer", |till| till.are(&["receipt"], |health| *health == Health::Ready));
    let mut receipt = Document::default();
    for line in 0..60 {
        receipt.pair(format!("农夫山泉 {line}"), "2.00");
    }
    receipt.push(Block::Cut);
    let papers: u32 = 5;
    let mut number = 0;
    for paper in 0..papers {
        let job = PrintJob { id: JobId(paper.to_string()), document: receipt.clone(), mark: Mark::First };
        till.counter().print(job).expect("room in the spool");
        while till.printed <= paper {
            number += 1;
            till.counter().show(&face("品名", "合计", AmountKind::Total, &format!("{number}.00")));
            std::thread::sleep(Duration::from_millis(3));
            while let Ok(event) = till.events.try_recv() {
                till.hear(event);
            }
            assert!(number < 10_000, "no receipt came out");
        }
    }
    till.counter().show(&face("再见", "找零", AmountKind::Change, "0.50"));
    assert!(
        display.wait_until(PATIENCE, |display| display.lines()[1] == "找零            0.50"),
        "{:?}",
        display.lines()
    );
    assert_eq!(display.lines()[0], "再见                ");
    let texts: Vec<String> = printer.papers().iter().map(|paper| paper.text()).collect();
    assert_eq!(texts.len(), papers as usize);
    assert_eq!(texts[0].lines().count(), 60);
    assert!(texts.iter().all(|text| *text == texts[0]), "a receipt was disturbed");
    assert_eq!((printer.puzzles(), display.puzzles()), (0, 0));
    assert!(display.strings() > 2 * u64::from(papers), "the display waited for the receipts");
    // Pulled and plugged in again, the display shows what it showed.
    printer.unplug();
    till.until("a pulled cable", |till| till.are(&["receipt"], |health| *health == Health::Unplugged));
    display.take(b"\x0c");
    printer.replug().expect("a cable");
    assert!(
        display.wait_until(PATIENCE, |display| display.lines()[1] == "找零            0.50"),
        "{:?}",
        display.lines()
    );
}
