//! The thread of a scanner.

use std::thread;

use hal::{DeviceClass, DeviceError, Reading, Scanner, WAIT_MAX};

use super::{Desk, DeviceEvent, EventSink, Station};
use crate::registry::{Driver, ScannerConfig};

impl Station {
    /// Runs a scanner.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn scanner(config: &ScannerConfig, sink: EventSink) -> std::io::Result<Station> {
        let owned = config.clone();
        Station::run(DeviceClass::Scanner, config.name(), sink, move |mut desk| {
            desk.keep(|tally| owned.open(tally), serve, |_, wait| thread::park_timeout(wait));
        })
    }
}

fn serve(desk: &mut Desk, scanner: &mut Box<dyn Scanner>) -> Result<(), DeviceError> {
    while !desk.stopped() {
        let device = desk.name.clone();
        match scanner.next(WAIT_MAX)? {
            Some(Reading::Scan(scan)) => {
                desk.tally.done();
                desk.tell(DeviceEvent::Scan { device, scan });
            }
            Some(Reading::Unreadable(why)) => desk.tell(DeviceEvent::Unreadable { device, why }),
            None => {}
        }
    }
    Ok(())
}
