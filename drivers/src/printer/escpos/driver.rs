//! An ESC/POS printer behind the trait: one job at a time, sent in pieces, with an eye on the status.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hal::{
    Completion, DeviceError, Identity, Interruption, JobId, Link, PrintJob, Printer, PrinterCapabilities, PrinterEvent,
    PrinterStatus, WAIT_MAX,
};

use super::codec::{Reply, StatusReader, status_after};
use super::encode::{ASB_ON, encode};
use super::profile::{DrawerPin, Profile, StatusMeans};
use super::running::Running;
use crate::transport::Transport;

/// `DLE DC4 8`: forget what is received and not yet printed; its fixed password included.
const CLEAR_BUFFERS: &[u8] = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08";
/// `GS r 1`: tell the paper sensor's state in the order of the bytes.
const FENCE: &[u8] = b"\x1dr\x01";

/// Kinds of status, as bits 1..=4.
const ALL_TOLD: u8 = 0b11110;
/// Bytes of commands beside a job that may wait for a wire that takes nothing.
const ASIDE_BYTES_MAX: usize = 256;
/// CR ends a text that broke off on a display; `ESC = 1` turns the wire back to the printer.
const BACK_TO_PRINTER: &[u8] = b"\r\x1b=\x01";
/// Answers to questions of what it is that wait to be read.
const IDENTITIES_MAX: usize = 8;
/// Numbers for jobs, of four digits.
const TICKETS: u32 = 10_000;
/// A printer that is only polled is asked again after so many bytes, and must answer before it gets more.
const POLL_BYTES: usize = 512;
/// Pause between two polls: while something goes on, and at rest.
const POLL_BUSY: Duration = Duration::from_millis(500);
const POLL_REST: Duration = Duration::from_secs(3);
/// A printer that has not answered for so long is taken for switched off.
const ANSWER_MAX: Duration = Duration::from_secs(2);
/// The same while it prints: some printers answer only when they have worked off what they got before.
const ANSWER_BUSY_MAX: Duration = Duration::from_secs(10);
/// A wire that has taken no byte for so long is taken for blocked.
const SEND_MAX: Duration = Duration::from_secs(10);
/// A printer that is fine, but does not echo a job's number for so long, is asked for a later one.
const ECHO_LATE: Duration = Duration::from_secs(3);
/// A printer that answers and is fine, but does not tell of a job's end for so long, does not know how to; or it has lost
/// the job, when it knew before.
const COMPLETION_MAX: Duration = Duration::from_secs(30);

/// A printer on a wire.
pub struct EscposPrinter<T> {
    transport: T,
    profile: Profile,
    capabilities: PrinterCapabilities,
    reader: StatusReader,
    status: PrinterStatus,
    /// The status as far as the answers to the running poll tell it; it counts when all have come.
    heard: PrinterStatus,
    /// Kinds of status that were told since the last poll, as bits.
    told: u8,
    running: Option<Running>,
    /// Commands that are not part of a job, sent at the next seam. Few and short.
    aside: Vec<u8>,
    /// Whether something else hangs on its wire and was spoken to.
    passes_on: bool,
    events: VecDeque<PrinterEvent>,
    /// Since when an answer is due.
    asked_at: Option<Instant>,
    /// Whether the questions that are due went out before the last byte of the job that runs.
    asked_within_job: bool,
    poll_at: Instant,
    attempts: u32,
    /// Whether it tells of a job's end, as far as it has shown; its profile may promise too much.
    confirms: Shown,
    /// Numbers that it was asked to echo when nothing was printed, so as to see whether it does.
    trial: [u8; 4],
    /// Answers to questions of what it is.
    told_of_itself: Vec<(u8, String)>,
}

/// What a printer has shown to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    NotYet,
    Yes,
    /// It did not when it should have.
    No,
}

