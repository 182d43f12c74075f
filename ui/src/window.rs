//! The one window: shows a [`Screen`], reports each touch and key as an [`Intent`]. The only place that knows Slint.
//!
//! [`Window`] lives on the main thread and blocks there in [`Window::run`]; a [`WindowHandle`] shows screens from any
//! thread. [`Canvas`] draws the same screens without a window system, for pictures and tests.

pub mod album;
mod burst;
mod canvas;
mod code;
mod counter;
mod desk;
mod elements;
mod face;
mod fonts;
mod kiosk;
mod platform;
mod rows;
mod shopper;
mod speech;
mod stock;
mod strokes;
mod view;

use std::rc::Rc;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use slint::ComponentHandle;
use words::Languages;

pub use canvas::{Canvas, Picture};
pub use fonts::{missing_script, missing_scripts};
pub use generated::Look;
pub use shopper::{ShopperCanvas, ShopperHandle, ShopperScreen, Spot};

use crate::{Element, Intent, Screen};
use counter::Counter;
use generated::{App, Theme, Till};

/// The Slint compiler's own output.
#[allow(missing_docs, clippy::all)]
mod generated {
    slint::include_modules!();
}

/// No display is larger.
const SIDE_MAX: u32 = 16_384;

/// Where the window appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// In a window of the desktop, drawn in software. With the feature `kms` and neither `DISPLAY` nor
    /// `WAYLAND_DISPLAY` set, on the whole bare screen.
    Desktop,
    /// Nowhere; pictures are taken with [`WindowHandle::picture`].
    Headless {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
}

/// Why there is no window or no picture.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// The window system refused, or none is there.
    #[error("failed opening the till's window: {0}")]
    Open(String),
    /// The event loop ended with a fault.
    #[error("failed running the till's window: {0}")]
    Run(String),
    /// The window is gone or did not answer in time.
    #[error("failed reaching the till's window: it is closed or does not answer")]
    Gone,
    /// A picture could not be taken or written.
    #[error("failed taking a picture of the screen: {0}")]
    Picture(String),
    /// No touchable thing bears that name.
    #[error("failed finding `{0}` on the screen")]
    NoElement(String),
}

/// The cashier's window. Stays on the thread that opened it.
pub struct Window {
    app: App,
    counter: Rc<Counter>,
    handle: WindowHandle,
}

impl Window {
    /// Opens the window, which speaks these languages. `on_intent` is called on this thread for each wish and must not block; hand it on through a
    /// bounded channel.
    pub fn open(
        backend: Backend,
        languages: &Languages,
        on_intent: impl Fn(Intent) + 'static,
    ) -> Result<Window, WindowError> {
        let refused = |error: slint::PlatformError| WindowError::Open(error.to_string());
        match backend {
            Backend::Desktop => {
                let (name, renderer) = if bare_screen() { ("linuxkms", "software") } else { ("winit", "software") };
                slint::BackendSelector::new()
                    .backend_name(name.into())
                    .renderer_name(renderer.into())
                    .select()
                    .map_err(refused)?;
            }
            Backend::Headless { .. } => platform::install_with_loop().map_err(WindowError::Open)?,
        }
        let app = App::new().map_err(refused)?;
        if let Backend::Headless { width, height } = backend {
            app.window().set_size(slint::PhysicalSize::new(width, height));
        }
        let counter = Counter::new(&app, languages.clone(), Rc::new(platform::now), on_intent);
        let mailbox: Arc<Mutex<Option<Screen>>> = Arc::default();
        let taken = mailbox.clone();
        let reader = Rc::downgrade(&counter);
        app.global::<Till>().on_mail(move || {
            let screen = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let (Some(screen), Some(counter)) = (screen, reader.upgrade()) {
                counter.show(&screen);
            }
        });
        let handle = WindowHandle { app: app.as_weak(), mailbox };
        Ok(Window { app, counter, handle })
    }

    /// A handle for other threads.
    pub fn handle(&self) -> WindowHandle {
        self.handle.clone()
    }

