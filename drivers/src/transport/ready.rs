//! Waiting for a file descriptor, and what its errors mean.

use std::os::fd::AsFd;
use std::time::Duration;

use hal::{DeviceError, WAIT_MAX};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;

/// What a wait found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// It can be done.
    Yes,
    /// Not within the time.
    No,
    /// The other end has gone.
    Gone,
}

/// Waits at most `wait`, and at most [`WAIT_MAX`], until the descriptor can be read or written.
pub(super) fn wait_for(fd: impl AsFd, what: PollFlags, wait: Duration) -> Ready {
    let mut polled = [PollFd::new(&fd, what)];
    let timeout = Timespec { tv_sec: 0, tv_nsec: wait.min(WAIT_MAX).subsec_nanos().into() };
    match rustix::event::poll(&mut polled, Some(&timeout)) {
        Ok(0) | Err(_) => Ready::No,
        Ok(_) => {
            let events = polled[0].revents();
            // What came before the end can still be read.
            if events.intersects(what) {
                Ready::Yes
            } else if events.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
                Ready::Gone
            } else {
                Ready::No
            }
        }
    }
}

/// What an error on an open wire means: nothing at this moment, or that the device has gone. None of the others mends
/// itself on an open descriptor, so each asks for a new one.
pub(super) fn nothing_or_gone(step: &str, error: Errno) -> Result<usize, DeviceError> {
    match error {
        Errno::AGAIN | Errno::INTR => Ok(0),
        error => {
            tracing::debug!(step, %error, "the wire has gone");
            Err(DeviceError::Unplugged)
        }
    }
}