impl<T: Transport> EscposPrinter<T> {
    /// A printer that has just been connected; it is asked for its status by the first [`Printer::advance`].
    pub fn new(transport: T, profile: Profile) -> EscposPrinter<T> {
        let mut status = PrinterStatus::UNKNOWN;
        let mut aside = Vec::new();
        match profile.status {
            StatusMeans::Asb => aside.extend_from_slice(ASB_ON),
            StatusMeans::Poll => {}
            StatusMeans::None => status.link = Link::Online,
        }
        let mut printer = EscposPrinter {
            transport,
            capabilities: profile.capabilities(),
            profile,
            reader: StatusReader::default(),
            status,
            heard: status,
            told: 0,
            running: None,
            aside,
            passes_on: false,
            events: VecDeque::new(),
            asked_at: None,
            asked_within_job: false,
            poll_at: Instant::now(),
            attempts: first_ticket(),
            confirms: Shown::NotYet,
            trial: [0; 4],
            told_of_itself: Vec::new(),
        };
        printer.try_echo();
        printer
    }

    /// Asks for an echo with nothing printed before it. A printer that has once given one and gives none for a job has
    /// lost that job; one that never did may just not know how.
    fn try_echo(&mut self) {
        if self.capabilities.completion == Completion::ProcessId && self.confirms == Shown::NotYet {
            self.trial = self.next_ticket();
            self.aside.extend(echo_of(self.trial));
        }
    }

    /// One step: asks, sends, listens.
    pub(super) fn step(&mut self, wait: Duration) -> Result<(), DeviceError> {
        self.poll();
        let more = self.send()?;
        self.listen(if more { Duration::ZERO } else { wait })?;
        self.settle();
        Ok(())
    }

    /// Sends what may be sent; true when there is more to send at once.
    fn send(&mut self) -> Result<bool, DeviceError> {
        let at_seam = self.running.as_ref().is_none_or(Running::at_seam);
        if at_seam && !self.aside.is_empty() {
            let count = self.transport.write(&self.aside, WAIT_MAX)?;
            self.aside.drain(..count);
            if self.aside.is_empty() && self.asked_at.is_some() && self.told == 0 {
                // The questions are out only now; before, they waited for the end of a command.
                self.asked_at = Some(Instant::now());
                self.asked_within_job = self.awaits(|running| !running.is_sent());
            }
            return Ok(count > 0);
        }
        let waits_for_answer = self.profile.status == StatusMeans::Poll && self.asked_at.is_some();
        let held = self.status.hindrance().is_some();
        let Some(running) = &mut self.running else { return Ok(false) };
        if running.is_sent() || at_seam && (waits_for_answer || held) {
            return Ok(false);
        }
        let count = self.transport.write(running.piece(), WAIT_MAX)?;
        running.went_out(count);
        if running.is_sent() && self.capabilities.completion == Completion::Fence {
            self.reader.fencing();
        }
        if count == 0 && running.moved_at.elapsed() > SEND_MAX && !held {
            self.interrupt(Interruption::NoAnswer);
            return Ok(false);
        }
        Ok(count > 0)
    }

    /// Ends a job whose bytes are all sent when no answer is to be awaited, or was awaited too long.
    fn settle(&mut self) {
        let held = self.status.hindrance().is_some();
        let Some(running) = &mut self.running else { return };
        if held {
            // The time of a printer that cannot go on does not count.
            running.moved_at = Instant::now();
        }
        if !running.is_sent() {
            return;
        }
        let late = running.moved_at.elapsed();
        let sent_alone = self.capabilities.completion == Completion::Sent || self.confirms == Shown::No;
        if sent_alone {
            self.finish(false);
        } else if late > COMPLETION_MAX && self.confirms == Shown::Yes {
            self.interrupt(Interruption::NoAnswer);
        } else if late > COMPLETION_MAX {
            // Printing again would double the receipt of every printer whose configuration promises too much.
            tracing::warn!(job = %running.job, "the printer does not confirm jobs; its configuration says it does");
            self.confirms = Shown::No;
            self.finish(false);
        } else if late > ECHO_LATE && self.capabilities.completion == Completion::ProcessId {
            self.ask_later_echo();
        }
    }

