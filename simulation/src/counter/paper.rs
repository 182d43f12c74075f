//! Paper that came out of a printer: its text, its dots, and its picture.

use std::fmt::Write as _;

/// Dots between the edge of the paper and the first dot that can be burnt.
const MARGIN: usize = 32;
/// Table around the paper in a picture.
const TABLE: usize = 20;
/// Longest paper in dots, two and a half metres; a longer one is torn off by its own weight.
pub(super) const LENGTH_MAX: usize = 20_000;

/// How a paper ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Cut, but for one point.
    Partial,
    /// Cut off.
    Full,
    /// Torn off by hand, as after the roll ran out.
    Torn,
}

/// One piece of paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Lines from top to bottom, without the spaces at their ends; codes and pictures stand in brackets.
    pub lines: Vec<String>,
    /// Dots on a line.
    pub width: usize,
    /// How it ended.
    pub end: End,
    rows: Vec<Vec<u64>>,
}

impl Paper {
    pub(super) fn new(width: usize) -> Paper {
        Paper { lines: Vec::new(), width, end: End::Torn, rows: Vec::new() }
    }

    /// All lines as one text.
    pub fn text(&self) -> String {
        self.lines.iter().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{line}");
            text
        })
    }

    /// Dots from top to bottom.
    pub fn length(&self) -> usize {
        self.rows.len()
    }

    /// Whether a dot is burnt; none is beyond the edges.
    pub fn dot(&self, x: usize, y: usize) -> bool {
        x < self.width && self.rows.get(y).is_some_and(|row| row[x / 64] >> (x % 64) & 1 != 0)
    }

    /// Whether nothing is on it.
    pub fn is_blank(&self) -> bool {
        self.lines.iter().all(String::is_empty) && self.rows.iter().flatten().all(|dots| *dots == 0)
    }

    /// The paper on a table, as a PNG of one pixel a dot (203 dpi).
    pub fn png(&self) -> Vec<u8> {
        let (width, height) = (self.width + 2 * (MARGIN + TABLE), self.length() + 2 * (MARGIN + TABLE));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                pixels.push(self.shade(x as isize - TABLE as isize, y as isize - TABLE as isize));
            }
        }
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, width as u32, height as u32);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette());
        let dots_per_metre = 203.0 / 0.0254;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: dots_per_metre as u32,
            yppu: dots_per_metre as u32,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header().expect("a picture in memory");
        writer.write_image_data(&pixels).expect("a picture in memory");
        writer.finish().expect("a picture in memory");
        png
    }

    pub(super) fn burn(&mut self, x: usize, y: usize) {
        if x >= self.width || y >= LENGTH_MAX {
            return;
        }
        self.feed_to(y + 1);
        self.rows[y][x / 64] |= 1 << (x % 64);
    }

    pub(super) fn feed_to(&mut self, length: usize) {
        let words = self.width.div_ceil(64);
        if length > self.rows.len() {
            self.rows.resize(length.min(LENGTH_MAX), vec![0; words]);
        }
    }

    /// The palette's colour at a place relative to the paper's corner.
    fn shade(&self, x: isize, y: isize) -> u8 {
        let (right, bottom) = ((self.width + 2 * MARGIN) as isize, (self.length() + 2 * MARGIN) as isize);
        let inside = |x: isize, y: isize| x >= 0 && x < right && y >= 0 && y < bottom - self.tooth(x);
        if !inside(x, y) {
            return TABLE_SHADE + self.shadow(x, y, right, bottom);
        }
        let ink = |dx: isize, dy: isize| {
            let (x, y) = (x + dx - MARGIN as isize, y + dy - MARGIN as isize);
            u16::from(x >= 0 && y >= 0 && self.dot(x as usize, y as usize))
        };
        // Heat spreads a little beyond its dot.
        let middle = 150 * ink(0, 0);
        let beside = 11 * (ink(-1, 0) + ink(1, 0) + ink(0, -1) + ink(0, 1));
        (middle + beside).min(u16::from(INK_SHADE)) as u8
    }

    /// Teeth of a torn edge, in dots.
    fn tooth(&self, x: isize) -> isize {
        match self.end {
            End::Torn => (x % 14 - 7).abs(),
            End::Partial | End::Full => 0,
        }
    }

    fn shadow(&self, x: isize, y: isize, right: isize, bottom: isize) -> u8 {
        let away = (2 - x).max(x - right - 2).max(4 - y).max(y - bottom - 3).max(0);
        SHADOW_SHADES.saturating_sub(away.min(255) as u8 * 3)
    }
}

/// Darkest shade of the paper's part of the palette; 0 is white paper.
const INK_SHADE: u8 = 190;
/// First shade of the table's part; it grows darker by [`SHADOW_SHADES`].
const TABLE_SHADE: u8 = INK_SHADE + 1;
const SHADOW_SHADES: u8 = 30;

fn palette() -> Vec<u8> {
    let mix = |from: [u8; 3], to: [u8; 3], share: f32| {
        [0, 1, 2].map(|at| (f32::from(from[at]) + (f32::from(to[at]) - f32::from(from[at])) * share) as u8)
    };
    let paper =
        (0..=INK_SHADE).map(|shade| mix([252, 251, 247], [38, 36, 40], f32::from(shade) / f32::from(INK_SHADE)));
    let table = (0..=SHADOW_SHADES)
        .map(|shade| mix([214, 217, 220], [168, 172, 177], f32::from(shade) / f32::from(SHADOW_SHADES)));
    paper.chain(table).flatten().collect()
}
