//! Pixels of a camera, and a picture that is looked at for codes.

use drivers::scanner::camera::decode::{Codes, Decoder, read_by_rqrr, read_by_rxing};
use drivers::scanner::camera::{Luma, PgmCodec, PixelFormat, exif_orientation};

/// Pixels of a side at most: what decoders trip over does not need more.
const SIDE_MAX: usize = 96;
/// Work for the look at a picture, in the units of the decoder.
const WORK: u64 = 600;

/// The first two bytes are the size of a picture, the third its shape: its own pixels, or a square of modules for each bit.
pub fn read(data: &[u8]) {
    let _ = PgmCodec::default().feed(data);
    assert!((1..=8).contains(&exif_orientation(data)));
    let [width, height, shape, rest @ ..] = data else { return };
    let (width, height) = (usize::from(*width) % SIDE_MAX + 1, usize::from(*height) % SIDE_MAX + 1);
    for format in PixelFormat::ALL {
        if let Some(luma) = format.luma(rest, width, height, usize::from(*shape)) {
            assert_eq!(luma.pixels().len(), luma.width() * luma.height());
        }
    }
    let shades = (0..width * height).map(|at| match shape % 3 {
        0 => rest.get(at).copied().unwrap_or(255),
        1 => bit(rest, at % width / 2),
        _ => bit(rest, at / width / 2 * width.div_ceil(2) + at % width / 2),
    });
    let Some(luma) = Luma::new(width, height, shades.collect()) else { return };
    for found in Decoder::new(Codes::USUAL).study(&luma, WORK) {
        assert!(!found.scan.data.is_empty() && found.scan.data.len() <= 8192);
    }
    let _ = (read_by_rqrr(&luma), read_by_rxing(&luma));
}

fn bit(bytes: &[u8], at: usize) -> u8 {
    let dark = bytes.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1);
    if dark { 20 } else { 230 }
}
