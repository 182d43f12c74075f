//! Each device is pulled at each step of a sale, and plugged in again a step later. The sale goes on by hand, nothing is
//! lost, and the device is back by itself.

use std::time::{Duration, Instant};

use journal::JournalReader;
use protocol::v1;
use simulation::counter::{
    DisplayModel, PrinterModel, ScaleTongue, TerminalMood, VirtualDisplay, VirtualPrinter, VirtualScale,
    VirtualScanner, VirtualTerminal,
};
use simulation::street::Till;
use ui::Intent;
use ui::screen::Panel;

use super::process::{Running, pen, write_replica};

/// Longest wait for anything: far beyond what any step takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// A cashier scans again what was not heard for so long.
const RESCAN_AFTER: Duration = Duration::from_secs(5);
/// An empty scale is seen within this.
const EMPTY_SEEN_AFTER: Duration = Duration::from_millis(800);
/// What the apples cost: 0.450 kg at 12.80, and one pen.
const TOTAL: i64 = 576 + 199;

/// The device that is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pulled {
    Scanner,
    Printer,
    Scale,
    Display,
    Terminal,
}

/// Steps of a sale; the device is pulled before one of them and plugged in after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Scan,
    AskWeight,
    Weigh,
    Pay,
    Settle,
    Paper,
}

const STEPS: [Step; 6] = [Step::Scan, Step::AskWeight, Step::Weigh, Step::Pay, Step::Settle, Step::Paper];

/// A till with everything on its counter.
struct Counter {
    running: Running,
    till: Till,
    scanner: VirtualScanner,
    printer: VirtualPrinter,
    scale: VirtualScale,
    display: VirtualDisplay,
    terminal: VirtualTerminal,
    sales: usize,
    cards: i64,
}

impl Counter {
    fn open(name: &str) -> Counter {
        let mut running = Running::new(name);
        let apples = v1::Item {
            id: "apples".into(),
            name: "Apples".into(),
            unit: "kg".into(),
            codes: vec!["1001".into()],
            prices: vec![v1::Price { from_ms: 0, price: 1280 }],
            ..pen()
        };
        write_replica(&running.dir, vec![pen(), apples]);
        let at = |name: &str| running.dir.join(name);
        let scanner = VirtualScanner::plug(at("scanner"), "\r\n").unwrap();
        let printer = VirtualPrinter::plug(at("printer"), PrinterModel::MM80).unwrap();
        let scale = VirtualScale::plug(at("scale"), ScaleTongue::CasType6).unwrap();
        let display = VirtualDisplay::plug(at("display"), DisplayModel::Letters { columns: 20, hanzi: false }).unwrap();
        let terminal = VirtualTerminal::plug([0; 3], 156).unwrap();
        let devices = format!(
            "[[scanner]]\ndriver = \"serial\"\npath = \"{0}/scanner\"\n\
             [[printer]]\ndriver = \"escpos\"\npath = \"{0}/printer\"\nwidth_mm = 80\n\
             [[drawer]]\ndriver = \"printer\"\nopen_when = \"high\"\n\
             [[scale]]\ndriver = \"cas\"\npath = \"{0}/scale\"\n\
             [[display]]\ndriver = \"cd5220\"\npath = \"{0}/display\"\n\
             [[payment]]\ndriver = \"zvt\"\naddress = \"{1}\"\ntime_zone = \"UTC\"\n",
            running.dir.display(),
            terminal.address()
        );
        let mut till = running.start_with(Some(&devices));
        till.wait("the lock", PATIENCE, |screen| matches!(screen.panel, Panel::Locked { .. })).unwrap();
        till.wish(&Intent::SignOn { staff: "07".into(), pin: "1234".into() }).unwrap();
        till.wait("the sign-on", PATIENCE, |screen| matches!(screen.panel, Panel::OpenShift { .. })).unwrap();
        till.wish(&Intent::OpenShift { float: "100".into() }).unwrap();
        till.wait("the shift", PATIENCE, |screen| matches!(screen.panel, Panel::Sell { .. })).unwrap();
        printer.shut_drawer();
        Counter { running, till, scanner, printer, scale, display, terminal, sales: 0, cards: 0 }
    }

    fn pull(&self, device: Pulled) {
        match device {
            Pulled::Scanner => self.scanner.unplug(),
            Pulled::Printer => self.printer.unplug(),
            Pulled::Scale => self.scale.unplug(),
            Pulled::Display => self.display.unplug(),
            Pulled::Terminal => self.terminal.set_unplugged(true),
        }
    }

    fn plug(&self, device: Pulled) {
        match device {
            Pulled::Scanner => self.scanner.replug().unwrap(),
            Pulled::Printer => self.printer.replug().unwrap(),
            Pulled::Scale => self.scale.replug().unwrap(),
            Pulled::Display => self.display.replug().unwrap(),
            Pulled::Terminal => self.terminal.set_unplugged(false),
        }
    }

    /// A sale during which a device is away for a step.
    fn sell(&mut self, device: Pulled, away: Step) {
        self.sales += 1;
        let card = self.sales.is_multiple_of(2) && !(device == Pulled::Terminal && away <= Step::Settle);
        for step in STEPS {
            let gone = step == away;
            if gone {
                self.pull(device);
            }
            self.step(step, device, gone, card);
            if gone {
                self.plug(device);
            }
        }
        self.printer.shut_drawer();
    }