    /// Answers keep the order of the bytes: when a later number comes back and the job's has not, the job was lost, as in
    /// a printer that was off for a moment.
    fn ask_later_echo(&mut self) {
        if self.awaits(|running| running.later_ticket.is_none()) {
            let ticket = self.next_ticket();
            self.aside.extend(echo_of(ticket));
            self.running.as_mut().expect("a job that is awaited").later_ticket = Some(ticket);
        }
    }

    fn listen(&mut self, wait: Duration) -> Result<(), DeviceError> {
        let mut bytes = [0; 128];
        let count = self.transport.read(&mut bytes, wait)?;
        let before = self.status;
        for reply in self.reader.feed(&bytes[..count]) {
            self.hear(&reply);
        }
        self.tell_status(before);
        Ok(())
    }

    fn hear(&mut self, reply: &Reply) {
        self.heard = status_after(self.heard, reply);
        match reply {
            Reply::Realtime { n, .. } => self.told |= 1 << n,
            // One ASB tells what four answers tell.
            Reply::Asb(_) => self.told = ALL_TOLD,
            Reply::Printed(ticket) => self.hear_echo(*ticket),
            // An earlier try's answer may still come; only the last one that is due stands behind this job.
            Reply::Fence if !self.reader.awaits_fence() && self.awaits(Running::is_sent) => self.confirm(),
            Reply::Fence => {}
            Reply::Identity { n, text } => self.told_of_itself.push((*n, text.clone())),
            Reply::Kind { n, byte } => self.told_of_itself.push((*n, format!("type {byte:02X}h"))),
            Reply::Cleared => self.reader.forget_due(),
            Reply::Noise(byte) => tracing::debug!(byte, "the printer sent a byte that means nothing"),
        }
        self.told_of_itself.truncate(IDENTITIES_MAX);
        if self.told == ALL_TOLD {
            self.believe();
        }
    }

    fn hear_echo(&mut self, ticket: [u8; 4]) {
        if ticket == self.trial {
            self.confirms = Shown::Yes;
        } else if self.awaits(|running| running.is_sent() && running.ticket == ticket) {
            self.confirm();
        } else if self.awaits(|running| running.later_ticket == Some(ticket)) {
            self.interrupt(Interruption::NoAnswer);
        }
    }

    /// The printer has worked off the whole job, unless it was away in between: status is told at once, so a question that
    /// went out within the job is answered before the job's end. One that is not was lost, and who knows what else.
    fn confirm(&mut self) {
        self.confirms = Shown::Yes;
        if self.asked_at.is_some() && self.told == 0 && self.asked_within_job {
            self.interrupt(Interruption::NoAnswer);
        } else {
            self.finish(true);
        }
    }

    /// Takes what was heard for the status.
    fn believe(&mut self) {
        self.status = self.heard;
        self.told = 0;
        self.asked_at = None;
    }

    fn awaits(&self, what: impl FnOnce(&Running) -> bool) -> bool {
        self.running.as_ref().is_some_and(what)
    }

    fn tell_status(&mut self, before: PrinterStatus) {
        if self.status != before {
            self.events.push_back(PrinterEvent::Status(self.status));
        }
        if let Some(why) = self.status.hindrance()
            && !self.goes_on_after(why)
        {
            self.interrupt(why);
        }
    }

    /// Whether a job that is stopped goes on by itself when the hindrance is gone. A printer that keeps what it has and
    /// echoes what is on paper needs no second try; one that can be made to forget gives a better paper when it begins anew.
    fn goes_on_after(&self, why: Interruption) -> bool {
        let stopped = matches!(why, Interruption::PaperOut | Interruption::CoverOpen | Interruption::Offline);
        let echoes = self.capabilities.completion == Completion::ProcessId && self.confirms == Shown::Yes;
        stopped && echoes && !self.profile.realtime && self.awaits(Running::has_started)
    }

