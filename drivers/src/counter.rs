//! All devices of a till.

use hal::PrintJob;

use crate::registry::{DeviceConfig, DrawerConfig, Driver};
use crate::station::{CommandError, EventSink, PrinterStation, Station};

/// A till's running devices. Dropping it stops them.
#[derive(Debug, Default)]
pub struct Counter {
    stations: Vec<Station>,
    printers: Vec<(String, PrinterStation)>,
    /// By their printers, in the order of the device file.
    drawers: Vec<PrinterStation>,
}

impl Counter {
    /// Runs each device of a checked configuration in a thread of its own. Devices that are not there are no error:
    /// they are told as events and come when they come.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn set_up(config: &DeviceConfig, sink: &EventSink) -> std::io::Result<Counter> {
        let mut counter = Counter::default();
        for scanner in &config.scanner {
            counter.stations.push(Station::scanner(scanner, sink.clone())?);
        }
        for printer in &config.printer {
            let (station, way) = Station::printer(printer, config.drawer_on(printer), sink.clone())?;
            counter.stations.push(station);
            counter.printers.push((printer.name().to_owned(), way));
        }
        for DrawerConfig::Printer(drawer) in &config.drawer {
            let owner = config.printer_of(drawer).and_then(|printer| counter.printer(printer.name())).cloned();
            counter.drawers.extend(owner);
        }
        Ok(counter)
    }

    /// Queues a job on the receipt printer: the first of the device file.
    ///
    /// # Errors
    /// [`CommandError`]; the job is not queued then.
    pub fn print(&self, job: PrintJob) -> Result<(), CommandError> {
        let (_, printer) = self.printers.first().ok_or(CommandError::Absent)?;
        printer.print(job)
    }

    /// Opens the till's drawer: the first of the device file.
    ///
    /// # Errors
    /// [`CommandError`]; nothing happens then.
    pub fn open_drawer(&self) -> Result<(), CommandError> {
        let printer = self.drawers.first().ok_or(CommandError::Absent)?;
        printer.open_drawer()
    }

    /// Whether the till's drawer stands open, as last told; `None` when nothing tells.
    pub fn drawer_open(&self) -> Option<bool> {
        self.drawers.first().and_then(PrinterStation::drawer_open)
    }

    /// The threads of its devices: what each is called, what it is, what it has done.
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// A printer by its name.
    pub fn printer(&self, name: &str) -> Option<&PrinterStation> {
        self.printers.iter().find(|(known, _)| known == name).map(|(_, printer)| printer)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // All at once: one after the other would take as long as all their waits together.
        self.stations.iter().for_each(Station::ask_to_stop);
    }
}
