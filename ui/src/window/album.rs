//! Every screen that people see, in every size, language and look that is supported: what `./x screens` draws and what the
//! reference of the pictures is made of.

use super::{Canvas, Look, Picture, ShopperCanvas, WindowError};
use crate::{Screen, Shopper, gallery};

/// A face with its sizes, the principal one first.
const FACES: [Face; 4] = [
    ("till", Samples::OfWindow(gallery::samples), &[(1280, 800), (1024, 600), (1366, 768), (1920, 1080)]),
    ("kiosk", Samples::OfWindow(gallery::kiosk_samples), &[(1080, 1920), (1280, 800), (1920, 1080)]),
    ("stock", Samples::OfWindow(gallery::stock_samples), &[(720, 1280), (480, 800), (1280, 800), (1024, 600)]),
    ("shopper", Samples::OfShopper(gallery::shopper_samples), &[(1280, 800), (800, 480), (1024, 600), (1920, 1080)]),
];
const LOOKS: [(&str, Look); 3] = [("light", Look::Light), ("dark", Look::Dark), ("contrast", Look::Contrast)];
/// Languages that are drawn.
const LANGUAGES: [&str; 3] = ["zh-CN", "zh-TW", "en"];

/// Which window shows them.
#[derive(Clone, Copy)]
enum Samples {
    OfWindow(fn(&str) -> Vec<(&'static str, Screen)>),
    OfShopper(fn(&str) -> Vec<(&'static str, Shopper)>),
}

type Face = (&'static str, Samples, &'static [(u32, u32)]);

/// Screens that are drawn alike but for what stands on them.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// `till`, `kiosk`, `stock`, `shopper`.
    pub face: &'static str,
    /// In pixels.
    pub size: (u32, u32),
    /// Tag of the language.
    pub language: &'static str,
    /// `light`, `dark`, `contrast`.
    pub look: &'static str,
    /// Whether it is one of those that the pictures' reference holds: all looks and languages in the principal size, and
    /// the other sizes in light Chinese and English.
    pub is_held: bool,
}

/// All sheets.
pub fn sheets() -> Vec<Sheet> {
    let mut sheets = Vec::new();
    for (face, _, sizes) in FACES {
        for (place, size) in sizes.iter().enumerate() {
            for language in LANGUAGES {
                for (look, _) in LOOKS {
                    let is_held = place == 0 || (look == "light" && language != "zh-TW");
                    sheets.push(Sheet { face, size: *size, language, look, is_held });
                }
            }
        }
    }
    sheets
}

impl Sheet {
    /// Its file's name without ending, e.g. `till-1280x800-zh-CN-light`.
    pub fn name(&self) -> String {
        let (width, height) = self.size;
        format!("{}-{width}x{height}-{}-{}", self.face, self.language, self.look)
    }

    /// Draws each of its screens, with its name.
    pub fn draw(&self, mut each: impl FnMut(&'static str, Picture)) -> Result<(), WindowError> {
        let (_, samples, _) = FACES.iter().find(|(face, ..)| *face == self.face).ok_or(WindowError::Gone)?;
        let (_, look) = LOOKS.iter().find(|(look, _)| *look == self.look).ok_or(WindowError::Gone)?;
        let (width, height) = self.size;
        match samples {
            Samples::OfWindow(samples) => {
                for (name, screen) in samples(self.language) {
                    let canvas = Canvas::new(width, height)?;
                    canvas.look(*look);
                    canvas.show(&screen);
                    each(name, canvas.pixels());
                }
            }
            Samples::OfShopper(samples) => {
                for (name, shopper) in samples(self.language) {
                    let canvas = ShopperCanvas::new(width, height)?;
                    canvas.look(*look);
                    canvas.show(&shopper);
                    each(name, canvas.pixels());
                }
            }
        }
        Ok(())
    }
}

/// The mean lightness of each block of a picture, from 0 to 255, row by row: what two pictures of one screen have in
/// common whatever machine drew them.
pub fn blocks(picture: &Picture, (across, down): (u32, u32)) -> Vec<u8> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let (across, down) = (across as usize, down as usize);
    let mut means = Vec::with_capacity(across * down);
    for row in 0..down {
        let rows = row * height / down..(row + 1) * height / down;
        for column in 0..across {
            let columns = column * width / across..(column + 1) * width / across;
            let mut sum = 0u64;
            for y in rows.clone() {
                let line = &picture.rgb[3 * (y * width + columns.start)..3 * (y * width + columns.end)];
                sum += line.iter().map(|byte| u64::from(*byte)).sum::<u64>();
            }
            let count = 3 * rows.len() * columns.len();
            means.push((sum / count.max(1) as u64) as u8);
        }
    }
    means
}
