//! Pictures of goods, made small: PNG and JPEG in, one small PNG without transparency out.

use std::io::Cursor;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The longer side as tills get it: the largest tile of any screen.
pub const SIDE_MAX: usize = 240;
/// No side of a picture is longer in its file.
const FILE_SIDE_MAX: usize = 4_096;

/// Red, green and blue, row by row.
struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// The picture in a file's bytes as a small PNG; or why there is none. The same bytes give the same picture.
pub fn small_png(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let pixels = if bytes.starts_with(b"\x89PNG") { of_png(bytes)? } else { of_jpeg(bytes)? };
    if pixels.width == 0 || pixels.height == 0 || pixels.rgb.len() != 3 * pixels.width * pixels.height {
        return Err("it has no pixels".into());
    }
    let small = scaled(&pixels);
    let fault = |error: png::EncodingError| error.to_string();
    let side = |length: usize| u32::try_from(length).map_err(|error| error.to_string());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side(small.width)?, side(small.height)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(fault)?;
    writer.write_image_data(&small.rgb).map_err(fault)?;
    writer.finish().map_err(fault)?;
    Ok(file)
}

fn of_png(bytes: &[u8]) -> Result<Pixels, String> {
    let fault = |error: png::DecodingError| format!("it is no readable PNG: {error}");
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(fault)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    if width > FILE_SIDE_MAX || height > FILE_SIDE_MAX {
        return Err(too_large(width, height));
    }
    let mut buffer = vec![0; reader.output_buffer_size().ok_or("it is too large")?];
    let told = reader.next_frame(&mut buffer).map_err(fault)?;
    buffer.truncate(told.buffer_size());
    // What can be seen through stands on white, as a tile's ground does.
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
        png::ColorType::Indexed => return Err("its colours cannot be read".into()),
    };
    Ok(Pixels { width, height, rgb })
}

fn of_jpeg(bytes: &[u8]) -> Result<Pixels, String> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_max_width(FILE_SIDE_MAX)
        .set_max_height(FILE_SIDE_MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder.decode().map_err(|error| format!("it is no readable JPEG: {error:?}"))?;
    let (width, height) = decoder.dimensions().ok_or("it has no size")?;
    Ok(Pixels { width, height, rgb })
}

fn too_large(width: usize, height: usize) -> String {
    format!("it has {width} by {height} pixels; {FILE_SIDE_MAX} are the most on a side")
}

/// Each pixel is the mean of those it stands for. Nothing is made larger.
fn scaled(pixels: &Pixels) -> Pixels {
    let longer = pixels.width.max(pixels.height);
    let kept = longer.min(SIDE_MAX);
    let side = |length: usize| (length * kept / longer).max(1);
    let (width, height) = (side(pixels.width), side(pixels.height));
    let span = |at: usize, of: usize, whole: usize| at * whole / of..((at + 1) * whole / of).max(at * whole / of + 1);
    let mut rgb = Vec::with_capacity(3 * width * height);
    for at in 0..width * height {
        let (mut sum, mut count) = ([0_usize; 3], 0);
        for y in span(at / width, height, pixels.height) {
            for x in span(at % width, width, pixels.width) {
                let place = 3 * (y * pixels.width + x);
                for (sum, part) in sum.iter_mut().zip(&pixels.rgb[place..]) {
                    *sum += usize::from(*part);
                }
                count += 1;
            }
        }
        rgb.extend(sum.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX)));
    }
    Pixels { width, height, rgb }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_of(width: u32, height: u32, color: png::ColorType, data: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        file
    }

    #[test]
    fn pictures_become_small_and_keep_their_shape_and_colour() {
        // Left half red, right half blue, 600 by 300.
        let data: Vec<u8> =
            (0..600 * 300).flat_map(|at| if at % 600 < 300 { [255, 0, 0] } else { [0, 0, 255] }).collect();
        let small = small_png(&png_of(600, 300, png::ColorType::Rgb, &data)).unwrap();
        let back = of_png(&small).unwrap();
        assert_eq!((back.width, back.height), (240, 120));
        assert_eq!((&back.rgb[..3], &back.rgb[3 * 239..3 * 240]), (&[255, 0, 0][..], &[0, 0, 255][..]));
        assert_eq!(small_png(&small), Ok(small.clone()), "what is small stays as it is");
        // What can be seen through stands on white; noise is never too large for a till.
        let clear = small_png(&png_of(1, 1, png::ColorType::Rgba, &[0, 0, 0, 0])).unwrap();
        assert_eq!(of_png(&clear).unwrap().rgb, [255, 255, 255]);
        let noise: Vec<u8> = (0_u32..3 * 240 * 240).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let largest = small_png(&png_of(240, 240, png::ColorType::Rgb, &noise)).unwrap();
        assert!(largest.len() <= protocol::v1::PICTURE_BYTES_MAX, "{}", largest.len());
    }

    #[test]
    fn what_is_no_picture_is_told() {
        for bytes in [&b""[..], b"\x89PNG", b"\x89PNG\r\n\x1a\nrest", b"\xff\xd8\xff", b"hello"] {
            assert!(small_png(bytes).is_err(), "{bytes:?}");
        }
        let wide = png_of(5_000, 1, png::ColorType::Grayscale, &[0; 5_000]);
        assert!(small_png(&wide).unwrap_err().contains("5000 by 1"));
    }
}
