//! What till and terminal say to each other: one command at a time, each answered, acknowledged and ended. Pure.
//!
//! ```text
//! till      06 01 authorization ->                    80 00 <-                80 00 <-             80 00 ->
//! terminal               80 00 <-  04 FF progress ->           04 0F status ->          06 0F end ->
//! ```
//!
//! A terminal knows nothing of order numbers. It does one thing at a time, starts nothing by itself (see
//! [`super::message::registration`]) and can say again how the last payment went; so whether a payment that was cut off
//! happened is told by the last payment's time and amount.

use std::collections::VecDeque;

use domain::money::Money;
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer, settling_refund_no};
use hal::{DeviceError, PaymentOrder, PaymentReply, PaymentSays, RefundOrder};
use jiff::tz::{AmbiguousTimestamp, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::codec::Frame;
use super::message::{self, Message, Status};
use super::reasons;

/// Commands that may wait for the terminal.
pub const WAITING_MAX: usize = 8;
/// A terminal that has not acknowledged a command for so long is gone (T3 and T4 of PA00P016 are 5 s).
const ANSWER_MAX: SignedDuration = SignedDuration::from_secs(5);
/// A command that has not ended for so long never will: a person at the terminal has at most a few minutes.
const COMMAND_MAX: SignedDuration = SignedDuration::from_mins(5);
/// Clocks of till and terminal, set to the same second, may differ by so much.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(2);
/// How long a clock that was set is good: it drifts, and the till's own clock may be put right meanwhile.
const CLOCK_GOOD_FOR: SignedDuration = SignedDuration::from_mins(1);
/// A stamp that is ahead of the till by less than this is one of a wrong clock; by more it is of the year before.
const STAMP_AHEAD_MAX: SignedDuration = SignedDuration::from_hours(7 * 24);
/// No card pays sooner after the till's intent: what is stamped between this and [`CLOCKS_APART`] before may be the payment
/// before it.
const SOONEST: SignedDuration = SignedDuration::from_secs(1);

/// How the terminal is set up.
#[derive(Clone)]
pub struct Settings {
    /// Its password, six digits in three bytes.
    pub password: [u8; 3],
    /// The currency's number in ISO 4217.
    pub currency: u16,
    /// The zone of its clock.
    pub zone: TimeZone,
}

/// One thing that the terminal is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Command {
    Register,
    SetClock,
    Identify,
    Pay(PaymentOrder),
    /// Say again how the last payment went; what it was is needed for this.
    Look(PaymentOrder, Why),
    Reverse(PaymentOrder, u16, Back),
    Refund(PaymentOrder, RefundOrder),
}

/// What the last payment is looked at for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    Asked,
    TakeBack(Back),
    GiveBack(RefundOrder),
}

/// Who wants a payment back: the payment's own reversal, or the refund that settles what a reversal could not.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Back {
    Reversal,
    Refund(RefundOrder),
}

struct Running {
    command: Command,
    since: Timestamp,
    acknowledged: bool,
    status: Option<Status>,
    told_waiting: bool,
}

/// The dialog with one terminal on one connection.
pub struct Dialog {
    settings: Settings,
    running: Option<Running>,
    waiting: VecDeque<Command>,
    outgoing: Vec<u8>,
    replies: VecDeque<PaymentReply>,
    registered: bool,
    /// Whether the terminal's clock is the till's: without it, nothing that is older than this connection can be told.
    clock_is_ours: bool,
    /// When it was told the time last.
    clock_told_at: Option<Timestamp>,
    /// The last receipt that this connection has seen come to be, and the number of the payment or refund that it is of.
    last_known: Option<(u16, String)>,
    /// The receipt of the last payment of this connection that was taken back, and its order.
    taken_back: Option<(String, u16)>,
    version: Option<String>,
    terminal: Option<u32>,
}

impl Dialog {
    /// A dialog on a fresh connection: it begins by making the till known.
    pub fn new(settings: Settings) -> Dialog {
        Dialog {
            settings,
            running: None,
            waiting: VecDeque::from([Command::Register, Command::SetClock, Command::Identify]),
            outgoing: Vec::new(),
            replies: VecDeque::new(),
            registered: false,
            clock_is_ours: false,
            clock_told_at: None,
            last_known: None,
            taken_back: None,
            version: None,
            terminal: None,
        }
    }

