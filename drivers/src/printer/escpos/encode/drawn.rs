//! Dots on paper: pictures, and lines with letters that the printer lacks.

use domain::receipt::{Align, Picture, Size};

use super::super::layout::{self, Line};
use super::super::text::Glyph;
use super::Press;
use crate::printer::letters::Letters;
use crate::printer::raster::{Bitmap, dithered, fitted};

/// Bytes of one picture command. While a printer takes one it can be asked nothing, and a slow line must not take longer
/// for it than a printer may be silent.
const BAND_BYTES_MAX: usize = 4096;
/// Dots of font A: a letter of ASCII, and the height of all. A hanzi is twice as wide.
const CELL: (usize, usize) = (12, 24);
/// Dots between two lines of normal size.
const LEADING: u8 = 6;

impl Press<'_> {
    /// A picture in greys, in the middle, no wider than the paper.
    pub(super) fn image(&mut self, picture: &Picture) {
        let dots = dithered(&fitted(picture, self.profile.dots.into()));
        self.picture(&dots, Align::Center);
    }

    /// Dots where they stand on the line. They are moved there by white dots: not every printer justifies a picture.
    pub(super) fn picture(&mut self, dots: &Bitmap, align: Align) {
        let line_dots = usize::from(self.profile.dots);
        let room = line_dots.saturating_sub(dots.width());
        let left = match align {
            Align::Left => 0,
            Align::Center => room / 2,
            Align::Right => room,
        };
        self.bands(&dots.placed(left, line_dots));
    }

    /// `GS v 0` for so many rows at once as the printer takes.
    fn bands(&mut self, dots: &Bitmap) {
        let row_bytes = dots.row_bytes();
        let rows_max = (BAND_BYTES_MAX / row_bytes).clamp(1, self.profile.band_rows.into());
        for band in dots.bits().chunks(row_bytes * rows_max) {
            let [width_low, width_high] = (row_bytes as u16).to_le_bytes();
            let [rows_low, rows_high] = ((band.len() / row_bytes) as u16).to_le_bytes();
            let mut command = vec![0x1d, b'v', b'0', 0, width_low, width_high, rows_low, rows_high];
            command.extend(band);
            self.custom(&command);
            self.seam();
        }
    }

    /// Whether a line is drawn: the printer lacks a letter of it and a font of the system has it.
    pub(super) fn is_drawn(&self, line: &[Glyph]) -> bool {
        let drawable = |glyph: &Glyph| glyph.missing && Letters::of_system().has(glyph.letter);
        self.profile.draws_missing && line.iter().any(drawable)
    }

    /// A line as dots, as high as the printer's own.
    pub(super) fn drawn_line(&mut self, line: &Line, align: Align, size: Size, bold: bool) {
        let (wide, high) = super::times(size);
        let (column, height) = (CELL.0 * usize::from(wide), CELL.1 * usize::from(high));
        let letters = Letters::of_system();
        let mut dots = Bitmap::new(layout::width(line) * column, height);
        let mut x = 0;
        for glyph in line {
            let width = usize::from(glyph.columns) * column;
            if glyph.letter != ' ' {
                let letter = letters.draw(glyph.letter, width, height);
                for at in letter.burnt.iter().enumerate().filter_map(|(at, burnt)| burnt.then_some(at)) {
                    // Emphasised letters are struck twice, a dot beside.
                    dots.fill(x + at % width, at / width, 1 + usize::from(bold), 1);
                }
                self.substituted += u32::from(glyph.missing && !letters.has(glyph.letter));
            }
            x += width;
        }
        self.picture(&dots, align);
        self.custom(&[0x1b, b'J', LEADING * high]);
        self.seam();
    }
}
