//! Lines as they are had from either backend.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hal::DeviceError;
use hal::embedded_hal::digital::{Error, ErrorKind, ErrorType, InputPin, OutputPin};

use super::config::{Backend, LineConfig};
use super::{Bell, Edges, chip, pi};

/// Looks at a line that tells no edges, for as long as somebody wants to see it moving: 20 times a second.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Opens the lines of one device. Lines are let go when they are dropped.
pub struct Lines {
    board: Board,
    edges: Edges,
}

enum Board {
    Chips,
    Pi(rppal::gpio::Gpio),
}

impl Lines {
    /// Begins with a board.
    ///
    /// # Errors
    /// [`DeviceError::Opening`] when this computer is no Raspberry Pi and should be one, or its pins may not be used.
    pub fn on(backend: Backend, bell: &Bell) -> Result<Lines, DeviceError> {
        let board = match backend {
            Backend::Gpiocdev => Board::Chips,
            Backend::Rppal => Board::Pi(pi::board()?),
        };
        Ok(Lines { board, edges: Edges::of(bell) })
    }

    /// An output, switched off.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when its chip is not there; [`DeviceError::Opening`] when the line is not, when another
    /// program holds it, or when it may not be used.
    pub fn output(&mut self, line: &LineConfig) -> Result<GpioOutput, DeviceError> {
        let wire = match &self.board {
            Board::Chips => {
                let (request, offset) = chip::output(line)?;
                OutputWire::Chip { request, offset }
            }
            Board::Pi(board) => OutputWire::Pi(pi::output(board, line)?),
        };
        Ok(GpioOutput(wire))
    }

    /// An input that is looked at when its driver likes to.
    ///
    /// # Errors
    /// As [`Lines::output`].
    pub fn input(&mut self, line: &LineConfig) -> Result<GpioInput, DeviceError> {
        let wire = match &self.board {
            Board::Chips => {
                let (request, offset) = chip::input(line, false)?;
                InputWire::Chip { request: Arc::new(request), offset }
            }
            Board::Pi(board) => InputWire::Pi(pi::input(board, line)?),
        };
        Ok(GpioInput(wire))
    }

    /// An input whose moves end a wait on [`Lines::edges`]. One that cannot tell them is looked at 20 times a second.
    ///
    /// # Errors
    /// As [`Lines::output`].
    pub fn watched(&mut self, line: &LineConfig) -> Result<GpioInput, DeviceError> {
        let wire = match &self.board {
            Board::Chips => {
                let (request, offset) = match chip::input(line, true) {
                    Err(chip::NoLine::Edges) => {
                        self.edges.look_every(LOOK_EVERY);
                        chip::input(line, false)?
                    }
                    watched => watched?,
                };
                let request = Arc::new(request);
                self.edges.watch(request.clone());
                InputWire::Chip { request, offset }
            }
            Board::Pi(board) => {
                let mut pin = pi::input(board, line)?;
                if !pin.ring_at_edges(self.edges.bell()) {
                    self.edges.look_every(LOOK_EVERY);
                }
                InputWire::Pi(pin)
            }
        };
        Ok(GpioInput(wire))
    }

    /// What tells that a watched line has moved.
    pub fn edges(self) -> Edges {
        self.edges
    }
}

/// An output line; high is active.
#[derive(Debug)]
pub struct GpioOutput(OutputWire);

#[derive(Debug)]
enum OutputWire {
    Chip { request: gpiocdev::Request, offset: u32 },
    Pi(pi::PiOutput),
}

impl GpioOutput {
    fn set(&mut self, active: bool) -> Result<(), PinError> {
        match &mut self.0 {
            OutputWire::Chip { request, offset } => request
                .set_value(*offset, active.into())
                .map(drop)
                .map_err(|error| PinError(chip::lost("switching a pin", &error))),
            OutputWire::Pi(pin) => {
                pin.set(active);
                Ok(())
            }
        }
    }
}

impl ErrorType for GpioOutput {
    type Error = PinError;
}

impl OutputPin for GpioOutput {
    fn set_low(&mut self) -> Result<(), PinError> {
        self.set(false)
    }

    fn set_high(&mut self) -> Result<(), PinError> {
        self.set(true)
    }
}

/// An input line; high is active.
#[derive(Debug)]
pub struct GpioInput(InputWire);

#[derive(Debug)]
enum InputWire {
    Chip { request: Arc<gpiocdev::Request>, offset: u32 },
    Pi(pi::PiInput),
}

impl ErrorType for GpioInput {
    type Error = PinError;
}

impl InputPin for GpioInput {
    fn is_high(&mut self) -> Result<bool, PinError> {
        match &self.0 {
            InputWire::Chip { request, offset } => {
                request.value(*offset).map(bool::from).map_err(|error| PinError(chip::lost("reading a pin", &error)))
            }
            InputWire::Pi(pin) => Ok(pin.is_active()),
        }
    }

    fn is_low(&mut self) -> Result<bool, PinError> {
        self.is_high().map(|high| !high)
    }
}

/// Why a line could not be read or switched.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PinError(pub DeviceError);

impl fmt::Debug for PinError {
    /// As it reads: `embedded-hal` lets a generic driver say no more of an error than this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Error for PinError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpio::{Bias, LineName};

    #[test]
    fn pins_that_are_not_there_are_told_in_words() {
        let bell = Bell::new().expect("a bell");
        let mut lines = Lines::on(Backend::Gpiocdev, &bell).expect("no board is needed to begin");
        let on =
            |chip: &str, line| LineConfig { chip: Some(chip.to_owned()), line, active_low: false, bias: Bias::AsIs };
        let absent = on("/dev/gpiochip-that-nobody-has", LineName::Number(17));
        assert_eq!(lines.output(&absent).err(), Some(DeviceError::Unplugged));
        assert_eq!(lines.watched(&absent).err(), Some(DeviceError::Unplugged));
        let wrong = lines.input(&on("/dev/null", LineName::Number(0))).expect_err("no chip").to_string();
        assert!(wrong.contains("line 0 of /dev/null") && wrong.contains("is not a GPIO"), "{wrong}");
        let named = lines.input(&on("/dev/gpiochip-that-nobody-has", LineName::Name("LOCK".into())));
        assert_eq!(named.err(), Some(DeviceError::Unplugged));
        let anywhere = LineConfig { line: LineName::Name("GUITAI-LOCK".into()), ..LineConfig::number(0) };
        let error = lines.output(&anywhere).expect_err("no such line").to_string();
        assert!(error.contains("GUITAI-LOCK") && error.contains("gpioinfo"), "{error}");
    }

    #[test]
    fn a_computer_that_is_no_pi_says_so() {
        if std::fs::read_to_string("/proc/device-tree/model").is_ok_and(|model| model.contains("Raspberry Pi")) {
            return;
        }
        let bell = Bell::new().expect("a bell");
        let error = Lines::on(Backend::Rppal, &bell).err().expect("no Pi").to_string();
        assert!(error.contains("no Raspberry Pi") && error.contains("gpiocdev"), "{error}");
    }
}
