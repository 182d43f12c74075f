//! Displays that a shopper reads: two lines of letters, or one row of digits.
//!
//! A language ([`DisplayLanguage`]) is pure: what is to be shown in, bytes out. A display stands on a wire of its own
//! ([`SerialDisplay`]), or hangs on a printer's, whose thread then sends its bytes.

mod cd5220;
mod config;
mod driver;
mod led8;
mod text;

pub use cd5220::{Cd5220, WriteBy};
pub use config::{Cd5220Config, Led8Config};
pub use driver::{DisplayLanguage, SerialDisplay};
pub use led8::{Lamps, Led8};
pub use text::Letters;
