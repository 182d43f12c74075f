//! A picture file in shades of grey.

use std::fs;
use std::io::{BufReader, Cursor};
use std::path::Path;

use drivers::scanner::camera::{Luma, PIXELS_MAX, exif_orientation, jpeg_luma};

/// Bytes of a picture file at most.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a file is no picture.
#[derive(Debug, thiserror::Error)]
pub(super) enum PictureError {
    /// Another kind of file.
    #[error("neither PNG nor JPEG")]
    Kind,
    /// It cannot be read.
    #[error("failed reading it: {0}")]
    File(#[from] std::io::Error),
    /// Beyond the limits.
    #[error("larger than {FILE_BYTES_MAX} bytes or {PIXELS_MAX} pixels")]
    Large,
    /// A PNG that is broken.
    #[error("failed reading the PNG: {0}")]
    Png(#[from] png::DecodingError),
    /// A JPEG that is broken.
    #[error("failed reading the JPEG")]
    Jpeg,
}

/// Reads a picture, as it was held when it was taken.
pub(super) fn read(path: &Path) -> Result<Luma, PictureError> {
    if fs::metadata(path)?.len() > FILE_BYTES_MAX {
        return Err(PictureError::Large);
    }
    let bytes = fs::read(path)?;
    match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => png_luma(&bytes),
        [0xff, 0xd8, 0xff, ..] => {
            let luma = jpeg_luma(&bytes).ok_or(PictureError::Jpeg)?;
            Ok(luma.held(exif_orientation(&bytes)))
        }
        _ => Err(PictureError::Kind),
    }
}

/// Light by ITU-R BT.601, on white where the picture is clear.
fn png_luma(bytes: &[u8]) -> Result<Luma, PictureError> {
    let mut decoder = png::Decoder::new(BufReader::new(Cursor::new(bytes)));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    let size = reader.output_buffer_size().filter(|_| width.saturating_mul(height) <= PIXELS_MAX);
    let mut pixels = vec![0; size.ok_or(PictureError::Large)?];
    let frame = reader.next_frame(&mut pixels)?;
    let samples = frame.color_type.samples();
    let shade = |pixel: &[u8]| {
        let (red, green, blue, cover) = match *pixel {
            [grey] => (grey, grey, grey, 255),
            [grey, cover] => (grey, grey, grey, cover),
            [red, green, blue] => (red, green, blue, 255),
            [red, green, blue, cover, ..] => (red, green, blue, cover),
            [] => (0, 0, 0, 255),
        };
        let light = (u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8;
        ((light * u32::from(cover) + 255 * (255 - u32::from(cover))) / 255) as u8
    };
    let shades = pixels[..frame.buffer_size()].chunks_exact(samples).map(shade).collect();
    Luma::new(width, height, shades).ok_or(PictureError::Large)
}
