//! Lines of the kernel's GPIO character device.

use std::path::{Path, PathBuf};

use gpiocdev::chip::Chip;
use gpiocdev::line::{self, EdgeDetection, Value};
use gpiocdev::{Error, Request};
use hal::DeviceError;
use rustix::io::Errno;

use super::config::{Bias, LineConfig, LineName};

/// What the kernel shows as the holder of a line.
const CONSUMER: &str = "guitai";
/// The kernel's "operation is not supported", as its drivers give it; no C library has a name for it.
const NOT_SUPPORTED_IN_KERNEL: i32 = 524;

/// Why a line was not had.
pub(super) enum NoLine {
    /// It is there but tells no edges.
    Edges,
    Device(DeviceError),
}

impl From<NoLine> for DeviceError {
    fn from(no: NoLine) -> DeviceError {
        match no {
            NoLine::Edges => DeviceError::Refused("the line tells no edges"),
            NoLine::Device(error) => error,
        }
    }
}

/// Takes a line as an output that is switched off.
pub(super) fn output(line: &LineConfig) -> Result<(Request, u32), DeviceError> {
    let (chip, offset) = find(line)?;
    let mut builder = Request::builder();
    builder.on_chip(&chip).with_consumer(CONSUMER).with_line(offset).as_output(Value::Inactive);
    if line.active_low {
        builder.as_active_low();
    }
    builder.request().map(|request| (request, offset)).map_err(|error| opening(line, &chip, offset, &error))
}

/// Takes a line as an input, telling its edges or not.
pub(super) fn input(line: &LineConfig, edges: bool) -> Result<(Request, u32), NoLine> {
    let (chip, offset) = find(line).map_err(NoLine::Device)?;
    let mut builder = Request::builder();
    builder.on_chip(&chip).with_consumer(CONSUMER).with_line(offset).as_input();
    if line.active_low {
        builder.as_active_low();
    }
    match line.bias {
        Bias::AsIs => {}
        Bias::Disabled => drop(builder.with_bias(line::Bias::Disabled)),
        Bias::PullUp => drop(builder.with_bias(line::Bias::PullUp)),
        Bias::PullDown => drop(builder.with_bias(line::Bias::PullDown)),
    }
    if edges {
        builder.with_edge_detection(EdgeDetection::BothEdges);
    }
    builder.request().map(|request| (request, offset)).map_err(|error| match errno(&error) {
        Some(Errno::NXIO | Errno::OPNOTSUPP | Errno::NOSYS) if edges => NoLine::Edges,
        Some(errno) if edges && errno.raw_os_error() == NOT_SUPPORTED_IN_KERNEL => NoLine::Edges,
        Some(_) | None => NoLine::Device(opening(line, &chip, offset, &error)),
    })
}

/// What became of a line that was had.
pub(super) fn lost(step: &'static str, error: &Error) -> DeviceError {
    match errno(error) {
        Some(Errno::NODEV | Errno::NXIO | Errno::BADF) => DeviceError::Unplugged,
        Some(_) | None => DeviceError::Wire { step, cause: error.to_string() },
    }
}

fn find(line: &LineConfig) -> Result<(PathBuf, u32), DeviceError> {
    match (&line.line, &line.chip) {
        (LineName::Number(offset), _) => Ok((PathBuf::from(line.chip_or_first()), *offset)),
        (LineName::Name(name), Some(chip)) => {
            let path = PathBuf::from(chip);
            let open = Chip::from_path(&path).map_err(|error| opening(line, &path, 0, &error))?;
            let info = open.find_line_info(name).ok_or_else(|| nameless(line))?;
            Ok((path, info.offset))
        }
        (LineName::Name(name), None) => {
            let found = gpiocdev::find_named_line(name).ok_or_else(|| nameless(line))?;
            Ok((found.chip, found.info.offset))
        }
    }
}

fn nameless(line: &LineConfig) -> DeviceError {
    let cause = "no line has this name: gpioinfo lists those that there are".to_owned();
    DeviceError::Opening { path: line.to_string(), cause }
}

fn opening(line: &LineConfig, chip: &Path, offset: u32, error: &Error) -> DeviceError {
    let refused = |cause: String| DeviceError::Opening { path: line.to_string(), cause };
    match errno(error) {
        Some(Errno::NOENT | Errno::NODEV | Errno::NXIO) => DeviceError::Unplugged,
        Some(Errno::BUSY) => refused(match holder(chip, offset) {
            Some(holder) => format!("{holder} holds this line"),
            None => "another program or a driver of the system holds this line".to_owned(),
        }),
        Some(Errno::ACCESS | Errno::PERM) => {
            refused("not allowed: put the till's user into the group that owns the chip, often gpio".to_owned())
        }
        Some(Errno::INVAL) => refused("the chip has no such line, or not with this bias".to_owned()),
        Some(_) | None => refused(error.to_string()),
    }
}

fn holder(chip: &Path, offset: u32) -> Option<String> {
    let info = Chip::from_path(chip).ok()?.line_info(offset).ok()?;
    (!info.consumer.is_empty()).then_some(info.consumer)
}

fn errno(error: &Error) -> Option<Errno> {
    let (Error::Os(errno) | Error::Uapi(_, gpiocdev_uapi::Error::Os(errno))) = error else { return None };
    Some(Errno::from_raw_os_error(errno.0))
}
