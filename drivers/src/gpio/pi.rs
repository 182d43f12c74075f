//! Lines of a Raspberry Pi, by its registers.

use hal::DeviceError;
use rppal::gpio::{Error, Gpio, InputPin, OutputPin, Trigger};

use super::Bell;
use super::config::{Bias, LineConfig, LineName};

/// The pins of this computer.
pub(super) fn board() -> Result<Gpio, DeviceError> {
    Gpio::new().map_err(|error| opening("the Raspberry Pi's pins".to_owned(), &error))
}

/// An output of the Pi.
#[derive(Debug)]
pub(super) struct PiOutput {
    pin: OutputPin,
    active_low: bool,
}

impl PiOutput {
    pub fn set(&mut self, active: bool) {
        if active == self.active_low { self.pin.set_low() } else { self.pin.set_high() }
    }
}

/// An input of the Pi.
#[derive(Debug)]
pub(super) struct PiInput {
    pin: InputPin,
    active_low: bool,
}

impl PiInput {
    pub fn is_active(&self) -> bool {
        self.pin.is_high() != self.active_low
    }

    /// Rings when the line moves; false when it cannot tell.
    pub fn ring_at_edges(&mut self, bell: &Bell) -> bool {
        // The way that rings from a thread of its own says nothing of a failure, so the other way is tried before it. That
        // other way would hold all pins of the process while one device waits.
        let bell = bell.clone();
        self.pin.set_interrupt(Trigger::Both, None).is_ok()
            && self.pin.set_async_interrupt(Trigger::Both, None, move |_| bell.ring()).is_ok()
    }
}

/// Takes a line as an output that is switched off.
pub(super) fn output(board: &Gpio, line: &LineConfig) -> Result<PiOutput, DeviceError> {
    let pin = pin(board, line)?;
    let pin = if line.active_low { pin.into_output_high() } else { pin.into_output_low() };
    Ok(PiOutput { pin, active_low: line.active_low })
}

/// Takes a line as an input.
pub(super) fn input(board: &Gpio, line: &LineConfig) -> Result<PiInput, DeviceError> {
    let pin = pin(board, line)?;
    let pin = match line.bias {
        Bias::AsIs | Bias::Disabled => pin.into_input(),
        Bias::PullUp => pin.into_input_pullup(),
        Bias::PullDown => pin.into_input_pulldown(),
    };
    Ok(PiInput { pin, active_low: line.active_low })
}

fn pin(board: &Gpio, line: &LineConfig) -> Result<rppal::gpio::Pin, DeviceError> {
    let number = match &line.line {
        LineName::Number(number) => u8::try_from(*number).ok(),
        LineName::Name(_) => None,
    };
    let number = number.ok_or(DeviceError::Refused("a pin of a Raspberry Pi is told by its BCM number"))?;
    board.get(number).map_err(|error| opening(format!("pin BCM {number}"), &error))
}

fn opening(path: String, error: &Error) -> DeviceError {
    let cause = match error {
        Error::UnknownModel => {
            "this computer is no Raspberry Pi, or a model that is not known: set backend = \"gpiocdev\"".to_owned()
        }
        Error::PinUsed(_) => "another device of this till is on this pin".to_owned(),
        Error::PinNotAvailable(_) => "this Raspberry Pi has no such pin; pins are told by their BCM numbers".to_owned(),
        Error::PermissionDenied(what) => format!("{what} may not be used: put the till's user into the group gpio"),
        Error::Io(cause) => cause.to_string(),
        Error::ThreadPanic => "a thread that waited for this pin has stopped".to_owned(),
    };
    DeviceError::Opening { path, cause }
}
