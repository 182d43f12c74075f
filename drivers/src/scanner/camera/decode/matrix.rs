//! Codes of squares: QR by two decoders, Data Matrix, Aztec and PDF417 by one.

use std::borrow::Cow;

use hal::{Scan, Symbology};
use rxing::aztec::AztecReader;
use rxing::common::{BitArray, BitMatrix, HybridBinarizer, LineOrientation};
use rxing::datamatrix::DataMatrixReader;
use rxing::multi::MultipleBarcodeReader;
use rxing::pdf417::PDF417Reader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, LuminanceSource, RXingResult,
    RXingResultMetadataType, RXingResultMetadataValue, Reader,
};

use super::contain::contained;
use super::text::text_of;
use super::{Codes, Found};
use crate::scanner::camera::luma::{Luma, Sums};

/// Bytes of a code at most: no QR code holds more.
const CODE_BYTES_MAX: usize = 4096;

/// How black is told from white in a whole picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// By squares of eight pixels and their neighbours.
    Near,
    /// By the mean of the square of this radius, in pixels.
    Mean(usize),
}

/// QR codes by `rqrr`. It asserts on some photographs; such a picture holds nothing for it.
pub(crate) fn read_qr_cheaply(luma: &Luma) -> Vec<Found> {
    contained(|| {
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(luma.width(), luma.height(), |x, y| luma.row(y)[x]);
        let grids = image.detect_grids();
        let found = grids.iter().filter_map(|grid| {
            let mut bytes = Vec::new();
            grid.decode_to(&mut bytes).ok()?;
            let corners: Vec<_> = grid.bounds.iter().map(|corner| (corner.x as f32, corner.y as f32)).collect();
            found_at(scan(Symbology::Qr, text_of(&bytes)?)?, &corners)
        });
        found.collect()
    })
}

/// Codes of squares by `rxing`. Whatever it trips over, the picture holds nothing for it then.
pub(crate) fn read_matrix(luma: &Luma, tone: Tone, codes: Codes) -> Vec<Found> {
    contained(|| match tone {
        Tone::Near => match source(luma) {
            Some(source) => read_all(&mut BinaryBitmap::new(HybridBinarizer::new(source)), codes),
            None => Vec::new(),
        },
        Tone::Mean(radius) => match Toned::new(luma, radius) {
            Some(toned) => read_all(&mut BinaryBitmap::new(toned), codes),
            None => Vec::new(),
        },
    })
}

fn source(luma: &Luma) -> Option<Luma8Source<'_>> {
    Luma8Source::new_with_slice(luma.pixels(), luma.width() as u32, luma.height() as u32).ok()
}

fn read_all<B: Binarizer>(bitmap: &mut BinaryBitmap<B>, codes: Codes) -> Vec<Found> {
    let hints = |format| DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some([format].into()),
        ..DecodeHints::default()
    };
    let mut results = Vec::new();
    if codes.qr {
        let hints = hints(BarcodeFormat::QR_CODE);
        results.extend(QrReader.decode_multiple_with_hints(bitmap, &hints).unwrap_or_default());
    }
    if codes.datamatrix {
        results.extend(DataMatrixReader.decode_with_hints(bitmap, &hints(BarcodeFormat::DATA_MATRIX)));
    }
    if codes.aztec {
        results.extend(AztecReader.decode_with_hints(bitmap, &hints(BarcodeFormat::AZTEC)));
    }
    if codes.pdf417 {
        results.extend(PDF417Reader::new().decode_with_hints(bitmap, &hints(BarcodeFormat::PDF_417)));
    }
    results.iter().filter_map(found_of).collect()
}

