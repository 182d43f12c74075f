//! What goes over the wire to a printer and comes back, byte by byte.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::receipt::Document;
use hal::{
    Completion, DeviceError, Identity, Interruption, JobId, Link, Mark, Paper, PrintJob, Printer, PrinterEvent,
    PrinterFault,
};

use super::{DrawerPin, EscposPrinter, Profile, StatusMeans};
use crate::transport::Transport;

/// A wire whose other end is the test: what was sent, what is to come, and answers to what is sent.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Ends>>);

#[derive(Default)]
struct Ends {
    sent: Vec<u8>,
    to_come: VecDeque<u8>,
    answers: Vec<(&'static [u8], &'static [u8])>,
}

impl Wire {
    fn says(&self, bytes: &[u8]) {
        self.0.lock().expect("a wire").to_come.extend(bytes);
    }

    fn answers(&self, question: &'static [u8], answer: &'static [u8]) {
        self.0.lock().expect("a wire").answers.push((question, answer));
    }

    fn sent(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().expect("a wire").sent)
    }
}

impl Transport for Wire {
    fn read(&mut self, into: &mut [u8], _: Duration) -> Result<usize, DeviceError> {
        let mut ends = self.0.lock().expect("a wire");
        let count = ends.to_come.len().min(into.len());
        into[..count].iter_mut().for_each(|byte| *byte = ends.to_come.pop_front().expect("a byte"));
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], _: Duration) -> Result<usize, DeviceError> {
        let mut ends = self.0.lock().expect("a wire");
        ends.sent.extend(bytes);
        let answers = ends.answers.clone();
        for (_, answer) in answers.iter().filter(|(question, _)| bytes.ends_with(question)) {
            ends.to_come.extend(*answer);
        }
        Ok(bytes.len())
    }
}

fn printer(profile: Profile) -> (EscposPrinter<Wire>, Wire) {
    let wire = Wire::default();
    (EscposPrinter::new(wire.clone(), profile), wire)
}

/// Goes on until nothing more happens; gives what was told.
fn settle(printer: &mut EscposPrinter<Wire>) -> Vec<PrinterEvent> {
    let mut events = Vec::new();
    for _ in 0..50 {
        events.extend(printer.advance(Duration::ZERO).expect("a wire"));
    }
    events
}

fn job(text: &str) -> PrintJob {
    let mut document = Document::default();
    document.text(text);
    PrintJob { id: JobId("7".into()), document, mark: Mark::First }
}

const ASK_ALL: &[u8] = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04";

#[test]
fn status_is_asked_for_and_told_as_the_reference_has_it() {
    let (mut polled, wire) = printer(Profile { status: StatusMeans::Poll, ..Profile::of_width(58) });
    settle(&mut polled);
    assert_eq!(wire.sent(), ASK_ALL);
    wire.says(b"\x12\x12\x12\x12");
    settle(&mut polled);
    assert!(polled.status().can_print());
    let (mut telling, wire) = printer(Profile::of_width(80));
    wire.says(b"\x10\0\0\0");
    settle(&mut telling);
    assert_eq!(wire.sent(), [b"\x1da\x0f", ASK_ALL].concat());
    assert_eq!((telling.status().link, telling.status().paper), (Link::Online, Paper::Ok));
    wire.says(b"\x38\x08\x0f\0");
    settle(&mut telling);
    let status = telling.status();
    assert_eq!((status.link, status.cover_open, status.paper), (Link::Offline, true, Paper::End));
    assert_eq!(status.fault, Some(PrinterFault::Cutter));
}

#[test]
fn a_job_ends_with_the_echo_of_its_own_number() {
    let profile = Profile { completion: Completion::ProcessId, ..Profile::of_width(80) };
    let (mut printer, wire) = printer(profile);
    wire.says(b"\x10\0\0\0");
    settle(&mut printer);
    wire.sent();
    printer.begin(job("x")).expect("a job");
    settle(&mut printer);
    let sent = wire.sent();
    let (content, end) = sent.split_at(sent.len() - 11);
    assert_eq!(content, b"\x1b@\x1da\x0f\x1c&x\n\x1c.");
    assert_eq!(end[..7], *b"\x1d(H\x06\x0000");
    let number: [u8; 4] = end[7..].try_into().expect("four digits");
    assert!(number.iter().all(u8::is_ascii_digit));
    let other = number.map(|digit| if digit == b'9' { b'0' } else { digit + 1 });
    wire.says(&[b"\x37\x22".as_slice(), &other, b"\0"].concat());
    assert_eq!(settle(&mut printer), [], "another's number");
    wire.says(&[b"\x37\x22".as_slice(), &number, b"\0"].concat());
    let done = PrinterEvent::Done { job: JobId("7".into()), confirmed: true, substituted: 0 };
    assert_eq!(settle(&mut printer), [done]);
}

