//! Codes in a picture. Pure: a picture comes in, what stands in it goes out.
//!
//! Each decoder looks at its own kind of thing, and looks again at the picture made larger, smaller, sharper, smoother or
//! negative. Nothing is told that was read only once without a check of its own.

mod alone;
mod bars;
mod contain;
pub(crate) use contain::contained;
mod ean;
mod ladder;
mod matrix;
mod profile;
mod rows;
mod stripes;
mod text;

use hal::Scan;

pub use alone::{read_by_rqrr, read_by_rxing};
pub use bars::expanded;
pub use ladder::{Decoder, WORK_USUAL};

/// Which codes are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codes {
    /// QR.
    pub qr: bool,
    /// EAN-13, EAN-8, UPC-A, UPC-E.
    pub ean: bool,
    /// Code 128 and GS1-128.
    pub code128: bool,
    /// Code 39 and Code 93.
    pub code39: bool,
    /// Interleaved 2 of 5.
    pub itf: bool,
    /// Codabar.
    pub codabar: bool,
    /// GS1 DataBar.
    pub databar: bool,
    /// Data Matrix.
    pub datamatrix: bool,
    /// PDF417.
    pub pdf417: bool,
    /// Aztec.
    pub aztec: bool,
}

impl Codes {
    /// Everything that checks itself: all but Codabar.
    pub const USUAL: Codes = Codes {
        qr: true,
        ean: true,
        code128: true,
        code39: true,
        itf: true,
        codabar: false,
        databar: true,
        datamatrix: true,
        pdf417: true,
        aztec: true,
    };

    /// Nothing at all.
    pub const NONE: Codes = Codes {
        qr: false,
        ean: false,
        code128: false,
        code39: false,
        itf: false,
        codabar: false,
        databar: false,
        datamatrix: false,
        pdf417: false,
        aztec: false,
    };

    /// Whether any code of bars is looked for.
    fn has_bars(self) -> bool {
        self.ean || self.code128 || self.code39 || self.itf || self.codabar || self.databar
    }
}

/// A code in a picture, and where it is: its middle, and how far it reaches from there, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What it says.
    pub scan: Scan,
    /// Its middle.
    pub x: f32,
    /// Its middle.
    pub y: f32,
    /// From there to its furthest corner.
    pub reach: f32,
}

impl Found {
    /// The same place in a picture that is `factor` times as large.
    fn enlarged(self, factor: f32) -> Found {
        Found { x: self.x * factor, y: self.y * factor, reach: self.reach * factor, ..self }
    }

    /// Whether it lies within another code, as a part of its picture.
    fn lies_in(&self, other: &Found) -> bool {
        let distance = (self.x - other.x).hypot(self.y - other.y);
        self.reach < other.reach * 0.7 && distance < other.reach * 0.6
    }
}

/// Each code once, without those that are part of another's picture; the largest first.
fn tidied(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| b.reach.total_cmp(&a.reach));
    let mut kept: Vec<Found> = Vec::new();
    for one in found {
        let known = kept.iter().any(|known| known.scan.data == one.scan.data || one.lies_in(known));
        if !known {
            kept.push(one);
        }
    }
    kept
}

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod tests;
