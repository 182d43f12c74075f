//! The window, on a display or in memory.

use std::sync::mpsc::SyncSender;
use std::thread::JoinHandle;

use ui::Screen;
use ui::window::{Backend, Window, WindowHandle};

use super::{Message, Options, ShellError, wish};

/// The till's face.
pub(super) struct Face {
    window: Window,
}

/// Takes pictures for the control socket.
pub(super) type Pictures = Box<dyn Fn() -> Result<Vec<u8>, String> + Send + Sync>;

impl Face {
    pub(super) fn open(options: &Options, sender: SyncSender<Message>) -> Result<Face, ShellError> {
        let (width, height) = options.size;
        let backend = if options.headless { Backend::Headless { width, height } } else { Backend::Desktop };
        let window = Window::open(backend, &options.languages, move |intent| wish(&sender, intent));
        if let Some(words) = ui::window::missing_script() {
            tracing::warn!("{words}");
            eprintln!("{words}");
        }
        if let (Ok(window), false) = (&window, options.headless) {
            window.resize(width, height);
        }
        window.map(|window| Face { window }).map_err(|error| ShellError::Window(error.to_string()))
    }

    pub(super) fn pictures(&self) -> Pictures {
        let handle = self.window.handle();
        Box::new(move || handle.picture().map_err(|error| error.to_string()))
    }

    pub(super) fn shows(&self) -> Shows {
        Shows(self.window.handle())
    }

    pub(super) fn run(self, _engine: &JoinHandle<()>) -> Result<(), ShellError> {
        self.window.run().map_err(|error| ShellError::Window(error.to_string()))
    }
}

/// Shows screens from the engine's thread.
pub(super) struct Shows(WindowHandle);

impl Shows {
    pub(super) fn show(&self, screen: &Screen) {
        if self.0.show(screen.clone()).is_err() {
            tracing::debug!("the window is closed");
        }
    }

    /// The engine has stopped: a window without one must not stay.
    pub(super) fn close(&self) {
        self.0.quit();
    }
}
