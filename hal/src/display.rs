//! Displays that a shopper reads: two lines of letters, or one row of digits.

use crate::health::{DeviceError, Identity};

/// A display for the shopper.
pub trait LineDisplay {
    /// What this display can do; constant for the life of the object.
    fn capabilities(&self) -> &DisplayCapabilities;

    /// What it says it is; asked by people who look for a fault, never while it works. Waits a few times
    /// [`crate::WAIT_MAX`] at most.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }

    /// Shows this instead of what it showed. What a display cannot show it leaves out. Waits [`crate::WAIT_MAX`] at most for
    /// a wire that takes nothing.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when it has gone; [`DeviceError::Wire`] when the wire failed otherwise.
    fn show(&mut self, face: &DisplayFace) -> Result<(), DeviceError>;

    /// Looks whether it is still there, without waiting: a display that shows the same for an hour must be missed all the same.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when it has gone; [`DeviceError::Wire`] when the wire failed otherwise.
    fn is_there(&mut self) -> Result<(), DeviceError> {
        Ok(())
    }
}

/// What a display can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisplayCapabilities {
    /// Letters on a line.
    pub columns: u8,
    /// Lines: 2, or 1 for a row of digits.
    pub lines: u8,
    /// Whether it shows letters, or digits alone.
    pub letters: bool,
    /// Whether it shows Chinese characters.
    pub hanzi: bool,
}

/// What a shopper is shown; finished text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DisplayFace {
    /// The upper line, cut at the display's width.
    pub upper: String,
    /// The lower line, cut at the display's width; amounts stand at its right edge by the display's own doing: see `amount`.
    pub lower: String,
    /// The sum of money that matters, shown at the right of the lower line, or as the digits of a display without letters.
    pub amount: Option<DisplayAmount>,
}

/// A sum of money on a display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayAmount {
    /// What it is.
    pub kind: AmountKind,
    /// Digits with at most one point and a leading minus, such as `12.50`.
    pub digits: String,
}

/// What a sum of money is; a row of digits has a lamp for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountKind {
    /// 单价: the price of what was scanned last.
    Price,
    /// 合计: what is to be paid.
    Total,
    /// 收款: what was handed over.
    Paid,
    /// 找零: what goes back.
    Change,
}
