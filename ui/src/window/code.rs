//! A code that a telephone reads from the screen.

use qrcode::{Color, EcLevel, QrCode};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// Modules of white around a code (ISO/IEC 18004, 5.3.8).
const QUIET_ZONE: usize = 4;
/// Longer texts are shown by their ends.
const TEXT_CHARS_MAX: usize = 48;
const TEXT_CHARS_END: usize = 12;

/// The code with its quiet zone, one pixel for each module, and its modules on a side. Nothing when the text is empty or
/// longer than a code can say.
pub(super) fn drawn(text: &str) -> Option<(Image, i32)> {
    if text.is_empty() {
        return None;
    }
    let code = encoded(text)?;
    let width = code.width();
    let side = u32::try_from(width + 2 * QUIET_ZONE).ok()?;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side, side);
    pixels.make_mut_slice().fill(Rgb8Pixel { r: 255, g: 255, b: 255 });
    for y in 0..width {
        for x in 0..width {
            if code[(x, y)] == Color::Dark {
                let at = (y + QUIET_ZONE) * (width + 2 * QUIET_ZONE) + x + QUIET_ZONE;
                pixels.make_mut_slice()[at] = Rgb8Pixel { r: 0, g: 0, b: 0 };
            }
        }
    }
    Some((Image::from_rgb8(pixels), i32::try_from(side).ok()?))
}

/// The fewest modules, since large ones are read from further away; of these the best corrected.
fn encoded(text: &str) -> Option<QrCode> {
    let least = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let better = [EcLevel::H, EcLevel::Q, EcLevel::M].into_iter();
    let mut better = better.filter_map(|level| QrCode::with_error_correction_level(text, level).ok());
    Some(better.find(|code| code.width() == least.width()).unwrap_or(least))
}

/// What the code says, by its beginning and its end where it is long.
pub(super) fn shortened(text: &str) -> String {
    let chars = text.chars().count();
    if chars <= TEXT_CHARS_MAX {
        return text.to_owned();
    }
    let first: String = text.chars().take(TEXT_CHARS_MAX - TEXT_CHARS_END - 1).collect();
    let last: String = text.chars().skip(chars - TEXT_CHARS_END).collect();
    format!("{first}…{last}")
}
