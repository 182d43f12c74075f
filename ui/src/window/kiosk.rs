//! The self-checkout's face as the window's properties.

use slint::ComponentHandle;

use super::generated::{App, Kiosk};
use crate::Screen;

/// Shows the face, when there is one.
pub(super) fn show(app: &App, screen: &Screen) {
    let face = app.global::<Kiosk>();
    face.set_shown(screen.kiosk.is_some());
    if let Some(kiosk) = &screen.kiosk {
        face.set_title(kiosk.title.as_str().into());
    }
}
