//! No window: the control socket and scripts see the screen as data.

use std::sync::mpsc::SyncSender;
use std::thread::JoinHandle;
use std::time::Duration;

use ui::{Screen, Shopper};

use super::{Message, Options, ShellError, wish};

/// Pause between looks at whether the engine still works.
const LOOK_AFTER: Duration = Duration::from_millis(500);

/// The till's face.
pub(super) struct Face;

/// Looks at nothing.
pub(super) struct Eyes;

impl Eyes {
    pub(super) fn shopper_picture(&self) -> Result<Vec<u8>, String> {
        self.picture()
    }

    pub(super) fn picture(&self) -> Result<Vec<u8>, String> {
        Err("this build draws no pictures".into())
    }

    pub(super) fn elements(&self) -> Result<serde_json::Value, String> {
        Err("this build has no window".into())
    }
}

impl Face {
    pub(super) fn open(options: &Options, sender: SyncSender<Message>) -> Result<Face, ShellError> {
        // The window's way in exists in this build, too, so that both are built from the same code.
        let _way_in = move |intent| wish(&sender, intent);
        match options.headless {
            true => Ok(Face),
            false => Err(ShellError::Window("this build has no window: start it with --headless".into())),
        }
    }

    pub(super) fn eyes(&self) -> Eyes {
        Eyes
    }

    pub(super) fn shows(&self) -> Shows {
        Shows
    }

    pub(super) fn run(self, engine: &JoinHandle<()>) -> Result<(), ShellError> {
        while !engine.is_finished() {
            std::thread::sleep(LOOK_AFTER);
        }
        Ok(())
    }
}

/// Shows nothing.
pub(super) struct Shows;

impl Shows {
    pub(super) fn show(&self, _screen: &Screen) {}

    pub(super) fn show_shopper(&self, _shopper: &Shopper) {}

    pub(super) fn close(&self) {}
}
