//! Devices on the counter: what they tell becomes inputs of the engine.

use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, TrySendError};

use domain::barcode::Gs1;
use drivers::counter::Counter;
use drivers::registry::{DeviceConfig, Driver};
use drivers::station::{DeviceEvent, EventSink};
use hal::{DeviceClass, Health, Interruption, Paper, PrinterStatus, Scan, Symbology};

use super::Message;
use crate::engine::{DeviceView, Input, PrinterTrouble};

/// Starts a thread for each device.
pub(super) fn set_up(config: &DeviceConfig, sender: SyncSender<Message>) -> std::io::Result<Counter> {
    if config.scanner.is_empty() {
        let _ = sender.try_send(Message::Input(Input::Scanner(DeviceView::Absent)));
    }
    if config.printer.is_empty() {
        let _ = sender.try_send(Message::Input(Input::Printer(DeviceView::Absent)));
    }
    let receipts = config.printer.first().map(|printer| printer.name().to_owned());
    let printer = Mutex::new(PrinterLook { health: None, status: PrinterStatus::UNKNOWN });
    let sink = EventSink::new(move |event| offer(&sender, receipts.as_deref(), &printer, event));
    Counter::set_up(config, &sink)
}

/// What the receipt printer last told of itself.
struct PrinterLook {
    health: Option<Health>,
    status: PrinterStatus,
}

impl PrinterLook {
    fn view(&self) -> DeviceView {
        match &self.health {
            None => DeviceView::Unknown,
            Some(Health::Unplugged) => DeviceView::Trouble(PrinterTrouble::Unplugged),
            Some(Health::Fault(_)) => DeviceView::Trouble(PrinterTrouble::Fault),
            Some(Health::Ready) => match self.status.hindrance() {
                Some(why) => DeviceView::Trouble(trouble(why)),
                None if self.status.paper == Paper::NearEnd => DeviceView::PaperLow,
                None => DeviceView::Ready,
            },
        }
    }
}

fn trouble(why: Interruption) -> PrinterTrouble {
    match why {
        Interruption::PaperOut => PrinterTrouble::PaperOut,
        Interruption::CoverOpen => PrinterTrouble::CoverOpen,
        Interruption::Unplugged | Interruption::NoAnswer => PrinterTrouble::Unplugged,
        Interruption::Fault(_) | Interruption::Offline => PrinterTrouble::Fault,
    }
}

fn offer(
    sender: &SyncSender<Message>,
    receipts: Option<&str>,
    printer: &Mutex<PrinterLook>,
    event: DeviceEvent,
) -> Result<(), TrySendError<DeviceEvent>> {
    let Some(input) = input_of(receipts, printer, &event) else { return Ok(()) };
    sender.try_send(Message::Input(input)).map_err(|error| match error {
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

fn input_of(receipts: Option<&str>, printer: &Mutex<PrinterLook>, event: &DeviceEvent) -> Option<Input> {
    let look = |change: &dyn Fn(&mut PrinterLook)| {
        let mut look = printer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut look);
        Input::Printer(look.view())
    };
    match event {
        DeviceEvent::Scan { scan, .. } => Some(Input::Scanned { data: announced(scan) }),
        DeviceEvent::Unreadable { why, .. } => Some(Input::Unreadable { why: why.to_string() }),
        DeviceEvent::State { device, class, health } => {
            tracing::info!(%device, %class, %health, "a device's state changed");
            match class {
                DeviceClass::Scanner => Some(Input::Scanner(match health {
                    Health::Ready => DeviceView::Ready,
                    Health::Unplugged => DeviceView::Trouble(PrinterTrouble::Unplugged),
                    Health::Fault(_) => DeviceView::Trouble(PrinterTrouble::Fault),
                })),
                DeviceClass::Printer if receipts == Some(device) => {
                    Some(look(&|look| look.health = Some(health.clone())))
                }
                DeviceClass::Printer
                | DeviceClass::Drawer
                | DeviceClass::Scale
                | DeviceClass::Display
                | DeviceClass::Payment
                | DeviceClass::Indicator
                | DeviceClass::Bagging => None,
            }
        }
        DeviceEvent::PrinterStatus { device, status } if receipts == Some(device) => {
            Some(look(&|look| look.status = *status))
        }
        DeviceEvent::PrinterStatus { .. } => None,
        DeviceEvent::Printed { job, confirmed, substituted, .. } => {
            tracing::info!(%job, confirmed, substituted, "printed");
            job.0.parse().ok().map(|job| Input::Printed { job })
        }
        DeviceEvent::PrintInterrupted { job, why, will_repeat, .. } => {
            tracing::warn!(%job, %why, will_repeat, "printing was interrupted");
            job.0.parse().ok().map(|job| Input::PrintInterrupted { job, why: trouble(*why) })
        }
        DeviceEvent::Weighing { weighing: hal::Weighing::Stable(weight), for_trade: true, .. } => {
            Some(Input::Weighed { grams: weight.net_grams() })
        }
        DeviceEvent::Weighing { .. } | DeviceEvent::Button { .. } => None,
        DeviceEvent::Drawer { device, open } => {
            tracing::info!(%device, open, "the drawer moved");
            None
        }
        DeviceEvent::DrawerRefused { device, why } => {
            tracing::warn!(%device, %why, "the drawer could not be opened");
            Some(Input::DrawerRefused)
        }
    }
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
