//! Pictures of goods, made small: PNG and JPEG in, one small PNG without transparency out.

use pictures::Pixels;

/// The longer side as tills get it: the largest tile of any screen.
pub const SIDE_MAX: usize = 240;
/// The longer side as phones get it: a tile beside a name, two pixels of the screen to one of the page.
pub const THUMB_SIDE_MAX: usize = 112;
/// No side of a picture is longer in its file.
const FILE_SIDE_MAX: usize = 4_096;

/// The picture in a file's bytes as a small PNG; or why there is none. The same bytes give the same picture.
pub fn small_png(bytes: &[u8]) -> Result<Vec<u8>, String> {
    png_within(bytes, SIDE_MAX)
}

/// The same, no side longer than `side_max`.
pub fn png_within(bytes: &[u8], side_max: usize) -> Result<Vec<u8>, String> {
    let pixels = Pixels::read(bytes, FILE_SIDE_MAX).map_err(|error| error.to_string())?;
    pixels.within(side_max).png().map_err(|error| error.to_string())
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
        let back = Pixels::read(&small, SIDE_MAX).unwrap();
        assert_eq!((back.width(), back.height()), (240, 120));
        assert_eq!((&back.rgb()[..3], &back.rgb()[3 * 239..3 * 240]), (&[255, 0, 0][..], &[0, 0, 255][..]));
        assert_eq!(small_png(&small), Ok(small.clone()), "what is small stays as it is");
        // What can be seen through stands on white; noise is never too large for a till.
        let clear = small_png(&png_of(1, 1, png::ColorType::Rgba, &[0, 0, 0, 0])).unwrap();
        assert_eq!(Pixels::read(&clear, 1).unwrap().rgb(), [255, 255, 255]);
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