    /// Takes money from a card.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when nothing was and will be sent.
    pub fn pay(&mut self, order: &PaymentOrder) -> Result<(), DeviceError> {
        if order.family != Family::Terminal || order.amount <= Money::ZERO {
            return Err(DeviceError::Refused("the card terminal takes cards alone"));
        }
        self.wish(Command::Pay(order.clone()))
    }

    /// Says how a payment stands.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when too much waits.
    pub fn ask(&mut self, order: &PaymentOrder) -> Result<(), DeviceError> {
        if self.is_under_way(order) {
            self.reply(order, PaymentSays::Payment(Answer::Waiting));
            return Ok(());
        }
        self.wish(Command::Look(order.clone(), Why::Asked))
    }

    /// Takes a payment back, or stops it.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when too much waits.
    pub fn reverse(&mut self, order: &PaymentOrder) -> Result<(), DeviceError> {
        let before = self.waiting.len();
        self.waiting.retain(|command| !pays(command, order));
        if self.waiting.len() < before {
            self.reply(order, PaymentSays::Reversal(ReverseAnswer::Reversed));
            return Ok(());
        }
        if self.is_under_way(order) {
            // Its end tells how it went: stopped, or paid all the same.
            self.outgoing.extend(message::abort().bytes());
            return Ok(());
        }
        self.wish(Command::Look(order.clone(), Why::TakeBack(Back::Reversal)))
    }

    /// Gives money back.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when too much waits.
    pub fn refund(&mut self, order: &PaymentOrder, refund: &RefundOrder) -> Result<(), DeviceError> {
        // It waits for its card, and must not be begun once more.
        if self.running.iter().map(|running| &running.command).chain(&self.waiting).any(|known| gives(known, refund)) {
            return Ok(());
        }
        // The refund that settles a reversal: the payment is the last one.
        let settles = refund.no == settling_refund_no(&order.no);
        let why = if settles { Why::TakeBack(Back::Refund(refund.clone())) } else { Why::GiveBack(refund.clone()) };
        self.wish(Command::Look(order.clone(), why))
    }

    /// What is to be sent now; taken away.
    pub fn outgoing(&mut self, now: Timestamp) -> Vec<u8> {
        if self.running.is_none()
            && let Some(command) = self.next_command(now)
        {
            self.outgoing.extend(self.frame(&command, now).bytes());
            self.running =
                Some(Running { command, since: now, acknowledged: false, status: None, told_waiting: false });
        }
        std::mem::take(&mut self.outgoing)
    }

    /// Before money moves the terminal is told the time: by its stamps a payment that was cut off is found again.
    fn next_command(&mut self, now: Timestamp) -> Option<Command> {
        let moves = matches!(self.waiting.front()?, Command::Pay(_) | Command::Look(_, Why::GiveBack(_)));
        let good = |told: Timestamp| told <= now && now.duration_since(told) <= CLOCK_GOOD_FOR;
        let tell = moves && !self.clock_told_at.is_some_and(good);
        let command = if tell { Some(Command::SetClock) } else { self.waiting.pop_front() };
        if command == Some(Command::SetClock) {
            self.clock_told_at = Some(now);
        }
        command
    }

    /// The next thing that it says; taken away.
    pub fn next_reply(&mut self) -> Option<PaymentReply> {
        self.replies.pop_front()
    }

    /// Whether the terminal knows the till and can be used.
    pub fn is_registered(&self) -> bool {
        self.registered
    }

    /// Its program's version and its number, once it told them.
    pub fn identity(&self) -> (Option<String>, Option<u32>) {
        (self.version.clone(), self.terminal)
    }

    /// Time has passed.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the terminal has not answered in time: what was under way is unknown.
    pub fn tick(&mut self, now: Timestamp) -> Result<(), DeviceError> {
        let Some(running) = &self.running else { return Ok(()) };
        let limit = if running.acknowledged { COMMAND_MAX } else { ANSWER_MAX };
        if now.duration_since(running.since) > limit {
            return Err(DeviceError::Unplugged);
        }
        Ok(())
    }

