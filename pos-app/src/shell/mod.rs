//! All that touches the world: threads, clock, devices, journal, control socket, window.
//!
//! The engine's thread owns the journal's writer and the engine. Everything else talks to it through one bounded
//! channel. The window's thread only ever receives finished screens, so it never waits for a disk.

mod adverts;
pub(crate) mod catalogue;
pub(crate) mod clock;
mod control;
mod desk;
mod devices;
pub mod lane;
pub(crate) mod ledger;
pub(crate) mod link;
mod logging;
mod metrics;
mod outward;
mod past;
mod shelf;
mod stockroom;
mod stored;
mod voice;

pub use catalogue::ReplicaCatalogue;
pub use clock::now_in;
pub use ledger::{Ledger, OpeningError};

use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};

use drivers::registry::DeviceConfig;
use ui::Intent;
use words::Languages;

use crate::engine::{Face, Input};

/// Inputs that wait for the engine; a scanner's thread waits when it is full, a window's wish is dropped and logged.
const MESSAGES_QUEUED_MAX: usize = 1024;

/// How the till is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Directory of the journal and the replica.
    pub state: PathBuf,
    /// What is on the counter.
    pub devices: DeviceConfig,
    /// Without a window on a display.
    pub headless: bool,
    /// Path of the control socket.
    pub control: Option<PathBuf>,
    /// Size of the window or of the pictures, in pixels.
    pub size: (u32, u32),
    /// Tag of the language that it starts in.
    pub language: String,
    /// All that can be chosen.
    pub languages: Languages,
    /// Which face it shows.
    pub face: Face,
    /// Where the shopper's screen is, when there is one.
    pub shopper: Option<ShopperSpot>,
}

/// Where the shopper's screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShopperSpot {
    /// A window of that size, in pixels.
    Sized(u32, u32),
    /// The whole display to the right of the till's.
    Whole,
}

/// Why the till could not start.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// The control socket could not be made.
    #[error("failed opening the control socket {path}: {cause}")]
    Control {
        /// Its path.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A thread could not be started.
    #[error("failed starting a thread: {0}")]
    Thread(std::io::Error),
    /// There is no window.
    #[error("{0}")]
    Window(String),
    /// The engine stopped by a fault; the log and the journal say more.
    #[error("the till stopped by a fault; the sales are safe in the journal, start it again")]
    Stopped,
}

/// What arrives at the engine's thread.
enum Message {
    /// For the engine.
    Input(Input),
    /// Several that belong together, in this order.
    Inputs(Vec<Input>),
    /// The window was closed.
    Stop,
}

/// Runs the till until its window is closed; without one, until its process ends.
pub fn run(options: Options) -> Result<(), ShellError> {
    let _log = logging::start(&options.state);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), headless = options.headless, "the till starts");
    let devices = link::with_platform(options.devices.clone(), &options.state);
    let (sender, messages) = sync_channel(MESSAGES_QUEUED_MAX);
    let screens = control::Screens::default();
    let shelf = shelf::Shelf::of(&devices);
    let face = face::Face::open(&options, sender.clone())?;
    let eyes = face.eyes();
    if let Some(path) = &options.control {
        control::listen(path, sender.clone(), (screens.clone(), shelf.clone()), eyes)
            .map_err(|cause| ShellError::Control { path: path.clone(), cause })?;
    }
    let counter = devices::set_up(&devices, &shelf, sender.clone()).map_err(ShellError::Thread)?;
    metrics::start(&options.state, shelf.clone()).map_err(ShellError::Thread)?;
    let lane = lane_of(&options, &sender).map_err(ShellError::Thread)?;
    let desk = desk::Desk::new(&options, (counter, lane), screens, face.shows());
    let engine = std::thread::Builder::new()
        .name("engine".into())
        .spawn(move || desk.work(&messages))
        .map_err(ShellError::Thread)?;
    let ended = face.run(&engine);
    stop(&sender);
    shelf.close();
    match engine.join() {
        Ok(()) => ended,
        Err(_) => Err(ShellError::Stopped),
    }
}

/// The lane of the device file: a kiosk dials, a till listens.
fn lane_of(options: &Options, sender: &SyncSender<Message>) -> std::io::Result<Option<lane::Lane>> {
    let sender = sender.clone();
    let ears: lane::Ears = std::sync::Arc::new(move |news| {
        // What a full queue leaves out is told again with the next change.
        let _ = sender.try_send(Message::Input(Input::Lane(news)));
    });
    let attend = &options.devices.attend;
    match (options.face, &attend.till, &attend.listen) {
        (Face::Kiosk, Some(till), _) => lane::Lane::dial(till, ears).map(Some),
        (Face::Till, _, Some(address)) => lane::Lane::listen(address, ears).map(Some),
        (Face::Kiosk | Face::Till | Face::Handheld, ..) => Ok(None),
    }
}

fn stop(sender: &SyncSender<Message>) {
    // A full queue is emptied by the engine; a closed one has stopped already.
    let _ = sender.send(Message::Stop);
}

/// Hands a wish on without ever waiting: the window must not.
fn wish(sender: &SyncSender<Message>, intent: Intent) {
    if sender.try_send(Message::Input(Input::Intent(intent))).is_err() {
        tracing::warn!("a touch was dropped: the till is busy");
    }
}

#[cfg(feature = "window")]
#[path = "face_window.rs"]
mod face;
#[cfg(not(feature = "window"))]
#[path = "face_none.rs"]
mod face;
