//! A ZVT terminal behind the trait.

use std::time::{Duration, Instant};

use domain::money::Currency;
use domain::payment::Family;
use hal::{
    DeviceError, Identity, PaymentCapabilities, PaymentCode, PaymentOrder, PaymentPort, PaymentReply, RefundOrder,
    WAIT_MAX,
};
use jiff::Timestamp;

use super::codec::FrameReader;
use super::dialog::{Dialog, Settings, WAITING_MAX};
use crate::transport::Transport;

/// Bytes taken from the wire at once.
const READ_BYTES: usize = 1024;
/// Bytes that a terminal may leave lying; all commands that may wait are far less.
const UNSENT_BYTES_MAX: usize = 16 << 10;
/// A terminal that has not let the till register for so long is not usable.
const REGISTER_MAX: Duration = Duration::from_secs(3);

/// A terminal on a wire.
pub struct ZvtTerminal<T> {
    wire: T,
    reader: FrameReader,
    dialog: Dialog,
    /// Bytes that the wire has not taken yet.
    unsent: Vec<u8>,
    capabilities: PaymentCapabilities,
    currency: Option<Currency>,
}

impl<T: Transport> ZvtTerminal<T> {
    /// Makes the till known to the terminal; its clock and its identity are asked for then, too.
    ///
    /// # Errors
    /// [`DeviceError::Wire`] when the terminal refuses the till, [`DeviceError::Unplugged`] when it does not answer.
    pub fn open(wire: T, settings: Settings, currency: Option<Currency>) -> Result<ZvtTerminal<T>, DeviceError> {
        let capabilities =
            PaymentCapabilities { families: vec![Family::Terminal], refunds_parts: true, requests_max: WAITING_MAX };
        let dialog = Dialog::new(settings);
        let reader = FrameReader::default();
        let mut terminal = ZvtTerminal { wire, reader, dialog, unsent: Vec::new(), capabilities, currency };
        let until = Instant::now() + REGISTER_MAX;
        while !terminal.dialog.is_registered() {
            if Instant::now() > until {
                return Err(DeviceError::Unplugged);
            }
            terminal.work(WAIT_MAX)?;
        }
        Ok(terminal)
    }

    /// Sends what is to be sent, listens for `wait`, and takes what came.
    fn work(&mut self, wait: Duration) -> Result<(), DeviceError> {
        self.send()?;
        let mut bytes = [0; READ_BYTES];
        let count = self.wire.read(&mut bytes, wait)?;
        for frame in self.reader.feed(&bytes[..count]) {
            self.dialog.take(&frame, Timestamp::now())?;
        }
        self.dialog.tick(Timestamp::now())?;
        self.send()
    }

    fn send(&mut self) -> Result<(), DeviceError> {
        self.unsent.extend(self.dialog.outgoing(Timestamp::now()));
        if !self.unsent.is_empty() {
            let count = self.wire.write(&self.unsent, WAIT_MAX)?;
            self.unsent.drain(..count);
        }
        if self.unsent.len() > UNSENT_BYTES_MAX {
            return Err(DeviceError::Unplugged);
        }
        Ok(())
    }

    fn fits(&self, order: &PaymentOrder) -> Result<(), DeviceError> {
        if self.currency.is_some_and(|currency| currency != order.currency) {
            return Err(DeviceError::Refused("the card terminal is set up for another currency"));
        }
        Ok(())
    }
}

impl<T: Transport> PaymentPort for ZvtTerminal<T> {
    fn capabilities(&self) -> &PaymentCapabilities {
        &self.capabilities
    }

    fn identity(&mut self) -> Identity {
        let until = Instant::now() + 2 * WAIT_MAX;
        while self.dialog.identity().0.is_none() && Instant::now() < until && self.work(WAIT_MAX).is_ok() {}
        let (firmware, terminal) = self.dialog.identity();
        Identity { firmware, serial: terminal.map(|number| number.to_string()), ..Identity::default() }
    }

    fn send(&mut self, order: &PaymentOrder, _: Option<&PaymentCode>) -> Result<(), DeviceError> {
        self.fits(order)?;
        self.dialog.pay(order)
    }

    fn ask(&mut self, order: &PaymentOrder) -> Result<(), DeviceError> {
        self.dialog.ask(order)
    }

    fn reverse(&mut self, order: &PaymentOrder) -> Result<(), DeviceError> {
        self.dialog.reverse(order)
    }

    fn refund(&mut self, order: &PaymentOrder, refund: &RefundOrder) -> Result<(), DeviceError> {
        self.fits(order)?;
        self.dialog.refund(order, refund)
    }

    fn next(&mut self, wait: Duration) -> Result<Option<PaymentReply>, DeviceError> {
        if let Some(reply) = self.dialog.next_reply() {
            return Ok(Some(reply));
        }
        self.work(wait.min(WAIT_MAX))?;
        Ok(self.dialog.next_reply())
    }
}