    /// Takes what the terminal said.
    ///
    /// # Errors
    /// [`DeviceError::Wire`] when the terminal does not let the till register: nothing can be paid then.
    pub fn take(&mut self, frame: &Frame, now: Timestamp) -> Result<(), DeviceError> {
        let heard = Message::read(frame);
        if heard.wants_answer() {
            self.outgoing.extend(message::acknowledge().bytes());
        }
        let Some(running) = &mut self.running else { return Ok(()) };
        match heard {
            Message::Ack => running.acknowledged = true,
            Message::Progress(_) => {
                if let Command::Pay(order) = &running.command
                    && !running.told_waiting
                {
                    running.told_waiting = true;
                    let order = order.clone();
                    self.reply(&order, PaymentSays::Payment(Answer::Waiting));
                }
            }
            Message::Status(status) => running.status = Some(status),
            Message::Other => {}
            Message::Completion(completion) => {
                self.terminal = completion.terminal.or(self.terminal);
                self.version = completion.version.or(self.version.take());
                if let Some(ended) = self.running.take() {
                    self.done(ended, now);
                }
            }
            // What was taken already comes to its own end: this is about the wish to stop it.
            Message::Nack(_) if running.acknowledged => {}
            Message::Nack(reason) | Message::Abort(reason) => {
                if let Some(ended) = self.running.take() {
                    return self.failed(&ended.command, ended.status, reason);
                }
            }
        }
        Ok(())
    }

    fn frame(&self, command: &Command, now: Timestamp) -> Frame {
        let Settings { password, currency, zone } = &self.settings;
        match command {
            Command::Register => message::registration(*password, *currency),
            Command::SetClock => message::set_clock(now.to_zoned(zone.clone()).datetime()),
            Command::Identify => message::status_enquiry(*password),
            Command::Pay(order) => message::authorization(order.amount, *currency),
            Command::Look(..) => message::repeat_receipt(*password),
            Command::Reverse(_, receipt, _) => message::reversal(*password, *receipt),
            Command::Refund(_, refund) => message::refund(*password, refund.amount, *currency),
        }
    }

    /// A command came to its end.
    fn done(&mut self, ended: Running, now: Timestamp) {
        let status = ended.status.unwrap_or_default();
        match ended.command {
            Command::Register => self.registered = true,
            Command::SetClock => self.clock_is_ours = true,
            Command::Identify => {}
            Command::Pay(order) => {
                let answer = self.paid(&order, &status);
                if matches!(answer, Answer::Paid { .. }) {
                    self.last_known = status.receipt.map(|receipt| (receipt, order.no.clone()));
                }
                self.reply(&order, PaymentSays::Payment(answer));
            }
            Command::Look(order, why) => self.looked(&order, why, &status, now),
            Command::Reverse(order, receipt, back) => {
                let taken = status.result.is_none_or(|result| result == 0);
                if taken {
                    self.last_known = status.receipt.map(|receipt| (receipt, order.no.clone()));
                    self.taken_back = Some((order.no.clone(), receipt));
                }
                self.reply_back(&order, back, taken);
            }
            Command::Refund(order, refund) => {
                let good = status.result == Some(0) && status.amount == Some(refund.amount);
                if good {
                    self.last_known = status.receipt.map(|receipt| (receipt, refund.no.clone()));
                }
                let answer = if good { RefundAnswer::Refunded } else { RefundAnswer::Unknown };
                self.reply(&order, PaymentSays::Refund { no: refund.no, answer });
            }
        }
    }

