//! A code that a telephone reads from the screen.

use qrcode::{Color, EcLevel, QrCode};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// Modules of white around a code (ISO/IEC 18004, 5.3.8).
const QUIET_ZONE: usize = 4;
/// A module is never larger; no screen has room for it.
const PIXELS_MAX: usize = 64;
/// Longer texts are shown by their ends.
const TEXT_CHARS_MAX: usize = 48;
const TEXT_CHARS_END: usize = 12;

/// Modules on a side with the quiet zone. Nothing when the text is empty or longer than a code can say.
pub(super) fn modules(text: &str) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    encoded(text).map(|code| code.width() + 2 * QUIET_ZONE)
}

/// The code with its quiet zone, each module so many pixels wide. It is drawn at the size it is shown at: whoever
/// stretches it makes its modules uneven.
pub(super) fn drawn(text: &str, pixels: usize) -> Image {
    let Some(code) = encoded(text) else { return Image::default() };
    let pixels = pixels.clamp(1, PIXELS_MAX);
    let side = (code.width() + 2 * QUIET_ZONE) * pixels;
    let Ok(size) = u32::try_from(side) else { return Image::default() };
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(size, size);
    for (at, pixel) in buffer.make_mut_slice().iter_mut().enumerate() {
        let inner = |place: usize| (place / pixels).checked_sub(QUIET_ZONE).filter(|place| *place < code.width());
        let dark = match (inner(at % side), inner(at / side)) {
            (Some(x), Some(y)) => code[(x, y)] == Color::Dark,
            _ => false,
        };
        let shade = if dark { 0 } else { 255 };
        *pixel = Rgb8Pixel { r: shade, g: shade, b: shade };
    }
    Image::from_rgb8(buffer)
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