fn found_of(read: &RXingResult) -> Option<Found> {
    let identifier = match read.getRXingResultMetadata().get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER) {
        Some(RXingResultMetadataValue::SymbologyIdentifier(identifier)) => identifier.as_bytes(),
        _ => &[],
    };
    let (symbology, says_encoding) = match (read.getBarcodeFormat(), identifier) {
        (BarcodeFormat::QR_CODE, [b']', b'Q', b'3' | b'4']) => (Symbology::Gs1Qr, identifier[2] == b'4'),
        (BarcodeFormat::QR_CODE, [b']', b'Q', modifier]) => (Symbology::Qr, matches!(modifier, b'2' | b'6')),
        (BarcodeFormat::QR_CODE, _) => (Symbology::Qr, true),
        (BarcodeFormat::DATA_MATRIX, [b']', b'd', b'2']) => (Symbology::Gs1DataMatrix, true),
        (BarcodeFormat::DATA_MATRIX, _) => (Symbology::DataMatrix, true),
        (BarcodeFormat::AZTEC, _) => (Symbology::Aztec, true),
        (BarcodeFormat::PDF_417, _) => (Symbology::Pdf417, true),
        _ => return None,
    };
    let text = match says_encoding {
        true => read.getText().to_owned(),
        false => text_of(read.getRawBytes())?,
    };
    let corners: Vec<_> = read.getPoints().iter().map(|point| (point.x, point.y)).collect();
    found_at(scan(symbology, text)?, &corners)
}

fn scan(symbology: Symbology, data: String) -> Option<Scan> {
    let fits = !data.is_empty() && data.len() <= CODE_BYTES_MAX;
    fits.then_some(Scan { symbology: Some(symbology), data })
}

fn found_at(scan: Scan, corners: &[(f32, f32)]) -> Option<Found> {
    let count = corners.len().max(1) as f32;
    let (x, y) = corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0 / count, sum.1 + corner.1 / count));
    let reach = corners.iter().map(|corner| (corner.0 - x).hypot(corner.1 - y)).fold(0.0, f32::max);
    Some(Found { scan, x, y, reach })
}

/// A picture in black and white by a tone of ours, as `rxing` takes it.
struct Toned<'a> {
    source: Luma8Source<'a>,
    black: BitMatrix,
}

impl<'a> Toned<'a> {
    fn new(luma: &'a Luma, radius: usize) -> Option<Toned<'a>> {
        let mut black = BitMatrix::new(luma.width() as u32, luma.height() as u32).ok()?;
        let sums = Sums::new(luma);
        for y in 0..luma.height() {
            for (x, &shade) in luma.row(y).iter().enumerate() {
                // A little below the mean, so that even white with a camera's noise stays white.
                if u32::from(shade) < (sums.mean(x, y, radius) * 31).div_ceil(32) {
                    black.set(x as u32, y as u32);
                }
            }
        }
        Some(Toned { source: source(luma)?, black })
    }
}

impl<'a> Binarizer for Toned<'a> {
    type Source = Luma8Source<'a>;

    fn get_luminance_source(&self) -> &Luma8Source<'a> {
        &self.source
    }

    fn get_black_row(&self, y: usize) -> rxing::common::Result<Cow<'_, BitArray>> {
        Ok(Cow::Owned(self.black.getRow(y as u32)))
    }

    fn get_black_row_from_matrix(&self, y: usize) -> rxing::common::Result<Cow<'_, BitArray>> {
        self.get_black_row(y)
    }

    fn get_black_matrix(&self) -> rxing::common::Result<&BitMatrix> {
        Ok(&self.black)
    }

    fn get_black_line(&self, l: usize, orientation: LineOrientation) -> rxing::common::Result<Cow<'_, BitArray>> {
        match orientation {
            LineOrientation::Row => self.get_black_row(l),
            LineOrientation::Column => Ok(Cow::Owned(self.black.getCol(l as u32))),
        }
    }

    fn create_binarizer(&self, source: Luma8Source<'a>) -> Toned<'a> {
        Toned { source, black: self.black.clone() }
    }

    fn get_width(&self) -> usize {
        self.source.get_width()
    }

    fn get_height(&self) -> usize {
        self.source.get_height()
    }
}
