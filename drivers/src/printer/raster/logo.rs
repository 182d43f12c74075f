//! The shop's logo: a PNG of any kind, made into greys no wider than the paper.

use std::path::Path;

use domain::receipt::{PICTURE_PIXELS_MAX, Picture};

use super::dither::mean;

/// Bytes of a logo's file.
pub const LOGO_BYTES_MAX: u64 = 256 * 1024;
/// Pixels of a logo before it is made smaller.
const LOGO_PIXELS_MAX: usize = 4 << 20;

/// Why a logo cannot be printed, in words for who installs the till.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// The file cannot be read.
    #[error("failed reading the logo: {0}")]
    File(String),
    /// The file has more than [`LOGO_BYTES_MAX`].
    #[error("the logo's file has {0} bytes, at most {LOGO_BYTES_MAX} can be used: make the picture smaller")]
    Large(u64),
    /// Not a PNG, or a broken one.
    #[error("the logo is no PNG that can be read: {0}")]
    Png(String),
    /// Too many pixels, or too long on paper.
    #[error("the logo is too large: on paper it may be as wide as the paper and half as long")]
    Size,
}

/// Reads a logo for paper of `dots` on a line.
///
/// # Errors
/// [`LogoError`].
pub fn logo(path: &Path, dots: usize) -> Result<Picture, LogoError> {
    let file = |error: std::io::Error| LogoError::File(format!("{}: {error}", path.display()));
    let size = std::fs::metadata(path).map_err(file)?.len();
    if size > LOGO_BYTES_MAX {
        return Err(LogoError::Large(size));
    }
    of_png(&std::fs::read(path).map_err(file)?, dots)
}

fn of_png(bytes: &[u8], dots: usize) -> Result<Picture, LogoError> {
    let broken = |error: png::DecodingError| LogoError::Png(error.to_string());
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    if width == 0 || width.saturating_mul(height) > LOGO_PIXELS_MAX {
        return Err(LogoError::Size);
    }
    let size = reader.output_buffer_size().ok_or(LogoError::Size)?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(broken)?;
    let samples = frame.color_type.samples();
    let greys: Vec<u8> = pixels[..frame.buffer_size()].chunks_exact(samples).map(grey).collect();
    let (to_width, to_height, greys) = mean(&greys, width, width.min(dots.max(1)));
    if to_height > dots.div_ceil(2) || greys.len() > PICTURE_PIXELS_MAX {
        return Err(LogoError::Size);
    }
    Picture::new(to_width as u16, greys).ok_or(LogoError::Size)
}

/// A pixel's grey on white paper (weights of ITU-R BT.601, in 256ths).
fn grey(samples: &[u8]) -> u8 {
    let (color, alpha) = match *samples {
        [grey] => (u32::from(grey), 255),
        [grey, alpha] => (u32::from(grey), u32::from(alpha)),
        [r, g, b] => (luma(r, g, b), 255),
        [r, g, b, alpha] => (luma(r, g, b), u32::from(alpha)),
        _ => (255, 255),
    };
    ((color * alpha + 255 * (255 - alpha)) / 255) as u8
}

fn luma(r: u8, g: u8, b: u8) -> u32 {
    (77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("a picture in memory");
        writer.write_image_data(pixels).expect("a picture in memory");
        writer.finish().expect("a picture in memory");
        bytes
    }

    #[test]
    fn any_png_becomes_greys_that_fit() {
        // Red, half-transparent black, transparent black, white.
        let pixels = [255, 0, 0, 255, 0, 0, 0, 128, 0, 0, 0, 0, 255, 255, 255, 255];
        let picture = of_png(&png(4, 1, png::ColorType::Rgba, &pixels), 384).expect("a logo");
        assert_eq!((picture.width(), picture.greys()), (4, &[76, 127, 255, 255][..]));
        let wide = of_png(&png(1000, 100, png::ColorType::Grayscale, &vec![40; 100_000]), 384).expect("a logo");
        assert_eq!((wide.width(), wide.height(), wide.greys()[0]), (384, 39, 40));
        let long = png(100, 1000, png::ColorType::Grayscale, &vec![40; 100_000]);
        assert_eq!(of_png(&long, 384), Err(LogoError::Size));
        assert!(matches!(of_png(b"GIF89a", 384), Err(LogoError::Png(_))));
        assert!(matches!(logo(Path::new("/nowhere/logo.png"), 384), Err(LogoError::File(_))));
    }
}
