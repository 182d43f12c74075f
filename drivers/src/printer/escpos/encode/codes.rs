//! QR codes and bars: as commands, or as dots where the printer draws none.

use domain::receipt::{Align, Size};
use escpos::utils::{QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

use super::super::profile::Drawn;
use super::{IN_RANGE, Press};
use crate::printer::raster::{self, Bitmap};

/// Height of bars in dots, about 8 mm.
const BAR_DOTS: u8 = 64;

impl Press<'_> {
    pub(super) fn qr(&mut self, text: &str) {
        let module_dots = qr_module_dots(text.len(), self.profile.dots);
        let drawn = match (module_dots, self.profile.qr) {
            (Some(dots), Drawn::Raster) => Bitmap::qr(text, dots.into()),
            _ => None,
        };
        match (module_dots, drawn) {
            (Some(module_dots), Some(code)) => {
                self.quiet(module_dots);
                self.picture(&code, Align::Center);
                self.quiet(module_dots);
            }
            (Some(module_dots), None) => self.qr_command(text, module_dots),
            (None, _) => {
                self.substituted += 1;
                self.paragraph(text, Align::Left, Size::Normal, false);
            }
        }
    }

    fn qr_command(&mut self, text: &str, module_dots: u8) {
        let option = QRCodeOption::new(QRCodeModel::Model2, module_dots, QRCodeCorrectionLevel::M);
        self.quiet(module_dots);
        self.justified(Align::Center, |press| {
            press.printer.qrcode_option(text, option).expect(IN_RANGE);
        });
        self.quiet(module_dots);
    }

    /// White space of four modules above or below, which readers ask for.
    fn quiet(&mut self, module_dots: u8) {
        self.custom(&[0x1b, b'J', 4 * module_dots]);
    }

    pub(super) fn code128(&mut self, text: &str) {
        let values = raster::code128_values(text).map_or(0, |values| values.len());
        let Some((module_dots, data)) = code128_module_dots(values, self.profile.dots).zip(code128_data(text)) else {
            self.substituted += 1;
            return self.paragraph(text, Align::Center, Size::Normal, false);
        };
        if self.profile.barcode == Drawn::Raster {
            let modules = raster::code128(text).expect("what has values has bars");
            self.picture(&Bitmap::bars(&modules, module_dots.into(), BAR_DOTS.into()), Align::Center);
            self.custom(&[0x1b, b'J', 4]);
            return self.paragraph(text, Align::Center, Size::Normal, false);
        }
        // GS h, GS w, GS H 2: the text below the bars. GS k by function B, the only one that knows Code 128.
        let mut command = vec![0x1d, b'h', BAR_DOTS, 0x1d, b'w', module_dots, 0x1d, b'H', 2];
        command.extend([0x1d, b'k', 73, data.len() as u8]);
        command.extend(data);
        self.justified(Align::Center, |press| press.custom(&command));
    }
}

impl Press<'_> {
    pub(super) fn ean(&mut self, code: &str) {
        let Some((digits, modules)) = raster::ean_digits(code).zip(raster::ean(code)) else {
            return self.code128(code);
        };
        // A quiet zone of 11 modules on one side and 7 on the other.
        let module_dots = (usize::from(self.profile.dots) / (modules.len() + 18)).clamp(1, 3) as u8;
        if self.profile.barcode == Drawn::Raster {
            self.picture(&Bitmap::bars(&modules, module_dots.into(), BAR_DOTS.into()), Align::Center);
            self.custom(&[0x1b, b'J', 4]);
            return self.paragraph(&digits, Align::Center, Size::Normal, false);
        }
        // As for Code 128; by function B 67 is EAN-13 and 68 is EAN-8.
        let kind = if digits.len() == 8 { 68 } else { 67 };
        let mut command = vec![0x1d, b'h', BAR_DOTS, 0x1d, b'w', module_dots, 0x1d, b'H', 2];
        command.extend([0x1d, b'k', kind, digits.len() as u8]);
        command.extend(digits.into_bytes());
        self.justified(Align::Center, |press| press.custom(&command));
    }
}

/// Bytes that a QR code of version 1, 2, .. 40 holds at error correction M (ISO/IEC 18004, table 7).
const QR_BYTES_MAX: [usize; 40] = [
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911,
    997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];

/// The largest comfortable module for a text; `None` when its code does not fit on the paper at two dots, below which
/// telephones no longer read it.
fn qr_module_dots(bytes: usize, dots: u16) -> Option<u8> {
    let version = QR_BYTES_MAX.iter().position(|max| bytes <= *max)? as u16 + 1;
    let modules = 17 + 4 * version + 8;
    let module_dots = (dots / modules).min(6);
    (bytes > 0 && module_dots >= 2).then_some(module_dots as u8)
}

/// The largest comfortable module for so many values with their start; `None` when they do not fit at two dots.
fn code128_module_dots(values: usize, dots: u16) -> Option<u8> {
    // Values and check: 11 modules each; stop: 13; a quiet zone of 10 on both sides.
    let modules = 11 * (values + 1) + 13 + 20;
    let module_dots = (usize::from(dots) / modules).min(3) as u8;
    (values > 0 && module_dots >= 2).then_some(module_dots)
}

/// Data for GS k 73 with the code set that [`raster::code128_values`] takes; `None` for what does not fit its length.
fn code128_data(text: &str) -> Option<Vec<u8>> {
    let values = raster::code128_values(text)?;
    let data = match values.as_slice() {
        [105, pairs @ ..] => [b"{C", pairs].concat(),
        // A brace begins a code set's name, so one that is data is doubled.
        _ => format!("{{B{}", text.replace('{', "{{")).into_bytes(),
    };
    (data.len() <= 255).then_some(data)
}
