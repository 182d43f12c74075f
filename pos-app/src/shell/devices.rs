//! Devices on the counter: what they tell becomes inputs of the engine, and what the engine wishes is handed to them.

use std::sync::mpsc::{SyncSender, TrySendError};

use domain::barcode::Gs1;
use drivers::counter::Counter;
use drivers::registry::{DeviceConfig, DrawerConfig};
use drivers::station::{DeviceEvent, EventSink, PaymentAsk};
use hal::{DeviceClass, Health, Scan, Symbology};

use super::Message;
use super::shelf::{Shelf, trouble};
use crate::engine::{Input, PaymentRequest};

/// Classes of devices of which the till tells how they stand.
const CLASSES: [DeviceClass; 9] = [
    DeviceClass::Scanner,
    DeviceClass::Printer,
    DeviceClass::Drawer,
    DeviceClass::Scale,
    DeviceClass::Display,
    DeviceClass::Payment,
    DeviceClass::Indicator,
    DeviceClass::Bagging,
    DeviceClass::Speaker,
];

/// Starts a thread for each device.
pub(super) fn set_up(config: &DeviceConfig, shelf: &Shelf, sender: SyncSender<Message>) -> std::io::Result<Counter> {
    let mut first: Vec<Input> = CLASSES.iter().map(|class| Input::Device(*class, shelf.view(*class))).collect();
    first.push(Input::PaymentPort(shelf.ports()));
    let _ = sender.try_send(Message::Inputs(first));
    let ears = Ears { shelf: shelf.clone(), drawer: config.drawer.first().map(DrawerConfig::name).map(str::to_owned) };
    let sink = EventSink::new(move |event| offer(&sender, &ears, event));
    let counter = Counter::set_up(config, &sink)?;
    shelf.set_up(&counter);
    Ok(counter)
}

/// What is listened to.
struct Ears {
    shelf: Shelf,
    /// The till's own drawer.
    drawer: Option<String>,
}

fn offer(sender: &SyncSender<Message>, ears: &Ears, event: DeviceEvent) -> Result<(), TrySendError<DeviceEvent>> {
    let inputs = ears.inputs_of(&event);
    if inputs.is_empty() {
        return Ok(());
    }
    sender.try_send(Message::Inputs(inputs)).map_err(|error| match error {
        TrySendError::Full(_) => TrySendError::Full(event),
        TrySendError::Disconnected(_) => TrySendError::Disconnected(event),
    })
}

/// What was read, with FNC1 in front where the symbol says that it is GS1 data and it is: the code alone does not always
/// tell. A member's card in such a symbol stays as it is.
fn announced(scan: &Scan) -> String {
    let is_gs1 = match scan.symbology {
        Some(
            Symbology::Gs1Code128
            | Symbology::DataBar
            | Symbology::Gs1DataMatrix
            | Symbology::Gs1Qr
            | Symbology::Gs1DotCode,
        ) => true,
        Some(_) | None => false,
    };
    let with_fnc1 = format!("\u{1d}{}", scan.data);
    if is_gs1 && Gs1::parse(&with_fnc1).is_ok() { with_fnc1 } else { scan.data.clone() }
}

impl Ears {
    fn inputs_of(&self, event: &DeviceEvent) -> Vec<Input> {
        let one = |input| vec![input];
        match event {
            DeviceEvent::Scan { scan, .. } => one(Input::Scanned { data: announced(scan) }),
            DeviceEvent::Unreadable { why, .. } => one(Input::Unreadable { why: why.to_string() }),
            DeviceEvent::State { device, class, health } => {
                tracing::info!(%device, %class, %health, "a device's state changed");
                self.stands(device, *class, health)
            }
            DeviceEvent::PrinterStatus { device, status } if self.shelf.prints_receipts(device) => {
                self.shelf.tell_paper(*status);
                one(Input::Device(DeviceClass::Printer, self.shelf.view(DeviceClass::Printer)))
            }
            DeviceEvent::PrinterStatus { .. } => Vec::new(),
            DeviceEvent::Printed { job, confirmed, substituted, .. } => {
                tracing::info!(%job, confirmed, substituted, "printed");
                job.0.parse().map(|job| Input::Printed { job }).into_iter().collect()
            }
            DeviceEvent::PrintInterrupted { job, why, will_repeat, .. } => {
                tracing::warn!(%job, %why, will_repeat, "printing was interrupted");
                let why = trouble(*why);
                job.0.parse().map(|job| Input::PrintInterrupted { job, why }).into_iter().collect()
            }
            DeviceEvent::Weighing { weighing, for_trade: true, .. } => one(Input::Weighing(*weighing)),
            // What lies in a bagging area is nobody's purchase yet.
            DeviceEvent::Weighing { weighing, for_trade: false, .. } => one(Input::Bagging(*weighing)),
            DeviceEvent::Button { moved, .. } if moved.down => one(Input::Button { button: moved.button.clone() }),
            DeviceEvent::Button { .. } => Vec::new(),
            DeviceEvent::Payment { reply, .. } => one(Input::Payment(reply.clone())),
            DeviceEvent::ScaleRefused { device, why } => {
                tracing::warn!(%device, %why, "the scale does not do what it was told");
                one(Input::ScaleRefused)
            }
            DeviceEvent::Drawer { device, open } => {
                tracing::info!(%device, open, "a drawer moved");
                let is_ours = self.drawer.as_deref() == Some(device);
                is_ours.then_some(Input::Drawer { open: *open }).into_iter().collect()
            }
            DeviceEvent::DrawerRefused { device, why } => {
                tracing::warn!(%device, %why, "the drawer could not be opened");
                one(Input::DrawerRefused)
            }
        }
    }

    fn stands(&self, device: &str, class: DeviceClass, health: &Health) -> Vec<Input> {
        self.shelf.tell(device, health);
        let mut inputs = vec![Input::Device(class, self.shelf.view(class))];
        inputs.extend((class == DeviceClass::Payment).then(|| Input::PaymentPort(self.shelf.ports())));
        inputs
    }
}

/// Hands a payment request to its port. What was not sent is declined at once; about everything else the engine asks
/// again.
pub(super) fn pay(counter: &Counter, request: PaymentRequest) -> Option<Input> {
    let ask = match request {
        PaymentRequest::Send(order, code) => PaymentAsk::Send(order, code),
        PaymentRequest::Ask(order) => PaymentAsk::Ask(order),
        PaymentRequest::Reverse(order) => PaymentAsk::Reverse(order),
        PaymentRequest::Refund(order, refund) => PaymentAsk::Refund(order, refund),
    };
    let (order, not_sent) = (ask.order().no.clone(), ask.not_sent());
    let error = counter.pay(ask).err()?;
    tracing::warn!(%order, %error, "a payment request was not handed on");
    not_sent.map(Input::Payment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_of_gs1_announces_its_data() {
        let check = |symbology, data: &str, expect: &str| {
            assert_eq!(announced(&Scan { symbology, data: data.to_owned() }), expect);
        };
        // Without the identifier nothing would tell that this is no number of 22 digits.
        check(Some(Symbology::DataBar), "1726123101069012345678", "1726123101069012345678");
        check(Some(Symbology::Gs1Qr), "172612310106901234567892", "\u{1d}172612310106901234567892");
        check(Some(Symbology::Qr), "172612310106901234567892", "172612310106901234567892");
        check(Some(Symbology::Gs1Code128), "880012345678", "880012345678");
    }
}
