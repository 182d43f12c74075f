//! The window, on a display or in memory.

use std::sync::mpsc::SyncSender;
use std::thread::JoinHandle;

use ui::window::{Backend, ShopperHandle, ShopperScreen, Spot, Window, WindowHandle};
use ui::{Screen, Shopper};

use super::{Message, Options, ShellError, ShopperSpot, wish};

/// The till's face.
pub(super) struct Face {
    window: Window,
    shopper: Option<ShopperScreen>,
}

/// Looks at the window for the control socket.
pub(super) struct Eyes(WindowHandle, Option<ShopperHandle>);

impl Eyes {
    /// A picture of the shopper's screen as PNG.
    pub(super) fn shopper_picture(&self) -> Result<Vec<u8>, String> {
        let shopper = self.1.as_ref().ok_or("this till has no screen for the shopper: start it with --shopper")?;
        shopper.picture().map_err(|error| error.to_string())
    }

    /// A picture as PNG.
    pub(super) fn picture(&self) -> Result<Vec<u8>, String> {
        self.0.picture().map_err(|error| error.to_string())
    }

    /// What is on the screen, by name, with its place.
    pub(super) fn elements(&self) -> Result<serde_json::Value, String> {
        let elements = self.0.elements().map_err(|error| error.to_string())?;
        serde_json::to_value(elements).map_err(|error| error.to_string())
    }
}

impl Face {
    pub(super) fn open(options: &Options, sender: SyncSender<Message>) -> Result<Face, ShellError> {
        let (width, height) = options.size;
        let backend = if options.headless { Backend::Headless { width, height } } else { Backend::Desktop };
        let window = Window::open(backend, &options.languages, move |intent| wish(&sender, intent));
        for missing in ui::window::missing_scripts(&options.languages) {
            tracing::warn!("{missing}");
            eprintln!("{missing}");
        }
        if let (Ok(window), false) = (&window, options.headless) {
            window.resize(width, height);
        }
        let refused = |error: ui::window::WindowError| ShellError::Window(error.to_string());
        let window = window.map_err(refused)?;
        let open = |spot| {
            let spot = match spot {
                ShopperSpot::Sized(width, height) => Spot::Sized(width, height),
                ShopperSpot::Whole => Spot::WholeAt(i32::try_from(width).unwrap_or(0), 0),
            };
            ShopperScreen::open(&window, backend, spot)
        };
        let shopper = options.shopper.map(open).transpose().map_err(refused)?;
        Ok(Face { window, shopper })
    }

    pub(super) fn eyes(&self) -> Eyes {
        Eyes(self.window.handle(), self.shopper.as_ref().map(ShopperScreen::handle))
    }

    pub(super) fn shows(&self) -> Shows {
        Shows(self.window.handle(), self.shopper.as_ref().map(ShopperScreen::handle))
    }

    pub(super) fn run(self, _engine: &JoinHandle<()>) -> Result<(), ShellError> {
        let seen = self.shopper.as_ref().map_or(Ok(()), ShopperScreen::show);
        seen.and_then(|()| self.window.run()).map_err(|error| ShellError::Window(error.to_string()))
    }
}

/// Shows screens from the engine's thread.
pub(super) struct Shows(WindowHandle, Option<ShopperHandle>);

impl Shows {
    pub(super) fn show(&self, screen: &Screen) {
        if self.0.show(screen.clone()).is_err() {
            tracing::debug!("the window is closed");
        }
    }

    /// What the shopper sees.
    pub(super) fn show_shopper(&self, shopper: &Shopper) {
        if self.1.as_ref().is_some_and(|window| window.show(shopper.clone()).is_err()) {
            tracing::debug!("the shopper's window is closed");
        }
    }

    /// The engine has stopped: a window without one must not stay.
    pub(super) fn close(&self) {
        self.0.quit();
    }
}
