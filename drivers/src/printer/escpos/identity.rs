//! What a printer says it is: `GS I n`, one question after the other as Epson's reference asks for.

use std::time::Instant;

use hal::{Identity, WAIT_MAX};

use super::EscposPrinter;
use crate::transport::Transport;

/// The questions that are answered by a text.
const MAKER: u8 = 66;
const MODEL: u8 = 67;
const FIRMWARE: u8 = 65;
const SERIAL: u8 = 68;
/// The question of old printers, answered by a byte.
const KIND: u8 = 1;
/// Letters kept of an answer.
const LETTERS_MAX: usize = 64;

impl<T: Transport> EscposPrinter<T> {
    /// Asks for all it may know; waits [`WAIT_MAX`] for each answer at most. A printer that prints is not asked.
    pub(super) fn ask_identity(&mut self) -> Identity {
        if self.is_working() || !self.status_now().can_print() {
            return Identity::default();
        }
        let make = self.ask(MAKER);
        let model = self.ask(MODEL);
        if make.is_none() && model.is_none() {
            return Identity { model: self.ask(KIND), ..Identity::default() };
        }
        Identity { make, model, firmware: self.ask(FIRMWARE), serial: self.ask(SERIAL) }
    }

    fn ask(&mut self, n: u8) -> Option<String> {
        self.send_identity_question(n);
        let until = Instant::now() + WAIT_MAX;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            // A wire that fails tells so again at the next step of its owner.
            self.step(left).ok()?;
            if let Some(told) = self.take_told(n) {
                let letters = told.trim().chars().take(LETTERS_MAX).collect::<String>();
                return (!letters.is_empty()).then_some(letters);
            }
        }
        None
    }
}
