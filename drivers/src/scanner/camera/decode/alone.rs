//! Each decoder by itself, upright and once: what ours is measured against.

use hal::Scan;
use rxing::common::HybridBinarizer;
use rxing::{BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, Reader};

use super::contain::contained;
use super::matrix::read_qr_cheaply;
use crate::scanner::camera::luma::Luma;

/// The codes that `rqrr` reads.
pub fn read_by_rqrr(luma: &Luma) -> Vec<Scan> {
    read_qr_cheaply(luma).into_iter().map(|found| found.scan).collect()
}

/// The code that `rxing` reads, of any kind, as it comes: nothing is checked twice.
pub fn read_by_rxing(luma: &Luma) -> Vec<Scan> {
    contained(|| {
        let source = Luma8Source::new_with_slice(luma.pixels(), luma.width() as u32, luma.height() as u32).ok();
        let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
        let read = source.and_then(|source| {
            let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
            MultiFormatReader::default().decode_with_hints(&mut bitmap, &hints).ok()
        });
        read.map(|read| Scan { symbology: None, data: read.getText().to_owned() }).into_iter().collect()
    })
}
