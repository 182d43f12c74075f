//! Sleeping in the kernel until a line moves or somebody rings.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use hal::{DeviceError, WAIT_MAX};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec};
use rustix::io::Errno;

/// Edges taken from one line at a time; more are taken at the next look.
const EDGES_AT_ONCE: usize = 64;

/// Wakes a thread that sleeps in [`Edges::wait`]. Cloneable; rung before anybody sleeps, it is heard at once. Ringing
/// often is ringing once.
#[derive(Clone, Debug)]
pub struct Bell(Arc<OwnedFd>);

impl Bell {
    /// A bell that nobody has rung.
    ///
    /// # Errors
    /// When the system gives no file descriptor.
    pub fn new() -> io::Result<Bell> {
        let fd = rustix::event::eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
        Ok(Bell(Arc::new(fd)))
    }

    /// Wakes who sleeps, or who will.
    pub fn ring(&self) {
        // It fails only when it was rung so often that its count is full: then it rings already.
        let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
    }

    fn hush(&self) {
        let _ = rustix::io::read(&self.0, &mut [0; 8]);
    }
}

/// What a driver of pins sleeps on: its bell, and the lines that it wants to see moving.
#[derive(Debug)]
pub struct Edges {
    bell: Bell,
    lines: Vec<Arc<gpiocdev::Request>>,
    /// Longest sleep when some line's edges are not told.
    look_every: Option<Duration>,
}

impl Edges {
    /// Sleeps on a bell alone: for no lines, or for lines that ring it when they move.
    pub fn of(bell: &Bell) -> Edges {
        Edges { bell: bell.clone(), lines: Vec::new(), look_every: None }
    }

    pub(super) fn bell(&self) -> &Bell {
        &self.bell
    }

    pub(super) fn watch(&mut self, line: Arc<gpiocdev::Request>) {
        self.lines.push(line);
    }

    /// There is a line that tells no edges: it is looked at so often.
    pub(super) fn look_every(&mut self, pause: Duration) {
        self.look_every = Some(pause);
    }

    /// Sleeps until a line may have moved, the bell rang, or `at_most` (at most [`WAIT_MAX`]) has passed.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the board of a line has gone; [`DeviceError::Wire`] when the system does not let
    /// it wait.
    pub fn wait(&mut self, at_most: Duration) -> Result<(), DeviceError> {
        let at_most = self.look_every.unwrap_or(WAIT_MAX).min(at_most).min(WAIT_MAX);
        let timeout = Timespec { tv_sec: 0, tv_nsec: at_most.subsec_nanos().into() };
        let mut polled = vec![PollFd::new(&*self.bell.0, PollFlags::IN)];
        polled.extend(self.lines.iter().map(|line| PollFd::from_borrowed_fd(line.as_fd(), PollFlags::IN)));
        match rustix::event::poll(&mut polled, Some(&timeout)) {
            Ok(0) | Err(Errno::INTR) => return Ok(()),
            Ok(_) => {}
            Err(errno) => return Err(DeviceError::Wire { step: "waiting for a pin", cause: errno.to_string() }),
        }
        let told: Vec<PollFlags> = polled.iter().map(PollFd::revents).collect();
        if told[0].contains(PollFlags::IN) {
            self.bell.hush();
        }
        for (line, told) in self.lines.iter().zip(&told[1..]) {
            if told.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL) {
                return Err(DeviceError::Unplugged);
            }
            if told.contains(PollFlags::IN) {
                forget(line).map_err(|error| super::chip::lost("waiting for a pin", &error))?;
            }
        }
        Ok(())
    }
}

/// Takes edges off a line. What they say is not needed: the driver looks at the line itself.
fn forget(line: &gpiocdev::Request) -> Result<(), gpiocdev::Error> {
    for _ in 0..EDGES_AT_ONCE {
        if !line.has_edge_event()? {
            break;
        }
        line.read_edge_event()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::Instant;

    #[test]
    fn a_bell_is_heard_once_however_often_and_whenever_it_rang() {
        let bell = Bell::new().expect("a bell");
        let mut edges = Edges::of(&bell);
        let mut rings_until = |wait: Duration| {
            let start = Instant::now();
            edges.wait(wait).expect("no lines that could fail");
            start.elapsed() < wait
        };
        bell.ring();
        bell.ring();
        assert!(rings_until(WAIT_MAX), "rung before the wait");
        assert!(!rings_until(Duration::from_millis(5)), "heard twice");
        let (clone, passes) = (bell.clone(), Duration::from_millis(5));
        let ringer = thread::spawn(move || {
            thread::sleep(passes);
            clone.ring();
        });
        ringer.join().expect("a ringer");
        assert!(rings_until(WAIT_MAX), "rung from another thread");
    }
}
