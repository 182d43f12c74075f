//! Pictures of goods from their files, made small once and kept; and what stands for goods without one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;

use slint::{Image, Rgb8Pixel, SharedPixelBuffer, SharedString};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

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
    let image = read(file, GOODS).map(|pixels| drawn(&pixels)).unwrap_or_default();
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
    let whole = |pixels: Pixels| {
        let (width, height) = (u32::try_from(pixels.width).ok()?, u32::try_from(pixels.height).ok()?);
        Some(Image::from_rgb8(SharedPixelBuffer::clone_from_slice(&pixels.rgb, width, height)))
    };
    read(file, POSTER).and_then(whole).unwrap_or_default()
}

/// The letter that stands for goods, and the number of its tint: by the name, so that both stay the same.
pub(in crate::window) fn stand_in(name: &str) -> (SharedString, i32) {
    let first = name.chars().find(|letter| letter.is_alphanumeric());
    let letter = first.map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    let tint = name.chars().fold(0_u32, |sum, letter| sum.wrapping_mul(31).wrapping_add(u32::from(letter)));
    (letter.into(), i32::try_from(tint % 6).unwrap_or(0))
}

/// Red, green and blue, row by row.
struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

fn read(file: &str, limits: Limits) -> Option<Pixels> {
    let told = fs::metadata(file).ok()?;
    if !told.is_file() || told.len() > limits.bytes {
        return None;
    }
    let bytes = fs::read(file).ok()?;
    let pixels = if bytes.starts_with(b"\x89PNG") { png(&bytes, limits)? } else { jpeg(bytes, limits)? };
    let whole = pixels.width > 0 && pixels.height > 0 && pixels.rgb.len() == 3 * pixels.width * pixels.height;
    whole.then_some(pixels)
}

fn png(bytes: &[u8], limits: Limits) -> Option<Pixels> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    if width > limits.side || height > limits.side {
        return None;
    }
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let told = reader.next_frame(&mut buffer).ok()?;
    buffer.truncate(told.buffer_size());
    // What can be seen through stands on white, as the tile's own ground does.
    let over_white = |shade: u8, alpha: u8| {
        let (shade, alpha) = (u32::from(shade), u32::from(alpha));
        u8::try_from((shade * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)
    };
    let rgb = match told.color_type {
        png::ColorType::Rgb => buffer,
        png::ColorType::Rgba => {
            buffer.chunks_exact(4).flat_map(|at| [0, 1, 2].map(|part| over_white(at[part], at[3]))).collect()
        }
        png::ColorType::Grayscale => buffer.iter().flat_map(|shade| [*shade; 3]).collect(),
        png::ColorType::GrayscaleAlpha => buffer.chunks_exact(2).flat_map(|at| [over_white(at[0], at[1]); 3]).collect(),
        png::ColorType::Indexed => return None,
    };
    Some(Pixels { width, height, rgb })
}

fn jpeg(bytes: Vec<u8>, limits: Limits) -> Option<Pixels> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_max_width(limits.side)
        .set_max_height(limits.side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Some(Pixels { width, height, rgb })
}

/// As small as it is shown: each pixel is the mean of those it stands for.
fn drawn(pixels: &Pixels) -> Image {
    let longer = pixels.width.max(pixels.height);
    let kept = longer.min(KEPT_SIDE_MAX);
    let side = |length: usize| (length * kept / longer).max(1);
    let (width, height) = (side(pixels.width), side(pixels.height));
    let (Ok(wide), Ok(high)) = (u32::try_from(width), u32::try_from(height)) else { return Image::default() };
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(wide, high);
    let span = |at: usize, of: usize, whole: usize| at * whole / of..((at + 1) * whole / of).max(at * whole / of + 1);
    for (at, pixel) in buffer.make_mut_slice().iter_mut().enumerate() {
        let (mut sum, mut count) = ([0_usize; 3], 0);
        for y in span(at / width, height, pixels.height) {
            for x in span(at % width, width, pixels.width) {
                let place = 3 * (y * pixels.width + x);
                for (sum, part) in sum.iter_mut().zip(&pixels.rgb[place..place + 3]) {
                    *sum += usize::from(*part);
                }
                count += 1;
            }
        }
        let [r, g, b] = sum.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX));
        *pixel = Rgb8Pixel { r, g, b };
    }
    Image::from_rgb8(buffer)
}