    /// Asks for the status when it is time, and notices when nobody answers.
    fn poll(&mut self) {
        if self.profile.status == StatusMeans::None {
            return;
        }
        let answer_max = if self.running.is_some() { ANSWER_BUSY_MAX } else { ANSWER_MAX };
        if self.asked_at.is_some_and(|asked_at| asked_at.elapsed() > answer_max) {
            let before = self.status;
            self.give_up_waiting();
            self.tell_status(before);
        }
        let bytes_due = self.profile.status == StatusMeans::Poll
            && self.awaits(|running| running.sent() >= running.polled_at_byte + POLL_BYTES);
        if self.asked_at.is_some() || !(bytes_due || Instant::now() >= self.poll_at) {
            return;
        }
        if let Some(running) = &mut self.running {
            running.polled_at_byte = running.sent();
        }
        for n in 1..=4 {
            self.reader.asking(n);
            self.aside.extend([0x10, 0x04, n]);
        }
        self.told = 0;
        self.asked_within_job = false;
        self.asked_at = Some(Instant::now());
        let at_rest = self.running.is_none() && self.status.can_print();
        self.poll_at = Instant::now() + if at_rest { POLL_REST } else { POLL_BUSY };
    }

    fn give_up_waiting(&mut self) {
        self.reader.forget();
        if self.told != 0 {
            // Simple printers answer only some of the questions.
            return self.believe();
        }
        self.asked_at = None;
        self.heard = PrinterStatus { link: Link::NoAnswer, ..PrinterStatus::UNKNOWN };
        self.status = self.heard;
        self.aside.clear();
        if self.passes_on {
            // What was cleared may have been half sent, and the display would swallow the next job.
            self.aside.extend_from_slice(BACK_TO_PRINTER);
        }
        if self.profile.status == StatusMeans::Asb {
            // Switched off and on again it has forgotten that it was to report.
            self.aside.extend_from_slice(ASB_ON);
        }
        self.try_echo();
    }

    fn finish(&mut self, confirmed: bool) {
        let Some(running) = self.running.take() else { return };
        assert!(running.is_sent(), "a job that ends before it is sent");
        self.events.push_back(PrinterEvent::Done { job: running.job, confirmed, substituted: running.substituted });
    }

    fn interrupt(&mut self, why: Interruption) {
        let Some(running) = self.running.take() else { return };
        let started = running.has_started();
        if why != Interruption::NoAnswer && !running.at_seam() {
            // A command that breaks off would swallow the first bytes of whatever comes next.
            // Before what waits for the seam, such as the bytes of a display.
            self.aside.splice(0..0, running.rest_of_command().iter().copied());
            if running.is_in_last_command() && self.capabilities.completion == Completion::Fence {
                self.reader.fencing();
            }
        }
        if started && self.profile.realtime {
            self.aside.extend_from_slice(CLEAR_BUFFERS);
        }
        self.events.push_back(PrinterEvent::Interrupted { job: running.job, why, started });
    }

    pub(super) fn is_working(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn status_now(&self) -> PrinterStatus {
        self.status
    }

    /// Queues `GS I n`.
    pub(super) fn send_identity_question(&mut self, n: u8) {
        self.told_of_itself.clear();
        self.reader.identifying(n);
        self.aside.extend([0x1d, b'I', n]);
    }

    /// The answer to `GS I n`, when it has come.
    pub(super) fn take_told(&mut self, n: u8) -> Option<String> {
        let at = self.told_of_itself.iter().position(|(asked, _)| *asked == n)?;
        Some(self.told_of_itself.swap_remove(at).1)
    }

    /// A number that no earlier job on this wire has, of the printable digits that `GS ( H` takes.
    fn next_ticket(&mut self) -> [u8; 4] {
        self.attempts = (self.attempts + 1) % TICKETS;
        let digits = format!("{:04}", self.attempts);
        digits.as_bytes().try_into().expect("four digits")
    }
}

impl<T: Transport> Printer for EscposPrinter<T> {
    fn capabilities(&self) -> &PrinterCapabilities {
        &self.capabilities
    }

