//! Pictures of goods from their files, made small once and kept; and what stands for goods without one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;

use ::pictures::Pixels;
use slint::{Image, SharedPixelBuffer, SharedString};

/// What a file may be, so that reading it holds up no till.
#[derive(Clone, Copy)]
struct Limits {
    bytes: u64,
    side: usize,
}

/// Larger files are not for a screen of tiles.
const GOODS: Limits = Limits { bytes: 1 << 20, side: 2_048 };
/// A picture that fills a display.
const POSTER: Limits = Limits { bytes: 8 << 20, side: 4_096 };
/// The longer side as it is kept: no tile is larger.
const KEPT_SIDE_MAX: usize = 240;
/// Pictures kept at a time; when there are more, all are forgotten and the ones in view are read again.
const KEPT_MAX: usize = 240;

thread_local! {
    /// By file. One that cannot be drawn is kept as none, so that it is tried once.
    static KEPT: RefCell<HashMap<String, Image>> = RefCell::default();
}

/// The picture in a PNG or JPEG file; an empty one where there is none or it cannot be drawn.
pub(in crate::window) fn picture(file: &str) -> Image {
    if file.is_empty() {
        return Image::default();
    }
    if let Some(kept) = KEPT.with_borrow(|kept| kept.get(file).cloned()) {
        return kept;
    }
    let image = read(file, GOODS).map(|pixels| drawn(&pixels.within(KEPT_SIDE_MAX))).unwrap_or_default();
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(file.to_owned(), image.clone());
    });
    image
}

/// The same in the size that it has, for a whole display; it is not kept.
pub(in crate::window) fn poster(file: &str) -> Image {
    read(file, POSTER).map(|pixels| drawn(&pixels)).unwrap_or_default()
}

/// The letter that stands for goods, and the number of its tint: by the name, so that both stay the same.
pub(in crate::window) fn stand_in(name: &str) -> (SharedString, i32) {
    let first = name.chars().find(|letter| letter.is_alphanumeric());
    let letter = first.map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    let tint = name.chars().fold(0_u32, |sum, letter| sum.wrapping_mul(31).wrapping_add(u32::from(letter)));
    (letter.into(), i32::try_from(tint % 6).unwrap_or(0))
}

fn read(file: &str, limits: Limits) -> Option<Pixels> {
    let told = fs::metadata(file).ok()?;
    if !told.is_file() || told.len() > limits.bytes {
        return None;
    }
    Pixels::read(&fs::read(file).ok()?, limits.side).ok()
}

fn drawn(pixels: &Pixels) -> Image {
    let (Ok(width), Ok(height)) = (u32::try_from(pixels.width()), u32::try_from(pixels.height())) else {
        return Image::default();
    };
    Image::from_rgb8(SharedPixelBuffer::clone_from_slice(pixels.rgb(), width, height))
}
