//! A cash drawer with a lock that wants a pulse, and a switch that bounces.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use drivers::drawer::{Level, PinDrawer, PinSwitch, WatchedDrawer};
use drivers::gpio::{Bell, BoardDelay, Edges};
use hal::DeviceError;
use hal::embedded_hal::digital::{ErrorType, InputPin, OutputPin};

use super::Gone;

/// The shortest pulse that pulls the bolt back.
const BOLT: Duration = Duration::from_millis(10);

/// A drawer on two pins. Cloneable: all clones are the same drawer.
#[derive(Clone, Debug, Default)]
pub struct VirtualDrawer(Arc<Mutex<Works>>);

#[derive(Debug, Default)]
struct Works {
    open: bool,
    /// Whether the switch is high while it is shut.
    high_when_shut: bool,
    pulsed_since: Option<Instant>,
    pulses: u32,
    longest: Duration,
    /// Looks at the switch that still find it bouncing.
    bounces: u32,
    gone: bool,
    bell: Option<Bell>,
}

impl VirtualDrawer {
    /// A shut drawer whose switch goes to this level when it opens.
    pub fn shut(open_when: Level) -> VirtualDrawer {
        let works = Works { high_when_shut: open_when == Level::Low, ..Works::default() };
        VirtualDrawer(Arc::new(Mutex::new(works)))
    }

    /// What a driver opens: the drawer with its switch, or without.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] while its board is away.
    pub fn connect(
        &self,
        bell: &Bell,
        switch: Option<(Level, Duration)>,
    ) -> Result<Box<dyn WatchedDrawer>, DeviceError> {
        let mut works = self.works();
        if works.gone {
            return Err(DeviceError::Unplugged);
        }
        works.bell = Some(bell.clone());
        let switch = switch.map(|(open_when, settle)| PinSwitch::new(Switch(self.clone()), open_when, settle));
        let pulse = Duration::from_millis(50);
        Ok(Box::new(PinDrawer::new(Coil(self.clone()), BoardDelay, pulse, switch, Edges::of(bell))))
    }

    /// Pushes it shut.
    pub fn push_shut(&self) {
        self.works().moves(false);
    }

    /// Opens it with its key.
    pub fn open_by_key(&self) {
        self.works().moves(true);
    }

    /// A knock: the switch bounces for so many looks and stays where it is.
    pub fn knock(&self, bounces: u32) {
        let mut works = self.works();
        works.bounces = bounces;
        works.ring();
    }

    /// Takes its board away.
    pub fn unplug(&self) {
        let mut works = self.works();
        works.gone = true;
        works.ring();
    }

    /// Puts its board back.
    pub fn replug(&self) {
        self.works().gone = false;
    }

    /// Whether it stands open.
    pub fn is_open(&self) -> bool {
        self.works().open
    }

    /// Pulses that its coil was given, and the longest of them.
    pub fn pulses(&self) -> (u32, Duration) {
        let works = self.works();
        (works.pulses, works.longest)
    }

    /// Whether its coil is under current.
    pub fn is_under_current(&self) -> bool {
        self.works().pulsed_since.is_some()
    }

    fn works(&self) -> MutexGuard<'_, Works> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Works {
    fn moves(&mut self, open: bool) {
        self.open = open;
        // Contacts bounce when they move.
        self.bounces = 5;
        self.ring();
    }

    fn ring(&self) {
        if let Some(bell) = &self.bell {
            bell.ring();
        }
    }
}

struct Coil(VirtualDrawer);

impl ErrorType for Coil {
    type Error = Gone;
}

impl OutputPin for Coil {
    fn set_high(&mut self) -> Result<(), Gone> {
        let mut works = self.0.works();
        if works.gone {
            return Err(Gone);
        }
        works.pulsed_since.get_or_insert(Instant::now());
        Ok(())
    }

    fn set_low(&mut self) -> Result<(), Gone> {
        let mut works = self.0.works();
        if let Some(since) = works.pulsed_since.take() {
            let lasted = since.elapsed();
            works.pulses += 1;
            works.longest = works.longest.max(lasted);
            if lasted >= BOLT && !works.open {
                works.moves(true);
            }
        }
        if works.gone { Err(Gone) } else { Ok(()) }
    }
}

struct Switch(VirtualDrawer);

impl ErrorType for Switch {
    type Error = Gone;
}

impl InputPin for Switch {
    fn is_high(&mut self) -> Result<bool, Gone> {
        let mut works = self.0.works();
        if works.gone {
            return Err(Gone);
        }
        let bounces = works.bounces % 2 == 1;
        if works.bounces > 0 {
            works.bounces -= 1;
            works.ring();
        }
        Ok((works.open != works.high_when_shut) != bounces)
    }

    fn is_low(&mut self) -> Result<bool, Gone> {
        self.is_high().map(|high| !high)
    }
}
