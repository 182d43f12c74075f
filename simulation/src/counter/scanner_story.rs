//! Stories of scanners: the drivers' threads on one end of a real wire, virtual scanners on the other.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use drivers::counter::Counter;
use drivers::registry::DeviceConfig;
use drivers::station::{DeviceEvent, EventSink};
use hal::{Health, Unreadable};

use super::{VirtualHidScanner, VirtualScanner, VirtualWedge};

/// Longest wait for anything: far beyond what any step takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A till with scanners, and the folder that their files are in.
struct Till {
    folder: PathBuf,
    events: Receiver<DeviceEvent>,
    counter: Option<Counter>,
}

impl Till {
    fn folder() -> PathBuf {
        static TILLS: AtomicU32 = AtomicU32::new(0);
        let number = TILLS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("guitai-scanners-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    /// Opens with a device file in which `{}` stands for the folder.
    fn open(folder: &Path, config: &str) -> Till {
        let config = config.replace("{}", folder.to_str().expect("a plain path"));
        let config = DeviceConfig::from_toml(&config).expect("a right device file");
        let (sender, events) = sync_channel(16);
        let counter = Counter::set_up(&config, &EventSink::from(sender)).expect("threads");
        let till = Till { folder: folder.to_owned(), events, counter: Some(counter) };
        for _ in 0..config.scanner.len() {
            assert_eq!(till.next(), "ready");
        }
        till
    }

    /// What happens next, in words.
    fn next(&self) -> String {
        match self.events.recv_timeout(PATIENCE).expect("something happens") {
            DeviceEvent::Scan { scan, .. } => match scan.symbology {
                Some(symbology) => format!("{symbology:?} {}", scan.data),
                None => scan.data,
            },
            DeviceEvent::Unreadable { why: Unreadable::Incomplete { .. }, .. } => "incomplete".to_owned(),
            DeviceEvent::Unreadable { why: Unreadable::NotText { .. }, .. } => "not text".to_owned(),
            DeviceEvent::Unreadable { why: Unreadable::TooLong { .. }, .. } => "too long".to_owned(),
            DeviceEvent::State { health: Health::Ready, .. } => "ready".to_owned(),
            DeviceEvent::State { health: Health::Unplugged, .. } => "unplugged".to_owned(),
            other => panic!("{other:?} is no scanner's"),
        }
    }

    /// The events in words, one after the other.
    fn expect(&self, words: &[&str]) {
        for word in words {
            assert_eq!(self.next(), *word);
        }
    }

    /// Nothing comes for as long as a scanner takes to say that it was half a code.
    fn expect_silence(&self) {
        assert!(self.events.recv_timeout(Duration::from_millis(300)).is_err(), "nothing was scanned");
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        drop(self.counter.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_wedge_is_found_again_under_another_number_and_half_a_code_never_counts() {
    let folder = Till::folder();
    let mut wedge = VirtualWedge::plug(&folder, "0c2e:0b61").expect("a wedge");
    // The pause is wide, so that a busy machine does not cut a code that comes in pieces.
    let config = "[[scanner]]\ndriver = \"wedge\"\nusb = \"0C2E:0B61\"\nroot = \"{}\"\nidle_gap_ms = 2000";
    let till = Till::open(&folder, config);
    assert!(wedge.scan("6901234567892"));
    assert!(wedge.scan("]C10106901234567892\u{1d}10Ab-1"));
    assert!(wedge.scan_slowly("5449000000996", 7, Duration::from_micros(200)));
    assert!(wedge.scan_with_loss("4006381333931"));
    assert!(wedge.scan("4006381333931"));
    till.expect(&["6901234567892", "Gs1Code128 0106901234567892\u{1d}10Ab-1", "5449000000996"]);
    till.expect(&["incomplete", "4006381333931"]);
    wedge.scan_and_unplug("6901234567892");
    till.expect(&["unplugged"]);
    wedge.replug().expect("another number");
    till.expect(&["ready"]);
    assert!(wedge.scan("96385074"));
    till.expect(&["96385074"]);
    till.expect_silence();
}

#[test]
fn a_hid_scanner_joins_reports_and_is_found_again() {
    let folder = Till::folder();
    let mut scanner = VirtualHidScanner::plug(&folder, "05f9:2204").expect("a scanner");
    let config = "[[scanner]]\ndriver = \"hid\"\nusb = \"05f9:2204\"\nroot = \"{}\"\nencoding = \"gb18030\"";
    let till = Till::open(&folder, config);
    let long = "0123456789".repeat(30);
    assert!(scanner.scan("]E0", b"6901234567892"));
    assert!(scanner.scan("]Q1", long.as_bytes()));
    assert!(scanner.send(&[4, 0, 1]));
    assert!(scanner.scan("]Q1", b"\xca\xbe\xc0\xfd\xce\xc4\xb1\xbe"));
    assert!(scanner.scan("]Q1", &[0xff; 20]));
    assert!(scanner.scan("]E4", b"96385074"));
    till.expect(&["Ean13 6901234567892", &format!("Qr {long}"), "Qr 示例文本", "not text", "Ean8 96385074"]);
    scanner.scan_and_unplug("]Q1", long.as_bytes());
    till.expect(&["unplugged"]);
    scanner.replug().expect("another number");
    till.expect(&["ready"]);
    assert!(scanner.scan("]E0", b"6901234567892"));
    till.expect(&["Ean13 6901234567892"]);
    till.expect_silence();
}

#[test]
fn a_held_trigger_sells_once_and_a_pulled_cable_half_a_code_never() {
    let folder = Till::folder();
    let scanner = VirtualScanner::plug(folder.join("scanner"), "\r").expect("a scanner");
    // The pause is wide, so that a busy machine does not take a held trigger for equal goods.
    let config =
        "[[scanner]]\ndriver = \"serial\"\npath = \"{}/scanner\"\nprefix = \"~\"\nidle_gap_ms = 5000\nrepeat_ms = 1000";
    let till = Till::open(&folder, config);
    assert!(scanner.hold("~6901234567892", 12, Duration::from_millis(40)));
    assert!(scanner.scan("~5449000000996"));
    // Equal goods that a person scans one after the other.
    std::thread::sleep(Duration::from_millis(1100));
    assert!(scanner.scan("~5449000000996"));
    till.expect(&["6901234567892", "5449000000996", "5449000000996"]);
    // Noise before a code, and a code whose first half was lost.
    assert!(scanner.send(b"\xff\x80\r"));
    assert!(scanner.send(b"34567892\r"));
    assert!(scanner.scan("~4006381333931"));
    till.expect(&["incomplete", "incomplete", "4006381333931"]);
    scanner.scan_and_unplug("~6901234567892");
    till.expect(&["unplugged"]);
    scanner.replug().expect("a cable");
    till.expect(&["ready"]);
    assert!(scanner.scan("~96385074"));
    till.expect(&["96385074"]);
}

#[test]
fn a_box_for_payment_codes_is_a_serial_scanner() {
    let folder = Till::folder();
    let reader = VirtualScanner::plug(folder.join("box"), "\r").expect("a box");
    let config = "[[scanner]]\nname = \"pay\"\ndriver = \"serial\"\npath = \"{}/box\"\nbaud = 115200\nsuffix = \"\\r\"";
    let till = Till::open(&folder, config);
    assert!(reader.scan("134567890123456789"));
    assert!(reader.scan_slowly("287654321098765432", 5, Duration::from_millis(1)));
    till.expect(&["134567890123456789", "287654321098765432"]);
}

#[test]
fn scanners_of_every_wire_work_side_by_side_and_none_loses_a_code() {
    let folder = Till::folder();
    let serial = VirtualScanner::plug(folder.join("serial"), "\r\n").expect("a scanner");
    let mut wedge = VirtualWedge::plug(&folder, "0c2e:0b61").expect("a wedge");
    let mut hid = VirtualHidScanner::plug(&folder, "05f9:2204").expect("a scanner");
    let config = "[[scanner]]\nname = \"a\"\ndriver = \"serial\"\npath = \"{}/serial\"\nidle_gap_ms = 2000
        [[scanner]]\nname = \"b\"\ndriver = \"wedge\"\nusb = \"0c2e:0b61\"\nroot = \"{}\"\nidle_gap_ms = 2000
        [[scanner]]\nname = \"c\"\ndriver = \"hid\"\nusb = \"05f9:2204\"\nroot = \"{}\"";
    let till = Till::open(&folder, config);
    let mut waiting: Vec<String> = Vec::new();
    // More than the till's queue takes at once: the scanners' threads wait for it, and the wires hold the rest. A
    // pseudo-terminal holds some 12 KB, which is nine codes of a keyboard; a pipe holds 16 reports.
    for number in 0..8 {
        let code = |wire: &str| format!("{wire}{number:011}");
        assert!(serial.scan(&code("s")), "serial {number}");
        assert!(wedge.scan(&code("w")), "wedge {number}");
        assert!(hid.scan("]E0", code("h").as_bytes()), "HID {number}");
        waiting.extend([code("s"), code("w"), format!("Ean13 {}", code("h"))]);
    }
    while !waiting.is_empty() {
        let next = till.next();
        let at = waiting.iter().position(|code| *code == next).unwrap_or_else(|| panic!("{next} was not scanned"));
        waiting.remove(at);
    }
    till.expect_silence();
}
