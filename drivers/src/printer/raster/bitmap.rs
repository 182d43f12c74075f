//! Dots in rows.

use qrcode::{Color, EcLevel, QrCode};

/// Dots of one picture, a bit each, rows filled up to whole bytes; the highest bit is the leftmost dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    row_bytes: usize,
    bits: Vec<u8>,
}

impl Bitmap {
    /// A white picture.
    pub fn new(width: usize, height: usize) -> Bitmap {
        let row_bytes = width.div_ceil(8);
        Bitmap { width, row_bytes, bits: vec![0; row_bytes * height] }
    }

    /// Dots on a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.bits.len().checked_div(self.row_bytes).unwrap_or(0)
    }

    /// Bytes of a row.
    pub fn row_bytes(&self) -> usize {
        self.row_bytes
    }

    /// All bits, row by row.
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Whether a dot is burnt; none is beyond the edges.
    pub fn dot(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height() && self.bits[y * self.row_bytes + x / 8] & (0x80 >> (x % 8)) != 0
    }

    /// Burns a dot; one beyond the edges is lost.
    pub fn burn(&mut self, x: usize, y: usize) {
        if x < self.width && y < self.height() {
            self.bits[y * self.row_bytes + x / 8] |= 0x80 >> (x % 8);
        }
    }

    /// Burns a rectangle.
    pub fn fill(&mut self, x: usize, y: usize, width: usize, height: usize) {
        for y in y..y + height {
            (x..x + width).for_each(|x| self.burn(x, y));
        }
    }

    /// The same picture moved to the right on a row of `width` dots, without the bytes that are white on every row at
    /// the right.
    pub fn placed(&self, left: usize, width: usize) -> Bitmap {
        let mut on_row = Bitmap::new(width, self.height());
        for y in 0..self.height() {
            (0..self.width).filter(|x| self.dot(*x, y)).for_each(|x| on_row.burn(left + x, y));
        }
        on_row.trimmed()
    }

    fn trimmed(self) -> Bitmap {
        let used = |row: &[u8]| row.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
        let row_bytes = self.bits.chunks(self.row_bytes.max(1)).map(used).max().unwrap_or(0).max(1);
        if row_bytes >= self.row_bytes {
            return self;
        }
        let bits = self.bits.chunks(self.row_bytes).flat_map(|row| row[..row_bytes].to_vec()).collect();
        Bitmap { width: row_bytes * 8, row_bytes, bits }
    }

    /// A QR code at error correction M with modules of so many dots, without its quiet zone; `None` when the text is too
    /// long for any.
    pub fn qr(text: &str, module_dots: usize) -> Option<Bitmap> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let modules = code.width();
        let mut dots = Bitmap::new(modules * module_dots, modules * module_dots);
        for (at, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                dots.fill(at % modules * module_dots, at / modules * module_dots, module_dots, module_dots);
            }
        }
        Some(dots)
    }

    /// Bars and spaces as modules from left to right, true for a bar.
    pub fn bars(modules: &[bool], module_dots: usize, height: usize) -> Bitmap {
        let mut dots = Bitmap::new(modules.len() * module_dots, height);
        for (at, _) in modules.iter().enumerate().filter(|(_, bar)| **bar) {
            dots.fill(at * module_dots, 0, module_dots, height);
        }
        dots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stand_where_they_were_put() {
        let mut dots = Bitmap::new(10, 2);
        dots.burn(0, 0);
        dots.burn(9, 1);
        dots.burn(10, 0);
        dots.burn(0, 2);
        assert_eq!((dots.bits(), dots.height()), (&[0x80, 0, 0, 0x40][..], 2));
        let placed = dots.placed(3, 32);
        assert_eq!((placed.bits(), placed.row_bytes()), (&[0x10, 0, 0, 0x08][..], 2));
        assert!(placed.dot(12, 1) && !placed.dot(12, 0) && !placed.dot(99, 0));
        assert_eq!(Bitmap::bars(&[true, false, true], 2, 1).bits(), [0b1100_1100]);
        assert_eq!(Bitmap::new(40, 3).placed(0, 40).row_bytes(), 1);
    }
}
