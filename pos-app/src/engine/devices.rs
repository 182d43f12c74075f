//! What stands on the counter, as it last told of itself.

use std::collections::BTreeMap;

use hal::DeviceClass;

use super::{DeviceView, Engine, Trouble};

/// The button with which somebody calls for a person.
const HELP_BUTTON: &str = "help";

/// How the devices stand, by what they are.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Devices(BTreeMap<DeviceClass, DeviceView>);

impl Devices {
    /// How the devices of a class stand. A till has a scanner and a printer, and says so until it knows better; it may
    /// have the others.
    pub(crate) fn view(&self, class: DeviceClass) -> DeviceView {
        let usual = match class {
            DeviceClass::Scanner | DeviceClass::Printer => DeviceView::Unknown,
            DeviceClass::Drawer
            | DeviceClass::Scale
            | DeviceClass::Display
            | DeviceClass::Payment
            | DeviceClass::Indicator
            | DeviceClass::Bagging
            | DeviceClass::Speaker => DeviceView::Absent,
        };
        self.0.get(&class).copied().unwrap_or(usual)
    }
}

impl Engine {
    pub(super) fn device_stands(&mut self, class: DeviceClass, view: DeviceView) {
        if class == DeviceClass::Scale && view != DeviceView::Ready {
            self.scale.says = None;
        }
        self.devices.0.insert(class, view);
    }

    /// Knows of the counter what another engine knew: the devices do not begin anew with it.
    pub(crate) fn with_counter_of(self, before: &Engine) -> Engine {
        Engine {
            devices: before.devices.clone(),
            scale: before.scale.clone(),
            drawer: before.drawer.clone(),
            port: before.port.clone(),
            beeps: before.beeps,
            heard: before.heard,
            ..self
        }
    }

    /// Somebody at the till pressed a button beside the screen.
    pub(super) fn button_pressed(&mut self, button: &str) {
        if button == HELP_BUTTON {
            self.tell(Trouble::HelpWanted, String::new());
        }
    }
}