#[test]
fn a_job_whose_questions_got_no_answer_before_its_echo_was_not_printed_whole() {
    let profile = Profile { completion: Completion::ProcessId, ..Profile::of_width(80) };
    let (mut printer, wire) = printer(profile);
    wire.says(b"\x10\0\0\0");
    settle(&mut printer);
    // A long job, at whose middle the printer is asked how it is, and is away.
    printer.begin(job(&"long ".repeat(400))).expect("a job");
    printer.advance(Duration::ZERO).expect("a wire");
    std::thread::sleep(Duration::from_millis(600));
    settle(&mut printer);
    let sent = wire.sent();
    assert!(sent.windows(ASK_ALL.len()).any(|bytes| bytes == ASK_ALL), "it was asked");
    wire.says(&[b"\x37\x22".as_slice(), &sent[sent.len() - 4..], b"\0"].concat());
    let why = Interruption::NoAnswer;
    let stopped = PrinterEvent::Interrupted { job: JobId("7".into()), why, started: true };
    assert_eq!(settle(&mut printer), [stopped]);
}

#[test]
fn the_drawer_gets_its_pulse_and_one_that_works_without_paper() {
    let drawer = Some(DrawerPin { second: true, on_2ms: 25, off_2ms: 250 });
    let (mut printer, wire) = printer(Profile { drawer, realtime: true, ..Profile::of_width(80) });
    wire.says(b"\x10\0\0\0");
    settle(&mut printer);
    wire.sent();
    printer.open_drawer().expect("a drawer");
    settle(&mut printer);
    assert_eq!(wire.sent(), b"\x1bp\x01\x19\xfa");
    wire.says(b"\x18\0\x0c\0");
    settle(&mut printer);
    printer.open_drawer().expect("a drawer");
    settle(&mut printer);
    assert_eq!(wire.sent(), b"\x10\x14\x01\x01\x01");
}

#[test]
fn a_stopped_job_is_made_forgotten_where_the_printer_can() {
    let (mut printer, wire) = printer(Profile { realtime: true, ..Profile::of_width(80) });
    wire.says(b"\x10\0\0\0");
    settle(&mut printer);
    printer.begin(job("x")).expect("a job");
    settle(&mut printer);
    assert!(wire.sent().ends_with(b"\x1dr\x01"));
    wire.says(b"\x18\0\x0c\0");
    let events = settle(&mut printer);
    assert!(events.contains(&PrinterEvent::Interrupted {
        job: JobId("7".into()),
        why: Interruption::PaperOut,
        started: true
    }));
    assert_eq!(wire.sent(), b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08");
    wire.says(b"\x37\x25\0\x10\0\0\0\0");
    settle(&mut printer);
    assert!(printer.status().can_print() && printer.running().is_none());
}

#[test]
fn a_printer_says_what_it_is() {
    let (mut epson, wire) = printer(Profile::of_width(80));
    wire.says(b"\x10\0\0\0");
    settle(&mut epson);
    wire.sent();
    wire.answers(b"\x1dIB", b"_EPSON\0");
    // Between question and answer the cover is opened and closed; that is told as ever.
    wire.answers(b"\x1dIC", b"\x34\0\0\0\x10\0\0\0_TM-T88V\0");
    wire.answers(b"\x1dIA", b"_30.17 ESC/POS\0");
    let identity = epson.identity();
    assert_eq!(wire.sent(), b"\x1dIB\x1dIC\x1dIA\x1dID");
    let text = |text: &str| Some(text.to_owned());
    let told = Identity { make: text("EPSON"), model: text("TM-T88V"), firmware: text("30.17 ESC/POS"), serial: None };
    assert_eq!(identity, told);
    // The serial number comes late: no job takes it for its end.
    epson.begin(job("x")).expect("a job");
    settle(&mut epson);
    wire.says(b"_J5XK01\0");
    assert_eq!(settle(&mut epson), []);
    wire.says(b"\0");
    assert!(matches!(settle(&mut epson)[..], [PrinterEvent::Done { confirmed: true, .. }]));
    let (mut old, wire) = printer(Profile::of_width(80));
    wire.says(b"\x10\0\0\0");
    settle(&mut old);
    wire.answers(b"\x1dI\x01", b"\x20");
    assert_eq!(old.identity(), Identity { model: text("type 20h"), ..Identity::default() });
}
