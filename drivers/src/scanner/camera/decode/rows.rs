//! Codes of bars: read along several lines, and believed when enough lines agree.

use hal::{Scan, Symbology};
use rxing::common::BitArray;
use rxing::oned::{
    CodaBarReader, Code39Reader, Code93Reader, Code128Reader, ITFReader, MultiFormatUPCEANReader, OneDReader,
    rss::{RSS14Reader, expanded::RSSExpandedReader},
};
use rxing::{BarcodeFormat, DecodeHints, RXingResult};

use super::bars;
use super::profile::{Cut, Profile};
use super::stripes::Stripe;
use super::{Codes, Found};
use crate::scanner::camera::luma::Luma;

/// What lines across a place have said so far.
#[derive(Debug, Default)]
pub(crate) struct Votes {
    /// What was read, and on which lines.
    read: Vec<(Scan, Vec<usize>)>,
}

impl Votes {
    fn add(&mut self, scan: Scan, line: usize) {
        match self.read.iter_mut().find(|(known, _)| *known == scan) {
            Some((_, lines)) if lines.contains(&line) => {}
            Some((_, lines)) => lines.push(line),
            None => self.read.push((scan, vec![line])),
        }
    }

    /// What enough lines agree on, with hardly any against.
    fn agreed(&self) -> Option<&Scan> {
        let (scan, lines) = self.read.iter().max_by_key(|(scan, lines)| (lines.len(), scan.data.len()))?;
        let against = self.read.iter().filter(|(other, _)| other != scan).map(|(_, lines)| lines.len()).sum::<usize>();
        (lines.len() >= lines_needed(scan) && against * 3 <= lines.len()).then_some(scan)
    }
}

/// Lines that must agree: the less a code checks itself, the more.
fn lines_needed(scan: &Scan) -> usize {
    match scan.symbology {
        Some(Symbology::Ean13 | Symbology::Gs1Code128 | Symbology::Code128 | Symbology::DataBar) => 2,
        Some(Symbology::Ean8 | Symbology::Code93) => 3,
        Some(Symbology::Itf) if scan.data.len() == 14 => 3,
        _ => 4,
    }
}

/// Reads the code of bars at a place, along `lines` lines with each of `cuts`.
pub(crate) fn read_stripe(luma: &Luma, stripe: &Stripe, lines: usize, cuts: &[Cut], codes: Codes) -> Option<Found> {
    let mut readers = Readers::new(codes);
    let mut votes = Votes::default();
    for cut in cuts {
        for line in 0..lines {
            // From the middle outwards, where codes are least often torn.
            let share = line.div_ceil(2) as f32 / (lines.div_ceil(2) as f32) * 0.85;
            let aside = if line % 2 == 0 { share } else { -share };
            let profile = Profile::across(luma, stripe, aside);
            for scan in readers.read(&profile, *cut, line) {
                votes.add(scan, line);
            }
            if let Some(scan) = votes.agreed().filter(|_| line > 0) {
                return Some(Found { scan: scan.clone(), x: stripe.x, y: stripe.y, reach: stripe.half_length });
            }
        }
    }
    None
}

/// Readers of one row of black and white.
struct Readers {
    hints: DecodeHints,
    codes: Codes,
    databar: RSS14Reader,
}

impl Readers {
    fn new(codes: Codes) -> Readers {
        let hints = DecodeHints { TryHarder: Some(true), AssumeGs1: Some(true), ..DecodeHints::default() };
        Readers { hints, codes, databar: RSS14Reader::default() }
    }

    /// What one line says, either way round.
    fn read(&mut self, profile: &Profile, cut: Cut, line: usize) -> Vec<Scan> {
        if profile.shades.len() < 40 {
            return Vec::new();
        }
        let mut row = profile.bits(cut);
        let mut scans = Vec::new();
        for _ in 0..2 {
            scans.extend(self.read_row(&row, line));
            row.reverse();
        }
        scans
    }

    /// What a row says to the first reader that understands it; the ones that check most come first.
    fn read_row(&mut self, row: &BitArray, line: usize) -> Option<Scan> {
        let Readers { hints, codes, databar } = self;
        let number = line as u32;
        let ean = || {
            let formats = [BarcodeFormat::EAN_13, BarcodeFormat::EAN_8, BarcodeFormat::UPC_E].into();
            let only = DecodeHints { PossibleFormats: Some(formats), ..hints.clone() };
            MultiFormatUPCEANReader::new(&only).decode_row(number, row, &only).ok()
        };
        let mut databar = || {
            let stacked = || RSSExpandedReader::default().decode_row(number, row, hints).ok();
            databar.decode_row(number, row, hints).ok().or_else(stacked)
        };
        let code39 = || {
            let code93 = || Code93Reader::default().decode_row(number, row, hints).ok();
            Code39Reader::new().decode_row(number, row, hints).ok().or_else(code93)
        };
        let read = codes.ean.then(ean).flatten();
        let read = read.or_else(|| codes.code128.then(|| Code128Reader.decode_row(number, row, hints).ok())?);
        let read = read.or_else(|| codes.databar.then(&mut databar)?);
        let read = read.or_else(|| codes.code39.then(code39)?);
        let read = read.or_else(|| codes.itf.then(|| ITFReader::default().decode_row(number, row, hints).ok())?);
        let read =
            read.or_else(|| codes.codabar.then(|| CodaBarReader::default().decode_row(number, row, hints).ok())?);
        scan_of(&read?)
    }
}

/// What a row says, as a scanner would give it. `None` for what is too short to be believed, or fails its check digit.
fn scan_of(read: &RXingResult) -> Option<Scan> {
    let text = read.getText();
    let (symbology, data) = match read.getBarcodeFormat() {
        BarcodeFormat::EAN_13 => (Symbology::Ean13, text.to_owned()),
        BarcodeFormat::UPC_A => (Symbology::Ean13, format!("0{text}")),
        BarcodeFormat::UPC_E => (Symbology::Ean13, bars::expanded(text)?),
        BarcodeFormat::EAN_8 => (Symbology::Ean8, text.to_owned()),
        BarcodeFormat::CODE_128 => match text.strip_prefix("]C1") {
            Some(data) => (Symbology::Gs1Code128, data.to_owned()),
            None => (Symbology::Code128, text.to_owned()),
        },
        BarcodeFormat::RSS_14 => (Symbology::DataBar, format!("01{text}")),
        BarcodeFormat::RSS_EXPANDED => (Symbology::DataBar, bars::element_string(text)?),
        BarcodeFormat::CODE_39 if text.len() >= 3 => (Symbology::Code39, text.to_owned()),
        BarcodeFormat::CODE_93 if text.len() >= 3 => (Symbology::Code93, text.to_owned()),
        BarcodeFormat::ITF if text.len() >= 6 && (text.len() != 14 || bars::checks(text)) => {
            (Symbology::Itf, text.to_owned())
        }
        BarcodeFormat::CODABAR if text.len() >= 5 => (Symbology::Codabar, text.to_owned()),
        _ => return None,
    };
    if matches!(symbology, Symbology::Ean13 | Symbology::Ean8) && !bars::checks(&data) {
        return None;
    }
    (!data.is_empty()).then_some(Scan { symbology: Some(symbology), data })
}
