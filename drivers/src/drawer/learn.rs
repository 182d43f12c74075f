//! Learning which level of a drawer's switch means open: it differs by drawer.

use super::Level;

/// Why the level that means open could not be learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unlearned {
    /// Nothing told a level at all.
    #[error(
        "nothing tells the level of the drawer's switch: check that the switch is wired, or that the printer tells its status"
    )]
    Silent,
    /// The level was the same both times.
    #[error(
        "the drawer's switch does not move: check its plug (many drawers have no switch), or open and shut the drawer as asked"
    )]
    Unmoved,
}

/// The level that means open, from whether the switch was high while the drawer was known to be shut, and while it was
/// known to stand open.
///
/// # Errors
/// [`Unlearned`].
///
/// ```
/// use drivers::drawer::{Level, Unlearned, learn};
/// assert_eq!(learn(Some(false), Some(true)), Ok(Level::High));
/// assert_eq!(learn(Some(true), Some(false)), Ok(Level::Low));
/// assert_eq!(learn(Some(true), Some(true)), Err(Unlearned::Unmoved));
/// assert_eq!(learn(None, Some(true)), Err(Unlearned::Silent));
/// ```
pub fn learn(high_when_shut: Option<bool>, high_when_open: Option<bool>) -> Result<Level, Unlearned> {
    match (high_when_shut, high_when_open) {
        (Some(false), Some(true)) => Ok(Level::High),
        (Some(true), Some(false)) => Ok(Level::Low),
        (Some(true), Some(true)) | (Some(false), Some(false)) => Err(Unlearned::Unmoved),
        (None, _) | (_, None) => Err(Unlearned::Silent),
    }
}