    fn step(&mut self, step: Step, device: Pulled, gone: bool, card: bool) {
        let by_hand = |pulled| gone && device == pulled;
        match step {
            Step::Scan if by_hand(Pulled::Scanner) => self.enter("4006381333931"),
            Step::Scan => self.scan("4006381333931"),
            Step::AskWeight if by_hand(Pulled::Scanner) => self.enter("1001"),
            Step::AskWeight => self.scan("1001"),
            Step::Weigh if by_hand(Pulled::Scale) => {
                self.till.wish(&Intent::SetQuantity { text: "0.45".into() }).unwrap();
            }
            Step::Weigh => self.scale.put(450),
            Step::Pay => self.till.wish(&Intent::Pay).unwrap(),
            Step::Settle if card => {
                self.cards += TOTAL;
                let tender =
                    |kind: &str| Intent::Tender { kind: kind.into(), amount: String::new(), reference: String::new() };
                self.till.wish(&tender("card")).unwrap();
            }
            Step::Settle => self.till.wish(&Intent::Cash { text: "10".into() }).unwrap(),
            Step::Paper => {}
        }
        let what = format!("{step:?} with the {device:?} {}", if gone { "away" } else { "there" });
        self.till
            .wait(&what, PATIENCE, |screen| match step {
                Step::Scan => screen.basket.lines.len() == 1,
                Step::AskWeight => screen.notice.is_some(),
                Step::Weigh => screen.basket.lines.len() == 2,
                Step::Pay => matches!(screen.panel, Panel::Pay { .. }),
                Step::Settle | Step::Paper => matches!(screen.panel, Panel::Change { .. }),
            })
            .unwrap();
        if step == Step::Weigh {
            self.scale.put(0);
            // The same weight again is the same goods to the till, unless it has seen the empty scale, which it looks at
            // twice a second at rest.
            std::thread::sleep(EMPTY_SEEN_AFTER);
        }
    }

    /// Scans until the till has heard it: a scanner that has just come back may still be on its way.
    fn scan(&mut self, code: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            self.scanner.scan(code);
            let heard = self.till.wait("the scan", RESCAN_AFTER, |screen| match code {
                "1001" => screen.notice.is_some(),
                _ => screen.basket.lines.len() == 1,
            });
            if heard.is_ok() {
                return;
            }
            assert!(Instant::now() < until, "the scanner does not come back");
        }
    }

    fn enter(&mut self, code: &str) {
        self.till.wish(&Intent::Enter { text: code.into() }).unwrap();
    }

    /// The books, the papers and the terminal agree with what was sold.
    fn check(&mut self) {
        let sales = self.sales;
        let events = journal_events(&self.running);
        let completed: Vec<&serde_json::Value> =
            events.iter().filter_map(|event| event["body"].get("sale_completed")).collect();
        assert_eq!(completed.len(), sales, "each sale is in the journal, once");
        assert_eq!(self.terminal.held(), self.cards, "the cards paid what was sold on them, once");
        let until = Instant::now() + PATIENCE;
        loop {
            let papers = self.printer.papers();
            let whole: Vec<String> = papers.iter().map(|paper| paper.text()).collect();
            let missing = completed.iter().map(receipt_no).find(|no| {
                !whole.iter().any(|text| text.contains(no) && text.contains("Apples") && text.contains("Pen"))
            });
            match missing {
                None => break doubled(&whole, &completed),
                Some(no) => assert!(Instant::now() < until, "no paper of {no}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A receipt that is on paper twice says so.
fn doubled(papers: &[String], completed: &[&serde_json::Value]) {
    for no in completed.iter().map(receipt_no) {
        let unmarked = papers.iter().filter(|text| text.contains(&no) && !text.contains("REPRINT"));
        let whole = unmarked.filter(|text| text.contains("Apples") && text.contains("Pen")).count();
        assert!(whole <= 1, "{no} is on paper {whole} times without a mark");
    }
}

fn receipt_no(event: &&serde_json::Value) -> String {
    event["receipt"].as_str().expect("a receipt's number").to_owned()
}

fn journal_events(running: &Running) -> Vec<serde_json::Value> {
    let reader = JournalReader::open(&running.dir).unwrap().unwrap();
    let mut bytes = Vec::new();
    reader.export(&mut bytes).unwrap();
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

fn every_step(name: &str, device: Pulled) {
    let mut counter = Counter::open(name);
    counter.terminal.set_mood(TerminalMood::Pays);
    for step in STEPS {
        counter.sell(device, step);
        // The next scan begins the next sale, also when the receipt still waits for its printer.
    }
    counter.check();
    assert!(
        counter
            .display
            .wait_until(PATIENCE, |display| display.lines()[1].contains("2.25") || display.lines()[1].contains("7.75"))
    );
}

#[test]
fn a_scanner_is_pulled_at_each_step() {
    every_step("pull-scanner", Pulled::Scanner);
}

#[test]
fn a_printer_is_pulled_at_each_step() {
    every_step("pull-printer", Pulled::Printer);
}

#[test]
fn a_scale_is_pulled_at_each_step() {
    every_step("pull-scale", Pulled::Scale);
}

#[test]
fn a_display_is_pulled_at_each_step() {
    every_step("pull-display", Pulled::Display);
}

#[test]
fn a_card_terminal_is_pulled_at_each_step() {
    every_step("pull-terminal", Pulled::Terminal);
}
