//! What stands on a script's counter beside scanner, printer and screen: a scale, a drawer with a switch, a display for
//! the shopper, lights and buttons. None of it is there until the script turns to it.

use hal::{DeviceClass, DisplayFace, Light, MILLIGRAMS_PER_GRAM, Weighing, Weight};

use super::elsewhere::thousandths;
use crate::engine::{DeviceView, Input, PrinterTrouble, ScaleWish};
use crate::present::Lights;

/// The devices of a script.
#[derive(Default)]
pub(super) struct Counter {
    /// What lies on the scale, when there is one.
    scale: Option<OnScale>,
    /// Whether the drawer has a switch, and so tells how it stands.
    senses_drawer: bool,
    shows_display: bool,
    shows_lights: bool,
}

/// The state of a scale.
struct OnScale {
    says: Weighing,
    /// What lies on it, in grams, when it stands still.
    gross: Option<i64>,
    /// Taken off by the scale itself, in grams.
    tare: i64,
    /// Whether it answers at all.
    there: bool,
}

/// What stands outside the screen at one moment.
pub(super) struct Outside {
    pub face: DisplayFace,
    pub lights: Lights,
}

impl Counter {
    /// What the devices tell when the till starts.
    pub(super) fn tells_at_start(&self) -> Vec<Input> {
        let mut inputs = Vec::new();
        if let Some(scale) = &self.scale {
            inputs.push(scale_view(scale.there));
        }
        inputs.extend(self.senses_drawer.then_some(Input::Drawer { open: false }));
        inputs
    }

    /// Does what a line says; gives what the devices tell.
    pub(super) fn turn(&mut self, words: &[&str]) -> Result<Vec<Input>, String> {
        match words {
            ["scale", "unplugged"] => Ok(self.plug_scale(false)),
            ["scale", "ready"] => Ok(self.plug_scale(true)),
            ["scale", says] => self.put_on_scale(says),
            ["drawer", moved @ ("opens" | "closes")] => {
                // Before it is first seen shut nobody knows that it was.
                let first = (!self.senses_drawer).then_some(Input::Drawer { open: false });
                self.senses_drawer = true;
                Ok(first.into_iter().chain([Input::Drawer { open: *moved == "opens" }]).collect())
            }
            ["button", button] => Ok(vec![Input::Button { button: (*button).to_owned() }]),
            ["display"] => {
                self.shows_display = true;
                Ok(Vec::new())
            }
            ["lights"] => {
                self.shows_lights = true;
                Ok(Vec::new())
            }
            ["device", class, state] => Ok(vec![Input::Device(class_of(class)?, view_of(state)?)]),
            _ => Err(format!("`{}` is no command of a till script", words.join(" "))),
        }
    }

    fn plug_scale(&mut self, there: bool) -> Vec<Input> {
        let empty = OnScale { says: stable(0, false), gross: Some(0), tare: 0, there };
        let scale = self.scale.get_or_insert(empty);
        scale.there = there;
        let says = scale.says;
        let mut inputs = vec![scale_view(there)];
        inputs.extend(there.then_some(Input::Weighing(says)));
        inputs
    }

    fn put_on_scale(&mut self, says: &str) -> Result<Vec<Input>, String> {
        let mut inputs = if self.scale.is_none() { self.plug_scale(true) } else { Vec::new() };
        let scale = self.scale.as_mut().expect("it was just put there");
        scale.gross = None;
        scale.says = match says {
            "moving" => Weighing::Moving,
            "overload" => Weighing::Overload,
            "below-zero" => Weighing::BelowZero,
            "outside-zero" => Weighing::OutsideZero,
            "unmoved" => Weighing::Unmoved,
            "fault" => Weighing::Fault,
            kilograms => {
                scale.gross = Some(thousandths(kilograms)?);
                scale.weighed()
            }
        };
        inputs.extend(scale.there.then_some(Input::Weighing(scale.says)));
        Ok(inputs)
    }

    /// What the scale says when it is told something.
    pub(super) fn scale_told(&mut self, wish: ScaleWish) -> Vec<Input> {
        let Some(scale) = self.scale.as_mut().filter(|scale| scale.there) else { return Vec::new() };
        match (wish, scale.gross) {
            (ScaleWish::Rest, _) => return Vec::new(),
            (ScaleWish::Weigh { .. }, _) => {}
            (ScaleWish::Tare(true), Some(grams)) if grams > 0 => scale.tare = grams,
            (ScaleWish::Tare(false), Some(_)) => scale.tare = 0,
            (ScaleWish::Zero, Some(0)) => {}
            (ScaleWish::Zero | ScaleWish::Tare(_), _) => return vec![Input::ScaleRefused],
        }
        if scale.gross.is_some() {
            scale.says = scale.weighed();
        }
        vec![Input::Weighing(scale.says)]
    }

    /// What the drawer tells when it is told to open.
    pub(super) fn drawer_told(&self) -> Option<Input> {
        self.senses_drawer.then_some(Input::Drawer { open: true })
    }

    /// What has changed outside the screen, as far as the story has turned to it.
    pub(super) fn changes(&self, before: &Outside, after: &Outside) -> Vec<String> {
        let mut lines = Vec::new();
        if self.shows_display && before.face != after.face {
            lines.extend(face(&after.face));
        }
        if self.shows_lights && before.lights.lit != after.lights.lit {
            lines.push(match after.lights.lit {
                Light::Green => "light green".to_owned(),
                Light::Yellow => "light yellow".to_owned(),
                Light::Red => "light red".to_owned(),
            });
        }
        if self.shows_lights && before.lights.beeps != after.lights.beeps {
            lines.push("beep".to_owned());
        }
        lines
    }
}

impl OnScale {
    /// What it says of what lies on it.
    fn weighed(&self) -> Weighing {
        let net = self.gross.unwrap_or_default() - self.tare;
        if net < 0 { Weighing::BelowZero } else { stable(net, self.tare > 0) }
    }
}

/// A weight that stands still.
pub(super) fn stable(grams: i64, tared: bool) -> Weighing {
    Weighing::Stable(Weight { net_milligrams: grams * MILLIGRAMS_PER_GRAM, tared })
}

/// What the shopper reads.
pub(super) fn face(face: &DisplayFace) -> Vec<String> {
    let amount = face.amount.as_ref().map(|amount| format!("  {}", amount.digits)).unwrap_or_default();
    vec![format!("display | {}", face.upper), format!("display | {}{amount}", face.lower)]
}

fn scale_view(there: bool) -> Input {
    let view = if there { DeviceView::Ready } else { DeviceView::Trouble(PrinterTrouble::Unplugged) };
    Input::Device(DeviceClass::Scale, view)
}

fn class_of(word: &str) -> Result<DeviceClass, String> {
    Ok(match word {
        "scanner" => DeviceClass::Scanner,
        "printer" => DeviceClass::Printer,
        "drawer" => DeviceClass::Drawer,
        "display" => DeviceClass::Display,
        "payment" => DeviceClass::Payment,
        "lights" => DeviceClass::Indicator,
        other => return Err(format!("a device is scanner, printer, drawer, display, payment or lights, not {other}")),
    })
}

fn view_of(word: &str) -> Result<DeviceView, String> {
    Ok(match word {
        "ready" => DeviceView::Ready,
        "unplugged" => DeviceView::Trouble(PrinterTrouble::Unplugged),
        "broken" => DeviceView::Trouble(PrinterTrouble::Fault),
        "absent" => DeviceView::Absent,
        other => return Err(format!("a device is ready, unplugged, broken or absent, not {other}")),
    })
}
