//! Cameras of Video4Linux: webcams on USB, and the cameras of boards.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use hal::{DeviceError, Identity};
use moq_v4l::Device;
use moq_v4l::buffer::Type;
use moq_v4l::capability::Flags;
use moq_v4l::format::{Format, FourCC};
use moq_v4l::io::mmap::Stream;
use moq_v4l::io::traits::CaptureStream;
use moq_v4l::video::Capture;
use moq_v4l::video::capture::Parameters;

use super::decode::contained;
use super::luma::Luma;
use super::pixels::PixelFormat;
use super::source::FrameSource;
use crate::tally::Tally;

/// Pictures that the kernel may hold, one of them the one that is looked at.
const BUFFERS: u32 = 3;
/// How long a camera may take for its first picture.
const FIRST_FRAME_MAX: Duration = Duration::from_secs(5);
/// `POLLIN` (POSIX, `poll.h`; Linux has it as 1 everywhere).
const POLLIN: i16 = 1;
/// `ENODEV`: what every call says once the plug is out.
const ENODEV: i32 = 19;

/// What a camera is asked for; it gives what it can that is nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct V4lSettings {
    /// Device file.
    pub path: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pictures in a second.
    pub fps: u32,
}

/// A camera that sends pictures.
pub struct V4lCamera {
    /// `None` only while it is dropped.
    stream: Option<Stream<'static>>,
    identity: Identity,
    format: PixelFormat,
    width: usize,
    height: usize,
    stride: usize,
    /// The bytes of the newest picture; kept for its memory.
    newest: Vec<u8>,
    tally: std::sync::Arc<Tally>,
    /// How long a silent camera has been waited for.
    silent: Duration,
}

impl V4lCamera {
    /// Connects a camera and sets it up. Its bytes are counted in `tally`.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when there is none; [`DeviceError::Opening`] when another program has it, or it has no
    /// format that is understood.
    pub fn open(settings: &V4lSettings, tally: &std::sync::Arc<Tally>) -> Result<V4lCamera, DeviceError> {
        let failed = |error: io::Error| opening(&settings.path, &error);
        let device = Device::with_path(&settings.path).map_err(failed)?;
        let capabilities = device.query_caps().map_err(failed)?;
        if !capabilities.capabilities.contains(Flags::VIDEO_CAPTURE) {
            let cause = "it takes no pictures (a camera often has a second device file for its notes)".to_owned();
            return Err(DeviceError::Opening { path: settings.path.clone(), cause });
        }
        let set = set_up(&device, settings).map_err(failed)?;
        let Some((format, set)) = set else {
            let cause = "it has none of the formats GREY, NV12, YUYV and MJPG".to_owned();
            return Err(DeviceError::Opening { path: settings.path.clone(), cause });
        };
        // Not every camera lets its rate be set; slower ones are as slow as they are.
        let _ = device.set_params(&Parameters::with_fps(settings.fps));
        let mut stream = Stream::with_buffers(&device, Type::VideoCapture, BUFFERS).map_err(failed)?;
        stream.set_timeout(FIRST_FRAME_MAX);
        Ok(V4lCamera {
            stream: Some(stream),
            identity: Identity { model: Some(capabilities.card), ..Identity::default() },
            format,
            width: set.width as usize,
            height: set.height as usize,
            stride: set.stride as usize,
            newest: Vec::new(),
            tally: tally.clone(),
            silent: Duration::ZERO,
        })
    }
}

/// Asks for each format that is understood, the ones that cost least first, in the size that was asked for; the first
/// one that the camera takes as it is, or else the first that it takes at all.
fn set_up(device: &Device, settings: &V4lSettings) -> io::Result<Option<(PixelFormat, Format)>> {
    let offered: Vec<[u8; 4]> = device.enum_formats()?.iter().map(|format| format.fourcc.repr).collect();
    let mut second = None;
    for format in PixelFormat::ALL.into_iter().filter(|format| offered.contains(&format.fourcc())) {
        let wanted = Format::new(settings.width, settings.height, FourCC::new(&format.fourcc()));
        let set = device.set_format(&wanted)?;
        if set.fourcc.repr != format.fourcc() {
            continue;
        }
        if (set.width, set.height) == (settings.width, settings.height) {
            return Ok(Some((format, set)));
        }
        second = second.or(Some(format));
    }
    let Some(format) = second else { return Ok(None) };
    let wanted = Format::new(settings.width, settings.height, FourCC::new(&format.fourcc()));
    let set = device.set_format(&wanted)?;
    Ok((set.fourcc.repr == format.fourcc()).then_some((format, set)))
}

impl FrameSource for V4lCamera {
    fn identity(&mut self) -> Identity {
        self.identity.clone()
    }

    fn frame(&mut self, wait: Duration) -> Result<Option<Luma>, DeviceError> {
        let Some(stream) = &mut self.stream else { return Err(DeviceError::Unplugged) };
        let until = Instant::now() + wait;
        // A stream that has not begun is ready at once, and begins with the first picture that is asked for.
        if !is_ready(stream, wait)? {
            self.silent += wait;
            return match self.silent > FIRST_FRAME_MAX {
                true => Err(DeviceError::Wire { step: "taking a picture", cause: "the camera sends none".to_owned() }),
                false => Ok(None),
            };
        }
        self.silent = Duration::ZERO;
        for taken in 1..=BUFFERS {
            let (bytes, about) = CaptureStream::next(stream).map_err(|error| failed(&error))?;
            let used = match about.bytesused as usize {
                0 => bytes.len(),
                used => used.min(bytes.len()),
            };
            self.tally.received(used);
            self.newest.clear();
            self.newest.extend_from_slice(&bytes[..used]);
            // What waited since the last look is old. Where as many waited as can, all of them are; the next is not.
            let left = until.saturating_duration_since(Instant::now());
            let wait = if taken + 1 == BUFFERS { left } else { Duration::ZERO };
            if taken == BUFFERS || !is_ready(stream, wait)? {
                break;
            }
        }
        let stride = if self.format == PixelFormat::Mjpg { 0 } else { self.stride };
        Ok(self.format.luma(&self.newest, self.width, self.height, stride))
    }
}

/// Waits for a picture.
fn is_ready(stream: &Stream<'static>, wait: Duration) -> Result<bool, DeviceError> {
    match stream.handle().poll(POLLIN, wait.as_millis() as i32) {
        Ok(ready) => Ok(ready > 0),
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

impl Drop for V4lCamera {
    fn drop(&mut self) {
        // Stopping a camera that is half gone fails in ways that the crate below takes for faults of the program.
        let stream = self.stream.take();
        contained(|| drop(stream));
    }
}

fn opening(path: &str, error: &io::Error) -> DeviceError {
    match (error.kind(), error.raw_os_error()) {
        (ErrorKind::NotFound, _) | (_, Some(ENODEV)) => DeviceError::Unplugged,
        _ => DeviceError::Opening { path: path.to_owned(), cause: error.to_string() },
    }
}

fn failed(error: &io::Error) -> DeviceError {
    match error.raw_os_error() {
        Some(ENODEV) => DeviceError::Unplugged,
        _ => DeviceError::Wire { step: "taking a picture", cause: error.to_string() },
    }
}
