//! A drawer that hangs on a receipt printer's drawer socket.

use hal::{DeviceError, Drawer, DrawerCapabilities};

use crate::station::PrinterStation;

/// A drawer opened through its printer's thread. Opening is handed on, never waited for.
pub struct PrinterDrawer {
    printer: PrinterStation,
    capabilities: DrawerCapabilities,
}

impl PrinterDrawer {
    /// The drawer on this printer; `senses_open` when the level that means open was learned at set-up.
    pub fn new(printer: PrinterStation, senses_open: bool) -> PrinterDrawer {
        PrinterDrawer { printer, capabilities: DrawerCapabilities { senses_open } }
    }
}

impl Drawer for PrinterDrawer {
    fn capabilities(&self) -> &DrawerCapabilities {
        &self.capabilities
    }

    fn open(&mut self) -> Result<(), DeviceError> {
        self.printer.open_drawer().map_err(|_| {
            DeviceError::Refused("the printer that drives the drawer takes no command: open it with its key")
        })
    }

    fn is_open(&mut self) -> Option<bool> {
        self.printer.drawer_open()
    }
}
