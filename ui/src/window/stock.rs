//! The stock desk's face as the window's properties.

use slint::ComponentHandle;

use super::generated::{App, Stock};
use crate::Screen;

/// Shows the face, when there is one.
pub(super) fn show(app: &App, screen: &Screen) {
    let face = app.global::<Stock>();
    face.set_shown(screen.stock.is_some());
    if let Some(stock) = &screen.stock {
        face.set_title(stock.title.as_str().into());
    }
}
