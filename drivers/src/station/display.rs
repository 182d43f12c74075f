//! The thread of a display for the shopper.

use std::sync::Arc;
use std::thread::{self, Thread};
use std::time::Duration;

use hal::{DeviceClass, DeviceError, DisplayFace, LineDisplay};

use super::newest::Newest;
use super::{Desk, EventSink, PrinterStation, Station};
use crate::display::DisplayLanguage;
use crate::registry::{DisplayConfig, Driver};

/// Pause between two looks whether a display that shows the same is still there.
const LOOK_AFTER: Duration = Duration::from_millis(250);

/// The way to a display. Cloneable; nothing here blocks.
#[derive(Clone, Debug)]
pub struct DisplayStation(Way);

#[derive(Clone, Debug)]
enum Way {
    /// To a thread of its own.
    Thread { faces: Arc<Newest<DisplayFace>>, thread: Option<Thread> },
    /// Through the printer on whose wire it hangs.
    Printer { printer: PrinterStation, language: DisplayLanguage },
}

impl Station {
    /// Runs a display on a wire of its own.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn display(config: &DisplayConfig, sink: EventSink) -> std::io::Result<(Station, DisplayStation)> {
        let faces = Arc::new(Newest::default());
        let (owned, shown) = (config.clone(), faces.clone());
        let station = Station::run(DeviceClass::Display, config.name(), sink, move |mut desk| {
            let serve = |desk: &mut Desk, display: &mut Box<dyn LineDisplay>| serve(desk, display, &shown);
            desk.keep(|tally| owned.open(tally), serve, |_, wait| thread::park_timeout(wait));
        })?;
        let thread = station.thread.as_ref().map(|thread| thread.thread().clone());
        Ok((station, DisplayStation(Way::Thread { faces, thread })))
    }
}

impl DisplayStation {
    /// A display that hangs on the wire of a printer of this till.
    pub fn through(printer: PrinterStation, config: &DisplayConfig) -> DisplayStation {
        DisplayStation(Way::Printer { printer, language: config.language() })
    }

    /// Shows this as soon as it can be: the newest face alone, whatever was to be shown before. A display that is away
    /// shows it when it comes back.
    pub fn show(&self, face: &DisplayFace) {
        match &self.0 {
            Way::Thread { faces, thread } => {
                faces.put(face.clone());
                thread.iter().for_each(Thread::unpark);
            }
            Way::Printer { printer, language } => printer.send_aside(language.show_through(face)),
        }
    }
}

fn serve(desk: &mut Desk, display: &mut Box<dyn LineDisplay>, faces: &Newest<DisplayFace>) -> Result<(), DeviceError> {
    // One that has just come shows nothing yet, or what it showed before its cable was pulled.
    faces.again();
    while !desk.stopped() {
        if let Some(face) = faces.take() {
            display.show(&face)?;
            desk.tally.done();
        }
        display.is_there()?;
        thread::park_timeout(LOOK_AFTER);
    }
    Ok(())
}
