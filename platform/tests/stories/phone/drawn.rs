//! Pictures of codes, and a film of them for a camera that is none.

use std::io::Write;
use std::path::Path;

/// Frames a second of a film.
const RATE: u32 = 10;

/// A gray picture.
#[derive(Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub shades: Vec<u8>,
}

impl Picture {
    pub fn plain(width: usize, height: usize, shade: u8) -> Picture {
        Picture { width, height, shades: vec![shade; width * height] }
    }

    /// An EAN-13 or EAN-8 on a light label, its modules so wide, turned by so many degrees, on a shelf that is neither light nor dark.
    pub fn of_code(code: &str, width: usize, height: usize, module: f64, degrees: f64) -> Picture {
        let modules = bars(code);
        let mut picture = Picture::plain(width, height, 120);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (half_w, half_h) = ((modules.len() as f64 / 2.0 + 11.0) * module, 60.0 + 8.0 * module);
        for at in 0..width * height {
            // Four samples a pixel, as a lens would blur them.
            let sum: f64 = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
                .iter()
                .map(|(dx, dy)| {
                    let x = (at % width) as f64 + dx - width as f64 / 2.0;
                    let y = (at / width) as f64 + dy - height as f64 / 2.0;
                    let (x, y) = (x * cos + y * sin, y * cos - x * sin);
                    if x.abs() > half_w || y.abs() > half_h {
                        return 120.0;
                    }
                    let bar = (x / module + modules.len() as f64 / 2.0).floor();
                    let within = bar >= 0.0 && y.abs() < half_h - 14.0;
                    let dark = within && modules.get(bar as usize).copied().unwrap_or(false);
                    if dark { 38.0 } else { 226.0 }
                })
                .sum();
            picture.shades[at] = (sum / 4.0) as u8;
        }
        picture
    }

    /// From a file of a page's picture.
    pub fn from_png(bytes: &[u8]) -> Picture {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().unwrap();
        let mut raw = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut raw).unwrap();
        let samples = info.color_type.samples();
        let shade = |pixel: &[u8]| match pixel {
            [gray] | [gray, _] => *gray,
            [r, g, b, ..] => ((u32::from(*r) * 77 + u32::from(*g) * 150 + u32::from(*b) * 29) >> 8) as u8,
            [] => 0,
        };
        let shades = raw[..info.buffer_size()].chunks(samples).map(shade).collect();
        Picture { width: info.width as usize, height: info.height as usize, shades }
    }

    /// The texts of its QR codes.
    pub fn qr_codes(&self) -> Vec<String> {
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, |x, y| {
            self.shades[y * self.width + x]
        });
        prepared.detect_grids().iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect()
    }
}

/// A film that plays over and over: each picture so many frames long. YUV4MPEG2, 4:2:0.
pub fn film(file: &Path, scenes: &[(Picture, u32)]) {
    let (width, height) = (scenes[0].0.width, scenes[0].0.height);
    let mut out = std::io::BufWriter::new(std::fs::File::create(file).unwrap());
    writeln!(out, "YUV4MPEG2 W{width} H{height} F{RATE}:1 Ip A1:1 C420jpeg").unwrap();
    let colourless = vec![128_u8; width * height / 2];
    for (picture, frames) in scenes {
        for _ in 0..*frames {
            out.write_all(b"FRAME\n").unwrap();
            out.write_all(&picture.shades).unwrap();
            out.write_all(&colourless).unwrap();
        }
    }
    out.flush().unwrap();
}

/// The bars of an EAN-13, EAN-8 or UPC-A (ISO/IEC 15420), true for dark.
fn bars(code: &str) -> Vec<bool> {
    const LEFT: [u8; 10] = [0x0d, 0x19, 0x13, 0x3d, 0x23, 0x31, 0x2f, 0x3b, 0x37, 0x0b];
    const FIRST: [u8; 10] = [0x00, 0x0b, 0x0d, 0x0e, 0x13, 0x19, 0x1c, 0x15, 0x16, 0x1a];
    let code = if code.len() == 12 { format!("0{code}") } else { code.to_owned() };
    let digits: Vec<usize> = code.bytes().map(|byte| usize::from(byte - b'0')).collect();
    let (parity, rest) = if digits.len() == 13 { (FIRST[digits[0]], &digits[1..]) } else { (0, &digits[..]) };
    let half = rest.len() / 2;
    let bits = |pattern: u8| (0..7).rev().map(move |at| pattern >> at & 1 == 1);
    let mut modules = vec![true, false, true];
    for (at, digit) in rest.iter().enumerate() {
        if at == half {
            modules.extend([false, true, false, true, false]);
        }
        let left = LEFT[*digit];
        match (at < half, parity >> (half - 1 - at.min(half - 1)) & 1) {
            (true, 0) => modules.extend(bits(left)),
            // The right alphabet is the left one inverted, the other left one that backwards.
            (true, _) => modules.extend(bits(!left & 0x7f).collect::<Vec<_>>().into_iter().rev()),
            (false, _) => modules.extend(bits(!left & 0x7f)),
        }
    }
    modules.extend([true, false, true]);
    modules
}
