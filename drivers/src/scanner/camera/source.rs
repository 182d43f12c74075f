//! Where pictures come from.

use std::time::Duration;

use hal::{DeviceError, Identity};

use super::luma::Luma;

/// A camera. It is spent after [`DeviceError::Unplugged`].
pub trait FrameSource {
    /// What it says it is.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }

    /// The newest picture, waiting at most `wait` for it; `None` when there was none, or a torn one.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the camera has gone; [`DeviceError::Wire`] when it failed otherwise.
    fn frame(&mut self, wait: Duration) -> Result<Option<Luma>, DeviceError>;
}

impl FrameSource for Box<dyn FrameSource> {
    fn identity(&mut self) -> Identity {
        (**self).identity()
    }

    fn frame(&mut self, wait: Duration) -> Result<Option<Luma>, DeviceError> {
        (**self).frame(wait)
    }
}
