//! A scale on a wire, behind the trait.

use std::time::{Duration, Instant};

use domain::money::Money;
use hal::{DeviceError, Scale, ScaleCapabilities, WAIT_MAX, Weighing};

use super::protocol::{Order, Protocol, Told};
use super::steady::Steady;
use crate::transport::{Transport, write_whole};

/// Bytes taken from the wire at once.
const READ_BYTES: usize = 256;
/// Bytes taken in one call: what the system keeps for a stream that nobody read for a while, and then some.
const DRAIN_BYTES_MAX: usize = 16 * 1024;
/// A question that was not answered for so long is put again.
const ANSWER_MAX: Duration = Duration::from_millis(600);
/// Weights that are farther apart than this are not in a row.
const ROW_GAP_MAX: Duration = Duration::from_secs(2);

/// A scale on a wire.
pub struct SerialScale<T> {
    transport: T,
    protocol: Box<dyn Protocol>,
    capabilities: ScaleCapabilities,
    /// Counts weights that bear no mark.
    steady: Steady,
    /// Counts weights that are marked as standing still.
    marked: Steady,
    /// Since when an answer is due.
    asked_at: Option<Instant>,
    heard_at: Instant,
    /// What the last read brought; kept for its memory.
    told: Vec<Told>,
}

impl<T: Transport> SerialScale<T> {
    /// A scale that has just been connected.
    pub fn new(transport: T, protocol: Box<dyn Protocol>) -> SerialScale<T> {
        SerialScale {
            transport,
            capabilities: protocol.capabilities(),
            steady: Steady::new(protocol.stable_after()),
            marked: Steady::new(protocol.marked_after()),
            protocol,
            asked_at: None,
            heard_at: Instant::now(),
            told: Vec::new(),
        }
    }

    /// Puts the question, unless an answer is due.
    fn ask(&mut self) -> Result<(), DeviceError> {
        if self.asked_at.is_some_and(|asked_at| asked_at.elapsed() < ANSWER_MAX) {
            return Ok(());
        }
        if let Some(question) = self.protocol.ask() {
            self.send("asking the scale", &question)?;
            self.asked_at = Some(Instant::now());
        }
        Ok(())
    }

    fn send(&mut self, step: &'static str, bytes: &[u8]) -> Result<(), DeviceError> {
        write_whole(&mut self.transport, step, bytes)
    }

    /// Takes what one read brought; gives the last thing that was said.
    fn hear(&mut self, bytes: &[u8]) -> Result<Option<Weighing>, DeviceError> {
        if self.heard_at.elapsed() > ROW_GAP_MAX {
            self.forget();
        }
        self.heard_at = Instant::now();
        let mut told = std::mem::take(&mut self.told);
        self.protocol.feed(bytes, &mut told);
        let mut said = Ok(None);
        for one in told.drain(..) {
            match one {
                Told::Weighing(Weighing::Stable(weight)) => {
                    (said, self.asked_at) = (Ok(Some(self.marked.hear(weight))), None);
                }
                Told::Weighing(state) => {
                    self.forget();
                    (said, self.asked_at) = (Ok(Some(state)), None);
                }
                Told::Unmarked(weight) => (said, self.asked_at) = (Ok(Some(self.steady.hear(weight))), None),
                Told::Send(bytes) => {
                    self.send("answering the scale", bytes)?;
                    self.asked_at = Some(Instant::now());
                }
                Told::Heard => self.asked_at = None,
                Told::Garbage => {
                    self.forget();
                    said = Ok(Some(Weighing::Unreadable));
                }
                Told::Refused(words) => (said, self.asked_at) = (Err(DeviceError::Refused(words)), None),
            }
        }
        self.told = told;
        said
    }

    /// What comes next is in no row with what came before.
    fn forget(&mut self) {
        self.steady.forget();
        self.marked.forget();
    }

    fn order(&mut self, order: Order, refusal: &'static str) -> Result<(), DeviceError> {
        let Some(bytes) = self.protocol.order(order) else { return Err(DeviceError::Refused(refusal)) };
        self.send("ordering the scale", &bytes)
    }
}

impl<T: Transport> Scale for SerialScale<T> {
    fn capabilities(&self) -> &ScaleCapabilities {
        &self.capabilities
    }

    /// The newest that the scale said: what it said before is old.
    fn next(&mut self, wait: Duration) -> Result<Option<Weighing>, DeviceError> {
        self.ask()?;
        let until = Instant::now() + wait.min(WAIT_MAX);
        let mut newest = None;
        let mut drained = 0;
        let mut bytes = [0; READ_BYTES];
        while drained < DRAIN_BYTES_MAX {
            let left = until.saturating_duration_since(Instant::now());
            let count = self.transport.read(&mut bytes, if newest.is_some() { Duration::ZERO } else { left })?;
            if count > 0 {
                drained += count;
                newest = self.hear(&bytes[..count])?.or(newest);
            } else if newest.is_some() || Instant::now() >= until {
                break;
            }
        }
        Ok(newest)
    }

    fn zero(&mut self) -> Result<(), DeviceError> {
        self.order(Order::Zero, "this scale is set to zero by its own key")
    }

    fn tare(&mut self, take: bool) -> Result<(), DeviceError> {
        let order = if take { Order::Tare } else { Order::ForgetTare };
        self.order(order, "this scale takes packaging off by its own key")
    }

    fn set_price(&mut self, price_per_kilogram: Option<Money>) -> Result<(), DeviceError> {
        self.protocol.set_price(price_per_kilogram)
    }
}
