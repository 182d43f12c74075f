//! The devices of a device file, run as the till runs them, with what each has told so far.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use anyhow::Context;
use drivers::counter::Counter;
use drivers::registry::{DeviceConfig, Driver, Entry};
use drivers::station::{DeviceEvent, EventSink};
use drivers::tally::Tally;
use hal::{DeviceClass, DeviceError, Health, Identity, PrinterStatus, Weighing};

use crate::shell::link::with_platform;

/// Events that wait.
const EVENTS_MAX: usize = 256;

/// Which devices.
#[derive(Clone, Debug, clap::Args)]
pub struct DevicesOption {
    /// File that names the devices on the counter (TOML); the till's own.
    #[arg(long)]
    devices: PathBuf,
    /// Directory of the till, for devices that are reached through head office.
    #[arg(long)]
    state: Option<PathBuf>,
}

impl DevicesOption {
    pub(super) fn read(&self) -> anyhow::Result<DeviceConfig> {
        config(&self.devices, self.state.as_deref())
    }
}

pub(super) fn config(path: &Path, state: Option<&Path>) -> anyhow::Result<DeviceConfig> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("failed reading the device file {}", path.display()))?;
    let devices = DeviceConfig::from_toml(&text).with_context(|| format!("in the device file {}", path.display()))?;
    Ok(match state {
        Some(state) => with_platform(devices, state),
        None => devices,
    })
}

/// What a device has told.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub health: Option<Health>,
    pub printer: Option<PrinterStatus>,
    pub weighing: Option<Weighing>,
    pub drawer: Option<bool>,
}

/// Devices that run.
pub(super) struct Bench {
    /// The devices themselves.
    pub counter: Counter,
    events: Receiver<DeviceEvent>,
    /// By device.
    pub told: BTreeMap<String, Told>,
}

impl Bench {
    /// Connects all devices of a file.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(config: &DeviceConfig) -> std::io::Result<Bench> {
        let (sender, events) = sync_channel(EVENTS_MAX);
        let counter = Counter::set_up(config, &EventSink::from(sender))?;
        Ok(Bench { counter, events, told: BTreeMap::new() })
    }

    /// The first event that `pick` likes within a time.
    pub(super) fn until<A>(&mut self, wait: Duration, mut pick: impl FnMut(&DeviceEvent) -> Option<A>) -> Option<A> {
        let until = Instant::now() + wait;
        loop {
            match self.events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(event) => {
                    self.note(&event);
                    if let Some(picked) = pick(&event) {
                        return Some(picked);
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Listens until a condition holds, or the time is over.
    pub(super) fn listen(&mut self, wait: Duration, done: impl Fn(&Bench) -> bool) {
        let until = Instant::now() + wait;
        while !done(self) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.until(left, |_| Some(())).is_none() {
                return;
            }
        }
    }

    /// What a device has told.
    pub(super) fn of(&self, device: &str) -> Told {
        self.told.get(device).cloned().unwrap_or_default()
    }

    fn note(&mut self, event: &DeviceEvent) {
        let mut of = |device: &str, change: &dyn Fn(&mut Told)| {
            change(self.told.entry(device.to_owned()).or_default());
        };
        match event {
            DeviceEvent::State { device, health, .. } => of(device, &|told| told.health = Some(health.clone())),
            DeviceEvent::PrinterStatus { device, status } => of(device, &|told| told.printer = Some(*status)),
            DeviceEvent::Weighing { device, weighing, .. } => of(device, &|told| told.weighing = Some(*weighing)),
            DeviceEvent::Drawer { device, open } => of(device, &|told| told.drawer = Some(*open)),
            _ => {}
        }
    }
}

/// What a device says it is; it is connected for this alone, before the devices run.
pub(super) fn identity(config: &DeviceConfig, entry: &Entry<'_>) -> Option<Identity> {
    let tally = std::sync::Arc::new(Tally::default());
    let named = |name: &str| name == entry.name;
    let opened: Result<Identity, DeviceError> = match entry.class {
        DeviceClass::Scanner => {
            config.scanner.iter().find(|device| named(device.name()))?.open(&tally).map(|mut device| device.identity())
        }
        DeviceClass::Printer => {
            config.printer.iter().find(|device| named(device.name()))?.open(&tally).map(|mut device| device.identity())
        }
        DeviceClass::Scale => {
            config.scale.iter().find(|device| named(device.name()))?.open(&tally).map(|mut device| device.identity())
        }
        DeviceClass::Payment => {
            config.payment.iter().find(|device| named(device.name()))?.open(&tally).map(|mut device| device.identity())
        }
        // They have nothing to say.
        DeviceClass::Drawer
        | DeviceClass::Display
        | DeviceClass::Indicator
        | DeviceClass::Bagging
        | DeviceClass::Speaker => return None,
    };
    opened.ok()
}
