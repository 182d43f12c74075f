//! Pixels of cameras and pictures, to shades of grey. Pure; any bytes of any length give a picture or none.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::decode::contained;
use super::luma::Luma;

/// Pixels of a picture at most: a photograph of a telephone.
pub const PIXELS_MAX: usize = 64_000_000;
/// Pixels of a JPEG's side at most.
const SIDE_MAX: usize = 16_384;
/// Scans of a progressive JPEG at most; more only cost time.
const SCANS_MAX: usize = 64;

/// How a camera sends its pixels, by the names of V4L2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelFormat {
    /// `GREY`: a byte a pixel.
    Grey,
    /// `YUYV`: light and colour by turns.
    Yuyv,
    /// `NV12`: all light, then all colour at a quarter of the size.
    Nv12,
    /// `MJPG`: a JPEG a picture, often without its Huffman tables.
    Mjpg,
}

impl PixelFormat {
    /// All, the ones that cost least first.
    pub const ALL: [PixelFormat; 4] = [PixelFormat::Grey, PixelFormat::Nv12, PixelFormat::Yuyv, PixelFormat::Mjpg];

    /// Its four characters.
    pub fn fourcc(self) -> [u8; 4] {
        match self {
            PixelFormat::Grey => *b"GREY",
            PixelFormat::Yuyv => *b"YUYV",
            PixelFormat::Nv12 => *b"NV12",
            PixelFormat::Mjpg => *b"MJPG",
        }
    }

    /// The light of a picture of `width` and `height`, whose rows are `stride` bytes apart (0: as near as they can be).
    /// `None` when bytes are missing, as of a picture torn on its way.
    pub fn luma(self, bytes: &[u8], width: usize, height: usize, stride: usize) -> Option<Luma> {
        let each = match self {
            PixelFormat::Grey | PixelFormat::Nv12 => 1,
            PixelFormat::Yuyv => 2,
            PixelFormat::Mjpg => return jpeg_luma(bytes),
        };
        let row_bytes = width.checked_mul(each)?;
        let stride = if stride == 0 { row_bytes } else { stride };
        if width == 0 || height == 0 || width.checked_mul(height)? > PIXELS_MAX || stride < row_bytes {
            return None;
        }
        let last = (height - 1).checked_mul(stride)?.checked_add(row_bytes)?;
        let rows = bytes.get(..last)?.chunks(stride);
        let mut pixels = Vec::with_capacity(width * height);
        for row in rows {
            pixels.extend(row[..row_bytes].iter().step_by(each));
        }
        Luma::new(width, height, pixels)
    }
}

/// The light of a JPEG, with or without Huffman tables. `None` for bytes that are none.
pub fn jpeg_luma(bytes: &[u8]) -> Option<Luma> {
    contained(|| {
        let options = DecoderOptions::default()
            .set_max_width(SIDE_MAX)
            .set_max_height(SIDE_MAX)
            .jpeg_set_max_scans(SCANS_MAX)
            .jpeg_set_out_colorspace(ColorSpace::Luma);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        decoder.decode_headers().ok()?;
        let (width, height) = decoder.dimensions()?;
        if width.checked_mul(height)? > PIXELS_MAX {
            return None;
        }
        Luma::new(width, height, decoder.decode().ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_format_gives_its_light() {
        let check = |format: PixelFormat, bytes: &[u8], stride: usize, expect: Option<&[u8]>| {
            let luma = format.luma(bytes, 2, 2, stride);
            assert_eq!(luma.as_ref().map(Luma::pixels), expect, "{format:?}");
        };
        check(PixelFormat::Grey, &[1, 2, 3, 4], 0, Some(&[1, 2, 3, 4]));
        check(PixelFormat::Grey, &[1, 2, 9, 9, 3, 4], 4, Some(&[1, 2, 3, 4]));
        check(PixelFormat::Grey, &[1, 2, 3], 0, None);
        check(PixelFormat::Grey, &[1, 2, 3, 4], 1, None);
        check(PixelFormat::Yuyv, &[1, 128, 2, 128, 3, 128, 4, 128], 0, Some(&[1, 2, 3, 4]));
        check(PixelFormat::Yuyv, &[1, 128, 2, 128, 3, 128, 4], 0, None);
        check(PixelFormat::Nv12, &[1, 2, 3, 4, 128, 128], 0, Some(&[1, 2, 3, 4]));
        check(PixelFormat::Mjpg, b"\xff\xd8\xff\xd9", 0, None);
        assert_eq!(PixelFormat::Grey.luma(&[], 0, 7, 0), None);
        assert_eq!(PixelFormat::Grey.luma(&[], usize::MAX, 2, 0), None);
    }

    /// A grey square of 8 x 8, all coefficients zero: quantization table, frame and scan, and no Huffman table, as
    /// cameras send it.
    #[test]
    fn a_jpeg_without_tables_is_read() {
        let mut jpeg = b"\xff\xd8\xff\xe0\x00\x10AVI1\0\0\0\0\0\0\0\0\0\0".to_vec();
        jpeg.extend(b"\xff\xdb\x00\x43\x00");
        jpeg.extend([1; 64]);
        jpeg.extend(b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00");
        jpeg.extend(b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00");
        // DC category 0 is 00 and the end of the block 1010 (ITU-T T.81, tables K.3 and K.5); ones fill the byte.
        jpeg.extend([0b0010_1011, 0xff, 0xd9]);
        let luma = PixelFormat::Mjpg.luma(&jpeg, 8, 8, 0).expect("a grey square");
        assert_eq!((luma.width(), luma.height()), (8, 8));
        assert!(luma.pixels().iter().all(|shade| *shade == 128), "{:?}", luma.pixels());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn any_bytes_are_a_picture_or_none(
            mut bytes in proptest::collection::vec(any::<u8>(), 0..400),
            width in 0usize..40, height in 0usize..40, stride in 0usize..60, is_jpeg: bool,
        ) {
            if is_jpeg {
                bytes.splice(0..0, *b"\xff\xd8\xff");
            }
            for format in PixelFormat::ALL {
                if let Some(luma) = format.luma(&bytes, width, height, stride) {
                    prop_assert_eq!(luma.pixels().len(), luma.width() * luma.height());
                }
            }
        }
    }
}
