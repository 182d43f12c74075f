//! Printers, by what they speak; and what is drawn for those that lack a letter or a code.

pub mod escpos;
pub mod letters;
pub mod raster;