    /// Shows a screen at once; for the first one, before [`Window::run`].
    pub fn show(&self, screen: &Screen) {
        self.counter.show(screen);
    }

    /// Fills the whole display, or stops doing so.
    pub fn fullscreen(&self, whole: bool) {
        self.app.window().set_fullscreen(whole);
    }

    /// Makes the window so large, in pixels as people count them; a bare screen and a full one stay as they are.
    pub fn resize(&self, width: u32, height: u32) {
        let (width, height) = (width.min(SIDE_MAX), height.min(SIDE_MAX));
        self.app.window().set_size(slint::LogicalSize::new(width as f32, height as f32));
    }

    /// What happens when a person closes the window.
    fn on_close(&self, close: impl Fn() + 'static) {
        self.app.window().on_close_requested(move || {
            close();
            slint::CloseRequestResponse::HideWindow
        });
    }

    /// Light, dark or high contrast.
    pub fn look(&self, look: Look) {
        self.app.global::<Theme>().set_look(look);
    }

    /// Shows the window and blocks until it is closed or [`WindowHandle::quit`] is called.
    pub fn run(&self) -> Result<(), WindowError> {
        let fault = |error: slint::PlatformError| WindowError::Run(error.to_string());
        self.app.show().map_err(fault)?;
        self.counter.settle();
        let ended = slint::run_event_loop().map_err(fault);
        let hidden = self.app.hide().map_err(fault);
        ended.and(hidden)
    }
}

/// Reaches the window from any thread.
#[derive(Clone)]
pub struct WindowHandle {
    app: slint::Weak<App>,
    mailbox: Arc<Mutex<Option<Screen>>>,
}

impl WindowHandle {
    /// Shows a screen soon. Of several that arrive before the window gets to it, only the last is shown.
    pub fn show(&self, screen: Screen) -> Result<(), WindowError> {
        let waiting = self.mailbox.lock().unwrap_or_else(PoisonError::into_inner).replace(screen);
        if waiting.is_some() {
            return Ok(());
        }
        self.app.upgrade_in_event_loop(|app| app.global::<Till>().invoke_mail()).map_err(|_| {
            // Nobody reads the mailbox; the next caller must learn it too.
            self.mailbox.lock().unwrap_or_else(PoisonError::into_inner).take();
            WindowError::Gone
        })
    }

    /// A picture of the window as PNG, as it is at that moment. Waits at most five seconds; never call it on the
    /// window's own thread.
    pub fn picture(&self) -> Result<Vec<u8>, WindowError> {
        let taken = self.ask(|app| {
            let taken = app.window().take_snapshot().map_err(|error| WindowError::Picture(error.to_string()))?;
            Ok(Picture::from_snapshot(taken))
        });
        taken?.png()
    }

    /// What the window shows at that moment, by name, with its place. As [`WindowHandle::picture`].
    pub fn elements(&self) -> Result<Vec<Element>, WindowError> {
        self.ask(|app| Ok(elements::of(app)))
    }

    /// Asks something on the window's thread and waits for the answer.
    fn ask<A: Send + 'static>(
        &self,
        question: impl FnOnce(&App) -> Result<A, WindowError> + Send + 'static,
    ) -> Result<A, WindowError> {
        const ANSWER_WAIT_MAX: Duration = Duration::from_secs(5);
        let (send, receive) = sync_channel(1);
        let asked = self.app.upgrade_in_event_loop(move |app| {
            let _ = send.send(question(&app));
        });
        asked.map_err(|_| WindowError::Gone)?;
        receive.recv_timeout(ANSWER_WAIT_MAX).map_err(|_| WindowError::Gone)?
    }

    /// Closes the window; [`Window::run`] returns.
    pub fn quit(&self) {
        // A loop that has ended needs no telling.
        let _ = self.app.upgrade_in_event_loop(|_| {
            let _ = slint::quit_event_loop();
        });
    }
}

/// Whether there is no window system but the screen can be had whole.
fn bare_screen() -> bool {
    cfg!(feature = "kms") && std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none()
}
