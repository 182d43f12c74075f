//! The till with its window on a display, held to one core: first frame, from the scanner's wire to pixels that changed,
//! idle, memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use simulation::counter::VirtualScanner;
use simulation::street::Till;
use ui::Intent;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

use super::Running;
use super::figure::{Times, at_most, tell};
use super::goods::code;
use super::process::{PATIENCE, idle_share, resident_mib, sign_on};

const SIZE: (u16, u16) = (1280, 800);
const STARTS: usize = 5;
const SCANS: u64 = 300;
/// Lines after which the basket is void.
const LINES: u64 = 40;
/// Between two scans: a quick cashier's.
const PAUSE: Duration = Duration::from_millis(120);
/// How long the till is watched at rest.
const REST: Duration = Duration::from_secs(20);

pub fn measure(state: &Path, programs: &Path, display: &str, items: u64) -> Result<()> {
    let scanner = VirtualScanner::plug(state.join("window-scanner"), "\r\n")?;
    let devices = state.join("window-devices.toml");
    let path = scanner.path();
    let text = format!("[[scanner]]\ndriver = \"serial\"\npath = {:?}\nsuffix = \"\\r\\n\"\n", path.display());
    std::fs::write(&devices, text)?;
    let control = state.join("window.sock");
    let eye = Eye::at(display)?;
    let start = || -> Result<Running> {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(programs.join("pos-app")).args(["run", "--state"]).arg(state);
        command.arg("--devices").arg(&devices).arg("--control").arg(&control).env("DISPLAY", display);
        command.env_remove("WAYLAND_DISPLAY").stdout(Stdio::null()).stderr(Stdio::inherit());
        Ok(Running(command.spawn().context("failed starting pos-app")?))
    };
    let mut starts = Times::default();
    for _ in 0..STARTS {
        let _ = std::fs::remove_file(&control);
        let begun = Instant::now();
        let running = start()?;
        eye.wait_for_picture()?;
        starts.add(begun);
        drop(running);
        eye.wait_for_nothing()?;
    }
    at_most("start to the first frame on the display, one core, worst", starts.percentile(100), "ms", 1000.0);
    let _ = std::fs::remove_file(&control);
    let running = start()?;
    let mut till = Till::connect(&control, PATIENCE)?;
    sign_on(&mut till)?;
    thread::sleep(Duration::from_secs(2));
    let mut times = Times::default();
    for no in 0..SCANS {
        let data = code((no * 104_729) % items);
        let before = eye.basket()?;
        let begun = Instant::now();
        anyhow::ensure!(scanner.scan(&data), "the scanner is unplugged");
        eye.wait_for_change(&before)?;
        times.add(begun);
        thread::sleep(PAUSE);
        if no % LINES == LINES - 1 {
            till.wish(&Intent::VoidSale)?;
            till.wait("an empty basket", PATIENCE, |screen| screen.basket.lines.is_empty())?;
            thread::sleep(PAUSE * 2);
        }
    }
    at_most(
        "scanner's last byte to changed pixels, software renderer on one core, p99",
        times.percentile(99),
        "ms",
        50.0,
    );
    tell("the same, p50", times.percentile(50), "ms");
    thread::sleep(Duration::from_secs(3));
    let id = running.0.id();
    at_most("till at rest with its window, one core's share", idle_share(id, REST)? * 100.0, "%", 1.0);
    at_most("resident memory then, with the window", resident_mib(id)?, "MiB", 150.0);
    Ok(())
}

/// Looks at the display.
struct Eye {
    display: RustConnection,
    root: Window,
}

impl Eye {
    fn at(display: &str) -> Result<Eye> {
        let (connection, screen) = RustConnection::connect(Some(display)).context("failed reaching the display")?;
        let root = connection.setup().roots[screen].root;
        Ok(Eye { display: connection, root })
    }

    /// A part of the display, as the server has it.
    fn part(&self, (x, y): (i16, i16), (width, height): (u16, u16)) -> Result<Vec<u8>> {
        Ok(self.display.get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, u32::MAX)?.reply()?.data)
    }

    /// Where lines appear and the total stands: the left half but for the bar.
    fn basket(&self) -> Result<Vec<u8>> {
        self.part((0, 60), (SIZE.0 / 2, SIZE.1 - 160))
    }

    /// The bar has something written on it.
    fn has_picture(&self) -> Result<bool> {
        let bar = self.part((0, 0), (SIZE.0 / 2, 56))?;
        let (pixels, _) = bar.as_chunks::<4>();
        let first = pixels.first().context("an empty display")?;
        Ok(pixels.iter().filter(|pixel| *pixel != first).count() > 200)
    }

    fn wait_for_picture(&self) -> Result<()> {
        wait("a first frame", || self.has_picture())
    }

    fn wait_for_nothing(&self) -> Result<()> {
        wait("an empty display", || Ok(!self.has_picture()?))
    }

    fn wait_for_change(&self, before: &[u8]) -> Result<()> {
        wait("a line on the display", || Ok(self.basket()? != before))
    }
}

fn wait(what: &str, mut is_there: impl FnMut() -> Result<bool>) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while !is_there()? {
        if Instant::now() > until {
            bail!("waited in vain for {what}");
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
