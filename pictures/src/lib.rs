//! Pictures of goods and of shops: PNG and JPEG in, pixels without transparency out, made smaller where they are shown
//! small. Head office and tills see the same picture.
//!
//! It reads bytes that anybody may have written: it never panics on them, and takes no more memory than the longest side
//! that was allowed needs. It knows no files, no network and no shop.

use std::io::Cursor;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// A picture without transparency. Has at least one pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Begins as a PNG and does not go on as one.
    #[error("it is no readable PNG: {0}")]
    Png(#[from] png::DecodingError),
    /// Neither PNG nor JPEG.
    #[error("it is no readable JPEG: {0}")]
    Jpeg(String),
    /// A side is longer than was allowed.
    #[error("it has {width} by {height} pixels; {side_max} are the most on a side")]
    TooLarge {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
        /// In pixels.
        side_max: usize,
    },
    /// Its colours cannot be had as red, green and blue.
    #[error("its colours cannot be read")]
    Colours,
    /// A side is zero, or there are fewer pixels than it says.
    #[error("it has no pixels")]
    Empty,
}

impl Pixels {
    /// Reads a PNG or JPEG file's bytes of which no side is longer than `side_max` pixels.
    pub fn read(bytes: &[u8], side_max: usize) -> Result<Pixels, Unreadable> {
        let pixels = if bytes.starts_with(b"\x89PNG") { of_png(bytes, side_max)? } else { of_jpeg(bytes, side_max)? };
        let whole = pixels.width > 0 && pixels.height > 0 && pixels.rgb.len() == 3 * pixels.width * pixels.height;
        if whole { Ok(pixels) } else { Err(Unreadable::Empty) }
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green and blue of each pixel, row by row from the upper left.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// So small that no side is longer than `side_max` pixels: each pixel is the mean of those it stands for. Nothing is
    /// made larger.
    pub fn within(&self, side_max: usize) -> Pixels {
        let longer = self.width.max(self.height);
        let kept = longer.min(side_max.max(1));
        let side = |length: usize| (length * kept / longer).max(1);
        let (width, height) = (side(self.width), side(self.height));
        let span = |at: usize, of: usize, whole: usize| {
            let from = at * whole / of;
            from..((at + 1) * whole / of).max(from + 1)
        };
        let mut rgb = Vec::with_capacity(3 * width * height);
        for at in 0..width * height {
            let (mut sum, mut count) = ([0_usize; 3], 0);
            for y in span(at / width, height, self.height) {
                for x in span(at % width, width, self.width) {
                    let place = 3 * (y * self.width + x);
                    for (sum, part) in sum.iter_mut().zip(&self.rgb[place..]) {
                        *sum += usize::from(*part);
                    }
                    count += 1;
                }
            }
            rgb.extend(sum.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX)));
        }
        Pixels { width, height, rgb }
    }

    /// As a PNG file. The same pixels give the same bytes.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let side = |length: usize| u32::try_from(length).map_err(|_| png::EncodingError::LimitsExceeded);
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side(self.width)?, side(self.height)?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(file)
    }
}

fn of_png(bytes: &[u8], side_max: usize) -> Result<Pixels, Unreadable> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    let too_large = Unreadable::TooLarge { width, height, side_max };
    if width > side_max || height > side_max {
        return Err(too_large);
    }
    let Some(length) = reader.output_buffer_size() else { return Err(too_large) };
    let mut buffer = vec![0; length];
    let told = reader.next_frame(&mut buffer)?;
    buffer.truncate(told.buffer_size());
    let rgb = match told.color_type {
        png::ColorType::Rgb => buffer,
        png::ColorType::Rgba => {
            buffer.chunks_exact(4).flat_map(|at| [0, 1, 2].map(|part| over_white(at[part], at[3]))).collect()
        }
        png::ColorType::Grayscale => buffer.iter().flat_map(|shade| [*shade; 3]).collect(),
        png::ColorType::GrayscaleAlpha => buffer.chunks_exact(2).flat_map(|at| [over_white(at[0], at[1]); 3]).collect(),
        png::ColorType::Indexed => return Err(Unreadable::Colours),
    };
    Ok(Pixels { width, height, rgb })
}

/// What can be seen through stands on white, as the ground of a tile does.
fn over_white(shade: u8, alpha: u8) -> u8 {
    let (shade, alpha) = (u32::from(shade), u32::from(alpha));
    u8::try_from((shade * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

fn of_jpeg(bytes: &[u8], side_max: usize) -> Result<Pixels, Unreadable> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_max_width(side_max)
        .set_max_height(side_max);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder.decode().map_err(|error| Unreadable::Jpeg(format!("{error:?}")))?;
    let (width, height) = decoder.dimensions().ok_or(Unreadable::Empty)?;
    Ok(Pixels { width, height, rgb })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(width: u32, height: u32, color: png::ColorType, data: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        file
    }

    #[test]
    fn what_can_be_seen_through_stands_on_white() {
        for (color, data) in [(png::ColorType::Rgba, &[0, 0, 0, 0][..]), (png::ColorType::GrayscaleAlpha, &[0, 0])] {
            assert_eq!(Pixels::read(&file(1, 1, color, data), 1).unwrap().rgb(), [255, 255, 255]);
        }
        let half = Pixels::read(&file(1, 1, png::ColorType::Rgba, &[0, 100, 200, 128]), 1).unwrap();
        assert_eq!(half.rgb(), [127, 177, 227]);
    }

    #[test]
    fn no_side_is_longer_than_was_allowed() {
        let wide = file(500, 1, png::ColorType::Grayscale, &[0; 500]);
        assert!(Pixels::read(&wide, 500).is_ok());
        let error = Pixels::read(&wide, 499).unwrap_err().to_string();
        assert_eq!(error, "it has 500 by 1 pixels; 499 are the most on a side");
    }

    proptest! {
        /// The smaller picture keeps its shape within a pixel and its colours within what was there; what is small
        /// enough stays as it is, and comes back from its file.
        #[test]
        fn smaller_is_the_same_picture(
            (width, height, rgb) in (1_usize..40, 1_usize..40).prop_flat_map(|(width, height)| {
                (Just(width), Just(height), prop::collection::vec(any::<u8>(), 3 * width * height))
            }),
            side_max in 1_usize..50,
        ) {
            let whole = Pixels { width, height, rgb };
            let small = whole.within(side_max);
            prop_assert!(small.width <= side_max && small.height <= side_max);
            prop_assert_eq!(small.rgb.len(), 3 * small.width * small.height);
            let (across, down) = (small.width * height, small.height * width);
            prop_assert!(across.abs_diff(down) <= width.max(height) || small.width.min(small.height) == 1);
            prop_assert!(small.rgb.iter().max() <= whole.rgb.iter().max());
            prop_assert!(small.rgb.iter().min() >= whole.rgb.iter().min());
            prop_assert_eq!(&small.within(side_max), &small);
            prop_assert_eq!(&Pixels::read(&small.png().unwrap(), side_max).unwrap(), &small);
        }

        /// Any bytes are a picture or none, and nothing else happens.
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), begin in 0_usize..4) {
            let begins = [&b""[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xd8\xff\xe0", b"\x89PNG"];
            let _ = Pixels::read(&[begins[begin], &bytes].concat(), 64);
        }
    }
}
