//! Stories at the counter: the drivers' threads on one end of real pseudo-terminals, virtual devices on the other.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use domain::receipt::{Align, Block, Cell, Document, Size};
use drivers::counter::Counter;
use drivers::drawer::PrinterDrawer;
use drivers::registry::DeviceConfig;
use drivers::station::{CommandError, DeviceEvent, EventSink, JOBS_QUEUED_MAX};
use hal::{Drawer, Health, Interruption, JobId, Link, Mark, Paper as PaperState, PrintJob, Unreadable};

use super::{End, PrinterModel, VirtualPrinter, VirtualScanner};

/// Longest wait for anything: far beyond what any step takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A till's devices and the table they stand on.
pub(super) struct Shop {
    folder: PathBuf,
    events: Receiver<DeviceEvent>,
    counter: Option<Counter>,
}

impl Shop {
    pub(super) fn folder() -> PathBuf {
        static SHOPS: AtomicU32 = AtomicU32::new(0);
        let number = SHOPS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("guitai-shop-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the cables");
        folder
    }

    /// Opens with a device file in which `{}` stands for the folder of the cables.
    pub(super) fn open(folder: PathBuf, config: &str) -> Shop {
        let config = config.replace("{}", folder.to_str().expect("a plain path"));
        let config = DeviceConfig::from_toml(&config).expect("a right device file");
        let (sender, events) = sync_channel(16);
        let counter = Counter::set_up(&config, &EventSink::from(sender)).expect("threads");
        Shop { folder, events, counter: Some(counter) }
    }

    pub(super) fn with_printer(model: PrinterModel, printer: &str) -> (Shop, VirtualPrinter) {
        Shop::with_printer_that_is(model, printer, |_| {})
    }

    /// The same with something done to the printer before the till is switched on.
    pub(super) fn with_printer_that_is(
        model: PrinterModel,
        printer: &str,
        made: impl FnOnce(&VirtualPrinter),
    ) -> (Shop, VirtualPrinter) {
        let folder = Shop::folder();
        let device = VirtualPrinter::plug(folder.join("printer"), model).expect("a printer");
        made(&device);
        let config = format!(
            "[[printer]]\ndriver = \"escpos\"\npath = \"{{}}/printer\"\n{printer}\n[[drawer]]\ndriver = \"printer\"\nopen_when = \"high\""
        );
        (Shop::open(folder, &config), device)
    }

    pub(super) fn counter(&self) -> &Counter {
        self.counter.as_ref().expect("an open shop")
    }

    pub(super) fn print(&self, id: &str, document: &Document) {
        let job = PrintJob { id: JobId(id.to_owned()), document: document.clone(), mark: Mark::First };
        self.counter().print(job).expect("room in the spool");
    }

    /// Prints until no more receipts are taken; gives how many were.
    fn fill_the_spool(&self) -> usize {
        static JOBS: AtomicU32 = AtomicU32::new(0);
        let id = || JobId(format!("heap {}", JOBS.fetch_add(1, Ordering::Relaxed)));
        let job = || PrintJob { id: id(), document: receipt(), mark: Mark::First };
        (0..4 * JOBS_QUEUED_MAX).take_while(|_| self.counter().print(job()).is_ok()).count()
    }

