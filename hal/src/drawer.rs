//! Cash drawers.

use crate::health::{DeviceError, Identity};

/// A drawer that can be opened.
pub trait Drawer {
    /// What this drawer can do; constant for the life of the object.
    fn capabilities(&self) -> &DrawerCapabilities;

    /// What it says it is; asked by people who look for a fault, never while it works. Waits a few times
    /// [`crate::WAIT_MAX`] at most.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }

    /// Opens the drawer. Returns when the pulse was given or handed on, not when the drawer has moved.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when the pulse cannot be given at this moment; [`DeviceError::Wire`] when a pin failed.
    fn open(&mut self) -> Result<(), DeviceError>;

    /// Whether the drawer stands open; `None` when nothing tells.
    fn is_open(&mut self) -> Option<bool>;
}

/// What a drawer can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawerCapabilities {
    /// Whether a switch tells that it stands open.
    pub senses_open: bool,
}
