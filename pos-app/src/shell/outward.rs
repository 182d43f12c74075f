//! What stands outside the screen: the shopper's display, a kiosk's lights and beeper, the scale. Each is told when
//! something about it has changed, and only then.

use drivers::counter::Counter;
use drivers::indicator::{Face, IndicatorOrder, Pattern};
use drivers::station::{CommandError, ScaleError};
use hal::{DisplayFace, Light};

use super::catalogue::ReplicaCatalogue;
use crate::engine::{Input, ScaleWish};
use crate::kiosk::Mind;
use crate::present::{self, Lights};

/// What was shown last.
#[derive(Default)]
pub(super) struct Outward {
    face: Option<DisplayFace>,
    lights: Option<Lights>,
    /// Whether there are no lights: then nobody tries again.
    dark: bool,
}

impl Outward {
    /// Shows what has changed; nothing here waits for a device.
    pub(super) fn show(&mut self, counter: &Counter, mind: &Mind, catalogue: &ReplicaCatalogue) {
        if counter.has_display() {
            let face = present::display(mind.engine(), catalogue);
            if self.face.as_ref() != Some(&face) {
                counter.show(&face);
                self.face = Some(face);
            }
        }
        let lights = mind.lights();
        if self.dark || self.lights == Some(lights) {
            return;
        }
        let before = self.lights.replace(lights);
        if before.is_none_or(|before| before.lit != lights.lit) {
            for light in Face::LIGHTS {
                let pattern = pattern(light, lights.lit);
                self.order(counter, IndicatorOrder::Lamp { light, pattern });
            }
        }
        if before.is_some_and(|before| before.beeps != lights.beeps) {
            self.order(counter, IndicatorOrder::Beep { times: 1 });
        }
    }

    fn order(&mut self, counter: &Counter, order: IndicatorOrder) {
        match counter.indicate(order) {
            Ok(()) => {}
            Err(CommandError::Absent) => self.dark = true,
            Err(error) => tracing::warn!(%error, "the lights were not switched"),
        }
    }
}

/// One light is on; the one that calls for a person blinks.
fn pattern(light: Light, lit: Light) -> Pattern {
    match light {
        _ if light != lit => Pattern::Off,
        Light::Red => Pattern::Blink,
        Light::Green | Light::Yellow => Pattern::On,
    }
}

/// Tells the scale something. What it refuses at once is told as what it refuses later.
pub(super) fn tell_scale(counter: &Counter, wish: ScaleWish) -> Option<Input> {
    let told = match wish {
        ScaleWish::Weigh { kilogram } => {
            // Goods that begin to wait while others still did want the weight anew.
            counter.want_weight(false);
            counter.want_weight(true);
            price(counter.scale_price(kilogram))
        }
        ScaleWish::Rest => {
            counter.want_weight(false);
            price(counter.scale_price(None))
        }
        ScaleWish::Zero => counter.scale_zero(),
        ScaleWish::Tare(take) => counter.scale_tare(take),
    };
    let error = told.err()?;
    tracing::warn!(%error, "the scale was not told");
    Some(Input::ScaleRefused)
}

/// Without its price the scale weighs all the same.
fn price(told: Result<(), ScaleError>) -> Result<(), ScaleError> {
    if let Err(error) = told {
        tracing::debug!(%error, "the scale was not told the price");
    }
    Ok(())
}