    /// A command was not taken, or came to nothing.
    fn failed(&mut self, command: &Command, status: Option<Status>, reason: u8) -> Result<(), DeviceError> {
        tracing::info!(reason = reasons::words(reason), "the card terminal ended a command");
        // What it called a success before may stand all the same.
        let succeeded = status.is_some_and(|status| status.result == Some(0));
        match command {
            Command::Register => {
                let cause = format!("{}; check its password", reasons::words(reason));
                return Err(DeviceError::Wire { step: "registering at the card terminal", cause });
            }
            Command::SetClock | Command::Identify => {}
            Command::Pay(order) => {
                let why = reasons::words(reason).to_owned();
                let answer = if succeeded { Answer::Unknown } else { Answer::Declined { why } };
                self.reply(order, PaymentSays::Payment(answer));
            }
            Command::Look(order, why) => self.reply_unknown(order, why.clone()),
            Command::Reverse(order, receipt, back) => {
                let taken = reason == reasons::ALREADY_REVERSED;
                if taken {
                    self.taken_back = Some((order.no.clone(), *receipt));
                }
                self.reply_back(order, back.clone(), taken);
            }
            Command::Refund(order, refund) => {
                let why = reasons::words(reason).to_owned();
                let answer = if succeeded { RefundAnswer::Unknown } else { RefundAnswer::Refused { why } };
                self.reply(order, PaymentSays::Refund { no: refund.no.clone(), answer });
            }
        }
        Ok(())
    }

    /// The end of a payment: paid when the terminal says so of this amount, and not known otherwise.
    fn paid(&self, order: &PaymentOrder, status: &Status) -> Answer {
        let right = status.amount.is_none_or(|amount| amount == order.amount);
        let currency = status.currency.is_none_or(|currency| currency == self.settings.currency);
        match status.result {
            Some(0) if right && currency => Answer::Paid { provider_no: provider_no(status) },
            Some(0) | None => Answer::Unknown,
            Some(reason) => Answer::Declined { why: reasons::words(reason).to_owned() },
        }
    }

    /// The last payment of the terminal is known.
    fn looked(&mut self, order: &PaymentOrder, why: Why, last: &Status, now: Timestamp) {
        let no = if let Why::GiveBack(refund) = &why { &refund.no } else { &order.no };
        let Some(is_since) = self.is_since(last, (no, order.at), now) else {
            return self.reply_unknown(order, why);
        };
        let failed = last.result.is_some_and(|result| result != 0);
        let amount = |amount: Money| last.amount == Some(amount) && last.result.is_none_or(|result| result == 0);
        match why {
            Why::Asked => {
                let answer = match is_since {
                    false => Answer::NotFound,
                    true if self.was_taken_back(order) => Answer::Reversed,
                    true if amount(order.amount) => Answer::Paid { provider_no: provider_no(last) },
                    true => Answer::Unknown,
                };
                self.reply(order, PaymentSays::Payment(answer));
            }
            Why::TakeBack(back) if !is_since => match back {
                Back::Reversal => self.reply(order, PaymentSays::Reversal(ReverseAnswer::NotFound)),
                Back::Refund(_) => self.reply_back(order, back, false),
            },
            Why::TakeBack(back) if self.was_taken_back(order) => self.reply_back(order, back, true),
            Why::TakeBack(back) => match last.receipt {
                Some(receipt) if amount(order.amount) => {
                    self.waiting.push_front(Command::Reverse(order.clone(), receipt, back));
                }
                _ => self.reply_back(order, back, false),
            },
            Why::GiveBack(refund) if is_since && amount(refund.amount) => {
                self.reply(order, PaymentSays::Refund { no: refund.no, answer: RefundAnswer::Refunded });
            }
            // Something else was done since: perhaps after this refund.
            Why::GiveBack(_) if is_since && !failed => self.reply_unknown(order, why),
            Why::GiveBack(refund) => self.waiting.push_front(Command::Refund(order.clone(), refund)),
        }
    }

    /// Whether the last payment is the one of this number, or was at least made since that was intended; `None` when the
    /// clocks do not tell.
    fn is_since(&self, last: &Status, (no, since): (&str, Timestamp), now: Timestamp) -> Option<bool> {
        if let Some((receipt, known)) = &self.last_known
            && last.receipt == Some(*receipt)
        {
            return Some(known == no);
        }
        if !self.clock_is_ours {
            return None;
        }
        let after = self.time_of(last, now)?.duration_since(since);
        match after {
            _ if after >= SOONEST => Some(true),
            _ if after < -CLOCKS_APART => Some(false),
            _ => None,
        }
    }

