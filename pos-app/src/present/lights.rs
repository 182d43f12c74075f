//! What a kiosk's lights and beeper tell from afar.

use domain::payment::PaymentState;
use hal::Light;
use ui::screen::Level;

use super::{devices, trouble};
use crate::engine::{Engine, Notice, Trouble};

/// What is to be lit, and what was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lights {
    /// The one light that is on.
    pub lit: Light,
    /// Grows with everything that should be heard.
    pub beeps: u64,
}

/// Green while the till sells or is ready to; yellow when it wants something or is closed; red when somebody must come.
pub fn lights(engine: &Engine) -> Lights {
    Lights { lit: lit(engine), beeps: engine.beeps }
}

fn lit(engine: &Engine) -> Light {
    let mut notices = engine.notice.iter().chain(&engine.notices_behind);
    let calls =
        |notice: &Notice| notice.trouble == Trouble::HelpWanted || trouble::level(&notice.trouble) == Level::Fault;
    let payment = engine.durable.payment.as_ref();
    let in_doubt =
        payment.is_some_and(|payment| matches!(payment.state, PaymentState::InDoubt | PaymentState::Reversing));
    if notices.any(calls) || in_doubt {
        return Light::Red;
    }
    let closed = engine.signed_on.is_none() || engine.durable.shift.is_none() || engine.is_training();
    let asks = engine.notice.is_some() || engine.waiting.is_some();
    if closed || asks || devices::want_somebody(engine) { Light::Yellow } else { Light::Green }
}
