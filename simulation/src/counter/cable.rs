//! A pseudo-terminal as a cable that can be pulled and plugged in again.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::pty::OpenptFlags;
use rustix::termios::OptionalActions;

/// A serial cable: the device's end is here, the other end is a path that a driver opens.
#[derive(Debug)]
pub struct Cable {
    link: PathBuf,
    end: Option<Plugged>,
}

#[derive(Debug)]
struct Plugged {
    master: Arc<OwnedFd>,
    slave: PathBuf,
}

/// What a look at the cable found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// So many bytes.
    Bytes(usize),
    /// Nothing at this moment.
    Nothing,
    /// Nobody has the other end open, or the cable is not plugged in.
    Nobody,
}

impl Cable {
    /// Plugs a cable in: `link` becomes a symbolic link to its other end, raw and without echo.
    ///
    /// # Errors
    /// When the system gives no pseudo-terminal, or the link cannot be made.
    pub fn plug(link: impl Into<PathBuf>) -> io::Result<Cable> {
        let mut cable = Cable { link: link.into(), end: None };
        cable.replug()?;
        Ok(cable)
    }

    /// The path for the driver.
    pub fn path(&self) -> &Path {
        &self.link
    }

    /// Whether it is plugged in.
    pub fn is_plugged(&self) -> bool {
        self.end.is_some()
    }

    /// Pulls the cable: the path vanishes and who has it open is told of the end.
    pub fn unplug(&mut self) {
        let Some(end) = self.end.take() else { return };
        // Another cable may have taken the path over.
        if fs::read_link(&self.link).is_ok_and(|target| target == end.slave) {
            let _ = fs::remove_file(&self.link);
        }
    }

    /// Plugs it in again under the same path.
    ///
    /// # Errors
    /// As [`Cable::plug`].
    pub fn replug(&mut self) -> io::Result<()> {
        self.unplug();
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let master = rustix::pty::openpt(flags)?;
        rustix::pty::grantpt(&master)?;
        rustix::pty::unlockpt(&master)?;
        rustix::fs::fcntl_setfl(&master, OFlags::RDWR | OFlags::NONBLOCK)?;
        let mut termios = rustix::termios::tcgetattr(&master)?;
        termios.make_raw();
        rustix::termios::tcsetattr(&master, OptionalActions::Now, &termios)?;
        let name = rustix::pty::ptsname(&master, Vec::new())?;
        let slave = PathBuf::from(name.into_string().map_err(|_| io::ErrorKind::InvalidData)?);
        // Made beside and renamed, so that nobody finds half a link and a stale one is replaced.
        let beside = self.link.with_extension(format!("plug{}", std::process::id()));
        let _ = fs::remove_file(&beside);
        symlink(&slave, &beside)?;
        fs::rename(&beside, &self.link)?;
        self.end = Some(Plugged { master: Arc::new(master), slave });
        Ok(())
    }

    /// Takes what the other end has sent.
    pub fn read(&self, into: &mut [u8]) -> Heard {
        let Some(end) = &self.end else { return Heard::Nobody };
        match rustix::io::read(&*end.master, into) {
            Ok(0) => Heard::Nobody,
            Ok(count) => Heard::Bytes(count),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Heard::Nothing,
            Err(_) => Heard::Nobody,
        }
    }

    /// Sends bytes, as many as the other end's buffer takes; the rest is lost, as on a line without flow control.
    /// Gives how many were sent.
    pub fn write(&self, bytes: &[u8]) -> usize {
        let Some(end) = &self.end else { return 0 };
        let mut sent = 0;
        while sent < bytes.len() {
            match rustix::io::write(&*end.master, &bytes[sent..]) {
                Ok(count) if count > 0 => sent += count,
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) | Err(_) => break,
            }
        }
        sent
    }

    /// Something to wait with, without holding the cable.
    pub(super) fn ear(&self) -> Option<Ear> {
        self.end.as_ref().map(|end| Ear(end.master.clone()))
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// Waits for bytes on a cable.
pub(super) struct Ear(pub(super) Arc<OwnedFd>);

impl Ear {
    /// Waits at most `wait` for bytes.
    pub fn wait(&self, wait: Duration) {
        let mut polled = [PollFd::new(&*self.0, PollFlags::IN)];
        let timeout = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
        let _ = rustix::event::poll(&mut polled, Some(&timeout));
        if polled[0].revents().contains(PollFlags::HUP) {
            // Nobody has the other end open, and poll says so at once for as long as that lasts.
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