    /// When the terminal says that it was; it names no year, so the latest one that is not in the future counts. `None` when
    /// that is ahead of the till, or an hour that the clocks went through twice.
    fn time_of(&self, last: &Status, now: Timestamp) -> Option<Timestamp> {
        let ((hour, minute, second), (month, day)) = (last.time?, last.date?);
        let zone = &self.settings.zone;
        let in_year = |year: i16| {
            let date = jiff::civil::Date::new(year, month as i8, day as i8).ok()?;
            let time = jiff::civil::Time::new(hour as i8, minute as i8, second as i8, 0).ok()?;
            Some(zone.to_ambiguous_timestamp(date.to_datetime(time)))
        };
        let year = now.to_zoned(zone.clone()).year();
        let (ahead, latest) = (now.checked_add(STAMP_AHEAD_MAX).ok()?, now.checked_add(CLOCKS_APART).ok()?);
        let is_past = |at: &AmbiguousTimestamp| at.compatible().is_ok_and(|at| at <= ahead);
        let at = [year + 1, year, year - 1].into_iter().filter_map(in_year).find(is_past)?;
        at.unambiguous().ok().filter(|at| *at <= latest)
    }

    fn is_under_way(&self, order: &PaymentOrder) -> bool {
        let running = self.running.as_ref().is_some_and(|running| pays(&running.command, order));
        running || self.waiting.iter().any(|command| pays(command, order))
    }

    fn was_taken_back(&self, order: &PaymentOrder) -> bool {
        self.taken_back.as_ref().is_some_and(|(no, _)| *no == order.no)
    }

    fn wish(&mut self, command: Command) -> Result<(), DeviceError> {
        if self.waiting.len() >= WAITING_MAX {
            return Err(DeviceError::Refused("too much waits for the card terminal"));
        }
        // Without a common clock the last payment could not be placed in time; it may be settable by now.
        if matches!(command, Command::Look(..)) && !self.clock_is_ours && !self.waiting.contains(&Command::SetClock) {
            self.waiting.push_back(Command::SetClock);
        }
        self.waiting.push_back(command);
        Ok(())
    }

    fn reply(&mut self, order: &PaymentOrder, says: PaymentSays) {
        self.replies.push_back(PaymentReply { order_no: order.no.clone(), says });
    }

    fn reply_back(&mut self, order: &PaymentOrder, back: Back, taken: bool) {
        let says = match (back, taken) {
            (Back::Reversal, true) => PaymentSays::Reversal(ReverseAnswer::Reversed),
            (Back::Reversal, false) => PaymentSays::Reversal(ReverseAnswer::Unknown),
            (Back::Refund(refund), true) => PaymentSays::Refund { no: refund.no, answer: RefundAnswer::Refunded },
            (Back::Refund(refund), false) => PaymentSays::Refund { no: refund.no, answer: RefundAnswer::Unknown },
        };
        self.reply(order, says);
    }

    fn reply_unknown(&mut self, order: &PaymentOrder, why: Why) {
        match why {
            Why::Asked => self.reply(order, PaymentSays::Payment(Answer::Unknown)),
            Why::TakeBack(back) => self.reply_back(order, back, false),
            // Whether it was given back already is not known, and giving it twice is worse than asking a person.
            Why::GiveBack(refund) => {
                self.reply(order, PaymentSays::Refund { no: refund.no, answer: RefundAnswer::Unknown });
            }
        }
    }
}

fn pays(command: &Command, order: &PaymentOrder) -> bool {
    matches!(command, Command::Pay(known) if known.no == order.no)
}

fn gives(command: &Command, refund: &RefundOrder) -> bool {
    match command {
        Command::Look(_, Why::GiveBack(known) | Why::TakeBack(Back::Refund(known)))
        | Command::Reverse(_, _, Back::Refund(known))
        | Command::Refund(_, known) => known.no == refund.no,
        Command::Register | Command::SetClock | Command::Identify | Command::Pay(_) => false,
        Command::Look(_, Why::Asked | Why::TakeBack(Back::Reversal)) | Command::Reverse(_, _, Back::Reversal) => false,
    }
}

/// Terminal, trace and receipt: what a person finds the payment by.
fn provider_no(status: &Status) -> String {
    let part = |number: Option<u32>| number.map_or("-".to_owned(), |number| number.to_string());
    format!("{}/{}/{}", part(status.terminal), part(status.trace), part(status.receipt.map(u32::from)))
}

#[cfg(test)]
mod tests;
