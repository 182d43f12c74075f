//! Pictures from a local socket, on which another program sends them as PGM.

use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hal::DeviceError;

use super::luma::Luma;
use super::pgm::PgmCodec;
use super::source::FrameSource;
use crate::tally::Tally;

/// Bytes taken at once.
const READ_BYTES: usize = 64 * 1024;
/// The shortest wait that a socket knows.
const WAIT_MIN: Duration = Duration::from_millis(1);

/// A socket with pictures.
#[derive(Debug)]
pub struct SocketFrames {
    stream: UnixStream,
    codec: PgmCodec,
    buffer: Vec<u8>,
    tally: Arc<Tally>,
}

impl SocketFrames {
    /// Connects to a socket. Its bytes are counted in `tally`.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when nobody listens there; [`DeviceError::Opening`] when it may not be opened.
    pub fn open(path: &str, tally: &Arc<Tally>) -> Result<SocketFrames, DeviceError> {
        let stream = UnixStream::connect(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => DeviceError::Unplugged,
            _ => DeviceError::Opening { path: path.to_owned(), cause: error.to_string() },
        })?;
        Ok(SocketFrames { stream, codec: PgmCodec::default(), buffer: vec![0; READ_BYTES], tally: tally.clone() })
    }

    fn read(&mut self, wait: Duration) -> Result<usize, DeviceError> {
        let read =
            self.stream.set_read_timeout(Some(wait.max(WAIT_MIN))).and_then(|()| self.stream.read(&mut self.buffer));
        match read {
            Ok(0) => Err(DeviceError::Unplugged),
            Ok(count) => {
                self.tally.received(count);
                Ok(count)
            }
            Err(error) if is_pause(&error) => Ok(0),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Err(DeviceError::Unplugged),
            Err(error) => Err(DeviceError::Wire { step: "reading the camera's socket", cause: error.to_string() }),
        }
    }
}

impl FrameSource for SocketFrames {
    fn frame(&mut self, wait: Duration) -> Result<Option<Luma>, DeviceError> {
        let until = Instant::now() + wait;
        loop {
            let count = self.read(until.saturating_duration_since(Instant::now()))?;
            let fed = self.codec.feed(&self.buffer[..count]);
            let luma = fed.map_err(|error| DeviceError::Wire {
                step: "reading the camera's pictures",
                cause: error.to_string(),
            })?;
            if luma.is_some() || Instant::now() >= until {
                return Ok(luma);
            }
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}
