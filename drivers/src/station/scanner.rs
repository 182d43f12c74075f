//! The thread of a scanner.

use std::thread;

use hal::{DeviceClass, DeviceError, Health, Reading, Scanner, WAIT_MAX};

use super::{Desk, DeviceEvent, EventSink, RECONNECT_AFTER, Station, health_of};
use crate::registry::ScannerConfig;

impl Station {
    /// Runs a scanner.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn scanner(config: &ScannerConfig, sink: EventSink) -> std::io::Result<Station> {
        let owned = config.clone();
        Station::run(config.name(), sink, move |desk| work(&desk, &owned))
    }
}

fn work(desk: &Desk, config: &ScannerConfig) {
    let mut health = None;
    while !desk.stopped() {
        let error = match config.open() {
            Ok(mut scanner) => {
                desk.tell_health(DeviceClass::Scanner, &mut health, Health::Ready);
                match read_until_gone(desk, scanner.as_mut()) {
                    Ok(()) => return,
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        desk.tell_health(DeviceClass::Scanner, &mut health, health_of(&error));
        thread::park_timeout(RECONNECT_AFTER);
    }
}

/// Ends well only when the station is stopped.
fn read_until_gone(desk: &Desk, scanner: &mut dyn Scanner) -> Result<(), DeviceError> {
    while !desk.stopped() {
        let device = desk.name.clone();
        match scanner.next(WAIT_MAX)? {
            Some(Reading::Scan(scan)) => desk.tell(DeviceEvent::Scan { device, scan }),
            Some(Reading::Unreadable(why)) => desk.tell(DeviceEvent::Unreadable { device, why }),
            None => {}
        }
    }
    Ok(())
}
