//! Cameras that read codes: a webcam on the counter, a kiosk's camera, a camera of the network through a socket.
//!
//! [`decode`] finds codes in a picture and knows nothing of cameras; [`Watch`] decides what of it is news; the driver takes
//! pictures from a [`FrameSource`] and rests while nothing moves.

mod config;
pub mod decode;
mod driver;
mod exif;
mod luma;
mod pgm;
mod pixels;
mod socket;
mod source;
mod v4l;
mod watch;

pub use config::{CameraConfig, CodeKind};
pub use driver::CameraScanner;
pub use exif::exif_orientation;
pub use luma::Luma;
pub use pgm::{PgmCodec, PgmError, pgm};
pub use pixels::{PIXELS_MAX, PixelFormat, jpeg_luma};
pub use socket::SocketFrames;
pub use source::FrameSource;
pub use v4l::{V4lCamera, V4lSettings};
pub use watch::Watch;
