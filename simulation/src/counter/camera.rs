//! A camera as a program that sends its pictures on a local socket.

use std::fs;
use std::io::{self, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Pause between two pictures.
const PAUSE: Duration = Duration::from_millis(50);
/// Side of the camera's pictures, in pixels.
const WIDTH: usize = 640;
const HEIGHT: usize = 480;
/// How long a driver may take for a picture.
const WRITE_MAX: Duration = Duration::from_millis(500);

/// A camera that sees what it is shown.
#[derive(Debug)]
pub struct VirtualCamera {
    path: PathBuf,
    view: Arc<Mutex<View>>,
    seen: Arc<AtomicU64>,
    plug: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

/// What the camera sends.
#[derive(Debug)]
struct View {
    /// A whole picture as PGM.
    bytes: Vec<u8>,
    /// Whether its connection breaks in the middle of the next picture.
    tears: bool,
}

impl VirtualCamera {
    /// A camera whose driver finds it at `path`, looking at an empty table.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn plug(path: impl Into<PathBuf>) -> io::Result<VirtualCamera> {
        let view = View { bytes: pgm(&vec![120; WIDTH * HEIGHT]), tears: false };
        let mut camera = VirtualCamera {
            path: path.into(),
            view: Arc::new(Mutex::new(view)),
            seen: Arc::new(AtomicU64::new(0)),
            plug: None,
        };
        camera.replug()?;
        Ok(camera)
    }

    /// The path for the driver.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lays a QR code on the table, as on the screen of a telephone.
    pub fn show_qr(&self, text: &str) {
        let Ok(code) = qrcode::QrCode::new(text) else { return self.show_nothing() };
        let colors = code.to_colors();
        let (side, module) = (code.width(), 5);
        let left = WIDTH.saturating_sub(side * module) / 2;
        let top = HEIGHT.saturating_sub(side * module) / 2;
        let shade = |at: usize| {
            let (x, y) = ((at % WIDTH).wrapping_sub(left) / module, (at / WIDTH).wrapping_sub(top) / module);
            let dark = x < side && y < side && colors[y * side + x] == qrcode::Color::Dark;
            if dark { 20 } else { 235 }
        };
        self.show((0..WIDTH * HEIGHT).map(shade).collect());
    }

    /// Takes everything off the table.
    pub fn show_nothing(&self) {
        self.show(vec![120; WIDTH * HEIGHT]);
    }

    /// Shows 640 x 480 shades of grey.
    pub fn show(&self, shades: Vec<u8>) {
        assert_eq!(shades.len(), WIDTH * HEIGHT, "a picture of another size");
        self.view().bytes = pgm(&shades);
    }

    /// Sends rubbish in place of pictures, until something is shown.
    pub fn send_rubbish(&self) {
        self.view().bytes = b"HTTP/1.1 503 Service Unavailable".to_vec();
    }

    /// Breaks the connection in the middle of the next picture.
    pub fn tear(&self) {
        self.view().tears = true;
    }

    /// Pictures that a driver has taken.
    pub fn frames_taken(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }

    /// Pulls the plug.
    pub fn unplug(&mut self) {
        let Some((stop, thread)) = self.plug.take() else { return };
        stop.store(true, Ordering::Relaxed);
        let _ = thread.join();
        let _ = fs::remove_file(&self.path);
    }

    /// Plugs it in again under the same path.
    ///
    /// # Errors
    /// As [`VirtualCamera::plug`].
    pub fn replug(&mut self) -> io::Result<()> {
        self.unplug();
        let _ = fs::remove_file(&self.path);
        let listener = UnixListener::bind(&self.path)?;
        listener.set_nonblocking(true)?;
        let stop = Arc::new(AtomicBool::new(false));
        let (view, seen, stopped) = (self.view.clone(), self.seen.clone(), stop.clone());
        let thread = thread::Builder::new()
            .name("virtual camera".to_owned())
            .spawn(move || serve(&listener, &view, &seen, &stopped))?;
        self.plug = Some((stop, thread));
        Ok(())
    }

    fn view(&self) -> std::sync::MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for VirtualCamera {
    fn drop(&mut self) {
        self.unplug();
    }
}

fn serve(listener: &UnixListener, view: &Mutex<View>, seen: &AtomicU64, stop: &AtomicBool) {
    let mut driver: Option<UnixStream> = None;
    while !stop.load(Ordering::Relaxed) {
        if driver.is_none() {
            driver = listener.accept().ok().map(|(stream, _)| stream);
        }
        if let Some(stream) = &mut driver {
            let (bytes, tears) = {
                let mut view = view.lock().unwrap_or_else(PoisonError::into_inner);
                (view.bytes.clone(), std::mem::take(&mut view.tears))
            };
            let sent = if tears { &bytes[..bytes.len() / 2] } else { &bytes[..] };
            let written = send(stream, sent, stop);
            if written && !tears {
                seen.fetch_add(1, Ordering::Relaxed);
            } else {
                driver = None;
            }
        }
        thread::sleep(PAUSE);
    }
}

/// Writes a picture, however slowly the driver takes it; false when it is gone.
fn send(stream: &mut UnixStream, bytes: &[u8], stop: &AtomicBool) -> bool {
    let mut rest = bytes;
    if stream.set_nonblocking(false).and_then(|()| stream.set_write_timeout(Some(WRITE_MAX))).is_err() {
        return false;
    }
    while !rest.is_empty() && !stop.load(Ordering::Relaxed) {
        match stream.write(rest) {
            Ok(count) if count > 0 => rest = &rest[count..],
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Ok(_) | Err(_) => return false,
        }
    }
    rest.is_empty()
}

fn pgm(shades: &[u8]) -> Vec<u8> {
    let mut bytes = format!("P5\n{WIDTH} {HEIGHT}\n255\n").into_bytes();
    bytes.extend_from_slice(shades);
    bytes
}
