//! Dots for printers: pictures made of greys, codes, letters. Whole numbers only; nothing here knows a printer's commands.

mod bars;
mod bitmap;
mod dither;
mod ean;
mod logo;

pub use bars::{code128, code128_values};
pub use bitmap::Bitmap;
pub use dither::{dithered, fitted};
pub use ean::{ean, ean_digits};
pub use logo::{LOGO_BYTES_MAX, LogoError, logo};