    /// The first event that `pick` likes; those before it pass by.
    pub(super) fn until<T>(&self, what: &str, mut pick: impl FnMut(&DeviceEvent) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut passed = Vec::new();
        while let Ok(event) = self.events.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if let Some(picked) = pick(&event) {
                return picked;
            }
            passed.push(event);
        }
        panic!("waited in vain for {what}; there were {passed:#?}");
    }

    pub(super) fn until_printed(&self) -> (String, bool, u32) {
        self.until("a printed job", |event| match event {
            DeviceEvent::Printed { job, confirmed, substituted, .. } => Some((job.0.clone(), *confirmed, *substituted)),
            _ => None,
        })
    }

    pub(super) fn until_interrupted(&self) -> (Interruption, bool) {
        self.until("an interruption", |event| match event {
            DeviceEvent::PrintInterrupted { why, will_repeat, .. } => Some((*why, *will_repeat)),
            _ => None,
        })
    }

    pub(super) fn until_health(&self, health: impl Fn(&Health) -> bool) {
        self.until("a state", |event| match event {
            DeviceEvent::State { health: told, .. } => health(told).then_some(()),
            _ => None,
        });
    }

    pub(super) fn until_drawer(&self) -> bool {
        self.until("the drawer", |event| match event {
            DeviceEvent::Drawer { open, .. } => Some(*open),
            _ => None,
        })
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.counter.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(super) fn receipt() -> Document {
    let mut document = Document::default();
    document.center("柜台便利店", Size::Large, true).center("人民路 18 号", Size::Normal, false);
    document.push(Block::Feed(1)).pair("T01 #000123", "2026-03-05 18:42");
    document.push(Block::Rule);
    let cell = |text: &str, share, align| Cell { text: text.to_owned(), share, align };
    let row = |name: &str, count: &str, amount: &str| {
        Block::Row(vec![cell(name, 4, Align::Left), cell(count, 2, Align::Right), cell(amount, 2, Align::Right)])
    };
    document.push(row("品名", "数量", "金额"));
    document.push(row("农夫山泉饮用天然水 550ml", "2", "4.00"));
    document.push(row("Red apples 红富士苹果", "0.856", "10.27"));
    document.push(Block::Rule);
    document.strong_pair("合计", "￥14.27", Size::Large).pair("现金", "20.00").pair("找零", "5.73");
    document.push(Block::Feed(1)).push(Block::Code128("T01-000123".to_owned()));
    document.push(Block::Qr("https://example.org/r/T01-000123".to_owned()));
    document.center("谢谢惠顾 Thank you", Size::Normal, false).push(Block::Cut);
    document
}

pub(super) const PAPER_32: &str = "      柜台便利店
          人民路 18 号

T01 #000123     2026-03-05 18:42
--------------------------------
品名               数量     金额
农夫山泉饮用天        2     4.00
然水 550ml
Red apples 红富   0.856    10.27
士苹果
--------------------------------
合计     ￥14.27
现金                       20.00
找零                        5.73

[CODE128 T01-000123]
[QR https://example.org/r/T01-000123]
       谢谢惠顾 Thank you
";

const PAPER_42: &str = "           柜台便利店
               人民路 18 号

T01 #000123               2026-03-05 18:42
------------------------------------------
品名                       数量       金额
农夫山泉饮用天然水            2       4.00
550ml
Red apples 红富士苹果     0.856      10.27
------------------------------------------
合计          ￥14.27
现金                                 20.00
找零                                  5.73

[CODE128 T01-000123]
[QR https://example.org/r/T01-000123]
            谢谢惠顾 Thank you
";

pub(super) const PAPER_48: &str = "              柜台便利店
                  人民路 18 号

T01 #000123                     2026-03-05 18:42
------------------------------------------------
品名                           数量         金额
农夫山泉饮用天然水                2         4.00
550ml
Red apples 红富士苹果         0.856        10.27
------------------------------------------------
合计             ￥14.27
现金                                       20.00
找零                                        5.73

[CODE128 T01-000123]
[QR https://example.org/r/T01-000123]
               谢谢惠顾 Thank you
";

pub(super) fn write_picture(name: &str, paper: &super::Paper) {
    // For eyes: GUITAI_PAPERS names a folder that keeps the pictures of these stories.
    if let Some(folder) = std::env::var_os("GUITAI_PAPERS") {
        std::fs::write(PathBuf::from(folder).join(format!("{name}.png")), paper.png()).expect("a folder for pictures");
    }
}

#[test]
fn a_chinese_receipt_stands_on_paper_as_it_was_meant() {
    let papers = [("58", "", PAPER_32), ("80", "columns = 42\n", PAPER_42), ("80", "", PAPER_48)];
    for (width, columns, expect) in papers {
        let dots = match (width, columns) {
            ("58", _) => 384,
            (_, "") => 576,
            _ => 512,
        };
        let model = PrinterModel { dots, ..PrinterModel::MM58 };
        let config = format!("width_mm = {width}\n{columns}cuts = true\ncompletion = \"process-id\"");
        let (shop, printer) = Shop::with_printer(model, &config);
        shop.print("T01-123", &receipt());
        assert_eq!(shop.until_printed(), ("T01-123".to_owned(), true, 0));
        let papers = printer.papers();
        assert_eq!(papers.len(), 1);
        write_picture(&format!("receipt-{dots}"), &papers[0]);
        assert_eq!(papers[0].text(), expect, "on {dots} dots");
        assert_eq!((papers[0].end, printer.puzzles()), (End::Partial, 0));
    }
}

#[test]
fn paper_that_runs_out_is_told_and_the_receipt_comes_again_whole_under_a_mark() {
    for (means, expect) in [("realtime = true\ncompletion = \"process-id\"", 2), ("", 3), ("status = \"poll\"", 3)] {
        let (shop, printer) = Shop::with_printer(PrinterModel::MM58, &format!("width_mm = 58\ncuts = true\n{means}"));
        printer.paper_out_after(9);
        shop.print("T01-123", &receipt());
        assert_eq!(shop.until_interrupted(), (Interruption::PaperOut, true));
        assert_eq!(printer.hanging().lines.len(), 9, "with {means}");
        printer.load_paper();
        assert_eq!(shop.until_printed().0, "T01-123");
        let papers = printer.papers();
        // With buffers that cannot be cleared the printer first prints what it still had of the first try.
        assert_eq!(papers.len(), expect, "with {means}");
        let whole = &papers[expect - 1];
        write_picture(&format!("reprint-{expect}"), whole);
        assert_eq!(whole.text(), format!("      *** 重打 REPRINT ***\n{PAPER_32}"), "with {means}");
        assert_eq!((papers[0].end, papers[0].lines.len()), (End::Torn, 9), "with {means}");
    }
}

#[test]
fn a_pulled_cable_costs_neither_receipt_nor_order() {
    let model = PrinterModel { line_time: Duration::from_millis(20), ..PrinterModel::MM58 };
    let (shop, printer) = Shop::with_printer(model, "width_mm = 58\ncuts = true");
    shop.print("first", &receipt());
    shop.print("second", &receipt());
    while printer.hanging().lines.len() < 5 {
        std::thread::sleep(Duration::from_millis(1));
    }
    printer.unplug();
    assert_eq!(shop.until_interrupted(), (Interruption::Unplugged, true));
    shop.until_health(|health| *health == Health::Unplugged);
    printer.replug().expect("a cable");
    shop.until_health(|health| *health == Health::Ready);
    assert_eq!(shop.until_printed().0, "first");
    assert_eq!(shop.until_printed().0, "second");
    assert!(printer.wait_for_papers(3, PATIENCE));
    let papers = printer.papers();
    assert!(PAPER_32.starts_with(&papers[0].text()), "{}", papers[0].text());
    assert_eq!(papers[1].text(), format!("      *** 重打 REPRINT ***\n{PAPER_32}"));
    assert_eq!(papers[2].text(), PAPER_32);
}

#[test]
fn a_till_that_dies_in_the_middle_of_a_receipt_finds_its_printer_again() {
    let model = PrinterModel { line_time: Duration::from_millis(10), ..PrinterModel::MM58 };
    let (mut shop, printer) = Shop::with_printer(model, "width_mm = 58\ncuts = true\ncompletion = \"process-id\"");
    shop.print("first", &receipt());
    while printer.hanging().lines.len() < 5 {
        std::thread::sleep(Duration::from_millis(1));
    }
    shop.counter = None;
    // The printer prints on and talks to nobody; nothing of that may come back to it as text.
    printer.set_near_end(true);
    assert!(printer.wait_for_papers(1, PATIENCE));
    printer.set_near_end(false);
    let config = "[[printer]]\ndriver = \"escpos\"\npath = \"{}/printer\"\nwidth_mm = 58\ncuts = true\ncompletion = \"process-id\"";
    let second = Shop::open(shop.folder.clone(), config);
    let again = PrintJob { id: JobId("first".into()), document: receipt(), mark: Mark::Reprint("补打".into()) };
    second.counter().print(again).expect("room in the spool");
    assert_eq!(second.until_printed(), ("first".to_owned(), true, 0));
    let texts: Vec<String> = printer.papers().iter().map(super::Paper::text).collect();
    assert_eq!(texts, [PAPER_32.to_owned(), format!("{}补打\n{PAPER_32}", " ".repeat(14))]);
    assert_eq!(printer.puzzles(), 0);
}

#[test]
fn the_drawer_opens_once_for_each_pulse_and_tells_how_it_stands() {
    let (shop, printer) = Shop::with_printer(PrinterModel::MM80, "width_mm = 80\nrealtime = true");
    assert!(!shop.until_drawer());
    let way = shop.counter().printer("printer").expect("a printer").clone();
    let mut drawer = PrinterDrawer::new(way, true);
    drawer.open().expect("a drawer");
    assert!(shop.until_drawer());
    assert_eq!((printer.drawer_kicks(), shop.counter().drawer_open(), drawer.is_open()), (1, Some(true), Some(true)));
    printer.shut_drawer();
    assert!(!shop.until_drawer());
    // Missing paper must not keep the money locked in.
    printer.paper_out_after(0);
    let out = |event: &DeviceEvent| matches!(event, DeviceEvent::PrinterStatus { status, .. } if status.paper == PaperState::End);
    shop.until("the end of the paper", |event| out(event).then_some(()));
    shop.counter().open_drawer().expect("a drawer");
    assert!(shop.until_drawer());
    assert_eq!(printer.drawer_kicks(), 2);
    printer.unplug();
    shop.until_health(|health| *health == Health::Unplugged);
    shop.counter().open_drawer().expect("a drawer");
    shop.until("a refusal", |event| matches!(event, DeviceEvent::DrawerRefused { .. }).then_some(()));
    assert_eq!(printer.drawer_kicks(), 2);
}

#[test]
fn no_heap_of_receipts_stands_before_the_drawer() {
    // Paper is out and the spool takes nothing more: the money is still not locked in.
    let (shop, printer) = Shop::with_printer(PrinterModel::MM80, "width_mm = 80\nrealtime = true");
    assert!(!shop.until_drawer());
    printer.paper_out_after(0);
    let out = |event: &DeviceEvent| matches!(event, DeviceEvent::PrinterStatus { status, .. } if status.paper == PaperState::End);
    shop.until("the end of the paper", |event| out(event).then_some(()));
    let until = Instant::now() + PATIENCE;
    // The station takes some of them over; it is full when it has taken all it takes.
    while shop.fill_the_spool() > 0 {
        assert!(Instant::now() < until, "a spool without an end");
        std::thread::sleep(Duration::from_millis(200));
    }
    shop.counter().open_drawer().expect("a drawer");
    assert!(shop.until_drawer());
    assert_eq!((printer.drawer_kicks(), printer.papers().len()), (1, 0));

    // A printer that works a heap off opens the drawer between two receipts, not after the last.
    let model = PrinterModel { line_time: Duration::from_millis(2), ..PrinterModel::MM80 };
    let (shop, printer) = Shop::with_printer(model, "width_mm = 80");
    assert!(!shop.until_drawer());
    assert!(shop.fill_the_spool() >= JOBS_QUEUED_MAX);
    shop.counter().open_drawer().expect("a drawer");
    assert!(shop.until_drawer());
    assert_eq!(printer.drawer_kicks(), 1);
    assert!(printer.papers().len() < JOBS_QUEUED_MAX, "{} papers", printer.papers().len());
}

#[test]
fn a_hand_that_keeps_asking_a_pulled_printer_for_its_drawer_is_told() {
    let (shop, printer) = Shop::with_printer(PrinterModel::MM80, "width_mm = 80");
    assert!(!shop.until_drawer());
    printer.unplug();
    shop.until_health(|health| *health == Health::Unplugged);
    let until = Instant::now() + PATIENCE;
    let refused = || shop.events.try_iter().any(|event| matches!(event, DeviceEvent::DrawerRefused { .. }));
    while !refused() {
        assert!(Instant::now() < until, "no answer");
        shop.counter().open_drawer().expect("room for a few pulses");
        std::thread::sleep(Duration::from_millis(250));
    }
    assert_eq!(printer.drawer_kicks(), 0);
}

#[test]
fn a_printer_that_tells_nothing_prints_when_set_up_so_and_is_missed_when_not() {
    let silent = |printer: &VirtualPrinter| printer.set_silent(true);
    let (shop, printer) =
        Shop::with_printer_that_is(PrinterModel::MM58, "width_mm = 58\ncuts = true\nstatus = \"none\"", silent);
    shop.print("silent", &receipt());
    assert_eq!(shop.until_printed(), ("silent".to_owned(), false, 0));
    assert!(printer.wait_for_papers(1, PATIENCE));
    assert_eq!(printer.papers()[0].text(), PAPER_32);

    let (shop, printer) = Shop::with_printer_that_is(PrinterModel::MM58, "width_mm = 58\ncuts = true", silent);
    shop.print("waits", &receipt());
    shop.until_health(|health| matches!(health, Health::Fault(words) if words.contains("does not answer")));
    assert!(printer.papers().is_empty());
    printer.set_silent(false);
    assert_eq!(shop.until_printed().0, "waits");
    assert_eq!(printer.papers()[0].text(), PAPER_32);
}

#[test]
fn status_comes_by_itself_or_by_asking() {
    for means in ["asb", "poll"] {
        let (shop, printer) = Shop::with_printer(PrinterModel::MM58, &format!("width_mm = 58\nstatus = \"{means}\""));
        let until = |what: &str, wanted: &dyn Fn(&hal::PrinterStatus) -> bool| {
            shop.until(what, |event| match event {
                DeviceEvent::PrinterStatus { status, .. } => wanted(status).then_some(()),
                _ => None,
            });
        };
        until("online", &|status| status.can_print() && status.paper == PaperState::Ok);
        printer.set_near_end(true);
        until("near end", &|status| status.can_print() && status.paper == PaperState::NearEnd);
        printer.set_cover_open(true);
        until("cover open", &|status| status.cover_open && status.link == Link::Offline && !status.can_print());
        printer.set_cover_open(false);
        until("cover shut", &|status| status.can_print());
        printer.set_cutter_jammed(true);
        until("jam", &|status| status.hindrance() == Some(Interruption::Fault(hal::PrinterFault::Cutter)));
    }
}

#[test]
fn scans_arrive_whole_in_order_and_never_stop_the_scanner() {
    let folder = Shop::folder();
    let scanner = VirtualScanner::plug(folder.join("scanner"), "\r\n").expect("a scanner");
    // The gap is wide, so that a busy machine does not cut a code that comes in pieces.
    let config = "[[scanner]]\ndriver = \"serial\"\npath = \"{}/scanner\"\nsuffix = \"\\r\\n\"\nidle_gap_ms = 2000";
    let shop = Shop::open(folder, config);
    let next = || {
        shop.until("a reading", |event| match event {
            DeviceEvent::Scan { scan, .. } => {
                Some(scan.symbology.map_or(scan.data.clone(), |symbology| format!("{symbology:?} {}", scan.data)))
            }
            DeviceEvent::Unreadable { why: Unreadable::TooLong { bytes, .. }, .. } => Some(format!("! {bytes} bytes")),
            DeviceEvent::Unreadable { why: Unreadable::NotText { bytes }, .. } => Some(format!("! {bytes:x?}")),
            _ => None,
        })
    };
    shop.until_health(|health| *health == Health::Ready);
    assert!(scanner.scan("6901234567892"));
    assert_eq!(next(), "6901234567892");
    assert!(scanner.scan_slowly("5449000000996", 4, Duration::from_millis(3)));
    assert_eq!(next(), "5449000000996");
    assert!(scanner.scan_as("]E0", "4006381333931"));
    assert_eq!(next(), "Ean13 4006381333931");
    let many: Vec<String> = (0..100).map(|number| format!("20{number:011}")).collect();
    assert!(scanner.burst(many.iter().map(String::as_str)));
    many.iter().for_each(|code| assert_eq!(next(), *code));
    assert!(scanner.scan_slowly(&"9".repeat(10_000), 1000, Duration::ZERO));
    assert_eq!(next(), "! 10000 bytes");
    assert!(scanner.send(b"\xff\x00\xfe\r\n"));
    assert_eq!(next(), "! [ff, 0, fe]");
    assert!(scanner.scan("after garbage"));
    assert_eq!(next(), "after garbage");
    scanner.unplug();
    shop.until_health(|health| *health == Health::Unplugged);
    scanner.replug().expect("a cable");
    shop.until_health(|health| *health == Health::Ready);
    assert!(scanner.scan("back again"));
    assert_eq!(next(), "back again");
}

#[test]
fn a_code_without_suffix_ends_with_the_silence_after_it() {
    let folder = Shop::folder();
    let scanner = VirtualScanner::plug(folder.join("scanner"), "").expect("a scanner");
    let shop = Shop::open(folder, "[[scanner]]\ndriver = \"serial\"\npath = \"{}/scanner\"\nsuffix = \"\"");
    shop.until_health(|health| *health == Health::Ready);
    assert!(scanner.scan("no suffix"));
    let data = shop.until("a scan", |event| match event {
        DeviceEvent::Scan { scan, .. } => Some(scan.data.clone()),
        _ => None,
    });
    assert_eq!(data, "no suffix");
}

#[test]
fn the_spool_is_bounded_and_a_taken_port_is_told_in_words() {
    let (shop, printer) = Shop::with_printer(PrinterModel::MM58, "width_mm = 58");
    shop.until_health(|health| *health == Health::Ready);
    // A second program on the same port.
    let second = Shop::open(
        Shop::folder(),
        &format!("[[printer]]\ndriver = \"escpos\"\npath = \"{}\"\nwidth_mm = 58", printer.path().display()),
    );
    second.until_health(|health| matches!(health, Health::Fault(words) if words.contains("close other programs")));
    let mut document = Document::default();
    document.text("x");
    let job = |number: usize| PrintJob { id: JobId(number.to_string()), document: document.clone(), mark: Mark::First };
    // The spool takes what waits before it, until both are full.
    let mut taken = 0;
    let until = Instant::now() + PATIENCE;
    while taken < 2 * JOBS_QUEUED_MAX && Instant::now() < until {
        match second.counter().print(job(taken)) {
            Ok(()) => taken += 1,
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    assert_eq!(taken, 2 * JOBS_QUEUED_MAX);
    assert_eq!(second.counter().print(job(taken)), Err(CommandError::Full));
    assert_eq!(second.counter().open_drawer(), Err(CommandError::Absent));
}