    fn identity(&mut self) -> Identity {
        self.ask_identity()
    }

    fn status(&self) -> PrinterStatus {
        self.status
    }

    fn begin(&mut self, job: PrintJob) -> Result<(), DeviceError> {
        if self.running.is_some() {
            return Err(DeviceError::Refused("the printer has a job already"));
        }
        if !self.status.can_print() {
            return Err(DeviceError::Refused("the printer cannot print at this moment"));
        }
        let encoded = encode(&job.document, &job.mark, &self.profile);
        let ticket = self.next_ticket();
        let last = match self.capabilities.completion {
            Completion::ProcessId => echo_of(ticket),
            Completion::Fence => FENCE.to_vec(),
            Completion::Sent => Vec::new(),
        };
        self.running = Some(Running::new(job.id, encoded, &last, ticket));
        self.asked_within_job = false;
        self.poll_at = self.poll_at.min(Instant::now() + POLL_BUSY);
        Ok(())
    }

    fn advance(&mut self, wait: Duration) -> Result<Option<PrinterEvent>, DeviceError> {
        if let Some(event) = self.events.pop_front() {
            return Ok(Some(event));
        }
        let worked = self.step(wait.min(WAIT_MAX));
        // What was found out before the wire failed is told first; a wire that has failed fails again at the next step.
        match self.events.pop_front() {
            Some(event) => Ok(Some(event)),
            None => worked.map(|()| None),
        }
    }

    fn running(&self) -> Option<(&JobId, bool)> {
        self.running.as_ref().map(|running| (&running.job, running.has_started()))
    }

    fn open_drawer(&mut self) -> Result<(), DeviceError> {
        let Some(pin) = self.profile.drawer else {
            return Err(DeviceError::Refused("no drawer is set up on this printer"));
        };
        if self.aside.len() > ASIDE_BYTES_MAX {
            return Err(DeviceError::Refused("the printer takes no command: open the drawer with its key"));
        }
        let pulse = match self.status.hindrance() {
            Some(Interruption::NoAnswer) => {
                return Err(DeviceError::Refused("the printer does not answer: open the drawer with its key"));
            }
            // An offline printer keeps ESC p for later, and a drawer must not spring open when the paper is changed.
            Some(_) if !self.profile.realtime => {
                return Err(DeviceError::Refused(
                    "the printer is stopped and holds back the drawer: open it with its key",
                ));
            }
            Some(_) => realtime_pulse(pin),
            None => pulse(pin),
        };
        self.aside.extend(pulse);
        Ok(())
    }

    fn aside(&mut self, bytes: &[u8]) -> Result<(), DeviceError> {
        if self.aside.len() + bytes.len() > ASIDE_BYTES_MAX || self.status.link == Link::NoAnswer {
            return Err(DeviceError::Refused("the printer takes nothing at this moment"));
        }
        self.passes_on = true;
        self.aside.extend_from_slice(bytes);
        Ok(())
    }
}

/// Somewhere else at each start: the answer to a job of a till that was switched off must not confirm one of this till.
fn first_ticket() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_micros() % TICKETS)
}

/// `GS ( H 06 00`, function 48: tell this number when everything before is on paper.
fn echo_of(ticket: [u8; 4]) -> Vec<u8> {
    [b"\x1d(H\x06\x0000".as_slice(), &ticket].concat()
}

/// `ESC p m t1 t2`.
fn pulse(pin: DrawerPin) -> Vec<u8> {
    vec![0x1b, b'p', u8::from(pin.second), pin.on_2ms, pin.off_2ms]
}

/// `DLE DC4 1 m t`, with the time in steps of 100 ms: works while the printer is offline.
fn realtime_pulse(pin: DrawerPin) -> Vec<u8> {
    vec![0x10, 0x14, 0x01, u8::from(pin.second), pin.on_2ms.div_ceil(50).clamp(1, 8)]
}
